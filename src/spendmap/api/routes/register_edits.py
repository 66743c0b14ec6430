"""Edit the register from a page: change fields of an entity, or declare a new one.

Writes the register, in one transaction, through the same checks as `spendmap register apply`; every change is in the
audit log under the name the server runs as. Declared answers are on the card at once; what ties money to things
(keys, departments, cost centres) moves money with the next `spendmap allocate`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from spendmap.api.answers import JSON, ModelsInForce
from spendmap.api.problems import Problem
from spendmap.api.writing import (
    FieldError,
    FieldProblem,
    FieldProblemError,
    IfMatch,
    actor,
    version_refused,
    version_seen,
    workspace_of,
)
from spendmap.register.codec import text_of_value
from spendmap.register.schema import BY_PLURAL, Kind
from spendmap.vocabulary.errors import (
    EditConflictError,
    FieldsRefusedError,
    LooksAlikeError,
    RegisterError,
    VersionConflictError,
)

router = APIRouter()
MOVES_MONEY = frozenset({"keys", "department", "cost_center", "category", "owner", "accounts", "aliases", "domains"})
"""Fields that `allocate` places money by."""

Plural = Annotated[str, Path(description="use-cases, agents, tools, vendors, review-queues, ...")]
REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "No such kind or entity"},
    409: {"model": FieldProblem, "description": "Changed meanwhile, or it looks like another one"},
    412: {"model": FieldProblem, "description": "If-Match is not the newest version"},
    428: {"model": FieldProblem, "description": "No version is named"},
    415: {"model": Problem, "description": "Not JSON"},
    422: {"model": FieldProblem, "description": "A field does not hold"},
}


class EditAsked(BaseModel):
    """Fields to change. A value is text, a whole number, true/false, a list or a mapping; decimals are text.

    null withdraws what is said. `version` is the one the card or entity was read with; If-Match may name it instead,
    and then nothing else of the entity may have changed since either.
    """

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, Any]
    version: int | None = Field(None, ge=0)
    valid_from: date | None = Field(None, description="UTC day from which it holds; null corrects what holds now")
    evidence: str | None = Field(None, max_length=2000, description="note on how it is known")


class NewAsked(BaseModel):
    """A new entity. `id` unstated: made of the name."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=200)
    fields: dict[str, Any]
    evidence: str | None = Field(None, max_length=2000)
    confirm: bool = Field(False, description="it is known to look like another one, and is another")


class EditedAnswer(BaseModel):
    """What was kept. `before`: what each changed field said, null where nothing; writing it back undoes the edit."""

    kind: str
    id: str
    version: int
    changed: list[str]
    before: dict[str, str | list[str] | None]
    recorded_by: str
    next_step: str


@router.patch(
    "/api/register/{kind}/{entity_id}",
    response_model=EditedAnswer,
    summary="Change fields of a declared entity",
    responses=REFUSED,
)
def edit(kind: Plural, entity_id: str, asked: EditAsked, models: ModelsInForce, if_match: IfMatch = None) -> Response:
    """All fields or none. A field somebody else changed since `version` is 409, with both values, and so is a version
    that the entity never had; both tell the newest version."""
    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.edit import edit_entity

    declared = _kind(kind)
    with open_register(workspace_of(models)) as register:
        if register.entity(declared.type, entity_id) is None:
            raise FieldProblemError(
                404,
                f"{_words(declared)} {entity_id[:80]!r} is not declared.",
                f"Declare it with POST /api/register/{kind}, or with `spendmap register apply FILE`.",
            )
        seen = version_seen(
            asked.version, if_match, f"{_words(declared)} {entity_id!r}",
            register.entity_version(declared.type, entity_id),
        )  # fmt: skip
        try:
            edited = edit_entity(
                register,
                declared.type,
                entity_id,
                asked.fields,
                version=seen.version,
                is_newest=seen.is_newest,
                actor=actor(),
                now=datetime.now(UTC),
                valid_from=asked.valid_from,
                evidence=_note(asked.evidence),
                known_vendors=catalogue_ids(),
            )
        except VersionConflictError as error:
            raise version_refused(error, seen) from error
        except RegisterError as error:
            raise _refused(error, register.entity_version(declared.type, entity_id)) from error
    return _answer(declared, entity_id, edited.version, edited.changed, edited.before)


@router.post(
    "/api/register/{kind}",
    response_model=EditedAnswer,
    status_code=201,
    summary="Declare a new entity",
    responses=REFUSED,
)
def declare(kind: Plural, asked: NewAsked, models: ModelsInForce) -> Response:
    """A use case whose name looks like another one's is 409 and names it; send `confirm: true` to declare it anyway."""
    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.edit import create_entity, id_from

    declared = _kind(kind)
    name = asked.fields.get("name")
    if declared.type == "use_case" and not (isinstance(name, str) and name.strip()):
        raise FieldProblemError(
            422, "name: it has none.", "Give it a name people know.", [FieldError("name", "it has none.")]
        )
    entity_id = (asked.id or id_from(str(name or ""))).strip()
    with open_register(workspace_of(models)) as register:
        try:
            made = create_entity(
                register,
                declared.type,
                entity_id,
                asked.fields,
                actor=actor(),
                now=datetime.now(UTC),
                evidence=_note(asked.evidence),
                known_vendors=catalogue_ids(),
                confirmed=asked.confirm,
            )
        except RegisterError as error:
            raise _refused(error) from error
    return _answer(declared, entity_id, made.version, made.changed, {}, status=201)


def _kind(kind: str) -> Kind:
    found = BY_PLURAL.get(kind.replace("-", "_"))
    if found is None:
        known = ", ".join(each.replace("_", "-") for each in BY_PLURAL)
        raise FieldProblemError(404, f"the register has no kind {kind[:40]!r}.", f"Known: {known}.")
    return found


def _refused(error: RegisterError, version: int | None = None) -> FieldProblemError:
    if isinstance(error, FieldsRefusedError):
        errors = [FieldError(name, what) for name, what in error.fields.items()]
        return FieldProblemError(422, error.message, error.next_step, errors)
    if isinstance(error, EditConflictError):
        errors = [
            FieldError(name, f"{by} changed it at {at}.", yours, theirs, by, at)
            for name, (yours, theirs, by, at) in error.conflicts.items()
        ]
        return FieldProblemError(409, error.message, error.next_step, errors, version=version)
    if isinstance(error, LooksAlikeError):
        errors = [FieldError("name", f"looks like {name!r} ({id_}).", theirs=id_) for id_, name in error.alike.items()]
        return FieldProblemError(409, error.message, error.next_step, errors)
    return FieldProblemError(422, error.message, error.next_step)


def _answer(
    kind: Kind, entity_id: str, version: int, changed: tuple[str, ...], before: dict[str, Any], *, status: int = 200
) -> Response:
    moves = sorted(MOVES_MONEY & set(changed))
    answer = EditedAnswer(
        kind=kind.type,
        id=entity_id,
        version=version,
        changed=list(changed),
        before={name: _undo_value(value) for name, value in before.items()},
        recorded_by=actor(),
        next_step=f"Money follows {', '.join(moves)} with the next `spendmap allocate`." if moves else "",
    )
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(answer.model_dump()), status_code=status, media_type=JSON, headers=headers)


def _undo_value(value: Any) -> str | list[str] | None:
    if isinstance(value, list) and not any(isinstance(each, dict) for each in value):
        return [text_of_value(each) or "" for each in value]
    return text_of_value(value)


def _note(text: str | None) -> str | None:
    return (text or "").strip() or None


def _words(kind: Kind) -> str:
    return kind.type.replace("_", " ")

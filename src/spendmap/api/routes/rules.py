"""Say from a page whether a supplier is AI, or whose name it is: as `spendmap rules confirm` writes it.

Writes `rules/confirmed.yaml` of the workspace, or an alias into its register; the map follows with the next
`spendmap allocate`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response
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
from spendmap.vocabulary.errors import RegisterError, RuleError, UsageError, VersionConflictError

router = APIRouter()
REFUSED: dict[int | str, dict[str, Any]] = {
    415: {"model": Problem, "description": "Not JSON"},
    409: {"model": FieldProblem, "description": "Somebody confirmed it otherwise meanwhile"},
    412: {"model": FieldProblem, "description": "If-Match is not the newest version"},
    428: {"model": FieldProblem, "description": "No version is named"},
    422: {"model": FieldProblem, "description": "No such supplier or category, or the rules cannot be read"},
}


class ConfirmAsked(BaseModel):
    """A supplier as its ledger writes it. `category` unstated: the vendor's usual one, else unclassified.

    `version` is that of the answer that was seen, 0 where nobody had confirmed the supplier; If-Match may name it too.
    """

    model_config = ConfigDict(extra="forbid")

    supplier: str = Field(min_length=1, max_length=500)
    scope: Literal["ai", "not_ai"]
    category: str | None = Field(None, max_length=100)
    reason: str | None = Field(None, max_length=2000)
    version: int | None = Field(None, ge=0)


class ConfirmedAnswer(BaseModel):
    """The rule that was written. `change`: added, replaced, or unchanged where it said so already.

    `version`: of this answer, to write another one over it.
    """

    rule: str
    supplier: str
    scope: str
    category: str | None
    change: str
    version: int
    next_step: str


class NameAsked(BaseModel):
    """A supplier as its ledger writes it, and the vendor whose name it is."""

    model_config = ConfigDict(extra="forbid")

    supplier: str = Field(min_length=1, max_length=500)
    vendor: str = Field(min_length=1, max_length=200)


class NamedAnswer(BaseModel):
    """The alias that the register holds now. `change`: added, or unchanged where it was the vendor's name already."""

    supplier: str
    vendor: str
    vendor_name: str
    change: Literal["added", "unchanged"]
    next_step: str


@router.post(
    "/api/rules/vendor-name",
    response_model=NamedAnswer,
    summary="Say that a supplier is a vendor by another name",
    responses={415: REFUSED[415], 422: {"model": FieldProblem, "description": "No such supplier or vendor"}},
)
def name_vendor(asked: NameAsked, models: ModelsInForce) -> Response:
    """Adds one alias to the vendor in the register and writes over nothing. The same again changes nothing."""
    from spendmap.allocation.suppliers_paid import supplier_paid
    from spendmap.allocation.vendor_aliases import add_alias
    from spendmap.register import open_register

    workspace = workspace_of(models)
    try:
        name = supplier_paid(workspace, asked.supplier)
        with open_register(workspace) as register:
            done = add_alias(register, name, asked.vendor, actor=actor(), now=datetime.now(UTC))
    except (UsageError, RegisterError) as error:
        field = "vendor" if asked.vendor in error.message and asked.supplier not in error.message else "supplier"
        raise FieldProblemError(422, error.message, error.next_step, [FieldError(field, error.message)]) from error
    answer = NamedAnswer(
        supplier=done.supplier,
        vendor=done.vendor,
        vendor_name=done.vendor_name,
        change="added" if done.is_new else "unchanged",
        next_step="Run `spendmap allocate` to see it on the map." if done.is_new else "",
    )
    return Response(orjson.dumps(answer.model_dump()), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post(
    "/api/rules/confirm",
    response_model=ConfirmedAnswer,
    summary="Confirm that a supplier is AI, or is not",
    responses=REFUSED,
)
def confirm(asked: ConfirmAsked, models: ModelsInForce, if_match: IfMatch = None) -> Response:
    """The same answer again changes nothing; another answer replaces the one whose version it names.

    Where somebody confirmed the supplier since, the answer is 409 and tells what stands there, with its version.
    """
    from spendmap.allocation.confirming import answered, confirm_supplier
    from spendmap.allocation.suppliers_paid import supplier_paid
    from spendmap.allocation.vendors import load_vendors

    workspace = workspace_of(models)
    try:
        name = supplier_paid(workspace, asked.supplier)
        seen = version_seen(asked.version, if_match, f"the answer for {name!r}", answered(workspace, name))
        category = asked.category
        if asked.scope == "ai" and category is None:
            vendors = load_vendors(workspace)
            match = vendors.match(name)
            vendor = vendors.get(match.vendor) if match else None
            category = vendor.category if vendor else None
        why = " ".join(f"{actor()}, {datetime.now(UTC).date()}. {asked.reason or ''}".split())
        done = confirm_supplier(workspace, name, asked.scope, category, why=why, version=seen.version)
    except VersionConflictError as error:
        raise version_refused(error, seen) from error
    except (UsageError, RuleError) as error:
        field = "category" if "category" in error.message else "supplier"
        raise FieldProblemError(422, error.message, error.next_step, [FieldError(field, error.message)]) from error
    answer = ConfirmedAnswer(
        rule=done.rule,
        supplier=done.supplier,
        scope=done.scope,
        category=done.category,
        change=done.change,
        version=done.version,
        next_step="" if done.change == "unchanged" else "Run `spendmap allocate` to see it on the map.",
    )
    return Response(orjson.dumps(answer.model_dump()), media_type=JSON, headers={"Cache-Control": "no-store"})

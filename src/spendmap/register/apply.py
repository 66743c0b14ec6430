"""Apply register files: all of them or nothing, and a second time changes nothing.

Reads YAML and the register; writes entities, dated values and the audit log in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spendmap.register.changes import Change, Stored, changes_of
from spendmap.register.codec import decode
from spendmap.register.declarations import Declaration, read_register
from spendmap.register.problems import Problems, did_you_mean, listed
from spendmap.register.schema import BY_PLURAL, BY_TYPE
from spendmap.register.similar import Twin, twins
from spendmap.register.store import Register
from spendmap.vocabulary.errors import VersionConflictError

REF_TYPES = {"ref", "refs"}


@dataclass(frozen=True)
class Applied:
    """What an apply did. `unchanged` counts the declared entities that were as declared already."""

    files: int
    declared: int
    created: int
    changed: int
    removed: int
    unchanged: int
    changes: tuple[Change, ...]
    similar: tuple[Twin, ...] = field(default=())

    @property
    def is_idle(self) -> bool:
        """Nothing was written."""
        return not self.changes


def apply_register(
    register: Register,
    path: Path,
    *,
    actor: str,
    now: datetime,
    known_vendors: Collection[str] = (),
    effective: date | None = None,
    prune: bool = False,
    version: int | None = None,
) -> Applied:
    """Make the register say what the file (or every YAML file of the folder) says.

    Args:
        actor: who applies, for the audit log.
        now: the moment it is recorded at, UTC.
        known_vendors: vendor ids that need not be declared (the shipped catalogue's).
        effective: day from which changed plain values hold; None corrects the value in force.
        prune: also remove entities, of the kinds the files declare, that no file names.
        version: the register's version as the files were made for; None applies them to it as it stands.

    Raises:
        VersionConflictError: the register is at another version.
        RegisterError: anything in any file is wrong; nothing was written then.
    """
    declarations = read_register(path)
    files = len({declaration.file for declaration in declarations})
    with register.writing() as session:
        if version is not None and version != (current := session.version()):
            raise VersionConflictError("the register", version, current)
        stored = session.stored()
        changes = changes_of(declarations, stored, effective=effective)
        if prune:
            changes += _removals(declarations, stored)
        removed = {(change.entity_type, change.entity_id) for change in changes if change.action == "remove"}
        _check_references(declarations, stored, removed, known_vendors)
        session.write(changes, actor=actor, now=now)
    touched = {(change.entity_type, change.entity_id) for change in changes}
    created = {key for key in touched if key not in stored}
    return Applied(
        files=files,
        declared=len(declarations),
        created=len(created),
        changed=len(touched - created - removed),
        removed=len(removed),
        unchanged=len(declarations) - len(touched - removed),
        changes=tuple(changes),
        similar=tuple(_similar(declarations, changes, stored)),
    )


def _removals(declarations: Iterable[Declaration], stored: Stored) -> list[Change]:
    declared = {(each.kind.type, each.id) for each in declarations}
    kinds = {kind for kind, _ in declared}
    return [
        Change("remove", kind, id_, None, (), (), "not in the files")
        for kind, id_ in stored
        if kind in kinds and (kind, id_) not in declared
    ]


def _check_references(
    declarations: Iterable[Declaration], stored: Stored, removed: set[tuple[str, str]], known_vendors: Collection[str]
) -> None:
    declarations = list(declarations)
    ids: dict[str, set[str]] = {kind: set() for kind in BY_TYPE}
    for kind, id_ in [*(key for key in stored if key not in removed), *((d.kind.type, d.id) for d in declarations)]:
        ids.setdefault(kind, set()).add(id_)
    accounts = _accounts(declarations, stored)
    problems = Problems()
    for declaration in declarations:
        for name, stated in declaration.fields.items():
            declared = declaration.kind.field(name)
            if declared.type in REF_TYPES:
                known = ids[declared.to] | (set(known_vendors) if declared.to == "vendor" else set())
                for wanted in _ids_in(segment.value for segment in stated.segments):
                    if wanted not in known:
                        problems.add(declaration.file, stated.line, _dangling(declaration, name, wanted, known))
            elif name == "vendor_account":
                _check_account(declaration, accounts, problems)
    for (kind, id_), fields in stored.items():
        if removed and (kind, id_) not in removed:
            _check_kept(kind, id_, fields, removed, problems)
    problems.raise_any()


def _dangling(declaration: Declaration, name: str, wanted: str, known: set[str]) -> str:
    kind = declaration.kind.field(name).to
    plural = BY_TYPE[kind].plural
    return (
        f"{declaration.kind.type} {declaration.id!r}: {name} {wanted!r} is not a declared {kind.replace('_', ' ')}."
        f"{did_you_mean(wanted, known)} Known {plural}: {listed(known)}."
    )


def _check_kept(
    kind: str, id_: str, fields: Mapping[str, tuple[Any, ...]], removed: set[tuple[str, str]], problems: Problems
) -> None:
    """An entity that stays must not point at one that goes."""
    for name, spans in fields.items():
        declared = BY_TYPE[kind].field(name) if name in BY_TYPE[kind].names else None
        if declared is not None and declared.type in REF_TYPES:
            for wanted in _ids_in(decode(span[0]) for span in spans):
                if (declared.to, wanted) in removed:
                    what = f"{declared.to} {wanted!r} is in no file, but {kind} {id_!r} still names it as {name}."
                    problems.add("register", 0, what)


def _accounts(declarations: Iterable[Declaration], stored: Stored) -> dict[str, set[str]]:
    """vendor id -> its declared account ids; a vendor without declared accounts is absent."""
    found: dict[str, set[str]] = {}
    for (kind, id_), fields in stored.items():
        if kind == "vendor" and "accounts" in fields:
            found[id_] = {str(account["id"]) for span in fields["accounts"] for account in decode(span[0])}
    for declaration in declarations:
        if declaration.kind.type == "vendor":
            found.pop(declaration.id, None)
            if "accounts" in declaration.fields:
                segments = declaration.fields["accounts"].segments
                found[declaration.id] = {str(account["id"]) for each in segments for account in each.value}
    return found


def _check_account(declaration: Declaration, accounts: Mapping[str, set[str]], problems: Problems) -> None:
    stated = declaration.fields["vendor_account"]
    vendor = declaration.fields.get("vendor")
    for segment in stated.segments:
        wanted = str(segment.value)
        vendors = _ids_in(each.value for each in vendor.segments) if vendor else []
        known = {account for each in vendors for account in accounts.get(each, set())}
        if known and wanted not in known:
            problems.add(
                declaration.file,
                stated.line,
                f"{declaration.kind.type} {declaration.id!r}: vendor_account {wanted!r} is not an account of "
                f"{listed(vendors)}.{did_you_mean(wanted, known)} Known accounts: {listed(known)}.",
            )


def _ids_in(values: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        found.extend(str(item) for item in (value if isinstance(value, list) else [value]))
    return found


def _similar(declarations: Iterable[Declaration], changes: Iterable[Change], stored: Stored) -> list[Twin]:
    """Use cases created or renamed by this apply that look like another one."""
    known: dict[str, str] = {}
    for (kind, id_), fields in stored.items():
        if kind == "use_case":
            known[id_] = str(decode(fields["name"][-1][0])) if fields.get("name") else id_
    for declaration in declarations:
        if declaration.kind is BY_PLURAL["use_cases"]:
            name = declaration.fields.get("name")
            known[declaration.id] = str(name.segments[-1].value) if name else declaration.id
    fresh = {
        change.entity_id
        for change in changes
        if change.entity_type == "use_case" and change.field in {None, "name"} and change.action != "remove"
    }
    return twins({id_: known[id_] for id_ in fresh}, known)

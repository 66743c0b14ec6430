"""`spendmap register`: apply YAML, export it, show what is in force, read the audit log."""

from __future__ import annotations

import getpass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.register.apply import Applied

DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group("register")
def command() -> None:
    """What people declare: who owns what, since when, with which evidence."""


@command.command("apply")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--effective", type=DAY, help="Day from which changed values hold. Default: correct what holds now.")
@click.option("--prune", is_flag=True, help="Also remove entities, of the kinds declared, that no file names.")
@click.option(
    "--if-version", "version", type=click.IntRange(min=0), help="Only if the register is at it, as `show --json` says."
)
@click.option("--by", "actor", help="Who applies, for the audit log. Default: the login name.")
@AS_JSON
@click.pass_obj
def apply_command(
    root: Path | None,
    path: Path,
    effective: datetime | None,
    prune: bool,
    version: int | None,
    actor: str | None,
    as_json: bool,
) -> None:
    """Make the register say what PATH says: a YAML file, or a folder of them.

    All or nothing; applying the same files again changes nothing. An entity in a file is declared whole:
    a field left out is withdrawn. Entities no file names stay as they are.

    Example: spendmap register apply register/
    """
    workspace = Workspace.find(root)
    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.apply import apply_register

    with open_register(workspace) as register:
        applied = apply_register(
            register,
            path,
            actor=actor or _login(),
            now=datetime.now(UTC),
            known_vendors=catalogue_ids(),
            effective=effective.date() if effective else None,
            prune=prune,
            version=version,
        )
    if as_json:
        say_json(_as_document(applied))
    else:
        _say(applied)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--mapping", required=True, help="Mapping file, or the name of a shipped one, such as omb2025-individual."
)
@click.option("--dry-run", is_flag=True, help="Work everything out and write nothing.")
@click.option("--by", "actor", help="Who imports, for the audit log. Default: the login name.")
@AS_JSON
@click.pass_obj
def import_command(
    root: Path | None, file: Path, mapping: str, dry_run: bool, actor: str | None, as_json: bool
) -> None:
    """Bring an inventory that another program wrote, FILE.csv or FILE.json, into the register through a mapping.

    What the file does not say stays unanswered. Records that cannot be read are named with line and reason, and none is
    half written. Importing the same file again changes nothing; an answer given elsewhere is never overwritten.

    Example: spendmap register import inventory.csv --mapping omb2025-individual --dry-run
    """
    workspace = Workspace.find(root)
    from spendmap.allocation.naming import resolvers_of
    from spendmap.allocation.vendors import catalogue_ids, vendors_with
    from spendmap.cli.register_import import import_document, say_import
    from spendmap.cli.say import Bar
    from spendmap.register import open_register
    from spendmap.register.importing import import_register, vendors_to_match

    with open_register(workspace) as register, Bar() as bar:
        imported = import_register(
            register,
            file,
            mapping,
            actor=actor or _login(),
            now=datetime.now(UTC),
            resolvers=resolvers_of(vendors_with(vendors_to_match(register))),
            known_vendors=catalogue_ids(),
            dry_run=dry_run,
            progress=bar,
        )
    if as_json:
        say_json(import_document(imported))
    else:
        say_import(imported)
    if imported.rejected:
        raise click.exceptions.Exit(1)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.pass_obj
def export_command(root: Path | None, file: Path | None) -> None:
    """Write the register as YAML to FILE, or to stdout. Applying it again changes nothing.

    Example: spendmap register export register.yaml
    """
    workspace = Workspace.find(root)
    from spendmap.register import open_register
    from spendmap.register.export import register_yaml

    with open_register(workspace) as register:
        text = register_yaml(register.stored())
    if file is None:
        click.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8")
    note(f"Wrote {file}.")


@command.command("show")
@click.argument("kind", required=False)
@click.argument("entity", required=False)
@click.option("--at", type=DAY, help="The register as it holds on this day. Default: today.")
@AS_JSON
@click.pass_obj
def show_command(root: Path | None, kind: str | None, entity: str | None, at: datetime | None, as_json: bool) -> None:
    """What is declared: counts, the entities of a KIND, or the fields of one ENTITY with dates and evidence.

    Example: spendmap register show use_case triage
    """
    workspace = Workspace.find(root)
    from spendmap.register import open_register
    from spendmap.register.schema import BY_PLURAL
    from spendmap.vocabulary.errors import RegisterError

    day = at.date() if at else None
    with open_register(workspace) as register:
        if kind is None:
            counts = {each: len(register.entities(each, day)) for each in register.types()}
            document: Any = {"entities": counts, "version": register.version()}
            lines = [f"{number:>6}  {each}" for each, number in counts.items() if number] or ["Nothing is declared."]
        else:
            kind = BY_PLURAL[kind].type if kind in BY_PLURAL else kind
            found = register.entities(kind, day)
            if entity is None:
                document = {"kind": kind, "entities": [{"id": each.id, **_plain(each.fields)} for each in found]}
                lines = [f"{each.id}  {each.name}" for each in found] or [f"No {kind} is declared."]
            else:
                if entity not in {each.id for each in found}:
                    ids = ", ".join(each.id for each in found[:12]) or "none"
                    raise RegisterError(
                        f"{kind} {entity!r} is not declared.",
                        next_step=f"`spendmap register show {kind}` lists them: {ids}.",
                    )
                values = [_dated(value) for value in register.values(kind, entity)]
                version = register.entity_version(kind, entity)
                document = {"kind": kind, "id": entity, "version": version, "values": values}
                lines = [_dated_line(value) for value in values]
    if as_json:
        say_json(document)
    else:
        click.echo("\n".join(lines))


@command.command("audit")
@click.argument("kind", required=False)
@click.argument("entity", required=False)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="Newest changes shown.")
@AS_JSON
@click.pass_obj
def audit_command(root: Path | None, kind: str | None, entity: str | None, limit: int, as_json: bool) -> None:
    """Who changed what, when, before and after. Newest first.

    Example: spendmap register audit tool copilot
    """
    workspace = Workspace.find(root)
    from spendmap.register import open_register

    with open_register(workspace) as register:
        entries = register.audit(kind, entity, limit=limit)
    if as_json:
        say_json(
            {
                "changes": [
                    {
                        "at": entry.at.isoformat(),
                        "actor": entry.actor,
                        "action": entry.action,
                        "kind": entry.entity_type,
                        "id": entry.entity_id,
                        "field": entry.field,
                        "before": _plain(entry.before),
                        "after": _plain(entry.after),
                        "origin": entry.origin,
                    }
                    for entry in entries
                ]
            }
        )
        return
    for entry in entries:
        what = f"{entry.entity_type} {entry.entity_id}" + (f" {entry.field}" if entry.field else "")
        change = f": {_short(entry.before)} -> {_short(entry.after)}" if entry.field else ""
        click.echo(f"{entry.at:%Y-%m-%d %H:%M} {entry.actor} {entry.action} {what}{change}")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def _as_document(applied: Applied) -> dict[str, Any]:
    return {
        "files": applied.files,
        "declared": applied.declared,
        "created": applied.created,
        "changed": applied.changed,
        "removed": applied.removed,
        "unchanged": applied.unchanged,
        "fields_changed": sum(1 for change in applied.changes if change.field),
        "withdrawn": [
            f"{change.entity_type} {change.entity_id} {change.field}"
            for change in applied.changes
            if change.action == "withdraw"
        ],
        "similar": [
            {
                "use_case": twin.id,
                "name": twin.name,
                "like": twin.other_id,
                "like_name": twin.other_name,
                "likeness": twin.likeness,
            }
            for twin in applied.similar
        ],
    }


def _say(applied: Applied) -> None:
    if applied.is_idle:
        note(f"Nothing changed: all {applied.declared} declared entities were as the files say.")
        return
    note(
        f"{applied.created} created, {applied.changed} changed, {applied.removed} removed, "
        f"{applied.unchanged} unchanged ({applied.files} file{'' if applied.files == 1 else 's'})."
    )
    for change in applied.changes:
        if change.action == "withdraw":
            note(f"  withdrawn: {change.entity_type} {change.entity_id} {change.field} (no longer in {change.origin})")
    for twin in applied.similar:
        note(
            f"  looks alike: use case {twin.id} {twin.name!r} and {twin.other_id} {twin.other_name!r}. "
            "If they are one, keep one of the two."
        )


def _plain(value: Any) -> Any:
    """For JSON: money as decimal text, days as text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _dated(value: Any) -> dict[str, Any]:
    return {
        "field": value.field,
        "value": _plain(value.value),
        "from": _plain(value.valid_from),
        "to": _plain(value.valid_to),
        "evidence": value.evidence,
        "recorded_at": value.recorded_at.isoformat(),
    }


def _dated_line(value: dict[str, Any]) -> str:
    span = "" if not (value["from"] or value["to"]) else f"  [{value['from'] or '...'} to {value['to'] or '...'})"
    evidence = f"  ({value['evidence']})" if value["evidence"] else ""
    return f"{value['field']}: {value['value']}{span}{evidence}"


def _short(spans: Any) -> str:
    if not spans:
        return "nothing"
    return ", ".join(str(_plain(span["value"])) for span in spans)

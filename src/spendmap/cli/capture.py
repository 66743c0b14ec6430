"""`spendmap capture`: step 1, source files into the ledger."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spendmap.cli.say import Bar, note, say_json
from spendmap.vocabulary.errors import SettingError, UsageError
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.capture.run import Source
    from spendmap.capture.stage import FileLoad


@click.command("capture")
@click.argument("sources", nargs=-1)
@click.option("--file", "location", type=click.Path(path_type=Path), help="File or folder to read now.")
@click.option("--as", "kind", help="Format of --file. `spendmap capture --kinds` lists them.")
@click.option("--source", "name", help="Name of the source the file belongs to. Default: the format's name.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Setting of the format. Repeatable.")
@click.option("--kinds", is_flag=True, help="List the formats and their settings, then stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    sources: tuple[str, ...],
    location: Path | None,
    kind: str | None,
    name: str | None,
    settings: tuple[str, ...],
    kinds: bool,
    as_json: bool,
) -> None:
    """Read declared SOURCES (all when none is named), or one --file.

    Reading the same thing again changes nothing. Rows that cannot be read go to a quarantine file with
    file, line and reason; a file that cannot be read does not stop the others, and the exit code says so.

    Example: spendmap capture --file bills/ --as focus --source aws
    """
    if kinds:
        _list_kinds(as_json)
        return
    place = Workspace.find(workspace)
    loads: list[FileLoad] = []
    from spendmap.capture.run import capture
    from spendmap.capture.stage import Workers

    with Workers() as workers:
        for source in _sources(place, sources, location, kind, name, settings):
            with Bar() as bar:
                found = capture(place, source, bar, workers)
            loads += found
            if not as_json:
                _say_source(source.name, source.kind, found)
    if as_json:
        say_json({"workspace": str(place.root), "loads": [as_document(load) for load in loads], **totals(loads)})
    if any(load.status in ("refused", "asked") or load.rows_quarantined for load in loads):
        sys.exit(1)


def _sources(
    place: Workspace,
    names: tuple[str, ...],
    location: Path | None,
    kind: str | None,
    name: str | None,
    settings: tuple[str, ...],
) -> list[Source]:
    from spendmap.capture.run import Source
    from spendmap.capture.sources import declared_sources

    given = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise SettingError(f"--set {setting!r} has no value.", next_step="Write --set name=value.")
        given[key.strip()] = value
    if location is not None:
        if kind is None:
            raise UsageError("--file needs --as KIND.", next_step="`spendmap capture --kinds` lists the kinds.")
        if names:
            raise UsageError("name sources or give --file, not both.", next_step="Leave one of them out.")
        return [Source(name or kind, kind, location.resolve(), given)]
    if kind is not None or given or name is not None:
        raise UsageError("--as, --source and --set go with --file.", next_step="Add --file PATH.")
    declared = {source.name: source for source in declared_sources(place)}
    if not declared:
        raise UsageError(
            "no source is declared in this workspace.",
            next_step="Read one with `spendmap capture --file PATH --as KIND`, or declare sources in a register file.",
        )
    for wanted in names:
        if wanted not in declared:
            raise UsageError(f"no source is called {wanted!r}.", next_step=f"Declared are: {', '.join(declared)}.")
    return [source for source in declared.values() if not names or source.name in names]


def as_document(load: FileLoad) -> dict[str, Any]:
    """One load as JSON, the promised fields first."""
    return {
        "source": load.source,
        "kind": load.kind,
        "file": load.file,
        "status": load.status,
        "rows_read": load.rows_read,
        "rows_loaded": load.rows_loaded,
        "rows_duplicate": load.rows_duplicate,
        "rows_replaced": load.rows_replaced,
        "rows_quarantined": load.rows_quarantined,
        "quarantine_file": load.quarantine_file,
        "format_version": load.format_version,
        "captured": load.captured,
        "as_read": load.as_read,
        "rounding_difference": load.rounding_difference,
        "meters": load.meters,
        "months": load.months,
        "sha256": load.sha256,
        "load_id": load.load_id,
        "error": load.error,
        "next_step": load.next_step,
        "notes": load.notes,
    }


def totals(loads: list[FileLoad]) -> dict[str, Any]:
    """Sums over the loads: rows by fate, money per currency and cost, meters."""
    from decimal import Decimal

    captured: dict[str, dict[str, Decimal]] = {}
    meters: dict[str, int] = {}
    for load in loads:
        for currency, sums in load.captured.items():
            into = captured.setdefault(currency, {})
            for cost, amount in sums.items():
                into[cost] = into.get(cost, Decimal(0)) + Decimal(amount)
        for meter, count in load.meters.items():
            meters[meter] = meters.get(meter, 0) + int(count)
    return {
        "files": len(loads),
        "rows_read": sum(load.rows_read for load in loads),
        "rows_loaded": sum(load.rows_loaded for load in loads),
        "rows_duplicate": sum(load.rows_duplicate for load in loads),
        "rows_replaced": sum(load.rows_replaced for load in loads),
        "rows_quarantined": sum(load.rows_quarantined for load in loads),
        "captured": {c: {k: format(v, "f") for k, v in sums.items()} for c, sums in sorted(captured.items())},
        "meters": meters,
    }


def _say_source(name: str, kind: str, loads: list[FileLoad]) -> None:
    sums = totals(loads)
    versions = sorted({load.format_version for load in loads if load.format_version})
    note(
        f"{name}: {len(loads)} file{'s' * (len(loads) != 1)} as {kind}{' ' + '/'.join(versions) if versions else ''}, "
        f"{sums['rows_read']:,} rows read = {sums['rows_loaded']:,} loaded + {sums['rows_duplicate']:,} duplicate + "
        f"{sums['rows_quarantined']:,} quarantined; {sums['rows_replaced']:,} stored rows replaced"
    )
    for currency, costs in sums["captured"].items():
        note("  captured " + ", ".join(f"{cost} {currency} {amount}" for cost, amount in costs.items()))
    for load in loads:
        if load.status in ("refused", "asked"):
            what = "refused" if load.status == "refused" else "not loaded"
            note(f"  {what} {load.file}: {load.error} {load.next_step or ''}".rstrip())
        for text in load.notes:
            note(f"  {load.file}: {text}.")
        if load.rows_quarantined:
            note(f"  {load.rows_quarantined} rows of {load.file} quarantined: {load.quarantine_file}")


def _list_kinds(as_json: bool) -> None:
    from spendmap.capture.connector import settings_of
    from spendmap.capture.registry import KINDS, connector

    kinds = [
        {
            "kind": kind,
            "about": about,
            "table": connector(kind).table,
            "token_convention": connector(kind).token_convention,
            "settings": {setting.name: setting.help for setting in settings_of(connector(kind))},
        }
        for kind, about in KINDS.items()
    ]
    if as_json:
        say_json({"kinds": kinds})
        return
    for item in kinds:
        click.echo(f"{item['kind']:<20} {item['about']}")
        settings = item["settings"]
        assert isinstance(settings, dict)
        for setting, about in settings.items():
            click.echo(f"    --set {setting}=...  {about}")

"""`spendmap sources`: what was read, how fresh, what was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace

_SHARED = {
    "same": "{source} and {other} both saw {calls}, by the provider's id; {source} counts",
    "declared": "{source} and {other} both saw {calls}, as `sees` declares; {source} counts",
    "perhaps": (
        "{source} and {other} PERHAPS both saw {calls}, and both count. If they are the same: "
        "`sees: [{source}]` on {other} in register/sources.yaml, then `spendmap register apply` and `spendmap allocate`"
    ),
}


@click.command("sources")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, as_json: bool) -> None:
    """List every declared or captured source: scope, owner, last load, freshness, rows, refused rows; and what two
    sources both saw.

    Example: spendmap sources
    """
    from spendmap.reports.figures import document
    from spendmap.reports.read_model import ReadModel
    from spendmap.reports.sources import sources_report

    model = ReadModel.open(Workspace.find(workspace))
    report = sources_report(model, today=datetime.now(UTC).date())
    if as_json:
        say_json(document(report))
        return
    for row in report.sources:
        kind = row.kind or "kind not stated"
        click.echo(f"\n{row.id}  [{kind}]{'' if row.is_declared else '  not declared'}")
        click.echo(f"  {row.name}: {row.scope or 'its scope is not stated'}")
        click.echo(f"  owner {row.owner or 'not named'}; refresh {row.refresh or 'not stated'}")
        if row.last_load is None:
            click.echo(f"  never read. Read it with `spendmap capture {row.id}`")
            continue
        stale = f"; STALE: {row.stale}" if row.stale else ""
        click.echo(
            f"  data until {row.last_day or 'unknown'}, {row.files:,} files, last load {row.last_load:%Y-%m-%d}{stale}"
        )
        click.echo(
            f"  {row.rows_read:,} rows read = {row.rows_loaded:,} loaded + {row.rows_duplicate:,} duplicate "
            f"+ {row.rows_quarantined:,} quarantined"
        )
        for each in row.quarantine:
            click.echo(f"    {each.rows:,} x {each.reason}  ({each.file})")
    for pair in report.shared:
        told = _SHARED[pair.kind].format(
            source=pair.source, other=pair.other, calls=f"{pair.calls:,} call{'' if pair.calls == 1 else 's'}"
        )
        click.echo(f"\n{told}")
        for name, calls, tokens in (
            (pair.source, pair.source_calls, pair.source_tokens),
            (pair.other, pair.other_calls, pair.other_tokens),
        ):
            share = f"{_percent(pair.calls, calls)} of the calls and {_percent(pair.tokens, tokens)} of the tokens"
            click.echo(f"  {share} of {name}")
    for text in report.notes:
        note(text)
    note(f"{report.total} sources, {report.stale} stale, {report.quarantined:,} rows quarantined.")


def _percent(part: int, whole: int) -> str:
    """A share for reading, in whole per cent; a small one is not written as none."""
    if not whole:
        return "none"
    return "under 1 %" if 0 < part * 100 < whole else f"{part * 100 // whole} %"

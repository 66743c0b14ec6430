"""`spendmap sources`: what was read, how fresh, what was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("sources")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, as_json: bool) -> None:
    """List every declared or captured source: scope, owner, last load, freshness, rows, refused rows.

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
    for text in report.notes:
        note(text)
    note(f"{report.total} sources, {report.stale} stale, {report.quarantined:,} rows quarantined.")

"""`spendmap readiness`: the matrix of proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("readiness")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--area", multiple=True, help="evidence, interpretation, governance or commercial_action; repeatable.")
@click.option("--category", multiple=True, help="A category of the map; repeatable.")
@click.option("--long", "in_full", is_flag=True, help="With the missing proof, who can give it, and the next command.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    period: str | None,
    area: tuple[str, ...],
    category: tuple[str, ...],
    in_full: bool,
    as_json: bool,
) -> None:
    """Score each category from 0 to 4 in four areas, from named tests on the figures and the register.

    \b
    Examples:
      spendmap readiness
      spendmap readiness --category agents --long
    """
    from spendmap.reports.figures import document
    from spendmap.reports.read_model import ReadModel
    from spendmap.reports.readiness import readiness_report

    model = ReadModel.open(Workspace.find(workspace))
    report = readiness_report(model, today=datetime.now(UTC).date(), period=period, area=area, category=category)
    if as_json:
        say_json(document(report))
        return
    if report.period is None:
        note(report.notes[0])
        return
    labels = {each.id: each.label for each in report.categories}
    for view in report.areas:
        cells = [cell for cell in report.cells if cell.area == view.id]
        if not cells:
            continue
        click.echo(f"\n{view.label}: {view.question}")
        for cell in cells:
            score = "-" if cell.score is None else str(cell.score)
            gaps = f"; {len(cell.missing)} missing" if cell.missing else ""
            click.echo(f"  {score}/4  {labels[cell.category]}: {cell.words}{gaps}")
            for gap in cell.missing if in_full else ():
                click.echo(f"       level {gap.level}: {gap.what}")
                click.echo(f"         {gap.who or 'nobody is named'}; {gap.next_step}")
    note(f"\nReadiness for {report.period.label}. {report.notes[0]}")

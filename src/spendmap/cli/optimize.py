"""`spendmap optimize`: step 5, and the plays it makes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("optimize")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--kind", multiple=True, help="action, remediation or negotiation; repeatable.")
@click.option("--category", multiple=True, help="A category of the map; repeatable.")
@click.option("--owner", help="Part of the name of who decides; an empty text is nobody.")
@click.option("--long", "in_full", is_flag=True, help="With story, assumptions, risk and next step.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    period: str | None,
    kind: tuple[str, ...],
    category: tuple[str, ...],
    owner: str | None,
    in_full: bool,
    as_json: bool,
) -> None:
    """Turn findings and usage into plays: what could be saved per month, by whom, until when.

    Works the plays of a period out, publishes them for the pages, and lists them. Plays about the same money are not
    added up; the total is of those that are not.

    \b
    Examples:
      spendmap optimize --period 2026-10
      spendmap optimize --kind negotiation --long
    """
    from spendmap.optimization.optimize import optimize
    from spendmap.reports.figures import document
    from spendmap.reports.plays import plays_report, refuse_unknown

    place = Workspace.find(workspace)
    today = datetime.now(UTC).date()
    refuse_unknown(kind=kind, category=category)  # before anything is worked out
    done = optimize(place, period=period)
    report = plays_report(place.rollups, today, kind=kind, category=category, owner=owner)
    if as_json:
        said = {"workspace": str(place.root), "steps": [done.as_document()]}
        say_json({**said, **document(report)})
        return
    for row in report.plays:
        known = (row.low, row.likely, row.high)
        money = " to ".join(_money(each) for each in known) if row.likely is not None else "not priced"
        counted = "" if row.is_added or row.likely is None else "  (same money as a larger play)"
        counted = f"  ({row.state})" if row.state in {"accepted", "done"} else counted
        click.echo(f"\n{row.id}  [{row.kind}, effort {row.effort}]")
        click.echo(f"  {row.title}")
        click.echo(f"  saves {money} {row.currency} a month{counted}")
        until = f"; by {row.deadline}" if row.deadline else ""
        click.echo(f"  {row.owner or 'nobody named'} ({row.role}) decides{until}")
        if in_full:
            click.echo(f"  {row.story}")
            for each in row.assumptions:
                click.echo(f"    {each}")
            click.echo(f"    held fixed: {'; '.join(row.held_fixed)}")
            click.echo(f"    risk: {row.risk}")
            click.echo(f"  Next: {row.next_step}")
    for sums in report.totals:
        click.echo(
            f"\n{sums.added} plays about different money: {_money(sums.low)} to {_money(sums.likely)} to "
            f"{_money(sums.high)} {sums.currency} a month; {sums.overlapping} overlap, {sums.decided} decided, "
            f"{sums.unknown} not priced"
        )
    note(f"Optimized {done.period}: {done.rows_out} plays, {done.seconds} s.")


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"

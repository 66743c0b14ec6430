"""`spendmap scenario`: what the period would have cost under other inputs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from spendmap.cli.say import say_json
from spendmap.vocabulary.money import money_text
from spendmap.workspace import Workspace

SHOWN = 8  # groups a terminal can take in; --json holds them all
CENT = Decimal("0.01")


@click.command("scenario")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="A changed input; repeatable. usage, adoption, context, price:VENDOR[/MODEL], swap:MODEL, quality, retries, "
    "review, rejection.",
)
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--basis", default="effective", show_default=True, help="effective, billed, contracted or list.")
@click.option("--currency", help="ISO 4217. Default: the workspace's. Currencies are never added.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    /,
    changes: tuple[str, ...],
    period: str | None,
    basis: str,
    currency: str | None,
    as_json: bool,
) -> None:
    """Replay the rows of a period under changed inputs. With nothing set it equals the map.

    \b
    Examples:
      spendmap scenario --set usage=2
      spendmap scenario --set price:anthropic=1.2 --set price:openai/gpt-4.1=0.8 --period 2026-Q3
      spendmap scenario --set swap:gpt-4.1=gpt-5-mini --json
      spendmap scenario --set quality=worse
      spendmap scenario --set retries=+0.10 --set review=1.5 --set rejection=0.3
    """
    from spendmap.reports.figures import document
    from spendmap.reports.read_model import ReadModel
    from spendmap.reports.scenario import scenario_report

    place = Workspace.find(workspace)
    report = scenario_report(
        ReadModel.open(place),
        changes,
        today=datetime.now(UTC).date(),
        period=period,
        basis=basis,
        currency=currency,
    )
    if as_json:
        say_json(document(report))
        return
    click.echo(f"{place.name}, {report.period.label}, {report.basis} cost, {report.currency}")
    click.echo(f"Set: {', '.join(report.changes) or 'nothing (the actuals)'}\n")
    click.echo(f"  actual    {_money(report.baseline):>18}")
    click.echo(f"  scenario  {_money(report.scenario):>18}   {_signed(report.delta.total)}")
    click.echo(f"  range     {_money(report.range.low):>18} to {_money(report.range.high)}")
    for title, rows in (
        ("category", report.delta.by_category),
        ("owner", report.delta.by_owner),
        ("vendor", report.delta.by_vendor),
    ):
        changed = [row for row in rows if row.delta]
        if changed:
            click.echo(f"\nBy {title}")
        for row in changed[:SHOWN]:
            click.echo(
                f"  {row.label[:36]:<36} {_money(row.baseline):>16} -> {_money(row.scenario):>16}  {_signed(row.delta)}"
            )
        if len(changed) > SHOWN:
            click.echo(f"  and {len(changed) - SHOWN} more; --json holds them all")
    if report.seats:
        click.echo("\nSeats")
    for seat in report.seats:
        click.echo(f"  {seat.month}  {seat.tool}: {money_text(seat.before)} -> {seat.after}")
    click.echo("\nHeld fixed")
    for held in report.held_fixed:
        click.echo(f"  {_money(held.cost):>16}  {held.label} ({held.why})")
    if report.range.parts:
        click.echo("\nRange")
    for part in report.range.parts:
        click.echo(f"  -{_money(part.below)} / +{_money(part.above)}  {part.why}")
    if report.accepted is not None:
        each = report.accepted
        click.echo(f"\nPer accepted run: {_unit(each.cost_before)} -> {_unit(each.cost_after)} {report.currency}")
    click.echo("\nAssumed")
    for note in report.notes:
        click.echo(f"  {note}")


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(CENT):,}"


def _signed(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(CENT):+,}"


def _unit(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(Decimal('0.0001')):,}"

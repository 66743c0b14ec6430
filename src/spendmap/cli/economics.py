"""`spendmap economics`: what one of a thing costs, and whether it earns."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.reports.economics import MARGINS, PER, EconomicsReport, economics_report
from spendmap.reports.economics_rows import EconomicsRow
from spendmap.reports.figures import document
from spendmap.reports.paging import MAX_SIZE
from spendmap.reports.read_model import ReadModel
from spendmap.value.loaded import LAYERS
from spendmap.workspace import Workspace

SHOWN = 20  # rows a terminal can take in; --json holds up to --size


@click.command("economics")
@click.option(
    "--per", type=click.Choice(tuple(PER)), default="use_case", show_default=True, help="What the cost is told for."
)
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--basis", default="effective", show_default=True, help="effective, billed, contracted or list.")
@click.option("--currency", help="ISO 4217. Default: the workspace's. Currencies are never added.")
@click.option("--layers", default=",".join(LAYERS), show_default=True, help="Layers of cost to add up.")
@click.option("--sort", help="cost, unit_cost, revenue, margin, label ...; -cost is the most expensive first.")
@click.option("--page", type=int, default=1, show_default=True, help="Page of rows.")
@click.option("--size", type=int, default=MAX_SIZE, show_default=True, help="Rows of a page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    /,
    per: str,
    period: str | None,
    basis: str,
    currency: str | None,
    layers: str,
    sort: str | None,
    page: int,
    size: int,
    as_json: bool,
) -> None:
    """Tell fully loaded unit costs, margins and time saved from the outcomes captured.

    \b
    Examples:
      spendmap economics
      spendmap economics --per plan --period 2026-Q3
      spendmap economics --per customer --sort margin --layers inference
      spendmap economics --per time_saved --json
    """
    place = Workspace.find(workspace)
    report = economics_report(
        ReadModel.open(place),
        per,
        today=datetime.now(UTC).date(),
        period=period,
        basis=basis,
        currency=currency,
        layers=layers.split(","),
        sort=sort,
        page=page,
        size=size,
    )
    if as_json:
        say_json(document(report))
        return
    click.echo(f"{place.name}, {report.period.label}, {report.basis} cost, {report.currency}, per {PER[per]}")
    click.echo(f"Layers: {', '.join(report.layers)}\n")
    for row in report.rows[:SHOWN]:
        click.echo(_line(row, report))
    if report.all_rows > SHOWN:
        click.echo(f"  and {report.all_rows - SHOWN} more; --json holds them")
    if report.total is not None:
        click.echo(f"\n  {'in these rows':<36} {_money(report.total):>16}")
    for each in report.adoption:
        click.echo(f"  {each.label[:28]:<28} x{each.factor:<4} {each.accounts:>8,} accounts {_money(each.cost):>16}/mo")
    for text in report.notes:
        note(text)


def _line(row: EconomicsRow, report: EconomicsReport) -> str:
    if row.time is not None:
        told = row.time
        unit = "minutes a task" if told.per == "task" else "minutes"
        return f"  {row.label[:36]:<36} net {_plain(told.net):>14} {unit}   ({told.comparison})"
    words = f"  {row.label[:36]:<36} {_money(row.cost):>16}"
    if row.unit_cost is not None and row.quantity is not None:
        words += f"   {row.unit_cost.quantize(Decimal('0.0001')):>14,} each of {_plain(row.quantity)} {row.unit}"
    else:
        words += f"   unknown: {row.unknown}"
    if report.per in MARGINS and row.margin is not None:
        words += f"   margin {_money(row.margin)}"
    return words


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(Decimal('0.01')):,}"


def _plain(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(Decimal('0.01')).normalize():,f}"

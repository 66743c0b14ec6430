"""`spendmap drivers`: why the total changed between two periods."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from spendmap.cli.filter_options import filter_options, question_from
from spendmap.cli.say import note, say_json
from spendmap.reports.drivers import DriverLine, DriversReport, drivers_report
from spendmap.reports.figures import document
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace

SHOWN = 3  # lines per driver that a terminal can take in; --json holds more
CENT = Decimal("0.01")


@click.command("drivers")
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, /, as_json: bool, **filters: Any) -> None:
    """Why the total changed: volume, mix, price, new, gone, seats, people's work, and what no quantity explains.

    \b
    Examples:
      spendmap drivers
      spendmap drivers --period 2026-10 --compare 2025-10
      spendmap drivers --where vendor=openai --json
    """
    place = Workspace.find(workspace)
    model = ReadModel.open(place)
    report = drivers_report(model, question_from(model, **filters))
    if as_json:
        say_json(document(report))
    else:
        _print(report, place.name)


def _print(report: DriversReport, name: str) -> None:
    click.echo(f"{name}, {report.period.label}, {report.basis} cost, {report.currency}\n")
    if report.compare is None or report.previous_total is None or report.change is None:
        click.echo(f"  {'total':<26} {_money(report.total):>18}")
    else:
        click.echo(f"  {report.compare.label:<26} {_money(report.previous_total):>18}")
        for driver in report.drivers:
            click.echo(f"  {driver.label:<26} {_signed(driver.amount):>18}   {driver.about}")
            for line in driver.lines[:SHOWN]:
                click.echo(f"      {_signed(line.amount):>16}  {line.label}{_how(line)}")
        click.echo(f"  {report.period.label:<26} {_money(report.total):>18}   {_signed(report.change)}")
    for each in report.notes:
        note(each)


def _how(line: DriverLine) -> str:
    effect = f" ({line.effect})" if line.effect else ""
    if line.unit is None or line.quantity_before is None or line.quantity_now is None:
        return effect
    return f"{effect}: {line.quantity_before:,.0f} -> {line.quantity_now:,.0f} {line.unit}"


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount.quantize(CENT):,}"


def _signed(amount: Decimal) -> str:
    return f"{amount.quantize(CENT):+,}"

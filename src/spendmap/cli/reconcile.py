"""`spendmap reconcile`: the ledger against bills and payments."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.reports.reconcile import PaymentBridge, ReconcileLine, ReconcileTotal


@click.command("reconcile")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--issuer", multiple=True, help="A vendor, by id or name; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, period: str | None, issuer: tuple[str, ...], as_json: bool) -> None:
    """Compare metered usage with the bill, and the bill with the payment, per vendor account and month.

    \b
    Examples:
      spendmap reconcile --period 2026-10
      spendmap reconcile --period all --issuer openai --json
    """
    from spendmap.reports.figures import document
    from spendmap.reports.read_model import ReadModel
    from spendmap.reports.reconcile import reconcile_report

    model = ReadModel.open(Workspace.find(workspace))
    report = reconcile_report(model, today=datetime.now(UTC).date(), period=period, issuer=issuer)
    if as_json:
        say_json(document(report))
        return
    for line in report.lines:
        click.echo(f"\n{line.label} {line.account or '(no account)'}  {line.month}  [{line.status}]")
        click.echo(f"  {_sides(line)}")
        if line.other_billed is not None and line.billed is not None:
            click.echo(f"  of the bill, {_money(line.other_billed)} has no meter")
        if line.difference is not None:
            _bridge("metered to paid" if line.billed_by == "payment" else "metered to billed", line)
        if line.payment is not None and line.payment.difference is not None:
            _bridge("billed to paid", line.payment)
        if line.status == "one-sided":
            click.echo("    difference unknown: nothing to compare with is captured")
        if line.unpriced_rows:
            click.echo(f"  {line.unpriced_rows:,} calls have no price and are in no sum")
    if report.totals:
        click.echo("")
    for each in report.totals:
        click.echo(f"Total of {each.lines} {'line' if each.lines == 1 else 'lines'}: {_sides(each)}")
    for text in report.notes:
        note(text)
    note(", ".join(f"{count} {status}" for status, count in report.by_status.items()) or "Nothing to reconcile.")


def _sides(each: ReconcileLine | ReconcileTotal) -> str:
    """The three columns of a line or of the totals."""
    apart = f"; paid for other products {_money(each.paid_apart)}" if each.paid_apart is not None else ""
    sides = ", ".join(
        f"{name} {_money(amount)}"
        for name, amount in (("metered", each.metered), ("billed", each.bill), ("paid", each.paid))
    )
    return f"{sides} {each.currency}{apart}"


def _bridge(name: str, each: ReconcileLine | PaymentBridge) -> None:
    said = [f"{cause.replace('_', ' ')} {amount:+,.2f}" for cause, amount in each.causes.items()]
    if each.unexplained:
        said.append(f"unexplained {each.unexplained:+,.2f}")
    click.echo(f"    {name}: difference {each.difference:+,.2f}" + (f": {', '.join(said)}" if said else ""))


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"

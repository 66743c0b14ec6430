"""`spendmap reconcile`: the ledger against bills and payments."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


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
        click.echo(f"\n{line.label} {line.account}".rstrip() + f"  {line.month}  [{line.status}]")
        if line.difference is not None:
            by = "billed" if line.billed_by == "bill" else "paid"
            click.echo(f"  metered {_money(line.metered)}, {by} {_money(line.billed)} {line.currency}")
            _bridge(line.difference, line.causes, line.unexplained)
        elif line.metered is not None:
            click.echo(f"  metered {_money(line.metered)} {line.currency}; no bill and no payment to compare with")
        if line.other_billed is not None:
            click.echo(f"  billed without a meter {_money(line.other_billed)} {line.currency}")
        if line.unpriced_rows:
            click.echo(f"  {line.unpriced_rows:,} calls have no price and are in no sum")
        if line.payment is not None:
            click.echo(f"  paid {_money(line.payment.paid)} {line.currency}")
            if line.payment.difference is not None:
                _bridge(line.payment.difference, line.payment.causes, line.payment.unexplained)
    for text in report.notes:
        note(text)
    note(", ".join(f"{count} {status}" for status, count in report.by_status.items()) or "Nothing to reconcile.")


def _bridge(difference: Decimal, causes: dict[str, Decimal], unexplained: Decimal | None) -> None:
    said = [f"{name.replace('_', ' ')} {amount:+,.2f}" for name, amount in causes.items()]
    if unexplained:
        said.append(f"unexplained {unexplained:+,.2f}")
    click.echo(f"    difference {difference:+,.2f}" + (f": {', '.join(said)}" if said else ""))


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"

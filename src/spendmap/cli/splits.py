"""`spendmap splits`: indirect cost, pool by pool, and every use case fully loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.reports.figures import document
from spendmap.reports.filters import ask
from spendmap.reports.indirect import IndirectReport, PoolRow, indirect_cost
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace


@click.command("splits")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--basis", default="effective", show_default=True, help="effective, billed, contracted or list.")
@click.option("--currency", help="ISO 4217. Default: the workspace's. Currencies are never added.")
@click.option("--pool", "pools", multiple=True, help="Only this pool; repeatable.")
@click.option("--use-case", "use_cases", multiple=True, help="Only this use case, by id or name; repeatable.")
@click.option("--long", "in_full", is_flag=True, help="With each receiver's formula.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    period: str | None,
    basis: str,
    currency: str | None,
    pools: tuple[str, ...],
    use_cases: tuple[str, ...],
    in_full: bool,
    as_json: bool,
) -> None:
    """Indirect cost: pools, drivers, who receives, and what stays unallocated and why.

    \b
    Examples:
      spendmap splits
      spendmap splits --pool vector-search --long
      spendmap splits --use-case answer-assistant --period 2026-Q3 --json
    """
    model = ReadModel.open(Workspace.find(workspace))
    question = ask(model, today=datetime.now(UTC).date(), period=period, compare="none", basis=basis, currency=currency)
    report = indirect_cost(model, question, pools=pools, use_cases=use_cases)
    if as_json:
        say_json(document(report))
    else:
        _print(report, in_full=in_full)


def _print(report: IndirectReport, *, in_full: bool) -> None:
    click.echo(f"Indirect cost, {report.period}, {report.currency}, {report.basis} cost\n")
    for name, amount in (
        ("use cases' own", report.direct),
        ("allocated by splits", report.allocated),
        ("in a pool, unallocated", report.unallocated),
        ("in no pool", report.in_no_pool),
        ("total of the map", report.total),
    ):
        click.echo(f"  {name:<24}{_money(amount):>20}")
    for pool in report.pools:
        _print_pool(pool, in_full=in_full)
    if report.use_cases:
        click.echo(f"\n{'use case':<40}{'direct':>18}{'indirect':>18}{'fully loaded':>18}")
    for case in report.use_cases:
        amounts = "".join(f"{_money(each):>18}" for each in (case.direct, case.indirect, case.fully_loaded))
        click.echo(f"{case.label:<40}{amounts}")
    for text in report.notes:
        note(text)


def _print_pool(pool: PoolRow, *, in_full: bool) -> None:
    by = f"by {pool.driver}" if pool.driver else "to nobody"
    click.echo(f"\n{pool.name} ({pool.id})  [{pool.layer}, {by}]  {_money(pool.cost)}")
    for each in pool.receivers:
        share = f"{each.share * 100:.1f} %" if each.share is not None else ""
        click.echo(f"  {each.label:<38}{_money(each.cost):>18}{share:>9}")
        if in_full or each.use_case is None:
            click.echo(f"      {each.formula}")


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"

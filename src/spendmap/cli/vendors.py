"""`spendmap vendors`: who is paid, which products do the same thing, and what was decided about it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spendmap.cli.filter_options import filter_options, question_from
from spendmap.cli.say import note, say_json
from spendmap.reports.figures import document
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.reports.vendor_detail import VendorDetail
    from spendmap.reports.vendor_matrix import OverlapDecision, ProductCell
    from spendmap.reports.vendors import VendorsReport

PRODUCTS_SHOWN = 8  # products named per capability; --json names all


@click.command("vendors")
@click.argument("vendor", required=False)
@click.option("--by", type=click.Choice(("capability", "department")), default="capability", show_default=True)
@click.option("--search", "q", default="", help="Words of a vendor, tool or product.")
@click.option("--sort", default="-cost", show_default=True, help="cost, change, label, tools, renewal_date, findings.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="Vendors listed.")
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None, /, vendor: str | None, by: str, q: str, sort: str, limit: int, as_json: bool, **filters: Any
) -> None:
    """Vendors, and which of their products do the same thing; or everything known of one VENDOR.

    \b
    Examples:
      spendmap vendors
      spendmap vendors --by department --period 2026-10
      spendmap vendors otter --json
    """
    place = Workspace.find(workspace)
    today = datetime.now(UTC).date()
    from spendmap.register import ensure_inventory
    from spendmap.reports.vendor_detail import vendor_detail
    from spendmap.reports.vendors import vendors_report

    ensure_inventory(place)
    model = ReadModel.open(place)
    question = question_from(model, **filters)
    if vendor is not None:
        detail = vendor_detail(model, question, vendor, today)
        if as_json:
            say_json(document(detail))
        else:
            _print_detail(detail)
        return
    report = vendors_report(model, question, today, by=by, q=q, sort=sort, size=limit)
    if as_json:
        say_json(document(report))
    else:
        _print(report)


def _print(report: VendorsReport) -> None:
    click.echo(f"Vendors and overlap, {report.period.label}, {report.basis} cost in {report.currency}")
    click.echo(
        f"{report.overlaps} capabilities with several vendors, {report.undecided} undecided; "
        f"{_money(report.overlap_cost)} for employee tools among them (a lens, counted elsewhere already)\n"
    )
    for row in report.capabilities:
        if not row.is_overlap:
            continue
        head = f"{row.label}: {row.vendors} vendors, {row.tools} tools, {row.departments} departments"
        click.echo(f"{head}, {_money(row.cost)}" + _graded(row.by_evidence))
        for cell in row.products[:PRODUCTS_SHOWN]:
            click.echo(f"  {cell.label} ({cell.vendor_label}): {_cell(cell)}")
        if len(row.products) > PRODUCTS_SHOWN:
            click.echo(f"  ... and {len(row.products) - PRODUCTS_SHOWN} more products")
        for pair in row.users_in_common:
            if pair.users is not None:
                click.echo(f"  {pair.one_label} and {pair.other_label}: {pair.users} users in common")
        if row.users_in_common and all(pair.users is None for pair in row.users_in_common):
            click.echo("  users in common: not known, no source names the people of both")
        click.echo(f"  {_decision(row.decision)}\n")
    for department in report.departments:
        if department.overlaps:
            counts = f"{department.overlaps} overlaps, {department.products} products"
            click.echo(f"{department.label}: {counts}, {_money(department.cost)}")
            for each in department.capabilities:
                if each.is_overlap:
                    names = ", ".join(product.label for product in each.products)
                    decided = f"; {_decision(each.decision)}" if each.decision else ""
                    click.echo(f"  {each.label}: {names}{decided}")
    click.echo(f"\n{report.vendors.total} vendors")
    for vendor in report.vendors.items:
        renews = f", renews {vendor.renewal_date}" if vendor.renewal_date else ""
        used = "use cases unknown" if vendor.use_cases is None else f"{vendor.use_cases} use cases"
        click.echo(f"  {vendor.label}: {_money(vendor.cost)}, {vendor.tools} tools, {used}{renews}")
    for text in report.notes:
        note(text)


def _print_detail(detail: VendorDetail) -> None:
    click.echo(f"{detail.label}, {detail.period.label}: {_money(detail.cost)} {detail.currency}, {detail.basis} cost")
    for title, rows in (("Accounts", detail.accounts), ("Models", detail.models)):
        if rows:
            click.echo(f"{title}: " + ", ".join(f"{each.label} {_money(each.cost)}" for each in rows))
    if detail.by_use_case:
        click.echo("Use cases: " + ", ".join(f"{each.label} {_money(each.cost)}" for each in detail.by_use_case))
    for tool in detail.tools:
        click.echo(f"Tool {tool.label}: {', '.join(tool.capabilities) or 'no capability stated'}, {_money(tool.cost)}")
    for contract in detail.contracts:
        click.echo(f"Contract {contract.label}: renews {contract.renewal_date or 'unknown'}")
    for finding in detail.findings:
        click.echo(f"Finding {finding.id} [{finding.state}]: {finding.title}")
    for other in detail.alternatives:
        click.echo(f"Alternative {other.label} ({', '.join(other.capabilities)}): {', '.join(other.products)}")


def _cell(cell: ProductCell) -> str:
    words = [f"counted under {cell.counted_in}" if cell.counted_in else _money(cell.cost)]
    if cell.users is not None:
        words.append(f"{cell.users} users")
    if cell.seats_bought is not None:
        words.append(f"{cell.seats_bought:,.0f} seats")
    if cell.data_risk:
        words.append(f"{cell.data_risk} data" + (", above what it is approved for" if cell.is_above_approved else ""))
    if cell.notice_date:
        words.append(f"notice by {cell.notice_date}")
    if len(cell.departments) > 1:
        words.append(f"{len(cell.departments)} departments")
    return ", ".join(words)


def _decision(decision: OverlapDecision | None) -> str:
    if decision is None:
        return "no decision recorded; `spendmap review` raises the finding once there is money"
    if decision.state == "open":
        return f'undecided: spendmap decide {decision.finding} accept --reason "..." --until DATE'
    until = f" until {decision.until}" if decision.until else ""
    return f"{decision.state}{until} by {decision.by}: {decision.reason or 'no reason given'}"


def _graded(mix: dict[str, Decimal]) -> str:
    return f" ({', '.join(grade or 'not graded' for grade in mix)})" if mix else ""


def _money(amount: Decimal | None) -> str:
    return "no money known" if amount is None else f"{amount:,.2f}"

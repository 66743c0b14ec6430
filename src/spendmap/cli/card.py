"""`spendmap card`: the fifteen questions of a use case, and which of them nobody has answered."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.reports.card import UseCaseCard
    from spendmap.reports.card_what_if import WhatIf
    from spendmap.reports.use_cases import UseCaseRow


@click.command("card")
@click.argument("use_case", required=False)
@click.option("--list", "is_list", is_flag=True, help="Every use case, its money, and how many questions are open.")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
@click.option("--basis", default="effective", show_default=True, help="effective, billed, contracted or list.")
@click.option("--currency", help="ISO 4217. Default: the workspace's. Currencies are never added.")
@click.option("--what-if/--no-what-if", "wants_what_if", default=True, help="Replay the three what-ifs (seconds).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    use_case: str | None,
    is_list: bool,
    period: str | None,
    basis: str,
    currency: str | None,
    wants_what_if: bool,
    as_json: bool,
) -> None:
    """Print the question card of USE_CASE (its id or name), or the list of all with --list.

    Each question has an answer with evidence, date and owner, or says who could answer it.

    \b
    Examples:
      spendmap card ticket-triage
      spendmap card ticket-triage --period 2026-Q3 --no-what-if --json
      spendmap card --list
    """
    if is_list == (use_case is not None):
        raise click.UsageError("name a use case, or ask for --list.")
    from spendmap.reports.card import known_use_case, use_case_card
    from spendmap.reports.card_what_if import Replays, what_ifs
    from spendmap.reports.declared import DeclaredBooks
    from spendmap.reports.figures import document
    from spendmap.reports.findings import findings_report
    from spendmap.reports.read_model import ReadModel
    from spendmap.reports.use_cases import all_use_cases

    place = Workspace.find(workspace)
    today = datetime.now(UTC).date()
    model = ReadModel.open(place)
    books = DeclaredBooks(place)
    book = books.current()
    findings = findings_report(place.rollups, today).findings
    if use_case is None:
        question, rows = all_use_cases(
            model, book, today=today, findings=findings, period=period, basis=basis, currency=currency
        )
        rows.sort(key=lambda row: (row.direct is None, -(row.direct or Decimal(0)), row.name))
        if as_json:
            heads = {"period": question.period.label, "currency": question.currency, "basis": question.basis}
            say_json({**heads, "use_cases": document(rows)})
        else:
            click.echo(f"{place.name}, {question.period.label}, {question.basis} cost, {question.currency}")
            _print_list(rows)
        return
    id_ = known_use_case(model, book, use_case, today)
    card = use_case_card(
        model,
        book,
        id_,
        today=today,
        findings=findings,
        recorded=books.recorded("use_case", id_),
        period=period,
        basis=basis,
        currency=currency,
    )
    replayed = None
    if wants_what_if and card.direct is not None:
        replayed = what_ifs(
            model, Replays(), id_, today=today, period=card.period.label, basis=basis, currency=card.currency
        )
    told = {each.id: each for each in replayed.what_ifs} if replayed else {}
    if as_json:
        said = document(card)
        for each in said["questions"]:
            if each["id"] in told:
                each["what_if"] = document(told[each["id"]])
                each["answer"], each["is_pending"] = told[each["id"]].answer, False
        said["notes"] += replayed.notes if replayed else []
        say_json(said)
    else:
        _print_card(card, told)


def _print_card(card: UseCaseCard, told: dict[str, WhatIf]) -> None:
    click.echo(f"{card.name} ({card.id}), {card.period.label}, {card.basis} cost, {card.currency}")
    answered = len(card.questions) - card.unanswered
    kept = sum(each.state != "done" for each in card.findings)
    click.echo(f"{answered} of {len(card.questions)} questions answered, {kept} findings\n")
    for each in card.questions:
        answer = told[each.id].answer if each.id in told else each.answer
        if each.is_pending and each.id not in told:
            answer = "replayed with --what-if"
        click.echo(f"{each.number:>2}. {each.question}")
        click.echo(f"    {answer or 'UNANSWERED'}")
        if each.runs is not None and each.runs.cost_per_accepted is not None:
            unit = f"{each.runs.cost_per_accepted.quantize(Decimal('0.0001')):,} {each.runs.currency}"
            counts = f"{each.runs.accepted:,.0f} of {each.runs.attempts:,.0f} runs"
            click.echo(f"    measured: {unit} direct cost per accepted run ({counts})")
        if each.how == "unanswered":
            click.echo(f"    -> {each.next_step}")
            continue
        facts = [
            each.evidence or "no grade",
            str(each.date) if each.date else "",
            each.owner or "nobody answers for it",
        ]
        click.echo(f"    [{', '.join(filter(None, facts))}]")
        for breakdown in each.money.breakdowns if each.money else []:
            parts = [f"{part.label} {_money(part.cost)}" for part in breakdown.parts[:6]]
            if parts:
                click.echo(f"    by {breakdown.by}: {', '.join(parts)}")
    for text in card.notes:
        note(text)


def _print_list(rows: list[UseCaseRow]) -> None:
    if not rows:
        note("No use case is registered and no money names one. Declare some with `spendmap register apply FILE`.")
        return
    click.echo(f"  {'use case':<40} {'direct':>16} {'indirect':>16}  open  owner")
    for row in rows:
        click.echo(
            f"  {row.name[:40]:<40} {_money(row.direct):>16} {_money(row.indirect):>16}  {row.unanswered:>4}  "
            f"{row.owner or 'nobody'}{'' if row.is_registered else ' (not registered)'}"
        )
    note("\nOpen is how many of the fifteen questions nobody has answered. Read one with `spendmap card USE_CASE`.")


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"

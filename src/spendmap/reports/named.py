"""What is not settled about a period, named in money: beside the total, never in it unless it says so.

Reads the published notes of counting, the month roll-up, the loads of the version and, for proposed pairs, the two
ledger lines. Money is effective cost in the question's currency, whatever basis the map is drawn on; only `dark`, which
is a part of the total, follows the basis.
Invariant: a figure that the conditions of a question cannot tell apart is None, never 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.reports.figures import ZERO, plus, sum_known, sum_told
from spendmap.reports.filters import Question, condition
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql

NOTED = ("vendor", "vendor_account")
"""Dimensions that a note has: under any other condition its money cannot be told."""


@dataclass(frozen=True)
class DarkAccount:
    """Billed money of one vendor account that no telemetry explains."""

    vendor: str | None
    account: str | None
    cost: Decimal | None


@dataclass(frozen=True)
class Dark:
    """Billed money that no telemetry explains; in the total.

    `is_tested` False: no bill of the period met telemetry, so what telemetry explains is not known, nor the cost.
    """

    cost: Decimal | None
    accounts: list[DarkAccount]
    is_tested: bool


@dataclass(frozen=True)
class Asked:
    """One line or source that perhaps counts twice; in the total. `line`: the ledger line, as source:key."""

    month: str
    vendor: str | None
    account: str | None
    supplier: str | None
    cost: Decimal | None
    reason: str
    line: str | None


@dataclass(frozen=True)
class PerhapsTwice:
    """Money that counts and is perhaps counted already. Each item's reason says what settles it."""

    cost: Decimal | None
    items: list[Asked]


@dataclass(frozen=True)
class TaxQuestion:
    """One line that is perhaps tax. `id` is the subject of its finding."""

    id: str
    month: str
    vendor: str | None
    account: str | None
    cost: Decimal | None
    reason: str
    line: str | None


@dataclass(frozen=True)
class Tax:
    """Money of lines about which a person can say whether it is tax; `cost` adds them up."""

    cost: Decimal | None
    items: list[TaxQuestion]


@dataclass(frozen=True)
class PerhapsAi:
    """Money of one supplier that no rule calls AI, and why it may be. `vendor`: whom the name is or resembles."""

    supplier: str | None
    vendor: str | None
    cost: Decimal | None
    billed_cost: Decimal | None
    rows: int
    reason: str


@dataclass(frozen=True)
class Waiting:
    """Metered usage that no bill of the period covers; in the total. `rows`: its rows of the roll-up's ledger."""

    cost: Decimal | None
    rows: int


@dataclass(frozen=True)
class Amount:
    """Money of one vendor, and why it stands here."""

    vendor: str | None
    account: str | None
    product: str | None
    cost: Decimal | None
    reason: str


@dataclass(frozen=True)
class Prepaid:
    """Paid and not used or not spread yet at the end of `month`, the period's last; in no total of it."""

    cost: Decimal | None
    month: str
    items: list[Amount]


@dataclass(frozen=True)
class Equivalent:
    """What calls under flat plans would cost at list price; in no total. `has_plan` False: no such call was seen."""

    cost: Decimal | None
    has_plan: bool
    items: list[Amount]


@dataclass(frozen=True)
class Over:
    """Money metered above what was billed, by vendor account; in no total."""

    cost: Decimal | None
    items: list[Amount]


@dataclass(frozen=True)
class RefusedSource:
    """Rows of one source that wait in quarantine."""

    source: str
    rows: int
    files: int


@dataclass(frozen=True)
class Refused:
    """Rows that were refused and count nowhere; their money is unknown. Files of which every row was refused name no
    month and stand in every period."""

    rows: int
    sources: list[RefusedSource]


@dataclass(frozen=True)
class PairLine:
    """One of the two lines of a proposed pair."""

    name: str
    source: str | None
    supplier: str | None
    day: date | None
    cost: Decimal | None
    file: str | None
    line: int | None


@dataclass(frozen=True)
class Pair:
    """A document and a payment taken for one purchase; it counts once. `id` is the subject of its finding."""

    id: str
    month: str
    vendor: str | None
    account: str | None
    cost: Decimal | None
    reason: str
    document: PairLine
    payment: PairLine


@dataclass(frozen=True)
class Named:
    """All of it. `perhaps_tax` is in the total, `taken_for_tax` is not.

    `unknown` says why notes of counting are not told under this question's conditions; None: they are.
    """

    dark: Dark
    perhaps_twice: PerhapsTwice
    perhaps_tax: Tax
    taken_for_tax: Tax
    perhaps_ai: list[PerhapsAi]
    not_billed_yet: Waiting
    prepaid: Prepaid
    quarantined: Refused
    api_equivalent: Equivalent
    over: Over
    pairs: list[Pair]
    unknown: str | None


Note = Mapping[str, Any]


def named(
    model: ReadModel,
    question: Question,
    session: ReadSession,
    accounts: Sequence[DarkAccount],
    *,
    is_captured: bool,
    is_end_captured: bool,
) -> Named:
    """What is not settled in the question's period.

    Args:
        accounts: the dark money by account, on the question's basis.
        is_captured: whether anything of the period is; else none of its sums is known.
        is_end_captured: whether anything of its last month is, at whose end balances are told.
    """
    waiting = session.records(question.fill(sql("named_waiting")), question.parameters)[0]
    others = [name for name, _ in question.where if name not in NOTED]
    notes = {} if others else _notes(question, session)
    is_told = not others and is_captured
    calls = _calls(question, session)
    are_apart = not others and not (calls and question.where)  # calls know no vendor: no condition can tell them
    corrections = [note["amount"] for note in notes.get("not_billed_yet", ())]
    return Named(
        dark=Dark(
            sum_known((each.cost for each in accounts), is_captured=bool(waiting["has_bill"])),
            list(accounts),
            bool(waiting["has_bill"]),
        ),
        perhaps_twice=PerhapsTwice(
            sum_known(
                [*(note["amount"] for note in notes.get("perhaps_twice", ())), *(each.cost for each in calls)],
                is_captured=is_captured,
            )
            if are_apart
            else None,
            [
                *(() if question.where else calls),
                *(
                    Asked(
                        note["month"],
                        note["vendor"],
                        note["vendor_account"] or None,
                        note["subject"] or None,
                        note["amount"],
                        note["reason"],
                        note["origin_key"],
                    )
                    for note in notes.get("perhaps_twice", ())
                ),
            ],
        ),
        perhaps_tax=_tax(notes, "perhaps_tax", is_told),
        taken_for_tax=_tax(notes, "proposed_tax", is_told),
        perhaps_ai=_perhaps_ai(notes.get("perhaps_ai", ())),
        not_billed_yet=Waiting(
            sum_told(
                sum_known([waiting["waiting"], *corrections], is_captured=False),
                waiting["rows"] + len(corrections),
                is_captured=is_captured,
            )
            if not others
            else None,
            waiting["rows"],
        ),
        prepaid=Prepaid(
            _sum(notes, "prepaid", not others and is_end_captured), question.period.last, _amounts(notes, "prepaid")
        ),
        quarantined=_refused(model, question),
        api_equivalent=Equivalent(
            _sum(notes, "api_equivalent", is_told), bool(waiting["has_plan"]), _amounts(notes, "api_equivalent")
        ),
        over=Over(_sum(notes, "over", is_told), _amounts(notes, "over")),
        pairs=_pairs(model, notes.get("proposed_pair", ())),
        unknown=None
        if not others
        else f"not told under a condition on {', '.join(others)}: notes of counting know vendor and account only",
    )


def _notes(question: Question, session: ReadSession) -> dict[str, list[Note]]:
    where, values = condition(question.where)
    found: dict[str, list[Note]] = defaultdict(list)
    text = sql("named_notes").replace("{where}", where)
    for row in session.records(text, {**question.parameters, **values}):
        found[row["kind"]].append(row)
    return dict(found)


def _calls(question: Question, session: ReadSession) -> list[Asked]:
    """Calls that two sources tell of and that nothing ties: what counts a second time, per month and pair of sources.

    A pair of sources has no vendor, so under any condition the sum with them is not known.
    """
    return [
        Asked(
            month=row["month"],
            vendor=None,
            account=None,
            supplier=f"{row['source_b']} and {row['source_a']}",
            cost=row["amount"],
            reason=f"{row['calls']:,} calls look the same in both sources: `sees` of one of them says that they are",
            line=None,
        )
        for row in session.records(
            "SELECT i.month, i.source_a, i.source_b, i.calls, i.amount FROM identity AS i "
            "WHERE i.kind = 'perhaps' AND (i.currency = $currency OR i.currency IS NULL) "
            "AND i.month BETWEEN $first AND $last ORDER BY i.month, i.source_a, i.source_b",
            question.parameters,
        )
    ]


def _sum(notes: Mapping[str, Sequence[Note]], kind: str, is_told: bool) -> Decimal | None:
    return sum_known((note["amount"] for note in notes.get(kind, ())), is_captured=is_told)


def _tax(notes: Mapping[str, Sequence[Note]], kind: str, is_told: bool) -> Tax:
    return Tax(
        _sum(notes, kind, is_told),
        [
            TaxQuestion(
                note["subject"],
                note["month"],
                note["vendor"],
                note["vendor_account"] or None,
                note["amount"],
                note["reason"],
                note["origin_key"],
            )
            for note in notes.get(kind, ())
        ],
    )


def _amounts(notes: Mapping[str, Sequence[Note]], kind: str) -> list[Amount]:
    """One row per vendor, account, product and reason, biggest first."""
    sums: dict[tuple[str | None, str | None, str | None, str], Decimal | None] = {}
    for note in notes.get(kind, ()):
        key = (note["vendor"], note["vendor_account"] or None, note["product"], note["reason"])
        sums[key] = plus(sums.get(key), note["amount"])
    found = [Amount(key[0], key[1], key[2], cost, key[3]) for key, cost in sums.items()]
    return sorted(found, key=lambda each: (-(each.cost or ZERO), each.vendor or "", each.account or "", each.reason))


def _perhaps_ai(notes: Sequence[Note]) -> list[PerhapsAi]:
    """One row per supplier, vendor and reason over the period's months, biggest first."""
    sums: dict[tuple[Any, ...], PerhapsAi] = {}
    for note in notes:
        key = (note["subject"], note["vendor"], note["reason"])
        have = sums.get(key, PerhapsAi(note["subject"], note["vendor"], None, None, 0, note["reason"]))
        sums[key] = replace(
            have,
            cost=plus(have.cost, note["amount"]),
            billed_cost=plus(have.billed_cost, note["billed_amount"]),
            rows=have.rows + note["rows"],
        )
    return sorted(sums.values(), key=lambda each: (-(each.cost or ZERO), each.supplier or "", each.reason))


def _refused(model: ReadModel, question: Question) -> Refused:
    if model.is_empty:
        return Refused(0, [])

    def read() -> Refused:
        with model.ledger_session("load") as session:
            found = [RefusedSource(**row) for row in session.records(sql("named_refused"), question.parameters)]
        return Refused(sum(each.rows for each in found), found)

    return model.kept(("refused", question.period.first, question.period.last), read)


def _pairs(model: ReadModel, notes: Sequence[Note]) -> list[Pair]:
    if not notes:
        return []
    keys = sorted({note[name] for note in notes for name in ("origin_key", "other_key") if note[name]})
    with model.ledger_session("charge") as session:
        lines = {row["name"]: PairLine(**row) for row in session.records(sql("pair_lines"), {"keys": keys})}
    return [
        Pair(
            id=note["subject"],
            month=note["month"],
            vendor=note["vendor"],
            account=note["vendor_account"] or None,
            cost=note["amount"],
            reason=note["reason"],
            document=_line(lines, note["other_key"]),
            payment=_line(lines, note["origin_key"]),
        )
        for note in notes
    ]


def _line(lines: Mapping[str, PairLine], name: str) -> PairLine:
    return lines.get(name) or PairLine(name, None, None, None, None, None, None)


__all__ = ["Dark", "DarkAccount", "Named", "Pair", "PerhapsAi", "named"]

"""The whole-month term that a payment pays for in advance: of its contract, or by its own words ("annual plan").

Pure. A contract's amount says which payments are the whole of it, a year or a quarter. Where it states none, its terms
of payment say how long a payment reaches; where they are silent too, the one payment at its beginning pays the term.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spendmap.allocation.counted.periods import add_months, whole_months
from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, Line

EARLY_DAYS = 60  # how long before its start a term may be paid
ADD_ON = re.compile(
    r"\b(add[- ]?ons?|true[- ]?ups?|(additional|extra|more) (seats?|users?|licen[cs]es?)|co-?term\w*|nachlizenz\w*|"
    r"zusatzlizenz\w*|zus[äa]tzliche \w+|(si[èe]ges?|licences?|utilisateurs?) suppl[ée]mentaires?|"
    r"(licencias?|usuarios?|puestos?) adicional(es)?)\b",
    re.I,
)
MONTHLY = re.compile(r"month|monat|mensu|mensual|mois", re.I)  # terms of a contract that is not paid ahead
_LATE = re.compile(r"arrears?|nachtr[äa]glich|[ée]chu|vencido", re.I)
_LENGTHS = (
    (re.compile(r"quarter|quartal|viertelj|trimest", re.I), 3),
    (re.compile(r"half[- ]?year|semi[- ]?annual|halbj|semest", re.I), 6),
    (re.compile(r"year|annual|annuel|j[äa]hr|anual|upfront|up front|in advance|prepaid", re.I), 12),
)
_NUMBERS = {
    word: number
    for number, words in ((1, "one ein einem un une uno"), (2, "two zwei deux dos"), (3, "three drei trois tres"))
    for word in words.split()
}
_COUNT = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_SAID = (  # a negative length is that of one of what the words count
    (re.compile(rf"\b{_COUNT}[ -]?(?:months?|mths?|monate?n?|mois|meses)\b", re.I), -1),
    (re.compile(rf"\b{_COUNT}[ -]?(?:years?|yrs?|jahre?n?s?|ans?|ann[ée]es?|a[ñn]os?)\b", re.I), -12),
    (re.compile(r"\b(?:semi[- ]?annual(?:ly)?|half[- ]?year(?:ly)?|halbj[äa]hr\w*|semestr\w+)\b", re.I), 6),
    (re.compile(r"\b(?:quarterly|viertelj[äa]hr\w*|trimestr\w+)\b", re.I), 3),
    (re.compile(r"\b(?:annual(?:ly)?|year(?:ly)?|jahres\w*|j[äa]hrlich\w*|annuel(?:le)?s?|anual(?:es)?)\b", re.I), 12),
)
_BARE_YEAR = re.compile(r"(?<![\d/.-])(20\d\d)(?![\d/.-])")
AGAIN = 20  # days from which the same payment comes again, rather than two people buying the same
LATE_DAYS = 45  # how long after its term began a payment may still be the one for it


@dataclass(frozen=True)
class Contract:
    """What a contract says of payment. `end` exclusive; `commitment` is the amount over the term."""

    vendor: str
    account: str
    tool: str | None
    start: date
    end: date
    commitment: Decimal | None
    currency: str | None
    payment_terms: str


def paid_in_advance(contract: Contract, line: Line) -> tuple[date, date] | None:
    """The part of a contract's term that the line pays: the whole, or the year or quarter it begins."""
    if contract.commitment is None or not is_of(contract, line, EARLY_DAYS):
        return None
    months = whole_months(contract.start, contract.end)
    if months is None:
        return (contract.start, contract.end) if abs(contract.commitment - line.amount) < CENT else None
    for length in _lengths(months):
        if abs(contract.commitment * length - line.amount * months) >= CENT * months:
            continue
        for number in range(0, months, length):
            start = add_months(contract.start, number)
            end = add_months(contract.start, min(number + length, months))
            if start.toordinal() - EARLY_DAYS <= line.day.toordinal() < end.toordinal():
                return start, end
    return None


def is_of(contract: Contract, line: Line, early: int = 0) -> bool:
    """Whether a line can be a payment of a contract, up to `early` days before its term begins."""
    return (
        contract.vendor == line.vendor
        and (contract.tool is None or line.tool is None or contract.tool == line.tool)
        and (not contract.account or not line.account or contract.account == line.account)
        and (contract.currency is None or contract.currency == line.currency)
        and contract.start.toordinal() - early <= line.day.toordinal() < contract.end.toordinal()
    )


def _lengths(months: int) -> Iterable[int]:
    """Whole terms, then years, halves and quarters; a month is no term."""
    return dict.fromkeys(length for length in (months, 12, 6, 3) if 1 < length <= months)


def terms_paid(contracts: Sequence[Contract], lines: Iterable[Line]) -> dict[str, tuple[date, date]]:
    """Line name -> the part of the term `[start, end)` it pays, of contracts that state no amount."""
    open_lines = [
        line for line in lines if line.left > 0 and line.kind not in NO_PURCHASE and not ADD_ON.search(line.text)
    ]
    found: dict[str, tuple[date, date]] = {}
    for contract in contracts:
        months = whole_months(contract.start, contract.end)
        terms = contract.payment_terms
        if contract.commitment is not None or not months or MONTHLY.search(terms) or _LATE.search(terms):
            continue
        own = [line for line in open_lines if is_of(contract, line, EARLY_DAYS) and _may_be_prepaid(contract, line)]
        length = next((length for words, length in _LENGTHS if words.search(terms)), None)
        if length is None:
            length, own = months, own if len(own) == 1 else []
        for line in own:
            for number in range(0, months, length):
                start = add_months(contract.start, number)
                if -EARLY_DAYS <= (line.day - start).days <= LATE_DAYS:
                    found[line.name] = (start, add_months(contract.start, min(number + length, months)))
    return found


class PaidAgain:
    """Which payments come again: a plan that is bound for a year may be paid by the month."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._days: dict[tuple[object, ...], list[date]] = defaultdict(list)
        for line in lines:
            if line.left > 0 and line.kind not in NO_PURCHASE:
                self._days[_payer(line)].append(line.day)

    def within(self, line: Line, end: date) -> bool:
        """Whether the same is paid again between the line's day and the end of what it would pay for."""
        apart = [abs((day - line.day).days) for day in self._days.get(_payer(line), ())]
        return any(AGAIN <= days < (end - line.day).days - AGAIN for days in apart)

    def first(self, line: Line, months: int) -> date:
        """The day on which the first of the payments was made that come again each so many months, up to the line."""
        day, days = line.day, self._days.get(_payer(line), ())
        while before := [each for each in days if abs((add_months(each, months) - day).days) <= AGAIN and each < day]:
            day = min(before)
        return day


def terms_said(lines: Iterable[Line], again: PaidAgain) -> dict[str, tuple[date, date]]:
    """Line name -> the term `[start, end)` that a subscription's words say it is paid for, from the line's day.

    Not where the words speak of months too, nor where the same payment comes again within the term.
    """
    found: dict[str, tuple[date, date]] = {}
    for line in lines:
        if line.left <= 0 or line.kind in NO_PURCHASE or line.family != "seats":
            continue
        months = None if line.period or ADD_ON.search(line.text) else _months_said(line.text)
        end = add_months(line.day, months) if months else line.day
        if not months or again.within(line, end):
            continue
        year = _BARE_YEAR.search(line.text)
        if months == 12 and year and abs(int(year[1]) - line.day.year) <= 1:
            found[line.name] = (date(int(year[1]), 1, 1), date(int(year[1]) + 1, 1, 1))
        else:
            found[line.name] = (line.day, end)
    return found


def months_of_seats(line: Line, monthly: Mapping[str, Decimal]) -> int | None:
    """How many months of the seats listed a line without words is to the cent: years, a half or a quarter; or None.

    Args:
        monthly: what the seats of each tool cost in the line's month.
    """
    if line.family not in (None, "seats") or ADD_ON.search(line.text) or MONTHLY.search(line.text):
        return None
    costs = {*monthly.values(), sum(monthly.values(), Decimal(0))}
    return next(
        (months for months in (12, 24, 36, 6, 3) for cost in costs if cost and abs(cost * months - line.amount) < CENT),
        None,
    )


def _payer(line: Line) -> tuple[object, ...]:
    return line.vendor or line.supplier, line.amount, line.currency, line.paid_from, line.cardholder


def _months_said(text: str) -> int | None:
    """The length of a term in months that a text says, or None; not where it speaks of months beside it."""
    for pattern, months in _SAID:
        if match := pattern.search(text):
            rest = text[: match.start()] + text[match.end() :]
            if MONTHLY.search(rest):
                return None
            length = months if months > 0 else (_number(match[1]) or 0) * -months
            return length if length > 1 else None
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else _NUMBERS.get(text.lower())


def _may_be_prepaid(contract: Contract, line: Line) -> bool:
    """A contract of seats or a tool is not paid by what its line calls API calls."""
    return line.product not in ("api", "credits") or contract.tool is None


__all__ = [
    "ADD_ON",
    "EARLY_DAYS",
    "MONTHLY",
    "Contract",
    "PaidAgain",
    "is_of",
    "months_of_seats",
    "paid_in_advance",
    "terms_paid",
    "terms_said",
]

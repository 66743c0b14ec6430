"""What is not settled about a map, one line each, for a terminal: with its money, and the command that settles it.

Pure: a report in, (name, line) out. Each line is there at zero too, and what nobody measured is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from spendmap.cli.say import amount
from spendmap.reports.figures import sum_known
from spendmap.reports.named import Amount, Pair, PerhapsAi
from spendmap.reports.spend_map import SpendMapReport

T = TypeVar("T")
SHOWN = 3
Line = tuple[str, str]


def unsettled_lines(report: SpendMapReport) -> list[Line]:
    """Name and text of every line, in the order in which they are printed."""
    told = report.named
    lines = [("Dark", _dark(report))]
    if told.unknown is not None:
        lines.append(("Not told", told.unknown))
    else:
        lines += [
            ("Perhaps twice", _perhaps_twice(report)),
            ("Perhaps tax", _perhaps_tax(report)),
            ("Proposed pairs", _pairs(report)),
            ("Perhaps AI", _perhaps_ai(report)),
            ("Not billed yet", _not_billed_yet(report)),
            ("Above the bill", _over(report)),
            ("Prepaid", _prepaid(report)),
            ("Flat plans", _plans(report)),
        ]
    return [*lines, ("Quarantined", _quarantined(report))]


def _dark(report: SpendMapReport) -> str:
    dark = report.dark
    if not dark.is_tested:
        return "not tested: no bill of metered use is captured for the period"
    if not dark.accounts:
        return "none: telemetry explains every bill it meets"
    accounts = _first(
        dark.accounts,
        lambda each: f"{each.vendor or 'unknown'}{' ' + each.account if each.account else ''} {amount(each.cost)}",
    )
    return f"{_money(report, dark.cost)} billed that no telemetry explains: {accounts}"


def _perhaps_twice(report: SpendMapReport) -> str:
    found = report.named.perhaps_twice
    if not found.items:
        return "none seen" if found.cost is not None else "not told under a condition: calls of two sources look alike"
    items = _first(
        found.items,
        lambda each: f"{each.supplier or each.vendor or 'unknown'} {amount(each.cost)} in {each.month}: {each.reason}",
        "; ",
    )
    return f"{_money(report, found.cost)} in the total ({items})."


def _perhaps_tax(report: SpendMapReport) -> str:
    asked, taken = report.named.perhaps_tax, report.named.taken_for_tax
    said = []
    if asked.items:
        items = _first(asked.items, lambda each: f"{each.vendor or 'unknown'} {amount(each.cost)}: {each.reason}", "; ")
        said.append(
            f"{_money(report, asked.cost)} in the total ({items}). If it is tax, "
            f"`spendmap decide LG018:{asked.items[0].id} done --reason WHY`"
        )
    if taken.items:
        said.append(
            f"{_money(report, taken.cost)} of {len(taken.items)} lines taken for tax, in no total: "
            "`spendmap findings --code LG017`"
        )
    return ". ".join(said) or "none: no line that counts says tax, and no payment is above its bill by just a tax"


def _pairs(report: SpendMapReport) -> str:
    pairs = report.named.pairs
    if not pairs:
        return "none: no payment was taken for a document without a number"
    both = _first(pairs, _pair, "; ")
    return (
        f"{len(pairs)}, {_money(report, sum_known(each.cost for each in pairs))} counted once ({both}). "
        "Two purchases after all? `spendmap findings --code LG011`."
    )


def _pair(pair: Pair) -> str:
    sides = " = ".join(
        f"{side.source or side.name}{f' of {side.day}' if side.day else ''}" for side in (pair.document, pair.payment)
    )
    return f"{pair.vendor or 'unknown'} {amount(pair.cost)}: {sides}"


def _perhaps_ai(report: SpendMapReport) -> str:
    found = report.named.perhaps_ai
    if not found:
        return "none: no supplier held as not AI is a mixed vendor or looks like AI"
    suppliers = _first(found, lambda each: f"{each.supplier or 'unknown supplier'} {amount(each.cost)} ({each.reason})")
    return (
        f"{_money(report, sum_known(each.cost for each in found))} of {len(found)} suppliers, not in the total: "
        f"{suppliers}. Say which with `spendmap rules confirm SUPPLIER --ai` or `--not-ai`{_by_another_name(found)}."
    )


def _by_another_name(found: Sequence[PerhapsAi]) -> str:
    """The answer that keeps a vendor's money one, where a name resembles a vendor's."""
    from spendmap.allocation.perhaps_ai import Reason

    like = next((each for each in found if each.vendor and each.reason == Reason.LOOKS.value), None)
    if like is None:
        return ""
    return f'; if it is that vendor by another name, `spendmap rules confirm "{like.supplier}" --vendor {like.vendor}`'


def _not_billed_yet(report: SpendMapReport) -> str:
    waiting = report.named.not_billed_yet
    if not waiting.rows:
        return "none: no metered usage of a vendor waits for its bill"
    return f"{_money(report, waiting.cost)} metered that no bill covers yet, in the total"


def _over(report: SpendMapReport) -> str:
    found = report.named.over
    if not found.items:
        return "none: no meter shows more than its bill"
    return f"{_money(report, found.cost)} metered above what was billed, in no total: {_first(found.items, _amount)}"


def _prepaid(report: SpendMapReport) -> str:
    found = report.named.prepaid
    if not found.items:
        return f"{'none' if found.cost is not None else 'unknown, nothing is captured'} at the end of {found.month}"
    return f"{_money(report, found.cost)} at the end of {found.month}, in no total: {_first(found.items, _amount)}"


def _plans(report: SpendMapReport) -> str:
    found = report.named.api_equivalent
    if not found.has_plan:
        return "no call under a flat plan is captured"
    return f"{_money(report, found.cost)} at list price is what the plans' calls would cost, in no total"


def _quarantined(report: SpendMapReport) -> str:
    found = report.named.quarantined
    if not found.rows:
        return "none: no row of the period waits"
    sources = _first(found.sources, lambda each: f"{each.source} {each.rows:,}")
    return f"{found.rows:,} rows were refused and count nowhere ({sources}). See `spendmap sources`."


def _amount(each: Amount) -> str:
    what = " ".join(part for part in (each.vendor or "unknown", each.account, each.product) if part)
    return f"{what} {amount(each.cost)}"


def _money(report: SpendMapReport, cost: Decimal | None) -> str:
    return f"{amount(cost)} {report.currency}"


def _first(items: Sequence[T], say: Callable[[T], str], between: str = ", ") -> str:
    shown: Iterable[str] = (say(each) for each in items[:SHOWN])
    more = f" and {len(items) - SHOWN} more (--json)" if len(items) > SHOWN else ""
    return between.join(shown) + more

"""Bills whose date is all that says their month, and which a month before may be waiting for.

Reads lines once exports have covered theirs; changes no figure. A line of 2 November can hardly bill November's use,
and yet nothing says that its 396 are October's 400: it counts beside them, and is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from spendmap.allocation.counted.periods import month_of, month_range, months_between
from spendmap.allocation.counted.places import Places
from spendmap.allocation.counted.purchases import Purchase, Purchases
from spendmap.allocation.counted.statements import NO_PURCHASE, ZERO, Line
from spendmap.vocabulary.period import month_add

WITHIN = 45  # days after the end of a month in which its bill may still come
NO_BILL = NO_PURCHASE | {"refund", "tax"}

Late = tuple[Line, str, int, str]
"""The line, the month it is perhaps for, how many months before its own that is, and what shows that month's use."""


def perhaps_of_a_month_before(lines: Sequence[Line], places: Places, purchases: Purchases) -> Iterator[Late]:
    """Lines that count in addition by their date alone, while a month that ended up to 45 days before has an export
    with room, or use that no bill carries. Lines that fill the room together are asked about up to it."""
    asked: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    billed = {
        (line.vendor, month)
        for line in lines
        if line.scope == "ai" and line.left > 0 and line.kind not in NO_BILL
        for start, end in [places.period(line)]
        for month in months_between(month_of(start), month_of(end - timedelta(days=1)))
    }
    for line in sorted(lines, key=lambda line: (line.is_payment, line.day, line.name)):
        if not _may_be_late(line) or not places.is_by_date(line):
            continue
        for lag in (1, 2):
            month = month_add(line.month, -lag)
            key = (line.is_payment, line.vendor, month, line.currency, line.account, line.family)
            if line.day - month_range(month)[1] > timedelta(days=WITHIN):
                continue
            room, what = _room_of(line, month, places, purchases, billed)
            if room > asked[key]:
                asked[key] += line.left
                yield line, month, lag, what
                break


def _may_be_late(line: Line) -> bool:
    is_bill = line.left > 0 and line.kind not in NO_BILL and line.product != "credits" and not line.is_tax
    return is_bill and line.scope == "ai" and line.vendor is not None and line.share is None


def _room_of(
    line: Line, month: str, places: Places, purchases: Purchases, billed: Container[tuple[str | None, str]]
) -> tuple[Decimal, str]:
    """What of a month before the line may still be for, and whether an export or a meter shows it."""
    is_over = line.day >= month_range(line.month)[1] - timedelta(days=1)
    own, before = places.bills_of(line, line.month), places.bills_of(line, month)
    room = sum((max(bill.room(line), ZERO) for bill in before), ZERO)
    if before:  # beside an export of its own month only one that nothing was paid of is in doubt
        is_clear = bool(own) and (is_over or room != sum((bill.billed for bill in before), ZERO))
        return (ZERO if is_clear else room), "export"
    if own or (line.vendor, month) in billed or _metered(line, line.month, purchases):
        return ZERO, ""
    metered = (meter.cost for each in _metered(line, month, purchases) for meter in each.meters)
    return sum(metered, ZERO), "metered use"


def _metered(line: Line, month: str, purchases: Purchases) -> list[Purchase]:
    """What a meter or seat list shows of the line's account and product."""
    return [
        purchase
        for purchase in purchases.seen(line.vendor or "", month)
        if line.family in (None, purchase.key[1])
        and (not line.account or not purchase.key[3] or purchase.key[3] == line.account)
    ]


__all__ = ["perhaps_of_a_month_before"]

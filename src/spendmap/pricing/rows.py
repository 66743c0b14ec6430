"""One dated unit price as an object, and the arithmetic of where it is in force.

Reads and writes nothing. A price is in force inside a box of four dimensions: time `[valid_from, valid_to)`,
time of day `[window_start_s, window_end_s)` UTC, weekdays (a bit mask) and the request's total input tokens
`[input_from, input_to)`. Invariant: cutting a row never changes what it says inside what is left of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Literal

from spendmap.pricing.forms import Form, account_of
from spendmap.vocabulary.exact import EXACT

Basis = Literal["documented", "observed", "derived", "contract", "estimated", "upper_bound"]
NOT_CERTAIN: tuple[Basis, ...] = ("estimated", "upper_bound")
"""What is priced with such a row is evidence `estimated`: the price was not known to hold then, or is the highest."""
Key = tuple[str, str, str, str, str, str, str]

NO_START = datetime(1970, 1, 1)  # noqa: DTZ001  the ledger's timestamps are UTC without a zone
NO_END = datetime(9999, 1, 1)  # noqa: DTZ001
DAY_S = 86_400  # seconds of a day
EVERY_DAY = 0b1111111  # bit 0 = Monday
NO_UPPER_TIER = 9_223_372_036_854_775_807  # tokens
PRICE_UNIT = Decimal("0.000000000001")  # smallest unit price the ledger stores, DECIMAL(18,12)
PRICE_LIMIT = Decimal(1_000_000)  # DECIMAL(18,12) holds less than this per unit


@dataclass(frozen=True)
class PriceRow:
    """One row of the ledger's `price` table. `list_unit_price` is `currency` per one unit of `meter`."""

    provider: str
    model: str
    meter: str
    list_unit_price: Decimal
    service_tier: str = "standard"
    region_scope: str = ""
    contract: str = ""
    currency: str = "USD"
    valid_from: datetime = NO_START
    valid_to: datetime = NO_END
    window_start_s: int = 0
    window_end_s: int = DAY_S
    window_weekdays: int = EVERY_DAY
    input_from: int = 0
    input_to: int = NO_UPPER_TIER
    basis: Basis = "documented"
    catalogue: str = ""
    source_url: str | None = None
    checked_on: date | None = None
    recorded_at: datetime = NO_START
    superseded_at: datetime | None = None

    @cached_property
    def key(self) -> Key:
        """What must not be priced twice at one instant."""
        return (
            self.provider,
            self.model,
            self.meter,
            self.service_tier,
            self.region_scope,
            self.contract,
            self.currency,
        )

    @property
    def form(self) -> Form:
        """What the price is one of: its contract's account in place of the contract."""
        return Form(self.provider, self.model, self.service_tier, self.region_scope, account_of(self.contract))

    @property
    def name(self) -> str:
        """The key as a person types it: provider/model/meter, then what is not the usual."""
        extra = [self.service_tier] if self.service_tier != "standard" else []
        extra += [text for text in (self.region_scope, self.contract) if text]
        return "/".join((self.provider, self.model, self.meter)) + (f" ({', '.join(extra)})" if extra else "")

    @cached_property
    def price_id(self) -> str:
        """Identity: the same price in the same box has the same id in every book, whoever published it when."""
        says = "\x1f".join(
            (
                *self.key,
                f"{self.list_unit_price:.12f}",
                self.valid_from.isoformat(),
                self.valid_to.isoformat(),
                f"{self.window_start_s},{self.window_end_s},{self.window_weekdays},{self.input_from},{self.input_to}",
            )
        )
        digest = hashlib.blake2b(says.encode(), digest_size=6).hexdigest()
        return f"{self.provider}/{self.model}/{self.meter}#{digest}"

    @property
    def is_windowed(self) -> bool:
        """In force only at some hours or on some days."""
        return (self.window_start_s, self.window_end_s, self.window_weekdays) != (0, DAY_S, EVERY_DAY)

    def overlaps(self, other: PriceRow) -> bool:
        """Whether some instant and input length lies in both boxes (the keys are not compared)."""
        return (
            self.valid_from < other.valid_to
            and other.valid_from < self.valid_to
            and self.window_start_s < other.window_end_s
            and other.window_start_s < self.window_end_s
            and bool(self.window_weekdays & other.window_weekdays)
            and self.input_from < other.input_to
            and other.input_from < self.input_to
        )

    def within(self, other: PriceRow) -> PriceRow | None:
        """The part of this row inside `other`'s box, or None."""
        if not self.overlaps(other):
            return None
        return replace(
            self,
            valid_from=max(self.valid_from, other.valid_from),
            valid_to=min(self.valid_to, other.valid_to),
            window_start_s=max(self.window_start_s, other.window_start_s),
            window_end_s=min(self.window_end_s, other.window_end_s),
            window_weekdays=self.window_weekdays & other.window_weekdays,
            input_from=max(self.input_from, other.input_from),
            input_to=min(self.input_to, other.input_to),
        )

    def without(self, other: PriceRow) -> Iterator[PriceRow]:
        """The parts of this row outside `other`'s box: disjoint, and together with `within` the whole row."""
        inside = self.within(other)
        if inside is None:
            yield self
            return
        rest = self
        if rest.valid_from < inside.valid_from:
            yield replace(rest, valid_to=inside.valid_from)
        if inside.valid_to < rest.valid_to:
            yield replace(rest, valid_from=inside.valid_to)
        rest = replace(rest, valid_from=inside.valid_from, valid_to=inside.valid_to)
        if rest.input_from < inside.input_from:
            yield replace(rest, input_to=inside.input_from)
        if inside.input_to < rest.input_to:
            yield replace(rest, input_from=inside.input_to)
        rest = replace(rest, input_from=inside.input_from, input_to=inside.input_to)
        if other_days := rest.window_weekdays & ~inside.window_weekdays:
            yield replace(rest, window_weekdays=other_days)
        rest = replace(rest, window_weekdays=inside.window_weekdays)
        if rest.window_start_s < inside.window_start_s:
            yield replace(rest, window_end_s=inside.window_start_s)
        if inside.window_end_s < rest.window_end_s:
            yield replace(rest, window_start_s=inside.window_end_s)


def without_all(row: PriceRow, others: Iterable[PriceRow]) -> list[PriceRow]:
    """The parts of `row` outside every box of `others`."""
    left = [row]
    for other in others:
        left = [piece for part in left for piece in part.without(other)]
    return left


def unit_price(price: Decimal, per: int) -> tuple[Decimal, bool]:
    """`price` per `per` units as the price of one unit, and whether 12 places hold it exactly.

    A finer price is rounded half-even to the twelfth place: at most half a millionth of a millionth of the
    currency per unit. Such rows bear the basis `derived`.

    Raises:
        ValueError: negative, not finite, or too large for DECIMAL(18,12).
    """
    if not price.is_finite() or price < 0:
        raise ValueError(f"a price is a finite number that is not negative, not {price}")
    one = EXACT.divide(price, Decimal(per))
    if one >= PRICE_LIMIT:
        raise ValueError(f"{one} per unit does not fit DECIMAL(18,12)")
    kept = one.quantize(PRICE_UNIT, rounding=ROUND_HALF_EVEN, context=EXACT)
    return kept, EXACT.multiply(kept, Decimal(per)) == price


def multiplied(price: Decimal, factor: Decimal) -> Decimal:
    """`price` x `factor`, rounded half-even to 12 places."""
    return EXACT.multiply(price, factor).quantize(PRICE_UNIT, rounding=ROUND_HALF_EVEN, context=EXACT)

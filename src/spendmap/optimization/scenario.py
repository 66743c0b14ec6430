"""A scenario: what the period would have cost under other inputs, line by line, and what it held fixed.

Reads a `Replay` (the period's money, small by grain) and `Changes`; writes nothing.

Per vendor account and month the rule of counting once stays in force. Metered usage that counts by itself costs
its replayed price. Where a bill counts, the bill moves in proportion to the account's replayed usage, each line of
usage by its own part of that, and dark money with its account:

    line' = line + bill share / metered x (replayed - metered)        dark' = dark x replayed / metered

Seats grow in whole seats per tool; labour is minutes x rate, so factors on minutes are factors on the money.
Invariants: nothing changed, every line is its actual (law L4); lines add up to the total; what did not move is
named in `held_fixed`, and moved + held = total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.changes import ONE, Changes, PriceChange
from spendmap.optimization.rates import Rates, read_rates
from spendmap.optimization.replay import Line, Replay
from spendmap.optimization.swapped import Target
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.exact import as_stored_parts, total
from spendmap.vocabulary.money import CostBasis

NONE = Fraction(0)
USAGE_KINDS = ("metered_usage", "billed_usage")
PRICED_KINDS = (*USAGE_KINDS, "dark", "unmetered_calls")
REJECTION_KINDS = ("support", "escalate", "dispute", "correct", "debug_prompt")
"""Work that answers output which was not accepted; `review`, `approve` and `educate` happen either way."""
NAMED = 12


@dataclass(frozen=True)
class Moved:
    """One line of money, as it was and as it would be."""

    line: Line
    vendor: str | None
    evidence: str
    baseline: Decimal
    scenario: Decimal
    is_moved: bool


@dataclass(frozen=True)
class SeatChange:
    """Seats of one tool in one month; `after` is whole."""

    month: str
    tool: str
    before: Decimal
    after: int


@dataclass(frozen=True)
class Scenario:
    """Everything a scenario says of one currency and basis."""

    currency: str
    basis: CostBasis
    changes: Changes
    rates: Rates
    lines: Sequence[Moved]
    seats: Sequence[SeatChange]
    missing_rows: int

    @property
    def baseline(self) -> Decimal:
        """The actual total of the map."""
        return total(each.baseline for each in self.lines)

    @property
    def scenario(self) -> Decimal:
        """The total it would have been."""
        return total(each.scenario for each in self.lines)


@dataclass
class _Part:
    """A line's outcome before rounding."""

    line: Line
    value: Fraction
    is_moved: bool = False
    vendor: str | None = None
    evidence: str = ""
    baseline: Decimal | None = None


def simulate(replayed: Replay, changes: Changes, *, basis: CostBasis, currency: str) -> Scenario:
    """What the replayed period would have cost.

    Raises:
        UsageError: a price change names no vendor or model of the period, or a rate has no measured start.
    """
    _known_prices(replayed, changes, currency)
    rates = read_rates(replayed.measured, changes)
    own = [line for line in replayed.lines if line.currency == currency]
    counted = [line for line in own if line.costs[basis] is not None]
    calculator = _Calculator(replayed, changes, rates, basis)
    parts = calculator.usage([line for line in counted if line.kind in (*USAGE_KINDS, "dark")])
    seats, seat_changes = calculator.seats([line for line in counted if line.kind == "seats"])
    parts += seats
    parts += [calculator.other(line) for line in counted if line.kind not in (*USAGE_KINDS, "dark", "seats")]
    amounts = as_stored_parts([part.value for part in parts])
    return Scenario(
        currency,
        basis,
        changes,
        rates,
        [_moved(part, amount, basis) for part, amount in zip(parts, amounts, strict=True)],
        seat_changes,
        sum(line.missing[basis] for line in own),
    )


def cost_per_accepted(total_cost: Decimal, attempts: Decimal | int, rejection: Decimal | Fraction) -> Fraction | None:
    """Cost of one accepted outcome: all the money over the attempts that were accepted, exact.

    Args:
        total_cost: fully loaded cost of all attempts, one currency.
        attempts: outcomes attempted, accepted or not.
        rejection: share of them that were not accepted, 0..1.

    Returns:
        Currency per accepted outcome; None when none was accepted, since then there is no such unit.
    """
    accepted = Fraction(attempts) * (1 - Fraction(rejection))
    return Fraction(total_cost) / accepted if accepted else None


class _Calculator:
    def __init__(self, replayed: Replay, changes: Changes, rates: Rates, basis: CostBasis) -> None:
        self.replayed, self.changes, self.rates, self.basis = replayed, changes, rates, basis
        self.calls = changes.calls * rates.calls

    def usage(self, lines: Sequence[Line]) -> list[_Part]:
        """Metered usage, the bills it carries, and their dark remainders."""
        pools: dict[tuple[str, str, str, str], list[Line]] = defaultdict(list)
        parts: list[_Part] = []
        for line in lines:
            if line.kind == "metered_usage":
                parts += self._metered(line)
            else:
                pools[line.pool].append(line)
        for pool in pools.values():
            parts += self._billed(pool)
        return parts

    def _metered(self, line: Line) -> list[_Part]:
        measure: CostBasis = "list" if self.basis == "list" else "contracted"
        before, after = line.actual[measure], line.replayed[measure]
        cost = _cost(line, self.basis)
        if before is None or after is None:
            return [_Part(line, cost)]
        return self._called(line, cost, Fraction(before), Fraction(after), ONE)

    def _called(self, line: Line, cost: Fraction, before: Fraction, after: Fraction, share: Fraction) -> list[_Part]:
        """The line at `share` of billed money per unit of metered money, where its calls are made now."""
        target = self._target(line)
        vendor = self._vendor(line, target)
        metered = after * self.calls * self._price_factor(vendor, line, target)
        moved = target is not None or self.calls != 1 or self.changes.context != 1 or metered != after
        if target is None or vendor == line.vendor:
            evidence = line.evidence if target is None else "estimated"
            return [_Part(line, cost + share * (metered - before), moved, evidence=evidence)]
        # Calls made at another vendor leave this account's bill and count at that vendor's price.
        return [
            _Part(line, NONE, True),
            _Part(line, metered, True, vendor=vendor, evidence="estimated", baseline=Decimal(0)),
        ]

    def _billed(self, pool: Sequence[Line]) -> list[_Part]:
        usage = [line for line in pool if line.kind == "billed_usage"]
        dark = [line for line in pool if line.kind == "dark"]
        metered = sum((Fraction(line.actual["contracted"] or 0) for line in usage), NONE)
        if not metered:
            return [_Part(line, _cost(line, self.basis)) for line in pool]
        share = sum((_cost(line, self.basis) for line in usage), NONE) / metered
        parts: list[_Part] = []
        stays = NONE
        for line in usage:
            before, after = Fraction(line.actual["contracted"] or 0), Fraction(line.replayed["contracted"] or 0)
            parts += self._called(line, _cost(line, self.basis), before, after, share)
            stays += self._stays(line, after)
        grown = stays / metered
        return parts + [_Part(line, _cost(line, self.basis) * grown, grown != 1) for line in dark]

    def _stays(self, line: Line, after: Fraction) -> Fraction:
        """Replayed metered money of the line that stays with its vendor account."""
        target = self._target(line)
        vendor = self._vendor(line, target)
        return after * self.calls * self._price_factor(vendor, line, target) if vendor == line.vendor else NONE

    def seats(self, lines: Sequence[Line]) -> tuple[list[_Part], list[SeatChange]]:
        """Seats grow with adoption, in whole seats per tool and month."""
        factor = self.changes.adoption
        if factor == 1:
            return [_Part(line, _cost(line, self.basis)) for line in lines], []
        tools: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in lines:
            tools[line.month, line.seat_of or "unnamed"].append(line)
        parts: list[_Part] = []
        changes: list[SeatChange] = []
        for (month, tool), owned in sorted(tools.items()):
            before = total(line.quantity or Decimal(0) for line in owned)
            wanted = Fraction(before) * factor
            after = -(-wanted.numerator // wanted.denominator)  # whole seats, rounded up
            grown = Fraction(after) / Fraction(before) if before else ONE
            changes.append(SeatChange(month, tool, before, after))
            parts += [_Part(line, _cost(line, self.basis) * grown, grown != 1) for line in owned]
        return parts, changes

    def other(self, line: Line) -> _Part:
        """Labour, billed calls without a meter, and everything that stays."""
        factor = ONE
        if line.kind == "review_labour":
            factor = self.changes.review
            if line.activity_kind in REJECTION_KINDS:
                factor *= self.rates.rejected_work
        elif line.kind == "unmetered_calls":
            factor = self._price_factor(line.vendor, line, None)
        return _Part(line, _cost(line, self.basis) * factor, factor != 1)

    def _target(self, line: Line) -> Target | None:
        return self.replayed.moved.get((line.provider or "", line.model or ""))

    def _vendor(self, line: Line, target: Target | None) -> str | None:
        if target is None or target.provider == (line.provider or ""):
            return line.vendor
        own = self.replayed.vendor_of.get(line.provider or "", line.vendor)
        there = self.replayed.vendor_of.get(target.provider, target.provider)
        return line.vendor if there == own else there

    def _price_factor(self, vendor: str | None, line: Line, target: Target | None) -> Fraction:
        """The factor of the narrowest price change that names the line's calls."""
        names = _model_names(self.replayed, line, target)
        found = ONE
        for change in sorted(self.changes.prices, key=lambda each: len(each.text)):
            if _is_vendor(change, vendor):
                found = change.factor
        for change in self.changes.prices:
            if _is_model(change, vendor, names):
                found = change.factor
        return found


def _cost(line: Line, basis: CostBasis) -> Fraction:
    return Fraction(line.costs[basis] or 0)


def _moved(part: _Part, amount: Decimal, basis: CostBasis) -> Moved:
    line = part.line
    baseline = (line.costs[basis] or Decimal(0)) if part.baseline is None else part.baseline
    return Moved(line, part.vendor or line.vendor, part.evidence or line.evidence, baseline, amount, part.is_moved)


def _model_names(replayed: Replay, line: Line, target: Target | None) -> frozenset[str]:
    """The names a price change may give the line's model by."""
    if target is not None:
        return frozenset({target.model.casefold(), target.model.rpartition("/")[2].casefold()})
    called = replayed.priced_as.get((line.provider or "", line.model or ""))
    return frozenset(name.casefold() for name in (line.model, called) if name)


def _is_vendor(change: PriceChange, vendor: str | None) -> bool:
    return vendor is not None and change.text == vendor.casefold()


def _is_model(change: PriceChange, vendor: str | None, names: frozenset[str]) -> bool:
    return change.text in names or (vendor is not None and change.text in {f"{vendor.casefold()}/{n}" for n in names})


def _known_prices(replayed: Replay, changes: Changes, currency: str) -> None:
    """Each price change must meet a call or a billed line of the period: a slip of the pen changes nothing silently."""
    lines = [line for line in replayed.lines if line.kind in PRICED_KINDS and line.currency == currency]
    for change in changes.prices:
        if any(_meets(change, line, replayed) for line in lines):
            continue
        vendors = sorted({line.vendor for line in lines if line.vendor})
        models = sorted({line.model for line in lines if line.model})
        raise UsageError(
            f"no model call of {change.text!r} is in the period.",
            next_step=f"Vendors used: {_some(vendors)}. Models used: {_some(models)}.",
        )


def _meets(change: PriceChange, line: Line, replayed: Replay) -> bool:
    target = replayed.moved.get((line.provider or "", line.model or ""))
    vendors = {line.vendor}
    if target is not None:
        vendors.add(replayed.vendor_of.get(target.provider, target.provider))
    names = _model_names(replayed, line, target)
    return any(_is_vendor(change, vendor) or _is_model(change, vendor, names) for vendor in vendors)


def _some(names: Iterable[str]) -> str:
    found = list(names)
    return (", ".join(found[:NAMED]) or "none") + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")


def by_key(lines: Sequence[Moved], key: str) -> Mapping[str | None, tuple[Decimal, Decimal]]:
    """Baseline and scenario per category, owner or vendor."""
    sums: dict[str | None, tuple[Decimal, Decimal]] = {}
    for each in lines:
        name = each.vendor if key == "vendor" else getattr(each.line, key)
        before, after = sums.get(name, (Decimal(0), Decimal(0)))
        sums[name] = (total((before, each.baseline)), total((after, each.scenario)))
    return sums

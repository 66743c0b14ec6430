"""Which rows of usage meet the same unit prices: one number for what a price looks at.

Pure: gives SQL over a row `u` of usage. What is known of every row (`pricing.slices`) is not asked of each: a meter
that all have, an edge that none reaches. The numbers are the same with what is known as without it, up to a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spendmap.ledger import METERS
from spendmap.pricing.edges import Edges
from spendmap.pricing.meters import INPUT_METERS, OUTPUT_KINDS
from spendmap.pricing.slices import Slice

ROUNDED = tuple(meter for meter in METERS if meter.endswith("seconds"))
"""Their cost is rounded call by call, and may have a minimum."""
MOST_SUMMED = 100_000_000_000  # a row with more of a meter stays apart, so that no sum leaves a BIGINT
MOST_CALLS = 1_000_000_000  # pricing counts no more calls of one row


@dataclass(frozen=True)
class LotKinds:
    """The kinds of rows between `edges`. `known` holds for every row; None: nothing is known."""

    edges: Edges
    known: Slice | None = None

    @cached_property
    def found(self) -> tuple[str, ...]:
        """Meters that are looked at: the others no row states."""
        return tuple(meter for meter in METERS if not self.known or meter in self.known.high or meter == "requests")

    @property
    def input_tokens(self) -> str:
        """How long the row's requests are together."""
        return " + ".join(self._number(meter) for meter in INPUT_METERS if meter in self.found) or "0"

    @property
    def calls(self) -> str:
        """How many calls the row is, as pricing counts them."""
        if self.known and self.known.is_one_call_a_row:
            return "1"
        return f"CASE WHEN u.requests > 1 THEN LEAST(u.requests, {MOST_CALLS}) ELSE 1 END"

    @property
    def apart(self) -> str:
        """Whether the row's price is not linear in its meters; "FALSE" when no row's is."""
        known = self.known
        conditions = []
        if not known or "requests" not in known.everywhere:
            conditions.append("u.requests IS NULL")
        if not known or known.low.get("requests", 1) < 1 or known.high.get("requests", 1) > MOST_CALLS:
            conditions.append(f"u.requests NOT BETWEEN 1 AND {MOST_CALLS}")
        for meter in self.found:
            if meter in ROUNDED and self._is_used(meter):
                conditions.append(f"u.{meter} <> 0")
            elif meter not in ROUNDED and (not known or known.high.get(meter, 0) > MOST_SUMMED):
                conditions.append(f"u.{meter} NOT BETWEEN 0 AND {MOST_SUMMED}")
        return " OR ".join(conditions) or "FALSE"

    @property
    def kind(self) -> str:
        """Meters used, whether one or a kind of output is said, edges reached. Reads `u.input_tokens`, `u.calls` and
        `u.second_of_day` beside the row's own columns."""
        ones = 2 ** len(self.found)
        bands = 4 * ones
        slots = bands * (len(self.edges.lengths) + 1)
        times = slots * (len(self.edges.seconds) + 1)
        calls = "" if self.calls == "1" else " * u.calls"
        terms = [
            *(f"CASE WHEN u.{meter} <> 0 THEN {2**place} ELSE 0 END" for place, meter in self._told_by_use()),
            self._said([meter for meter in self.found if meter != "requests"], ones),
            self._said([meter for meter in OUTPUT_KINDS[1:] if meter in self.found], 2 * ones),
            _place("u.input_tokens", [f"{edge}{calls}" for edge in self._lengths()], bands),
            _place("u.second_of_day", [str(edge) for edge in self.edges.seconds], slots),
            self._moment(times),
        ]
        return "\n            + ".join(term for term in terms if term) or "0"

    def _number(self, meter: str) -> str:
        return f"u.{meter}" if self.known and meter in self.known.everywhere else f"coalesce(u.{meter}, 0)"

    def _is_used(self, meter: str) -> bool:
        return not self.known or bool(self.known.high.get(meter, 0))

    def _told_by_use(self) -> list[tuple[int, str]]:
        """Place and name of the meters that some rows have and others have not."""
        known = self.known
        every = {meter for meter in known.everywhere if known.low[meter] > 0} if known else set()
        return [(at, name) for at, name in enumerate(self.found) if name not in every and self._is_used(name)]

    def _said(self, meters: Sequence[str], number: int) -> str:
        if not meters or (self.known and self.known.everywhere.intersection(meters)):
            return ""  # of no row, or of each
        any_ = " OR ".join(f"u.{meter} IS NOT NULL" for meter in meters)
        return f"CASE WHEN {any_} THEN {number} ELSE 0 END"

    def _lengths(self) -> list[int]:
        return [edge for edge in self.edges.lengths if not self.known or edge <= self.known.longest_input]

    def _moment(self, stride: int) -> str:
        moments = [edge for edge in self.edges.moments if not self.known or edge <= self.known.last]
        passed = sum(edge <= self.known.first for edge in moments) if self.known else 0
        edges = [f"TIMESTAMP '{edge}'" for edge in moments[passed:]]
        return _place("u.charge_period_start", edges, stride, passed=passed)


def _place(value: str, edges: Sequence[str], stride: int, *, passed: int = 0) -> str:
    """How many edges a value has reached, times `stride`; nothing where each row is in one place."""
    whens = " ".join(f"WHEN {value} < {edge} THEN {(passed + number) * stride}" for number, edge in enumerate(edges))
    return f"CASE {whens} ELSE {(passed + len(edges)) * stride} END" if edges else ""

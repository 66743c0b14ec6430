"""The SQL that prices one slice: one join on one number, and only the meters the slice uses.

Pure: facts of the slice and its cells in, text out, in the dialect of `price_usage.sql`, whose rules it follows
line by line; what a fact makes certain is not computed. Unit prices are whole numbers of 1e-12 where no row's
sum can leave a BIGINT, and become DECIMAL(28,12) once per row, exactly; else they stay decimals throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import pyarrow.compute as pc

from spendmap.ledger import TABLES
from spendmap.pricing.cells import Cells
from spendmap.pricing.grid import WEEK_DAYS
from spendmap.pricing.meters import INPUT_METERS, OUTPUT_KINDS
from spendmap.pricing.rows import DAY_S
from spendmap.pricing.slices import Slice

DECIMAL_METERS = ("seconds", "gpu_seconds")  # not counted in whole numbers
SINCE_MONDAY = "DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start)"


def short_sql(found: Slice, cells: Cells, carried: Sequence[str] = ()) -> str:
    """The transform's text for the slice `found` is about, with its prices laid out as `cells`.

    Args:
        carried: further columns of the slice, which the result has too.
    """
    usage = ",\n    ".join(f"u.{name}" for name in (*TABLES["usage"].names, *carried))
    listed = _Cost("list", found, cells)
    several = ["u.calls"] if not found.is_one_call_a_row else []
    counted = [f"{_input_tokens(found)} AS input_tokens"] if cells.grid.tiers else []
    if not found.is_one_call_a_row:
        counted.append("CASE WHEN u.requests > 1 THEN LEAST(u.requests, 1000000000) ELSE 1 END AS calls")
    priced = [f"p.{name}" for name in listed.looked_at]
    if cells.has_contracts:
        priced.append(f"{_Cost('contracted', found, cells).sql} AS contracted_cost")
    tier_estimated = "FALSE" if found.is_one_call_a_row else "COALESCE(p.list_has_tiers AND u.calls > 1, FALSE)"
    return f"""-- price_usage, short for one slice of usage. The definition is price_usage.sql.
-- check: rows = rows of usage
WITH named AS (
    SELECT
    {_lines(usage, f"{cells.numbering.sql} AS name", *counted)}
    FROM usage AS u
),
timed AS (
    SELECT
    {_lines("u.*", *_weekly(cells))}
    FROM named AS u
),
placed AS (
    SELECT
    {_lines(usage, *several, f"{_cell(found, cells)} AS cell")}
    FROM timed AS u
),
priced AS (
    SELECT
    {_lines(usage, "u.cell", "p.price_provider", "p.price_model", "p.no_price_reason", "p.price_key", *priced)},
    p.list_currency AS price_currency,
    p.contracted_currency,
    p.contract_price_key,
    {tier_estimated} AS is_tier_estimated,
    {_estimated(found, cells)} AS is_at_estimate,
    {listed.sql} AS list_cost
    FROM placed AS u
    INNER JOIN price_cell AS p  -- every name of the slice has its cells; over dense numbers this join costs half
        ON  p.cell = u.cell
)
SELECT
    {usage},
    u.list_cost,
    {"u.contracted_cost" if cells.has_contracts else "u.list_cost AS contracted_cost"},
    u.price_currency,
    u.contracted_currency,
    u.price_key,
    u.contract_price_key,
    u.price_provider,
    u.price_model,
    u.is_tier_estimated,
    {"u.contracted_cost" if cells.has_contracts else "u.list_cost"} IS NOT NULL AND u.is_at_estimate
        AS is_price_estimated,
    {_reason(found, listed)} AS unpriced_reason
FROM priced AS u
"""


def _lines(*expressions: str) -> str:
    return ",\n    ".join(expressions)


def _stated(meter: str, found: Slice) -> str:
    return f"u.{meter}" if meter in found.everywhere else f"COALESCE(u.{meter}, 0)"


def _input_tokens(found: Slice) -> str:
    return " + ".join(_stated(meter, found) for meter in INPUT_METERS if meter in found.used) or "0"


def _cell(found: Slice, cells: Cells) -> str:
    """The number of the cell a row lies in: that of its place, plus its period, plus its tier."""
    grid = cells.grid
    place = "u.name"
    if cells.weekly:
        part = [_step("u.week_second", [str(day * DAY_S) for day in grid.weekdays], grid.weekday_stride)]
        part.append(_step(f"u.week_second % {DAY_S}", [str(second) for second in grid.seconds], 1))
        place = f"CASE WHEN u.week_second IS NULL THEN u.name ELSE u.first_place + {' + '.join(part)} END"
    parts = [f"{place} * {grid.place_stride}" if grid.place_stride > 1 else place]
    if grid.periods:
        parts.append(_step("u.charge_period_start", [_moment(edge) for edge in grid.periods], grid.period_stride))
    if grid.tiers:
        per_call = "" if found.is_one_call_a_row else " * u.calls"
        parts.append(_step("u.input_tokens", [f"{edge}{per_call}" for edge in grid.tiers], 1))
    return " + ".join(parts)


def _weekly(cells: Cells) -> list[str]:
    """For the names whose price depends on the part of the week: seconds since Monday and the first place."""
    if not cells.weekly:
        return []
    numbers = ", ".join(map(str, cells.weekly))
    firsts = " ".join(f"WHEN {number} THEN {first}" for number, first in cells.weekly.items())
    return [
        f"CASE WHEN u.name IN ({numbers}) THEN {SINCE_MONDAY} % {WEEK_DAYS * DAY_S} END AS week_second",
        f"CASE u.name {firsts} END AS first_place",
    ]


def _step(value: str, edges: Sequence[str], stride: int) -> str:
    """How many edges a value has reached, times `stride`."""
    if not edges:
        return "0"
    whens = [f"WHEN {value} < {edge} THEN {number * stride}" for number, edge in enumerate(edges)]
    return f"CASE {' '.join(whens)} ELSE {len(edges) * stride} END"


def _moment(edge: datetime) -> str:
    return f"TIMESTAMP '{edge.isoformat(sep=' ')}'"


def _estimated(found: Slice, cells: Cells) -> str:
    """Whether the contracted price of some meter the row uses is not certain."""
    texts = [text for text in pc.unique(cells.prices.column("estimated")).to_pylist() if text]
    doubtful = [m for m in (*found.used, "requests") if any(f" {m} " in text for text in texts)]
    parts = [f"COALESCE(u.{m}, 0) <> 0 AND COALESCE(p.estimated, '') LIKE '% {m} %'" for m in doubtful]
    if pc.any(cells.prices.column("is_resold")).as_py():
        parts.append("p.is_resold")
    said = f"({' OR '.join(parts)})" if parts else "FALSE"
    return (
        f"NOT COALESCE(u.is_cache_hit, FALSE) AND u.not_bought IS NULL AND {said}"
        if parts and found.has_unbought
        else said
    )


def _said(found: Slice) -> str:
    """Whether a row says what kind its output is; empty when no row of the slice does."""
    return " OR ".join(f"u.{kind} IS NOT NULL" for kind in OUTPUT_KINDS[1:] if kind in found.stated)


def _measured(found: Slice) -> str:
    """Whether a row states a quantity; empty when every row does."""
    if found.everywhere - {"requests"}:
        return ""
    return "(" + " OR ".join(f"u.{meter} IS NOT NULL" for meter in found.stated) + ")" if found.stated else "FALSE"


class _Cost:
    """The cost of a row at list or contracted prices."""

    def __init__(self, kind: str, found: Slice, cells: Cells) -> None:
        self.kind, self.found, self.prices = kind, found, cells.prices

    @cached_property
    def charges_requests(self) -> bool:
        column = self.prices.column(f"{self.kind}_requests")
        return column.null_count < len(column)

    @cached_property
    def most(self) -> int:
        """No row's sum of whole counts times prices is more, in 1e-12."""
        most = 0
        for meter in (*self.found.used, "requests"):
            if meter not in DECIMAL_METERS:
                highest = max(
                    pc.max(self.prices.column(f"{self.kind}_{column}_pico")).as_py() or 0
                    for column in self.columns(meter)
                )
                most += int(self.found.high.get(meter, 0)) * highest
        return most

    @property
    def is_whole(self) -> bool:
        """The sum fits BIGINT, and so do its parts."""
        return self.most < 10**18

    def columns(self, meter: str) -> tuple[str, ...]:
        """What the meter is priced by: its price, and for output of an unsaid kind that one's where it is another."""
        if meter != "output" or self.kinds_agree:
            return (meter,)
        return ("output", "output_unsaid") if _said(self.found) else ("output_unsaid",)

    @cached_property
    def kinds_agree(self) -> bool:
        """In every cell output of an unsaid kind costs what output of text costs."""
        said, unsaid = (self.prices.column(f"{self.kind}_{name}") for name in ("output", "output_unsaid"))
        return bool(said.equals(unsaid))

    def column(self, name: str) -> str:
        """The column of one of `columns`."""
        return f"{self.kind}_{name}" + ("_pico" if self.is_whole and name not in DECIMAL_METERS else "")

    def price(self, meter: str, table: str = "p") -> str:
        """The meter's unit price."""
        columns = [f"{table}.{self.column(name)}" for name in self.columns(meter)]
        if len(columns) == 1:
            return columns[0]
        return f"CASE WHEN {_said(self.found)} THEN {columns[0]} ELSE {columns[1]} END"

    def may_lack(self, meter: str) -> bool:
        """Some cell that is priced has no price for the meter."""
        is_priced = pc.is_valid(self.prices.column(f"{self.kind}_currency"))
        return any(
            pc.any(pc.and_(is_priced, pc.is_null(self.prices.column(f"{self.kind}_{name}")))).as_py()
            for name in self.columns(meter)
        )

    @property
    def looked_at(self) -> list[str]:
        """Price columns the reason of an unpriced row looks at."""
        lacked = [self.column(name) for m in self.found.used if self.may_lack(m) for name in self.columns(m)]
        kinds = [f"{self.kind}_output_kinds"] if "output" in self.found.used and self.may_lack("output") else []
        return lacked + kinds + ([self.column("requests")] if self.charges_requests else [])

    @property
    def sql(self) -> str:
        """DECIMAL(28,12), NULL where the row is not priced."""
        if self.is_whole:
            digits = 15 if self.most < 10**15 else 18  # of 15 the product has 28 digits already
            metered = f"CAST(CAST({{}} AS DECIMAL({digits}, 0)) * 0.000000000001 AS DECIMAL(28, 12))"
        else:
            metered = "CAST({} AS DECIMAL(28, 12))"
        counted = [meter for meter in self.found.used if meter not in DECIMAL_METERS]
        terms = [self._term(meter) for meter in counted]
        if self.charges_requests:
            price = self.price("requests")
            terms.append(f"CASE WHEN {price} IS NOT NULL THEN {self._count('requests')} * {price} ELSE 0 END")
        parts = [metered.format(" + ".join(terms))] if terms else []
        parts += [self._timed(meter) for meter in self.found.used if meter in DECIMAL_METERS]
        cost = parts[0] if len(parts) == 1 else f"CAST({' + '.join(parts) or '0'} AS DECIMAL(28, 12))"
        if all(self.may_lack(meter) for meter in counted):
            cost = f"CASE WHEN p.{self.kind}_currency IS NOT NULL THEN {cost} END"  # no term is NULL without a price
        measured = _measured(self.found)
        if self.found.has_unbought:
            rest = f"WHEN {measured} THEN {cost}" if measured else f"ELSE {cost}"
            return f"CASE WHEN u.is_cache_hit OR u.not_bought IS NOT NULL THEN CAST(0 AS DECIMAL(28, 12)) {rest} END"
        return f"CASE WHEN {measured} THEN {cost} END" if measured else cost

    def _count(self, meter: str) -> str:
        return f"u.{meter}" if self.is_whole else f"CAST(u.{meter} AS DECIMAL(19, 0))"

    def _term(self, meter: str) -> str:
        price = self.price(meter)
        if self.may_lack(meter):
            return f"CASE WHEN u.{meter} <> 0 THEN {self._count(meter)} * {price} ELSE 0 END"
        if meter in self.found.everywhere:
            return f"{self._count(meter)} * {price}"
        return f"COALESCE({self._count(meter)}, 0) * {price}"

    def _timed(self, meter: str) -> str:
        """Seconds to the microsecond, no fewer than the minimum of one call; a bucket below it has no price."""
        quantity, least = f"u.{meter}", f"p.{self.kind}_seconds_min"
        if meter == "seconds":
            single = f"ELSE {least}" if self.found.is_one_call_a_row else f"WHEN u.calls = 1 THEN {least}"
            quantity = f"CASE WHEN {least} IS NULL OR {least} <= u.seconds THEN u.seconds {single} END"
        product = f"CAST({quantity} AS DECIMAL(19, 6)) * {self.price(meter)}"
        return f"CASE WHEN u.{meter} <> 0 THEN CAST({product} AS DECIMAL(28, 12)) ELSE 0 END"


def _reason(found: Slice, listed: _Cost) -> str:
    """Why the list cost is NULL."""
    whens = ["WHEN u.list_cost IS NOT NULL THEN NULL"]
    if measured := _measured(found):
        whens.append(f"WHEN NOT {measured} THEN 'the row states no quantity'")
    whens.append("WHEN u.price_key IS NULL THEN u.no_price_reason")
    for meter in found.used:
        if listed.may_lack(meter):
            lacking = f"u.{meter} <> 0 AND {listed.price(meter, 'u')} IS NULL"
            if meter == "output":
                unsaid = f"NOT ({said}) AND " if (said := _said(found)) else ""
                whens.append(
                    f"WHEN {lacking} AND {unsaid}u.list_output_kinds IS NOT NULL THEN u.no_price_reason "
                    "|| ' has a price of its own for ' || u.list_output_kinds "
                    "|| ', and the row does not say which its output is'"
                )
            whens.append(f"WHEN {lacking} THEN u.no_price_reason || ' has no price for {meter}'")
    if listed.charges_requests:
        lacking = f"u.requests IS NULL AND {listed.price('requests', 'u')} IS NOT NULL"
        whens.append(f"WHEN {lacking} THEN u.no_price_reason || ' has no price for requests'")
    if "seconds" in found.used and not found.is_one_call_a_row:
        whens.append("ELSE u.no_price_reason || ' is billed by a minimum per call, and the row holds several calls'")
    return "CASE\n        " + "\n        ".join(whens) + "\n    END"

"""Rows of usage that nothing later tells apart, as one row of several calls: a lot.

Reads which texts names have; gives the transforms that make `usage_lot` from captured usage, and that let lots be
priced as usage. Lots are priced instead of rows, and everything that pricing leaves behind of a month is made from
them: its groups, its shapes, its customers and the people seen in it. So a month's calls are gone through once.

Invariant: the price of a lot is the sum of its rows' prices, to the last digit. Two rows are in one lot only where
they bear the same names, serve the same, on one UTC day, lie between the same edges of the book and state the same
meters (`kind`). A price is then one number per meter, and the meters can be summed. What is not linear stays apart:
equal rows are kept once, with how many `copies` there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS, TABLES
from spendmap.pricing.edges import Edges
from spendmap.pricing.meters import INPUT_METERS, OUTPUT_KINDS

ROUNDED = tuple(meter for meter in METERS if meter.endswith("seconds"))
"""Their cost is rounded call by call, and may have a minimum."""
MOST_SUMMED = 100_000_000_000  # a row with more of a meter stays apart, so that no sum leaves a BIGINT
MOST_CALLS = 1_000_000_000  # pricing counts no more calls of one row
NAMES = (
    "source_name", "billing_month", "load_id", "provider_name", "billing_account_id", "sub_account_id", "api_key_id",
    "principal_id", "project", "team", "environment", "feature", "workflow", "use_case", "cost_center", "customer_id",
    "agent_id", "tool", "eval_suite", "operation", "request_model", "response_model", "service_tier", "region_id",
    "witness", "not_bought", "billing_mode", "is_retry", "is_cache_hit",
)  # fmt: skip
"""What a row says of itself that a price, a group, a customer or a play asks for."""
FLAGS = ("is_retry", "is_cache_hit")
PLAIN = (*FLAGS, "billing_month", "load_id", "customer_id")
"""Told apart as they are: of two values, or of many, or what files are looked for by."""
MOST_TEXTS = 64  # of one name: a longer list costs more to look through than its texts to compare
MOST_BITS = 62
TOLD = ("charge_date", "failure", "told", "kind", "apart")
COUNTED = ("copies", "usage_rows", "calls_made", "covered_first", "covered_last")
CARRIED = (*TOLD, *COUNTED)
"""Columns of a lot that no row of usage has."""


def lot_sql(
    edges: Edges,
    stated: Collection[str] = METERS,
    *,
    listed: Mapping[str, Sequence[str]] | None = None,
    is_told: bool = True,
    sums: bool = True,
) -> str:
    """The transform that makes `usage_lot`, for a book with these edges.

    Args:
        stated: the meters that some row of the usage states; the others are not looked at.
        listed: every text of some of `NAMES` (`listed_in`): rows are then told apart by a number and not by its texts.
        is_told: other witnesses of a call told of some rows; False: `call_told` is not looked at.
        sums: False: only equal rows are one lot.
    """
    found = [meter for meter in METERS if meter in stated or meter == "requests"]
    requests = _kept("requests", found)
    coded = _coded(listed or {})
    plain = [name for name in NAMES if name not in (listed or {})]
    names = ",\n        ".join([*(f"u.{name}" for name in plain), *(f"{code.sql} AS {code.name}" for code in coded)])
    length = " + ".join(f"coalesce(u.{meter}, 0)" for meter in INPUT_METERS if meter in found) or "0"
    ones = 2 ** len(found)
    bands = 4 * ones
    slots = bands * (len(edges.lengths) + 1)
    times = slots * (len(edges.seconds) + 1)
    used = " + ".join(f"CASE WHEN u.{meter} <> 0 THEN {2**place} ELSE 0 END" for place, meter in enumerate(found))
    measured = _any([f"u.{meter} IS NOT NULL" for meter in found if meter != "requests"])
    said = _any([f"u.{kind} IS NOT NULL" for kind in OUTPUT_KINDS[1:] if kind in found])
    strange = [f"u.{meter} NOT BETWEEN 0 AND {MOST_SUMMED}" for meter in found if meter not in ROUNDED]
    rounded = [f"u.{meter} <> 0" for meter in ROUNDED if meter in found]
    several = ["u.requests IS NULL", f"u.requests NOT BETWEEN 1 AND {MOST_CALLS}", *rounded, *strange]
    apart = _any(several) if sums else "TRUE"
    witnesses = "LEFT JOIN call_told AS c ON c.source_name = u.source_name AND c.natural_key = u.natural_key"
    told = "c.told, c.covered_by" if is_told else "CAST(NULL AS VARCHAR) AS told, CAST(NULL AS VARCHAR) AS covered_by"
    content = ", ".join(f"coalesce(CAST(u.{meter} AS VARCHAR), '')" for meter in found)
    keys = ", ".join(f"t.{name}" for name in (*plain, *(code.name for code in coded), *TOLD))
    decoded = {name: f"{text} AS {name}" for code in coded for name, text in code.texts.items()}
    never = {name: f"CAST(NULL AS VARCHAR) AS {name}" for name, values in (listed or {}).items() if not values}
    texts = ",\n    ".join(never.get(name) or decoded.get(name) or f"t.{name}" for name in (*NAMES, *TOLD))
    meters = ",\n    ".join(f"{_summed(meter, found)} AS {meter}" for meter in METERS)
    return f"""-- usage_lot: usage rows that nothing later tells apart, as one row of several calls.
-- in:  usage (ledger), call_told (what other witnesses of a call tell of a row)
-- out: one row per lot; meters summed, or those of one row where `copies` equal rows are kept once
-- check: sum(usage_rows) = rows of usage
WITH met AS (
    SELECT
        {names},
        {", ".join(f"u.{meter}" for meter in found)},
        u.charge_period_start, {told},
        CAST(u.charge_period_start AS DATE) AS charge_date,
        CASE WHEN u.status = 'error' THEN CASE WHEN u.provider_reported_cost IS NULL THEN 1 ELSE 2 END ELSE 0 END
            AS failure, -- 2: a failed call of which its source says what it cost
        DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 86400 AS second_of_day,
        {length} AS input_tokens,
        CASE WHEN u.requests > 1 THEN LEAST(u.requests, {MOST_CALLS}) ELSE 1 END AS calls
    FROM usage AS u
    {witnesses if is_told else ""}
),
told AS (
    SELECT
        u.*,
        -- One number for what a price looks at: meters used, whether one or a kind of output is said, edges reached.
        {used}
            + CASE WHEN {measured} THEN {ones} ELSE 0 END
            + CASE WHEN {said} THEN {2 * ones} ELSE 0 END
            + {_place("u.input_tokens", [f"{edge} * u.calls" for edge in edges.lengths], bands)}
            + {_place("u.second_of_day", edges.seconds, slots)}
            + {_place("u.charge_period_start", [f"TIMESTAMP '{edge}'" for edge in edges.moments], times)} AS kind,
        CASE WHEN {apart} THEN concat_ws('|', {content}) END AS apart
    FROM met AS u
)
SELECT
    {texts},
    min(t.charge_period_start) AS charge_period_start,
    {meters},
    CASE WHEN t.apart IS NULL THEN 1 ELSE count(*) END AS copies,
    count(*) AS usage_rows,
    CAST(CASE WHEN t.apart IS NULL THEN sum(t.requests) ELSE coalesce({requests}, 1) * count(*) END AS BIGINT)
        AS calls_made,
    {"min(t.covered_by)" if is_told else "CAST(NULL AS VARCHAR)"} AS covered_first,
    {"max(t.covered_by)" if is_told else "CAST(NULL AS VARCHAR)"} AS covered_last
FROM told AS t
GROUP BY {keys}
"""


@dataclass(frozen=True)
class _Code:
    """Some names as one number: the place of each text in the list of its name, from 1, in bits of its own."""

    name: str
    sql: str  # of a row `u` of usage
    texts: Mapping[str, str]  # name -> its text again, of a row `t` that has the number


def _coded(listed: Mapping[str, Sequence[str]]) -> list[_Code]:
    numbers: list[list[tuple[str, Sequence[str], int, int]]] = [[]]
    first = 0
    for name, values in listed.items():
        bits = len(values).bit_length()
        if first + bits > MOST_BITS:
            numbers.append([])
            first = 0
        if values:
            numbers[-1].append((name, values, first, bits))
        first += bits
    return [_code(f"names_{place}", own) for place, own in enumerate(numbers) if own]


def _code(number: str, own: Sequence[tuple[str, Sequence[str], int, int]]) -> _Code:
    parts, texts = [], {}
    for name, values, first, bits in own:
        literals = [exp.Literal.string(value).sql(dialect="duckdb") for value in values]
        place = f"CAST(ARRAY_POSITION([{', '.join(literals)}], u.{name}) AS BIGINT)"
        parts.append(f"CASE WHEN u.{name} IS NULL THEN 0 ELSE {place} * {2**first} END")
        # Engines count the places of a list from 0 or from 1; a CASE is the same on each.
        whens = " ".join(f"WHEN {at} THEN {literal}" for at, literal in enumerate(literals, start=1))
        texts[name] = f"CASE (t.{number} >> {first}) & {2**bits - 1} {whens} END"
    return _Code(number, " + ".join(parts), texts)


def listed_in(engine: Engine) -> dict[str, list[str]]:
    """Every text of those names that have few, in the bound `usage`."""
    asked = [name for name in NAMES if name not in PLAIN]
    each = " UNION ALL ".join(
        f"SELECT '{name}' AS name, v.text "
        f"FROM (SELECT DISTINCT u.{name} AS text FROM usage AS u LIMIT {MOST_TEXTS + 1}) AS v"
        for name in asked
    )
    found: dict[str, list[str]] = {name: [] for name in asked}
    whole = Counter[str]()
    for row in engine.table(Transform("names_listed", each)).to_pylist():
        whole[row["name"]] += 1
        if row["text"] is not None:
            found[row["name"]].append(row["text"])
    return {name: sorted(texts) for name, texts in found.items() if whole[name] <= MOST_TEXTS}


def lots_as_usage() -> Transform:
    """Lots as the usage rows that they are to a price, with what is theirs alone."""
    known = {*NAMES, *METERS, "charge_period_start"}
    rows = exp.select().from_("usage_lot")
    for column in TABLES["usage"].columns:
        value = exp.column(column.name) if column.name in known else exp.cast(exp.Null(), column.sql_type)
        rows = rows.select(exp.alias_(value, column.name))
    return Transform.of("usage_as_lots", rows.select(*map(exp.column, CARRIED)))


def _summed(meter: str, found: Sequence[str]) -> str:
    if meter not in found:
        return f"CAST(NULL AS {'DECIMAL(28,12)' if meter in ROUNDED else 'BIGINT'})"
    if meter in ROUNDED:
        return f"any_value(t.{meter})"
    return f"CAST(CASE WHEN t.apart IS NULL THEN sum(t.{meter}) ELSE {_kept(meter, found)} END AS BIGINT)"


def _kept(meter: str, found: Sequence[str]) -> str:
    """What a row that stays apart states: its text says it, so that no second thing is worked out of every row."""
    return f"CAST(NULLIF(SPLIT_PART(t.apart, '|', {found.index(meter) + 1}), '') AS BIGINT)"


def _any(conditions: Sequence[str]) -> str:
    return " OR ".join(conditions) or "FALSE"


def _place(value: str, edges: Sequence[object], stride: int) -> str:
    """How many edges a value has reached, times `stride`."""
    whens = " ".join(f"WHEN {value} < {edge} THEN {number * stride}" for number, edge in enumerate(edges))
    return f"CASE {whens} ELSE {len(edges) * stride} END" if edges else "0"

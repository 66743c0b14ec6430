"""What makes calls of two sources look alike: the same model and the same tokens, where no id of an answer tells.

Pure; gives the table and the transform that `call_few_key.sql` and its followers read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from spendmap.allocation.identity.model_names import same_model
from spendmap.engine.arrow import schema_of
from spendmap.pricing.slices import Slice

TOKENS_IN = (
    *("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other"),
    *("input_audio", "input_image"),
)
TOKENS_OUT = ("output", "output_audio", "output_image")
"""What two sources that tell of one call both count."""
IN_TWO = schema_of(
    *(pa.field(name, pa.string()) for name in ("source_name", "model", "same")),
    *(pa.field(name, pa.int64()) for name in ("place", "source_no")),
    pa.field("is_most", pa.bool_()),
)


@dataclass(frozen=True)
class Witness:
    """A source that saw `calls` calls of a model in a month; `model` is as written, "" where none is."""

    source_name: str
    billing_month: str
    model: str
    calls: int


def witnesses_in(named: pa.Table) -> list[Witness]:
    """Who saw what, in rows of `combinations.named_near`."""
    calls = Counter[tuple[str, str, str]]()
    keys = ["source_name", "billing_month", "response_model", "request_model"]
    for row in named.group_by(keys, use_threads=False).aggregate([("calls", "sum")]).to_pylist():
        source, month, response, request = (row[key] for key in keys)
        calls[source, month, (request if response is None else response) or ""] += row["calls_sum"]
    return [Witness(*key, rows) for key, rows in sorted(calls.items())]


def in_two(witnesses: Sequence[Witness]) -> pa.Table:
    """`model_in_two`: one row per source and model as written, of the models that two sources name in one month."""
    by_model: dict[tuple[str, str], set[str]] = defaultdict(set)
    calls: dict[str, Counter[str]] = defaultdict(Counter)
    for each in witnesses:
        if each.model:
            by_model[each.billing_month, same_model(each.model)].add(each.source_name)
            calls[same_model(each.model)][each.source_name] += each.calls
    both = sorted({model for (_, model), found in by_model.items() if len(found) > 1})
    sources = sorted({each.source_name for each in witnesses})
    rows = []
    for source, model in sorted({(each.source_name, each.model) for each in witnesses}):
        if (same := same_model(model)) not in both:
            continue
        most, _ = max(calls[same].items(), key=lambda each: (each[1], each[0]))
        place, number = both.index(same), sources.index(source)
        rows.append((source, model, same, place, number, source == most))
    return pa.Table.from_pylist([dict(zip(IN_TWO.names, row, strict=True)) for row in rows], schema=IN_TWO)


def single_sql(known: Slice | None) -> str:
    """Single calls of models that two sources name, with what makes two of them look alike.

    `number` stands for model and token counts: equal ones have one number, and hardly ever do others. `known` holds
    for every row: what none states is not added up.
    """

    def tokens(meters: Sequence[str]) -> str:
        stated = [meter for meter in meters if not known or meter in known.high]
        every = known.everywhere if known else frozenset()
        return " + ".join(f"u.{each}" if each in every else f"coalesce(u.{each}, 0)" for each in stated) or "0"

    is_single = known and "requests" in known.everywhere and known.low["requests"] == known.high["requests"] == 1
    return f"""-- call_single: single calls of models that two sources name.
-- in:  usage_near, model_in_two
SELECT
    s.*, (s.tokens_in % {2**33}) * {2**30} + (s.tokens_out * 64 + s.place % 64) % {2**30} AS number
FROM (
    SELECT
        u.source_name, u.natural_key, u.billing_month, u.charge_period_start, u.response_id, u.billing_account_id,
        u.provider_name, u.witness, t.same, t.place, t.source_no, t.is_most,
        {tokens(TOKENS_IN)} AS tokens_in,
        {tokens(TOKENS_OUT)} AS tokens_out
    FROM usage_near AS u
    JOIN model_in_two AS t
        ON t.model = coalesce(u.response_model, u.request_model) AND t.source_name = u.source_name
    WHERE u.not_bought IS NULL{"" if is_single else " AND coalesce(u.requests, 1) = 1"}
) AS s"""

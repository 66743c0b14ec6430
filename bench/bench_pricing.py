"""Pricing 2 million usage rows against the scan of their columns and against genai_prices.calc_price.

Writes seeded usage to a temporary folder, then times on one thread, median of three, in CPU seconds:
floor    scan and sum the columns the transform reads (text: its length)
names    find the distinct names
facts    find which meters are in use, how large they are and when
price    the transform made from these, as a workspace runs it: dates, context tiers, windows; costs summed, keys
         counted. Beside it the definition, which must give the same totals
Marks: all three <= 5 x floor; pricing each row, once names and facts are known, >= 500 x calc_price per core on 20,000
of the same rows (its own parse of the catalogue is left out as well). The ratio with all three is printed beside it.
Run: python bench/bench_pricing.py [rows]. Exit 1 when a mark is missed.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from genai_prices import Usage, calc_price

from spendmap.engine.duckdb import PARQUET, DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS
from spendmap.ledger.tables import USAGE
from spendmap.pricing import DISTINCT_REFS_SQL, PRICE_USAGE_SQL, build_aliases
from spendmap.pricing.book import open_book
from spendmap.pricing.slices import look, names_in
from spendmap.pricing.specialise import specialised

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
SAMPLE = 20_000
MAX_FLOOR = 5.0
MIN_CALC = 500.0
MODELS = (
    *(("openai", name) for name in ("gpt-4.1", "gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini", "gpt-5-nano")),
    *(("openai", name) for name in ("gpt-5.6-luna", "gpt-5.6-sol", "gpt-5.6-terra", "o3", "text-embedding-3-large")),
    *(("anthropic", name) for name in ("claude-sonnet-4-5-20250929", "claude-sonnet-4-6", "claude-opus-4-6")),
    *(("anthropic", name) for name in ("claude-opus-5-5", "claude-haiku-4-5-20251001", "claude-haiku-5-5")),
    ("anthropic", "claude-fable-5-1"),
    *(("google", name) for name in ("gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.6-flash", "gemini-4-argon")),
    *(("x-ai", name) for name in ("grok-4.3", "grok-4.6")),
    *(("deepseek", name) for name in ("deepseek-v4-pro", "deepseek-v4-flash")),
    *(("azure", name) for name in ("gpt-4.1", "gpt-5.6-luna")),
    ("aws", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("mistral", "mistral-large-2512"),
)
TEXTS = ("provider_name", "request_model", "response_model", "service_tier", "region_id", "billing_account_id")

TOTAL_SQL = """SELECT count(*), count(list_cost), sum(list_cost), sum(contracted_cost), count(price_key),
    count(unpriced_reason) FROM ({})"""


def generated(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Calls of 14 months in the order of time; a third read a cache, two in a hundred are long, some are batches."""
    own: dict[str, str] = {
        "source_name": "'bench'",
        "billing_month": "strftime(began, '%Y-%m')",
        "load_id": "'1'",
        "natural_key": "md5(i::VARCHAR)",
        "charge_period_start": "began",
        "provider_name": "provider",
        "request_model": "model",
        "response_model": "CASE WHEN r1 < 0.7 THEN model END",
        "service_tier": "CASE WHEN r2 < 0.85 THEN 'standard' WHEN r2 < 0.95 THEN NULL ELSE 'batch' END",
        "billing_account_id": "'org-' || (i % 3)",
        "is_cache_hit": "FALSE",
        "input_uncached": "CASE WHEN r3 < 0.02 THEN 150000 + (r1 * 200000)::BIGINT ELSE 50 + (r1 * 28000)::BIGINT END",
        "cache_read": "CASE WHEN r4 < 0.33 THEN (r2 * 50000)::BIGINT ELSE 0 END",
        "cache_write_5m": "CASE WHEN r4 > 0.9 THEN (r3 * 5000)::BIGINT ELSE 0 END",
        "cache_write_1h": "CASE WHEN r4 > 0.98 THEN (r3 * 5000)::BIGINT ELSE 0 END",
        "output": "CASE WHEN model LIKE 'text-emb%' THEN 0 ELSE (r5 * 2000)::BIGINT END",
        "requests": "1",
        "web_searches": "CASE WHEN r5 < 0.01 AND provider = 'anthropic' THEN 2 END",
    }
    columns = ", ".join(f"CAST({own.get(c.name, 'NULL')} AS {c.sql_type}) AS {c.name}" for c in USAGE.columns)
    values = ", ".join(f"('{provider}', '{model}')" for provider, model in MODELS)
    connection.execute("SELECT setseed(0.42)")
    connection.execute(
        f"""COPY (
            WITH model(provider, model) AS (VALUES {values}), numbered AS (
                SELECT row_number() OVER () - 1 AS n, * FROM model
            ), calls AS (
                SELECT i, (random() * {len(MODELS) - 1})::BIGINT AS n, random() AS r1, random() AS r2, random() AS r3,
                    random() AS r4, random() AS r5,
                    TIMESTAMP '2025-09-20' + to_seconds((random() * 36000000)::BIGINT) AS began
                FROM range({ROWS}) AS t(i)
            )
            SELECT {columns} FROM calls JOIN numbered USING (n) ORDER BY began, i
        ) TO '{file}' ({PARQUET})"""
    )


def median_cpu(work: Callable[[], object]) -> float:
    """Median CPU seconds of three runs."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def calculated(rows: list[dict[str, Any]]) -> Decimal:
    """The same rows, one by one, by the catalogue's own calculator."""
    total = Decimal(0)
    for row in rows:
        usage = Usage(
            input_tokens=row["input_uncached"] + row["cache_read"] + row["cache_write_5m"] + row["cache_write_1h"],
            cache_read_tokens=row["cache_read"],
            cache_write_tokens=row["cache_write_5m"] + row["cache_write_1h"],
            cache_write_1h_tokens=row["cache_write_1h"],
            output_tokens=row["output"],
            web_searches=row["web_searches"] or 0,
        )
        total += calc_price(
            usage,
            row["request_model"],
            provider_id=row["provider_name"],
            genai_request_timestamp=row["charge_period_start"],
            price_context={"processing": "batch"} if row["service_tier"] == "batch" else None,
        ).total_price
    return total


def main() -> int:
    """Generate, measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine({"threads": "1"}) as engine:
        file = Path(folder) / "usage.parquet"
        connection = engine.connection
        generated(connection, file)
        engine.bind("usage", [file])
        sums = [f"sum({name})" for name in METERS]
        texts = [
            f"count({name}), max({name})" for name in (*TEXTS, "natural_key", "charge_period_start", "is_cache_hit")
        ]
        floor_sql = f"SELECT {', '.join((*sums, *texts))} FROM usage"
        floor = median_cpu(lambda: connection.execute(floor_sql).fetchall())
        book = open_book()
        names_time = median_cpu(lambda: names_in(engine, with_accounts=False))
        facts_time = median_cpu(lambda: look(engine))
        start = time.process_time()
        pricing = specialised(engine, book)
        prepared = time.process_time() - start - names_time - facts_time
        price = median_cpu(lambda: connection.execute(TOTAL_SQL.format(pricing.transform.sql)).fetchall())
        totals = connection.execute(TOTAL_SQL.format(pricing.transform.sql)).fetchall()
        aliases = build_aliases(engine.table(Transform("distinct_refs", DISTINCT_REFS_SQL)), book)
        engine.bind("model_alias", aliases)
        engine.bind("price_wide", pricing.price_wide)
        defined = median_cpu(lambda: connection.execute(TOTAL_SQL.format(PRICE_USAGE_SQL)).fetchall())
        is_same = totals == connection.execute(TOTAL_SQL.format(PRICE_USAGE_SQL)).fetchall()
        numbers = random.Random(42).sample(range(ROWS), SAMPLE)
        connection.execute("CREATE TABLE picked AS SELECT unnest(?) AS i", [numbers])
        sample = (
            connection.sql("SELECT * FROM (SELECT row_number() OVER () - 1 AS i, * FROM usage) JOIN picked USING (i)")
            .to_arrow_table()
            .to_pylist()
        )
        calc = median_cpu(lambda: calculated(sample))
    rows, priced, total, *_ = totals[0]
    spent = price + names_time + facts_time
    floors = spent / floor
    faster, faster_in_all = ((ROWS / seconds) / (SAMPLE / calc) for seconds in (price, spent))
    print(f"{'work':34} {'CPU s':>8} {'M rows/s':>9} {'x floor':>8}")
    for name, seconds in (
        ("floor: scan and sum the columns", floor),
        ("distinct names", names_time),
        ("meters in use, how large, when", facts_time),
        ("price each row", price),
        ("all three", spent),
        ("price each row by the definition", defined),
    ):
        print(f"{name:34} {seconds:8.2f} {ROWS / seconds / 1e6:9.2f} {seconds / floor:8.2f}")
    print(f"{'names and prices laid out, once':34} {prepared:8.2f}")
    print(f"{f'calc_price, {SAMPLE:,} rows':34} {calc:8.2f} {SAMPLE / calc / 1e6:9.4f}")
    print(f"{rows:,} rows, {priced:,} priced, {total} USD")
    print(f"{'names and facts counted in':34} {faster_in_all:8,.0f} x calc_price")
    marks = [
        ("the definition's totals", "same" if is_same else "other", is_same),
        (f"all three <= {MAX_FLOOR:g} x floor", f"{floors:.2f}", floors <= MAX_FLOOR),
        (f"per core >= {MIN_CALC:g} x calc_price", f"{faster:,.0f}", faster >= MIN_CALC),
    ]
    for name, value, holds in marks:
        print(f"{name:34} {value:>8} {'holds' if holds else 'MISSED'}")
    return 0 if all(holds for *_, holds in marks) else 1


if __name__ == "__main__":
    sys.exit(main())

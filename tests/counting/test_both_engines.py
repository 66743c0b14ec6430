"""Every transform of the counting gives the same rows on both engines, over all twenty examples at once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from counting.examples import EXAMPLES, firm_of
from counting.firm import Firm
from spendmap.allocation.counted import count
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

FILES = sorted(file.name for file in Path(count.__file__).parent.glob("*.sql"))


def everything() -> Firm:
    """The examples, and what none of them holds: a payer beside a member, a share, credits over their
    balance, a line of two sources."""
    firm = firm_of(*EXAMPLES)
    firm.mixed.add("aws")
    firm.export("2026-10-05", "100.004", "aws", source_name="payer", account_id="p-1", sub_account_id="m-1")
    firm.export("2026-10-05", "100.00", "aws", source_name="member", account_id="m-1", sub_account_id="m-1")
    firm.export("2026-10-07", "90", "aws", rule_share="0.4", source_name="payer", account_id="p-1")
    firm.export("2026-10-17", "310", "aws", charge_end="2026-11-17", source_name="payer", account_id="p-1")
    firm.export("2026-10-01", "7", "cohere", source_name="month", account_id="c-1", charge_end="2026-11-01")
    for day, cost in (("2026-10-09", "3"), ("2026-10-19", "4.005")):  # the same bill by days, rounded otherwise
        firm.export(day, cost, "cohere", source_name="days", account_id="c-1")
    firm.line("2026-10-02", "100", "openai", books="card", product_kind="credits")
    firm.meter("2026-10-17", "152", "openai")
    firm.meter("2026-10-18", None, "openai")
    firm.meter("2026-10-19", "0.333333333333", "openai", covered_by="gateway:other")
    for source in ("card-a", "card-b"):
        firm.line("2026-10-21", "9", books="card", source_name=source, source_file=f"{source}.csv", key="same-1")
    return firm


def results(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """The rows of every transform, and of the allocation, after a count on this engine."""
    answer = everything().count(engine)
    engine.bind("allocation", pa.Table.from_pylist(answer.rows))
    engine.bind("law_part", Transform.load(count.PACKAGE, "law_part.sql"))
    found = {"allocation": answer.rows, "notes": answer.counted.notes.table.to_pylist()}
    for file in FILES:
        found[file] = sorted(engine.table(Transform.load(count.PACKAGE, file)).to_pylist(), key=repr)
    return found


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for a local Spark")
@pytest.mark.filterwarnings("ignore")  # Spark's own client warns of its own deprecations
def test_every_transform_of_the_counting_gives_the_same_rows_on_both_engines() -> None:
    from spendmap.engine.spark import SparkEngine

    with DuckDBEngine({"threads": "1"}) as engine:
        duckdb = results(engine)
    interpreted = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    with SparkEngine("local[1]", interpreted) as engine:
        spark = results(engine)
    assert [name for name in duckdb if duckdb[name] != spark[name]] == []
    assert [
        name for name in duckdb if not duckdb[name] and name != "law_documents.sql"
    ] == []  # a transform without a row would compare nothing

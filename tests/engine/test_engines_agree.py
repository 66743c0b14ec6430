"""One body, two engines, the same digits: every transform that makes the map, plays or scenarios runs on both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from company.acorn import build
from spendmap.allocation import run as allocation_run
from spendmap.engine.engine import Engine, open_engine
from spendmap.engine.transform import Transform
from spendmap.optimization import replay
from spendmap.optimization.changes import Changes
from spendmap.optimization.plays import usage
from spendmap.process import run
from spendmap.workspace import Workspace

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for a local Spark"),
    pytest.mark.filterwarnings("ignore"),  # Spark's own client warns of its own deprecations
]
# Those of allocation/counted meet both engines over every kind of purchase in tests/counting/test_both_engines.py.
PACKAGES = ("allocation", "allocation/split", "pricing", "optimization", "optimization/plays")
SOURCE = Path(allocation_run.__file__).resolve().parents[1]


class Recording:
    """An engine that remembers which transforms it was given."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def bind(self, name: str, source: Any, *, like: str | None = None) -> None:
        if isinstance(source, Transform):
            self.names.add(source.name)
        self.engine.bind(name, source, like=like)

    def table(self, transform: Transform) -> pa.Table:
        self.names.add(transform.name)
        return self.engine.table(transform)

    def write(self, transform: Transform, folder: Path, **how: Any) -> list[Path]:
        self.names.add(transform.name)
        return self.engine.write(transform, folder, **how)

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.close()


Pair = dict[str, tuple[Workspace, set[str]]]
Told = dict[str, tuple[Any, ...]]
# Another mix of calls, and each a tenth longer: the rows themselves are priced again.
CHANGES = Changes(usage=Fraction(3, 2), context=Fraction(11, 10))
BY_SHAPE = Changes(usage=Fraction(3, 2))  # calls as long as they are: their shapes are priced


@pytest.fixture(scope="module")
def told() -> Told:
    """What each engine says of the plays' calls, of a replayed scenario and of restated prices; filled by `pair`."""
    return {}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, told: Told) -> Iterator[Pair]:
    """Acorn on each engine, with the names of the transforms that ran."""
    made = {}
    patch = pytest.MonkeyPatch()
    for engine in ("duckdb", "spark"):
        workspace = build(tmp_path_factory.mktemp(engine) / "w", engine)
        opened: list[Recording] = []

        def recording(place: Workspace, opened: list[Recording] = opened) -> Recording:
            opened.append(Recording(open_engine(place)))
            return opened[-1]

        for module in (allocation_run, replay, usage):
            patch.setattr(module, "open_engine", recording)
        run(workspace)
        told[engine] = (
            usage.read_calls(workspace, ["2026-10"]),
            (replay.replay(workspace, ["2026-10"], CHANGES), replay.replay(workspace, ["2026-10"], BY_SHAPE)),
            moved_by_prices(workspace, recording),
        )
        made[engine] = (workspace, set().union(*(each.names for each in opened)))
    patch.undo()
    yield made


def moved_by_prices(workspace: Workspace, opened: Callable[[Workspace], Recording]) -> list[dict[str, Any]]:
    """What `restated.sql` says when every price was half of today's and the dearest call was unpriced."""
    told = {"source_name": "gateway", "billing_month": "2026-10", "provider_name": "openai", "load_id": "l"}
    named = {"request_model": "gpt-5", "response_model": "gpt-5", "price_provider": "openai", "price_model": "gpt-5"}
    money = {"contracted_currency": "USD", "price_currency": "USD"}
    costs = {"a": Decimal("3.00"), "b": Decimal("6.50")}
    now = [told | named | money | {"natural_key": key, "contracted_cost": cost} for key, cost in costs.items()]
    halves = {"a": Decimal("1.50"), "b": None}
    before = [row | {"contracted_cost": halves[str(row["natural_key"])]} for row in now]
    schema = pa.schema([(name, pa.decimal128(28, 12) if name == "contracted_cost" else pa.string()) for name in now[0]])
    with opened(workspace) as engine:
        engine.bind("default_currency", pa.table({"currency": ["USD"]}))
        engine.bind("published_shape", pa.Table.from_pylist([told]))
        for name, rows in (("priced_before", before), ("priced_now", now)):
            engine.bind("priced", pa.Table.from_pylist([*rows, rows[0] | {"load_id": "later"}], schema))
            engine.bind(name, engine.table(Transform.load("spendmap.allocation", "restated_row.sql")))
        return list(engine.table(Transform.load("spendmap.allocation", "restated.sql")).to_pylist())


def rollup(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    folder = workspace.rollups / (workspace.rollups / "CURRENT").read_text()
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return sorted(rows, key=repr)


@pytest.mark.parametrize("name", ["month", "day", "split", "customer"])
def test_the_map_has_the_same_digits_on_both_engines(pair: Pair, name: str) -> None:
    duckdb, spark = (rollup(pair[engine][0], name) for engine in ("duckdb", "spark"))
    assert duckdb == spark
    assert duckdb and any(row["effective_cost"] for row in duckdb)


def test_plays_and_scenarios_see_the_same_calls_and_money_on_both_engines(pair: Pair, told: Told) -> None:
    assert sorted(map(repr, told["duckdb"][0])) == sorted(map(repr, told["spark"][0]))
    for duckdb, spark in zip(told["duckdb"][1], told["spark"][1], strict=True):
        assert sorted(map(repr, duckdb.lines)) == sorted(map(repr, spark.lines))
        assert (duckdb.unpriced, duckdb.measured) == (spark.unpriced, spark.measured)
        assert any(line.replayed["contracted"] for line in duckdb.lines)  # there was something to price again


def test_a_restated_price_moves_the_same_money_on_both_engines(pair: Pair, told: Told) -> None:
    assert told["duckdb"][2] == told["spark"][2]
    # 3.00 of a call was 1.50; the 6.50 of the other was unpriced
    (row,) = told["duckdb"][2]
    assert (row["usage_rows"], row["priced_before"], row["priced_now"]) == (2, 1, 2)
    assert (row["before"], row["after"]) == (Decimal("1.5"), Decimal("9.5"))


def stored(workspace: Workspace, pattern: str) -> list[dict[str, Any]]:
    files = sorted((workspace.ledger).glob(pattern))
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    for row in rows:
        row.pop("load_id", None)
    return sorted(rows, key=repr)


@pytest.mark.parametrize("pattern", ["allocation/data/**/*.parquet", "derived/usage_[gscp]*/**/*.parquet"])
def test_every_stored_line_has_the_same_digits_on_both_engines(pair: Pair, pattern: str) -> None:
    duckdb, spark = (stored(pair[engine][0], pattern) for engine in ("duckdb", "spark"))
    assert duckdb == spark
    assert duckdb


def test_no_shipped_transform_was_left_out(pair: Pair) -> None:
    shipped = {file.stem for package in PACKAGES for file in (SOURCE / package).glob("*.sql")}
    for engine in ("duckdb", "spark"):
        assert shipped - pair[engine][1] == set()

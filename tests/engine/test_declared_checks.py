"""The checks in the headers of the SQL run, and each of their forms can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import spendmap
from spendmap.engine.checked import Check, checks_of, hold
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.optimization import replay
from spendmap.optimization.changes import Changes
from spendmap.optimization.plays import usage
from spendmap.published import Version
from spendmap.published.writing import published_table
from spendmap.vocabulary.errors import LawBrokenError, TransformRefusedError
from spendmap.workspace import Workspace

SHIPPED = sorted(Path(spendmap.__file__).parent.rglob("*.sql"))


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine({}) as opened:
        costs = pa.array([Decimal("1.5"), None, Decimal("2.5")], pa.decimal128(28, 12))
        opened.bind("bill", pa.table({"team": ["a", "a", "b"], "cost": costs}))
        opened.bind("credit", pa.table({"team": ["a"], "cost": pa.array([Decimal(-1)], pa.decimal128(28, 12))}))
        yield opened


def held(engine: DuckDBEngine, check: str, select: str) -> bool:
    transform = Transform("by_team", f"-- by_team: money by team\n-- check: {check}\n{select}")
    try:
        hold(engine, transform, engine.table(transform))
    except LawBrokenError as error:
        assert str(error).startswith("by_team: ") and "spendmap check" in str(error)
        return False
    return True


BY_TEAM = "SELECT team, sum(cost) AS cost, count(*) AS lines FROM bill GROUP BY team"


@pytest.mark.parametrize(
    ("check", "select", "holds"),
    [
        ("rows = rows of bill", "SELECT team FROM bill", True),
        ("rows = rows of bill", BY_TEAM, False),  # two teams of three lines
        ("rows = rows of bill + credit", "SELECT team FROM bill UNION ALL SELECT team FROM credit", True),
        ("rows = rows of bill + credit", "SELECT team FROM bill", False),
        ("rows = rows of bill where team = 'a'", "SELECT team FROM bill WHERE team = 'a'", True),
        ("sum(lines) = rows of bill", BY_TEAM, True),
        ("sum(lines) = rows of bill", "SELECT team, 1 AS lines FROM bill WHERE cost IS NOT NULL", False),
        ("sum(cost) = sum of bill", BY_TEAM, True),
        ("sum(cost) = sum of bill", "SELECT cost FROM bill UNION ALL SELECT cost FROM bill", False),
        ("sum(cost) = sum of bill", "SELECT coalesce(cost, CAST(0.000000000001 AS DECIMAL(28,12))) AS cost FROM bill", False),
        ("sum(cost) = sum of bill where team = 'b'", "SELECT cost FROM bill WHERE team = 'b'", True),
        ("sum(cost) = sum of bill where team = 'b'", BY_TEAM, False),
        ("sum(carried) = sum(cost) of bill + credit", "SELECT 3 AS carried", True),
        ("sum(carried) = sum(cost) of bill + credit", "SELECT 4 AS carried", False),
        ("sum(cost) = sum of bill where team = 'nobody'", "SELECT cost FROM bill WHERE team = 'nobody'", True),
        ("unique(team)", BY_TEAM, True),
        ("unique(team)", "SELECT team FROM bill", False),
        ("unique(team, cost)", "SELECT team, cost FROM bill", True),
    ],
)  # fmt: skip
def test_each_form_holds_and_fails(engine: DuckDBEngine, check: str, select: str, holds: bool) -> None:
    assert held(engine, check, select) is holds


@pytest.mark.parametrize(
    "prose",
    [
        "row count out = row count in",
        "sums = AI money of the roll-up, on every basis",
        "rows = rows",
        "rows = sum of bill",
        "sum(a, b) = rows of bill",
        "sum(a, b) = sum(a) of bill",
        "unique()",
        "rows = rows of bill; DROP TABLE bill",
        "",
    ],
)
def test_a_check_that_cannot_be_run_is_refused_by_name(prose: str) -> None:
    with pytest.raises(TransformRefusedError):
        checks_of(f"-- t: a question\n-- check: {prose}\nSELECT 1")


def test_a_remark_is_not_a_check_and_a_transform_may_have_none(engine: DuckDBEngine) -> None:
    assert checks_of("-- t: a question\n-- note: row count out = row count in\nSELECT 1") == ()
    hold(engine, Transform("t", "SELECT 1 AS one"), pa.table({}))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_check_that_is_shipped_can_be_run(file: Path) -> None:
    checks_of(file.read_text(encoding="utf-8"))


def test_the_shipped_checks_are_many_and_balance_money_where_money_is_summed() -> None:
    found = {file.stem: checks_of(file.read_text(encoding="utf-8")) for file in SHIPPED}
    for name in (
        "usage_priced",
        "lot_priced",
        "usage_grouped",
        "usage_customer",
        "attributed",
        "rollup_month",
        "rollup_day",
        "pool_money",
        "replay_lines",
    ):
        assert found[name], name
    assert Check.parse("sum(usage_rows) = rows of usage") in found["usage_grouped"]


class Checking:
    """An engine that runs the declared checks of every transform it is given, on the spot."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.ran: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def bind(self, name: str, source: Any, *, like: str | None = None) -> None:
        self.engine.bind(name, source, like=like)
        if isinstance(source, Transform):
            self._hold(source, [])

    def table(self, transform: Transform) -> pa.Table:
        rows = self.engine.table(transform)
        self._hold(transform, rows)
        return rows

    def write(self, transform: Transform, folder: Path, **how: Any) -> list[Path]:
        files: list[Path] = self.engine.write(transform, folder, **how)
        self._hold(transform, files)
        return files

    def _hold(self, transform: Transform, result: Any) -> None:
        hold(self.engine, transform, result)
        self.ran |= {transform.name} if checks_of(transform.sql) else set()

    def __enter__(self) -> Checking:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.close()


@pytest.fixture(scope="module")
def fernhill(built_fernhill: Path) -> Workspace:
    return Workspace.open(built_fernhill)


def test_the_checks_of_scenarios_and_plays_hold_on_the_sample_company(
    fernhill: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Checking] = []
    open_engine: Callable[[Workspace], Any] = replay.open_engine

    def checking(place: Workspace) -> Checking:
        opened.append(Checking(open_engine(place)))
        return opened[-1]

    monkeypatch.setattr(replay, "open_engine", checking)
    monkeypatch.setattr(usage, "open_engine", checking)
    assert replay.replay(fernhill, ["2026-09", "2026-10"], Changes()).lines
    assert replay.replay(fernhill, ["2026-10"], Changes(), by_row=True).lines
    assert usage.read_calls(fernhill, ["2026-10"])
    ran = set().union(*(each.ran for each in opened))
    assert ran >= {
        "replay_priced",
        "shape_priced",
        "replay_lines",
        "play_carried",
        "play_calls",
        "usage_priced",
        "price_usage",
    }


@pytest.mark.parametrize("name", ["money_by_use_case", "outcome_rollup"])
def test_the_checks_of_the_value_step_hold_on_the_sample_company(fernhill: Workspace, name: str) -> None:
    version = Version.in_force(fernhill)
    assert version is not None
    text = next(file for file in SHIPPED if file.stem == name).read_text(encoding="utf-8")
    assert checks_of(text)
    with DuckDBEngine({}) as engine:
        engine.bind("month", published_table(version, "month"))
        engine.bind("outcome", list(version.paths("outcome")), like="outcome")
        engine.bind("apart_load", pa.table({"load_id": pa.array([], pa.string())}))
        transform = Transform(name, text)
        rows = engine.table(transform)
        assert len(rows)
        hold(engine, transform, rows)

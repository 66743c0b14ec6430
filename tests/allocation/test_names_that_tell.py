"""Which of their names tell rows of usage apart, and that the others are read back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spendmap.allocation import combinations
from spendmap.allocation.combinations import TOGETHER, combined, named_near
from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDBEngine]:
    with DuckDBEngine({"threads": "1"}) as engine:
        yield engine


def bind(engine: DuckDBEngine, rows: list[dict[str, Any]]) -> None:
    names = sorted({name for row in rows for name in row})
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    engine.bind("usage_near", conform(table, "usage"))


def test_a_key_tells_its_project_and_team(duck: DuckDBEngine) -> None:
    # The key tells the project and the team; two keys ask for both models, so the model tells itself.
    key = {"k1": ("search", "core"), "k2": ("chat", "core"), None: (None, None)}
    bind(
        duck,
        [
            {"billing_month": month, "api_key_id": name, "project": own[0], "team": own[1], "request_model": model}
            for month in ("2026-01", "2026-02")
            for name, own in key.items()
            for model in ("one", "two")
        ],
    )
    found = combined(named_near(duck))
    assert set(found.telling) == {"api_key_id", "request_model"} or set(found.telling) == {"project", "request_model"}
    assert len(found.table) == 6
    assert {"team", "source_name"} < set(found.following)


ROWS = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from([None, "", "a", "b"]) for name in ("api_key_id", "team", "project", "request_model")}
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=20)
@given(rows=ROWS)
def test_what_tells_gives_every_row_its_own_names_again(rows: list[dict[str, Any]], duck: DuckDBEngine) -> None:
    bind(duck, [{"billing_month": "2026-01", **row} for row in rows])
    found = combined(named_near(duck))
    duck.bind("combination", found.table)
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM u.{name}" for name in found.telling)
    names = ", ".join(f"n.{name}" for name in TOGETHER)
    joined = f"SELECT {names} FROM usage_near AS u JOIN combination AS n ON {same} ORDER BY ALL"
    own = f"SELECT {', '.join(TOGETHER)} FROM usage_near ORDER BY ALL"
    assert duck.connection.sql(joined).fetchall() == duck.connection.sql(own).fetchall()


def test_too_many_combinations_are_compared_as_they_stand(duck: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(duck, [{"billing_month": "2026-01", "api_key_id": f"k{number}"} for number in range(4)])
    monkeypatch.setattr(combinations, "MOST", 3)
    found = combined(named_near(duck))
    assert found.following == ()
    assert set(found.telling) == set(TOGETHER)


def test_a_name_with_many_texts_is_looked_at_by_itself(duck: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(duck, [{"billing_month": "2026-01", "principal_id": f"p{number}"} for number in range(4)])
    monkeypatch.setattr(combinations, "MOST_SEEN", 3)
    named = named_near(duck)
    assert "principal_id" not in named.column_names
    assert named.column("calls").to_pylist() == [4]


def test_the_transforms_are_in_the_dialect(duck: DuckDBEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Transform] = []
    own = duck.table

    def noted(transform: Transform) -> pa.Table:
        asked.append(transform)
        return own(transform)

    monkeypatch.setattr(duck, "table", noted)
    bind(duck, [{"billing_month": "2026-01"}])
    named_near(duck)
    assert [each.name for each in asked] == ["usage_sample", "usage_named"]
    assert all("usage_near" in each.to("spark") for each in asked)

"""A published version: written whole, read in one way, with files that older ones do not have."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spendmap.allocation import publish as publishing
from spendmap.allocation.publish import publish
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.published import OpenVersion, Version, current_version, is_published, version
from spendmap.published.columns import NOTES_COLUMNS, PUBLISHED
from spendmap.published.writing import arrow_schema, files_named, published_table, write_version
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.workspace import Workspace

META = {"months": ["2026-10"], "tables": {"usage": ["ledger/usage/data/r/billing_month=2026-10/a.parquet"]}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w", "EUR", "Oak")


def rows(table: str, *given: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(given), schema=arrow_schema(PUBLISHED[table]))


def october(**more: Any) -> dict[str, Any]:
    return {"month": "2026-10", "scope": "ai", "currency": "USD", "effective_cost": Decimal(7), **more}


def publish_by_hand(workspace: Workspace, name: str, **tables: pa.Table) -> Version:
    empty = {table: rows(table) for table in ("month", "day", "customer")}
    return write_version(workspace, name, empty | tables, META)


def test_before_the_first_version_every_table_is_there_and_empty(workspace: Workspace) -> None:
    assert Version.in_force(workspace) is None and not is_published(workspace)
    opened = OpenVersion.in_force(workspace, dict.fromkeys(PUBLISHED))
    with opened.session() as session:
        assert [session.rows(f"SELECT count(*) FROM {table}") for table in PUBLISHED] == [[(0,)]] * len(PUBLISHED)
    with opened.rows_session("usage", "usage_grouped", "price_wide") as session:
        assert session.rows("SELECT count(*) FROM usage, usage_grouped, price_wide") == [(0,)]
    opened.close()


def test_what_was_written_is_what_is_read_and_its_currencies_begin_with_the_companys_own(workspace: Workspace) -> None:
    publish_by_hand(workspace, "v1", month=rows("month", october(), october(currency="CHF", effective_cost=None)))
    found = Version.in_force(workspace)
    assert found is not None and (found.name, found.meta.currency, found.meta.months) == ("v1", "EUR", ("2026-10",))
    assert found.meta.currencies == ("CHF", "EUR", "USD")
    assert published_table(found, "month").column("effective_cost").to_pylist() == [Decimal(7), None]


def test_an_optional_file_of_no_rows_is_not_written_and_reads_as_a_table_of_its_columns(workspace: Workspace) -> None:
    found = publish_by_hand(workspace, "v1", notes=rows("notes"))
    assert not (found.folder / "notes.parquet").exists() and found.file("notes") is None
    assert published_table(found, "notes").schema.names == list(NOTES_COLUMNS)
    assert (found.folder / "day.parquet").exists()  # a roll-up is written also without a row
    opened = OpenVersion(found, {"notes": None, "metered": ("month", "metered_cost")})
    with opened.session() as session:
        assert session.rows("SELECT sum(amount), count(*) FROM notes") == [(None, 0)]
        assert session.rows("SELECT month, metered_cost FROM metered") == []
    opened.close()


def test_notes_are_published_and_read_back_with_their_amounts(workspace: Workspace) -> None:
    note = {"month": "2026-10", "kind": "twice", "currency": "USD", "amount": Decimal("0.000000000001"), "rows": 2}
    found = publish_by_hand(workspace, "v1", notes=rows("notes", note))
    opened = OpenVersion(found, {"notes": ("kind", "amount", "billed_amount")})
    with opened.session() as session:
        assert session.rows("SELECT * FROM notes") == [("twice", Decimal("0.000000000001"), None)]
    opened.close()


def test_a_column_that_older_versions_lack_is_unknown_there_and_any_other_is_an_error(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = publish_by_hand(workspace, "v1", month=rows("month", october()))
    file = found.folder / "month.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["environment"]), file)
    with pytest.raises(SourceUnreadableError, match="no column environment"):
        OpenVersion(found, {"month": None})
    monkeypatch.setattr(version, "LATER", {"month": frozenset({"environment"})})
    opened = OpenVersion(found, {"month": None})
    with opened.session() as session:
        assert session.rows("SELECT environment, effective_cost FROM month") == [(None, Decimal(7))]
    opened.close()


def test_a_file_that_is_no_part_of_a_version_is_neither_written_nor_read(workspace: Workspace) -> None:
    found = publish_by_hand(workspace, "v1")
    with pytest.raises(KeyError, match="weather"):
        found.file("weather")
    with pytest.raises(KeyError, match="weather"):
        write_version(workspace, "v2", {"month": rows("month"), "weather": rows("month")}, META)
    assert current_version(workspace.rollups) == "v1"  # what could not be written whole is not in force


def test_rows_outside_the_workspace_are_refused_and_those_of_other_months_are_left_out(workspace: Workspace) -> None:
    found = publish_by_hand(workspace, "v1")
    assert len(found.paths("usage", first="2026-10", last="2026-10")) == 1
    assert found.paths("usage", first="2026-11") == () == found.paths("charge")
    outside = {"months": [], "tables": {"usage": ["../elsewhere.parquet"]}}
    tables = {table: rows(table) for table in ("month", "day", "customer")}
    with pytest.raises(SourceUnreadableError, match="outside the workspace"):
        write_version(workspace, "v2", tables, outside).paths("usage")


def test_three_versions_are_kept_and_their_rows_are_named_for_the_cleaner(workspace: Workspace) -> None:
    for name in ("v1", "v2", "v3", "v4"):
        publish_by_hand(workspace, name)
    assert sorted(folder.name for folder in workspace.rollups.iterdir() if folder.is_dir()) == ["v2", "v3", "v4"]
    assert files_named(workspace) == {workspace.root / "ledger/usage/data/r/billing_month=2026-10/a.parquet"}


def test_publishing_one_month_takes_the_others_over_with_every_file_they_have(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # September: 5 USD, one note. Only October is worked on again, without a row: September must stay, to the unit.
    september = {"month": "2026-09", "currency": "USD"}
    publish_by_hand(
        workspace, "v1",
        month=rows("month", october(), october(**september, effective_cost=Decimal("5.000000000001"))),
        day=rows("day", september | {"effective_cost": Decimal(5)}, october()),
        customer=rows("customer", september | {"customer_id": "c-1"}),
        split=rows("split", september | {"pool": "p"}, {"month": "2026-10", "pool": "p"}),
        notes=rows("notes", september | {"kind": "twice"}, {"month": "2026-10", "kind": "twice"}),
    )  # fmt: skip
    monkeypatch.setattr(publishing, "customer_rollup", lambda *_, **__: rows("customer"))  # no usage was priced
    with DuckDBEngine({}) as engine:
        publish(workspace, engine, "v2", ["2026-10"], [], META, split=rows("split"), extra={"notes": rows("notes")})
    found = Version.in_force(workspace)
    assert found is not None and found.name == "v2"
    assert published_table(found, "month").select(["month", "effective_cost"]).to_pylist() == [
        {"month": "2026-09", "effective_cost": Decimal("5.000000000001")}
    ]
    for table in ("day", "customer", "split", "notes"):
        assert published_table(found, table).column("month").to_pylist() == ["2026-09"], table


def test_the_columns_written_by_the_transforms_are_the_columns_that_are_read(built_acorn: Path) -> None:
    found = Version.in_force(Workspace.open(built_acorn))
    assert found is not None
    for table in ("month", "day", "customer", "split"):
        stored = {field.name: field.type for field in published_table(found, table).schema}
        assert stored == {field.name: field.type for field in arrow_schema(PUBLISHED[table])}, table


def test_a_description_or_rows_of_another_file_are_refused_by_name(workspace: Workspace) -> None:
    older = publish_by_hand(workspace, "v1", month=rows("month", october()))
    newer = publish_by_hand(workspace, "v2", split=rows("split", {"month": "2026-10", "pool": "p"}))
    split = newer.folder / "split.parquet"
    split.write_bytes((newer.folder / "month.parquet").read_bytes())
    with pytest.raises(SourceUnreadableError, match=r"split\.parquet: it has no column"):
        published_table(newer, "split")
    (newer.folder / "meta.json").write_bytes((older.folder / "meta.json").read_bytes())
    with pytest.raises(SourceUnreadableError, match=r"meta\.json: it describes another version"):
        Version.in_force(workspace)

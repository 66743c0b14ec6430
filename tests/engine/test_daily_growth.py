"""A day more is written beside what is there; what lies in many files becomes one; memory and spill are settings."""

from __future__ import annotations

import itertools
import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from spendmap.capture.run import capture
from spendmap.capture.sources import Source
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine import ingest, maintenance, store
from spendmap.engine.arrow import arrow_schema
from spendmap.engine.catalogue import MONTHLY, SLICED, file_uri
from spendmap.engine.store import Store
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

FEW = 4  # files that a month or a small table may lie in, here
DAYS = FEW + 2


def _day(folder: Path, day: int, calls: int = 3, tokens: int = 100) -> None:
    rows = [
        {
            "request_id": f"call-{day}-{number}",
            "startTime": f"2026-10-{day:02}T10:00:{number:02}Z",
            "model": "gpt-4o",
            "custom_llm_provider": "openai",
            "prompt_tokens": tokens,
            "completion_tokens": 10,
            "spend": 0.5,
            "call_type": "acompletion",
        }
        for number in range(calls)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{day:02}.jsonl").write_text(text, encoding="utf-8")


def _rows(ledger: Store) -> pa.Table:
    return pa.concat_tables([pq.ParquetFile(file).read() for file in ledger.paths("usage")])


def _capture(workspace: Workspace, folder: Path) -> None:
    capture(workspace, Source("gateway", "litellm_spendlogs", folder, {}))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[list[Path]]]:
    """A gateway's log, captured every day; the files of `usage` after each day."""
    root = tmp_path_factory.mktemp("daily")
    (root / "log").mkdir()
    workspace = Workspace.create(root / "w")
    files = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "FILES_A_SLICE", FEW)
        patch.setattr(store, "FILES_A_TABLE", FEW)
        for day in range(1, DAYS + 1):
            _day(root / "log", day)
            _capture(workspace, root / "log")
            files.append(Store(workspace).paths("usage"))
    return workspace, files


def test_a_day_more_is_one_file_of_that_day_and_the_others_stay(grown: tuple[Workspace, list[list[Path]]]) -> None:
    _, files = grown
    for before, after in itertools.pairwise(files[:FEW]):
        new = set(after) - set(before)
        assert set(before) < set(after)
        assert [pq.read_metadata(file).num_rows for file in new] == [3]


def test_files_of_a_month_and_of_the_loads_stay_few_however_many_days_come(
    grown: tuple[Workspace, list[list[Path]]],
) -> None:
    workspace, files = grown
    assert [len(each) for each in files] == [1, 2, 3, 4, 1, 2]
    assert len(Store(workspace).files("load")) <= FEW
    assert len(Store(workspace).rows("load")) == DAYS
    assert sum(file.rows for file in Store(workspace).files("usage")) == 3 * DAYS


def test_a_day_that_is_restated_is_written_with_its_month_once(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    workspace = Workspace.create(tmp_path / "w")
    for day in (1, 2):
        _day(tmp_path / "log", day)
        _capture(workspace, tmp_path / "log")
    _day(tmp_path / "log", 2, calls=4)
    _capture(workspace, tmp_path / "log")
    stored = sorted(row["natural_key"] for row in _rows(Store(workspace)).to_pylist())
    assert len(stored) == len(set(stored)) == 7
    assert [law.name for law in check(workspace) if law.holds is False] == []


def test_maintain_joins_files_and_removes_what_nothing_names(
    grown: tuple[Workspace, list[list[Path]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = grown
    ledger = Store(workspace)
    before = _rows(ledger).sort_by("natural_key")
    loads = ledger.rows("load").sort_by("load_id")
    monkeypatch.setattr(maintenance, "KEPT", timedelta(0))
    for file in ledger.root.rglob("*"):  # a second ago, so that a coarse clock makes no difference
        if file.is_file():
            os.utime(file, (time.time() - 1,) * 2)
    said = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "maintain", "--json"])
    assert said.exit_code == 0, said.output
    done = json.loads(said.output)
    assert done["compacted"] >= 1
    assert done["files"] >= FEW  # the files that were joined, and the catalogue's lists of them
    ledger = Store(workspace)
    assert len(ledger.files("usage")) == len(ledger.files("load")) == 1
    assert _rows(ledger).sort_by("natural_key").equals(before)
    assert ledger.rows("load").sort_by("load_id").equals(loads)
    assert [law.name for law in check(workspace) if law.holds is False] == []
    again = json.loads(CliRunner().invoke(cli, ["--workspace", str(workspace.root), "maintain", "--json"]).output)
    assert again["compacted"] == 0


def test_what_does_not_fit_into_memory_lies_in_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    assert Path(workspace.engine_settings["temp_directory"]).is_relative_to(workspace.root)
    settings = workspace.root / "spendmap.toml"
    said = settings.read_text()
    settings.write_text(said + '[duckdb]\nmemory_limit = "512MB"\nthreads = 1\ntemp_directory = "/var/tmp"\n')
    assert Workspace.open(workspace.root).engine_settings == {
        "memory_limit": "512MB",
        "threads": "1",
        "temp_directory": "/var/tmp",
    }


@pytest.mark.parametrize("wrong", ['memory_limit = "much"', "threads = 0", 'memory = "4GB"'])
def test_a_wrong_setting_of_the_engine_is_refused_when_the_workspace_is_opened(tmp_path: Path, wrong: str) -> None:
    workspace = Workspace.create(tmp_path / "w")
    settings = workspace.root / "spendmap.toml"
    settings.write_text(settings.read_text() + f"[duckdb]\n{wrong}\n")
    with pytest.raises(UsageError, match=r"spendmap\.toml"):
        Workspace.open(workspace.root)


ICEBERG_NAME = {
    **{f"decimal128({digits}, 12)": f"decimal({digits}, 12)" for digits in (18, 28)},
    "int64": "long",
    "bool": "boolean",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
    "string": "string",
    "map<string, string>": "map<string, string>",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_made_with_its_columns_and_its_cut_in_one_change(tmp_path: Path, table: str) -> None:
    made = Store(Workspace.create(tmp_path / "w")).for_writing(table)
    said = [(field.name, str(field.field_type)) for field in made.schema().fields]
    assert said == [(field.name, ICEBERG_NAME.get(str(field.type), field.type)) for field in arrow_schema(table)]
    wanted = ["billing_month"] if table in MONTHLY else ["source_name", "billing_month"] if table in SLICED else []
    assert [field.name for field in made.spec().fields] == wanted
    assert made.metadata.metadata_log == [] and len(made.specs()) == 1


def test_a_capture_that_died_before_its_table_was_cut_into_months_is_mended_by_the_next(
    tmp_path: Path,
) -> None:
    (tmp_path / "log").mkdir()
    workspace = Workspace.create(tmp_path / "w")
    _day(tmp_path / "log", 1)
    ledger = Store(workspace)
    uncut = ledger.catalog.create_table(  # as earlier versions made it, before they cut it
        ("ledger", "usage"), arrow_schema("usage"), file_uri(ledger.root / "usage"), properties={"format-version": "2"}
    )
    assert not uncut.spec().fields
    _capture(workspace, tmp_path / "log")
    assert [file.slice for file in Store(workspace).files("usage")] == [("gateway", "2026-10")]
    assert [law.name for law in check(workspace) if law.holds is False] == []

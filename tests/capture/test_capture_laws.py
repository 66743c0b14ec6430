"""What capture promises whatever the format: nothing lost, nothing twice, a file is refused whole or read whole."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from company.acorn import FOCUS, PAYABLES, call
from spendmap.capture.connector import Batch
from spendmap.capture.run import Source, capture, find_files
from spendmap.capture.stage import FileLoad
from spendmap.engine.store import Store
from spendmap.vocabulary.errors import EngineError, SettingError, SourceUnreadableError, UnknownKindError
from spendmap.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def gateway(tmp_path: Path, **files: list[str]) -> Source:
    folder = tmp_path / "gateway"
    folder.mkdir(exist_ok=True)
    for name, lines in files.items():
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    return Source("gateway", "litellm_spendlogs", folder)


def outputs(workspace: Workspace) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in Store(workspace).paths("usage"):
        rows = pq.read_table(path, columns=["natural_key", "output"]).to_pylist()
        found |= {row["natural_key"]: row["output"] for row in rows}
    return found


def fates(load: FileLoad) -> tuple[int, int, int, int, int]:
    return (load.rows_read, load.rows_loaded, load.rows_duplicate, load.rows_quarantined, load.rows_replaced)


def test_of_two_rows_of_one_call_the_complete_one_is_kept_whatever_the_order(
    tmp_path: Path, workspace: Workspace
) -> None:
    complete = call("r-1", 5, "gpt-4.1", 100, 0, 70, None)
    placeholder = call("r-1", 5, "gpt-4.1", 0, 0, 0, None)
    source = gateway(tmp_path, a=[placeholder, complete], b=[placeholder])
    first, second = capture(workspace, source)
    assert outputs(workspace) == {"r-1": 70}
    assert [first.rows_loaded + first.rows_duplicate, second.rows_duplicate] == [2, 1]


def test_a_complete_row_takes_the_place_of_a_stored_placeholder(tmp_path: Path, workspace: Workspace) -> None:
    capture(workspace, gateway(tmp_path, a=[call("r-1", 5, "gpt-4.1", 100, 0, 1, None)]))
    _, later = capture(workspace, gateway(tmp_path, b=[call("r-1", 5, "gpt-4.1", 100, 0, 70, None)]))
    assert outputs(workspace) == {"r-1": 70}
    assert fates(later) == (1, 1, 0, 0, 1)


def test_reading_the_same_thing_again_changes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    source = gateway(tmp_path, a=[call("r-1", 5, "gpt-4.1", 100, 0, 7, None), call("r-2", 5, "gpt-4.1", 9, 0, 7, None)])
    first = capture(workspace, source)[0]
    before = Store(workspace).last_run("usage")
    again = capture(workspace, source)[0]
    assert (again.status, fates(again)) == ("known", (2, 0, 2, 0, 0))
    assert again.captured == first.captured
    assert Store(workspace).last_run("usage") == before


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path, workspace: Workspace) -> None:
    source = gateway(
        tmp_path, a=[call("r-1", 5, "gpt-4.1", 100, 0, 7, None)], c=[call("r-3", 5, "gpt-4.1", 1, 0, 7, None)]
    )
    (tmp_path / "gateway" / "b.jsonl").write_bytes(b"")
    loads = capture(workspace, source)
    assert [load.status for load in loads] == ["loaded", "refused", "loaded"]
    assert set(outputs(workspace)) == {"r-1", "r-3"}


def test_a_file_that_changes_while_it_is_read_is_refused_whole(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spendmap.capture.connectors.litellm_spendlogs import CONNECTOR

    source = gateway(tmp_path, a=[call("r-1", 5, "gpt-4.1", 100, 0, 7, None)])
    file = tmp_path / "gateway" / "a.jsonl"
    read = type(CONNECTOR).read

    def meddle(self: object, path: Path, context: object) -> object:
        batches: list[Batch] = list(read(CONNECTOR, path, context))  # type: ignore[arg-type]
        file.write_text(file.read_text() + call("r-2", 5, "gpt-4.1", 1, 0, 1, None) + "\n")
        return iter(batches)

    monkeypatch.setattr(type(CONNECTOR), "read", meddle)
    load = capture(workspace, source)[0]
    assert load.status == "refused"
    assert "changed while it was read" in (load.error or "")
    assert outputs(workspace) == {}
    assert not list(workspace.quarantine.rglob("*.jsonl"))


def test_a_quarantined_row_is_kept_with_file_line_and_reason(tmp_path: Path, workspace: Workspace) -> None:
    good = call("r-1", 5, "gpt-4.1", 100, 0, 7, None)
    bad = json.loads(good) | {"request_id": "r-2", "prompt_tokens": -5}
    load = capture(workspace, gateway(tmp_path, a=[good, json.dumps(bad), '{"request_id": "r-3", "mess']))[0]
    assert fates(load) == (3, 1, 0, 2, 0)
    kept = [json.loads(line) for line in Path(load.quarantine_file or "").read_text().splitlines()]
    assert [(row["file"], row["line"]) for row in kept] == [("a.jsonl", 2), ("a.jsonl", 3)]
    assert all(row["reason"] and row["source"] == "gateway" for row in kept)


def test_a_later_export_restates_the_billing_period_whole_not_its_days(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "bills"
    folder.mkdir()
    header, first, second = FOCUS.strip().split("\n")
    other_day = second.replace("2026-10-05T", "2026-10-08T").replace("2026-10-06T", "2026-10-09T")
    (folder / "october.csv").write_text("\n".join([header, first, other_day]) + "\n")
    source = Source("bill", "focus", folder)
    capture(workspace, source)
    (folder / "restated.csv").write_text("\n".join([header, first.replace("10.00", "12.50")]) + "\n")
    known, restated = capture(workspace, source)
    assert (known.status, fates(restated)) == ("known", (1, 1, 0, 0, 2))
    assert billed(workspace) == Decimal("12.50")
    assert [load.status for load in capture(workspace, source)] == ["known", "known"]


def test_a_restatement_in_the_same_run_wins_by_file_order(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "bills"
    folder.mkdir()
    header, first, second = FOCUS.strip().split("\n")
    (folder / "a.csv").write_text("\n".join([header, first, second]) + "\n")
    (folder / "b.csv").write_text("\n".join([header, first.replace("10.00", "12.50")]) + "\n")
    loads = capture(workspace, Source("bill", "focus", folder))
    assert [fates(load) for load in loads] == [(2, 2, 0, 0, 0), (1, 1, 0, 0, 2)]
    assert billed(workspace) == Decimal("12.50")


def test_another_account_s_export_of_the_same_day_replaces_nothing(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "bills"
    folder.mkdir()
    header, first, second = FOCUS.strip().split("\n")
    (folder / "acorn.csv").write_text("\n".join([header, first]) + "\n")
    (folder / "sister.csv").write_text("\n".join([header, second.replace("org-acorn", "org-sister")]) + "\n")
    capture(workspace, Source("bill", "focus", folder))
    assert billed(workspace) == Decimal("15.00")


def test_numbered_parts_of_one_delivery_are_read_together(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "bills"
    folder.mkdir()
    header, first, second = FOCUS.strip().split("\n")
    (folder / "export-00001.csv").write_text("\n".join([header, first]) + "\n")
    (folder / "export-00002.csv").write_text("\n".join([header, second]) + "\n")
    capture(workspace, Source("bill", "focus", folder))
    assert billed(workspace) == Decimal("15.00")


def test_a_ledger_exported_again_under_its_name_replaces_what_it_said_before(
    tmp_path: Path, workspace: Workspace
) -> None:
    file = tmp_path / "payables.csv"
    file.write_text(PAYABLES)
    source = Source("payables", "ledger_csv", file, {"currency": "USD"})
    capture(workspace, source)
    file.write_text(PAYABLES.replace("500.00", "505.00"))
    load = capture(workspace, source)[0]
    assert fates(load) == (3, 1, 2, 0, 1)
    assert billed(workspace) == Decimal("540.00")  # 15 + 505 + 20


def test_the_same_file_read_with_another_setting_does_not_count_twice(tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "payables.csv"
    file.write_text(PAYABLES)
    capture(workspace, Source("payables", "ledger_csv", file, {"currency": "USD"}))
    capture(workspace, Source("payables", "ledger_csv", file, {"currency": "GBP"}))
    assert billed(workspace) == Decimal("535.00")


def billed(workspace: Workspace) -> Decimal:
    amounts = [
        amount
        for path in Store(workspace).paths("charge")
        for amount in pq.read_table(path, columns=["billed_cost"]).column("billed_cost").to_pylist()
    ]
    return sum(amounts, Decimal(0))


def test_two_writers_do_not_meet(tmp_path: Path, workspace: Workspace) -> None:
    source = gateway(tmp_path, a=[call("r-1", 5, "gpt-4.1", 100, 0, 7, None)])
    with Store(workspace).lock(), pytest.raises(EngineError, match="another spendmap process"):
        capture(workspace, source)


def test_an_unknown_kind_setting_or_place_says_what_to_do(tmp_path: Path, workspace: Workspace) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a\n")
    with pytest.raises(UnknownKindError, match="--as"):
        capture(workspace, Source("x", "excel", file))
    with pytest.raises(SettingError, match="takes no setting 'colour'"):
        capture(workspace, Source("x", "ledger_csv", file, {"colour": "red"}))
    with pytest.raises(SourceUnreadableError, match="no such file"):
        capture(workspace, Source("x", "focus", tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    from spendmap.capture.registry import connector

    with pytest.raises(SourceUnreadableError, match="no file ending"):
        find_files(connector("focus"), tmp_path / "empty")

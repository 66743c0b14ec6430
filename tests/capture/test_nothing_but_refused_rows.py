"""A first capture that loads nothing says so, and the next commands say where the rows are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.capture.waiting import waiting
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

HEADER = "Date,Merchant,Amount,Currency,Description\n"
UNCLEAR = HEADER + "2026-10-03,OPENAI,1.500,KWD,ChatGPT\n2026-10-04,ANTHROPIC,12.250,KWD,Claude\n"
EMPTY = ["it holds no rows, so nothing is captured of it"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w", "KWD", "Refused")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_allocate_and_map_point_to_the_quarantine_when_every_row_waits_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    # Two rows in the card's file and one in the bank's: three wait.
    card = write(tmp_path, "card.csv", UNCLEAR)
    bank = write(tmp_path, "bank.csv", HEADER + "2026-10-05,OPENAI,2.125,KWD,API\n")
    capture(workspace, Source("bank", "ledger_csv", bank, {"books": "bank"}))
    capture(workspace, Source("card", "ledger_csv", card, {"books": "card"}))
    model = ReadModel.open(workspace)
    with pytest.raises(UsageError) as allocated:
        allocate(workspace)
    with pytest.raises(UsageError) as asked:
        ask(model, period="all", today=date(2026, 11, 30))
    for error in (allocated.value, asked.value):
        assert str(error.message).endswith("3 rows were read and refused (bank 1, card 2).")
        assert "card.csv, line 2: '1.500' can be thousands or decimals; say `--set decimal=.`" in str(error.next_step)
        assert str(workspace.quarantine / "card") in str(error.next_step)
    notes = spend_map(model, ask(model, today=date(2026, 11, 30))).notes
    assert any("3 rows were read and refused" in note for note in notes)


def test_only_the_newest_reading_of_a_file_is_told(workspace: Workspace, tmp_path: Path) -> None:
    card = write(tmp_path, "card.csv", UNCLEAR)
    capture(workspace, Source("card", "ledger_csv", card, {"books": "card"}))
    card.write_text(UNCLEAR + "2026-10-05,OPENAI,1.125,KWD,API\n")
    capture(workspace, Source("card", "ledger_csv", card, {"books": "card"}))
    found = waiting(workspace.quarantine)
    assert found is not None and found.rows == {"card": 3}


def test_a_workspace_that_read_nothing_is_told_to_read_a_file(workspace: Workspace) -> None:
    assert waiting(workspace.quarantine) is None
    with pytest.raises(UsageError, match="nothing is captured yet") as error:
        allocate(workspace)
    assert "spendmap capture --file" in str(error.value.next_step)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ledger_csv", "Invoice date,Supplier,Invoice number,Amount,Currency,Memo\n"),
        ("seats_csv", "Month,Supplier,Product,Plan,Seats bought,Price per seat,Currency\n"),
        ("worklog_csv", "Date,Person,Role,Minutes,Kind\n"),
    ],
)
def test_a_file_of_a_header_alone_is_read_with_a_warning(
    workspace: Workspace, tmp_path: Path, kind: str, text: str
) -> None:
    source = Source("s", kind, write(tmp_path, "f.csv", text))
    for _ in range(2):  # whoever reads it again is told again
        (load,) = capture(workspace, source)
        assert (load.status in ("loaded", "known"), load.rows_read, load.notes) == (True, 0, EMPTY)


def test_of_many_logs_one_without_a_call_is_no_news_and_all_of_them_are(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    write(folder, "a.jsonl", '{"type": "user", "sessionId": "s", "uuid": "1", "timestamp": "2026-10-05T09:00:00Z"}\n')
    write(folder, "b.jsonl", '{"type": "user", "sessionId": "s", "uuid": "2", "timestamp": "2026-10-05T09:00:01Z"}\n')
    found = capture(workspace, Source("logs", "claude_code_jsonl", folder))
    assert [(load.rows_read, load.notes) for load in found] == [(0, EMPTY), (0, [])]
    usage = {"input_tokens": 10, "output_tokens": 5}
    call = {
        "type": "assistant", "sessionId": "s", "uuid": "u", "timestamp": "2026-10-05T10:00:00Z", "requestId": "r",
        "message": {"id": "msg_1", "model": "claude-sonnet-4-5", "usage": usage},
    }  # fmt: skip
    write(folder, "c.jsonl", json.dumps(call) + "\n")
    found = capture(workspace, Source("logs", "claude_code_jsonl", folder))
    assert [(load.rows_read, load.notes) for load in found] == [(0, []), (0, []), (1, [])]

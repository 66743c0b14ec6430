"""A small file never takes a large memory: each limit is named where it is met, with a way on that works."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from log_files import chat, log_line, read, traces
from tabular_support import read as read_table

from spendmap.capture import json_document, lines, tabular
from spendmap.capture.connectors import eval_results
from spendmap.capture.registry import connector
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.limits import DEPTH_LIMIT, MIB, NAME_LIMIT

FOCUS = "ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,BillingCurrency,ServiceName\n"
LINE = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,5,5,USD,Vertex AI\n"


def refused(kind: str, file: Path) -> SourceUnreadableError:
    with pytest.raises(SourceUnreadableError) as error:
        (read if kind in ("otel_genai", "litellm_spendlogs", "claude_code_jsonl") else table)(kind, file)
    return error.value


def table(kind: str, file: Path) -> Any:
    return read_table(connector(kind), file)


@pytest.mark.parametrize("kind", ["otel_genai", "litellm_spendlogs", "claude_code_jsonl"])
def test_a_gzip_that_unpacks_without_end_is_given_up(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 64 MiB of "1,1,1," pack to 64 KB, a thousandth; 200 times that is 13 MB, and above the 4 MiB that are free.
    monkeypatch.setattr(lines, "UNPACKED_FREE", 4 * MIB)
    file = tmp_path / "list.jsonl.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        packed.write(b"[")
        for _ in range(64):
            packed.write(b"1," * (MIB // 2))
    tracemalloc.start()
    error = refused(kind, file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "200 times its own size" in error.reason
    assert "gzip -dk list.jsonl.gz" in error.next_step
    assert peak < 48 * MIB


def test_what_is_unpacked_by_hand_has_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "UNPACKED_FREE", 10_000)
    rows = "".join(json.dumps(log_line(request_id=f"r{n}")) + "\n" for n in range(2_000)).encode()
    packed = tmp_path / "log.jsonl.gz"
    packed.write_bytes(gzip.compress(b" " * 4_000_000 + b"\n" + rows))
    assert "unpacks to more than" in refused("litellm_spendlogs", packed).reason
    plain = tmp_path / "log.jsonl"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    assert len(read("litellm_spendlogs", plain).rows) == 2_000


def test_a_long_list_is_read_record_by_record(tmp_path: Path) -> None:
    # 12 MB of 20,000 records in one list of one line: what is held is a block, a record and the rows of a batch.
    file = tmp_path / "list.json"
    one = json.dumps(log_line(request_id="ID", end_user="x" * 150))
    file.write_text("[" + ",\n".join(one.replace("ID", f"r{n}") for n in range(20_000)) + "]")
    with file.open("rb") as stream:
        tracemalloc.start()
        count = sum(1 for _ in json_document.iter_items(stream))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 6 * MIB < file.stat().st_size


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("[1, 2.50, {}]", [("", 1), ("", "2.50"), ("", {})]),
        (' {"rows": [{"a": 1}, 2], "next": null}', [("rows", {"a": 1}), ("rows", 2)]),
        ('{"rows": 5, "a": [1]}', [("", {"rows": 5, "a": [1]})]),
        ("[]", []),
        ("\ufeff[true]", [("", True)]),
    ],
)
@pytest.mark.parametrize("block", [1, 3, 1000])
def test_a_document_reads_the_same_in_blocks_of_any_size(
    document: str, expected: list[tuple[str, Any]], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_document, "_BLOCK", block)
    found = json_document.iter_items(io.BytesIO(document.encode()), ("rows",))
    assert [(name, str(item) if str(item) == "2.50" else item) for name, item in found] == expected


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("[1, 2", "it ends inside its JSON document"),
        ('{"a": "b', "it ends inside its JSON document"),
        ("[1 2]", "it is not JSON"),
        ("[1,]", "it is not JSON"),
        ("[] []", "something follows the end of its JSON document"),
        ("[NaN]", "it holds NaN or Infinity, which are not JSON"),
        (f"[{'9' * 5_000}]", "it holds a number beyond any range"),
        ("[" * 2_000 + "]" * 2_000, "it is nested too deeply"),
        ('[["\\ud800"]]', "it spells half a character (a lone surrogate)"),
    ],
)
def test_what_is_no_document_is_told_in_words_without_its_text(document: str, reason: str) -> None:
    with pytest.raises(json_document.NotADocumentError) as error:
        list(json_document.iter_items(io.BytesIO(document.encode())))
    assert str(error.value) == reason


def test_a_list_that_breaks_off_is_refused_whole_and_says_after_what(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text("[" + ",\n".join(json.dumps(log_line(request_id=f"r{n}")) for n in range(3)))
    error = refused("litellm_spendlogs", file)
    assert error.reason == "it ends inside its JSON document (after 3 records)."
    file.write_text(file.read_text() + "]")
    assert len(read("litellm_spendlogs", file).rows) == 3


def test_a_record_too_large_names_the_setting_that_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spendmap.vocabulary.limits.RECORD_LIMIT", 2_000)
    file = tmp_path / "list.json"
    file.write_text(json.dumps([traces(chat("1")), traces(*(chat(f"1{n}") for n in range(9)))], indent=1))
    error = refused("otel_genai", file)
    assert "one record of it is larger than 2,000 bytes" in error.reason
    assert "SPENDMAP_RECORD_MIB" in error.next_step
    monkeypatch.setenv("SPENDMAP_RECORD_MIB", "1")
    assert len(read("otel_genai", file).rows) == 10


def test_half_a_character_and_deep_nesting_in_a_line_cost_that_line(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    good = json.dumps(traces(chat("1")))
    deep = "[" * (DEPTH_LIMIT + 9) + "]" * (DEPTH_LIMIT + 9)
    bad = ['{"resourceSpans": [], "cost": "\\ud800"}', f'{{"resourceSpans": [], "cost": {deep}}}']
    file.write_text("\n".join([good, *bad, good]) + "\n")
    outcome = read("otel_genai", file)
    assert outcome.reasons == ["not JSON", "nested too deeply"]


def test_a_table_of_too_many_columns_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "COLUMN_LIMIT", 10)
    file = tmp_path / "wide.csv"
    file.write_text(FOCUS.strip() + "".join(f",c{n}" for n in range(7)) + "\n")
    error = refused("focus", file)
    assert error.reason == "its header has 13 columns; at most 10 are read."
    assert error.next_step == "Export it with fewer columns."


def test_a_cell_that_is_too_long_costs_its_row_whatever_was_read_before(tmp_path: Path) -> None:
    log = tmp_path / "spend.csv"
    log.write_text("request_id,startTime,spend,prompt_tokens,completion_tokens,model\n")
    read("litellm_spendlogs", log)  # its cells hold whole prompts, so it reads longer ones
    file = tmp_path / "bill.csv"
    file.write_text(FOCUS + LINE + LINE.replace("Vertex AI", "x" * 140_000) + LINE)
    found = table("focus", file)
    assert (len(found.rows), len(found.rejects)) == (2, 1)


def parquet(file: Path, rows: int = 3) -> Path:
    names = FOCUS.strip().split(",")
    pq.write_table(
        pa.table({name: [value] * rows for name, value in zip(names, LINE.strip().split(","), strict=True)}), file
    )
    return file


def test_a_parquet_footer_that_lies_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = parquet(tmp_path / "bill.parquet")
    whole = file.read_bytes()
    assert len(table("focus", file).rows) == 3
    file.write_bytes(whole[:-8] + (2**31).to_bytes(4, "little") + b"PAR1")
    assert "its footer is 2,048 MiB long" in refused("focus", file).reason
    file.write_bytes(whole[:-8] + (len(whole) * 2).to_bytes(4, "little") + b"PAR1")
    assert "not a readable Parquet file" in refused("focus", file).reason


def test_a_row_group_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spendmap.capture.focus_source.ROW_GROUP_LIMIT", 200)
    error = refused("focus", parquet(tmp_path / "bill.parquet"))
    assert "row group 1 unpacks to" in error.reason
    assert "smaller row groups" in error.next_step


def test_a_name_of_a_gigabyte_in_an_archive_is_not_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**30
    file = tmp_path / "results.tar.gz"
    file.write_bytes(gzip.compress(header.tobuf() + bytes(4 * NAME_LIMIT)))
    error = refused("eval_results", file)
    assert "a name of more than 1 MiB" in error.reason


def test_an_archive_that_unpacks_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "UNPACKED_FREE", MIB)
    monkeypatch.setattr(eval_results, "MEMBER_LIMIT", 64 * MIB)
    file = tmp_path / "results.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        member = tarfile.TarInfo("m/instance_results/b.json")
        member.size = 16 * MIB
        archive.addfile(member, io.BytesIO(bytes(16 * MIB)))
    assert "200 times its own size" in refused("eval_results", file).reason


def test_a_single_file_of_results_has_a_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eval_results, "MEMBER_LIMIT", 20)
    file = tmp_path / "m" / "instance_results" / "b.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"one": {"cost": 1, "resolved": True}}))
    assert "it is larger than 20 bytes" in refused("eval_results", file).reason

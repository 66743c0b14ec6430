"""Good files to begin with, one or two per kind, and what is put into them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

CAPTURE = Path(__file__).resolve().parents[2] / "tests" / "capture"
STRUCTURES = (b",", b":", b"[", b"{", b"}", b"]", b";", b"\n")
TOKENS = (
    *(
        b"",
        b"null",
        b"true",
        b"{}",
        b"[]",
        b'""',
        b"-1",
        b"0",
        b"-0",
        b"1.5",
        b"1,5",
        b"1e999",
        b"-1e-999",
        b"NaN",
        b"Infinity",
    ),
    *(b"9" * 400, b"9" * 5_000, b"0." + b"3" * 400, b"1" + b"0" * 27, b"18446744073709551616", b"1e308", b"1E+30"),
    *(b"[" * 600 + b"]" * 600, b'{"a":' * 600 + b"1" + b"}" * 600, b"[" * 100_000, b'"' * 3, b"'", b"\\", b"\\u0000"),
    *(
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        "\u202e\u0000\ufeff".encode(),
        "é\u0301ß\U0001f600".encode(),
        b"\xff\xfe",
        b"\xed\xa0\x80",
    ),
    *(
        b"\x00",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\x1a",
        b"\t",
        b'"\n"',
        b"9999-12-31T23:59:59Z",
        b"0001-01-01",
        b"10000-01-01",
    ),
    *(b"2026-02-30", b"31/12/2026", b"1677-09-20T00:00:00Z", b"2262-04-12T00:00:00Z", b"253402300800", b"-62135596801"),
    *(b"99999999999999999999999", b"XXX", b"usd", b"=cmd()", b"a@b.example", b"x" * 140_000),
)


def _parquet() -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(CAPTURE / "data" / "focus_1_0.csv"), sink)
    return sink.getvalue()


def _archive() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for name, value in (
            ("r/m/instance_results/b.json", {"one": {"cost": 0.5, "resolved": True}, "two": {"cost": None}}),
            ("r/m/metadata.json", {"submission_time": "2026-02-09T00:00:00Z"}),
        ):
            data = json.dumps(value).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return sink.getvalue()


def _data(folder: str, name: str) -> bytes:
    return (CAPTURE / folder / name).read_bytes()


_LITELLM = _data("data_logs", "odd_litellm.jsonl")

SEEDS: tuple[tuple[str, str, bytes], ...] = (
    ("focus", "bill.csv", _data("data", "focus_1_0.csv")),
    ("focus", "bill.parquet", _parquet()),
    ("focus", "bill.csv.gz", gzip.compress(_data("data", "focus_1_0.csv"))),
    ("otel_genai", "trace.jsonl", _data("data_logs", "otel_three_generations.jsonl")),
    ("otel_genai", "odd.jsonl", _data("data_logs", "odd_otel.jsonl")),
    (
        "otel_genai",
        "trace.json",
        b"[\n" + b",\n".join(_data("data_logs", "otel_three_generations.jsonl").splitlines()) + b"\n]",
    ),
    ("litellm_spendlogs", "log.jsonl", _LITELLM),
    ("litellm_spendlogs", "log.json", b'{"data": [' + b",".join(_LITELLM.splitlines()[:4]) + b"]}"),
    ("litellm_spendlogs", "log.csv", _data("data_logs", "litellm_day.csv")),
    ("claude_code_jsonl", "session.jsonl", _data("data_logs", "claude_session.jsonl")),
    ("claude_code_jsonl", "odd.jsonl", _data("data_logs", "odd_claude.jsonl")),
    ("ledger_csv", "ap.csv", _data("data", "ledger_ap.csv")),
    ("ledger_csv", "german.csv", _data("data", "ledger_german_cp1252.csv")),
    ("seats_csv", "seats.csv", _data("data", "seats.csv")),
    ("worklog_csv", "work.csv", _data("data", "worklog.csv")),
    ("outcomes_csv", "outcomes.csv", _data("data", "outcomes.csv")),
    ("eval_results", "results.tar.gz", _archive()),
    (
        "eval_results",
        "m/instance_results/b.json",
        json.dumps({"one": {"cost": 0.5, "resolved": True}, "two": {}}).encode(),
    ),
)

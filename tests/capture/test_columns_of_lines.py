"""Lines of a log that are read many at a time give what each of them gives alone: cell by cell, reject by reject."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_files import DATA, Outcome, log_line, read, write

from spendmap.capture import litellm_columns

KIND = "litellm_spendlogs"
TEXTS = st.sampled_from(
    [
        "",
        "a",
        "team-1",
        "42",
        "4.5",
        "true",
        "a b",
        " padded ",
        "é",
        "😀",
        "x\x00y",
        "mail@firm.example",
        "k-" * 9,
        "sk-ant-api03-abcdefghijklmnop1234",
        "n" * 129,
        "n" * 300,
        "a\xa0b",
        "resp_" + "bGl0ZWxsbTp4" * 3,
        "_cache_hit",
    ]
)
ODD = st.one_of(
    st.none(), st.booleans(), TEXTS, st.integers(-3, 3), st.sampled_from([10**15, 10**15 + 1, 2**63, 2**64, 1.0, 2.5]),
    st.sampled_from([[], {}, [1], {"a": 1}, ["feature:x"], "7", "-0", "1e3"]),
)  # fmt: skip
COUNTS = st.one_of(st.integers(0, 9), ODD)
TIMES = st.one_of(
    st.sampled_from(
        [
            "2025-11-01 09:01:00",
            "2025-11-01T09:01:00.123456Z",
            "2025-11-01T09:01:03+02:00",
            "2025-11-01 09:01:03 UTC",
            "2025-02-30 09:01:00",
            "2025-11-01 09:61:00",
            "2014-12-31 23:59:59",
            "2099-12-31T23:59:59.9Z",
            "2100-01-01",
            "2025-11-01",
            "2025-11-01T09:01:00.1234567Z",
            "20251101T090100",
            "2025-11-01T09:01:60",
            "2025-11-01T09:01:00ZZ",
        ]
    ),
    ODD,
)
SPEND = st.sampled_from(
    [
        "0",
        "0.0",
        "0.0031",
        "1.50",
        "8.25e-05",
        "1E-5",
        "-0.5",
        "-0.0",
        "1e3",
        "0.10000000000000000001",
        "12345678901234567",
        "0.1234567890123456789",
        "1e-30",
        '"0.5"',
        '""',
        "null",
        "true",
        "[1]",
        "0.0000000000005",
        "0.00000000000150000000",
    ]
)
LIFETIMES = st.one_of(
    st.fixed_dictionaries({"ephemeral_5m_input_tokens": COUNTS}, optional={"ephemeral_1h_input_tokens": COUNTS}), ODD
)
USAGE = st.one_of(
    ODD,
    st.fixed_dictionaries(
        {},
        optional={
            "prompt_tokens_details": st.one_of(
                ODD,
                st.fixed_dictionaries(
                    {},
                    optional={
                        **dict.fromkeys(("cached_tokens", "cache_creation_tokens", "audio_tokens"), COUNTS),
                        **dict.fromkeys(("image_tokens", "web_search_requests"), COUNTS),
                        "cache_creation_token_details": LIFETIMES,
                    },
                ),
            ),
            "completion_tokens_details": st.one_of(
                ODD, st.fixed_dictionaries({}, optional={"reasoning_tokens": COUNTS, "audio_tokens": COUNTS})
            ),
            "cache_read_input_tokens": COUNTS,
            "cache_creation_input_tokens": COUNTS,
            "cache_creation": LIFETIMES,
            "server_tool_use": st.one_of(ODD, st.fixed_dictionaries({}, optional={"web_search_requests": COUNTS})),
            "service_tier": st.one_of(st.sampled_from(["standard", "batch", "Priority", "auto"]), ODD),
            "speed": st.one_of(st.just("fast"), ODD),
            "inference_geo": st.one_of(st.sampled_from(["us", "not_available", "e" * 40]), ODD),
        },
    ),
)
METADATA = st.one_of(
    ODD,
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("user_api_key_alias", "user_api_key_team_id", "user_api_key_user_id", "batch_id"), ODD),
            **dict.fromkeys(("response_id", "provider_response_id", "attempted_retries", "attempted_fallbacks"), ODD),
            "status": st.sampled_from(["success", "failure", None, 1]),
            "error_information": st.sampled_from([None, {}, {"error_code": "429"}, {"error_class": "NotFoundError"}]),
            "usage_object": USAGE,
            "additional_usage_values": USAGE,
            "spend_logs_metadata": st.one_of(
                ODD,
                st.dictionaries(
                    st.sampled_from(
                        ["use_case", "ticket", "owner", "run_id", "env", "litellm.model_id", "a b", "note"]
                    ),
                    ODD,
                ),
            ),
        },
    ),
)
FIELDS: dict[str, Any] = {
    **dict.fromkeys(("api_key", "team_id", "model", "model_id", "model_group", "agent_id", "organization_id"), ODD),
    **dict.fromkeys(("custom_llm_provider", "api_base", "end_user", "session_id", "user", "litellm_call_id"), ODD),
    **dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), COUNTS),
    **dict.fromkeys(("startTime", "endTime", "completionStartTime"), TIMES),
    "request_id": st.one_of(st.sampled_from(["chatcmpl-1", "r" * 24, "r" * 300, "r1", "r2"]), ODD),
    "call_type": st.one_of(st.sampled_from(["acompletion", "aget_responses", "retrieve_batch", "embedding"]), ODD),
    "request_duration_ms": st.one_of(st.integers(0, 9), st.just(10**12), ODD),
    "request_tags": st.one_of(st.lists(st.one_of(st.sampled_from(["feature:x", "owner:me", "bare", "a b"]), ODD)), ODD),
    "metadata": METADATA,
    "cache_hit": st.one_of(st.sampled_from(["False", "True", "None"]), ODD),
    "status": st.one_of(st.sampled_from(["success", "failure", "pending"]), ODD),
}
LINE = st.one_of(
    st.tuples(st.fixed_dictionaries({}, optional=FIELDS), SPEND),
    st.tuples(st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.fixed_dictionaries({name: FIELDS[name]})), SPEND),
)
RAW = st.sampled_from(
    [
        b"",
        b"   ",
        b"{",
        b"[1]",
        b'{"a": NaN}',
        b'{"spend": 1,}',
        b"\xff",
        b'{"request_id": "\\ud800", "spend": 1}',
        b'{"request_id": "r9", "startTime": "2025-11-01 09:01:00", "spend": 1, "spend": 0.50}',
        b"{}",
        b"\x00",
        b'{"request_id": "r8", "request_id": "r7", "startTime": "2025-11-01 09:01:00", "sp\\u0065nd": 0.5}',
        b'{"request_id": "r6", "startTime": "2025-11-01 09:01:00", "metadata": {"spend": 0.25}, "spend": 0.5}\r',
        b'{"request_id": "r5", "spend": 1, "x": ' + b"[" * 2000 + b"]" * 2000 + b"}",
    ]
)


def both(kind: str, file: Path, alone: Callable[[pytest.MonkeyPatch], None], **set_: str) -> tuple[Outcome, Outcome]:
    """What comes of a file whose lines are read many at a time, and of the same whose lines are read one by one."""
    many = read(kind, file, **set_)
    with pytest.MonkeyPatch.context() as patch:
        alone(patch)
        one = read(kind, file, **set_)
    return many, one


def assert_same(many: Outcome, one: Outcome) -> None:
    assert sorted(many.rows, key=lambda row: row["source_line"]) == sorted(one.rows, key=lambda row: row["source_line"])
    assert sorted(many.rejects, key=lambda each: each.line) == sorted(one.rejects, key=lambda each: each.line)
    assert str(many.context.raw_sums) == str(one.context.raw_sums)
    assert (many.rows_read, many.rows_duplicate) == (one.rows_read, one.rows_duplicate)
    assert many.context.format_version == one.context.format_version


def gateway_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(litellm_columns.LitellmColumns, "_gather", lambda *_: False)


def dumped(fields: dict[str, Any], spend: str) -> bytes:
    text = json.dumps(log_line(**fields) | {"spend": "SPEND"}, ensure_ascii=bool(len(spend) % 2))
    return text.replace('"SPEND"', spend).encode("utf-8", "replace")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.one_of(LINE.map(lambda each: dumped(*each)), RAW), max_size=8), gathered=st.integers(1, 9))
def test_gateway_lines_give_together_what_each_gives_alone(tmp_path: Path, lines: list[bytes], gathered: int) -> None:
    file = write(tmp_path / "spend.jsonl", json.dumps(log_line("first")), *lines, json.dumps(log_line("last")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(litellm_columns, "GATHERED", gathered)
        assert_same(*both(KIND, file, gateway_alone))


@pytest.mark.parametrize("name", [file.name for file in sorted(DATA.glob("*litellm*"))])
def test_gateway_logs_at_hand_give_the_same_rows_either_way(name: str) -> None:
    assert_same(*both(KIND, DATA / name, gateway_alone))


def test_usual_gateway_lines_are_read_many_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Thirty calls and a failure: only the failure is worked out by itself; packed lines are lines too.
    usage = {"prompt_tokens_details": {"cached_tokens": 400}, "completion_tokens_details": {"reasoning_tokens": 7}}
    metadata = {"usage_object": usage, "spend_logs_metadata": {"use_case": "triage", "ticket": 7}}
    calls = [log_line(f"chatcmpl-{number}", metadata=metadata) for number in range(30)]
    text = "".join(json.dumps(line) + "\r\n" for line in [*calls, log_line("failed", status="failure", spend=0)])
    file = tmp_path / "spend.jsonl.gz"
    file.write_bytes(gzip.compress(text.encode()))
    alone: list[int] = []
    define = litellm_columns.LitellmColumns._define
    monkeypatch.setattr(
        litellm_columns.LitellmColumns,
        "_define",
        lambda self, record: (alone.append(record.line), define(self, record)),
    )
    outcome = read(KIND, file)
    assert alone == [31]
    assert outcome.total("input_uncached") == 30 * 600 + 1_000
    assert outcome.total("cache_read") == 30 * 400
    assert dict(outcome.row("chatcmpl-7")["tags"])["ticket"] == "7"


def test_a_reading_is_judged_by_the_lines_before_it_alone(tmp_path: Path) -> None:
    # An answer made in the background: its first line has no tokens yet, the reading after it brings them.
    begun = log_line("resp_1", prompt_tokens=0, completion_tokens=0, total_tokens=0, spend=0)
    reading = log_line("resp_1", call_type="aget_responses")
    early, late = [reading, begun], [begun, reading]
    for number, lines in enumerate((early, late)):
        file = write(tmp_path / f"{number}.jsonl", *lines)
        assert_same(*both(KIND, file, gateway_alone))
        bought = [row["not_bought"] for row in read(KIND, file).rows if row["input_uncached"]]
        assert bought == ([None] if lines is late else ["stored_answer"])

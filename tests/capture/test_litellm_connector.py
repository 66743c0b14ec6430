"""LiteLLM spend logs: tokens, the gateway's own cache, who called, and its cost estimate to the last digit."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from log_files import DATA, SHARED, log_line, read, write

from spendmap.vocabulary.errors import SettingError, SourceUnreadableError

USAGE = {
    "prompt_tokens": 1000,
    "completion_tokens": 50,
    "prompt_tokens_details": {
        "cached_tokens": 600,
        "cache_creation_token_details": {"ephemeral_5m_input_tokens": 90, "ephemeral_1h_input_tokens": 10},
    },
    "completion_tokens_details": {"reasoning_tokens": 20},
    "cache_read_input_tokens": 600,
    "cache_creation_input_tokens": 100,
}


def only(tmp_path: Path, **fields: Any) -> dict[str, Any]:
    """The row of one line."""
    outcome = read("litellm_spendlogs", write(tmp_path / "logs.jsonl", log_line(**fields)))
    assert outcome.rejects == []
    (row,) = outcome.rows
    return row


def test_the_shared_log_holds_two_bought_calls_a_failure_and_a_gateway_hit() -> None:
    file = SHARED / "litellm_spendlogs.jsonl"
    if not file.exists():
        pytest.skip("the shared fixtures are not beside this checkout")
    outcome = read("litellm_spendlogs", file)
    assert (outcome.rows_read, len(outcome.rows)) == (4, 4)
    # 5,200 - 3,072 = 2,128 and 18,800 - 16,000 - 2,000 = 800; the failure and the gateway's own hit bought nothing.
    assert outcome.total("input_uncached") == 2_128 + 800
    assert (outcome.total("cache_read"), outcome.total("cache_write_5m")) == (19_072, 2_000)
    assert outcome.total("output") == 410 + 600
    # 0.001429 + 0.0237
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.025129")}}
    assert [row["status"] for row in outcome.rows] == ["ok", "ok", "error", "ok"]
    assert [row["is_retry"] for row in outcome.rows] == [False, False, True, False]


@pytest.mark.parametrize(
    ("written", "five", "hour", "expected"),
    [
        # 1,000 prompt tokens, 600 of them read from the cache: what is left uncached is 400 less all writes.
        (100, 90, 10, (300, 90, 10, None, False)),
        (100, 0, 0, (300, 0, 0, 100, False)),
        (100, 30, 10, (300, 30, 10, 60, False)),
        (100, 90, 60, (250, 90, 60, None, True)),
    ],
)
def test_writes_below_their_sum_leave_some_without_a_lifetime(
    tmp_path: Path, written: int, five: int, hour: int, expected: tuple[int, int, int, int | None, bool]
) -> None:
    lifetimes = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
    details = {"cached_tokens": 600, "cache_creation_token_details": lifetimes}
    usage = USAGE | {"prompt_tokens_details": details, "cache_creation_input_tokens": written}
    row = only(tmp_path, metadata={"usage_object": usage})
    is_said = dict(row["tags"] or ()).get("cache_write_lifetimes") == "above_total"
    meters = ("input_uncached", "cache_write_5m", "cache_write_1h", "cache_write_other")
    assert (*(row[name] for name in meters), is_said) == expected


def test_cached_written_and_reasoning_tokens_are_told_apart(tmp_path: Path) -> None:
    row = only(tmp_path, metadata={"usage_object": USAGE})
    # 1,000 = 300 + 600 read + 90 for five minutes + 10 for an hour; 50 out, of which 20 reasoning.
    assert (row["input_uncached"], row["cache_read"], row["cache_write_5m"], row["cache_write_1h"]) == (
        300,
        600,
        90,
        10,
    )
    assert row["cache_write_other"] is None
    assert (row["output"], row["output_reasoning"], row["source_total_tokens"]) == (50, 20, 1050)


def test_a_cache_write_without_a_lifetime_is_of_another_lifetime(tmp_path: Path) -> None:
    row = only(tmp_path, metadata={"usage_object": {"cache_creation_input_tokens": 100}})
    assert (row["input_uncached"], row["cache_write_5m"], row["cache_write_other"]) == (900, None, 100)


def test_a_hit_in_the_gateways_own_cache_bought_nothing(tmp_path: Path) -> None:
    row = only(tmp_path, cache_hit="True", spend=0.0, metadata={"usage_object": USAGE})
    assert row["is_cache_hit"] is True
    assert (row["input_uncached"], row["cache_read"], row["output"], row["requests"]) == (0, 0, 0, 1)
    assert dict(row["tags"])["litellm.cached_tokens"] == "1050"
    assert row["source_total_tokens"] is None


def test_a_failure_without_tokens_stays_as_a_call_that_used_nothing(tmp_path: Path) -> None:
    zero = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "spend": 0.0}
    row = only(tmp_path, status="failure", metadata={"attempted_retries": 2, "attempted_fallbacks": 1}, **zero)
    assert (row["status"], row["is_retry"], row["is_fallback"]) == ("error", True, True)
    assert (row["input_uncached"], row["output"], row["requests"]) == (0, 0, 1)


def test_money_without_tokens_means_that_the_tokens_are_not_known(tmp_path: Path) -> None:
    row = only(tmp_path, prompt_tokens=0, completion_tokens=0, total_tokens=0, spend=0.02)
    assert (row["input_uncached"], row["output"]) == (None, None)
    assert row["provider_reported_cost"] == Decimal("0.02")


@pytest.mark.parametrize("placeholder_first", [True, False])
def test_the_finished_line_of_a_request_is_more_complete_than_its_placeholder(
    tmp_path: Path, placeholder_first: bool
) -> None:
    zero = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "spend": 0.0}
    lines = [log_line(status="pending", **zero), log_line(status="success", **zero), log_line()]
    outcome = read("litellm_spendlogs", write(tmp_path / "l.jsonl", *(lines if placeholder_first else lines[::-1])))
    best = max(outcome.rows, key=lambda row: row["completeness"])
    assert {row["natural_key"] for row in outcome.rows} == {"r1"}
    assert (best["input_uncached"], best["output"]) == (1000, 50)
    assert sum(row["completeness"] == best["completeness"] for row in outcome.rows) == 1


def test_who_called_and_for_what_is_read_from_columns_tags_and_metadata(tmp_path: Path) -> None:
    row = only(
        tmp_path,
        user="jane@acme.example",
        end_user="cust_881",
        team_id="team-7",
        agent_id="agent-triage",
        session_id="sess-77",
        api_base="https://acme-eu.openai.azure.com/openai?api-key=abc",
        request_tags=["feature:triage", "env:prod", "wave-3", "jobID:214590"],
        metadata={
            "user_api_key_alias": "support-bot-prod",
            "user_api_key_team_alias": "Support",
            "user_api_key_project_id": "proj-support",
            "spend_logs_metadata": {
                "use_case": "ticket-triage",
                "cost_center": "4200",
                "workflow": "tickets",
                "eval_suite": "tone",
                "plan": "pro",
            },
        },
    )
    assert (row["customer_id"], row["team"], row["project"], row["agent_id"]) == (
        "cust_881",
        "Support",
        "proj-support",
        "agent-triage",
    )
    assert (row["feature"], row["environment"], row["use_case"], row["cost_center"]) == (
        "triage",
        "prod",
        "ticket-triage",
        "4200",
    )
    assert (row["workflow"], row["workflow_run_id"], row["eval_suite"]) == ("tickets", "sess-77", "tone")
    assert row["api_key_id"] == "support-bot-prod"
    assert dict(row["tags"]) == {
        "litellm.api_key_hash": log_line()["api_key"],
        "litellm.team_id": "team-7",
        "litellm.api_host": "acme-eu.openai.azure.com",
        "wave-3": "true",
        "jobID": "214590",
        "plan": "pro",
    }


def test_tags_can_be_left_out(tmp_path: Path) -> None:
    file = write(tmp_path / "l.jsonl", log_line(request_tags=["wave-3", "feature:triage"], api_key=None))
    row = read("litellm_spendlogs", file, tags="none").rows[0]
    assert (row["tags"], row["feature"]) == (None, "triage")


def test_another_choice_of_tags_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="tags is 'all'"):
        read("litellm_spendlogs", write(tmp_path / "l.jsonl", log_line()), tags="all")


def test_without_an_alias_the_key_is_its_hash_and_a_bare_key_is_hashed(tmp_path: Path) -> None:
    hashed = only(tmp_path)["api_key_id"]
    bare = only(tmp_path, api_key="sk-proj-abcdefghijklmnop0123456789")["api_key_id"]
    assert hashed == log_line()["api_key"]
    assert len(bare) == 24
    assert "sk-" not in bare


@pytest.mark.parametrize(
    ("model", "provider", "found"),
    [
        ("azure/gpt-5", "azure", ("gpt-5", "azure")),
        (
            "bedrock/us.anthropic.claude-sonnet-4-5-v1:0",
            "bedrock_converse",
            ("bedrock/us.anthropic.claude-sonnet-4-5-v1:0", "aws"),
        ),
        ("gemini/gemini-2.5-pro", "", ("gemini-2.5-pro", "google")),
        ("openrouter/anthropic/claude-sonnet-4-5", "openrouter", ("anthropic/claude-sonnet-4-5", "openrouter")),
        ("meta-llama/Llama-3", "hosted_vllm", ("meta-llama/Llama-3", "hosted_vllm")),
        ("", "openai", (None, "openai")),
    ],
)
def test_the_routing_prefix_is_taken_off_the_model(
    tmp_path: Path, model: str, provider: str, found: tuple[str, str]
) -> None:
    row = only(tmp_path, model=model, custom_llm_provider=provider)
    assert (row["response_model"], row["provider_name"]) == found
    assert row["request_model"] == "chat-default"


def test_call_types_become_operations(tmp_path: Path) -> None:
    lines = [
        log_line(str(n), call_type=name)
        for n, name in enumerate(["acompletion", "aembedding", "arerank", "aresponses", "a_new_one"])
    ]
    outcome = read("litellm_spendlogs", write(tmp_path / "l.jsonl", *lines))
    assert [row["operation"] for row in outcome.rows] == ["chat", "embeddings", "rerank", "chat", "a_new_one"]


def test_times_without_a_zone_are_utc_and_others_are_converted(tmp_path: Path) -> None:
    plain = only(tmp_path)
    zoned = only(
        tmp_path, startTime="2025-11-01T10:01:00.250+01:00", endTime="2025-11-01T09:01:03Z", request_duration_ms=2750
    )
    assert (plain["charge_period_start"], plain["latency_ms"]) == (datetime.fromisoformat("2025-11-01T09:01:00"), 3000)
    assert (zoned["charge_period_start"], zoned["latency_ms"]) == (
        datetime.fromisoformat("2025-11-01T09:01:00.250"),
        2750,
    )


@pytest.mark.parametrize(
    "text", ["2025-11-01 09:01:00+00", "2025-11-01 09:01:00 UTC", "2025-11-01T10:01:00.000000001+01:00"]
)
def test_times_are_read_as_databases_export_them(tmp_path: Path, text: str) -> None:
    assert only(tmp_path, startTime=text)["charge_period_start"] == datetime.fromisoformat("2025-11-01T09:01:00")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("1.2345678901234567890123", "1.234567890123"),
        ("1e-7", "0.0000001"),
        ("12", "12"),
        ('"0.25"', "0.25"),
    ],
)
def test_spend_is_summed_digit_for_digit_and_stored_to_twelve_places(tmp_path: Path, text: str, stored: str) -> None:
    line = json.dumps(log_line(metadata={"spend_logs_metadata": {}})).replace("0.0031", text)
    outcome = read("litellm_spendlogs", write(tmp_path / "l.jsonl", line))
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal(text.strip('"'))}}
    assert outcome.rows[0]["provider_reported_cost"] == Decimal(stored)


def test_another_spend_inside_the_metadata_does_not_blur_the_digits(tmp_path: Path) -> None:
    line = log_line(metadata={"budget": {"spend": 0.5}, "note": '"spend": 9'})
    text = json.dumps(line).replace("0.0031", "0.0031000000000000000001")
    outcome = read("litellm_spendlogs", write(tmp_path / "l.jsonl", text))
    assert outcome.context.raw_sums["USD"]["provider_reported_cost"] == Decimal("0.0031000000000000000001")


def as_csv(file: Path, lines: list[dict[str, Any]]) -> Path:
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(lines[0])
        for line in lines:
            writer.writerow([json.dumps(cell) if isinstance(cell, dict | list) else cell for cell in line.values()])
    return file


def test_csv_an_array_and_gzipped_lines_give_the_rows_of_the_lines(tmp_path: Path) -> None:
    lines = [
        log_line(
            "r1", request_tags=["feature:triage"], messages={}, metadata={"usage_object": USAGE, "attempted_retries": 1}
        ),
        log_line("r2", request_tags=[], messages={"text": "two\nlines, quoted"}, metadata={}),
    ]
    wanted = [
        {k: v for k, v in row.items() if k != "source_line"}
        for row in read("litellm_spendlogs", write(tmp_path / "l.jsonl", *lines)).rows
    ]
    array = tmp_path / "array.json"
    array.write_text(json.dumps(lines, indent=1))
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"data": lines, "total": 2}))
    gzipped = tmp_path / "l.jsonl.gz"
    gzipped.write_bytes(gzip.compress((tmp_path / "l.jsonl").read_bytes()))
    for file in (as_csv(tmp_path / "l.csv", lines), array, answer, gzipped):
        outcome = read("litellm_spendlogs", file)
        assert outcome.rejects == []
        assert [{k: v for k, v in row.items() if k != "source_line"} for row in outcome.rows] == wanted
        assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.0062")}}


def test_a_small_day_is_read_whole() -> None:
    # data_logs/litellm_day.csv: six lines worked by hand.
    #  1 embeddings 700 in; 2 chat 2,000 in (1,500 cached) 120 out; 3 its placeholder; 4 failure; 5 gateway hit;
    #  6 negative tokens, refused.
    outcome = read("litellm_spendlogs", DATA / "litellm_day.csv")
    assert (outcome.rows_read, len(outcome.rows), outcome.reasons) == (6, 5, ["prompt_tokens is negative"])
    assert outcome.total("input_uncached") == 700 + 500
    assert outcome.total("cache_read") == 1_500
    assert outcome.total("output") == 120
    # 0.000014 + 0.00062 + 0 + 0 + 0
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.000634")}}
    assert sorted(row["natural_key"] for row in outcome.rows) == ["d-1", "d-2", "d-2", "d-4", "d-5"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"request_id": None}, "the line has no request_id"),
        ({"prompt_tokens": -1}, "prompt_tokens is negative"),
        ({"completion_tokens": 2**64}, "completion_tokens is beyond 10^15"),
        ({"total_tokens": 77}, "parts add up to 1050 tokens, the source's total says 77"),
        ({"startTime": None}, "startTime is missing"),
        ({"startTime": "yesterday"}, "startTime is not a time"),
        ({"startTime": "0001-01-01T00:00:00+14:00"}, "startTime is not a time"),
        ({"startTime": "1970-01-01 00:00:00"}, "startTime is in the year 1970, which no call can be"),
        ({"endTime": "2025-11-01 09:00:59"}, "endTime is before startTime"),
        ({"spend": "free"}, "spend is not an amount of money"),
        ({"spend": [1]}, "spend is not an amount of money"),
        ({"spend": 1e300}, "spend is not an amount of money"),
    ],
)
def test_a_line_that_cannot_be_believed_is_quarantined_and_the_others_are_read(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    outcome = read("litellm_spendlogs", write(tmp_path / "l.jsonl", log_line(**fields), log_line("good")))
    assert [row["natural_key"] for row in outcome.rows] == ["good"]
    assert outcome.reasons == [reason]
    assert (outcome.rejects[0].line, outcome.rejects[0].byte_offset) == (1, 0)


def test_csv_rows_that_do_not_fit_the_header_are_quarantined(tmp_path: Path) -> None:
    file = as_csv(tmp_path / "l.csv", [log_line("r1"), log_line("r2")])
    good = file.read_bytes()
    file.write_bytes(good + b"only,three,cells\n" + good.splitlines()[1].replace(b"r1", b"r\xff3") + b"\n")
    outcome = read("litellm_spendlogs", file)
    assert [row["natural_key"] for row in outcome.rows] == ["r1", "r2"]
    assert sorted((reject.line, reject.reason) for reject in outcome.rejects) == [
        (4, "3 cells under a header of 15"),
        (5, "not UTF-8 text"),
    ]
    assert outcome.row("r2")["source_line"] == 3


def test_a_csv_of_something_else_is_refused_by_its_header(tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_text("BilledCost,EffectiveCost,ChargePeriodStart\n1,1,2025-11-01\n")
    with pytest.raises(SourceUnreadableError, match=r"looks like a FOCUS cost export.*--as focus"):
        read("litellm_spendlogs", file)


def test_the_daily_tables_are_refused_because_they_sum_the_same_calls(tmp_path: Path) -> None:
    file = write(tmp_path / "daily.jsonl", {"date": "2025-11-01", "spend": 0.1, "api_requests": 3})
    with pytest.raises(SourceUnreadableError, match="sums calls already in the spend logs"):
        read("litellm_spendlogs", file)

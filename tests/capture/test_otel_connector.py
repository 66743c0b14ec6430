"""OpenTelemetry GenAI traces: what is a call, what it used, whose it was."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from log_files import DATA, SHARED, any_value, chat, read, span, traces, write

from spendmap.capture import otel_traces
from spendmap.capture.otel_names import NAMES
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError


def test_the_shared_traces_hold_four_calls_and_two_spans_that_are_none() -> None:
    file = SHARED / "otlp_genai_traces.jsonl"
    if not file.exists():
        pytest.skip("the shared fixtures are not beside this checkout")
    outcome = read("otel_genai", file)
    # 6 GenAI spans: agent and tool are set aside; 3 calls answered, 1 timed out.
    assert (outcome.rows_read, outcome.rows_duplicate, len(outcome.rows)) == (6, 2, 4)
    # 800 (18,800 - 16,000 - 2,000) + 2 x 2,128 (5,200 - 3,072); 600 + 2 x 410 out.
    assert outcome.total("input_uncached") == 800 + 2_128 + 2_128
    assert outcome.total("cache_read") == 16_000 + 3_072 + 3_072
    assert outcome.total("output") == 600 + 410 + 410
    assert {row["agent_id"] for row in outcome.rows[:2]} == {"agent-triage"}
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.0014288")}}


def test_three_generations_of_names_say_the_same_thing() -> None:
    # The same call told in current names, in old names and in OpenInference names:
    # 1,000 in, of which 600 read and 100 written; 80 out, of which 30 reasoning.
    outcome = read("otel_genai", DATA / "otel_three_generations.jsonl")
    assert len(outcome.rows) == 3
    for row in outcome.rows:
        assert (row["input_uncached"], row["cache_read"], row["cache_write_other"]) == (300, 600, 100)
        assert (row["output"], row["output_reasoning"], row["requests"]) == (80, 30, 1)
        assert (row["provider_name"], row["response_model"]) == ("aws", "claude-sonnet-4-5-20250929")
        assert (row["operation"], row["status"]) == ("chat", "ok")
        assert (row["project"], row["environment"]) == ("support-bot", "production")


def test_a_span_is_known_by_its_trace_and_span_id_in_hex_or_base64(tmp_path: Path) -> None:
    hexed = chat("00000000000000ff", trace="5B8EFFF798038103D269B633813FC60C")
    encoded = chat("ignored") | {
        "traceId": base64.b64encode(bytes.fromhex("5b8efff798038103d269b633813fc60c")).decode(),
        "spanId": base64.b64encode(bytes.fromhex("00000000000000ff")).decode(),
    }
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(hexed), traces(encoded)))
    assert {row["natural_key"] for row in outcome.rows} == {"5b8efff798038103d269b633813fc60c:00000000000000ff"}


def test_integers_of_protobuf_javascript_are_read(tmp_path: Path) -> None:
    # 5 x 2**32 + 7 = 21,474,836,487
    tokens = {"intValue": {"low": 7, "high": 5, "unsigned": False}}
    row = read(
        "otel_genai", write(tmp_path / "t.jsonl", traces(chat("1", tokens=None, gen_ai__usage__input_tokens=tokens)))
    ).rows[0]
    assert row["input_uncached"] == 21_474_836_487


def test_a_pretty_printed_document_reads_like_lines(tmp_path: Path) -> None:
    both = [traces(chat("1")), traces(chat("2", gen_ai__usage__cost=0.1))]
    lined = read("otel_genai", write(tmp_path / "lines.jsonl", *both))
    one = {"resourceSpans": both[0]["resourceSpans"] + both[1]["resourceSpans"]}
    document = tmp_path / "document.json"
    document.write_text(json.dumps(one, indent=2))
    printed = read("otel_genai", document)
    strip = [{k: v for k, v in row.items() if k != "source_line"} for row in lined.rows]
    assert [{k: v for k, v in row.items() if k != "source_line"} for row in printed.rows] == strip
    assert printed.rows[1]["provider_reported_cost"] == Decimal("0.1")


def test_snake_case_keys_and_early_library_spans_are_read(tmp_path: Path) -> None:
    call = chat("1")
    snake = {
        "trace_id": call["traceId"],
        "span_id": call["spanId"],
        "start_time_unix_nano": int(call["startTimeUnixNano"]),
        "attributes": call["attributes"],
    }
    early = {"resourceSpans": [{"instrumentationLibrarySpans": [{"spans": [chat("2")]}]}]}
    outcome = read(
        "otel_genai", write(tmp_path / "t.jsonl", {"resource_spans": [{"scope_spans": [{"spans": [snake]}]}]}, early)
    )
    assert [row["input_uncached"] for row in outcome.rows] == [100, 100]
    assert [row["charge_period_end"] is None for row in outcome.rows] == [True, False]


def test_agents_chains_and_tools_repeat_the_calls_beneath_them_and_are_calls_where_there_are_none(
    tmp_path: Path,
) -> None:
    spans = [
        chat("1", parent="9"),
        span(
            "9",
            gen_ai__operation__name="invoke_agent",
            gen_ai__usage__input_tokens=100,
            gen_ai__usage__output_tokens=10,
        ),
        span("8", gen_ai__operation__name="execute_tool", gen_ai__tool__name="lookup"),
        span("7", openinference__span__kind="CHAIN", llm__token_count__prompt=100),
        span(
            "6",
            gen_ai__operation__name="embeddings",
            gen_ai__request__model="text-embedding-3-small",
            gen_ai__usage__input_tokens=40,
        ),
        span("5", http__method="GET"),
    ]
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(*spans)))
    # The HTTP span is no row of this source: 5 GenAI spans. The agent repeats the chat beneath it and the tool used
    # nothing; the chain has 100 tokens and nothing beneath it that explains them, so it counts, model unknown.
    assert (outcome.rows_read, outcome.rows_duplicate) == (5, 2)
    assert sorted(row["operation"] for row in outcome.rows) == ["chain", "chat", "embeddings"]
    assert outcome.total("input_uncached") == 240


def test_a_call_inside_a_call_with_the_same_tokens_is_counted_once(tmp_path: Path) -> None:
    # Two instrumentations watch one request: the framework's span wraps the client's.
    outer = span(
        "1",
        openinference__span__kind="LLM",
        llm__model_name="gpt-5-mini",
        llm__token_count__prompt=100,
        llm__token_count__completion=10,
    )
    between = span("2", parent="1", http__method="POST")
    inner = chat("3", parent="2")
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(outer, between, inner)))
    assert [row["natural_key"][-1] for row in outcome.rows] == ["3"]
    assert outcome.rows_duplicate == 1


def test_a_span_without_an_operation_is_a_call_unless_calls_run_under_it(tmp_path: Path) -> None:
    alone = span("1", gen_ai__system="openai", gen_ai__request__model="gpt-5-mini", gen_ai__usage__prompt_tokens=5)
    above = span("2", gen_ai__system="openai", gen_ai__request__model="gpt-5-mini", gen_ai__usage__prompt_tokens=300)
    calls = [chat("3", parent="2"), chat("4", parent="2")]
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(alone, above, *calls)))
    assert sorted(row["natural_key"][-1] for row in outcome.rows) == ["1", "3", "4"]


def test_agent_workflow_and_run_come_from_the_nearest_span_above_even_when_it_is_written_later(tmp_path: Path) -> None:
    call = chat("1", parent="2")
    agent = span(
        "2",
        parent="3",
        gen_ai__operation__name="invoke_agent",
        gen_ai__agent__id="triage",
        gen_ai__conversation__id="run-7",
    )
    workflow = span(
        "3",
        gen_ai__operation__name="invoke_workflow",
        gen_ai__workflow__name="tickets",
        gen_ai__agent__id="not-an-agent",
    )
    own = chat("4", parent="2", gen_ai__agent__name="planner")
    row = read("otel_genai", write(tmp_path / "t.jsonl", traces(call, own), traces(agent), traces(workflow)))
    assert [(r["agent_id"], r["workflow"], r["workflow_run_id"]) for r in row.rows] == [
        ("triage", "tickets", "run-7"),
        ("planner", "tickets", "run-7"),
    ]


def test_spans_that_are_each_others_parent_do_not_hang_the_reading(tmp_path: Path) -> None:
    outcome = read(
        "otel_genai",
        write(tmp_path / "t.jsonl", traces(chat("1", parent="2", tokens=(1, 2)), chat("2", parent="1", tokens=(3, 4)))),
    )
    assert len(outcome.rows) == 2


def test_memory_is_bounded_by_settling_traces_that_went_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otel_traces, "HELD_SPANS", 10)
    lines = [
        traces(
            chat("1", parent="2", trace=f"{n:032x}"),
            span("2", trace=f"{n:032x}", gen_ai__operation__name="invoke_agent", gen_ai__agent__id=f"agent-{n}"),
        )
        for n in range(1, 101)
    ]
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", *lines))
    assert [row["agent_id"] for row in outcome.rows] == [f"agent-{n}" for n in range(1, 101)]


def test_a_call_after_a_failed_one_of_the_same_model_is_a_retry(tmp_path: Path) -> None:
    failed = chat("1", parent="9", at=0, lasts=1, tokens=None, error__type="timeout")
    beside = chat("2", parent="9", at=0.5)  # began before the failure was known
    again = chat("3", parent="9", at=2)
    next_turn = chat("4", parent="9", at=4)
    other = chat("5", parent="8", at=2)
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(next_turn, again, beside, failed, other)))
    assert {row["natural_key"][-1]: row["is_retry"] for row in outcome.rows} == {
        "1": False,
        "2": False,
        "3": True,
        "4": False,
        "5": False,
    }
    assert outcome.row("1")["status"] == "error"
    assert outcome.row("1")["input_uncached"] is None


def test_a_failed_call_that_used_tokens_keeps_them(tmp_path: Path) -> None:
    failed = chat("1") | {"status": {"code": 2}}
    row = read("otel_genai", write(tmp_path / "t.jsonl", traces(failed))).rows[0]
    assert (row["status"], row["input_uncached"], row["output"]) == ("error", 100, 10)


def test_a_span_sent_twice_has_one_key_and_the_same_row(tmp_path: Path) -> None:
    failed = chat("1", tokens=None, error__type="timeout")
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(failed), traces(failed)))
    first, second = [{k: v for k, v in row.items() if k != "source_line"} for row in outcome.rows]
    assert first == second


def test_where_a_call_belongs_is_read_from_resource_and_span(tmp_path: Path) -> None:
    call = chat(
        "1",
        user__id="jane@acme.example",
        tenant__id="cust_881",
        use_case="ticket-triage",
        feature="triage",
        cost_center="4200",
        eval_suite="groundedness",
        spendmap__tool="helpdesk-copilot",
        openai__response__service_tier="flex",
        gen_ai__request__stream=True,
        gen_ai__usage__cost=0.25,
        at=3600,
        lasts=1.5,
    )
    resource = {
        "service__name": "support-bot",
        "deployment__environment": "staging",
        "team": "support",
        "service__version": "1.2",
    }
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(call, **resource)), billing_account_id="org-1")
    row = outcome.rows[0]
    assert (row["project"], row["environment"], row["team"]) == ("support-bot", "staging", "support")
    assert (row["customer_id"], row["use_case"], row["feature"], row["cost_center"]) == (
        "cust_881",
        "ticket-triage",
        "triage",
        "4200",
    )
    assert (row["eval_suite"], row["tool"], row["billing_account_id"]) == ("groundedness", "helpdesk-copilot", "org-1")
    assert (row["service_tier"], row["is_streamed"], row["latency_ms"]) == ("flex", True, 1500)
    assert (row["provider_reported_cost"], row["provider_reported_currency"]) == (Decimal("0.25"), "USD")
    assert row["principal_id"] == outcome.context.hash_principal("jane@acme.example")
    assert row["charge_period_start"] == datetime.fromisoformat("2025-11-01T01:00:00")
    assert dict(row["tags"]) == {"service.version": "1.2"}


def test_settings_name_the_customer_and_further_tags(tmp_path: Path) -> None:
    call = chat("1", user__id="cust_881", plan="pro", secret__note="x")
    row = read(
        "otel_genai",
        write(tmp_path / "t.jsonl", traces(call)),
        customer_attribute="user.id",
        keep_attributes="plan, absent",
    ).rows[0]
    assert (row["customer_id"], row["principal_id"], dict(row["tags"])) == ("cust_881", None, {"plan": "pro"})


def test_an_attribute_that_announces_text_or_a_person_cannot_be_kept(tmp_path: Path) -> None:
    file = write(tmp_path / "t.jsonl", traces(chat("1")))
    with pytest.raises(SettingError, match=r"gen_ai.input.messages.* never enters the ledger"):
        read("otel_genai", file, keep_attributes="plan,gen_ai.input.messages")


CACHED = {"gen_ai__usage__cache_read__input_tokens": 600, "gen_ai__usage__cache_write__input_tokens": 100}


@pytest.mark.parametrize(
    ("settings", "more", "expected"),
    [
        # OTel GenAI: 1,000 in, of which 600 were read from the cache and 100 written to it
        ({}, {}, (300, 600, 100, 50)),
        ({"input_tokens": "includes_cache"}, {}, (300, 600, 100, 50)),
        # an exporter that keeps Anthropic's own counts: 1,000 in, and 700 beside them
        ({"input_tokens": "excludes_cache"}, {}, (1000, 600, 100, 50)),
        ({"input_tokens": " Excludes_Cache"}, {}, (1000, 600, 100, 50)),
        # a total settles it: 1,050 leaves the cached tokens out or holds them in, 1,750 counts them beside
        ({}, {"gen_ai__usage__total_tokens": 1750}, (1000, 600, 100, 50)),
        ({"input_tokens": "excludes_cache"}, {"gen_ai__usage__total_tokens": 1750}, (1000, 600, 100, 50)),
        ({"input_tokens": "excludes_cache"}, {"gen_ai__usage__total_tokens": 1050}, (1000, 600, 100, 50)),
        ({"input_tokens": "includes_cache"}, {"gen_ai__usage__total_tokens": 1050}, (300, 600, 100, 50)),
    ],
)
def test_a_source_whose_input_excludes_cached_tokens_says_so(
    tmp_path: Path, settings: dict[str, str], more: dict[str, int], expected: tuple[int, ...]
) -> None:
    file = write(tmp_path / "t.jsonl", traces(chat("a1" * 8, tokens=(1000, 50), **CACHED, **more)))
    (row,) = read("otel_genai", file, **settings).rows
    assert (row["input_uncached"], row["cache_read"], row["cache_write_other"], row["output"]) == expected


def test_another_word_for_the_input_is_refused_with_the_two_that_are_known(tmp_path: Path) -> None:
    file = write(tmp_path / "t.jsonl", traces(chat("a1" * 8)))
    with pytest.raises(SettingError, match="input_tokens 'net'") as refused:
        read("otel_genai", file, input_tokens="net")
    assert "--set input_tokens=excludes_cache" in refused.value.next_step


@pytest.mark.parametrize(
    ("written", "five", "hour", "expected"),
    [
        (100, 70, 30, (300, 70, 30, None, False)),
        (100, 0, 0, (300, 0, 0, 100, False)),
        (100, 20, 30, (300, 20, 30, 50, False)),
        (100, 70, 80, (250, 70, 80, None, True)),
    ],
)
def test_writes_of_a_span_below_their_sum_leave_some_without_a_lifetime(
    tmp_path: Path, written: int, five: int, hour: int, expected: tuple[int, int, int, int | None, bool]
) -> None:
    usage = {
        "gen_ai__usage__cache_read__input_tokens": 600,
        "gen_ai__usage__cache_write__input_tokens": written,
        "gen_ai__usage__cache_creation__ephemeral_5m_input_tokens": five,
        "gen_ai__usage__cache_creation__ephemeral_1h_input_tokens": hour,
    }
    (row,) = read("otel_genai", write(tmp_path / "t.jsonl", traces(chat("a1" * 8, tokens=(1000, 50), **usage)))).rows
    is_said = dict(row["tags"] or ()).get("cache_write_lifetimes") == "above_total"
    meters = ("input_uncached", "cache_write_5m", "cache_write_1h", "cache_write_other")
    assert (*(row[name] for name in meters), is_said) == expected


def test_a_cost_is_kept_digit_for_digit(tmp_path: Path) -> None:
    # 0.123456789012345678 has 18 places: a float would lose the last ones before they could be rounded to 12.
    line = json.dumps(traces(chat("1", gen_ai__usage__cost=0.5))).replace("0.5", "0.123456789012345678")
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", line))
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.123456789012345678")}}
    assert outcome.rows[0]["provider_reported_cost"] == Decimal("0.123456789012")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (chat("1", tokens=(-5, 1)), "input is negative"),
        (chat("1", tokens=(2**63, 1)), "input is beyond"),
        (chat("1", gen_ai__usage__total_tokens=999), "parts add up to 110 tokens, the source's total says 999"),
        (chat("1", lasts=-1), "the span ends before it starts"),
        (chat("1") | {"startTimeUnixNano": "0"}, "the span has no start time"),
        (chat("1") | {"startTimeUnixNano": "soon"}, "startTimeUnixNano is not a time"),
        (chat("1") | {"startTimeUnixNano": "1"}, "startTimeUnixNano is not a time between"),
        (chat("1") | {"spanId": "0" * 16}, "no trace id or no span id"),
        (chat("1") | {"traceId": "zz"}, "id is neither"),
        (chat("1", gen_ai__usage__cost="free"), "cost is not an amount"),
        (chat("1", gen_ai__usage__output_tokens={"doubleValue": "NaN"}), "output is not a whole number"),
        ("not a span", "a span is not an object"),
    ],
)
def test_a_span_that_cannot_be_believed_is_quarantined_and_the_others_are_read(
    tmp_path: Path, broken: Any, reason: str
) -> None:
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", traces(broken, chat("2"))))
    assert len(outcome.rows) == 1
    (found,) = outcome.reasons
    assert reason in found


def test_a_rejected_span_keeps_its_ids_and_loses_its_text(tmp_path: Path) -> None:
    call = chat("1", tokens=(-5, 1), gen_ai__input__messages="the prompt of jane@acme.example") | {
        "name": "chat for Jane Doe"
    }
    (reject,) = read("otel_genai", write(tmp_path / "t.jsonl", traces(call))).rejects
    assert "0000000000000001" in reject.row
    assert "jane" not in reject.row.lower()
    assert "prompt of" not in reject.row


def test_logs_are_refused_as_what_they_are(tmp_path: Path) -> None:
    file = write(tmp_path / "logs.jsonl", {"resourceLogs": []})
    with pytest.raises(SourceUnreadableError, match="OpenTelemetry logs, which hold no spans"):
        read("otel_genai", file)


def test_every_attribute_name_stands_once_and_names_its_specification() -> None:
    names = [name.attribute for name in NAMES]
    assert len(names) == len(set(names))
    assert all(name.specification for name in NAMES)
    assert any_value(True) == {"boolValue": True}

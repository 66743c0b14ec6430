"""A call is one call: refused, read again, repeated in a trace, summed up in a batch. Tokens worked by hand."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from log_files import Outcome, chat, log_line, read, span, traces, write

from spendmap.capture.bought import is_reading, is_refused, refusal_code
from spendmap.vocabulary.errors import SettingError

NOTHING = {"spend": 0.0, "completion_tokens": 0, "total_tokens": 1000}


def gateway(tmp_path: Path, *lines: dict[str, Any], **settings: str) -> Outcome:
    outcome = read("litellm_spendlogs", write(tmp_path / "gateway.jsonl", *lines), **settings)
    assert outcome.rejects == []
    return outcome


def trace(tmp_path: Path, *spans: dict[str, Any]) -> Outcome:
    outcome = read("otel_genai", write(tmp_path / "traces.jsonl", traces(*spans)))
    assert outcome.rejects == []
    return outcome


def counted(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Last character of the key -> input and output of the rows that bought something."""
    return {
        row["natural_key"][-1]: (row["input_uncached"] or 0, row["output"] or 0)
        for row in outcome.rows
        if row.get("not_bought") is None
    }


# Refused


@pytest.mark.parametrize("code", [400, "401", "403", 404, "413", 422, "429"])
def test_a_refused_call_buys_nothing_and_stays_a_failed_call(tmp_path: Path, code: int | str) -> None:
    said = {"status": "failure", "error_information": {"error_code": code}}
    (row,) = gateway(tmp_path, log_line(status="failure", metadata=said, **NOTHING)).rows
    assert (row["not_bought"], row["status"], row["input_uncached"]) == ("refused", "error", 1000)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"error_information": {"error_code": "500"}}, "refused"),  # it failed with a reported cost of 0 and no output
        ({"error_information": {"error_class": "Timeout"}}, "refused"),
        ({"error_information": {"error_code": "500"}, "spend": 0.01}, None),  # a cost is reported
        ({"error_information": {"error_code": "400"}, "spend": 0.01}, None),
        ({"error_information": {"error_code": "429"}, "completion_tokens": 5, "total_tokens": 1005}, None),  # cut off
        ({"error_information": {"error_code": "499"}, "completion_tokens": 40, "total_tokens": 1040}, None),  # hung up
        ({"error_information": {"error_code": "500"}, "spend": None}, None),  # nobody knows: it counts
        ({"error_information": {"error_class": "RateLimitError"}, "spend": None}, "refused"),
        ({"error_information": {"error_code": "", "error_class": "litellm.BadRequestError"}, "spend": None}, "refused"),
        ({"error_information": "free text", "spend": None}, None),
        ({"spend": None}, None),
    ],
)
def test_a_failure_is_bought_when_a_cost_or_an_output_says_so(
    tmp_path: Path, fields: dict[str, Any], expected: str | None
) -> None:
    own = {key: fields.pop(key) for key in ("spend", "completion_tokens", "total_tokens") if key in fields}
    line = log_line(status="failure", **(NOTHING | own), metadata={"status": "failure", **fields})
    assert gateway(tmp_path, line).rows[0]["not_bought"] == expected


def test_a_cost_of_zero_says_nothing_where_the_gateway_has_no_price_of_the_model(tmp_path: Path) -> None:
    # Its answers cost 0 too, so nobody knows whether the failure was bought; of gpt-4.1 a price is known.
    own = {"model": "own-7b", "model_group": "own-7b", "custom_llm_provider": "hosted_vllm"}
    rows = gateway(
        tmp_path,
        log_line("a", spend=0.0, **own),
        log_line("b", status="failure", **NOTHING, **own),
        log_line("c", model="gpt-4.1"),
        log_line("d", model="gpt-4.1", status="failure", **NOTHING),
    ).rows
    assert {row["natural_key"]: row["not_bought"] for row in rows} == {"a": None, "b": None, "c": None, "d": "refused"}


def test_a_success_is_never_refused(tmp_path: Path) -> None:
    line = log_line(spend=0.0, metadata={"error_information": {"error_code": "429"}})  # of an attempt before
    assert gateway(tmp_path, line).rows[0]["not_bought"] is None


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"error__type": "429"}, "refused"),
        ({"error__type": "openai.RateLimitError"}, "refused"),
        ({"error__type": "error", "http__response__status_code": 403}, "refused"),
        ({"error__type": "timeout"}, None),
        ({"error__type": "timeout", "gen_ai__usage__cost": 0}, "refused"),
        ({"error__type": "429", "gen_ai__usage__cost": 0.2}, None),
    ],
)
def test_a_failed_span_is_refused_by_its_code_or_a_cost_of_zero(
    tmp_path: Path, attributes: dict[str, Any], expected: str | None
) -> None:
    call = span("1", gen_ai__operation__name="chat", gen_ai__request__model="gpt-4.1", gen_ai__usage__input_tokens=100,
                **attributes)  # fmt: skip
    (row,) = trace(tmp_path, call).rows
    assert (row["not_bought"], row["status"]) == (expected, "error")


def test_errors_are_known_by_number_or_name_and_by_nothing_else() -> None:
    assert [refusal_code(said) for said in (404, "404", "NotFoundError", "anthropic.not_found_error", "ThrottlingException")] == [
        404, 404, 404, 404, 429,
    ]  # fmt: skip
    assert [refusal_code(said) for said in (None, "", "timeout", "4xx", {"code": 400}, "x" * 500)] == [None] * 6
    assert refusal_code("500", "BadRequestError") == 500  # the number outranks the name
    assert not is_refused(500, None, 0)


# Read again


@pytest.mark.parametrize(
    "call_type",
    [
        "aget_responses",
        "get_responses",
        "alist_input_items",
        "afile_content",
        "alist_batches",
        "aretrieve_fine_tuning_job",
    ],
)
def test_reading_what_is_stored_buys_nothing(tmp_path: Path, call_type: str) -> None:
    outcome = gateway(tmp_path, log_line("resp_a", call_type="aresponses"), log_line("resp_b", call_type=call_type))
    assert [row["not_bought"] for row in outcome.rows] == [None, "stored_answer"]


def test_a_call_that_makes_something_is_no_reading() -> None:
    for made in (
        "acompletion",
        "agenerate_content",
        "agenerate_content_stream",
        "aresponses",
        "aembedding",
        "add_message",
    ):
        assert not is_reading(made)
    assert is_reading("GET /v1/responses/resp_1") and is_reading("vector_store_file_list")


def test_the_first_reading_of_an_answer_made_in_the_background_brings_its_tokens(tmp_path: Path) -> None:
    made = log_line("resp_a", call_type="aresponses", prompt_tokens=0, completion_tokens=0, total_tokens=0, spend=0.0)
    read_later = log_line("resp_a", call_type="aget_responses")
    rows = gateway(tmp_path, made, read_later).rows
    best = max(rows, key=lambda row: row["completeness"])
    assert (best["not_bought"], best["input_uncached"], best["output"]) == (None, 1000, 50)


def test_a_reading_never_takes_the_place_of_the_call_it_reads(tmp_path: Path) -> None:
    rows = gateway(
        tmp_path, log_line("resp_a", call_type="aresponses"), log_line("resp_a", call_type="aget_responses")
    ).rows
    assert max(rows, key=lambda row: row["completeness"])["not_bought"] is None


def test_a_span_that_gets_a_stored_answer_buys_nothing(tmp_path: Path) -> None:
    got = chat("1", http__request__method="GET")
    listed = chat("2", gen_ai__operation__name="get_response")
    assert [row["not_bought"] for row in trace(tmp_path, got, listed).rows] == ["stored_answer"] * 2


# A batch


def batch(request_id: str, call_type: str = "aretrieve_batch", tokens: int = 1000, **fields: Any) -> dict[str, Any]:
    parts = {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens}
    return log_line(request_id, call_type=call_type, **(parts | fields))


def output(request_id: str, tokens: int, **metadata: Any) -> dict[str, Any]:
    line = batch(request_id, "acompletion", tokens)
    return line | {"metadata": {"usage_object": {"service_tier": "batch"}, **metadata}}


def bought(outcome: Outcome) -> dict[str, str | None]:
    return {row["natural_key"]: row["not_bought"] for row in outcome.rows}


def test_a_batch_that_is_looked_at_three_times_counts_once(tmp_path: Path) -> None:
    assert bought(gateway(tmp_path, batch("a"), batch("b"), batch("c"))) == {
        "a": None, "b": "stored_answer", "c": "stored_answer",
    }  # fmt: skip
    made = batch("batch_1", "acreate_batch")
    assert bought(gateway(tmp_path, batch("a"), made)) == {"a": "stored_answer", "batch_1": None}


def test_two_batches_of_equal_size_are_two(tmp_path: Path) -> None:
    assert set(bought(gateway(tmp_path, batch("batch_1"), batch("batch_2"))).values()) == {None}


def test_the_outputs_of_a_batch_repeat_its_summary_or_are_inside_it(tmp_path: Path) -> None:
    # 600 + 400 = the summary's 1,000: the outputs count. Of 600 alone 400 are missing: the summary counts.
    whole = gateway(
        tmp_path, batch("batch_1"), output("x", 600, batch_id="batch_1"), output("y", 400, batch_id="batch_1")
    )
    assert bought(whole) == {"batch_1": "repeated", "x": None, "y": None}
    part = gateway(tmp_path, output("x", 600, batch_id="batch_1"), batch("batch_1"))
    assert bought(part) == {"batch_1": None, "x": "repeated"}
    unnamed = gateway(tmp_path, output("x", 600), output("y", 400), batch("p"), batch("q"))
    assert bought(unnamed) == {"x": None, "y": None, "p": "repeated", "q": "stored_answer"}


# Inside one trace


def agent(span_id: str, tokens: tuple[int, int] | None, **rest: Any) -> dict[str, Any]:
    return chat(span_id, tokens=tokens, gen_ai__operation__name="invoke_agent", **rest)


def test_an_agent_with_nothing_beneath_is_a_call_and_one_that_sums_is_none(tmp_path: Path) -> None:
    assert counted(trace(tmp_path, agent("1", (300, 30)))) == {"1": (300, 30)}
    summed = trace(tmp_path, agent("1", (300, 30)), chat("2", parent="1", tokens=(100, 10)),
                   chat("3", parent="1", tokens=(200, 20)))  # fmt: skip
    assert counted(summed) == {"2": (100, 10), "3": (200, 20)}
    assert (summed.rows_read, summed.rows_duplicate) == (3, 1)


def test_an_unknown_name_of_an_operation_is_a_call_all_the_same(tmp_path: Path) -> None:
    (row,) = trace(tmp_path, chat("1", gen_ai__operation__name="My Prompt: tell me")).rows
    assert row["operation"] == "other"  # the name is no word, so it never enters the ledger


def test_sums_are_compared_through_workflows_and_agents_of_agents(tmp_path: Path) -> None:
    # 1 workflow (300) > 2 agent (100) > 3 call (100); 1 > 4 agent without usage > 5 call (200)
    found = trace(
        tmp_path,
        chat("1", tokens=(300, 30), gen_ai__operation__name="invoke_workflow"),
        agent("2", (100, 10), parent="1"),
        chat("3", parent="2", tokens=(100, 10)),
        agent("4", None, parent="1"),
        chat("5", parent="4", tokens=(200, 20)),
    )
    assert counted(found) == {"3": (100, 10), "5": (200, 20)}


def test_a_span_with_more_than_what_lies_beneath_counts_and_the_rest_is_inside(tmp_path: Path) -> None:
    found = trace(tmp_path, agent("1", (300, 30)), chat("2", parent="1", tokens=(100, 10)))
    assert counted(found) == {"1": (300, 30)}


def test_a_span_with_more_takes_the_model_of_what_is_inside(tmp_path: Path) -> None:
    outer = span(
        "1", gen_ai__operation__name="invoke_agent", gen_ai__usage__input_tokens=300, gen_ai__usage__output_tokens=30
    )
    (row,) = trace(tmp_path, outer, chat("2", parent="1", tokens=(100, 10))).rows
    assert (row["natural_key"][-1], row["request_model"], row["provider_name"]) == (
        "1",
        "claude-sonnet-4-5",
        "anthropic",
    )
    two = trace(tmp_path, outer, chat("2", parent="1", tokens=(100, 10)),
                chat("3", parent="1", tokens=(50, 5), gen_ai__request__model="claude-haiku-4-5"))  # fmt: skip
    assert counted(two) == {"2": (100, 10), "3": (50, 5)}  # of two models nothing could be priced in one row


def test_a_call_with_less_than_what_lies_beneath_led_to_it_and_an_agent_with_less_repeats_a_part(
    tmp_path: Path,
) -> None:
    led = trace(tmp_path, chat("1", tokens=(50, 5)), chat("2", parent="1", tokens=(200, 20)))
    assert counted(led) == {"1": (50, 5), "2": (200, 20)}
    part = trace(tmp_path, agent("1", (50, 5)), chat("2", parent="1", tokens=(200, 20)))
    assert counted(part) == {"2": (200, 20)}


def openinference(span_id: str, *, parent: str = "", at: float = 0, **more: Any) -> dict[str, Any]:
    return span(span_id, parent=parent, at=at, openinference__span__kind="LLM", llm__model_name="claude-sonnet-4-5",
                llm__token_count__prompt=100, llm__token_count__completion=10, **more)  # fmt: skip


def test_two_spans_of_one_answer_are_one_call_with_what_both_know(tmp_path: Path) -> None:
    one = chat("1", parent="9", gen_ai__response__id="resp_1", feature="search")
    other = chat("2", parent="9", gen_ai__response__id="resp_1", customer__id="acct-7")
    apart = chat("3", parent="8", gen_ai__response__id="resp_1", team="core")
    (row,) = trace(tmp_path, one, other, apart).rows
    assert (row["feature"], row["customer_id"], row["team"], row["response_id"]) == (
        "search",
        "acct-7",
        "core",
        "resp_1",
    )


def test_two_answers_with_the_same_tokens_are_two_calls(tmp_path: Path) -> None:
    found = trace(tmp_path, chat("1", gen_ai__response__id="resp_1"), chat("2", gen_ai__response__id="resp_2"))
    assert len(counted(found)) == 2


def test_the_most_complete_span_of_an_answer_wins(tmp_path: Path) -> None:
    begun = chat("1", tokens=(100, 0), gen_ai__response__id="resp_1")
    assert counted(trace(tmp_path, begun, chat("2", gen_ai__response__id="resp_1"))) == {"2": (100, 10)}


def test_an_agent_with_the_id_of_its_last_call_is_still_a_sum(tmp_path: Path) -> None:
    found = trace(
        tmp_path,
        agent("1", (300, 30), gen_ai__response__id="resp_2"),
        chat("2", parent="1", tokens=(100, 10), gen_ai__response__id="resp_1"),
        chat("3", parent="1", tokens=(200, 20), gen_ai__response__id="resp_2"),
    )
    assert counted(found) == {"2": (100, 10), "3": (200, 20)}


def test_two_instrumentations_side_by_side_are_one_call_and_two_calls_of_one_are_two(tmp_path: Path) -> None:
    assert len(counted(trace(tmp_path, chat("1", parent="9"), openinference("2", parent="9")))) == 1
    assert len(counted(trace(tmp_path, chat("1", parent="9"), chat("2", parent="9")))) == 2  # the same prompt, twice
    assert len(counted(trace(tmp_path, chat("1", parent="9"), openinference("2", parent="9", at=5)))) == 2  # later
    assert len(counted(trace(tmp_path, chat("1", parent="9"), openinference("2", parent="8")))) == 2  # elsewhere
    both = [chat(str(n), parent="9") for n in (1, 2)] + [openinference(str(n), parent="9") for n in (3, 4)]
    assert len(counted(trace(tmp_path, *both))) == 2


def test_what_a_wrapping_span_knows_goes_to_the_call_inside(tmp_path: Path) -> None:
    outer = openinference("1", feature="search", customer__id="acct-7")
    (row,) = trace(tmp_path, outer, chat("2", parent="1")).rows
    assert (row["natural_key"][-1], row["feature"], row["customer_id"]) == ("2", "search", "acct-7")


def test_an_id_of_the_resource_is_no_spans_own(tmp_path: Path) -> None:
    line = traces(chat("1"), chat("2"), gen_ai__response__id="resp_1")
    outcome = read("otel_genai", write(tmp_path / "t.jsonl", line))
    assert [row["response_id"] for row in outcome.rows] == [None, None]


# Ids


def test_a_gateway_keeps_the_providers_id_and_not_its_own(tmp_path: Path) -> None:
    own = "0b5e9a3c-0000-4000-8000-000000000001"
    wrapped = (
        "resp_" + base64.b64encode(b"litellm:custom_llm_provider:openai;model_id:m1;response_id:resp_68ab").decode()
    )
    rows = gateway(
        tmp_path,
        log_line("chatcmpl-77"),
        log_line("req-1"),
        log_line(own, litellm_call_id=own),
        log_line(wrapped),
        log_line("chatcmpl-78_cache_hit1767225600.5", cache_hit="True", spend=0.0),
        log_line("sk-proj-abcdefghijklmnop1234"),
        log_line("own-2", metadata={"response_id": "msg_01"}),
    ).rows
    ids = [row["response_id"] for row in rows]
    assert ids[:5] == ["chatcmpl-77", None, None, "resp_68ab", "chatcmpl-78"]
    assert ids[5].startswith("key-") and "abcdef" not in ids[5]
    assert ids[6] == "msg_01"
    assert {row["witness"] for row in rows} == {"gateway"}
    assert rows[4]["not_bought"] == "gateway_cache"


def test_a_session_of_a_flat_plan_says_so(tmp_path: Path) -> None:
    line = {
        "type": "assistant", "sessionId": "s", "uuid": "u", "timestamp": "2026-03-10T10:00:00Z", "requestId": "req_1",
        "message": {"id": "msg_c", "model": "claude-sonnet-4-5", "usage": {"input_tokens": 1, "output_tokens": 2}},
    }  # fmt: skip
    file = write(tmp_path / "s.jsonl", line)
    (plan,) = read("claude_code_jsonl", file, billing="plan").rows
    (usage,) = read("claude_code_jsonl", file).rows
    assert (plan["billing_mode"], plan["response_id"], plan["witness"]) == ("plan", "msg_c", "session")
    assert usage["billing_mode"] is None
    assert gateway(tmp_path, log_line(), billing="plan").rows[0]["billing_mode"] == "plan"
    with pytest.raises(SettingError, match="billing"):
        read("claude_code_jsonl", file, billing="flat")
    del line["message"]["id"]  # type: ignore[attr-defined]
    assert read("claude_code_jsonl", write(tmp_path / "s.jsonl", line)).rows[0]["response_id"] is None

"""Claude Code session logs: each answer once, at its finished size, without a word of what was said."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from log_files import DATA, SHARED, answer, read, write

from spendmap.capture.claude_code_lines import person_of, project_of, requests_of
from spendmap.capture.meters import Tokens

KIND = "claude_code_jsonl"
PROMPT = {
    "type": "user",
    "uuid": "u-0",
    "sessionId": "sess-1",
    "cwd": "/home/dev/acme",
    "timestamp": "2025-11-01T09:59:00Z",
    "message": {"role": "user", "content": "hello"},
}


def test_the_shared_session_counts_830_output_tokens_and_39615_cache_reads() -> None:
    file = SHARED / "claude_projects" / "-home-dev-acme" / "sess-a.jsonl"
    if not file.exists():
        pytest.skip("the shared fixtures are not beside this checkout")
    outcome = read(KIND, file)
    # 212 + 530 + 88 = 830 out (1 + 9 + 212 + 530 + 530 + 88 = 1,370 naive); 15,030 + 23,685 + 900 = 39,615 read.
    assert (outcome.total("output"), outcome.total("cache_read")) == (830, 39_615)
    assert outcome.total("input_uncached") == 4 + 7 + 3
    assert (outcome.total("cache_write_5m"), outcome.total("cache_write_1h")) == (8_655, 1_200)
    # 7 usage lines: 3 answers, 2 earlier states of the first, 1 replay of the second, 1 synthetic; 1 line cut off.
    assert (outcome.rows_read, len(outcome.rows), outcome.rows_duplicate) == (8, 3, 4)
    assert outcome.reasons == ["truncated: the line ends inside a JSON value"]


def test_a_session_of_our_own_is_read_whole() -> None:
    # data_logs/claude_session.jsonl: answer A streamed in three lines (5, 30, 64 out), B replayed in a side chain,
    # C told only by an agent's progress, D made up by the program; a prompt, a summary and a line cut off.
    outcome = read(KIND, DATA / "claude_session.jsonl")
    assert {row["natural_key"]: row["output"] for row in outcome.rows} == {"msg_A": 64, "msg_B": 200, "msg_C": 7}
    assert (outcome.rows_read, outcome.rows_duplicate, len(outcome.rejects)) == (8, 4, 1)
    assert outcome.row("msg_A")["charge_period_start"] == datetime.fromisoformat("2025-11-01T10:00:01")
    assert [row["project"] for row in outcome.rows] == ["acme", "acme", "acme"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_largest_output_of_a_message_wins_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    lines = [answer(usage={"output_tokens": n}) for n in (1, 9, 212)]
    outcome = read(KIND, write(tmp_path / "s.jsonl", *(lines[n] for n in order)))
    assert [row["output"] for row in outcome.rows] == [212]
    assert outcome.rows_duplicate == 2


@pytest.mark.parametrize("replay_first", [True, False])
def test_of_a_message_and_its_side_chain_replay_the_parent_stays(tmp_path: Path, replay_first: bool) -> None:
    lines = [answer(), answer(isSidechain=True, requestId="req_9", uuid="u-2")]
    outcome = read(KIND, write(tmp_path / "s.jsonl", *(lines[::-1] if replay_first else lines)))
    (row,) = outcome.rows
    assert dict(row["tags"] or ()) == {}
    assert row["output"] == 40


def test_across_files_the_parent_and_the_finished_answer_are_the_more_complete(tmp_path: Path) -> None:
    parent = read(KIND, write(tmp_path / "a.jsonl", answer())).rows[0]
    replay = read(KIND, write(tmp_path / "b.jsonl", answer(isSidechain=True))).rows[0]
    unfinished = read(KIND, write(tmp_path / "c.jsonl", answer(usage={"output_tokens": 39}))).rows[0]
    assert {row["natural_key"] for row in (parent, replay, unfinished)} == {"msg_1"}
    assert parent["completeness"] > replay["completeness"] > unfinished["completeness"]


@pytest.mark.parametrize(
    ("flat", "lifetimes", "written"),
    [
        (20, {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 0}, (20, 0, None, False)),
        # the lifetimes leave 979 of 999 over: written, for a time that nobody states
        (999, {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 0}, (20, 0, 979, False)),
        (999, {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}, (0, 0, 999, False)),
        (999, {"ephemeral_1h_input_tokens": 400}, (None, 400, 599, False)),
        (999, {}, (None, None, 999, False)),
        (20, None, (None, None, 20, False)),
        (None, {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 5}, (20, 5, None, False)),
        # more by lifetime than in all: the lifetimes count, and the row says so
        (20, {"ephemeral_5m_input_tokens": 15, "ephemeral_1h_input_tokens": 10}, (15, 10, None, True)),
        (0, {"ephemeral_5m_input_tokens": 15, "ephemeral_1h_input_tokens": 0}, (15, 0, None, True)),
    ],
)
def test_cached_tokens_stand_beside_input_and_what_lifetimes_leave_over_stays_written(
    tmp_path: Path,
    flat: int | None,
    lifetimes: dict[str, int] | None,
    written: tuple[int | None, int | None, int | None, bool],
) -> None:
    line = answer(usage={"cache_creation_input_tokens": flat, "cache_creation": lifetimes})
    (row,) = read(KIND, write(tmp_path / "s.jsonl", line)).rows
    assert (row["input_uncached"], row["cache_read"], row["output"]) == (3, 100, 40)
    is_said = dict(row["tags"] or ()).get("cache_write_lifetimes") == "above_total"
    assert (row["cache_write_5m"], row["cache_write_1h"], row["cache_write_other"], is_said) == written


def test_messages_the_program_made_up_are_set_aside_and_prompts_are_no_rows(tmp_path: Path) -> None:
    outcome = read(
        KIND,
        write(
            tmp_path / "s.jsonl",
            PROMPT,
            {"type": "summary", "summary": "x", "leafUuid": "u"},
            answer(model="<synthetic>"),
            answer("msg_2"),
        ),
    )
    assert (outcome.rows_read, len(outcome.rows), outcome.rows_duplicate) == (2, 1, 1)


def test_a_session_of_prompts_alone_has_no_rows(tmp_path: Path) -> None:
    outcome = read(KIND, write(tmp_path / "s.jsonl", PROMPT))
    assert (outcome.rows_read, outcome.rows) == (0, [])


def test_an_agents_progress_tells_of_answers_too(tmp_path: Path) -> None:
    inner = answer("msg_p")
    progress = {
        "type": "progress",
        "sessionId": "sess-1",
        "uuid": "u-9",
        "data": {"type": "agent_progress", "message": inner},
    }
    row = read(KIND, write(tmp_path / "s.jsonl", progress)).rows[0]
    assert (row["natural_key"], row["output"], row["workflow_run_id"]) == ("msg_p", 40, "sess-1")


def test_an_answer_names_the_tool_the_tier_the_host_and_its_search_requests(tmp_path: Path) -> None:
    lines = [
        answer(
            "msg_1",
            usage={"service_tier": "standard", "server_tool_use": {"web_search_requests": 2}, "inference_geo": "us"},
        ),
        answer("msg_bdrk_2", usage={"speed": "fast", "service_tier": "standard"}),
        answer("msg_3", model="glm-4.6", isApiErrorMessage=True),
    ]
    first, second, third = read(KIND, write(tmp_path / "s.jsonl", *lines)).rows
    assert (
        first["tool"],
        first["provider_name"],
        first["service_tier"],
        first["web_searches"],
        first["region_id"],
    ) == ("claude_code", "anthropic", "standard", 2, "us")
    assert (second["provider_name"], second["service_tier"]) == ("aws", "fast")
    assert (third["provider_name"], third["status"]) == (None, "error")


def test_an_old_line_states_its_cost_in_dollars(tmp_path: Path) -> None:
    text = json.dumps(answer(costUSD=0.5)).replace("0.5", "0.01234567890123456789")
    outcome = read(KIND, write(tmp_path / "s.jsonl", text))
    assert outcome.rows[0]["provider_reported_cost"] == Decimal("0.012345678901")
    assert outcome.context.raw_sums == {"USD": {"provider_reported_cost": Decimal("0.01234567890123456789")}}


def test_the_person_is_the_setting_or_the_home_folder_hashed(tmp_path: Path) -> None:
    file = write(tmp_path / "s.jsonl", answer())
    by_folder, by_setting = read(KIND, file), read(KIND, file, principal="Jane@acme.example", team="platform")
    assert by_folder.rows[0]["principal_id"] == by_folder.context.hash_principal("dev")
    assert by_setting.rows[0]["principal_id"] == by_setting.context.hash_principal("jane@acme.example")
    assert by_setting.rows[0]["team"] == "platform"


@pytest.mark.parametrize(
    ("folder", "person", "project"),
    [
        ("/home/dev/acme", "dev", "acme"),
        ("/home/dev/acme/web/", "dev", "web"),
        ("/Users/jane.doe", "jane.doe", None),
        ("/Users/jane.doe/", "jane.doe", None),
        (r"C:\Users\jane\src\acme", "jane", "acme"),
        (r"C:\Users\jane", "jane", None),
        ("/root", "root", None),
        ("/workspaces/acme", None, "acme"),
        ("/home/dev/acme/.claude/worktrees/jane-fix", "dev", "acme"),
        ("/", None, None),
        ("", None, None),
    ],
)
def test_a_folder_gives_the_project_and_never_a_home_folders_name(
    folder: str, person: str | None, project: str | None
) -> None:
    assert (person_of(folder), project_of(folder)) == (person, project)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (answer(usage={"output_tokens": -1}), "output_tokens is negative"),
        (answer(usage={"input_tokens": 2**70}), "input_tokens is beyond 10^15"),
        (answer(timestamp=None), "the line has no timestamp"),
        (answer(timestamp="later"), "timestamp is not a time"),
        (answer(model=None), "the message names no model"),
        (answer(None, requestId=None, uuid=None), "the line has no message id"),
        (answer(costUSD="dear"), "costUSD is not an amount of money"),
    ],
)
def test_a_line_that_cannot_be_believed_is_quarantined_and_the_others_are_read(
    tmp_path: Path, line: dict[str, Any], reason: str
) -> None:
    outcome = read(KIND, write(tmp_path / "s.jsonl", line, answer("msg_good")))
    assert [row["natural_key"] for row in outcome.rows] == ["msg_good"]
    assert outcome.reasons == [reason]


def test_a_message_without_an_id_is_known_by_its_request(tmp_path: Path) -> None:
    outcome = read(KIND, write(tmp_path / "s.jsonl", answer(None), answer(None), answer(None, requestId="req_2")))
    assert [row["natural_key"] for row in outcome.rows] == ["request:req_1", "request:req_2"]


def test_counts_above_the_window_are_several_requests_unless_a_longer_window_was_asked_for() -> None:
    # 1,000,010 input tokens do not fit a request of 200,000: at least 6 requests; "[1m]" asks for the longer window.
    held = Tokens(input_uncached=10, cache_write_other=1_000_000)
    assert requests_of("claude-sonnet-4-5-20250929", held) == 6
    assert requests_of("claude-sonnet-4-5-20250929[1m]", held) == 1
    assert requests_of("claude-sonnet-4-6", held) == 1  # its window is that long for everybody
    assert requests_of("claude-sonnet-4-5-20250929", Tokens(input_uncached=200_000)) == 1

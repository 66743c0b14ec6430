"""Logs to measure with: seeded, shaped as LiteLLM 1.109 and Claude Code 2.1 write them, prompts and answers included.

Writes files; the same seed gives the same bytes.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

BEGIN = datetime(2025, 10, 1, tzinfo=UTC)
WORDS = (
    *["the", "ticket", "says", "that", "an", "order", "did", "not", "arrive", "and", "asks", "for", "a", "refund"],
    *["within", "two", "working", "days", "please"],
)
MODELS = (
    ("openai", "gpt-5-mini-2025-08-07", "chat-default"),
    ("openai", "gpt-5-2025-08-07", "chat-large"),
    ("anthropic", "claude-sonnet-4-5-20250929", "chat-default"),
    ("anthropic", "claude-haiku-4-5-20251001", "chat-small"),
    ("vertex_ai", "gemini-2.5-flash", "chat-small"),
)
FEATURES = ("triage", "search", "summary", "draft", "translate", "classify")


def prose(chance: random.Random, characters: int) -> str:
    """Words, about so many characters of them, with a line break and a quote as prompts have."""
    words = chance.choices(WORDS, k=max(characters // 5, 1))
    return f'{" ".join(words[: len(words) // 2])}.\n"{" ".join(words[len(words) // 2 :])}"'


def gateway_log(file: Path, rows: int, seed: int = 7) -> None:
    """A LiteLLM spend log: 40 keys, 12 teams, four calls a session, one in a hundred failed, one in fifty twice."""
    chance = random.Random(seed)
    prompts = [prose(chance, chance.randrange(150, 500)) for _ in range(200)]
    answers = [prose(chance, chance.randrange(80, 300)) for _ in range(200)]
    keys = [f"{chance.getrandbits(256):064x}" for _ in range(40)]
    step = timedelta(seconds=7_000_000 / max(rows, 1))
    line = b""
    with file.open("wb") as stream:
        for number in range(rows):
            if number % 50 == 49:
                stream.write(line)
                continue
            line = orjson.dumps(_call(chance, number, BEGIN + number * step, keys, prompts, answers)) + b"\n"
            stream.write(line)


def _call(
    chance: random.Random, number: int, start: datetime, keys: list[str], prompts: list[str], answers: list[str]
) -> dict[str, object]:
    who = chance.randrange(len(keys))
    team = who % 12
    provider, model, group = chance.choice(MODELS)
    is_claude, is_failed = provider == "anthropic", chance.random() < 0.01
    cached = chance.choice((0, 0, 1_024, 3_072))
    written = chance.randrange(2_000) if is_claude and chance.random() < 0.3 else 0
    prompt = 0 if is_failed else cached + written + chance.randrange(20, 6_000)
    output = 0 if is_failed else chance.randrange(5, 900)
    thought = 0 if is_claude or is_failed else chance.choice((0, 0, min(64, output)))
    usage: dict[str, object] = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thought, "audio_tokens": 0},
    }
    if is_claude:
        usage["cache_read_input_tokens"] = cached
        usage["cache_creation_input_tokens"] = written
        usage["cache_creation"] = {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0}
        usage["service_tier"] = "standard"
    lasted = chance.randrange(300, 20_000)
    spend = 0.0 if is_failed else round((prompt * 0.25 + output * 2) / 1_000_000, 9)
    metadata: dict[str, object] = {
        "user_api_key_alias": f"bot-{who}-prod",
        "user_api_key_team_id": f"team-{team}",
        "user_api_key_team_alias": f"Team {team}",
        "user_api_key_project_id": None,
        "user_api_key_org_id": "org-1",
        "user_api_key_user_id": f"u{who}",
        "requester_ip_address": "",
        "applied_guardrails": [],
        "status": "failure" if is_failed else "success",
        "attempted_retries": 0,
        "attempted_fallbacks": 0,
        "usage_object": None if is_failed else usage,
        "additional_usage_values": {},
        "model_map_information": {"model_map_key": model, "model_map_value": {"input_cost_per_token": 2.5e-07}},
        "cost_breakdown": {"input_cost": spend / 4, "output_cost": spend / 2, "total_cost": spend},
        "spend_logs_metadata": {"use_case": FEATURES[who % 6], "cost_center": str(4_000 + team), "ticket": number // 3},
    }
    if is_failed:
        metadata["error_information"] = {
            "error_code": "429",
            "error_class": "RateLimitError",
            "error_message": "slow down",
        }
    end = start + timedelta(milliseconds=lasted)
    return {
        "request_id": f"chatcmpl-{chance.getrandbits(96):024x}",
        "call_type": "acompletion",
        "api_key": keys[who],
        "spend": spend,
        "total_tokens": prompt + output,
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "startTime": _time(start),
        "endTime": _time(end),
        "request_duration_ms": lasted,
        "completionStartTime": _time(end if number % 3 else start + timedelta(milliseconds=lasted // 3)),
        "model": model,
        "model_id": f"{who:064x}",
        "model_group": group,
        "custom_llm_provider": provider,
        "api_base": f"https://{provider}.example.com/v1",
        "user": f"u{who}",
        "metadata": metadata,
        "cache_hit": "False",
        "cache_key": "Cache OFF",
        "request_tags": [f"feature:{FEATURES[who % 6]}", "env:prod", "User-Agent: OpenAI"],
        "team_id": f"team-{team}",
        "organization_id": "org-1",
        "end_user": f"cust_{chance.randrange(700)}",
        "requester_ip_address": "10.2.0.9",
        "messages": [{"role": "user", "content": chance.choice(prompts)}],
        "response": {"choices": [{"index": 0, "message": {"role": "assistant", "content": chance.choice(answers)}}]},
        "session_id": f"sess-{number // 4:08x}",
        "status": "failure" if is_failed else "success",
        "mcp_namespaced_tool_name": None,
        "agent_id": None,
        "proxy_server_request": {},
        "litellm_call_id": f"call-{number:032x}",
    }


def session_logs(folder: Path, lines: int, sessions: int = 400, seed: int = 7) -> None:
    """Claude Code sessions: of each answer a thought, a text and a tool call, then a tool's result; 1.5 kB a line."""
    chance = random.Random(seed)
    texts = [prose(chance, chance.randrange(400, 1_500)) for _ in range(200)]
    results = [prose(chance, chance.randrange(1_000, 2_600)) for _ in range(200)]
    each = lines // sessions
    for number in range(sessions):
        home = folder / f"-home-dev{number % 30}-work-repo{number % 12}"
        home.mkdir(parents=True, exist_ok=True)
        session = f"{number:08x}-aaaa-4bbb-8ccc-{chance.getrandbits(48):012x}"
        at = BEGIN + timedelta(hours=number * 3)
        with (home / f"{session}.jsonl").open("wb") as stream:
            written = 0
            while written < each:
                at += timedelta(seconds=chance.randrange(2, 30))
                made = _turn(chance, number, session, at, texts, results)[: each - written]
                stream.writelines(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in made)
                written += len(made)


def _turn(
    chance: random.Random, number: int, session: str, at: datetime, texts: list[str], results: list[str]
) -> list[dict[str, object]]:
    message_id, request_id = f"msg_01{chance.getrandbits(88):022x}", f"req_011{chance.getrandbits(80):020x}"
    read, written = chance.randrange(8_000, 150_000), chance.randrange(0, 4_000)
    output = chance.randrange(20, 2_000)
    blocks: list[dict[str, object]] = [
        {"type": "thinking", "thinking": chance.choice(texts), "signature": "E" * 300},
        {"type": "text", "text": chance.choice(texts)},
        {"type": "tool_use", "id": f"toolu_{request_id}", "name": "Bash", "input": {"command": chance.choice(texts)}},
    ]
    common: dict[str, object] = {
        "isSidechain": chance.random() < 0.05,
        "userType": "external",
        "cwd": f"/home/dev{number % 30}/work/repo{number % 12}",
        "sessionId": session,
        "version": "2.1.47",
        "gitBranch": "main",
    }
    made: list[dict[str, object]] = []
    for place, block in enumerate(blocks):
        usage: dict[str, object] = {
            "input_tokens": chance.randrange(1, 12) if place == 0 else 3,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written},
            "output_tokens": output if place == 2 else 1 + place,
            "service_tier": "standard",
            "inference_geo": "not_available",
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        }
        message = {
            "model": "claude-sonnet-4-5-20250929" if number % 3 else "claude-opus-4-5-20251101",
            "id": message_id,
            "type": "message",
            "role": "assistant",
            "content": [block],
            "stop_reason": "tool_use" if place == 2 else None,
            "usage": usage,
        }
        made.append(
            {"parentUuid": _uuid(chance)}
            | common
            | {
                "message": message,
                "requestId": request_id,
                "type": "assistant",
                "uuid": _uuid(chance),
                "timestamp": f"{at + timedelta(milliseconds=place * 700):%Y-%m-%dT%H:%M:%S}.{place:03d}Z",
            }
        )
    result = {"tool_use_id": f"toolu_{request_id}", "type": "tool_result", "content": chance.choice(results)}
    made.append(
        {"parentUuid": _uuid(chance)}
        | common
        | {
            "type": "user",
            "message": {"role": "user", "content": [result]},
            "uuid": _uuid(chance),
            "timestamp": f"{at + timedelta(seconds=3):%Y-%m-%dT%H:%M:%S}.000Z",
            "toolUseResult": {"stdout": result["content"][:300], "stderr": "", "interrupted": False},
        }
    )
    return made


def _uuid(chance: random.Random) -> str:
    text = f"{chance.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"

"""Read a log file through its connector and look at what came out; build OTLP spans in a few words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from spendmap.capture.connector import ReadContext, Reject, check_settings
from spendmap.capture.meters import Tokens
from spendmap.engine.arrow import arrow_schema
from spendmap.ledger import TABLES

DATA = Path(__file__).parent / "data_logs"
SHARED = Path(__file__).parents[3] / "shared" / "fixtures"

KINDS = ("otel_genai", "litellm_spendlogs", "claude_code_jsonl")
NOVEMBER = 1_761_955_200  # 2025-11-01T00:00:00Z, seconds


@dataclass
class Outcome:
    """Everything a connector made of one file."""

    context: ReadContext
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rows_read: int = 0
    rows_duplicate: int = 0

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]

    def row(self, key: str) -> dict[str, Any]:
        """The only row whose natural key ends in `key`."""
        (found,) = [row for row in self.rows if row["natural_key"].endswith(key)]
        return found

    def total(self, meter: str) -> int:
        return sum(row[meter] or 0 for row in self.rows)


def read(kind: str, file: Path, **settings: str) -> Outcome:
    """Read a file to its end, checking laws L1 and L2 and the columns of every batch."""
    connector = import_module(f"spendmap.capture.connectors.{kind}").CONNECTOR
    context = ReadContext(check_settings(connector, settings), b"k" * 32, "logs", "USD")
    outcome = Outcome(context)
    for batch in connector.read(file, context):
        assert batch.rows_read == len(batch.rows) + len(batch.rejects) + batch.rows_duplicate
        assert set(batch.rows.column_names) <= set(TABLES["usage"].names)
        for name in batch.rows.column_names:
            assert batch.rows.schema.field(name).type == arrow_schema("usage").field(name).type, name
        outcome.rows += batch.rows.to_pylist()
        outcome.rejects += batch.rejects
        outcome.rows_read += batch.rows_read
        outcome.rows_duplicate += batch.rows_duplicate
    assert outcome.rows_read == len(outcome.rows) + len(outcome.rejects) + outcome.rows_duplicate
    for row in outcome.rows:  # law L2
        parts = [row.get(name) for name in Tokens._fields[:10]]
        assert all(part is None or part >= 0 for part in parts)
        assert row.get("source_total_tokens") in (None, sum(part or 0 for part in parts))
    return outcome


def write(file: Path, *lines: Any) -> Path:
    """JSON lines; bytes and texts are written as they are."""
    with file.open("wb") as stream:
        for line in lines:
            data = line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
            stream.write(data + b"\n")
    return file


def span(
    span_id: str, *, parent: str = "", trace: str = "a" * 32, at: float = 0, lasts: float = 1, **attributes: Any
) -> dict[str, Any]:
    """An OTLP span; in attribute names `__` stands for a dot. Times are seconds after 2025-11-01T00:00Z."""
    start = NOVEMBER * 10**9 + round(at * 10**9)
    return {
        "traceId": trace,
        "spanId": span_id.rjust(16, "0"),
        **({"parentSpanId": parent.rjust(16, "0")} if parent else {}),
        "name": "a span",
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + round(lasts * 10**9)),
        "attributes": [
            {"key": name.replace("__", "."), "value": any_value(value)} for name, value in attributes.items()
        ],
        "status": {},
    }


def chat(span_id: str, *, tokens: tuple[int, int] | None = (100, 10), **rest: Any) -> dict[str, Any]:
    """A chat span of an Anthropic model with (input, output) tokens."""
    usage = (
        {} if tokens is None else {"gen_ai__usage__input_tokens": tokens[0], "gen_ai__usage__output_tokens": tokens[1]}
    )
    named = {
        "gen_ai__operation__name": "chat",
        "gen_ai__provider__name": "anthropic",
        "gen_ai__request__model": "claude-sonnet-4-5",
    }
    return span(span_id, **(named | usage | rest))


def any_value(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(item) for item in value]}}
    return {"stringValue": value}


def traces(*spans: dict[str, Any], **resource: Any) -> dict[str, Any]:
    """One OTLP line."""
    attributes = [{"key": name.replace("__", "."), "value": any_value(value)} for name, value in resource.items()]
    return {"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [{"spans": list(spans)}]}]}


def log_line(request_id: str = "r1", **fields: Any) -> dict[str, Any]:
    """A LiteLLM spend-log line: 1,000 prompt tokens, 50 completion tokens, 0.0031 USD."""
    return {
        "request_id": request_id,
        "call_type": "acompletion",
        "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "spend": 0.0031,
        "total_tokens": 1050,
        "prompt_tokens": 1000,
        "completion_tokens": 50,
        "startTime": "2025-11-01 09:01:00",
        "endTime": "2025-11-01 09:01:03",
        "model": "gpt-5-mini-2025-08-07",
        "model_group": "chat-default",
        "custom_llm_provider": "openai",
        "metadata": {},
        "cache_hit": "False",
        "status": "success",
    } | fields


def answer(message_id: str | None = "msg_1", **fields: Any) -> dict[str, Any]:
    """A Claude Code line: 3 input, 100 cache read, 20 written, 40 output; `usage` and `model` may be given."""
    usage = {
        "input_tokens": 3,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 20,
        "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 0},
        "output_tokens": 40,
    } | fields.pop("usage", {})
    message = {
        "id": message_id,
        "role": "assistant",
        "model": fields.pop("model", "claude-sonnet-4-5-20250929"),
        "usage": usage,
    }
    return {
        "type": "assistant",
        "uuid": "u-1",
        "sessionId": "sess-1",
        "cwd": "/home/dev/acme",
        "timestamp": "2025-11-01T10:00:00.000Z",
        "requestId": "req_1",
        "isSidechain": False,
        "message": message,
    } | fields

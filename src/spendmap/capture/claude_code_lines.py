"""The lines of a Claude Code session log that carry usage, and which of the repeats counts.

A session log repeats one answer: once per content block while it streams, again in side chains and agent progress,
again in resumed sessions. All repeats bear the API message id; the largest output is the finished answer.
Source: the JSONL files under `~/.claude/projects`, versions 1.0 to 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from spendmap.capture.jsonl import Record, parse_exact
from spendmap.capture.meters import Tokens, count_of, disjoint_tokens
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.usage_rows import instant, money

SYNTHETIC = "<synthetic>"  # model of messages the program made itself; no call was made

_HOME = re.compile(r"^(?:[A-Za-z]:)?[\\/](?:home|Users|users)[\\/]([^\\/]+)(?:[\\/]|$)|^[\\/](root)(?:[\\/]|$)")
_WORKTREE = re.compile(r"[\\/]\.claude[\\/]worktrees[\\/].*$")


@dataclass(slots=True)
class Answer:
    """One line's account of one API answer."""

    line: int
    key: str
    at: datetime
    model: str
    tokens: Tokens
    web_searches: int | None
    service_tier: str | None
    region_id: str | None
    session_id: object
    version: object
    is_replay: bool  # a side chain or progress line: the parent's line is kept when both are whole
    is_error: bool
    raw_cost: Decimal | None
    cost: Decimal | None

    @property
    def completeness(self) -> int:
        """More output first; of equals the parent before its replay."""
        return (self.tokens.output or 0) * 2 + (0 if self.is_replay else 1)

    def or_better(self, later: Answer) -> Answer:
        """The more complete of two accounts of one answer (of equals the later), at the earlier one's time."""
        best = later if later.completeness >= self.completeness else self
        best.at = min(self.at, later.at)
        return best


def is_transcript(value: dict[str, Any]) -> bool:
    """Whether an object is a line of a session log, with usage or without."""
    return type(value.get("type")) is str and (
        "sessionId" in value or "uuid" in value or "leafUuid" in value or "snapshot" in value
    )


def can_skip(data: bytes) -> bool:
    """Whether a line surely holds no usage: it is whole and does not name it (text inside it has `\\"usage\\"`)."""
    return b'"usage"' not in data and data.rstrip().endswith(b"}")


def answer_of(record: Record) -> Answer | None:
    """The API answer a line tells of; `None` for a line without usage (a prompt, a tool result, a summary).

    Raises:
        ValueError: no time, or a count or cost that cannot be believed.
    """
    line = record.value
    holder, message = _message(line)
    if message is None or holder is None:
        return None
    usage = message["usage"]
    model = message.get("model")
    if type(model) is not str or not model:
        raise ValueError("the message names no model")
    at = holder.get("timestamp") or line.get("timestamp")
    if type(at) is not str:
        raise ValueError("the line has no timestamp")
    server = usage.get("server_tool_use")
    searches = server.get("web_search_requests") if isinstance(server, dict) else None
    raw_cost = cost = None
    if line.get("costUSD") is not None:
        exact = parse_exact(record.data)["costUSD"] if record.data is not None else line["costUSD"]
        if isinstance(exact, bool | dict | list):
            raise ValueError("costUSD is not an amount of money")
        raw_cost, cost = money(exact, "costUSD")
    return Answer(
        line=record.line,
        key=_key(line, holder, message),
        at=instant(at, "timestamp"),
        model=model,
        tokens=_tokens(usage),
        web_searches=count_of(searches, "web_search_requests"),
        service_tier="fast" if usage.get("speed") == "fast" else service_tier(usage.get("service_tier")),
        region_id=_region(usage.get("inference_geo")),
        session_id=line.get("sessionId"),
        version=line.get("version"),
        is_replay=line.get("isSidechain") is True or holder is not line,
        is_error=line.get("isApiErrorMessage") is True,
        raw_cost=raw_cost,
        cost=cost,
    )


def person_of(folder: str) -> str | None:
    """The login a working folder lies under (`/home/NAME`, `/Users/NAME`, `C:\\Users\\NAME`), to be hashed."""
    match = _HOME.match(folder)
    return (match[1] or match[2]) if match else None


def project_of(folder: str) -> str | None:
    """Last part of a working folder; `None` for a home folder itself, whose last part is a person's name."""
    path = _WORKTREE.sub("", folder).rstrip("\\/")
    match = _HOME.match(path + "/")
    if match and len(path) < match.end():
        return None
    return re.split(r"[\\/]", path)[-1] or None


def _message(line: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The object that holds the message, and the message with usage: the line's own, or an agent's in progress."""
    found = line.get("message")
    if isinstance(found, dict) and isinstance(found.get("usage"), dict):
        return line, found
    data = line.get("data")
    holder = data.get("message") if isinstance(data, dict) else None
    found = holder.get("message") if isinstance(holder, dict) else None
    if isinstance(found, dict) and isinstance(found.get("usage"), dict):
        return holder, found
    return None, None


def _key(line: dict[str, Any], holder: dict[str, Any], message: dict[str, Any]) -> str:
    """The API message id; without one (proxies leave it out) the request's, then the line's.

    Raises:
        ValueError: the line has no id at all.
    """
    for prefix, value in (
        ("", message.get("id")),
        ("request:", holder.get("requestId")),
        ("line:", holder.get("uuid")),
        ("line:", line.get("uuid")),
    ):
        if isinstance(value, str) and value.strip():
            return prefix + value
    raise ValueError("the line has no message id")


def _tokens(usage: dict[str, Any]) -> Tokens:
    """Anthropic's convention: cached tokens beside input. The nested lifetimes outrank the flat sum of writes."""
    written = count_of(usage.get("cache_creation_input_tokens"), "cache_creation_input_tokens")
    lifetimes = usage.get("cache_creation")
    write_5m = write_1h = None
    if isinstance(lifetimes, dict):
        write_5m = count_of(lifetimes.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
        write_1h = count_of(lifetimes.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
        if write_5m is not None or write_1h is not None:
            written = None
    return disjoint_tokens(
        "beside",
        input_tokens=count_of(usage.get("input_tokens"), "input_tokens"),
        output_tokens=count_of(usage.get("output_tokens"), "output_tokens"),
        cache_read=count_of(usage.get("cache_read_input_tokens"), "cache_read_input_tokens"),
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_write_other=written,
    )


def _region(geography: object) -> str | None:
    return geography[:32] if isinstance(geography, str) and geography not in {"", "not_available"} else None

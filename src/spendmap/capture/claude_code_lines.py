"""The lines of a Claude Code session log that carry usage, and which of the repeats counts.

A session log repeats one answer: once per content block while it streams, again in side chains and agent progress,
again in resumed sessions. All repeats bear the API message id; the largest output is the finished answer.
Source: the JSONL files under `~/.claude/projects`, versions 1.0 to 2.1.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from spendmap.capture.jsonl import Record, parse_exact
from spendmap.capture.meters import Tokens, are_plain, count_of, disjoint_tokens, lifetimes_exceed, without_lifetime
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.shapes import Shapes
from spendmap.capture.usage_rows import instant, money

_LINE = Shapes(
    "message",
    "data",
    "timestamp",
    "requestId",
    "uuid",
    "costUSD",
    "sessionId",
    "version",
    "isSidechain",
    "isApiErrorMessage",
)
_USAGE = Shapes(
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation",
    "service_tier",
    "speed",
    "inference_geo",
    "server_tool_use",
)
_LIFETIMES = Shapes("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")

OWN_KEYS = ("request:", "line:")  # beginnings of the key of an answer whose message id is missing
SYNTHETIC = "<synthetic>"  # model of messages the program made itself; no call was made

_HOME = re.compile(r"^(?:[A-Za-z]:)?[\\/](?:home|Users|users)[\\/]([^\\/]+)(?:[\\/]|$)|^[\\/](root)(?:[\\/]|$)")
_WORKTREE = re.compile(r"[\\/]\.claude[\\/]worktrees[\\/].*$")


WINDOW = 200_000  # tokens of input that one request holds, unless a longer window was asked for ("[1m]" in the name)
_OPT_IN_WINDOW = re.compile(r"claude-sonnet-4(-0|-5)?(-20\d{6})?$")


def requests_of(model: str, tokens: Tokens) -> int:
    """How many requests an answer's counts hold at least.

    Where a longer window has to be asked for by name, counts above the window are the sum of several requests (tool
    loops inside one answer), each of them at the price of a request that fits.
    """
    held = sum(count or 0 for count in tokens[:5])
    return 1 if held <= WINDOW or not _OPT_IN_WINDOW.search(model.lower()) else -(-held // WINDOW)


class Answer(NamedTuple):
    """One line's account of one API answer."""

    completeness: int  # more output first; of equals the parent before its replay
    at: datetime
    line: int
    key: str
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
    is_above: bool  # more cache writes by lifetime than its sum of them

    def or_better(self, later: Answer) -> Answer:
        """The more complete of two accounts of one answer (of equals the later), at the earlier one's time."""
        best, other = (later, self) if later[0] >= self[0] else (self, later)
        return best if best[1] <= other[1] else tuple.__new__(Answer, (best[0], other[1], *best[2:]))


def is_transcript(value: dict[str, Any]) -> bool:
    """Whether an object is a line of a session log, with usage or without."""
    return ("sessionId" in value or "uuid" in value or "leafUuid" in value or "snapshot" in value) and (
        type(value.get("type")) is str
    )


def can_skip(data: bytes) -> bool:
    """Whether a line surely holds no usage: it is whole and does not name it (text inside it has `\\"usage\\"`)."""
    return b'"usage"' not in data and data.rstrip().endswith(b"}")


def answer_of(record: Record) -> Answer | None:
    """The API answer a line tells of; `None` for a line without usage (a prompt, a tool result, a summary).

    Raises:
        ValueError: no time, or a count or cost that cannot be believed.
    """
    number, _, raw, line = record
    found = _LINE[(*line,)]((*line.values(), None))
    message, data, at, request_id, uuid, cost_usd, session_id, version, is_sidechain, is_error = found
    holder_uuid, is_replay = uuid, is_sidechain is True
    usage = message.get("usage") if type(message) is dict else None
    if type(usage) is not dict:
        holder = data.get("message") if type(data) is dict else None
        message = holder.get("message") if type(holder) is dict else None
        usage = message.get("usage") if type(message) is dict else None
        if holder is None or message is None or type(usage) is not dict:
            return None
        at = holder.get("timestamp") or at
        request_id, holder_uuid, is_replay = holder.get("requestId"), holder.get("uuid"), True
    message_id, model = message.get("id"), message.get("model")
    if type(model) is not str or not model:
        raise ValueError("the message names no model")
    if type(at) is not str:
        raise ValueError("the line has no timestamp")
    counts = _USAGE[(*usage,)]((*usage.values(), None))
    tier, speed, geography, server = counts[5:]
    raw_cost = cost = None
    if cost_usd is not None:
        exact = parse_exact(raw)["costUSD"] if raw is not None else cost_usd
        if isinstance(exact, bool | dict | list):
            raise ValueError("costUSD is not an amount of money")
        raw_cost, cost = money(exact, "costUSD")
    if type(message_id) is not str or not message_id.strip():
        message_id = _other_key(request_id, holder_uuid, uuid)
    at = instant(at, "timestamp")
    tokens, is_above = _tokens(counts)
    searches = server.get("web_search_requests") if type(server) is dict else None
    answer = (
        (tokens[5] or 0) * 2 + (0 if is_replay else 1),
        at,
        number,
        message_id,
        model,
        tokens,
        None if searches is None else count_of(searches, "web_search_requests"),
        "fast" if speed == "fast" else tier if tier == "standard" else service_tier(tier),
        None if geography is None else _region(geography),
        session_id,
        version,
        is_replay,
        is_error is True,
        raw_cost,
        cost,
        is_above,
    )
    return tuple.__new__(Answer, answer)


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


def _other_key(request_id: object, holder_uuid: object, uuid: object) -> str:
    """Where a proxy leaves the API message id out: the request's id, then the line's.

    Raises:
        ValueError: the line has no id at all.
    """
    request, line = OWN_KEYS
    for prefix, value in ((request, request_id), (line, holder_uuid), (line, uuid)):
        if isinstance(value, str) and value.strip():
            return prefix + value
    raise ValueError("the line has no message id")


def _tokens(counts: tuple[Any, ...]) -> tuple[Tokens, bool]:
    """Token meters, and whether the writes by lifetime exceed their sum.

    Anthropic's convention: cached tokens beside input. What the nested lifetimes leave of the flat sum of writes has
    none; where they are more than it, they count.
    """
    given, output, read, written, lifetimes = counts[:5]
    write_5m = write_1h = None
    if type(lifetimes) is dict:
        write_5m, write_1h = _LIFETIMES[(*lifetimes,)]((*lifetimes.values(), None))
    if are_plain((given, output, read, written, write_5m, write_1h)):  # so nearly always; what follows says the same
        rest = written - write_5m - write_1h
        other = rest if rest > 0 else None
        return tuple.__new__(Tokens, (given, read, write_5m, write_1h, other, output, *[None] * 6)), rest < 0
    written = count_of(written, "cache_creation_input_tokens")
    write_5m = count_of(write_5m, "ephemeral_5m_input_tokens")
    write_1h = count_of(write_1h, "ephemeral_1h_input_tokens")
    tokens = disjoint_tokens(
        "beside",
        input_tokens=count_of(given, "input_tokens"),
        output_tokens=count_of(output, "output_tokens"),
        cache_read=count_of(read, "cache_read_input_tokens"),
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_write_other=without_lifetime(written, write_5m, write_1h),
    )
    return tokens, lifetimes_exceed(written, write_5m, write_1h)


def _region(geography: object) -> str | None:
    return geography[:32] if isinstance(geography, str) and geography not in {"", "not_available"} else None

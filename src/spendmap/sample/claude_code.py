"""Source `claude-code`: a `projects` folder of Claude Code transcripts, one JSON-lines file per session.

A streamed answer is logged several times under one message id, with output tokens that grow; a sidechain
replays its parent's messages under other request ids. Only the last, largest line of a message is true.
Anthropic counts cached tokens beside `input_tokens`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from spendmap.sample.facts import API_ACCOUNTS
from spendmap.sample.months import MONTHS, busyness
from spendmap.sample.prices import rate
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_lines

SOURCE = "claude-code"
MESSAGES = 30_000  # billed messages at scale 1
PROJECTS = ("fernhill-web", "fernhill-api", "assistant-core", "billing", "mobile", "infra", "analytics", "helpcenter")
MODELS = (  # (first day, share of the larger model, larger, smaller)
    ("2025-10-01", 0.30, "claude-opus-4-1-20250805", "claude-sonnet-4-5-20250929"),
    ("2025-12-08", 0.70, "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929"),
)


def write_claude_code(out: Path, books: Books, rng: Random, scale: float) -> None:
    """Write the session files and enter every message once in the books."""
    folder = out / "sources" / SOURCE / "projects"
    load = books.loads[SOURCE]
    growth = [1.07**month.index for month in MONTHS]
    repeats = serial = session = 0
    for month in MONTHS:
        messages = max(20, round(MESSAGES * scale * growth[month.index] / sum(growth)))
        busy = [busyness(day) ** 2 for day in month.dates]
        left, size = 0, 0
        for day, share in zip(month.dates, busy, strict=True):
            left += round(messages * share / sum(busy))
            while left > 0:
                size = size or 60 + int(rng.random() * 120)
                if left < size and day != month.last:
                    break  # a session of a few calls is not worth a file; the next day goes on with it
                session += 1
                project = PROJECTS[int(rng.random() ** 1.6 * len(PROJECTS))]
                lines, serial, replayed, cost = _session(rng, day, session, serial, min(left, size), project)
                left, size = left - min(left, size), 0
                write_lines(folder / f"-home-dev-{project}" / f"{_uuid(session)}.jsonl", lines)
                load.files += 1
                load.lines += len(lines)
                repeats += replayed
                books.metered[month.key, "anthropic"] += cost
                books.ai(
                    month.key, "internal_tools", cost, "invoiced", account=API_ACCOUNTS["anthropic"],
                    tool="claude-code", use_case="engineering-coding",
                )  # fmt: skip
    load.rows_loaded = serial
    load.rows_duplicate, load.rows_read = repeats, serial + repeats  # prompt lines hold no usage and are no rows
    books.planted["claude_code_repeats"] = {
        "source": SOURCE,
        "messages": serial,
        "repeated_lines": repeats,
        "what": "streaming lines and sidechain replays of messages that count once",
    }


def _session(
    rng: Random, day: str, session: int, serial: int, size: int, project: str
) -> tuple[list[str], int, int, int]:
    """Lines of one session; the running message number, repeated lines, and what the session cost (pico-dollars)."""
    found = [entry for entry in MODELS if entry[0] <= day][-1]
    model = found[2] if rng.random() < found[1] else found[3]
    price = rate(model, day)
    if price is None:
        raise KeyError(model)
    name = _uuid(session)
    at = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(seconds=25_200 + int(rng.random() * 36_000))
    lines: list[str] = []
    repeats = cost = 0
    context = 14_000 + int(rng.random() * 12_000)
    for number in range(size):
        if number % 9 == 0:
            lines.append(
                f'{{"type":"user","uuid":"u{session:06x}-{number}","timestamp":"{_iso(at)}","sessionId":"{name}",'
                f'"cwd":"/home/dev/{project}","isSidechain":false,"message":{{"role":"user","content":"redacted"}}}}'
            )
        serial += 1
        written = context if number == 0 else 1_200 + int(rng.random() * 5_200)
        read = 0 if number == 0 else min(context, 168_000)
        context += 0 if number == 0 else written
        uncached = 3 + int(rng.random() * 40)
        output = 120 + int(rng.random() ** 3 * 3_200)
        # every seventh session runs with the one-hour cache
        write_1h, write_5m = (written, 0) if session % 7 == 0 else (0, written)
        cost += price.cost(uncached, read, output, write_5m=write_5m, write_1h=write_1h)
        steps = 1 + (rng.random() < 0.35)
        for step in range(steps + 1):
            at += timedelta(milliseconds=400 + int(rng.random() * 1500))
            is_last = step == steps
            seen = output if is_last else 1 + output * step // (steps + 2)
            lines.append(_message(at, name, project, serial, serial, model, uncached, read, write_5m, write_1h, seen,
                                  sidechain=False, is_last=is_last))  # fmt: skip
            repeats += not is_last
        if rng.random() < 0.03:
            repeats += 1
            lines.append(_message(at, name, project, serial, serial + 50_000_000, model, uncached, read, write_5m,
                                  write_1h, output, sidechain=True, is_last=True))  # fmt: skip
        at += timedelta(seconds=2 + int(rng.random() * 40))
    return lines, serial, repeats, cost


def _message(
    at: datetime, session: str, project: str, message: int, request: int, model: str, uncached: int, read: int,
    write_5m: int, write_1h: int, output: int, *, sidechain: bool, is_last: bool,
) -> str:  # fmt: skip
    stop = '"tool_use"' if is_last else "null"
    return (
        f'{{"parentUuid":null,"isSidechain":{"true" if sidechain else "false"},"userType":"external",'
        f'"cwd":"/home/dev/{project}","sessionId":"{session}","version":"2.1.40","type":"assistant",'
        f'"uuid":"a{request:09x}-{output:x}","timestamp":"{_iso(at)}","requestId":"req_{request:010x}","message":'
        f'{{"id":"msg_{message:010x}","type":"message","role":"assistant","model":"{model}","stop_reason":{stop},'
        f'"usage":{{"input_tokens":{uncached},"cache_creation_input_tokens":{write_5m + write_1h},'
        f'"cache_read_input_tokens":{read},"cache_creation":{{"ephemeral_5m_input_tokens":{write_5m},'
        f'"ephemeral_1h_input_tokens":{write_1h}}},"output_tokens":{output},"service_tier":"standard"}}}}}}'
    )


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _uuid(number: int) -> str:
    return f"{number * 2654435761 % 4294967296:08x}-0000-4000-8000-{number:012x}"

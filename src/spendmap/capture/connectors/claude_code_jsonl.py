"""Claude Code session logs: `projects/<folder>/**/*.jsonl`, one file per session.

Reads files; yields one row of `usage` per API answer, its natural key the message id. Repeats inside a file are set
aside here, repeats across files lose by `completeness`. The tokens are metered; what they would cost is an
estimate of list price, since a seat plan bills nothing per token. Only usage, ids, times, the model and the last
part of the working folder are read; text, tool results and branches never are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import repeat
from pathlib import Path

from spendmap.capture.bought import BILLING_HELP, billing_mode, response_id
from spendmap.capture.claude_code_lines import (
    OWN_KEYS,
    SYNTHETIC,
    Answer,
    answer_of,
    can_skip,
    is_transcript,
    person_of,
    project_of,
    requests_of,
)
from spendmap.capture.connector import Batch, Extent, ReadContext, Reject, Setting
from spendmap.capture.jsonl import read_records
from spendmap.capture.meters import ABOVE_TOTAL
from spendmap.capture.text_cells import TextCells, remains
from spendmap.capture.usage_rows import BATCH_ROWS, RawSum, UsageBatches

COLUMNS = (
    "source_line",
    "natural_key",
    "completeness",
    "charge_period_start",
    "provider_name",
    "billing_account_id",
    "principal_id",
    "project",
    "team",
    "workflow_run_id",
    "tool",
    "operation",
    "request_model",
    "response_model",
    "service_tier",
    "region_id",
    "status",
    "response_id",
    "witness",
    "billing_mode",
    "input_uncached",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "cache_write_other",
    "output",
    "requests",
    "web_searches",
    "provider_reported_cost",
    "provider_reported_currency",
    "tags",
)
HOSTS = {"msg_bdrk_": "aws", "msg_vrtx_": "google"}  # message ids tell which cloud answered
_HOSTED = tuple(HOSTS)
_KEPT_OF_REJECTS = ("type", "timestamp", "uuid", "requestId", "sessionId", "version", "id", "model")


class ClaudeCodeJsonl:
    """What a developer's coding sessions used, from the files on their machine."""

    kind = "claude_code_jsonl"
    title = "Claude Code session logs (a folder of projects)"
    table = "usage"
    extent: Extent = "nothing"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention = (
        "Anthropic's: cached tokens stand beside input_tokens. What cache_creation's lifetimes leave of the flat "
        "cache_creation_input_tokens is cache_write_other; where they exceed it, they count. Reasoning is "
        "inside output and not told apart."
    )
    suffixes = (".jsonl", ".jsonl.gz")
    settings = (
        Setting("billing", BILLING_HELP, "usage"),
        Setting("principal", "whose sessions these are, stored as a keyed hash; login or e-mail"),
        Setting("team", "team of the person; text"),
        Setting("billing_account_id", "organisation or workspace at the vendor that is billed; text"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Rows of one session. See `Connector.read`. A session's answers are held in memory until its end."""
        batches = UsageBatches(COLUMNS)
        answers: dict[str, Answer] = {}
        folder: str | None = None
        records = read_records(
            file, self.kind, is_transcript, what="Claude Code session logs", can_skip=can_skip, ignores_foreign=True
        )
        for record in records:
            if isinstance(record, Reject):
                batches.reject(record)
                continue
            if folder is None and isinstance(record.value.get("cwd"), str):
                folder = record.value["cwd"]
            try:
                answer = answer_of(record)
            except ValueError as error:
                left = remains(record.value, _KEPT_OF_REJECTS)
                batches.reject(Reject(record.line, record.offset, str(error), left))
                continue
            if answer is None:
                continue
            if answer.model == SYNTHETIC:
                batches.set_aside()
                continue
            known = answers.get(answer.key)
            if known is not None:
                batches.set_aside()
                answer = known.or_better(answer)
            answers[answer.key] = answer
        yield from _rows(list(answers.values()), batches, folder, context)


def _rows(
    answers: Sequence[Answer], batches: UsageBatches, folder: str | None, context: ReadContext
) -> Iterator[Batch]:
    cells = TextCells(context)
    settings = context.settings
    person = cells.person(settings.get("principal") or (person_of(folder) if folder else None))
    project = cells.text(project_of(folder)) if folder else None
    mode = billing_mode(settings)
    account, team = settings.get("billing_account_id"), settings.get("team")
    costs = RawSum()
    for start in range(0, len(answers), BATCH_ROWS):
        part = answers[start : start + BATCH_ROWS]
        completeness, at, lines, keys, models, tokens, searches, tiers, regions, sessions = (
            list(column) for column in zip(*(answer[:10] for answer in part), strict=True)
        )
        versions, replays, errors, raw_costs, stored_costs, aboves = zip(*(answer[10:] for answer in part), strict=True)
        versions = [cells.text(version) for version in versions]
        context.format_version = next(filter(None, reversed(versions)), context.format_version)
        tags = {about: _tags(*about) for about in set(zip(versions, replays, aboves, strict=True))}
        for cost in raw_costs:
            if cost is not None:
                costs.add(cost)
        names = {model: cells.text(model) for model in set(models)}
        named = [names[model] for model in models]
        batches.add_columns(
            (
                lines,
                map(cells.key, keys),
                completeness,
                at,
                map(_provider, keys, models),
                *(repeat(value, len(part)) for value in (account, person, project, team)),
                map(cells.text, sessions),
                *(repeat(value, len(part)) for value in ("claude_code", "chat")),
                named,
                named,
                tiers,
                regions,
                ["error" if is_error else "ok" for is_error in errors],
                map(partial(_answer_id, cells), keys),
                *(repeat(value, len(part)) for value in ("session", mode)),
                *zip(*(row[:6] for row in tokens), strict=True),
                map(requests_of, models, tokens),
                searches,
                stored_costs,
                [None if cost is None else "USD" for cost in stored_costs],
                [tags[about] or None for about in zip(versions, replays, aboves, strict=True)],
            )
        )
        costs.tell(context, "USD", "provider_reported_cost")
        yield batches.take()
    if not batches.is_empty:
        yield batches.take()


def _tags(version: str | None, is_replay: bool, is_above: bool) -> dict[str, str]:
    tags = dict(ABOVE_TOTAL) if is_above else {}
    if version is not None:
        tags["claude_code.version"] = version
    if is_replay:
        tags["claude_code.is_sidechain"] = "true"
    return tags


def _answer_id(cells: TextCells, key: str) -> str | None:
    """The message id; a line that has none is known by its request or itself, which no other log knows."""
    return None if key.startswith(OWN_KEYS) else response_id(cells, key)


def _provider(key: str, model: str) -> str | None:
    """Who ran the model: a cloud by its message ids, Anthropic for its own models, `None` for another's model."""
    if key.startswith(_HOSTED):
        return next(provider for prefix, provider in HOSTS.items() if key.startswith(prefix))
    return "anthropic" if "claude" in model or "claude" in model.lower() else None


CONNECTOR = ClaudeCodeJsonl()

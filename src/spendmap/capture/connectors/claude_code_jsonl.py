"""Claude Code session logs: `projects/<folder>/**/*.jsonl`, one file per session.

Reads files; yields one row of `usage` per API answer, its natural key the message id. Repeats inside a file are set
aside here, repeats across files lose by `completeness`. The tokens are metered; what they would cost is an
estimate of list price, since a seat plan bills nothing per token. Only usage, ids, times, the model and the last
part of the working folder are read; text, tool results and branches never are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spendmap.capture.claude_code_lines import (
    SYNTHETIC,
    Answer,
    answer_of,
    can_skip,
    is_transcript,
    person_of,
    project_of,
)
from spendmap.capture.connector import Batch, ReadContext, Reject, Restates, Setting
from spendmap.capture.jsonl import read_records
from spendmap.capture.text_cells import TextCells, remains
from spendmap.capture.usage_rows import UsageBatches, add_raw_money

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
_KEPT_OF_REJECTS = ("type", "timestamp", "uuid", "requestId", "sessionId", "version", "id", "model")


class ClaudeCodeJsonl:
    """What a developer's coding sessions used, from the files on their machine."""

    kind = "claude_code_jsonl"
    title = "Claude Code session logs (a folder of projects)"
    table = "usage"
    restates: Restates = "row"
    restates_by: tuple[str, ...] = ()
    token_convention = (
        "Anthropic's: cached tokens stand beside input_tokens. cache_creation's lifetimes outrank the flat "
        "cache_creation_input_tokens. Reasoning is inside output and not told apart."
    )
    suffixes = (".jsonl", ".jsonl.gz")
    settings = (
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
        yield from _rows(answers, batches, folder, context)


def _rows(
    answers: dict[str, Answer], batches: UsageBatches, folder: str | None, context: ReadContext
) -> Iterator[Batch]:
    cells = TextCells(context)
    settings = context.settings
    principal = cells.person(settings.get("principal") or (person_of(folder) if folder else None))
    project = cells.text(project_of(folder)) if folder else None
    for answer in answers.values():
        tokens = answer.tokens
        context.format_version = cells.text(answer.version) or context.format_version
        if answer.raw_cost is not None:
            add_raw_money(context, "USD", "provider_reported_cost", answer.raw_cost)
        tags = {"claude_code.version": cells.text(answer.version)}
        if answer.is_replay:
            tags["claude_code.is_sidechain"] = "true"
        kept = [(name, value) for name, value in tags.items() if value]
        model = cells.text(answer.model)
        batches.add(
            (
                answer.line,
                cells.key(answer.key),
                answer.completeness,
                answer.at,
                _provider(answer),
                settings.get("billing_account_id"),
                principal,
                project,
                settings.get("team"),
                cells.text(answer.session_id),
                "claude_code",
                "chat",
                model,
                model,
                answer.service_tier,
                answer.region_id,
                "error" if answer.is_error else "ok",
                tokens.input_uncached,
                tokens.cache_read,
                tokens.cache_write_5m,
                tokens.cache_write_1h,
                tokens.cache_write_other,
                tokens.output,
                1,
                answer.web_searches,
                answer.cost,
                None if answer.cost is None else "USD",
                kept or None,
            )
        )
        if batches.is_full:
            yield batches.take()
    if not batches.is_empty:
        yield batches.take()


def _provider(answer: Answer) -> str | None:
    """Who ran the model: a cloud by its message ids, Anthropic for its own models, `None` for another's model."""
    for prefix, provider in HOSTS.items():
        if answer.key.startswith(prefix):
            return provider
    return "anthropic" if "claude" in answer.model.lower() else None


CONNECTOR = ClaudeCodeJsonl()

"""LiteLLM proxy spend logs (`LiteLLM_SpendLogs`): JSON lines, a JSON array, or CSV with JSON in its cells.

Reads files; yields one row of `usage` per log line, its natural key the request id. `messages`, `response` and
`proxy_server_request` are never read. Of two lines with one request id (a placeholder and the finished call) the
more complete one wins, by `completeness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spendmap.capture.bought import BILLING_HELP
from spendmap.capture.connector import Batch, Extent, ReadContext, Reject, Setting
from spendmap.capture.jsonl import Record, read_records
from spendmap.capture.litellm_columns import LitellmColumns
from spendmap.capture.litellm_csv import is_csv, read_csv
from spendmap.capture.litellm_row import COLUMNS, LitellmRow
from spendmap.capture.usage_rows import UsageBatches

WHAT = "LiteLLM spend logs"


class LitellmSpendlogs:
    """Rows of the proxy's own log table: what the gateway saw, with its cost estimate."""

    kind = "litellm_spendlogs"
    title = "LiteLLM proxy spend logs (JSON lines, CSV)"
    table = "usage"
    extent: Extent = "nothing"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention = (
        "prompt_tokens holds cached tokens and completion_tokens holds reasoning; stored apart. A line the gateway "
        "answered from its own cache bought nothing: its token meters are 0. A refused call and a stored answer read "
        "again keep their tokens and cost nothing."
    )
    suffixes = (".jsonl", ".json", ".ndjson", ".csv", ".jsonl.gz", ".json.gz", ".ndjson.gz", ".csv.gz")
    settings = (
        Setting("billing", BILLING_HELP, "usage"),
        Setting("billing_account_id", "account at the vendor that all calls are billed to; text"),
        Setting("tags", "which request tags and spend_logs_metadata keys are kept as tags; labels or none", "labels"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Rows of one file. See `Connector.read`."""
        make = LitellmRow(context)
        batches = UsageBatches(COLUMNS)
        columns = LitellmColumns(context, make, batches)
        for record in _records(file, self.kind):
            columns.add(record)
            if columns.is_full:
                columns.settle()
            if batches.is_full:
                yield batches.take()
        columns.settle()
        for row in make.settled():
            batches.add(row)
        make.costs.tell(context, "USD", "provider_reported_cost")
        if not batches.is_empty:
            yield batches.take()


def _records(file: Path, kind: str) -> Iterator[Record | Reject]:
    if is_csv(file, kind):
        return read_csv(file, kind, WHAT)
    return read_records(file, kind, _is_log, what=WHAT, lists=("data",))  # the log API answers {"data": [...]}


def _is_log(value: dict[str, Any]) -> bool:
    return ("request_id" in value or "litellm_call_id" in value) and (
        "startTime" in value or "spend" in value or "prompt_tokens" in value
    )


CONNECTOR = LitellmSpendlogs()

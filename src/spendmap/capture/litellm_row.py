"""One LiteLLM spend-log line as one row of `usage`.

Source: `LiteLLM_SpendLogs` of LiteLLM 1.109 (schema.prisma of litellm-proxy-extras) and its `metadata` keys.
Amounts are USD and LiteLLM's own estimate; times without a zone are UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from spendmap.capture.connector import ReadContext
from spendmap.capture.jsonl import Record, parse_exact
from spendmap.capture.litellm_caller import Callers
from spendmap.capture.litellm_tokens import tokens_of
from spendmap.capture.meters import Tokens, completeness_of
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.text_cells import TextCells
from spendmap.capture.usage_rows import add_raw_money, instant, money

COLUMNS = (
    "source_line",
    "natural_key",
    "completeness",
    "charge_period_start",
    "charge_period_end",
    "provider_name",
    "billing_account_id",
    "api_key_id",
    "principal_id",
    "project",
    "team",
    "environment",
    "feature",
    "workflow",
    "workflow_run_id",
    "use_case",
    "cost_center",
    "customer_id",
    "agent_id",
    "tool",
    "eval_suite",
    "operation",
    "request_model",
    "response_model",
    "service_tier",
    "region_id",
    "status",
    "is_retry",
    "is_fallback",
    "is_streamed",
    "is_cache_hit",
    "latency_ms",
    "input_uncached",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "cache_write_other",
    "output",
    "input_audio",
    "output_audio",
    "input_image",
    "output_image",
    "output_reasoning",
    "source_total_tokens",
    "requests",
    "web_searches",
    "provider_reported_cost",
    "provider_reported_currency",
    "tags",
)
KEPT_OF_REJECTS = (
    "request_id",
    "litellm_call_id",
    "call_type",
    "startTime",
    "endTime",
    "model",
    "model_group",
    "status",
)

_SPEND = re.compile(rb'"spend"\s*:\s*(-?[0-9][0-9.eE+-]*)')
_STATUS = {"success": "ok", "failure": "error"}
_TRUTH = {"true": True, "True": True, "false": False, "False": False, True: True, False: False}
_NOTHING_BOUGHT = Tokens(*[0] * 6)
_EMPTY: dict[str, Any] = {}
_MILLISECOND = timedelta(milliseconds=1)


class LitellmRow:
    """Makes the rows of one file."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._cells = TextCells(context)
        self._callers = Callers(context, self._cells)
        self._account = context.settings.get("billing_account_id")

    def row(self, record: Record) -> tuple[Any, ...]:
        """The row of one line, in the order of `COLUMNS`.

        Raises:
            ValueError: no id, no start, the end before it, or a count or amount that cannot be believed.
        """
        line = record.value
        get = line.get
        text = self._cells.text
        key = self._cells.key(get("request_id") or get("litellm_call_id"))
        if key is None:
            raise ValueError("the line has no request_id")
        start, end, latency = _period(line)
        metadata = get("metadata")
        if type(metadata) is not dict:
            metadata = _EMPTY
        raw_cost, cost = self._spend(record)
        tokens, searches, usage = tokens_of(line, metadata, has_cost=bool(cost))
        caller = self._callers.of(line, metadata)
        tags = caller.tags
        cache_hit = get("cache_hit")
        is_cache_hit = _TRUTH.get(cache_hit) if isinstance(cache_hit, str | bool) else None
        if is_cache_hit:
            if tokens.total:
                tags = [*tags, ("litellm.cached_tokens", str(tokens.total))]
            tokens, searches = _NOTHING_BOUGHT, 0
        status = get("status") or metadata.get("status")
        if type(status) is not str:
            status = None
        if raw_cost is not None:
            add_raw_money(self._context, "USD", "provider_reported_cost", raw_cost)
        retries, fallbacks = metadata.get("attempted_retries"), metadata.get("attempted_fallbacks")
        streamed_from = get("completionStartTime")
        return (
            record.line,
            key,
            completeness_of(tokens, is_final=status in _STATUS),
            start,
            end,
            caller.provider_name,
            self._account,
            caller.api_key_id,
            self._cells.person(get("user") or metadata.get("user_api_key_user_id")),
            caller.project,
            caller.team,
            caller.environment,
            caller.feature,
            caller.workflow,
            caller.workflow_run_id or text(get("session_id")),
            caller.use_case,
            caller.cost_center,
            text(get("end_user")) or caller.customer_id,
            caller.agent_id,
            caller.tool,
            caller.eval_suite,
            caller.operation,
            caller.request_model,
            caller.response_model,
            "batch"
            if caller.operation == "batch"
            else service_tier(usage.get("speed"), usage.get("service_tier"))
            if usage
            else None,
            _region(usage.get("inference_geo")),
            _STATUS.get(status) or text(status) if status else None,
            retries > 0 if type(retries) is int else None,
            fallbacks > 0 if type(fallbacks) is int else None,
            True if streamed_from and streamed_from != get("endTime") else None,
            is_cache_hit,
            latency,
            *tokens,
            1,
            searches,
            cost,
            None if cost is None else "USD",
            tags or None,
        )

    def _spend(self, record: Record) -> tuple[Decimal | None, Decimal | None]:
        """`spend` as read, digit for digit, and as stored, USD. The quick parser makes it a float, so its text is
        looked up in the line's bytes; when that is not certain the line is parsed again, exactly."""
        value = record.value.get("spend")
        if type(value) is float and record.data is not None:
            texts = _SPEND.findall(record.data)
            is_sure = len(texts) == 1 and _is(texts[0], value)
            value = texts[0].decode() if is_sure else parse_exact(record.data)["spend"]
        if value is None or value == "":
            return None, None
        if isinstance(value, bool | dict | list):
            raise ValueError("spend is not an amount of money")
        return money(value, "spend")


def _period(line: dict[str, Any]) -> tuple[datetime, datetime | None, int | None]:
    """Start, end (UTC) and latency in ms.

    Raises:
        ValueError: no start, not a time, or the end before the start.
    """
    first, last = line.get("startTime"), line.get("endTime")
    if type(first) is not str or not first:
        raise ValueError("startTime is missing" if not first else "startTime is not a time")
    start = instant(first, "startTime")
    end = instant(last, "endTime") if type(last) is str and last else None
    if end is not None and end < start:
        raise ValueError("endTime is before startTime")
    latency = line.get("request_duration_ms")
    if type(latency) is str and latency.isdecimal() and len(latency) < 12:  # a CSV cell
        latency = int(latency)
    if type(latency) is not int or not 0 <= latency < 10**12:
        latency = None if end is None else (end - start) // _MILLISECOND
    return start, end, latency


def _region(geography: Any) -> str | None:
    if type(geography) is not str or geography in {"", "not_available"}:
        return None
    return geography[:32]


def _is(text: bytes, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False

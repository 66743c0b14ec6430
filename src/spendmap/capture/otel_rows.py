"""A model call's span as a row of `usage`, as far as the span and its resource tell.

Pure but for the keyed hashes; what only the trace knows (inherited agent, retry, repetition) is added later.
"""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter
from typing import Any

from spendmap.capture.connector import ReadContext
from spendmap.capture.meters import Tokens, completeness_of, count_of, disjoint_tokens
from spendmap.capture.otel_names import AGENT_OPERATIONS, PRICED_KINDS, PRICED_OPERATIONS
from spendmap.capture.otel_spans import Read, field_of, integer
from spendmap.capture.otel_traces import Belongs, Call
from spendmap.capture.provider_names import provider_id
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.text_cells import TextCells
from spendmap.capture.usage_rows import microseconds, money

COLUMNS = (
    "source_line",
    "natural_key",
    "completeness",
    "charge_period_start",
    "charge_period_end",
    "provider_name",
    "billing_account_id",
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
    "status",
    "is_retry",
    "is_streamed",
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
    "requests",
    "web_searches",
    "output_reasoning",
    "source_total_tokens",
    "provider_reported_cost",
    "provider_reported_currency",
    "tags",
)
_TEXT_COLUMNS = ("project", "team", "environment", "feature", "use_case", "cost_center", "tool", "eval_suite")
_COUNTS = (
    "input",
    "output",
    "total",
    "cache_read",
    "cache_write",
    "cache_write_5m",
    "cache_write_1h",
    "reasoning",
    "input_audio",
    "audio_cache_read",
    "output_audio",
    "input_image",
    "image_cache_read",
    "output_image",
    "web_searches",
)
in_order = itemgetter(*COLUMNS)
_GENERATION = {"gen_ai": "OTel GenAI", "llm": "OpenInference or OpenLLMetry"}


class CallReader:
    """Reads the calls of one file. `generations` are the conventions its token counts were named by."""

    def __init__(self, context: ReadContext) -> None:
        self._cells = TextCells(context)
        self._account = context.settings.get("billing_account_id")
        self.generations: set[str] = set()

    def belongs(self, values: dict[str, Any], *, is_call: bool = False) -> Belongs:
        """Agent, workflow and run a span names. Only a call or an agent's own span names an agent for what is below:
        a tool or workflow span may carry the name of another one."""
        text = self._cells.text
        kind = str(values.get("operation") or values.get("kind") or "").lower()
        agent = None
        if is_call or kind in AGENT_OPERATIONS:
            agent = text(values.get("agent_id")) or text(values.get("agent_name"))
        return Belongs(agent, text(values.get("workflow")), text(values.get("workflow_run_id")))

    def call(
        self, line: int, span: dict[str, Any], own: Read, resource: Read, operation: str, *, is_stated: bool
    ) -> Call:
        """The call of one span, without ids and without what its trace will add.

        Raises:
            ValueError: a count, a time or the cost cannot be believed.
        """
        text = self._cells.text
        values = {**resource.values, **own.values}
        start, end = _period(span)
        counts = {name: count_of(values[name], name) for name in _COUNTS if name in values}
        tokens = _tokens(counts)
        raw_cost, cost = _cost(values.get("cost"))
        is_failed = _is_failed(span, values)
        if "input" in own.names:
            self.generations.add(_GENERATION.get(own.names["input"].split(".")[0], "OTel GenAI"))
        row: dict[str, Any] = {name: text(values.get(name)) for name in _TEXT_COLUMNS}
        row |= tokens._asdict()
        row |= {
            "source_line": line,
            "completeness": completeness_of(tokens),
            "charge_period_start": start,
            "charge_period_end": end,
            "provider_name": text(provider_id(_string(values.get("provider")))),
            "billing_account_id": self._account,
            "principal_id": self._cells.person(values.get("person")),
            "customer_id": text(values.get("customer_id")),
            "operation": operation,
            "request_model": text(values.get("request_model")),
            "response_model": text(values.get("response_model")),
            "service_tier": service_tier(values.get("service_tier"), values.get("asked_tier")),
            "status": "error" if is_failed else "ok",
            "is_streamed": values["is_streamed"] if isinstance(values.get("is_streamed"), bool) else None,
            "latency_ms": None if end is None else (end - start) // 1_000,
            "requests": 1,
            "web_searches": counts.get("web_searches"),
            "provider_reported_cost": cost,
            "provider_reported_currency": None if cost is None else "USD",
            "raw_cost": raw_cost,
            "tags": self._tags(values, own, resource),
        }
        total_in = tokens.total - (tokens.output or 0) - (tokens.output_audio or 0) - (tokens.output_image or 0)
        return Call(
            span_id="",
            parent_id="",
            start_us=start,
            end_us=end,
            operation=operation,
            model=row["request_model"] or row["response_model"],
            input_tokens=None if counts.get("input") is None else total_in,
            output_tokens=counts.get("output"),
            is_failed=is_failed,
            is_stated=is_stated,
            row=row,
            belongs=self.belongs(values, is_call=True),
        )

    def _tags(self, values: dict[str, Any], own: Read, resource: Read) -> list[tuple[str, str]] | None:
        kept = {**resource.tags, **own.tags}
        if "error" in values:
            kept["error.type"] = values["error"]
        if values.get("agent_id") and values.get("agent_name"):
            kept["gen_ai.agent.name"] = values["agent_name"]
        tags = {name: found for name, value in kept.items() if (found := self._tag(value))}
        labels = values.get("labels")
        if isinstance(labels, list):
            clean = [kept_label[1] for label in labels if (kept_label := self._cells.label("tag", label))]
            if clean:
                tags["tag.tags"] = ",".join(clean)
        return sorted(tags.items()) or None

    def _tag(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        return self._cells.text(value)


def operation_of(values: dict[str, Any]) -> tuple[str | None, bool]:
    """The ledger's operation of a model call and whether the span states it; `None` for a span that is no call."""
    stated = values.get("operation")
    if isinstance(stated, str) and stated:
        return PRICED_OPERATIONS.get(stated.lower()), True
    kind = values.get("kind")
    if isinstance(kind, str) and kind:
        return PRICED_KINDS.get(kind.upper()), True
    has_model = "request_model" in values or "response_model" in values
    if has_model and ("input" in values or "output" in values):
        return "chat", False
    return None, False


def _period(span: dict[str, Any]) -> tuple[int, int | None]:
    """Start and end in microseconds since 1970, UTC.

    Raises:
        ValueError: no start, or the end before it.
    """
    times: list[int | None] = []
    for name, snake in (("startTimeUnixNano", "start_time_unix_nano"), ("endTimeUnixNano", "end_time_unix_nano")):
        value = field_of(span, name, snake)
        try:
            found = integer(value) if value is not None and value != "" else 0
        except ValueError:
            raise ValueError(f"{name} is not a time") from None
        times.append(microseconds(found, name) if found else None)
    start, end = times
    if start is None:
        raise ValueError("the span has no start time")
    if end is not None and end < start:
        raise ValueError("the span ends before it starts")
    return start, end


def _cost(value: Any) -> tuple[Decimal | None, Decimal | None]:
    """The cost as read and as stored, USD."""
    if value is None or isinstance(value, bool | list):
        return None, None
    # A float only comes from a key written with escapes; its shortest text is what the exporter wrote.
    return money(str(value) if isinstance(value, float) else value, "cost")


def _is_failed(span: dict[str, Any], values: dict[str, Any]) -> bool:
    status = span.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    return code in (2, "2", "STATUS_CODE_ERROR", "ERROR") or bool(values.get("error"))


def _less(count: int | None, part: int | None) -> int | None:
    return None if count is None else max(count - (part or 0), 0)


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _tokens(counts: dict[str, int | None]) -> Tokens:
    known = counts.get
    write_5m, write_1h, write = known("cache_write_5m"), known("cache_write_1h"), known("cache_write")
    if write is not None and (write_5m is not None or write_1h is not None):
        write = max(write - (write_5m or 0) - (write_1h or 0), 0)  # what has a stated lifetime is counted there
    return disjoint_tokens(
        "inside",
        input_tokens=known("input"),
        output_tokens=known("output"),
        cache_read=known("cache_read"),
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_write_other=write,
        reasoning=known("reasoning"),
        input_audio=_less(known("input_audio"), known("audio_cache_read")),
        output_audio=known("output_audio"),
        input_image=_less(known("input_image"), known("image_cache_read")),
        output_image=known("output_image"),
        total=known("total"),
    )

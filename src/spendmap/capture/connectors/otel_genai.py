"""OpenTelemetry GenAI and OpenInference traces: OTLP/JSON lines, or one OTLP/JSON document.

Reads files; yields rows of `usage`, one per model call. A row of this source is a GenAI span; other spans (HTTP,
databases) are not counted. Agent, workflow, chain, tool and retrieval spans, and calls that wrap another call with
the same tokens, repeat what their children say and are set aside as duplicates.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

from spendmap.capture.connector import Batch, ReadContext, Reject, Restates, Setting
from spendmap.capture.jsonl import Record, parse, parse_exact, read_records
from spendmap.capture.meters import completeness_of, count_of, disjoint_tokens
from spendmap.capture.otel_names import (
    AGENT_OPERATIONS,
    CONCEPT_OF,
    PRICED_KINDS,
    PRICED_OPERATIONS,
)
from spendmap.capture.otel_spans import (
    Concepts,
    Read,
    attributes_of,
    documents,
    field_of,
    identity,
    integer,
    is_traces,
    spans_of,
)
from spendmap.capture.otel_traces import Belongs, Call, TraceWindow
from spendmap.capture.provider_names import provider_id
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.text_cells import TextCells, remains
from spendmap.capture.usage_rows import UsageBatches, add_raw_money, microseconds, money

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
_KEPT_OF_REJECTS = (
    "traceId",
    "spanId",
    "parentSpanId",
    "startTimeUnixNano",
    "endTimeUnixNano",
    "trace_id",
    "span_id",
    "parent_span_id",
    "start_time_unix_nano",
    "end_time_unix_nano",
)


class OtelGenai:
    """GenAI spans as the OTLP file exporter, a collector or a vendor's export writes them."""

    kind = "otel_genai"
    title = "OpenTelemetry GenAI and OpenInference traces (OTLP JSON lines)"
    table = "usage"
    restates: Restates = "row"
    token_convention = (
        "Cached tokens are inside input and reasoning inside output; stored apart. When the cached tokens exceed the "
        "input, or the span's total only adds up with them, they are taken as beside it."
    )
    suffixes = (".jsonl", ".json", ".ndjson", ".jsonl.gz", ".json.gz", ".ndjson.gz")
    settings = (
        Setting("billing_account_id", "account at the vendor that all calls are billed to; text"),
        Setting("customer_attribute", "attribute that holds the customer account; a dotted name"),
        Setting("keep_attributes", "further attributes kept as tags; dotted names, comma-separated"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Rows of one file, trace by trace. See `Connector.read`."""
        reading = _Reading(context)
        for record in read_records(
            file, self.kind, is_traces, what="OTLP trace spans", parse_line=_parse_line, unwrap=documents
        ):
            reading.take(record)
            if reading.batches.is_full:
                yield reading.batches.take()
        reading.finish()
        if not reading.batches.is_empty:
            yield reading.batches.take()


class _Reading:
    """The state of reading one file."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.cells = TextCells(context)
        self.batches = UsageBatches(COLUMNS)
        self.window = TraceWindow()
        self.account = context.settings.get("billing_account_id")
        self.concepts = _concepts(context)
        self.conventions: set[str] = set()

    def take(self, record: Record | Reject) -> None:
        if isinstance(record, Reject):
            self.batches.reject(record)
            return
        for resource, span in spans_of(record.value, self.concepts):
            self._span(record, resource, span)
        self._settle(is_end=False)

    def finish(self) -> None:
        self._settle(is_end=True)
        self.context.format_version = " + ".join(sorted(self.conventions)) or None

    def _settle(self, *, is_end: bool) -> None:
        for call in self.window.settled(is_end=is_end):
            if call.is_repetition:
                self.batches.set_aside()
                continue
            row = call.row
            row |= call.belongs._asdict()
            row["is_retry"] = call.is_retry
            cost = row.pop("raw_cost")
            if cost is not None:
                add_raw_money(self.context, "USD", "provider_reported_cost", cost)
            self.batches.add(_in_order(row))

    def _span(self, record: Record, resource: Read, span: Any) -> None:
        if not isinstance(span, dict):
            self.batches.reject(Reject(record.line, record.offset, "a span is not an object"))
            return
        own = attributes_of(span, self.concepts)
        try:
            trace_id = identity(field_of(span, "traceId", "trace_id"), 16)
            span_id = identity(field_of(span, "spanId", "span_id"), 8)
            parent_id = identity(field_of(span, "parentSpanId", "parent_span_id"), 8)
            if own.is_genai and not (trace_id and span_id):
                raise ValueError("the span has no trace id or no span id")
            if trace_id and span_id:
                self.window.link(trace_id, span_id, parent_id)
            if not own.is_genai:
                return
            operation, is_stated = _operation(own.values)
            if operation is None:
                self.batches.set_aside()
                self._remember_agent(trace_id, span_id, own.values)
                return
            call = self._call(record, {**resource.values, **own.values}, own, resource, span, operation, is_stated)
        except ValueError as error:
            if own.is_genai:
                self.batches.reject(Reject(record.line, record.offset, str(error), remains(span, _KEPT_OF_REJECTS)))
            return
        call.span_id, call.parent_id = span_id, parent_id
        call.row["natural_key"] = f"{trace_id}:{span_id}"
        self.window.add_call(trace_id, call)

    def _remember_agent(self, trace_id: str, span_id: str, values: dict[str, Any]) -> None:
        text = self.cells.text
        named = str(values.get("operation") or values.get("kind") or "").lower()
        agent = None
        if named in AGENT_OPERATIONS:
            agent = text(values.get("agent_id")) or text(values.get("agent_name"))
        belongs = Belongs(agent, text(values.get("workflow")), text(values.get("workflow_run_id")))
        self.window.add_agent(trace_id, span_id, belongs)

    def _call(
        self,
        record: Record,
        values: dict[str, Any],
        own: Read,
        resource: Read,
        span: dict[str, Any],
        operation: str,
        is_stated: bool,
    ) -> Call:
        """The row of a model call, without what its trace will add.

        Raises:
            ValueError: a count, a time or the cost cannot be believed.
        """
        text = self.cells.text
        start, end = _period(span)
        known = {name: count_of(values[name], name) for name in _COUNTS if name in values}.get
        write_5m, write_1h, write = known("cache_write_5m"), known("cache_write_1h"), known("cache_write")
        if write is not None and (write_5m is not None or write_1h is not None):
            write = max(write - (write_5m or 0) - (write_1h or 0), 0)
        tokens = disjoint_tokens(
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
        raw_cost, cost = _cost(values.get("cost"))
        is_failed = _is_failed(span, values)
        if "input" in own.names:
            self.conventions.add(_GENERATION.get(own.names["input"].split(".")[0], "OTel GenAI"))
        row: dict[str, Any] = {name: text(values.get(name)) for name in _TEXT_COLUMNS}
        row |= tokens._asdict()
        row |= {
            "source_line": record.line,
            "completeness": completeness_of(tokens),
            "charge_period_start": start,
            "charge_period_end": end,
            "provider_name": text(provider_id(_string(values.get("provider")))),
            "billing_account_id": self.account,
            "principal_id": self.cells.person(values.get("person")),
            "customer_id": text(values.get("customer_id")),
            "operation": operation,
            "request_model": text(values.get("request_model")),
            "response_model": text(values.get("response_model")),
            "service_tier": service_tier(values.get("service_tier"), values.get("asked_tier")),
            "status": "error" if is_failed else "ok",
            "is_streamed": values["is_streamed"] if isinstance(values.get("is_streamed"), bool) else None,
            "latency_ms": None if end is None else (end - start) // 1_000,
            "requests": 1,
            "web_searches": known("web_searches"),
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
            input_tokens=None if known("input") is None else total_in,
            output_tokens=known("output"),
            is_failed=is_failed,
            is_stated=is_stated,
            row=row,
            belongs=Belongs(
                text(values.get("agent_id")) or text(values.get("agent_name")),
                text(values.get("workflow")),
                text(values.get("workflow_run_id")),
            ),
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
            clean = [kept_label[1] for label in labels if (kept_label := self.cells.label("tag", label))]
            if clean:
                tags["tag.tags"] = ",".join(clean)
        return sorted(tags.items()) or None

    def _tag(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        return self.cells.text(value)


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
_in_order = itemgetter(*COLUMNS)
_GENERATION = {"gen_ai": "OTel GenAI", "llm": "OpenInference or OpenLLMetry"}


def _parse_line(data: bytes) -> Any:
    """Quick where no money is: a line that may hold a cost is read digit for digit."""
    return parse_exact(data) if b"cost" in data else parse(data)


def _concepts(context: ReadContext) -> Concepts:
    concepts = dict(CONCEPT_OF)
    for name in (context.settings.get("keep_attributes") or "").split(","):
        if name.strip():
            concepts.setdefault(name.strip(), ("tag", len(concepts)))
    customer = context.settings.get("customer_attribute")
    if customer:
        concepts[customer.strip()] = ("customer_id", -1)
    return concepts


def _operation(values: dict[str, Any]) -> tuple[str | None, bool]:
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


CONNECTOR = OtelGenai()

"""OpenTelemetry GenAI and OpenInference traces: OTLP/JSON lines, or one OTLP/JSON document.

Reads files; yields rows of `usage`, one per model call. A row of this source is a GenAI span; other spans (HTTP,
databases) are not counted. Spans that repeat what lies beneath or beside them are set aside as duplicates, agent,
workflow, chain, tool and retrieval spans first of all; one that states usage with nothing beneath it is a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spendmap.capture.connector import Batch, Extent, ReadContext, Reject, Setting
from spendmap.capture.jsonl import Record, parse, parse_exact, read_records
from spendmap.capture.otel_names import CONCEPT_OF
from spendmap.capture.otel_rows import BLANKS, COLUMNS, CallReader, operation_of
from spendmap.capture.otel_spans import (
    LISTS,
    AttributeReader,
    Concepts,
    Read,
    document,
    field_of,
    identity,
    is_traces,
)
from spendmap.capture.otel_traces import TraceWindow
from spendmap.capture.text_cells import is_personal, remains
from spendmap.capture.usage_rows import RawSum, UsageBatches
from spendmap.vocabulary.errors import SettingError

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
    extent: Extent = "nothing"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention = (
        "Cached tokens are inside input and reasoning inside output; stored apart. When the cached tokens exceed the "
        "input, or the span's total only adds up with them, they are taken as beside it; `--set "
        "input_tokens=excludes_cache` says so of a whole source."
    )
    suffixes = (".jsonl", ".json", ".ndjson", ".jsonl.gz", ".json.gz", ".ndjson.gz")
    settings = (
        Setting("billing_account_id", "account at the vendor that all calls are billed to; text"),
        Setting("customer_attribute", "attribute that holds the customer account; a dotted name"),
        Setting(
            "input_tokens",
            "whether a span's input holds its cached tokens; includes_cache (as OTel GenAI says) or excludes_cache",
            default="includes_cache",
        ),
        Setting("keep_attributes", "further attributes kept as tags; dotted names, comma-separated"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Rows of one file, trace by trace. See `Connector.read`."""
        reading = _Reading(context)
        for record in read_records(
            file, self.kind, is_traces, what="OTLP trace spans", parse_line=_parse_line, lists=LISTS, wrap=document
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
        self.calls = CallReader(context)
        self.batches = UsageBatches(COLUMNS)
        self.window = TraceWindow(BLANKS)
        self.attributes = AttributeReader(_concepts(context))
        self.costs = RawSum()
        self.last: dict[int, tuple[Any, str]] = {16: ("", ""), 8: ("", "")}  # by bytes of the id: as read, as kept

    def take(self, record: Record | Reject) -> None:
        if isinstance(record, Reject):
            self.batches.reject(record)
            return
        for resource, span in self.attributes.spans_of(record.value):
            self._span(record, resource, span)
        self._settle(is_end=False)

    def finish(self) -> None:
        self._settle(is_end=True)
        self.costs.tell(self.context, "USD", "provider_reported_cost")
        self.context.format_version = " + ".join(sorted(self.calls.generations)) or None

    def _settle(self, *, is_end: bool) -> None:
        for call in self.window.settled(is_end=is_end):
            if call.is_repetition:
                self.batches.set_aside()
                continue
            if call.raw_cost is not None:
                self.costs.add(call.raw_cost)
            self.batches.add((*call.belongs, call.is_retry, *call.row))

    def _span(self, record: Record, resource: Read, span: Any) -> None:
        if not isinstance(span, dict):
            self.batches.reject(Reject(record.line, record.offset, "a span is not an object"))
            return
        own = self.attributes.read(span)
        try:
            trace_id = self._known(field_of(span, "traceId", "trace_id"), 16)
            span_id = identity(field_of(span, "spanId", "span_id"), 8)
            parent_id = self._known(field_of(span, "parentSpanId", "parent_span_id"), 8)
            if own.is_genai and not (trace_id and span_id):
                raise ValueError("the span has no trace id or no span id")
            if trace_id and span_id:
                self.window.link(trace_id, span_id, parent_id)
            if not own.is_genai:
                return
            operation, is_stated = operation_of(own.values)
            if operation is None:
                self.batches.set_aside()
                self.window.add_agent(trace_id, span_id, self.calls.belongs(own.values))
                return
            if not is_stated:
                self.window.add_agent(trace_id, span_id, self.calls.belongs(own.values))
            ids = trace_id, span_id, parent_id
            call = self.calls.call(record.line, ids, span, own, resource, operation, is_stated=is_stated)
        except ValueError as error:
            if own.is_genai:
                self.batches.reject(Reject(record.line, record.offset, str(error), remains(span, _KEPT_OF_REJECTS)))
            return
        self.window.add_call(trace_id, call)

    def _known(self, raw: Any, length: int) -> str:
        """`identity` of a trace or parent: many spans in a row have the same."""
        if raw is None:
            return ""
        before, found = self.last[length]
        if before is not raw and (type(raw) is not str or before != raw):
            found = identity(raw, length)
            self.last[length] = raw, found
        return found


def _parse_line(data: bytes) -> Any:
    """Quick where no money is: a line that may hold a cost is read digit for digit."""
    return parse_exact(data) if b"cost" in data else parse(data)


def _concepts(context: ReadContext) -> Concepts:
    """The attribute table with what the settings add.

    Raises:
        SettingError: an attribute to keep that holds a person or text.
    """
    concepts = dict(CONCEPT_OF)
    for name in (context.settings.get("keep_attributes") or "").split(","):
        if is_personal(name):
            raise SettingError(
                f"keep_attributes: {name.strip()!r} announces a person or text, which never enters the ledger.",
                next_step="Leave it out, or write the value to an attribute with a neutral name.",
            )
        if name.strip():
            concepts.setdefault(name.strip(), ("tag", len(concepts)))
    customer = context.settings.get("customer_attribute")
    if customer:
        concepts[customer.strip()] = ("customer_id", -1)
    return concepts


CONNECTOR = OtelGenai()

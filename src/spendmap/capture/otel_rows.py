"""A model call's span as a row of `usage`, as far as the span and its resource tell.

Pure but for the keyed hashes; what only the trace knows (inherited agent, retry, repetition) is added later.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from spendmap.capture.bought import (
    REFUSED,
    STORED_ANSWER,
    is_reading,
    is_refused,
    refusal_code,
    response_id,
)
from spendmap.capture.connector import ReadContext
from spendmap.capture.meters import (
    ABOVE_TOTAL,
    Convention,
    Tokens,
    are_plain,
    completeness_of,
    count_of,
    disjoint_tokens,
    lifetimes_exceed,
    without_lifetime,
)
from spendmap.capture.otel_calls import Belongs, Blanks, Call
from spendmap.capture.otel_names import AGENT_OPERATIONS, PRICED_KINDS, PRICED_OPERATIONS
from spendmap.capture.otel_spans import Read, integer
from spendmap.capture.provider_names import provider_id
from spendmap.capture.service_tiers import service_tier
from spendmap.capture.shapes import Shapes
from spendmap.capture.text_cells import TextCells
from spendmap.capture.usage_rows import microseconds, money
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.masking import lowered

COLUMNS = (
    *Belongs._fields,
    "is_retry",
    "source_line",
    "natural_key",
    "completeness",
    "charge_period_start",
    "charge_period_end",
    "latency_ms",
    "billing_account_id",
    "provider_name",
    "principal_id",
    "customer_id",
    "project",
    "team",
    "environment",
    "feature",
    "use_case",
    "cost_center",
    "tool",
    "eval_suite",
    "operation",
    "request_model",
    "response_model",
    "service_tier",
    "status",
    "response_id",
    "witness",
    "not_bought",
    "is_streamed",
    *Tokens._fields,
    "requests",
    "web_searches",
    "provider_reported_cost",
    "provider_reported_currency",
    "tags",
)
"""What the trace adds comes first; a `Call.row` holds the columns after it."""

_ROW = COLUMNS[len(Belongs._fields) + 1 :]
BLANKS = Blanks(
    tuple(
        _ROW.index(name)
        for name in (
            "principal_id", "customer_id", "project", "team", "environment", "feature", "use_case", "cost_center",
            "tool", "eval_suite", "service_tier", "is_streamed", "response_id",
        )
    ),
    tuple(_ROW.index(name) for name in ("provider_name", "request_model", "response_model")),
)  # fmt: skip
"""What a call takes from the spans that repeat it where its own says nothing."""

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
_TEXTS = ("project", "team", "environment", "feature", "use_case", "cost_center", "tool", "eval_suite")
_OTHERS = (
    "cost",
    "person",
    "customer_id",
    "provider",
    "request_model",
    "response_model",
    "service_tier",
    "asked_tier",
    "is_streamed",
    "error",
    "agent_id",
    "agent_name",
    "workflow",
    "workflow_run_id",
    "labels",
)
CONVENTIONS: dict[str, Convention] = {"includes_cache": "inside", "excludes_cache": "beside"}
"""What an exporter may count as a span's input tokens: OTel GenAI's own convention, and the one some exporters keep."""
_OWN = ("response_id", "http_method", "http_status")
_WORD_LIMIT = 32  # characters of an operation's name
_NOBODY = Belongs(None, None, None)
_PLAIN_COUNTS = frozenset({int, type(None)})
_NO_TEXTS = (None,) * len(_TEXTS)
_FAILED = (2, "2", "STATUS_CODE_ERROR", "ERROR")
_GENERATION = {"gen_ai": "OTel GenAI", "llm": "OpenInference or OpenLLMetry"}


class CallReader:
    """Reads the calls of one file. `generations` are the conventions its token counts were named by."""

    def __init__(self, context: ReadContext) -> None:
        self._cells = TextCells(context)
        self._account = context.settings.get("billing_account_id")
        self._convention = _convention(context.settings.get("input_tokens") or "includes_cache")
        self._fields = Shapes(*_COUNTS, *_TEXTS, *_OTHERS)
        self.generations: set[str] = set()

    def belongs(self, values: dict[str, Any]) -> Belongs:
        """Agent, workflow and run a span names that is no call. Only an agent's own span names an agent for what is
        below: a tool or workflow span may carry the name of another one."""
        kind = str(values.get("operation") or values.get("kind") or "").lower()
        is_agent = kind in AGENT_OPERATIONS
        agent_id, agent_name = (values.get("agent_id"), values.get("agent_name")) if is_agent else (None, None)
        return self._named(agent_id, agent_name, values.get("workflow"), values.get("workflow_run_id"))

    def call(
        self,
        line: int,
        ids: tuple[str, str, str],
        span: dict[str, Any],
        own: Read,
        resource: Read,
        operation: str,
        *,
        is_stated: bool,
    ) -> Call:
        """The call of one span, without what its trace will add.

        Args:
            ids: of the trace, the span and its parent.
        Raises:
            ValueError: a count, a time or the cost cannot be believed.
        """
        trace_id, span_id, parent_id = ids
        cells = self._cells
        text = cells.text
        found = self._fields.take({**resource.values, **own.values} if resource.values else own.values)
        counts, texts = found[: len(_COUNTS)], found[len(_COUNTS) : -len(_OTHERS)]
        (raw_cost, person, customer, provider, request_model, response_model, tier, asked_tier) = found[-15:-7]
        is_streamed, error, agent_id, agent_name, workflow, run, labels = found[-7:]
        raw_id, method, http_status = map(own.values.get, _OWN)  # never a resource's, which all its spans share
        start, end = _period(span)
        counts = _counted(counts)
        tokens = _tokens(counts, self._convention)
        cost = None
        if raw_cost is not None:
            raw_cost, cost = _cost(raw_cost)
        status = span.get("status")
        code = status.get("code") if status and isinstance(status, dict) else None
        is_failed = (code is not None and code in _FAILED) or bool(error)
        not_bought = None
        if method == "GET" or is_reading(own.values.get("operation")):
            not_bought = STORED_ANSWER
        elif is_failed and is_refused(refusal_code(http_status, error), cost, counts[1]):
            not_bought = REFUSED
        answer = None if raw_id is None else response_id(cells, raw_id)
        if own.input_name is not None:
            self.generations.add(_GENERATION.get(own.input_name.split(".")[0], "OTel GenAI"))
        is_above = lifetimes_exceed(*counts[4:7])
        tags = resource.tags or own.tags or error is not None or agent_name or labels or is_above
        asked, answered = text(request_model), text(response_model)
        completeness = completeness_of(tokens)
        row = (
            line,
            f"{trace_id}:{span_id}",
            completeness,
            start,
            end,
            None if end is None else (end - start) // 1_000,
            self._account,
            text(provider_id(provider)) if type(provider) is str else None,
            None if person is None else cells.person(person),
            None if customer is None else text(customer),
            *(_NO_TEXTS if texts == _NO_TEXTS else [None if value is None else text(value) for value in texts]),
            operation,
            asked,
            answered,
            None if tier is None and asked_tier is None else service_tier(tier, asked_tier),
            "error" if is_failed else "ok",
            answer,
            "trace",
            not_bought,
            is_streamed if type(is_streamed) is bool else None,
            *tokens,
            1,
            counts[-1],
            cost,
            None if cost is None else "USD",
            self._tags(resource.tags, own.tags, error, agent_id and agent_name, labels, is_above) if tags else None,
        )
        total_in = tokens.total - (tokens.output or 0) - (tokens.output_audio or 0) - (tokens.output_image or 0)
        return Call(
            span_id=span_id,
            parent_id=parent_id,
            start_us=start,
            end_us=end,
            operation=operation,
            models=tuple(name for name in (asked, answered) if name),
            input_tokens=None if counts[0] is None else total_in,
            output_tokens=counts[1],
            is_failed=is_failed,
            is_stated=is_stated,
            row=row,
            raw_cost=raw_cost,
            belongs=self._named(agent_id, agent_name, workflow, run),
            completeness=completeness,
            response_id=answer,
            convention=(own.input_name or "").split(".")[0],
        )

    def _named(self, agent_id: Any, agent_name: Any, workflow: Any, run: Any) -> Belongs:
        if agent_id is None and agent_name is None and workflow is None and run is None:
            return _NOBODY
        text = self._cells.text
        return Belongs(text(agent_id) or text(agent_name), text(workflow), text(run))

    def _tags(
        self, shared: dict[str, Any], own: dict[str, Any], error: Any, agent_name: Any, labels: Any, is_above: bool
    ) -> dict[str, str] | None:
        kept = {**shared, **own, **(ABOVE_TOTAL if is_above else {})}
        if error is not None:
            kept["error.type"] = error
        if agent_name:
            kept["gen_ai.agent.name"] = agent_name
        tags = {name: found for name in sorted(kept) if (found := self._tag(kept[name]))}
        if isinstance(labels, list):
            clean = [kept_label for label in labels if (kept_label := self._cells.label(label))]
            if clean:
                tags["tag.tags"] = ",".join(clean)
                tags = dict(sorted(tags.items()))
        return tags or None

    def _tag(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        return self._cells.text(value)


def operation_of(values: dict[str, Any]) -> tuple[str | None, bool]:
    """The ledger's operation of a model call and whether the span states that it is one; `None`: it is none.

    A span that is none by its name and states usage may be one all the same, where nothing beneath it states any: it is
    given back under its own name, and its trace decides.
    """
    has_usage = bool(values.get("input") or values.get("output"))
    stated = values.get("operation")
    if isinstance(stated, str) and stated:
        known = PRICED_OPERATIONS.get(stated.lower())
        return (known, True) if known or not has_usage else (_named_so(stated), False)
    kind = values.get("kind")
    if isinstance(kind, str) and kind:
        known = PRICED_KINDS.get(kind.upper())
        return (known, True) if known or not has_usage else (_named_so(kind), False)
    has_model = "request_model" in values or "response_model" in values
    if has_model and ("input" in values or "output" in values):
        return "chat", False
    return None, False


def _named_so(name: str) -> str:
    """An operation that no convention knows, as a short word; the text of a span is never one."""
    word = lowered(name)
    return word if word.replace("_", "").isalnum() and len(word) <= _WORD_LIMIT else "other"


def _period(span: dict[str, Any]) -> tuple[int, int | None]:
    """Start and end in microseconds since 1970, UTC.

    Raises:
        ValueError: no start, or the end before it.
    """
    start = _time(span.get("startTimeUnixNano"), span, "startTimeUnixNano", "start_time_unix_nano")
    end = _time(span.get("endTimeUnixNano"), span, "endTimeUnixNano", "end_time_unix_nano")
    if start is None:
        raise ValueError("the span has no start time")
    if end is not None and end < start:
        raise ValueError("the span ends before it starts")
    return start, end


def _time(value: Any, span: dict[str, Any], name: str, snake: str) -> int | None:
    if value is None:
        value = span.get(snake)
    if type(value) is str and len(value) == 19 and value.isdecimal():  # nanoseconds, as nearly all spans have them
        return microseconds(int(value), name)
    if value is None or value == "":
        return None
    try:
        found = integer(value)
    except ValueError:
        raise ValueError(f"{name} is not a time") from None
    return microseconds(found, name) if found else None


def _counted(raw: tuple[Any, ...]) -> tuple[int | None, ...]:
    """The counts, in the order of `_COUNTS`.

    Raises:
        ValueError: the first of them that is no count.
    """
    given = (*filter(None, raw),)
    if _PLAIN_COUNTS.issuperset(map(type, raw)) and (not given or are_plain(given)):
        return raw
    return tuple([None if value is None else count_of(value, name) for name, value in zip(_COUNTS, raw, strict=True)])


def _cost(value: Any) -> tuple[Decimal | None, Decimal | None]:
    """The cost as read and as stored, USD."""
    if isinstance(value, bool | list):
        return None, None
    # A float only comes from a key written with escapes; its shortest text is what the exporter wrote.
    return money(str(value) if isinstance(value, float) else value, "cost")


def _convention(given: str) -> Convention:
    """What `--set input_tokens=` says of a span's input.

    Raises:
        SettingError: it says something else.
    """
    found = CONVENTIONS.get(given.strip().lower())
    if found is None:
        raise SettingError(
            f"input_tokens {given!r} is not known.",
            next_step=f"Write `--set input_tokens={'` or `--set input_tokens='.join(CONVENTIONS)}`.",
        )
    return found


def _less(count: int | None, part: int | None) -> int | None:
    return None if count is None else max(count - (part or 0), 0)


def _tokens(counts: tuple[int | None, ...], convention: Convention) -> Tokens:
    given, output, total, read, write, write_5m, write_1h, reasoning = counts[:8]
    input_audio, audio_read, output_audio, input_image, image_read, output_image = counts[8:14]
    return disjoint_tokens(
        convention,
        input_tokens=given,
        output_tokens=output,
        cache_read=read,
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_write_other=without_lifetime(write, write_5m, write_1h),
        reasoning=reasoning,
        input_audio=_less(input_audio, audio_read),
        output_audio=output_audio,
        input_image=_less(input_image, image_read),
        output_image=output_image,
        total=total,
    )

"""LiteLLM spend-log lines as rows of `usage`, many at a time: fields are gathered line by line, worked out by column.

What a line means is said by `litellm_row`. Lines of the usual form (a success that names its tokens in plain numbers)
come out here as they would there, cell by cell; every other line is handed to it, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import pyarrow as pa

from spendmap.capture.bought import is_reading, response_id
from spendmap.capture.connector import ReadContext, Reject
from spendmap.capture.gathered_columns import MAY_HOLD_SECRET, ArrowColumn, amounts, cleaned, counts, pc, times
from spendmap.capture.jsonl import Record, parse
from spendmap.capture.litellm_caller import CUSTOMER, LINE_FIELDS, OWN_TAGS, RUN, Caller
from spendmap.capture.litellm_row import (
    COLUMNS,
    ID_LENGTH,
    KEPT_OF_REJECTS,
    LINE,
    METADATA,
    NO_METADATA,
    OPERATION,
    OWN_ID,
    SPEND,
    TRUTH,
    LitellmRow,
    region_of,
    tier_of,
)
from spendmap.capture.shapes import Shapes
from spendmap.capture.text_cells import KEY_LIMIT, TEXT_LIMIT, remains
from spendmap.capture.usage_rows import UsageBatches, tag_maps, usage_schema

GATHERED = 2_000  # lines; more of them no longer fit beside each other in a processor's cache
_WRITTEN = 48  # bytes kept of what follows the name of the amount
_LONGEST = 10**12  # ms
_USAGE = Shapes(
    "prompt_tokens_details",
    "completion_tokens_details",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation",
    "server_tool_use",
    "speed",
    "service_tier",
    "inference_geo",
)
_BEFORE = Shapes(
    "cached_tokens",
    "cache_creation_tokens",
    "cache_creation_token_details",
    "audio_tokens",
    "image_tokens",
    "web_search_requests",
)
_AFTER = Shapes("reasoning_tokens", "audio_tokens", "image_tokens")
_LIFETIMES = Shapes("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_CALL_TYPE = LINE_FIELDS.index("call_type")
_NO_USAGE = (None,) * 14
_CELLS = (
    "caller",
    "own_labels",
    "customer",
    "run",
    "request_id",
    "call_id",
    "start",
    "end",
    "is_streamed",
    "latency",
    "spend",
    "written",
    "is_cache_hit",
    "person",
    "prompt",
    "completion",
    "total",
    "is_retry",
    "is_fallback",
    "said_id",
    "read",
    "written_tokens",
    "cached",
    "also_written",
    "write_5m",
    "write_1h",
    "input_audio",
    "input_image",
    "searches",
    "reasoning",
    "output_audio",
    "output_image",
    "tier",
    "region",
)
_WIDTH = len(_CELLS)
_ONE_WORD = r"^[!-~]+$"  # in other keys two engines of patterns may see other blanks
_NO_TEXT: Any = pa.scalar(None, pa.string())
_NO_COUNT: Any = pa.scalar(None, pa.int64())
_NOTHING: Any = object()
_COUNTS = (
    *("prompt", "completion", "total", "read", "written_tokens", "cached", "also_written", "write_5m", "write_1h"),
    *("input_audio", "input_image", "searches", "reasoning", "output_audio", "output_image"),
)
_IN_CACHE = r"^(?:resp|batch|file|litellm)_|_cache_hit|" + MAY_HOLD_SECRET  # ids that hold another, or perhaps a key


_Event = tuple[int, str, str | None]  # line, what it teaches, about what


class _Found(NamedTuple):
    """A caller of some lines: its columns and tags; the names of labels that each line gives for itself."""

    columns: list[str | None]
    tags: dict[str, str]
    names: Sequence[str]
    sorted_names: Sequence[str]  # of the tags and of those labels
    is_odd: bool

    def with_labels(self, labels: Sequence[str | None] | None) -> dict[str, str]:
        """The tags of a line with these labels, their names in order."""
        if labels is None:
            return self.tags
        said = {name: label for name, label in zip(self.names, labels, strict=True) if label is not None}
        said = self.tags | said
        return {name: said[name] for name in self.sorted_names if name in said}


class LitellmColumns:
    """The rows of one file, in the order of its lines but for those that wait for its end."""

    def __init__(self, context: ReadContext, make: LitellmRow, batches: UsageBatches) -> None:
        self._make, self._batches = make, batches
        self._cells, self._callers = make.cells, make.callers
        self._account, self._billing_mode = context.settings.get("billing_account_id"), make.billing_mode
        self._tiers: dict[tuple[Any, Any], str | None] = {}
        self._begin()

    def _begin(self) -> None:
        self._gathered: list[Any] = []
        self._lines: list[tuple[int, int | None, bytes]] = []
        self._known: dict[Any, int] = {}
        self._found: list[_Found] = []
        self._odd: list[Record | Reject] = []

    def add(self, record: Record | Reject) -> None:
        """One line more; `settle` when it `is_full`."""
        if isinstance(record, Reject) or not self._gather(record):
            self._odd.append(record)

    @property
    def is_full(self) -> bool:
        """Whether it is time to settle."""
        return len(self._lines) + len(self._odd) >= GATHERED

    def settle(self) -> None:
        """Work out what was gathered: its rows go into the batches, odd lines through the definition of a line."""
        events: list[_Event] = []
        rows: pa.Table | None = None
        if self._lines:
            rows = self._settle_columns()
            events = self._events(rows)
        odd = sorted(self._odd, key=attrgetter("line"))
        self._begin()
        for record in odd:
            while events and events[0][0] < record.line:
                self._make.learn(*events.pop(0)[1:])
            if isinstance(record, Reject):
                self._batches.reject(record)
            else:
                self._define(record)
        for event in events:
            self._make.learn(*event[1:])
        if rows is not None:
            self._batches.add_rows(rows)

    def _define(self, record: Record) -> None:
        try:
            row = self._make.row(record)
            if row is not None:
                self._batches.add(row)
        except ValueError as error:
            left = remains(record.value, KEPT_OF_REJECTS)
            self._batches.reject(Reject(record.line, record.offset, str(error), left))
        if self._make.is_full:
            for row in self._make.settled():
                self._batches.add(row)

    # -- line by line ------------------------------------------------------------------------------

    def _gather(self, record: Record) -> bool:
        """Take the fields of one line; False for one that is surely odd."""
        number, offset, data, line = record
        if data is None:
            return False
        found = LINE[(*line,)]((*line.values(), None))
        labels, customer, run, request_id, call_id, start, end, streamed_from, latency, metadata = found[10:20]
        spend, cache_hit, status, user, prompt, completion, total = found[20:]
        about: tuple[Any, ...] = NO_METADATA
        if type(metadata) is dict and metadata:
            about = METADATA[(*metadata,)]((*metadata.values(), None))
        given, usage, other_usage, key_user, key_status, retries, fallbacks = about[4:11]
        said_id, provider_id = about[13:15]
        status = status or key_status
        if status != "success" or (cache_hit is not None and type(cache_hit) not in (str, bool)):
            return False
        is_cache_hit = None if cache_hit is None else TRUTH.get(cache_hit)
        if is_cache_hit:
            return False
        try:
            caller, own_labels = self._caller(found[:10], about[:4], labels, given)
            usage = usage or other_usage
            taken = self._usage(usage) if type(usage) is dict and usage else _NO_USAGE
        except TypeError:  # something nested where a name belongs
            return False
        if taken is None or self._found[caller].is_odd:
            return False
        written = None
        if spend is not None:
            at = data.find(SPEND)
            if at < 0 or data.find(SPEND, at + 7) >= 0:
                return False
            written = data[at + 7 : at + 7 + _WRITTEN]
        said = said_id or provider_id
        self._gathered += (
            caller,
            own_labels,
            customer,
            run,
            request_id or call_id,
            call_id,
            start,
            end,
            True if streamed_from and streamed_from != end else None,
            latency,
            spend,
            written,
            is_cache_hit,
            user or key_user,
            prompt,
            completion,
            total,
            retries > 0 if type(retries) is int else None,
            fallbacks > 0 if type(fallbacks) is int else None,
            said if type(said) is str and said else request_id if request_id else _NOTHING,
            *taken,
        )
        self._lines.append((number, offset, data))
        return True

    def _caller(self, fields: tuple[Any, ...], named: tuple[Any, ...], labels: Any, given: Any) -> tuple[int, Any]:
        """Which of the callers of these lines a line's is, and the labels that it alone gives, in the caller's order.

        Raises:
            TypeError: something nested stands where a name belongs.
        """
        listed = tuple(labels) if type(labels) is list else None
        if type(given) is not dict or not given:
            key: Any = (fields, named, listed)
            known = self._known.get(key)
            return (self._new_caller(key, fields + named, labels, {}, ()) if known is None else known), None
        places = self._callers.plan(given)[0]
        own = [value for at, value in zip(places, given.values(), strict=True) if at is None]
        rest = tuple(value for at, value in zip(places, given.values(), strict=True) if at is not None)
        key = (fields, named, listed, (*given,), rest, (*map(type, rest),))
        known = self._known.get(key)
        if known is None:
            names = [name for at, name in zip(places, given, strict=True) if at is None]
            others = {name: value for at, (name, value) in zip(places, given.items(), strict=True) if at is not None}
            known = self._new_caller(key, fields + named, labels, others, names)
        return known, [self._cells.label(value) for value in own] if own else None

    def _new_caller(
        self, key: Any, fields: tuple[Any, ...], labels: Any, given: dict[str, Any], names: Sequence[str]
    ) -> int:
        columns, tags = self._callers.of(fields, labels, given, None, None)
        is_odd = is_reading(fields[_CALL_TYPE]) or columns[OPERATION] == "batch"
        is_odd = is_odd or any(name.startswith(OWN_TAGS) for name in names)  # the line's own fields outrank them
        known = self._known[key] = len(self._found)
        self._found.append(_Found(columns, tags, names, sorted({*tags, *names}), is_odd))
        return known

    def _usage(self, usage: dict[str, Any]) -> tuple[Any, ...] | None:
        """The counts of a usage object, its tier and region; `None` where it is odd."""
        before, after, read, written, lifetimes, server, speed, tier, geography = _USAGE[(*usage,)](
            (*usage.values(), None)
        )
        cached = also_written = listed = input_audio = input_image = searches = None
        if type(before) is dict and before:
            cached, also_written, listed, input_audio, input_image, searches = _BEFORE[(*before,)](
                (*before.values(), None)
            )
        if type(listed) is dict and listed:
            lifetimes = listed
        write_5m = write_1h = None
        if type(lifetimes) is dict and lifetimes:
            write_5m, write_1h = _LIFETIMES[(*lifetimes,)]((*lifetimes.values(), None))
        reasoning = output_audio = output_image = None
        if type(after) is dict:
            reasoning, output_audio, output_image = _AFTER[(*after,)]((*after.values(), None))
        if type(server) is dict:
            searches = server.get("web_search_requests", searches)
        served = None
        if speed is not None or tier is not None:
            served = self._tiers.get((speed, tier), _NOTHING)
            if served is _NOTHING:
                served = self._tiers[speed, tier] = tier_of(usage)
            if served == "batch":
                return None
        return (
            *(read, written, cached, also_written, write_5m, write_1h, input_audio, input_image, searches),
            *(reasoning, output_audio, output_image, served),
            None if geography is None else region_of(geography),
        )

    # -- column by column --------------------------------------------------------------------------

    def _settle_columns(self) -> pa.Table:
        """Rows of the usual lines; the others join the odd."""
        cells = self._gathered
        of = {name: cells[at::_WIDTH] for at, name in enumerate(_CELLS)}
        size = len(self._lines)
        odd: set[int] = set()
        number: dict[str, ArrowColumn] = {}
        for name in _COUNTS:
            number[name], wrong = counts(of[name])
            odd.update(wrong)
        start, wrong = times(of["start"], "startTime")
        odd.update(wrong)
        end, not_times = times([text if type(text) is str else None for text in of["end"]], "endTime")
        odd.update(not_times)
        cost, wrong, add_costs = amounts(of["spend"], of["written"], self._make.costs)
        odd.update(wrong)
        odd.update(at for at, value in enumerate(of["latency"]) if type(value) is str)
        key = cleaned(of["request_id"], self._cells.key, KEY_LIMIT)
        tokens, is_usual = _tokens(number)
        is_costly = pc.fill_null(pc.not_equal(cost, 0), False)
        is_usual = pc.and_(is_usual, pc.or_(pc.greater(number["total"], 0), pc.invert(is_costly)))
        is_usual = pc.and_(is_usual, pc.and_(pc.is_valid(start), pc.is_valid(key)))
        is_usual = pc.and_(is_usual, pc.match_substring_regex(key, _ONE_WORD))
        is_usual = pc.and_(is_usual, pc.fill_null(pc.greater_equal(end, start), True))
        is_usual = pc.fill_null(is_usual, False)
        if odd:
            is_usual = pc.and_(is_usual, pa.array([at not in odd for at in range(size)], pa.bool_()))
        caller = pa.array(of["caller"], pa.int32())
        columns: dict[str, ArrowColumn] = {
            name: pa.array([found.columns[at] for found in self._found], pa.string()).take(caller)
            for at, name in enumerate(Caller._fields)
        }
        columns |= {
            "customer_id": pc.coalesce(
                cleaned(of["customer"], self._cells.text, TEXT_LIMIT), columns[Caller._fields[CUSTOMER]]
            ),
            "workflow_run_id": pc.coalesce(
                columns[Caller._fields[RUN]], cleaned(of["run"], self._cells.text, TEXT_LIMIT)
            ),
            "source_line": pa.array([line[0] for line in self._lines], pa.int64()),
            "natural_key": key,
            "completeness": _completeness(tokens),
            "charge_period_start": start,
            "charge_period_end": end,
            "latency_ms": _latency(of["latency"], start, end),
            "billing_account_id": pa.repeat(pa.scalar(self._account, pa.string()), size),
            "principal_id": pa.array(list(map(self._cells.person, of["person"])), pa.string()),
            "service_tier": pa.array(of["tier"], pa.string()),
            "region_id": pa.array(of["region"], pa.string()),
            "status": pa.repeat(pa.scalar("ok"), size),
            "response_id": self._answers(of["said_id"], of["request_id"], of["call_id"]),
            "witness": pa.repeat(pa.scalar("gateway"), size),
            "not_bought": pa.nulls(size, pa.string()),
            "billing_mode": pa.repeat(pa.scalar(self._billing_mode, pa.string()), size),
            "is_retry": pa.array(of["is_retry"], pa.bool_()),
            "is_fallback": pa.array(of["is_fallback"], pa.bool_()),
            "is_streamed": pa.array(of["is_streamed"], pa.bool_()),
            "is_cache_hit": pa.array(of["is_cache_hit"], pa.bool_()),
            **tokens,
            "requests": pa.repeat(pa.scalar(1, pa.int64()), size),
            "web_searches": number["searches"],
            "provider_reported_cost": cost,
            "provider_reported_currency": pc.if_else(pc.is_valid(cost), pa.scalar("USD"), _NO_TEXT),
            "tags": self._tags(of["caller"], of["own_labels"]),
        }
        rows = pa.Table.from_arrays([columns[name] for name in COLUMNS], schema=usage_schema(COLUMNS))
        add_costs(is_usual)
        if not pc.all(is_usual).as_py():
            for at in pc.indices_nonzero(pc.invert(is_usual)).to_pylist():
                line, offset, data = self._lines[at]
                self._odd.append(Record(line, offset, data, parse(data)))
            rows = rows.filter(is_usual)
        return rows

    def _events(self, rows: pa.Table) -> list[_Event]:
        """(line, what it teaches, about what) of rows that later lines are judged by, in the order of the lines."""
        events: list[_Event] = []
        cost, model = rows.column("provider_reported_cost"), rows.column("response_model")
        is_costly = pc.fill_null(pc.not_equal(cost, 0), False)
        output = pc.fill_null(pc.greater(rows.column("output"), 0), False)
        is_free = pc.and_(pc.fill_null(pc.equal(cost, 0), False), output)
        for what, chosen, known in (
            ("with_cost", is_costly, self._make.with_cost),
            ("without_cost", is_free, self._make.without_cost),
        ):
            for name in set(model.filter(chosen).unique().to_pylist()) - known:
                here = pc.is_null(model) if name is None else pc.fill_null(pc.equal(model, name), False)
                line = pc.min(rows.column("source_line").filter(pc.and_(chosen, here))).as_py()
                events.append((line, what, name))
        parts = [pc.fill_null(pc.equal(rows.column(name), 0), True) for name in _PARTS]
        is_empty = pc.equal(rows.column("operation"), "chat")
        for part in parts:
            is_empty = pc.and_(is_empty, part)
        chosen = rows.filter(is_empty).select(["source_line", "natural_key"])
        events += [(row["source_line"], "unfinished", row["natural_key"]) for row in chosen.to_pylist()]
        return sorted(events, key=itemgetter(0))

    def _tags(self, callers: Sequence[int], own_labels: Sequence[Any]) -> ArrowColumn:
        """Tags of the callers, and of those lines that give labels of their own."""
        if not any(own_labels):
            return tag_maps([found.tags or None for found in self._found]).take(pa.array(callers, pa.int32()))
        return tag_maps(
            [self._found[at].with_labels(labels) or None for at, labels in zip(callers, own_labels, strict=True)]
        )

    def _answers(self, said: Sequence[Any], request_ids: Sequence[Any], call_ids: Sequence[Any]) -> ArrowColumn:
        """The providers' ids, where the line or the form of the request's id says that it is one."""
        texts = pa.array([text if type(text) is str else None for text in said], pa.string())
        is_said = [one is not other for one, other in zip(said, request_ids, strict=True)]
        call = pa.array([text if type(text) is str else None for text in call_ids], pa.string())
        is_own = pc.match_substring_regex(texts, OWN_ID)
        is_long = pc.and_(
            pc.greater_equal(pc.utf8_length(texts), ID_LENGTH), pc.fill_null(pc.not_equal(texts, call), True)
        )
        is_one = pc.or_(pc.or_(is_own, is_long), pa.array(is_said, pa.bool_()))
        candidates = pc.if_else(pc.fill_null(is_one, False), texts, _NO_TEXT).to_pylist()
        return cleaned(candidates, lambda text: response_id(self._cells, text), KEY_LIMIT, _IN_CACHE)


_PARTS = (
    *("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other", "output"),
    *("input_audio", "output_audio", "input_image", "output_image"),
)


def _tokens(number: dict[str, ArrowColumn]) -> tuple[dict[str, ArrowColumn], ArrowColumn]:
    """The meters of `litellm_tokens.tokens_of`, and the rows that it gives the same: those whose cached tokens are
    inside the input, reasoning inside the output, and whose total is stated as the sum of both, or not at all."""
    prompt, completion, total = number["prompt"], number["completion"], number["total"]
    write_5m, write_1h = number["write_5m"], number["write_1h"]
    read = pc.max_element_wise(number["read"], number["cached"])
    written = pc.max_element_wise(number["written_tokens"], number["also_written"])
    has_lifetimes = pc.or_(pc.is_valid(write_5m), pc.is_valid(write_1h))
    lived = pc.add(pc.fill_null(write_5m, 0), pc.fill_null(write_1h, 0))
    rest = pc.subtract(written, lived)
    is_above = pc.fill_null(pc.less(rest, 0), False)
    other = pc.if_else(has_lifetimes, pc.if_else(pc.greater(rest, 0), rest, _NO_COUNT), written)
    cached = pc.add(pc.add(pc.fill_null(read, 0), lived), pc.fill_null(other, 0))
    is_usual = pc.and_(pc.less_equal(cached, prompt), pc.less_equal(pc.fill_null(number["reasoning"], 0), completion))
    is_summed = pc.or_(pc.equal(total, 0), pc.equal(total, pc.add(prompt, completion)))
    is_usual = pc.and_(pc.and_(is_usual, is_summed), pc.invert(is_above))
    uncached, input_audio, input_image = _apart(
        pc.subtract(prompt, cached), number["input_audio"], number["input_image"]
    )
    output, output_audio, output_image = _apart(completion, number["output_audio"], number["output_image"])
    return {
        "input_uncached": uncached,
        "cache_read": read,
        "cache_write_5m": write_5m,
        "cache_write_1h": write_1h,
        "cache_write_other": other,
        "output": output,
        "input_audio": input_audio,
        "output_audio": output_audio,
        "input_image": input_image,
        "output_image": output_image,
        "output_reasoning": number["reasoning"],
        "source_total_tokens": pc.if_else(pc.equal(total, 0), _NO_COUNT, total),
    }, is_usual


def _apart(room: ArrowColumn, audio: ArrowColumn, image: ArrowColumn) -> tuple[ArrowColumn, ArrowColumn, ArrowColumn]:
    """See `meters._apart`; a missing part stays missing."""
    found = []
    for part in (audio, image):
        if part.null_count < len(part):
            part = pc.min_element_wise(part, room, skip_nulls=False)
            room = pc.subtract(room, pc.fill_null(part, 0))
        found.append(part)
    return room, found[0], found[1]


def _completeness(tokens: dict[str, ArrowColumn]) -> ArrowColumn:
    """See `meters.completeness_of`, of a finished call."""
    weight: ArrowColumn = None
    stated: ArrowColumn = None
    for name in _PARTS:
        part = tokens[name]
        filled = pc.fill_null(part, 0)
        filled = pc.add(filled, filled) if name.startswith("output") else filled
        is_stated = pc.is_valid(part).cast(pa.int64())
        weight = filled if weight is None else pc.add(weight, filled)
        stated = is_stated if stated is None else pc.add(stated, is_stated)
    return pc.add(pc.add(pc.multiply(weight, 64), 32), stated)


def _latency(values: Sequence[Any], start: ArrowColumn, end: ArrowColumn) -> ArrowColumn:
    """Milliseconds: as stated, else from start to end."""
    stated = [value if type(value) is int and 0 <= value < _LONGEST else None for value in values]
    between = pc.divide(pc.subtract(end, start).cast(pa.int64()), 1_000)
    return pc.coalesce(pa.array(stated, pa.int64()), between)


__all__ = ["GATHERED", "LitellmColumns"]

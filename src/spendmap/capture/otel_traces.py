"""What a span can only know from its trace: whose agent it runs under, what it retries; `otel_calls`: what it repeats.

Spans arrive in any order, children mostly before their parents, so a trace is held until it has been quiet for
`HELD_SPANS` other spans, or to the end of the file. Memory is bounded by that number, not by the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spendmap.capture.otel_calls import DEPTH_LIMIT, Belongs, Blanks, Call, mark_repetitions

HELD_SPANS = 50_000  # spans in memory; the trace that was quiet longest is settled first


@dataclass(slots=True)
class _Trace:
    parents: dict[str, str] = field(default_factory=dict)
    agents: dict[str, Belongs] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    spans: int = 0


class TraceWindow:
    """Holds spans by trace and gives back the calls of a trace once it is settled."""

    def __init__(self, blanks: Blanks, held_spans: int | None = None) -> None:
        self._blanks = blanks
        self._limit = HELD_SPANS if held_spans is None else held_spans
        self._traces: dict[str, _Trace] = {}
        self._held = 0
        self._last_id: str | None = None
        self._last = _Trace()

    def link(self, trace_id: str, span_id: str, parent_id: str) -> None:
        """A span of any kind: calls find their agent through it."""
        trace = self._touch(trace_id)
        if parent_id and parent_id != span_id:
            trace.parents[span_id] = parent_id
        trace.spans += 1
        self._held += 1

    def add_agent(self, trace_id: str, span_id: str, belongs: Belongs) -> None:
        """An agent's or workflow's span: what runs under it inherits the names."""
        if any(belongs):
            self._touch(trace_id).agents[span_id] = belongs

    def add_call(self, trace_id: str, call: Call) -> None:
        """A model call."""
        self._touch(trace_id).calls.append(call)

    def settled(self, *, is_end: bool = False) -> Iterator[Call]:
        """Calls of the traces that have been quiet longest, until few enough spans are held (all at the end)."""
        while self._traces and (is_end or self._held > self._limit):
            trace_id = next(iter(self._traces))
            trace = self._traces.pop(trace_id)
            if trace_id == self._last_id:
                self._last_id = None
            self._held -= trace.spans
            yield from settle(trace, self._blanks)

    def _touch(self, trace_id: str) -> _Trace:
        if trace_id == self._last_id:
            return self._last
        trace = self._traces.pop(trace_id, None) or _Trace()
        self._traces[trace_id] = trace  # to the end: it was heard of last
        self._last_id, self._last = trace_id, trace
        return trace


def settle(trace: _Trace, blanks: Blanks) -> list[Call]:
    """Give each call what its trace knows: inherited agent and workflow, repetition, retry."""
    for call in trace.calls:
        found = call.belongs
        above = call.parent_id
        for _ in range(DEPTH_LIMIT):
            if not above:
                break
            if above in trace.agents:  # the nearest one wins, field by field
                found = Belongs(*(own or outer for own, outer in zip(found, trace.agents[above], strict=True)))
            above = trace.parents.get(above, "")
        call.belongs = found
    mark_repetitions(trace.calls, trace.parents, blanks)
    _mark_retries([call for call in trace.calls if not call.is_repetition])
    return trace.calls


def _mark_retries(calls: list[Call]) -> None:
    """A call is a retry when the last call before it, of the same parent, operation and model, failed and had ended."""
    failed_until: dict[tuple[str, str, tuple[str, ...]], int] = {}
    seen: dict[str, bool] = {}
    for call in sorted(calls, key=lambda call: (call.start_us, call.span_id)):
        if call.span_id in seen:  # sent twice; it does not retry itself
            call.is_retry = seen[call.span_id]
            continue
        key = (call.parent_id, call.operation, call.models[:1])
        ended = failed_until.get(key)
        call.is_retry = seen[call.span_id] = ended is not None and call.start_us >= ended
        if call.is_failed:
            failed_until[key] = call.start_us if call.end_us is None else call.end_us
        elif call.is_retry:
            del failed_until[key]

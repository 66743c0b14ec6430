"""Which spans of a trace are calls: each call once, however many spans tell of it.

Pure. Four ways to repeat a call: the same provider's id; one instrumentation beside another; a span whose usage is the
sum of what lies beneath it; a span that holds more than what lies beneath it, which is then inside it.
Invariant: along one way down a trace no token is counted twice.
Source of the order of the rules: docs/guides/sources-logs.md, "A call is one call".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

DEPTH_LIMIT = 64  # ancestors looked at


class Belongs(NamedTuple):
    """What an agent's or workflow's span says of everything below it."""

    agent_id: str | None
    workflow: str | None
    workflow_run_id: str | None


@dataclass(slots=True)
class Call:
    """A span that states usage or says that it is a model call: its row, and what tells it apart inside its trace."""

    span_id: str
    parent_id: str
    start_us: int
    end_us: int | None
    operation: str
    models: tuple[str, ...]  # as asked for and as answered
    input_tokens: int | None  # all of them, cached included
    output_tokens: int | None
    is_failed: bool
    is_stated: bool  # the span says that it is a model call; False = taken from its usage
    row: tuple[Any, ...]
    raw_cost: Decimal | None  # as read, USD
    belongs: Belongs
    completeness: int = 0
    response_id: str | None = None
    convention: str = ""  # first word of the attribute its input tokens came from
    is_retry: bool | None = None
    is_repetition: bool = False

    @property
    def usage(self) -> tuple[int, int]:
        """Input and output tokens, 0 where none are stated."""
        return self.input_tokens or 0, self.output_tokens or 0

    @property
    def has_usage(self) -> bool:
        """Whether it states any token."""
        return bool(self.input_tokens or self.output_tokens)


class Blanks(NamedTuple):
    """Where a row has what one witness may lack and another knows."""

    attributes: tuple[int, ...]
    model: tuple[int, ...]  # request and response model, provider


@dataclass(slots=True)
class _Node:
    """A span of the tree of calls; `copies` are the same span sent again."""

    call: Call
    copies: list[Call]
    up: str | None = None
    beneath: list[str] = field(default_factory=list)
    counted: tuple[int, int] = (0, 0)  # tokens of the calls at and below it that count


def mark_repetitions(calls: Iterable[Call], parents: Mapping[str, str], blanks: Blanks) -> None:
    """Mark the spans that repeat a call, and give the call what only its repetitions say."""
    nodes = _nodes(calls)
    if len(nodes) > 1:
        _link(nodes, parents)
        _one_id(nodes, blanks)
        _side_by_side(nodes, blanks)
        _sums(nodes, blanks)
    for node in nodes.values():
        for copy in node.copies:
            if copy is not node.call:
                copy.is_repetition, copy.row = (
                    node.call.is_repetition,
                    _filled(copy.row, node.call.row, blanks.attributes),
                )


def _nodes(calls: Iterable[Call]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for call in calls:  # an exporter that retries sends a span twice
        node = nodes.get(call.span_id)
        if node is None:
            nodes[call.span_id] = _Node(call, [call])
        else:
            node.copies.append(call)
            if call.completeness > node.call.completeness:
                node.call = call
    return nodes


def _link(nodes: dict[str, _Node], parents: Mapping[str, str]) -> None:
    """Hang each call under the nearest call above it."""
    for span_id, node in nodes.items():
        above = node.call.parent_id
        for _ in range(DEPTH_LIMIT):
            if not above or above == span_id:
                break
            if above in nodes:
                node.up = above
                break
            above = parents.get(above, "")
    for span_id, node in nodes.items():
        if node.up is not None and not _is_above(
            nodes, span_id, node.up
        ):  # spans that are each other's parent hang apart
            nodes[node.up].beneath.append(span_id)
        else:
            node.up = None


def _is_above(nodes: Mapping[str, _Node], upper: str, lower: str) -> bool:
    at: str | None = lower
    for _ in range(DEPTH_LIMIT):
        at = nodes[at].up if at is not None else None
        if at is None:
            return False
        if at == upper:
            return True
    return True  # deeper than any trace: taken for a circle


def _one_id(nodes: dict[str, _Node], blanks: Blanks) -> None:
    """Spans with one provider's id are one call. An agent's span that bears the id of its last call and the usage of
    all of them is left to the sums."""
    by_id: dict[str, list[str]] = defaultdict(list)
    for span_id, node in nodes.items():
        if node.call.response_id is not None:
            by_id[node.call.response_id].append(span_id)
    for found in by_id.values():
        if len(found) < 2:
            continue
        found.sort(key=lambda span_id: (-nodes[span_id].call.completeness, nodes[span_id].call.start_us, span_id))
        kept: list[str] = []
        for span_id in found:
            call = nodes[span_id].call
            for other in kept:
                best = nodes[other].call
                is_nested = _is_above(nodes, span_id, other) or _is_above(nodes, other, span_id)
                if not is_nested or not call.has_usage or not best.has_usage:
                    _repeats(call, best, blanks)
                    break
                if call.usage == best.usage:
                    inner, outer = (best, call) if _is_above(nodes, span_id, other) else (call, best)
                    _repeats(outer, inner, blanks)
                    break
            else:
                kept.append(span_id)


def _side_by_side(nodes: dict[str, _Node], blanks: Blanks) -> None:
    """Two instrumentations that speak different conventions and tell of one request under one parent, at one time."""
    groups: dict[tuple[str, int, int], list[Call]] = defaultdict(list)
    for node in nodes.values():
        call = node.call
        if call.has_usage and not call.is_repetition and not call.is_failed:
            groups[call.parent_id, *call.usage].append(call)
    for found in groups.values():
        if len(found) < 2:
            continue
        found.sort(key=lambda call: (-call.completeness, call.start_us, call.span_id))
        taken: dict[str, set[str]] = defaultdict(set)  # a call -> conventions it was already told in
        kept: list[Call] = []
        for call in found:
            for other in kept:
                if call.convention not in taken[other.span_id] and _tells_of(call, other):
                    taken[other.span_id].add(call.convention)
                    _repeats(call, other, blanks)
                    break
            else:
                taken[call.span_id].add(call.convention)
                kept.append(call)


def _tells_of(call: Call, other: Call) -> bool:
    if call.response_id is not None and other.response_id is not None:
        return False  # two ids are two calls
    if call.models and other.models and not set(call.models) & set(other.models):
        return False
    ends = (
        call.start_us if call.end_us is None else call.end_us,
        other.start_us if other.end_us is None else other.end_us,
    )
    return call.start_us <= ends[1] and other.start_us <= ends[0]


def _sums(nodes: dict[str, _Node], blanks: Blanks) -> None:
    """From the leaves up: what repeats the sum beneath it is set aside, what holds more takes what is beneath it in."""
    for span_id in _leaves_first(nodes):
        node = nodes[span_id]
        call = node.call
        below = [nodes[lower] for lower in node.beneath]
        beneath = sum(each.counted[0] for each in below), sum(each.counted[1] for each in below)
        own = call.usage
        if call.is_repetition or not call.has_usage:
            node.counted = beneath
            continue
        if beneath == (0, 0):
            node.counted = own
            continue
        inner = [each for each in _calls_below(nodes, node) if each.has_usage]
        holds_all = own[0] >= beneath[0] and own[1] >= beneath[1]
        if own == beneath or any(own == each.usage for each in inner):
            node.counted = _set_aside(call, inner, beneath, blanks)
        elif holds_all and _takes_in(call, inner, blanks):
            node.counted = own
        elif call.is_stated:
            node.counted = own[0] + beneath[0], own[1] + beneath[1]  # a call of its own that led to others
        else:
            node.counted = _set_aside(call, inner, beneath, blanks)


def _leaves_first(nodes: Mapping[str, _Node]) -> list[str]:
    order: list[str] = []
    waiting = [span_id for span_id, node in nodes.items() if node.up is None]
    while waiting:
        span_id = waiting.pop()
        order.append(span_id)
        waiting += nodes[span_id].beneath
    return order[::-1]


def _calls_below(nodes: Mapping[str, _Node], node: _Node) -> list[Call]:
    found: list[Call] = []
    waiting = list(node.beneath)
    while waiting:
        lower = nodes[waiting.pop()]
        waiting += lower.beneath
        if not lower.call.is_repetition:
            found.append(lower.call)
    return found


def _set_aside(call: Call, inner: Iterable[Call], beneath: tuple[int, int], blanks: Blanks) -> tuple[int, int]:
    call.is_repetition = True
    for each in inner:
        each.row = _filled(each.row, call.row, blanks.attributes)
    return beneath


def _takes_in(call: Call, inner: list[Call], blanks: Blanks) -> bool:
    """Whether a span that holds more can count for what is inside it: it can be priced, by its own model or by the only
    one inside."""
    if not call.models:
        models = {each.models for each in inner}
        if len(models) != 1:
            return False
        call.models = inner[0].models
        call.row = _filled(call.row, inner[0].row, blanks.model)
    for each in inner:
        each.is_repetition = True
        if len(inner) == 1:
            call.row = _filled(call.row, each.row, blanks.attributes)
    return True


def _repeats(call: Call, best: Call, blanks: Blanks) -> None:
    call.is_repetition = True
    best.row = _filled(best.row, call.row, (*blanks.attributes, *blanks.model))
    best.belongs = Belongs(*(own or other for own, other in zip(best.belongs, call.belongs, strict=True)))


def _filled(row: tuple[Any, ...], other: tuple[Any, ...], at: Iterable[int]) -> tuple[Any, ...]:
    """The row with its blanks at some places taken from the other."""
    missing = [place for place in at if row[place] is None and other[place] is not None]
    if not missing:
        return row
    cells = list(row)
    for place in missing:
        cells[place] = other[place]
    return tuple(cells)

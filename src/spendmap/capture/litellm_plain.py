"""Most spend-log lines need no second look: every field has its usual type, and the token counts add up as they stand.

Pure. Which types a line holds is looked up once per combination of types, not field by field; a log has a handful. Says
`None` or `False` for anything else, and `litellm_row` then reads that line with care; both agree on every plain line.
"""

from __future__ import annotations

from typing import Any

from spendmap.capture.litellm_tokens import AFTER, BEFORE, LIFETIMES, USAGE
from spendmap.capture.meters import Tokens

_LARGEST = 2**49  # below COUNT_LIMIT; a larger count is looked at by `count_of`

_NOTHING = type(None)
_TEXT, _NUMBER, _OBJECT = frozenset({str, _NOTHING}), frozenset({int, _NOTHING}), frozenset({dict, _NOTHING})
_ANY = frozenset({str, int, float, bool, list, dict, _NOTHING})
_PLAIN_TYPES: dict[str, frozenset[type]] = {
    "request_id": frozenset({str}),
    "litellm_call_id": _ANY,
    "startTime": frozenset({str}),
    "endTime": frozenset({str}),
    "request_duration_ms": _NUMBER,
    "prompt_tokens": frozenset({int}),
    "completion_tokens": frozenset({int}),
    "total_tokens": frozenset({int}),
    "spend": frozenset({float, _NOTHING}),
    "request_tags": frozenset({list, _NOTHING}),
    "metadata": _OBJECT,
    "spend_logs_metadata": _OBJECT,
    "usage_object": _OBJECT,
    "additional_usage_values": frozenset({_NOTHING}),
    "attempted_retries": _NUMBER,
    "attempted_fallbacks": _NUMBER,
    "prompt_tokens_details": _OBJECT,
    "completion_tokens_details": _OBJECT,
    "cache_creation": frozenset({_NOTHING}),
    "cache_creation_token_details": _OBJECT,
    "server_tool_use": frozenset({_NOTHING}),
}
"""Types a plain line may hold, by field; those of the token counts inside the usage object are numbers, of all other
fields texts."""

_NO_USAGE = (None,) * 20
_COUNTS = frozenset(
    {
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "cached_tokens",
        "cache_creation_tokens",
        "audio_tokens",
        "image_tokens",
        "web_search_requests",
        "reasoning_tokens",
        "ephemeral_5m_input_tokens",
        "ephemeral_1h_input_tokens",
    }
)


class PlainTypes(dict[tuple[type, ...], bool]):
    """Whether a line whose fields have these types is plain."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        named = (*names, *USAGE.names, *BEFORE.names, *AFTER.names, *LIFETIMES.names)
        self._allowed = [_PLAIN_TYPES.get(name, _NUMBER if name in _COUNTS else _TEXT) for name in named]

    def __missing__(self, types: tuple[type, ...]) -> bool:
        found = all(type_ in allowed for type_, allowed in zip(types, self._allowed, strict=True))
        if len(self) < 10_000:
            self[types] = found
        return found


def usage_fields(usage: Any) -> tuple[Any, ...]:
    """The fields of a usage object and of what is in it, in the order of `PlainTypes`; `None` for what is not there."""
    if type(usage) is not dict or not usage:
        return _NO_USAGE
    fields: tuple[Any, ...] = USAGE[(*usage,)]((*usage.values(), None))
    before, after = fields[0], fields[1]
    inside = BEFORE[(*before,)]((*before.values(), None)) if type(before) is dict else _NO_USAGE[:6]
    outside = AFTER[(*after,)]((*after.values(), None)) if type(after) is dict else _NO_USAGE[:3]
    listed = inside[2]
    lifetimes = LIFETIMES[(*listed,)]((*listed.values(), None)) if type(listed) is dict else _NO_USAGE[:2]
    return (*fields, *inside, *outside, *lifetimes)


def plain_tokens(prompt: int, completion: int, total: int, usage: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """`Tokens` of plain counts; `None` when they do not add up as they stand, or a line has none.

    Args:
        usage: `usage_fields`, of plain types.
    """
    read, written = usage[2:4]
    cached, also_written, lifetimes, audio_in, image_in, searches, reasoning, audio_out, image_out = usage[9:18]
    write_5m, write_1h = usage[18:]
    in_5m, in_1h, thought = write_5m or 0, write_1h or 0, reasoning or 0
    if cached is not None and (read is None or cached > read):
        read, cached = cached, read
    if also_written is not None and (written is None or also_written > written):
        written, also_written = also_written, written
    # one bit of any of them shows in all of them together
    together = (
        prompt | completion | (read or 0) | (cached or 0) | (written or 0) | (also_written or 0) | (searches or 0)
    )
    if not 0 <= together | in_5m | in_1h | thought < _LARGEST or audio_in or image_in or audio_out or image_out:
        return None
    if lifetimes and written is not None:
        written = max(written - in_5m - in_1h, 0) or None  # None: every one has a lifetime
    uncached = prompt - (read or 0) - (written or 0) - in_5m - in_1h
    if uncached < 0 or thought > completion or total != prompt + completion or not total:
        return None
    parts = (uncached, read, write_5m, write_1h, written, completion)
    return tuple.__new__(Tokens, (*parts, audio_in, audio_out, image_in, image_out, reasoning, total))

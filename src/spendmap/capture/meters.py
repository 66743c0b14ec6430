"""Disjoint token meters from any source's counts, checked against the source's own total (law L2).

Pure functions. Half the sources count cached tokens inside input, half beside it; some count reasoning beside
output. Invariant: the parts returned never overlap, and when the source states a total they add up to it.
Source: the token conventions of the OpenAI, Anthropic, OTel GenAI, OpenInference and LiteLLM usage objects.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, NamedTuple

Convention = Literal["inside", "beside"]

_INTEGER = {int}
COUNT_LIMIT = 10**15  # largest count of one row that is believed; sums of many stay inside 64 bits


class Tokens(NamedTuple):
    """Token meters of one row, none in two of them; `None` = not stated. `output_reasoning` is part of `output`."""

    input_uncached: int | None = None
    cache_read: int | None = None
    cache_write_5m: int | None = None
    cache_write_1h: int | None = None
    cache_write_other: int | None = None
    output: int | None = None
    input_audio: int | None = None
    output_audio: int | None = None
    input_image: int | None = None
    output_image: int | None = None
    output_reasoning: int | None = None
    source_total_tokens: int | None = None

    @property
    def total(self) -> int:
        """Sum of the disjoint parts, tokens."""
        return sum(filter(None, self[:10]))

    @property
    def stated(self) -> int:
        """How many of the disjoint parts are stated."""
        return 10 - self[:10].count(None)


def count_of(value: object, name: str) -> int | None:
    """A count as a source writes it (integer, integral float, digits); `None` and "" are not stated.

    Raises:
        ValueError: negative, fractional, not a number, or beyond `COUNT_LIMIT`.
    """
    if type(value) is int:
        if 0 <= value <= COUNT_LIMIT:
            return value
        raise ValueError(f"{name} is negative" if value < 0 else f"{name} is beyond 10^15")
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text.lstrip("+-").isascii() or not text.lstrip("+-").isdigit() or len(text) > 40:
            raise ValueError(f"{name} is not a whole number")
        return count_of(int(text), name)
    if isinstance(value, float | Decimal) and not isinstance(value, bool):
        if not (-COUNT_LIMIT <= value <= COUNT_LIMIT):
            raise ValueError(f"{name} is beyond 10^15")
        if value != int(value):
            raise ValueError(f"{name} is not a whole number")
        return count_of(int(value), name)
    raise ValueError(f"{name} is not a number")


def are_plain(counts: tuple[Any, ...]) -> bool:
    """Whether all of some counts are stated, as numbers that `count_of` gives back as they are."""
    return set(map(type, counts)) == _INTEGER and min(counts) >= 0 and max(counts) <= COUNT_LIMIT


ABOVE_TOTAL = {"cache_write_lifetimes": "above_total"}
"""Tag of a row whose cache writes by lifetime are more than its sum of cache writes: the lifetimes count."""


def without_lifetime(written: int | None, write_5m: int | None, write_1h: int | None) -> int | None:
    """Cache writes that the lifetimes leave over, which cost what the provider charges by default; None for none.

    Args:
        written: the source's own sum of cache writes; None = not stated.
        write_5m, write_1h: the part of it with a stated lifetime; more than `written` stands, and leaves nothing over.
    """
    if written is None or (write_5m is None and write_1h is None):
        return written
    return max(written - (write_5m or 0) - (write_1h or 0), 0) or None


def lifetimes_exceed(written: int | None, write_5m: int | None, write_1h: int | None) -> bool:
    """Whether the writes by lifetime are more than the sum that is stated beside them."""
    return written is not None and (write_5m or 0) + (write_1h or 0) > written


def disjoint_tokens(
    convention: Convention,
    input_tokens: int | None,
    output_tokens: int | None,
    cache_read: int | None = None,
    cache_write_5m: int | None = None,
    cache_write_1h: int | None = None,
    cache_write_other: int | None = None,
    reasoning: int | None = None,
    input_audio: int | None = None,
    output_audio: int | None = None,
    input_image: int | None = None,
    output_image: int | None = None,
    total: int | None = None,
) -> Tokens:
    """Token meters that do not overlap.

    Args:
        convention: `inside` = `input_tokens` holds the cached tokens too; `beside` = it does not.
        input_tokens, output_tokens: the source's own sums.
        total: the source's own total; 0 beside other counts means not stated.

    The source's figures outrank its stated convention: cached tokens larger than the input, or a total that only
    adds up with them, are beside it; reasoning larger than the output, or needed by the total, is beside that.
    Audio and image tokens that exceed the uncached input are taken as cached ones.

    Raises:
        ValueError: the parts cannot be brought to the source's total.
    """
    cached = (cache_read or 0) + (cache_write_5m or 0) + (cache_write_1h or 0) + (cache_write_other or 0)
    given_in = (input_audio or 0) + (input_image or 0) if input_tokens is None else input_tokens
    given_out = (output_audio or 0) + (output_image or 0) if output_tokens is None else output_tokens
    thought = reasoning or 0
    is_beside = convention == "beside" or cached > (input_tokens or 0)
    is_apart = output_tokens is not None and thought > given_out
    if not total:
        total = None
    elif total != given_in + given_out + (cached if is_beside else 0) + (thought if is_apart else 0):
        if is_beside and total == given_in + given_out + (thought if is_apart else 0):
            total = None  # the source's total leaves its cached tokens out, so it checks nothing
        elif cached and total == given_in + cached + given_out:
            is_beside, is_apart = True, False
        elif thought and total == given_in + given_out + thought + (cached if is_beside else 0):
            is_apart = True
        else:
            parts = given_in + given_out + (cached if is_beside else 0)
            raise ValueError(f"parts add up to {parts} tokens, the source's total says {total}")

    uncached = None if input_tokens is None else input_tokens - (0 if is_beside else cached)
    if input_audio is not None or input_image is not None:
        uncached, input_audio, input_image = _apart(uncached, input_audio, input_image)
    text_out = None if output_tokens is None else output_tokens + (thought if is_apart else 0)
    if output_audio is not None or output_image is not None:
        text_out, output_audio, output_image = _apart(text_out, output_audio, output_image)
    texts = (uncached, cache_read, cache_write_5m, cache_write_1h, cache_write_other, text_out)
    return tuple.__new__(Tokens, (*texts, input_audio, output_audio, input_image, output_image, reasoning, total))


def _apart(room: int | None, audio: int | None, image: int | None) -> tuple[int | None, int | None, int | None]:
    """Tokens less their audio and image part, and those parts, none larger than what is there."""
    if room is not None:
        if audio is not None:
            audio = min(audio, room)
            room -= audio
        if image is not None:
            image = min(image, room)
            room -= image
    return room, audio, image


def total_disagreement(tokens: Tokens) -> str | None:
    """Why the parts do not add up to the source's total; `None` when they do, or when it states none (law L2)."""
    if tokens.source_total_tokens is None or tokens.total == tokens.source_total_tokens:
        return None
    return f"parts add up to {tokens.total} tokens, the source's total says {tokens.source_total_tokens}"


def completeness_of(tokens: Tokens, *, is_final: bool = True) -> int:
    """How complete a row is: more tokens first, output twice (a log repeats a call while it streams, and holds a line
    of zeros before it), then a finished call before a pending one, then more meters stated."""
    parts = tokens[:10]
    weight = sum(filter(None, parts)) + (tokens[5] or 0) + (tokens[7] or 0) + (tokens[9] or 0)
    return weight * 64 + (32 if is_final else 0) + 10 - parts.count(None)

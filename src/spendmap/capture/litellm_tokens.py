"""Token meters of one LiteLLM spend-log line.

Source: `prompt_tokens`, `completion_tokens`, `total_tokens` and the provider's usage object in
`metadata.usage_object` (LiteLLM 1.109). Cached tokens are inside `prompt_tokens`, reasoning inside completion.
"""

from __future__ import annotations

from typing import Any

from spendmap.capture.meters import Tokens, are_plain, count_of, disjoint_tokens, lifetimes_exceed, without_lifetime
from spendmap.capture.shapes import Shapes

NO_TOKENS = Tokens()
_EMPTY: dict[str, Any] = {}
_USAGE = Shapes(
    "prompt_tokens_details",
    "completion_tokens_details",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation",
    "server_tool_use",
)
_BEFORE = Shapes(
    "cached_tokens",
    "cache_creation_tokens",
    "cache_creation_token_details",
    "audio_tokens",
    "image_tokens",
    "web_search_requests",
)


def tokens_of(
    prompt: Any, completion: Any, total: Any, usage: dict[str, Any], *, has_cost: bool
) -> tuple[Tokens, int | None, bool]:
    """Token meters, web searches, and whether the cache writes by lifetime are more than the sum of them.

    A line that costs money and has no token at all comes from a version that did not log them: not stated, not 0.
    """
    if not are_plain((prompt, completion, total)):
        prompt = count_of(prompt, "prompt_tokens")
        completion = count_of(completion, "completion_tokens")
        total = count_of(total, "total_tokens")
    if not prompt and not completion and not total and has_cost:
        return NO_TOKENS, None, False
    if not usage:
        return disjoint_tokens("inside", prompt, completion, total=total), None, False
    before, after, read, written, lifetimes, server = _USAGE.take(usage)
    cached = also_written = listed = input_audio = input_image = searches = None
    if type(before) is dict and before:
        cached, also_written, listed, input_audio, input_image, searches = _BEFORE.take(before)
    if type(listed) is dict and listed:
        lifetimes = listed
    write_5m = write_1h = None
    is_above = False
    has_lifetimes = type(lifetimes) is dict and bool(lifetimes)
    if has_lifetimes:
        write_5m = count_of(lifetimes.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
        write_1h = count_of(lifetimes.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
    if written is not None or also_written is not None:
        written = _larger(written, also_written, "cache_creation_input_tokens")
        is_above = lifetimes_exceed(written, write_5m, write_1h)
        if has_lifetimes:
            written = without_lifetime(written, write_5m, write_1h)
    if read is not None or cached is not None:
        read = _larger(read, cached, "cached_tokens")
    if type(after) is not dict:
        after = _EMPTY
    reasoning, output_audio, output_image = (
        after.get("reasoning_tokens"),
        after.get("audio_tokens"),
        after.get("image_tokens"),
    )
    tokens = disjoint_tokens(
        "inside",
        prompt,
        completion,
        read,
        write_5m,
        write_1h,
        written,
        None if reasoning is None else count_of(reasoning, "reasoning_tokens"),
        None if input_audio is None else count_of(input_audio, "audio_tokens"),
        None if output_audio is None else count_of(output_audio, "audio_tokens"),
        None if input_image is None else count_of(input_image, "image_tokens"),
        None if output_image is None else count_of(output_image, "image_tokens"),
        total,
    )
    if type(server) is dict:
        searches = server.get("web_search_requests", searches)
    return tokens, None if searches is None else count_of(searches, "web_search_requests"), is_above


def _larger(first: Any, second: Any, name: str) -> int | None:
    """The larger of two places for one figure; LiteLLM fills one, the other, or both."""
    one = None if first is None else count_of(first, name)
    other = None if second is None else count_of(second, name)
    return one if other is None or (one is not None and one >= other) else other

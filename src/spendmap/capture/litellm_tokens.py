"""Token meters of one LiteLLM spend-log line.

Source: `prompt_tokens`, `completion_tokens`, `total_tokens` and the provider's usage object in
`metadata.usage_object` (LiteLLM 1.109). Cached tokens are inside `prompt_tokens`, reasoning inside completion.
"""

from __future__ import annotations

from typing import Any

from spendmap.capture.meters import Tokens, count_of, disjoint_tokens

NO_TOKENS = Tokens()
_EMPTY: dict[str, Any] = {}


def tokens_of(
    line: dict[str, Any], metadata: dict[str, Any], *, has_cost: bool
) -> tuple[Tokens, int | None, dict[str, Any]]:
    """Token meters, web searches and the provider's usage object.

    A line that costs money and has no token at all comes from a version that did not log them: not stated, not 0.
    """
    get = line.get
    prompt = count_of(get("prompt_tokens"), "prompt_tokens")
    completion = count_of(get("completion_tokens"), "completion_tokens")
    total = count_of(get("total_tokens"), "total_tokens")
    usage = metadata.get("usage_object") or metadata.get("additional_usage_values")
    if type(usage) is not dict:
        usage = _EMPTY
    if not prompt and not completion and not total and has_cost:
        return NO_TOKENS, None, usage
    if not usage:
        return disjoint_tokens("inside", input_tokens=prompt, output_tokens=completion, total=total), None, usage
    used = usage.get
    before, after = _dict(used("prompt_tokens_details")), _dict(used("completion_tokens_details"))
    lifetimes = _dict(before.get("cache_creation_token_details")) or _dict(used("cache_creation"))
    write_5m = write_1h = None
    if lifetimes:
        write_5m = count_of(lifetimes.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
        write_1h = count_of(lifetimes.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
    written = _larger(
        used("cache_creation_input_tokens"), before.get("cache_creation_tokens"), "cache_creation_input_tokens"
    )
    if lifetimes and written is not None:
        written = max(written - (write_5m or 0) - (write_1h or 0), 0) or None  # None: every one has a lifetime
    tokens = disjoint_tokens(
        "inside",
        input_tokens=prompt,
        output_tokens=completion,
        cache_read=_larger(used("cache_read_input_tokens"), before.get("cached_tokens"), "cached_tokens"),
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_write_other=written,
        reasoning=count_of(after.get("reasoning_tokens"), "reasoning_tokens"),
        input_audio=count_of(before.get("audio_tokens"), "audio_tokens"),
        output_audio=count_of(after.get("audio_tokens"), "audio_tokens"),
        input_image=count_of(before.get("image_tokens"), "image_tokens"),
        output_image=count_of(after.get("image_tokens"), "image_tokens"),
        total=total,
    )
    searches = _dict(used("server_tool_use")).get("web_search_requests", before.get("web_search_requests"))
    return tokens, count_of(searches, "web_search_requests"), usage


def _larger(first: Any, second: Any, name: str) -> int | None:
    """The larger of two places for one figure; LiteLLM fills one, the other, or both."""
    if first is None:
        return count_of(second, name)
    one, other = count_of(first, name), count_of(second, name)
    return one if other is None or (one is not None and one >= other) else other


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else _EMPTY

"""One call in a gateway's log, as LiteLLM writes it."""

from __future__ import annotations

from typing import Any


def call(number: int, day: str, model: str = "gpt-4.1-2025-04-14", tokens: int = 50_000_000) -> dict[str, Any]:
    """A call that answered, at ten o'clock of the day; input tokens alone."""
    return {
        "request_id": f"r{number}",
        "call_type": "acompletion",
        "api_key": "ab" * 32,
        "spend": 0,
        "prompt_tokens": tokens,
        "completion_tokens": 0,
        "total_tokens": tokens,
        "startTime": f"{day} 10:00:00",
        "endTime": f"{day} 10:00:09",
        "model": model,
        "custom_llm_provider": "openai",
        "metadata": {"status": "success"},
        "status": "success",
    }

"""Name a format by its keys, so that a file given under the wrong name is refused with the right one."""

from __future__ import annotations

from collections.abc import Iterable

_BY_KEYS: tuple[tuple[frozenset[str], str, str | None], ...] = (
    (frozenset({"resourceSpans"}), "OpenTelemetry traces", "otel_genai"),
    (frozenset({"resource_spans"}), "OpenTelemetry traces", "otel_genai"),
    (frozenset({"resourceLogs"}), "OpenTelemetry logs, which hold no spans", None),
    (frozenset({"resourceMetrics"}), "OpenTelemetry metrics, which hold no spans", None),
    (frozenset({"request_id", "startTime"}), "LiteLLM spend logs", "litellm_spendlogs"),
    (frozenset({"request_id", "spend"}), "LiteLLM spend logs", "litellm_spendlogs"),
    (
        frozenset({"api_requests", "spend", "date"}),
        "a LiteLLM daily table, which sums calls already in the spend logs",
        None,
    ),
    (frozenset({"sessionId", "type", "message"}), "Claude Code session logs", "claude_code_jsonl"),
    (frozenset({"sessionId", "uuid"}), "Claude Code session logs", "claude_code_jsonl"),
    (frozenset({"timestamp", "type", "payload"}), "Codex session logs", None),
    (frozenset({"schemaType", "modelId"}), "a Bedrock invocation log", None),
    (frozenset({"traceId", "usageDetails"}), "Langfuse observations", None),
    (frozenset({"usageEvents"}), "Cursor usage events", None),
    (frozenset({"data", "has_more"}), "a page of a provider's usage or cost report", None),
    (frozenset({"BilledCost", "EffectiveCost"}), "a FOCUS cost export", "focus"),
)


def known_format(seen: object) -> tuple[str | None, str | None]:
    """The format of an object (or of a CSV header's names) in words, and the `--as` that reads it if one does."""
    if isinstance(seen, list | tuple) and seen and isinstance(seen[0], dict):
        seen = seen[0]
    if isinstance(seen, dict):
        keys = frozenset(seen)
    elif isinstance(seen, Iterable) and not isinstance(seen, str | bytes):
        keys = frozenset(name for name in seen if isinstance(name, str))
    else:
        return None, None
    for wanted, name, kind in _BY_KEYS:
        if wanted <= keys:
            return name, kind
    return None, None

"""What the assistant does, and with which model since when: the shape of the gateway's traffic.

Invented, except the token lengths a feature draws from (`distributions.py`). One log line stands for a
stretch of a day of one customer and feature, so `calls` says how many calls it sums.
"""

from __future__ import annotations

from dataclasses import dataclass

from spendmap.sample.prices import PRICE_CHANGE_MODEL, UNPRICED_MODEL


@dataclass(frozen=True)
class Route:
    """From `since` (YYYY-MM-DD) on, this share of a feature's lines goes to this model."""

    since: str
    share: float
    provider: str
    model: str
    calls: float  # mean calls behind one line
    input_factor: float = 1.0
    output_factor: float = 1.0


@dataclass(frozen=True)
class Feature:
    """One feature. `use_case` is the id in the register; `weight` its share of the lines; `growth` per month."""

    name: str
    use_case: str
    cost_center: str
    team: str
    weight: float
    growth: float
    lengths: str  # "short" or "long" calls
    plans: tuple[str, ...]  # customers it serves; () = none, it is internal
    routes: tuple[Route, ...]
    eval_suites: tuple[str, ...] = ()

    def routes_on(self, day: str) -> list[Route]:
        """The routes in force: those of the latest `since` not after `day`."""
        since = max(route.since for route in self.routes if route.since <= day)
        return [route for route in self.routes if route.since == since]


ALL = ("flat", "premium", "free_beta")
START = "2025-10-01"
MINI = "gpt-5-mini-2025-08-07"
HAIKU = "claude-haiku-4-5-20251001"
OPUS = "claude-opus-4-5-20251101"

FEATURES: tuple[Feature, ...] = (
    Feature(
        "triage", "ticket-triage", "cc-4100", "assistant", 0.20, 1.00, "short", ALL,
        (
            Route(START, 1.0, "openai", MINI, 14000, 1.0, 3.0),
            Route("2026-05-04", 0.82, "openai", MINI, 14000, 1.0, 3.0),
            Route("2026-05-04", 0.18, "hosted_vllm", UNPRICED_MODEL, 9000, 1.0, 1.0),
        ),
    ),
    Feature(
        "answer", "answer-assistant", "cc-4100", "assistant", 0.26, 1.01, "long", ALL,
        (
            Route(START, 1.0, "openai", "gpt-5-2025-08-07", 780, 1.0, 2.2),
            Route("2025-12-08", 1.0, "openai", "gpt-5.1-2025-11-13", 780, 1.0, 2.2),
            Route("2026-02-09", 1.0, "openai", "gpt-5.2-2025-12-11", 560, 1.0, 2.0),
        ),
    ),
    Feature(
        "summarise", "conversation-summary", "cc-4100", "assistant", 0.18, 1.00, "long", ALL,
        (
            Route(START, 1.0, "anthropic", "claude-3-5-haiku-20241022", 1500, 1.0, 1.0),
            Route("2025-11-10", 1.0, "anthropic", HAIKU, 1250, 1.0, 1.0),
        ),
    ),
    Feature(
        "translate", "translation", "cc-4100", "assistant", 0.11, 1.00, "long", ALL,
        (Route(START, 1.0, "openai", MINI, 1500, 0.8, 4.0),),
    ),
    Feature(
        "premium_copilot", "premium-copilot", "cc-4100", "copilot", 0.10, 1.05, "long", ("premium",),
        (
            Route(START, 1.0, "anthropic", "claude-opus-4-1-20250805", 65, 2.5, 3.0),
            Route("2025-12-15", 1.0, "anthropic", OPUS, 190, 2.5, 3.0),
            Route("2026-07-06", 0.35, "anthropic", OPUS, 230, 2.5, 3.0),
            Route("2026-07-06", 0.65, "openai", PRICE_CHANGE_MODEL, 8, 1.4, 18.0),
        ),
    ),
    Feature(
        "insights_beta", "insights-beta", "cc-4100", "insights", 0.03, 1.11, "long", ("free_beta",),
        (Route(START, 1.0, "openai", MINI, 2400, 1.3, 2.0),),
    ),
    Feature(
        "agent_assist", "agent-assist", "cc-4200", "support-tools", 0.05, 1.02, "long", (),
        (Route(START, 1.0, "openai", "gpt-5-2025-08-07", 560, 1.0, 2.0),),
    ),
    Feature(
        "redaction", "gold-set-curation", "cc-5200", "data-platform", 0.04, 1.02, "long", (),
        (Route(START, 1.0, "openai", MINI, 2600, 1.0, 3.0),),
    ),
    Feature(
        "eval", "quality-evaluation", "cc-5300", "data-platform", 0.03, 1.03, "long", (),
        (
            Route(START, 1.0, "openai", "gpt-5-2025-08-07", 1500, 1.0, 3.0),
            Route("2026-02-09", 1.0, "openai", "gpt-5.2-2025-12-11", 1200, 1.0, 3.0),
        ),
        ("answer-gold", "triage-regression", "premium-drafts"),
    ),
)  # fmt: skip

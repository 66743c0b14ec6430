"""What holds a use case: its agents' switches, its suites' gates, its review queues, as registered. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from spendmap.register import Entity
from spendmap.register.codec import text_of_value
from spendmap.reports.card_questions import CONTROL_FIELDS, is_stated


@dataclass(frozen=True)
class Control:
    """One thing that holds the use case, and whose it is. `is_missing`: nothing is said, or that there is none."""

    kind: str
    subject_type: str
    subject_id: str
    subject: str
    text: str
    is_missing: bool


def controls(
    agents: Sequence[Entity], suites: Sequence[Entity], queues: Sequence[Entity], currency: str
) -> list[Control]:
    """Every control there is or should be. `currency` is that of budgets which name none."""
    return [
        *(each for agent in agents for each in _of_agent(agent, currency)),
        *(_of_suite(suite) for suite in suites),
        *(_of_queue(queue) for queue in queues),
    ]


def _of_agent(agent: Entity, currency: str) -> Iterator[Control]:
    for name, words in CONTROL_FIELDS.items():
        value = agent.get(name)
        if value is False:
            text = "none"
        elif value is True:
            text = "yes"
        else:
            text = text_of_value(value) or "nothing is said"
        if name == "kill_switch" and is_stated(value):
            tested = agent.get("kill_switch_tested_on")
            text += f", last tried {tested}" if tested else ", never tried"
        if name == "monthly_budget" and value is not None:
            text += f" {agent.get('currency') or currency} a month"
        label = f"{words[0].upper()}{words[1:]} of {agent.name}"
        yield Control(words, "agent", agent.id, agent.name, f"{label}: {text}", not is_stated(value))


def _of_suite(suite: Entity) -> Control:
    gate = suite.get("gate")
    text = "yes" if gate is True else (text_of_value(gate) or "none") if is_stated(gate) else "none"
    more = "".join(f", {text_of_value(suite.get(name))}" for name in ("cadence", "threshold") if suite.get(name))
    words = f"Gate of {suite.name}: {text}{more}"
    return Control("gate", "evaluation_suite", suite.id, suite.name, words, not is_stated(gate))


def _of_queue(queue: Entity) -> Control:
    sampling = queue.get("sampling")
    text = "sampling is not stated" if sampling is None else f"{percent(sampling)} of the output"
    return Control("review", "review_queue", queue.id, queue.name, f"Review in {queue.name}: {text}", False)


def percent(share: object) -> str:
    """A share as a percentage without trailing zeros: `0.6` is `60 %`."""
    return f"{(Decimal(str(share)) * 100).normalize():f} %"

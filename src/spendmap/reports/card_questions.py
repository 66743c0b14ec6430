"""The fifteen questions of the card, and from what each is answered.

Pure. One function decides for the list, the card and the command alike whether a question is answered: from figures
(`computed`), from what people said (`declared`), or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from spendmap.register import Entity
from spendmap.register.schema import BY_TYPE

How = Literal["computed", "declared", "unanswered"]


@dataclass(frozen=True)
class QuestionInfo:
    """One question. `fields` are the register fields a person answers it with, the main one first."""

    number: int
    id: str
    question: str
    fields: tuple[str, ...]


def _main(number: int) -> str:
    return next(each.name for each in BY_TYPE["use_case"].fields if each.question == number)


def _question(number: int, id_: str, question: str, *more: str) -> QuestionInfo:
    return QuestionInfo(number, id_, question, (_main(number), *more))


QUESTIONS: tuple[QuestionInfo, ...] = (
    _question(1, "owner", "Who owns it?"),
    _question(2, "problem", "What problem does it solve?"),
    _question(3, "nature", "Is it cost of goods sold, operating expense or hybrid?", "cogs_share"),
    _question(4, "cost_center", "Which cost centre pays?"),
    _question(5, "model_or_vendor", "Which model or vendor does it use?", "models"),
    _question(6, "data", "What data does it touch?", "data_assets"),
    _question(7, "direct_cost", "What is its direct cost?"),
    _question(8, "indirect_cost", "What is its indirect cost?"),
    _question(9, "unit_economics", "Which unit economics matter?"),
    _question(
        10, "business_outcome", "Which business outcome should move?", "measure", "baseline", "target", "target_date"
    ),
    _question(11, "quality_threshold", "Which quality threshold must hold?", "quality_owner"),
    _question(12, "controls", "Which controls exist?"),
    _question(13, "usage_doubles", "What if usage doubles?"),
    _question(14, "price_changes", "What if the vendor price changes?"),
    _question(15, "quality_worse", "What if the model gets worse?"),
)
"""In the order of the design; ids are stable."""

WHAT_IFS = ("usage_doubles", "price_changes", "quality_worse")
CONTROL_FIELDS: dict[str, str] = {
    "kill_switch": "kill switch",
    "output_review": "output review",
    "failure_detection": "failure detection",
    "rate_limit": "rate limit",
    "monthly_budget": "monthly budget",
}
"""What an agent can say of how it is held, in words."""


@dataclass(frozen=True)
class Known:
    """Everything that decides whether a use case's questions are answered. `case` None: it is not registered."""

    case: Entity | None
    center: Entity | None = None
    agents: Sequence[Entity] = field(default=())
    suites: Sequence[Entity] = field(default=())
    queues: Sequence[Entity] = field(default=())
    has_direct: bool = False
    has_vendor: bool = False
    has_paying_center: bool = False
    has_split: bool = False

    def said(self, name: str) -> object:
        """What the use case says of a field, None when nothing."""
        return None if self.case is None else self.case.get(name)


def how_answered(question: QuestionInfo, known: Known) -> How:
    """From what a question is answered."""
    declared: How = "declared" if known.said(question.fields[0]) is not None else "unanswered"
    match question.id:
        case "nature":
            return "declared" if nature_of(known)[0] and not lacks_share(known) else "unanswered"
        case "cost_center":
            return "computed" if declared == "unanswered" and known.has_paying_center else declared
        case "model_or_vendor":
            return "computed" if known.has_vendor else "declared" if known.said("models") is not None else declared
        case "data":
            return "declared" if known.said("data_assets") is not None else declared
        case "direct_cost":
            return "computed" if known.has_direct else declared
        case "indirect_cost":
            return "computed" if known.has_split else declared
        case "controls":
            return "computed" if has_controls(known) else declared
        case "usage_doubles" | "price_changes" | "quality_worse":
            return "computed" if known.has_direct else declared
    return declared


def unanswered(known: Known) -> list[str]:
    """Ids of the questions nothing answers, in order."""
    return [each.id for each in QUESTIONS if how_answered(each, known) == "unanswered"]


def nature_of(known: Known) -> tuple[str | None, object]:
    """Nature and cogs share: the use case's own, else its cost centre's."""
    own, share = known.said("nature"), known.said("cogs_share")
    if known.center is not None:
        own = own or known.center.get("nature")
        share = share if share is not None else known.center.get("cogs_share")
    return (None if own is None else str(own)), share


def lacks_share(known: Known) -> bool:
    """It is hybrid and nobody says how much of it is cost of goods sold."""
    nature, share = nature_of(known)
    return nature == "hybrid" and share is None


def has_controls(known: Known) -> bool:
    """An agent says how it is held, a suite has a gate, or people review the output."""
    return (
        any(is_stated(agent.get(name)) for agent in known.agents for name in CONTROL_FIELDS)
        or any(is_stated(suite.get("gate")) for suite in known.suites)
        or bool(known.queues)
    )


def is_stated(value: object) -> bool:
    """Something is said, and it is not "there is none"."""
    return value is not None and value is not False

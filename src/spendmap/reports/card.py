"""The question card of one use case: fifteen questions, each with answer, evidence, date and owner, or unanswered.

Reads the published figures, the register as it is now, and the published findings; writes nothing. Figures are of the
period, declared answers of today: an answer given a moment ago is on the card before anything is worked out again.
The three what-ifs replay the period and cost seconds; `card_what_if` answers them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.register import Entity, Value
from spendmap.register.codec import text_of_value
from spendmap.register.schema import BY_TYPE
from spendmap.reports.card_controls import Control, controls, percent
from spendmap.reports.card_money import CardMoney, CaseMoney, Runs, case_money
from spendmap.reports.card_questions import (
    QUESTIONS,
    WHAT_IFS,
    How,
    Known,
    QuestionInfo,
    how_answered,
    lacks_share,
    nature_of,
)
from spendmap.reports.declared import DeclaredBook, Recorded, referred, texts, tied_to
from spendmap.reports.figures import plus
from spendmap.reports.filters import Question, ask
from spendmap.reports.findings import FindingRow
from spendmap.reports.read_model import ReadModel
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.errors import UsageError

KIND = "use_case"
CHOICES = 500  # ids a form offers; more are typed
NATURE_WORDS = {"cogs": "Cost of goods sold", "opex": "Operating expense", "hybrid": "Hybrid"}


@dataclass(frozen=True)
class Choice:
    """One value a field can take."""

    id: str
    label: str


@dataclass(frozen=True)
class CardField:
    """One register field a person answers a question with. `value` None: nothing is said today."""

    name: str
    about: str
    type: str
    is_list: bool
    choices: list[Choice]
    value: str | None
    values: list[str]
    evidence_note: str | None
    valid_from: date | None
    recorded_at: str | None
    recorded_by: str | None


@dataclass(frozen=True)
class Answer:
    """One question and what answers it.

    `evidence` is the grade that carries most of a figure, or `declared`; None when unanswered. `date` is the day a
    declared answer holds from (or was recorded), and of a figure the day it was worked out. `owner` answers for it.
    `is_pending`: a what-if that is worked out when it is asked for.
    """

    number: int
    id: str
    question: str
    how: How
    answer: str | None
    evidence: str | None
    date: date | None
    owner: str | None
    next_step: str | None
    is_pending: bool
    money: CardMoney | None
    runs: Runs | None
    controls: list[Control]
    fields: list[CardField]


@dataclass(frozen=True)
class UseCaseCard:
    """The card. `fully_loaded` = direct + indirect, None while either is unknown. `version` goes with an edit."""

    id: str
    name: str
    is_registered: bool
    owner: str | None
    department: str | None
    department_label: str | None
    status: str | None
    category: str | None
    period: PeriodView
    currency: str
    basis: str
    direct: Decimal | None
    indirect: Decimal | None
    fully_loaded: Decimal | None
    questions: list[Answer]
    unanswered: int
    findings: list[FindingRow]
    version: int
    notes: list[str]


def use_case_card(
    model: ReadModel,
    book: DeclaredBook,
    use_case: str,
    *,
    today: date,
    findings: Sequence[FindingRow] = (),
    recorded: Recorded | None = None,
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
) -> UseCaseCard:
    """The card of a use case that is registered, or that money carries the name of.

    Args:
        today: UTC day the declared answers are read on; it also decides the default period.
        findings: the published findings; those about the use case and what is tied to it are shown.
    Raises:
        UsageError: the period, basis or currency is none.
        UnknownUseCaseError: nothing is registered or paid under that id.
    """
    question = ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)
    id_ = known_use_case(model, book, use_case, today)
    return _Writer(model, book, question, id_, today, recorded or Recorded(0, {})).card(findings)


class UnknownUseCaseError(UsageError):
    """No use case is registered or paid under that id."""

    def __init__(self, use_case: str, known: Sequence[str]) -> None:
        from difflib import get_close_matches

        near = get_close_matches(use_case, known, n=3, cutoff=0.5) or list(known[:12])
        super().__init__(
            f"no use case is called {use_case[:80]!r}."
            + (f" Known: {', '.join(near)}{' and others' if len(known) > len(near) else ''}." if near else ""),
            next_step="List them with `spendmap card --list`.",
        )


def known_use_case(model: ReadModel, book: DeclaredBook, text: str, today: date) -> str:
    """The id that was meant: an id, or a name, letter case aside.

    Raises:
        UnknownUseCaseError: there is none, or several have that name.
    """
    ids = dict.fromkeys((*book.ids(KIND), *model.ai_values(KIND)))
    if text in ids:
        return text
    folded = text.casefold()
    same = [id_ for id_ in ids if folded in {id_.casefold(), book.name(KIND, id_, today).casefold()}]
    if len(same) != 1:
        raise UnknownUseCaseError(text, sorted(ids))
    return same[0]


class _Writer:
    """Writes one card."""

    def __init__(
        self, model: ReadModel, book: DeclaredBook, question: Question, id_: str, today: date, recorded: Recorded
    ) -> None:
        self.model, self.book, self.question, self.id, self.today = model, book, question, id_, today
        self.recorded = recorded
        self.case = book.entity(KIND, id_, today)
        self.values: Mapping[str, Value] = book.values(KIND, id_, today)
        center = self._said("cost_center")
        self.center = book.entity("cost_center", str(center), today) if center else None
        self.agents = tied_to(id_, self.case, "agent", book, today, "agents")
        self.suites = tied_to(id_, self.case, "evaluation_suite", book, today, "evaluation_suites")
        self.queues = tied_to(id_, self.case, "review_queue", book, today, "review_queues")
        self.money: CaseMoney = case_money(model, question, id_, texts(self._said("workflow")))
        self.known = Known(
            self.case,
            self.center,
            self.agents,
            self.suites,
            self.queues,
            has_direct=self.money.direct.cost is not None,
            has_vendor=bool(self.money.vendors or self._models()),
            has_paying_center=bool(self.money.cost_centers),
            has_split=model.has_split,
        )
        self.controls = controls(self.agents, self.suites, self.queues, model.meta.currency)
        self.head = self._head()

    def card(self, findings: Sequence[FindingRow]) -> UseCaseCard:
        direct, indirect = self.money.direct.cost, self.money.indirect.cost if self.money.indirect else None
        questions = [self._answer(each) for each in QUESTIONS]
        department = self._said("department")
        return UseCaseCard(
            id=self.id,
            name=self.case.name if self.case else self.model.label(KIND, self.id),
            is_registered=self.case is not None,
            owner=text_of_value(self._said("owner")),
            department=text_of_value(department),
            department_label=self.book.name("department", str(department), self.today) if department else None,
            status=text_of_value(self._said("status")),
            category=text_of_value(self._said("category")),
            period=PeriodView.of(self.question.period),
            currency=self.question.currency,
            basis=self.question.basis,
            direct=direct,
            indirect=indirect,
            fully_loaded=None if direct is None or indirect is None else plus(direct, indirect),
            questions=questions,
            unanswered=sum(each.how == "unanswered" for each in questions),
            findings=self._findings(findings),
            version=self.recorded.version,
            notes=[*self.question.notes, *self._notes()],
        )

    def _answer(self, question: QuestionInfo) -> Answer:
        how = how_answered(question, self.known)
        text, evidence, money = self._text(question, how)
        is_open = how == "unanswered"
        main = self.values.get(question.fields[0])
        return Answer(
            number=question.number,
            id=question.id,
            question=question.question,
            how=how,
            answer=text,
            evidence=None if is_open else evidence,
            date=None if is_open else self._computed_on() if how == "computed" else self._said_on(question, main),
            owner=self._owner(question),
            next_step=self._next_step(question) if is_open else None,
            is_pending=question.id in WHAT_IFS and how == "computed",
            money=money,
            runs=self.money.runs if question.id == "unit_economics" else None,
            controls=self.controls if question.id == "controls" else [],
            fields=[self._field(name) for name in question.fields],
        )

    def _text(self, question: QuestionInfo, how: How) -> tuple[str | None, str | None, CardMoney | None]:
        """Answer in words, its evidence grade, and its money."""
        said = text_of_value(self._said(question.fields[0]))
        grade = "declared"
        match question.id:
            case "nature":
                return self._nature(), grade, None
            case "cost_center":
                ids = [said] if said else self.money.cost_centers
                names = [f"{self.book.name('cost_center', id_, self.today)} ({id_})" for id_ in ids]
                return ", ".join(names) or None, grade if said else _main_grade(self.money.direct), None
            case "model_or_vendor":
                return self._bought(how)
            case "data":
                return self._data(), grade, None
            case "direct_cost":
                if how == "computed":
                    return _sentence(self.money.direct), _main_grade(self.money.direct), self.money.direct
                return said, grade, self.money.direct if self.money.has_rows else None
            case "indirect_cost":
                if self.money.indirect is not None:
                    shown = self.money.indirect
                    return _sentence(shown), _main_grade(shown) or "metered", shown
            case "business_outcome":
                return self._outcome(said), grade, None
            case "quality_threshold":
                owner = text_of_value(self._said("quality_owner"))
                return f"{said} (answers for it: {owner})" if said and owner else said, grade, None
            case "controls":
                present = [each.text for each in self.controls if not each.is_missing]
                return "; ".join([*([said] if said else []), *present]) or None, grade, None
            case "usage_doubles" | "price_changes" | "quality_worse":
                return said, "estimated" if how == "computed" else grade, None
        return said, grade, None

    def _nature(self) -> str | None:
        nature, share = nature_of(self.known)
        if nature is None:
            return None
        words = NATURE_WORDS.get(nature, nature)
        if nature == "hybrid":
            if lacks_share(self.known):
                return f"{words}, and nobody says how much of it is cost of goods sold"
            words += f", {percent(share)} of it cost of goods sold"
        if self._said("nature") is None and self.center is not None:
            words += f" (as its cost centre {self.center.name} says)"
        return words

    def _bought(self, how: How) -> tuple[str | None, str | None, CardMoney | None]:
        if how == "computed":
            vendors = [self.model.label("vendor", each) for each in self.money.vendors]
            models = self._models()
            said = "; ".join(filter(None, [", ".join(vendors), ", ".join(models)]))
            return said, _main_grade(self.money.direct), None
        declared = [self.book.name("vendor", id_, self.today) for id_ in referred_or_none(self.case, "vendors")]
        return ", ".join([*declared, *texts(self._said("models"))]) or None, "declared", None

    def _data(self) -> str | None:
        said = text_of_value(self._said("data"))
        assets = []
        for id_ in referred_or_none(self.case, "data_assets"):
            asset = self.book.entity("data_asset", id_, self.today)
            risk = asset.get("data_risk") if asset else None
            assets.append(f"{asset.name if asset else id_} ({risk or 'no risk class'})")
        return "; ".join(filter(None, [said, ", ".join(assets)])) or None

    def _outcome(self, said: str | None) -> str | None:
        measure, baseline, target = (text_of_value(self._said(name)) for name in ("measure", "baseline", "target"))
        more = [
            f"measured by {measure}" if measure else "",
            f"from {baseline}" if baseline else "",
            f"to {target}" if target else "",
            f"by {self._said('target_date')}" if self._said("target_date") else "",
        ]
        rest = " ".join(filter(None, more))
        return f"{said}; {rest}" if said and rest else said

    def _owner(self, question: QuestionInfo) -> str | None:
        """Who answers for the answer."""
        center_owner = self.center.get("owner") if self.center else None
        of_suites = next((each.get("quality_owner") or each.get("owner") for each in self.suites), None)
        quality = self._said("quality_owner") or of_suites
        first: dict[str, Any] = {
            "nature": center_owner,
            "cost_center": center_owner,
            "quality_threshold": quality,
            "quality_worse": quality,
            "data": next(
                (
                    asset.get("owner")
                    for id_ in referred_or_none(self.case, "data_assets")
                    if (asset := self.book.entity("data_asset", id_, self.today)) is not None
                ),
                None,
            ),
        }
        return text_of_value(first.get(question.id) or self._said("owner") or self.head)

    def _next_step(self, question: QuestionInfo) -> str:
        if self.case is None:
            return f"Register it: `spendmap register apply FILE` with use_cases: [{{id: {self.id}, ...}}]."
        who = self.head if question.id == "owner" else self._owner(question)
        asked = f"Ask {who}" if who else "Ask its department"
        steps = {
            "nature": f"{asked} for cogs, opex or hybrid with a share.",
            "direct_cost": "Tie ledger rows to it with `keys` in the register, then `spendmap allocate`.",
            "indirect_cost": "Declare in rules/ how shared and idle cost is split, then `spendmap allocate`.",
            "model_or_vendor": "Tie ledger rows to it with `keys` in the register, then `spendmap allocate`.",
            "usage_doubles": "It needs direct cost in the period first.",
            "price_changes": "It needs direct cost in the period first.",
            "quality_worse": "It needs direct cost in the period first.",
            "controls": f"{asked} how it is stopped, reviewed and tested, or register its agent, suite or queue.",
        }
        return steps.get(question.id, f"{asked}, and answer here or with `spendmap register apply FILE`.")

    def _field(self, name: str) -> CardField:
        declared = BY_TYPE[KIND].field(name)
        value = self.values.get(name)
        is_list = declared.type in {"texts", "refs"}
        return CardField(
            name=name,
            about=declared.about,
            type=declared.type,
            is_list=is_list,
            choices=self._choices(declared.to, declared.choices),
            value=None if value is None else text_of_value(value.value),
            values=list(texts(value.value)) if value is not None and is_list else [],
            evidence_note=value.evidence if value else None,
            valid_from=value.valid_from if value else None,
            recorded_at=f"{value.recorded_at:%Y-%m-%dT%H:%M:%SZ}" if value else None,
            recorded_by=self.recorded.by.get(name) if value else None,
        )

    def _choices(self, to: str, plain: Sequence[str]) -> list[Choice]:
        if not to:
            return [Choice(each, NATURE_WORDS.get(each, each)) for each in plain]
        ids = self.book.ids(to)[:CHOICES]
        return [Choice(id_, self.book.name(to, id_, self.today)) for id_ in ids]

    def _findings(self, findings: Sequence[FindingRow]) -> list[FindingRow]:
        about = {(KIND, self.id)}
        about |= {("agent", each.id) for each in self.agents}
        about |= {("evaluation_suite", each.id) for each in self.suites}
        about |= {("review_queue", each.id) for each in self.queues}
        about |= {("data_asset", id_) for id_ in referred_or_none(self.case, "data_assets")}
        return [each for each in findings if (each.subject.type, each.subject.id) in about]

    def _notes(self) -> list[str]:
        notes = []
        if self.case is None:
            notes.append("It is not registered: its money carries this name, and nobody has said what it is.")
        if self.money.indirect is None:
            notes.append("Indirect cost is unknown: no shared, idle or overhead cost has been split. It is not zero.")
        if self.money.direct.missing_rows:
            notes.append(
                f"{self.money.direct.missing_rows:,} rows have no {self.question.basis} cost and are in no figure here."
            )
        others = [each for each in self.model.meta.currencies if each != self.question.currency]
        if others:
            notes.append(f"Money in {', '.join(others)} is not added; ask with currency={others[0]}.")
        return notes

    def _models(self) -> list[str]:
        return [part.label for part in self.money.direct.breakdowns[3].parts if part.key]

    def _head(self) -> str | None:
        department = self._said("department")
        if department is None and self.center is not None:
            department = self.center.get("department")
        entity = self.book.entity("department", str(department), self.today) if department else None
        return text_of_value(entity.get("owner")) if entity else None

    def _said(self, name: str) -> Any:
        return None if self.case is None else self.case.get(name)

    def _said_on(self, question: QuestionInfo, main: Value | None) -> date | None:
        value = main or next((self.values[name] for name in question.fields if name in self.values), None)
        if value is not None:
            return value.valid_from or value.recorded_at.date()
        if question.id == "nature" and self.center is not None:
            stated = self.book.values("cost_center", self.center.id, self.today).get("nature")
            return (stated.valid_from or stated.recorded_at.date()) if stated else None
        return None

    def _computed_on(self) -> date | None:
        at = self.model.meta.generated_at
        return date.fromisoformat(at[:10]) if at else None


def referred_or_none(entity: Entity | None, field_name: str) -> tuple[str, ...]:
    """Ids a reference field of an entity names; none without one."""
    return () if entity is None else referred(entity, field_name)


def _sentence(money: CardMoney) -> str:
    if money.cost is None:
        return f"unknown in {money.period}: {money.missing_rows:,} rows without a {money.basis} cost"
    said = f"{money.cost:,.2f} {money.currency} in {money.period} ({money.basis})"
    return said + (f", and {money.missing_rows:,} rows without a cost" if money.missing_rows else "")


def _main_grade(money: CardMoney) -> str | None:
    """The grade that carries most of a figure."""
    order: Callable[[str], Decimal] = lambda grade: abs(money.by_evidence[grade])  # noqa: E731
    return max(money.by_evidence, key=order, default=None) or None

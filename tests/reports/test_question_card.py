"""The question card: what is computed, what people said, and what nobody has answered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from card_company import build

from spendmap.register import open_register
from spendmap.register.edit import edit_entity
from spendmap.reports.card import Answer, UnknownUseCaseError, UseCaseCard, use_case_card
from spendmap.reports.declared import DeclaredBook, DeclaredBooks
from spendmap.reports.read_model import ReadModel
from spendmap.reports.use_cases import all_use_cases, use_cases_report
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

D = Decimal
TODAY = date(2026, 11, 21)
ORDER = [
    "owner", "problem", "nature", "cost_center", "model_or_vendor", "data", "direct_cost", "indirect_cost",
    "unit_economics", "business_outcome", "quality_threshold", "controls", "usage_doubles", "price_changes", "quality_worse",
]  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build(tmp_path_factory.mktemp("card") / "larch")


def card_of(place: Workspace, use_case: str = "support_bot", **asked: str) -> UseCaseCard:
    books = DeclaredBooks(place)
    recorded = books.recorded("use_case", use_case)
    return use_case_card(ReadModel.open(place), books.current(), use_case, today=TODAY, recorded=recorded, **asked)


def answers(card: UseCaseCard) -> dict[str, Answer]:
    return {each.id: each for each in card.questions}


def test_the_card_asks_fifteen_questions_in_the_order_of_the_design(company: Workspace) -> None:
    card = card_of(company)
    assert [each.id for each in card.questions] == ORDER
    assert [each.number for each in card.questions] == list(range(1, 16))
    still_open = [each.id for each in card.questions if each.how == "unanswered"]
    assert still_open == ["problem", "unit_economics", "quality_threshold"]
    assert card.unanswered == 3
    assert all(
        each.next_step and each.answer is None and each.evidence is None
        for each in card.questions
        if each.id in still_open
    )


def test_direct_and_indirect_cost_are_told_apart_and_add_up_by_every_part(company: Workspace) -> None:
    card = card_of(company)
    assert (card.direct, card.indirect, card.fully_loaded) == (D("560.85"), D(65), D("625.85"))
    direct, indirect = (answers(card)[id_].money for id_ in ("direct_cost", "indirect_cost"))
    assert direct is not None and indirect is not None
    parts = {each.by: {part.key: part.cost for part in each.parts} for each in direct.breakdowns}
    assert parts["category"] == {"human_review": D("310.75"), "product_inference": D("250.10")}
    assert parts["layer"] == {"labour": D("310.75"), "direct": D("250.10")}
    assert parts["vendor"] == {None: D("310.75"), "openai": D("250.10")}
    assert parts["model"] == {None: D("310.75"), "gpt-5": D("250.10")}
    assert direct.by_evidence == {"invoiced": D("250.10"), "declared": D("310.75")}
    assert answers(card)["direct_cost"].evidence == "declared"  # more than half of it is what people say they worked
    assert {part.key: part.cost for part in indirect.breakdowns[2].parts} == {"gpu": D(60), "idle-gpu": D(5)}
    assert [point.cost for point in direct.series][-2:] == [D(200), D("560.85")]


def test_unknown_money_stays_beside_the_figure_and_is_never_zero(company: Workspace) -> None:
    card = card_of(company, basis="billed")
    direct, indirect = (answers(card)[id_].money for id_ in ("direct_cost", "indirect_cost"))
    assert direct is not None and indirect is not None
    assert (direct.cost, direct.missing_rows) == (D("250.10"), 1)  # nobody bills the reviewing
    assert (indirect.cost, indirect.missing_rows) == (D(60), 1)
    assert any("1 rows have no billed cost" in note for note in card.notes)


def test_without_a_split_indirect_cost_is_unknown_and_says_how_to_know_it(tmp_path: Path) -> None:
    card = card_of(build(tmp_path / "larch", with_split=False))
    indirect = answers(card)["indirect_cost"]
    assert (card.indirect, card.fully_loaded, indirect.how) == (None, None, "unanswered")
    assert "spendmap allocate" in (indirect.next_step or "")


def test_declared_answers_carry_their_evidence_note_first_day_and_who_recorded_them(company: Workspace) -> None:
    told = answers(card_of(company))
    owner = told["owner"]
    assert (owner.answer, owner.how, owner.evidence, owner.date) == (
        "Ines Okafor", "declared", "declared", date(2026, 7, 1),
    )  # fmt: skip
    (field,) = owner.fields
    assert (field.evidence_note, field.recorded_by, field.recorded_at) == (
        "June board",
        "carla",
        "2026-10-03T09:00:00Z",
    )
    assert told["nature"].answer == "Hybrid, 60 % of it cost of goods sold (as its cost centre Support cost says)"
    assert told["nature"].owner == "Finn Berg"
    assert (told["data"].answer, told["data"].owner) == ("Tickets (confidential)", "Wen Zhao")
    assert told["business_outcome"].answer == "Tickets closed without a person; measured by share closed to 60 %"
    assert told["quality_threshold"].owner == "Bo Diaz"  # who answers for the suite's quality is who to ask


def test_controls_are_those_of_its_agents_suites_and_queues_and_what_is_missing_is_named(company: Workspace) -> None:
    controls = answers(card_of(company))["controls"].controls
    assert [each.text for each in controls if not each.is_missing] == [
        "Kill switch of Triage agent: flag off, never tried",
        "Gate of Gold set: holds the release, weekly",
        "Review in Doubtful answers: 5 % of the output",
    ]
    assert [each.text for each in controls if each.is_missing] == [
        "Output review of Triage agent: nothing is said",
        "Failure detection of Triage agent: nothing is said",
        "Rate limit of Triage agent: none",
        "Monthly budget of Triage agent: nothing is said",
    ]


def test_a_use_case_without_money_has_questions_and_no_zero(company: Workspace) -> None:
    card = card_of(company, "lead-scoring")
    told = answers(card)
    assert (card.direct, card.fully_loaded) == (None, None)
    assert card.indirect == 0  # the pools were split, and nothing of them came here
    assert [id_ for id_, each in told.items() if each.how != "unanswered"] == ["indirect_cost"]
    assert told["owner"].next_step == "Ask Rafael Costa, and answer here or with `spendmap register apply FILE`."


def test_an_answer_given_now_is_on_the_next_card_without_working_anything_out_again(tmp_path: Path) -> None:
    place = build(tmp_path / "larch")
    books, model = DeclaredBooks(place), ReadModel.open(place)

    def problem() -> str | None:
        return answers(use_case_card(model, books.current(), "support_bot", today=TODAY))["problem"].answer

    assert problem() is None
    with open_register(place) as register:
        version = register.entity_version("use_case", "support_bot")
        edit_entity(
            register, "use_case", "support_bot", {"problem": "Tickets wait too long"}, version=version, actor="ines",
            now=datetime(2026, 11, 20, tzinfo=UTC),
        )  # fmt: skip
    assert problem() == "Tickets wait too long"
    assert books.recorded("use_case", "support_bot").by["problem"] == "ines"


def test_the_list_tells_of_every_use_case_what_its_card_tells(company: Workspace) -> None:
    model, book = ReadModel.open(company), DeclaredBooks(company).current()
    question, rows = all_use_cases(model, book, today=TODAY)
    assert {row.id for row in rows} == {"support_bot", "lead-scoring"}
    for row in rows:
        card = card_of(company, row.id)
        assert (row.direct, row.indirect, row.unanswered) == (card.direct, card.indirect, card.unanswered)
        assert row.open_questions == [each.id for each in card.questions if each.how == "unanswered"]
    report = use_cases_report(model, question, rows, open_question="owner")
    assert ([row.id for row in report.items], report.without_owner) == (["lead-scoring"], 1)
    assert [row.id for row in use_cases_report(model, question, rows, sort="direct").items] == [
        "support_bot",
        "lead-scoring",
    ]
    assert [row.id for row in use_cases_report(model, question, rows, search="ines SUPPORT").items] == ["support_bot"]
    for wrong in ({"sort": "owner; --"}, {"open_question": "why"}, {"page": 9}, {"size": 0}):
        with pytest.raises(UsageError):
            use_cases_report(model, question, rows, **wrong)  # type: ignore[arg-type]


def test_money_that_names_a_use_case_nobody_registered_is_listed_and_says_so(company: Workspace) -> None:
    model, nothing = ReadModel.open(company), DeclaredBook(0, {})
    _, (row,) = all_use_cases(model, nothing, today=TODAY)
    assert (row.id, row.is_registered, row.direct) == ("support_bot", False, D("560.85"))
    card = use_case_card(model, nothing, "support_bot", today=TODAY)
    assert not card.is_registered
    # Computed without a word from anybody: cost centre, vendor, both costs, and the three what-ifs.
    assert card.unanswered == 15 - 7
    with pytest.raises(UnknownUseCaseError, match=r"no use case is called 'suport_bot'\. Known: support_bot"):
        use_case_card(model, nothing, "suport_bot", today=TODAY)


def test_a_use_case_is_found_by_its_name_too(company: Workspace) -> None:
    assert card_of(company, "SUPPORT BOT").id == "support_bot"

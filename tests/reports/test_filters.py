"""What a person may type, and what is said when it is not understood."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published_company import ALLOCATION, publish

from spendmap.reports.filters import ask, default_period, split_condition
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.period import Period

TODAY = date(2026, 11, 21)


def test_the_default_period_is_the_last_full_month_that_has_figures(model: ReadModel) -> None:
    assert default_period(model, date(2026, 11, 1))[0].label == "2026-10"
    # On the last day of October, October is not over.
    assert default_period(model, date(2026, 10, 31))[0].label == "2026-09"


def test_an_older_default_period_says_that_last_month_is_not_captured_yet(model: ReadModel) -> None:
    period, notes = default_period(model, date(2027, 3, 1))
    assert period.label == "2026-10"
    assert notes == ("Nothing is captured for 2027-02 yet; this is 2026-10, the last full month with figures.",)


def test_a_month_that_is_not_over_is_shown_when_there_is_no_other(model: ReadModel) -> None:
    period, notes = default_period(model, date(2026, 9, 15))
    assert period.label == "2026-09"
    assert notes


def test_a_month_with_other_money_only_is_not_the_default(tmp_path: Path) -> None:
    rent = [
        row for row in ALLOCATION if row["allocation_id"] in {"a-rent", "a-gpu-sep"}
    ]  # rent of October, GPUs of September
    assert default_period(ReadModel.open(publish(tmp_path, allocation=rent)), TODAY)[0].label == "2026-09"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"period": "2026-13"}, "'2026-13' is not a period"),
        ({"period": "october"}, "'october' is not a period"),
        ({"period": "0000"}, "not between 1970 and 2999"),
        ({"period": "9999-12"}, "not between 1970 and 2999"),
        ({"period": "2026-10; DROP TABLE month"}, "is not a period"),
        ({"compare": "last"}, "compare: 'last' is not a period"),
        ({"basis": "amortised"}, "no basis is called 'amortised'"),
        ({"basis": "biled"}, "Did you mean billed?"),
        ({"currency": "GBP"}, "no figure is kept in 'GBP'"),
        ({"by": ["team"]}, "no dimension is called 'team'"),
        ({"by": ["categori"]}, "Did you mean category?"),
        ({"by": ["category; DROP TABLE month"]}, "no dimension is called"),
        ({"by": []}, "grouped by 1 to 6 dimensions, not 0"),
        ({"by": ["vendor", "model", "tool", "agent", "owner", "layer", "method"]}, "not 7"),
        ({"where": [("team", "x")]}, "no dimension is called 'team'"),
        ({"where": [("department", "suport")]}, "Did you mean support"),
        ({"where": [("vendor", "' OR 1=1 --")]}, "no vendor is called"),
        ({"where": [("vendor", "x" * 100_000)]}, "no vendor is called"),
        ({"where": [("vendor", "")] * 501}, "501 conditions are more than 500"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_known(
    model: ReadModel, typed: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        ask(model, today=TODAY, **typed)  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert caught.value.next_step
    assert len(str(caught.value)) < 1000


def test_a_value_may_be_typed_as_its_label_in_any_case(model: ReadModel) -> None:
    typed = [("vendor", "amazon web services"), ("department", "SUPPORT"), ("department", "")]
    assert ask(model, today=TODAY, where=typed).where == (("vendor", ("aws",)), ("department", ("support", "")))


def test_source_is_short_for_source_name(model: ReadModel) -> None:
    assert ask(model, today=TODAY, by=("source",), where=[("source", "bills")]).by == ("source_name",)


def test_quarters_years_and_all_months_are_periods(model: ReadModel) -> None:
    assert ask(model, today=TODAY, period="2026-Q4").compare == Period.parse("2026-Q3")
    everything = ask(model, today=TODAY, period="all")
    assert (everything.period.first, everything.period.last, everything.compare) == ("2026-09", "2026-10", None)


def test_a_condition_keeps_every_separator_in_its_value() -> None:
    assert split_condition("model:vertex:gemini", ":") == ("model", "vertex:gemini")
    assert split_condition("vendor=", "=") == ("vendor", "")
    with pytest.raises(UsageError, match="Write DIMENSION=VALUE"):
        split_condition("vendor", "=")


def test_the_link_of_a_figure_asks_for_the_same_figure_again(model: ReadModel) -> None:
    question = ask(model, today=TODAY, where=[("vendor", "openai"), ("vendor", "aws")])
    assert question.query("category", [("vendor", "openai"), ("category", "agents")]) == (
        "figure=category&period=2026-10&basis=effective&currency=USD&where=vendor:openai&where=category:agents"
    )

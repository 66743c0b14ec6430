"""The changed inputs of a scenario, as people type them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from spendmap.optimization.changes import Changes, PriceChange, Rate, Swap, read_changes
from spendmap.vocabulary.errors import UsageError


def test_nothing_set_is_the_identity_scenario() -> None:
    assert read_changes([]) == Changes()


def test_each_change_is_read_as_written() -> None:
    found = read_changes(
        ["usage=2", "price:OpenAI/gpt-4.1=0.8", "swap:gpt-4.1=gpt-5-mini", "retries=+0.10", "rejection=0.10:0.30"]
    )
    assert found.usage == 2
    assert found.prices == (PriceChange("openai/gpt-4.1", Fraction(4, 5)),)
    assert found.swaps == (Swap("gpt-4.1", "gpt-5-mini"),)
    assert found.retries == Rate(Fraction(1, 10), is_added=True)
    assert found.rejection == Rate(Fraction(3, 10), start=Fraction(1, 10))


def test_a_model_name_may_hold_a_colon() -> None:
    assert read_changes(["swap:amazon.nova-pro-v1:0=gpt-5-mini"]).swaps == (Swap("amazon.nova-pro-v1:0", "gpt-5-mini"),)


def test_worse_quality_is_more_retries_more_review_and_more_rejection() -> None:
    assert read_changes(["quality=worse"]) == Changes(
        review=Fraction(3, 2),
        retries=Rate(Fraction(1, 10), is_added=True),
        rejection=Rate(Fraction(1, 5), is_added=True),
        is_worse=True,
        texts=("quality=worse",),
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["usage"], "not NAME=VALUE"),
        (["usage="], "not NAME=VALUE"),
        (["temperature=2"], "no change a scenario knows"),
        (["quality=better"], "no change a scenario knows"),
        (["price=2"], "no change a scenario knows"),
        (["usage=two"], "not a number"),
        (["usage=nan"], "not a finite number"),
        (["usage=-1"], "between 0"),
        (["usage=1.0000001"], "at most 6 decimal places"),
        (["rejection=30"], "between 0 and 1"),
        (["rejection=2:0.3"], "between 0 and 1"),
        (["usage=2", "usage=3"], "set twice"),
        (["quality=worse", "review=2"], "set twice"),
    ],
)
def test_a_change_that_cannot_be_read_says_so_and_what_to_type(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        read_changes(texts)
    assert refused.value.next_step

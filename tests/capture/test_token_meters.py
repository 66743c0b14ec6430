"""Token meters never overlap and add up to the source's own total (law L2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.capture.meters import (
    COUNT_LIMIT,
    Tokens,
    completeness_of,
    count_of,
    disjoint_tokens,
    total_disagreement,
)

COUNTS = st.none() | st.integers(0, 10**9)


def test_cached_tokens_inside_input_are_taken_out_of_it() -> None:
    # 18,800 in = 16,000 read + 2,000 written + 800 uncached; with 600 out the source's total is 19,400.
    tokens = disjoint_tokens(
        "inside", input_tokens=18_800, output_tokens=600, cache_read=16_000, cache_write_5m=2_000, total=19_400
    )
    assert (tokens.input_uncached, tokens.cache_read, tokens.cache_write_5m, tokens.output) == (800, 16_000, 2_000, 600)
    assert tokens.total == 19_400


def test_cached_tokens_beside_input_leave_it_alone() -> None:
    tokens = disjoint_tokens("beside", input_tokens=7, output_tokens=530, cache_read=23_685, cache_write_1h=1_200)
    assert (tokens.input_uncached, tokens.cache_read, tokens.cache_write_1h) == (7, 23_685, 1_200)
    assert tokens.total == 7 + 23_685 + 1_200 + 530


def test_cached_tokens_larger_than_the_input_must_be_beside_it() -> None:
    tokens = disjoint_tokens("inside", input_tokens=7, output_tokens=5, cache_read=900)
    assert (tokens.input_uncached, tokens.cache_read) == (7, 900)


def test_a_total_that_only_adds_up_with_the_cache_says_that_it_is_beside() -> None:
    # 1,000 + 300 cached + 50 = 1,350: the 300 are not part of the 1,000.
    tokens = disjoint_tokens("inside", input_tokens=1_000, output_tokens=50, cache_read=300, total=1_350)
    assert (tokens.input_uncached, tokens.cache_read) == (1_000, 300)


def test_a_total_that_leaves_the_cache_out_is_not_kept_as_a_check() -> None:
    tokens = disjoint_tokens("beside", input_tokens=7, output_tokens=5, cache_read=900, total=12)
    assert tokens.source_total_tokens is None
    assert tokens.total == 912


def test_reasoning_beside_output_is_added_when_the_total_needs_it() -> None:
    # Gemini's way: 100 in, 20 out, 80 thought, 200 in all.
    tokens = disjoint_tokens("inside", input_tokens=100, output_tokens=20, reasoning=80, total=200)
    assert (tokens.output, tokens.output_reasoning, tokens.total) == (100, 80, 200)


def test_reasoning_larger_than_the_output_must_be_beside_it() -> None:
    assert disjoint_tokens("inside", input_tokens=100, output_tokens=20, reasoning=80).output == 100


def test_audio_tokens_leave_input_and_output() -> None:
    # 1,000 in of which 50 audio and 400 cached; 200 out of which 30 audio: 550 + 400 + 50 + 170 + 30 = 1,200.
    tokens = disjoint_tokens(
        "inside", input_tokens=1_000, output_tokens=200, cache_read=400, input_audio=50, output_audio=30, total=1_200
    )
    assert (tokens.input_uncached, tokens.input_audio, tokens.output, tokens.output_audio) == (550, 50, 170, 30)
    assert total_disagreement(tokens) is None


def test_parts_that_cannot_reach_the_total_are_refused_with_both_figures() -> None:
    with pytest.raises(ValueError, match="parts add up to 150 tokens, the source's total says 999"):
        disjoint_tokens("inside", input_tokens=100, output_tokens=50, total=999)


def test_a_total_of_zero_beside_counts_is_not_stated() -> None:
    assert disjoint_tokens("inside", input_tokens=100, output_tokens=50, total=0).source_total_tokens is None


def test_missing_counts_stay_missing() -> None:
    assert disjoint_tokens("inside", input_tokens=None, output_tokens=None) == Tokens()


@given(
    convention=st.sampled_from(["inside", "beside"]),
    counts=st.tuples(*[COUNTS] * 11),
    total=st.none() | st.integers(0, 4 * 10**9),
)
def test_parts_always_add_up_to_the_total_or_the_row_is_refused(
    convention: str, counts: tuple[int | None, ...], total: int | None
) -> None:
    names = "input_tokens output_tokens cache_read cache_write_5m cache_write_1h cache_write_other reasoning"
    given_ = dict(zip((names + " input_audio output_audio input_image output_image").split(), counts, strict=True))
    try:
        tokens = disjoint_tokens(convention, total=total, **given_)  # type: ignore[arg-type]
    except ValueError as error:
        assert str(total) in str(error)
        return
    assert total_disagreement(tokens) is None
    assert all(part is None or part >= 0 for part in tokens)
    cached = sum(given_[name] or 0 for name in names.split()[2:6])
    whole_in = (given_["input_tokens"] or 0) + (given_["output_tokens"] or 0)
    assert tokens.total - (given_["reasoning"] or 0) <= whole_in + cached + sum(part or 0 for part in counts[7:])


@pytest.mark.parametrize(
    ("value", "count"), [(0, 0), ("5200", 5200), (5200.0, 5200), (Decimal("12"), 12), (None, None), ("", None)]
)
def test_a_count_is_read_as_sources_write_it(value: object, count: int | None) -> None:
    assert count_of(value, "output") == count


@pytest.mark.parametrize(
    "value",
    [
        -1,
        "-1",
        True,
        1.5,
        "1.5",
        "ten",
        float("nan"),
        float("inf"),
        COUNT_LIMIT + 1,
        2**70,
        Decimal("1e999999"),
        "²",
        [],
    ],
)
def test_a_count_that_cannot_be_believed_is_refused_by_name(value: object) -> None:
    with pytest.raises(ValueError, match="output"):
        count_of(value, "output")


def test_the_fuller_account_of_a_call_is_the_more_complete_one() -> None:
    streaming, finished = Tokens(500, 0, output=1, input_audio=0), Tokens(500, output=2)
    assert completeness_of(finished) > completeness_of(streaming)
    placeholder, embedded = Tokens(0, output=0), Tokens(500, output=0)
    assert completeness_of(embedded) > completeness_of(placeholder)
    pending, failed = Tokens(0, 0, 0, output=0), Tokens(0, output=0)
    assert completeness_of(failed, is_final=True) > completeness_of(pending, is_final=False)

"""The next month by two plain methods, with the error each would have made."""

from __future__ import annotations

from decimal import Decimal

from spendmap.reports.forecast import forecast


def months(*amounts: int) -> list[tuple[str, Decimal]]:
    return [(f"2026-{number:02d}", Decimal(amount)) for number, amount in enumerate(amounts, start=1)]


def test_a_steady_rise_is_carried_on_without_a_miss() -> None:
    found, _ = forecast(months(100, 110, 120, 130, 140), "2026-05")
    assert found is not None
    assert (found.month, found.method, found.cost) == ("2026-06", "drift", Decimal(150))
    assert (found.low, found.high, found.mean_miss, found.tried) == (150, 150, 0, 2)
    assert found.other_miss == 10  # "the same again" is 10 behind each month


def test_the_misses_are_worked_by_hand() -> None:
    # 100, 100, 100, 120, 100. Same again: April said 100, was 120: 20; May said 120, was 100: 20. Average 20.
    # Drift: April 100 + 0 = 100: 20 off; May 120 + 20/3 = 126.666...: 26.666... off. Average 23.333...
    found, _ = forecast(months(100, 100, 100, 120, 100), "2026-05")
    assert found is not None
    assert (found.method, found.cost, found.mean_miss, found.biggest_miss) == ("same", 100, 20, 20)
    assert (found.low, found.high) == (80, 120)
    assert found.other_miss == Decimal("23.333333333333")
    assert found.mean_miss_share == Decimal("0.181818")  # 20 of an average of 110


def test_it_looks_at_no_later_month_and_tells_what_the_month_became() -> None:
    found, _ = forecast(months(100, 110, 120, 130, 999), "2026-04", "2026-05")
    assert found is not None
    assert (found.cost, found.actual) == (140, 999)
    running, _ = forecast(months(100, 110, 120, 130, 7), "2026-04", "2026-04")
    assert running is not None
    assert running.actual is None  # the month is not over: 7 is not what it cost


def test_a_gap_or_too_few_months_give_no_forecast_and_say_so() -> None:
    gap = [each for each in months(1, 2, 3, 4, 5, 6) if each[0] != "2026-03"]
    assert forecast(gap, "2026-06") == (None, "A forecast needs 4 months in a row up to 2026-06; there are 3.")
    assert forecast([], "2026-06")[0] is None

"""What seats cost when a plan is listed more than once a month, or priced by the quarter or year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_firm import SmallFirm
from spendmap.allocation.seats import Plan, days_held, seat_cost

PRO = Plan("seats", "GitHub, Inc.", "Copilot", "Business", "ops")
OTHER = Plan("seats", "GitHub, Inc.", "Copilot", "Business", "sales")
ELSEWHERE = Plan("seats", "OpenAI", "ChatGPT", "Business", "sales")


def on(day: int, month: int = 10) -> date:
    return date(2026, month, day)


def test_forty_seats_to_the_fifteenth_and_forty_five_from_then_on() -> None:
    # October has 31 days: 40 x 19.00 x 15/31 = 367.741935..., 45 x 19.00 x 16/31 = 441.290322...
    assert seat_cost(Decimal(40), Decimal("19.00"), None, 15, 31) == Decimal("367.741935483871")
    assert seat_cost(Decimal(45), Decimal("19.00"), None, 16, 31) == Decimal("441.290322580645")
    assert seat_cost(Decimal(10), Decimal("228.00"), 12, 31, 31) == Decimal(190)  # 228 a year is 19 a month
    assert seat_cost(Decimal(10), Decimal("57.00"), 3, 31, 31) == Decimal(190)
    assert seat_cost(Decimal(0), Decimal("19.00"), None, 31, 31) == 0


@pytest.mark.parametrize(
    ("listed", "first", "days"),
    [
        # one list a month stands for the month, whatever its day
        ({PRO: [1]}, {}, {(PRO, 1): 31}),
        ({PRO: [17]}, {}, {(PRO, 17): 31}),
        ({PRO: [31]}, {PRO: on(30, 9)}, {(PRO, 31): 31}),
        ({PRO: [1, 16]}, {}, {(PRO, 1): 15, (PRO, 16): 16}),
        ({PRO: [1, 10, 31]}, {}, {(PRO, 1): 9, (PRO, 10): 21, (PRO, 31): 1}),
        # a plan that begins on the 5th is listed again on the 20th: nothing before the 5th
        ({PRO: [5, 20]}, {}, {(PRO, 5): 15, (PRO, 20): 12}),
        # one that September lists too was there on the 1st
        ({PRO: [5, 20]}, {PRO: on(7, 9)}, {(PRO, 5): 19, (PRO, 20): 12}),
        # a department that appears on the day the other is listed again began on that day
        ({PRO: [1, 16], OTHER: [16]}, {}, {(PRO, 1): 15, (PRO, 16): 16, (OTHER, 16): 16}),
        ({PRO: [1, 16], OTHER: [16]}, {OTHER: on(2, 8)}, {(PRO, 1): 15, (PRO, 16): 16, (OTHER, 16): 31}),
        # two departments whose lists are dated differently are two lists, not a change
        ({PRO: [3], OTHER: [17]}, {}, {(PRO, 3): 31, (OTHER, 17): 31}),
        # another product's second list says nothing of this one
        ({PRO: [1, 16], ELSEWHERE: [16]}, {}, {(PRO, 1): 15, (PRO, 16): 16, (ELSEWHERE, 16): 31}),
        # a department that is not listed again keeps its seats to the month's end
        ({PRO: [1, 16], OTHER: [1]}, {}, {(PRO, 1): 15, (PRO, 16): 16, (OTHER, 1): 31}),
    ],
)
def test_a_snapshot_holds_until_the_plan_is_listed_again(
    listed: dict[Plan, list[int]], first: dict[Plan, date], days: dict[tuple[Plan, int], int]
) -> None:
    found = days_held(((plan, on(day)) for plan, all_days in listed.items() for day in all_days), first)
    assert found == {(plan, on(day)): count for (plan, day), count in days.items()}


@given(st.sets(st.integers(1, 28), min_size=1), st.booleans(), st.sampled_from([2, 10, 11]))
def test_the_days_of_one_plan_never_overlap_and_stay_in_the_month(days: set[int], is_known: bool, month: int) -> None:
    first = {PRO: on(1, 1)} if is_known else {}
    held = days_held(((PRO, on(day, month)) for day in days), first)
    length = {2: 28, 10: 31, 11: 30}[month]
    assert all(count > 0 for count in held.values())
    assert sum(held.values()) == (length if is_known or len(days) == 1 else length - min(days) + 1)


LIST = """Date,Supplier,Product,Plan,Department,Seats bought,Seats active,Price per seat,Currency
2026-10-01,"GitHub, Inc.",GitHub Copilot Business,Business,ops,40,31,19.00,USD
2026-10-16,"GitHub, Inc.",GitHub Copilot Business,Business,ops,45,38,19.00,USD
"""
REGISTER = """
tools: [{id: copilot, name: Copilot, vendor: github, owner: Ann, keys: [{product: GitHub Copilot Business}]}]
"""


def test_two_snapshots_of_a_month_are_pro_rata_on_the_map(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    load = firm.capture(LIST, "seats_csv")
    assert (load.rows_read, load.rows_loaded) == (2, 2)
    # 367.741935483871 + 441.290322580645, which is the 809.03 of 40 seats for 15 days and 45 for 16
    assert firm.money("tool") == {"copilot": Decimal("809.032258064516")}


def test_quarters_years_and_fractions_of_seats_on_the_map(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    head = "Monat;Anbieter;Produkt;Plan;Plätze;"
    firm.capture(f"{head}Preis\n2026-10;OpenAI;ChatGPT;Business;12,5;25,00\n", "seats_csv", source="a", currency="USD")
    firm.capture(
        f"{head}Price per year\n2026-10;OpenAI;ChatGPT;Enterprise;1.250;120,00\n",
        "seats_csv",
        source="b",
        currency="USD",
    )
    firm.capture(
        f"{head}Preis\n2026-10;OpenAI;ChatGPT;Edu;7;10,00\n",
        "seats_csv",
        source="c",
        currency="USD",
        price_per="quarter",
    )
    assert firm.money("source_name") == {
        "a": Decimal("312.5"),
        "b": Decimal(12_500),  # 1,250 seats at 10.00 a month
        "c": Decimal("23.333333333333"),  # 70.00 over three months
    }


def test_the_months_that_are_allocated_do_not_decide_when_a_plan_began(tmp_path: Path) -> None:
    from spendmap.allocation.run import allocate

    firm = SmallFirm(tmp_path, REGISTER)
    head, *_ = LIST.splitlines()
    row = '"GitHub, Inc.",GitHub Copilot Business,Business,ops'
    firm.capture(
        f"{head}\n2026-09-07,{row},31,30,31.00,USD\n2026-10-05,{row},31,30,31.00,USD\n2026-10-20,{row},62,30,31.00,USD\n",
        "seats_csv",
    )
    for period in ("all", "2026-10"):
        allocate(firm.workspace, period=period)
        october = [row["effective_cost"] for row in firm.rollup() if row["month"] == "2026-10"]
        assert october == [Decimal(31 * 19 + 62 * 12)]  # a seat costs 1.00 a day: 19 days of 31, then 12 of 62


def test_seats_of_a_tool_are_those_it_is_listed_with_last(tmp_path: Path) -> None:
    from spendmap.risk.measured import Measured

    firm = SmallFirm(tmp_path, REGISTER)
    firm.capture(LIST.replace("Price per seat", "Price per seat per year").replace("19.00", "228.00"), "seats_csv")
    assert firm.money("tool") == {"copilot": Decimal("809.032258064516")}
    (seats,) = Measured(firm.workspace).seats("2026-10")
    assert (seats.bought, seats.used, seats.unit_price) == (45, 38, Decimal("19.00"))


def test_a_corrected_list_takes_the_place_of_the_day_it_corrects(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    firm.capture(LIST, "seats_csv", name="list.csv")
    firm.capture(LIST.replace(",40,31,", ",31,31,"), "seats_csv", name="list.csv")
    # 31 x 19.00 x 15/31 = 285.00 and, as before, 45 x 19.00 x 16/31
    assert firm.money("tool") == {"copilot": Decimal("726.290322580645")}


def test_a_second_snapshot_in_a_file_of_its_own_joins_the_first(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    head, first, second = LIST.splitlines()
    firm.capture(f"{head}\n{first}\n", "seats_csv", name="october.csv")
    firm.capture(f"{head}\n{second}\n", "seats_csv", name="october-16.csv")
    assert firm.money("tool") == {"copilot": Decimal("809.032258064516")}

"""Laws of counting over random statements: money is conserved, covered at most once, and order does not matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from counting.firm import Answer, Firm
from spendmap.allocation.counted.periods import is_longer_than_a_month, spread

DAYS = st.dates(date(2026, 9, 1), date(2026, 11, 30)).map(date.isoformat)
CENTS = st.integers(1, 60).map(lambda tens: str(Decimal(tens) * 10))  # few amounts, so that statements do meet
SIGNED = st.one_of(CENTS, CENTS, CENTS, CENTS.map(lambda text: f"-{text}"))
VENDOR = st.sampled_from(["openai", "openai", "aws"])
ACCOUNT = st.sampled_from(["", "", "a", "b"])
NUMBER = st.sampled_from([None, None, "1", "2", "3"])
CURRENCY = st.sampled_from(["USD", "USD", "USD", "EUR"])
BOOKS = st.sampled_from(["payables", "payables", "card", "bank"])
PRODUCT = st.sampled_from([None, "api", "api", "seats", "credits", "plan"])
KIND = st.sampled_from([None, None, None, None, "pending", "refund", "fee", "reversal", "settlement", "tax", "tax"])
SPAN = st.sampled_from([None, None, None, ("2026-09-01", "2026-11-30"), ("2026-10-10", "2026-11-09")])
TAX = st.sampled_from([None, None, "19"])
Tell = Callable[[Firm], object]


@st.composite
def a_line(draw: st.DrawFn) -> Tell:
    day, amount, vendor, kind = draw(DAYS), draw(SIGNED), draw(VENDOR), draw(KIND)
    more = {
        "vendor_account": draw(ACCOUNT), "currency": draw(CURRENCY), "books": draw(BOOKS), "product_kind": draw(PRODUCT),
        "invoice_number": draw(NUMBER), "mentioned_numbers": draw(NUMBER), "number_words": draw(NUMBER), "line_kind": kind, "span": draw(SPAN),
        "tax_cost": draw(TAX), **({"scope": "not_ai"} if kind == "settlement" else {}),
    }  # fmt: skip
    return lambda firm: firm.line(day, amount, vendor, **more)


@st.composite
def an_export(draw: st.DrawFn) -> Tell:
    day, amount, vendor, kind = draw(DAYS), draw(SIGNED), draw(VENDOR), draw(st.sampled_from(["api", "seats", "cloud"]))
    bill = draw(st.sampled_from([f"{day[:7]}-01", f"{day[:7]}-01", "2026-11-01"]))
    more = {
        "vendor_account": draw(ACCOUNT), "currency": draw(CURRENCY), "invoice_number": draw(NUMBER), "kind": kind,
        "bill": bill, "scope": "not_ai" if kind == "cloud" else "ai", "billed_cost": draw(st.sampled_from([None, "7"])),
        "list_cost": draw(st.sampled_from([None, "900"])),
    }  # fmt: skip
    more = {name: value for name, value in more.items() if value is not None}
    return lambda firm: firm.export(day, amount, vendor, **more)


@st.composite
def a_meter(draw: st.DrawFn) -> Tell:
    day, amount, vendor = draw(DAYS), draw(CENTS), draw(VENDOR)
    more = {
        "vendor_account": draw(ACCOUNT), "currency": draw(CURRENCY), "use_case": draw(st.sampled_from([None, "x", "y"])),
        "billing_mode": draw(st.sampled_from([None, None, None, "plan"])),
    }  # fmt: skip
    return lambda firm: firm.meter(day, amount, vendor, **more)


@st.composite
def a_seat_list(draw: st.DrawFn) -> Tell:
    month, amount, vendor = draw(st.sampled_from(["2026-09", "2026-10", "2026-11"])), draw(CENTS), draw(VENDOR)
    tool = draw(st.sampled_from([None, "copilot"]))
    return lambda firm: firm.seats(f"{month}-01", amount, vendor, tool=tool)


STATEMENTS = st.lists(st.one_of(a_line(), a_line(), an_export(), a_meter(), a_seat_list()), min_size=1, max_size=10)


def firm_with(statements: list[Tell]) -> Firm:
    firm = Firm(mixed={"aws"}, sold={"openai": ("api", "seats")}, lags={("openai", "b"): 1})
    firm.contract("openai", "2026-09-01", "2027-08-31", "1200")
    for tell in statements:
        tell(firm)
    return firm


def is_of_a_bill(row: dict[str, object]) -> bool:
    """Metered usage or seats that carry a bill; what is paid from credits is metered money beside them."""
    return row["origin"] != "charge" and row["evidence"] == "invoiced"


def what_bills_and_payments_say_is_counted_covered_or_not_ai(firm: Firm, answer: Answer) -> None:
    for basis in ("effective_cost", "billed_cost"):
        said: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in firm.attributed:
            if row["origin"] == "charge":
                said[row["vendor"], row["currency"]] += row[basis]
        for row in answer.rows:
            if row["origin"] == "charge" or is_of_a_bill(row):
                found[row["vendor"], row["currency"]] += row[basis] or 0
        assert {key: cost for key, cost in found.items() if cost} == {key: cost for key, cost in said.items() if cost}


def every_metered_row_is_there_once(firm: Firm, answer: Answer) -> None:
    metered = sorted(row["origin_key"] for row in firm.attributed if row["origin"] != "charge")
    assert sorted(row["origin_key"] for row in answer.rows if row["origin"] != "charge") == metered
    assert len({row["allocation_id"] for row in answer.rows}) == len(answer.rows)


def no_line_is_covered_beyond_itself_and_none_covers_more_than_it_says(firm: Firm, answer: Answer) -> None:
    said = {row["origin_key"]: row for row in firm.attributed}
    fields = {row["natural_key"]: row for row in firm.charges}
    covering: dict[str, Decimal] = defaultdict(Decimal)
    for row in answer.lines(scope="covered", origin="charge"):
        if row["standing"] == "over":  # of the export, told on the invoice's line
            continue
        own = said[row["origin_key"]]["billed_cost"]
        assert abs(row["billed_cost"] or 0) <= abs(own)
        if row["scope_rule"] in ("covered-by-number", "covered-by-pair", "covered-by-copy"):
            covering[row["covered_by"]] += row["billed_cost"]
    for name, amount in covering.items():
        if name.startswith("export:"):
            continue
        number = said[name.partition(":")[2]]["invoice_number"]
        same = [
            row["billed_cost"] + (fields[row["origin_key"]]["tax_cost"] or 0)
            for row in firm.attributed
            if row["origin"] == "charge" and row["statement"] == "payment"
            and (row["origin_key"] == name.partition(":")[2] or (number and row["invoice_number"] == number))
            and row["billed_cost"] > 0
        ]  # fmt: skip
        assert amount <= sum(same)


@settings(max_examples=30)
@given(STATEMENTS)
def test_money_is_conserved_whatever_is_said(statements: list[Tell]) -> None:
    firm = firm_with(statements)
    answer = firm.count()
    what_bills_and_payments_say_is_counted_covered_or_not_ai(firm, answer)
    every_metered_row_is_there_once(firm, answer)
    no_line_is_covered_beyond_itself_and_none_covers_more_than_it_says(firm, answer)


@settings(max_examples=25)
@given(STATEMENTS, st.integers(0, 1000))
def test_the_order_of_statements_does_not_matter(statements: list[Tell], seed: int) -> None:
    firm = firm_with(statements)
    keyed = list(zip(firm.attributed, strict=True))
    shuffled = replace(firm, attributed=[row for (row,) in Random(seed).sample(keyed, len(keyed))],
                       charges=Random(seed + 1).sample(firm.charges, len(firm.charges)))  # fmt: skip

    def figures(answer: Answer) -> list[str]:
        return [repr(sorted(row.items(), key=lambda item: item[0])) for row in answer.rows]

    one, other = firm.count(), shuffled.count()
    assert figures(one) == figures(other)
    assert one.counted.notes.table.to_pylist() == other.counted.notes.table.to_pylist()


@given(
    st.decimals(-(10**9), 10**9, places=12),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(1, 1500),
)
def test_a_spread_adds_up_and_reaches_only_its_months(amount: Decimal, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    shares = spread(amount, start, end)
    assert sum(shares.values()) == amount
    assert min(shares) == f"{start:%Y-%m}"
    assert max(shares) == f"{end - timedelta(days=1):%Y-%m}"
    assert (len(shares) > 1) == is_longer_than_a_month(start, end)

"""Source `outcomes`: runs and their results, use by account, revenue, accounts kept or lost, time saved."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

from spendmap.sample.facts import HEAVY_FLAT_CUSTOMER, customers, declared
from spendmap.sample.gateway import Traffic
from spendmap.sample.money import usd
from spendmap.sample.months import MONTHS
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_csv

SOURCE = "outcomes"
HEADER = ("Date", "Kind", "Result", "Workflow", "Use case", "Customer id", "Plan", "Segment", "Feature", "Quantity",
          "Unit", "Amount", "Currency")  # fmt: skip

# share of runs (accepted, rejected) by use case; the rest is escalated to a person
RESULTS: dict[str, tuple[float, float]] = {
    "ticket-triage": (0.943, 0.057),
    "answer-assistant": (0.842, 0.078),
    "conversation-summary": (0.969, 0.031),
    "translation": (0.927, 0.048),
    "premium-copilot": (0.884, 0.076),
    "insights-beta": (0.71, 0.29),
}
Row = tuple[object, ...]


def write_outcomes(out: Path, books: Books, rng: Random, traffic: Traffic) -> None:
    """Write the monthly files. Outcomes carry no spend, so only their number enters the books."""
    load = books.loads[SOURCE]
    daily, monthly = _by_month(traffic)
    for month in MONTHS:
        rows = [
            *_runs(month.index, daily[month.key]),
            *_use(month.first, monthly[month.key]),
            *_revenue(month.index, month.first),
            *_events(month.index, month.last, rng),
            *_time_saved(month.index, month.last),
        ]
        write_csv(out / "sources" / SOURCE / f"outcomes_{month.key}.csv", HEADER, rows)
        load.files += 1
        load.lines += len(rows)
        load.rows_read += len(rows)
        load.rows_loaded += len(rows)
    heavy = next(customer for customer in customers() if customer.id == HEAVY_FLAT_CUSTOMER)
    books.planted["heavy_flat_customer"] = {
        "customer": heavy.id,
        "plan": heavy.plan,
        "monthly_revenue": usd(heavy.monthly_revenue * 10**12),
        "what": "a heavy user on an old flat contract; at scale 1 its model calls alone cost more",
    }


Counts = dict[str, list[tuple[tuple[str, str, str], int]]]


def _by_month(traffic: Traffic) -> tuple[Counts, Counts]:
    """Runs by day, use case and plan, and runs by month, customer and feature: both sorted, per month."""
    daily: Counts = defaultdict(list)
    for key, count in sorted(traffic.daily_runs.items()):
        daily[key[0][:7]].append((key, count))
    monthly: Counts = defaultdict(list)
    for key, count in sorted(traffic.runs.items()):
        monthly[key[0]].append((key, count))
    return daily, monthly


def _runs(index: int, counts: list[tuple[tuple[str, str, str], int]]) -> list[Row]:
    rows: list[Row] = []
    for (day, use_case, plan), count in counts:
        accepted, rejected = RESULTS[use_case]
        better = 0.0015 * index  # the assistant improves a little every month
        taken = round(count * min(0.99, accepted + better))
        refused = min(count - taken, round(count * max(0.004, rejected - better)))
        for result, quantity in (("accepted", taken), ("rejected", refused), ("escalated", count - taken - refused)):
            if quantity:
                rows.append((day, "workflow_run", result, use_case, use_case, None, plan, None, None, quantity, "runs",
                             None, None))  # fmt: skip
    return rows


def _use(first: str, counts: list[tuple[tuple[str, str, str], int]]) -> list[Row]:
    accounts = {customer.id: customer for customer in customers()}
    return [
        (first, "product_usage", None, None, None, customer, accounts[customer].plan, accounts[customer].segment,
         feature, count, "runs", None, None)
        for (_, customer, feature), count in counts
    ]  # fmt: skip


def _revenue(index: int, first: str) -> list[Row]:
    return [
        (first, "revenue", None, None, None, customer.id, customer.plan, customer.segment, None, 1, "months",
         f"{customer.monthly_revenue}.00", "USD")
        for customer in customers()
        if customer.monthly_revenue and customer.joined <= index
    ]  # fmt: skip


def _events(index: int, last: str, rng: Random) -> list[Row]:
    rows: list[Row] = []
    for rank, customer in enumerate(customers()):
        if customer.plan == "free_beta" or rank % 12 != index % 12 or customer.joined > index:
            continue
        draw = rng.random()
        result = "expanded" if draw < (0.24 if customer.plan == "premium" else 0.09) else "retained"
        # joined accounts are kept in the other files, so that every month's customers stay the same
        result = "churned" if draw > 0.985 else result
        rows.append((last, "account_event", result, None, None, customer.id, customer.plan, customer.segment, None, 1,
                     "accounts", None, None))  # fmt: skip
    return rows


def _time_saved(index: int, last: str) -> list[Row]:
    people = declared("departments")["customer-support"]["headcount"]
    saved = (("agent-assist", people * (210 + 4 * index)), ("engineering-coding", 6 * (900 + 20 * index)))
    return [
        (last, "time_saved", None, None, use_case, None, None, None, None, minutes, "minutes", None, None)
        for use_case, minutes in saved
    ]

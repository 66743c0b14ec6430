"""Rules of one line of code each, told by a firm small enough to check: whoever turns one round changes a figure here.

Hazel, October 2026, US dollars. gpt-4.1 costs 2.00 input and 8.00 output per million tokens. OpenAI bills 9.00.

    call  day  use case  metered                          carried of the bill (9.00 / 12.00 = three quarters)
    h-1   5    triage    1,000,000 in + 125,000 out =  3.00   2.25   owner Ada, until the 6th; department desk, until the 6th
    h-2   6    triage    2,000,000 in + 250,000 out =  6.00   4.50   owner Bo, from the 6th; no department
    h-3   6    labels      500,000 in + 250,000 out =  3.00   2.25   owner Cy
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from company.acorn import call
from spendmap.allocation.labour import LabourRate, rate_in_force
from spendmap.allocation.vendors import catalogue_ids
from spendmap.capture.run import capture
from spendmap.capture.sources import declared_sources
from spendmap.engine.store import Store
from spendmap.process import run
from spendmap.published import Version
from spendmap.published.writing import published_table
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.workspace import Workspace

REGISTER = """
vendors:
  - id: openai
    name: OpenAI
    accounts:
      - {id: api, keys: [{billing_account_id: org-hazel}, {provider_name: openai}, {invoice_issuer_name: "OpenAI, LLC"}]}
departments: [{id: desk, name: Service desk, owner: Dee}]
labour_rates:
  - {id: rate-until, role: reviewer, hourly_rate: "60.00", currency: USD, valid_from: 2026-01-01, valid_to: 2026-10-13}
  - {id: rate-since, role: reviewer, hourly_rate: "90.00", currency: USD, valid_from: 2026-10-13}
  - {id: rate-ended, role: labeller, hourly_rate: "30.00", currency: USD, valid_from: 2026-01-01, valid_to: 2026-10-13}
use_cases:
  - id: triage
    name: Ticket triage
    category: product_inference
    keys: [{use_case: triage}]
    owner:
      - {value: Ada, from: 2026-01-01, to: 2026-10-06}
      - {value: Bo, from: 2026-10-06}
    department: [{value: desk, from: 2026-01-01, to: 2026-10-06}]
  - {id: labels, name: Labels, owner: Cy, category: product_inference, keys: [{use_case: labels}]}
sources:
  - {id: openai-export, kind: focus, location: in/openai.csv, owner: Cleo, scope: the API account}
  - {id: gateway, kind: litellm_spendlogs, location: in/gateway.jsonl, owner: Ada, scope: all model calls}
  - {id: payables, kind: ledger_csv, location: in/payables.csv, owner: Cleo, scope: invoices, settings: {currency: USD}}
  - {id: hours, kind: worklog_csv, location: in/hours.csv, owner: Ada, scope: review hours}
"""
RULES = """
rules:
  - id: labels-prepare-data
    on: usage
    when: {use_case: labels}
    then: {scope: ai, category: data_preparation}
    why: The labels feed the training set.
    source: https://intranet.hazel.example/labels
"""
FOCUS = """BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,ContractedCost,EffectiveCost,InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,PublisherName,ServiceCategory,ServiceName,SkuId
9.00,org-hazel,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,gpt-4.1,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,9.00,9.00,"OpenAI, LLC",9.00,1,1000000 Tokens,OpenAI,OpenAI,AI and Machine Learning,OpenAI API,sku
"""
PAYABLES = """Date,Supplier,Amount,Memo,Invoice number
2026-08-07,"OpenAI, LLC",11.00,API usage,INV-7
"""
HOURS = """date,role,kind,minutes,use_case
2026-10-12,reviewer,review,60,labels
2026-10-13,reviewer,review,60,labels
2026-10-12,labeller,review,60,labels
2026-10-13,labeller,review,60,labels
"""
GATEWAY = "\n".join(
    (
        call("h-1", 5, "gpt-4.1", 1_000_000, 0, 125_000, "triage"),
        call("h-2", 6, "gpt-4.1", 2_000_000, 0, 250_000, "triage"),
        call("h-3", 6, "gpt-4.1", 500_000, 0, 250_000, "labels"),
    )
)


def firm(root: Path, files: dict[str, str], register: str = REGISTER) -> Workspace:
    workspace = Workspace.create(root, "USD", "Hazel")
    (root / "in").mkdir()
    for name, text in files.items():
        (root / "in" / name).parent.mkdir(exist_ok=True)
        (root / "in" / name).write_text(text)
    (root / "register" / "hazel.yaml").write_text(register)
    with open_register(workspace) as opened:
        now = datetime(2026, 11, 1, tzinfo=UTC)
        apply_register(opened, root / "register", actor="test", now=now, known_vendors=catalogue_ids())
    return workspace


@pytest.fixture(scope="module")
def hazel(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    files = {"openai.csv": FOCUS, "gateway.jsonl": GATEWAY + "\n", "payables.csv": PAYABLES, "hours.csv": HOURS}
    workspace = firm(tmp_path_factory.mktemp("hazel") / "w", files)
    (workspace.root / "rules" / "own.yaml").write_text(RULES)
    run(workspace)
    version = Version.in_force(workspace)
    assert version is not None
    rows: list[dict[str, Any]] = published_table(version, "month").to_pylist()
    return rows


def money(rows: list[dict[str, Any]], *names: str, **wanted: Any) -> dict[tuple[Any, ...], Decimal | None]:
    return {
        tuple(row[name] for name in names): row["effective_cost"]
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
    }


def test_the_companys_rule_decides_the_category_before_the_register_and_the_shipped_rules(
    hazel: list[dict[str, Any]],
) -> None:
    assert money(hazel, "owner", "category", origin="usage") == {
        ("Ada", "product_inference"): Decimal("2.25"),
        ("Bo", "product_inference"): Decimal("4.50"),
        ("Cy", "data_preparation"): Decimal("2.25"),  # the register says product inference of the labels, too
    }


def test_a_bill_below_the_meter_is_split_in_proportion_and_nothing_is_dark(hazel: list[dict[str, Any]]) -> None:
    carried = money(hazel, "use_case", "owner", "method", scope="ai", vendor="openai", month="2026-10")
    assert {names[:2]: cost for names, cost in carried.items() if cost} == {
        ("triage", "Ada"): Decimal("2.25"),
        ("triage", "Bo"): Decimal("4.50"),
        ("labels", "Cy"): Decimal("2.25"),
    }


def test_on_the_day_a_use_case_changes_hands_the_new_owner_carries_it_and_nobody_twice(
    hazel: list[dict[str, Any]],
) -> None:
    assert money(hazel, "owner", use_case="triage", origin="usage") == {
        ("Ada",): Decimal("2.25"),
        ("Bo",): Decimal("4.50"),
    }
    assert [row["usage_rows"] for row in hazel if row["use_case"] == "triage"] == [1, 1]


def test_on_the_day_a_department_ends_and_no_other_follows_the_use_case_has_none(
    hazel: list[dict[str, Any]],
) -> None:
    assert money(hazel, "department", use_case="triage", origin="usage") == {
        ("desk",): Decimal("2.25"),  # the 5th
        (None,): Decimal("4.50"),  # the 6th, the first day that the value no longer holds
    }


def test_work_on_the_day_a_rate_ends_is_costed_at_the_next_rate_and_without_one_it_has_no_cost(
    hazel: list[dict[str, Any]],
) -> None:
    # Reviewer: an hour at 60.00 on the 12th and at 90.00 on the 13th. Labeller: 30.00 on the 12th, no rate on the 13th.
    work = [row for row in hazel if row["origin"] == "activity"]
    assert sum(row["effective_cost"] for row in work) == 60 + 90 + 30
    assert sum(row["effective_missing"] for row in work) == 1


def test_a_payment_of_another_month_than_the_bill_is_not_covered_by_it(hazel: list[dict[str, Any]]) -> None:
    assert money(hazel, "scope", origin="charge", month="2026-08") == {("ai",): Decimal("11.00")}


def rate(hourly: str, since: date, until: date) -> LabourRate:
    return LabourRate("reviewer", Decimal(hourly), "USD", since, until)


def test_a_rate_holds_from_its_first_day_to_the_day_before_its_end_in_any_order() -> None:
    day = date(2026, 10, 13)
    until, since = rate("60", date(2026, 1, 1), day), rate("90", day, date(9999, 12, 31))
    for rates in ([until, since], [since, until]):
        assert rate_in_force(rates, "Reviewer", day) == since
        assert rate_in_force(rates, "reviewer", date(2026, 10, 12)) == until
    assert rate_in_force([until], "reviewer", day) is None
    assert rate_in_force([until, since], None, day) is None


@pytest.fixture
def two_reads(tmp_path: Path) -> Workspace:
    """The same invoice in two exports of the ledger, the same call in two logs: captured in one run, and one by one."""
    line = '2026-10-07,"OpenAI, LLC",15.00,API usage,INV-1\n'
    head = PAYABLES.splitlines(keepends=True)[0]
    register = REGISTER.replace("in/payables.csv", "in/ledger").replace("in/gateway.jsonl", "in/log")
    return firm(
        tmp_path / "w",
        {
            "ledger/1.csv": head + line,
            "ledger/2.csv": head + line,
            "log/1.jsonl": call("h-1", 5, "gpt-4.1", 1000, 0, 10, "triage") + "\n",
            "log/2.jsonl": call("h-1", 5, "gpt-4.1", 1000, 0, 10, "labels") + "\n",
        },
        register,
    )


def stored(workspace: Workspace, table: str) -> list[dict[str, Any]]:
    return [row for file in Store(workspace).paths(table) for row in pq.ParquetFile(file).read().to_pylist()]


def test_of_two_equal_lines_a_ledger_keeps_the_first_read_and_a_log_the_last(two_reads: Workspace) -> None:
    for source in declared_sources(two_reads):
        if source.name in ("payables", "gateway"):
            capture(two_reads, source)
    lines = [(Path(row["source_file"]).name, row["billed_cost"]) for row in stored(two_reads, "charge")]
    assert lines == [("1.csv", 15)]  # a re-export does not take the line over
    calls = [(Path(row["source_file"]).name, row["use_case"]) for row in stored(two_reads, "usage")]
    assert calls == [("2.jsonl", "labels")]  # of two that say as much, what a log says last is what it means

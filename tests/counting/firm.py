"""A firm told in statements, as the counting reads them: meters, seats, exports, ledger lines, contracts.

Each method adds one statement and leaves what it does not say unknown. `count` binds them to an engine, counts, and gives
the lines of the allocation with the notes. No file, price, rule or register takes part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.allocation.counted.count import PACKAGE, Counted, Known, count_money
from spendmap.allocation.counted.periods import add_months, month_of
from spendmap.allocation.counted.statements import Metered
from spendmap.allocation.counted.terms import Contract
from spendmap.engine.arrow import arrow_schema, conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

MONEY, WIDE = pa.decimal128(28, 12), pa.decimal128(38, 12)
COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")
TYPES: dict[str, pa.DataType] = {
    "charge_date": pa.date32(),
    "charge_end": pa.date32(),
    "bill_start": pa.date32(),
    "rule_share": pa.decimal128(9, 8),
    "minutes": MONEY,
    "billed_cost": MONEY,
    **dict.fromkeys(("list_cost", "contracted_cost", "effective_cost"), WIDE),
    **dict.fromkeys(("usage_rows", "unpriced_rows", "input_tokens", "output_tokens"), pa.int64()),
    **dict.fromkeys(("is_commitment", "is_uncommon"), pa.bool_()),
}
ATTRIBUTED = (
    *("origin", "origin_key", "source_name", "billing_month", "charge_date", "statement", "charge_category", "scope"),
    *("scope_rule", "rule_share", "rule_category", "category", "category_rule", "attribution_rule", "vendor"),
    *("vendor_account", "supplier_name", "provider_name", "service_name", "model", "tool", "agent", "use_case"),
    *("department", "cost_center", "owner", "environment", "currency", *COSTS, "evidence", "usage_rows"),
    *("unpriced_rows", "input_tokens", "output_tokens", "minutes", "account_id", "charge_end", "bill_start"),
    *("charge_class", "invoice_number", "issuer_vendor", "publisher_vendor", "commitment_id", "commitment_status"),
    *("line_kind", "said_vendor", "vendor_product", "billing_mode", "covered_by", "is_commitment", "is_uncommon"),
)
TEXT_OF_VENDORS = ("supplier_name", "vendor", "issuer_vendor", "publisher_vendor")
SEATS_AND_API = ("api", "seats")


def day_of(text: str) -> date:
    """A day as the tests write it."""
    return date.fromisoformat(text)


@dataclass
class Answer:
    """What the counting made of a firm's statements."""

    counted: Counted
    rows: list[dict[str, Any]]

    def lines(self, month: str | None = None, **where: object) -> list[dict[str, Any]]:
        """Lines of a month that hold what is asked."""
        asked = where if month is None else {**where, "billing_month": month}
        return [row for row in self.rows if all(row[name] == value for name, value in asked.items())]

    def cost(self, basis: str, month: str | None = None, **where: object) -> Decimal | None:
        """Sum of what is AI; None where no line of it has a cost."""
        found = [row[basis] for row in self.lines(month, **{"scope": "ai", **where}) if row[basis] is not None]
        return sum(found, Decimal(0)) if found else None

    def effective(self, month: str | None = None, **where: object) -> Decimal | None:
        """Effective cost of a month."""
        return self.cost("effective_cost", month, **where)

    def billed(self, month: str | None = None, **where: object) -> Decimal | None:
        """Billed cost of a month."""
        return self.cost("billed_cost", month, **where)

    def notes(self, kind: str, month: str | None = None, **where: object) -> Decimal:
        """Money of the notes of a kind."""
        asked: dict[str, object] = {"kind": kind, **({} if month is None else {"month": month}), **where}
        return sum((row["amount"] for row in self.noted(**asked)), Decimal(0))

    def noted(self, **where: object) -> list[dict[str, Any]]:
        """The notes themselves."""
        return [
            row
            for row in self.counted.notes.table.to_pylist()
            if all(row[name] == value for name, value in where.items())
        ]


@dataclass
class Firm:
    """Statements, in any order."""

    mixed: set[str] = field(default_factory=set)
    sold: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lags: dict[tuple[str, str], int] = field(default_factory=dict)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    contracts: list[Contract] = field(default_factory=list)
    declined: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    like: dict[str, str] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    before: list[Metered] = field(default_factory=list)
    attributed: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)

    # -- statements --------------------------------------------------------------------------------

    def meter(self, day: str, cost: str | None, vendor: str = "openai", **more: Any) -> str:
        """Usage of one group and day, at contract price; `cost` None = unpriced."""
        amount = None if cost is None else Decimal(cost)
        return self._add(
            origin="usage", source_name="gateway", charge_date=day_of(day), vendor=vendor, said_vendor=vendor,
            category="product_inference", scope_rule="by-nature", provider_name=vendor, list_cost=amount,
            contracted_cost=amount, effective_cost=amount, evidence="metered", usage_rows=1,
            unpriced_rows=int(cost is None), vendor_product="plan" if more.get("billing_mode") == "plan" else "api",
            **more,
        )  # fmt: skip

    def seats(self, day: str, cost: str, vendor: str = "github", **more: Any) -> str:
        """Seats of a month at their stated price."""
        return self._add(
            origin="utilization", source_name="seats", charge_date=day_of(day), vendor=vendor, said_vendor=vendor,
            category="internal_tools", scope_rule="seat", contracted_cost=Decimal(cost), effective_cost=Decimal(cost),
            evidence="contracted", vendor_product="seats", charge_category="Purchase", **more,
        )  # fmt: skip

    def export(self, day: str, cost: str, vendor: str = "openai", **more: Any) -> str:
        """One line of a provider's export, of one day where `charge_end` does not say else.

        `cost` is all four costs where `more` names none. `bill`: first day of the billing period, else the month's.
        """
        start, amount = day_of(day), Decimal(cost)
        bill = day_of(more.pop("bill", f"{day[:7]}-01"))
        end = more.pop("charge_end", None)
        end = day_of(end) if end else start + timedelta(days=1)
        for name in COSTS:
            more[name] = Decimal(more[name]) if more.get(name) is not None else more.get(name, amount)
        if more.get("rule_share") is not None:
            more["rule_share"] = Decimal(more["rule_share"])
        number, status = more.get("invoice_number"), more.get("commitment_status")
        category = more.setdefault("charge_category", "Usage")
        kind = more.pop("kind", "api")
        more.setdefault("rule_category", {"api": "product_inference", "seats": "internal_tools"}.get(kind))
        more.setdefault("category", more["rule_category"])
        source = more.pop("source_name", f"export-{vendor}")
        is_commitment = more.get("commitment_id") is not None and (
            category == "Purchase" or (status or "").lower() == "unused"
        )
        key = self._add(
            origin="charge", source_name=source, charge_date=start, charge_end=end, bill_start=bill, vendor=vendor,
            said_vendor=vendor, statement="cost_export", vendor_product=kind, evidence="invoiced",
            scope_rule=more.pop("scope_rule", "shipped"), is_commitment=is_commitment,
            is_uncommon=bill.replace(day=1) != start.replace(day=1) or end > add_months(start.replace(day=1), 1),
            **more,
        )  # fmt: skip
        self._charge(
            key, source, vendor, start, end, statement="cost_export", invoice_number=number,
            billing_account_id=more.get("account_id"), sub_account_id=more.pop("sub_account_id", None),
            sku_id=more.get("service_name"), charge_category=category, charge_class=more.get("charge_class"),
            billing_currency=more.get("currency", "USD"), commitment_discount_id=more.get("commitment_id"),
            commitment_discount_status=status, **{name: more[name] for name in COSTS},
        )  # fmt: skip
        return key

    def line(self, day: str, amount: str, vendor: str | None = "openai", **more: Any) -> str:
        """A line of a ledger, card or bank. `span`: first and last day it says it pays for."""
        own, source = day_of(day), more.pop("source_name", more.get("books") or "payables")
        span = more.pop("span", None)
        start, end = (day_of(span[0]), day_of(span[1]) + timedelta(days=1)) if span else (None, None)
        said = {
            name: more.pop(name, None)
            for name in ("source_file", "load_id", "mentioned_numbers", "number_words", "books", "product_kind", "memo")
        }
        said["books"] = said["books"] or "payables"
        more.setdefault("scope", "not_ai" if vendor is None or vendor in self.mixed else "ai")
        more.setdefault("supplier_name", vendor)
        if more["scope"] == "ai":
            more.setdefault("category", "internal_tools" if said["product_kind"] == "seats" else "product_inference")
        tax = more.pop("tax_cost", None)
        key = self._add(
            origin="charge", source_name=source, charge_date=own, vendor=vendor, said_vendor=vendor,
            statement="payment", billed_cost=Decimal(amount), effective_cost=Decimal(amount), evidence="invoiced",
            scope_rule="supplier", **more,
        )  # fmt: skip
        self._charge(
            key, source, vendor, own, None, statement="payment", invoice_number=more.get("invoice_number"),
            line_kind=more.get("line_kind"), billed_cost=Decimal(amount), billing_currency=more.get("currency", "USD"),
            service_period_start=start, service_period_end=end, tax_cost=None if tax is None else Decimal(tax),
            supplier_name=more["supplier_name"], **said,
        )  # fmt: skip
        return key

    def contract(
        self,
        vendor: str,
        start: str,
        end: str,
        amount: str | None,
        terms: str = "yearly in advance",
        tool: str | None = None,
    ) -> None:
        """A contract; `end` is its last day, `amount` None = it states none."""
        last = day_of(end) + timedelta(days=1)
        money = None if amount is None else Decimal(amount)
        self.contracts.append(Contract(vendor, "", tool, day_of(start), last, money, "USD", terms))

    # -- counting ----------------------------------------------------------------------------------

    def count(self, engine: Engine | None = None) -> Answer:
        """The allocation of all months these statements are for."""
        own = engine or DuckDBEngine({"threads": "1"})
        months = sorted({row["billing_month"] for row in self.attributed})
        try:
            own.bind("attributed", _table(self.attributed))
            charges = _charge_table(self.charges)
            own.bind("charge_fields", charges)
            own.bind("charge", charges)
            names = pa.array(sorted({row["supplier_name"] for row in self.attributed if row.get("supplier_name")}))
            own.bind("supplier_vendor", pa.table({"supplier_name": names, "vendor": names}))
            own.bind("exporter_vendor", pa.table({"supplier_name": names.slice(0, 0), "vendor": names.slice(0, 0)}))
            counted = count_money(own, self._known(months))
            for name, table in counted.bound.items():
                own.bind(name, table)
            wanted = sorted({*months, *counted.extra_months})
            own.bind("wanted", pa.table({"month": pa.array(wanted, pa.string())}))
            rows: list[dict[str, Any]] = own.table(Transform.load(PACKAGE, "counted.sql")).to_pylist()
        finally:
            if engine is None:
                own.close()
        return Answer(counted, sorted(rows, key=lambda row: str(row["allocation_id"])))

    def _known(self, months: list[str]) -> Known:
        return Known(
            product=lambda vendor, text, stated: stated,
            sells=lambda vendor: self.sold.get(vendor, ()),
            is_mixed=lambda vendor: vendor in self.mixed,
            lags=self.lags,
            contracts=self.contracts,
            owners=self.owners,
            declined=self.declined,
            apart=self.apart,
            alike=self.alike,
            like=self.like.get,
            named=lambda vendor, text: frozenset(self.named.get(text, ())),
            before=self.before,
            months=months,
        )

    def _add(self, **row: Any) -> str:
        key = str(row.pop("key", f"{len(self.attributed):04d}"))
        scope = row.setdefault("scope", "ai")
        whole = {
            "origin_key": key,
            "billing_month": month_of(row["charge_date"]),
            "vendor_account": "",
            "currency": "USD",
            "usage_rows": 0,
            "unpriced_rows": 0,
            "is_commitment": False,
            "is_uncommon": False,
            **{name: value for name, value in row.items() if name in ATTRIBUTED},
        }
        whole["category_rule"] = whole["scope_rule"] if scope == "ai" else None
        self.attributed.append(whole)
        return key

    def _charge(
        self, key: str, source: str, vendor: str | None, start: date, end: date | None, **more: Any
    ) -> None:  # fmt: skip
        self.charges.append(
            {
                "source_name": source, "natural_key": key, "vendor": vendor, "charge_period_start": start,
                "charge_period_end": end, **more,
            }
        )  # fmt: skip


def _table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    listed = list(rows)
    return pa.table(
        {
            name: pa.array([row.get(name) for row in listed], TYPES.get(name, pa.string()))
            for name in ATTRIBUTED
        }
    )  # fmt: skip


def _charge_table(rows: list[dict[str, Any]]) -> pa.Table:
    schema = arrow_schema("charge")
    columns = {}
    for column in schema:
        values = [row.get(column.name) for row in rows]
        if pa.types.is_timestamp(column.type):
            columns[column.name] = pa.array(values, pa.date32()).cast(column.type)
        else:
            columns[column.name] = pa.array(values, column.type)
    table = conform(pa.table(columns), "charge")
    for name in TEXT_OF_VENDORS:
        table = table.append_column(name, pa.array([row.get(name) for row in rows], pa.string()))
    return table

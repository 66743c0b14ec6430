"""Laws L3, L13 and L14 for ledger lines: shares add up, no payment disappears, no invoice number counts twice.

Reads `charge` and `allocation` as stored, and supplier names as the vendors in force know them; writes nothing.
The captured side knows nothing of how money was counted, so that a fault in the counting is seen from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from spendmap.allocation.vendors import Vendors
from spendmap.capture.invoice_numbers import normalised_number
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.vocabulary import money_text

PACKAGE = "spendmap.allocation.counted"
BASES = ("list", "contracted", "effective", "billed")
BILL_ONLY = ("effective", "billed")
"""Costs that a ledger line states; usage that carries one keeps its own list and contracted cost."""

Found = tuple[bool, str]
Row = Mapping[str, Any]


def money_by_vendor(engine: Engine, vendors: Vendors) -> list[Row]:
    """Captured and placed money per vendor and currency. Needs `charge` and `allocation` bound."""
    text = "SELECT DISTINCT coalesce(c.invoice_issuer_name, c.service_provider_name) AS name FROM charge AS c"
    names = engine.table(Transform("law_names", text)).column("name").to_pylist()
    engine.bind("supplier_vendor", vendors.resolve(name for name in names if name))
    engine.bind("exporter_vendor", vendors.resolve_exporters(name for name in names if name))
    return list(engine.table(Transform.load(PACKAGE, "law_money.sql")).to_pylist())


def l3_costs(rows: Iterable[Row]) -> Found:
    """Whether the lines of a vendor add up to what was made of them, over all months and in every cost.

    List and contracted cost are compared where no ledger line is among the vendor's bills.
    """
    off = [
        f"{_name(group)}, {basis}"
        for group in _groups(rows)
        for basis in BASES
        if (basis in BILL_ONLY or not any(row["payments"] for row in group))
        and _sum(group, f"{basis}_lines") != _sum(group, f"{basis}_placed")
    ]
    return not off, f"{len(off)} sums off" + (f" (such as {off[0]})" if off else "")


def l13_payments(rows: list[Row]) -> Found:
    """Whether all that was paid and invoiced is counted, matched or not AI; over all months, with its rows."""
    off = [group for group in _groups(rows) if _sum(group, "billed_lines") != _sum(group, "billed_placed")]
    told = []
    for currency in sorted({row["currency"] for row in rows}):
        own = [row for row in rows if row["currency"] == currency]
        beside = _sum(own, "tax_beside")
        paid = _told(_sum(own, "billed_lines") + beside)
        told.append(
            f"{currency} paid and invoiced {paid} in {_count(own, 'lines')} lines = "
            f"counted {_told(_sum(own, 'counted'))} ({_count(own, 'counted_rows')}) + matched "
            f"{_told(_sum(own, 'matched'))} ({_count(own, 'matched_rows')}) + not_ai {_told(_sum(own, 'not_ai'))} "
            f"({_count(own, 'not_ai_rows')}) + tax "
            f"{_told(beside + _sum(own, 'tax_lines'))} ({_count(own, 'tax_rows')})"
        )
    gone = [
        f"{_name(group)} {_told(_sum(group, 'billed_lines') - _sum(group, 'billed_placed'))} {group[0]['currency']}"
        for group in off
    ]
    return not off, "; ".join(told) + (f"; gone: {', '.join(gone[:5])}" if gone else "") if told else "no line of money"


def l14_documents(engine: Engine) -> Found:
    """Whether of no invoice number more counts than the source that holds most of it says."""
    engine.bind("law_part", Transform.load(PACKAGE, "law_part.sql"))
    rows = engine.table(Transform.load(PACKAGE, "law_documents.sql")).to_pylist()
    twice = [
        f"{row['vendor']} {row['number']}: {_told(row['counted'])} of {_told(row['largest'])} {row['currency']}"
        for row in rows
        if row["largest"] > 0 and row["counted"] > row["largest"]
    ]
    told = f"{len(rows):,} invoice numbers are in several sources, {len(twice)} count twice"
    paid = _paid_twice(engine)
    told += f"; {len(paid)} count with a payment that names them" if paid else ""
    twice += paid
    return not twice, told + (f" (such as {twice[0]})" if twice else "")


def _paid_twice(engine: Engine) -> list[str]:
    """Documents that count beside payments whose words name them, and no other document."""
    documents = {
        (row["vendor"], row["number"], row["currency"]): row
        for row in engine.table(Transform.load(PACKAGE, "law_numbers.sql")).to_pylist()
        if row["largest"] > 0
    }
    paying: dict[tuple[str, str, str], list[Row]] = {}
    doubtful: set[tuple[str, str, str]] = set()
    for row in engine.table(Transform.load(PACKAGE, "law_payments.sql")).to_pylist() if documents else ():
        words = " ".join(row[name] or "" for name in ("invoice_number", "mentioned_numbers", "number_words")).split()
        named = {key for word in words if (key := (row["vendor"], word, row["currency"])) in documents}
        for key in named:
            if len(named) > 1 or _is_its_own(key[1], row):
                doubtful.add(key)
            paying.setdefault(key, []).append(row)
    found = []
    for key, rows in sorted(paying.items()):
        largest = max(documents[key]["largest"], _sum(rows, "amount"))
        counted = documents[key]["counted"] + _sum(rows, "counted")
        if key not in doubtful and counted > largest:
            found.append(f"{key[0]} {key[1]}: {_told(counted)} of {_told(largest)} {key[2]}")
    return found


def _is_its_own(number: str, row: Row) -> bool:
    """Whether the word may be the line's own amount or account instead of a document's number."""
    digits = number.replace("-", "")
    accounts = {normalised_number(row[name] or "") for name in ("account", "billing_account_id")}
    return number in accounts or digits in {f"{row['amount']:.2f}".replace(".", ""), f"{row['amount']:.0f}"}


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Vendors one by one; those with a line whose vendor is only known by its name together, per currency."""
    alone: list[list[Row]] = []
    together: dict[str, list[Row]] = {}
    for row in rows:
        if row["absent"]:
            together.setdefault(row["currency"], []).append(row)
        else:
            alone.append([row])
    return [*alone, *together.values()]


def _name(group: list[Row]) -> str:
    return " + ".join(row["vendor"] or "no vendor" for row in group[:3]) + (" ..." if len(group) > 3 else "")


def _sum(rows: Iterable[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


def _count(rows: Iterable[Row], column: str) -> str:
    return f"{sum(int(row[column]) for row in rows):,}"


def _told(amount: Decimal) -> str:
    return money_text(amount) or "0"


__all__ = ["l3_costs", "l13_payments", "l14_documents", "money_by_vendor"]

"""Money that is perhaps AI: what no rule speaks of, of a mixed vendor or of a name that looks like AI (step 2).

Reads the allocation of the months worked on and the vendors in force; adds notes of kind `perhaps_ai`, one per month,
supplier and reason, in no total. What a rule, the register or a person has decided is not asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from spendmap.allocation.counted.parts import Notes
from spendmap.allocation.vendors import Vendors
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

KIND = "perhaps_ai"


def note_perhaps(engine: Engine, vendors: Vendors, notes: Notes) -> None:
    """Add what is perhaps AI to the notes. Needs `allocation` and `charge_fields` bound.

    A reason that counting found for a supplier's line ("an invoice above its metered models") is told instead of the
    general one; its own note goes, since the line is among these sums.
    """
    said = {(each["month"], each["subject"], each["currency"]): each for each in notes.rows if each["kind"] == KIND}
    notes.rows = [each for each in notes.rows if each["kind"] != KIND]
    rows = engine.table(Transform.load("spendmap.allocation", "perhaps_lines.sql")).to_pylist()
    for found in perhaps_of(rows, vendors):
        better = said.get((found["month"], found["subject"], found["currency"]))
        notes.add(
            KIND,
            found.pop("month"),
            found.pop("currency"),
            found.pop("amount"),
            **{**found, "reason": better["reason"] if better else found["reason"]},
        )


def perhaps_of(rows: Iterable[Mapping[str, Any]], vendors: Vendors) -> list[dict[str, Any]]:
    """Sums by month, currency, supplier and reason of the lines that are perhaps AI, in that order.

    A supplier whose name alone points there is one row, whatever its lines say; else each reason of its lines is.
    """
    named = {name: vendors.perhaps_ai(name) for name in dict.fromkeys(row["supplier_name"] for row in rows) if name}
    sums: dict[tuple[str, str, str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        like = named.get(row["supplier_name"]) or vendors.perhaps_ai(row["supplier_name"], row["text"])
        if like is not None:
            vendor = row["vendor"] or like.vendor or ""
            key = (row["month"], row["currency"], row["supplier_name"] or "", vendor, like.reason.value)
            sums[key].append(row)
    return [
        {
            "month": month,
            "currency": currency,
            "subject": supplier or None,
            "vendor": vendor or None,
            "reason": reason,
            "amount": _sum(row["effective"] for row in lines),
            "billed_amount": _sum(row["billed"] for row in lines),
            "rows": sum(row["n"] for row in lines),
        }
        for (month, currency, supplier, vendor, reason), lines in sorted(sums.items())
    ]


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


__all__ = ["note_perhaps", "perhaps_of"]

"""FOCUS text columns to rows of `charge`: what is accepted, what is refused and why, and the exact sums as read.

Pure but for the raw sums it adds to the context.
Invariant: each row of a chunk is in the batch's rows or in its rejects, never both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute

from spendmap.capture.amounts import DecimalSign
from spendmap.capture.batches import KeyMaker, add_raw, arrow_type
from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import DateReader
from spendmap.capture.focus_columns import (
    COSTS,
    KEYED,
    LABELS,
    MAPS,
    PROSE,
    PROVIDER_BEFORE_1_3,
    QUANTITIES,
    SHOWN_OF_A_REJECT,
    TIMES,
)
from spendmap.capture.focus_source import TextChunk
from spendmap.capture.line_words import comparable_number
from spendmap.capture.privacy import mask_emails, mask_tag, mask_text
from spendmap.capture.text_columns import ArrowColumn, Numbers, clean_text, each_distinct, numbers, text_maps
from spendmap.vocabulary.masking import shown

pc: Any = pyarrow.compute  # the overloads of its stubs do not follow a column through


class FocusRows:
    """Turns chunks of text columns into batches; remembers the occurrences of identical lines."""

    def __init__(
        self,
        context: ReadContext,
        read_number: Callable[[str], Decimal],
        dates: DateReader,
        decimal: DecimalSign = ".",
    ) -> None:
        self.context = context
        self.read_number, self.decimal = read_number, decimal
        self.dates = dates
        self.keys = KeyMaker()

    def batch(self, chunk: TextChunk) -> Batch:
        """Rows and rejects of one chunk."""
        lines, offsets = chunk.lines, chunk.offsets
        texts = {name: clean_text(column) for name, column in chunk.texts.items()}
        if "ChargePeriodStart" not in texts and "BillingPeriodStart" in texts:
            texts["ChargePeriodStart"] = texts["BillingPeriodStart"]
        bad: dict[int, str] = {}
        columns: dict[str, ArrowColumn] = {}

        currency, unknown = each_distinct(
            texts.get("BillingCurrency", pa.array([], pa.string())), pa.string(), _currency
        )
        columns["billing_currency"] = currency
        _note(bad, "BillingCurrency", unknown)
        figures: dict[str, Numbers] = {}
        for name, column in (COSTS | QUANTITIES).items():
            if name in texts:
                figures[name] = numbers(texts[name], self.read_number, self.decimal)
                columns[column] = figures[name].rounded
                _note(bad, name, figures[name].bad)
        for name, column in TIMES.items():
            if name in texts:
                columns[column], unread = each_distinct(texts[name], pa.timestamp("us"), self.dates.read)
                _note(bad, name, unread)
        for name in ("BilledCost", "BillingCurrency", "ChargePeriodStart"):
            if name in texts:
                _note(bad, name, dict.fromkeys(pc.indices_nonzero(pc.is_null(texts[name])).to_pylist(), "is missing"))
        for period in ("Charge", "Billing"):
            _note(bad, f"{period}PeriodEnd", _ends_early(columns, period.lower()))

        accepted = pa.array([index not in bad for index in range(len(lines))], pa.bool_())
        self._sum_up(figures, currency, accepted)
        columns |= self._words(texts)
        columns["source_line"] = pa.array(lines, pa.int64())
        if "InvoiceId" in texts:
            number = each_distinct(texts["InvoiceId"], pa.string(), self._invoice_number)[0]
            columns["invoice_number"] = number.cast(arrow_type("charge", "invoice_number"))
        rows = pa.table(columns).filter(accepted)
        rows = rows.append_column("natural_key", self._natural_keys(texts, accepted))
        for name, value in (("evidence", "invoiced"), ("statement", "cost_export")):
            rows = rows.append_column(name, pa.repeat(pa.scalar(value, pa.string()), len(rows)))
        if "charge_period_start" not in rows.column_names:
            rows = rows.append_column("charge_period_start", pa.nulls(len(rows), pa.timestamp("us")))
        refused = [Reject(lines[i], offsets[i], reason, _remains(texts, i)) for i, reason in sorted(bad.items())]
        found = sorted([*chunk.rejects, *refused], key=lambda reject: reject.line)
        return Batch(rows, found, len(rows) + len(found))

    def _invoice_number(self, text: str | None) -> str | None:
        return comparable_number(text, self.context.hash_principal) if text else None

    def _sum_up(self, figures: Mapping[str, Numbers], currency: ArrowColumn, accepted: ArrowColumn) -> None:
        for code in currency.filter(accepted).unique().to_pylist():
            chosen = pc.and_(accepted, pc.fill_null(pc.equal(currency, code), False))
            for name, cost in COSTS.items():
                if name in figures:
                    add_raw(self.context, code, cost, figures[name].sum_where(chosen))

    def _words(self, texts: Mapping[str, ArrowColumn]) -> dict[str, ArrowColumn]:
        """Texts and maps, e-mail addresses taken out."""
        person = self.context.hash_principal
        columns = {
            column: _masked(texts[name], lambda text: mask_emails(text, person))
            for name, column in LABELS.items()
            if name in texts
        }
        if PROVIDER_BEFORE_1_3 in texts:
            before = texts[PROVIDER_BEFORE_1_3]
            now = columns.get("service_provider_name")
            columns["service_provider_name"] = before if now is None else pc.coalesce(now, before)
        for name, column in PROSE.items():
            if name in texts:
                columns[column] = each_distinct(texts[name], pa.string(), mask_text)[0]
        for name, column in MAPS.items():
            if name in texts:
                columns[column] = text_maps(texts[name], lambda key, value: mask_tag(key, value, person))
        return {name: column.cast(arrow_type("charge", name)) for name, column in columns.items()}

    def _natural_keys(self, texts: Mapping[str, ArrowColumn], accepted: ArrowColumn) -> ArrowColumn:
        """Hash of the columns that say which line it is, in a fixed order, and the occurrence within the file.

        The merge makes the stored key of the same columns (`engine/merge_periods.py`), so that files compare.
        """
        missing = pa.nulls(len(accepted), pa.string())
        joined = pc.binary_join_element_wise(
            *(texts.get(name, missing) for name in KEYED), "\x1f", null_handling="replace", null_replacement="\x1e"
        )
        content = joined.filter(accepted).cast(pa.binary()).to_pylist()
        return pa.array([self.keys.key(value) for value in content], pa.string())


def _currency(text: str) -> str:
    code = currency_code(text)
    if code is None:
        raise ValueError(f"{shown(text)} is no currency of ISO 4217")
    return code


def _note(bad: dict[int, str], column: str, found: Mapping[int, str]) -> None:
    """Keep the first reason against each row."""
    for index, reason in found.items():
        bad.setdefault(index, f"{column} {reason}" if reason.startswith("is ") else f"{column}: {reason}")


def _ends_early(columns: Mapping[str, ArrowColumn], period: str) -> dict[int, str]:
    start: ArrowColumn = columns.get(f"{period}_period_start")
    end: ArrowColumn = columns.get(f"{period}_period_end")
    if start is None or end is None:
        return {}
    early = pc.fill_null(pc.less(end, start), False)
    return dict.fromkeys(pc.indices_nonzero(early).to_pylist(), "is before the start of the period")


def _masked(column: ArrowColumn, mask: Callable[[str], str]) -> ArrowColumn:
    """`mask` applied to the distinct values, when any of them can hold an e-mail address."""
    if not pc.any(pc.match_substring(column, "@")).as_py():
        return column
    return each_distinct(column, pa.string(), mask)[0]


def _remains(texts: Mapping[str, ArrowColumn], index: int) -> str:
    """What is shown of a refused row: no description, tag or name given by a person."""
    left = {name: column[index].as_py() for name, column in texts.items() if name in SHOWN_OF_A_REJECT}
    return json.dumps({name: mask_emails(text[:200]) for name, text in left.items() if text}, ensure_ascii=False)

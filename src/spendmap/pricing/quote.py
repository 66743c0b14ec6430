"""Price a CSV of usage, one row a line, with the transform that prices the ledger.

Reads a file in the form of `spendmap prices quote` (see docs/guides/pricing.md), gives a quote per row. Rows that
cannot be read are refused with their line and reason; the others are priced. Nothing is stored.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS
from spendmap.pricing.aliases import build_aliases
from spendmap.pricing.book import Book
from spendmap.pricing.known import doubt_of
from spendmap.pricing.rows import PriceRow
from spendmap.pricing.wide import build_price_wide
from spendmap.vocabulary.errors import SourceUnreadableError

METER_OF_COLUMN: dict[str, str] = {
    "uncached_input_tokens": "input_uncached",
    "cache_read_tokens": "cache_read",
    "cache_write_5m_tokens": "cache_write_5m",
    "cache_write_1h_tokens": "cache_write_1h",
    "input_audio_tokens": "input_audio",
    "output_tokens": "output",
    "web_searches": "web_searches",
}
REQUIRED = (
    "case_id",
    "provider",
    "model",
    "timestamp_utc",
    "service",
    "input_total_tokens",
    *METER_OF_COLUMN,
    "reasoning_tokens_in_output",
)
TOLERANCE = Decimal("0.0000000001")  # expected figures are given to ten places
LARGEST = 10**15  # tokens in one row; more is a mistake in the file


@dataclass(frozen=True)
class Quote:
    """One priced (or unpriced) row. `list_cost` is in `currency`."""

    case_id: str
    list_cost: Decimal | None
    currency: str | None
    unpriced_reason: str | None
    price_ids: Mapping[str, str]  # meter used -> price row
    priced_as: str | None
    notes: tuple[str, ...] = ()  # why the price is not certain
    is_upper_bound: bool = False
    expected: Decimal | None = None

    @property
    def evidence(self) -> str | None:
        """`metered` at a price known to hold, `estimated` otherwise; None when the row is not priced."""
        if self.list_cost is None:
            return None
        return "estimated" if self.notes else "metered"

    @property
    def agrees(self) -> bool | None:
        """Whether the cost is the file's expected one; None when the file expects nothing of the row."""
        if self.expected is None:
            return None
        return self.list_cost is not None and abs(self.list_cost - self.expected) <= TOLERANCE


@dataclass(frozen=True)
class Refused:
    """A row that cannot be read. `line` is 1-based in the file."""

    line: int
    case_id: str | None
    reason: str


@dataclass(frozen=True)
class _Row:
    line: int
    case_id: str
    expected: Decimal | None
    usage: Mapping[str, object]


def quote_file(
    file: Path, book: Book, *, deployments: Mapping[str, str] | None = None
) -> tuple[list[Quote], list[Refused]]:
    """Price every row of the file that can be read, in its order.

    Raises:
        SourceUnreadableError: the file is not a CSV with the required columns.
    """
    rows, refused = _read(file)
    return (_quotes(rows, book, deployments or {}) if rows else []), refused


def _quotes(rows: Sequence[_Row], book: Book, deployments: Mapping[str, str]) -> list[Quote]:
    usage = conform(pa.Table.from_pylist([dict(row.usage) for row in rows]), "usage")
    refs = pa.table(
        {
            "provider_ref": usage.column("provider_name"),
            "model_ref": usage.column("request_model"),
            "tier_ref": usage.column("service_tier"),
        }
    )
    aliases = build_aliases(refs, book, deployments=deployments)
    named = {
        (str(provider), str(model))
        for provider, model in zip(
            aliases.column("provider").to_pylist(), aliases.column("model").to_pylist(), strict=True
        )
    }
    wide = build_price_wide(book.in_book, models=named)
    with DuckDBEngine({"threads": "1"}) as engine:
        for name, table in (("usage", usage), ("model_alias", aliases), ("price_wide", wide)):
            engine.bind(name, table)
        priced = {
            record["natural_key"]: record
            for record in engine.table(Transform.load("spendmap.pricing", "price_usage.sql")).to_pylist()
        }
    ids = {
        str(key): str(text)
        for key, text in zip(wide.column("price_key").to_pylist(), wide.column("price_ids").to_pylist(), strict=True)
    }
    of_id = {row.price_id: row for row in book.in_book if (row.provider, row.model) in named}
    resold = {
        (record["provider_ref"], record["model_ref"], record["tier_ref"]): str(record["rule"]).rpartition("; ")[2]
        for record in aliases.to_pylist()
        if record["is_resold"]
    }
    return [_quote(row, priced[str(row.line)], ids, of_id, resold) for row in rows]


def _quote(
    row: _Row,
    priced: Mapping[str, object],
    ids: Mapping[str, str],
    of_id: Mapping[str, PriceRow],
    resold: Mapping[tuple[str, str, str], str],
) -> Quote:
    known: dict[str, str] = json.loads(ids[str(priced["price_key"])]) if priced["price_key"] else {}
    used = {meter: known[meter] for meter in METERS if meter in known and priced[meter]}
    cost, provider = priced["list_cost"], priced["price_provider"]
    rows = [of_id[price_id] for price_id in used.values()] if cost is not None else []
    name = str(priced["provider_name"] or ""), str(priced["request_model"] or ""), str(priced["service_tier"] or "")
    sold = [resold[name]] if cost is not None and name in resold else []
    doubts = [doubt for each in rows if (doubt := doubt_of(each)) is not None]
    return Quote(
        case_id=row.case_id,
        list_cost=cost if isinstance(cost, Decimal) else None,
        currency=str(priced["price_currency"]) if priced["price_currency"] else None,
        unpriced_reason=str(priced["unpriced_reason"]) if priced["unpriced_reason"] else None,
        price_ids=used,
        priced_as=f"{provider}/{priced['price_model']}" if provider else None,
        expected=row.expected,
        notes=tuple(dict.fromkeys(sold + doubts)),
        is_upper_bound=any(each.basis == "upper_bound" for each in rows),
    )


def _read(file: Path) -> tuple[list[_Row], list[Refused]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceUnreadableError(
                    file,
                    f"columns missing: {', '.join(missing)}",
                    line=1,
                    next_step="The columns are listed in `spendmap prices quote --help`.",
                )
            return _parsed((reader.line_num, record) for record in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnreadableError(
            file, f"not readable as CSV: {error}", next_step="Save it as UTF-8 CSV and quote it again."
        ) from error


def _parsed(records: Iterable[tuple[int, Mapping[str, str | None]]]) -> tuple[list[_Row], list[Refused]]:
    rows: list[_Row] = []
    refused: list[Refused] = []
    for line, record in records:
        try:
            rows.append(_row(line, record))
        except ValueError as error:
            refused.append(Refused(line, record.get("case_id") or None, str(error)))
    return rows, refused


def _row(line: int, record: Mapping[str, str | None]) -> _Row:
    if None in record:
        raise ValueError("the row has more cells than the header")
    if short := [name for name in REQUIRED if record.get(name) is None]:
        raise ValueError(f"the row ends before {short[0]}")
    counts = {column: _count(column, record[column]) for column in (*METER_OF_COLUMN, "reasoning_tokens_in_output")}
    total = _count("input_total_tokens", record["input_total_tokens"])
    parts = sum(counts[column] for column in METER_OF_COLUMN if column not in {"output_tokens", "web_searches"})
    if total != parts:
        raise ValueError(f"input_total_tokens is {total}, its parts add up to {parts}")
    if counts["reasoning_tokens_in_output"] > counts["output_tokens"]:
        raise ValueError("reasoning_tokens_in_output is more than output_tokens")
    expected = record.get("expected_usd")
    return _Row(
        line=line,
        case_id=record["case_id"] or f"line {line}",
        expected=_decimal("expected_usd", expected) if expected else None,
        usage={
            "natural_key": str(line),
            "charge_period_start": _instant(record["timestamp_utc"] or ""),
            "provider_name": record["provider"] or None,
            "request_model": record["model"] or None,
            "service_tier": record["service"] or None,
            "requests": 1,
            "output_reasoning": counts["reasoning_tokens_in_output"],
            **{meter: counts[column] for column, meter in METER_OF_COLUMN.items()},
        },
    )


def _count(column: str, text: str | None) -> int:
    plain = (text or "").strip()
    if not plain.isascii() or not plain.isdigit():
        raise ValueError(f"{column} is {text!r}, not a count of 0 or more")
    if (count := int(plain)) > LARGEST:
        raise ValueError(f"{column} is {plain}, more than one row can hold")
    return count


def _decimal(column: str, text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"{column} is {text!r}, not a number") from error


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"timestamp_utc is {text!r}; write 2026-11-20T12:00:00Z") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

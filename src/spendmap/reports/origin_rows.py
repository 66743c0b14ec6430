"""The captured rows behind one allocation row: usage rows with their prices, or the charge, seat or work row.

Reads allocation and the captured tables of one published version; each row names its file and line. Rows of usage are
priced again (`allocation.row_prices`) and held to their group's figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from spendmap.allocation.row_prices import rows_of_group
from spendmap.engine.reader import ReadSession
from spendmap.ledger.tables import METERS
from spendmap.reports.lineage import ORIGIN_TABLES, split_ids
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.reports.price_keys import TABLES as PRICE_TABLES
from spendmap.reports.price_keys import price_rows_of
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.money import COSTS, money_text

_LINEAGE = ("natural_key", "source_name", "load_id", "source_file", "source_line", "charge_period_start")
_MODEL = ("provider_name", "request_model", "response_model", "service_tier")
_DETAILS: dict[str, tuple[str, ...]] = {
    "charge": (
        "statement", "evidence", "charge_category", "charge_class", "charge_description", "invoice_id",
        "invoice_issuer_name", "service_provider_name", "service_name", "sku_id", "billing_account_id",
        "sub_account_id", "resource_id", "region_id", "consumed_quantity", "consumed_unit", "gl_account",
        "department_name", "memo",
    ),
    "utilization": (
        "evidence", "resource_kind", "resource_id", "supplier_name", "product", "plan", "department_name",
        "provisioned_quantity", "used_quantity", "unit", "contracted_unit_price", "price_months",
    ),
    "activity": ("evidence", "activity_kind", "role", "subject", "workflow", "use_case", "department_name", "minutes"),
}  # fmt: skip


@dataclass(frozen=True)
class OriginRow:
    """One captured row. `meters` are the disjoint usage meters it filled; `costs` None is unknown."""

    natural_key: str
    source_name: str | None
    load_id: str | None
    source_file: str | None
    source_line: int | None
    charge_period_start: datetime | None
    provider_name: str | None
    request_model: str | None
    response_model: str | None
    service_tier: str | None
    meters: dict[str, Decimal]
    costs: dict[str, Decimal | None]
    currency: str | None
    price_ids: list[str]
    price_model: str | None
    unpriced_reason: str | None
    details: dict[str, str]


@dataclass(frozen=True)
class OriginRows:
    """One page of the rows behind one allocation row, in the order they happened."""

    origin: str
    origin_key: str
    total: int
    page: int
    size: int
    items: list[OriginRow]


def origin_rows(model: ReadModel, origin_key: str, *, page: int = 1, size: int = 50) -> OriginRows:
    """The rows that share this origin key.

    Raises:
        UsageError: no allocation row has it, the page does not exist, or usage would be priced otherwise today.
    """
    check_page(page)
    check_size(size)
    tables = ("allocation", *PRICE_TABLES, *ORIGIN_TABLES.values())
    with model.ledger_session(*tables) as session:
        text = "SELECT DISTINCT origin, source_name FROM allocation WHERE origin_key = $key ORDER BY ALL"
        found = session.rows(text, {"key": origin_key})
        if not found:
            raise UsageError(
                f"no row has the origin {origin_key[:80]!r}.",
                next_step="Take `origin_key` from `spendmap explain total --json`.",
            )
        origin = found[0][0]
        if origin == "usage":
            total, rows = _usage_rows(model, origin_key, page, size)
        else:
            # The same key in two sources is two rows: only the source of the allocation row is meant.
            where = (
                f"FROM {ORIGIN_TABLES[origin]} WHERE natural_key = $key AND source_name IN (SELECT UNNEST($sources))"
            )
            values: dict[str, object] = {"key": origin_key, "sources": [source for _, source in found]}
            total = session.rows(f"SELECT COUNT(*) {where}", values)[0][0]
            skip = page_of(total, page, size)
            text = f"SELECT * {where} ORDER BY charge_period_start, natural_key LIMIT $size OFFSET $skip"
            rows = session.records(text, {**values, "size": size, "skip": skip})
        prices = _prices(session, rows)
    return OriginRows(origin, origin_key, total, page, size, [_row(origin, row, prices) for row in rows])


def _usage_rows(model: ReadModel, group_key: str, page: int, size: int) -> tuple[int, list[dict[str, Any]]]:
    """Rows of a group of usage, priced again."""
    assert model.published is not None  # an allocation row names the group
    found = rows_of_group(model.published, group_key)
    skip = page_of(found.total, page, size)
    return found.total, found.page(skip, size)


def _prices(session: ReadSession, rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Price rows behind the keys that these rows carry, in the months they happened."""
    keys = {key for row in rows for key in split_ids(row.get("price_ids"), row.get("contract_price_key"))}
    months = sorted(row["billing_month"] for row in rows) or [""]
    return price_rows_of(session, keys, months[0], months[-1])


def _row(origin: str, row: dict[str, Any], prices: dict[str, list[str]]) -> OriginRow:
    is_usage = origin == "usage"
    as_stored: dict[str, Any] = {name: row.get(name) for name in (*_LINEAGE, *_MODEL)}
    return OriginRow(
        **as_stored,
        meters={name: Decimal(row[name]) for name in METERS if row.get(name)} if is_usage else {},
        costs={name: row[name] for name in COSTS if name in row},
        currency=row.get("currency") or row.get("billing_currency"),
        price_ids=[
            price_id
            for key in split_ids(row.get("price_ids"), row.get("contract_price_key"))
            for price_id in prices[key]
        ],
        price_model=row.get("price_model"),
        unpriced_reason=row.get("unpriced_reason"),
        details={name: _detail(row[name]) for name in _DETAILS.get(origin, ()) if row[name] is not None},
    )


def _detail(value: object) -> str:
    return money_text(value) or "" if isinstance(value, Decimal) else str(value)

"""The loads and the price rows behind a figure: which file, which hash, which price, when in force.

Reads allocation, usage_shape, the captured tables, price and load of one published version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.reports.figure import Figure
from spendmap.reports.price_keys import TABLES as PRICE_TABLES
from spendmap.reports.price_keys import price_rows_of
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql

ORIGIN_TABLES = {"charge": "charge", "utilization": "utilization", "activity": "activity"}
"""Where the rows of an origin lie; usage is priced again where its rows are asked for."""


@dataclass(frozen=True)
class PriceUsed:
    """A price per one unit of its meter, in force for `[valid_from, valid_to)`; `usage_rows` were priced with it."""

    price_id: str
    provider: str | None
    model: str | None
    meter: str | None
    service_tier: str | None
    region_scope: str | None
    contract: str | None
    currency: str | None
    list_unit_price: Decimal | None
    valid_from: datetime | None
    valid_to: datetime | None
    basis: str | None
    catalogue: str | None
    source_url: str | None
    checked_on: date | None
    usage_rows: int


@dataclass(frozen=True)
class LoadUsed:
    """A capture run that brought rows of the figure. `rows_behind` of its rows are behind it."""

    load_id: str
    source_name: str | None
    file_name: str | None
    file_sha256: str | None
    observed_at: datetime | None
    rows_loaded: int | None
    owner: str | None
    rows_behind: int


_WANTED = {
    "usage_shape": ("billing_month", "group_key", "load_id", "price_ids", "contract_price_key", "usage_rows"),
    **dict.fromkeys(ORIGIN_TABLES.values(), ("billing_month", "natural_key", "source_name", "load_id")),
}
_PRICE = [name for name in PriceUsed.__dataclass_fields__ if name not in {"price_id", "usage_rows"}]
_LOAD = [name for name in LoadUsed.__dataclass_fields__ if name not in {"load_id", "rows_behind"}]


def loads_and_prices(model: ReadModel, figure: Figure, origins: Set[str]) -> tuple[list[LoadUsed], list[PriceUsed]]:
    """Loads and prices behind the figure's allocation rows of these origins.

    Raises:
        UsageError: the version in force is an earlier release's.
    """
    if model.published is not None:
        model.published.need("usage_shape")
    parameters = figure.parameters
    loads: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    prices: Counter[str] = Counter()
    period = figure.question.period
    tables = (
        "allocation",
        "usage_shape",
        *PRICE_TABLES,
        *(ORIGIN_TABLES[each] for each in origins & set(ORIGIN_TABLES)),
    )
    with model.ledger_session(*tables, first=period.first, last=period.last, wanted=_WANTED) as session:
        text = _text(figure, "usage_lineage")
        for load_id, list_ids, contract_ids, rows in session.rows(text, parameters):
            loads[load_id] += rows
            for key in split_ids(list_ids, contract_ids):
                keys[key] += rows
        for key, price_ids in price_rows_of(session, keys, period.first, period.last).items():
            for price_id in price_ids:
                prices[price_id] += keys[key]
        for origin in sorted(origins & set(ORIGIN_TABLES)):
            table = ORIGIN_TABLES[origin]
            text = _text(figure, "origin_lineage").replace("{table}", table)
            for load_id, rows in session.rows(text, {**parameters, "origin": origin}):
                loads[load_id] += rows
        return _loads(model, loads), _prices(session, prices)


def split_ids(*price_ids: str | None) -> list[str]:
    """Comma-separated price ids as one list, each id once."""
    return list(dict.fromkeys(each for ids in price_ids for part in (ids or "").split(",") if (each := part.strip())))


def _text(figure: Figure, name: str) -> str:
    return figure.sql(sql(name), in_ledger=True)


def _every_load(model: ReadModel) -> dict[str, dict[str, Any]]:
    with model.ledger_session("load") as session:
        return {row["load_id"]: row for row in session.records(f"SELECT load_id, {', '.join(_LOAD)} FROM load")}


def _loads(model: ReadModel, behind: Counter[str]) -> list[LoadUsed]:
    known = model.kept(("loads",), lambda: _every_load(model))
    nothing = dict.fromkeys(_LOAD)
    found = [
        LoadUsed(**{**nothing, **known.get(load_id, {}), "load_id": load_id}, rows_behind=rows)
        for load_id, rows in behind.items()
    ]
    return sorted(found, key=lambda load: (-load.rows_behind, load.load_id))


def _prices(session: ReadSession, used: Counter[str]) -> list[PriceUsed]:
    text = f"SELECT price_id, {', '.join(_PRICE)} FROM price WHERE price_id IN (SELECT UNNEST($ids))"
    known = {row["price_id"]: row for row in session.records(text, {"ids": list(used)})}
    nothing = dict.fromkeys(_PRICE)
    found = [
        PriceUsed(**{**nothing, **known.get(price_id, {}), "price_id": price_id}, usage_rows=rows)
        for price_id, rows in used.items()
    ]
    return sorted(found, key=lambda price: (-price.usage_rows, price.price_id))

"""Lay the price book out for the pricing transform: one row per form, time, window and input length.

Reads rows of `price`, writes the `price_wide` table: a unit price per meter side by side, inherited ones filled
in (`meters.PARENT`), so that the transform joins once and multiplies. Contract prices lie over list prices.
Invariant: the boxes of one form are disjoint, so a usage row meets at most one row per form.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

import pyarrow as pa

from spendmap.ledger import METERS
from spendmap.pricing.forms import ANY_ACCOUNT, LIST, Form, account_of
from spendmap.pricing.meters import OUTPUT_KINDS, lineage
from spendmap.pricing.overlaps import overlaps
from spendmap.pricing.rows import DAY_S, NO_END, NO_START, NO_UPPER_TIER, NOT_CERTAIN, PriceRow
from spendmap.pricing.tabular import order_of, rows_of
from spendmap.vocabulary.errors import PriceError

MINIMUM_SECONDS: dict[tuple[str, str], Decimal] = {
    ("groq", "whisper-large-v3"): Decimal(10),
    ("groq", "whisper-large-v3-turbo"): Decimal(10),
}
"""Audio seconds billed at least per call. Source: groq.com/pricing, "minimum of 10s per request"; genai-prices 0.2."""

_FIELDS: list[pa.Field[Any]] = [
    pa.field("price_key", pa.string()),
    pa.field("price_form", pa.int64()),
    *(
        pa.field(name, pa.string())
        for name in ("provider", "model", "service_tier", "region_scope", "contract", "account", "currency")
    ),
    pa.field("valid_from", pa.timestamp("us")),
    pa.field("valid_to", pa.timestamp("us")),
    *(
        pa.field(name, pa.int64())
        for name in (
            "weekday_from",
            "weekday_to",
            "window_start_s",
            "window_end_s",
            "input_from",
            "input_to",
            "plain_tokens_max",
        )
    ),
    pa.field("has_tiers", pa.bool_()),
    pa.field("has_all_usual", pa.bool_()),
    pa.field("seconds_min", pa.decimal128(18, 6)),
    *(pa.field(meter, pa.decimal128(18, 12)) for meter in METERS),
    pa.field("output_unsaid", pa.decimal128(18, 12)),
    pa.field("output_kinds", pa.string()),
    pa.field("estimated", pa.string()),
    pa.field("price_ids", pa.string()),
]
WIDE_SCHEMA = pa.schema(_FIELDS)
"""`price_ids` is JSON: meter -> id of the `price` row its unit price comes from. `plain_tokens_max` and
`has_all_usual` (the usual meters are all priced) let the transform take its short way. `output_unsaid` is the price of
`output` where the row does not say what kind it is: none when the model makes kinds of different prices, which
`output_kinds` then names. `estimated` names the meters whose price is not certain, each between spaces; NULL = none."""

USUAL = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")
OPEN_END = 4_000_000_000  # tokens of one call; longer than any context, and times a bucket's calls still a BIGINT
PLAIN_COST = 10**17  # 1e-12 of the currency: products below it add up inside 18 digits

_Box = tuple[datetime, datetime, int, int, int, int, int, int]  # time, weekday, second of day, input length


@dataclass(frozen=True)
class _Cell:
    box: _Box
    prices: Mapping[str, PriceRow]  # explicit prices in force, by meter
    contract: str


def build_price_wide(
    rows: pa.Table | Sequence[PriceRow],
    *,
    currency: str = "USD",
    models: Collection[tuple[str, str]] | None = None,
    forms: Collection[int | None] | None = None,
) -> pa.Table:
    """The wide form of a `price` table's rows that are in the book.

    Args:
        rows: the ledger's `price` table, or the rows of a book; superseded rows are left out.
        currency: list prices in this currency are taken; a key that has none in it keeps its only other one.
        models: (provider, model) pairs to keep, to keep the table small; None keeps all.
        forms: numbers of the forms to keep, as `build_aliases` gives them; None keeps all.
    Raises:
        PriceError: two prices of one key overlap, or a key has list prices in two other currencies.
    """
    every = rows_of(rows) if isinstance(rows, pa.Table) else rows
    kept = [row for row in every if row.superseded_at is None]
    if forms is not None:
        models = {(form.provider, form.model) for form in {_form(row) for row in kept} if form.number in forms}
    if models is not None:
        wanted = set(models)
        kept = [row for row in kept if (row.provider, row.model) in wanted]
    kept.sort(key=order_of)
    if clashes := overlaps(kept):
        raise PriceError(clashes[0].message, next_step="See all of them with `spendmap prices check`.")
    records: list[dict[str, object]] = []
    seen: dict[int, Form] = {}
    for form, form_rows in sorted(_by_form(kept).items()):
        if forms is not None and form.number not in forms:
            continue
        if seen.setdefault(form.number, form) != form:
            raise PriceError(f"{form.words} and {seen[form.number].words} have the same form number.")
        records.extend(_wide_rows(form, _cells(form, form_rows, currency)))
    return pa.Table.from_pylist(records, schema=WIDE_SCHEMA)


def _form(row: PriceRow) -> Form:
    return Form(row.provider, row.model, row.service_tier, row.region_scope, account_of(row.contract))


def _by_form(rows: Iterable[PriceRow]) -> dict[Form, list[PriceRow]]:
    """Rows that count for each form: an account's own, then its vendor's contract, then list."""
    groups: dict[Form, list[PriceRow]] = defaultdict(list)
    for row in rows:
        groups[_form(row)].append(row)
    for form in list(groups):
        if form.account != LIST:
            groups[form] = groups[form] + [
                row
                for account in ((LIST,) if form.account == ANY_ACCOUNT else (ANY_ACCOUNT, LIST))
                for row in groups.get(form._replace(account=account), ())
                if account_of(row.contract) == account
            ]
    return groups


def _cells(form: Form, rows: list[PriceRow], currency: str) -> list[_Cell]:
    """Cut the form's rows along every edge any of them has; keep the cells something is in force in."""
    if form.account == LIST:
        currencies = {row.currency for row in rows}
        if currency not in currencies and len(currencies) > 1:
            raise PriceError(
                f"{form.words} has list prices in {' and '.join(sorted(currencies))} and none in {currency}.",
                next_step=f"Add one with `spendmap prices add {form.provider}/{form.model}/METER PRICE "
                f"--currency {currency}`.",
            )
        chosen = currency if currency in currencies else min(currencies)
        rows = [row for row in rows if row.currency == chosen]
    cells = []
    for times, days, seconds, lengths in product(
        pairwise(sorted({edge for row in rows for edge in (row.valid_from, row.valid_to)})),
        pairwise(_weekday_edges(rows)),
        pairwise(sorted({edge for row in rows for edge in (row.window_start_s, row.window_end_s)} | {0, DAY_S})),
        pairwise(sorted({edge for row in rows for edge in (row.input_from, row.input_to)})),
    ):
        in_force = [
            row
            for row in rows
            if row.valid_from <= times[0] < row.valid_to
            and row.window_weekdays >> days[0] & 1
            and row.window_start_s <= seconds[0] < row.window_end_s
            and row.input_from <= lengths[0] < row.input_to
        ]
        if cell := _cell(form, (*times, *days, *seconds, *lengths), in_force):
            cells.append(cell)
    return _joined(cells)


def _cell(form: Form, box: _Box, in_force: list[PriceRow]) -> _Cell | None:
    own = [row for row in in_force if account_of(row.contract) == form.account]
    if not own:
        return None  # a contract form only speaks where a price of its own is in force
    contract_currency = own[0].currency
    prices: dict[str, PriceRow] = {}
    for row in in_force:  # nearest first: the account's, the vendor's, list
        if row.currency == contract_currency:
            prices.setdefault(row.meter, row)
    return _Cell(box, prices, own[0].contract)


def _weekday_edges(rows: list[PriceRow]) -> list[int]:
    """Days on which some row's weekday mask changes; 0 and 7 always."""
    return [
        0,
        *(
            day
            for day in range(1, 7)
            if any((r.window_weekdays >> day ^ r.window_weekdays >> (day - 1)) & 1 for r in rows)
        ),
        7,
    ]


def _joined(cells: list[_Cell]) -> list[_Cell]:
    """Neighbouring cells with the same prices become one, along each dimension in turn."""
    for low in (4, 2, 6, 0):  # second of day, weekday, input length, time
        groups: dict[tuple[object, ...], list[_Cell]] = defaultdict(list)
        for cell in cells:
            rest = cell.box[:low] + cell.box[low + 2 :]
            groups[(rest, cell.contract, tuple(sorted((m, id(r)) for m, r in cell.prices.items())))].append(cell)
        cells = []
        for group in groups.values():
            group.sort(key=lambda cell: cell.box[low])
            joined = [group[0]]
            for cell in group[1:]:
                last = joined[-1]
                if last.box[low + 1] == cell.box[low]:
                    box = (*last.box[: low + 1], cell.box[low + 1], *last.box[low + 2 :])
                    joined[-1] = _Cell(box, last.prices, last.contract)  # type: ignore[arg-type]
                else:
                    joined.append(cell)
            cells.extend(joined)
    return sorted(cells, key=lambda cell: cell.box)


def _wide_rows(form: Form, cells: list[_Cell]) -> Iterable[dict[str, object]]:
    has_tiers = any(cell.box[6] != 0 or cell.box[7] != NO_UPPER_TIER for cell in cells)
    for cell in cells:
        used = {meter: found for meter in METERS if (found := _priced(meter, cell.prices)) is not None}
        unsaid, kinds = _unsaid(used)
        of_unsaid = {"output": unsaid} if unsaid is not None else {}
        ids = {meter: row.price_id for meter, row in (of_unsaid | used).items()}
        uncertain = [meter for meter, row in (of_unsaid | used).items() if row.basis in NOT_CERTAIN]
        valid_from, valid_to, weekday_from, weekday_to, start_s, end_s, input_from, input_to = cell.box
        says = json.dumps([form.number, [str(edge) for edge in cell.box], ids])
        yield {
            "price_key": f"{form.provider}/{form.model}#{hashlib.blake2b(says.encode(), digest_size=6).hexdigest()}",
            "price_form": form.number,
            "provider": form.provider,
            "model": form.model,
            "service_tier": form.service_tier,
            "region_scope": form.region_scope,
            "contract": cell.contract,
            "account": form.account,
            "currency": next(iter(cell.prices.values())).currency,
            "valid_from": max(valid_from, NO_START),
            "valid_to": min(valid_to, NO_END),
            "weekday_from": weekday_from,
            "weekday_to": weekday_to,
            "window_start_s": start_s,
            "window_end_s": end_s,
            "input_from": input_from,
            "input_to": min(input_to, OPEN_END),
            "plain_tokens_max": _plain_tokens_max({**used, **of_unsaid}),
            "has_tiers": has_tiers,
            "has_all_usual": all(meter in used for meter in USUAL) and unsaid is not None,
            "seconds_min": MINIMUM_SECONDS.get((form.provider, form.model)),
            **{meter: row.list_unit_price for meter, row in used.items()},
            "output_unsaid": unsaid.list_unit_price if unsaid is not None else None,
            "output_kinds": kinds,
            "estimated": f" {' '.join(uncertain)} " if uncertain else None,
            "price_ids": json.dumps(ids),
        }


def _plain_tokens_max(used: Mapping[str, PriceRow]) -> int:
    """Tokens up to which a row of the usual meters costs less than 100,000 whatever their mix."""
    dearest = max((int(used[meter].list_unit_price.scaleb(12)) for meter in USUAL if meter in used), default=0)
    return min(PLAIN_COST // dearest, 10**15) if dearest else 10**15


def _unsaid(used: Mapping[str, PriceRow]) -> tuple[PriceRow | None, str | None]:
    """The price of output of an unsaid kind, or the kinds of which it could be."""
    kinds = [kind for kind in OUTPUT_KINDS if kind in used]
    if len({used[kind].list_unit_price for kind in kinds}) == 1:
        return used[kinds[0]], None
    return None, " and ".join(kinds) or None


def _priced(meter: str, prices: Mapping[str, PriceRow]) -> PriceRow | None:
    return next((prices[name] for name in lineage(meter) if name in prices), None)

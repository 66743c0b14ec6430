"""The pricing of one slice of usage, without what no row of it needs.

Reads the slice through an engine; binds the table the short transform reads (`price_cell`) and writes the
transform. `price_usage.sql` stays the definition of pricing: the short transform gives the same rows
with the same digits, several times faster. Where it cannot, the definition itself is handed back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.pricing import PRICE_USAGE_SQL
from spendmap.pricing.aliases import build_aliases
from spendmap.pricing.book import Book
from spendmap.pricing.cells import lay_out
from spendmap.pricing.forms import ANY_ACCOUNT, LIST
from spendmap.pricing.short import short_sql
from spendmap.pricing.slices import look, model_of, names_in
from spendmap.pricing.wide import build_price_wide


@dataclass(frozen=True)
class Pricing:
    """How to price a slice. `price_wide` holds the rows its `price_key`s name; `is_short`: not the definition."""

    transform: Transform
    price_wide: pa.Table
    is_short: bool


def specialised(
    engine: Engine,
    book: Book,
    *,
    currency: str = "USD",
    deployments: Mapping[str, str] | None = None,
    names_as: Callable[[pa.Table], pa.Table] | None = None,
    carried: Sequence[str] = (),
) -> Pricing:
    """The transform that prices the `usage` bound to `engine`. Binds the tables it reads beside it.

    Args:
        names_as: makes the alias table of the names usage bears, where they are not to mean what they say (a scenario
            prices one model's calls as another's); default: `build_aliases`.
        currency: list prices in this currency are taken; see `build_price_wide`.
        deployments: "provider/deployment name" -> model; see `build_aliases`.
        carried: columns of the bound `usage` beside those of the ledger's table, under names that pricing does not use
            itself (`calls`, `cell`, ...); the result has them too.
    Raises:
        PriceError: two prices of one key overlap, or a key has list prices in two other currencies.
    """
    by_account = any(form.account not in (LIST, ANY_ACCOUNT) for form in book.forms)
    found = look(engine)
    with_accounts = by_account or found is None
    names = names_in(engine, with_accounts=with_accounts)
    resolve = names_as or (lambda refs: build_aliases(refs, book, deployments=deployments))
    aliases = resolve(_refs(names))
    forms = {number for side in ("price_form", "contract_form") for number in aliases.column(side).to_pylist()}
    wide = build_price_wide(book.of_forms(forms), currency=currency, forms=forms)
    if found is not None and (cells := lay_out(found, names, aliases, wide)) is not None:
        engine.bind("price_cell", cells.prices)
        return Pricing(Transform("price_usage", short_sql(found, cells, carried)), wide, is_short=True)
    if not with_accounts:  # the definition joins them
        aliases = resolve(_refs(names_in(engine, with_accounts=True)))
    engine.bind("model_alias", aliases)
    engine.bind("price_wide", wide)
    return Pricing(Transform("price_usage", _defined(carried)), wide, is_short=False)


def _defined(carried: Sequence[str]) -> str:
    """The definition, whose result has these columns of `usage` too."""
    last = f"    u.{TABLES['usage'].names[-1]},\n"
    before, found, after = PRICE_USAGE_SQL.rpartition(last)
    assert found
    return before + last + "".join(f"    u.{name},\n" for name in carried) + after


def _refs(names: pa.Table) -> pa.Table:
    """Names as `build_aliases` takes them."""
    return pa.table(
        {
            "provider_ref": names.column("provider_name"),
            "model_ref": pa.array([model_of(name) for name in names.to_pylist()], pa.string()),
            "tier_ref": names.column("service_tier"),
            "region_ref": names.column("region_id"),
            "account_ref": names.column("billing_account_id"),
        }
    )

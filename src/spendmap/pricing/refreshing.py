"""What a newer catalogue changes in a workspace: its prices, and the money of its captured months.

Reads the stored book, a catalogue (a file, or the installed package) and the stored usage; with `apply` the file is
taken into `register/`. The two books price the same rows with the same transform, so what differs is the prices' doing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from spendmap.engine.engine import open_engine
from spendmap.engine.store import Store
from spendmap.engine.transform import Transform
from spendmap.pricing.book import Book, open_book, refreshed_rows, with_company
from spendmap.pricing.catalogue import catalogue_name
from spendmap.pricing.company import company_rows
from spendmap.pricing.lookup import load_deployments
from spendmap.pricing.refresh import Change, Group, Moved, as_if_always, differences, moved, take
from spendmap.pricing.specialise import specialised
from spendmap.workspace import Workspace

BY_MODEL = """SELECT p.billing_month, p.provider_name, coalesce(p.response_model, p.request_model) AS model,
    coalesce(p.contracted_currency, p.price_currency) AS currency, sum(p.contracted_cost) AS cost
FROM priced AS p
GROUP BY p.billing_month, p.provider_name, coalesce(p.response_model, p.request_model),
    coalesce(p.contracted_currency, p.price_currency)"""


@dataclass(frozen=True)
class Refreshed:
    """What the newer catalogue is called, what it changes and moves, and whether it was taken."""

    catalogue: str
    changes: Sequence[Change]
    moved: Sequence[Moved] = field(default_factory=tuple)
    """What taking it restates in the captured months."""
    would_move: Sequence[Moved] = field(default_factory=tuple)
    """What the captured months would cost, had today's new prices held all along."""
    applied: bool = False


def refreshed(workspace: Workspace, file: Path | None, *, today: date, apply: bool = False) -> Refreshed:
    """Compare the prices in force with those of a newer catalogue.

    Args:
        file: a genai-prices data file; None for the installed package.
        today: the day it is taken, UTC; a price that only it has is known from then.
    Raises:
        PriceError: the file cannot be used, or the company's own prices cannot.
    """
    before = _stored(workspace)
    if file is None:
        name, newer = catalogue_name(), open_book(workspace)
    else:
        name = f"genai-prices of {today.isoformat()}"
        newer = with_company(Book(tuple(refreshed_rows(file, today))), company_rows(workspace.root))
    after = before.merge(newer.rows, datetime.now(UTC).replace(tzinfo=None))
    changes = differences(before.in_book, after.in_book)
    tomorrow = datetime(today.year, today.month, today.day, 23, 59)  # noqa: DTZ001  the last minute of the day, UTC
    always = Book(tuple(as_if_always(before.in_book, changes, tomorrow)))
    money, would = _moved(workspace, before, after, always) if changes else ([], [])
    if apply and file is not None:
        take(workspace.root, file, today)
    elif apply and changes:
        _store(workspace, after)
    return Refreshed(name, changes, money, would, applied=apply)


def _stored(workspace: Workspace) -> Book:
    """The book of the last allocation; before any, the prices known today."""
    store = Store(workspace)
    book = Book.from_table(store.rows("price")) if store.has("price") else Book(())
    return book if book.rows else open_book(workspace)


def _store(workspace: Workspace, book: Book) -> None:
    from spendmap.engine.store import new_run

    store = Store(workspace)
    with store.lock():
        store.overwrite("price", book.table, run=new_run())


def _moved(workspace: Workspace, before: Book, after: Book, always: Book) -> tuple[list[Moved], list[Moved]]:
    files = Store(workspace).paths("usage")
    if not files:
        return [], []
    found: list[dict[Group, Decimal | None]] = []
    for book in (before, after, always):
        with open_engine(workspace) as engine:
            engine.bind("usage", files, like="usage")
            pricing = specialised(
                engine, book, currency=workspace.currency, deployments=load_deployments(workspace.root)
            )
            engine.bind("priced", pricing.transform)
            rows = engine.table(Transform("priced_by_model", BY_MODEL)).to_pylist()
        found.append(
            {
                (row["billing_month"], row["provider_name"], row["model"], row["currency"] or workspace.currency): row[
                    "cost"
                ]
                for row in rows
            }
        )
    return moved(found[0], found[1]), moved(found[0], found[2])

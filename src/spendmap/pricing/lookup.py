"""Find prices of a model as a person asks for them, and the models usage names that have none.

Reads a price book; `unpriced_in` also reads the workspace's stored usage. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spendmap.plain_yaml import load_file
from spendmap.pricing import DISTINCT_REFS_SQL
from spendmap.pricing.aliases import Ref, build_aliases, resolve
from spendmap.pricing.book import Book
from spendmap.pricing.rows import PriceRow
from spendmap.vocabulary.errors import PriceError

if TYPE_CHECKING:
    from spendmap.workspace import Workspace

DEPLOYMENTS = Path("register") / "deployments.yaml"


@dataclass(frozen=True)
class Unpriced:
    """A name usage bears that has no price."""

    provider: str
    model: str
    service_tier: str
    usage_rows: int
    reason: str


def find_prices(book: Book, model: str | None, provider: str | None, at: datetime) -> list[PriceRow]:
    """Rows in force on the day of `at`: of a model by its id, by a name usage gives it, or by a part of its id.

    Raises:
        PriceError: the book knows nothing like it.
    """
    rows = [row for row in book.in_book if row.valid_from <= at < row.valid_to]
    if provider is not None:
        rows = [row for row in rows if row.provider == provider.lower()]
    if model is None:
        return rows
    wanted = model.lower()
    for found in (
        [row for row in rows if row.model.lower() == wanted],
        _by_alias(book, rows, provider or "", model),
        [row for row in rows if wanted in row.model.lower()],
    ):
        if found:
            return found
    near = get_close_matches(wanted, sorted({row.model.lower() for row in rows}), n=3)
    hint = f" Near it: {', '.join(near)}." if near else ""
    raise PriceError(
        f"no price of {model!r} is in force at {at:%Y-%m-%dT%H:%M:%SZ}.{hint}",
        next_step="Add one with `spendmap prices add PROVIDER/MODEL/METER PRICE`.",
    )


def _by_alias(book: Book, rows: Iterable[PriceRow], provider: str, model: str) -> list[PriceRow]:
    form = resolve(Ref(provider.lower(), model), book, {}).form
    return [row for row in rows if form is not None and (row.provider, row.model) == (form.provider, form.model)]


def load_deployments(root: Path) -> Mapping[str, str]:
    """ "provider/deployment" -> model, from a workspace's `register/deployments.yaml`; empty without the file.

    Raises:
        PriceError: the file is not a mapping of names under `deployments:`.
    """
    file = root / DEPLOYMENTS
    if not file.is_file():
        return {}
    try:
        document: Any = load_file(file, lambda message, next_step: PriceError(message, next_step=next_step))
        return {f"{key}".lower(): f"{value}" for key, value in document["deployments"].items()}
    except (TypeError, KeyError, AttributeError) as error:
        raise PriceError(
            f"{file}: a mapping under `deployments:` was expected.",
            next_step="Write lines like `azure/my-deployment: gpt-4.1`.",
        ) from error


def unpriced_in(workspace: Workspace, book: Book) -> list[Unpriced]:
    """Names the workspace's stored usage bears that have no price, most rows first."""
    from spendmap.engine.engine import open_engine
    from spendmap.engine.store import Store
    from spendmap.engine.transform import Transform

    files = Store(workspace).paths("usage")
    if not files:
        return []
    with open_engine(workspace) as engine:
        engine.bind("usage", files)
        refs = engine.table(Transform("distinct_refs", DISTINCT_REFS_SQL))
    counts: dict[tuple[str, str, str], int] = {}
    for record in refs.to_pylist():
        key = (record["provider_ref"], record["model_ref"], record["tier_ref"])
        counts[key] = counts.get(key, 0) + record["usage_rows"]
    found: dict[tuple[str, str, str], str] = {}
    for record in build_aliases(refs, book, deployments=load_deployments(workspace.root)).to_pylist():
        if record["unpriced_reason"] is not None and record["contract_form"] is None:
            found[record["provider_ref"], record["model_ref"], record["tier_ref"]] = record["unpriced_reason"]
    unpriced = [Unpriced(*key, counts[key], reason) for key, reason in found.items()]
    return sorted(unpriced, key=lambda each: (-each.usage_rows, each.provider, each.model))

"""The vendors spendmap knows: the shipped catalogue, and what the company declares laid over it.

Reads `catalogue/*.yaml` and declared vendors; gives `CatalogueVendor`s. Matching names is `vendors`, deciding what was
bought is `vendor_products`. Knows no engine and no screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.allocation.supplier_names import comparable, normalised
from spendmap.allocation.vendor_products import PRODUCT_KINDS, SUBSCRIPTION, default_sells
from spendmap.categories import ADDITIVE
from spendmap.register import Vendor
from spendmap.register.documents import Mapping, Node, Scalar, iter_items, read_document, yaml_files
from spendmap.register.documents import Sequence as Items
from spendmap.vocabulary.errors import RuleError

CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class CatalogueVendor:
    """A vendor as the catalogue or the register knows it.

    `kind` ai_native: whatever it is paid for is AI, from `since` on. `distinctive` are spellings that nobody else has,
    so that places, numbers and product words may stand beside them; every other spelling is the whole name or nothing.
    `sells` are product kinds (api, seats, plan, credits, marketplace, cloud, service). `product_words` are the vendor's
    own words for them, and `may_follow` words beside its name that say nothing of the product.
    """

    id: str
    name: str
    kind: Literal["ai_native", "mixed"]
    category: str
    since: date | None
    aliases: tuple[str, ...]
    distinctive: tuple[str, ...]
    domains: tuple[str, ...]
    capability: tuple[str, ...]
    providers: tuple[str, ...]
    source: str
    matches_name: bool = True  # False: the bare name is too common a word to stand for the vendor
    is_declared: bool = False
    sells: tuple[str, ...] = ()
    product_words: tuple[tuple[str, str], ...] = ()  # (words as normalised, product kind)
    may_follow: tuple[str, ...] = ()
    is_reseller: bool = False  # sells what others make: a line of it is of the vendor whose product it names


def with_declared(declared: Iterable[Vendor]) -> list[CatalogueVendor]:
    """Declared vendors before the catalogue. One that the catalogue knows keeps what the company does not say."""
    shipped = {vendor.id: vendor for vendor in catalogue()}
    first = [_merged(vendor, shipped.pop(vendor.id, None)) for vendor in declared]
    return [*first, *shipped.values()]


def catalogue_ids() -> frozenset[str]:
    """Ids of the shipped vendors: register entries may name them without declaring them."""
    return frozenset(vendor.id for vendor in catalogue())


@cache
def catalogue() -> tuple[CatalogueVendor, ...]:
    """Every shipped vendor, by file and position.

    Raises:
        RuleError: a catalogue file is wrong.
    """
    vendors: list[CatalogueVendor] = []
    for file in yaml_files(CATALOGUE, _refuse):
        listed = read_document(file, _refuse).get("vendors")
        vendors.extend(_vendor(node, file) for node in (listed.items if isinstance(listed, Items) else ()))
    ids = [vendor.id for vendor in vendors]
    if len(set(ids)) < len(ids):
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        raise _refuse(f"the catalogue has {', '.join(twice)} twice.", "Keep one of the two.")
    return tuple(vendors)


def _merged(declared: Vendor, shipped: CatalogueVendor | None) -> CatalogueVendor:
    own = tuple(dict.fromkeys((declared.name, *declared.aliases)))
    long = tuple(alias for alias in own if " " in comparable(alias))
    kind = declared.kind or (shipped.kind if shipped else "mixed")
    category = declared.category or (shipped.category if shipped else "internal_tools")
    capability = declared.capability or (shipped.capability if shipped else ())
    return CatalogueVendor(
        id=declared.id,
        name=declared.name,
        kind=kind,  # type: ignore[arg-type]
        category=category,
        since=shipped.since if shipped else None,
        aliases=own + (shipped.aliases if shipped else ()),
        distinctive=long + (shipped.distinctive if shipped else ()),
        domains=declared.domains + (shipped.domains if shipped else ()),
        capability=capability,
        providers=shipped.providers if shipped else (),
        source="register",
        is_declared=True,
        sells=declared.sells or (shipped.sells if shipped else ()),
        product_words=shipped.product_words if shipped else (),
        may_follow=shipped.may_follow if shipped else (),
        is_reseller=shipped is not None and shipped.is_reseller,
    )


def _vendor(node: Node, file: Path) -> CatalogueVendor:
    if not isinstance(node, Mapping):
        raise _refuse(f"{file}:{node.line}: a vendor is a mapping that begins with `id: ...`.", "Mend the catalogue.")
    kind, category = _one(node, "kind", file), _one(node, "category", file)
    capability, sells = _many(node, "capability"), _many(node, "sells")
    if kind not in {"ai_native", "mixed"} or category not in ADDITIVE or not set(capability) <= CAPABILITIES.keys():
        raise _refuse(f"{file}:{node.line}: kind, category or capability is not a known word.", "Mend the catalogue.")
    words = _product_words(node, file)
    if not {*sells, *(product for _, product in words)} - {SUBSCRIPTION} <= set(PRODUCT_KINDS):
        raise _refuse(f"{file}:{node.line}: a product is one of {', '.join(PRODUCT_KINDS)}.", "Mend the catalogue.")
    since = node.get("since")
    return CatalogueVendor(
        id=_one(node, "id", file),
        name=_one(node, "name", file),
        kind=kind,  # type: ignore[arg-type]
        category=category,
        since=date.fromisoformat(since.text) if isinstance(since, Scalar) else None,
        aliases=_many(node, "aliases"),
        distinctive=_many(node, "distinctive"),
        domains=_many(node, "domains"),
        capability=capability,
        providers=_many(node, "providers"),
        source=_one(node, "source", file),
        matches_name=node.get("match_name") is None,
        sells=sells or default_sells(kind, category, capability),
        product_words=words,
        may_follow=tuple(normalised(words) for words in _many(node, "may_follow")),
        is_reseller=node.get("reseller") is not None,
    )


def _product_words(node: Mapping, file: Path) -> tuple[tuple[str, str], ...]:
    stated = node.get("product_words")
    if stated is None:
        return ()
    if not isinstance(stated, Mapping):
        raise _refuse(f"{file}:{stated.line}: product_words map a product to its words.", "Mend the catalogue.")
    return tuple((normalised(words), product) for product in stated.entries for words in _many(stated, product))


def _one(node: Mapping, name: str, file: Path) -> str:
    value = node.get(name)
    if not isinstance(value, Scalar):
        raise _refuse(f"{file}:{node.line}: the vendor has no `{name}`.", "Mend the catalogue.")
    return value.text


def _many(node: Mapping, name: str) -> tuple[str, ...]:
    value = node.get(name)
    return () if value is None else tuple(item.text for item in iter_items(value) if isinstance(item, Scalar))


def _refuse(message: str, next_step: str) -> RuleError:
    return RuleError(message, next_step=next_step)

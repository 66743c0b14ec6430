"""Who a supplier's name stands for: the company's declared vendors first, then the shipped catalogue.

Reads `catalogue/*.yaml` and the register; gives, for DISTINCT names, a small table to join on. Precision
before recall: a common word (Cohere, Writer, Runway) matches only when it is the whole name, and a mixed
vendor (Microsoft, Google) says who was paid, not that it was for AI. Knows no engine and no screen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa

from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.allocation.supplier_names import SupplierName, normalised, readings, strip_legal
from spendmap.categories import ADDITIVE
from spendmap.register import Vendor, open_register
from spendmap.register.documents import Mapping, Node, Scalar, iter_items, read_document, yaml_files
from spendmap.register.documents import Sequence as Items
from spendmap.vocabulary.errors import RuleError
from spendmap.workspace import Workspace

CATALOGUE = Path(__file__).parent / "catalogue"
MatchKind = Literal["name", "domain", "prefix"]


@dataclass(frozen=True)
class CatalogueVendor:
    """A vendor as the catalogue or the register knows it.

    `kind` ai_native: whatever it is paid for is AI, from `since` on. `prefixes` are aliases that may also
    stand at the beginning of a longer name.
    """

    id: str
    name: str
    kind: Literal["ai_native", "mixed"]
    category: str
    since: date | None
    aliases: tuple[str, ...]
    prefixes: tuple[str, ...]
    domains: tuple[str, ...]
    capability: tuple[str, ...]
    providers: tuple[str, ...]
    source: str
    matches_name: bool = True  # False: the bare name is too common a word to stand for the vendor
    is_declared: bool = False


@dataclass(frozen=True)
class Match:
    """The vendor a name stands for, and what made it so."""

    vendor: str
    kind: MatchKind


class Vendors:
    """Vendors in order of precedence, indexed for matching names."""

    def __init__(self, vendors: Iterable[CatalogueVendor]) -> None:
        self._by_id: dict[str, CatalogueVendor] = {}
        for vendor in vendors:
            self._by_id.setdefault(vendor.id, vendor)
        self._names: dict[str, str] = {}
        self._placeless: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self._providers: dict[str, str] = {}
        for vendor in self._by_id.values():
            named = (vendor.name,) if vendor.matches_name else ()
            for alias in (*named, *vendor.aliases, *vendor.prefixes):
                self._names.setdefault(comparable(alias), vendor.id)
            for alias in vendor.prefixes:
                self._placeless.setdefault(comparable(alias), vendor.id)
                if " " in comparable(alias) or " " not in normalised(alias):
                    self._prefixes.setdefault(comparable(alias), vendor.id)  # "Loom Inc" must not begin to mean "loom"
            for domain in vendor.domains:
                self._domains.setdefault(domain.lower().removeprefix("www."), vendor.id)
            for provider in (*vendor.providers, vendor.id):
                self._providers.setdefault(provider.lower(), vendor.id)

    def __iter__(self) -> Iterator[CatalogueVendor]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, vendor_id: str) -> CatalogueVendor | None:
        """The vendor with this id, or None."""
        return self._by_id.get(vendor_id)

    def sells(self, vendor_id: str) -> tuple[str, ...]:
        """Products the vendor sells."""
        return ()

    def product_of(self, vendor_id: str | None, text: str, stated: str | None) -> str | None:
        """What a line bought."""
        return stated

    def match(self, supplier_name: str) -> Match | None:
        """The vendor a supplier's name stands for, or None when no name, domain or beginning fits."""
        for reading in readings(supplier_name):
            found = self._match(reading)
            if found is not None:
                return found
        return None

    def resolve(self, supplier_names: Iterable[str | None]) -> pa.Table:
        """One row per distinct name that stands for a vendor: `supplier_name`, `vendor`, `match_kind`."""
        found = [(name, self.match(name)) for name in dict.fromkeys(supplier_names) if name]
        return _table([(name, match.vendor, match.kind) for name, match in found if match is not None])

    def resolve_providers(self, provider_names: Iterable[str | None]) -> pa.Table:
        """As `resolve`, for the provider names of usage logs (`aws.bedrock`, `azure.ai.openai`, `openai`)."""
        rows: list[tuple[str, str, str]] = []
        for name in dict.fromkeys(provider_names):
            if not name:
                continue
            known = self._providers.get(name.lower()) or self._providers.get(name.lower().partition(".")[0])
            match = Match(known, "name") if known else self.match(name)
            if match is not None:
                rows.append((name, match.vendor, match.kind))
        return _table(rows)

    def with_facets(self, facets: dict[str, tuple[str, ...]]) -> list[tuple[date | None, tuple[str, ...]]]:
        """Vendor ids that have the kind and category asked for, grouped by the day from which they do.

        An AI vendor counts from the first day of the year its service began: a year is fine enough to tell it
        from an older firm of the same name, and keeps the compiled rules short.
        """
        groups: dict[date | None, list[str]] = defaultdict(list)
        for vendor in self._by_id.values():
            if vendor.kind in facets.get("vendor_kind", (vendor.kind,)) and vendor.category in facets.get(
                "vendor_category", (vendor.category,)
            ):
                dated = vendor.since if vendor.kind == "ai_native" else None
                groups[dated and date(dated.year, 1, 1)].append(vendor.id)
        return [(since, tuple(sorted(groups[since]))) for since in sorted(groups, key=lambda day: day or date.min)]

    def _match(self, reading: SupplierName) -> Match | None:
        if reading.stripped in self._names:
            return Match(self._names[reading.stripped], "name")
        if reading.placeless in self._placeless:
            return Match(self._placeless[reading.placeless], "name")
        for domain in reading.domains:
            vendor = self._by_domain(domain)
            if vendor is not None:
                return Match(vendor, "domain")
        words = reading.stripped.split()
        for length in range(len(words), 0, -1):
            vendor = self._prefixes.get(" ".join(words[:length]))
            if vendor is not None:
                return Match(vendor, "prefix")
        return None

    def _by_domain(self, domain: str) -> str | None:
        labels = domain.split(".")
        for start in range(len(labels) - 1):
            vendor = self._domains.get(".".join(labels[start:]))
            if vendor is not None:
                return vendor
        return None


def comparable(alias: str) -> str:
    """An alias in the form names are compared in: without its legal form."""
    return " ".join(strip_legal(normalised(alias).split()))


def load_vendors(workspace: Workspace) -> Vendors:
    """The vendors declared in the workspace's register, then the catalogue."""
    with open_register(workspace) as register:
        return vendors_with(register.vendors())


def vendors_with(declared: Iterable[Vendor]) -> Vendors:
    """Declared vendors before the catalogue. One that the catalogue knows keeps what the company does not say."""
    shipped = {vendor.id: vendor for vendor in catalogue()}
    first = [_merged(vendor, shipped.pop(vendor.id, None)) for vendor in declared]
    return Vendors([*first, *shipped.values()])


def catalogue_ids() -> frozenset[str]:
    """Ids of the shipped vendors: register entries may name them without declaring them."""
    return frozenset(vendor.id for vendor in catalogue())


@cache
def catalogue_vendors() -> Vendors:
    """The shipped catalogue alone."""
    return Vendors(catalogue())


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
    return CatalogueVendor(
        id=declared.id,
        name=declared.name,
        kind=declared.kind or (shipped.kind if shipped else "mixed"),  # type: ignore[arg-type]
        category=declared.category or (shipped.category if shipped else "internal_tools"),
        since=shipped.since if shipped else None,
        aliases=own + (shipped.aliases if shipped else ()),
        prefixes=long + (shipped.prefixes if shipped else ()),
        domains=declared.domains + (shipped.domains if shipped else ()),
        capability=declared.capability or (shipped.capability if shipped else ()),
        providers=shipped.providers if shipped else (),
        source="register",
        is_declared=True,
    )


def _vendor(node: Node, file: Path) -> CatalogueVendor:
    if not isinstance(node, Mapping):
        raise _refuse(f"{file}:{node.line}: a vendor is a mapping that begins with `id: ...`.", "Mend the catalogue.")
    kind, category = _one(node, "kind", file), _one(node, "category", file)
    capability = _many(node, "capability")
    if kind not in {"ai_native", "mixed"} or category not in ADDITIVE or not set(capability) <= CAPABILITIES.keys():
        raise _refuse(f"{file}:{node.line}: kind, category or capability is not a known word.", "Mend the catalogue.")
    since = node.get("since")
    return CatalogueVendor(
        id=_one(node, "id", file),
        name=_one(node, "name", file),
        kind=kind,  # type: ignore[arg-type]
        category=category,
        since=date.fromisoformat(since.text) if isinstance(since, Scalar) else None,
        aliases=_many(node, "aliases"),
        prefixes=_many(node, "prefixes"),
        domains=_many(node, "domains"),
        capability=capability,
        providers=_many(node, "providers"),
        source=_one(node, "source", file),
        matches_name=node.get("match_name") is None,
    )


def _one(node: Mapping, name: str, file: Path) -> str:
    value = node.get(name)
    if not isinstance(value, Scalar):
        raise _refuse(f"{file}:{node.line}: the vendor has no `{name}`.", "Mend the catalogue.")
    return value.text


def _many(node: Mapping, name: str) -> tuple[str, ...]:
    value = node.get(name)
    return () if value is None else tuple(item.text for item in iter_items(value) if isinstance(item, Scalar))


def _table(rows: Sequence[tuple[str, str, str]]) -> pa.Table:
    return pa.table(
        {
            "supplier_name": pa.array([row[0] for row in rows], pa.string()),
            "vendor": pa.array([row[1] for row in rows], pa.string()),
            "match_kind": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def _refuse(message: str, next_step: str) -> RuleError:
    return RuleError(message, next_step=next_step)

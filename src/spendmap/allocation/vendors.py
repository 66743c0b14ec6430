"""Who a supplier's name stands for: the company's declared vendors first, then the shipped catalogue.

Gives, for DISTINCT names, small tables to join on. Precision before recall: a longer name is never taken for its first
word, a common word (Cohere, Writer, Runway) matches only when it is the whole name, and a mixed vendor (Microsoft,
Google) says who was paid, not that it was for AI. Knows no engine and no screen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import pyarrow as pa

from spendmap.allocation.name_noise import is_noise_before, is_noise_behind
from spendmap.allocation.perhaps_ai import Likeness, Reason, looks_like_ai
from spendmap.allocation.places import PLACES
from spendmap.allocation.supplier_names import LEGAL_FORMS, SupplierName, comparable, normalised, readings
from spendmap.allocation.vendor_catalogue import (
    CATALOGUE,
    CatalogueVendor,
    catalogue,
    catalogue_ids,
    with_declared,
)
from spendmap.allocation.vendor_products import BESIDE_NAMES, product_of, products_named
from spendmap.register import Vendor, open_register
from spendmap.workspace import Workspace

MatchKind = Literal["name", "domain", "descriptor"]
_AI_ENDING = re.compile(r"(?<=[a-z])(?=AI\b)")
NAME_JOINED = 5  # letters from which a name is known when another word is written to it
JOINED_AT_LEAST = 7  # letters from which a name of several words is known when it is written as one


@dataclass(frozen=True)
class Match:
    """The vendor a name stands for, and what made it so: the name, a domain, or a name with a product beside it."""

    vendor: str
    kind: MatchKind


class Vendors:
    """Vendors in order of precedence, indexed for matching names."""

    def __init__(self, vendors: Iterable[CatalogueVendor]) -> None:
        self._by_id: dict[str, CatalogueVendor] = {}
        for vendor in vendors:
            self._by_id.setdefault(vendor.id, vendor)
        self._names: dict[str, str] = {}
        self._distinctive: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self._providers: dict[str, str] = {}
        self._own: dict[str, frozenset[str]] = {}
        for vendor in self._by_id.values():
            for alias in _spellings(vendor):
                self._names.setdefault(comparable(alias), vendor.id)
            phrases = tuple(_distinctive_phrases(vendor))
            for phrase in phrases:
                self._distinctive.setdefault(phrase, vendor.id)
            for domain in vendor.domains:
                self._domains.setdefault(domain.lower().removeprefix("www."), vendor.id)
            for provider in (*vendor.providers, vendor.id):
                self._providers.setdefault(provider.lower(), vendor.id)
            own = {normalised(each) for each in (*_spellings(vendor), *vendor.domains)}
            own |= {words for words, _ in vendor.product_words} | set(vendor.may_follow)
            own |= {words[len(head) + 1 :] for words in tuple(own) for head in phrases if words.startswith(f"{head} ")}
            self._own[vendor.id] = frozenset(own)
        common = {comparable(each.name): each.id for each in self._by_id.values() if not each.matches_name}
        self._exporters = _bare_names(self._by_id.values())
        self._resembled = common | self._names  # also names too common to stand for their vendor
        self._brands = frozenset(
            phrase for phrase, id_ in self._distinctive.items() if self._by_id[id_].kind == "ai_native"
        )
        self._longest = max((len(phrase.split()) for phrase in self._distinctive), default=0)

    def __iter__(self) -> Iterator[CatalogueVendor]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, vendor_id: str) -> CatalogueVendor | None:
        """The vendor with this id, or None."""
        return self._by_id.get(vendor_id)

    def match(self, supplier_name: str) -> Match | None:
        """The vendor a supplier's name stands for, or None when no name or domain fits."""
        whole = self._names.get(comparable(supplier_name))
        if whole is not None:  # a name that the company declared, processor and all
            return Match(whole, "name")
        for reading in readings(supplier_name):
            found = self._match(reading)
            if found is not None:
                return found
        return None

    def maker_of(self, product_name: str) -> Match | None:
        """The vendor of a product that is named with its maker in front ("Adobe Sensei"), or as suppliers are.

        For names of products only: a supplier's name that begins like a vendor's is somebody else's.
        """
        found = self.match(product_name)
        if found is not None:
            return found
        words = normalised(product_name).split()
        for length in range(min(len(words), self._longest), 0, -1):
            vendor = self._distinctive.get(" ".join(words[:length]))
            if vendor is not None:
                return Match(vendor, "descriptor")
        return None

    def resolve(self, supplier_names: Iterable[str | None]) -> pa.Table:
        """One row per distinct name that stands for a vendor: `supplier_name`, `vendor`, `match_kind`."""
        found = [(name, self.match(name)) for name in dict.fromkeys(supplier_names) if name]
        return _table([(name, match.vendor, match.kind) for name, match in found if match is not None])

    def resolve_makers(self, product_names: Iterable[str | None]) -> pa.Table:
        """As `resolve`, for names of products that say who makes them."""
        found = [(name, self.maker_of(name)) for name in dict.fromkeys(product_names) if name]
        return _table([(name, match.vendor, match.kind) for name, match in found if match is not None])

    def resolve_providers(self, provider_names: Iterable[str | None]) -> pa.Table:
        """As `resolve`, for the provider names of usage logs (`aws.bedrock`, `azure.ai.openai`, `openai`)."""
        rows: list[tuple[str, str, str]] = []
        for name in dict.fromkeys(provider_names):
            if not name:
                continue
            known = self._providers.get(name.lower()) or self._providers.get(name.lower().partition(".")[0])
            match = Match(known, "name") if known else self.maker_of(name)
            if match is not None:
                rows.append((name, match.vendor, match.kind))
        return _table(rows)

    def resolve_exporters(self, provider_names: Iterable[str | None]) -> pa.Table:
        """Names that `resolve` does not know and a provider column of an export does: an AI vendor's bare name.

        FOCUS ProviderName, PublisherName and InvoiceIssuerName name sellers of cloud and AI, where a bank statement may
        name anybody: "Lambda" is the GPU cloud here, and nobody there. Whole names only.
        """
        rows: list[tuple[str, str, str]] = []
        for name in dict.fromkeys(provider_names):
            vendor = self._exporters.get(comparable(name)) if name else None
            if name and vendor and self.match(name) is None:
                rows.append((name, vendor, "name"))
        return _table(rows)

    def sells(self, vendor_id: str) -> tuple[str, ...]:
        """The products a vendor sells; nothing when that is not known."""
        vendor = self._by_id.get(vendor_id)
        return vendor.sells if vendor else ()

    def product_of(self, vendor_id: str | None, text: str | None, stated: str | None = None) -> str | None:
        """The product of a vendor that a line paid for, as `vendor_products.product_of` decides it."""
        vendor = self._by_id.get(vendor_id) if vendor_id else None
        if vendor is None:
            return product_of((), (), text, stated)
        return product_of(vendor.sells, vendor.product_words, text, stated)

    def products_named(self, vendor_id: str | None, text: str | None) -> frozenset[str]:
        """Every product of a vendor that a line's words name."""
        vendor = self._by_id.get(vendor_id) if vendor_id else None
        return products_named(vendor.sells, vendor.product_words, text) if vendor else frozenset()

    def resolve_products(self, rows: Iterable[tuple[str | None, str | None, str | None]]) -> pa.Table:
        """One row per distinct (vendor, text, stated) whose product is known: + `product`. NULLs stay NULL."""
        found = [(*row, self.product_of(*row)) for row in dict.fromkeys(rows)]
        known = [row for row in found if row[3] is not None]
        names = ("vendor", "text", "stated", "product")
        return pa.table({name: pa.array([row[at] for row in known], pa.string()) for at, name in enumerate(names)})

    def perhaps_ai(self, supplier_name: str | None, text: str | None = None) -> Likeness | None:
        """Why a line that no rule speaks of is perhaps AI, or None when nothing points there."""
        match = self.match(supplier_name) if supplier_name else None
        if match is not None:
            vendor = self._by_id[match.vendor]
            return Likeness(Reason.MIXED if vendor.kind == "mixed" else Reason.EARLIER, vendor.id)
        return looks_like_ai(supplier_name, text, self._resembled, self._distinctive, self._brands)

    def resolve_perhaps(self, supplier_names: Iterable[str | None]) -> pa.Table:
        """One row per distinct name that is perhaps AI: `supplier_name`, `reason`, `vendor` (NULL: none known)."""
        found = [(name, self.perhaps_ai(name)) for name in dict.fromkeys(supplier_names) if name]
        rows = [(name, like.reason.value, like.vendor) for name, like in found if like is not None]
        names = ("supplier_name", "reason", "vendor")
        return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})

    def resolve_perhaps_lines(self, lines: Iterable[tuple[str | None, str | None]]) -> pa.Table:
        """As `resolve_perhaps`, for distinct (supplier_name, text) pairs: the memo may be what looks like AI."""
        found = [(*line, self.perhaps_ai(*line)) for line in dict.fromkeys(lines)]
        rows = [(name, text, like.reason.value, like.vendor) for name, text, like in found if like is not None]
        names = ("supplier_name", "text", "reason", "vendor")
        return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names)})

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
        if reading.stripped in self._names and self._may_describe(reading, self._names[reading.stripped]):
            return Match(self._names[reading.stripped], "name" if reading.descriptor is None else "descriptor")
        for domain in reading.domains:
            vendor = self._by_domain(domain)
            if vendor is not None:
                return Match(vendor, "domain")
        return self._with_noise(reading.words) or self._with_noise(self._divided(reading.words))

    def _divided(self, words: Sequence[str]) -> Sequence[str]:
        """Words that a statement wrote as one: a name that nobody else has, and a legal form or what the vendor sells
        ("MIDJOURNEYINC", "OPENAICHATGPT")."""
        found: list[str] = []
        for word in words:
            cut = next((at for at in range(len(word) - 2, NAME_JOINED - 1, -1) if self._is_joined(word, at)), len(word))
            found += [word[:cut], word[cut:]] if cut < len(word) else [word]
        return found if len(found) > len(words) else ()

    def _is_joined(self, word: str, cut: int) -> bool:
        vendor = self._distinctive.get(word[:cut])
        return vendor is not None and (word[cut:] in LEGAL_FORMS or word[cut:] in self._own[vendor])

    def _may_describe(self, reading: SupplierName, vendor: str) -> bool:
        """Behind `*` stands anything where the name is the vendor's alone, else only what the vendor may sell."""
        if reading.descriptor is None or reading.stripped in self._distinctive:
            return True
        return is_noise_behind(reading.descriptor, self._own[vendor], BESIDE_NAMES)

    def _with_noise(self, words: Sequence[str]) -> Match | None:
        """The vendor whose distinctive name stands among noise: the longest name first, then the foremost."""
        for length in range(min(len(words), self._longest), 0, -1):
            for start in range(len(words) - length + 1):
                vendor = self._distinctive.get(" ".join(words[start : start + length]))
                if vendor is None:
                    continue
                own = self._own[vendor]
                before, behind = words[:start], words[start + length :]
                if is_noise_before(before, own, BESIDE_NAMES) and is_noise_behind(behind, own, BESIDE_NAMES):
                    return Match(vendor, "name" if not before and _is_house(behind) else "descriptor")
        return None

    def _by_domain(self, domain: str) -> str | None:
        labels = domain.split(".")
        for start in range(len(labels) - 1):
            vendor = self._domains.get(".".join(labels[start:]))
            if vendor is not None:
                return vendor
        return None


def load_vendors(workspace: Workspace) -> Vendors:
    """The vendors declared in the workspace's register, then the catalogue."""
    with open_register(workspace) as register:
        return vendors_with(register.vendors())


def vendors_with(declared: Iterable[Vendor]) -> Vendors:
    """Declared vendors before the catalogue. One that the catalogue knows keeps what the company does not say."""
    own = tuple(declared)
    return Vendors(with_declared(own)) if own else catalogue_vendors()


@cache
def catalogue_vendors() -> Vendors:
    """The shipped catalogue alone."""
    return Vendors(catalogue())


def _bare_names(vendors: Iterable[CatalogueVendor]) -> dict[str, str]:
    """Bare name -> the one AI vendor that it can stand for; a name of two stands for neither."""
    found: dict[str, set[str]] = defaultdict(set)
    for vendor in vendors:
        if vendor.kind == "ai_native":
            for name in (vendor.name, vendor.id, *vendor.providers):
                found[comparable(name)].add(vendor.id)
    return {name: next(iter(ids)) for name, ids in found.items() if name and len(ids) == 1}


def _spellings(vendor: CatalogueVendor) -> tuple[str, ...]:
    """Spellings known without their legal form; "Lambda, Inc." of a vendor whose bare name is too common is not one."""
    named = (vendor.name,) if vendor.matches_name else ()
    too_common = "" if vendor.matches_name else comparable(vendor.name)
    return (*named, *(each for each in (*vendor.aliases, *vendor.distinctive) if comparable(each) != too_common))


def _distinctive_phrases(vendor: CatalogueVendor) -> Iterator[str]:
    """Normalised spellings beside which noise may stand.

    One that is told from a common word only by its legal form keeps it: "Loom Inc" must not begin to mean "loom". Names
    that end in AI are nobody else's. A name of several words may be written as one, and "OpenAI" as two.
    """
    several = [alias for alias in (vendor.name, *vendor.aliases) if len(normalised(alias).split()) > 1]
    endings = [alias for alias in several if normalised(alias).split()[-1] == "ai"]
    forms = [alias for alias in several if comparable(alias) != normalised(alias)]
    for alias in (*vendor.distinctive, *endings, *forms):
        words, short = normalised(alias), comparable(alias)
        yield words
        if alias in vendor.distinctive and (" " in short or " " not in words):
            yield short
    for alias in (*vendor.distinctive, *endings):
        short = comparable(alias)
        if " " in short and len(short.replace(" ", "")) >= JOINED_AT_LEAST:
            yield short.replace(" ", "")
        divided = normalised(_AI_ENDING.sub(" ", alias))
        if divided != normalised(alias):
            yield divided


def _is_house(words: Sequence[str]) -> bool:
    """Whether the words say which firm of the house it is, and nothing of a product."""
    return all(word in LEGAL_FORMS or word in PLACES for word in words)


def _table(rows: Sequence[tuple[str, str, str]]) -> pa.Table:
    return pa.table(
        {
            "supplier_name": pa.array([row[0] for row in rows], pa.string()),
            "vendor": pa.array([row[1] for row in rows], pa.string()),
            "match_kind": pa.array([row[2] for row in rows], pa.string()),
        }
    )


__all__ = [
    "CATALOGUE",
    "CatalogueVendor",
    "Match",
    "Vendors",
    "catalogue",
    "catalogue_ids",
    "catalogue_vendors",
    "comparable",
    "load_vendors",
    "vendors_with",
]

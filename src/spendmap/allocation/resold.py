"""Whose product a reseller's line sells: "ChatGPT Enterprise, 100 seats" on a dealer's invoice (part of step 2).

Pure. A product is named by the vendor's own words for it that begin with one of its brands ("Claude Team", "Cursor
Business"). The line is then of that vendor, as FOCUS tells the service provider from the invoice issuer, and meets its
seat list, meter and export. Precision before recall: products of two vendors, or words for people's work, name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

import pyarrow as pa

from spendmap.allocation.products import catalogue_products
from spendmap.allocation.supplier_names import normalised
from spendmap.allocation.vendor_catalogue import CatalogueVendor
from spendmap.allocation.vendor_products import GENERAL, SOLD_AS
from spendmap.allocation.vendors import Vendors, catalogue_vendors

_SERVICES = re.compile(
    r"(?<!\S)(consult\w*|workshops?|trainings?|rollout|roll out|implementation|onboarding|enablement|integration|"
    r"advisory|migration|support|professional services|managed services|coaching|courses?|"
    r"beratung\w*|schulung\w*|einfuhrung\w*|"
    r"formation\w*|conseil\w*|formacion\w*|consultoria|capacitacion)(?!\S)"
)
"""Work that people do around a product, in the form of `supplier_names.normalised`: no purchase of the product."""

_BETWEEN = (
    r"ai|for|code|work|api|chat|app|team|teams|business|enterprise|edu|education|government|pro|plus|max|premium|"
    r"standard|annual|yearly|monthly|additional|extra|new|named|user|per|\d+"
)
"""What may stand between a brand and the word for how it is sold: "Claude Code Premium Seats"."""

Texts = tuple[str, str, str]
"""Supplier, memo and description as written, "" where absent."""


def resolve_resold(lines: Iterable[Texts], vendors: Vendors) -> pa.Table:
    """One row per distinct line that names the product of one vendor and was paid to no vendor, or to a reseller.

    Returns:
        `supplier_name`, `memo`, `charge_description`, `vendor`, `is_ai_native`.
    """
    found = [(*texts, _maker(texts, vendors)) for texts in dict.fromkeys(lines)]
    known = [(*texts, maker.id, maker.kind == "ai_native") for *texts, maker in found if maker is not None]
    names = ("supplier_name", "memo", "charge_description", "vendor")
    texts = {name: pa.array([row[at] for row in known], pa.string()) for at, name in enumerate(names)}
    return pa.table(texts | {"is_ai_native": pa.array([row[4] for row in known], pa.bool_())})


def _maker(texts: Texts, vendors: Vendors) -> CatalogueVendor | None:
    supplier, *rest = texts
    match = vendors.match(supplier) if supplier else None
    seller = vendors.get(match.vendor) if match else None
    if seller is not None and not seller.is_reseller:
        return None
    words = normalised(" ".join(each for each in (supplier if seller is None else "", *rest) if each))
    phrases, pattern = _products()
    named = {phrases[match[1]] for match in pattern.finditer(words)}
    brands, sold = _brands_sold()
    named |= {brands[match[1]] for match in sold.finditer(words)}
    return vendors.get(named.pop()) if len(named) == 1 and not _SERVICES.search(words) else None


@cache
def _brands_sold() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Brands of makers of nothing but AI -> the maker, and what finds one with a form of sale close behind it."""
    makers = {vendor.id: vendor for vendor in catalogue_vendors() if vendor.kind == "ai_native"}
    names = {normalised(name): vendor.id for vendor in makers.values() for name in vendor.distinctive}
    for product in catalogue_products():
        if product.vendor in makers:
            names |= {normalised(name): product.vendor for name in (product.name, *product.spellings)}
    brands = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    sold = "|".join(map(re.escape, sorted(SOLD_AS, key=lambda words: (-len(words), words))))
    return names, re.compile(rf"(?<!\S)({brands})(?: (?:{_BETWEEN}))* (?:{sold})(?!\S)")


@cache
def _products() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Words for a product -> its vendor, and what finds them, the longest first."""
    brands: dict[str, set[str]] = {}
    for product in catalogue_products():
        for name in (product.name, *product.spellings):
            brands.setdefault(product.vendor, set()).update(normalised(name).split()[:1])
    found: dict[str, set[str]] = {}
    for vendor in catalogue_vendors():
        own = brands.setdefault(vendor.id, set())
        for name in (vendor.name, *vendor.aliases, *vendor.distinctive):
            own.update(normalised(name).split()[:1])
        said = {words for words, _ in vendor.product_words}
        own |= {words for words in said if " " not in words and words not in GENERAL}
        for words in said:
            first, _, others = words.partition(" ")
            second = words.rpartition(" ")[0]
            if others and (first in own or second in said - GENERAL):
                found.setdefault(words, set()).add(vendor.id)
    phrases = {words: next(iter(makers)) for words, makers in found.items() if len(makers) == 1}
    longest = sorted(phrases, key=lambda words: (-len(words), words))
    return phrases, re.compile(r"(?<!\S)(" + "|".join(map(re.escape, longest)) + r")(?!\S)")


__all__ = ["resolve_resold"]

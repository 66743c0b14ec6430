"""Hand the vendor and product catalogues to the register's import, which knows neither. Pure."""

from __future__ import annotations

from spendmap.allocation.products import Products, catalogue_products
from spendmap.allocation.vendors import Vendors, comparable
from spendmap.register.import_rows import Resolvers


def resolvers_of(vendors: Vendors) -> Resolvers:
    """Names to ids: declared vendors first, then the shipped catalogues."""

    joined = {_letters(each.name): each for each in reversed(list(vendors)) if each.matches_name}

    def vendor(name: str) -> tuple[str, str] | None:
        match = vendors.match(name)
        known = vendors.get(match.vendor) if match else joined.get(_letters(name))
        return (known.id, known.name) if known else None

    return Resolvers(vendor=vendor, product=Products(catalogue_products(), vendors).name_of)


def _letters(name: str) -> str:
    """A name with its words written together, so that "Open AI" is OpenAI."""
    return comparable(name).replace(" ", "") or name

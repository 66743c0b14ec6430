"""Hand the vendor and product catalogues to the register's import, which knows neither. Pure."""

from __future__ import annotations

from spendmap.allocation.products import Products, catalogue_products
from spendmap.allocation.vendors import Vendors
from spendmap.register.import_rows import Resolvers


def resolvers_of(vendors: Vendors) -> Resolvers:
    """Names to ids: declared vendors first, then the shipped catalogues."""

    def vendor(name: str) -> tuple[str, str] | None:
        match = vendors.match(name)
        known = vendors.get(match.vendor) if match else None
        return (known.id, known.name) if known else None

    return Resolvers(vendor=vendor, product=Products(catalogue_products(), vendors).name_of)

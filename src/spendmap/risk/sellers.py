"""What counts as one product and as one seller: the same words for the overlap rules and for the Vendors page. Pure.

Invariant: nobody knows who sells a product without a vendor, so it stands for itself and is
never one seller with another.
"""

from __future__ import annotations

from collections.abc import Iterable


def product_of(tool: str, product_id: str | None) -> str:
    """The product that a registered tool is; a tool of no catalogue product is its own."""
    return product_id or tool


def seller_of(vendor: str | None, product: str) -> str:
    """Who sells a product."""
    return vendor or f"product:{product}"


def is_sold_twice(sellers: Iterable[str]) -> bool:
    """Whether products of one capability come from several sellers."""
    return len(set(sellers)) > 1


def is_had_twice(products: Iterable[str]) -> bool:
    """Whether one department has several products of one capability."""
    return len(set(products)) > 1

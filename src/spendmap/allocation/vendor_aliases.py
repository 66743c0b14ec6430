"""Write down that a supplier's name is a vendor's: an alias in the register (part of step 2, allocate).

Reads the vendors in force; writes the field `aliases` of a declared vendor, or declares the catalogue's vendor with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from spendmap.allocation.vendors import Vendors, vendors_with
from spendmap.register.edit import create_entity, edit_entity
from spendmap.register.store import Register
from spendmap.vocabulary.errors import UsageError


@dataclass(frozen=True)
class Aliased:
    """What was written. `is_new` is False where the name was the vendor's already."""

    supplier: str
    vendor: str
    vendor_name: str
    is_new: bool


def add_alias(register: Register, supplier: str, vendor_id: str, *, actor: str, now: datetime) -> Aliased:
    """Declare that lines of `supplier` are of the vendor. The same again changes nothing.

    Raises:
        UsageError: no vendor has this id, or the name is another vendor's.
    """
    vendors = vendors_with(register.vendors())
    vendor = vendors.get(vendor_id)
    if vendor is None:
        raise UsageError(
            f"{vendor_id!r} is no vendor that the catalogue or the register knows.",
            next_step="Declare it in a file, `vendors: [{id: ..., name: ...}]`, and `spendmap register apply FILE`.",
        )
    match = vendors.match(supplier)
    if match is not None:
        if match.vendor == vendor_id:
            return Aliased(supplier, vendor_id, vendor.name, is_new=False)
        raise UsageError(
            f"{supplier!r} is a name of {match.vendor} already.",
            next_step=f"If that is wrong, mend the aliases: `spendmap register show vendor {match.vendor}`.",
        )
    own = register.entity("vendor", vendor_id)
    if own is None:
        fields = {"name": vendor.name, "aliases": [supplier]}
        create_entity(register, "vendor", vendor_id, fields, actor=actor, now=now)
    else:
        held = next((each.aliases for each in register.vendors() if each.id == vendor_id), ())
        edit_entity(
            register,
            "vendor",
            vendor_id,
            {"aliases": [*held, supplier]},
            version=register.entity_version("vendor", vendor_id),
            actor=actor,
            now=now,
        )
    return Aliased(supplier, vendor_id, vendor.name, is_new=True)


def like_vendor(vendors: Vendors, supplier: str) -> str | None:
    """The vendor that a name which is no known vendor's resembles."""
    found = vendors.perhaps_ai(supplier)
    return found.vendor if found else None


__all__ = ["Aliased", "add_alias", "like_vendor"]

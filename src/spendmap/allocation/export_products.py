"""What a vendor's own export is for: its words, the only product it sells, or open (part of step 2, allocate).

Reads `charge_fields` through the engine and the vendors in force; binds `export_product`. A cloud's export is not
asked: its rules say what its services are. An export of any other vendor is of no cloud, so that the vendor's invoice,
which is read by the same words, meets it and one purchase is counted once.
"""

from __future__ import annotations

import pyarrow as pa

from spendmap.allocation.counted.statements import FAMILY
from spendmap.allocation.vendor_catalogue import CatalogueVendor
from spendmap.allocation.vendors import Vendors
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

UNSAID = "unsaid"
"""Nothing says what a line is for: of no stated product, where NULL would mean an export that is not asked."""
USUAL = {"product_inference": "api", "internal_tools": "seats"}
"""What a vendor of a category usually bills, where it sells several products and the line says none."""
TEXTS = """
SELECT DISTINCT
    c.vendor, coalesce(c.service_name, '') AS service_name, coalesce(c.charge_description, '') AS charge_description
FROM charge_fields AS c
JOIN own_exporter AS o ON o.vendor = c.vendor
WHERE c.statement = 'cost_export'
"""


def bind_export_products(engine: Engine, vendors: Vendors) -> None:
    """Bind `export_product`: vendor, service_name, charge_description ('' = none) -> product. Needs `charge_fields`."""
    asked = [vendor.id for vendor in vendors if is_asked(vendor)]
    engine.bind("own_exporter", pa.table({"vendor": pa.array(asked, pa.string())}))
    rows = engine.table(Transform("export_texts", TEXTS)).to_pylist()
    for row in rows:
        row["product"] = product_of_export(vendors, row["vendor"], f"{row['service_name']} {row['charge_description']}")
    names = ("vendor", "service_name", "charge_description", "product")
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    engine.bind("export_product", table)


def is_asked(vendor: CatalogueVendor) -> bool:
    """Whether the vendor's export is for what it says: an AI vendor's, or one of whom the company says what it sells.

    A seller of many things bills more than AI: its export stays that of a cloud, which any document of it meets.
    """
    if vendor.kind == "ai_native":
        return True
    return vendor.is_declared and bool(vendor.sells) and not {"cloud", "marketplace"} & set(vendor.sells)


def product_of_export(vendors: Vendors, vendor_id: str, text: str) -> str:
    """The family (api, seats, cloud, service, marketplace) of an export's line, or `UNSAID`.

    Args:
        vendor_id: one of the vendors that are asked.
        text: service and description as written.
    """
    said = vendors.product_of(vendor_id, text)
    if said is not None:
        return FAMILY[said]
    vendor, sold = vendors.get(vendor_id), {FAMILY[product] for product in vendors.sells(vendor_id)}
    usual = USUAL.get(vendor.category) if vendor else None
    return usual if usual in sold else UNSAID


__all__ = ["UNSAID", "bind_export_products", "is_asked", "product_of_export"]

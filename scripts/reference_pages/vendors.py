"""The shipped vendor catalogue, file by file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from reference_pages.markdown import GENERATED, paragraph, table
from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.allocation.vendors import CATALOGUE, catalogue
from spendmap.categories import ADDITIVE


def page() -> str:
    """The page."""
    vendors = {vendor.id: vendor for vendor in catalogue()}
    by_category = Counter((vendor.category, vendor.kind) for vendor in vendors.values())
    lines = [
        GENERATED,
        "",
        "# Vendor catalogue",
        "",
        paragraph(
            f"{len(vendors)} vendors whose names spendmap knows in bills, ledgers and card statements. `ai_native`:",
            "whatever the vendor is paid for is AI, from the year its service began. `mixed`: it sells other things",
            "too; paying it proves nothing, and a line that names an AI product does. Vendors declared in the register",
            "come before these. Where facts come from: each entry's `source`, and [attribution](../attribution.md).",
        ),
        "",
        *table(
            ("usual category", "AI vendors", "mixed vendors"),
            ((name, by_category[name, "ai_native"], by_category[name, "mixed"]) for name in ADDITIVE),
        ),
        "",
        "## Capabilities",
        "",
        *table(("capability", "means"), CAPABILITIES.items()),
        "",
    ]
    for file in sorted(CATALOGUE.glob("*.yaml")):
        ids = [str(each["id"]) for each in yaml.safe_load(file.read_text(encoding="utf-8"))["vendors"]]
        lines += [f"## {_title(file)}", ""]
        lines += table(
            ("id", "name", "kind", "usual category", "since", "capabilities", "sells"),
            (
                (v.id, v.name, v.kind, v.category, v.since, ", ".join(v.capability), ", ".join(v.sells))
                for v in (vendors[id_] for id_ in sorted(ids))
            ),
        )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _title(file: Path) -> str:
    return file.stem.replace("_", " ").capitalize().replace("Gpu", "GPU")

"""The generated part of each category's page: definition, evidence, measures, the rules and vendors behind it."""

from __future__ import annotations

from reference_pages.markdown import code, paragraph, table
from reference_pages.rules import link
from spendmap.allocation.rules import shipped_rules
from spendmap.allocation.vendors import catalogue
from spendmap.categories import ORDER, Category

ADDS = {
    True: "Its money is in the total of the map.",
    False: "A lens: its money is counted in the other categories already, and is in no total.",
}


def blocks() -> dict[str, str]:
    """Category code -> Markdown of the generated block."""
    return {category.code: block(category) for category in ORDER}


def block(category: Category) -> str:
    """The block of one category."""
    lines = [
        f"**{category.label}** (`{category.code}`). {category.about} {ADDS[category.additive]}",
        "",
        "## What belongs to it",
        "",
        *(f"- {item}" for item in category.belongs),
        "",
        "## Evidence its money can have, best first",
        "",
        paragraph(
            ", ".join(code(grade) for grade in category.evidence) + ".",
            "What each means: [evidence grade](../glossary.md#evidence-grade).",
        ),
        "",
        "## Measures it is steered by",
        "",
        "Definitions; this version does not compute them yet.",
        "",
        *table(("measure", "formula", "unit"), ((each.name, each.formula, each.unit) for each in category.measures)),
        "",
    ]
    if category.additive:
        lines += _decided(category)
    return "\n".join(lines)


def _decided(category: Category) -> list[str]:
    rules = [rule for rule in shipped_rules() if rule.then.category == category.code]
    vendors = [vendor for vendor in catalogue() if vendor.category == category.code]
    lines = ["## Shipped rules that place money here", ""]
    if rules:
        lines += table(("rule", "on", "why"), ((link(rule), rule.on, rule.why) for rule in rules))
    else:
        lines.append("None: money comes here by the register or by a rule of the company.")
    native = sorted(vendor.name for vendor in vendors if vendor.kind == "ai_native")
    lines += ["", "## AI vendors whose usual category it is", ""]
    lines.append(paragraph(", ".join(native) + "." if native else "None."))
    lines += ["", "The whole [vendor catalogue](../reference/vendors.md)."]
    return lines

"""Every ledger table: grain, key, columns, and the standard each name comes from."""

from __future__ import annotations

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap.ledger import METERS, TABLES
from spendmap.ledger.columns import SQL_TYPE
from spendmap.published.columns import MONTH_COLUMNS

UNITS = {
    "text": "words or an id",
    "money": "an amount; its currency stands beside it in the row",
    "unit_price": "price of one pricing unit",
    "quantity": "an exact decimal quantity",
    "count": "a whole number",
    "timestamp": "UTC, microseconds, without a zone",
    "date": "a UTC day",
    "flag": "true, false or not stated",
    "share": "0 to 1",
    "map": "names to texts",
}


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "",
        "# Ledger tables and columns",
        "",
        paragraph(
            "Names follow FOCUS 1.4 in snake_case (`EffectiveCost` is `effective_cost`), then the FOCUS 1.5 draft and",
            "the OpenTelemetry GenAI conventions; what no standard names is ours (`spendmap`). NULL is missing and",
            "stays visible; zero is measured, and nothing. Columns in **bold** are never NULL. A captured table's",
            "slice is `source_name` x `billing_month`.",
        ),
        "",
        "## Types",
        "",
        *table(("type", "stored as", "holds"), ((name, code(SQL_TYPE[name]), UNITS[name]) for name in SQL_TYPE)),
        "",
        "## Meters",
        "",
        paragraph(
            "No unit of usage is in two meters; `output_reasoning` is a part of `output` and so no meter of its own:",
            ", ".join(code(meter) for meter in METERS) + ".",
        ),
        "",
    ]
    for each in TABLES.values():
        lines += [f"## {each.name}", "", f"Grain: {each.grain}. Key: `{each.key}`.", ""]
        lines += table(
            ("column", "type", "unit", "standard", "what it is"),
            (
                (
                    f"**{column.name}**" if column.required else column.name,
                    column.type,
                    column.unit,
                    column.standard,
                    column.about,
                )
                for column in each.columns
            ),
        )
        lines.append("")
    lines += [
        "## Published month roll-up",
        "",
        paragraph(
            "`rollups/<version>/month.parquet`: what the map, the pages and the API read. One row per month and",
            "combination of the text columns; sums over `allocation`. `*_missing` counts rows without that cost.",
        ),
        "",
        *table(("column", "stored as"), ((name, code(type_)) for name, type_ in MONTH_COLUMNS.items())),
    ]
    return "\n".join(lines) + "\n"

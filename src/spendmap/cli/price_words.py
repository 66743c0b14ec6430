"""How the commands print a price: as JSON and as a table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from spendmap.vocabulary.money import money_text

if TYPE_CHECKING:
    from rich.table import Table

    from spendmap.pricing.rows import PriceRow

SHOWN = 200  # rows of a table on the screen; --json prints all


def record(row: PriceRow) -> dict[str, Any]:
    """A price as the commands print it in JSON."""
    from spendmap.pricing.company import usual_per
    from spendmap.pricing.rows import NO_END, NO_START, NO_UPPER_TIER

    per = usual_per(row.meter)
    return {
        "price_id": row.price_id,
        "provider": row.provider,
        "model": row.model,
        "meter": row.meter,
        "service_tier": row.service_tier,
        "region_scope": row.region_scope,
        "contract": row.contract,
        "currency": row.currency,
        "list_unit_price": money_text(row.list_unit_price),
        "price": money_text(row.list_unit_price * per),
        "per": per,
        "valid_from": None if row.valid_from == NO_START else f"{row.valid_from:%Y-%m-%dT%H:%M:%SZ}",
        "valid_to": None if row.valid_to == NO_END else f"{row.valid_to:%Y-%m-%dT%H:%M:%SZ}",
        "window": _window(row) if row.is_windowed else None,
        "input_from": row.input_from,
        "input_to": None if row.input_to == NO_UPPER_TIER else row.input_to,
        "basis": row.basis,
        "catalogue": row.catalogue,
        "source_url": row.source_url,
        "checked_on": row.checked_on.isoformat() if isinstance(row.checked_on, date) else None,
    }


def _window(row: PriceRow) -> str:
    from spendmap.pricing.overlay import DAYS

    clock = "-".join(f"{s // 3600:02d}:{s % 3600 // 60:02d}" for s in (row.window_start_s, row.window_end_s))
    days = [day for number, day in enumerate(DAYS) if row.window_weekdays >> number & 1]
    if len(days) == len(DAYS):
        return clock
    first = DAYS.index(days[0])
    is_run = tuple(days) == DAYS[first : first + len(days)]
    return (f"{days[0]}-{days[-1]}" if is_run and len(days) > 1 else " ".join(days)) + f" {clock}"


def price_table(rows: list[PriceRow], title: str) -> Table:
    """One line per model, tier, window and input length; its meters side by side."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        said = record(row)
        unit = {1: "", 1_000_000: "/M"}[said["per"]]
        line = (
            f"{row.provider}/{row.model}",
            " ".join(text for text in (row.service_tier, row.region_scope, row.contract) if text),
            when(said),
            _length(said),
            row.catalogue.partition(", from")[0] + _doubt(row),
            row.currency,
        )
        lines.setdefault(line, []).append(f"{row.meter} {said['price']}{unit}")
    table = table_of(title, ("model", "tier", "in force (UTC)", "input tokens", "price", "from"))
    for (model, tier, times, length, catalogue, currency), prices in lines.items():
        table.add_row(model, tier, times, length, f"{currency} " + ", ".join(prices), catalogue)
    return table


def when(said: dict[str, Any]) -> str:
    """When a price is in force, in words."""
    since = f"since {said['valid_from'][:10]}" if said["valid_from"] else ""
    until = f"until {said['valid_to'][:10]}" if said["valid_to"] else ""
    return " ".join(text for text in (since, until, said["window"] or "") if text) or "always"


def _doubt(row: PriceRow) -> str:
    return {"estimated": ", an estimate", "upper_bound": ", an upper bound"}.get(row.basis, "")


def _length(said: dict[str, Any]) -> str:
    above = f"from {said['input_from']:,}" if said["input_from"] else ""
    below = f"below {said['input_to']:,}" if said["input_to"] else ""
    return " ".join(text for text in (above, below) if text)


def table_of(title: str, columns: tuple[str, ...]) -> Table:
    """An empty table with these columns."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column in {"list cost", "rows"}
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    return table


def show_table(table: Table) -> None:
    """Print a table on the terminal."""
    from rich.console import Console

    Console().print(table)

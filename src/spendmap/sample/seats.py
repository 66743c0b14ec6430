"""Source `seats`: licences bought and used per month, tool and department, with the contracted price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

from spendmap.sample.facts import account_of, declared
from spendmap.sample.money import dollars
from spendmap.sample.months import MONTHS
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_csv

SOURCE = "seats"
HEADER = (
    "Month",
    "Supplier",
    "Product",
    "Plan",
    "Department",
    "Seats bought",
    "Seats active",
    "Price per seat",
    "Currency",
)


@dataclass(frozen=True)
class Licence:
    """A tool licensed by seat. `bought` = seats by department at the start; `step` = seats added a month."""

    tool: str
    supplier: str
    product: str
    plan: str
    price: str  # US dollars per seat and month
    bought: tuple[tuple[str, int], ...]
    step: float  # growth of the seats a month
    active: float  # share of the seats used at the start
    active_step: float  # change of that share a month


LICENCES: tuple[Licence, ...] = (
    Licence("chatgpt-business", "OPENAI *CHATGPT SUBSCR", "ChatGPT Business", "Business", "25.00",
            (("people", 30), ("sales", 120), ("marketing", 70), ("customer-support", 150), ("product", 60),
             ("finance", 40)), 1.035, 0.81, -0.004),
    Licence("github-copilot", "GitHub, Inc.", "GitHub Copilot Business", "Business", "19.00",
            (("engineering", 310), ("data-platform", 55)), 1.006, 0.78, -0.018),
    Licence("cursor-business", "Anysphere, Inc.", "Cursor Business", "Teams", "40.00",
            (("engineering", 70), ("data-platform", 12)), 1.055, 0.66, 0.02),
    Licence("notion-ai", "Notion Labs, Inc.", "Notion AI", "Business add-on", "10.00",
            (("product", 85), ("engineering", 220), ("marketing", 75), ("people", 40)), 1.0, 0.52, -0.009),
)  # fmt: skip


def write_seats(out: Path, books: Books, rng: Random) -> dict[tuple[str, str], int]:
    """Write the monthly files; gives what each tool costs per month, pico-dollars: (month, tool) -> cost."""
    load = books.loads[SOURCE]
    tools = declared("tools")
    costs: dict[tuple[str, str], int] = defaultdict(int)
    for month in MONTHS:
        rows: list[tuple[object, ...]] = []
        for licence in LICENCES:
            for department, start in licence.bought:
                bought = round(start * licence.step**month.index)
                share = licence.active + licence.active_step * month.index + 0.05 * (rng.random() - 0.5)
                active = min(bought, round(bought * max(0.15, share)))
                rows.append((month.key, licence.supplier, licence.product, licence.plan, department, bought, active,
                             licence.price, "USD"))  # fmt: skip
                pico = bought * dollars(licence.price)
                costs[month.key, licence.tool] += pico
                # every month's payment says the same to the cent, so the seats are invoiced money
                books.ai(
                    month.key, str(tools[licence.tool]["category"]), pico, "invoiced",
                    account=account_of(licence.tool), tool=licence.tool,
                )  # fmt: skip
        write_csv(out / "sources" / SOURCE / f"seats_{month.key}.csv", HEADER, rows)
        load.files += 1
        load.lines += len(rows)
        load.rows_read += len(rows)
        load.rows_loaded += len(rows)
    return dict(costs)

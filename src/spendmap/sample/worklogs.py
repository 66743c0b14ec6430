"""Source `worklogs`: timesheets of the work that AI causes, priced by the dated loaded rates of the register.

Minutes are multiples of 15 and rates have two decimals, so every amount is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from spendmap.sample.facts import hourly_cents
from spendmap.sample.months import MONTHS, busyness
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_csv

SOURCE = "worklogs"
HEADER = ("Date", "Person", "Role", "Kind", "Minutes", "Use case", "Department", "Subject id")
CATEGORY_OF_KIND = {
    "review": "human_review",
    "support": "human_review",
    "escalate": "human_review",
    "educate": "human_review",
    "debug_prompt": "human_review",
    "annotate": "data_preparation",
    "redact": "data_preparation",
    "curate": "data_preparation",
    "judge_eval": "evaluation",
}


@dataclass(frozen=True)
class Work:
    """Hours of an average month at the start, and how they grow."""

    kind: str
    role: str
    use_case: str
    department: str
    hours: float
    growth: float
    people: int


WORK: tuple[Work, ...] = (
    Work("review", "support_agent", "answer-assistant", "customer-support", 1150, 1.012, 46),
    Work("review", "support_agent", "ticket-triage", "customer-support", 210, 0.985, 12),
    Work("review", "linguist", "translation", "customer-support", 190, 1.01, 7),
    Work("review", "support_lead", "refunds", "customer-support", 130, 1.02, 6),
    Work("review", "support_agent", "premium-copilot", "customer-support", 240, 1.03, 14),
    Work("support", "support_agent", "answer-assistant", "customer-support", 980, 1.015, 60),
    Work("support", "support_agent", "insights-beta", "customer-support", 60, 1.09, 8),
    Work("escalate", "support_lead", "answer-assistant", "customer-support", 340, 1.005, 11),
    Work("escalate", "support_lead", "conversation-summary", "customer-support", 60, 1.0, 5),
    Work("educate", "customer_educator", "premium-copilot", "customer-support", 260, 1.02, 9),
    Work("debug_prompt", "ml_engineer", "answer-assistant", "data-platform", 120, 1.0, 6),
    Work("debug_prompt", "ml_engineer", "premium-copilot", "data-platform", 60, 1.02, 4),
    Work("annotate", "annotator", "gold-set-curation", "data-platform", 690, 1.01, 18),
    Work("redact", "annotator", "gold-set-curation", "data-platform", 210, 0.99, 8),
    Work("curate", "data_engineer", "gold-set-curation", "data-platform", 150, 1.01, 6),
    Work("judge_eval", "linguist", "quality-evaluation", "data-platform", 120, 1.02, 6),
    Work("judge_eval", "support_lead", "quality-evaluation", "customer-support", 55, 1.01, 5),
    Work("judge_eval", "ml_engineer", "quality-evaluation", "data-platform", 75, 1.02, 5),
)


def write_worklogs(out: Path, books: Books, rng: Random) -> None:
    """Write the monthly files and enter every piece of work in the books."""
    load = books.loads[SOURCE]
    serial = 0
    for month in MONTHS:
        rows: list[tuple[object, ...]] = []
        busy = list(accumulate(busyness(day) ** 1.5 for day in month.dates))
        for work in WORK:
            left = int(work.hours * work.growth**month.index * (0.93 + 0.14 * rng.random())) * 60
            while left >= 30:
                minutes = min(left - left % 15, 60 + 15 * int(rng.random() * 24))
                left -= minutes
                serial += 1
                day = rng.choices(month.dates, cum_weights=busy)[0]
                person = f"{work.role.replace('_', '-')}-{1 + int(rng.random() * work.people):02d}"
                rows.append(
                    (day, person, work.role, work.kind, minutes, work.use_case, work.department, f"WL-{serial:06d}")
                )
                pico = minutes // 15 * hourly_cents(work.role, day) * 10**10 // 4
                books.ai(month.key, CATEGORY_OF_KIND[work.kind], pico, "declared", account=None, use_case=work.use_case)
        rows.sort(key=lambda row: (str(row[0]), str(row[-1])))
        write_csv(out / "sources" / SOURCE / f"worklog_{month.key}.csv", HEADER, rows)
        load.files += 1
        load.lines += len(rows)
        load.rows_read += len(rows)
        load.rows_loaded += len(rows)
    books.planted["labour_rate_change"] = {
        "role": "support_agent",
        "first_day": "2026-04-16",
        "from": "38.00",
        "to": "40.40",
    }

"""Situations of seats and work, an agent, an own model; and the outcomes all of it is held against."""

from __future__ import annotations

from decimal import Decimal

from company.birch.books import Books
from company.birch.files import LLAMA, OUTCOMES, WORK, Files, M, priced
from company.birch.formats import call, span


def seats_work_and_own(files: Files, books: Books) -> None:
    """Seats, work, an agent's span, an own model; and what came of it."""
    books.begin("seats-changed-mid-month", "40 then 45 seats: 809.03 by day; the invoice of 845.00 is what counts")
    header = ("Date", "Supplier", "Product", "Plan", "Department", "Seats bought", "Seats active", "Price per seat",
              "Currency")  # fmt: skip
    for day, bought, active in (("2026-10-01", 40, 31), ("2026-10-16", 45, 38)):
        files.row("seats_2026-10.csv", header, day, "GitHub, Inc.", "GitHub Copilot Business", "Business",
                  "engineering", bought, active, "19.00", "USD")  # fmt: skip
    files.invoice("2026-10-31", "GitHub, Inc.", "GH-10", "Copilot Business October", "845.00")
    # 40 x 19 x 15/31 + 45 x 19 x 16/31 = 367.741935483871 + 441.290322580645; the tool's department carries the rest
    books.ai("2026-10", "internal_tools", "github", "845", billed="845", list_=None, department="engineering",
             owner="Dag")  # fmt: skip
    books.tie("github", None, "2026-10", "809.032258064516", "845", None)

    books.begin(
        "seats-without-bill", "A seat list whose bill is not at hand counts at its stated price, not billed yet"
    )
    files.row("seats_2026-09.csv", header, "2026-09", "Anysphere, Inc.", "Cursor Business", "Teams", "engineering", 10,
              9, "32.00", "USD")  # fmt: skip
    books.ai("2026-09", "internal_tools", "cursor", "320", billed=None, list_=None, evidence="contracted",
             department="engineering", owner="Dag")  # fmt: skip

    books.begin("labour-rate-changes", "50.00 an hour to 15 September, 60.00 from the 16th")
    for day, minutes, cost in (("2026-08-10", 120, "100"), ("2026-09-15", 60, "50"), ("2026-09-16", 60, "60")):
        files.row(f"worklog_{day[:7]}.csv", WORK, day, "cyd", "reviewer", "review", minutes, "triage", "support")
        books.ai(day[:7], "human_review", None, cost, billed=None, list_=None, evidence="declared", use_case="triage",
                 department="support", owner="Cem")  # fmt: skip

    books.begin("agent-span-without-calls", "An agent's span with usage and nothing beneath is a call")
    files.logs["traces_2026-09.jsonl"].append(
        span(2, 2, "2026-09-22T07:00:00", "invoke_agent", LLAMA, "groq", 100 * M, 0, agent_id="scout")
    )
    used = priced(LLAMA, input=100 * M)
    assert used == Decimal(59)
    books.ai("2026-09", "agents", "groq", used, billed=None, list_=used, evidence="metered", department="engineering",
             owner="Dag")  # fmt: skip
    books.not_billed_yet["2026-09", "groq"] += used

    books.begin("own-model", "Birch's own model is on no list: two rows without a price, and not free")
    for number, at in ((1, "2026-08-24 06:00:00"), (2, "2026-08-25 06:00:00")):
        files.gateway(at, call(f"own-birch-{number}", at, "birch-7b", "hosted_vllm", prompt=1 * M, use_case="answers"))
    books.unpriced_rows["2026-08"] += 2

    books.begin("economics", "What an accepted run cost, fully loaded; what each customer cost and brought")
    # triage, August: calls 47.54 + review 100.00; the dark 12.46 are nobody's
    books.runs["2026-08", "triage"] = (Decimal("147.54"), 60, 50)
    for (month, use_case), (_, attempts, accepted) in sorted(books.runs.items()):
        for result, count in (("accepted", accepted), ("rejected", attempts - accepted)):
            files.row(f"outcomes_{month}.csv", OUTCOMES, f"{month}-28", "workflow_run", result, use_case, "", "", count,
                      "runs", "", "")  # fmt: skip

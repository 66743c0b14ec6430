"""Sources `ap-ledger` and `card`: what Fernhill paid, mostly not for AI, and partly for money counted elsewhere.

Three months of the ledger are stored as cp1252, as an old finance system does, the rest as UTF-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from spendmap.sample.aws_bill import BILLED_BY as AWS
from spendmap.sample.facts import API_ACCOUNTS, account_of, declared
from spendmap.sample.gcp_bill import BILLED_BY as GOOGLE
from spendmap.sample.money import PICO, dollars, usd
from spendmap.sample.months import MONTHS, Month
from spendmap.sample.openai_bill import BILLED_BY as OPENAI
from spendmap.sample.suppliers import AI_CARD, AI_PAYMENTS, MERCHANTS, OTHERS, UNREGISTERED
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_csv

AP, CARD = "ap-ledger", "card"
AP_HEADER = ("Posting Date", "Supplier", "Invoice Number", "Department", "GL Account", "Memo", "Amount", "Currency")
CARD_HEADER = ("Transaction Date", "Merchant", "Department", "Category", "Memo", "Amount", "Currency", "Reference")
CP1252_MONTHS = ("2025-12", "2026-03", "2026-07")
UNREADABLE_MONTH = "2026-04"  # one row has words where the amount belongs
SNOWFLAKE_SHARE_PERCENT = 30  # stated in rules/fernhill.yaml


@dataclass(frozen=True)
class Counted:
    """What finer sources counted, per month in pico-dollars; the invoices below repeat it."""

    openai: Mapping[str, int]
    aws: Mapping[str, int]
    gcp: Mapping[str, int]
    anthropic: Mapping[str, int]
    seats: Mapping[tuple[str, str], int]


def cents(pico: int) -> int:
    """An amount as an invoice states it: pico-dollars of whole cents, half up."""
    return (pico + PICO // 200) // (PICO // 100) * (PICO // 100)


def _grown(dollars_at_start: int, growth: float, month: Month, first: str) -> int:
    since = month.index - next(found.index for found in MONTHS if found.key == first)
    return dollars(f"{dollars_at_start * growth**since:.2f}")


@dataclass(frozen=True)
class _Journal:
    """One month's postings."""

    month: Month
    rows: list[tuple[object, ...]]

    def post(self, day: int, supplier: str, department: str, account: str, memo: str, pico: int) -> int:
        """Add a posting; gives its amount back."""
        key = self.month.key
        reference = f"{key.replace('-', '')}-{len(self.rows) + 1:04d}"
        self.rows.append((f"{key}-{day:02d}", supplier, reference, department, account, memo, _text(pico), "USD"))
        return pico


def write_ap_ledger(out: Path, books: Books, rng: Random, counted: Counted) -> None:
    """Write the monthly files and enter every readable row in the books."""
    load = books.loads[AP]
    tools = declared("tools")
    for month in MONTHS:
        rows: list[tuple[object, ...]] = []

        journal = _Journal(month, rows)
        post = journal.post
        for supplier, memo, base, growth, first, tool, account in AI_PAYMENTS:
            if month.key >= first:
                pico = post(
                    20, supplier, str(tools[tool]["department"]), account, memo, _grown(base, growth, month, first)
                )
                books.ai(month.key, str(tools[tool]["category"]), pico, "invoiced", account=account_of(tool), tool=tool)
        pico = post(
            12,
            "Snowflake Inc.",
            "data-platform",
            "51400",
            "Data platform credits",
            _grown(55200, 1.014, month, "2025-10"),
        )
        share = pico * SNOWFLAKE_SHARE_PERCENT // 100
        books.ai(month.key, "infrastructure", share, "declared", account="snowflake")
        books.not_ai(month.key, pico - share)
        _clouds(month, books, counted, journal)
        _explained(month, books, counted, journal)
        _openai(month, books, counted, journal)
        for supplier, department, account, memo, base in OTHERS:
            pico = post(1 + int(rng.random() * month.days), supplier, department, account, memo,
                        dollars(f"{base * (0.92 + 0.16 * rng.random()):.2f}"))  # fmt: skip
            books.not_ai(month.key, pico)
        if month.key == UNREADABLE_MONTH:
            rows.append(
                (
                    month.day(9),
                    "Stationers Guild",
                    f"{month.key}-X1",
                    "finance",
                    "67200",
                    "Paper",
                    "see attachment",
                    "USD",
                )
            )
            load.rows_quarantined += 1
        rows.sort(key=lambda row: (str(row[0]), str(row[2])))
        encoding = "cp1252" if month.key in CP1252_MONTHS else "utf-8"
        write_csv(out / "sources" / AP / f"ap_{month.key}.csv", AP_HEADER, rows, encoding)
        _count(books, AP, len(rows))
    load.rows_loaded -= load.rows_quarantined
    books.planted["unreadable_ledger_row"] = {"source": AP, "month": UNREADABLE_MONTH, "rows": 1}
    books.planted["cp1252_files"] = {"source": AP, "months": list(CP1252_MONTHS)}


def _clouds(month: Month, books: Books, counted: Counted, journal: _Journal) -> None:
    """Invoices for money that the issuer's own export counts already: equal to it within a cent."""
    for issuer, supplier, memo, pico in (
        (AWS, "Amazon Web Services, Inc.", "AWS", counted.aws[month.key]),
        (GOOGLE, "Google Cloud EMEA Limited", "Google Cloud", counted.gcp[month.key]),
    ):
        posted = journal.post(month.days, supplier, "data-platform", "51000", memo, cents(pico))
        books.covered(month.key, posted, account=issuer, posted=month.key)


def _openai(month: Month, books: Books, counted: Counted, journal: _Journal) -> None:
    """The invoice of the month before, which its memo names; the export of that month counts the money."""
    if month.index:
        before = MONTHS[month.index - 1].key
        memo = f"API usage {before}"
        posted = journal.post(5, "OpenAI OpCo, LLC", "product", "51000", memo, cents(counted.openai[before]))
        books.covered(before, posted, account=OPENAI, posted=month.key)


def _explained(month: Month, books: Books, counted: Counted, journal: _Journal) -> None:
    """Invoices that are the only bill: a log or the seat list says who carries them, the invoice how much it is."""
    metered = counted.anthropic[month.key]
    # Anthropic bills a little more than the logs show: people try prompts in the console
    billed = journal.post(
        month.days, "Anthropic, PBC", "product", "51000", "Anthropic API", cents(metered * 1006 // 1000)
    )
    anthropic = API_ACCOUNTS["anthropic"]
    books.dark_payments[month.key, anthropic] += billed - metered
    books.ai(month.key, "product_inference", billed - metered, "invoiced", account=anthropic)
    for day, supplier, department, account, memo, tool in (
        (15, "GitHub, Inc.", "engineering", "62000", "Copilot Business", "github-copilot"),
        (18, "Anysphere, Inc.", "engineering", "62000", "Cursor Business", "cursor-business"),
        (10, "Notion Labs, Inc.", "product", "66000", "Notion AI", "notion-ai"),
    ):
        journal.post(day, supplier, department, account, memo, _seats(counted, month, tool))


def _seats(counted: Counted, month: Month, tool: str) -> int:
    """What the seat list says a tool costs; an invoice can say it too, since it is whole cents."""
    pico = counted.seats[month.key, tool]
    if pico != cents(pico):
        raise ValueError(f"{tool} {month.key}: {usd(pico)} is not whole cents")
    return pico


def write_card(out: Path, books: Books, rng: Random, counted: Counted) -> None:
    """Write the monthly files and enter every row in the books."""
    tools = declared("tools")
    unregistered = 0
    for month in MONTHS:
        rows: list[tuple[object, ...]] = []
        for merchant, memo, base, growth, first, tool in AI_CARD:
            if month.key < first:
                continue
            pico = _grown(base, growth, month, first)
            holder = str(tools[tool]["department"]) if tool else "marketing"
            rows.append((month.day(3 + len(rows)), merchant, holder, "Software", memo, _text(pico), "USD"))
            category = str(tools[tool]["category"]) if tool else "internal_tools"
            books.ai(
                month.key, category, pico, "invoiced", account=account_of(tool) if tool else "synthesia",
                tool=tool or None,
            )  # fmt: skip
            unregistered += 0 if tool else pico
        pico = _seats(counted, month, "chatgpt-business")
        rows.append(
            (month.day(2), "OPENAI *CHATGPT SUBSCR", "people", "Software", "ChatGPT Business", _text(pico), "USD")
        )
        for _ in range(110):
            merchant, category, department = MERCHANTS[int(rng.random() * len(MERCHANTS))]
            pico = dollars(f"{8 + rng.random() ** 3 * 900:.2f}")
            rows.append(
                (
                    month.day(1 + int(rng.random() * month.days)),
                    merchant,
                    department,
                    category,
                    None,
                    _text(pico),
                    "USD",
                )
            )
            books.not_ai(month.key, pico)
        rows.sort(key=lambda row: (str(row[0]), str(row[1]), str(row[5])))
        numbered = [(*row, f"C{month.key.replace('-', '')}{number:04d}") for number, row in enumerate(rows, 1)]
        write_csv(out / "sources" / CARD / f"card_{month.key}.csv", CARD_HEADER, numbered)
        _count(books, CARD, len(rows))
    books.planted["unregistered_tool"] = {
        "source": CARD, "merchant": UNREGISTERED, "first_month": "2026-03", "effective_cost": usd(unregistered),
    }  # fmt: skip
    books.planted["overlapping_meeting_assistants"] = {
        "capability": "meetings",
        "tools": ["otter", "fireflies", "fathom"],
        "since": "2025-12",
        "effective_cost": usd(
            sum(p for (_, tool), p in books.by_tool.items() if tool in ("otter", "fireflies", "fathom"))
        ),
    }


def _text(pico: int) -> str:
    return f"{pico // PICO}.{pico % PICO // (PICO // 100):02d}"


def _count(books: Books, source: str, rows: int) -> None:
    load = books.loads[source]
    load.files += 1
    load.lines += rows
    load.rows_read += rows
    load.rows_loaded += rows

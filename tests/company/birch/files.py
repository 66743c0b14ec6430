"""The files Birch's situations write to, how each is captured, and what a token costs by the makers' lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from company.birch.formats import Export, table

GPT, HAIKU, SONNET = "gpt-4.1-2025-04-14", "claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929"
MISTRAL, COHERE, LLAMA = "mistral-large-2411", "command-a-03-2025", "llama-3.3-70b-versatile"
PER_MILLION: dict[str, dict[str, str]] = {  # US dollars
    GPT: {"input": "2.00", "cached": "0.50", "output": "8.00"},
    HAIKU: {"input": "1.00", "cached": "0.10", "written": "1.25", "output": "5.00"},
    SONNET: {"input": "3.00", "cached": "0.30", "written": "3.75", "output": "15.00"},  # up to 200,000 tokens in
    MISTRAL: {"input": "2.00", "output": "6.00"},
    COHERE: {"input": "2.50", "output": "10.00"},
    LLAMA: {"input": "0.59", "output": "0.79"},
}
M = 1_000_000
PAYABLES = "Posting Date", "Supplier", "Invoice Number", "Department", "Memo", "Amount", "Currency"
CARD = "Transaction Date", "Merchant", "Type", "Status", "Department", "Memo", "Amount", "Currency"
WORK = "Date", "Person", "Role", "Kind", "Minutes", "Use case", "Department"
OUTCOMES = "Date", "Kind", "Result", "Use case", "Customer id", "Feature", "Quantity", "Unit", "Amount", "Currency"


def priced(model: str, **tokens: int) -> Decimal:
    """US dollars of tokens by meter, at list price."""
    return sum((Decimal(PER_MILLION[model][name]) * count / M for name, count in tokens.items()), Decimal(0))


@dataclass
class Files:
    """What is written: lines of logs, rows of tables, whole exports; and in which order it is captured."""

    logs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)

    def gateway(self, at: str, line: str) -> None:
        """A line of the gateway's log of the month."""
        self.logs[f"gateway_{at[:7]}.jsonl"].append(line)

    def row(self, name: str, header: tuple[str, ...], *cells: object) -> None:
        """A row of a table."""
        self.tables.setdefault(name, (header, []))[1].append(cells)

    def invoice(self, day: str, supplier: str, number: str, memo: str, amount: str, department: str = "") -> None:
        """A line of accounts payable."""
        self.row(f"payables_{day[:7]}.csv", PAYABLES, day, supplier, number, department, memo, amount, "USD")

    def card(
        self, day: str, merchant: str, memo: str, amount: str, kind: str = "Sale", status: str = "Posted",
        department: str = "",
    ) -> None:  # fmt: skip
        """A line of the company card."""
        self.row(f"card_{day[:7]}.csv", CARD, day, merchant, kind, status, department, memo, amount, "USD")

    def texts(self) -> dict[str, str]:
        """File name -> content."""
        found = {name: "\n".join(lines) + "\n" for name, lines in self.logs.items()}
        found |= {name: table(header, rows) for name, (header, rows) in self.tables.items()}
        return found | {name: export.text() for name, export in self.exports.items()}


def source_of(name: str) -> tuple[str, str, dict[str, str]]:
    """Connector, source and settings with which a file is captured."""
    stem = name.rsplit(".", 1)[0]
    first = stem.split("_")[0]
    kind = {
        "gateway": "litellm_spendlogs", "traces": "otel_genai", "sessions": "claude_code_jsonl",
        "plan": "claude_code_jsonl", "payables": "ledger_csv", "eubooks": "ledger_csv", "grossbooks": "ledger_csv",
        "card": "ledger_csv", "travelcard": "ledger_csv", "seats": "seats_csv", "worklog": "worklog_csv",
        "outcomes": "outcomes_csv",
    }.get(first, "focus")  # fmt: skip
    books = {
        "payables": "payables",
        "eubooks": "payables",
        "grossbooks": "payables",
        "card": "card",
        "travelcard": "card",
    }
    settings = {"books": books[first]} if first in books else {}
    if first in ("eubooks", "grossbooks"):
        settings["currency"] = "USD"
    if first == "plan":
        settings["billing"] = "plan"
    return kind, first, settings

"""Small bills and ledgers written line by line, for tests of what a file restates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from spendmap.capture.run import Source, capture
from spendmap.capture.stage import FileLoad
from spendmap.engine.store import Store
from spendmap.workspace import Workspace

BILL = (
    "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeClass,"
    "ProviderName,ServiceName,ResourceId,InvoiceId,Tags,BilledCost,EffectiveCost"
)
LEDGER = "Date,Supplier,Invoice Number,Memo,Amount,Currency"

Line = tuple[int, str, str]  # day of October 2026, what (resource or supplier), amount


def bill(*lines: Line, account: str = "A1", month: str = "2026-10", invoice: str = "", klass: str = "") -> str:
    """A bill of one account and billing period, one line per resource and day."""
    year, number = int(month[:4]), int(month[5:])
    end = f"{year + number // 12}-{number % 12 + 1:02d}"
    rows = [
        f"{account},USD,{month}-01T00:00:00Z,{end}-01T00:00:00Z,2026-10-{day:02d}T00:00:00Z,2026-10-{day + 1:02d}T00:00:00Z,"
        f"{klass},AWS,Amazon Bedrock,{what},{invoice},{{}},{amount},{amount}"
        for day, what, amount in lines
    ]
    return "\n".join([BILL, *rows]) + "\n"


def ledger(*lines: Line, reference: str = "", memo: str = "") -> str:
    """A ledger of October 2026."""
    rows = [f"2026-10-{day:02d},{what},{reference},{memo},{amount},USD" for day, what, amount in lines]
    return "\n".join([LEDGER, *rows]) + "\n"


class Books:
    """A workspace that captures texts as files and tells what is stored."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.workspace = Workspace.create(folder / "w")

    def write(self, name: str, text: str) -> Path:
        """A file below the folder `in`."""
        file = self.folder / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def take(
        self, name: str, text: str | None = None, *, source: str = "s", kind: str = "focus", **answers: str
    ) -> FileLoad:
        """Capture one file by itself."""
        file = self.write(name, text) if text is not None else self.folder / "in" / name
        return capture(self.workspace, Source(source, kind, file, answers))[0]

    def take_all(self, folder: str = "", *, source: str = "s", kind: str = "focus", **answers: str) -> list[FileLoad]:
        """Capture the whole folder."""
        return capture(self.workspace, Source(source, kind, self.folder / "in" / folder, answers))

    def rows(self) -> list[tuple[str, str, str]]:
        """What is stored: day, resource or supplier, amount."""
        names = ["charge_period_start", "resource_id", "invoice_issuer_name", "effective_cost"]
        found = [
            row
            for path in Store(self.workspace).paths("charge")
            for row in pq.read_table(path, columns=names).to_pylist()
        ]
        return sorted(
            (
                f"{row['charge_period_start']:%m-%d}",
                row["resource_id"] or row["invoice_issuer_name"] or "",
                format(row["effective_cost"].normalize(), "f"),
            )
            for row in found
        )

    def days(self) -> list[str]:
        """Month and day of each stored row."""
        paths = Store(self.workspace).paths("charge")
        starts = [pq.read_table(path, columns=["charge_period_start"]).column(0).to_pylist() for path in paths]
        return sorted(f"{start:%m-%d}" for each in starts for start in each)

    def total(self) -> Decimal:
        """Effective cost of all that is stored."""
        return sum((Decimal(amount) for _, _, amount in self.rows()), Decimal(0))


def fates(load: FileLoad) -> tuple[int, int, int, int]:
    """Rows read, loaded, duplicate, replaced."""
    return (load.rows_read, load.rows_loaded, load.rows_duplicate, load.rows_replaced)


def as_rows(*lines: Line) -> list[tuple[str, str, str]]:
    """The lines as `Books.rows` tells them."""
    return sorted((f"10-{day:02d}", what, format(Decimal(amount).normalize(), "f")) for day, what, amount in lines)


__all__: Sequence[str] = ("Books", "as_rows", "bill", "fates", "ledger")

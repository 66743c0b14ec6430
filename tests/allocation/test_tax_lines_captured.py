"""From the files to the map: a payables ledger with tax on lines of its own, and a bank that pays gross."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from spendmap.allocation.counted.known import declined_pairs
from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace

PAYABLES = """Invoice Date,Supplier,Invoice Number,Description,Account,Amount,Currency
2026-10-05,OpenAI,INV-31,API usage October,6815 Software,1000.00,USD
2026-10-05,OpenAI,INV-31,VAT 20%,6815 Software,200.00,USD
2026-10-06,Anthropic,A-7,API usage October,6815 Software,500.00,USD
2026-10-06,Anthropic,A-7,API usage October,1576 Input VAT,95.00,USD
2026-10-07,Cohere,,API usage October,6815 Software,300.00,USD
2026-10-07,Cohere,,Sales tax 8%,6815 Software,24.00,USD
2026-10-08,Mistral AI,M-9,VAT 20%,6815 Software,40.00,USD
2026-10-09,TaxJar,T-1,Tax API,6815 Software,99.00,USD
"""
BANK = """Booking Date,Counterparty,Purpose,Amount,Currency
2026-10-20,OPENAI,INV-31,1200.00,USD
2026-10-21,ANTHROPIC,card 4711,595.00,USD
2026-10-22,COHERE,thanks,324.00,USD
"""


def by_vendor(workspace: Workspace) -> dict[str, Decimal]:
    """Billed AI money."""
    with ReadModel.open(workspace).session() as session:
        return dict(session.rows("SELECT vendor, sum(billed_cost) FROM month WHERE scope = 'ai' GROUP BY vendor"))


def test_tax_lines_count_nowhere_are_told_by_the_law_and_a_decision_settles_a_doubt(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "USD", "Tax")
    for name, text in (("payables", PAYABLES), ("bank", BANK)):
        (tmp_path / f"{name}.csv").write_text(text)
        capture(workspace, Source(name, "ledger_csv", tmp_path / f"{name}.csv", {"books": name, "sign": "as_is"}))
    allocate(workspace)
    # Mistral's 40 is the tax of an invoice that nobody captured: it counts, and is asked about.
    assert by_vendor(workspace) == {"openai": 1000, "anthropic": 500, "cohere": 300, "mistral": 40}
    laws = {law.name: law for law in check(workspace)}
    assert all(law.holds is not False for law in laws.values())
    # 2,258 in 8 lines of the payables and 2,119 in 3 of the bank; of TaxJar 99 is not AI; tax 200 + 95 + 24 in 3 lines
    assert laws["L13"].detail.startswith(
        "USD paid and invoiced 4377 in 11 lines = counted 1840 (4) + matched 2119 (3) + not_ai 99 (1) + tax 319 (3)"
    ), laws["L13"].detail

    def ask(*words: str) -> Any:
        done = CliRunner().invoke(cli, ["--workspace", str(workspace.root), *words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    ask("review", "--period", "2026-10")
    found = {each["code"]: each for each in ask("findings", "--code", "LG017", "--code", "LG018")["findings"]}
    assert {code: Decimal(each["money_at_stake"]) for code, each in found.items()} == {"LG017": 24, "LG018": 40}
    ask("decide", found["LG018"]["id"], "done", "--reason", "the accountant says so")
    assert declined_pairs(workspace) == {found["LG018"]["id"].partition(":")[2]}

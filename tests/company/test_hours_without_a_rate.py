"""Work whose role has no rate waits for a rate, not for a price, and is told in hours."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.cli import cli
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import Unpriced, spend_map
from spendmap.risk.review import review
from spendmap.risk.snapshot import read_snapshot
from spendmap.workspace import Workspace

HOURS = "Date,Person,Role,Hours,Kind\n"


class Company:
    def __init__(self, root: Path) -> None:
        self.workspace = Workspace.create(root / "w", "USD", "Hours")
        self.root = root

    def hours(self, *rows: str) -> None:
        file = self.root / "hours.csv"
        file.write_text(HOURS + "".join(f"{row}\n" for row in rows))
        (load,) = capture(self.workspace, Source("hours", "worklog_csv", file))
        assert (load.status, load.rows_quarantined) == ("loaded", 0)

    def call(self, model: str) -> None:
        line = {
            "request_id": "own-1", "call_type": "acompletion", "startTime": "2026-10-05T10:00:00Z",
            "endTime": "2026-10-05T10:00:00Z", "model": model, "custom_llm_provider": "hosted_vllm",
            "prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000, "status": "success",
        }  # fmt: skip
        file = self.root / "gateway.jsonl"
        file.write_text(json.dumps(line) + "\n")
        capture(self.workspace, Source("gateway", "litellm_spendlogs", file))

    def rate(self, role: str) -> None:
        file = self.workspace.root / "register" / "rates.yaml"
        file.write_text(
            f"labour_rates:\n  - {{id: {role}, role: {role}, hourly_rate: '60.00', currency: USD, valid_from: 2026-01-01}}\n"
        )
        with open_register(self.workspace) as register:
            apply_register(register, file.parent, actor="test", now=datetime(2026, 10, 1, tzinfo=UTC))

    def unpriced(self) -> Unpriced:
        allocate(self.workspace)
        model = ReadModel.open(self.workspace)
        return spend_map(model, ask(model, period="2026-10", today=date(2026, 11, 30))).unpriced

    def said(self, *arguments: str) -> str:
        done = CliRunner().invoke(cli, ["--workspace", str(self.workspace.root), *arguments])
        return " ".join((done.output + done.stderr).split())


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_hours_without_a_rate_are_hours_and_ask_for_a_rate(company: Company) -> None:
    # 0.75 + 1.50 = 2.25 hours = 135 minutes.
    company.hours("2026-10-03,Ann,reviewer,0.75,review", "2026-10-04,Ben,reviewer,1.50,review")
    found = company.unpriced()
    assert (found.rows, found.work_rows, found.work_minutes, found.by_model) == (2, 2, Decimal(135), [])
    told = company.said("map", "--period", "2026-10")
    assert "2 rows of people's work, 2.25 hours: cost unknown" in told and "`labour_rates`" in told
    assert "prices add" not in told
    told = company.said("allocate")
    assert "0 usage rows unpriced" in told and "2 rows of people's work without a rate" in told
    review(company.workspace, period="2026-10")
    snapshot = read_snapshot(company.workspace.rollups)
    assert snapshot is not None
    (finding,) = [each.finding for each in snapshot.kept if each.finding.code == "LG001"]
    assert "labour_rates" in finding.next_step and "prices add" not in finding.next_step
    company.rate("reviewer")  # 2.25 hours at 60.00
    assert company.unpriced().rows == 0
    with ReadModel.open(company.workspace).session() as session:
        assert list(session.rows("SELECT sum(effective_cost) FROM month")) == [(Decimal(135),)]


def test_usage_without_a_price_and_hours_without_a_rate_are_told_apart(company: Company) -> None:
    company.hours("2026-10-03,Ann,reviewer,1.00,review")
    company.call("our-own-7b")
    found = company.unpriced()
    assert (found.rows, found.work_rows, found.work_minutes) == (2, 1, Decimal(60))
    assert [(each.model, each.rows) for each in found.by_model] == [("our-own-7b", 1)]
    told = company.said("map", "--period", "2026-10")
    assert "1 usage rows, 1,000 tokens (hosted_vllm/our-own-7b 1): cost unknown. Add prices with" in told
    assert "1 rows of people's work, 1.00 hours: cost unknown" in told


def test_usage_alone_says_nothing_of_work(company: Company) -> None:
    company.call("our-own-7b")
    found = company.unpriced()
    assert (found.rows, found.work_rows, found.work_minutes) == (1, 0, None)
    assert "people's work" not in company.said("allocate")


def test_of_one_kind_of_work_in_two_roles_the_hours_without_a_rate_are_not_guessed(company: Company) -> None:
    # The map does not keep the roles apart: one row of two waits, and which hours it has is not known there.
    company.hours("2026-10-03,Ann,reviewer,1.00,review", "2026-10-03,Ben,lawyer,2.00,review")
    company.rate("reviewer")
    found = company.unpriced()
    assert (found.rows, found.work_rows) == (1, 1)
    assert found.work_minutes in (None, Decimal(120))

"""A purchase that the ledgers of two sources tell counts once, or is asked about; however the lines are dealt out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counting.firm import Firm
from spendmap.cli import cli
from spendmap.workspace import Workspace

HEAD = "Posted date,Card,Merchant,Amount,Currency,Memo"
OWN = [
    "2026-10-02,4401,MISTRAL AI,7.00,USD,",
    "2026-10-09,4401,ANTHROPIC,11.00,USD,",
    "2026-10-12,4401,CURSOR AI,20.00,USD,",
]
LATER = "2026-10-14,4401,CURSOR AI,5.00,USD,"
EARLIER = "2026-10-05,4401,PERPLEXITY AI,3.00,USD,"


class Company:
    """A workspace whose card exports are captured one by one, each as a source of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        Workspace.create(root)

    def run(self, *words: str) -> str:
        done = CliRunner().invoke(cli, ["--workspace", str(self.root), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    def capture(self, source: str, lines: Sequence[str], *answers: str, head: str = HEAD) -> None:
        file = self.root / f"{source}.csv"
        file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        said = [word for answer in answers for word in ("--set", answer)]
        self.run("capture", "--file", str(file), "--as", "ledger_csv", "--source", source, *said)

    def october(self) -> tuple[Decimal, Decimal]:
        """Total, and what is named as perhaps counted twice."""
        self.run("allocate")
        found: dict[str, Any] = json.loads(self.run("map", "--period", "2026-10", "--json"), parse_float=Decimal)
        return Decimal(found["total"]), Decimal(found["named"]["perhaps_twice"]["cost"] or 0)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "acme")


def test_a_longer_export_of_the_same_card_adds_only_its_new_line(company: Company) -> None:
    company.capture("card", OWN)
    company.capture("card2", [*OWN, LATER])
    assert company.october() == (43, 0)  # 7 + 11 + 20 + 5
    assert "BROKEN" not in company.run("check")


def test_where_each_has_a_line_between_that_the_other_lacks_both_count_and_a_person_decides(company: Company) -> None:
    company.capture("card", [*OWN, "2026-10-06,4401,MISTRAL AI,2.00,USD,"])
    company.capture("card2", [*OWN, EARLIER])
    assert company.october() == (81, 38)  # 38 + 2 + 38 + 3, of which 38 perhaps twice
    company.capture("card2", [*OWN, EARLIER], "overlap=same")
    assert company.october() == (43, 0)
    company.capture("card2", [*OWN, EARLIER], "overlap=different")
    assert company.october() == (81, 0)
    assert "BROKEN" not in company.run("check")


def test_the_same_purchases_in_other_words_are_asked_about(company: Company) -> None:
    company.capture("card", OWN)
    told = ["2026-10-02,7.00,USD,Mistral AI", "2026-10-09,11.00,USD,Anthropic PBC", "2026-10-12,20.00,USD,Cursor"]
    company.capture("travel", told, "books=card", head="Date,Amount,Currency,Supplier")
    assert company.october() == (76, 38)
    company.capture("travel", told, "books=card", "overlap=same", head="Date,Amount,Currency,Supplier")
    assert company.october() == (38, 0)


def test_two_cards_with_the_same_subscriptions_are_two_purchases(company: Company) -> None:
    company.capture("anna", OWN)
    company.capture("bob", [line.replace("4401", "7702") for line in OWN])
    assert company.october() == (76, 0)


def test_a_copy_that_a_person_called_none_counts_beside_the_first(company: Company) -> None:
    company.capture("card", OWN)
    company.capture("card2", OWN, "copy=no")
    assert company.october() == (76, 0)


def test_a_line_with_a_reference_needs_no_others_beside_it(company: Company) -> None:
    head = HEAD.replace("Memo", "Transaction ID")
    company.capture("card", [OWN[0] + "TX-1001", OWN[1] + "TX-1002"], head=head)
    company.capture("card2", [OWN[1] + "TX-1002", OWN[2] + "TX-1003"], head=head)
    assert company.october() == (38, 0)


DAYS = tuple(f"2026-10-{day:02d}" for day in range(1, 11))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_windows_of_one_statement_count_as_the_statement_does(data: st.DataObject) -> None:
    """Sources that hold each a run of days of one card, in any number and order, add up to the card."""
    lines = data.draw(st.lists(st.tuples(st.sampled_from(DAYS), st.integers(1, 3)), min_size=3, max_size=12))
    windows = data.draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), min_size=1, max_size=3))
    firm = Firm()
    for number, (first, last) in enumerate([*windows, (0, 9)]):
        seen: dict[tuple[str, int], int] = {}
        for day, amount in sorted(lines):
            if DAYS[first] <= day <= DAYS[last]:
                seen[day, amount] = seen.get((day, amount), 0) + 1
                firm.line(
                    day, str(amount), books="card", source_name=f"card{number}", source_file="x.csv",
                    key=f"{day.replace('-', '')}x{amount}-{seen[day, amount]}",
                )  # fmt: skip
    answer = firm.count()
    whole = Decimal(sum(amount for _, amount in lines))
    counted = answer.effective("2026-10") or Decimal(0)
    assert counted - answer.notes("perhaps_twice") <= whole <= counted

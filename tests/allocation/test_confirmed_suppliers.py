"""A person says of a supplier whether it is AI: one rule, asked last, and the map follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from spendmap.allocation.confirming import confirm_supplier, confirming_rule, rule_id
from spendmap.allocation.rules import load_rules, read_rules
from spendmap.cli import cli
from spendmap.vocabulary.errors import RuleError, UsageError
from spendmap.workspace import Workspace

# 20.00 names an AI product whoever confirms what; 10.00 of Windows and 30.00 of a name that looks like AI wait.
PAYABLES = """Date,Supplier,Memo,Amount,Currency
2026-10-05,Microsoft Corporation,Windows licences,10.00,USD
2026-10-06,Microsoft Corporation,Microsoft 365 Copilot,20.00,USD
2026-10-07,"Quantum ""Copilots"" Ltd: R&D #1",tools,30.00,USD
2026-10-08,Bäckerei Müller,Brot,5.00,USD
"""
QUANTUM = 'Quantum "Copilots" Ltd: R&D #1'


class Birch:
    """A workspace with four payments."""

    def __init__(self, folder: Path, payables: str = PAYABLES) -> None:
        self.folder = folder
        Workspace.create(folder, "USD", "Birch")
        (folder / "payables.csv").write_text(payables, encoding="utf-8")
        self.ask("capture", "--file", str(folder / "payables.csv"), "--as", "ledger_csv")

    def run(self, *words: str) -> Any:
        return CliRunner().invoke(cli, ["--workspace", str(self.folder), *words])

    def ask(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout, parse_float=Decimal)

    def total(self) -> Decimal:
        self.ask("allocate")
        return Decimal(str(self.ask("map", "--period", "2026-10")["total"]))


@pytest.fixture(scope="module")
def birch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Birch]:
    yield Birch(tmp_path_factory.mktemp("birch") / "w")


def test_confirming_moves_the_money_no_rule_speaks_of_and_no_other(birch: Birch) -> None:
    assert birch.total() == Decimal(20)
    said = birch.ask("rules", "confirm", QUANTUM.upper(), "--ai", "--category", "internal_tools")
    assert (said["supplier"], said["scope"], said["category"], said["change"]) == (
        QUANTUM,  # as the ledger writes it
        "ai",
        "internal_tools",
        "added",
    )
    birch.ask("rules", "confirm", "Microsoft Corporation", "--not-ai")
    assert birch.total() == Decimal(50)  # 20 + 30; the line that names Copilot stays


def test_the_same_answer_changes_nothing_and_another_replaces_it(birch: Birch) -> None:
    words = ("rules", "confirm", "Bäckerei Müller")
    assert birch.ask(*words, "--not-ai")["change"] == "added"
    before = (birch.folder / "rules" / "confirmed.yaml").read_bytes()
    assert birch.ask(*words, "--not-ai", "--reason", "bread")["change"] == "unchanged"
    assert (birch.folder / "rules" / "confirmed.yaml").read_bytes() == before
    assert birch.ask(*words, "--ai")["change"] == "replaced"
    rules = {rule.id: rule for rule in read_rules(birch.folder / "rules" / "confirmed.yaml")}
    assert rules[rule_id("bäckerei müller")].then.category == "unclassified"  # no vendor says more


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Microsft Corporation", "--not-ai"), "Did you mean 'Microsoft Corporation'?"),
        (("Microsoft Corporation",), "Add --ai, --not-ai, or --vendor ID."),
        (("Microsoft Corporation", "--not-ai", "--category", "agents"), "what is not AI has no category"),
        (("Microsoft Corporation", "--ai", "--category", "agent"), "Did you mean 'agents'?"),
        (("  ", "--ai"), "no captured line is of the supplier"),
    ],
)
def test_a_wrong_answer_is_refused_with_the_next_step(birch: Birch, words: tuple[str, ...], said: str) -> None:
    done = birch.run("rules", "confirm", *words)
    assert done.exit_code != 0
    error = done.exception
    assert isinstance(error, UsageError) and error.exit_code == 2
    assert said in f"{error.message} {error.next_step}"


def test_an_empty_workspace_takes_rules_ahead_and_keeps_what_stands_there(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "USD", "Elm")
    file = tmp_path / "w" / "rules" / "confirmed.yaml"
    for name in ("One Ltd", "Two Ltd", "Three Ltd"):
        confirm_supplier(workspace, name, "ai", "agents")
    file.write_text(file.read_text().replace("    then:", "    # kept\n    then:", 1))
    assert confirm_supplier(workspace, "Two Ltd", "not_ai").change == "replaced"
    assert "# kept" in file.read_text()
    found = [(rule.id, rule.then.scope) for rule in read_rules(file)]
    assert found == [("confirmed-one-ltd", "ai"), ("confirmed-three-ltd", "ai"), ("confirmed-two-ltd", "not_ai")]
    assert confirm_supplier(workspace, "One Ltd", "not_ai").change == "replaced"
    assert confirm_supplier(workspace, "Three Ltd", "not_ai").change == "replaced"
    assert len(read_rules(file)) == 3


def test_a_file_the_rule_does_not_fit_is_left_as_it_is(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "USD", "Elm")
    file = tmp_path / "w" / "rules" / "confirmed.yaml"
    file.parent.mkdir(exist_ok=True)
    mine = "rules: [{id: mine, on: charge, when: {memo: x}, then: {scope: not_ai}}]\n"
    file.write_text(mine)
    with pytest.raises(RuleError) as refused:
        confirm_supplier(workspace, "One Ltd", "ai", "agents")
    assert "- id: confirmed-one-ltd" in refused.value.next_step
    assert file.read_text() == mine
    assert [each.name for each in file.parent.iterdir()] == ["confirmed.yaml"]
    file.rename(file.with_name("mine.yaml"))
    file.with_name("mine.yaml").write_text("rules:\n" + confirming_rule("One Ltd", "not_ai"))
    with pytest.raises(RuleError, match="is there already"):
        confirm_supplier(workspace, "One Ltd", "ai", "agents")


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=50).filter(lambda name: name.strip())


@given(name=NAMES, reason=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_name_makes_a_rule_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, reason: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text("rules:\n" + confirming_rule(name, "ai", why=reason), encoding="utf-8")
    (rule,) = read_rules(file)
    assert (rule.id, rule.is_last, rule.then.category) == (rule_id(name), True, "unclassified")
    asked = {each.values for group in rule.when.any_of for when in group for each in when.conditions}
    assert (name.strip().lower(),) in asked


def test_two_names_that_read_alike_are_two_rules() -> None:
    ids = {rule_id(name) for name in ("A-B Ltd", "A B Ltd", "A.B. Ltd", "甲 Ltd", "乙 Ltd", "!", "?")}
    assert len(ids) == 7
    assert rule_id("ACME  ltd") == rule_id("Acme Ltd") == "confirmed-acme-ltd"
    assert all(rule.id != "confirmed-acme-ltd" for rule in load_rules())


@pytest.mark.parametrize(
    ("names", "total"),
    [
        (("Midjourney Cafe", "Labelbox Printers of Leeds", "Runway Airport Services", "Anthropic Choir (Leeds)"), "0"),
        (("Replit, Inc.", "Lambda, Inc.", "Quantexa Ltd", "Turing Enterprises, Inc."), "4"),
    ],
)
def test_a_ledger_counts_vendors_and_no_look_alikes(tmp_path: Path, names: tuple[str, ...], total: str) -> None:
    # 1.00 for each name
    lines = "".join(f'2026-10-05,"{name}",,1.00,USD\n' for name in names)
    assert Birch(tmp_path / "w", PAYABLES.splitlines(keepends=True)[0] + lines).total() == Decimal(total)

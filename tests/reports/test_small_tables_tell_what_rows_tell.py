"""What is asked of small tables instead of every call is told as the calls tell it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from spendmap.allocation.run import allocate
from spendmap.optimization.changes import read_changes
from spendmap.optimization.plays.usage import read_calls
from spendmap.optimization.replay import replay
from spendmap.published import Version
from spendmap.register import open_register
from spendmap.register.held import HeldRegister
from spendmap.reports.explain import explain
from spendmap.reports.filters import ask
from spendmap.reports.origin_rows import origin_rows
from spendmap.reports.read_model import ReadModel
from spendmap.reports.readiness import ReadinessReport, readiness_report
from spendmap.reports.spend_map import spend_map
from spendmap.risk import reach
from spendmap.risk.measured import Measured
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.seal import sealed
from spendmap.workspace import Workspace

MONTH, TODAY = "2026-06", date(2026, 11, 21)


@pytest.fixture(scope="module")
def fernhill(built_fernhill: Path) -> Workspace:
    return Workspace.open(built_fernhill)


def from_rows(patch: pytest.MonkeyPatch) -> None:
    """As a version answers that was made before there were small tables."""
    patch.setattr(Version, "is_derived", lambda *_: False)
    patch.setattr(reach, "_last_of", lambda _: None)


def test_people_are_those_of_the_rows(fernhill: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[object, object]:
        measured = Measured(fernhill)
        return measured.callers(MONTH, MONTH), measured.reach(MONTH)

    small = told()
    assert all(small)
    from_rows(monkeypatch)
    assert told() == small


def test_calls_made_to_another_model_cost_the_same_by_shape_and_by_row(fernhill: Workspace) -> None:
    changes = read_changes(["swap:claude-opus-4-5=claude-haiku-4-5", "price:anthropic=0.9", "retries=+0.1"])
    assert replay(fernhill, [MONTH], changes) == replay(fernhill, [MONTH], changes, by_row=True)


def test_what_an_earlier_release_published_is_refused_with_the_step_that_keeps_its_figures(
    copy_of_acorn: Callable[[], Path],
) -> None:
    workspace = Workspace.open(copy_of_acorn())
    before = ReadModel.open(workspace)
    total = spend_map(before, ask(before, today=TODAY, period="2026-10")).total
    meta = workspace.rollups / (workspace.rollups / "CURRENT").read_text() / "meta.json"
    said = json.loads(meta.read_text())
    own = said["tables"]
    own["usage_priced"] = own.pop("usage_customer")  # an earlier release kept a row for every call, and no customers
    del own["usage_covered"]
    meta.write_bytes(sealed(json.dumps({name: told for name, told in said.items() if name != "sha256"}).encode()))
    model = ReadModel.open(workspace)
    assert spend_map(model, ask(model, today=TODAY, period="2026-10")).total == total  # the map itself is read
    (usage, *_) = [
        row for row in explain(model, ask(model, today=TODAY, period="2026-10")).rows.items if row.origin == "usage"
    ]
    for ask_rows in (
        lambda: origin_rows(model, usage.origin_key),
        lambda: read_calls(workspace, ["2026-10"]),
        lambda: replay(workspace, ["2026-10"], read_changes([]), by_row=True),
    ):
        with pytest.raises(UsageError, match="earlier release") as refused:
            ask_rows()
        assert "`spendmap allocate`" in str(refused.value)
    allocate(workspace)
    again = ReadModel.open(workspace)
    assert origin_rows(again, usage.origin_key).total and read_calls(workspace, ["2026-10"])
    assert spend_map(again, ask(again, today=TODAY, period="2026-10")).total == total


def test_a_register_held_in_memory_says_what_the_register_says(fernhill: Workspace) -> None:
    with open_register(fernhill) as register:
        held = HeldRegister(register)
        for day in (date(2025, 10, 1), date(2026, 6, 30)):
            for type_ in register.types():
                assert held.entities(type_, day) == register.entities(type_, day)
            assert held.vendors(day) == register.vendors(day)
        assert held.keys() == register.keys()


def test_readiness_is_told_anew_when_the_register_changes(copy_of_acorn: Callable[[], Path]) -> None:
    workspace = Workspace.open(copy_of_acorn())
    model = ReadModel.open(workspace)

    def gaps() -> set[str]:
        found: ReadinessReport = readiness_report(model, today=TODAY, period="2026-10")
        return {f"{cell.area} {cell.category} {gap.what}" for cell in found.cells for gap in cell.missing}

    before = gaps()
    assert gaps() == before
    with open_register(workspace) as register:
        agent = register.entities("tool", TODAY)[0]
        register.set_value("tool", agent.id, "owner", None, actor="test", now=datetime(2026, 11, 21, tzinfo=UTC))
    assert gaps() != before

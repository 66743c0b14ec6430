"""States of a finding: what people decide, when it ends, and what brings a finding back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from risk_facts import facts, fired, spend

from spendmap.risk.facts import Experiment, Tool
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.risk.review import holding
from spendmap.risk.snapshot import Snapshot, carried, read_snapshot, snapshot_bytes
from spendmap.risk.states import Decision, Sandbox, Standing, Verb, standing
from spendmap.vocabulary.errors import SourceUnreadableError

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
GAP = Finding("IT001", "operating", "internal_tools", Subject("tool", "t", "T"), "T has no owner", "none", "ask")


def stand(
    decision: Decision | None,
    *,
    today: date = date(2026, 11, 12),
    reviewed: datetime = BEFORE,
    fires: bool = True,
    occurred_on: date | None = None,
    sandbox: Sandbox | None = None,
) -> Standing:
    return standing(
        decision, sandbox, today=today, owner="Ada", fires=fires, reviewed_at=reviewed, occurred_on=occurred_on
    )


def decided(verb: Verb, *, until: date | None = None, owner: str | None = None, seen: date | None = None) -> Decision:
    return Decision("IT001:t", verb, NOON, "Cy", "because", until, owner, seen)


def test_a_finding_nobody_decided_on_is_open() -> None:
    assert stand(None) == Standing("open", "Ada")


def test_an_accepted_finding_is_quiet_until_its_day_and_then_returns() -> None:
    accepted = decided("accept", until=date(2026, 12, 1))
    assert stand(accepted, today=date(2026, 11, 30)).state == "accepted"
    back = stand(accepted, today=date(2026, 12, 1))
    assert (back.state, back.returned) == ("open", "was accepted until 2026-12-01")


def test_a_done_finding_returns_only_when_a_later_review_sees_it() -> None:
    done = decided("done")
    assert stand(done, reviewed=BEFORE).state == "done"
    back = stand(done, reviewed=AFTER)
    assert (back.state, back.returned) == ("open", "was done on 2026-11-10 and is seen again")
    assert stand(done, reviewed=AFTER, fires=False).state == "done"


def test_a_done_incident_stays_done_until_a_newer_one_happens() -> None:
    done = decided("done", seen=date(2026, 7, 12))
    assert stand(done, reviewed=AFTER, occurred_on=date(2026, 7, 12)).state == "done"
    again = stand(done, reviewed=AFTER, occurred_on=date(2026, 8, 1))
    assert (again.state, again.returned) == ("open", "happened again after 2026-11-10")


def test_an_assignment_names_its_owner_and_a_reopening_ends_what_was_decided() -> None:
    given = stand(decided("assign", owner="Bo", until=date(2026, 12, 1)), reviewed=AFTER)
    assert (given.state, given.owner, given.until) == ("assigned", "Bo", date(2026, 12, 1))
    assert stand(decided("reopen")).state == "open"


def test_a_finding_no_longer_seen_is_done_by_the_review() -> None:
    assert stand(None, fires=False) == Standing("done", "Ada", "no longer seen", None, "spendmap review")


def test_a_sandbox_keeps_its_subject_quiet_until_its_last_day_unless_a_person_reopens() -> None:
    box = Sandbox("exp", "Voice bot", date(2026, 12, 31))
    quiet = stand(None, sandbox=box, today=date(2026, 12, 31))
    assert (quiet.state, quiet.reason, quiet.by) == ("accepted", "sandbox Voice bot", "experiment:exp")
    assert stand(None, sandbox=box, today=date(2027, 1, 1)).state == "open"
    assert stand(decided("reopen"), sandbox=box).state == "open"


def test_a_sandbox_holds_while_money_and_days_are_within_its_bounds() -> None:
    trial = Experiment(
        "exp", "Trial", subjects=(("tool", "t"),), budget=Decimal(50), end=date(2026, 10, 31), spent=Decimal(50)
    )
    tried = facts(tools=[Tool("t", "T")], spend=[spend("50", tool="t")], experiments=[trial])
    assert list(holding(tried)) == [("tool", "t")]
    over = replace(tried, experiments=(replace(trial, spent=Decimal("50.01")),))
    assert holding(over) == {}
    late = replace(tried, as_of=date(2026, 11, 2))  # its last day, 31 October, is over on 1 November
    assert holding(late) == {}
    assert [each.id for each in fired("LG007", over)] == ["LG007:exp"]
    assert holding(replace(tried, experiments=(replace(trial, start=date(2026, 11, 1)),))) == {}


def test_a_finding_seen_again_keeps_the_day_it_was_first_seen_and_its_due_day() -> None:
    october = Snapshot("2026-10", date(2026, 11, 1), NOON, tuple(carried(None, [GAP], date(2026, 11, 1))))
    assert (october.kept[0].first_seen, october.kept[0].due) == (date(2026, 11, 1), date(2026, 12, 1))
    (again,) = carried(october, [GAP], date(2026, 12, 1))
    assert (again.first_seen, again.due) == (date(2026, 11, 1), date(2026, 12, 1))
    (gone,) = carried(october, [], date(2026, 12, 1))
    assert (gone.finding.id, gone.fires) == ("IT001:t", False)
    assert carried(october, [], date(2026, 8, 1)) == []  # looking back resolves nothing


def test_the_published_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    loud = replace(
        GAP, stake=Stake(Decimal("0.100000000001"), "USD", "effective", "2026-10"), occurred_on=date(2026, 10, 9)
    )
    first, second = carried(None, [loud, replace(GAP, code="IT002")], date(2026, 11, 1))
    kept = (
        replace(
            first, decision=decided("accept", until=date(2026, 12, 1)), sandbox=Sandbox("e", "E", date(2027, 1, 1))
        ),
        replace(second, fires=False),
    )
    snapshot = Snapshot("2026-10", date(2026, 11, 1), NOON, kept)
    (tmp_path / "findings.json").write_bytes(snapshot_bytes(snapshot))
    found = read_snapshot(tmp_path)
    assert found is not None
    assert (found.period, found.as_of, found.reviewed_at, found.kept) == ("2026-10", date(2026, 11, 1), NOON, kept)
    assert snapshot_bytes(found) == snapshot_bytes(snapshot)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 1, "period": "x"}'])
def test_a_damaged_file_is_refused_with_the_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "findings.json").write_text(text)
    with pytest.raises(SourceUnreadableError, match="spendmap review"):
        read_snapshot(tmp_path)

"""The owner of a use case reads what the review found on its card, and accepts it there with a reason and an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from served import serve
from test_pages_browser import DESKTOP, PHONE, WCAG, _page

from spendmap.engine.store import write_atomically
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.risk.snapshot import FILE, Kept, Snapshot, read_snapshot, snapshot_bytes
from spendmap.workspace import Workspace

pytestmark = pytest.mark.browser

BOT = Subject("use_case", "support_bot", "Support bot")
TERMS = Subject("contract", "elsewhere", "Other terms")
REASON = "The threshold comes with the new desk in spring"


@pytest.fixture
def company(tmp_path: Path) -> Workspace:
    """Larch after a review: two findings about the bot and its agent, one about something else."""
    from card_company import build

    place = build(tmp_path / "larch")
    stake = Stake(Decimal("560.85"), "USD", "effective", "2026-10")
    found = (
        Finding("PI002", "quality", "product_inference", BOT, "Support bot has no threshold", "None is stated.",
                "Agree on a threshold.", stake, "Ines Okafor"),
        Finding("AG007", "security", "agents", Subject("agent", "triage", "Triage agent"), "Triage has no rate limit",
                "It may loop.", "Set one.", None, "Ines Okafor"),
        Finding("LG009", "cost", "ledger", TERMS, "Other terms renew", "Soon.", "Give notice."),
    )  # fmt: skip
    kept = tuple(Kept(each, date(2026, 11, 1), date(2026, 12, 1)) for each in found)
    snapshot = Snapshot("2026-10", date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC), kept)
    write_atomically(place.rollups / FILE, snapshot_bytes(snapshot))
    return place


@pytest.fixture
def url(company: Workspace, static: Path) -> Iterator[str]:
    yield from serve(company, static)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    yield from _page(browser, DESKTOP, "light")


def test_an_owner_accepts_a_finding_on_the_card_and_the_findings_page_agrees(
    page: Any, url: str, company: Workspace
) -> None:
    page.goto(f"{url}/use-cases/support_bot")
    page.get_by_role("heading", name="2 findings").wait_for()
    findings = page.get_by_role("list", name="Findings")
    assert "Other terms" not in findings.inner_text()
    findings.get_by_role("link", name="Decide: Support bot has no threshold").click()
    dialog = page.get_by_role("dialog", name="Support bot has no threshold")
    form = dialog.get_by_role("form", name="Decide")
    form.get_by_role("radio", name="Accept").check()
    form.get_by_role("button", name="Accept it").click()
    form.get_by_text("Say why: it is asked again when the day comes.").wait_for()  # nothing was sent
    form.get_by_label("Reason").fill(REASON)
    form.get_by_label("Until").fill("2099-03-01")
    form.get_by_role("button", name="Accept it").click()
    form.get_by_role("status").filter(has_text="Recorded: accepted by ").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.wait_for_function("document.activeElement.textContent === 'Change'")  # the keyboard is where it was

    snapshot = read_snapshot(company.rollups)
    assert snapshot is not None
    decision = next(each.decision for each in snapshot.kept if each.finding.code == "PI002")
    assert decision is not None
    assert (decision.verb, decision.reason, decision.until) == ("accept", REASON, date(2099, 3, 1))
    page.get_by_role("heading", name="2 findings, 1 to do").wait_for()
    said = findings.get_by_role("listitem").filter(has_text="Support bot has no threshold").inner_text()
    assert f"until 1 Mar 2099 by {decision.by}: {REASON}" in said
    assert "Accepted" in said

    page.get_by_role("navigation").get_by_role("link", name="Findings").click()
    page.get_by_text("2 findings of 3").wait_for()  # what is to do
    page.goto(f"{url}/findings?state=accepted")
    table = page.get_by_role("table", name="Findings")
    table.get_by_role("link", name="Support bot has no threshold").click()
    facts = page.get_by_role("dialog", name="Support bot has no threshold").inner_text()
    assert f"Accepted until 1 Mar 2099 by {decision.by}" in facts
    assert REASON in facts


def test_a_finding_marked_done_stays_on_the_card_with_who_did_it(page: Any, url: str) -> None:
    page.goto(f"{url}/use-cases/support_bot?finding=AG007%3Atriage")
    form = page.get_by_role("dialog", name="Triage has no rate limit").get_by_role("form", name="Decide")
    form.get_by_role("radio", name="Done").check()
    form.get_by_role("button", name="Mark it done").click()
    form.get_by_role("status").filter(has_text="Recorded: done by ").wait_for()
    page.keyboard.press("Escape")
    done = page.get_by_role("list", name="Findings").get_by_role("listitem").filter(has_text="Triage has no rate limit")
    done.get_by_text("Done", exact=True).wait_for()
    done.get_by_role("link", name="Change: Triage has no rate limit").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_deciding_on_the_card_holds_wcag_a_and_aa(browser: Any, url: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for opened in _page(browser, width, scheme):
        opened.goto(f"{url}/use-cases/support_bot?finding=PI002%3Asupport_bot")
        opened.get_by_role("dialog", name="Support bot has no threshold").wait_for()
        opened.wait_for_load_state("networkidle")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        broken = axe.run(opened, options={"runOnly": WCAG}).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in broken] == []

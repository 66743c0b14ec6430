"""The leader's and the analyst's journeys in a real browser: Acorn, run through the steps, decided on for real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from served import serve

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = 1440, 400
SEPTEMBER = "2026-09-11,Otter.ai,15.00,Sales,Meeting notes,INV-0\n"
REVIEWED = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def acorn_url(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    """Acorn with one payment in September, so that October has something to be compared with."""
    from company.acorn import build
    from spendmap.process import run
    from spendmap.risk.review import review

    workspace = build(tmp_path_factory.mktemp("acorn") / "w")
    payables = workspace.root / "in" / "payables.csv"
    payables.write_text(payables.read_text() + SEPTEMBER)
    run(workspace)
    review(workspace, period="2026-10", now=REVIEWED)
    yield from serve(workspace, static)


def _page(browser: Any, width: int, scheme: str = "light") -> Iterator[Any]:
    """A page that fails the test when a script fails or another host is asked for anything."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-US"
    )
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    here = ("http://127.0.0.1:", "data:", "blob:")
    opened.on("request", lambda asked: None if asked.url.startswith(here) else problems.append(asked.url))
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    yield from _page(browser, DESKTOP)


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    yield from _page(browser, PHONE)


def test_the_leader_sees_what_changed_opens_the_biggest_decision_and_records_it(page: Any, acorn_url: str) -> None:
    page.goto(acorn_url)
    page.get_by_role("heading", name="AI spend, October 2026").wait_for()
    drivers = page.get_by_role("list", name="Drivers of the change")
    # Otter was paid 15.00 in September and 20.00 in October, and nobody says for how many seats.
    without = drivers.locator("li").filter(has_text="Cost without a quantity")
    assert "+$5.00" in without.inner_text()
    without.locator("summary").focus()
    page.keyboard.press("Enter")
    without.get_by_role("rowheader", name="Otter").wait_for()

    first = page.get_by_role("region", name="To decide").get_by_role("article").first
    title = first.get_by_role("heading").inner_text()
    first.get_by_role("link").click()
    page.wait_for_url("**/findings?finding=*")
    drawer = page.get_by_role("dialog", name=title)
    drawer.get_by_role("radio", name="Accept").check()
    drawer.get_by_role("button", name="Accept it").click()
    drawer.get_by_text("Say why").wait_for()  # nothing is sent before it is complete
    drawer.get_by_label("Reason").fill("the owner starts in spring")
    drawer.get_by_label("Until").fill("2099-05-01")
    drawer.get_by_role("button", name="Accept it").click()
    drawer.get_by_text("Recorded: accepted").wait_for()

    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    page.get_by_role("link", name=title, exact=True).wait_for(state="detached")  # no longer to do
    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_role("region", name="To decide").wait_for()
    page.get_by_role("link", name=title, exact=True).wait_for(state="detached")


def test_findings_are_narrowed_and_sorted_in_the_address(page: Any, acorn_url: str) -> None:
    page.goto(f"{acorn_url}/findings?state=all&sort=title")
    table = page.get_by_role("table", name="Findings")
    table.wait_for()
    titles = table.locator("tbody th").all_inner_texts()
    assert titles == sorted(titles, key=str.casefold)
    page.get_by_role("combobox", name="Kind").click()
    page.get_by_role("option", name="Security").click()
    page.wait_for_url("**kind=security**")
    page.go_back()
    table.wait_for()
    assert len(table.locator("tbody th").all_inner_texts()) == len(titles)
    page.goto(f"{acorn_url}/findings?q=nothing+is+called+this")
    page.get_by_text("No finding meets these filters.").wait_for()
    page.get_by_role("link", name="Clear the filters").click()
    table.wait_for()


def test_a_link_to_a_finding_that_is_gone_says_so(page: Any, acorn_url: str) -> None:
    page.goto(f"{acorn_url}/findings?finding=IT001:long-gone")
    page.get_by_role("dialog").get_by_text("called IT001:long-gone").wait_for()


def test_the_analyst_doubles_usage_and_reads_that_seats_stay(page: Any, acorn_url: str) -> None:
    page.goto(f"{acorn_url}/scenarios")
    page.get_by_text("Nothing changes.").wait_for()
    slider = page.get_by_role("slider", name="Usage")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**set=usage:2")
    # Billed calls are 15.00; doubled they are 15.00 more. The 5 seats for 125.00 are bought by head.
    totals = page.get_by_role("region", name="Baseline, scenario and difference")
    totals.get_by_text("+$15.00").wait_for()
    held = page.get_by_role("region", name="Held fixed")
    seats = held.get_by_role("listitem").filter(has_text="Seats").inner_text()
    assert "seats are bought by head, not by call" in seats
    assert "$125.00" in seats
    page.go_back()
    page.get_by_role("button", name="Change nothing").wait_for(state="detached")


def test_a_model_nobody_used_is_explained_with_those_that_were(page: Any, acorn_url: str) -> None:
    page.goto(f"{acorn_url}/scenarios?set=swap:gpt-9=gpt-4.1")
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert "no call of 'gpt-9' is in the period" in problem.inner_text()
    assert "gpt-4.1" in problem.inner_text()


def test_an_old_address_of_the_map_still_shows_that_picture(page: Any, acorn_url: str) -> None:
    page.goto(f"{acorn_url}/?picture=months&table=1&period=2026-10")
    page.get_by_role("table", name="AI spend by category and month").wait_for()
    assert "/map?" in page.url


def test_the_menu_of_a_phone_reaches_every_page_and_nothing_hangs_over(phone: Any, acorn_url: str) -> None:
    for path in (
        "/",
        "/findings",
        "/findings?state=all&q=owner",
        "/scenarios?set=usage:2",
        "/scenarios?set=usage:2&table=1",
    ):
        phone.goto(acorn_url + path)
        phone.get_by_role("heading", level=1).wait_for()
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE, path
    phone.get_by_role("button", name="Menu").click()
    menu = phone.get_by_role("dialog", name="Menu")
    for name in ("Overview", "Map", "Findings", "Scenarios"):
        menu.get_by_role("link", name=name, exact=True).wait_for()
    menu.get_by_role("link", name="Findings").click()
    phone.get_by_role("heading", name="Findings", level=1).wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_no_page_breaks_wcag_a_or_aa(browser: Any, acorn_url: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[str] = []
    for opened in _page(browser, width, scheme):
        opened.goto(f"{acorn_url}/findings?state=all")
        one = opened.get_by_role("table", name="Findings").locator("tbody a").first
        one.wait_for()
        drawer = one.get_attribute("href") or ""
        for path in ("/", "/findings?state=all", drawer, "/scenarios", "/scenarios?set=usage:2&table=1"):
            opened.goto(acorn_url + path)
            opened.wait_for_load_state("networkidle")
            opened.get_by_role("heading").first.wait_for()
            report = axe.run(opened, options={"runOnly": WCAG}).response
            found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:140]}" for each in report["violations"]]
    assert found == []

"""Procurement finds what Fernhill pays for twice, reads who uses both, and records why both stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from served import serve

from spendmap.cli import cli
from spendmap.workspace import Workspace

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = 1440, 400
REASON = "Sales is locked in until May; support needs its own"


@pytest.fixture(scope="module")
def fernhill(copy_of_fernhill: Callable[[], Path], static: Path) -> Workspace:
    folder = copy_of_fernhill()
    reviewed = CliRunner().invoke(cli, ["--workspace", str(folder), "review", "--period", "2026-10"])
    assert reviewed.exit_code == 0, reviewed.output
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def fernhill_url(fernhill: Workspace, static: Path) -> Iterator[str]:
    yield from serve(fernhill, static)


@pytest.fixture(scope="module")
def inventory_url(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    """A firm that registered three note takers and captured no money."""
    workspace = Workspace.create(tmp_path_factory.mktemp("registered"), "USD")
    file = workspace.root / "register" / "tools.yaml"
    names = ("Otter", "Fireflies", "Fathom")
    tools = "\n".join(f"  - {{id: {each.lower()}, name: {each}, capability: meetings}}" for each in names)
    file.write_text(f"tools:\n{tools}\n")
    applied = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "register", "apply", str(file)])
    assert applied.exit_code == 0, applied.output
    yield from serve(workspace, static)


@pytest.fixture
def page(browser: Any, fernhill: Workspace) -> Iterator[Any]:
    yield from _page(browser, DESKTOP, "light")


def _page(browser: Any, width: int, scheme: str) -> Iterator[Any]:
    """A page that fails the test when a script fails."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-US"
    )
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    yield opened
    context.close()
    assert problems == []


def open_vendors(page: Any, url: str, query: str = "") -> None:
    page.goto(f"{url}/vendors{query}")
    page.get_by_role("heading", name="Vendors and overlap", level=1).wait_for()


def row_of(page: Any, capability: str) -> Any:
    matrix = page.get_by_role("table", name="Capabilities and the products that serve them")
    return matrix.locator("tbody > tr").filter(has=page.get_by_role("button", name=capability)).first


def test_procurement_keeps_three_overlapping_meeting_assistants_on_purpose(page: Any, fernhill_url: str) -> None:
    page.goto(f"{fernhill_url}/?period=2026-10")
    page.get_by_role("link", name="Vendors", exact=True).click()
    page.get_by_role("heading", name="Vendors and overlap", level=1).wait_for()
    meetings = row_of(page, "Meetings")
    words = meetings.inner_text()
    assert all(name in words for name in ("Otter.ai", "Fireflies.ai", "Fathom"))
    assert "3 vendors" in words
    assert "not known" in words  # card and ledger lines name nobody, so users in common are not known
    meetings.get_by_role("button", name="Meetings", expanded=False).click()
    products = page.get_by_role("table", name="Products for meetings")
    products.wait_for()
    otter = products.locator("tr", has_text="Otter.ai").first.inner_text()
    assert "above approved (internal)" in otter
    assert "2026-12-01" in otter  # renews 2026-12-15, 14 days of notice
    assert "open=meetings" in page.url

    meetings.get_by_role("button", name="Decide: Meetings").click()
    dialog = page.get_by_role("dialog", name="Decide: Meetings")
    dialog.get_by_role("radio", name="Keep them all").check()
    dialog.get_by_label("Why each is kept").fill(REASON)
    dialog.get_by_label("Until").fill("2099-05-01")
    dialog.get_by_role("button", name="Record the decision").click()
    dialog.wait_for(state="detached")
    meetings.get_by_text("Kept on purpose").wait_for()
    assert REASON in meetings.inner_text()
    assert "until 2099-05-01" in meetings.inner_text()
    page.reload()
    row_of(page, "Meetings").get_by_text("Kept on purpose").wait_for()


def test_a_search_an_order_and_a_vendor_have_addresses(page: Any, fernhill_url: str) -> None:
    open_vendors(page, fernhill_url, "?period=2026-10")
    table = page.get_by_role("table", name="Vendors", exact=True)
    page.get_by_role("searchbox", name="Search vendors").fill("meetings")
    page.wait_for_url("**q=meetings**")
    page.get_by_text("3 vendors;").wait_for()
    table.get_by_role("button", name="Cost").click()
    page.wait_for_url("**sort=cost**")
    table.locator("tbody tr").first.filter(has_text="Fathom").wait_for()
    table.get_by_role("link", name="Otter.ai", exact=True).click()
    page.get_by_role("heading", name="Otter.ai", level=1).wait_for()
    alternatives = page.get_by_role("table", name="Alternatives to Otter.ai").locator("tbody th").all_inner_texts()
    assert sorted(each.strip() for each in alternatives) == ["Fathom", "Fireflies.ai"]


def test_a_vendors_use_cases_have_their_money_and_lead_to_their_cards(page: Any, fernhill_url: str) -> None:
    open_vendors(page, fernhill_url, "?period=2026-10")
    page.get_by_role("table", name="Vendors", exact=True).get_by_role("link", name="OpenAI", exact=True).click()
    page.get_by_role("heading", name="OpenAI", level=1).wait_for()
    rows = page.get_by_role("table", name="Use cases of OpenAI").locator("tbody tr")
    rows.first.wait_for()
    assert "no use case" in rows.last.inner_text()
    said = page.locator("section", has=page.get_by_role("heading", level=1)).inner_text()
    assert f"{rows.count() - 1} use cases" in said
    page.get_by_role("table", name="Use cases of OpenAI").get_by_role(
        "link", name="Answer assistant", exact=True
    ).click()
    page.get_by_role("heading", name="Answer assistant", level=1).wait_for()


def test_the_list_downloads_with_its_search(page: Any, fernhill_url: str) -> None:
    open_vendors(page, fernhill_url, "?period=2026-10&q=meetings")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("vendor,name,effective_cost,previous_cost,currency")


def test_departments_that_have_several_are_the_other_view(page: Any, fernhill_url: str) -> None:
    open_vendors(page, fernhill_url, "?period=2026-10")
    page.get_by_text("By department", exact=True).click()
    table = page.get_by_role("table", name="Departments and the products they have several of")
    table.wait_for()
    assert "by=department" in page.url
    table.get_by_role("button", name="Engineering", exact=True).click()
    engineering = page.get_by_role("list", name="What Engineering has several products for").inner_text()
    assert all(name in engineering for name in ("GitHub Copilot Business", "Cursor Business", "Claude Code"))


def test_registered_products_are_compared_before_any_money(page: Any, inventory_url: str) -> None:
    open_vendors(page, inventory_url)
    assert "No AI money is captured" in page.locator("main").inner_text()
    assert "Otter" in row_of(page, "Meetings").inner_text()


def test_an_unknown_vendor_says_which_are_known(page: Any, fernhill_url: str) -> None:
    page.goto(f"{fernhill_url}/vendors/nobody")
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert "no vendor is called 'nobody'" in problem.inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_no_vendor_page_breaks_wcag_a_or_aa_or_hangs_over_the_edge(
    browser: Any, fernhill: Workspace, fernhill_url: str, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[str] = []
    for opened in _page(browser, width, scheme):
        for path in ("/vendors?period=2026-10&open=coding", "/vendors?by=department&q=zzz", "/vendors/otter", "decide"):
            if path == "decide":
                open_vendors(opened, fernhill_url, "?period=2026-10")
                opened.get_by_role("button", name="Decide: Coding").click()
                opened.get_by_role("dialog", name="Decide: Coding").wait_for()
            else:
                opened.goto(fernhill_url + path)
                opened.get_by_role("heading", level=1).wait_for()
                opened.wait_for_load_state("networkidle")
                assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
            report = axe.run(opened, options={"runOnly": WCAG}).response
            found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in report["violations"]]
    assert found == []

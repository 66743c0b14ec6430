"""What a person does on the pages, in a real browser, over Larch (its map is worked out in `published_company`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

AGENTS = "$80.000000000001\u202fUSD"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = 1440, 400


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    yield from _page(browser, DESKTOP, "light")


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    yield from _page(browser, PHONE, "light")


def _page(browser: Any, width: int, scheme: str) -> Iterator[Any]:
    """A page that fails the test when a script fails or another host is asked for anything."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-US"
    )
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    opened.on("request", lambda asked: None if _is_here(asked.url) else problems.append(f"foreign host: {asked.url}"))
    yield opened
    context.close()
    assert problems == []


def _is_here(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def open_map(page: Any, url: str, query: str = "") -> None:
    page.goto(f"{url}/map{query}")
    page.get_by_role("heading", name="AI spend, October 2026").wait_for()


def test_the_map_says_the_total_its_change_and_how_sure_we_are(page: Any, larch_url: str) -> None:
    open_map(page, larch_url)
    total = page.get_by_role("link", name="AI spend, October 2026").first
    # 2381.000000000001 in October, 1405 in September: + 976.000000000001, which is 69.5 %.
    assert total.inner_text() == "$2.38\u202fk"
    assert total.get_attribute("title") == "$2,381.000000000001\u202fUSD"
    headline = page.locator("section", has=page.get_by_role("heading", level=1)).inner_text()
    assert "+$976.00" in headline
    assert "+69.5\u202f%" in headline


def test_the_strip_shows_all_eight_categories_and_the_lens_below_the_total(page: Any, larch_url: str) -> None:
    open_map(page, larch_url)
    rows = page.get_by_role("table", name="AI spend by category, October 2026").locator("tbody tr th").all_inner_texts()
    names = [row.split("\n")[0] for row in rows]
    assert names == [
        "Infrastructure",
        "Product inference",
        "Internal tools",
        "Agents",
        "Data preparation",
        "Evaluation",
        "Human review",
        "Unclassified",
        "Total",
        "Overlap",
    ]
    assert "in no total" in rows[-1]


def test_a_figure_opens_its_explanation_by_keyboard_and_back_closes_it(page: Any, larch_url: str) -> None:
    open_map(page, larch_url)
    page.get_by_role("table", name="AI spend by category").get_by_role("link", name="Agents: $80.00").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Where this figure comes from")
    dialog.get_by_text(AGENTS).wait_for()
    assert "explain=category" in page.url
    assert "explain_where=category:agents" in page.url
    page.go_back()
    dialog.wait_for(state="detached")
    assert page.url == f"{larch_url}/map"


def test_an_explanation_has_an_address_of_its_own(page: Any, larch_url: str) -> None:
    page.goto(f"{larch_url}/explain?figure=category&period=2026-10&where=category:agents")
    page.get_by_text(AGENTS).wait_for()
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert [each.rstrip("0123456789,") for each in headings] == [
        "In words",
        "Contributing rows",
        "Rules that decided",
        "Prices in force",
        "Files it was read from",
        "Not in here",
        "Which source counts",
    ]


def test_contributing_rows_are_sorted_by_the_server_and_the_order_is_in_the_address(page: Any, larch_url: str) -> None:
    page.goto(f"{larch_url}/explain?figure=total&period=2026-10")
    table = page.get_by_role("table", name="Contributing rows")
    costs = table.locator("tbody tr td:nth-child(2)")
    costs.first.wait_for()
    assert costs.first.inner_text() == "$900.00"  # the GPUs are the biggest row
    table.get_by_role("button", name="Cost", exact=True).click()
    page.wait_for_url("**sort=cost**")
    table.locator("tbody tr:first-child").filter(has_text="\u2212$100.00").wait_for()
    assert costs.first.inner_text() == "\u2212$100.00"  # the credit is the smallest


def test_the_rows_behind_a_row_name_their_file_and_line(page: Any, larch_url: str) -> None:
    page.goto(f"{larch_url}/explain?figure=category&period=2026-10&where=category:agents")
    page.get_by_role("button", name="usage row").first.click()
    behind = page.get_by_role("table", name="Captured rows behind it, usage")
    behind.wait_for()
    file_and_line = behind.locator("tbody tr td").first.inner_text()
    name, _, line = file_and_line.rpartition(":")
    assert name
    assert line.isdecimal()


def test_a_category_page_lists_what_moved_and_regroups(page: Any, larch_url: str) -> None:
    open_map(page, larch_url)
    page.get_by_role("link", name="Internal tools", exact=True).click()
    page.get_by_role("heading", name="Internal tools", level=1).wait_for()
    movers = page.get_by_role("table", name="Internal tools by vendor").locator("tbody th")
    movers.first.wait_for()
    assert {each.strip() for each in movers.all_inner_texts()} >= {"OpenAI", "Anthropic"}
    page.get_by_text("Department", exact=True).last.click()
    page.get_by_role("table", name="Internal tools by department").wait_for()
    assert "group=department" in page.url


def test_every_picture_is_also_a_table(page: Any, larch_url: str) -> None:
    captions = {
        "treemap": "AI spend by category and vendor",
        "months": "AI spend by category and month",
        "flow": "Flows of AI spend",
    }
    for picture, caption in captions.items():
        open_map(page, larch_url, f"?picture={picture}")
        page.locator("[data-drawn]").wait_for()
        page.get_by_role("button", name="View as table").click()
        page.get_by_role("table", name=caption).wait_for()
        assert "table=1" in page.url


def test_the_period_basis_and_scope_are_chosen_in_the_header_and_kept_in_the_address(page: Any, larch_url: str) -> None:
    open_map(page, larch_url)
    page.get_by_role("button", name="Earlier period").click()
    page.get_by_role("heading", name="AI spend, September 2026").wait_for()
    page.get_by_role("button", name="Basis: Effective").click()
    page.get_by_role("menuitemradio", name="Billed").click()
    page.wait_for_url("**basis=billed**")
    page.get_by_role("button", name="Period: September 2026").click()
    page.get_by_role("button", name="Q3 2026").click()
    page.get_by_role("heading", name="AI spend, Q3 2026").wait_for()
    assert "period=2026-Q3" in page.url
    page.go_back()
    page.get_by_role("heading", name="AI spend, September 2026").wait_for()


def test_a_filter_that_matches_nothing_is_named_and_can_be_lifted(page: Any, larch_url: str) -> None:
    page.goto(f"{larch_url}/map?period=2026-10&where=department:sales&where=category:evaluation")
    page.get_by_role("heading", name="Nothing matches in October 2026").wait_for()
    page.get_by_role("listitem").filter(has_text="Category is Evaluation").get_by_role("button", name="Clear").click()
    page.get_by_role("heading", name="AI spend, October 2026").wait_for()
    assert "where=department:sales" in page.url
    assert "evaluation" not in page.url


def test_a_wrong_filter_shows_the_problem_and_the_next_step(page: Any, larch_url: str) -> None:
    page.goto(f"{larch_url}/map?where=department:nobody")
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert "no department is called 'nobody'" in problem.inner_text()
    assert "Known:" in problem.inner_text()


def test_an_empty_workspace_says_what_to_type(page: Any, empty_url: str) -> None:
    page.goto(empty_url)
    page.get_by_role("heading", level=1).wait_for()
    commands = page.locator("main code").all_inner_texts()
    assert "spendmap capture --file costs.csv --as focus" in commands
    assert "spendmap demo" in commands


def test_the_map_downloads_as_csv_with_its_filters(page: Any, larch_url: str) -> None:
    open_map(page, larch_url, "?where=category:agents")
    page.get_by_role("button", name="Export this map").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) > 1
    assert all("Agents" in line or "agents" in line for line in lines[1:])


def test_nothing_hangs_over_the_edge_of_a_phone(phone: Any, larch_url: str) -> None:
    for path in ("/map", "/map?picture=flow", "/map?table=1", "/categories/agents", "/explain?figure=total"):
        phone.goto(larch_url + path)
        phone.get_by_role("heading", level=1).wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE, path


def test_a_phone_reaches_the_menu_and_the_options(phone: Any, larch_url: str) -> None:
    open_map(phone, larch_url)
    phone.get_by_role("button", name="Menu").click()
    phone.get_by_role("dialog", name="Menu").get_by_role("link", name="Map").wait_for()
    phone.keyboard.press("Escape")
    phone.get_by_role("dialog", name="Menu").wait_for(state="detached")
    phone.get_by_role("button", name="Options").click()
    phone.get_by_role("dialog", name="What the figures cover").get_by_role("button", name="Basis: Effective").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_no_page_breaks_wcag_a_or_aa(browser: Any, larch_url: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    paths = (
        "/map",
        "/map?picture=months&table=1",
        "/map?picture=flow",
        "/categories/internal_tools?group=model",
        "/categories/overlap",
        "/map?explain=category&explain_where=category:agents",
        "/explain?figure=total",
        "/map?where=department:nobody",
        "/map?where=department:sales&where=category:evaluation",
    )
    found: list[str] = []
    for opened in _page(browser, width, scheme):
        for path in paths:
            opened.goto(larch_url + path)
            opened.wait_for_load_state("networkidle")
            opened.get_by_role("heading").first.wait_for()
            if "explain=" in path:
                opened.get_by_role("dialog").get_by_role("heading", name="Contributing rows").wait_for()
            report = axe.run(opened, options={"runOnly": WCAG}).response
            found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in report["violations"]]
    assert found == []

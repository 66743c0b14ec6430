"""The owner of a use case at work: finds it, reads its card, answers a question, takes it back, registers another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from test_pages_browser import DESKTOP, PHONE, WCAG, _page

from spendmap.register import open_register
from spendmap.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    yield from _page(browser, DESKTOP, "light")


def test_an_owner_opens_the_card_answers_the_threshold_and_the_audit_log_shows_it(
    page: Any, card_url: str, card_company: Workspace
) -> None:
    page.goto(f"{card_url}/")
    page.get_by_role("navigation").get_by_role("link", name="Use cases").click()
    page.get_by_role("table", name="Use cases").wait_for()
    page.get_by_role("searchbox", name="Search").fill("ines")
    page.wait_for_url("**/use-cases?q=ines")
    page.get_by_role("link", name="Support bot", exact=True).click()
    page.get_by_role("heading", name="Support bot", level=1).wait_for()
    question = page.locator("#quality_threshold")
    question.get_by_text("Unanswered.").wait_for()
    question.get_by_role("button", name="Answer: Which quality threshold must hold?").click()
    form = page.get_by_role("form", name="Answer: Which quality threshold must hold?")
    form.get_by_label("Quality threshold").fill("94 % accepted")
    form.get_by_label("How it is known").fill("June board")
    form.get_by_role("button", name="Save").click()
    question.get_by_text("94 % accepted").wait_for()
    page.get_by_role("status").filter(has_text="Saved: Which quality threshold must hold?").wait_for()
    with open_register(card_company) as register:
        newest = register.audit("use_case", "support_bot")[0]
    assert (newest.field, newest.origin, newest.after[0]["value"]) == ("quality_threshold", "form", "94 % accepted")
    page.get_by_role("button", name="Undo").click()
    question.get_by_text("Unanswered.").wait_for()


def test_a_wrong_value_is_told_under_its_field_and_nothing_is_kept(page: Any, card_url: str) -> None:
    page.goto(f"{card_url}/use-cases/support_bot")
    page.get_by_role("button", name="Edit: Is it cost of goods sold, operating expense or hybrid?").click()
    share = page.get_by_label("COGS share")
    share.fill("60")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").filter(has_text="is not a share; write 0.3 for 30 %").wait_for()
    assert share.get_attribute("aria-invalid") == "true"
    page.keyboard.press("Escape")
    page.locator("#nature").get_by_text("Hybrid, 60 % of it cost of goods sold").wait_for()


def test_a_twin_says_so_before_it_is_registered(page: Any, card_url: str) -> None:
    page.goto(f"{card_url}/use-cases")
    page.get_by_role("button", name="Register a use case").click()
    page.get_by_label("Name").fill("Scoring of leads")
    page.get_by_role("button", name="Register", exact=True).click()
    page.get_by_role("link", name="Lead scoring").last.wait_for()
    page.get_by_role("button", name="It is another one: register it").click()
    page.get_by_role("heading", name="Scoring of leads", level=1).wait_for()


def test_figures_of_the_card_open_their_explanation(page: Any, card_url: str) -> None:
    page.goto(f"{card_url}/use-cases/support_bot")
    figure = page.get_by_role("link", name=re.compile("^Direct cost of Support bot"))
    figure.wait_for()
    assert figure.get_attribute("title") == "$560.85\u202fUSD"
    figure.click()
    page.get_by_role("dialog").get_by_role("heading", name="Contributing rows").wait_for()


def test_indirect_cost_opens_the_pools_it_comes_from_with_each_formula(page: Any, card_url: str) -> None:
    page.goto(f"{card_url}/use-cases/support_bot")
    figure = page.get_by_role("link", name=re.compile("^Indirect cost of Support bot"))
    figure.wait_for()
    figure.click()
    page.wait_for_url("**/indirect?use_case=support_bot*")
    page.get_by_role("heading", name="Indirect cost of Support bot").wait_for()
    rows = page.get_by_role("table", name="Pools that bring it cost").get_by_role("row")
    # two pools bring 60.00 and 5.00; the last row is their sum, the card's figure
    assert [row.get_by_role("cell").first.inner_text() for row in rows.all()[1:]] == ["$60.00", "$5.00", "$65.00"]
    page.get_by_role("button", name="All pools").click()
    page.get_by_role("table", name="Pools of indirect cost").get_by_role("button").first.click()
    page.get_by_role("dialog").get_by_text("rules/splits.yaml").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Support bot", exact=True).click()
    page.get_by_role("heading", name="Support bot", level=1).wait_for()


def test_an_unknown_use_case_says_what_to_do(page: Any, card_url: str) -> None:
    page.goto(f"{card_url}/use-cases/nothing")
    page.get_by_role("alert").get_by_text("no use case is called 'nothing'").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_pages_of_use_cases_hold_wcag_a_and_aa(browser: Any, card_url: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[str] = []
    for opened in _page(browser, width, scheme):
        for path in (
            "/use-cases",
            "/use-cases?q=nobody+at+all",
            "/use-cases/support_bot",
            "/use-cases/lead-scoring",
            "/indirect",
        ):
            opened.goto(card_url + path)
            opened.get_by_role("heading", level=1).wait_for()
            opened.wait_for_load_state("networkidle")
            if path.endswith("support_bot"):
                opened.get_by_role("button", name="Edit: What data does it touch?").click()
            report = axe.run(opened, options={"runOnly": WCAG}).response
            found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in report["violations"]]
            assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
    assert found == []

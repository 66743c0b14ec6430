"""An analyst finds the account whose telemetry is incomplete; a leader opens the biggest play. In a real browser.

The company is Fernhill, the sample, with fewer calls; what was planted is read from its truth.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATHS = (
    "/evidence",
    "/evidence?cell=evidence:product_inference",
    "/evidence/sources?source=gateway",
    "/evidence/reconciliation?all=1",
    "/optimize",
    "/optimize?play=overlap:meetings",
)


@pytest.fixture(scope="module")
def company(copy_of_fernhill: Callable[[], Path], static: Path) -> Path:
    return copy_of_fernhill()


@pytest.fixture(scope="module")
def url(company: Path, static: Path) -> Iterator[str]:
    from served import serve

    from spendmap.workspace import Workspace

    yield from serve(Workspace.open(company), static)


def _page(browser: Any, width: int, scheme: str) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-US"
    )
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    opened.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else problems.append(f"foreign host: {asked.url}")
        ),
    )
    yield opened
    context.close()
    assert problems == []


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    yield from _page(browser, 1440, "light")


def test_the_analyst_finds_the_incomplete_telemetry_and_who_can_complete_it(page: Any, url: str, company: Path) -> None:
    planted = json.loads((company / "truth.json").read_text())["planted"]["dark_usage"]
    page.goto(f"{url}/evidence")
    page.get_by_role("button", name="Evidence, Product inference").click()
    dialog = page.get_by_role("dialog", name="Evidence: Product inference")
    dialog.get_by_text(
        f"the whole bill of {planted['account']}: {planted['share_percent']}.0 % of it is dark"
    ).wait_for()
    assert "Ask Tomas Lindqvist" in dialog.inner_text()
    assert "cell=evidence:product_inference" in page.url
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")

    page.get_by_role("navigation", name="Parts of Evidence").get_by_role("link", name="Reconciliation").click()
    page.get_by_role("button", name="OpenAI org-fernhill, Oct 26: explained").click()
    bridge = page.get_by_role("table", name="From meter to bill to payment, OpenAI org-fernhill")
    bridge.get_by_role("rowheader", name="Dark usage: billed, in no telemetry").wait_for()
    dark = json.loads((company / "truth.json").read_text())["dark"]["2026-10"][planted["account"]]
    whole, _, rest = dark.partition(".")
    assert f"+${int(whole):,}.{rest}"[: len(f"+${int(whole):,}.") + 1] in bridge.inner_text()


def test_the_leader_opens_the_biggest_play_and_sees_what_it_stands_on(page: Any, url: str, company: Path) -> None:
    planted = json.loads((company / "truth.json").read_text())["planted"]["idle_gpu_pool"]
    page.goto(f"{url}/optimize")
    table = page.get_by_role("table", name="Plays, October 2026")
    first = table.locator("tbody tr").first.get_by_role("button").first
    assert first.inner_text() == f"{planted['resource']}: use it or give it back"
    first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("in the total").wait_for()
    assert "IN001:" in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.get_by_text("Negotiation", exact=True).click()
    page.wait_for_url("**kind=negotiation**")
    # The page keeps the list it had until the answer is there, and the addendum is in both.
    page.get_by_role("button", name=f"{planted['resource']}: use it or give it back").wait_for(state="detached")
    page.get_by_role("button", name="AWS private pricing addendum: renews on 2026-12-01").wait_for()


def test_refused_rows_open_with_their_reason_by_keyboard(page: Any, url: str) -> None:
    page.goto(f"{url}/evidence/sources")
    page.get_by_role("button", name="2 refused rows of Model gateway log").focus()
    page.keyboard.press("Enter")
    refused = page.get_by_role("table", name="Refused rows of Model gateway log")
    assert refused.get_by_text("truncated: the line ends inside a JSON value").count() == 2


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (400, "dark")])
def test_no_page_breaks_wcag_and_none_is_wider_than_its_screen(browser: Any, url: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: list[str] = []
    for opened in _page(browser, width, scheme):
        for path in PATHS:
            opened.goto(url + path)
            opened.get_by_role("table").first.wait_for(state="attached")
            if "cell=" in path or "play=" in path:
                opened.get_by_role("dialog").wait_for()
            report = axe.run(opened, options={"runOnly": WCAG}).response
            found += [f"{path}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in report["violations"]]
            if opened.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path}: wider than {width}")
    assert found == []

"""A finance partner on the Economics page, over Alder (its figures are worked out in `alder`)."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "value"))

pytestmark = pytest.mark.browser
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TODAY = date(2026, 11, 21)  # the last full month is October 2026


@pytest.fixture(scope="module")
def alder_url(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    import uvicorn
    from alder import build

    from spendmap.api.app import create_app
    from spendmap.api.server import bind, url_of
    from spendmap.workspace import Workspace

    folder = build(tmp_path_factory.mktemp("alder-web") / "ws").folder
    bound = bind("127.0.0.1", 0)
    app = create_app(Workspace.find(folder), today=lambda: TODAY, static=static)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)  # polls a flag; nothing is measured
    yield url_of(bound).rstrip("/")
    server.should_exit = True
    thread.join()
    bound.close()


@pytest.fixture(params=[(1440, "light"), (400, "dark")], ids=["desktop", "phone"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
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


def open_economics(page: Any, url: str, query: str = "") -> None:
    page.goto(f"{url}/economics{query}")
    page.get_by_role("heading", name="Economics, October 2026").wait_for()
    page.get_by_role("heading", name="Do the plans earn?").wait_for()


def row(page: Any, table: str, name: str) -> str:
    cells = (
        page.get_by_role("table", name=table).get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
    )
    return str(cells.first.inner_text())


def test_a_finance_partner_finds_the_heaviest_account_of_the_flat_plan_and_that_it_loses_money(
    page: Any, alder_url: str
) -> None:
    open_economics(page, alder_url)
    heavy = row(page, "Accounts that lose most", "a")
    # pays 100, its calls cost 60, all of it 102
    assert "flat" in heavy and "$100.00" in heavy and "$60.00" in heavy and "$102.00" in heavy
    assert "loses $2.00" in heavy
    flat = page.locator("div").filter(has=page.get_by_role("heading", name="Flat plan")).last.inner_text()
    assert "loses $2.00" in flat


def test_a_layer_taken_off_changes_the_figures_and_the_address(page: Any, alder_url: str) -> None:
    open_economics(page, alder_url)
    page.get_by_label("Indirect cost").uncheck()
    page.wait_for_url("**layers=inference,direct**")
    page.get_by_role("table", name="Accounts that lose most").get_by_text("$90.00").wait_for()
    assert "$102.00" not in row(page, "Accounts that lose most", "a")


def test_the_kind_of_thing_and_its_order_are_in_the_address(page: Any, alder_url: str) -> None:
    open_economics(page, alder_url, "?per=plan")
    table = page.get_by_role("table", name="Unit cost by Plan")
    table.wait_for()
    table.get_by_role("button", name="Left").click()
    page.wait_for_url("**sort=-margin**")
    first = table.get_by_role("rowheader").first
    first.filter(has_text="Premium plan").wait_for()
    assert "per=plan" in page.url


def test_the_page_can_be_used_by_everyone_and_nothing_hangs_over_its_edge(page: Any, alder_url: str) -> None:
    open_economics(page, alder_url)
    page.get_by_role("heading", name="What is not known").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page, options={"runOnly": WCAG})
    assert [each["id"] for each in found.response["violations"]] == []

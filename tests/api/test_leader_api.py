"""Page one and the drivers over HTTP and by command: one set of figures, exact text, errors that say what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from published_company import Folder

from spendmap.cli import cli
from spendmap.risk.plan import Plan, PlannedSource, plan_bytes


def test_page_one_and_the_map_say_the_same_total(client: TestClient) -> None:
    leader, spend_map = client.get("/api/leader?period=2026-10").json(), client.get("/api/map?period=2026-10").json()
    for name in ("total", "previous_total", "by_evidence", "currency", "basis", "version"):
        assert leader[name] == spend_map[name]
    assert leader["trust"]["coverage"] == spend_map["coverage"]
    assert sum(Decimal(part["cost"]) for part in leader["split"]) == Decimal(leader["total"])


def test_the_drivers_are_decimal_text_that_adds_up(client: TestClient) -> None:
    report = client.get("/api/drivers?period=2026-10").json()
    assert report["change"] == "976.000000000001"
    assert sum(Decimal(driver["amount"]) for driver in report["drivers"]) == Decimal("976.000000000001")
    assert report == client.get("/api/leader?period=2026-10").json()["drivers"]


def test_a_filter_narrows_the_drivers_as_it_narrows_the_map(client: TestClient) -> None:
    report = client.get("/api/drivers?period=2026-10&where=vendor:aws").json()
    # GPUs 700, then 900 less a credit of 100: nothing else of AWS
    assert [(each["id"], each["amount"]) for each in report["drivers"]] == [("other", "100")]


@pytest.mark.parametrize("path", ["/api/leader", "/api/drivers"])
@pytest.mark.parametrize("query", ["period=soon", "where=department:nobody", "basis=guess", "compare=never"])
def test_what_is_not_understood_is_a_problem_with_a_next_step(client: TestClient, path: str, query: str) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.json()["next_step"]


def test_a_new_plan_is_seen_although_the_figures_are_the_same(client: TestClient, larch_folder: Folder) -> None:
    first = client.get("/api/leader?period=2026-10")
    again = client.get("/api/leader?period=2026-10", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    file = larch_folder.root / "rollups" / "plan.json"
    file.write_bytes(plan_bytes(Plan(date(2026, 10, 31), sources=(PlannedSource("lost", "Lost", None, "daily"),))))
    try:
        seen = client.get("/api/leader?period=2026-10", headers={"If-None-Match": first.headers["etag"]})
        assert seen.status_code == 200
        assert [each["id"] for each in seen.json()["trust"]["silent"]] == ["lost"]
    finally:
        file.unlink()


def test_the_command_prints_the_waterfall_and_its_lines(larch_folder: Folder) -> None:
    (larch_folder.root / "spendmap.toml").write_text('name = "Larch"\ncurrency = "USD"\n')
    answer = CliRunner().invoke(cli, ["-w", str(larch_folder.root), "drivers", "--period", "2026-10"])
    assert answer.exit_code == 0, answer.output
    assert "+976.00" in answer.output
    assert "690,000 -> 1,200,000 tokens" in answer.output

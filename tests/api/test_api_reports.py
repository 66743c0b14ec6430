"""Every report over HTTP: the same documents as the golden ones, errors as problem documents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from published_company import ALLOCATION, publish

from spendmap.api.app import create_app, openapi_document
from spendmap.api.models import Models

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "tests" / "golden"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/workspace", "larch_workspace"),
        ("/api/map", "larch_map"),
        ("/api/map?by=vendor&basis=billed", "larch_map_billed_by_vendor"),
        ("/api/map.json", "larch_map"),
        ("/api/map/months", "larch_months"),
        ("/api/map/flow", "larch_flow"),
        ("/api/categories/internal_tools?group=tool", "larch_category_internal_tools"),
        ("/api/categories/overlap", "larch_category_overlap"),
        ("/api/explain", "larch_explain_total"),
        ("/api/explain/rows?origin_key=g-gpt5", "larch_explain_rows"),
    ],
)
def test_the_api_answers_with_the_golden_documents(client: TestClient, path: str, name: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json() == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def test_every_filter_reaches_the_report_under_its_own_name(client: TestClient) -> None:
    query = "period=2026-09&compare=none&basis=contracted&currency=USD&by=vendor,tool"
    query += "&where=department:sales&where=vendor:openai"
    report = client.get(f"/api/map?{query}").json()
    assert (report["period"]["label"], report["compare"], report["basis"]) == ("2026-09", None, "contracted")
    assert (report["currency"], report["by"]) == ("USD", ["vendor", "tool"])
    assert report["where"] == {"department": ["sales"], "vendor": ["openai"]}
    assert report["total"] == "450"
    assert client.get("/api/map?compare=2026-09&currency=EUR").json()["compare"]["label"] == "2026-09"


def test_an_empty_value_asks_for_what_is_unknown(client: TestClient) -> None:
    assert client.get("/api/map?where=owner:").json()["total"] == "620.15"


def test_the_figure_of_a_row_explains_that_row(client: TestClient) -> None:
    for row in client.get("/api/map?by=category,vendor,owner").json()["rows"]:
        found = client.get("/api" + row["figure"]).json()
        assert found["adds_up"], row
        assert found["figure"]["cost"] == row["cost"], row


def test_an_answer_is_304_until_another_version_is_published(tmp_path: Path) -> None:
    folder = publish(tmp_path, version="v1")
    opened = TestClient(create_app(folder, today=lambda: date(2026, 11, 21)), base_url="http://localhost")
    first = opened.get("/api/map")
    tag = first.headers["etag"]
    again = opened.get("/api/map", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert opened.get("/api/map?by=vendor", headers={"If-None-Match": tag}).status_code == 200
    publish(tmp_path, version="v2", allocation=ALLOCATION[:1])
    swapped = opened.get("/api/map", headers={"If-None-Match": tag})
    assert (swapped.status_code, swapped.json()["total"], swapped.json()["version"]) == (200, "900", "v2")


def test_tomorrow_the_default_period_may_be_another_answer(tmp_path: Path) -> None:
    days = [date(2026, 10, 31)]
    opened = TestClient(create_app(publish(tmp_path), today=lambda: days[0]), base_url="http://localhost")
    assert opened.get("/api/map").json()["period"]["label"] == "2026-09"
    days[0] = date(2026, 11, 1)
    assert opened.get("/api/map").json()["period"]["label"] == "2026-10"


def test_a_question_asked_twice_is_computed_once(larch_folder: Any) -> None:
    models = Models(larch_folder)
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"x"

    assert [models.answer(("v1", "a"), make) for _ in range(3)] == [b"x"] * 3
    models.answer(("v2", "a"), make)
    assert len(made) == 2
    for number in range(1000):  # old answers make room
        models.answer(("v2", str(number)), make)
    models.answer(("v1", "a"), make)
    assert len(made) == 1003


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/map?period=2026-13", "is not a period"),
        ("/api/map?basis=amortised", "no basis is called"),
        ("/api/map?currency=GBP", "no figure is kept in"),
        ("/api/map?by=team", "no dimension is called"),
        ("/api/map?by=", "grouped by 1 to 6 dimensions"),
        ("/api/map?where=department", "is not a condition"),
        ("/api/map?where=team:x", "no dimension is called"),
        ("/api/map?where=department:suport", "Did you mean support?"),
        ("/api/map?where=vendor:%27%20OR%201=1%20--", "no vendor is called"),
        ("/api/map.csv?where=vendor:nobody", "no vendor is called"),
        ("/api/map/months?by=vendor,model", "one dimension"),
        ("/api/categories/gpu", "no category is called"),
        ("/api/categories/agents?group=cost;", "no dimension is called"),
        ("/api/explain?page=0", "there is no page 0"),
        ("/api/explain?page=99", "page 99 does not exist"),
        ("/api/explain?page=99999999999999999999999", "does not exist"),
        ("/api/explain?page=two", "query.page"),
        ("/api/explain?size=100000", "a page holds 1 to 500 rows"),
        ("/api/explain?sort=allocation_id;--", "rows are not sorted by"),
        ("/api/explain?figure=nothing", "no figure is called"),
        ("/api/explain/rows", "query.origin_key"),
        ("/api/explain/rows?origin_key=%27", "no row has the origin"),
    ],
)
def test_a_question_that_is_not_understood_is_a_problem_with_a_next_step(
    client: TestClient, path: str, said: str
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert set(problem) == {"type", "title", "status", "detail", "next_step"}
    assert said in problem["detail"]
    assert problem["next_step"]
    assert answer.headers["cache-control"] == "no-store"


def test_unknown_paths_and_methods_are_problems_too(client: TestClient) -> None:
    assert client.get("/api/nothing").json()["status"] == 404
    assert client.post("/api/map").json()["status"] == 405
    assert client.post("/api/map").headers["content-type"] == "application/problem+json"


def test_damaged_figures_are_a_problem_that_says_how_to_mend_them(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    (tmp_path / "rollups" / "v1" / "meta.json").write_text("{")
    answer = TestClient(create_app(folder), base_url="http://localhost").get("/api/map")
    assert (answer.status_code, answer.json()["next_step"]) == (
        503,
        "Publish the figures again with `spendmap allocate`.",
    )


def test_an_unexpected_error_shows_nothing_of_the_inside(larch_folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(larch_folder)
    monkeypatch.setattr(app.state.models, "current", lambda: 1 / 0)
    answer = TestClient(app, base_url="http://localhost", raise_server_exceptions=False).get("/api/map")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "division" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_empty_workspace_answers_every_page(tmp_path: Path) -> None:
    from published_company import Folder

    opened = TestClient(create_app(Folder(tmp_path)), base_url="http://localhost")
    assert opened.get("/api/workspace").json()["is_empty"] is True
    for path in (
        "/api/map",
        "/api/map/months",
        "/api/map/flow",
        "/api/categories/agents",
        "/api/explain",
        "/api/map.csv",
    ):
        assert opened.get(path).status_code == 200, path


def test_the_csv_is_a_download_that_says_its_basis(client: TestClient) -> None:
    answer = client.get("/api/map.csv?by=supplier_name")
    assert answer.headers["content-disposition"] == 'attachment; filename="spend-map.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[1].startswith("2026-10,ai,effective_cost,USD,")


def test_many_readers_at_once_get_the_same_answer(larch_folder: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from spendmap.reports.filters import ask
    from spendmap.reports.spend_map import spend_map

    models = Models(larch_folder)

    def total(number: int) -> str:
        model = models.current()
        by = ("vendor", "category", "model")[number % 3]
        return str(spend_map(model, ask(model, today=date(2026, 11, 21), by=(by,))).total)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(total, range(48))) == {"2381.000000000001"}


def test_the_committed_openapi_document_is_what_the_code_says() -> None:
    # After a wanted change: python scripts/dump_openapi.py
    committed = json.loads((REPOSITORY / "web" / "openapi.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(openapi_document()))


def test_money_is_text_in_the_openapi_document() -> None:
    schemas = openapi_document()["components"]["schemas"]
    for schema, field in (("SpendMapReport", "total"), ("MapRow", "cost")):
        kinds = [each.get("type") for each in schemas[schema]["properties"][field]["anyOf"]]
        assert kinds == ["string", "null"], schema


def test_answers_hold_exactly_the_documented_fields(client: TestClient) -> None:
    schemas = openapi_document()["components"]["schemas"]
    for path, schema in (
        ("/api/map", "SpendMapReport"),
        ("/api/workspace", "Overview"),
        ("/api/explain", "Explanation"),
    ):
        assert set(client.get(path).json()) == set(schemas[schema]["properties"])

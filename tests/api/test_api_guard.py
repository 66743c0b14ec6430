"""What stands before every answer: this machine only, safe headers, the built pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from spendmap.api.app import create_app


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:8765", "[::1]"])
def test_names_of_this_machine_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/workspace", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8765", "10.0.0.5", "", "[::1", "a@localhost.x"],
)
def test_a_foreign_name_pointed_at_this_machine_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/api/workspace", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "http://["])
def test_a_foreign_page_is_refused(client: TestClient, origin: str) -> None:
    assert client.get("/api/workspace", headers={"Origin": origin}).status_code == 403


def test_pages_of_this_machine_may_ask(client: TestClient) -> None:
    assert client.get("/api/workspace", headers={"Origin": "http://localhost:5180"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/map", "/api/nothing", "/assets/app-1a2b3c.js", "/missing.js"])
def test_every_answer_forbids_frames_sniffing_and_foreign_scripts(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize("path", ["/", "/explain?figure=total", "/categories/agents", "/explain/model:gpt-4.1"])
def test_every_page_of_the_app_is_the_one_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    assert "spendmap" in answer.text


def test_files_named_by_their_content_are_kept_for_ever_and_compressed(client: TestClient) -> None:
    answer = client.get("/assets/app-1a2b3c.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get("/", headers={"If-None-Match": client.get("/").headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/missing.js", "/assets/gone.js", "/..%2f..%2fetc%2fpasswd.txt", "/%2e%2e/app.py"],
)
def test_files_that_are_not_there_are_not_answered_with_anything(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_api_paths_never_fall_back_to_the_page(client: TestClient) -> None:
    for path in ("/api", "/api/", "/api/maps", "/api/categories"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path


def test_without_built_pages_the_server_says_so_and_the_api_answers(larch_folder: Any, tmp_path: Path) -> None:
    opened = TestClient(create_app(larch_folder, static=tmp_path / "none"), base_url="http://localhost")
    answer = opened.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "npm run build" in answer.json()["next_step"]
    assert opened.get("/api/map").status_code == 200


def test_no_interactive_page_loads_scripts_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        assert "cdn" not in client.get(path).text

"""The API over the published figures of Larch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reports"))  # Larch is written there

from published_company import Folder, publish, serve_calls

from spendmap.api.app import create_app

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def calls_of_larch(monkeypatch: pytest.MonkeyPatch) -> None:
    serve_calls(monkeypatch)


@pytest.fixture(scope="session")
def larch_folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return publish(tmp_path_factory.mktemp("larch-api"))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>spendmap</title>")
    (folder / "assets" / "app-1a2b3c.js").write_text("export const text = '" + "spend ".ljust(5000, "x") + "';")
    return folder


@pytest.fixture(scope="session")
def client(larch_folder: Folder, pages: Path) -> Iterator[TestClient]:
    app = create_app(larch_folder, today=lambda: TODAY, static=pages)
    with TestClient(app, base_url="http://127.0.0.1:8765") as opened:
        yield opened

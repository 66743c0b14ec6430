"""A browser and a served company for the journeys: Larch, whose whole map is worked out by hand."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from served import serve

from spendmap.workspace import Workspace

sys.path.append(str(Path(__file__).resolve().parent.parent / "reports"))

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class EmptyFolder:
    """A workspace in which nothing was captured."""

    root: Path
    name: str = "Nothing yet"
    currency: str = "USD"


@pytest.fixture(scope="session")
def static() -> Path:
    """The built pages."""
    from spendmap.api.pages import STATIC

    if not (STATIC / "index.html").is_file():
        pytest.skip("the pages are not built: python hatch_build.py")
    return STATIC


@pytest.fixture(scope="session")
def larch_url(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    from published_company import publish

    yield from serve(publish(tmp_path_factory.mktemp("larch")), static)


@pytest.fixture(scope="session")
def card_company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Larch with a register and a split, to answer questions in."""
    from card_company import build

    return build(tmp_path_factory.mktemp("card-web") / "larch")


@pytest.fixture(scope="session")
def card_url(card_company: Workspace, static: Path) -> Iterator[str]:
    yield from serve(card_company, static)


@pytest.fixture(scope="session")
def empty_url(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[str]:
    yield from serve(EmptyFolder(tmp_path_factory.mktemp("empty")), static)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium of the machine."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()

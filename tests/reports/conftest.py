"""The published figures of Larch, opened once for all report tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from published_company import Folder, publish, serve_calls

from spendmap.reports.read_model import ReadModel

TODAY = date(2026, 11, 21)  # the last full month is October 2026


@pytest.fixture(scope="package", autouse=True)
def calls_of_larch() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        serve_calls(patch)
        yield


@pytest.fixture(scope="session")
def larch(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return publish(tmp_path_factory.mktemp("larch"))


@pytest.fixture(scope="session")
def model(larch: Folder) -> Iterator[ReadModel]:
    opened = ReadModel.open(larch)
    yield opened
    opened.close()

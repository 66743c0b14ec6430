"""Many who ask one expensive question at once wait for one computation."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spendmap.api.models import Models
from spendmap.workspace import Workspace

KEY = ("v1", "/api/map", "")


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(Workspace.create(tmp_path / "firm"))


class Work:
    """An expensive answer, which is held until every asker has asked."""

    def __init__(self, models: Models, error: Exception | None = None) -> None:
        self.models, self.error = models, error
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.times = 0

    def make(self) -> bytes:
        self.times += 1
        self.begun.set()
        self.may_end.wait(30)
        if self.error is not None:
            raise self.error
        return b"answer"

    def asked_by(self, askers: int) -> list[bytes | Exception]:
        """What each asker got. The work ends when all others wait for it."""
        waiting = threading.Semaphore(0)

        def ask() -> bytes:
            return self.models.answer(KEY, self.make)

        with ThreadPoolExecutor(askers) as pool:
            first = pool.submit(ask)
            assert self.begun.wait(30)
            making = self.models._making[KEY]
            result = making.result

            def watched(timeout: float | None = None) -> bytes:
                waiting.release()
                return result(timeout)

            making.result = watched  # type: ignore[method-assign]
            others = [pool.submit(ask) for _ in range(askers - 1)]
            for _ in others:
                assert waiting.acquire(timeout=30)
            self.may_end.set()
            return [each.exception() or each.result() for each in (first, *others)]  # type: ignore[misc]


def test_askers_of_one_question_share_one_computation(models: Models) -> None:
    work = Work(models)
    assert work.asked_by(5) == [b"answer"] * 5
    assert work.times == 1
    assert models.answer(KEY, work.make) == b"answer"
    assert work.times == 1  # it is kept


def test_an_error_reaches_all_who_wait_and_is_not_kept(models: Models) -> None:
    broken = Work(models, ValueError("damaged"))
    assert broken.asked_by(5) == [broken.error] * 5
    assert broken.times == 1
    assert models.answer(KEY, lambda: b"mended") == b"mended"


def test_another_question_does_not_wait(models: Models) -> None:
    slow = Work(models)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(models.answer, KEY, slow.make)
        assert slow.begun.wait(30)
        assert models.answer(("v1", "/api/vendors", ""), lambda: b"at once") == b"at once"
        slow.may_end.set()
        assert asked.result(30) == b"answer"

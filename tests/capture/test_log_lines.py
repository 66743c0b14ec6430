"""Lines come out of a file the same, however its bytes fall into blocks; fields come out of a dict by their names."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spendmap.capture import lines
from spendmap.capture.shapes import Shapes

PIECES = st.sampled_from([b"\n", b"\r\n", b"\r", b"a", b"bc", b"\xef\xbb\xbf", b"x" * 30])


def told_of(data: bytes, limit: int) -> list[tuple[int, int, int, bytes | None, bool]]:
    """The lines of some bytes, from the definition: number, offset, size, what is left of it, whether a newline ends it."""
    found = []
    offset = 0
    for number, raw in enumerate(data.splitlines(keepends=True) if b"\r" not in data else _split(data), start=1):
        is_terminated = raw.endswith(b"\n")
        kept = raw.rstrip(b"\r\n") if len(raw) <= limit + is_terminated else None
        if number == 1 and kept is not None:
            kept = kept.removeprefix(b"\xef\xbb\xbf")
        found.append((number, offset, len(raw), kept, is_terminated))
        offset += len(raw)
    return found


def _split(data: bytes) -> list[bytes]:
    pieces = [piece + b"\n" for piece in data.split(b"\n")]
    pieces[-1] = pieces[-1][:-1]
    return [piece for piece in pieces if piece]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=30), block=st.integers(1, 80), limit=st.integers(1, 40), packed=st.booleans())
def test_lines_are_the_same_whatever_the_block_and_the_limit(
    tmp_path: Path, pieces: list[bytes], block: int, limit: int, packed: bool
) -> None:
    data = b"".join(pieces)
    file = tmp_path / "some.log"
    file.write_bytes(gzip.compress(data) if packed else data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", block)
        patch.setattr(lines, "LINE_LIMIT", limit)
        assert [tuple(line) for line in lines.iter_lines(file)] == told_of(data, limit)


def test_a_line_longer_than_the_limit_is_let_go_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 5)
    monkeypatch.setattr(lines, "BLOCK", 4)
    (tmp_path / "log").write_bytes(b"12345\n123456\nab\n1234567")
    assert list(lines.iter_lines(tmp_path / "log")) == [
        (1, 0, 6, b"12345", True),
        (2, 6, 7, None, True),
        (3, 13, 3, b"ab", True),
        (4, 16, 7, None, False),
    ]


def test_fields_are_taken_by_name_whatever_the_order_and_what_is_missing() -> None:
    shapes = Shapes("b", "z", "a")
    assert shapes.take({"a": 1, "b": 2}) == (2, None, 1)
    assert shapes.take({"b": 2, "a": 1}) == (2, None, 1)
    assert shapes.take({"z": 0, "c": 9}) == (None, 0, None)
    assert shapes.take({}) == (None, None, None)
    assert len(shapes) == 4


def test_no_more_shapes_are_remembered_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spendmap.capture.shapes._SHAPE_LIMIT", 3)
    shapes = Shapes("a", "b")
    for number in range(10):
        assert shapes.take({f"k{number}": 0, "a": number}) == (number, None)
        assert len(shapes) <= 3
    assert shapes.take({"a": 1, "c": 0, "d": 0, "b": 2}) == (1, 2)  # of more keys than the limit: taken, not kept
    assert ("a", "c", "d", "b") not in shapes

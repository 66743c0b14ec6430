"""The replay's transforms keep to the restricted dialect and say what they answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from spendmap.engine.transform import Transform
from spendmap.optimization import replay


@pytest.mark.parametrize("file", sorted(Path(replay.__file__).parent.glob("*.sql")), ids=lambda file: file.name)
def test_every_replay_transform_is_in_the_dialect_and_has_a_header(file: Path) -> None:
    text = file.read_text()
    assert text.startswith(f"-- {file.stem}: ")
    Transform(file.stem, text).to("spark")

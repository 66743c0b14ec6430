"""SQL that is not exact or not portable is refused when it is loaded, not found later in a total."""

from __future__ import annotations

from pathlib import Path

import pytest

from spendmap.engine.transform import Transform
from spendmap.vocabulary.errors import TransformRefusedError

SOURCE = Path(__file__).resolve().parents[2] / "src" / "spendmap"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT cost / 3 AS share FROM charge", "DOUBLE"),
        ("SELECT cost // 3 AS share FROM charge", "DOUBLE"),
        ("SELECT avg(cost) AS cost FROM charge", "avg()"),
        ("SELECT round(cost, 2) AS cost FROM charge", "round()"),
        ("SELECT CAST(cost AS DOUBLE) AS cost FROM charge", "exactly"),
        ("SELECT cost * 1e-3 AS cost FROM charge", "floating-point"),
        ("SELECT c.cost FROM charge AS c ASOF JOIN price AS p ON c.t >= p.t", "ASOF"),
        ("SELECT now() AS t FROM charge", "does not know"),
        ("SELECT current_date AS t FROM charge", "no clock"),
        ("SELECT random() AS r FROM charge", "same inputs"),
        ("DROP TABLE charge", "one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "one SELECT"),
        ("SELEC 1", "x"),
    ],
)
def test_what_is_not_exact_or_not_portable_is_refused(sql: str, reason: str) -> None:
    with pytest.raises(
        TransformRefusedError, match=None if reason == "x" else reason.replace("(", r"\(").replace(")", r"\)")
    ):
        Transform("t", sql).tree  # noqa: B018


def test_a_transform_names_the_tables_it_reads_and_not_its_own_steps() -> None:
    transform = Transform("t", "WITH a AS (SELECT * FROM usage) SELECT * FROM a JOIN price AS p ON true")
    assert transform.inputs == ("price", "usage")


@pytest.mark.parametrize(
    "file", sorted(SOURCE.glob("allocation/*.sql")) + sorted(SOURCE.glob("pricing/*.sql")), ids=lambda f: f.name
)
def test_every_shipped_transform_is_in_the_dialect_and_has_a_header(file: Path) -> None:
    text = file.read_text()
    assert text.startswith(f"-- {file.stem}: ")
    Transform(file.stem, text).to("spark")

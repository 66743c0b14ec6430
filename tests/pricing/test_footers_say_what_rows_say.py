"""What the footers of stored usage say of its rows is what the rows say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.pricing.footers import known_of
from spendmap.pricing.slices import Slice, look

START = datetime.fromisoformat("2026-09-09T06:30:00.250")


def stored(rows: list[dict[str, Any]], folder: Path) -> list[Path]:
    """The rows in two files, as the engine writes them."""
    folder.mkdir(parents=True)
    files = []
    with DuckDBEngine({"threads": "1"}) as engine:
        for number, own in enumerate((rows[::2], rows[1::2])):
            named = [{"natural_key": str(at), "charge_period_start": START, **row} for at, row in enumerate(own)]
            names = sorted({name for row in named for name in row})
            table = conform(pa.table({name: [row.get(name) for row in named] for name in names}), "usage")
            engine.bind(f"part_{number}", table)
            if own:
                files += engine.write(Transform("part", f"SELECT * FROM part_{number}"), folder / str(number))
    return files


def by_rows(files: list[Path]) -> Slice | None:
    """As `look` finds it; whether something was not bought is not said by a footer."""
    with DuckDBEngine({"threads": "1"}) as engine:
        engine.bind("usage", files, like="usage")
        found = look(engine)
    return found and replace(found, has_unbought=True)


ROW = st.fixed_dictionaries(
    {
        "input_uncached": st.sampled_from([None, 0, 7, 2**40]),
        "output": st.sampled_from([None, 0, 5, 5, 5, -1]),
        "requests": st.sampled_from([1, 1, 3]),
        "seconds": st.sampled_from([None, None, Decimal("0.5"), Decimal("12.000001")]),
        "charge_period_start": st.sampled_from([START, datetime.fromisoformat("2026-10-01T00:00")]),
    }
)


@settings(max_examples=15)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_footers_say_what_the_rows_say(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    files = stored(rows, tmp_path_factory.mktemp("usage") / "files")
    assert known_of(files) == by_rows(files)


def test_a_file_older_than_a_meter_states_none_of_it(tmp_path: Path) -> None:
    (old, new) = stored([{"output": 5, "pages": 1}, {"output": 5, "pages": 2}], tmp_path / "files")
    pq.write_table(pq.ParquetFile(old).read().drop_columns(["pages"]), old)
    known = known_of([old, new])
    assert known is not None
    assert known == by_rows([old, new])
    assert known.high["pages"] == 2
    assert "pages" not in known.everywhere


def test_where_a_footer_is_silent_nothing_is_known(tmp_path: Path) -> None:
    (file,) = stored([{"output": 5}], tmp_path / "files")
    pq.write_table(pq.ParquetFile(file).read(), file, write_statistics=False)
    assert known_of([file]) is None
    file.write_bytes(b"no Parquet")
    assert known_of([file]) is None
    assert known_of([]) is None

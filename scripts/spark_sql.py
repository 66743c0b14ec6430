"""Write what Spark is given for every transform: `tests/golden/spark_sql/PACKAGE.NAME.sql`, one file per transform.

Reads the transforms beside the code. A test compares every snapshot with a fresh one, so that a change to a transform,
or another release of the translator, shows in review as SQL and not first in a total.

Run: python scripts/spark_sql.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import spendmap
from spendmap.engine.transform import Transform

SOURCE = Path(spendmap.__file__).parent
GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "spark_sql"
PACKAGES = ("allocation", "allocation/counted", "allocation/split", "pricing", "optimization", "optimization/plays")
"""Packages whose SQL runs through an engine. The others' SQL reads published files, which DuckDB alone opens."""


def snapshots() -> dict[str, str]:
    """File name -> the translation, laid out to be read."""
    found = {}
    for package in PACKAGES:
        for file in sorted((SOURCE / package).glob("*.sql")):
            transform = Transform(file.stem, file.read_text(encoding="utf-8"))
            transform.to("spark")  # refused here where Spark has no such thing
            text = transform.tree.sql(dialect="spark", pretty=True, comments=False)
            found[f"{package.replace('/', '.')}.{file.name}"] = text + "\n"
    return found


def differing(fresh: dict[str, str]) -> list[str]:
    """Names of snapshots that are missing, out of date, or of a transform that is gone."""
    kept = {file.name: file.read_text(encoding="utf-8") for file in GOLDEN.glob("*.sql")}
    return sorted(name for name in kept.keys() | fresh.keys() if kept.get(name) != fresh.get(name))


def main() -> int:
    """Write the snapshots, or with `--check` only say which differ."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--check", action="store_true", help="write nothing; exit 1 when a snapshot differs")
    only_check = arguments.parse_args().check
    fresh = snapshots()
    changed = differing(fresh)
    for name in changed:
        sys.stdout.write(f"{name}\n")
        if not only_check:
            (GOLDEN / name).unlink(missing_ok=True)
            if name in fresh:
                GOLDEN.mkdir(parents=True, exist_ok=True)
                (GOLDEN / name).write_text(fresh[name], encoding="utf-8")
    return 1 if changed and only_check else 0


if __name__ == "__main__":
    sys.exit(main())

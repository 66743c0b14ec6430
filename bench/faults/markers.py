"""Plant secrets and persons in every door of a workspace, look for them, and print what was tried and found.

Each round is another workspace with other markers of every kind in every column. Exit 1 when one is found.
Run: python bench/faults/markers.py [--rounds N] [--seed N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "privacy"))  # the tests plant the same markers

from marked_company import build
from markers import KINDS, Markers, everything_in, found

MOST_ROUNDS = 50
APART = 1_000_000  # between the markers of two rounds


def main() -> int:
    """Print the table; 1 when something was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=1, choices=range(1, MOST_ROUNDS + 1), metavar="N")
    asked.add_argument("--seed", type=int, default=10, choices=range(10, 40), metavar="10..39")
    given = asked.parse_args()
    tried: Counter[tuple[str, str]] = Counter()
    hits: Counter[tuple[str, str]] = Counter()
    for number in range(given.rounds):
        with tempfile.TemporaryDirectory() as place:
            company = build(Path(place), Markers(given.seed * APART + number * APART))
            tried.update((marker.door, marker.kind) for marker in company.markers.made)
            for marker, where in found(company.markers.made, [*everything_in(company.root), *company.said]):
                hits[marker.door, marker.kind] += 1
                sys.stderr.write(f"found: {marker.door} {marker.column} {marker.kind} in {where}\n")
    kinds = [*KINDS, "name"]
    doors = sorted({door for door, _ in tried})
    sys.stdout.write(f"{'tried, found':<20}" + "".join(f"{kind:>13}" for kind in kinds) + "\n")
    for door in doors:
        cells = (f"{tried[door, kind]}, {hits[door, kind]}" if tried[door, kind] else "-" for kind in kinds)
        sys.stdout.write(f"{door:<20}" + "".join(f"{cell:>13}" for cell in cells) + "\n")
    sys.stdout.write(f"{sum(tried.values()):,} tried, {sum(hits.values())} found\n")
    return int(bool(hits))


if __name__ == "__main__":
    sys.exit(main())

"""Campaigns of faults: kills, full disks, damaged files, stale writes, moved folders, odd names. Exit 1 on a failure.

python bench/faults/run.py [--only kills,disk,files,stale,oddities,relocate] [--seed N] [--minutes M] [--all]
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from world import Clock, World

CAMPAIGNS = ("relocate", "stale", "oddities", "files", "disk", "kills")


def main() -> int:
    """Run the campaigns asked for and print a table each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CAMPAIGNS), help=f"some of {', '.join(CAMPAIGNS)}")
    parser.add_argument("--seed", type=int, default=1, help="which trials are drawn (default 1)")
    parser.add_argument("--minutes", type=float, default=3, help="minutes for each campaign (default 3)")
    parser.add_argument("--all", action="store_true", help="every trial, however long it takes")
    asked = parser.parse_args()
    names = asked.only.split(",")
    if unknown := set(names) - set(CAMPAIGNS):
        parser.error(f"no campaign is called {', '.join(sorted(unknown))}; choose from {', '.join(CAMPAIGNS)}")
    folder = Path(tempfile.mkdtemp(prefix="spendmap-faults-"))
    failed = 0
    try:
        world = World(folder / "world")
        for name in names:
            start = time.monotonic()
            clock = Clock(60 * 24 if asked.all else asked.minutes)
            failed += importlib.import_module(name).run(world, clock, seed=asked.seed, every=asked.all)
            print(f"{name}: {time.monotonic() - start:.0f} seconds, seed {asked.seed}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{failed} trials failed" if failed else "\nnothing failed")
    return int(failed > 0)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # what DuckDB and Arrow hold of the parent was never used here: nothing to put away

"""Every benchmark, one after the other, each in a process of its own: `make bench`. Exit 1 when a mark is missed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHES = ("bench_pricing", "bench_allocate", "bench_ledger", "bench_capture", "bench_commands", "bench_api")


def main() -> int:
    """Run them all, print their tables."""
    missed = []
    for name in BENCHES:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, str(Path(__file__).with_name(f"{name}.py"))], check=False).returncode:
            missed.append(name)
    print(f"marks missed: {', '.join(missed)}" if missed else "all marks met")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())

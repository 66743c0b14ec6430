"""Mutate a good file of each kind and read it: nothing but a refusal in words may come of it, within a memory limit.

    python bench/fuzz/fuzz_captures.py [--seconds 60] [--seed 1] [--kind otel_genai] [--memory 600]

Prints a table kind: tried, read, refused, failed; and of each failure the seed, the error and the input as base64, at
most one per place in the code. Exit 1 when anything failed. Every find becomes a test.
"""

from __future__ import annotations

import argparse
import base64
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from seeds import SEEDS, STRUCTURES, TOKENS

from spendmap.capture.connector import check_settings
from spendmap.capture.jobs import FileLoad, Job, Staging
from spendmap.capture.registry import connector
from spendmap.capture.run import Source, capture
from spendmap.capture.staged import Staged, sha256
from spendmap.vocabulary.errors import SpendmapError
from spendmap.workspace import Workspace

ROUND = 50  # examples between two looks at the clock
WHOLE_EVERY = 20  # of what can be read, one in so many is captured into a workspace of its own
SETTINGS = {"eval_results": {"model": "m", "date": "2026-10-01"}}


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file's bytes after one to six changes."""
    data, first = whole, draw(st.sampled_from((0, whole.find(b"\n") + 1)))  # half of them leave the first line alone
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(min(first, len(data)), len(data)))
        to = min(len(data), at + draw(st.integers(0, 60)))
        match draw(st.sampled_from(("cut", "flip", "insert", "double", "replace", "value", "delete"))):
            case "cut":
                data = data[:at]
            case "flip" if data:
                place = min(at, len(data) - 1)
                data = data[:place] + bytes([data[place] ^ (1 << draw(st.integers(0, 7)))]) + data[place + 1 :]
            case "insert":
                data = data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
            case "double":
                data = data[:to] + data[at:]
            case "replace":
                data = data[:at] + draw(st.binary(max_size=20)) + data[to:]
            case "value":
                data = _with_value(data, at, draw(st.sampled_from(TOKENS)))
            case "delete":
                data = data[:at] + data[to:]
    return data


def _with_value(data: bytes, at: int, value: bytes) -> bytes:
    """The field that stands at a place (up to the next comma or bracket) with another value."""
    start = max(data.rfind(mark, 0, at) for mark in STRUCTURES) + 1
    ends = [end for mark in STRUCTURES if (end := data.find(mark, at)) >= 0]
    return data[:start] + value + data[min(ends, default=len(data)) :]


class Fuzz:
    """What was tried, by kind and outcome."""

    def __init__(self, folder: Path, memory: int) -> None:
        self.folder, self.memory = folder, memory
        self.counts: dict[str, Counter[str]] = {}
        self.places: set[str] = set()

    def one(self, kind: str, name: str, data: bytes, number: int) -> None:
        """Read one input."""
        count = self.counts.setdefault(kind, Counter())
        count["tried"] += 1
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        words = check_settings(connector(kind), SETTINGS.get(kind, {}))
        load = FileLoad("fuzz", kind, name, load_id="fuzz-000000", sha256=sha256(file), size=len(data))
        staging = Staging(kind, "fuzz", words, b"k" * 32, "USD", self.folder / "staging", self.folder / "quarantine")
        try:
            path = Staged(staging, Job(file, load, 0)).read()
            if path is not None and count["tried"] % WHOLE_EVERY == 0:
                capture(Workspace.create(self.folder / f"w{count['tried']}-{kind}"), Source("fuzz", kind, file, words))
            count["read"] += 1
        except SpendmapError as error:
            count["refused" if error.next_step else "without a way on"] += 1
            if not error.next_step:
                self.tell(kind, number, f"no next step: {error.message}", data, error.message[-60:])
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            count["failed"] += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.tell(kind, number, f"{type(error).__name__}: {error}"[:300], data, f"{last.filename}:{last.lineno}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if peak > self.memory:
            count["failed"] += 1
            self.tell(kind, number, f"memory: {peak} MiB", data, f"memory {kind}")
            self.memory = peak + 100

    def tell(self, kind: str, number: int, what: str, data: bytes, place: str) -> None:
        """Print a failure once for each place."""
        if (key := f"{kind} {place}") not in self.places:
            self.places.add(key)
            print(f"{kind} seed {number} at {place}: {what}\n  {base64.b64encode(data[:20_000]).decode()}", flush=True)

    def table(self) -> str:
        """The table."""
        names = ("tried", "read", "refused", "failed", "without a way on")
        lines = [f"{'kind':<20}" + "".join(f"{name:>18}" for name in names)]
        lines += [f"{kind:<20}" + "".join(f"{c[name]:>18,}" for name in names) for kind, c in self.counts.items()]
        return "\n".join(lines)

    @property
    def has_failed(self) -> bool:
        """Whether anything did."""
        return any(c["failed"] or c["without a way on"] for c in self.counts.values())


def main() -> int:
    """Take turns between the kinds until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted({kind for kind, _, _ in SEEDS}))
    parser.add_argument("--memory", type=int, default=600, help="MiB of the whole process")
    asked = parser.parse_args()
    seeds = [each for each in SEEDS if asked.kind in (None, each[0])]
    number, end = asked.seed, time.monotonic() + asked.seconds
    with tempfile.TemporaryDirectory() as folder:
        fuzz = Fuzz(Path(folder), asked.memory)
        while time.monotonic() < end:
            for kind, name, whole in seeds:
                _round(fuzz, kind, name, whole, number)
                if time.monotonic() >= end:
                    break
            number += 1
    print(fuzz.table())
    return int(fuzz.has_failed)


def _round(fuzz: Fuzz, kind: str, name: str, whole: bytes, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=mutated(whole))
    def tried(data: bytes) -> None:
        fuzz.one(kind, name, data, number)

    tried()


if __name__ == "__main__":
    sys.exit(main())

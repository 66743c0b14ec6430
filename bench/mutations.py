"""Change one important line at a time and see that a test fails: `python bench/mutations.py [NAME ...]`.

Each change is made in a copy of `src/`, which the tests then import; the working tree stays as it is. A change that no
test notices is a survivor, and the exit code is 1. A change whose line is gone stops the run: mend the list.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SMALL = "tests/company/test_small_rules_of_counting.py"
FAILED = 1  # pytest's exit code where tests ran and some failed; others are no verdict


@dataclass(frozen=True)
class Change:
    """`old` stands once or more in `file` and becomes `new`; one of `tests` must fail then."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


CHANGES = (
    Change(
        "covered-without-the-month",
        "allocation/counted/places.py",
        'for bill in self.bills.get((line.vendor or "", month, line.currency), ())',
        "for key, own in self.bills.items() for bill in own if (key[0], key[2]) == (line.vendor, line.currency)",
        (SMALL, "tests/counting/test_settled.py"),
    ),
    Change(
        "company-rule-not-first",
        "allocation/rules.py",
        "return first + [rule for rule in shipped_rules() if rule.id not in replaced] + last",
        "return [rule for rule in shipped_rules() if rule.id not in replaced] + first + last",
        (SMALL,),
    ),
    Change(
        "end-day-of-an-owner-counted-in",
        "allocation/attributed.sql",
        "o.charge_date < u.valid_to",
        "o.charge_date <= u.valid_to",
        (SMALL,),
    ),
    Change(
        "end-day-of-a-rate-counted-in",
        "allocation/labour.py",
        "rate.valid_from <= day < rate.valid_to",
        "rate.valid_from <= day <= rate.valid_to",
        (SMALL,),
    ),
    Change(
        "other-months-dropped-at-a-republish",
        "allocation/publish.py",
        "    if not len(kept):\n",
        "    if len(kept) >= 0:\n",
        ("tests/published/test_version.py",),
    ),
    Change(
        "l11-always-true",
        "checks.py",
        "    def l11(self) -> Found:\n",
        '    def l11(self) -> Found:\n        return True, "0 files"\n\n    def _never(self) -> Found:\n',
        ("tests/engine/test_integrity.py",),
    ),
    Change(
        "first-read-wins-in-a-log",
        "engine/merge_keys.py",
        "delivery_no {order}, source_line DESC",
        "delivery_no, source_line",
        (SMALL, "tests/capture/test_capture_laws.py"),
    ),
    Change(
        "pool-never-proportional",
        "allocation/counted/purchases.py",
        "needs_split = not same_currency or metered > total",
        "needs_split = False",
        (SMALL, "tests/counting/test_settled.py"),
    ),
)


def is_killed(change: Change, folder: Path) -> tuple[bool, str]:
    """Whether a test fails with the change, and which."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "src" / "spendmap" / change.file
    text = file.read_text(encoding="utf-8")
    if change.old not in text:
        sys.exit(f"{change.name}: {change.file} has no such line any more.\n-> Mend CHANGES in {__file__}.")
    file.write_text(text.replace(change.old, change.new), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *change.tests],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.splitlines()
    told = next((line for line in lines if line.startswith(("FAILED", "ERROR"))), lines[-1] if lines else run.stderr)
    return run.returncode == FAILED, told[:150]


def main() -> int:
    """Try them all, or those named; print a line each."""
    wanted = sys.argv[1:]
    survivors = 0
    for change in CHANGES:
        if wanted and change.name not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            killed, told = is_killed(change, Path(folder))
        survivors += not killed
        print(f"{change.name:36} {'killed' if killed else 'SURVIVED'}  {told}", flush=True)
    print(f"{survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())

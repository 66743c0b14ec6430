"""README's printed map: run the command, keep its output, hold the two together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

BEGIN = "<!-- printed map: begin -->\n```text\n"
END = "```\n<!-- printed map: end -->"
MONTH = "2026-10"
COLUMNS = "118"  # the width from which the vendors are drawn


def captured_map(workspace: Path) -> str:
    """What `spendmap map` prints for October 2026 of the sample company.

    Raises:
        CalledProcessError: the command failed.
    """
    return "\n".join(line.rstrip() for line in _map(workspace).splitlines()) + "\n"


def differences(workspace: Path) -> list[str]:
    """Where the map's exact figures differ from `truth.json`, which was written without the product."""
    printed = json.loads(_map(workspace, "--json"))
    truth = json.loads((workspace / "truth.json").read_text(encoding="utf-8"))
    costs = {row["keys"]["category"]: row["cost"] for row in printed["rows"]} | {"overlap": printed["overlap"]["cost"]}
    pairs = {
        "total": (printed["total"], truth["totals"]["by_month"][MONTH]),
        **{scope: (printed["captured"][scope], money) for scope, money in truth["captured"][MONTH].items()},
        **{name: (costs.get(name) or 0, money) for name, money in truth["by_month_category"][MONTH].items()},
    }
    return [
        f"{name}: map {shown}, truth {true}" for name, (shown, true) in pairs.items() if Decimal(shown) != Decimal(true)
    ]


def _map(workspace: Path, *options: str) -> str:
    command = [sys.executable, "-m", "spendmap", "--workspace", str(workspace), "map", "--period", MONTH, *options]
    environment = {**os.environ, "COLUMNS": COLUMNS, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout.decode("utf-8")


def printed_map(readme: str) -> str:
    """The map as README shows it.

    Raises:
        ValueError: README has no such block.
    """
    _, begin, rest = readme.partition(BEGIN)
    text, end, _ = rest.partition(END)
    if not (begin and end):
        raise ValueError("README has no printed map")
    return text


def with_map(readme: str, text: str) -> str:
    """README with the block replaced."""
    before = readme.partition(BEGIN)[0]
    after = readme.partition(END)[2]
    printed_map(readme)
    return f"{before}{BEGIN}{text}{END}{after}"

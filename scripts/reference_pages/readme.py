"""README's printed map: run the command, keep its output, hold the two together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BEGIN = "<!-- printed map: begin -->\n```text\n"
END = "```\n<!-- printed map: end -->"
COLUMNS = "118"  # the width from which the vendors are drawn


def captured_map(workspace: Path) -> str:
    """What `spendmap map` prints for October 2026 of the sample company.

    Raises:
        CalledProcessError: the command failed.
    """
    command = [sys.executable, "-m", "spendmap", "--workspace", str(workspace), "map", "--period", "2026-10"]
    environment = {**os.environ, "COLUMNS": COLUMNS, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    return "\n".join(line.rstrip() for line in done.stdout.decode().splitlines()) + "\n"


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

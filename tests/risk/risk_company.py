"""A built workspace of the sample company, and its commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from spendmap.cli import cli


class Company:
    """A built workspace and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def truth(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "truth.json").read_text(encoding="utf-8"))
        return document

    def run(self, *words: str) -> Any:
        return CliRunner().invoke(cli, ["--workspace", str(self.folder), *words])

    def ask(self, *words: str) -> dict[str, Any]:
        answer = self.run(*words, "--json")
        assert answer.exit_code == 0, answer.output
        document: dict[str, Any] = json.loads(answer.stdout)
        return document

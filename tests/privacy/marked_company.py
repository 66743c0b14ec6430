"""A workspace into which every door was marked, and what its commands and pages then said."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from marked_files import marked_files
from markers import KINDS, Markers

from spendmap.cli import cli

MAPPING = """\
source: list
entities:
  - kind: use_case
    id: "case {No}"
    fields: {name: Title, problem: Problem}
"""
COMMANDS = (
    ("map", "--json"),
    ("map", "--by", "supplier_name", "--csv"),
    ("explain", "total", "--json"),
    ("sources", "--json"),
    ("findings", "--json"),
    ("vendors", "--json"),
    ("card", "support", "--json"),
    ("register", "export"),
)
PAGES = (
    "map.json",
    "map.csv",
    "vendors.csv",
    "vendors",
    "sources",
    "findings",
    "reconcile",
    "explain/rows",
    "workspace",
)


@dataclass
class MarkedCompany:
    """The workspace's folder, the markers, and what was said as (where, text)."""

    root: Path
    markers: Markers
    said: list[tuple[str, str]] = field(default_factory=list)

    def run(self, *words: str) -> int:
        """Run a command on the workspace; what it says, and what it raises, is kept."""
        ended = CliRunner().invoke(cli, ["-w", str(self.root), *words])
        where = f"spendmap {words[0]}"
        self.said += [(where, ended.output), (where, "" if ended.exception is None else str(ended.exception))]
        return ended.exit_code


class _Kept(logging.Handler):
    def __init__(self, said: list[tuple[str, str]]) -> None:
        super().__init__()
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(("logs", self.format(record)))


def build(folder: Path, markers: Markers) -> MarkedCompany:
    """Plant markers in every column of every connector, the register, a rule and the names of things; run the steps."""
    company = MarkedCompany(folder / "w", markers)
    logs = _Kept(company.said)
    logging.getLogger().addHandler(logs)
    try:
        assert CliRunner().invoke(cli, ["init", str(company.root)]).exit_code == 0
        for each in marked_files(folder / "files", markers):
            settings = [word for name, value in each.settings.items() for word in ("--set", f"{name}={value}")]
            company.run("capture", "--file", str(each.file), "--as", each.kind, *settings)
        person = markers.one("source names", "source_name", "e-mail")
        file = folder / "files" / "seats.csv"
        assert company.run("capture", "--file", str(file), "--as", "seats_csv", "--source", person) == 1
        _declare(company, folder / "declared")
        assert company.run("allocate") == 0
        assert company.run("review") == 0
        for words in COMMANDS:
            company.run(*words)
        _ask_pages(company)
    finally:
        logging.getLogger().removeHandler(logs)
    return company


def _declare(company: MarkedCompany, folder: Path) -> None:
    """The register, a rule with a reason, and a key that is refused."""
    folder.mkdir()
    one = company.markers.one
    card = {
        name: f"see {one('question card', name, kind)}"
        for name, kind in (
            ("problem", "phone"), ("data", "connection"), ("outcome", "card"), ("controls", "bank"),
            ("if_usage_doubles", "api key"), ("description", "e-mail"), ("quality_threshold", "private key"),
        )
    }  # fmt: skip
    name = f"Support {one('register', 'name', 'code key')}"
    case = {"id": "support", "name": name, "owner": "Ada", "keys": [{"tags.Owner": "Jane Doe"}], **card}
    (folder / "declared.yaml").write_text(json.dumps({"use_cases": [case]}), encoding="utf-8")
    assert company.run("register", "apply", str(folder / "declared.yaml")) == 0
    secret = {"id": "bot", "keys": [{"api_key_id": one("register", "keys", "api key")}]}
    (folder / "refused.yaml").write_text(json.dumps({"agents": [secret]}), encoding="utf-8")
    assert company.run("register", "apply", str(folder / "refused.yaml")) == 1
    sheet = [
        f"{number},Case {number},see {one('register import', 'problem', kind)}" for number, kind in enumerate(KINDS)
    ]
    (folder / "cases.csv").write_text("\n".join(["No,Title,Problem", *sheet]), encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    mapping = str(folder / "mapping.yaml")
    assert company.run("register", "import", str(folder / "cases.csv"), "--mapping", mapping) == 0
    rule = {
        "id": "marked", "on": "charge", "when": {"memo": one("rules", "when", "e-mail")},
        "then": {"scope": "ai", "category": "agents"}, "why": f"as {one('rules', 'why', 'e-mail')} said",
    }  # fmt: skip
    (company.root / "rules").mkdir(exist_ok=True)
    (company.root / "rules" / "marked.yaml").write_text(json.dumps({"rules": [rule]}), encoding="utf-8")


def _ask_pages(company: MarkedCompany) -> None:
    from fastapi.testclient import TestClient

    from spendmap.api.app import create_app
    from spendmap.workspace import Workspace

    static = company.root.parent / "static"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html>")
    app = create_app(Workspace.open(company.root), static=static)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        for page in PAGES:
            company.said.append((f"/api/{page}", client.get(f"/api/{page}").text))

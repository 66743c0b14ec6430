"""Write the generated pages: `docs/reference/*.md`, the tables of `docs/categories/*.md`, README's printed map.

Reads the code itself (commands, ledger columns, rules, connectors, vendors, the API document, errors) and writes
what they say. A test compares every page with a fresh one, so a page that no longer holds fails.

Run: python scripts/reference.py [--check] [--readme WORKSPACE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from reference_pages import (
    categories,
    columns,
    commands,
    connectors,
    errors,
    findings,
    privacy,
    register,
    rest,
    rules,
    settings,
    vendors,
)
from reference_pages.markdown import GENERATED, inserted
from reference_pages.readme import captured_map, differences, with_map

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
README_MAP = ROOT / "tests" / "golden" / "readme_map.txt"

PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("every command with its options", commands.page),
    "settings": ("the workspace's settings file, its folders, environment variables", settings.page),
    "connectors": ("source formats with settings and token conventions", connectors.page),
    "columns": ("every ledger table and column, and the standard each name comes from", columns.page),
    "privacy": ("what is kept of each column, and why", privacy.page),
    "register": ("what can be declared, field by field", register.page),
    "rules": ("the shipped rules that decide scope and category", rules.page),
    "vendors": ("the shipped vendor catalogue", vendors.page),
    "rest": ("the API of `spendmap serve`", lambda: rest.page(ROOT / "web" / "openapi.json")),
    "errors": (
        "what can go wrong, and the next step each message names",
        lambda: errors.page(ROOT / "src" / "spendmap"),
    ),
}


def index_page() -> str:
    """The list of the pages."""
    lines = [GENERATED, "", "# Reference", "", "Made from the code by `make docs`.", ""]
    lines += [f"- [{name}]({name}.md): {about}" for name, (about, _) in PAGES.items()]
    return "\n".join(lines) + "\n"


def guides() -> str:
    """Every guide by its own title."""
    files = sorted((ROOT / "docs" / "guides").glob("*.md"))
    titles = {file.name: file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ") for file in files}
    return "\n".join(f"- [{title}](guides/{name})" for name, title in titles.items())


def generated() -> dict[Path, str]:
    """Every generated file with its content, as it should be."""
    found = {REFERENCE / f"{name}.md": make() for name, (_, make) in PAGES.items()}
    found[REFERENCE / "index.md"] = index_page()
    home = ROOT / "docs" / "index.md"
    found[home] = inserted(home.read_text(encoding="utf-8"), guides())
    guide = ROOT / "docs" / "guides" / "findings.md"
    found[guide] = inserted(guide.read_text(encoding="utf-8"), findings.block())
    for code, block in categories.blocks().items():
        file = ROOT / "docs" / "categories" / f"{code}.md"
        found[file] = inserted(file.read_text(encoding="utf-8"), block)
    return found


def write_readme(workspace: Path) -> None:
    """Print the map of the sample company into README and its golden file.

    Raises:
        SystemExit: the map is not what the sample's truth file says.
    """
    if wrong := differences(workspace):
        raise SystemExit("README stays as it was; the map is not the truth: " + "; ".join(wrong))
    text = captured_map(workspace)
    README_MAP.write_text(text, encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_map(readme.read_text(encoding="utf-8"), text), encoding="utf-8")


def main() -> int:
    """Write, or with --check say which pages are stale (exit 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("--readme", type=Path, metavar="WORKSPACE", help="also print this sample workspace into README")
    asked = parser.parse_args()
    stale = 0
    for file, text in sorted(generated().items()):
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        sys.stderr.write(f"{'stale' if asked.check else 'wrote'} {file.relative_to(ROOT)}\n")
        if not asked.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if asked.readme and not asked.check:
        write_readme(asked.readme)
    return 1 if asked.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

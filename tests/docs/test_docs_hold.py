"""The documentation holds: generated pages are fresh, nothing is undocumented, every link leads somewhere."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest
import reference
from reference_pages.commands import helps
from reference_pages.markdown import anchor
from reference_pages.readme import captured_map, printed_map, with_map
from reference_pages.settings import ABOUT

from spendmap.allocation.rules import shipped_rules
from spendmap.allocation.vendors import catalogue
from spendmap.capture.registry import KINDS, connector
from spendmap.categories import ORDER
from spendmap.cli import cli
from spendmap.ledger import TABLES
from spendmap.register.schema import KINDS as REGISTER_KINDS
from spendmap.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PAGES = sorted(
    [ROOT / name for name in PAPERS] + list((ROOT / "docs").rglob("*.md")) + list((ROOT / "changelog.d").glob("*.md"))
)
GENERATED = (
    "index.md",
    "guides/findings.md",
    "reference/index.md",
    *(f"reference/{name}.md" for name in reference.PAGES),
    *(f"categories/{category.code}.md" for category in ORDER),
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
PATHS = "/wo" + "rk/(?:main|shared)"  # in two parts, so that this line is no such path
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@cache
def fresh() -> dict[Path, str]:
    return reference.generated()


@cache
def anchors(file: Path) -> frozenset[str]:
    text = FENCE.sub("", file.read_text(encoding="utf-8"))
    return frozenset(anchor(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)) for heading in HEADING.findall(text))


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


# -- generated pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    assert page(name) == fresh()[ROOT / "docs" / name], "run `make docs`"


def test_no_page_of_the_reference_is_left_over() -> None:
    assert {ROOT / "docs" / name for name in GENERATED} == set(fresh())
    assert {file for file in fresh() if file.parent == reference.REFERENCE} == set(reference.REFERENCE.glob("*.md"))


def test_every_command_and_every_option_is_on_the_command_page() -> None:
    text = page("reference/commands.md")
    context = click.Context(cli, info_name="spendmap")
    for path, _ in helps():
        command: click.Command = cli
        for name in path.split()[1:]:
            assert isinstance(command, click.Group)
            found = command.get_command(context, name)
            assert found is not None
            command = found
        section = text.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        assert section, path
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert option in section, f"{path} {option}"


def test_every_ledger_column_is_on_the_column_page_with_its_standard() -> None:
    text = page("reference/columns.md")
    for table in TABLES.values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        rows = {
            cells[0].strip(" *"): cells for cells in (line.strip("|").split(" | ") for line in section.splitlines())
        }
        for column in table.columns:
            assert rows[column.name][3] == column.standard, f"{table.name}.{column.name}"


def test_every_shipped_rule_is_listed_with_its_reason() -> None:
    text = page("reference/rules.md")
    for rule in shipped_rules():
        section = text.partition(f"\n### {rule.id}\n")[2].partition("\n### ")[0]
        assert rule.why in section and f"scope `{rule.then.scope}`" in section, rule.id


def test_every_connector_is_listed_with_its_settings_and_in_the_readme() -> None:
    text, readme = page("reference/connectors.md"), (ROOT / "README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        section = text.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
        assert f"| `{kind}` |" in readme, kind
        for setting in connector(kind).settings:
            assert f"`{setting.name}`" in section and setting.help in section.replace("\\|", "|"), (
                f"{kind} {setting.name}"
            )


def test_every_vendor_register_field_and_setting_is_listed() -> None:
    vendors = page("reference/vendors.md")
    assert not [vendor.id for vendor in catalogue() if f"| {vendor.id} | {vendor.name} |" not in vendors]
    register = page("reference/register.md")
    for kind in REGISTER_KINDS:
        section = register.partition(f"\n## {kind.plural}\n")[2].partition("\n## ")[0]
        assert not [field.name for field in kind.fields if f"| `{field.name}` |" not in section], kind.plural
    assert set(ABOUT) == {field.name for field in fields(Workspace)} - {"root"}


def test_every_category_has_its_page_and_its_row_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {file.stem for file in (ROOT / "docs" / "categories").glob("*.md")} == {category.code for category in ORDER}
    for place, category in enumerate(ORDER, 1):
        assert f"| {place} | [{category.label.lower()}](docs/categories/{category.code}.md) |" in readme
        assert page(f"categories/{category.code}.md").startswith(f"# {place}. {category.label}\n")


# -- what people wrote ---------------------------------------------------------------------------------


def links(file: Path) -> list[str]:
    """Targets inside the repository, code left out."""
    text = CODE.sub("", file.read_text(encoding="utf-8"))
    targets = [part for found in LINK.findall(text) for part in found if part]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(file: Path) -> None:
    for target in links(file):
        path, _, fragment = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), f"{target}: no such file"
        assert there.is_relative_to(ROOT), f"{target}: outside the repository"
        if fragment:
            assert fragment in anchors(there), f"{target}: no such heading"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        file = waiting.pop()
        if file in reached or file.suffix != ".md":
            continue
        reached.add(file)
        waiting += [(file.parent / path).resolve() for target in links(file) if (path := target.partition("#")[0])]
    notes = {file for file in (ROOT / "changelog.d").glob("*.md") if file.name != "README.md"}  # read at a release
    assert set(PAGES) - reached - notes == set()


def test_every_decision_has_a_number_a_date_and_a_line_in_the_list() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    index = page("decisions/index.md")
    for place, file in enumerate(decisions, 1):
        text = file.read_text(encoding="utf-8")
        assert file.name.startswith(f"{place:04d}-") and text.startswith(f"# {place}. "), file.name
        date = re.search(r"^Date: (\d{4}-\d{2}-\d{2})\. Status: ", text, re.MULTILINE)
        assert date and re.search(
            rf"^\| \[{place}\]\({re.escape(file.name)}\) \| .+ \| {date[1]} \|$", index, re.MULTILINE
        )


def test_every_word_of_the_glossary_is_explained_once() -> None:
    words = re.findall(r"^### (.+)$\n(.+)", page("glossary.md"), re.MULTILINE)
    assert len(words) == len({word for word, _ in words}) == page("glossary.md").count("\n### ")
    assert not [word for word, meaning in words if meaning.startswith("#")]


def test_every_own_word_of_the_map_is_in_the_glossary() -> None:
    heads = anchors(ROOT / "docs" / "glossary.md")
    for word in (
        "scope",
        "covered",
        "dark usage",
        "evidence grade",
        "slice",
        "natural key",
        "unpriced",
        "unclassified",
        "lens",
    ):
        assert anchor(word) in heads


def test_documentation_speaks_of_the_product_only() -> None:
    # What has no place in a reader's page: the workshop, its paths, half-done marks, somebody's machine.
    marks = r"\bTODO\b|\bFIXME\b|\bXXX\b|\bpull request\b|\b(?:this|that|next|last) session\b|\bthe brief\b|\bhelpers? (?:wrote|did)\b"
    workshop = re.compile(rf"{PATHS}|/tmp/|/home/|/root/|{marks}", re.IGNORECASE)
    found = [f"{shown(file)}: {match[0]}" for file in PAGES for match in workshop.finditer(file.read_text("utf-8"))]
    assert found == []


def test_no_file_knows_where_it_was_written() -> None:
    files = [
        file for folder in ("src", "tests", "scripts", "bench", "web/src") for file in (ROOT / folder).rglob("*.*")
    ]
    texts = [file for file in files if file.suffix in {".py", ".sql", ".yaml", ".md", ".ts", ".tsx", ".json"}]
    assert [shown(file) for file in texts if re.search(PATHS, file.read_text("utf-8", errors="replace"))] == []


# -- README's figures ----------------------------------------------------------------------------------


def test_the_map_printed_in_the_readme_is_the_golden_one() -> None:
    golden = reference.README_MAP.read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert printed_map(readme) == golden
    assert with_map(readme, golden) == readme


def test_the_readme_shows_each_category_and_adds_up_to_its_total() -> None:
    golden = reference.README_MAP.read_text(encoding="utf-8")
    amounts = {}
    for category in ORDER:
        row = re.search(rf"^{category.label} +\S* +([\d,]+\.\d\d) ", golden, re.MULTILINE)
        assert row, category.label
        amounts[category.code] = int(row[1].replace(",", "").replace(".", ""))
    total = re.search(r"^Total +([\d,]+\.\d\d) ", golden, re.MULTILINE)
    assert total
    # Cents of rounding: each of the seven additive rows is off by half a cent at most.
    additive = sum(amounts[category.code] for category in ORDER if category.additive)
    assert abs(additive - int(total[1].replace(",", "").replace(".", ""))) <= 4


def test_the_command_that_prints_the_readme_map_runs(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "empty", name="Nobody")
    assert captured_map(tmp_path / "empty").startswith("AI spend of Nobody, ")

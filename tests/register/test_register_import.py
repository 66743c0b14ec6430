"""Bringing a foreign inventory in: what the file says, no more; twice is once; nobody's answer is overwritten."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.allocation.naming import resolvers_of
from spendmap.allocation.vendors import catalogue_ids, catalogue_vendors
from spendmap.cli import cli
from spendmap.register import open_register
from spendmap.register.import_rows import pieces
from spendmap.register.importing import Imported, import_register
from spendmap.register.mapping import read_mapping, shipped_mappings
from spendmap.register.published import read_inventory
from spendmap.register.store import Register
from spendmap.register.table_file import read_table
from spendmap.vocabulary.errors import RegisterError
from spendmap.workspace import Workspace

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MAPPING = """\
source: town list
absent: [N/A]
entities:
  - kind: department
    id: "{Office}"
    on_repeat: merge
    fields: {name: Office}
  - kind: use_case
    id: ["{Office} {No}", "{Office} line {_line}"]
    on_repeat: number
    fields:
      name: Title
      department: Office
      problem: Problem
      personal_data: {column: Personal, values: {"Yes": "true", "No": "false"}}
      started_on: {column: Since, dates: ["%d.%m.%Y"]}
      vendors: {column: Seller, split: [";"], as: vendor}
      controls: {columns: {test: Tested, appeal: Appeal}}
"""
SHEET = """\
Office,No,Title,Problem,Personal,Since,Seller,Tested,Appeal
Parks,1,Tree count,"Nobody knows
how many trees",Yes,03.02.2025,OpenAI,Yes,
Parks,1,Tree health,N/A,,,Leaf & Co; Open AI,,
Roads,,Pothole photos,Too slow,No,,,Yes,No
"""


def mapping_file(folder: Path, text: str = MAPPING) -> str:
    file = folder / "mapping.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def bring(register: Register, folder: Path, sheet: str | bytes = SHEET, **more: Any) -> Imported:
    file = folder / "list.csv"
    file.write_bytes(sheet if isinstance(sheet, bytes) else sheet.encode())
    mapping = more.pop("mapping", None) or mapping_file(folder)
    return import_register(
        register,
        file,
        mapping,
        actor="Ada",
        now=NOW,
        resolvers=resolvers_of(catalogue_vendors()),
        known_vendors=catalogue_ids(),
        **more,
    )


def test_a_row_becomes_a_card_whose_answers_name_their_file_and_line(register: Register, tmp_path: Path) -> None:
    done = bring(register, tmp_path)
    assert (done.rows, done.imported, done.rejected) == (3, 3, ())
    assert done.created == {"department": 2, "vendor": 2, "use_case": 3}
    trees = register.entity("use_case", "parks-1")
    assert trees is not None
    assert trees.fields["personal_data"] is True
    assert trees.fields["started_on"].isoformat() == "2025-02-03"
    assert trees.fields["controls"] == "test: Yes"
    evidence = {value.field: value.evidence for value in register.values("use_case", "parks-1")}
    assert evidence["problem"] == "town list, list.csv line 2"
    # the second record begins on line 4, because the first holds a line break
    second = {value.field: value.evidence for value in register.values("use_case", "parks-1-2")}
    assert second["name"] == "town list, list.csv line 4"


def test_what_a_cell_does_not_say_stays_unanswered_and_is_counted_by_question(
    register: Register, tmp_path: Path
) -> None:
    done = bring(register, tmp_path)
    open_questions = {each.field: each.unanswered for each in done.unanswered}
    # owner: no column. problem: "N/A" says nothing. vendors: Roads names none. data: no column. controls: Tree health.
    assert open_questions["owner"] == 3
    assert open_questions["problem"] == 1
    assert open_questions["vendors"] == 1
    assert open_questions["controls"] == 1
    assert len(open_questions) == 15
    health = register.entity("use_case", "parks-1-2")
    assert health is not None
    assert "problem" not in health.fields
    assert "personal_data" not in health.fields


def test_one_vendor_of_the_catalogue_and_one_of_the_towns_own(register: Register, tmp_path: Path) -> None:
    bring(register, tmp_path)
    health = register.entity("use_case", "parks-1-2")
    assert health is not None
    assert health.fields["vendors"] == ["leaf-co", "openai"]
    assert {each.id: each.name for each in register.entities("vendor")} == {"openai": "OpenAI", "leaf-co": "Leaf & Co"}


def test_importing_again_changes_nothing(register: Register, tmp_path: Path) -> None:
    bring(register, tmp_path)
    before = register.stored()
    again = bring(register, tmp_path)
    assert (again.created, again.changed, again.fields_written) == ({}, {}, 0)
    assert register.stored() == before


def test_a_changed_cell_changes_its_field_and_an_emptied_one_withdraws_it(register: Register, tmp_path: Path) -> None:
    bring(register, tmp_path)
    again = bring(register, tmp_path, SHEET.replace("Too slow", "Too dear").replace("Pothole photos", ""))
    assert (again.changed, again.fields_written, again.fields_withdrawn) == ({"use_case": 1}, 1, 1)
    roads = register.entity("use_case", "roads-line-5")
    assert roads is not None
    assert roads.fields["problem"] == "Too dear"
    assert "name" not in roads.fields


def test_an_answer_given_by_a_person_is_kept(register: Register, tmp_path: Path) -> None:
    bring(register, tmp_path)
    register.set_value("use_case", "parks-1", "problem", "Storms fell trees", actor="Bo", now=NOW, evidence="interview")
    register.set_value("use_case", "parks-1", "owner", "Bo", actor="Bo", now=NOW)
    again = bring(register, tmp_path, SHEET.replace("Nobody knows\nhow many trees", "We lost count"))
    assert [(each.id, each.field) for each in again.kept] == [("parks-1", "problem")]
    kept = register.entity("use_case", "parks-1")
    assert kept is not None
    assert (kept.fields["problem"], kept.fields["owner"]) == ("Storms fell trees", "Bo")


def test_a_bad_record_is_named_and_leaves_nothing_behind(register: Register, tmp_path: Path) -> None:
    bad = SHEET + "Docks,7,Crane cams,x,Maybe,,,,\nDocks,8,Too,many,cells,,,,,,\nDocks,9,Late,x,No,31.02.2025,,,\n"
    done = bring(register, tmp_path, bad)
    assert [(each.line, each.reason.split(":")[0].split(" ")[0]) for each in done.rejected] == [
        (6, "personal_data"),
        (7, "it"),
        (8, "started_on"),
    ]
    assert done.imported == 3
    assert register.entity("department", "docks") is None


def test_a_dry_run_tells_the_same_and_writes_nothing(register: Register, tmp_path: Path) -> None:
    told = bring(register, tmp_path, dry_run=True)
    assert told.created == {"department": 2, "vendor": 2, "use_case": 3}
    assert register.entities("use_case") == []


def test_a_sheet_in_windows_1252_is_read_and_said_to_be_one(register: Register, tmp_path: Path) -> None:
    done = bring(register, tmp_path, SHEET.replace("Roads", "Voirie à Liège").encode("cp1252"))
    assert done.encoding == "cp1252"
    assert register.entity("department", "voirie-a-liege") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAPPING.replace("problem: Problem", "problem: {constant: none}"), "states no default"),
        (MAPPING.replace("problem: Problem", "problem: {template: none}"), "would be a default"),
        (MAPPING.replace("problem: Problem", "problm: Problem"), "Did you mean 'problem'"),
        (MAPPING.replace("problem: Problem", "problem: Problems"), "no column 'Problems'"),
        (MAPPING.replace("kind: use_case", "kind: usecase"), "Did you mean 'use_case'"),
        (MAPPING.replace("department: Office", "department: Title"), "is not a declared department"),
        ("entities: []\n", "no `entities` list"),
    ],
)
def test_a_mapping_that_cannot_hold_is_refused_before_anything_is_written(
    register: Register, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(RegisterError) as refused:
        bring(register, tmp_path, mapping=mapping_file(tmp_path, text))
    assert said in str(refused.value)
    assert refused.value.next_step
    assert register.entities("use_case") == []


@pytest.mark.parametrize("sheet", [b"", b"\n\n", b"a,a\n1,2\n", b"\x81\x8d\xff\n", b'"open,1\n'])
def test_a_file_that_is_no_table_is_refused(register: Register, tmp_path: Path, sheet: bytes) -> None:
    with pytest.raises(RegisterError) as refused:
        bring(register, tmp_path, sheet)
    assert refused.value.next_step


def test_a_column_nobody_maps_may_stand_twice_and_one_that_is_mapped_may_not(
    register: Register, tmp_path: Path
) -> None:
    header, rest = SHEET.split("\n", 1)
    rows = rest.replace(",Yes,\n", ",Yes,,x,y\n").replace(";,,\n", "").replace("Open AI,,\n", "Open AI,,,x,y\n")
    rows = rows.replace("Yes,No\n", "Yes,No,x,y\n")
    done = bring(register, tmp_path, f"{header},If Other,If Other\n{rows}")
    assert (done.rows, done.imported) == (3, 3)
    with pytest.raises(RegisterError, match=r"names 'Title' twice, and .*mapping.yaml reads it"):
        bring(
            register,
            tmp_path,
            f"{header.replace('Problem', 'Title')}\n{rest}",
            mapping=mapping_file(tmp_path, MAPPING.replace("problem: Problem", "problem: Title")),
        )


@pytest.mark.parametrize("office", ["", "N/A", "  ", "---"])
def test_a_record_that_names_no_department_is_kept_without_one(register: Register, tmp_path: Path, office: str) -> None:
    done = bring(register, tmp_path, f"{SHEET}{office},7,Chatbot of nobody,Answers,No,,,,\n")
    assert (done.rows, done.imported, done.rejected) == (4, 4, ())
    assert done.created == {"department": 2, "vendor": 2, "use_case": 4}
    (case,) = (each for each in register.entities("use_case") if each.name == "Chatbot of nobody")
    assert "department" not in case.fields
    assert case.fields["problem"] == "Answers"


def test_a_record_that_names_nothing_at_all_is_named_with_its_reason(register: Register, tmp_path: Path) -> None:
    only_departments = MAPPING[: MAPPING.index("  - kind: use_case")]
    done = bring(register, tmp_path, SHEET + ",7,Nobody,x,,,,,\n", mapping=mapping_file(tmp_path, only_departments))
    assert [(each.line, each.reason[:16]) for each in done.rejected] == [(6, "no department id")]


RECORDS = """[
  {"Office": "Parks", "No": 1, "Title": "Tree count", "Problem": "Nobody knows\\nhow many trees",
   "Personal": "Yes", "Since": "03.02.2025", "Seller": ["OpenAI"], "Tested": "Yes", "Appeal": null},
  {"Office": "Parks", "No": 1, "Title": "Tree health", "Problem": "N/A", "Seller": ["Leaf & Co", "Open AI"]},
  {"Office": "Roads", "Title": "Pothole photos", "Problem": "Too slow", "Personal": "No", "Tested": "Yes", "Appeal": "No"}
]
"""


@pytest.mark.parametrize(
    "text",
    [
        RECORDS,
        f'{{"records": {RECORDS}}}',
        f'{{"made": {{"by": "town"}}, "total": 3, "records": {RECORDS}, "pages": []}}',
        f'{{"inventory": {RECORDS}}}',
        "\ufeff" + RECORDS,
        "\n".join(json.dumps(each) for each in json.loads(RECORDS)),
    ],
)
@pytest.mark.parametrize("name", ["list.json", "list.csv"])
def test_json_is_read_like_the_sheet_it_could_be(register: Register, tmp_path: Path, text: str, name: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    done = import_register(
        register,
        file,
        mapping_file(tmp_path),
        actor="Ada",
        now=NOW,
        resolvers=resolvers_of(catalogue_vendors()),
        known_vendors=catalogue_ids(),
    )
    assert (done.rows, done.imported, done.rejected) == (3, 3, ())
    assert done.created == {"department": 2, "vendor": 2, "use_case": 3}
    trees = register.entity("use_case", "parks-1")
    assert trees is not None
    assert (trees.fields["problem"], trees.fields["personal_data"]) == ("Nobody knows\nhow many trees", True)
    assert trees.fields["controls"] == "test: Yes"
    health = register.entity("use_case", "parks-1-2")
    assert health is not None
    assert health.fields["vendors"] == ["leaf-co", "openai"]


def test_a_json_value_names_its_file_and_line_and_keeps_its_digits(register: Register, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text(
        '{"records": [\n{"a": {"office": "Parks"}, "cost": 0.10, "ids": [1, null, 2]},\n\n"x",\n'
        '{"a": {"office": "Roads"}, "cost": 1e400, "ids": [], "new": false}]}'
    )
    table = read_table(file)
    assert table.columns == ("a.office", "cost", "ids", "new")
    assert [(each.line, each.cells["cost"], each.cells["ids"], each.cells["new"]) for each in table.records] == [
        (2, "0.10", "1; 2", ""),
        (5, "1e400", "", "false"),
    ]
    assert [(each.line, each.reason) for each in table.ragged] == [(4, "it is no object with names and values.")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "{}",
        '{"a": 1}',
        '[{"Office": 1}',
        '[{"Office": 1},]',
        "[1, 2]",
        "[{}] x",
        '{"a": [], "b": []}',
        "[" * 100_000,
        '{"records": [{"Office": }]}',
        '[{"Office": "a", "Office": "b", "No": 1, "Title": "t"}]',
    ],
)
def test_json_that_is_no_list_of_records_is_refused(register: Register, tmp_path: Path, text: str) -> None:
    file = tmp_path / "list.json"
    file.write_text(text)
    with pytest.raises(RegisterError) as refused:
        import_register(register, file, mapping_file(tmp_path), actor="Ada", now=NOW)
    assert refused.value.next_step
    assert register.entities("use_case") == []


def test_a_separator_inside_brackets_belongs_to_the_name() -> None:
    found = pieces("Copilot, Microsoft 365 suite (Teams, Word); N/A", [",", ";"], {"n/a"})
    assert found == ["Copilot", "Microsoft 365 suite (Teams, Word)"]


def test_the_shipped_mappings_can_be_read() -> None:
    assert shipped_mappings() == ("omb2025-consolidated", "omb2025-individual")
    folder = Path(read_mapping.__code__.co_filename).parent / "mappings"
    assert all(read_mapping(folder / f"{name}.yaml").entities for name in shipped_mappings())


def test_every_change_of_the_register_is_published_for_pages_without_a_database(
    register: Register, workspace: Workspace, tmp_path: Path
) -> None:
    bring(register, tmp_path)
    inventory = read_inventory(workspace.rollups)
    assert [each.id for each in inventory.entities("use_case", NOW.date())] == ["parks-1", "parks-1-2", "roads-line-5"]


# -- the inventories of United States agencies -----------------------------------------------------------

SHARED = Path(__file__).resolve().parents[3] / "shared"
INDIVIDUAL = "data/register/omb2025_individually_reported_AI_use_cases.csv"
CONSOLIDATED = "data/register/omb2025_consolidated_COTS_AI_use_cases.csv"
SILENT = {"", "n/a", "not available", "unknown", "none", "tbd"}
COPILOTS = {
    "CoPilot",
    "Copilot",
    "Copilot for MS 365",
    "M365 Copilot",
    "MS 365 Copilot",
    "MS Copilot",
    "Microsoft 365 Copilot",
    "Microsoft 365 Copilot GCC",
    "Microsoft CoPilot",
    "Microsoft Copilot",
    "Microsoft Copilot 365",
    "Microsoft M365 Copilot AI",
    "Microsoft Teams integrated with Microsoft Copilot",
    "Microsoft365 Copilot",
}


@pytest.fixture(scope="module")
def federal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    """Both inventories imported by the command, and where they lie."""
    if not (SHARED / INDIVIDUAL).is_file():
        pytest.skip("the federal inventories are not beside this checkout")
    workspace = Workspace.create(tmp_path_factory.mktemp("federal"), "USD")
    for file, mapping in ((INDIVIDUAL, "omb2025-individual"), (CONSOLIDATED, "omb2025-consolidated")):
        words = ["--workspace", str(workspace.root), "register", "import", str(SHARED / file), "--mapping", mapping]
        answer = CliRunner().invoke(cli, [*words, "--json"])
        assert answer.exit_code == 0, answer.output
        (workspace.root / f"{mapping}.json").write_text(answer.stdout)
    return workspace, SHARED


def records(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_all_3611_reported_use_cases_are_cards_and_their_gaps_are_the_files_empty_cells(
    federal: tuple[Workspace, Path],
) -> None:
    workspace, shared = federal
    told = json.loads((workspace.root / "omb2025-individual.json").read_text())
    assert (told["imported"], told["rejected"]) == (3611, [])
    with open_register(workspace) as register:
        assert len(register.entities("use_case")) == 3611
        assert len(register.entities("agent")) == 117
    said = {each["field"]: each["unanswered"] for each in told["unanswered"]}
    rows = records(shared / INDIVIDUAL)
    for question, column in (("problem", "problem_solved"), ("outcome", "benefits"), ("data", "data_description")):
        assert said[question] == sum(row[column].strip().casefold() in SILENT for row in rows), question
    safeguards = ("have_ato", "hi_testing_conducted", "hi_assessment_completed", "hi_independent_review")
    safeguards += ("hi_ongoing_monitoring", "hi_training_established", "hi_failsafe_presence", "hi_appeal_process")
    assert said["controls"] == sum(all(not row[name].strip() for name in safeguards) for row in rows)
    assert {said[name] for name in ("owner", "nature", "cost_center", "quality_threshold")} == {3611}


def test_importing_both_inventories_again_changes_nothing(federal: tuple[Workspace, Path]) -> None:
    workspace, shared = federal
    for file, mapping in ((INDIVIDUAL, "omb2025-individual"), (CONSOLIDATED, "omb2025-consolidated")):
        words = ["--workspace", str(workspace.root), "register", "import", str(shared / file), "--mapping", mapping]
        answer = CliRunner().invoke(cli, [*words, "--dry-run", "--json"])
        told = json.loads(answer.stdout)
        assert (told["created"], told["changed"], told["fields_written"]) == ({}, {}, 0), mapping


def test_fourteen_spellings_of_copilot_are_one_product_and_other_copilots_are_not(
    federal: tuple[Workspace, Path],
) -> None:
    workspace, _ = federal
    told = json.loads((workspace.root / "omb2025-consolidated.json").read_text())
    assert (told["rows"], told["imported"], told["rejected"]) == (900, 900, [])
    merged = {each["product"]: each for each in told["merged"]}
    assert set(merged["microsoft-copilot"]["spellings"]) == COPILOTS
    assert merged["microsoft-copilot"]["vendor"] == "microsoft"
    assert "GitHub Copilot" in merged["github-copilot"]["spellings"]
    with open_register(workspace) as register:
        others = {each.get("product_id") for each in register.entities("tool") if "copilot" in each.name.casefold()}
    assert {"microsoft-copilot", "github-copilot", "microsoft-security-copilot", "copilot-magnet"} <= others


def test_every_used_product_of_the_900_records_is_a_tool_and_unnamed_use_is_a_gap(
    federal: tuple[Workspace, Path],
) -> None:
    workspace, shared = federal
    with open_register(workspace) as register:
        tools = register.entities("tool")
    rows = records(shared / CONSOLIDATED)
    nothing = (
        SILENT
        | {"various"}
        | {
            "external- chatbots",
            "external- creative production suite",
            "external- cybersecurity suites",
            "external- government travel system",
            "external- smartphone os",
            "external-generative coding assistant",
        }
    )
    unnamed = [
        row
        for row in rows
        if row["Agency Use (Y/N)?"] == "Y"
        and row["Name of Commercial Product or Service Used"].strip().casefold() in nothing
    ]
    assert sum(1 for tool in tools if not tool.get("name")) == len(unnamed)
    agencies = Counter(str(tool.get("department")) for tool in tools if tool.get("product_id") == "microsoft-copilot")
    # one tool per agency, whatever the number of records that name it
    assert set(agencies.values()) == {1}


def test_overlap_by_agency_is_shown_without_any_money(federal: tuple[Workspace, Path]) -> None:
    workspace, _ = federal
    words = ["--workspace", str(workspace.root), "vendors", "--by", "department", "--period", "2025-10", "--json"]
    answer = CliRunner().invoke(cli, words)
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    assert report["has_money"] is False
    assert report["overlap_cost"] is None
    assert all(row["cost"] is None for row in report["departments"])
    commission = next(row for row in report["departments"] if row["label"] == "Election Assistance Commission")
    writing = next(each for each in commission["capabilities"] if each["capability"] == "writing")
    # its three writing records name "ChatGPT, Claude, Copilot, Perplexity" and "Grammarly, Copilot"
    assert {each["label"] for each in writing["products"]} == {
        "ChatGPT",
        "Claude",
        "Grammarly",
        "Microsoft Copilot",
        "Perplexity",
    }
    assert writing["is_overlap"] is True

"""A company that has only its register: findings on what it declares, money unknown, decisions that hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from risk_company import Company
from risk_facts import facts, fired, spend

from spendmap.api.app import create_app
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.readiness import readiness_report
from spendmap.reports.vendors import vendors_report
from spendmap.risk.facts import Tool
from spendmap.risk.review import review
from spendmap.risk.snapshot import read_snapshot
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NEXT_YEAR = str(datetime.now(UTC).date() + timedelta(days=365))
FIRM = """\
departments:
  - {id: sales, name: Sales, owner: Ines Okafor}
cost_centers:
  - {id: c1, name: Sales cost, department: sales}
vendors:
  - {id: openai, name: OpenAI}
  - {id: anthropic, name: Anthropic}
  - {id: google, name: Google}
  - {id: otter, name: Otter}
tools:
  - {id: chatgpt, name: ChatGPT, vendor: openai, capability: chat, department: sales, owner: Ada, purpose: mail,
     value_hypothesis: an hour a week, data_risk: confidential, approved_risk: internal}
  - {id: claude, name: Claude, vendor: anthropic, capability: [chat, coding], department: sales, owner: Ada,
     purpose: mail, value_hypothesis: an hour a week}
  - {id: gemini, name: Gemini, vendor: google, capability: chat, department: sales, status: Retired}
  - {id: notes, name: Notes, vendor: otter, capability: meetings, department: sales, purpose: notes,
     value_hypothesis: an hour a week}
agents:
  - {id: helper, name: Helper, owner: Ada, permissions: [tickets read], output_review: a person, kill_switch: true,
     kill_switch_tested_on: 2026-09-01, failure_detection: alarms, rate_limit: 10 a minute}
use_cases:
  - {id: triage, name: Triage, department: sales, nature: opex, quality_threshold: 95 % right, problem: slow,
     data: tickets, unit_economics: a ticket, controls: a person looks, cost_center: c1}
  - {id: old, name: Old, status: Retired}
"""
# ChatGPT holds confidential data and is approved for internal; Notes and Triage have no owner; Helper has no budget;
# ChatGPT and Claude both do chat, in one department. Gemini and Old are retired; one tool for meetings is no overlap.
FOUND = {"IT005:chatgpt", "IT001:notes", "PI001:triage", "AG001:helper", "OV001:chat", "OV002:chat/sales"}


@pytest.fixture
def firm(tmp_path: Path) -> Company:
    company = Company(Workspace.create(tmp_path / "firm").root)
    file = tmp_path / "firm.yaml"
    file.write_text(FIRM, encoding="utf-8")
    applied = company.run("register", "apply", str(file))
    assert applied.exit_code == 0, applied.output
    return company


def of(document: dict[str, Any], finding: str) -> dict[str, Any]:
    return next(each for each in document["findings"] if each["id"] == finding)


def test_the_register_alone_is_reviewed_and_no_money_is_made_up(firm: Company) -> None:
    step = firm.ask("review", "--period", "2026-10")["steps"][0]
    assert (step["period"], step["rows_in"], step["findings"], step["has_figures"]) == ("2026-10", 0, 6, False)
    assert "the money at stake is unknown" in step["notes"][0]
    told = firm.ask("findings")
    assert {each["id"] for each in told["findings"]} == FOUND
    assert {(each["money_at_stake"], each["currency"], each["basis"]) for each in told["findings"]} == {
        (None, None, None)
    }
    assert (told["has_figures"], len(told["notes"])) == (False, 1)
    printed = firm.run("findings", "--code", "OV002").output
    assert "money unknown; Ines Okafor" in printed
    assert "no money seen" not in printed


def test_without_a_period_it_is_the_last_full_month_before_today(firm: Company) -> None:
    assert review(Workspace.open(firm.folder), now=NOW).period == "2026-10"
    assert "the money at stake is unknown" in firm.run("review").output


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("all", "names no months"),
        ("2026-12", "2026-12 has not begun"),
        ("soon", "no period to review"),
        ("9999", "has not begun"),
        ("0000-01", "no period to review"),
    ],
)
def test_a_period_that_cannot_be_reviewed_is_refused_with_one_that_can(firm: Company, period: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        review(Workspace.open(firm.folder), period=period, now=NOW)
    assert refused.value.next_step == "Try `spendmap review --period 2026-10`."


def test_an_overlap_nobody_has_paid_for_yet_can_be_decided(firm: Company) -> None:
    firm.ask("review")
    overlap = of(firm.ask("findings"), "OV002:chat/sales")
    assert overlap["title"] == "2 registered products for chat in Sales"
    assert overlap["evidence"] == {"money": "unknown", "ChatGPT": "OpenAI", "Claude": "Anthropic"}
    words = ("accept", "--reason", "one year to choose", "--until", NEXT_YEAR, "--by", "Ines")
    assert firm.ask("decide", "OV002:chat/sales", *words)["state"] == "accepted"
    firm.ask("review")
    assert of(firm.ask("findings"), "OV002:chat/sales")["reason"] == "one year to choose"
    model = ReadModel.open(Workspace.open(firm.folder))
    today = datetime.now(UTC).date()
    (sales,) = vendors_report(model, ask(model, today=today), today, by="department").departments
    (chat,) = [each for each in sales.capabilities if each.is_overlap]
    assert chat.capability == "chat"
    assert chat.decision is not None
    assert (chat.decision.state, chat.decision.reason) == ("accepted", "one year to choose")


def test_the_pages_answer_with_findings_and_no_map(firm: Company) -> None:
    firm.ask("review")
    app = create_app(Workspace.open(firm.folder))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        page = client.get("/api/findings", params={"size": 4, "page": 2, "sort": "title"}).json()
        assert (page["total"], page["all"], page["has_figures"]) == (6, 6, False)
        # By title: 2 registered ... (twice), ChatGPT, Helper; then Notes and Triage.
        assert [each["id"] for each in page["findings"]] == ["IT001:notes", "PI001:triage"]
        # Ada owns ChatGPT, Helper and both products that do chat; Ines heads the department of the other three.
        assert page["choices"]["owner"] == [{"value": "Ada", "count": 3}, {"value": "Ines Okafor", "count": 3}]
        assert client.get("/api/findings", params={"q": "CHAT sales"}).json()["total"] == 1
        assert client.get("/api/findings", params={"page": 3, "size": 4}).status_code == 400
        assert client.get("/api/findings", params={"sort": "size"}).status_code == 400
        one = client.get("/api/findings/ov002:chat%2Fsales").json()
        assert (one["id"], one["money_at_stake"]) == ("OV002:chat/sales", None)
        gone = client.get("/api/findings/IT001:gone")
        assert (gone.status_code, gone.json()["next_step"]) == (404, "List them with `spendmap findings`.")
        cases = {each["id"]: each["open_findings"] for each in client.get("/api/use-cases").json()["items"]}
        assert cases == {"triage": 1, "old": 0}
        card = client.get("/api/use-cases/triage").json()
        assert [each["id"] for each in card["findings"]] == ["PI001:triage"]
        for path in (
            "/api/leader",
            "/api/map",
            "/api/vendors",
            "/api/vendors/openai",
            "/api/optimize",
            "/api/readiness",
        ):
            assert client.get(path).status_code == 200, path
        decided = client.post("/api/findings/OV001:chat/decide", json={"version": 0, "verb": "assign", "owner": "Ada"})
        assert (decided.status_code, decided.json()["state"]) == (200, "assigned")


def test_readiness_scores_what_is_declared_and_says_that_no_figure_is_there(firm: Company) -> None:
    model = ReadModel.open(Workspace.open(firm.folder))
    report = readiness_report(model, today=TODAY)
    assert report.period is not None
    assert report.period.label == "2026-10"
    told = {cell.category: (cell.score, cell.words) for cell in report.cells if cell.area == "governance"}
    assert told["agents"] == (0, "declared, no spend seen")
    assert told["evaluation"] == (None, "no spend seen")
    assert "money and outcomes are unknown" in report.notes[-1]


def test_only_the_review_does_without_figures(firm: Company) -> None:
    assert "nothing is captured yet" in str(firm.run("run").exception)
    assert "no map yet" in str(firm.run("optimize").exception)


def test_nothing_registered_or_not_yet_on_the_map_is_refused_with_the_next_command(
    firm: Company, tmp_path: Path
) -> None:
    empty = Workspace.create(tmp_path / "empty")
    with pytest.raises(UsageError, match=r"no map yet and the register declares nothing on 2026-10-31") as refused:
        review(empty, now=NOW)
    assert "register import" in refused.value.next_step
    assert read_snapshot(empty.rollups) is None
    (firm.folder / "ledger").mkdir(exist_ok=True)
    (firm.folder / "ledger" / "manifest.json").write_text('{"charge": {"files": ["ledger/charge/a.parquet"]}}')
    with pytest.raises(UsageError, match="no map yet") as captured:
        review(Workspace.open(firm.folder), now=NOW)
    assert captured.value.next_step == "Make it with `spendmap allocate`."


def tool(id_: str, vendor: str | None, **more: Any) -> Tool:
    return Tool(
        **{"id": id_, "name": id_.title(), "vendor": vendor, "capability": ("chat",), "department": "d", **more}
    )


def test_money_decides_wherever_a_capability_has_any() -> None:
    tools = [tool("one", "a"), tool("two", "b"), tool("three", "c")]
    paid = facts(tools=tools, spend=[spend("10", tool="one", department="d", vendor="a")])
    assert fired("OV001", paid) == []  # one vendor is paid: registered rivals without money are no overlap of money
    assert fired("OV002", paid) == []
    for unpaid in ([], [spend(None, tool="one", department="d", vendor="a")], [spend("0", tool="one", vendor="a")]):
        (found,) = fired("OV001", facts(tools=tools, spend=unpaid))
        assert (found.title, found.stake) == ("3 registered products for chat", None)
    # The money of a tool that does two things stands under the first, and speaks for both.
    both = [tool("one", "a", capability=("search", "chat")), *tools[1:]]
    assert fired("OV001", facts(tools=both, spend=[spend("10", tool="one", vendor="a")])) == []


def test_a_declared_overlap_needs_two_sellers_or_two_products_in_a_department() -> None:
    one_seller = facts(tools=[tool("one", "a"), tool("two", "a")])
    assert fired("OV001", one_seller) == []
    assert [each.id for each in fired("OV002", one_seller)] == ["OV002:chat/d"]
    one_product = facts(tools=[tool("one", "a", product_id="p"), tool("two", "a", product_id="p")])
    assert fired("OV002", one_product) == []
    unknown = facts(tools=[tool("one", None, department=None), tool("two", None, department=None)])
    assert [each.id for each in fired("OV001", unknown)] == ["OV001:chat"]  # who sells them is not known: two sellers
    assert fired("OV002", unknown) == []
    retired = facts(tools=[tool("one", "a"), tool("two", "b", status="retired")])
    assert fired("OV001", retired) == fired("OV002", retired) == []


def test_a_long_list_is_cut_in_the_sentence_and_whole_in_the_evidence() -> None:
    tools = [tool(f"tool{number:02d}", f"v{number}", department=f"d{number % 2}") for number in range(20)]
    (found,) = fired("OV001", facts(tools=tools))
    assert found.detail.startswith("Tool00, Tool01, Tool02, Tool03, Tool04, Tool05 and 14 more all do chat.")
    assert len(found.evidence) == 21  # twenty products, and that the money is unknown
    assert found.evidence["Tool19"] == "v19; d1"


def test_the_inventories_of_the_agencies_are_reviewed_and_agree_with_the_vendors_page(
    shared: Path, tmp_path: Path
) -> None:
    data = shared / "data" / "register"
    if not data.is_dir():
        pytest.skip("the public inventories are not beside this checkout")
    company = Company(Workspace.create(tmp_path / "agencies").root)
    for file, mapping in (("individually_reported", "individual"), ("consolidated_COTS", "consolidated")):
        (sheet,) = data.glob(f"*{file}*.csv")
        assert company.run("register", "import", str(sheet), "--mapping", f"omb2025-{mapping}").exit_code in (0, 1)
    review(Workspace.open(company.folder), now=NOW)
    snapshot = read_snapshot(company.folder / "rollups")
    assert snapshot is not None
    assert {each.finding.stake for each in snapshot.kept} == {None}
    counts = Counter(each.finding.code for each in snapshot.kept)
    # 3,611 use cases, 314 of them retired, and none names an owner; 529 tools, and none names an owner either.
    assert (counts["PI001"], counts["IT001"]) == (3611 - 314, 529)
    model = ReadModel.open(Workspace.open(company.folder))
    question = ask(model, today=TODAY)
    found = {each.finding.id for each in snapshot.kept if each.finding.category == "overlap"}
    capabilities = vendors_report(model, question, TODAY).capabilities
    departments = vendors_report(model, question, TODAY, by="department").departments
    shown = {f"OV001:{row.capability}" for row in capabilities if row.is_overlap} | {
        f"OV002:{each.capability}/{row.department}"
        for row in departments
        for each in row.capabilities
        if each.is_overlap
    }
    assert found == shown
    assert all(row.decision for row in capabilities if row.is_overlap)

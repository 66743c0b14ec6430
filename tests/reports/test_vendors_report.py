"""Vendors and overlap on figures worked out by hand: money, people in common, data classes, decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import published_company
import pytest
from published_company import META, USAGE_PRICED, Folder, publish

from spendmap.api.routes.vendors import _csv
from spendmap.register.codec import encode
from spendmap.register.published import publish_inventory
from spendmap.reports.explain import explain
from spendmap.reports.figures import document
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map
from spendmap.reports.vendor_detail import UnknownVendorError, VendorDetail, vendor_detail
from spendmap.reports.vendors import VendorsReport, vendors_report
from spendmap.risk.finding import Finding, Subject
from spendmap.risk.snapshot import Kept, Snapshot, snapshot_bytes
from spendmap.risk.states import Decision
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError

TODAY = date(2026, 11, 21)
TOOLS: dict[str, dict[str, Any]] = {
    "chatgpt_team": {
        "name": "ChatGPT Team",
        "vendor": "openai",
        "capability": "chat",
        "department": "sales",
        "data_risk": "restricted",
        "approved_risk": "confidential",
        "renewal_date": date(2026, 12, 31),
        "notice_days": 30,
        "sso": True,
    },
    "claude_team": {
        "name": "Claude Team",
        "vendor": "anthropic",
        "capability": ["chat", "coding"],
        "department": "sales",
        "sso": False,
    },
    "cursor": {"name": "Cursor", "vendor": "cursor", "capability": "coding", "department": "platform"},
    "quiet": {"name": "Quiet", "vendor": "acme"},
}


def call(tool: str, number: int, person: str | None, day: str = "2026-10-05 08:00:00") -> dict[str, Any]:
    """One call of a tool as the ledger holds it: captured, priced, and tied to the tool."""
    key = f"{tool}-{number}"
    base = dict(USAGE_PRICED[0])
    return base | {
        "natural_key": key,
        "source_name": "logs",
        "load_id": "L",
        "billing_month": day[:7],
        "charge_period_start": day,
        "principal_id": person,
        "tool": tool,
        "group_key": f"g-{tool}",
    }


def tied(tool: str, vendor: str, department: str) -> dict[str, Any]:
    """The allocation row that a tool's calls end in, 10 USD."""
    return published_company._row(
        f"g-{tool}",
        "2026-10",
        "ai",
        "internal_tools",
        ("10", "10", "10", "10"),
        origin="usage",
        source_name="logs",
        tool=tool,
        vendor=vendor,
        department=department,
        evidence="metered",
    )


def inventory(root: Path, tools: dict[str, dict[str, Any]] = TOOLS) -> None:
    stored: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = {
        ("tool", id_): {name: ((encode(value), None, None, None),) for name, value in fields.items()}
        for id_, fields in tools.items()
    }
    stored["department", "sales"] = {"name": ((encode("Field sales"), None, None, None),)}
    stored["use_case", "pitch"] = {"vendors": ((encode(["openai", "acme"]), None, None, None),)}
    stored["contract", "c1"] = {
        "vendor": ((encode("openai"), None, None, None),),
        "renewal_date": ((encode(date(2027, 3, 1)), None, None, None),),
        "notice_days": ((encode(60), None, None, None),),
        "commitment": ((encode(Decimal("12000.50")), None, None, None),),
    }
    publish_inventory(stored, root / "rollups")


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Larch with three metered tools: Ann and Bo use ChatGPT, Bo and Cy Claude; Cursor's logs name nobody."""
    calls = [
        call("chatgpt_team", 1, "ann"),
        call("chatgpt_team", 2, "bo"),
        call("chatgpt_team", 3, "bo"),
        call("claude_team", 1, "bo"),
        call("claude_team", 2, "cy"),
        call("cursor", 1, None),
    ]
    ledger = dict(published_company._LEDGER)
    for name, made in (("usage_shape", published_company.shapes), ("usage_person", published_company.people)):
        ledger[name] = (made(calls), published_company.OWN_COLUMNS[name])
    monkeypatch.setattr(published_company, "_LEDGER", ledger)
    rows = [
        tied("chatgpt_team", "openai", "sales"),
        tied("claude_team", "anthropic", "sales"),
        tied("cursor", "cursor", "platform"),
    ]
    folder = publish(tmp_path, allocation=rows)
    inventory(tmp_path)
    return folder


@pytest.fixture
def opened(firm: Folder) -> Iterator[ReadModel]:
    model = ReadModel.open(firm)
    yield model
    model.close()


def report_of(model: ReadModel, **more: Any) -> VendorsReport:
    where = more.pop("where", ())
    return vendors_report(model, ask(model, today=TODAY, period="2026-10", where=where), TODAY, **more)


def test_two_vendors_of_one_capability_overlap_and_their_money_is_told_once(opened: ReadModel) -> None:
    rows = {row.capability: row for row in report_of(opened).capabilities}
    # chat: ChatGPT 10 + Claude 10. coding: Cursor 10; Claude codes too, but its money stands under chat.
    assert (rows["chat"].is_overlap, rows["chat"].vendors, rows["chat"].cost) == (True, 2, Decimal(20))
    assert (rows["coding"].is_overlap, rows["coding"].cost) == (True, Decimal(10))
    claude = next(cell for cell in rows["coding"].products if cell.product == "claude_team")
    assert (claude.cost, claude.counted_in) == (None, "chat")
    assert rows["chat"].by_evidence == {"metered": Decimal(20)}


def test_people_in_common_are_counted_where_logs_name_them_and_unknown_where_not(opened: ReadModel) -> None:
    rows = {row.capability: row for row in report_of(opened).capabilities}
    # Ann, Bo | Bo, Cy: Bo alone uses both
    assert [(pair.one, pair.other, pair.users) for pair in rows["chat"].users_in_common] == [
        ("chatgpt_team", "claude_team", 1)
    ]
    assert {cell.product: cell.users for cell in rows["chat"].products} == {"chatgpt_team": 2, "claude_team": 2}
    assert [pair.users for pair in rows["coding"].users_in_common] == [None]


def test_controls_data_class_and_notice_day_stand_beside_each_product(opened: ReadModel) -> None:
    chat = next(row for row in report_of(opened).capabilities if row.capability == "chat")
    cells = {cell.product: cell for cell in chat.products}
    chatgpt, claude = cells["chatgpt_team"], cells["claude_team"]
    assert chatgpt.is_above_approved is True
    assert chatgpt.notice_date == date(2026, 12, 1)  # 31 December less 30 days
    assert chatgpt.controls == {"sso": "yes", "admin_controls": None, "data_retention": None}
    assert claude.controls["sso"] == "no"
    assert claude.is_above_approved is None


def test_a_department_with_two_products_of_a_capability_is_an_overlap_of_its_own(opened: ReadModel) -> None:
    rows = {row.department: row for row in report_of(opened, by="department").departments}
    assert (rows["sales"].label, rows["sales"].overlaps, rows["sales"].cost) == ("Field sales", 1, Decimal(20))
    assert rows["platform"].overlaps == 0


def test_a_recorded_decision_stands_in_its_row_until_its_day(opened: ReadModel, firm: Folder) -> None:
    finding = Finding("OV001", "cost", "overlap", Subject("capability", "chat", "chat"), "2 tools for chat", "", "")
    at = datetime(2026, 11, 2, tzinfo=UTC)
    decision = Decision(finding.id, "accept", at, "Olu", "keep both: sales is locked in", date(2027, 5, 1))
    kept = Kept(finding, date(2026, 11, 1), date(2026, 12, 1), decision=decision)
    (firm.root / "rollups" / "findings.json").write_bytes(
        snapshot_bytes(Snapshot("2026-10", date(2026, 11, 1), at, (kept,)))
    )
    report = report_of(opened)
    chat = next(row for row in report.capabilities if row.capability == "chat")
    assert chat.decision is not None
    assert (chat.decision.state, chat.decision.reason) == ("accepted", "keep both: sales is locked in")
    assert (report.overlaps, report.undecided) == (2, 1)
    later = vendors_report(opened, ask(opened, today=TODAY, period="2026-10"), date(2027, 5, 1))
    assert next(row for row in later.capabilities if row.capability == "chat").decision.state == "open"  # type: ignore[union-attr]


def test_the_list_holds_every_vendor_and_puts_the_unknown_last(opened: ReadModel) -> None:
    rows = report_of(opened, sort="cost").vendors.items
    # three vendors of 10 each stand by use cases, then by name; acme is declared and nothing was paid
    assert [(row.vendor, row.cost) for row in rows] == [
        ("openai", Decimal(10)),
        ("anthropic", Decimal(10)),
        ("cursor", Decimal(10)),
        ("acme", None),
    ]
    # openai and acme are named by one declared use case; the others have money, and none of it carries a use case
    assert [row.use_cases for row in rows] == [1, 0, 0, 1]
    assert [row.vendor for row in report_of(opened, q="chatgpt TEAM").vendors.items] == ["openai"]


def paid(key: str, vendor: str, use_case: str | None, cost: str | None, **more: Any) -> dict[str, Any]:
    """A line of money as the ledger holds it, with the use case that it carries."""
    costs = (cost,) * 4
    return published_company._row(
        key, more.pop("month", "2026-10"), more.pop("scope", "ai"), "product_inference", costs,
        vendor=vendor, use_case=use_case, **more,
    )  # fmt: skip


USED = (
    # OpenAI: pitch 7 + 5 and search 4 by money, pitch also by declaration: two use cases, and 3 carry none: 19
    paid("o1", "openai", "pitch", "7"),
    paid("o2", "openai", "pitch", "5"),
    paid("o3", "openai", "search", "4", department="platform"),
    paid("o4", "openai", None, "3"),
    # what is not about October's AI money adds no use case
    paid("o5", "openai", "summer", "9", month="2026-09"),
    paid("o6", "openai", "payroll", "9", scope="not_ai"),
    paid("o7", "openai", "abroad", "9", currency="EUR"),
    # Google has money without a use case; Mistral's line has no price, and its use case is known all the same
    paid("g1", "google", None, "20"),
    paid("m1", "mistral", "search", None),
    # Cohere was paid in September only
    paid("c1", "cohere", "search", "2", month="2026-09"),
)


@pytest.fixture
def used(tmp_path: Path) -> Iterator[ReadModel]:
    """Larch, whose register also has a tool of `quiet` and a use case `pitch` that names OpenAI and Acme."""
    folder = publish(tmp_path, allocation=USED)
    inventory(tmp_path, {"quiet": {"name": "Quiet", "vendor": "silent"}})
    model = ReadModel.open(folder)
    yield model
    model.close()


def test_use_cases_of_a_vendor_are_those_of_its_money_and_those_declared_each_once(used: ReadModel) -> None:
    counts = {row.vendor: row.use_cases for row in report_of(used).vendors.items}
    assert counts == {
        "openai": 2,  # pitch (money and declaration) and search
        "acme": 1,  # declared, nothing paid
        "google": 0,  # 20 USD, and none of it carries a use case
        "mistral": 1,
        "cohere": None,  # no money in October, nothing declared: nobody knows
        "silent": None,
    }


def test_departments_of_a_vendor_are_those_of_its_money_and_of_its_tools(used: ReadModel) -> None:
    counts = {row.vendor: row.departments for row in report_of(used).vendors.items}
    # one line of OpenAI names platform; Google's and Mistral's name none; of the tool of Silent none is stated
    assert counts == {"openai": 1, "google": 0, "mistral": 0, "silent": 0, "acme": None, "cohere": None}


def test_vendors_whose_use_cases_are_unknown_come_last_either_way(used: ReadModel) -> None:
    for sort in ("use_cases", "-use_cases"):
        ordered = [row.vendor for row in report_of(used, sort=sort).vendors.items]
        assert set(ordered[-2:]) == {"cohere", "silent"}


def test_a_vendors_page_tells_the_money_of_each_use_case_and_it_adds_up(used: ReadModel) -> None:
    detail = detail_of(used, "openai")
    assert [(each.use_case, each.cost, each.is_declared) for each in detail.by_use_case] == [
        ("pitch", Decimal(12), True),
        ("search", Decimal(4), False),
        (None, Decimal(3), False),
    ]
    assert detail.cost == Decimal(19)
    (mistral,) = detail_of(used, "mistral").by_use_case
    assert (mistral.use_case, mistral.cost, mistral.missing_rows) == ("search", None, 1)
    (acme,) = detail_of(used, "acme").by_use_case
    assert (acme.use_case, acme.cost, acme.missing_rows) == ("pitch", None, 0)
    assert (detail_of(used, "silent").use_cases, detail_of(used, "silent").by_use_case) == (None, [])


def test_a_filter_holds_for_the_use_cases_too(used: ReadModel) -> None:
    def counts(*where: tuple[str, str]) -> dict[str | None, int | None]:
        return {row.vendor: row.use_cases for row in report_of(used, where=where).vendors.items}

    assert counts(("department", "platform")) == {"openai": 1}  # search; pitch's department is not stated
    assert counts(("use_case", "pitch")) == {"openai": 1, "acme": 1}
    assert counts(("vendor", "google")) == {"google": 0}


def test_the_first_notice_and_the_findings_are_those_of_tools_and_contracts_alike(
    opened: ReadModel, firm: Folder
) -> None:
    # the tool: 31 December less 30 days; the contract: 1 March 2027 less 60 days is 31 December
    openai = next(row for row in report_of(opened).vendors.items if row.vendor == "openai")
    assert (openai.renewal_date, openai.notice_date, openai.findings) == (date(2026, 12, 31), date(2026, 12, 1), 0)
    at = datetime(2026, 11, 2, tzinfo=UTC)
    renews = Finding("LG009", "cost", "ledger", Subject("contract", "c1", "API terms"), "API terms renew", "", "")
    unused = Finding("IT006", "cost", "internal_tools", Subject("tool", "chatgpt_team", "ChatGPT"), "unused", "", "")
    kept = tuple(Kept(each, date(2026, 11, 1), date(2026, 12, 1)) for each in (renews, unused))
    (firm.root / "rollups" / "findings.json").write_bytes(
        snapshot_bytes(Snapshot("2026-10", date(2026, 11, 1), at, kept))
    )
    inventory(firm.root, {"cursor": TOOLS["cursor"]})  # only the contract is left to give notice on
    openai = next(row for row in report_of(opened).vendors.items if row.vendor == "openai")
    assert (openai.notice_date, openai.findings) == (date(2026, 12, 31), 2)
    assert [each.id for each in detail_of(opened, "openai").findings] == ["IT006:chatgpt_team", "LG009:c1"]


def test_unknown_use_cases_are_an_empty_cell_and_null(used: ReadModel) -> None:
    rows = report_of(used).vendors.items
    lines = _csv(rows, "USD", "effective").splitlines()
    place = lines[0].split(",").index("use_cases")
    assert {line.split(",")[0]: line.split(",")[place] for line in lines[1:]} == {
        "openai": "2", "acme": "1", "google": "0", "mistral": "1", "cohere": "", "silent": "",
    }  # fmt: skip
    assert {row["vendor"]: row["use_cases"] for row in document(rows)}["cohere"] is None


def test_a_filter_narrows_money_and_tools_alike(opened: ReadModel) -> None:
    report = report_of(opened, where=[("department", "platform")])
    assert [row.capability for row in report.capabilities] == ["coding"]
    assert report.capabilities[0].is_overlap is False


@pytest.mark.parametrize("more", [{"by": "owner"}, {"sort": "-price"}, {"page": 0}, {"page": 9}, {"size": 0}])
def test_what_cannot_be_asked_is_refused_with_what_can(opened: ReadModel, more: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        report_of(opened, **more)
    assert refused.value.next_step


def detail_of(model: ReadModel, vendor: str) -> VendorDetail:
    return vendor_detail(model, ask(model, today=TODAY, period="2026-10"), vendor, TODAY)


def test_a_vendors_page_has_money_contract_tools_and_who_else_does_the_same(opened: ReadModel) -> None:
    detail = detail_of(opened, "openai")
    assert (detail.cost, detail.use_cases) == (Decimal(10), 1)
    assert [(each.contract, each.commitment, each.notice_date) for each in detail.contracts] == [
        ("c1", Decimal("12000.50"), date(2026, 12, 31))  # 1 March 2027 less 60 days
    ]
    assert [(each.vendor, each.products) for each in detail.alternatives] == [("anthropic", ["Claude Team"])]
    known = {month.month: month.cost for month in detail.months}
    assert known["2026-10"] == Decimal(10)
    assert known["2026-09"] is None


def test_an_unknown_vendor_names_the_known_ones(opened: ReadModel) -> None:
    with pytest.raises(UnknownVendorError, match="no vendor is called 'nobody'") as refused:
        detail_of(opened, "nobody")
    assert "openai" in refused.value.next_step


def test_a_changed_register_shows_at_once(opened: ReadModel, firm: Folder) -> None:
    assert report_of(opened).tools == 4
    inventory(firm.root, {**TOOLS, "new": {"name": "New", "vendor": "new-one", "capability": "chat"}})
    chat = next(row for row in report_of(opened).capabilities if row.capability == "chat")
    assert chat.vendors == 3


def test_registered_products_are_compared_before_any_money_is_captured(tmp_path: Path) -> None:
    inventory(tmp_path)
    report = report_of(ReadModel.open(Folder(tmp_path)))
    assert (report.has_money, report.overlap_cost, report.overlaps) == (False, None, 2)
    assert [row.cost for row in report.capabilities] == [None, None]


def test_a_damaged_inventory_says_how_to_write_it_again(tmp_path: Path) -> None:
    (tmp_path / "rollups").mkdir()
    (tmp_path / "rollups" / "inventory.json").write_text(json.dumps({"format": 1, "kinds": []}))
    with pytest.raises(SourceUnreadableError) as refused:
        report_of(ReadModel.open(Folder(tmp_path)))
    assert "spendmap register apply" in refused.value.next_step


def test_without_a_register_tools_are_known_by_their_money(tmp_path: Path) -> None:
    publish(tmp_path)
    report = report_of(ReadModel.open(Folder(tmp_path)))
    rows = {row.capability: row.cost for row in report.capabilities}
    # ChatGPT 450, and Anthropic's employee tools without a tool's name are in the same capability by its vendor
    assert META["capabilities"]["tool"]["chatgpt_team"] == "assistant"
    assert rows["meeting notes"] == Decimal(30)
    assert any("No register is published" in note for note in report.notes)


def seats(key: str, vendor: str, cost: str, **more: Any) -> dict[str, Any]:
    """A line of employee tools."""
    return published_company._row(
        key, "2026-10", "ai", "internal_tools", (cost,) * 4, vendor=vendor, **more
    )  # fmt: skip


@pytest.mark.parametrize(("carrier", "overlap"), [({}, "30"), ({"use_case": "desk"}, "0"), ({"agent": "bot"}, "0")])
def test_what_a_use_case_calls_of_a_vendor_is_no_tool_that_overlaps(
    tmp_path: Path, carrier: dict[str, str], overlap: str
) -> None:
    # ChatGPT for assistance 10 beside 20 of Anthropic, which the register knows as a vendor of assistance
    lines = (seats("s1", "openai", "10", tool="chatgpt_team"), seats("s2", "anthropic", "20", **carrier))
    model = ReadModel.open(publish(tmp_path, allocation=lines))
    question = ask(model, today=TODAY, period="2026-10")
    assert spend_map(model, question).overlap.cost == Decimal(overlap)
    assert explain(model, question, "overlap").adds_up is True
    assert report_of(model).unregistered == (0 if carrier else 1)
    model.close()

"""What was planted in the sample company is really in its files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from fernhill_files import csv_rows, focus_rows, folder_rows, gateway_calls, json_lines, spans


def test_log_lines_repeat_and_begin_as_all_zero_placeholders(fernhill: Path, truth: dict[str, Any]) -> None:
    seen: Counter[str] = Counter()
    placeholders = 0
    for _, line in json_lines(fernhill / "sources" / "gateway"):
        if line is not None:
            seen[line["request_id"]] += 1
            placeholders += line["total_tokens"] == 0
    assert placeholders == truth["planted"]["placeholder_log_lines"]["rows"] > 0
    repeats = seen.total() - len(seen)
    assert repeats - placeholders == truth["planted"]["duplicate_log_lines"]["rows"] > 0


def test_a_price_changes_inside_a_month_and_no_call_straddles_the_change(fernhill: Path, truth: dict[str, Any]) -> None:
    planted = truth["planted"]["price_change"]
    days = {c["startTime"][:10] for c in gateway_calls(fernhill).values() if c["model"] == planted["model"]}
    august = sorted(day for day in days if day.startswith("2026-08"))
    assert august[0] < "2026-08-20" and august[-1] > "2026-08-22"
    assert not days & {"2026-08-20", "2026-08-21"}
    # below 272,000 input tokens a call has one price whatever its length
    assert all(c["prompt_tokens"] < 272_000 for c in gateway_calls(fernhill).values() if c["model"] == planted["model"])


def test_one_day_is_restated_by_a_later_file(fernhill: Path, truth: dict[str, Any]) -> None:
    planted = truth["planted"]["restated_day"]
    first, second = sorted((fernhill / "sources" / "aws-focus").glob("2026-09*"))
    was, is_ = csv_rows(first), csv_rows(second)
    assert len(was) == len(is_)  # a bill is restated whole
    before, after = (
        [row for row, other in zip(a, b, strict=True) if row != other] for a, b in ((was, is_), (is_, was))
    )
    assert {row["ChargePeriodStart"][:10] for row in after} == {planted["day"]}
    assert len(before) == len(after) == planted["rows_replaced"]
    change = sum(Decimal(row["EffectiveCost"]) for row in after) - sum(Decimal(row["EffectiveCost"]) for row in before)
    # one node of 24 hours at 63.296 less 6 %: 59.49824 x 24
    assert change == Decimal(planted["difference"]) == Decimal("-1427.95776")


def test_the_idle_pool_is_committed_and_hardly_used(fernhill: Path, truth: dict[str, Any]) -> None:
    pool = [row for row in focus_rows(fernhill, "aws-focus") if row["ResourceName"] == "research-pool"]
    hours: dict[str, Decimal] = defaultdict(Decimal)
    for row in pool:
        hours[row["CommitmentDiscountStatus"]] += Decimal(row["ConsumedQuantity"])
    assert hours["Used"] / (hours["Used"] + hours["Unused"]) == Decimal("0.06")
    assert sum(row["EffectiveCost"] for row in pool) == Decimal(truth["planted"]["idle_gpu_pool"]["effective_cost"])


def test_one_agent_loops_for_a_week(fernhill: Path, truth: dict[str, Any]) -> None:
    planted = truth["planted"]["runaway_agent"]
    agents = {
        s["traceId"]: s["gen_ai.agent.id"] for s in spans(fernhill) if s["gen_ai.operation.name"] == "invoke_agent"
    }
    calls: Counter[str] = Counter()
    for span in spans(fernhill):
        if span["gen_ai.operation.name"] == "chat" and agents.get(span["traceId"]) == planted["agent"]:
            calls[datetime.fromtimestamp(int(span["startTimeUnixNano"]) / 1e9, UTC).strftime("%Y-%m-%d")] += 1
    inside = sum(n for day, n in calls.items() if planted["days"][0] <= day <= planted["days"][1])
    assert inside >= planted["calls"] >= 7 * 130
    assert inside > sum(calls.values()) - inside  # one week holds more calls than the year around it


def test_an_agents_own_span_repeats_its_calls(fernhill: Path) -> None:
    heads: dict[str, int] = {}
    children: dict[str, int] = defaultdict(int)
    for span in spans(fernhill):
        if span["gen_ai.operation.name"] == "invoke_agent":
            heads[span["traceId"]] = int(span["gen_ai.usage.input_tokens"])
        elif span["gen_ai.operation.name"] == "chat":
            children[span["traceId"]] += int(span["gen_ai.usage.input_tokens"])
    assert heads and all(children[trace] == tokens for trace, tokens in heads.items())


def test_the_tool_on_the_card_is_in_no_register_file(fernhill: Path, truth: dict[str, Any]) -> None:
    planted = truth["planted"]["unregistered_tool"]
    paid = [row for row in folder_rows(fernhill, "card") if row["Merchant"] == planted["merchant"]]
    assert len(paid) == 8  # March to October
    assert sum(Decimal(row["Amount"]) for row in paid) == Decimal(planted["effective_cost"])
    for path in (fernhill / "register").iterdir():
        assert planted["merchant"] not in path.read_text(encoding="utf-8")


def test_three_meeting_assistants_are_paid_for_at_once(fernhill: Path) -> None:
    card = {row["Merchant"] for row in csv_rows(fernhill / "sources" / "card" / "card_2026-10.csv")}
    ledger = {row["Supplier"] for row in csv_rows(fernhill / "sources" / "ap-ledger" / "ap_2026-10.csv")}
    assert {"OTTER.AI", "FATHOM VIDEO"} <= card
    assert "Fireflies.AI Corp." in ledger


def test_openai_arrives_as_log_bill_and_invoice(fernhill: Path, truth: dict[str, Any]) -> None:
    invoices = [row for row in folder_rows(fernhill, "ap-ledger") if row["Supplier"] == "OpenAI OpCo, LLC"]
    assert len(invoices) == 12  # each a month after its use
    for row in invoices:
        billed = Decimal(truth["billed"][row["Memo"].removeprefix("API usage ")]["openai/org-fernhill"])
        assert abs(Decimal(row["Amount"]) - billed) <= Decimal("0.005")


def test_three_ledger_files_are_not_utf8(fernhill: Path, truth: dict[str, Any]) -> None:
    found = []
    for path in sorted((fernhill / "sources" / "ap-ledger").iterdir()):
        try:
            path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            found.append(path.stem.removeprefix("ap_"))
        assert any(row["Supplier"] == "Café Délice Catering" and "£" in row["Memo"] for row in csv_rows(path))
    assert found == truth["planted"]["cp1252_files"]["months"]


def test_three_use_cases_leave_questions_of_their_card_open_and_no_other(fernhill: Path, truth: dict[str, Any]) -> None:
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in (fernhill / "register").glob("*.yaml"):
        for name, entities in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            said[name] += entities
    tied = {each["use_case"] for name in ("agents", "review_queues") for each in said[name] if each.get("use_case")}
    tied |= {each["use_case"] for each in said["evaluation_suites"] if each.get("gate")}
    still_open = {
        case["id"]
        for case in said["use_cases"]
        if not (case.get("data") or case.get("data_assets"))
        or not case.get("unit_economics")
        or not (case.get("controls") or case.get("evaluation_suites") or case["id"] in tied)
    }
    assert still_open == set(truth["planted"]["open_card_questions"]["use_cases"])

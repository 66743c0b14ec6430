"""Whose the calls of an evaluation suite are: the use case it tests carries what testing it costs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from small_firm import SmallFirm
from spendmap.allocation.entities import entity_table
from spendmap.engine.store import Store
from spendmap.register import Value

REGISTER = """
departments: [{id: prod, name: Product, owner: Ann}]
use_cases:
  - {id: qa, name: Question answering, owner: Ann, department: prod, category: product_inference, keys: [{feature: qa}]}
  - {id: chat, name: Chat, owner: Bob, department: prod, category: product_inference, keys: [{feature: chat}]}
agents: [{id: tester, name: Tester, owner: Bob, use_case: chat}]
evaluation_suites:
  - {id: gold, name: Gold, use_case: qa, keys: [{eval_suite: gold-v2}]}
  - {id: loose, name: Loose}
"""


def call(month: str, **metadata: str) -> str:
    """One million input tokens of gpt-4.1: 2.00 at list price."""
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000}
    line = {
        "request_id": f"r-{month}",
        "call_type": "acompletion",
        "api_key": "0" * 64,
        "spend": 0,
        "startTime": f"{month}-05 10:00:00",
        "endTime": f"{month}-05 10:00:09",
        "model": "gpt-4.1",
        "custom_llm_provider": "openai",
        "metadata": {"usage_object": usage, "status": "success", "spend_logs_metadata": metadata},
        "status": "success",
    }
    return json.dumps(line | usage) + "\n"


CASES: list[tuple[dict[str, str], str | None, str | None]] = [
    ({"eval_suite": "gold-v2"}, "qa", "register:evaluation_suite:gold"),  # by the suite's key
    ({"eval_suite": "GOLD-V2"}, "qa", "register:evaluation_suite:gold"),  # keys do not mind letter case
    ({"eval_suite": "gold"}, "qa", "register:evaluation_suite:gold"),  # the source writes the suite's id
    ({"eval_suite": "gold-v2", "feature": "chat"}, "chat", "register:use_case:chat"),  # a use case's own key
    ({"eval_suite": "gold-v2", "use_case": "chat"}, "chat", None),  # the source says whose it is
    ({"eval_suite": "gold-v2", "agent_id": "tester"}, "qa", "register:evaluation_suite:gold"),  # nearer than agents
    ({"eval_suite": "loose"}, None, None),  # it tests no use case that anybody declared
    ({"eval_suite": "unheard-of"}, None, None),
    ({"feature": "qa"}, "qa", "register:use_case:qa"),
]


def test_the_calls_of_a_suite_are_carried_by_the_use_case_it_tests(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    by_month = {f"2026-{number:02d}": case for number, case in enumerate(CASES, 1)}
    firm.capture("".join(call(month, **tags) for month, (tags, _, _) in by_month.items()), "litellm_spendlogs")
    assert firm.money("month", "use_case", "category") == {
        (month, use_case, "evaluation" if "eval_suite" in tags else "product_inference"): Decimal("2.000000000000")
        for month, (tags, use_case, _) in by_month.items()
    }
    lines = Store(firm.workspace).rows("allocation").to_pylist()
    assert {(line["billing_month"], line["attribution_rule"]) for line in lines} == {
        (month, rule) for month, (_, _, rule) in by_month.items()
    }


def value(field: str, content: Any, since: date | None = None, until: date | None = None) -> Value:
    return Value(field, content, since, until, None, datetime(2026, 1, 1, tzinfo=UTC))


def spans(dated: list[tuple[str, str, list[Value]]]) -> list[tuple[date, str | None]]:
    rows = entity_table(dated).to_pylist()
    return [(row["valid_from"], row["use_case"]) for row in rows if row["entity_type"] == "evaluation_suite"]


def test_a_suite_that_names_no_use_case_is_of_the_one_that_lists_it_while_it_does() -> None:
    june, start = date(2026, 6, 1), date(1970, 1, 1)
    suite = ("evaluation_suite", "gold", [value("name", "Gold")])
    qa = ("use_case", "qa", [value("evaluation_suites", ["gold", "other"], since=june)])
    assert spans([suite, qa]) == [(start, None), (june, "qa")]
    # what the suite says itself comes first; two use cases that list it leave it with neither
    own = ("evaluation_suite", "gold", [value("use_case", "chat")])
    assert {case for _, case in spans([own, qa])} == {"chat"}
    chat = ("use_case", "chat", [value("evaluation_suites", ["gold"])])
    assert spans([suite, qa, chat]) == [(start, "chat"), (june, None)]

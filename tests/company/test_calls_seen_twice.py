"""One call, two logs, one amount on the map: from files to totals, scenarios, sources and the review.

gpt-4.1 costs 2.00 per million input tokens and 8.00 per million output tokens: a call of 1,000,000 and 100,000 is 2.80.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sources import sources_report
from spendmap.risk.review import review
from spendmap.risk.snapshot import read_snapshot
from spendmap.workspace import Workspace

D = Decimal


def gateway_line(request_id: str, at: str, **fields: Any) -> dict[str, Any]:
    return {
        "request_id": request_id, "call_type": "acompletion", "api_key": "0" * 64, "spend": 2.8, "total_tokens": 1_100_000,
        "prompt_tokens": 1_000_000, "completion_tokens": 100_000, "startTime": at, "endTime": at, "model": "gpt-4.1",
        "custom_llm_provider": "openai", "cache_hit": "False", "status": "success", "metadata": {}, **fields,
    }  # fmt: skip


def span(span_id: str, at: str, answer: str | None = None, **texts: str) -> dict[str, Any]:
    start = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) * 10**9
    said: dict[str, str | int] = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4.1",
        "gen_ai.usage.input_tokens": 1_000_000, "gen_ai.usage.output_tokens": 100_000, **texts,
    }  # fmt: skip
    if answer:
        said["gen_ai.response.id"] = answer
    attributes = [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in said.items()
    ]
    return {
        "traceId": span_id.rjust(32, "0"), "spanId": span_id.rjust(16, "0"), "name": "chat", "attributes": attributes,
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 10**9),
    }  # fmt: skip


def session_line(message_id: str, at: str) -> dict[str, Any]:
    """20,000,000 output tokens of Sonnet 4.5 at 15.00 per million: 300.00 at list."""
    usage = {"input_tokens": 0, "output_tokens": 20_000_000}
    return {
        "type": "assistant", "sessionId": "s", "uuid": message_id, "timestamp": at, "requestId": "r", "cwd": "/srv/app",
        "message": {"id": message_id, "model": "claude-sonnet-4-5-20250929", "usage": usage},
    }  # fmt: skip


class Company:
    """A workspace that reads logs as they are handed over."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace.create(root / "w", "USD", "Two Logs")
        self.inputs = root / "in"
        self.inputs.mkdir()

    def read(self, kind: str, *lines: dict[str, Any], name: str | None = None, **settings: str) -> None:
        file = self.inputs / f"{name or kind}-{len(list(self.inputs.iterdir()))}.jsonl"
        if kind == "otel_genai":
            lines = ({"resourceSpans": [{"scopeSpans": [{"spans": list(lines)}]}]},)
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        (load,) = capture(self.workspace, Source(name or kind, kind, file, settings))
        assert load.status == "loaded" and load.rows_quarantined == 0, load

    def declare(self, text: str) -> None:
        file = self.workspace.root / "register" / "sources.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        with open_register(self.workspace) as register:
            apply_register(register, file.parent, actor="test", now=datetime(2026, 7, 1, tzinfo=UTC))

    def total(self, month: str, scope: str = "ai") -> Decimal | None:
        with ReadModel.open(self.workspace).session() as session:
            rows = session.rows(
                "SELECT sum(effective_cost) FROM month WHERE month = $month AND scope = $scope",
                {"month": month, "scope": scope},
            )
        found: Decimal | None = next(iter(rows))[0]
        return found

    def holds(self) -> bool:
        return all(law.holds is not False for law in check(self.workspace))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_a_call_in_the_gateways_log_and_in_a_trace_costs_once_and_is_the_feature_s(company: Company) -> None:
    company.read("litellm_spendlogs", gateway_line("chatcmpl-77", "2026-06-10T10:00:00Z"))
    company.read("otel_genai", span("1", "2026-06-10T10:00:00", "chatcmpl-77", use_case="triage"))
    allocate(company.workspace)
    assert (company.total("2026-06"), company.total("2026-06", "covered")) == (D("2.8"), D("2.8"))
    with ReadModel.open(company.workspace).session() as session:
        assert list(session.rows("SELECT use_case, source_name FROM month WHERE scope = 'ai'")) == [
            ("triage", "litellm_spendlogs")
        ]
    (pair,) = sources_report(ReadModel.open(company.workspace), today=date(2026, 7, 1)).shared
    assert (pair.source, pair.other, pair.kind, pair.calls, pair.other_calls) == (
        "litellm_spendlogs", "otel_genai", "same", 1, 1,
    )  # fmt: skip
    assert company.holds()


def test_a_call_at_midnight_counts_in_one_month_whichever_month_is_worked_on_last(company: Company) -> None:
    company.read("litellm_spendlogs", gateway_line("chatcmpl-77", "2026-06-30T23:59:59Z"))
    company.read("otel_genai", span("1", "2026-07-01T00:00:01", "chatcmpl-77", use_case="triage"))
    for period in ("all", "2026-07", "2026-06"):
        allocate(company.workspace, period=period)
        assert (company.total("2026-06"), company.total("2026-07")) == (D("2.8"), None), period
        assert company.total("2026-07", "covered") == D("2.8")
    assert company.holds()


def test_calls_alike_count_twice_with_a_finding_until_a_declaration_settles_them(company: Company) -> None:
    company.read("litellm_spendlogs", gateway_line("own-1", "2026-06-10T10:00:00Z"))
    company.read("otel_genai", span("1", "2026-06-10T10:00:01"))
    allocate(company.workspace)
    assert company.total("2026-06") == D("5.6")
    review(company.workspace, period="2026-06")
    snapshot = read_snapshot(company.workspace.rollups)
    assert snapshot is not None
    (finding,) = [each.finding for each in snapshot.kept if each.finding.code == "LG015"]
    assert finding.stake is not None and finding.stake.amount == D("2.8")
    assert "sees: [litellm_spendlogs]" in finding.next_step
    company.declare("sources:\n  - {id: otel_genai, sees: [litellm_spendlogs]}\n")
    allocate(company.workspace)
    assert (company.total("2026-06"), company.total("2026-06", "covered")) == (D("2.8"), D("2.8"))
    assert [pair.kind for pair in sources_report(ReadModel.open(company.workspace), today=date(2026, 7, 1)).shared] == [
        "declared"
    ]
    assert company.holds()


def test_a_flat_plans_sessions_are_beside_the_total_and_a_gateways_are_in_it(company: Company) -> None:
    company.read("claude_code_jsonl", session_line("msg_a", "2026-03-10T10:00:00Z"), billing="plan")
    allocate(company.workspace)
    # The fee is the money: the call itself adds nothing, its list price stands beside the total and in none.
    assert (company.total("2026-03"), company.total("2026-03", "covered")) == (D(0), None)
    with ReadModel.open(company.workspace).session() as session:
        assert list(session.rows("SELECT amount FROM notes WHERE kind = 'api_equivalent'")) == [(D(300),)]
    metered = {
        "model": "claude-sonnet-4-5-20250929", "custom_llm_provider": "anthropic", "prompt_tokens": 0,
        "completion_tokens": 20_000_000, "total_tokens": 20_000_000, "spend": 300.0,
    }  # fmt: skip
    company.read("litellm_spendlogs", gateway_line("msg_a", "2026-03-10T10:00:00Z", **metered))
    allocate(company.workspace)
    assert (company.total("2026-03"), company.total("2026-03", "covered")) == (D(300), D(300))
    assert company.holds()


def test_what_bought_nothing_costs_zero_and_stays_a_row(company: Company) -> None:
    refused = {"status": "failure", "spend": 0.0, "completion_tokens": 0, "total_tokens": 1_000_000}
    company.read(
        "litellm_spendlogs",
        gateway_line("a", "2026-05-10T10:00:00Z", metadata={"error_information": {"error_code": "400"}}, **refused),
        gateway_line("resp_b", "2026-05-10T10:01:00Z", call_type="aget_responses"),
        gateway_line("c", "2026-05-10T10:02:00Z", model="nobody-prices-this", **refused),
    )
    done = allocate(company.workspace)
    assert (company.total("2026-05"), done.unpriced_rows) == (D(0), 0)
    assert company.holds()

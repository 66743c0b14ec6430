"""Source `assistant-traces`: OTLP/JSON lines, one trace a line, a gzipped file a month.

Four agents and the evaluation runs call Anthropic without the gateway. OTel counts cached tokens inside
`gen_ai.usage.input_tokens`; an agent's own span repeats the sums of its children.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from spendmap.sample.facts import API_ACCOUNTS
from spendmap.sample.money import usd
from spendmap.sample.months import MONTHS, Month, busyness
from spendmap.sample.prices import rate
from spendmap.sample.truth import Books
from spendmap.sample.writers import write_lines

SOURCE = "assistant-traces"
SONNET = "claude-sonnet-4-5-20250929"
HAIKU = "claude-haiku-4-5-20251001"
OPUS = "claude-opus-4-5-20251101"

LOOP_AGENT = "incident-triage-agent"
LOOP_DAYS = ("2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09", "2026-07-10", "2026-07-11", "2026-07-12")
LOOP_RUNS = 10  # runs a day that do not end by themselves, at scale 1
LOOP_CALLS = 130  # calls of such a run


@dataclass(frozen=True)
class Agent:
    """Behaviour of an agent: runs of an average day, calls of a run, context it starts with and adds per call."""

    id: str
    workflow: str
    team: str
    since: str
    runs: float
    calls: int
    context: int  # tokens
    step: int  # tokens added per call
    output: int  # tokens
    models: tuple[tuple[str, str], ...]  # (first day, model)
    tools: tuple[str, ...]


AGENTS: tuple[Agent, ...] = (
    Agent("refund-agent", "refunds", "support", "2025-10-01", 5.0, 7, 18_000, 6_000, 700,
          (("2025-10-01", SONNET), ("2026-02-02", OPUS)), ("lookup_order", "issue_refund")),
    Agent(LOOP_AGENT, "incident-triage", "engineering", "2025-11-03", 2.2, 11, 40_000, 9_000, 1_400,
          (("2025-11-03", SONNET), ("2025-12-15", OPUS)), ("search_logs", "read_runbook", "page_engineer")),
    Agent("account-research-agent", "account-research", "sales", "2025-10-01", 2.4, 6, 22_000, 8_000, 1_800,
          (("2025-10-01", SONNET),), ("search_web", "read_crm")),
    Agent("invoice-matching-agent", "invoice-matching", "finance", "2026-01-12", 1.6, 5, 15_000, 3_000, 400,
          (("2026-01-12", HAIKU),), ("read_invoice", "match_order")),
)  # fmt: skip


@dataclass(frozen=True)
class Suite:
    """An evaluation suite: every so many days, this many cases, judged by this model."""

    id: str
    every_days: int
    cases: int
    context: int
    output: int
    model: str
    since: str


SUITES: tuple[Suite, ...] = (
    Suite("answer-gold", 7, 60, 30_000, 900, SONNET, "2025-10-01"),
    Suite("triage-regression", 2, 12, 6_000, 250, HAIKU, "2025-11-01"),
    Suite("premium-drafts", 30, 45, 60_000, 1_600, OPUS, "2025-12-01"),
)


def write_traces(out: Path, books: Books, rng: Random, scale: float) -> None:
    """Write the files and enter every call in the books."""
    writer = _Writer(books, rng, scale)
    load = books.loads[SOURCE]
    for month in MONTHS:
        lines = list(writer.month(month))
        write_lines(out / "sources" / SOURCE / f"traces_{month.key}.jsonl.gz", lines)
        load.files += 1
        load.lines += len(lines)
    load.rows_loaded = writer.calls
    load.rows_duplicate = writer.other_spans
    load.rows_read = writer.calls + writer.other_spans
    books.planted["runaway_agent"] = {
        "source": SOURCE,
        "agent": LOOP_AGENT,
        "days": [LOOP_DAYS[0], LOOP_DAYS[-1]],
        "calls": writer.loop_calls,
        "effective_cost": usd(writer.loop_cost),
    }


class _Writer:
    """Draws and formats runs, day after day."""

    def __init__(self, books: Books, rng: Random, scale: float) -> None:
        self.books, self.rng, self.scale = books, rng, scale
        self.calls = self.other_spans = self.loop_calls = self.loop_cost = 0
        self.due = dict.fromkeys((agent.id for agent in AGENTS), 0.0)

    def month(self, month: Month) -> Iterator[str]:
        """The traces of one month, in the order of time within an agent and day."""
        growth = 1.05**month.index
        for day in month.dates:
            midnight = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
            for agent in AGENTS:
                if day < agent.since:
                    continue
                self.due[agent.id] += agent.runs * growth * busyness(day) * self.scale * 0.9
                while self.due[agent.id] >= 1:
                    self.due[agent.id] -= 1
                    yield self._run(
                        month.key, day, midnight, agent, max(1, int(agent.calls * (0.5 + self.rng.random())))
                    )
            if day in LOOP_DAYS:
                looping = next(agent for agent in AGENTS if agent.id == LOOP_AGENT)
                for _ in range(max(1, round(LOOP_RUNS * self.scale))):
                    yield self._run(month.key, day, midnight, looping, LOOP_CALLS, is_loop=True)
            for suite in SUITES:
                ordinal = datetime.fromisoformat(day).toordinal()
                if day >= suite.since and ordinal % suite.every_days == 0:
                    yield self._evaluation(month.key, day, midnight, suite, max(1, round(suite.cases * self.scale)))

    def _run(self, month: str, day: str, midnight: int, agent: Agent, calls: int, *, is_loop: bool = False) -> str:
        rng = self.rng
        model = [name for since, name in agent.models if since <= day][-1]
        trace, root = f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(64):016x}"
        start = (midnight + int(rng.random() * 80_000)) * 1000  # ms
        at, spans = start + 120, []
        total_in = total_out = cost = 0
        context = int(agent.context * (0.7 + 0.6 * rng.random()))
        for number in range(calls):
            new = agent.step if number else context
            size = min(context + agent.step * number, 150_000)
            # a looping agent rewrites the head of its context each time, so nothing is read from the cache
            read = 0 if is_loop or number == 0 else max(0, size - new)
            output = max(40, int(agent.output * (0.5 + rng.random())))
            failed = rng.random() < 0.015
            self.books.unjudged_calls[month, SOURCE] += failed
            output = 0 if failed else output
            cost += self._price(model, day, size, read, output)
            total_in, total_out = total_in + size, total_out + output
            took = 900 + output * 14
            spans.append(_chat(trace, root, rng, model, at, at + took, size, read, output, failed, ""))
            at += took + 40
            if not failed and number + 1 < calls and agent.tools:
                tool = agent.tools[number % len(agent.tools)]
                spans.append(_tool(trace, root, rng, tool, at, at + 300))
                self.other_spans += 1
                at += 340
        self.calls += calls
        self.other_spans += 1
        if is_loop:
            self.loop_calls += calls
            self.loop_cost += cost
        self.books.metered[month, "anthropic"] += cost
        self.books.ai(
            month, "agents", cost, "invoiced", account=API_ACCOUNTS["anthropic"], agent=agent.id,
            use_case=agent.workflow,
        )  # fmt: skip
        attributes = (
            f"{_text('gen_ai.operation.name', 'invoke_agent')},{_text('gen_ai.agent.name', agent.id)},"
            f"{_text('gen_ai.agent.id', agent.id)},{_text('gen_ai.workflow.name', agent.workflow)},"
            f"{_text('gen_ai.provider.name', 'anthropic')},{_text('gen_ai.conversation.id', 'run-' + trace[:12])},"
            f"{_count('gen_ai.usage.input_tokens', total_in)},{_count('gen_ai.usage.output_tokens', total_out)}"
        )
        head = _span(trace, root, "", f"invoke_agent {agent.id}", 1, start, at, attributes)
        return _line(agent.id, "production", agent.team, [head, *spans])

    def _evaluation(self, month: str, day: str, midnight: int, suite: Suite, cases: int) -> str:
        rng = self.rng
        trace, root = f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(64):016x}"
        at, spans, cost = (midnight + 10_800) * 1000, [], 0
        suite_attribute = "," + _text("eval.suite", suite.id)
        for _ in range(cases):
            size = int(suite.context * (0.6 + 0.8 * rng.random()))
            output = max(20, int(suite.output * (0.6 + 0.8 * rng.random())))
            cost += self._price(suite.model, day, size, 0, output)
            spans.append(_chat(trace, root, rng, suite.model, at, at + 4000, size, 0, output, False, suite_attribute))
            at += 4000
        self.calls += cases
        self.books.metered[month, "anthropic"] += cost
        self.books.ai(
            month, "evaluation", cost, "invoiced", account=API_ACCOUNTS["anthropic"], use_case="quality-evaluation"
        )
        return _line("eval-runner", "ci", "data-platform", spans)

    def _price(self, model: str, day: str, size: int, read: int, output: int) -> int:
        price = rate(model, day)
        if price is None:
            raise KeyError(model)
        return price.cost(size - read, read, output)


def _text(key: str, value: str) -> str:
    return f'{{"key":"{key}","value":{{"stringValue":"{value}"}}}}'


def _count(key: str, value: int) -> str:
    return f'{{"key":"{key}","value":{{"intValue":"{value}"}}}}'


def _span(
    trace: str, span: str, parent: str, name: str, kind: int, start: int, end: int, attributes: str, status: str = "{}"
) -> str:
    above = f',"parentSpanId":"{parent}"' if parent else ""
    return (
        f'{{"traceId":"{trace}","spanId":"{span}"{above},"name":"{name}","kind":{kind},"startTimeUnixNano":"{start}000000",'
        f'"endTimeUnixNano":"{end}000000","attributes":[{attributes}],"status":{status}}}'
    )


def _chat(
    trace: str, parent: str, rng: Random, model: str, start: int, end: int,
    size: int, read: int, output: int, failed: bool, more: str,
) -> str:  # fmt: skip
    attributes = (
        f"{_text('gen_ai.operation.name', 'chat')},{_text('gen_ai.provider.name', 'anthropic')},"
        f"{_text('gen_ai.request.model', model)},{_text('gen_ai.response.model', model)},"
        f"{_count('gen_ai.usage.input_tokens', size)},{_count('gen_ai.usage.cache_read.input_tokens', read)},"
        f"{_count('gen_ai.usage.output_tokens', output)}{more}"
    )
    if failed:
        attributes += "," + _text("error.type", "timeout")
    status = '{"code":2}' if failed else "{}"
    return _span(trace, f"{rng.getrandbits(64):016x}", parent, f"chat {model}", 3, start, end, attributes, status)


def _tool(trace: str, parent: str, rng: Random, tool: str, start: int, end: int) -> str:
    attributes = f"{_text('gen_ai.operation.name', 'execute_tool')},{_text('gen_ai.tool.name', tool)}"
    return _span(trace, f"{rng.getrandbits(64):016x}", parent, f"execute_tool {tool}", 1, start, end, attributes)


def _line(service: str, environment: str, team: str, spans: list[str]) -> str:
    resource = (
        f"{_text('service.name', service)},{_text('deployment.environment.name', environment)},{_text('team', team)}"
    )
    return (
        f'{{"resourceSpans":[{{"resource":{{"attributes":[{resource}]}},"scopeSpans":[{{"scope":{{"name":'
        f'"opentelemetry.instrumentation.genai.anthropic","version":"1.0"}},"spans":[{",".join(spans)}]}}]}}]}}'
    )

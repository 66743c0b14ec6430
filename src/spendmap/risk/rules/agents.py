"""Rules on agents: budget, permissions, review, switch, detection, limit, and loops in their usage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from statistics import median

from spendmap.risk.facts import Agent, AgentDay, Fact, Facts, is_positive
from spendmap.risk.finding import Finding, Kind, Stake, Subject
from spendmap.risk.rules.internal_tools import is_above
from spendmap.vocabulary.exact import total

LOOP_TIMES = 5  # a day of more than this many times the median day
LOOP_MIN_DAYS = 7  # fewer days of use have no ordinary day
LOOP_MIN_MONEY = Decimal(25)  # cost of the loop's days beyond ordinary ones, below which nobody need look
TESTED_WITHIN_DAYS = 365
WIDE_WORDS = ("*", "admin", "full access", "all access", "root", "superuser", "unrestricted")
CATEGORY = "agents"


def ag001_agent_without_budget(facts: Facts) -> Iterator[Finding]:
    """AG001 An agent has no budget.

    Kind: cost.
    Why it matters: a loop that retries has no natural ceiling; a budget gives it one.
    Fires: `monthly_budget` is not stated.
    Quiet: a budget of 0 (switched off on purpose).
    """
    return _gaps(
        facts, "AG001", "cost", "has no budget", lambda agent: agent.monthly_budget is None,
        "No monthly budget is registered.", "Set `monthly_budget`, starting from what it cost in the period.",
    )  # fmt: skip


def ag002_unscoped_permissions(facts: Facts) -> Iterator[Finding]:
    """AG002 An agent's permissions are not scoped.

    Kind: security.
    Why it matters: what it may do is the most that a bad prompt can make it do.
    Fires: no permissions are registered, or one of them is a wildcard (`*`), admin, root or full access.
    Quiet: every permission names what it is for.
    """
    for agent in _live(facts):
        wide = [each for each in agent.permissions if any(word in each.casefold() for word in WIDE_WORDS)]
        if wide or not agent.permissions:
            detail = f"It may do: {', '.join(wide)}." if wide else "What it may do is not registered."
            step = "Replace it by the few actions and objects it needs." if wide else "Register what it may do."
            yield _finding(facts, agent, "AG002", "security", "has permissions without a scope", detail, step)


def ag003_no_output_review(facts: Facts) -> Iterator[Finding]:
    """AG003 Nobody checks an agent's output.

    Kind: quality.
    Why it matters: side effects of a wrong answer are found by those they hit.
    Fires: `output_review` is not stated, or false.
    Quiet: any words that say how it is checked.
    """
    return _gaps(
        facts, "AG003", "quality", "has no output review", lambda agent: _absent(agent.output_review),
        "How its output is checked is not registered.", "Name who checks which part of its output, and how often.",
    )  # fmt: skip


def ag004_no_kill_switch(facts: Facts) -> Iterator[Finding]:
    """AG004 An agent has no kill switch.

    Kind: security.
    Why it matters: the hour in which it must stop is a bad one to look for the way to stop it.
    Fires: `kill_switch` is not stated, or false.
    Quiet: any words that say how it is stopped.
    """
    return _gaps(
        facts, "AG004", "security", "has no kill switch", lambda agent: _absent(agent.kill_switch),
        "How it is stopped is not registered.", "Build a switch that the person on call can throw, and register it.",
    )  # fmt: skip


def ag005_kill_switch_not_tested(facts: Facts) -> Iterator[Finding]:
    """AG005 An agent's kill switch was never tested, or long ago.

    Kind: security.
    Why it matters: a switch that was never thrown is a hope.
    Fires: there is a switch and no test day, or the last test is more than 365 days before the period's end.
    Quiet: no switch at all (AG004 speaks of that).
    """
    for agent in _live(facts):
        tested = agent.kill_switch_tested_on
        old = tested is None or tested < facts.as_of - timedelta(days=TESTED_WITHIN_DAYS)
        if not _absent(agent.kill_switch) and old:
            detail = f"{agent.kill_switch}: " + ("never tested." if tested is None else f"last tested on {tested}.")
            yield _finding(
                facts, agent, "AG005", "security", "has an untested kill switch", detail,
                "Throw the switch in a quiet hour and register the day.",
            )  # fmt: skip


def ag006_no_failure_detection(facts: Facts) -> Iterator[Finding]:
    """AG006 Nobody would notice that an agent fails.

    Kind: operating.
    Why it matters: failed runs cost as much as good ones and bring nothing.
    Fires: `failure_detection` is not stated, or false.
    Quiet: any words that say how failure is noticed.
    """
    return _gaps(
        facts, "AG006", "operating", "has no failure detection", lambda agent: _absent(agent.failure_detection),
        "How failure is noticed is not registered.", "Set an alarm on its error rate and on runs without a result.",
    )  # fmt: skip


def ag007_no_rate_limit(facts: Facts) -> Iterator[Finding]:
    """AG007 An agent has no rate limit.

    Kind: cost.
    Why it matters: a limit ends a loop in minutes; a budget ends it at the end of the month.
    Fires: `rate_limit` is not stated, or false.
    Quiet: any words that say the most it may do.
    """
    return _gaps(
        facts, "AG007", "cost", "has no rate limit", lambda agent: _absent(agent.rate_limit),
        "The most it may do in a minute or a day is not registered.", "Set a limit at the gateway and register it.",
    )  # fmt: skip


def ag008_over_budget(facts: Facts) -> Iterator[Finding]:
    """AG008 An agent is over its budget in the period's last month.

    Kind: cost.
    Why it matters: somebody said what it may cost, and it costs more.
    Fires: its effective cost in that month, in the budget's currency, is above `monthly_budget`. The money is
        the excess.
    Quiet: at or below; no budget (AG001); no known cost.
    """
    for agent in facts.agents:
        if agent.monthly_budget is None:
            continue
        currency = agent.currency or facts.currency
        spent = total(
            row.effective_cost
            for row in facts.ai
            if row.agent == agent.id and row.month == facts.last and row.currency == currency
        )
        if spent > agent.monthly_budget:
            over = Stake(spent - agent.monthly_budget, currency, "effective", facts.last)
            yield _finding(
                facts, agent, "AG008", "cost", "is over its budget",
                f"{spent:,.2f} {currency} in {facts.last}; the budget is {agent.monthly_budget:,.2f}.",
                "Find what drives it, then raise the budget or lower the use.", stake=over,
            )  # fmt: skip


def ag009_runaway_loop(facts: Facts) -> Iterator[Finding]:
    """AG009 An agent ran away: days of many times its usual calls or cost.

    Kind: cost.
    Why it matters: a loop spends without a result, and the next one is as likely as the last.
    Fires: on some day of the last six months its metered calls or its metered cost were more than 5 times its median
        day of use, and those days together cost at least 25 (in their currency) more than ordinary days. The money
        is that excess.
    Quiet: fewer than 7 days of use; a small excess; a bill's monthly line (only metered calls count).
    """
    agents = {agent.id: agent for agent in facts.agents}
    by_agent: dict[tuple[str, str], list[AgentDay]] = defaultdict(list)
    for day in facts.agent_days:
        by_agent[day.agent, day.currency].append(day)
    for (id_, currency), days in sorted(by_agent.items()):
        if len(days) < LOOP_MIN_DAYS:
            continue
        usual_calls = median(day.calls for day in days)
        costs = [day.effective_cost for day in days if day.effective_cost is not None]
        usual_cost = median(costs) if costs else None
        loop = [
            day
            for day in days
            if day.calls > LOOP_TIMES * usual_calls
            or (usual_cost and day.effective_cost is not None and day.effective_cost > LOOP_TIMES * usual_cost)
        ]
        excess = total(day.effective_cost - (usual_cost or 0) for day in loop if day.effective_cost is not None)
        if not loop or excess < LOOP_MIN_MONEY:
            continue
        first, last = min(day.day for day in loop), max(day.day for day in loop)
        agent = agents.get(id_) or Agent(id_, facts.label("agent", id_))
        yield _finding(
            facts, agent, "AG009", "cost", "ran away",
            f"{len(loop)} days between {first} and {last} had more than {LOOP_TIMES} times its median day: up to "
            f"{max(day.calls for day in loop):,} calls, usually {usual_calls:g}.",
            "Find what it repeated; set a rate limit and a stop after so many steps.",
            stake=Stake(excess, currency, "effective", f"{first} to {last}"),
            occurred_on=last,
            evidence={
                "days": str(len(loop)),
                "first_day": str(first),
                "last_day": str(last),
                "calls": str(sum(day.calls for day in loop)),
                "usual_calls": f"{usual_calls:g}",
            },
        )  # fmt: skip


def ag010_agent_without_owner(facts: Facts) -> Iterator[Finding]:
    """AG010 An agent has no owner.

    Kind: operating.
    Why it matters: something acts in the company's name and nobody answers for it.
    Fires: a registered agent names no owner.
    Quiet: a retired agent without money in the period.
    """
    return _gaps(
        facts, "AG010", "operating", "has no owner", lambda agent: not agent.owner,
        "No owner is registered.", "Ask the head of its department to name an owner.",
    )  # fmt: skip


def ag011_agent_data_above_approval(facts: Facts) -> Iterator[Finding]:
    """AG011 An agent touches data above what it is approved for.

    Kind: security.
    Why it matters: an agent reads and writes by itself; the data class bounds what can leak or break.
    Fires: its data class ranks above its approved class, or no approval is recorded and the class is internal or above.
    Quiet: the data class is unknown.
    """
    for agent in _live(facts):
        if agent.data_risk is not None and is_above(agent.data_risk, agent.approved_risk):
            yield _finding(
                facts, agent, "AG011", "security", f"touches {agent.data_risk} data without approval",
                f"Data class {agent.data_risk}; approved class {agent.approved_risk or 'not recorded'}.",
                "Have security approve the class, or narrow what it reads.",
            )  # fmt: skip


def _gaps(
    facts: Facts, code: str, kind: Kind, words: str, is_gap: Callable[[Agent], bool], detail: str, step: str
) -> Iterator[Finding]:
    """One finding per live agent for which `is_gap` holds."""
    for agent in _live(facts):
        if is_gap(agent):
            yield _finding(facts, agent, code, kind, words, detail, step)


def _finding(
    facts: Facts, agent: Agent, code: str, kind: Kind, words: str, detail: str, step: str, **more: object
) -> Finding:
    stake = more.pop("stake", None) or _stake(facts, agent)
    return Finding(
        code,
        kind,
        CATEGORY,
        Subject("agent", agent.id, agent.name),
        f"{agent.name} {words}",
        detail,
        step,
        stake=stake,  # type: ignore[arg-type]
        owner=agent.owner or facts.head(agent.department, agent.cost_center),
        **more,  # type: ignore[arg-type]
    )


def _live(facts: Facts) -> Iterator[Agent]:
    for agent in facts.agents:
        if agent.status != "retired" or is_positive(_stake(facts, agent)):
            yield agent


def _stake(facts: Facts, agent: Agent) -> Stake | None:
    return facts.stake(facts.where(lambda row: row.agent == agent.id))


def _absent(fact: Fact) -> bool:
    return fact is None or fact is False or fact == ""


RULES = (
    ag001_agent_without_budget,
    ag002_unscoped_permissions,
    ag003_no_output_review,
    ag004_no_kill_switch,
    ag005_kill_switch_not_tested,
    ag006_no_failure_detection,
    ag007_no_rate_limit,
    ag008_over_budget,
    ag009_runaway_loop,
    ag010_agent_without_owner,
    ag011_agent_data_above_approval,
)

"""Every rule on rows made by hand: what it fires on with which money, and what leaves it quiet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from risk_facts import OCT, facts, fired, spend

from spendmap.risk.facts import (
    Agent,
    AgentDay,
    Budget,
    Capacity,
    Contract,
    CostCenter,
    DataAsset,
    Doubtful,
    Experiment,
    Facts,
    Noticed,
    Queue,
    Seats,
    Source,
    Suite,
    Tool,
    Unspread,
    UseCase,
)
from spendmap.risk.finding import KINDS
from spendmap.risk.review import run_rules
from spendmap.risk.rules import ALL, FILES, story
from spendmap.vocabulary.period import Period

D = Decimal

CHAT = Tool(
    "chat", "Chat", owner="Ada", vendor="acme", capability=("chat",), purpose="drafts", value_hypothesis="2 h a month",
    renewal_date=date(2027, 6, 1), notice_days=30, data_risk="internal", approved_risk="internal",
)  # fmt: skip
BOT = Agent(
    "bot", "Bot", owner="Ada", monthly_budget=D(100), permissions=("crm:read",), output_review="a lead approves",
    kill_switch="flag", kill_switch_tested_on=date(2026, 3, 1), failure_detection="alarm", rate_limit="10 a minute",
)  # fmt: skip
CASE = UseCase(
    "triage", "Triage", owner="Ada", nature="cogs", outcome="queue time", quality_threshold="94 %", quality_owner="Bo",
    cost_center="c", problem="tickets wait", data="tickets", unit_economics="cost per ticket", controls="a lead reads 2 %",
)  # fmt: skip
SUITE = Suite("gold", "Gold set", use_case="triage", owner="Bo", gate="holds the release")
PAID = spend("100", tool="chat", vendor="acme", category="internal_tools", department="sales")


def tool(**more: Any) -> Facts:
    return facts(tools=[replace(CHAT, **more)], spend=[PAID])


def agent(**more: Any) -> Facts:
    return facts(agents=[replace(BOT, **more)], spend=[spend("40", agent="bot", category="agents")])


def case(category: str = "product_inference", **more: Any) -> Facts:
    return facts(use_cases=[replace(CASE, **more)], spend=[spend("70", use_case="triage", category=category)])


def days(calls: list[int], cost: list[str]) -> list[AgentDay]:
    first = date(2026, 10, 1)
    return [
        AgentDay("bot", first + timedelta(days=place), each, D(money), "USD")
        for place, (each, money) in enumerate(zip(calls, cost, strict=True))
    ]


def tokens(model: str, list_cost: str, **more: Any) -> Any:
    """A million tokens of a model at a list cost; its effective cost is the same."""
    return spend(list_cost, model=model, list_cost=D(list_cost), input_tokens=900_000, output_tokens=100_000, **more)


def covered(paid: str, counted: str, month: str = OCT, source: str = "bank") -> list[Any]:
    return [
        spend(paid, scope="covered", vendor="acme", vendor_account="a", billed_cost=D(paid), source_name=source),
        spend(counted, month=month, vendor="acme", vendor_account="a", origin="usage"),
    ]


MODELS = [tokens("small", "1"), tokens("mid", "2"), tokens("large", "700", use_case="triage")]
TWO = [
    Tool("otter", "Otter", vendor="otter", capability=("meetings",)),
    Tool("fathom", "Fathom", vendor="fathom", capability=("meetings",)),
]
NOTES = spend("2", vendor="notes", category="internal_tools")
TWO_PAID = [
    spend("10", tool="otter", vendor="otter", department="sales"),
    spend("5", tool="fathom", vendor="fathom", department="sales"),
]
LOOP = days([10] * 9 + [51], ["2"] * 9 + ["60"])

# rule, facts that fire it, subject, money (None: nobody knows; "-": no money), facts that leave it quiet
BANK = frozenset({"bank"})
TAX = Noticed(OCT, "tax_told", D(20), "USD", "tax", vendor="acme", vendor_account="a")
PAIRED = Noticed(
    OCT,
    "proposed_pair",
    D(500),
    "USD",
    "pair:2 days",
    vendor="openai",
    subject="0a1b2c3d4e5f",
    line="card:1",
    other_line="ap:7",
)

CASES: list[tuple[str, Facts, str, str | None, list[Facts]]] = [
    ("IT001", tool(owner=None), "chat", "100", [tool(), facts(tools=[replace(CHAT, owner=None, status="retired")])]),
    ("IT002", tool(value_hypothesis=None), "chat", "100", [tool()]),
    ("IT003", tool(renewal_date=date(2026, 12, 30), notice_days=30), "chat", "100", [
        tool(renewal_date=date(2027, 1, 2), notice_days=30),  # notice on 3 December, 32 days ahead
        tool(renewal_date=date(2026, 11, 1)),  # it has renewed
        tool(renewal_date=None),
        facts(tools=[replace(CHAT, renewal_date=date(2026, 12, 30))], contracts=[Contract("c", "C", vendor="acme")]),
    ]),
    ("IT004", facts(tools=[CHAT], seats=[Seats("chat", D(10), D(7), D(25), "USD")]), "chat", "75", [
        facts(tools=[CHAT], seats=[Seats("chat", D(10), D("8.5"), D(25), "USD")]),
        facts(tools=[CHAT], seats=[Seats("chat", D(10), None, D(25), "USD")]),  # not measured is not unused
    ]),
    ("IT004", facts(tools=[CHAT], seats=[Seats("chat", D(10), D(2), None, None)]), "chat", None, []),
    ("IT005", tool(data_risk="restricted", approved_risk="confidential"), "chat", "100", [tool()]),
    ("IT005", tool(approved_risk=None), "chat", "100", [tool(data_risk="public", approved_risk=None), tool(data_risk=None)]),
    ("IT005", facts(tools=[replace(CHAT, data_assets=("crm",))], data_assets=[DataAsset("crm", "CRM", data_risk="restricted")]),
     "chat", "-", []),
    ("IT006", facts(spend=[spend("12.50", vendor="eleven", category="internal_tools", source_name="card")]),
     "eleven", "12.5", [
        facts(spend=[spend("12.50", vendor="eleven")], declared_vendors=frozenset({"eleven"})),
        facts(spend=[spend("12.50", vendor="eleven", use_case="triage")]),
        facts(spend=[spend("12.50", vendor="eleven", scope="not_ai")]),
    ]),
    ("IT007", tool(renewal_date=date(2026, 10, 1)), "chat", "100", [tool(), facts(tools=[replace(CHAT, renewal_date=None)])]),
    ("AG001", agent(monthly_budget=None), "bot", "40", [agent(), agent(monthly_budget=D(0))]),
    ("AG002", agent(permissions=("crm:read", "erp:*")), "bot", "40", [agent()]),
    ("AG002", agent(permissions=()), "bot", "40", []),
    ("AG003", agent(output_review=None), "bot", "40", [agent(), agent(output_review=True)]),
    ("AG003", agent(output_review=False), "bot", "40", []),
    ("AG004", agent(kill_switch=None), "bot", "40", [agent()]),
    ("AG005", agent(kill_switch_tested_on=None), "bot", "40", [agent(), agent(kill_switch=None, kill_switch_tested_on=None)]),
    ("AG005", agent(kill_switch_tested_on=date(2025, 10, 31)), "bot", "40", [agent(kill_switch_tested_on=date(2025, 11, 1))]),
    ("AG006", agent(failure_detection=False), "bot", "40", [agent()]),
    ("AG007", agent(rate_limit=None), "bot", "40", [agent()]),
    ("AG008", agent(monthly_budget=D("39.99")), "bot", "0.01", [agent(monthly_budget=D(40)), agent(monthly_budget=None)]),
    # usually 10 calls and 2 USD a day; the last day 51 calls and 60 USD: 58 USD more than usual
    ("AG009", facts(agents=[BOT], agent_days=LOOP), "bot", "58", [
        facts(agents=[BOT], agent_days=days([10] * 9 + [50], ["2"] * 9 + ["10"])),  # five times is not more than five
        facts(agents=[BOT], agent_days=days([10] * 9 + [51], ["2"] * 9 + ["26"])),  # 24 USD more than usual
        facts(agents=[BOT], agent_days=LOOP[4:]),  # six days have no ordinary day
    ]),
    ("AG010", agent(owner=None), "bot", "40", [agent()]),
    ("AG011", agent(data_risk="high", approved_risk="low"), "bot", "40", [agent(), agent(data_risk="low", approved_risk="low")]),
    ("PI001", case(owner=None), "triage", "70", [case()]),
    ("PI002", case(quality_threshold=None), "triage", "70", [case()]),
    ("PI003", case(nature=None), "triage", "70", [
        case(),
        facts(use_cases=[replace(CASE, nature=None, cost_center="c")], cost_centers=[CostCenter("c", "C", nature="opex")]),
    ]),
    ("PI003", case(nature="hybrid"), "triage", "70", [case(nature="hybrid", cogs_share=D("0.4"))]),
    ("PI004", case(outcome=None), "triage", "70", [case(), facts(use_cases=[replace(CASE, outcome=None)])]),
    ("PI005", facts(spend=[spend("9", vendor="aws", vendor_account="1", category="product_inference")]), "aws/1", "9", [
        facts(spend=[spend("9", vendor="aws", category="product_inference", method="dark")]),
        case(),
    ]),
    ("PI006", case(problem=None), "triage", "70", [case(), facts(use_cases=[replace(CASE, problem=None, status="retired")])]),
    ("PI006", case(cost_center=None), "triage", "70", [
        facts(use_cases=[replace(CASE, cost_center=None)], spend=[spend("70", use_case="triage", cost_center="c")]),
    ]),
    ("PI006", case(data=None), "triage", "70", [case(data=None, data_assets=("tickets",))]),
    ("PI006", case(unit_economics=None), "triage", "70", []),
    ("PI006", replace(case(controls=None), suites=(replace(SUITE, gate=False),)), "triage", "70", [
        replace(case(controls=None), suites=(SUITE,)),
        replace(case(controls=None, evaluation_suites=("gold",)), suites=(replace(SUITE, use_case=None),)),
        replace(case(controls=None), queues=(Queue("q", "Q", use_case="triage"),)),
        replace(case(controls=None, review_queues=("q",)), queues=(Queue("q", "Q"),)),
        replace(case(controls=None), agents=(replace(BOT, use_case="triage"),)),
        replace(case(controls=None), agents=(Agent("b", "B", use_case="triage", rate_limit="9 a minute"),)),
    ]),
    ("EV001", case(), "triage", "70", [
        replace(case(), suites=(SUITE,)),
        case(category="internal_tools"),
        replace(case(evaluation_suites=("gold",)), suites=(replace(SUITE, use_case=None),)),
    ]),
    # 1, 2 and 700 a million tokens: the median is 2, and 700 is more than twice that
    ("EV002", facts(use_cases=[CASE], spend=MODELS), "triage", "700", [
        facts(use_cases=[CASE], spend=MODELS, suites=[SUITE]),
        facts(use_cases=[CASE], spend=MODELS[1:]),  # two models: nothing to compare with
        facts(use_cases=[CASE], spend=[*MODELS[:2], tokens("large", "499", use_case="triage")]),
        facts(use_cases=[CASE], spend=[tokens("small", "350"), tokens("mid", "350"), MODELS[2]]),
    ]),
    ("EV003", facts(suites=[replace(SUITE, gate=None)]), "gold", "-", [facts(suites=[SUITE])]),
    ("EV004", facts(suites=[replace(SUITE, owner=None)]), "gold", "-", [
        facts(suites=[SUITE]),
        facts(suites=[replace(SUITE, owner=None)], use_cases=[CASE]),  # the use case names Bo
    ]),
    ("OV001", facts(tools=TWO, spend=TWO_PAID), "meetings", "15", [
        facts(tools=TWO, spend=TWO_PAID[:1]),
        facts(tools=TWO, spend=[TWO_PAID[0], replace(TWO_PAID[1], vendor="otter")]),  # one vendor
    ]),
    # a vendor that nobody registered a tool of; what a use case or an agent calls of it is no tool
    ("OV001", facts(tools=TWO, spend=[TWO_PAID[0], NOTES], vendor_capability={"notes": "meetings"}), "meetings", "12", [
        facts(tools=TWO, spend=[TWO_PAID[0], replace(NOTES, use_case="desk")], vendor_capability={"notes": "meetings"}),
        facts(tools=TWO, spend=[TWO_PAID[0], replace(NOTES, agent="bot")], vendor_capability={"notes": "meetings"}),
    ]),
    ("OV002", facts(tools=TWO, spend=TWO_PAID), "meetings/sales", "15", [
        facts(tools=TWO, spend=[TWO_PAID[0], replace(TWO_PAID[1], department="legal")]),
    ]),
    ("IN001", facts(capacity=[Capacity("fleet/pool", "sp-1", "USD", D(300), D(100))]), "fleet/pool", "100", [
        facts(capacity=[Capacity("fleet/pool", "sp-1", "USD", D(301), D(100))]),  # below 25 %
        facts(capacity=[Capacity("fleet/pool", "sp-1", "USD", D(0), D("99.99"))]),
    ]),
    ("IN002", facts(spend=[spend("100", vendor="aws", vendor_account="1", category="infrastructure")]), "aws/1", "100", [
        facts(spend=[spend("99.99", vendor="aws", category="infrastructure")]),
        facts(spend=[spend("100", vendor="aws", category="infrastructure", department="data")]),
    ]),
    ("HR001", facts(queues=[Queue("q", "Q", use_case="triage")]), "q", "-", [facts(queues=[Queue("q", "Q", owner="Bo")])]),
    ("HR001", facts(queues=[Queue("q", "Q", use_case="triage")],
                    spend=[spend("7.5", use_case="triage", category="human_review"), spend("9", use_case="triage")]), "q", "7.5", []),
    ("HR001", facts(queues=[Queue("q", "Q", use_case="triage"), Queue("r", "R", use_case="triage", owner="Bo")],
                    spend=[spend("7.5", use_case="triage", category="human_review")]), "q", None, []),
    ("HR002", facts(use_cases=[CASE], spend=[
        spend("70.01", use_case="triage", category="human_review"), spend("70", use_case="triage")]), "triage", "70.01", [
        facts(use_cases=[CASE], spend=[
            spend("70", use_case="triage", category="human_review"), spend("70", use_case="triage")]),
        facts(use_cases=[CASE], spend=[
            spend("70", use_case="triage", category="human_review"), spend(None, use_case="triage")]),
    ]),
    ("HR003", facts(use_cases=[CASE], spend=[spend("7", use_case="triage", category="human_review")]), "triage", "7", [
        facts(use_cases=[CASE], spend=[spend("7", use_case="triage", category="human_review")],
              queues=[Queue("q", "Q", use_case="triage")]),
    ]),
    ("HR004", facts(spend=[
        spend("80", origin="activity", category="unclassified", service_name="coffee", minutes=D(60)),
        spend(None, origin="activity", category="unclassified", service_name="coffee", minutes=D(30))]), "coffee", "80", [
        facts(spend=[spend("80", origin="activity", category="evaluation", service_name="red_team", minutes=D(60))]),
        facts(spend=[spend("80", origin="usage", category="unclassified", service_name="chat")]),
    ]),
    ("HR004", facts(spend=[spend(None, origin="activity", category="unclassified", minutes=D(5))]), "not-named", None, []),
    ("DP001", facts(data_assets=[DataAsset("crm", "CRM", data_risk="low")]), "crm", "-",
     [facts(data_assets=[DataAsset("crm", "CRM", owner="Bo")])]),
    ("DP002", facts(data_assets=[DataAsset("crm", "CRM", owner="Bo")]), "crm", "-",
     [facts(data_assets=[DataAsset("crm", "CRM", data_risk="none")])]),
    ("DP003", case(data_risk="restricted"), "triage", "70", [
        case(), case(data_risk="restricted", approved_risk="critical"), case(data_risk="public")]),
    ("LG001", facts(spend=[spend(None, provider_name="vllm", model="own", unpriced_rows=3, input_tokens=7, output_tokens=2)]),
     "vllm/own", None, [facts(spend=[spend("1", model="own")])]),
    ("LG001", facts(spend=[spend(None, origin="activity", service_name="review", unpriced_rows=3, minutes=D("45"))]),
     "review", None, [facts(spend=[spend("60", origin="activity", service_name="review", minutes=D("60"))])]),
    ("LG002", facts(spend=[spend("15", vendor="replicate", category="unclassified")]), "replicate", "15",
     [facts(spend=[spend("15", vendor="replicate", category="agents")])]),
    ("LG003", facts(spend=[spend("49.90", vendor="openai", vendor_account="org", method="dark")]), "openai/org", "49.9",
     [facts(spend=[spend("49.90", vendor="openai", method="metered")])]),
    ("LG004", facts(sources=[Source("gw", "Gateway", refresh="daily", last_month=OCT, last_day=date(2026, 10, 28))]),
     "gw", "-", [
        facts(sources=[Source("gw", "Gateway", refresh="daily", last_month=OCT, last_day=date(2026, 10, 29))]),
        facts(sources=[Source("gw", "Gateway", refresh="when we feel like it")]),
    ]),
    ("LG004", facts(sources=[Source("ap", "Payables", refresh="monthly, restated", last_month="2026-09")]), "ap", "-", [
        facts(sources=[Source("ap", "Payables", refresh="monthly, restated", last_month=OCT)]),
        facts(sources=[Source("ap", "Payables", refresh="quarterly", last_month="2026-08")]),
    ]),
    ("LG005", facts(payers=BANK, spend=covered("105.01", "100")), "acme/a", "5.01", [
        facts(payers=BANK, spend=covered("105", "100")),
        facts(payers=BANK, spend=covered("105.01", "100", "2026-09")),  # nothing counted in October to compare with
        facts(payers=BANK, spend=[*covered("100", "100"), *covered("100", "100", source="payables")[:1]]),  # an invoice and its payment
        facts(payers=BANK, spend=covered("120", "100"), noticed=(TAX,)),
    ]),
    ("LG005", facts(payers=BANK, spend=covered("106", "100", "2026-09"), invoice_lag={("acme", "a"): 1}), "acme/a", "6", []),
    ("LG006", facts(sources=[Source("gw", "Gateway")]), "gw", "-", [facts(sources=[Source("gw", "Gateway", owner="Bo")])]),
    ("LG007", facts(experiments=[Experiment("x", "X", budget=D(5), end=date(2026, 12, 31), spent=D("5.01"))]), "x", "5.01", [
        facts(experiments=[Experiment("x", "X", budget=D(5), end=date(2026, 10, 31), spent=D(5))]),
    ]),
    ("LG007", facts(experiments=[Experiment("x", "X", budget=D(5), end=date(2026, 10, 30))]), "x", "-", []),
    ("LG008", facts(budgets=[Budget("b", "B", D(60), "USD", conditions=(("category", "agents"),))],
                    spend=[spend("40", category="agents"), spend("20.5", category="agents"), spend("9", category="evaluation")]),
     "b", "0.5", [
        facts(budgets=[Budget("b", "B", D(60), "USD", end=date(2026, 9, 30))], spend=[spend("61")]),
        facts(budgets=[Budget("b", "B", D(61), "USD")], spend=[spend("61")]),
        facts(budgets=[Budget("b", "B", D(1), "EUR")], spend=[spend("61")]),  # currencies are never compared
    ]),
    ("LG009", facts(contracts=[Contract("c", "C", renewal_date=date(2026, 12, 1), notice_days=90, commitment=D(6000))]),
     "c", "6000", [facts(contracts=[Contract("c", "C", renewal_date=date(2027, 6, 1), notice_days=90)])]),
    ("LG010", facts(unspread=[Unspread("gpu", "GPUs", "nobody called", D("7.25"), "USD", OCT),
                              Unspread("gpu", "GPUs", "no receiver is known", D("0.75"), "USD", OCT)]),
     "gpu", "8", [facts(unspread=[Unspread("gpu", "GPUs", "nobody called", D(0), "USD", OCT)])]),
    ("LG010", facts(unspread=[Unspread("gpu", "GPUs", "nobody called", None, "USD", OCT)]), "gpu", None, []),
    ("LG011", facts(noticed=[PAIRED]), "0a1b2c3d4e5f", "500", [
        facts(noticed=[replace(PAIRED, kind="matched", subject=None)]),
    ]),
    ("LG012", facts(noticed=[replace(PAIRED, kind="perhaps_twice", subject="OpenAI, LLC", line=f"card:{n}") for n in "12"]),
     "openai", "1000", [facts(noticed=[PAIRED])]),
    ("LG012", facts(noticed=[replace(PAIRED, kind="perhaps_twice", vendor=None, subject="Unknown Ltd")]), "Unknown Ltd", "500", []),
    ("LG013", facts(noticed=[replace(PAIRED, kind="commitment_stated_twice", vendor="aws", subject="sp-1", amount=D("1500.5"))]),
     "sp-1", "1500.5", [facts(noticed=[replace(PAIRED, kind="prepaid", subject="sp-1")])]),
    ("LG014", facts(noticed=[replace(PAIRED, kind="over", vendor_account="org-1", product="api", subject=None)]),
     "openai/org-1/api", "500", [facts(noticed=[PAIRED])]),
    ("LG015", facts(doubtful=[Doubtful("perhaps", "gateway", "traces", 3, 330, 0, D("8.40"), "USD")]), "traces+gateway", "8.4", [
        facts(doubtful=[Doubtful("failed", "gateway", None, 3, 330, 0, D("8.40"), "USD")]),
    ]),
    ("LG016", facts(doubtful=[Doubtful("failed", "traces", None, 2, 200, 2, None, "USD")]), "traces", None, [
        facts(doubtful=[Doubtful("perhaps", "gateway", "traces", 2, 200, 2, None, "USD")]),
    ]),
    ("LG017", facts(noticed=[replace(PAIRED, kind="proposed_tax", amount=D(200))]), "0a1b2c3d4e5f", "200", [
        facts(noticed=[replace(PAIRED, kind="tax", subject=None)]),
    ]),
    ("LG018", facts(noticed=[replace(PAIRED, kind="perhaps_tax", amount=D(200))]), "0a1b2c3d4e5f", "200", [
        facts(noticed=[PAIRED]),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "given", "subject", "money", "quiet"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)]
)
def test_a_rule_fires_once_with_its_money_and_stays_quiet_otherwise(
    code: str, given: Facts, subject: str, money: str | None, quiet: list[Facts]
) -> None:
    found = fired(code, given)
    assert [finding.id for finding in found] == [f"{code}:{subject}"]
    (finding,) = found
    if money == "-":
        assert finding.stake is None
    else:
        assert finding.stake is not None
        assert finding.stake.amount == (None if money is None else D(money))
        assert finding.stake.currency == "USD"
    about = next(story(rule) for rule in ALL if story(rule).code == code)
    assert finding.kind == about.kind
    assert finding.detail and finding.next_step
    assert [fired(code, other) for other in quiet] == [[]] * len(quiet)


def test_every_rule_is_listed_once_has_a_whole_story_and_a_case_here() -> None:
    stories = [story(rule) for rule in ALL]
    assert [code for code, count in Counter(each.code for each in stories).items() if count > 1] == []
    assert {each.kind for each in stories} == set(KINDS)
    assert {each.code for each in stories} == {code for code, *_ in CASES}
    defined = {
        name
        for _, rules in FILES
        for name in vars(__import__(rules[0].__module__, fromlist=["*"]))
        if name[:2].isalpha() and name[2:5].isdigit()
    }
    assert defined == {rule.__name__ for rule in ALL}  # type: ignore[attr-defined]


def test_the_open_questions_of_a_card_are_one_finding_that_names_them() -> None:
    (finding,) = fired("PI006", case(problem=None, unit_economics=None, controls=None, owner=None))
    assert finding.title == "Triage leaves 3 questions of its card open"
    assert finding.evidence == {
        "unanswered": "which problem it solves, which unit economics matter, which controls exist"
    }


def test_a_company_without_gaps_has_no_finding() -> None:
    whole = facts(
        tools=[CHAT], agents=[BOT], use_cases=[CASE], suites=[SUITE], spend=[PAID], sources=[Source("s", "S", "Bo")]
    )
    assert [finding.id for rule in ALL for finding in rule(whole)] == []


def test_two_currencies_are_never_added_and_the_workspace_s_own_is_told() -> None:
    given = facts(
        tools=[replace(CHAT, owner=None)],
        spend=[PAID, spend("30", tool="chat", currency="EUR")],
    )
    (finding,) = fired("IT001", given)
    assert finding.stake is not None
    assert (finding.stake.amount, finding.stake.currency) == (D(100), "USD")


def test_a_loop_in_two_currencies_is_two_findings_with_ids_of_their_own() -> None:
    given = facts(agents=[BOT], agent_days=[*LOOP, *(replace(day, currency="EUR") for day in LOOP)])
    loops = [each for each in run_rules(given) if each.code == "AG009"]
    assert {(each.id, each.stake.currency) for each in loops if each.stake} == {
        ("AG009:bot", "EUR"),
        ("AG009:bot@USD", "USD"),
    }


def test_who_should_decide_is_the_owner_else_the_head_of_the_department() -> None:
    given = tool(owner=None, department="sales")
    assert fired("IT001", replace(given, heads={"sales": "Rafa"}))[0].owner == "Rafa"
    assert fired("IT001", given)[0].owner is None
    assert fired("IT002", tool(purpose=None))[0].owner == "Ada"


def test_a_loop_months_ago_is_told_with_its_last_day_and_without_the_bill_s_monthly_line() -> None:
    (finding,) = fired("AG009", facts(agents=[BOT], agent_days=LOOP))
    assert finding.occurred_on == date(2026, 10, 10)
    assert finding.evidence["calls"] == "51"


def test_people_known_to_use_both_tools_are_counted() -> None:
    users = {"otter": frozenset("abc"), "fathom": frozenset("bcd")}
    (finding,) = fired("OV002", facts(tools=TWO, spend=TWO_PAID, users=users))
    assert finding.evidence["fathom and otter: users of both"] == "2"


def test_a_quarter_counts_all_its_months_and_a_budget_only_the_last() -> None:
    quarter = Period.parse("2026-Q4")
    rows = [spend("40", agent="bot", month=month) for month in quarter.months]
    given = facts(period=quarter, agents=[replace(BOT, monthly_budget=D(30), owner=None)], spend=rows)
    (owner,) = fired("AG010", given)
    (over,) = fired("AG008", given)
    assert owner.stake is not None and over.stake is not None
    assert (owner.stake.amount, owner.stake.period) == (D(120), "2026-Q4")
    assert (over.stake.amount, over.stake.period) == (D(10), "2026-12")

"""Rules on evaluation: what is spent without being tested, and dear models nobody proved to be better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from statistics import median

from spendmap.risk.facts import Facts, Spend, Suite, UseCase, is_positive
from spendmap.risk.finding import Finding, Subject
from spendmap.vocabulary.exact import total

PREMIUM_TIMES = 2  # a model that costs more than this many times the company's median model
PREMIUM_MIN_MONEY = Decimal(500)  # of a use case on such models in the period, below which proof is not worth its price
PREMIUM_MIN_MODELS = 3  # fewer models have no median worth the name
MILLION = 1_000_000


def ev001_spend_without_evaluation(facts: Facts) -> Iterator[Finding]:
    """EV001 A use case spends product money and no evaluation suite covers it.

    Kind: quality.
    Why it matters: its quality is known from complaints only, and no change of model or prompt can be judged.
    Fires: AI money of category product_inference in the period, and no registered suite names the use case.
    Quiet: any suite names it (whether the suite is good, EV002 to EV004 ask).
    """
    for case in facts.use_cases:
        rows = facts.where(lambda row, id_=case.id: row.use_case == id_ and row.category == "product_inference")  # type: ignore[misc]
        stake = facts.stake(rows)
        if is_positive(stake) and not suites_of(facts, case):
            yield Finding(
                "EV001",
                "quality",
                "evaluation",
                Subject("use_case", case.id, case.name),
                f"{case.name} is not evaluated",
                "It answers customers, and no evaluation suite is registered for it.",
                "Collect a small gold set, run it weekly, and register the suite.",
                stake=stake,
                owner=case.quality_owner or case.owner or facts.head(case.department, case.cost_center),
            )


def ev002_premium_model_without_proof(facts: Facts) -> Iterator[Finding]:
    """EV002 A use case runs on a premium model and nobody proved that better matters.

    Kind: cost.
    Why it matters: the most expensive choice is often the first one, made before there was anything to compare.
    Fires: models whose list cost per token over the period is more than twice that of the company's median model cost
        the use case at least 500, and none of its suites has a gate or a threshold.
    Quiet: a suite with a gate or a threshold; fewer than 3 priced models to compare.
    """
    prices = _per_million(facts.ai, facts.currency)
    if len(prices) < PREMIUM_MIN_MODELS:
        return
    bound = PREMIUM_TIMES * median(prices.values())
    dear = {model for model, price in prices.items() if price > bound}
    for case in facts.use_cases:
        rows = facts.where(lambda row, id_=case.id: row.use_case == id_ and row.model in dear)  # type: ignore[misc]
        stake = facts.stake(rows)
        proven = any(suite.threshold or (suite.gate not in (None, False, "")) for suite in suites_of(facts, case))
        if proven or stake is None or stake.amount is None or stake.amount < PREMIUM_MIN_MONEY:
            continue
        models = sorted({row.model for row in rows if row.model})
        yield Finding(
            "EV002",
            "cost",
            "evaluation",
            Subject("use_case", case.id, case.name),
            f"{case.name} uses a premium model without proof",
            f"On {', '.join(models)}, more than {PREMIUM_TIMES} times the median model's price; no suite has a gate "
            "or threshold that shows what the difference buys.",
            "Run its suite on the next cheaper model and compare.",
            stake=stake,
            owner=case.owner or facts.head(case.department, case.cost_center),
            evidence={
                **{f"{model} per million tokens": f"{prices[model]:.2f}" for model in models},
                "median per million tokens": f"{median(prices.values()):.2f}",
            },
        )


def ev003_suite_without_gate(facts: Facts) -> Iterator[Finding]:
    """EV003 An evaluation suite stops nothing.

    Kind: quality.
    Why it matters: a test that cannot stop a release is a report.
    Fires: `gate` is not stated, or false.
    Quiet: any words that say what it stops.
    """
    for suite in facts.suites:
        if suite.gate in (None, False, ""):
            yield _suite(facts, suite, "EV003", "has no gate", "What it stops when it fails is not registered.",
                         "Decide below which figure a release is held back.")  # fmt: skip


def ev004_no_quality_owner(facts: Facts) -> Iterator[Finding]:
    """EV004 Nobody answers for the quality that a suite shows.

    Kind: quality.
    Why it matters: a falling score calls nobody.
    Fires: the suite has no owner and no quality owner, and its use case names no quality owner.
    Quiet: any of the three is stated.
    """
    cases = {case.id: case for case in facts.use_cases}
    for suite in facts.suites:
        case = cases.get(suite.use_case or "")
        if not (suite.owner or suite.quality_owner or (case and case.quality_owner)):
            yield _suite(facts, suite, "EV004", "has no quality owner", "Who answers for its result is not registered.",
                         "Name a quality owner on the suite or on its use case.")  # fmt: skip


def suites_of(facts: Facts, case: UseCase) -> list[Suite]:
    """Suites that test a use case, whichever of the two names the other."""
    return [suite for suite in facts.suites if suite.use_case == case.id or suite.id in case.evaluation_suites]


def _per_million(rows: Iterable[Spend], currency: str) -> dict[str, Decimal]:
    """List cost of a million tokens by model, as the company uses it; models without price or tokens are left out."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    tokens: dict[str, int] = defaultdict(int)
    for row in rows:
        used = (row.input_tokens or 0) + (row.output_tokens or 0)
        if row.model and row.list_cost is not None and used and row.currency == currency and not row.unpriced_rows:
            costs[row.model] = total((costs[row.model], row.list_cost))
            tokens[row.model] += used
    return {model: cost * MILLION / tokens[model] for model, cost in costs.items() if cost > 0}


def _suite(facts: Facts, suite: Suite, code: str, words: str, detail: str, step: str) -> Finding:
    case = next((each for each in facts.use_cases if each.id == suite.use_case), None)
    rows = facts.where(lambda row: case is not None and row.use_case == case.id)
    head = (case.owner or facts.head(case.department, case.cost_center)) if case else None
    return Finding(
        code,
        "quality",
        "evaluation",
        Subject("evaluation_suite", suite.id, suite.name),
        f"{suite.name} {words}",
        detail,
        step,
        stake=facts.stake(rows),
        owner=suite.quality_owner or suite.owner or (case.quality_owner if case else None) or head,
        evidence={"use_case": case.name} if case else {},
    )


RULES = (
    ev001_spend_without_evaluation,
    ev002_premium_model_without_proof,
    ev003_suite_without_gate,
    ev004_no_quality_owner,
)

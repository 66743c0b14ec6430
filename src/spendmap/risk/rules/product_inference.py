"""Rules on use cases and the model calls of the product: who owns them, what must hold, how finance books them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from spendmap.risk.facts import Agent, Facts, Spend, UseCase, is_positive
from spendmap.risk.finding import Finding, Kind, Stake, Subject

CATEGORY = "product_inference"


def pi001_use_case_without_owner(facts: Facts) -> Iterator[Finding]:
    """PI001 A use case has no owner.

    Kind: operating.
    Why it matters: its cost, its quality and its end are nobody's decision.
    Fires: a registered use case names no owner.
    Quiet: a retired use case without money in the period.
    """
    for case in _live(facts):
        if not case.owner:
            yield _finding(
                facts, case, "PI001", "operating", "has no owner", "No owner is registered.",
                f"Ask {facts.head(case.department, case.cost_center) or 'its department'} to name an owner.",
            )  # fmt: skip


def pi002_no_quality_threshold(facts: Facts) -> Iterator[Finding]:
    """PI002 A use case has no quality threshold.

    Kind: quality.
    Why it matters: without a line nobody can say that it became worse, or that a cheaper model is good enough.
    Fires: `quality_threshold` is not stated.
    Quiet: any words that state one.
    """
    for case in _live(facts):
        if not case.quality_threshold:
            yield _finding(
                facts, case, "PI002", "quality", "has no quality threshold",
                "What must hold for its answers is not registered.",
                "State a figure that its owner would stop the release for.",
            )  # fmt: skip


def pi003_cost_nature_unknown(facts: Facts) -> Iterator[Finding]:
    """PI003 Finance cannot book a use case: its cost nature is unknown.

    Kind: operating.
    Why it matters: gross margin is wrong when cost of goods sold hides in operating expense.
    Fires: neither the use case nor its cost centre says cogs, opex or hybrid; or hybrid is said without a cogs share,
        on either.
    Quiet: one of them says it whole.
    """
    centers = {center.id: center for center in facts.cost_centers}
    for case in _live(facts):
        center = centers.get(case.cost_center or "")
        nature = case.nature or (center.nature if center else None)
        share = case.cogs_share if case.cogs_share is not None else center.cogs_share if center else None
        if nature is None or (nature == "hybrid" and share is None):
            said = "hybrid, without its cogs share" if nature else "not stated"
            yield _finding(
                facts, case, "PI003", "operating", "has no cost nature",
                f"Its nature is {said}; its cost centre is {case.cost_center or 'not stated'}.",
                "Ask finance for cogs, opex or hybrid with a share, and register it on the cost centre.",
            )  # fmt: skip


def pi004_no_business_outcome(facts: Facts) -> Iterator[Finding]:
    """PI004 A use case names no business outcome.

    Kind: operating.
    Why it matters: what nobody expects to move cannot be worth its money.
    Fires: the use case has money in the period and `outcome` is not stated.
    Quiet: no money yet, or any outcome.
    """
    for case in _live(facts):
        if not case.outcome and is_positive(_stake(facts, case)):
            yield _finding(
                facts, case, "PI004", "operating", "names no business outcome",
                "Which business figure should move is not registered.",
                "Name one figure, its value before and the value expected.",
            )  # fmt: skip


def pi005_inference_without_use_case(facts: Facts) -> Iterator[Finding]:
    """PI005 Product inference is paid and no use case carries it.

    Kind: operating.
    Why it matters: money that serves customers and that no product figure contains.
    Fires: AI money of category product_inference of a vendor account has no use case, agent or tool.
    Quiet: dark usage (LG003 speaks of that).
    """
    found: dict[tuple[str, str], list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.category == CATEGORY and row.method != "dark" and not (row.use_case or row.agent or row.tool):
            found[row.vendor or row.supplier_name or "unknown", row.vendor_account or ""].append(row)
    for (vendor, account), rows in sorted(found.items()):
        stake = facts.stake(rows)
        if not is_positive(stake):
            continue
        name = f"{facts.label('vendor', vendor)} {account}".strip()
        services = sorted({row.service_name for row in rows if row.service_name})
        yield Finding(
            "PI005",
            "operating",
            CATEGORY,
            Subject("vendor_account", f"{vendor}/{account}".rstrip("/"), name),
            f"{name}: inference without a use case",
            f"Services: {', '.join(services) or 'not stated'}.",
            "Tie it to a use case with a register key on a tag, project or service.",
            stake=stake,
            evidence={"services": ", ".join(services)},
        )


def pi006_questions_unanswered(facts: Facts) -> Iterator[Finding]:
    """PI006 Questions of a use case's card are unanswered.

    Kind: operating.
    Why it matters: a policy written before these are answered is too vague or too strict.
    Fires: once per use case that does not say which problem it solves, which cost centre pays, which data it touches,
        which unit economics matter or which controls exist; the finding names them.
    Quiet: all are answered; a cost centre on its rows, or a control of its agents, suites or queues, is an answer.
        Owner, quality threshold, nature and outcome have rules of their own.
    """
    for case in _live(facts):
        missing = _open_questions(facts, case)
        if missing:
            named = ", ".join(missing)
            yield replace(
                _finding(
                    facts, case, "PI006", "operating",
                    f"leaves {len(missing)} {'questions' if len(missing) > 1 else 'question'} of its card open",
                    f"Nobody has said: {named}.",
                    f"Answer them on its card: `spendmap card {case.id}`.",
                ),
                evidence={"unanswered": named},
            )  # fmt: skip


def _open_questions(facts: Facts, case: UseCase) -> list[str]:
    """What the card asks people and they have not said, in its order, as far as no other rule speaks of it."""
    suites = [each for each in facts.suites if each.use_case == case.id or each.id in case.evaluation_suites]
    held = (
        any(each.use_case == case.id or each.id in case.review_queues for each in facts.queues)
        or any(each.gate not in (None, False) for each in suites)
        or any(_is_held(each) for each in facts.agents if each.use_case == case.id)
    )
    paid = bool(case.cost_center) or any(row.use_case == case.id and row.cost_center for row in facts.ai)
    answered = {
        "which problem it solves": bool(case.problem),
        "which cost centre pays": paid,
        "what data it touches": bool(case.data or case.data_assets),
        "which unit economics matter": bool(case.unit_economics),
        "which controls exist": bool(case.controls) or held,
    }
    return [question for question, is_answered in answered.items() if not is_answered]


def _is_held(agent: Agent) -> bool:
    """The agent says one thing of how it is held."""
    said = (agent.kill_switch, agent.output_review, agent.failure_detection, agent.rate_limit)
    return agent.monthly_budget is not None or any(each not in (None, False) for each in said)


def _finding(facts: Facts, case: UseCase, code: str, kind: Kind, words: str, detail: str, step: str) -> Finding:
    return Finding(
        code,
        kind,
        case.category,
        Subject("use_case", case.id, case.name),
        f"{case.name} {words}",
        detail,
        step,
        stake=_stake(facts, case),
        owner=case.owner or facts.head(case.department, case.cost_center),
    )


def _live(facts: Facts) -> Iterator[UseCase]:
    for case in facts.use_cases:
        if case.status != "retired" or is_positive(_stake(facts, case)):
            yield case


def _stake(facts: Facts, case: UseCase) -> Stake | None:
    return facts.stake(facts.where(lambda row: row.use_case == case.id))


RULES = (
    pi001_use_case_without_owner,
    pi002_no_quality_threshold,
    pi003_cost_nature_unknown,
    pi004_no_business_outcome,
    pi005_inference_without_use_case,
    pi006_questions_unanswered,
)

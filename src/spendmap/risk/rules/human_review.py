"""Rules on human review: queues without an owner, and checking that costs more than what it checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spendmap.risk.facts import Facts
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.vocabulary.exact import total

CATEGORY = "human_review"


def hr001_queue_without_owner(facts: Facts) -> Iterator[Finding]:
    """HR001 A review queue has no owner.

    Kind: operating.
    Why it matters: exceptions pile up where nobody answers for them.
    Fires: a registered review queue names no owner. The money is the use case's review work; of several queues of one
        use case each one's part is unknown.
    Quiet: an owner is stated.
    """
    for queue in facts.queues:
        if not queue.owner:
            rows = facts.where(
                lambda row, id_=queue.use_case: id_ is not None and row.use_case == id_ and row.category == CATEGORY  # type: ignore[misc]
            )
            stake = facts.stake(rows)
            if stake is not None and sum(each.use_case == queue.use_case for each in facts.queues) > 1:
                stake = replace(stake, amount=None)  # minutes name a use case, not which of its queues
            yield Finding(
                "HR001",
                "operating",
                CATEGORY,
                Subject("review_queue", queue.id, queue.name),
                f"{queue.name} has no owner",
                "No owner of the queue is registered.",
                "Name who empties it and how soon.",
                stake=stake,
                owner=facts.head(queue.department),
            )


def hr002_review_costs_more(facts: Facts) -> Iterator[Finding]:
    """HR002 Checking a use case costs more than running it.

    Kind: cost.
    Why it matters: the model bill looks small because people carry the rest.
    Fires: human review of a use case costs more in the period than all its other AI money, in the workspace's currency.
    Quiet: less, or one of the two is unknown.
    """
    for case in facts.use_cases:
        rows = [row for row in facts.ai if row.use_case == case.id and row.currency == facts.currency]
        review = total(row.effective_cost for row in rows if row.category == CATEGORY)
        rest = total(row.effective_cost for row in rows if row.category != CATEGORY)
        if rest > 0 and review > rest:
            yield Finding(
                "HR002",
                "cost",
                CATEGORY,
                Subject("use_case", case.id, case.name),
                f"{case.name}: review costs more than the AI",
                f"{review:,.2f} {facts.currency} of people's work against {rest:,.2f} for all else.",
                "Look at why answers are checked: sample less, or raise quality where most corrections are made.",
                stake=Stake(review, facts.currency, "effective", facts.period.label),
                owner=case.owner or facts.head(case.department, case.cost_center),
                evidence={"review": f"{review:.2f}", "all_else": f"{rest:.2f}"},
            )


def hr003_review_without_queue(facts: Facts) -> Iterator[Finding]:
    """HR003 People review a use case, and no queue is registered for it.

    Kind: quality.
    Why it matters: work without a queue has no role, no sampling and no service level.
    Fires: human-review money of a use case in the period, and no review queue names the use case.
    Quiet: a queue names it.
    """
    queued = {queue.use_case for queue in facts.queues}
    for case in facts.use_cases:
        rows = facts.where(lambda row, id_=case.id: row.use_case == id_ and row.category == CATEGORY)  # type: ignore[misc]
        if rows and case.id not in queued:
            yield Finding(
                "HR003",
                "quality",
                CATEGORY,
                Subject("use_case", case.id, case.name),
                f"{case.name} is reviewed without a queue",
                "People check its output, and no review queue is registered.",
                "Register the queue: who reviews, which part, how soon.",
                stake=facts.stake(rows),
                owner=case.owner or facts.head(case.department, case.cost_center),
            )


RULES = (hr001_queue_without_owner, hr002_review_costs_more, hr003_review_without_queue)

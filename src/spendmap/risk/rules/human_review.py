"""Rules on human review: queues without an owner, checking that costs more than what it checks, unknown work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from spendmap.risk.facts import Facts, Spend
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.work import known_kinds

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


def hr004_work_of_an_unknown_kind(facts: Facts) -> Iterator[Finding]:
    """HR004 People worked on AI, and nobody knows what kind of work it was.

    Kind: operating.
    Why it matters: review, preparation and evaluation are told apart by the kind; this work is in none of them.
    Fires: human work of the period that no rule placed, by its kind as the log writes it; also work whose log names
        no kind. The money is its cost at the role's rate.
    Quiet: every kind is one of the known ones, or a rule of the company places it.
    """
    found: dict[str, list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.origin == "activity" and row.category in (None, "unclassified"):
            found[row.service_name or ""].append(row)
    for kind, rows in sorted(found.items()):
        minutes = total(row.minutes for row in rows)
        shown = f"work of kind {kind!r}" if kind else "work without a kind"
        yield Finding(
            "HR004",
            "operating",
            "unclassified",
            Subject("work_kind", kind or "not-named", kind or "not named"),
            f"{shown[0].upper()}{shown[1:]} has no category",
            f"{minutes:,.0f} minutes were logged, and no rule says what kind of AI cost they are.",
            f"Write a rule on `activity_kind: [{kind}]` in the workspace's rules/ folder, or one of these in the log: "
            f"{', '.join(known_kinds())}."
            if kind
            else f"Name the kind in the log and capture it again. Known are {', '.join(known_kinds())}.",
            stake=facts.stake(rows),
            evidence={"minutes": f"{minutes:f}", "sources": ", ".join(sorted({row.source_name or "" for row in rows}))},
        )


RULES = (
    hr001_queue_without_owner,
    hr002_review_costs_more,
    hr003_review_without_queue,
    hr004_work_of_an_unknown_kind,
)

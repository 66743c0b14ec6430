"""Time saved, net of checking: what people claim less what review took, and tasks with AI against tasks without.

A claim is minutes over the period, held against the minutes of human review of the same use case. A comparison is the
mean minutes per task of two groups; review of the result is part of a task's minutes, so its net needs no deduction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from spendmap.reports.economics_facts import MINUTES, Facts
from spendmap.reports.economics_groups import Label
from spendmap.reports.economics_rows import EconomicsRow, Loaded, Time
from spendmap.reports.figures import minus, share_of
from spendmap.vocabulary.exact import mean_difference, per_unit

WITH, WITHOUT = "with_ai", "without_ai"
SIXTY = Decimal(60)


def time_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per use case with a claim or with review work, and one per comparison of tasks."""
    costs, _ = facts.costs("use_case")
    checking = facts.checking()
    claims: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    tasks: dict[tuple[str, str | None, str | None], list[dict[str, Any]]] = defaultdict(list)
    for row in facts.time():
        if row["kind"] == "time_saved":
            claims[row["use_case"]].append(row)
        else:
            tasks[row["source_name"], row["use_case"], row["workflow"]].append(row)
    rows = [
        _claim(facts, case, label("use_case", case), found, costs.get(case), checking.get(case, (None, None)))
        for case, found in sorted(claims.items(), key=lambda item: item[0] or "")
    ]
    rows += [
        _claim(facts, case, label("use_case", case), [], costs.get(case), spent)
        for case, spent in sorted(checking.items(), key=lambda item: item[0] or "")
        if case not in claims
    ]
    rows += [
        _comparison(workflow or (label("use_case", case) if case else source), source, found)
        for (source, case, workflow), found in sorted(tasks.items(), key=lambda item: tuple(map(str, item[0])))
    ]
    return rows


def _claim(
    facts: Facts,
    case: str | None,
    label: str,
    rows: Sequence[dict[str, Any]],
    loaded: Loaded | None,
    checking: tuple[Decimal | None, Decimal | None],
) -> EconomicsRow:
    saved = _minutes(rows)
    spent, spent_cost = checking
    net = minus(saved, spent)
    shown = loaded or Loaded()
    cost = shown.cost(facts.layers)
    hours = None if net is None or net <= 0 else net
    why: str | None
    if not rows:
        why = "no time saved is claimed for it"
    elif saved is None:
        why = "its time is not in minutes or hours"
    elif spent is None:
        why = "no review minutes are captured for it, so what checking took is not known"
    elif hours is None:
        why = "no time is left after checking"
    else:
        why = None if cost is not None else "its cost is not known"
    unit_cost = None if cost is None or hours is None else per_unit(cost * SIXTY, hours)
    return EconomicsRow(
        key=case,
        label=label,
        cost=cost,
        layers=shown.by_layer(is_split=facts.model.about.is_split),
        by_evidence=shown.by_evidence(facts.layers),
        unit="net hours saved",
        quantity=per_unit(net, SIXTY),
        unit_cost=unit_cost,
        unknown=why,
        missing_rows=shown.missing,
        unpriced_rows=shown.unpriced,
        time=Time(
            "period",
            f"claimed ({', '.join(_grades(rows))}), less the review minutes captured for the use case"
            if rows
            else "review only: nobody claims that it saves time",
            None, None, None, None, saved, spent, spent_cost, net,
        ),
    )  # fmt: skip


def _comparison(label: str, source: str, rows: Sequence[dict[str, Any]]) -> EconomicsRow:
    groups = {result: [row for row in rows if row["result"] == result] for result in (WITH, WITHOUT)}
    sums = {result: _minutes(group) for result, group in groups.items()}
    counts = {result: sum(row["facts"] for row in group) for result, group in groups.items()}
    with_ai, without_ai = sums[WITH], sums[WITHOUT]
    net = None
    if with_ai is not None and without_ai is not None:
        net = mean_difference(without_ai, counts[WITHOUT], with_ai, counts[WITH])
    grades = ", ".join(_grades(rows))
    compared = (
        f"mean minutes per task, {counts[WITH]} with AI against {counts[WITHOUT]} without, review of the result "
        f"included ({grades})"
    )
    return EconomicsRow(
        key=f"{source}/{label}",
        label=label,
        cost=None,
        layers={},
        by_evidence={},
        unit="tasks with AI",
        quantity=Decimal(counts[WITH]) if counts[WITH] else None,
        unit_cost=None,
        unknown="these tasks carry no cost" if net is not None else "one of the two groups has no task in minutes",
        time=Time(
            "task",
            compared,
            per_unit(with_ai, Decimal(counts[WITH])),
            per_unit(without_ai, Decimal(counts[WITHOUT])),
            counts[WITH],
            counts[WITHOUT],
            net,
            None,
            None,
            net,
        ),
        margin_share=None if net is None else share_of(net, per_unit(without_ai, Decimal(counts[WITHOUT]))),
    )


def _minutes(rows: Sequence[dict[str, Any]]) -> Decimal | None:
    """Minutes of all rows; None when one is in another unit: its share of the whole is not known."""
    total = Decimal(0)
    for row in rows:
        factor = MINUTES.get((row["unit"] or "").casefold())
        if factor is None or row["quantity"] is None:
            return None
        total += row["quantity"] * factor
    return total if rows else None


def _grades(rows: Sequence[dict[str, Any]]) -> list[str]:
    return sorted({row["evidence"] for row in rows if row["evidence"]})

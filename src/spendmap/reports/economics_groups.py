"""Unit economics by group: customers, plans, segments, features, use cases, workflows, ARR, accounts kept, models.

Each function turns the sums of one question into rows. An unknown denominator leaves the unit cost unknown, with the
reason; nothing is divided by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from spendmap.reports.economics_facts import Facts, Runs
from spendmap.reports.economics_rows import Adoption, EconomicsRow, Loaded
from spendmap.reports.figures import minus, plus, share_of
from spendmap.value.accounts import SEVERAL
from spendmap.vocabulary.exact import per_unit

Label = Callable[[str, str | None], str]
FACTORS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
ZERO = Decimal(0)
NONE_STATED = {
    "customer_id": "no customer stated",
    "plan": "no plan known",
    "segment": "no segment known",
    "feature": "no feature stated",
    "use_case": "no use case",
    "workflow": "no workflow stated",
}


def customer_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per customer, and one for what names none. The unit is what the customer used most plainly: a run."""
    costs, _ = facts.costs("customer_id")
    known = facts.customers()
    revenue, _ = facts.revenue("customer_id")
    use = facts.use("customer_id")
    rows = []
    for key in _keys(costs, revenue):
        plan, segment = known.get(key or "", (None, None))
        about = facts.model.plan(plan, facts.last) or {}
        earned, earned_from = _earned(revenue.get(key), about, None)
        quantity, unit, why = _one_unit(use.get(key, {}), "no product use is captured for it")
        rows.append(
            _row(
                facts, key, label("customer_id", key), costs.get(key), unit, quantity, why,
                plan=plan, segment=segment, pricing=about.get("pricing"),
                **_margin(costs.get(key), facts, earned, earned_from if key is not None else None),
            )
        )  # fmt: skip
    return rows


def plan_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per plan: margin, price against the cost of an account-month, and how many accounts lose money."""
    costs, _ = facts.costs("plan")
    revenue, _ = facts.revenue("plan")
    accounts = facts.accounts("plan")
    losing: dict[str | None, int] = {}
    for each in customer_rows(facts, label):
        if each.margin is not None and each.margin < 0:
            losing[each.plan] = losing.get(each.plan, 0) + 1
    rows = []
    for key in _keys(costs, revenue):
        about = facts.model.plan(key, facts.last) or {}
        months = sum(accounts.get(key, {}).values()) if key is not None else 0
        earned, earned_from = _earned(revenue.get(key), about, months)
        quantity = Decimal(months) if months else None
        price = _price(about, facts.currency)
        row = _row(
            facts, key, about.get("name") or label("plan", key), costs.get(key), "account-months", quantity,
            "no account is known to be on it",
            pricing=about.get("pricing"), price=price, accounts=months or None,
            losing_accounts=losing.get(key, 0) if key is not None else None,
            **_margin(costs.get(key), facts, earned, earned_from),
        )  # fmt: skip
        covers = None if price is None or row.unit_cost is None else price >= row.unit_cost
        rows.append(replace(row, price_covers_cost=covers))
    return rows


def segment_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per customer segment, by account-month, with its margin."""
    costs, _ = facts.costs("segment")
    revenue, _ = facts.revenue("segment")
    accounts = facts.accounts("segment")
    rows = []
    for key in _keys(costs, revenue):
        months = sum(accounts.get(key, {}).values()) if key is not None else 0
        earned = revenue.get(key)
        quantity = Decimal(months) if months else None
        rows.append(
            _row(
                facts, key, label("segment", key), costs.get(key), "account-months", quantity,
                "no account is known to be in it", accounts=months or None,
                **_margin(costs.get(key), facts, earned, "outcomes" if earned is not None else None),
            )
        )  # fmt: skip
    return rows


def feature_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per product feature, by one use of it."""
    costs, _ = facts.costs("feature")
    use = facts.use("feature")
    rows = []
    for key in _keys(costs):
        quantity, unit, why = _one_unit(use.get(key, {}), "no product use is captured for it")
        rows.append(_row(facts, key, label("feature", key), costs[key], unit, quantity, why))
    return rows


def use_case_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per use case: cost per attempt and per accepted run."""
    costs, _ = facts.costs("use_case")
    runs = facts.runs("use_case")
    return [
        _run_row(facts, key, label("use_case", key), costs.get(key), runs.get(key, Runs()))
        for key in _keys(costs, runs)
        if key is not None
    ]


def workflow_rows(facts: Facts, label: Label) -> list[EconomicsRow]:
    """One row per workflow. Its cost is known where its use case has no other workflow in the period.

    What no workflow's row tells is in one row more, so that the rows hold every use case's money.
    """
    costs, _ = facts.costs("use_case")
    by_case: dict[str | None, set[str | None]] = {}
    case_of: dict[str | None, set[str | None]] = {}
    for use_case, workflow in facts.workflows():
        by_case.setdefault(use_case, set()).add(workflow)
        case_of.setdefault(workflow, set()).add(use_case)
    rows = []
    told: set[str | None] = set()
    all_runs = facts.runs("workflow")
    for key, runs in sorted((item for item in all_runs.items() if item[0] is not None), key=lambda item: item[0] or ""):
        cases = case_of.get(key, set())
        case = next(iter(cases)) if len(cases) == 1 else None
        alone = case is not None and len(by_case[case]) == 1
        row = _run_row(facts, key, label("workflow", key), costs.get(case) if alone else None, runs)
        if alone:
            told.add(case)
        else:
            why = "its use case is not known" if case is None else f"its cost is told for the whole use case {case}"
            row = replace(row, unknown=why)
        rows.append(row)
    rest = Loaded()
    untold = [case for case in costs if case not in told]
    for case in untold:
        rest.take(costs[case])
    if untold or None in all_runs:
        row = _run_row(facts, None, label("workflow", None), rest, all_runs.get(None, Runs()))
        why = "money of use cases without a workflow of their own, and not of these runs alone"
        rows.append(replace(row, unit_cost=None, cost_per_attempt=None, unknown=why))
    return rows


def arr_rows(facts: Facts, label: Label, months: int) -> list[EconomicsRow]:
    """One row per plan: cost, put on a year, per unit of ARR; ARR is the revenue of the last month times twelve."""
    costs, _ = facts.costs("plan")
    _, last = facts.revenue("plan")
    rows = []
    for key in _keys(costs, last):
        month = last.get(key)
        arr = None if month is None else month * 12
        cost = costs.get(key, Loaded()).cost(facts.layers)
        row = _row(
            facts, key, label("plan", key), costs.get(key), f"{facts.currency} of ARR", arr,
            f"no revenue is captured for {facts.last}",
        )  # fmt: skip
        yearly = None if cost is None or arr is None else per_unit(cost * 12, arr * months)
        rows.append(replace(row, unit_cost=yearly))
    return rows


def kept_rows(facts: Facts, label: Label, result: str) -> list[EconomicsRow]:
    """One row per plan: what its customers cost in the period per account retained (or expanded)."""
    costs, _ = facts.costs("plan")
    events = facts.events("plan", result)
    return [
        _row(
            facts, key, label("plan", key), costs.get(key), f"{result} accounts", events.get(key),
            f"no {result} account is captured for it",
        )
        for key in _keys(costs, events)
    ]  # fmt: skip


def model_rows(facts: Facts) -> list[EconomicsRow]:
    """One row per model (or configuration) tried in evaluation runs: stated cost per solved instance.

    The money is what the evaluation states and is in no total of the map. A run whose cost is not stated is left out
    on both sides of the division, and counted in `missing_rows`.
    """
    rows = []
    for key, runs in sorted(facts.runs("feature", "evaluation_run").items(), key=lambda item: item[0] or ""):
        accepted = Decimal(runs.known_accepted)
        why = "no run with a known cost was accepted" if runs.amount is not None else "no run states its cost"
        rows.append(
            EconomicsRow(
                key=key,
                label=key or "no model stated",
                cost=runs.amount,
                layers={},
                by_evidence=runs.by_evidence,
                unit="accepted runs of known cost",
                quantity=accepted if runs.known else None,
                unit_cost=per_unit(runs.amount, accepted),
                unknown=None if runs.amount is not None and accepted else why,
                attempts=runs.judged,
                accepted=runs.of("accepted"),
                rejected=runs.of("rejected"),
                escalated=runs.of("escalated"),
                unjudged=runs.of(""),
                cost_per_attempt=per_unit(runs.amount, Decimal(runs.known)),
                missing_rows=runs.facts - runs.known,
            )
        )
    return rows


def adoption_rows(facts: Facts, label: Label) -> list[Adoption]:
    """Free plans at 1, 2, 5 and 10 times the accounts of the last month, each account costing what it does now."""
    last = facts.last_month()
    costs, _ = last.costs("plan")
    accounts = last.accounts("plan")
    found: list[Adoption] = []
    for plan in last.model.about.plans.get(last.last, ()):
        cost = costs.get(plan["id"], Loaded()).cost(facts.layers)
        active = accounts.get(plan["id"], {}).get(last.last, 0)
        if plan["pricing"] != "free" or cost is None or not active:
            continue
        each, name = per_unit(cost, Decimal(active)), plan["name"] or label("plan", plan["id"])
        found += [Adoption(plan["id"], name, by, active * int(by), cost * by, each) for by in FACTORS]
    return found


def _run_row(facts: Facts, key: str | None, label: str, loaded: Loaded | None, runs: Runs) -> EconomicsRow:
    accepted, attempts = runs.of("accepted"), runs.judged
    why = "no run is captured for it" if not runs.facts else "no run was accepted"
    row = _row(facts, key, label, loaded, "accepted runs", accepted if attempts else None, why)
    if not attempts:
        return replace(row, unjudged=runs.of("") or None)
    return replace(
        row,
        attempts=attempts,
        accepted=accepted,
        rejected=runs.of("rejected"),
        escalated=runs.of("escalated"),
        unjudged=runs.of(""),
        cost_per_attempt=per_unit(row.cost, attempts),
    )


def _row(
    facts: Facts,
    key: str | None,
    label: str,
    loaded: Loaded | None,
    unit: str,
    quantity: Decimal | None,
    why: str | None,
    **more: Any,
) -> EconomicsRow:
    shown = loaded or Loaded()
    cost = shown.cost(facts.layers)
    unit_cost = per_unit(cost, quantity)
    unknown = None if unit_cost is not None else ("its cost is not known" if quantity and cost is None else why)
    return EconomicsRow(
        key=key,
        label=label,
        cost=cost,
        layers=shown.by_layer(is_split=facts.model.about.is_split),
        by_evidence=shown.by_evidence(facts.layers),
        unit=unit,
        quantity=quantity,
        unit_cost=unit_cost,
        unknown=unknown,
        missing_rows=shown.missing,
        unpriced_rows=shown.unpriced,
        **more,
    )


def _margin(loaded: Loaded | None, facts: Facts, revenue: Decimal | None, source: str | None) -> dict[str, Any]:
    cost = loaded.cost(facts.layers) if loaded is not None else None
    if source is None:
        return {}
    margin = minus(revenue, cost)
    return {
        "revenue": revenue,
        "revenue_from": source,
        "margin": margin,
        "margin_share": share_of(margin, revenue),
    }


def _earned(stated: Decimal | None, plan: Mapping[str, Any], months: int | None) -> tuple[Decimal | None, str | None]:
    """What comes in: as outcomes state it; nothing for a free plan; else the register's price x account-months."""
    if stated is not None:
        return stated, "outcomes"
    if plan.get("pricing") == "free":
        return ZERO, "free"
    if months and plan.get("price") is not None:
        return Decimal(plan["price"]) * months, "price"
    return None, None


def _price(plan: Mapping[str, Any], currency: str) -> Decimal | None:
    if plan.get("pricing") == "free":
        return ZERO
    if plan.get("price") is None or (plan.get("currency") or currency) != currency:
        return None
    return Decimal(plan["price"])


def _one_unit(use: Mapping[str | None, Decimal], why: str) -> tuple[Decimal | None, str, str | None]:
    """The denominator when all use is counted in one unit."""
    if not use:
        return None, "uses", why
    if len(use) > 1:
        return None, "uses", f"its use is counted in several units ({', '.join(sorted(str(unit) for unit in use))})"
    ((unit, quantity),) = use.items()
    return quantity, unit or "uses", None


def _keys(*maps: Mapping[str | None, Any]) -> list[str | None]:
    return sorted({key for each in maps for key in each}, key=lambda key: (key is None, key == SEVERAL, key or ""))


def total_of(rows: list[EconomicsRow]) -> Decimal | None:
    """Sum of the known costs of rows; None when none is known."""
    found: Decimal | None = None
    for row in rows:
        found = plus(found, row.cost)
    return found

"""What a reviewer must find in Fernhill's last month, and what must be left alone: both lists, question by question.

The bad cases are written by hand in `situations.yaml`; where amounts decide, the books are asked. Everything else of
the kind a question is about is clean. Nothing of the product takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from spendmap.sample.facts import declared, declared_sources, declared_splits, loaded
from spendmap.sample.money import dollars, usd
from spendmap.sample.months import MONTHS
from spendmap.sample.prices import PRICES, UNPRICED_MODEL
from spendmap.sample.truth import Books
from spendmap.sample.worklogs import CATEGORY_OF_KIND

BY_THE_BOOKS = "by_the_books"
_FLEET = "arn:aws:ec2:us-east-1:410022330007:fleet"


def situations(books: Books) -> dict[str, Any]:
    """Month and, per rule, `planted` (subject -> why) and `clean` (the other subjects of its kind)."""
    month = MONTHS[-1].key
    rules: dict[str, Any] = {}
    for code, said in _written().items():
        asked = {*_subjects(said["of"]), *said.get("beside", ())}
        planted = _BY_THE_BOOKS[code](books, month) if said["planted"] == BY_THE_BOOKS else said["planted"]
        unknown = planted.keys() - asked
        if unknown:
            raise KeyError(f"{code}: {', '.join(sorted(unknown))} is none of the {said['of']}")
        rules[code] = {"of": said["of"], "planted": dict(planted), "clean": sorted(asked - planted.keys())}
    return {"month": month, "rules": rules}


@cache
def _written() -> dict[str, dict[str, Any]]:
    text = (files("spendmap.sample") / "situations.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = loaded(text)
    return found


def _subjects(kind: str) -> set[str]:
    return _LISTED[kind]() if kind in _LISTED else set(declared(kind))


def _vendor_accounts() -> set[str]:
    found = set()
    for id_, vendor in declared("vendors").items():
        found |= {f"{id_}/{account['id']}" for account in vendor.get("accounts", ())} or {id_}
    return found


def _capabilities() -> set[str]:
    return {str(tool["capability"]) for tool in declared("tools").values()}


def _models() -> set[str]:
    priced = {f"{'anthropic' if model.startswith('claude') else 'openai'}/{model}" for model in PRICES}
    return {*priced, f"hosted_vllm/{UNPRICED_MODEL}"}


_LISTED: dict[str, Callable[[], set[str]]] = {
    "vendor_accounts": _vendor_accounts,
    "capabilities": _capabilities,
    "capability_departments": lambda: {
        f"{capability}/{department}" for capability in _capabilities() for department in declared("departments")
    },
    "committed_resources": lambda: {
        f"{_FLEET}/{name}" for name in ("serving-1", "serving-2", "serving-3", "research-pool")
    },
    "models": _models,
    "sources": lambda: set(declared_sources()),
    "splits": lambda: set(declared_splits()),
    "work_kinds": lambda: set(CATEGORY_OF_KIND),
}


def _over_budget(books: Books, month: str) -> dict[str, str]:
    """Agents that cost more than their monthly budget."""
    found = {}
    for id_, agent in declared("agents").items():
        spent = books.by_agent.get((month, id_), 0)
        if "monthly_budget" in agent and spent > dollars(agent["monthly_budget"]):
            found[id_] = f"{usd(spent)} USD against a budget of {agent['monthly_budget']}"
    return found


def _plans_exceeded(books: Books, month: str) -> dict[str, str]:
    """Monthly budgets of a category that were exceeded."""
    found = {}
    for id_, budget in declared("budgets").items():
        spent = books.by_category.get((month, budget["category"]), 0)
        if spent > dollars(budget["amount"]):
            found[id_] = f"{usd(spent)} USD against a budget of {budget['amount']}"
    return found


def _reviewed_dearly(books: Books, month: str) -> dict[str, str]:
    """Use cases whose checking by people costs more than everything else they cost."""
    found = {}
    for id_ in declared("use_cases"):
        review = books.by_review.get((month, id_), 0)
        rest = books.by_use_case.get((month, id_), 0) - review
        if review > rest > 0:
            found[id_] = f"{Decimal(usd(review)):.2f} USD of review against {Decimal(usd(rest)):.2f} for all else"
    return found


def _unjudged(books: Books, month: str) -> dict[str, str]:
    """Sources with calls that failed without an answer and report no cost."""
    return {
        source: f"{books.unjudged_calls[month, source]:,} calls failed, and no cost is reported"
        for source in declared_sources()
        if books.unjudged_calls.get((month, source))
    }


_BY_THE_BOOKS: dict[str, Callable[[Books, str], dict[str, str]]] = {
    "AG008": _over_budget,
    "HR002": _reviewed_dearly,
    "LG016": _unjudged,
    "LG008": _plans_exceeded,
}

"""What the register says that unit economics need: plans month by month, and how outcomes name use cases.

Reads the register; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from spendmap.register import open_register
from spendmap.register.reading import texts_of
from spendmap.vocabulary.money import money_text
from spendmap.vocabulary.period import Period
from spendmap.workspace import Workspace

_MEASURE = "cost per accepted"
_ONE_NUMBER = re.compile(r"^\D{0,12}?(\d+(?:\.\d+)?)\b[^\d]*$")
_CODE = re.compile(r"\b[A-Z]{3}\b")


@dataclass(frozen=True)
class Declared:
    """Plans by month, use cases by any name, and targets of a cost per accepted outcome."""

    plans: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    use_case_of: Mapping[str, str] = field(default_factory=dict)
    workflow_of: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, dict[str, str]] = field(default_factory=dict)

    @property
    def plan_features(self) -> dict[str, frozenset[str]]:
        """Plan -> features, as the newest month says."""
        newest = self.plans[max(self.plans)] if self.plans else []
        return {each["id"]: frozenset(each["features"]) for each in newest}

    def use_case(self, named: str | None, workflow: str | None) -> str | None:
        """The registered use case of an outcome: by its own name, else by its workflow; else the name as it is."""
        if named:
            return self.use_case_of.get(named.casefold(), named)
        return self.workflow_of.get(workflow.casefold()) if workflow else None


def read_declared(workspace: Workspace, months: Iterable[str]) -> Declared:
    """The register as in force on the last day of each month, and the last one's names."""
    days = {month: Period.parse(month).end.date() - timedelta(days=1) for month in months}
    with open_register(workspace) as register:
        plans = {month: [_plan(each) for each in register.entities("plan", day)] for month, day in days.items()}
        cases = register.entities("use_case", max(days.values()))
    use_case_of: dict[str, str] = {}
    workflow_of: dict[str, str] = {}
    targets: dict[str, dict[str, str]] = {}
    for case in cases:
        for name in (case.id, case.get("name")):
            if name:
                use_case_of.setdefault(str(name).casefold(), case.id)
        for workflow in texts_of(case.get("workflow")):
            workflow_of.setdefault(workflow.casefold(), case.id)
        target = unit_target(case.get("measure"), case.get("target"), workspace.currency)
        if target is not None:
            targets[case.id] = target
    return Declared(plans, use_case_of, workflow_of, targets)


def _plan(entity: Any) -> dict[str, Any]:
    price = entity.get("price")
    return {
        "id": entity.id,
        "name": entity.get("name") or entity.id,
        "pricing": entity.get("pricing"),
        "price": None if price is None else money_text(Decimal(str(price))),
        "currency": entity.get("currency"),
        "features": list(texts_of(entity.get("features"))),
    }


def unit_target(measure: object, target: object, currency: str) -> dict[str, str] | None:
    """What a value hypothesis names as the most that one accepted outcome should cost.

    Its measure speaks of a cost per accepted outcome, its target holds one number: "0.05", "USD 0.05 each", "0.05 usd".
    Two numbers are no target: nobody knows which is meant. `currency` stands where the target names none.
    """
    text = str(target or "").strip()
    found = _ONE_NUMBER.match(text)
    if found is None or _MEASURE not in str(measure or "").casefold():
        return None
    words = text.split()
    named = _CODE.search(text) or (_CODE.search(words[1].upper()) if len(words) == 2 else None)
    return {"amount": found[1], "currency": named[0] if named else currency}

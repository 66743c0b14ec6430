"""The register on one day, as the rules' rows. Reads the register; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

from spendmap.register import Entity, Key
from spendmap.register.held import HeldRegister
from spendmap.register.reading import texts_of
from spendmap.register.store import Register
from spendmap.risk.facts import (
    Agent,
    Budget,
    Contract,
    CostCenter,
    DataAsset,
    Experiment,
    Queue,
    Source,
    Suite,
    Texts,
    Tool,
    UseCase,
)

Row = TypeVar("Row")
RETIRED = "retired"
BUDGET_FIELDS = ("category", "department", "cost_center", "use_case", "tool", "agent", "vendor")


@dataclass(frozen=True)
class Declared:
    """What the register says on a day; experiments without what they spent, sources without how far they reach."""

    tools: tuple[Tool, ...]
    contracts: tuple[Contract, ...]
    agents: tuple[Agent, ...]
    use_cases: tuple[UseCase, ...]
    cost_centers: tuple[CostCenter, ...]
    suites: tuple[Suite, ...]
    queues: tuple[Queue, ...]
    data_assets: tuple[DataAsset, ...]
    sources: tuple[Source, ...]
    budgets: tuple[Budget, ...]
    experiments: tuple[Experiment, ...]
    experiment_keys: dict[str, list[dict[str, str]]]
    tool_keys: tuple[Key, ...]
    heads: dict[str, str]
    invoice_lag: dict[tuple[str, str], int]
    vendors: frozenset[str]
    names: dict[str, dict[str, str]]  # dimension -> id -> name


def read_declared(register: Register | HeldRegister, day: date) -> Declared:
    """Everything the rules ask of the register, as in force on `day`."""
    keys = register.keys()
    experiment_keys: dict[str, list[dict[str, str]]] = {}
    for key in keys:
        if key.entity_type == "experiment":
            experiment_keys.setdefault(key.entity_id, []).append(key.conditions)
    vendors = register.vendors(day)
    departments = register.entities("department", day)
    return Declared(
        tools=_rows(Tool, register.entities("tool", day)),
        contracts=_rows(Contract, register.entities("contract", day)),
        agents=_rows(Agent, register.entities("agent", day)),
        use_cases=_rows(UseCase, register.entities("use_case", day)),
        cost_centers=_rows(CostCenter, register.entities("cost_center", day)),
        suites=_rows(Suite, register.entities("evaluation_suite", day)),
        queues=_rows(Queue, register.entities("review_queue", day)),
        data_assets=_rows(DataAsset, register.entities("data_asset", day)),
        sources=_rows(Source, register.entities("source", day)),
        budgets=tuple(
            _budget(each) for each in register.entities("budget", day) if each.get("period", "month") == "month"
        ),
        experiments=tuple(_experiment(each) for each in register.entities("experiment", day)),
        experiment_keys=experiment_keys,
        tool_keys=tuple(key for key in keys if key.entity_type == "tool"),
        heads={each.id: str(each.get("owner")) for each in departments if each.get("owner")},
        invoice_lag={
            (vendor.id, account.id): account.invoice_lag_months for vendor in vendors for account in vendor.accounts
        },
        vendors=frozenset(vendor.id for vendor in vendors),
        names={
            "vendor": {vendor.id: vendor.name for vendor in vendors},
            "department": {each.id: each.name for each in departments},
        },
    )


def _rows(kind: type[Row], entities: Iterable[Entity]) -> tuple[Row, ...]:
    """Entities as rows of one dataclass: fields of the same name, lists where the dataclass has texts."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name not in {"id", "name"}]  # type: ignore[arg-type]
    found = []
    for entity in entities:
        said: dict[str, Any] = {name: entity.get(name) for name in names if entity.get(name) is not None}
        for name in said:
            if hints[name] == Texts:
                said[name] = texts_of(said[name])
            elif hints[name] == Decimal | None:
                said[name] = _money(said[name])
        if str(said.get("status", "")).strip().casefold() == RETIRED:
            said["status"] = RETIRED  # inventories write "Retired"; the rules ask for one word
        found.append(kind(id=entity.id, name=entity.name, **said))  # type: ignore[call-arg]
    return tuple(found)


def _budget(entity: Entity) -> Budget:
    return Budget(
        entity.id,
        entity.name,
        _money(entity.get("amount")) or Decimal(0),
        entity.get("currency"),
        entity.get("owner"),
        tuple((name, str(entity.get(name))) for name in BUDGET_FIELDS if entity.get(name)),
        entity.get("start_date"),
        entity.get("end_date"),
    )


def _experiment(entity: Entity) -> Experiment:
    return Experiment(
        entity.id,
        entity.name,
        entity.get("owner"),
        tuple((name, str(entity.get(name))) for name in ("tool", "agent", "use_case") if entity.get(name)),
        _money(entity.get("budget")),
        entity.get("currency"),
        entity.get("start_date"),
        entity.get("end_date"),
        department=entity.get("department"),
    )


def _money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))

"""Indirect cost: the pools, their drivers, and every use case fully loaded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from spendmap.api.answers import Basis, Currency, ModelsInForce, Period, json_answer
from spendmap.reports.filters import ask
from spendmap.reports.indirect import IndirectReport, indirect_cost

router = APIRouter()

Pools = Annotated[list[str] | None, Query(description="only these pools; repeatable. Sums stay those of all.")]
UseCases = Annotated[
    list[str] | None, Query(description="only these use cases, by id or name; repeatable; empty is unallocated")
]


@router.get("/api/splits", response_model=IndirectReport, summary="Indirect cost: pools, drivers, receivers")
def read_splits(
    request: Request,
    models: ModelsInForce,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
    pool: Pools = None,
    use_case: UseCases = None,
) -> Response:
    """What no use case carries on its own, who receives it by which driver, and what stays unallocated and why."""
    return json_answer(
        request,
        models,
        lambda model: indirect_cost(
            model,
            ask(model, today=models.today(), period=period, compare="none", basis=basis, currency=currency),
            pools=pool or (),
            use_cases=use_case or (),
        ),
    )

"""Where a figure comes from, down to the line of the file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from spendmap.api.answers import Filters, ModelsInForce, json_answer
from spendmap.reports.explain import Explanation, explain
from spendmap.reports.origin_rows import OriginRows, origin_rows

router = APIRouter()


@router.get("/api/explain", response_model=Explanation, summary="Take a figure apart")
def read_explanation(
    request: Request,
    models: ModelsInForce,
    asked: Filters,
    figure: Annotated[
        str, Query(description="total, a named figure, DIMENSION:VALUE, or a dimension of the conditions")
    ] = "total",
    page: Annotated[int, Query(description="from 1")] = 1,
    size: Annotated[int, Query(description="rows a page, up to 500")] = 50,
    sort: Annotated[str, Query(description="a column of the rows, - before it for descending")] = "-cost",
) -> Response:
    """Formula in words, contributing rows, rules, prices, loads, and what is not in it."""
    return json_answer(
        request,
        models,
        lambda model: explain(model, asked.question(models, model), figure, page=page, size=size, sort=sort),
    )


@router.get("/api/explain/rows", response_model=OriginRows, summary="The captured rows behind one allocation row")
def read_origin_rows(
    request: Request,
    models: ModelsInForce,
    origin_key: Annotated[str, Query(description="`origin_key` of an allocation row")],
    page: Annotated[int, Query(description="from 1")] = 1,
    size: Annotated[int, Query(description="rows a page, up to 500")] = 50,
) -> Response:
    """Usage rows with meters and prices, or the charge, seat or work row; each with its file and line."""
    return json_answer(request, models, lambda model: origin_rows(model, origin_key, page=page, size=size))

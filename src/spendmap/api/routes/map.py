"""The map, its months, its flow, and the same map as a file."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from spendmap.api.answers import JSON, By, Filters, ModelsInForce, answer, json_answer
from spendmap.reports.csv_map import csv_map
from spendmap.reports.figures import document
from spendmap.reports.flow import FlowReport, flow_report
from spendmap.reports.months import MonthsReport, months_report
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import SpendMapReport, spend_map

router = APIRouter()


@router.get("/api/map", response_model=SpendMapReport, summary="The map of a period")
def read_map(request: Request, models: ModelsInForce, asked: Filters, by: By = "category") -> Response:
    """AI money by group; the strip of the eight categories; what is unpriced, unallocated, dark, not AI or covered."""
    return json_answer(request, models, lambda model: _map(models, model, asked, by))


@router.get("/api/map/months", response_model=MonthsReport, summary="The map month by month")
def read_months(request: Request, models: ModelsInForce, asked: Filters, by: By = "category") -> Response:
    """One series per value of one dimension, over at least thirteen months; small ones are gathered as other."""
    return json_answer(
        request, models, lambda model: months_report(model, asked.question(models, model, by.split(",")))
    )


@router.get("/api/map/flow", response_model=FlowReport, summary="From vendor through category to department")
def read_flow(request: Request, models: ModelsInForce, asked: Filters) -> Response:
    """At most thirty links; the rest is gathered as other; money of no department has a node of its own."""
    return json_answer(request, models, lambda model: flow_report(model, asked.question(models, model)))


@router.get(
    "/api/map.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}}, summary="The map as CSV"
)
def download_csv(request: Request, models: ModelsInForce, asked: Filters, by: By = "category") -> Response:
    """One line per group, with basis, currency, period and evidence in each; safe to open in a spreadsheet."""

    def make(model: ReadModel) -> bytes:
        return csv_map(_map(models, model, asked, by)).encode()

    return answer(request, models, make, "text/csv; charset=utf-8", "spend-map.csv")


@router.get("/api/map.json", response_model=SpendMapReport, summary="The map as a JSON file")
def download_json(request: Request, models: ModelsInForce, asked: Filters, by: By = "category") -> Response:
    """The same document as `/api/map`, indented, as a download."""
    import orjson

    def make(model: ReadModel) -> bytes:
        return orjson.dumps(document(_map(models, model, asked, by)), option=orjson.OPT_INDENT_2)

    return answer(request, models, make, JSON, "spend-map.json")


def _map(models: ModelsInForce, model: ReadModel, asked: Filters, by: str) -> SpendMapReport:
    return spend_map(model, asked.question(models, model, by.split(",")))

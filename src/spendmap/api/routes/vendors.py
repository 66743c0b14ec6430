"""Vendors and overlap: the matrix, the list, one vendor. Decisions and the register are in the ETag too."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, Filters, ModelsInForce
from spendmap.api.models import Models
from spendmap.api.problems import Problem, problem_response
from spendmap.register import inventory_version
from spendmap.reports.csv_map import safe_cell
from spendmap.reports.figures import document
from spendmap.reports.paging import MAX_SIZE
from spendmap.reports.read_model import ReadModel
from spendmap.reports.vendor_detail import UnknownVendorError, VendorDetail, vendor_detail
from spendmap.reports.vendors import VendorRow, VendorsReport, vendors_report
from spendmap.risk.snapshot import version_of
from spendmap.vocabulary.money import money_text

router = APIRouter()
COLUMNS = (
    "previous_cost",
    "currency",
    "rows_without_cost",
    "capabilities",
    "products",
    "tools",
    "departments",
    "use_cases",
    "renewal_date",
    "notice_date",
    "open_findings",
    "declared",
)

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Group = Annotated[str, Query(description="rows of the matrix: capability or department")]
Words = Annotated[str, Query(description="words of a vendor, tool or product; all must occur")]
Sort = Annotated[str, Query(description="cost, change, label, tools, departments, use_cases, renewal_date, findings")]
Page = Annotated[int, Query(description="from 1")]
Size = Annotated[int, Query(description="1 to 500")]


@router.get("/api/vendors", response_model=VendorsReport, summary="Vendors, and which of them do the same thing")
def read_vendors(
    request: Request,
    models: ModelsInForce,
    asked: Filters,
    by: Group = "capability",
    q: Words = "",
    sort: Sort = "-cost",
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """Products by capability or department with money, people in common, risk, controls and decision; and a list."""
    return _answer(
        request,
        models,
        lambda model: document(
            vendors_report(
                model, asked.question(models, model), models.today(), by=by, q=q, sort=sort, page=page, size=size
            )
        ),
    )


@router.get("/api/vendors.csv", summary="The list of vendors as CSV")
def download_vendors(models: ModelsInForce, asked: Filters, q: Words = "", sort: Sort = "-cost") -> Response:
    """Every vendor that the search leaves, one a line; money as plain decimals, unknown as an empty cell."""
    model = models.current()
    question = asked.question(models, model)
    rows: list[VendorRow] = []
    page, total = 1, 1
    while len(rows) < total:
        found = vendors_report(model, question, models.today(), q=q, sort=sort, page=page, size=MAX_SIZE).vendors
        rows, total, page = rows + found.items, found.total, page + 1
        if not found.items:
            break
    name = f"vendors_{question.period.label}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(
        _csv(rows, question.currency, question.basis), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.get(
    "/api/vendors/{vendor}",
    response_model=VendorDetail,
    responses={404: {"model": Problem, "description": "No such vendor"}},
    summary="Everything known of one vendor",
)
def read_vendor(request: Request, vendor: str, models: ModelsInForce, asked: Filters) -> Response:
    """Money by month, accounts, tools, models, use cases, contracts, findings, and who else does the same."""
    try:
        return _answer(
            request,
            models,
            lambda model: document(vendor_detail(model, asked.question(models, model), vendor, models.today())),
        )
    except UnknownVendorError as error:
        return problem_response(HTTPStatus.NOT_FOUND, error.message, error.next_step)


def _answer(request: Request, models: Models, make: Callable[[ReadModel], object]) -> Response:
    """As `json_answer`, for what also depends on the register and on decisions."""
    model = models.current()
    rollups = models.workspace.root / "rollups"
    versions = (model.version, inventory_version(rollups), version_of(rollups), models.today().isoformat())
    key = (*versions, request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(models.answer(key, lambda: orjson.dumps(make(model))), media_type=JSON, headers=headers)


def _csv(rows: list[VendorRow], currency: str, basis: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["vendor", "name", f"{basis}_cost", *COLUMNS])
    for row in rows:
        writer.writerow(
            [
                safe_cell(row.vendor or ""),
                safe_cell(row.label),
                money_text(row.cost) or "",
                money_text(row.previous_cost) or "",
                currency,
                row.missing_rows,
                safe_cell("; ".join(row.capabilities)),
                safe_cell("; ".join(row.products)),
                row.tools,
                "" if row.departments is None else row.departments,
                "" if row.use_cases is None else row.use_cases,
                row.renewal_date or "",
                row.notice_date or "",
                row.findings,
                "yes" if row.is_declared else "no",
            ]
        )
    return text.getvalue()

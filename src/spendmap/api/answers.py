"""How a route answers: from the kept answers, with the version as ETag, as JSON bytes.

The ETag is weak (the body may be compressed) and names version, day and query: the default period
depends on the day, so yesterday's answer is not today's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated

import orjson
from fastapi import Depends, Query, Request, Response

from spendmap import __version__
from spendmap.api.models import Models
from spendmap.reports.figures import document
from spendmap.reports.filters import Question, ask, split_condition
from spendmap.reports.read_model import ReadModel

JSON = "application/json"

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Period = Annotated[
    str | None, Query(description="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures.")
]
Compare = Annotated[str, Query(description="previous, none, or a period")]
By = Annotated[str, Query(description="dimensions to group by, comma-separated")]
Basis = Annotated[str, Query(description="effective, billed, contracted or list")]
Currency = Annotated[str | None, Query(description="ISO 4217. Default: the workspace's.")]
Where = Annotated[
    list[str] | None,
    Query(
        description="DIMENSION:VALUE, repeatable; values of one dimension are alternatives; an empty value is unknown"
    ),
]


class Asked:
    """The filters every report takes, as typed in the query."""

    def __init__(
        self,
        period: Period = None,
        compare: Compare = "previous",
        basis: Basis = "effective",
        currency: Currency = None,
        where: Where = None,
    ) -> None:
        self.period, self.compare, self.basis, self.currency = period, compare, basis, currency
        self.where = [split_condition(each, ":") for each in where or ()]

    def question(self, models: Models, model: ReadModel, by: Sequence[str] = ("category",)) -> Question:
        """The valid question, or the error that says what was not understood."""
        return ask(
            model,
            today=models.today(),
            period=self.period,
            compare=self.compare,
            by=by,
            basis=self.basis,
            currency=self.currency,
            where=self.where,
        )


Filters = Annotated[Asked, Depends()]


def models_of(request: Request) -> Models:
    """The server's read models."""
    models: Models = request.app.state.models
    return models


ModelsInForce = Annotated[Models, Depends(models_of)]


def json_answer(
    request: Request, models: Models, report: Callable[[ReadModel], object], also: tuple[str, ...] = ()
) -> Response:
    """A report as JSON, or 304 when the reader has it already. `also`: further versions it is made from."""
    return answer(request, models, lambda model: orjson.dumps(document(report(model))), JSON, also=also)


def answer(
    request: Request,
    models: Models,
    make: Callable[[ReadModel], bytes],
    media_type: str,
    file_name: str = "",
    also: tuple[str, ...] = (),
) -> Response:
    """Bytes made from the version in force, kept for the next reader of the same question."""
    model = models.current()
    key = (model.version, *also, models.today().isoformat(), request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    body = models.answer(key, lambda: make(model))
    if file_name:
        headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return Response(body, media_type=media_type, headers=headers)

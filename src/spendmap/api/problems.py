"""Errors as problem documents (RFC 9457): what happened, and what to do next.

An error never shows a stack, a path outside the workspace or a value that was not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from spendmap.api.writing import FieldProblemError
from spendmap.vocabulary.errors import SpendmapError, UsageError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """`type` is about:blank where the status says it all; `next_step` is what a person can do now."""

    type: str
    title: str
    status: int
    detail: str
    next_step: str


def problem_document(status: int, detail: str, next_step: str = "") -> dict[str, object]:
    """The document's members."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "next_step": next_step}


def problem_response(
    status: int, detail: str, next_step: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A problem as a response that no cache keeps."""
    return JSONResponse(
        problem_document(status, detail, next_step),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _wrong_body(error: RequestValidationError) -> JSONResponse:
    """A written document that is not of the form asked for, field by field."""
    errors = [
        {"field": ".".join(str(part) for part in each["loc"][1:]) or "body", "message": str(each["msg"])}
        for each in error.errors()
    ]
    said = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
    return field_problem(422, said, "Fix the fields named; /api/openapi.json says what is taken.", errors)


def field_problem(
    status: int,
    detail: str,
    next_step: str,
    errors: Sequence[Mapping[str, object]],
    version: int | None = None,
) -> JSONResponse:
    """A problem that names the fields it is about, each with a message of its own; and the newest version."""
    document = {**problem_document(status, detail, next_step), "errors": list(errors)}
    if version is not None:
        document["version"] = version
    return JSONResponse(document, status_code=status, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def install(app: FastAPI, *, always: Mapping[str, str]) -> None:
    """Answer every error of the app with a problem document.

    An unexpected error is answered outside all middleware, so it brings the headers `always` itself.
    """

    async def spendmap_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, SpendmapError)
        status = HTTPStatus.BAD_REQUEST if isinstance(error, UsageError) else HTTPStatus.SERVICE_UNAVAILABLE
        return problem_response(status, error.message, error.next_step)

    async def wrong_query(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        if any(each["loc"][:1] == ("body",) for each in error.errors()):
            return _wrong_body(error)
        said = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors())
        return problem_response(HTTPStatus.BAD_REQUEST, said, "Fix the query; /api/openapi.json says what it takes.")

    async def http_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem_response(error.status_code, str(error.detail), headers=error.headers)

    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        said = "the server met an error it did not expect; its log holds the details."
        step = "Try `spendmap check`, then report the log."
        return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, said, step, always)

    async def field_error(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, FieldProblemError)
        errors = [{k: v for k, v in asdict(each).items() if v is not None} for each in error.errors]
        return field_problem(error.status, error.detail, error.next_step, errors, error.version)

    app.add_exception_handler(FieldProblemError, field_error)
    app.add_exception_handler(SpendmapError, spendmap_error)
    app.add_exception_handler(RequestValidationError, wrong_query)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unexpected)

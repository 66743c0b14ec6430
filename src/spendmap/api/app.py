"""The web application: reports under /api, pages everywhere else.

Reads one workspace's published figures. There is no login yet, so it answers to this machine only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from spendmap import __version__
from spendmap.api import problems
from spendmap.api.guard import SECURITY_HEADERS, LoopbackGuard, SecurityHeaders, WriteGuard
from spendmap.api.models import Models, NamedFolder, utc_today
from spendmap.api.pages import STATIC, Pages
from spendmap.api.routes import (
    categories,
    decisions,
    economics,
    evidence,
    explain,
    findings,
    leader,
    optimize,
    register_edits,
    rules,
    scenario,
    splits,
    use_cases,
    vendors,
    workspace,
)
from spendmap.api.routes import map as spend_map

WORTH_COMPRESSING = 1024  # bytes
ROUTES = (
    workspace,
    leader,
    spend_map,
    categories,
    explain,
    use_cases,
    register_edits,
    rules,
    splits,
    vendors,
    economics,
    findings,
    decisions,
    optimize,
    scenario,
    evidence,
)


def create_app(folder: NamedFolder, *, today: Callable[[], date] = utc_today, static: Path = STATIC) -> FastAPI:
    """The application over one workspace. `today` (UTC) decides the default period."""
    app = _bare_app()
    app.state.models = Models(folder, today)
    app.mount("/", Pages(static), name="pages")
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_COMPRESSING, compresslevel=5)
    app.add_middleware(WriteGuard)
    app.add_middleware(LoopbackGuard)
    app.add_middleware(SecurityHeaders)
    return app


def openapi_document() -> dict[str, Any]:
    """What the API takes and answers; committed as `web/openapi.json` and checked against the code."""
    return _bare_app().openapi()


def _bare_app() -> FastAPI:
    app = FastAPI(
        title="spendmap",
        version=__version__,
        description="One shared, evidence-based picture of everything a company spends on AI. Money and shares are "
        "decimal text; null is unknown, never zero. Errors are problem documents (RFC 9457).",
        openapi_url="/api/openapi.json",
        docs_url=None,  # the interactive pages would load scripts from another host
        redoc_url=None,
        responses={400: {"model": problems.Problem, "description": "The question was not understood"}},
    )
    problems.install(app, always=SECURITY_HEADERS)
    for routes in ROUTES:
        app.include_router(routes.router)
    return app

"""The built web pages: files as they are, every other path answered with the one page that draws it.

Reads `static/`. Files under `assets/` carry their content's hash in their name and may be kept for ever;
everything else is checked with the server each time (ETag, 304).
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from spendmap.api.problems import problem_response

STATIC = Path(__file__).with_name("static")
PAGE = "index.html"
FOR_EVER = "public, max-age=31536000, immutable"
CHECK_EACH_TIME = "no-cache"


class Pages(StaticFiles):
    """`static/` with the single page's own routes. `/api` paths never fall back to the page."""

    def __init__(self, directory: Path = STATIC) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._folder = directory

    async def check_config(self) -> None:
        """Pages that are not built are answered with a problem, not with a broken server."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at `path`, or the page when `path` is one of its routes."""
        if scope["method"] not in {"GET", "HEAD"}:
            return problem_response(405, "this server is read only: ask with GET.", "", {"Allow": "GET, HEAD"})
        wanted = PurePosixPath(path.replace(os.sep, "/"))
        is_file = bool(wanted.suffix) and wanted.parts[:1] != ("explain",)
        if wanted.parts[:1] == ("api",):
            return problem_response(404, f"there is nothing at /{wanted}.", "/api/openapi.json lists what there is.")
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or is_file:
                raise
            return await self._page(scope)
        if wanted.parts[:1] == ("assets",):
            response.headers["Cache-Control"] = FOR_EVER
        else:
            response.headers["Cache-Control"] = CHECK_EACH_TIME
        return response

    async def _page(self, scope: Scope) -> Response:
        if not (self._folder / PAGE).is_file():
            return problem_response(
                404,
                "the web pages are not built in this installation; the API answers under /api.",
                "Install a built package, or run `npm run build` in `web/`. `spendmap map` prints the same figures.",
            )
        response = await super().get_response(PAGE, scope)
        response.headers["Cache-Control"] = CHECK_EACH_TIME
        return response

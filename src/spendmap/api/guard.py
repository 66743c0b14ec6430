"""What stands before every answer: the loopback guard and the headers that keep pages to themselves.

Written for a server on the person's own machine: a foreign page that points its own host name at
127.0.0.1 (DNS rebinding) is refused, since there is no login to stop it. Another page of this machine may read; only
the pages of this very server may write (cross-site request forgery).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spendmap.api.problems import problem_response

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

SECURITY_HEADERS = {
    # Styles may be inline: the component library sets its variables that way. Scripts may not.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def host_name(authority: str) -> str | None:
    """The name in a Host header, lower case, without port and brackets; None when it is not one."""
    try:
        return urlsplit(f"//{authority}").hostname
    except ValueError:
        return None


class LoopbackGuard:
    """Refuses a request whose Host, or whose Origin, is not this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if host_name(headers.get("host", "")) not in LOOPBACK_NAMES:
                refused = problem_response(
                    400, "this server answers to localhost only.", "Open http://127.0.0.1 with its port."
                )
                return await refused(scope, receive, send)
            if origin is not None and host_name(origin.partition("://")[2]) not in LOOPBACK_NAMES:
                refused = problem_response(403, "this server answers no other site's page.")
                return await refused(scope, receive, send)
        return await self.app(scope, receive, send)


READING = frozenset({"GET", "HEAD", "OPTIONS"})
WRITTEN_LIMIT = 256 * 1024  # bytes of one request; a use case declared whole is a few thousand


class WriteGuard:
    """Refuses a write under /api that another origin sent, that is not JSON, or that is too large.

    A form of a foreign page can post to this machine without asking; it cannot send JSON without asking, and what the
    browser says of where it comes from (Origin, Sec-Fetch-Site) must be this server itself, port and all.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING and scope["path"].startswith("/api/"):
            headers = Headers(scope=scope)
            if (refused := _refused_write(headers)) is not None:
                return await problem_response(*refused)(scope, receive, send)
        return await self.app(scope, receive, send)


def _refused_write(headers: Headers) -> tuple[int, str, str] | None:
    """Status, reason and next step of a write that is not taken; None for one that is."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
        return 403, "only this server's own pages may write.", "Open the page from the address the server printed."
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return 403, "only this server's own pages may write.", "Open the page from the address the server printed."
    length = headers.get("content-length")
    if length == "0" or (length is None and "transfer-encoding" not in headers):
        return None  # nothing is sent: the route says what it needs
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return 415, "a write is sent as JSON.", "Send it with Content-Type: application/json."
    if length is None or not length.isdecimal():
        return 411, "a write says how long it is.", "Send a Content-Length."
    if int(length) > WRITTEN_LIMIT:
        return (
            413,
            f"a write holds at most {WRITTEN_LIMIT} bytes.",
            "Declare more with `spendmap register apply`.",
        )
    return None


class SecurityHeaders:
    """Adds the headers above to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_guarded if scope["type"] == "http" else send)

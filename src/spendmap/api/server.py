"""Serve one workspace on this machine until told to stop.

Binds the port itself, so that a busy port is an error a person can act on; stops cleanly on SIGINT and SIGTERM.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import signal
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from spendmap.api.app import create_app
from spendmap.api.models import NamedFolder
from spendmap.api.slow_clients import LONGEST_HEAD, PatientProtocol
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.masking import MaskingFilter

GRACE_S = 5  # seconds open answers may take after the stop signal
KEEP_ALIVE_S = 15  # seconds a connection may be idle between two requests
ASKED_FIRST = ("api/leader", "api/use-cases", "api/vendors", "api/readiness", "api/sources", "api/economics/overview")
"""What the first reader would wait for: the register read, modules imported, answers kept."""


class QuietServer(uvicorn.Server):
    """Calls back once it listens, and ends with exit code 0 when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM; put back what was there before. (uvicorn would raise the signal again.)"""

        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def loopback_address(host: str) -> str:
    """The address to bind.

    Raises:
        UsageError: not this machine: there is no login yet, and the figures are the company's.
    """
    name = host.strip().strip("[]").lower()
    address = "127.0.0.1" if name == "localhost" else name
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback or address not in {"127.0.0.1", "::1"}:
        raise UsageError(
            f"{host!r} would show the figures to other machines, and there is no login yet.",
            next_step="Use `spendmap serve --host 127.0.0.1`, and a tunnel such as ssh -L to reach it from elsewhere.",
        )
    return address


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on this machine; port 0 takes any free one.

    Raises:
        UsageError: another machine's address, or the port is not available.
    """
    address = loopback_address(host)
    bound = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((address, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            said = f"port {port} is in use, perhaps by another `spendmap serve`."
        elif error.errno == errno.EACCES:
            said = f"port {port} is for administrators."
        else:
            said = f"{address} port {port} is not available: {error.strerror}."
        other = port + 1 if 1024 <= port < 65535 else 8765
        raise UsageError(
            said, next_step=f"Try `spendmap serve --port {other}`, or `--port 0` for any free one."
        ) from error
    return bound


def url_of(bound: socket.socket) -> str:
    """Where a browser finds it."""
    address, port = bound.getsockname()[:2]
    return f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"


def serve(folder: NamedFolder, *, host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve until a signal. `listening` is called with the URL once answers are given.

    Raises:
        UsageError: see `bind`.
    """
    bound = bind(host, port)
    url = url_of(bound)
    config = uvicorn.Config(
        create_app(folder),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="off",
        http=PatientProtocol,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_S,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )

    for handler in logging.getLogger("uvicorn").handlers:
        handler.addFilter(MaskingFilter())

    def begin() -> None:
        threading.Thread(target=_ask_first, args=(url,), daemon=True).start()
        listening(url)

    try:
        QuietServer(config, begin).run(sockets=[bound])
    finally:
        bound.close()


def _ask_first(url: str) -> None:
    """Ask the server what every page needs, so that a person does not wait for it."""
    to_itself = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by a proxy
    for path in ASKED_FIRST:
        try:
            with to_itself.open(url + path) as answer:
                answer.read()
        except OSError:
            continue  # what is wrong with it, the person who asks is told

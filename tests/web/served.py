"""Serve a company to the browser, on a day after its last full month."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

TODAY = date(2026, 11, 21)  # the last full month is October 2026


def serve(folder: object, static: Path) -> Iterator[str]:
    """Yields the address; the server ends when the generator does."""
    import uvicorn

    from spendmap.api.app import create_app
    from spendmap.api.server import bind, url_of

    bound = bind("127.0.0.1", 0)
    app = create_app(folder, today=lambda: TODAY, static=static)  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)  # polls a flag; nothing is measured
    yield url_of(bound).rstrip("/")
    server.should_exit = True
    thread.join()
    bound.close()

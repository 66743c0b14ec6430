"""`spendmap serve`: the pages, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note
from spendmap.workspace import Workspace


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="This machine only: there is no login yet.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--open", "open_browser", is_flag=True, help="Open the map in the browser.")
@click.pass_obj
def command(workspace: Path | None, host: str, port: int, open_browser: bool) -> None:
    """Serve the map's pages and its API on this machine, until Ctrl-C.

    Example: spendmap serve --port 8800 --open
    """
    place = Workspace.find(workspace)
    from spendmap.api.server import serve
    from spendmap.register import ensure_inventory

    ensure_inventory(place)

    def listening(url: str) -> None:
        note(f"{place.name}: {url}  (Ctrl-C stops)")
        if open_browser:
            import webbrowser

            webbrowser.open(url)

    serve(place, host=host, port=port, listening=listening)

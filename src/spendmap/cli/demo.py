"""`spendmap demo`: the sample company, from its source files to its map."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from spendmap.cli.say import Bar, note, say_json, timed
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import SETTINGS_FILE, Workspace


@click.command("demo")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True
)
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--no-serve", is_flag=True, help="Build it and stop.")
@click.option("--open", "open_browser", is_flag=True, help="Open the map in the browser.")
@click.option(
    "--scale", default=1.0, show_default=True, help="Factor on the number of usage rows (about 300,000 at 1)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; implies --no-serve.")
@click.pass_context
def command(
    context: click.Context,
    folder: Path,
    port: int,
    no_serve: bool,
    open_browser: bool,
    scale: float,
    as_json: bool,
) -> None:
    """Build Fernhill, a company of 1,200 people, from files in its vendors' own formats, and show its map.

    Example: spendmap demo --open
    """
    if scale <= 0:
        raise UsageError("--scale must be above 0.", next_step="Try --scale 0.1.")
    seconds: dict[str, float] = {}
    steps = []
    if (folder / SETTINGS_FILE).exists():
        from spendmap.published import is_published

        workspace = Workspace.open(folder)
        if not (folder / "truth.json").is_file():
            raise UsageError(
                f"{folder} is a workspace, and not the sample company's.", next_step="Choose another folder with --dir."
            )
        note(f"The sample company is in {folder} already.")
        if not is_published(workspace):
            steps = _run(workspace, seconds)
    else:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty.", next_step="Choose another folder with --dir.")
        workspace = _build(folder, scale, seconds)
        steps = _run(workspace, seconds)
    if as_json:
        say_json({"workspace": str(workspace.root), "steps": steps, "seconds": seconds})
        return
    for step in steps:
        note(f"{step['step']}: {step['rows_in']:,} rows in, {step['rows_out']:,} rows out, {step['seconds']} s")
    note(f"Look: spendmap --workspace {folder} map")
    from spendmap.cli.map import command as map_command

    context.obj = workspace.root
    context.invoke(map_command)
    if no_serve:
        return
    from spendmap.cli.serve import command as serve_command

    context.invoke(serve_command, port=port, open_browser=open_browser)


def _build(folder: Path, scale: float, seconds: dict[str, float]) -> Workspace:
    """Write the sample's files and make a workspace of them."""
    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.apply import apply_register
    from spendmap.sample.generate import generate

    note(f"Writing Fernhill's thirteen months of source files into {folder}/sources")
    with timed(seconds, "generate"):
        generate(folder, scale=scale, progress=lambda text: note(f"  {text}"))
    workspace = Workspace.create(folder, "USD", "Fernhill")
    with timed(seconds, "register"), open_register(workspace) as register:
        for path in (folder / "register", folder / "sources.yaml"):
            apply_register(register, path, actor="demo", now=datetime.now(UTC), known_vendors=catalogue_ids())
    return workspace


def _run(workspace: Workspace, seconds: dict[str, float]) -> list[dict[str, object]]:
    """Run the steps."""
    from spendmap.process import run

    note("Running the steps")
    with timed(seconds, "run"), Bar() as bar:
        return run(workspace, progress=bar)

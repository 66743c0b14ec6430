"""Every command with its full help, as the program prints it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from reference_pages.markdown import GENERATED, paragraph
from spendmap.cli import cli

WIDTH = 100


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "",
        "# Commands",
        "",
        paragraph(
            "`spendmap [--workspace DIR] COMMAND`. The workspace is found from the current folder upwards, or named by",
            "`SPENDMAP_WORKSPACE`. With `--json` one JSON document goes to stdout, money as decimal text; progress and",
            "words go to stderr. Exit 0: done. 1: the checks or the data say no. 2: wrong usage. 130: stopped.",
        ),
        "",
    ]
    for path, text in helps():
        lines += [f"## {path}", "", "```text", text, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def helps() -> Iterator[tuple[str, str]]:
    """Each command's path and help, groups before what is in them."""
    wide = {**cli.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    root = click.Context(cli, info_name="spendmap", **wide)  # with the settings the program itself has
    yield from _helps(cli, root)


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    command._help_option = None  # click keeps the option of whoever asked first, here perhaps a test of one command
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield context.command_path, text
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            inner = click.Context(child, info_name=name, parent=context, terminal_width=WIDTH, max_content_width=WIDTH)
            yield from _helps(child, inner)

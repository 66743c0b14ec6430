"""The command line: one file per command, each imported only when it is called, so `--help` is instant."""

from __future__ import annotations

import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from spendmap.vocabulary.errors import SpendmapError, UsageError
from spendmap.vocabulary.masking import MaskingFilter, masked

WAIT_SECONDS = "60"  # for another writer
COLLECT_AFTER = (200_000, 30, 30)
"""New objects before Python looks for cycles among them: a command makes many that live to its end, and few cycles."""

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module, one line), in the order of the process
    "demo": ("spendmap.cli.demo", "Build the sample company, run the steps, open its map."),
    "init": ("spendmap.cli.init", "Make a new workspace."),
    "capture": ("spendmap.cli.capture", "Step 1: read sources into the ledger."),
    "allocate": ("spendmap.cli.allocate", "Step 2: price, scope, classify, attribute, split."),
    "review": ("spendmap.cli.review", "Step 3: look for what is wrong or unknown."),
    "value": ("spendmap.cli.value", "Step 4: load costs fully, hold them against outcomes."),
    "optimize": ("spendmap.cli.optimize", "Step 5: what could be saved, by whom, until when."),
    "run": ("spendmap.cli.run", "All steps in order."),
    "map": ("spendmap.cli.map", "The map: what is spent on AI, where, how sure."),
    "card": ("spendmap.cli.card", "The fifteen questions of a use case, and which are open."),
    "explain": ("spendmap.cli.explain", "Where a figure comes from, down to the file."),
    "splits": ("spendmap.cli.splits", "Indirect cost: pools, drivers, use cases fully loaded."),
    "vendors": ("spendmap.cli.vendors", "Vendors, and which of them do the same thing."),
    "drivers": ("spendmap.cli.drivers", "Why the total changed: volume, price, mix, seats, work."),
    "economics": ("spendmap.cli.economics", "What one accepted run, customer, plan or dollar of ARR costs."),
    "scenario": ("spendmap.cli.scenario", "What the period would have cost under other inputs."),
    "findings": ("spendmap.cli.findings", "What the review found: money, owner, state."),
    "decide": ("spendmap.cli.decide", "Accept, assign, finish or reopen a finding."),
    "readiness": ("spendmap.cli.readiness", "What is proven of each category, and who can give the rest."),
    "sources": ("spendmap.cli.sources", "What was read: fresh, complete, and what was refused."),
    "reconcile": ("spendmap.cli.reconcile", "Metered, billed and paid, side by side, with causes."),
    "prices": ("spendmap.cli.prices", "The price book: show, add, quote, check."),
    "register": ("spendmap.cli.register", "What people declare: apply, import, export, show."),
    "rules": ("spendmap.cli.rules", "Say of a supplier whether it is AI."),
    "check": ("spendmap.cli.check", "The laws, on this workspace."),
    "serve": ("spendmap.cli.serve", "Serve the pages on this machine."),
    "backup": ("spendmap.cli.backup", "Write the whole workspace into one archive."),
    "restore": ("spendmap.cli.restore", "Make a workspace from an archive."),
    "maintain": ("spendmap.cli.maintain", "Expire old snapshots and remove files nothing refers to."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are looked up, not when help lists them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the process."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--workspace",
    "-w",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the workspace. Default: found from here upwards, or SPENDMAP_WORKSPACE.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0, max=86_400),
    metavar="SECONDS",
    help=f"How long to wait for another writer to the workspace. Default: SPENDMAP_WAIT, else {WAIT_SECONDS}.",
)
@click.version_option(package_name="spendmap", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, workspace: Path | None, wait: float | None) -> None:
    """AI Spend Map: everything a company spends on AI, every number owned, explained and graded.

    Money is exact. Missing is shown as missing, never as zero. With --json one JSON document goes to
    stdout; progress and words go to stderr. Exit 0: done. 1: the checks or the data say no. 2: wrong usage.
    """
    ctx.obj = workspace
    if wait is not None:
        os.environ["SPENDMAP_WAIT"] = f"{wait:g}"


def file_mask() -> int:
    """What is taken off the permissions of new files and folders: all of the group's and of others', unless asked.

    Raises:
        UsageError: SPENDMAP_UMASK is no octal number up to 777.
    """
    said = os.environ.get("SPENDMAP_UMASK", "077")
    try:
        mask = int(said, 8)
    except ValueError:
        mask = -1
    if not 0 <= mask <= 0o777:
        raise UsageError(
            f"SPENDMAP_UMASK is {said!r}, not an octal number up to 777.",
            next_step="Leave it out, or write 027 so that the group may read.",
        )
    return mask


def main() -> None:
    """Process entry: every expected error becomes one clear message and an exit code."""
    gc.set_threshold(*COLLECT_AFTER)
    try:
        if logging.lastResort is not None:
            logging.lastResort.addFilter(MaskingFilter())
        os.umask(file_mask())
        os.environ.setdefault("SPENDMAP_WAIT", WAIT_SECONDS)
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.message = masked(error.message, is_words=False)  # type: ignore[misc]  # final to click, not to us
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except SpendmapError as error:
        _say(error)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        from spendmap.cli.system_errors import told

        if (plain := told(error, _place())) is None:
            raise
        _say(plain)


def _place() -> Path | None:
    """The folder that --workspace names, where the context that knew it is gone."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word in ("-w", "--workspace"):
            return Path(words[place + 1]) if place + 1 < len(words) else None
        if word.startswith("--workspace="):
            return Path(word.partition("=")[2])
    return None


def _say(error: SpendmapError) -> NoReturn:
    click.echo(f"Error: {error.message}", err=True)
    if error.next_step:
        click.echo(f"  -> {error.next_step}", err=True)
    sys.exit(error.exit_code)


__all__ = ["cli", "main"]

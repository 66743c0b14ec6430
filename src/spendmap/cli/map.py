"""`spendmap map`: what is spent on AI, where, and how sure we are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from spendmap.cli.filter_options import filter_options, question_from
from spendmap.cli.say import say_json
from spendmap.reports.csv_map import csv_map
from spendmap.reports.figures import document
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import SpendMapReport, spend_map
from spendmap.workspace import Workspace

SHOWN = 40  # groups a terminal can take in; files hold them all


@click.command("map")
@click.option("--by", default="category", show_default=True, metavar="DIMENSIONS", help="Group by, comma-separated.")
@filter_options
@click.option("--limit", default=SHOWN, show_default=True, help="Groups printed; 0 prints all. Files hold all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: one line per group.")
@click.pass_obj
def command(workspace: Path | None, /, by: str, limit: int, as_json: bool, as_csv: bool, **filters: Any) -> None:
    """The map: what is spent on AI, where, and how sure we are.

    \b
    Examples:
      spendmap map
      spendmap map --period 2026-Q3 --by department,category --basis billed
      spendmap map --where department=support --where vendor= --json
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
    place = Workspace.find(workspace)
    model = ReadModel.open(place)
    report = spend_map(model, question_from(model, by=by.split(","), **filters))
    if as_json:
        say_json(map_document(report))
    elif as_csv:
        click.echo(csv_map(report), nl=False)
    else:
        from spendmap.cli.map_picture import print_map

        print_map(report, place.name, limit=limit)


def map_document(report: SpendMapReport) -> dict[str, Any]:
    """The report as JSON, with each row's keys beside its figures as well, so that a row reads on its own."""
    found: dict[str, Any] = document(report)
    found["rows"] = [{**row["keys"], **row} for row in found["rows"]]
    return found

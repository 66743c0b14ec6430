"""`spendmap explain`: where a figure comes from, down to the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from spendmap.cli.filter_options import filter_options, question_from
from spendmap.cli.say import say_json
from spendmap.reports.explain import Explanation, explain
from spendmap.reports.figures import document
from spendmap.reports.origin_rows import origin_rows
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.money import money_text
from spendmap.workspace import Workspace


@click.command("explain")
@click.argument("figure", default="total")
@filter_options
@click.option("--page", default=1, show_default=True, help="Page of the contributing rows.")
@click.option("--size", default=20, show_default=True, help="Rows a page, up to 500.")
@click.option("--sort", default="-cost", show_default=True, help="Column of the rows; - before it for descending.")
@click.option("--rows", "origin_key", metavar="ORIGIN_KEY", help="The captured rows behind one allocation row.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    /,
    figure: str,
    page: int,
    size: int,
    sort: str,
    origin_key: str | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Where FIGURE comes from: formula, rows, rules, prices, loads, and what is not in it.

    FIGURE is total, unclassified, unallocated, dark, unpriced, owned, unowned, allocated, evidenced, overlap,
    not_ai, covered, captured, a category, or DIMENSION:VALUE.

    \b
    Examples:
      spendmap explain total
      spendmap explain category:infrastructure --period 2026-10 --json
      spendmap explain vendor:openai --sort charge_date
      spendmap explain --rows ORIGIN_KEY
    """
    model = ReadModel.open(Workspace.find(workspace))
    if origin_key is not None:
        behind = document(origin_rows(model, origin_key, page=page, size=size))
        if as_json:
            say_json(behind)
        else:
            _print_origin(behind)
        return
    question = question_from(model, **filters)
    explanation = explain(model, question, figure, page=page, size=size, sort=sort)
    if as_json:
        say_json(explanation_document(explanation))
    else:
        _print(explanation)


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON. `rows` is the page's list of rows; `page` says which page of how many rows it is."""
    found: dict[str, Any] = document(explanation)
    found["page"] = {name: found["rows"][name] for name in ("total", "page", "size")}
    found["rows"] = found["rows"]["items"]
    return found


def _print(explanation: Explanation) -> None:
    figure = explanation.figure
    cost = money_text(figure.cost)
    click.echo(explanation.title)
    click.echo(f"{'unknown' if cost is None else cost} {figure.currency}")
    click.echo(explanation.formula)
    if not explanation.adds_up:
        click.echo("WARNING: the rows below do not add up to the published figure. Publish again: `spendmap allocate`.")
    _section(
        "Evidence", [f"{grade or 'not stated'}: {money_text(cost)}" for grade, cost in explanation.by_evidence.items()]
    )
    _section("How", [f"{_cost(each.cost)}  {each.about} ({each.rows} rows)" for each in explanation.methods])
    rows = explanation.rows
    _section(
        f"Rows (page {rows.page}, {len(rows.items)} of {rows.total})",
        [
            f"{row.charge_date}  {_cost(row.cost)}  {row.evidence}  "
            + " / ".join(
                each for each in (row.category, row.vendor or row.supplier_name, row.model, row.tool, row.agent) if each
            )
            + f"  [{row.source_name}: {row.origin} {row.origin_key}]"
            for row in rows.items
        ],
    )
    _section(
        "Rules",
        [
            f"{each.id} ({each.decides}): {each.why or 'no reason recorded'} ({each.rows} rows)"
            for each in explanation.rules
        ],
    )
    behind = "" if explanation.lineage_of == "figure" else ", of this page's rows"
    _section(
        f"Prices{behind}",
        [
            f"{each.provider}/{each.model} {each.meter}: {_cost(each.list_unit_price)} {each.currency} a unit "
            f"from {each.valid_from} ({each.source_url or each.catalogue})"
            for each in explanation.prices
        ],
    )
    _section(
        f"Loads{behind}",
        [
            f"{each.source_name}: {each.file_name}, sha256 {(each.file_sha256 or '?')[:12]}, read {each.observed_at}"
            for each in explanation.loads
        ],
    )
    _section("Counted once", explanation.precedence)
    _section("Not in here", explanation.not_in_here)


def _print_origin(behind: dict[str, Any]) -> None:
    click.echo(f"{behind['total']} {behind['origin']} rows behind {behind['origin_key']}")
    for row in behind["items"]:
        costs = ", ".join(f"{name} {cost}" for name, cost in row["costs"].items() if cost is not None) or "cost unknown"
        line = f"  {row['charge_period_start']}  {row['source_file']}:{row['source_line']}  {costs}"
        click.echo(f"{line}  {row['unpriced_reason'] or ''}".rstrip())


def _section(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"\n{title}")
        for line in lines:
            click.echo(f"  {line}")


def _cost(value: Any) -> str:
    return money_text(value) or "unknown"

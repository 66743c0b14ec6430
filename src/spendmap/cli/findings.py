"""`spendmap findings`: what the newest review found, and what was decided about it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.reports.figures import document
from spendmap.reports.findings import FindingRow, FindingsReport, findings_report
from spendmap.workspace import Workspace

SHOWN = 200  # findings that a terminal is given; a large register has thousands


@click.command("findings")
@click.option(
    "--state", multiple=True, help="open, accepted, assigned or done; repeatable. Default: open and assigned."
)
@click.option("--kind", multiple=True, help="cost, security, quality or operating; repeatable.")
@click.option("--category", multiple=True, help="A category of the map, unclassified or ledger; repeatable.")
@click.option("--code", multiple=True, help="A rule's code, such as AG001; repeatable.")
@click.option("--owner", help="Part of the name of who should decide; an empty text is nobody.")
@click.option("--all", "every", is_flag=True, help="All states.")
@click.option("--long", "in_full", is_flag=True, help="With detail, evidence and next step.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; all states unless --state says which.")
@click.pass_obj
def command(
    workspace: Path | None,
    state: tuple[str, ...],
    kind: tuple[str, ...],
    category: tuple[str, ...],
    code: tuple[str, ...],
    owner: str | None,
    every: bool,
    in_full: bool,
    as_json: bool,
) -> None:
    """List the findings of the newest review, the most urgent first.

    \b
    Examples:
      spendmap findings
      spendmap findings --kind security --owner "Ines Okafor" --long
      spendmap findings --state accepted --json
    """
    if every and state:
        raise click.UsageError("--all and --state exclude each other.")
    wanted = state if state or every or as_json else ("open", "assigned")
    report = findings_report(
        Workspace.find(workspace).rollups,
        datetime.now(UTC).date(),
        state=wanted,
        kind=kind,
        category=category,
        code=code,
        owner=owner,
    )
    if as_json:
        say_json(document(report))
    else:
        _print(report, in_full=in_full)


def _print(report: FindingsReport, *, in_full: bool) -> None:
    if report.period is None:
        note(report.notes[0])
        return
    if report.has_figures is False:
        note(report.notes[0])
    by_kind = ", ".join(f"{count} {kind}" for kind, count in report.by_kind.items())
    click.echo(f"{report.total} findings for {report.period}" + (f": {by_kind}" if by_kind else ""))
    shown = report.findings if in_full or len(report.findings) <= SHOWN else report.findings[:SHOWN]
    for row in shown:
        click.echo(f"\n{row.id}  [{row.kind}, {row.state}]")
        click.echo(f"  {row.title}")
        due = f"due {row.due}" + (" (overdue)" if row.is_overdue else "")
        click.echo(
            f"  {_money(row, has_figures=report.has_figures is not False)}; {row.owner or 'nobody to ask'}; {due}"
        )
        if row.returned:
            click.echo(f"  Returned: it {row.returned}.")
        if row.state in {"accepted", "done", "assigned"}:
            until = f" until {row.until}" if row.until else ""
            click.echo(f"  {row.state.capitalize()}{until} by {row.decided_by}: {row.reason or 'no reason given'}")
        if in_full:
            click.echo(f"  {row.detail}")
            for name, value in row.evidence.items():
                click.echo(f"    {name}: {value}")
            click.echo(f"  Next: {row.next_step}")
    if len(shown) < len(report.findings):
        by_rule = Counter(row.code for row in report.findings)
        titles = {rule.code: rule.title for rule in report.rules}
        note(f"\nThe {SHOWN} most urgent of {report.total}. By rule:")
        for code, count in by_rule.most_common():
            note(f"  {count:>6}  {code}  {titles[code]}")
        note("Narrow them with --code, --kind, --category or --owner; --long and --json tell all.")
    if report.findings:
        note(f"\nDecide: spendmap decide {report.findings[0].id} accept|assign|done|reopen")


def _money(row: FindingRow, *, has_figures: bool) -> str:
    if row.currency is None:
        return "no money seen" if has_figures else "money unknown"
    if row.money_at_stake is None:
        return f"money unknown ({row.currency}, {row.period})"
    return f"{row.money_at_stake:,.2f} {row.currency} at stake ({row.basis}, {row.period})"

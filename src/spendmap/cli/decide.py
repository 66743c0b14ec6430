"""`spendmap decide`: accept, assign, finish or reopen a finding; who, when, why and until is kept for ever."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from spendmap.cli.say import note, say_json
from spendmap.risk.states import VERBS, Verb
from spendmap.workspace import Workspace

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("decide")
@click.argument("finding")
@click.argument("decision", type=click.Choice(VERBS))
@click.option("--reason", help="Why. An acceptance needs one.")
@click.option("--until", type=DAY, help="accept: the day it returns (needed). assign: the day it is due.")
@click.option("--owner", help="assign: to whom.")
@click.option(
    "--if-version",
    "version",
    type=click.IntRange(min=0),
    help="Only if this is still its version, as `findings --json` says it.",
)
@click.option("--by", "actor", help="Who decides. Default: the login name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    finding: str,
    decision: str,
    reason: str | None,
    until: datetime | None,
    owner: str | None,
    version: int | None,
    actor: str | None,
    as_json: bool,
) -> None:
    """Record a DECISION on a FINDING (its id, as `spendmap findings` prints it).

    An accepted finding is quiet until its day and then returns; a done one returns when a later review sees it again.

    \b
    Examples:
      spendmap decide OV001:meetings accept --reason "sales is locked in until May" --until 2027-05-01
      spendmap decide AG004:invoice-matching-agent assign --owner "Olu Adeyemi" --until 2026-12-15
      spendmap decide IT001:jasper done --reason "Hannah Weiss owns it now"
    """
    from spendmap.reports.figures import document
    from spendmap.reports.findings import finding_row
    from spendmap.risk.decisions import decide

    place = Workspace.find(workspace)
    now = datetime.now(UTC)
    kept = decide(
        place,
        finding,
        cast(Verb, decision),
        by=actor or getpass.getuser(),
        now=now,
        reason=reason,
        until=until.date() if until else None,
        owner=owner,
        version=version,
    )
    row = finding_row(place.rollups, now.date(), kept.finding.id)
    assert row is not None, "a finding that was decided is published"
    if as_json:
        say_json(document(row))
        return
    note(f"{row.id} is {row.state}" + (f" until {row.until}" if row.until else "") + f", decided by {row.decided_by}.")

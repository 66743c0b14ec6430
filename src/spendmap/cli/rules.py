"""`spendmap rules`: say of a supplier whether it is AI, as a rule of the company."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from spendmap.categories import CHARGEABLE
from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.group("rules")
def command() -> None:
    """The company's own rules: what is AI, and of which kind.

    Example: spendmap rules confirm "Quantum Copilots Ltd" --ai --category internal_tools
    """


@command.command("confirm")
@click.argument("supplier")
@click.option("--ai/--not-ai", "is_ai", default=None, help="Whether what the supplier is paid for is AI.")
@click.option(
    "--category",
    metavar="CATEGORY",
    help=f"With --ai: {', '.join(CHARGEABLE)}. Default: the vendor's usual one, else unclassified.",
)
@click.option("--reason", default="", help="Why, for those who read the rule later.")
@click.option("--by", "actor", help="Who confirms. Default: the login name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def confirm(
    root: Path | None,
    supplier: str,
    is_ai: bool | None,
    category: str | None,
    reason: str,
    actor: str | None,
    as_json: bool,
) -> None:
    """Confirm that SUPPLIER, as a ledger or card statement writes it, is AI or is not.

    Writes one rule into rules/confirmed.yaml. It is asked last, so lines that name an AI product stay AI and lines that
    the register ties to a tool stay with it. The same answer again changes nothing; another answer replaces it.

    \b
    Examples:
      spendmap rules confirm "Quantum Copilots Ltd" --ai --category internal_tools
      spendmap rules confirm "Microsoft Corporation" --not-ai --reason "Windows and Office, see contract 4711"
    """
    from spendmap.allocation.confirming import confirm_supplier
    from spendmap.allocation.suppliers_paid import supplier_paid
    from spendmap.allocation.vendors import load_vendors
    from spendmap.vocabulary.errors import UsageError

    if is_ai is None:
        raise UsageError("nothing is confirmed.", next_step="Add --ai, or --not-ai.")
    workspace = Workspace.find(root)
    name = supplier_paid(workspace, supplier)
    scope: Literal["ai", "not_ai"] = "ai" if is_ai else "not_ai"
    if is_ai and category is None:
        vendors = load_vendors(workspace)
        match = vendors.match(name)
        vendor = vendors.get(match.vendor) if match else None
        category = vendor.category if vendor else None
    today = datetime.now(UTC).date()
    why = f"{actor or getpass.getuser()}, {today}." + (f" {reason.strip()}" if reason.strip() else "")
    confirmed = confirm_supplier(workspace, name, scope, category, why=why)
    if as_json:
        say_json(confirmed.as_document())
        return
    verdict = f"AI ({confirmed.category})" if confirmed.category else "not AI"
    if confirmed.change == "unchanged":
        note(f"{confirmed.supplier} is {verdict} already: rule {confirmed.rule} in {confirmed.file}.")
    else:
        note(f"{confirmed.supplier} is {verdict}: rule {confirmed.rule} {confirmed.change} in {confirmed.file}.")
        note("Run `spendmap allocate` to see it on the map.")

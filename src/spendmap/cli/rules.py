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
@click.option("--vendor", metavar="ID", help="The vendor whose name it is: written into the register as an alias.")
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
    vendor: str | None,
    category: str | None,
    reason: str,
    actor: str | None,
    as_json: bool,
) -> None:
    """Confirm that SUPPLIER, as a ledger or card statement writes it, is AI, is not, or is a vendor by another name.

    Writes one rule into rules/confirmed.yaml. It is asked last, so lines that name an AI product stay AI and lines that
    the register ties to a tool stay with it. The same answer again changes nothing; another answer replaces it.

    With --vendor the name becomes an alias of that vendor, so that its invoices, payments and usage are one money; say
    that where a name is a vendor's, and --ai where it is a supplier of its own.

    \b
    Examples:
      spendmap rules confirm "Antrhopic PBC" --vendor anthropic
      spendmap rules confirm "Quantum Copilots Ltd" --ai --category internal_tools
      spendmap rules confirm "Microsoft Corporation" --not-ai --reason "Windows and Office, see contract 4711"
    """
    from spendmap.allocation.confirming import confirm_supplier
    from spendmap.allocation.suppliers_paid import supplier_paid
    from spendmap.allocation.vendors import load_vendors
    from spendmap.vocabulary.errors import UsageError

    if vendor is None and is_ai is None:
        raise UsageError("nothing is confirmed.", next_step="Add --ai, --not-ai, or --vendor ID.")
    if vendor is not None and (is_ai is not None or category is not None):
        raise UsageError(
            "a name of a vendor needs no other answer: the vendor says whether it is AI, and of what category.",
            next_step="Leave --ai, --not-ai and --category out, or --vendor.",
        )
    workspace = Workspace.find(root)
    name = supplier_paid(workspace, supplier)
    if vendor is not None:
        _confirm_vendor(workspace, name, vendor, actor, as_json=as_json)
        return
    scope: Literal["ai", "not_ai"] = "ai" if is_ai else "not_ai"
    if is_ai and category is None:
        vendors = load_vendors(workspace)
        match = vendors.match(name)
        known = vendors.get(match.vendor) if match else None
        category = known.category if known else None
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


def _confirm_vendor(workspace: Workspace, supplier: str, vendor: str, actor: str | None, *, as_json: bool) -> None:
    from spendmap.allocation.vendor_aliases import add_alias
    from spendmap.register import open_register

    with open_register(workspace) as register:
        done = add_alias(register, supplier, vendor, actor=actor or getpass.getuser(), now=datetime.now(UTC))
    if as_json:
        say_json({"supplier": done.supplier, "vendor": done.vendor, "change": "added" if done.is_new else "unchanged"})
    elif done.is_new:
        note(f"{done.supplier} is {done.vendor_name}: an alias of {done.vendor} in the register.")
        note("Run `spendmap allocate` to see it on the map.")
    else:
        note(f"{done.supplier} is a name of {done.vendor_name} already.")

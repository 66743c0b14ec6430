"""What is kept of every column, and why: the ledger's, the register's, and what is never read."""

from __future__ import annotations

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap.ledger import TABLES
from spendmap.ledger.keeping import DROPPED, KEEPING, kept
from spendmap.register.keeping import KEEPING as REGISTER_KEEPING
from spendmap.register.keeping import keeping_of, why_kept
from spendmap.register.schema import KINDS


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "",
        "# What is kept of each column",
        "",
        paragraph(
            "Every text that a connector hands over passes one door before it is stored. It is searched for",
            "secrets (keys of many makers, tokens, private keys, passwords in addresses and settings), e-mail",
            "addresses, telephone numbers, cards (with their check digit) and bank accounts (IBAN). In words",
            "these read [key], [email] and [number]. In an identifier or a name they become `key-`, `principal:`",
            "or `number-` and a keyed hash, so that what was equal stays equal and is still found by rules,",
            "register keys and invoice numbers.",
        ),
        "",
        "## Never read",
        "",
        *table(("source", "fields"), ((each, ", ".join(fields)) for each, fields in DROPPED.items())),
        "",
    ]
    for each in TABLES.values():
        lines += [f"## Ledger: {each.name}", ""]
        rows = ((column, kept(each.name, column)) for column in each.columns)
        lines += table(
            ("column", "what is kept", "why"),
            ((code(column.name), KEEPING[found.keeping], found.why) for column, found in rows),
        )
        lines.append("")
    lines += [
        "## Register",
        "",
        paragraph(
            "What people declare, by file, import or page. Ids are made of names as they are written. Owners are",
            "named on purpose; nothing else needs a person's address.",
        ),
        "",
    ]
    fields = {(field.name, keeping_of(field)): field for kind in KINDS for field in kind.fields}
    lines += table(
        ("field", "what is kept", "why"),
        ((code(name), REGISTER_KEEPING[keeping], why_kept(field)) for (name, keeping), field in sorted(fields.items())),
    )
    return "\n".join(lines) + "\n"

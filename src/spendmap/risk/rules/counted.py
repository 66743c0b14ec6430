"""Rules on what counting noticed: money that is counted once, twice or above its bill on no more than a likeness.

Each reads the notes of the published version (`Facts.noticed`); they belong to the ledger's file of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from spendmap.risk.facts import Facts, Noticed
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.vocabulary.exact import total

CATEGORY = "ledger"


def lg011_proposed_pair(facts: Facts) -> Iterator[Finding]:
    """LG011 A payment was taken for an invoice that it does not name.

    Kind: cost.
    Why it matters: the two count once; if they are two purchases, the map is too low by one of them.
    Fires: one document and one payment of a vendor, amount and currency lie from 3 days before to 45 after each other,
        and no number ties them; or they are parts of a sum, several invoices paid at once or one in parts: each part is
        a finding, and undoing one undoes the sum; or they stand under two names, tied by a number or by a name like the
        vendor's. The money is what counts once.
    Quiet: a number ties them, or a person said that they are two purchases (decided as done).
    """
    for each in _of(facts, "proposed_pair"):
        if each.subject is None:
            continue
        yield Finding(
            "LG011",
            "cost",
            CATEGORY,
            Subject("pair", each.subject, f"{_vendor(facts, each)} {each.month}"),
            f"{_vendor(facts, each)}: one invoice and one payment are taken for one purchase",
            f"{each.line} pays {each.other_line} {_tied_by(each.reason)}.",
            f"If they are two purchases: `spendmap decide LG011:{each.subject} done --reason WHY`, then "
            "`spendmap allocate`. If they are one, accept this finding or write the number on the payment.",
            stake=_stake(facts, [each]),
            evidence={"document": each.other_line or "", "payment": each.line or "", "month": each.month},
        )


def _tied_by(reason: str) -> str:
    """What made the two a pair, in words."""
    what = reason.removeprefix("pair:")
    if what.startswith("in a sum of "):
        parts, _, days = what.removeprefix("in a sum of ").partition(", ")
        return f"(as one of {parts} that add up to the cent, {days} apart); neither names the other"
    if what.startswith("number "):
        return f"(it bears its {what}); the two name different suppliers"
    return f"({what} apart); neither names the other"


def lg012_line_perhaps_counted_twice(facts: Facts) -> Iterator[Finding]:
    """LG012 A payment counts in addition, since nothing says what it pays for.

    Kind: cost.
    Why it matters: if it pays for usage or seats that are counted already, the map is too high by it.
    Fires: a vendor sells several products, or has several accounts, in the month of the line, and the line names none;
        or one invoice number stands in two currencies, which only a rate could net, or under two suppliers; or a bill's
        name is like that of a vendor whose use is metered; or equal lines without a number
        stand in two files; or an invoice equals an export of another product of its vendor; or a bill counts by its
        date while a month before has use or an export that no bill settles; or a bill without words is three months of
        the seats listed. The money is what counts in addition.
    Quiet: its text, account, amount to the cent, a declared product or the account's invoice lag says which.
    """
    found: dict[tuple[str, str], list[Noticed]] = defaultdict(list)
    for each in _of(facts, "perhaps_twice"):
        found[each.vendor or each.subject or "unknown", each.currency].append(each)
    for (vendor, currency), rows in sorted(found.items()):
        name = facts.label("vendor", vendor)
        yield Finding(
            "LG012",
            "cost",
            CATEGORY,
            Subject("vendor", _apart(facts, vendor, currency), name),
            f"{name}: payments are perhaps counted twice",
            f"{len(rows):,} lines: {'; '.join(sorted({row.reason for row in rows}))}.",
            "Do what the reason says, then `spendmap allocate`.",
            stake=_stake(facts, rows),
            evidence={"lines": ", ".join(row.line or "" for row in rows[:5])},
        )


def lg013_commitment_stated_twice(facts: Facts) -> Iterator[Finding]:
    """LG013 A commitment's purchase states an effective cost that its usage states too.

    Kind: cost.
    Why it matters: effective cost is what was used; a purchase that states it as well would count it twice.
    Fires: an export's purchase of a commitment has an effective cost and usage it pays for is present. The money is the
        purchase's effective cost, of which used and unused are left out and the rest is prepaid.
    Quiet: the purchase states 0, as FOCUS has it.
    """
    found: dict[tuple[str, str], list[Noticed]] = defaultdict(list)
    for each in _of(facts, "commitment_stated_twice"):
        found[each.subject or each.vendor or "unknown", each.currency].append(each)
    for (commitment, currency), rows in sorted(found.items()):
        yield Finding(
            "LG013",
            "cost",
            CATEGORY,
            Subject("commitment", _apart(facts, commitment, currency), commitment),
            f"{commitment}: purchase and usage both state an effective cost",
            f"{_vendor(facts, rows[0])}, {', '.join(sorted({row.month for row in rows}))}; the usage counts.",
            "Export the bill again with EffectiveCost 0 on purchases, or ask who makes the export.",
            stake=_stake(facts, rows),
            evidence={"lines": ", ".join(row.line or "" for row in rows[:5])},
        )


def lg014_metered_above_the_bill(facts: Facts) -> Iterator[Finding]:
    """LG014 More was metered than was billed.

    Kind: cost.
    Why it matters: the price in the register is not the one that is paid, or a part of the bill is missing.
    Fires: usage or seats of a vendor account at contract or list price are above the bill that covers them. The money
        is the difference; it is in no total.
    Quiet: the bill is as high as the meter, or higher.
    """
    found: dict[tuple[str, str, str, str], list[Noticed]] = defaultdict(list)
    for each in _of(facts, "over"):
        found[each.vendor or "unknown", each.vendor_account or "", each.product or "", each.currency].append(each)
    for (vendor, account, product, currency), rows in sorted(found.items()):
        name = " ".join(part for part in (facts.label("vendor", vendor), account, product) if part)
        subject = "/".join(part for part in (vendor, account, product) if part)
        yield Finding(
            "LG014",
            "cost",
            CATEGORY,
            Subject("vendor_account", _apart(facts, subject, currency), name),
            f"{name}: more was metered than billed",
            f"In {', '.join(sorted({row.month for row in rows}))}: {rows[0].reason}.",
            _price_step(product),
            stake=_stake(facts, rows),
            evidence={"months": ", ".join(sorted({row.month for row in rows}))},
        )


def lg017_proposed_tax(facts: Facts) -> Iterator[Finding]:
    """LG017 A line without a number was taken for the tax of an invoice.

    Kind: cost.
    Why it matters: tax that is got back is no cost; if the line is a purchase, the map is too low by it.
    Fires: the words or the account of a document's line say tax, it bears no number of an invoice, and it fits an
        invoice of its supplier and currency, of its day or within three days. The money is the line, which counts
        nowhere.
    Quiet: the invoice's number stands on the line, or a person said that it is a purchase (decided as done).
    """
    for each in _of(facts, "proposed_tax"):
        if each.subject is None:
            continue
        yield Finding(
            "LG017",
            "cost",
            CATEGORY,
            Subject("line", each.subject, f"{_vendor(facts, each)} {each.month}"),
            f"{_vendor(facts, each)}: a line without a number is taken for the tax of an invoice",
            f"{each.line} says tax, and fits {each.other_line}.",
            f"If it is a purchase: `spendmap decide LG017:{each.subject} done --reason WHY`, then `spendmap allocate`. "
            "If it is tax, accept this finding or write the invoice's number on the line.",
            stake=_stake(facts, [each]),
            evidence={"document": each.other_line or "", "tax": each.line or "", "month": each.month},
        )


def lg018_tax_of_nothing(facts: Facts) -> Iterator[Finding]:
    """LG018 What counts is perhaps tax.

    Kind: cost.
    Why it matters: if it is tax that is got back, the map is too high by it.
    Fires: the words or the account of a document's line say tax, and no invoice of its number, or of its supplier and
        day, is high enough for it to be the tax of; or a payment is above its export, or above a document without
        tax, by just a standard rate. The money is what counts and would not if it is tax.
    Quiet: its invoice is captured, the words say reverse charge, or a person said that it is tax (decided as done).
    """
    for each in _of(facts, "perhaps_tax"):
        if each.subject is None:
            continue
        yield Finding(
            "LG018",
            "cost",
            CATEGORY,
            Subject("line", each.subject, f"{_vendor(facts, each)} {each.month}"),
            f"{_vendor(facts, each)}: money that is perhaps tax counts",
            f"{each.line}: {each.reason}.",
            "Capture the invoice with its tax, or say that it is tax: "
            f"`spendmap decide LG018:{each.subject} done --reason WHY`. Then `spendmap allocate`.",
            stake=_stake(facts, [each]),
            evidence={"line": each.line or "", "month": each.month},
        )


def _price_step(product: str) -> str:
    if product == "seats":
        return "Correct the price in the seat list, or capture the part of the bill that is missing."
    return "Enter the contract's price with `spendmap prices add`, or capture the part of the bill that is missing."


def _of(facts: Facts, kind: str) -> list[Noticed]:
    return [each for each in facts.noticed if each.kind == kind]


def _vendor(facts: Facts, each: Noticed) -> str:
    return facts.label("vendor", each.vendor) if each.vendor else "unknown vendor"


def _apart(facts: Facts, name: str, currency: str) -> str:
    """Tells the findings of one subject apart where it has another currency too."""
    return name if currency == facts.currency else f"{name}/{currency}"


def _stake(facts: Facts, rows: list[Noticed]) -> Stake:
    costs = [row.amount for row in rows if row.amount is not None]
    return Stake(total(costs) if costs else None, rows[0].currency, "effective", facts.period.label)


RULES = (
    lg011_proposed_pair,
    lg012_line_perhaps_counted_twice,
    lg013_commitment_stated_twice,
    lg014_metered_above_the_bill,
    lg017_proposed_tax,
    lg018_tax_of_nothing,
)

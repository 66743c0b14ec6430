"""The stage in order: identity of documents, places in time, purchases, commitments, credits; then the rows.

Reads `attributed` and `charge_fields` through the engine and what the register declares; returns small tables for
`counted.sql`. Python works on ledger lines of vendors and on sums; usage and export rows stay in SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

import pyarrow as pa

from spendmap.allocation.counted.accounts import Accounts
from spendmap.allocation.counted.by_exports import ByExports
from spendmap.allocation.counted.commitments import place_commitment, used_of
from spendmap.allocation.counted.credits import Credits
from spendmap.allocation.counted.documents import InCurrency, Match, Matched, match_documents
from spendmap.allocation.counted.exports import less, place_marketplace, place_uncommon
from spendmap.allocation.counted.ledgers_in_common import Common, common_of, count_once
from spendmap.allocation.counted.numbers import recognise_numbers
from spendmap.allocation.counted.other_names import pair_other_names
from spendmap.allocation.counted.pairs import propose_pairs
from spendmap.allocation.counted.parts import (
    CARRIED,
    COSTS,
    COVERED,
    DARK,
    MEMBER,
    METERED,
    POOL,
    Notes,
    Parts,
    table_of,
)
from spendmap.allocation.counted.periods import first_of, month_of, month_range, spread
from spendmap.allocation.counted.places import Places, closed_by
from spendmap.allocation.counted.purchases import Exported, Pool, Purchases
from spendmap.allocation.counted.rest import Rest
from spendmap.allocation.counted.statements import ZERO, Bill, Line, Metered, lines_of
from spendmap.allocation.counted.tax_lines import TaxLines, set_tax_aside
from spendmap.allocation.counted.tax_paid import pair_with_tax
from spendmap.allocation.counted.terms import Contract
from spendmap.allocation.split import split_by_driver
from spendmap.capture.invoice_numbers import without_hyphens
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

PACKAGE = "spendmap.allocation.counted"
DARK_KEY = "\x00dark"
DIGITS = 60  # sums of DECIMAL(28,12) stay exact


@dataclass(frozen=True)
class Known:
    """What the counting may know beside the lines.

    Args:
        product: (vendor, text, stated) -> product, or None.
        sells: vendor -> products it sells; empty when nobody knows.
        is_mixed: vendor -> whether it sells other things than AI too.
        lags: (vendor, account) -> months between use and the invoice's date, where somebody has said them.
        owners: (vendor, account) -> who answers for the contract of it; account "" for all.
        declined: ids of proposed pairs and tax lines that a person has undone, and of asked lines that are tax.
        before: metered money of months that this run does not work on.
        hashed: the keyed hash by which capture keeps a word that masking hides.
        apart: loads of files of which a person said that they overlap no other (`overlap=different`, `copy=no`).
        alike: loads of files of which a person said that their lines stand in others too (`overlap=same`).
        named: (vendor, text) -> every product that the words name.
        like: the name of a supplier that is no known vendor -> the vendor that it resembles, or None.
    """

    product: Callable[[str | None, str, str | None], str | None]
    sells: Callable[[str], Sequence[str]]
    is_mixed: Callable[[str], bool]
    lags: Mapping[tuple[str, str], int]
    contracts: Sequence[Contract]
    owners: Mapping[tuple[str, str], str]
    declined: Container[str]
    before: Sequence[Metered]
    months: Sequence[str]
    hashed: Callable[[str], str] = str
    apart: Container[str] = frozenset()
    alike: Container[str] = frozenset()
    like: Callable[[str], str | None] = lambda name: None
    named: Callable[[str, str], frozenset[str]] = lambda vendor, text: frozenset()


@dataclass
class Counted:
    """Tables for `counted.sql`, the notes of the map, and the metered money of these months."""

    part: pa.Table
    pool: pa.Table
    member: pa.Table
    carried: pa.Table
    dark: pa.Table
    covered: pa.Table
    notes: Notes
    metered: pa.Table
    extra_months: set[str] = field(default_factory=set)

    @property
    def bound(self) -> dict[str, pa.Table]:
        """The tables `counted.sql` reads, by the name they are bound to."""
        return {
            "part": self.part,
            "pool": self.pool,
            "member": self.member,
            "carried": self.carried,
            "dark": self.dark,
            "export_twice": self.covered,
        }


def count_money(engine: Engine, known: Known) -> Counted:
    """Decide what counts, what is covered and who carries it. Binds `export_twice` and `export_lines`."""
    with localcontext() as context:
        context.prec = DIGITS
        return _Counting(engine, known).go()


class _Counting:
    def __init__(self, engine: Engine, known: Known) -> None:
        self.engine, self.known = engine, known
        self.parts, self.notes = Parts(), Notes()
        self._has_exports_of_two = False  # of one vendor

    def go(self) -> Counted:
        twice = self._bind_exports()
        lines = lines_of(self._rows("ledger_lines.sql"), self.known.product, self.known.like, self.known.named)
        bills, foreign = self._bills(lines)
        exported = [_exported(row) for row in self._rows("exported.sql")]
        meters, plans = self._meters()
        accounts = Accounts(
            [(line.vendor, line.account, line.raw_account) for line in lines]
            + [(each.vendor, each.vendor_account, each.account_id) for each in exported]
            + [(each.vendor, each.vendor_account, each.account_id) for each in meters]
        )
        for line in lines:
            line.account = accounts.name(line.vendor, line.account, line.raw_account)
        for bill in bills:
            bill.account = accounts.name(bill.vendor, *bill.account.split("\x00", 1))
        purchases = Purchases(accounts)
        for meter in meters:
            purchases.add_meter(meter)
        for each in exported:
            purchases.add_export(each)
        recognise_numbers(lines, bills, self.known.hashed)
        matched = Matched()
        count_once(lines, self._common_lines(lines), self.known.apart, self.known.alike, matched)
        taxes = set_tax_aside(lines, bills, self.known.declined)
        match_documents(lines, bills, matched)
        propose_pairs(lines, matched, self.known.declined)
        pair_other_names(lines, matched, self.known.declined)
        pair_with_tax(lines, matched, self.known.declined, taxes)
        matched.matches += taxes.aside
        places = Places(self.known, purchases, bills, lines, matched.reduces)
        rest = Rest(places, purchases, self.known, self.notes)
        ByExports(places, self.known, rest.asks, matched, taxes).cover(lines)
        rest.asks.ask_late(lines)
        rest.asks.ask_quarters(lines)
        rest.asks.ask_preliminary(lines)
        bought_ahead = Credits(self.parts, self.notes)
        rest.place(lines, bought_ahead)
        rest.asks.ask_equal(lines)
        rest.asks.ask_other_products(lines)
        rest.asks.ask_other_names(lines)
        rest.asks.ask_pending(lines)
        purchases.carry(closed_by(matched.invoiced, places))
        bought_ahead.settle([*self.known.before, *meters], purchases.pools, max(self.known.months, default=""))
        pools = self._pools(purchases.pools, bought_ahead)
        rest.emit(lines, matched, self.parts)
        self._commitments()
        for row in self._rows("uncommon_lines.sql"):
            place_uncommon(row, self.parts)
        if foreign:
            place_marketplace(self._rows("marketplace_lines.sql"), foreign, self.parts)
        carried, dark = self._split(purchases.pools)
        self._note_over(purchases)
        self._note_plans(plans)
        self._note_matches(matched.matches, places)
        self._note_taxes(taxes, places)
        self._note_told_taxes(lines, matched.matches, taxes, places)
        self._note_currencies(matched.currencies, places)
        if self._has_exports_of_two:
            self._note_exports_alike()
        return Counted(
            part=self.parts.table,
            pool=pools[0],
            member=pools[1],
            carried=carried,
            dark=dark,
            covered=twice,
            notes=self.notes,
            metered=_metered_table(meters),
            extra_months={row["month"] for row in self.parts.rows},
        )

    # -- reading -----------------------------------------------------------------------------------

    def _rows(self, file: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.table(Transform.load(PACKAGE, file)).to_pylist()
        return rows

    def _common_lines(self, lines: Sequence[Line]) -> list[Common]:
        """What the files of two sources have in common; asked only where two sources tell of payments."""
        return common_of(self._rows("ledger_common.sql")) if len({line.source for line in lines}) > 1 else []

    def _bind_exports(self) -> pa.Table:
        """Bind the export lines that count; returns those another source's lines stand for."""
        sources = self.engine.table(
            Transform(
                "export_sources",
                "SELECT count(*) AS n FROM (SELECT c.vendor FROM charge_fields AS c WHERE c.statement = 'cost_export' "
                "AND c.vendor IS NOT NULL GROUP BY c.vendor HAVING count(DISTINCT c.source_name) > 1) AS s",
            )
        ).to_pylist()[0]["n"]
        self._has_exports_of_two = bool(sources)
        twice = self.engine.table(Transform.load(PACKAGE, "export_twice.sql")) if sources else table_of([], COVERED)
        twice = twice.select(COVERED.names).cast(COVERED)
        self.engine.bind("export_twice", twice)
        self.engine.bind("export_lines", Transform.load(PACKAGE, "export_lines.sql"))
        return twice

    def _bills(self, lines: Sequence[Line]) -> tuple[list[Bill], dict[tuple[str, str, str, str], Decimal]]:
        """What exports bill, by issuer; and what a vendor's own export says a cloud bills for it (marketplace)."""
        rows = self._rows("bills.sql")
        own = {row["issuer"] for row in rows if row["issuer"] == row["said_vendor"]}
        bills: list[Bill] = []
        foreign: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
        for row in rows:
            month = month_of(row["bill_first"])
            if row["said_vendor"] is not None and row["issuer"] != row["said_vendor"]:
                foreign[row["said_vendor"], row["issuer"], month, row["currency"]] += row["billed"] or ZERO
                if row["issuer"] in own:
                    continue
            bills.append(
                Bill(
                    vendor=row["issuer"],
                    account=f"{row['vendor_account'] or ''}\x00{row['account_id'] or ''}",
                    family=row["vendor_product"],
                    month=month,
                    number=without_hyphens(row["invoice_number"]) if row["invoice_number"] else None,
                    currency=row["currency"],
                    billed=row["billed"] or ZERO,
                    is_all_ai=row["ai_rows"] == row["n"],
                    registered=row["vendor_account"] or "",
                )
            )
        return sorted(
            bills, key=lambda bill: (bill.vendor, bill.month, bill.account, bill.family or "", bill.number or "")
        ), dict(foreign)

    def _meters(self) -> tuple[list[Metered], list[dict[str, Any]]]:
        """Metered money, and the list value of what a flat plan pays for."""
        meters, plans = [], []
        for row in self._rows("metered.sql"):
            if row["is_plan"]:
                plans.append(row)
                continue
            meters.append(
                Metered(
                    row["origin"],
                    row["vendor"],
                    row["vendor_account"],
                    row["account_id"],
                    row["tool"],
                    row["billing_month"],
                    row["charge_date"],
                    row["currency"],
                    row["cost"],
                )
            )
        meters.sort(
            key=lambda each: (
                each.origin,
                each.vendor,
                each.vendor_account,
                each.account_id,
                each.tool,
                each.day,
                each.currency,
            )
        )
        return meters, plans

    # -- writing -----------------------------------------------------------------------------------

    def _pools(self, pools: list[Pool], bought_ahead: Credits) -> tuple[pa.Table, pa.Table]:
        rows, members = [], []
        for pool in [*pools, *bought_ahead.pools(len(pools))]:
            rows.append(
                {
                    "pool_no": pool.number,
                    "bill_currency": pool.currency,
                    "needs_split": pool.needs_split,
                    "bills_own": pool.bills_own,
                    "is_export": bool(pool.exports),
                    "evidence": pool.evidence,
                    "standing": pool.standing,
                }
            )
            keys = {
                ("charge", each.vendor, each.vendor_account, each.account_id, each.family, each.currency)
                for each in pool.exports
            } | {
                (each.origin, each.vendor, each.vendor_account, each.account_id, each.tool, each.currency)
                for each in pool.members
            }
            for origin, vendor, account, raw, tool, currency in sorted(keys):
                start, end = month_range(month_of(pool.cover[0])) if origin == "charge" else pool.cover
                members.append(
                    {
                        "pool_no": pool.number,
                        "origin": origin,
                        "vendor": vendor,
                        "vendor_account": account,
                        "account_id": raw,
                        "tool": tool,
                        "billing_month": month_of(pool.cover[0]),
                        "currency": currency,
                        "cover_from": start,
                        "cover_to": end,
                    }
                )
        return table_of(rows, POOL), table_of(members, MEMBER)

    def _split(self, pools: Sequence[Pool]) -> tuple[pa.Table, pa.Table]:
        """Exact shares of bills that need one, and what of exports no meter explains."""
        self.engine.bind("pool", table_of([{"pool_no": p.number, "needs_split": p.needs_split} for p in pools], POOL))
        self.engine.bind("member", self._pools(list(pools), Credits(Parts(), Notes()))[1])
        weights: dict[int, dict[str, Decimal]] = defaultdict(dict)
        if any(pool.needs_split for pool in pools):
            for row in self._rows("carriers.sql"):
                weights[row["pool_no"]][row["origin_key"]] = row["metered"]
        carried: list[dict[str, Any]] = []
        dark: list[dict[str, Any]] = []
        for pool in pools:
            if not pool.needs_split:
                if pool.exports:
                    dark += self._dark(pool, {cost: less(pool.total[cost], pool.metered) for cost in COSTS})
                continue
            drivers = dict(sorted(weights[pool.number].items()))
            total = pool.total["effective_cost"] or ZERO
            same_currency = all(meter.currency == pool.currency for meter in pool.members)
            is_dark = same_currency and pool.metered < total
            if is_dark:
                drivers[DARK_KEY] = total - pool.metered
            shares: dict[str, dict[str, Decimal | None]] = {}
            for cost in COSTS:
                amount = pool.total[cost]
                if amount is None:
                    shares[cost] = dict.fromkeys(drivers, None)
                elif is_dark and amount == total:
                    shares[cost] = dict(drivers)
                else:
                    shares[cost] = dict(split_by_driver(amount, drivers))
            carried += [
                {"pool_no": pool.number, "origin_key": key, **{cost: shares[cost][key] for cost in COSTS}}
                for key in drivers
                if key != DARK_KEY
            ]
            if is_dark:
                dark += self._dark(pool, {cost: shares[cost][DARK_KEY] for cost in COSTS})
        return table_of(carried, CARRIED), table_of(dark, DARK)

    def _dark(self, pool: Pool, costs: Mapping[str, Decimal | None]) -> list[dict[str, Any]]:
        if not any(costs.values()):
            return []
        first = pool.exports[0]
        month = first.month
        return [
            {
                "origin_key": f"dark:{first.vendor}:{first.vendor_account}:{month}:{pool.currency}:{pool.number}",
                "source_name": first.about["source_name"],
                "billing_month": month,
                "charge_date": first_of(month),
                "category": first.about["rule_category"] or "unclassified",
                "scope_rule": first.about["scope_rule"],
                "vendor": first.vendor,
                "vendor_account": first.vendor_account,
                "vendor_product": first.family,
                "supplier_name": first.about["supplier_name"],
                "owner": self.known.owners.get((first.vendor, first.vendor_account))
                or self.known.owners.get((first.vendor, "")),
                "currency": pool.currency,
                **costs,
            }
        ]

    def _commitments(self) -> None:
        rows = self._rows("commitment_lines.sql")
        if not rows:
            return
        used = used_of(self._rows("commitment_used.sql"))
        for row in rows:
            months = list(spread(Decimal(1), row["charge_date"], row["charge_end"])) if row["charge_end"] else []
            months = months or [row["billing_month"]]
            known = used.get((row["commitment_id"], row["currency"]))
            placed = place_commitment(row, known, months, self.parts, self.notes)
            if not placed and row["scope"] != "ai" and row["billed_cost"]:
                self.notes.add(
                    "perhaps_ai",
                    row["billing_month"],
                    row["currency"],
                    row["billed_cost"],
                    vendor=row["vendor"],
                    subject=row["commitment_id"],
                    origin_key=f"{row['source_name']}:{row['origin_key']}",
                    reason="a commitment of which no export shows what it pays for",
                )

    # -- notes -------------------------------------------------------------------------------------

    def _note_over(self, purchases: Purchases) -> None:
        over = "more was metered than billed: a discount, a credit or a part not billed yet"
        above = "billed above the listed seats: seats added during the month, or a product the seat list lacks"
        for kind, found, reason in (("over", purchases.over, over), ("above_seats", purchases.above_seats, above)):
            for purchase, amount in found:
                vendor, family, tool, account, month, currency = purchase.key
                term = {3: "quarter", 12: "year"}.get(purchases.terms_listed.get(purchase.key, 0))
                self.notes.add(
                    kind,
                    month,
                    currency,
                    amount,
                    vendor=vendor,
                    vendor_account=account,
                    product=family,
                    subject=tool or None,
                    reason=_price_of(term) if term and kind == "over" else reason,
                )

    def _note_plans(self, plans: Sequence[Mapping[str, Any]]) -> None:
        sums: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
        for row in plans:
            sums[row["billing_month"], row["vendor"], row["tool"], row["currency"]] += row["cost"]
        for (month, vendor, tool, currency), amount in sorted(sums.items()):
            self.notes.add(
                "api_equivalent",
                month,
                currency,
                amount,
                vendor=vendor,
                subject=tool or None,
                product="plan",
                reason="what calls under a flat plan would cost at list price; in no total",
            )

    def _note_matches(self, matches: Sequence[Match], places: Places) -> None:
        for match in matches:
            tax = match.line.is_tax
            kind = ("proposed_tax" if tax else "proposed_pair") if match.pair else "tax" if tax else "matched"
            line = match.line
            self.notes.add(
                kind,
                places.month(line),
                line.currency,
                match.amount,
                vendor=line.vendor,
                vendor_account=line.account,
                product=line.product,
                subject=match.pair,
                origin_key=line.name,
                other_key=match.covered_by,
                reason=match.reason,
            )

    def _note_taxes(self, taxes: TaxLines, places: Places) -> None:
        """What counts and is perhaps tax: its words say so, or it is above a net bill by the rate of one."""
        for each in taxes.asked:
            line = each.line
            self.notes.add(
                "perhaps_tax",
                places.month(line),
                line.currency,
                each.amount,
                vendor=line.vendor,
                vendor_account=line.account,
                product=line.product,
                subject=each.question,
                origin_key=line.name,
                reason=each.reason,
            )

    def _note_told_taxes(
        self, lines: Sequence[Line], matches: Sequence[Match], taxes: TaxLines, places: Places
    ) -> None:
        """By how much a payment may be above its bill: the tax that documents tell, and what a person called tax."""
        for line, tax in taxes.of_payments:
            self.notes.add(
                "tax_told",
                places.month(line),
                line.currency,
                tax,
                vendor=line.vendor,
                vendor_account=line.registered,
                product=line.product,
                origin_key=line.name,
                reason="what is paid above the export, which a person called tax; in no total",
            )
        copies = {match.line.name for match in matches if match.reason in ("copy", "common")}
        for line in lines:
            if line.is_document and line.gross != line.net and line.name not in copies:
                self.notes.add(
                    "tax_told",
                    places.month(line),
                    line.currency,
                    line.gross - line.net,
                    vendor=line.vendor,
                    vendor_account=line.registered,
                    product=line.product,
                    origin_key=line.name,
                    reason="tax beside the net amount of a document; in no total",
                )

    def _note_exports_alike(self) -> None:
        """Two exports that bill an account the same in a month, in rows of their own: one of them perhaps again."""
        for row in self._rows("exports_alike.sql"):
            one, other = row["one_source"], row["other_source"]
            self.notes.add(
                "perhaps_twice",
                month_of(row["bill_first"]),
                row["currency"],
                row["billed"],
                vendor=row["vendor"],
                vendor_account=row["account"],
                subject=other,
                reason=f"{one} and {other} export the same amount of one account, in other rows: if they are one bill, "
                "keep one source, and capture a file of the other with its header alone and `--set empty=withdraw`",
            )

    def _note_currencies(self, apart: Sequence[InCurrency], places: Places) -> None:
        """One number in two currencies: nothing can be netted without a rate, so each amount is named in its own."""
        for each in apart:
            self.notes.add(
                "perhaps_twice",
                places.month(each.of) if isinstance(each.of, Line) else each.of.month,
                each.currency,
                each.amount,
                vendor=each.vendor,
                vendor_account=each.of.account,
                subject=each.of.supplier if isinstance(each.of, Line) else None,
                origin_key=each.of.name if isinstance(each.of, Line) else f"export:{each.vendor}:{each.number}",
                reason=each.reason,
            )


def _price_of(term: str) -> str:
    return (
        f"the listed seats come to exactly the bill of a {term}: their price is perhaps not that of a month; if so, "
        f"capture the list again with `--set price_per={term}`"
    )


def _exported(row: Mapping[str, Any]) -> Exported:
    return Exported(
        vendor=row["vendor"],
        vendor_account=row["vendor_account"],
        account_id=row["account_id"] or "",
        family=row["vendor_product"],
        month=row["billing_month"],
        currency=row["currency"],
        costs={cost: row[cost] for cost in COSTS},
        until=row["until"],
        about=dict(row),
    )


def _metered_table(meters: Sequence[Metered]) -> pa.Table:
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for each in meters:
        sums[each.month, each.origin, each.vendor, each.vendor_account, each.account_id, each.tool, each.currency] += (
            each.cost
        )
    names = METERED.names
    return table_of([dict(zip(names, (*key, sums[key]), strict=True)) for key in sorted(sums)], METERED)


def metered_of(table: pa.Table) -> list[Metered]:
    """Published metered money as the counting knows it, dated on the first of its month."""
    return [
        Metered(
            row["origin"],
            row["vendor"],
            row["vendor_account"],
            row["account_id"],
            row["tool"],
            row["month"],
            first_of(row["month"]),
            row["currency"],
            row["metered_cost"],
        )
        for row in table.to_pylist()
    ]


__all__ = ["Counted", "Known", "count_money", "metered_of"]

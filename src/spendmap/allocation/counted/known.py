"""What the counting may know beside the lines: the register's accounts and contracts, the catalogue's products.

Reads the register's dated values, the vendors in force, decisions on pairs and the published version; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy import select

from spendmap.allocation.counted.count import Known, metered_of
from spendmap.allocation.counted.statements import Metered
from spendmap.allocation.counted.terms import Contract
from spendmap.allocation.vendor_aliases import like_vendor
from spendmap.allocation.vendors import Vendors
from spendmap.capture.known import Loads, settings_of
from spendmap.engine.store import Store
from spendmap.published.writing import published_table, version_before
from spendmap.register import Value
from spendmap.register.journaled import open_workspace_database
from spendmap.register.models import DecisionRow
from spendmap.vocabulary.keyed import keyed_hash
from spendmap.workspace import Workspace

PAIR_CODE = "LG011"  # the finding whose decision "done" says that a proposed pair is two purchases
TAX_CODES = ("LG017", "LG018")  # "done" says that a proposed tax line is a purchase, that an asked one is tax


def known_of(
    workspace: Workspace,
    dated: Iterable[tuple[str, str, list[Value]]],
    vendors: Vendors,
    before: Sequence[Metered],
    months: Sequence[str],
    answers: tuple[frozenset[str], frozenset[str]],
) -> Known:
    """Gather it for one run. `answers`: see `said_of_copies`."""
    values = [
        (type_, id_, {value.field: value.value for value in own if value.superseded_at is None})
        for type_, id_, own in dated
        if type_ in ("vendor", "contract")
    ]
    lags: dict[tuple[str, str], int] = {}
    contracts, owners = [], {}
    for type_, id_, said in values:
        if type_ == "vendor":
            own = {str(each["id"]): each.get("invoice_lag_months") for each in said.get("accounts") or ()}
            if len(set(own.values())) == 1:  # a line that names no account is of one of them
                own[""] = next(iter(own.values()))
            lags |= {(id_, account): int(lag) for account, lag in own.items() if lag is not None}
        elif said.get("vendor"):
            vendor, account = str(said["vendor"]), str(said.get("vendor_account") or "")
            if said.get("owner"):
                owners[vendor, account] = str(said["owner"])
            start, end = said.get("start_date"), said.get("end_date")
            if isinstance(start, date) and isinstance(end, date) and start <= end:
                contracts.append(
                    Contract(
                        vendor,
                        account,
                        said.get("tool"),
                        start,
                        end + timedelta(days=1),
                        _money(said.get("commitment")),
                        said.get("currency"),
                        str(said.get("payment_terms") or ""),
                    )
                )
    key = cache(lambda: workspace.principal_key)  # read only where a line holds a word that masking hides
    apart, alike = answers
    return Known(
        product=vendors.product_of,
        sells=vendors.sells,
        named=vendors.products_named,
        is_mixed=lambda vendor: (found := vendors.get(vendor)) is None or found.kind == "mixed",
        lags=lags,
        contracts=contracts,
        owners=owners,
        declined=declined_pairs(workspace),
        before=before,
        months=months,
        apart=apart,
        alike=alike,
        like=lambda name: like_vendor(vendors, name),
        hashed=lambda number: keyed_hash(key(), number),
    )


def said_of_copies(workspace: Workspace) -> tuple[frozenset[str], frozenset[str]]:
    """Loads of which a person said that their lines are other purchases, and that others hold them too.

    What was said of a file's last version holds for the rows that it shares with earlier ones.
    """
    store = Store(workspace)
    loads = Loads(store.rows("load").to_pylist()) if store.has("load") else Loads(())
    order = {row["load_id"]: place for place, row in enumerate(loads.rows)}
    apart, alike = set(), set()
    for row in loads.rows:
        newest = max((order[each] for each in loads.successors(row) if each in order), default=order[row["load_id"]])
        said = settings_of(loads.rows[newest])
        if said.get("overlap") == "different" or said.get("copy") == "no":
            apart.add(row["load_id"])
        elif said.get("overlap") == "same":
            alike.add(row["load_id"])
    return frozenset(apart), frozenset(alike)


def declined_pairs(workspace: Workspace) -> frozenset[str]:
    """Pairs and tax lines that a person has decided on: the newest decision on their finding says it is done with."""
    engine = open_workspace_database(workspace)
    newest: dict[str, str] = {}
    try:
        with engine.connect() as connection:
            for row in connection.execute(select(DecisionRow.__table__).order_by(DecisionRow.id)).mappings():
                code, _, subject = str(row["finding_id"]).partition(":")
                if code == PAIR_CODE or code in TAX_CODES:
                    newest[subject] = str(row["verb"])
    finally:
        engine.dispose()
    return frozenset(subject for subject, verb in newest.items() if verb == "done")


def published_metered(workspace: Workspace, *, except_months: Iterable[str]) -> list[Metered]:
    """Metered money of months a run does not work on, as the published version has it."""
    version = version_before(workspace)
    if version is None:
        return []
    worked_on = set(except_months)
    return [each for each in metered_of(published_table(version, "metered")) if each.month not in worked_on]


def published_months(workspace: Workspace) -> list[str]:
    """Months the published version has figures for."""
    version = version_before(workspace)
    return list(version.meta.months) if version else []


def _money(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


__all__ = ["PAIR_CODE", "declined_pairs", "known_of", "published_metered", "published_months", "said_of_copies"]

"""The suppliers that captured lines name (part of step 2, allocate)."""

from __future__ import annotations

from spendmap.engine.engine import open_engine
from spendmap.engine.store import Store
from spendmap.engine.transform import Transform
from spendmap.register.problems import did_you_mean
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

SUPPLIERS = (
    "SELECT DISTINCT coalesce(c.invoice_issuer_name, c.service_provider_name) AS name FROM charge AS c "
    "WHERE coalesce(c.invoice_issuer_name, c.service_provider_name) IS NOT NULL"
)


def suppliers_paid(workspace: Workspace) -> list[str]:
    """Every supplier of the captured lines, as written, in order; none when nothing is captured."""
    paths = Store(workspace).paths("charge")
    if not paths:
        return []
    with open_engine(workspace) as engine:
        engine.bind("charge", paths, like="charge")
        names = engine.table(Transform("suppliers_paid", SUPPLIERS)).column("name").to_pylist()
    return sorted(str(name) for name in names)


def supplier_paid(workspace: Workspace, supplier: str) -> str:
    """The supplier as captured lines write it, letter case and spaces at the ends aside.

    A workspace in which nothing is captured yet takes any name: rules may be written first.

    Raises:
        UsageError: lines are captured and none is of this supplier.
    """
    wanted = supplier.strip()
    paid = suppliers_paid(workspace)
    if not paid or wanted in paid:
        return wanted
    same = next((name for name in paid if name.casefold().strip() == wanted.casefold()), None)
    if same is None:
        raise UsageError(
            f"no captured line is of the supplier {wanted!r}.{did_you_mean(wanted, paid)}",
            next_step="Name it as the ledger or statement writes it; `spendmap capture` reads further lines.",
        )
    return same

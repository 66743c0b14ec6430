"""Law L14 for calls: no response id counts twice.

Reads captured usage and `usage_covered` of the published version; writes nothing. What counts is what was bought and is
not covered.
"""

from __future__ import annotations

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

PACKAGE = "spendmap.allocation.identity"


def l14_calls(engine: Engine) -> tuple[bool, str]:
    """Whether no call counts twice by its provider's id, and what was looked at. Needs both bound."""
    row = engine.table(Transform.load(PACKAGE, "call_law.sql")).to_pylist()[0]
    return not row["twice"], (
        f"{row['ids']:,} calls with a provider's id count, {row['covered']:,} are told of elsewhere and covered; "
        f"{row['twice'] or 0:,} ids count twice"
    )

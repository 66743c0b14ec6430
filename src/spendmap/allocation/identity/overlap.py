"""What two sources both saw, and what is perhaps counted twice: the small table that a version publishes.

Reads `lot_priced`, `call_twice` and `call_perhaps` of a run; writes nothing.
"""

from __future__ import annotations

import pyarrow as pa

from spendmap.engine.arrow import schema_of
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

PACKAGE = "spendmap.allocation.identity"
NAME = "identity"
IDENTITY = schema_of(
    pa.field("month", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("source_a", pa.string()),
    pa.field("source_b", pa.string()),
    pa.field("provider_name", pa.string()),
    pa.field("currency", pa.string()),
    pa.field("calls", pa.int64()),
    pa.field("tokens", pa.int64()),
    pa.field("unpriced_calls", pa.int64()),
    pa.field("amount", pa.decimal128(38, 12)),
)
"""One row per month, kind, pair of sources, provider and currency. Kinds: `same` (one call by its id), `declared` (by
`sees`), `perhaps` (nobody settled it), `failed` (failed calls of source_a that count though nobody says whether they
were bought), `all` (every call of source_a). `amount`: contracted cost of what would count a second time; NULL: no
price."""


def no_overlap() -> dict[str, pa.Table]:
    """The same tables where nothing was looked at."""
    return {NAME: IDENTITY.empty_table()}


def overlap_tables(engine: Engine) -> dict[str, pa.Table]:
    """The tables a version publishes of the identity of calls, by file name."""
    rows = engine.table(Transform.load(PACKAGE, "call_overlap.sql"))
    return {NAME: rows.select(IDENTITY.names).cast(IDENTITY)}

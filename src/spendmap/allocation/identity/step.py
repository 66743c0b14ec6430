"""Find the rows of usage that tell of a call which another row told of better, and let the call know what they know.

Reads `usage_near` (the months and their neighbours, since a call at midnight lies in two), which its caller binds;
binds `call_twice`, `call_perhaps`, and what is told of a row, `call_told` with `told_of`. Small by design: only ids
that two rows share are looked at; nothing is joined where nothing is shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.allocation.identity.alike import Witness, in_two, single_sql, witnesses_in
from spendmap.allocation.identity.model_names import model_table
from spendmap.engine.arrow import schema_of
from spendmap.engine.engine import Engine, Source
from spendmap.engine.transform import Transform
from spendmap.pricing.slices import Slice
from spendmap.register import Value

PACKAGE = "spendmap.allocation.identity"
BORROWED = (
    "api_key_id",
    "project",
    "team",
    "environment",
    "feature",
    "workflow",
    "workflow_run_id",
    "use_case",
    "cost_center",
    "customer_id",
    "agent_id",
    "tool",
    "eval_suite",
)
"""What a call takes from its other witnesses where its own row says nothing."""
SAID = ("covered_source", "covered_how", "perhaps_source", "billing_mode", *BORROWED)
"""What is told of a row: what counts in its place and how that is known, what perhaps does, what its call knows."""
TWICE = schema_of(*(pa.field(name, pa.string()) for name in (
    "source_name", "natural_key", "billing_month", "by_source", "by_key", "known_by",
)))  # fmt: skip


def sees_of(dated: Iterable[tuple[str, str, Sequence[Value]]]) -> dict[str, set[str]]:
    """Source -> the sources whose calls it sees too, as the register declares it now (`sees`)."""
    found: dict[str, set[str]] = defaultdict(set)
    for type_, id_, values in dated:
        if type_ != "source":
            continue
        for value in values:
            if value.field == "sees" and value.value and value.superseded_at is None:
                said = value.value if isinstance(value.value, list) else [value.value]
                found[id_] |= {str(name) for name in said}
    return dict(found)


def identify(engine: Engine, named: pa.Table, known: Slice | None, sees: Mapping[str, set[str]], work: Path) -> bool:
    """Bind `call_twice`, `call_perhaps`, `call_told` and `told_of`, from the bound `usage_near`.

    Args:
        named: which sources saw which models in its rows (`combinations.named_near`).
        known: facts that hold for each of its rows.
    Returns:
        Whether anything is told of any row.
    """
    engine.bind("call_twice", TWICE.empty_table())
    engine.bind("call_perhaps", TWICE.empty_table())
    witnesses = witnesses_in(named)
    ids = pc.sum(named.column("ids")).as_py() or 0
    names = {each.model for each in witnesses} | set(named.column("request_model").to_pylist() if ids > 1 else ())
    engine.bind("model_name", model_table(name for name in names if name))
    _by_id(engine, ids, work)
    _without_ids(engine, witnesses, known, sees, work)
    return _tell(engine, work)


def identify_again(engine: Engine, stored: Sequence[Path], usage: Source) -> None:
    """Bind `identified` from `priced` as a published version has it: `stored` are its `usage_covered` of all months,
    `usage` the captured rows they were made from."""
    engine.bind("usage_covered", stored or TWICE.empty_table())
    engine.bind("call_twice", engine.table(Transform.load(PACKAGE, "call_stored.sql")))
    engine.bind("usage_near", usage, like="usage")
    _pass_on(engine)


def _by_id(engine: Engine, ids: int, work: Path) -> None:
    """Bind `call_same_id`."""
    engine.bind("call_same_id", TWICE.empty_table())
    if ids < 2:
        return
    shared = engine.table(Transform.load(PACKAGE, "call_id_shared.sql"))
    if not len(shared):
        return
    engine.bind("call_id_shared", shared)
    _store(engine, "call_seen", work)
    _store(engine, "call_same_id", work)


def _without_ids(
    engine: Engine, witnesses: Sequence[Witness], known: Slice | None, sees: Mapping[str, set[str]], work: Path
) -> None:
    """Bind `call_twice` and `call_perhaps`."""
    engine.bind("call_twice", Transform("call_twice", "SELECT * FROM call_same_id"))
    both = in_two(witnesses)
    if not len(both):
        return
    engine.bind("model_in_two", both)
    engine.bind("call_single", Transform("call_single", single_sql(known)))
    _store(engine, "call_number", work)
    keys = engine.table(Transform.load(PACKAGE, "call_alike_key.sql"))
    if not len(keys):
        return
    engine.bind("call_alike_key", keys)
    for name in ("call_alike_row", "call_alike_turn", "call_alike_left", "call_alike"):
        _store(engine, name, work)
    pairs = sorted({pair for one, seen in sees.items() for other in seen for pair in ((one, other), (other, one))})
    engine.bind(
        "source_sees",
        pa.table(
            {
                "source_name": pa.array([one for one, _ in pairs], pa.string()),
                "seen_name": pa.array([other for _, other in pairs], pa.string()),
            }
        ),
    )
    _store(engine, "call_declared", work)
    engine.bind(
        "call_twice", Transform("call_twice", "SELECT * FROM call_same_id UNION ALL SELECT * FROM call_declared")
    )
    _store(engine, "call_perhaps", work)


def _store(engine: Engine, name: str, work: Path) -> None:
    engine.bind(name, engine.write(Transform.load(PACKAGE, f"{name}.sql"), work / name, is_scratch=True))


def _tell(engine: Engine, work: Path) -> bool:
    """Bind `call_told` and `told_of`, from `call_twice` and `call_perhaps`."""
    engine.bind("call_known", Transform("call_known", known_sql()))
    if not any(_is_any(engine, name) for name in ("call_twice", "call_perhaps")):
        nothing = schema_of(*(pa.field(name, pa.string()) for name in ("told", *SAID)))
        engine.bind("told_of", nothing.empty_table())
        return False
    engine.bind("call_told", engine.write(Transform("call_told", told_sql()), work / "call_told"))
    said = ", ".join(f"min(c.{name}) AS {name}" for name in SAID)
    sql = f"SELECT c.told, {said} FROM call_told AS c GROUP BY c.told"
    engine.bind("told_of", engine.write(Transform("told_of", sql), work / "told_of"))
    return True


def _is_any(engine: Engine, name: str) -> bool:
    return len(engine.table(Transform("any", f"SELECT 1 AS n FROM {name} AS t LIMIT 1"))) > 0


def _pass_on(engine: Engine) -> None:
    """Bind `identified`: the priced rows with what covers them, the witnesses' knowledge passed on."""
    columns = engine.columns(Transform("priced", "SELECT * FROM priced"))
    found = engine.table(Transform("twice", "SELECT count(*) AS n FROM call_twice")).column("n").to_pylist()[0]
    if not found:
        own = ", ".join(f"p.{name}" for name in columns)
        nothing = "CAST(NULL AS VARCHAR) AS covered_source, CAST(NULL AS VARCHAR) AS covered_by"
        engine.bind("identified", Transform("identified", f"SELECT {own}, {nothing} FROM priced AS p"))
        return
    engine.bind("call_known", Transform("call_known", known_sql()))
    engine.bind("identified", Transform("identified", identified_sql(columns)))


def known_sql() -> str:
    """What the covered rows of a call know, the best witness first: one row per call that counts."""
    # Of several values that of the best witness: its place stands before the value while they are compared.
    place = "CASE u.witness WHEN 'provider' THEN '1' WHEN 'gateway' THEN '2' WHEN 'session' THEN '3' ELSE '4' END"
    columns = ",\n    ".join(
        f"min(CASE WHEN u.{name} IS NOT NULL THEN concat({place}, u.{name}) END) AS {name}" for name in BORROWED
    )
    return f"""-- call_known: what the other witnesses of a call know, one row per call that counts.
SELECT
    t.by_source, t.by_key,
    max(u.billing_mode) AS billing_mode,
    {columns}
FROM call_twice AS t
JOIN usage_near AS u ON u.source_name = t.source_name AND u.natural_key = t.natural_key
GROUP BY t.by_source, t.by_key"""


def told_sql() -> str:
    """What other witnesses tell of a row: one row per row of usage, `told` the same text where the same is told."""
    borrowed = ",\n        ".join(f"substring(k.{name}, 2) AS {name}" for name in BORROWED)
    said = ", ".join(f"s.{name}" for name in SAID)
    # Each value behind its length: no two tellings have one text.
    text = " || ".join(f"coalesce(CAST(length(s.{name}) AS VARCHAR) || ':' || s.{name}, '-')" for name in SAID)
    return f"""-- call_told: what other witnesses of a call tell of a row.
-- in:  call_twice, call_perhaps, call_known
-- out: one row per row of usage of which something is told
WITH named AS (
    SELECT t.source_name, t.natural_key FROM call_twice AS t
    UNION
    SELECT t.by_source AS source_name, t.by_key AS natural_key FROM call_twice AS t
    UNION
    SELECT p.source_name, p.natural_key FROM call_perhaps AS p
),
said AS (
    SELECT
        n.source_name,
        n.natural_key,
        CASE WHEN t.by_source IS NOT NULL THEN concat(t.by_source, '/', t.by_key) END AS covered_by,
        t.by_source AS covered_source,
        t.known_by AS covered_how,
        p.by_source AS perhaps_source,
        k.billing_mode,
        {borrowed}
    FROM named AS n
    LEFT JOIN call_twice AS t ON t.source_name = n.source_name AND t.natural_key = n.natural_key
    LEFT JOIN call_known AS k ON k.by_source = n.source_name AND k.by_key = n.natural_key
    LEFT JOIN call_perhaps AS p ON p.source_name = n.source_name AND p.natural_key = n.natural_key
)
SELECT
    s.source_name, s.natural_key, s.covered_by, {said},
    {text} AS told
FROM said AS s"""


def identified_sql(columns: Sequence[str]) -> str:
    """The priced rows with what covers them, blanks of a call filled from its other witnesses."""
    cells = []
    for name in columns:
        if name in BORROWED:
            cells.append(f"coalesce(p.{name}, substring(k.{name}, 2)) AS {name}")
        elif name == "billing_mode":
            # A session of a flat plan that a gateway metered with a key is API use; one that it only passed on is not.
            passed_on = "p.witness = 'gateway' AND p.api_key_id IS NULL THEN coalesce(p.billing_mode, k.billing_mode)"
            cells.append(f"CASE WHEN {passed_on} ELSE p.billing_mode END AS billing_mode")
        else:
            cells.append(f"p.{name}")
    own = ",\n    ".join(cells)
    return f"""-- identified: the priced rows, each with what counts in its place.
-- in: priced, call_twice, call_known; rows out = rows in
SELECT
    {own},
    t.by_source AS covered_source,
    CASE WHEN t.by_source IS NOT NULL THEN concat(t.by_source, '/', t.by_key) END AS covered_by
FROM priced AS p
LEFT JOIN call_twice AS t ON t.source_name = p.source_name AND t.natural_key = p.natural_key
LEFT JOIN call_known AS k ON k.by_source = p.source_name AND k.by_key = p.natural_key"""

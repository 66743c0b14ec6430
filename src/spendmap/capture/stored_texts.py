"""Texts that are stored and should not be: what masking would change today (part of step 1, capture).

Reads text columns of relations that an engine has bound; writes nothing. One pattern, in SQL, finds the few texts that
are worth a look; masking itself decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.vocabulary.masking import SUSPECT_ID, SUSPECT_LONG, SUSPECT_WORDS, pseudonymised

_LISTS = ("tags", "details")  # how columns of names and values are kept


def unsafe_texts(engine: Engine, relation: str, kept: Mapping[str, str]) -> Counter[str]:
    """Distinct texts by column that masking would change; a column without any is not in it.

    Args:
        relation: what the engine has bound.
        kept: column -> how its texts are kept (`ledger.keeping`).
    """
    found: Counter[str] = Counter()
    for is_id in (True, False):
        columns = {name: keeping for name, keeping in kept.items() if (keeping == "id") is is_id}
        if not columns:
            continue
        texts = " UNION ALL ".join(_texts(relation, name, keeping) for name, keeping in columns.items())
        suspect = (SUSPECT_ID if is_id else SUSPECT_WORDS).replace("'", "''")
        long, capitals = SUSPECT_LONG
        rows = engine.table(
            Transform(
                "suspect_texts",
                f"SELECT DISTINCT place, said FROM ({texts}) AS t WHERE regexp_matches(said, '{suspect}') "
                f"OR (regexp_matches(said, '{long}') AND regexp_matches(said, '{capitals}'))",
            )
        )
        for row in rows.to_pylist():
            text = str(row["said"])
            if pseudonymised(text, lambda _: "0" * 24, is_label=not is_id) != text:
                found[row["place"]] += 1
    return found


def _texts(relation: str, column: str, keeping: str) -> str:
    said = f"unnest(list_concat(map_keys({column}), map_values({column})))" if keeping in _LISTS else column
    return f"SELECT '{column}' AS place, {said} AS said FROM {relation}"


__all__ = ["unsafe_texts"]

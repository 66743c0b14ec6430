"""The one door into the ledger: whatever a connector hands over, no secret and nobody's address passes.

Reads `ledger.keeping`, which says of each column how it is kept; writes nothing. Whole columns are searched by one
pattern (RE2); only the distinct texts that it finds are looked at one by one.
Invariant: a text that holds nothing that is looked for passes byte for byte; equal texts stay equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute

from spendmap.capture.connector import Reject
from spendmap.capture.text_columns import UNREADABLE_TAGS, ArrowColumn
from spendmap.ledger.keeping import Keeping, keepings
from spendmap.vocabulary.keyed import keyed_hash
from spendmap.vocabulary.masking import (
    PERSON,
    SUSPECT_ID,
    SUSPECT_LONG,
    SUSPECT_WORDS,
    as_person,
    holds_prompt,
    masked,
    names_person,
    pseudonymised,
)

pc: Any = pyarrow.compute  # the overloads of its stubs do not follow a column through
_HASH = r"^[0-9a-f]{24}$"  # what `keyed_hash` gives
_SUSPECT: dict[str, str] = {"id": SUSPECT_ID, "label": SUSPECT_WORDS, "words": SUSPECT_WORDS, "person": r"."}
_MAPS = ("tags", "details")
_REMEMBERED = 10_000  # texts
PRINCIPAL = "principal"  # the setting that says whose log a file is


class Door:
    """Masks what enters one workspace. `key` is the workspace's principal key."""

    def __init__(self, key: bytes) -> None:
        self._hash = lambda text: keyed_hash(key, text)
        self._ways: dict[str, Callable[[str], str]] = {
            "id": lru_cache(_REMEMBERED)(lambda text: pseudonymised(text, self._hash)),
            "label": lru_cache(_REMEMBERED)(lambda text: pseudonymised(text, self._hash, is_label=True)),
            "words": lru_cache(_REMEMBERED)(masked),
            "person": lru_cache(_REMEMBERED)(lambda text: as_person(text, self._hash).removeprefix(PERSON)),
        }

    def rows(self, rows: pa.Table, table: str) -> pa.Table:
        """Rows of a ledger table as they may be stored."""
        whole: dict[str, ArrowColumn] = {}
        asked: dict[str, list[ArrowColumn]] = defaultdict(list)  # keeping -> distinct texts of each of its columns
        encoded: dict[str, ArrowColumn] = {}
        kept = {name: keeping for name, keeping in keepings(table).items() if name in rows.column_names}
        for name, keeping in kept.items():
            column = rows.column(name)
            if column.null_count == len(column):
                continue
            one = column.combine_chunks()
            whole[name] = pa.concat_arrays(one.chunks) if isinstance(one, pa.ChunkedArray) else one
            if keeping not in _MAPS:
                encoded[name] = whole[name].dictionary_encode()
                asked[keeping].append(encoded[name].dictionary)
        clean = {keeping: not self._suspects(pa.concat_arrays(texts), keeping)[1] for keeping, texts in asked.items()}
        for name, column in whole.items():
            keeping = kept[name]
            if clean.get(keeping):
                continue
            safe = self._maps(column, keeping) if keeping in _MAPS else self._texts(column, keeping, encoded[name])
            if safe is not column:
                place = rows.column_names.index(name)
                rows = rows.set_column(place, rows.schema.field(place), safe)
        return rows

    def rejects(self, rejects: list[Reject]) -> list[Reject]:
        """Refused rows as they may be told of."""
        return [Reject(each.line, each.byte_offset, masked(each.reason), masked(each.row)) for each in rejects]

    def identifier(self, text: str) -> str:
        """A file's or a source's name as it may be stored."""
        return self._ways["id"](text)

    def settings(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Settings as they may be stored: who somebody is, as a keyed hash."""
        return {
            name: as_person(text, self._hash) if name == PRINCIPAL else self.identifier(text)
            for name, text in settings.items()
        }

    def _texts(self, column: ArrowColumn, keeping: str, encoded: ArrowColumn | None = None) -> ArrowColumn:
        """The column with each text as `keeping` says; the column itself where nothing changes."""
        encoded = column.dictionary_encode() if encoded is None else encoded
        texts = encoded.dictionary
        suspect, is_any = self._suspects(texts, keeping)
        if not is_any:
            return column
        way = self._ways[keeping]
        found = texts.filter(suspect).to_pylist()
        safe = [way(text) for text in found]
        if safe == found:
            return column
        return pc.replace_with_mask(texts, suspect, pa.array(safe, pa.string())).take(encoded.indices)

    def _suspects(self, texts: ArrowColumn, keeping: str) -> tuple[ArrowColumn, bool]:
        """Which texts may hold what is looked for, and whether any may."""
        if keeping == "person":
            suspect = pc.invert(pc.match_substring_regex(texts, _HASH))
        else:
            suspect = pc.match_substring_regex(texts, _SUSPECT[keeping])
            long, capitals = (pc.match_substring_regex(texts, pattern) for pattern in SUSPECT_LONG)
            suspect = pc.or_(suspect, pc.and_(long, capitals))
        return suspect, bool(pc.any(suspect).as_py())

    def _maps(self, column: ArrowColumn, keeping: Keeping) -> ArrowColumn:
        """Maps with safe keys and values. A tag that usually holds a prompt is left out."""
        keys, values = column.keys, column.items
        names = [name for name in keys.unique().to_pylist() if name is not None]
        is_tags = keeping == "tags"
        dropped = [name for name in names if is_tags and holds_prompt(name)]
        if dropped and not pc.all(_is_figure(values.filter(pc.is_in(keys, pa.array(dropped))))).as_py():
            column = _without(column, dropped)
            keys, values = column.keys, column.items
        safe = self._texts(values, "label")
        for way, chosen in (
            ("words", [name for name in names if name == UNREADABLE_TAGS]),
            ("someone", [name for name in names if is_tags and names_person(name)]),
        ):
            if chosen:
                here = pc.is_in(keys, pa.array(chosen, pa.string()))
                written = values.filter(here)
                said = self._texts(written, way) if way == "words" else self._people(written)
                safe = pc.replace_with_mask(safe, here, said)
        safe_keys = self._texts(keys, "label")
        if safe is values and safe_keys is keys:
            return column
        return pa.MapArray.from_arrays(_offsets(column), safe_keys, safe)

    def _people(self, values: ArrowColumn) -> ArrowColumn:
        encoded = values.dictionary_encode()
        hashed = [text and as_person(text, self._hash) for text in encoded.dictionary.to_pylist()]
        return pa.array(hashed, pa.string()).take(encoded.indices)


def _is_figure(values: ArrowColumn) -> ArrowColumn:
    return pc.fill_null(pc.match_substring_regex(values, r"^[0-9.,]*$"), True)


def _without(column: ArrowColumn, names: list[str]) -> ArrowColumn:
    left = [
        None if pairs is None else [(key, value) for key, value in pairs if key not in names]
        for pairs in column.to_pylist()
    ]
    return pa.array(left, column.type)


def _offsets(column: ArrowColumn) -> ArrowColumn:
    """Where each map begins; in Arrow a missing beginning is a missing map."""
    if not column.null_count:
        return column.offsets
    starts = pc.if_else(pc.is_null(column), pa.scalar(None, pa.int32()), column.offsets[:-1])
    return pa.concat_arrays([starts, column.offsets[-1:]])


__all__ = ["Door"]

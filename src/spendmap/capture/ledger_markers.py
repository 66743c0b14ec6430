"""The columns of a ledger that mark its lines: debit or credit, the kind of line, whether it is posted yet.

Reads the file once, over those columns only. A column is found by its name, or, when none is named so, by its values:
one that holds marks of both sides and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spendmap.capture.headers import Columns
from spendmap.capture.line_kinds import Mark, is_side_column, mark_of
from spendmap.capture.tabular import TabularFile
from spendmap.vocabulary.masking import shown

_MOST_VALUES, _LONGEST_VALUE = 6, 24  # of a column that can be one of marks
_PENDING_ONLY_ON_CARDS = ("authori", "autori", "auth")


@dataclass(frozen=True)
class Markers:
    """Positions of the columns; `None` where there is none. `is_named`: the marker was chosen with `--set marker=`."""

    side: int | None = None
    kind: int | None = None
    status: int | None = None
    is_named: bool = False
    books: str | None = None

    def mark(self, fields: Sequence[str]) -> Mark:
        """What the row's markers say together.

        Raises:
            ValueError: the marker that was chosen holds a word that is not known.
        """
        side = mark_of(fields[self.side].strip()) if self.side is not None else Mark()
        if self.is_named and self.side is not None and fields[self.side].strip() and side == Mark():
            raise ValueError(f"the marker, {shown(fields[self.side])}, is neither debit, credit nor a kind of line")
        kind = mark_of(fields[self.kind].strip()) if self.kind is not None else Mark()
        return Mark(side.side or kind.side, kind.kind or side.kind)

    def status_of(self, fields: Sequence[str]) -> str:
        """pending, reversal, no_money or "": posted, or nothing we know."""
        if self.status is None:
            return ""
        text = fields[self.status].strip()
        kind = mark_of(text).kind
        if kind == "pending" and self.books == "payables" and text.lower().startswith(_PENDING_ONLY_ON_CARDS):
            return ""  # an invoice that is authorised is approved for payment
        if kind == "reversal" and self.books == "payables":
            return "no_money"  # a void invoice is void itself; on a card the line takes another one back
        return kind if kind in ("pending", "reversal", "no_money") else ""


def find_markers(source: TabularFile, columns: Columns, settings: Mapping[str, str], books: str | None) -> Markers:
    """The file's marker columns; `--set marker=none` leaves debit, credit and kinds unread."""
    given = settings.get("marker", "")
    status = columns.found.get("status")
    if given == "none":
        return Markers(status=status, books=books)
    side, kind = columns.found.get("marker"), columns.found.get("kind")
    if given:
        return Markers(side, kind, status, is_named=True, books=books)
    used = set(columns.found.values())
    values: dict[int, Counter[str] | None] = {
        index: Counter() for index in range(len(source.header)) if index not in used or index in (side, kind)
    }
    for chunk in source.chunks():
        for fields in chunk.rows:
            for index, seen in values.items():
                if seen is None:
                    continue
                text = fields[index].strip()
                if text:
                    seen[text] += 1
                if index not in (side, kind) and (len(text) > _LONGEST_VALUE or len(seen) > _MOST_VALUES):
                    values[index] = None
    side, kind = (index if index is not None and _is_known(values[index]) else None for index in (side, kind))
    if side is None:
        for index, seen in values.items():
            if seen and index != kind and is_side_column(frozenset(seen)):
                side = index
                break
    return Markers(side, kind, status, books=books)


def _is_known(seen: Counter[str] | None) -> bool:
    """Are at least half of the column's values marks?"""
    if not seen:
        return False
    known = sum(times for text, times in seen.items() if mark_of(text) != Mark())
    return 2 * known >= seen.total()

"""Ledger lines that the files of two sources hold: one purchase, told twice.

Reads lines and what `ledger_common.sql` found of the files; takes from a line's `left` what a line of another source
counts. The rule is that of files of one source (docs/decisions/0013): a line with a reference is the same wherever it
stands; without one, three distinct equal lines over two days make an overlap, in which each line counts the larger
number if one file holds all that the other does on the days of both. What is not clear stays, and is asked about.
Invariant: a line is covered by one that counts, of an earlier source by name, never by one of its own source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.statements import NO_PURCHASE, Line
from spendmap.engine.merging import EQUAL_DAYS, EQUAL_LINES, REFERENCED

POSTED_LATER = 3  # days from a purchase to its posting

File = tuple[str, str]
"""Source and file name."""
Money = tuple[str, Decimal, str]
"""Vendor (or supplier), amount and currency."""


@dataclass(frozen=True)
class Common:
    """Two files of two sources and what their common days show; see `ledger_common.sql`."""

    one: File
    other: File
    equal_lines: int
    equal_days: int
    is_held: bool  # one of them has every line of the other there

    @property
    def is_overlap(self) -> bool:
        """Enough is equal to show that both tell of the same purchases."""
        return self.equal_lines >= EQUAL_LINES and self.equal_days >= EQUAL_DAYS


def common_of(rows: Iterable[Mapping[str, Any]]) -> list[Common]:
    """The pairs of files, as `ledger_common.sql` gives them."""
    return [
        Common(
            (row["one_source"], row["one_file"]),
            (row["other_source"], row["other_file"]),
            int(row["equal_lines"]),
            int(row["equal_days"]),
            not (row["only_one"] and row["only_other"]),
        )
        for row in rows
    ]


def count_once(
    lines: Sequence[Line], common: Iterable[Common], apart: Container[str], alike: Container[str], found: Matched
) -> None:
    """Cover what an earlier source's files tell too. Documents with a number are left to their numbers.

    Args:
        apart: loads of files of which a person said that their lines are other purchases (`overlap=different`).
        alike: loads of files of which a person said that they overlap (`overlap=same`), in whatever words.
    """
    files: dict[File, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind != "settlement" and line.load not in apart and not (line.number and line.is_document):
            files[line.source, line.file].append(line)
    overlapping = {(each.one, each.other) for each in common if each.is_overlap and each.is_held}
    said = {file for file, own in files.items() if any(line.load in alike for line in own)}
    counting: dict[Money, list[Line]] = defaultdict(list)
    for file in sorted(files):
        used: set[str] = set()
        own = []
        for line in files[file]:
            standing = min(
                (
                    other
                    for other in counting[money_of(line)]
                    if other.source != line.source
                    and other.name not in used
                    and _is_one(other, line, overlapping, said)
                ),
                key=lambda other: (other.same != line.same, abs((other.day - line.day).days), other.name),
                default=None,
            )
            if standing is None:
                own.append(line)
            else:
                used.add(standing.name)
                found.cover(line, line.left, standing.name, "copy")
        for line in own:
            counting[money_of(line)].append(line)


def _is_one(one: Line, other: Line, overlapping: Container[tuple[File, File]], said: Container[File]) -> bool:
    files = (one.source, one.file), (other.source, other.file)
    if one.same == other.same and (one.same.startswith(REFERENCED) or files in overlapping):
        return True
    is_near = abs((one.day - other.day).days) <= POSTED_LATER
    return (files[0] in said or files[1] in said) and is_near and may_be_one(one, other)


def money_of(line: Line) -> Money:
    """What two lines must share to be one purchase, in whatever words and on whatever day they tell it."""
    return (line.vendor or line.supplier.casefold(), line.amount, line.currency)


def may_be_one(one: Line, other: Line) -> bool:
    """Whether lines of one amount and day may tell of one purchase: no book, payer, account or number is against it."""
    return _agree(one.books, other.books) and _is_of_one_payer(one, other)


def _agree(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other


def _is_of_one_payer(one: Line, other: Line) -> bool:
    return all(
        _agree(mine, theirs)
        for mine, theirs in (
            (one.raw_account, other.raw_account),
            (one.number, other.number),
            (one.paid_from, other.paid_from),
            (one.cardholder, other.cardholder),
        )
    )


def perhaps_told_twice(lines: Sequence[Line], apart: Container[str]) -> Iterator[tuple[tuple[File, File], list[Line]]]:
    """Lines that count in two sources and may be one purchase: per pair of files the second file's lines.

    A single line is enough where both are of one known vendor, or in the same words: within three days (one file has
    the day of posting), and of a card and a bank too, since a wallet and the account that feeds it tell of one
    purchase. Of suppliers that nobody knows, as many lines in other words as make an overlap.
    """
    files: dict[File, dict[Money, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        is_whole = line.left == line.amount > 0 and not (line.number and line.is_document)
        if line.scope == "ai" and line.kind not in NO_PURCHASE and is_whole and line.load not in apart:
            files[line.source, line.file][money_of(line)].append(line)
    told: set[str] = set()
    for one, other in combinations(sorted(files), 2):
        if one[0] == other[0]:
            continue
        both = [pair for what in files[other] for pair in _nearest(files[one].get(what, ()), files[other][what])]
        days = {line.day for _, line in both}
        is_much = len({(line.day, money_of(line)) for _, line in both}) >= EQUAL_LINES and len(days) >= EQUAL_DAYS
        again = [
            line
            for mine, line in both
            if (is_much or mine.same == line.same or line.vendor is not None) and line.name not in told
        ]
        told |= {line.name for line in again}
        if again:
            yield (one, other), again


def _nearest(ones: Sequence[Line], others: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Lines of one amount and supplier in pairs, one to one, the nearest days first."""
    near = sorted(
        (abs((one.day - other.day).days), one.same != other.same, one.day, one.name, other.name)
        for one in ones
        for other in others
        if abs((one.day - other.day).days) <= POSTED_LATER
        and one.is_payment == other.is_payment
        and _is_of_one_payer(one, other)
    )
    by_name = {line.name: line for line in (*ones, *others)}
    used: set[str] = set()
    for *_, one, other in near:
        if one not in used and other not in used:
            used |= {one, other}
            yield by_name[one], by_name[other]


__all__ = ["Common", "common_of", "count_once", "may_be_one", "perhaps_told_twice"]

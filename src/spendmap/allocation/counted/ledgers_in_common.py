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
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.statements import Line
from spendmap.engine.merging import EQUAL_DAYS, EQUAL_LINES, REFERENCED

File = tuple[str, str]
"""Source and file name."""
Bought = tuple[str, date, Decimal, str]
"""Vendor (or supplier), day, amount and currency."""


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
    counting: dict[Bought, list[Line]] = defaultdict(list)
    for file in sorted(files):
        used: set[str] = set()
        own = []
        for line in files[file]:
            standing = next(
                (
                    other
                    for other in counting[bought(line)]
                    if other.source != line.source
                    and other.name not in used
                    and _is_one(other, line, overlapping, said)
                ),
                None,
            )
            if standing is None:
                own.append(line)
            else:
                used.add(standing.name)
                found.cover(line, line.left, standing.name, "copy")
        for line in own:
            counting[bought(line)].append(line)


def _is_one(one: Line, other: Line, overlapping: Container[tuple[File, File]], said: Container[File]) -> bool:
    files = (one.source, one.file), (other.source, other.file)
    if one.same == other.same and (one.same.startswith(REFERENCED) or files in overlapping):
        return True
    return (files[0] in said or files[1] in said) and may_be_one(one, other)


def bought(line: Line) -> Bought:
    """What two lines must share to be one purchase, in whatever words they tell it."""
    return (line.vendor or line.supplier.casefold(), line.day, line.amount, line.currency)


def may_be_one(one: Line, other: Line) -> bool:
    """Whether lines of one amount and day may tell of one purchase: no book, payer, account or number is against it."""
    return all(
        not mine or not theirs or mine == theirs
        for mine, theirs in (
            (one.books, other.books),
            (one.raw_account, other.raw_account),
            (one.number, other.number),
            (one.paid_from, other.paid_from),
            (one.cardholder, other.cardholder),
        )
    )


def perhaps_told_twice(lines: Sequence[Line], apart: Container[str]) -> Iterator[tuple[tuple[File, File], list[Line]]]:
    """Lines that count in two sources and may be one purchase: per pair of files the second file's lines.

    A single line in the same words is enough, since files of one source are asked about then too; in other words
    as many lines as make an overlap.
    """
    counting: dict[Bought, dict[File, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        is_whole = line.left == line.amount > 0 and not (line.number and line.is_document)
        if line.scope == "ai" and line.kind != "settlement" and is_whole and line.load not in apart:
            counting[bought(line)][line.source, line.file].append(line)
    shared: dict[tuple[File, File], list[tuple[Line, Line]]] = defaultdict(list)
    for of_files in counting.values():
        for one, other in combinations(sorted(of_files), 2):
            pairs = zip(of_files[one], of_files[other], strict=False)
            if one[0] != other[0]:
                shared[one, other] += [pair for pair in pairs if may_be_one(*pair)]
    told: set[str] = set()
    for files, both in sorted(shared.items()):
        same_words = [pair for pair in both if pair[0].same == pair[1].same]
        is_much = (
            len({bought(line) for line, _ in both}) >= EQUAL_LINES and len({each.day for each, _ in both}) >= EQUAL_DAYS
        )
        again = [line for _, line in (both if is_much else same_words) if line.name not in told]
        told |= {line.name for line in again}
        if again:
            yield files, again


__all__ = ["Common", "bought", "common_of", "count_once", "may_be_one", "perhaps_told_twice"]

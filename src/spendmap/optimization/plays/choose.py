"""Which plays may be added up: those that are about different money.

Pure. Two plays overlap when they touch the same money. The total is over the set of plays without overlap whose likely
saving is the largest possible, found exactly; ties go to the earlier play. A play whose saving is unknown is in no
total.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from spendmap.optimization.plays.play import Play
from spendmap.vocabulary.exact import total


def overlapping(plays: Sequence[Play]) -> dict[str, tuple[str, ...]]:
    """Play id -> ids of the plays that are about the same money, in their order."""
    touched = {play.id: set(play.touches) for play in plays}
    return {
        play.id: tuple(other.id for other in plays if other.id != play.id and touched[other.id] & touched[play.id])
        for play in plays
    }


def added_up(plays: Sequence[Play]) -> frozenset[str]:
    """Ids of the plays whose likely savings may be added, and add up to the most."""
    priced = [play for play in plays if play.saving.likely is not None and play.saving.likely > 0]
    clashes = {id_: set(others) for id_, others in overlapping(priced).items()}
    worth = {play.id: play.saving.likely or Decimal(0) for play in priced}
    chosen: set[str] = set()
    for currency in sorted({play.saving.currency for play in priced}):  # savings in two currencies have no order
        for group in _groups([play.id for play in priced if play.saving.currency == currency], clashes):
            chosen |= _best(tuple(group), clashes, worth)[1]
    return frozenset(chosen)


def _groups(ids: Sequence[str], clashes: dict[str, set[str]]) -> list[list[str]]:
    """Plays that hang together by overlaps."""
    left, groups = list(ids), []
    while left:
        group, wait = [], [left[0]]
        while wait:
            id_ = wait.pop()
            if id_ in left:
                left.remove(id_)
                group.append(id_)
                wait += clashes[id_]
        groups.append(sorted(group, key=ids.index))
    return groups


def _best(
    ids: tuple[str, ...], clashes: dict[str, set[str]], worth: dict[str, Decimal]
) -> tuple[Decimal, frozenset[str]]:
    """The set without overlap that is worth most: with the most entangled play, or without it."""
    entangled = {id_: len(clashes[id_] & set(ids)) for id_ in ids}
    if not any(entangled.values()):
        return total(worth[id_] for id_ in ids), frozenset(ids)
    pivot = max(ids, key=lambda id_: (entangled[id_], -ids.index(id_)))
    rest = tuple(id_ for id_ in ids if id_ != pivot)
    apart, with_set = _best(tuple(id_ for id_ in rest if id_ not in clashes[pivot]), clashes, worth)
    with_worth = total((apart, worth[pivot]))
    without_worth, without_set = _best(rest, clashes, worth)
    if without_worth > with_worth:
        return without_worth, without_set
    return with_worth, with_set | {pivot}

"""kill -9 at every write of every writing command, then any other command: nothing is lost, doubled or stuck.

Each trial: the firm as it stands on disk when a command is killed just before its n-th write; one next command (works,
or refuses with a next step that works); then the killed command again. All rows, figures, declarations and decisions
must be those of the same commands without a kill, and the laws must hold.

A command runs once, and the firm's folder is copied at every write: that is what a kill leaves there, since nothing is
flushed by it. Points between which nothing changed on disk are one state. Every eighth trial kills a real process.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from after import Afterwards, follow, last
from commands import NEXT, WRITING, words
from points import copied_to, killed_at, meet_points
from world import Clock, Table, World, spendmap

REAL = 8  # of so many trials one kills a process, the others go on from the copy made at that point
MORE = 24  # of so many trials one ends with capture, allocate and all laws, the others with the cheap laws
STEPS = {"capture", "allocate"}  # after these, what a killed command did counts or not: the same steps settle it
DEAR = {*STEPS, "check"}  # next commands that are drawn a quarter as often


@dataclass(frozen=True)
class Point:
    """A write of a command: its number, what was about to be done, and the copy of the firm as it was then."""

    number: int
    what: str
    state: str

    @property
    def kind(self) -> str:
        """What is written, whatever the run is called."""
        return re.sub(r"[0-9a-f]{8,}|[0-9]+", "*", self.what)


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("kills: a command is killed at one of its writes, another follows, then it is run again")
    afterwards = Afterwards(world)
    states: set[tuple[str, str]] = set()
    for number, (name, point, after) in enumerate(clock.within(_trials(world, seed, every))):
        states.add((name, point.state))
        is_real, is_more = number % REAL == 0, every or after in STEPS or number % MORE == 0
        table.count(name, f"then {after}", _trial(world, afterwards, name, point, after, is_real, is_more))
    met = {name: points_of(world, name) for name in WRITING}
    for name, points in met.items():
        kinds, tried = {point.kind for point in points}, {state for own, state in states if own == name}
        seen = {point.kind for point in points if point.state in tried}
        print(
            f"  {name}: {len(points)} writes of {len(kinds)} kinds, {len({each.state for each in points})} states; "
            f"{len(tried)} states tried, {len(seen)} kinds"
        )
    return table.show()


def _trials(world: World, seed: int, every: bool) -> Iterator[tuple[str, Point, str]]:
    """Every pair of a state and a next command; else every kind of write of every command, then the other states."""
    chance = random.Random(seed)
    if every:
        yield from ((name, point, after) for name in WRITING for point in _distinct(world, name) for after in NEXT)
        return
    afters = [name for name in NEXT for _ in range(1 if name in DEAR else 4)]
    left: dict[str, list[Point]] = {}
    for name in WRITING:
        points = _distinct(world, name)
        chance.shuffle(points)
        kinds: dict[str, list[Point]] = {}
        for point in points:
            kinds.setdefault(point.kind, []).append(point)
        firsts = [own.pop() for own in kinds.values()]
        left[name] = [*firsts, *(point for own in kinds.values() for point in own)]
    deck: list[str] = []
    while any(left.values()):
        for name, points in left.items():
            if points:
                if not deck:
                    deck = chance.sample(afters, len(afters))
                yield name, points.pop(0), deck.pop()


def _distinct(world: World, name: str) -> list[Point]:
    """One point, the last, of every state in which the command leaves the disk."""
    return list({point.state: point for point in points_of(world, name)}.values())


@cache
def points_of(world: World, name: str) -> Sequence[Point]:
    """What a command writes, in order, each with a copy of what was there before."""
    root, place = world.put_back(), f"points/{name}"
    copies, noted = world.folder / place, world.folder / "points.txt"
    noted.unlink(missing_ok=True)
    ran = spendmap(
        root, *words(root, WRITING[name]), wrong=lambda: meet_points(root.parent, copied_to(copies, root.parent, noted))
    )
    if ran.code:
        raise RuntimeError(f"{name} fails without a fault: {ran.err}")
    lines = [line.split(" ", 1) for line in noted.read_text().splitlines()]
    return [Point(number, what, f"{place}/{copy}") for number, (copy, what) in enumerate(lines, 1)]


def _trial(
    world: World, afterwards: Afterwards, name: str, point: Point, after: str, is_real: bool, is_more: bool
) -> list[str]:
    if is_real:
        root = world.put_back()
        wrong = killed_at(point.number)
        killed = spendmap(root, *words(root, WRITING[name]), wrong=lambda: meet_points(root.parent, wrong))
        if killed.code != 137:
            return [f"{name} {point.number} ({point.what}): not killed but {last(killed)}"]
    else:
        root = world.put_back(point.state)
    faults = follow(root, words(root, NEXT[after])) + afterwards.faults(name, is_more=is_more)
    return [f"{name} {point.number} ({point.what}): {fault}" for fault in faults]

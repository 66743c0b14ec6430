"""kill -9 at every write of every writing command, then any other command: nothing is lost, doubled or stuck.

Each trial: the firm as built, one command killed just before its n-th write, one next command (works, or refuses with a
next step that works), then the killed command again, capture, allocate and review. All rows, figures, declarations
and decisions must be those of the same commands without a kill, and `check` must hold.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from functools import cache

from after import PUBLISHING, Afterwards, follow, last
from commands import NEXT, WRITING, words
from points import killed_at, meet_points, written_to
from world import Clock, Table, World, spendmap

Trial = tuple[str, int, str, str]  # command, point, what was about to be done there, next command


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("kills: a command is killed at one of its writes, another follows, then it is run again")
    afterwards = Afterwards(world)
    for number, trial in enumerate(clock.within(_trials(world, seed, every))):
        with_map = every or trial[0] in PUBLISHING or number % 4 == 0
        table.count(trial[0], f"then {trial[3]}", _trial(world, afterwards, trial, with_map=with_map))
    return table.show()


def _trials(world: World, seed: int, every: bool) -> Iterator[Trial]:
    """Every pair of a write and a next command; unless all are asked for, drawn by chance, the commands in turn."""
    chance = random.Random(seed)
    pairs: dict[str, list[Trial]] = {}
    for turn in itertools.count():
        for name in WRITING:
            if name not in pairs:
                met = points_of(world, name)
                pairs[name] = [(name, at, what, after) for at, what in enumerate(met, 1) for after in NEXT]
                if not every:
                    chance.shuffle(pairs[name])
            if turn < len(pairs[name]):
                yield pairs[name][turn]
        if all(turn >= len(own) for own in pairs.values()):
            return


@cache
def points_of(world: World, name: str) -> Sequence[str]:
    """What a command writes, in order."""
    root, noted = world.put_back(), world.folder / "points.txt"
    noted.unlink(missing_ok=True)
    ran = spendmap(root, *words(root, WRITING[name]), wrong=lambda: meet_points(root.parent, written_to(noted)))
    if ran.code:
        raise RuntimeError(f"{name} fails without a fault: {ran.err}")
    return noted.read_text().splitlines()


def _trial(world: World, afterwards: Afterwards, trial: Trial, *, with_map: bool) -> list[str]:
    name, point, what, after = trial
    root = world.put_back()
    killed = spendmap(root, *words(root, WRITING[name]), wrong=lambda: meet_points(root.parent, killed_at(point)))
    if killed.code == 137:
        faults = follow(root, words(root, NEXT[after])) + afterwards.faults(name, with_map=with_map)
    else:
        faults = [f"not killed but {last(killed)}"]
    return [f"{name} {point} ({what}): {fault}" for fault in faults]

"""Disks that are full or may not be written, and a clock set back, under every writing command.

Each trial: one command in such a process. It says what happened and what to do, without a traceback or a statement's
parameters; when the fault is gone it runs again, and rows, figures, declarations and decisions are what they would be.
"""

from __future__ import annotations

import errno
import os
import random
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

from after import Afterwards, follow, last
from clock import set_back
from commands import WRITING, words
from kills import points_of
from points import meet_points, refused_from
from world import Clock, Table, World, spendmap

NOBODY = 65534
SIZES = (0, 512, 4096, 30_000)  # bytes that no file may outgrow; the database and the price book are larger
BACK = 40  # days
HELD = 5  # of so many trials one goes on to the end; the others hold what the command says
Trial = tuple[str, str, Callable[[Path], None]]  # what, command, what is done to its process


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("disk: a command meets a full disk, a folder that may not be written, or a clock set back")
    afterwards = Afterwards(world)
    for number, (what, name, wrong) in enumerate(clock.within(_trials(world, seed, every))):
        then = afterwards if every or number % HELD == 0 else None
        table.count(what.partition(" (")[0], name, _trial(world, then, what, name, wrong))
    return table.show()


def _trials(world: World, seed: int, every: bool) -> Iterator[Trial]:
    chance = random.Random(seed)
    whats: list[Callable[[str], list[tuple[str, Callable[[Path], None]]]]] = [
        lambda name: _at_points(world, name, chance, every, "disk full", errno.ENOSPC),
        lambda _: [(f"file too large ({size} bytes)", _limited(size)) for size in _some(SIZES, chance, every)],
        lambda name: _at_points(world, name, chance, every, "read-only disk", errno.EROFS, first=True),
        lambda _: [("not allowed to write", _as_nobody)],
        lambda _: [(f"clock set back ({BACK} days)", lambda _root: set_back(BACK))],
    ]
    pairs = [(what, name) for what in whats for name in WRITING]
    if not every:
        chance.shuffle(pairs)
    for what, name in pairs:
        for said, wrong in what(name):
            yield said, name, wrong


def _some(sizes: tuple[int, ...], chance: random.Random, every: bool) -> tuple[int, ...]:
    return sizes if every else (chance.choice(sizes),)


def _at_points(
    world: World, name: str, chance: random.Random, every: bool, said: str, code: int, *, first: bool = False
) -> list[tuple[str, Callable[[Path], None]]]:
    count = 1 if first else len(points_of(world, name))
    numbers = range(1, count + 1) if every else [chance.randint(1, count)]

    def at(number: int) -> Callable[[Path], None]:
        return lambda root: meet_points(root.parent, refused_from(number, code))

    return [(f"{said} (write {number})", at(number)) for number in numbers]


def _limited(size: int) -> Callable[[Path], None]:
    """No file may grow beyond `size`: Arrow, DuckDB and SQLite meet it as they would a full disk."""
    return lambda _root: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _as_nobody(root: Path) -> None:
    """May read everything and write nothing: as another user when this one is root, else by the files' modes."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _trial(
    world: World, afterwards: Afterwards | None, what: str, name: str, wrong: Callable[[Path], None]
) -> list[str]:
    root = world.put_back()
    if what.startswith("not allowed"):
        _set_modes(world, readable=True)
    ran = spendmap(root, *words(root, WRITING[name]), wrong=lambda: wrong(root))
    if what.startswith("not allowed"):
        _set_modes(world, readable=False)
    faults = ran.faults()
    is_answer = ran.args[0] in ("capture", "run") and "refused" in ran.err  # of each file, and what to do with it
    if ran.code not in (0, 137) and not is_answer and not ran.err.strip().rpartition("\n")[2].strip().startswith("->"):
        faults.append(f"no next step at the end: {last(ran)}")
    if afterwards is not None:
        faults += [f"then {fault}" for fault in follow(root, ("map", "--json"))]
        faults += afterwards.faults(name, is_more=True)
    return [f"{name}, {what}: {fault}" for fault in dict.fromkeys(faults)]


def _set_modes(world: World, *, readable: bool) -> None:
    """Let others read all and write nothing, or put the owner's modes back."""
    for folder in (world.root, *world.root.parents):
        if folder == Path("/tmp"):
            break
        folder.chmod(0o755 if readable else 0o700)
    for each in world.root.parent.rglob("*"):
        if each.is_dir():
            each.chmod(0o555 if readable else 0o700)
        else:
            each.chmod(0o444 if readable else 0o600)

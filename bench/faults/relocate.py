"""A workspace that is moved, copied or renamed, also in the middle of a capture: every row is there afterwards.

Each trial: a capture killed at one of its last writes (after its rows are in the catalogue, after the list is
published, before its note is removed) or not at all, the folder moved, `maintain --relocate` as the
refusal says, then capture.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from after import last
from commands import NEXT, words
from kills import points_of
from points import killed_at, meet_points
from world import Clock, Table, World, differences, ledger_rows, map_figures, spendmap

Move = Callable[[Path], Path]


def _moved(root: Path) -> Path:
    return root.rename(root.parent / "elsewhere")


def _copied(root: Path) -> Path:
    return Path(shutil.copytree(root, root.parent / "copy"))


def _renamed(root: Path) -> Path:
    return root.rename(root.parent / "a name with 100% of ümlauts")


def _copied_and_gone(root: Path) -> Path:
    copy = _copied(root)
    shutil.rmtree(root)
    return copy


def _linked(root: Path) -> Path:
    link = root.parent / "link"
    link.symlink_to(_moved(root))
    return link


MOVES: dict[str, Move] = {
    "stays": lambda root: root,
    "moved": _moved,
    "renamed": _renamed,
    "copied": _copied,
    "copied, old one gone": _copied_and_gone,
    "moved behind a link": _linked,
}


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("relocate: a capture is killed or not, the folder is moved, then told of it")
    root = world.put_back()
    spendmap(root, "capture")
    rows = ledger_rows(root)
    spendmap(root, "allocate")
    figures = map_figures(root)
    points = [point.what for point in points_of(world, "capture")]
    for place, what, move, after in clock.within(_trials(points, seed, every)):
        found = _trial(world, place, MOVES[move], after, rows)
        if not found and (every or place == 0):
            now = next(each for each in (world.root.parent / "at").read_text().splitlines())
            spendmap(Path(now), "allocate")
            found = [f"map: {each}" for each in differences(figures, map_figures(Path(now)))]
        table.count(
            f"{move}, {'killed' if place else 'whole'}",
            f"then {after}",
            [f"{place} ({what}): {each}" for each in found],
        )
    return table.show()


def _trials(points: list[str], seed: int, every: bool) -> Iterator[tuple[int, str, str, str]]:
    chance = random.Random(seed)
    late = [
        (number, what)
        for number, what in enumerate(points, 1)
        if any(word in what for word in ("commit", "manifest.json", "pending", "/load/"))
    ]
    afters = ["maintain --relocate", "capture", "check", "map", "backup"]
    pairs = [(move, after) for after in afters for move in MOVES]
    if not every:
        chance.shuffle(pairs)
    for move, after in pairs:
        for number, what in late if every else chance.sample(late, 1):
            yield number, what, move, after
        yield 0, "no kill", move, after


def _trial(world: World, point: int, move: Move, after: str, rows: object) -> list[str]:
    root = world.put_back()
    wrong = (lambda: meet_points(root.parent, killed_at(point))) if point else None
    spendmap(root, "capture", wrong=wrong)
    now = move(root)
    (root.parent / "at").write_text(f"{now}\n")
    found = []
    for args in (words(now, NEXT[after]), ("capture",)):
        ran = spendmap(now, *args)
        found += ran.faults()
        if ran.code and args[0] != "check" and (step := ran.next_step):
            helped = spendmap(now, *step)
            found += helped.faults()
            ran = spendmap(now, *args)
        if ran.code and args[0] != "check":
            found.append(f"{args[0]}: {last(ran)}")
    check = spendmap(now, "check")
    return (
        found
        + ([f"check: {last(check)} {check.out[-500:]}"] if check.code else [])
        + differences(rows, ledger_rows(now))
    )

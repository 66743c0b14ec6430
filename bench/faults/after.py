"""What comes after a fault: a next command that works or says what to do, the same command again, states compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from commands import ONCE, WRITING, words
from world import Ran, World, differences, spendmap, state


class Afterwards:
    """Holds a firm that was wronged against the same commands without a fault."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._wanted: dict[tuple[str, bool], Any] = {}

    def faults(self, name: str, *, is_more: bool) -> list[str]:
        """Finish what the command `name` began: what went wrong, and where the state is not the one without a fault."""
        got, found = finished(self.world.root, name, is_more=is_more)
        return found + differences(self._of(name, is_more), got)

    def _of(self, name: str, is_more: bool) -> Any:
        if (name, is_more) not in self._wanted:
            self.world.keep("wronged")
            root = self.world.put_back()
            wanted, faults = finished(root, name, is_more=is_more)
            if faults:
                raise RuntimeError(f"{name} fails without a fault: {faults}")
            self._wanted[name, is_more] = wanted
            self.world.put_back("wronged")
        return self._wanted[name, is_more]


def follow(root: Path, args: tuple[str, ...]) -> list[str]:
    """Run a command that works, or refuses and says what to run first; what was wrong with it."""
    ran = spendmap(root, *args)
    if faults := ran.faults():
        return faults
    if ran.code == 0 or args[0] == "check":
        return []
    step = ran.next_step
    if step is None:
        return [f"{args[0]} names no command to go on with: {ran.err.strip()[-250:]}"]
    helped = spendmap(root, *step)
    again = spendmap(root, *args)
    if again.code:
        return [f"{args[0]} still refuses after `{' '.join(step)}` (exit {helped.code}): {last(again)}"]
    return []


def finished(root: Path, name: str, *, is_more: bool) -> tuple[dict[str, Any], list[str]]:
    """Run a command (again), and the steps after it if `is_more`: the state, and what went wrong on the way."""
    found = []
    again = spendmap(root, *words(root, WRITING[name]))
    if again.code and name not in ONCE:
        step = again.next_step
        if step is not None:
            spendmap(root, *step)
            again = spendmap(root, *words(root, WRITING[name]))
        if again.code:
            found.append(f"{name} again: {last(again)}")
    found += again.faults()
    for args in (("capture",), ("allocate",)) if is_more else ():
        ran = spendmap(root, *args)
        if ran.code:
            found.append(f"{args[0]}: {last(ran)}")
    got = state(root, whole=is_more)
    if name in ("backup", "restore") and not found:
        found += _restored(root, name)
    return got, found


def _restored(root: Path, name: str) -> list[str]:
    """What is wrong with what a backup or a restore left."""
    place = root.parent / "again"
    if name == "backup" and (ran := spendmap(root, "restore", str(root.parent / "one.tar"), str(place))).code:
        return [f"the archive cannot be restored: {last(ran)}"]
    check = spendmap(place, "check")
    if check.code and check.next_step is not None:  # killed between the copy and its catalogue: what it says to run
        spendmap(place, *check.next_step)
        check = spendmap(place, "check")
    left = [each.name for each in root.parent.iterdir() if ".partial" in each.name]
    return ([f"check of what was restored: {last(check)}"] if check.code else []) + [
        f"left behind: {each}" for each in left
    ]


def last(ran: Ran) -> str:
    return f"exit {ran.code}: {ran.err.strip()[-300:]}"

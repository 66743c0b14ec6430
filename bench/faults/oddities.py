"""What happens to folders and files outside spendmap: torn journals, clocks set back, names, two payers on one disk.

Each trial: the oddity, then commands; each works or says what to do, no row, word or decision is lost, none of another
payer's is taken over, and the laws hold.
"""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from after import follow, last
from clock import set_back
from commands import WRITING, words
from world import Clock, Table, World, differences, forked, ledger_rows, map_figures, spendmap

BACK = 40  # days
Trial = tuple[str, str, Callable[[World], list[str]]]


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("oddities: a torn journal, a clock set back, names of files, two payers on one disk")
    for what, command, trial in clock.within(_trials(seed, every)):
        table.count(what, command, trial(world))
    return table.show()


def _trials(seed: int, every: bool) -> Iterator[Trial]:
    chance = random.Random(seed)
    for what in ("spendmap.db", "register.jsonl", "ledger/manifest.json", "rollups", ".workspace-id", ".principal-key"):
        yield f"another payer's {what}", "capture, map, register", _mixed(what)
    yield "two payers side by side", "capture, backup, restore", _side_by_side
    for name, other in (("Ä-Calls.jsonl", "ä-calls.jsonl"), ("Calls.jsonl", "calls.jsonl")):
        for is_same in (True, False):
            yield f"names {other!r}, {'same' if is_same else 'other'} content", "capture", _named(name, other, is_same)
    decomposed = unicodedata.normalize("NFD", "ä-calls.jsonl")
    for is_same in (True, False):
        content = "same" if is_same else "other"
        yield f"NFC and NFD, {content} content", "capture", _named("ä-calls.jsonl", decomposed, is_same)
    yield "declared NFC, on disk NFD", "capture", _declared
    yield "a folder with an NFD name", "maintain --relocate", _folder
    for command in ("register apply", "decide", "restore --from-journal", "maintain", "backup", "capture"):
        for cut in range(1, 60) if every else chance.sample(range(1, 200), 3):
            yield f"journal torn {'once' if cut % 2 else 'twice'}", command, _torn(command, cut)
    for command in ("capture", "allocate", "register apply", "decide", "review"):
        yield "clock set back between captures", command, _earlier(command)


def _torn(command: str, cut: int) -> Callable[[World], list[str]]:
    """The journal ends in the middle of a line, as after a power cut; again after the command when `cut` is even."""

    def trial(world: World) -> list[str]:
        root = world.put_back()
        journal = root / "register.jsonl"
        before = spendmap(root, "register", "export").out
        content = journal.read_bytes()
        torn = content[: -min(cut, len(content.splitlines()[-1]))]
        journal.write_bytes(torn)
        found = follow(root, words(root, WRITING[command]))
        if cut % 2 == 0 and command not in ("register apply", "decide"):
            journal.write_bytes(journal.read_bytes()[:-7])
            found += follow(root, ("register", "show"))
        found += follow(root, words(root, WRITING["decide"]))
        if command not in ("register apply", "decide", "restore --from-journal"):
            found += differences(before, spendmap(root, "register", "export").out, "register")
        said = spendmap(root, "register", "export").out
        found += follow(root, ("restore", "--from-journal"))
        found += differences(said, spendmap(root, "register", "export").out, "register after a rebuild")
        check = spendmap(root, "check")
        return found + ([f"check: {check.out[-300:]}"] if check.code else [])

    return trial


def _earlier(command: str) -> Callable[[World], list[str]]:
    """A step runs, then one on a machine whose clock is behind, then again on time."""

    def trial(world: World) -> list[str]:
        root = world.put_back()
        wanted = _finished(root)
        root = world.put_back()
        spendmap(root, "review")
        ran = spendmap(root, *words(root, WRITING[command]), wrong=lambda: set_back(BACK))
        found = ran.faults() + ([f"{command}: {last(ran)}"] if ran.code else [])
        got = _finished(root)
        if command in ("register apply", "decide"):
            wanted = {**wanted, "map": got["map"]}
        return found + differences(wanted, got)

    return trial


def _finished(root: Path) -> dict[str, object]:
    steps = [spendmap(root, *args) for args in (("capture",), ("allocate",), ("review",))]
    check = spendmap(root, "check")
    return {
        "steps": [last(ran) for ran in steps if ran.code],
        "rows": ledger_rows(root),
        "map": map_figures(root),
        "check": check.out[-300:] if check.code else "",
    }


def _calls(numbers: range) -> str:
    from company.acorn import call

    return "".join(call(f"odd-{number}", 9, "gpt-4.1", 1000, 0, 10, None) + "\n" for number in numbers)


def _named(name: str, other: str, is_same: bool) -> Callable[[World], list[str]]:
    """Two names that another file system holds for one: the same content counts once, other content both times."""

    def trial(world: World) -> list[str]:
        root = world.put_back()
        folder = root.parent / "calls"
        folder.mkdir()
        (folder / name).write_text(_calls(range(3)))
        (folder / other).write_text(_calls(range(3) if is_same else range(3, 6)))
        ran = spendmap(root, "capture", "--file", str(folder), "--as", "litellm_spendlogs")
        keys = [key for own in ledger_rows(root).values() for key in own if "odd-" in key]
        wanted = 3 if is_same or len(list(folder.iterdir())) == 1 else 6
        found = ran.faults() + ([last(ran)] if ran.code else [])
        found += [] if len(keys) == len(set(keys)) == wanted else [f"{len(keys)} rows of {wanted}"]
        shutil.move(folder / name, folder / "moved.jsonl")  # as when the other file system gives it back otherwise
        again = spendmap(root, "capture", "--file", str(folder), "--as", "litellm_spendlogs")
        after = [key for own in ledger_rows(root).values() for key in own if "odd-" in key]
        check = spendmap(root, "check")
        return (
            found
            + again.faults()
            + ([] if sorted(after) == sorted(keys) else [f"{len(after)} rows after a new name"])
            + ([f"check: {check.out[-300:]}"] if check.code else [])
        )

    return trial


def _declared(world: World) -> list[str]:
    """The register names a file as people type it; the disk has it as another system wrote it."""
    root = world.put_back()
    (root / "in" / unicodedata.normalize("NFD", "ä-calls.jsonl")).write_text(_calls(range(3)))
    (root / "register" / "odd.yaml").write_text(
        "sources:\n  - {id: odd, kind: litellm_spendlogs, location: in/ä-calls.jsonl, owner: Ada}\n"
    )
    found = spendmap(root, "register", "apply", str(root / "register")).faults()
    ran = spendmap(root, "capture")
    found += ran.faults()
    if ran.code == 0 and len([key for own in ledger_rows(root).values() for key in own if "odd-" in key]) != 3:
        found.append("the file is left out in silence")
    return found


def _folder(world: World) -> list[str]:
    root = world.put_back()
    spendmap(root, "capture")
    rows = ledger_rows(root)
    now = root.rename(root.parent / unicodedata.normalize("NFD", "Ähre"))
    found = follow(now, ("capture",))
    check = spendmap(now, "check")
    return found + differences(rows, ledger_rows(now)) + ([f"check: {check.out[-300:]}"] if check.code else [])


def _other(world: World) -> tuple[Path, Path]:
    """Two payers' workspaces in one folder; the second has other rows and words."""
    root = world.put_back()
    second = root.parent / "second"
    forked(lambda: _built(second))
    (second / "register" / "only.yaml").write_text("tools:\n  - {id: secret, name: Only of the second payer}\n")
    spendmap(second, "register", "apply", str(second / "register"))
    spendmap(second, "capture")
    return root, second


def _built(folder: Path) -> None:
    from company.acorn import build

    build(folder)


def _mixed(what: str) -> Callable[[World], list[str]]:
    """A file of one payer's workspace is put into the other's: nothing of it may be told as the other's own."""

    def trial(world: World) -> list[str]:
        root, second = _other(world)
        rows, said = ledger_rows(root), spendmap(root, "register", "export").out
        source, target = second / what, root / what
        if not source.exists():
            return []
        if source.is_dir():
            shutil.rmtree(target)
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
        found = []
        for args in (("register", "export"), ("map", "--json"), ("capture",), ("check",)):
            ran = spendmap(root, *args)
            found += ran.faults()
            if ran.code == 0 and "Only of the second payer" in ran.out:
                found.append(f"{args[0]} tells the other payer's register")
        if what in ("spendmap.db", "register.jsonl"):
            found += _put_away(root, target)
            now = spendmap(root, "register", "export")
            if now.code == 0:
                found += differences(said, now.out, "register")
        check = spendmap(root, "check")
        now_rows = ledger_rows(root) if check.code == 0 else rows  # else it is said
        lost = [key for name, own in rows.items() for key in own if key not in now_rows.get(name, ())]
        return found + ([f"{len(lost)} rows are lost in silence"] if lost else [])

    return trial


def _put_away(root: Path, file: Path) -> list[str]:
    """Do as the refusal says: move the file away, then run the command that it names."""
    refused = spendmap(root, "register", "show")
    if refused.code == 0:
        return refused.faults()
    if "move " not in refused.err or refused.next_step is None:
        return [f"register names no way on: {last(refused)}"]
    file.rename(file.with_name(f"{file.name}.of-another"))
    helped = spendmap(root, *refused.next_step)
    return helped.faults() + follow(root, ("register", "show"))


def _side_by_side(world: World) -> list[str]:
    root, second = _other(world)
    found = []
    said = {place: spendmap(place, "register", "export").out for place in (root, second)}
    for place in (root, second):
        for args in (("capture",), ("allocate",), ("backup", str(place.parent / f"{place.name}.tar"))):
            ran = spendmap(place, *args)
            found += ran.faults() + ([f"{args[0]}: {last(ran)}"] if ran.code else [])
    ran = spendmap(root, "restore", str(root.parent / "second.tar"), str(root))
    found += ran.faults() + ([] if ran.code else ["a restore over the other payer's workspace was not refused"])
    for place in (root, second):
        check = spendmap(place, "check")
        found += [f"check: {check.out[-300:]}"] if check.code else []
        found += differences(said[place], spendmap(place, "register", "export").out, str(place.name))
    return found

"""Damaged files of a workspace under every command: an error that names what is wrong, or the figures as they were.

Each trial: one file made missing, empty, short, garbage, one byte other, an older copy, or swapped with another of its
kind; then reading commands (answers equal to the undamaged firm's, or an error), `check` (1 where the figures stand
on the file), and one writing command with the map after it. Pages hold no file of rows against its hash: an answer that
differs over one that `check` names is printed, and no failure; one that nobody names is.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import READING, WRITING, words
from world import Clock, Ran, Table, World, map_figures, settled, spendmap


@dataclass(frozen=True)
class Kind:
    """Files of one kind. `is_declared`: people write them, so other content is another word, not damage."""

    name: str
    pattern: str
    is_declared: bool = False
    is_figures: bool = False


KINDS = (
    *(Kind(f"{table} rows", f"ledger/{table}/data/**/*.parquet", is_figures=True)
      for table in ("usage", "charge", "activity", "utilization", "allocation", "load", "price")),
    Kind("priced usage", "ledger/derived/usage_*/**/*.parquet", is_figures=True),
    Kind("wide prices", "ledger/derived/price_wide/*.parquet"),
    Kind("catalogue state", "ledger/charge/metadata/*.metadata.json"),
    Kind("catalogue lists", "ledger/charge/metadata/*.avro"),
    Kind("published file list", "ledger/manifest.json", is_figures=True),
    Kind("pointer", "rollups/CURRENT"),
    Kind("month roll-up", "rollups/*/month.parquet", is_figures=True),
    Kind("day roll-up", "rollups/*/day.parquet", is_figures=True),
    Kind("other roll-ups", "rollups/*/[cmns][uepo]*.parquet", is_figures=True),
    Kind("description", "rollups/*/meta.json"),
    Kind("value files", "rollups/*/value*/*.parquet"),
    Kind("value list", "rollups/*/value.json"),
    Kind("findings", "rollups/findings.json"),
    Kind("inventory", "rollups/inventory.json"),
    Kind("plays", "rollups/pla*.json"),
    Kind("price cache", "cache/*.parquet"),
    Kind("database", "spendmap.db"),
    Kind("journal", "register.jsonl"),
    Kind("key of people", ".principal-key"),
    Kind("mark of the key", ".principal-key.fingerprint"),
    Kind("identity", ".workspace-id"),
    Kind("settings", "spendmap.toml", is_declared=True),
    Kind("register files", "register/*.yaml", is_declared=True),
    Kind("rules", "rules/*.yaml", is_declared=True),
    Kind("source files", "in/*", is_declared=True),
)  # fmt: skip

READ = ("map", "explain", "sources", "reconcile", "economics", "splits", "findings", "card", "register show")
WRITE = ("capture", "allocate", "review", "value", "optimize", "maintain", "maintain --relocate", "backup")
Damage = Callable[[Path, Path | None, random.Random], bool]
"""Wrong a file, with an older copy or another of its kind at hand; False when that cannot be done to it."""


def _missing(file: Path, _other: Path | None, _chance: random.Random) -> bool:
    file.unlink()
    return True


def _emptied(file: Path, _other: Path | None, _chance: random.Random) -> bool:
    file.write_bytes(b"")
    return True


def _truncated(file: Path, _other: Path | None, _chance: random.Random) -> bool:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 2 // 3])
    return bool(content)


def _garbage(file: Path, _other: Path | None, chance: random.Random) -> bool:
    file.write_bytes(chance.randbytes(max(file.stat().st_size, 64)))
    return True


def _one_byte(file: Path, _other: Path | None, chance: random.Random) -> bool:
    content = bytearray(file.read_bytes())
    if not content:
        return False
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    return True


def _copied_over(file: Path, other: Path | None, _chance: random.Random) -> bool:
    if other is None or other.read_bytes() == file.read_bytes():
        return False
    shutil.copyfile(other, file)
    return True


def _swapped(file: Path, other: Path | None, _chance: random.Random) -> bool:
    if other is None or (content := other.read_bytes()) == file.read_bytes():
        return False
    shutil.copyfile(file, other)
    file.write_bytes(content)
    return True


DAMAGES: dict[str, Damage] = {
    "missing": _missing,
    "emptied": _emptied,
    "truncated": _truncated,
    "garbage": _garbage,
    "one byte": _one_byte,
    "older copy": _copied_over,
    "swapped": _swapped,
}


def run(world: World, clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("files: one file is damaged, then commands read and write")
    root = world.put_back()
    for args in (("capture",), ("allocate",), ("review",), ("value",), ("optimize",)):
        spendmap(root, *args)
    world.keep("newer")
    answers = {name: _answer(spendmap(root, *words(root, READING[name]))) for name in READ}
    for number, (kind, how) in enumerate(clock.within(_trials(seed, every))):
        chance = random.Random(f"{seed} {kind.name} {how}")
        writes = WRITE if every else [WRITE[number % len(WRITE)], "capture" if number % 2 else "allocate"]
        for name, faults in _trial(world, kind, how, chance, answers, writes):
            table.count(kind.name, how, [f"{name}: {fault}" for fault in faults])
    return table.show()


def _trials(seed: int, every: bool) -> Iterator[tuple[Kind, str]]:
    pairs = [(kind, how) for kind in KINDS for how in DAMAGES]
    if not every:
        random.Random(seed).shuffle(pairs)
    yield from pairs


def _trial(
    world: World, kind: Kind, how: str, chance: random.Random, answers: dict[str, Any], writes: Any
) -> Iterator[tuple[str, list[str]]]:
    file = _damaged(world, kind, how, chance)
    if file is None:
        return
    root, named = world.root, str(file.relative_to(world.root))
    other: list[str] = []
    for name in READ:
        ran = spendmap(root, *words(root, READING[name]))
        faults = ran.faults()
        if ran.code == 0 and not kind.is_declared and _answer(ran) != answers[name] and not _is_said(ran, file):
            other.append(name)
        yield f"{name} ({named})", faults
    check = spendmap(root, *words(root, READING["check"]))
    faults = check.faults()
    if other and check.code and _is_said(check, file):
        print(f"  {', '.join(other)}: another answer over {named}, which check names")
    elif other:
        faults.append(f"{', '.join(other)}: another answer, in silence")
    if kind.is_figures and check.code == 0:
        faults.append("holds, although the figures stand on this file")
    if kind.is_figures and check.code and not _is_said(check, file):
        faults.append("does not name the file")
    yield f"check ({named})", faults
    world.keep("damaged")
    for name in dict.fromkeys(writes):
        world.put_back("damaged")
        ran = spendmap(root, *words(root, WRITING[name]))
        faults = ran.faults()
        if ran.code == 0 and not kind.is_declared:
            got = map_figures(root)
            if isinstance(got, dict) and got != answers["map"]:
                check = spendmap(root, "check", "--json")
                if check.code == 0:
                    faults.append("another map after it, in silence")
        yield f"{name} ({named})", faults


def _damaged(world: World, kind: Kind, how: str, chance: random.Random) -> Path | None:
    """Put the firm back and wrong one file of the kind; None when this cannot be done to such a file."""
    root = world.put_back("newer")
    files = sorted(file for file in root.glob(kind.pattern) if file.is_file() and _is_in_force(root, file))
    if not files:
        return None
    file, other = chance.choice(files), None
    if how == "older copy" and kind.name == "pointer":
        return None  # that is the workspace as it was before it was published again: its map says of when it is
    if how == "older copy":
        older = world.folder / "built" / root.name / file.relative_to(root)
        other = older if older.is_file() else next(iter(_like(root, file, kind, chance)), None)
    elif how == "swapped":
        other = next(iter(_like(root, file, kind, chance)), None)
    return file if DAMAGES[how](file, other, chance) else None


def _is_in_force(root: Path, file: Path) -> bool:
    """Whether the version in force, or the published list, names the file: others are left over and read by nobody."""
    name = str(file.relative_to(root))
    if "/data/" in name:
        listed = json.loads((root / "ledger" / "manifest.json").read_bytes())
        return any(
            entry["path"] == name for table in listed.values() if isinstance(table, dict) for entry in table["files"]
        )
    version = (root / "rollups" / "CURRENT").read_text().strip()
    if name.startswith("ledger/derived/"):
        return "price_wide" in name or name in (root / "rollups" / version / "meta.json").read_text()
    return not name.startswith("rollups/") or "/" not in name.removeprefix("rollups/") or f"/{version}/" in name


def _like(root: Path, file: Path, kind: Kind, chance: random.Random) -> list[Path]:
    others = [each for each in sorted(root.glob(kind.pattern)) if each != file and each.is_file()]
    chance.shuffle(others)
    return others


def _is_said(ran: Ran, file: Path) -> bool:
    """Whether a command names the file, or the folder that is the file's version, or its table."""
    told = ran.out + ran.err
    names = {file.name, file.parent.name} | (
        {file.parts[file.parts.index("data") - 1]} if "data" in file.parts else set()
    )
    return any(name in told for name in names)


def _answer(ran: Ran) -> Any:
    if ran.code:
        return None
    try:
        return settled(json.loads(ran.out))
    except ValueError:
        return ran.out

"""The commands that campaigns interrupt, and those that come after."""

from __future__ import annotations

from pathlib import Path

WRITING: dict[str, tuple[str, ...]] = {
    "capture": ("capture",),
    "allocate": ("allocate",),
    "review": ("review",),
    "value": ("value",),
    "optimize": ("optimize",),
    "run": ("run",),
    "maintain": ("maintain",),
    "maintain --relocate": ("maintain", "--relocate"),
    "maintain --rotate-key": ("maintain", "--rotate-key"),
    "register apply": ("register", "apply", "{w}/register"),
    "register import": ("register", "import", "{beside}/inventory.csv", "--mapping", "{beside}/mapping.yaml"),
    "rules confirm": ("rules", "confirm", "WeWork Management LLC", "--not-ai", "--by", "ada"),
    "prices add": ("prices", "add", "openai/acorn-house-model/output", "3.00", "--by", "ada"),
    "prices refresh": ("prices", "refresh", "--file", "{beside}/newer.json", "--apply"),
    "decide": ("decide", "IT007:chatgpt", "accept", "--reason", "until May", "--until", "2099-05-01", "--by", "ada"),
    "backup": ("backup", "{beside}/one.tar"),
    "restore": ("restore", "{beside}/older.tar", "{beside}/again"),
    "restore --from-journal": ("restore", "--from-journal"),
}
"""Every command that writes, by its name. `{w}` is the workspace, `{beside}` the folder around it."""

READING: dict[str, tuple[str, ...]] = {
    "map": ("map", "--period", "all", "--json"),
    "check": ("check", "--json"),
    "explain": ("explain", "--json"),
    "findings": ("findings", "--json"),
    "sources": ("sources", "--json"),
    "reconcile": ("reconcile", "--json"),
    "economics": ("economics", "--json"),
    "splits": ("splits", "--json"),
    "card": ("card", "triage", "--json"),
    "register show": ("register", "show"),
}

NEXT: dict[str, tuple[str, ...]] = {
    "capture": WRITING["capture"],
    "allocate": WRITING["allocate"],
    "maintain --relocate": WRITING["maintain --relocate"],
    "maintain": WRITING["maintain"],
    "check": READING["check"],
    "map": READING["map"],
    "backup": ("backup", "{beside}/next.tar"),
}
"""What is tried after an interruption."""

ONCE = {"backup", "restore", "rules confirm", "prices add"}
"""Commands that refuse to do what is done already."""


def words(root: Path, args: tuple[str, ...]) -> tuple[str, ...]:
    """A command with its places filled in."""
    return tuple(word.replace("{w}", str(root)).replace("{beside}", str(root.parent)) for word in args)

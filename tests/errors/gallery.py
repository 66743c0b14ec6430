"""What can be wrong on a bad day, one entry each: what is damaged, the command that meets it, and the way out.

`way`: the command that the printed next step names, which must then work; where a person has to act (put a file back,
mend a line), `mend` does it. After either the command itself works, unless the way took its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Act = Callable[[Path], object]
"""Does something to a workspace in a folder."""


@dataclass(frozen=True)
class Entry:
    """One error.

    `command` and `way` are words after `spendmap`; `WORKSPACE` in them is the folder. `mend` None: the files are put
    back as they were. `is_done`: the way takes the place of the command, which stays refused.
    """

    name: str
    command: str
    damage: Act
    way: str | None = None
    mend: Act | None = None
    is_done: bool = False


def version(root: Path) -> Path:
    """Folder of the published version."""
    return root / "rollups" / (root / "rollups" / "CURRENT").read_text().strip()


def cut(name: str) -> Act:
    """Leaves the first third of a file."""
    return lambda root: _rewrite(found(root, name), lambda data: data[: len(data) // 3])


def emptied(name: str) -> Act:
    """Leaves nothing of a file."""
    return lambda root: found(root, name).write_bytes(b"")


def garbage(name: str) -> Act:
    """Bytes that are nothing."""
    return lambda root: put(found(root, name), bytes(range(256)) * 4)


def text(name: str, content: str) -> Act:
    """A file with this text."""
    return lambda root: put(found(root, name), content.encode("utf-8", "surrogatepass"))


def gone(name: str) -> Act:
    """No such file any more."""
    return lambda root: found(root, name).unlink()


def source(name: str, content: str | bytes) -> Act:
    """A file to capture, in `in/`."""
    data = content.encode() if isinstance(content, str) else content
    return lambda root: put(root / "in" / name, data)


def found(root: Path, name: str) -> Path:
    """A file of the workspace; `VERSION/` is the published version's folder."""
    return version(root) / name.removeprefix("VERSION/") if name.startswith("VERSION/") else root / name


def put(file: Path, data: bytes) -> None:
    """Write a file and its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def nothing(_: Path) -> None:
    """The workspace is whole."""


def _rewrite(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


LEDGER = "date,vendor,amount,currency,invoice\n2026-10-01,Anthropic PBC,10.00,USD,X-1\n"
CAPTURE = "capture --file WORKSPACE/in/a.csv --as ledger_csv"
APPLY = "register apply WORKSPACE/register"
DEEP = "[" * 100_000
RULE = "rules:\n  - {id: own, on: charge, when: {service_name: {regex: 'PATTERN'}}, then: {scope: not_ai}}\n"
BOMB = "a: &a [x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nprices: [{price_of: *b}]\n"
HALF = 'sources:\n  - {id: x, name: "\\ud800", kind: focus, location: x}\n'
MAPPED = text("in/m.yaml", "kind: {value: workflow_run}\n")
READS = (
    "map",
    "economics",
    "explain",
    "vendors",
    "drivers",
    "splits",
    "sources",
    "reconcile",
    "readiness",
    "card triage",
)

FIGURES: tuple[Entry, ...] = (
    *(Entry(f"figures-cut-{read.split()[0]}", read, cut("VERSION/month.parquet"), "allocate") for read in READS),
    Entry("figures-one-byte", "map", text("VERSION/month.parquet", "x"), "allocate"),
    Entry("figures-gone", "map", gone("VERSION/month.parquet"), "allocate"),
    Entry("figures-description-cut", "map", cut("VERSION/meta.json"), "allocate"),
    Entry("figures-description-other", "map", text("VERSION/meta.json", '{"currency": "\\ud800"}'), "allocate"),
    Entry("figures-description-deep", "map", text("VERSION/meta.json", DEEP), "allocate"),
    Entry("figures-pointer-to-nothing", "map", text("rollups/CURRENT", "gone"), "allocate"),
    Entry("figures-pointer-no-name", "map", text("rollups/CURRENT", "/"), "allocate"),
    Entry("figures-pointer-no-text", "map", garbage("rollups/CURRENT"), "allocate"),
)
"""What `spendmap allocate` makes again, whatever is wrong with it."""

STEP: tuple[Entry, ...] = (
    Entry("rules-bad-pattern", "allocate", text("rules/own.yaml", RULE.replace("PATTERN", "(("))),
    Entry("rules-not-yaml", "allocate", text("rules/own.yaml", "rules: [\n")),
    Entry("rules-alias", "allocate", text("rules/own.yaml", "a: &a [1]\nb: *a\n")),
)
"""What stops `spendmap allocate` until a person mends it."""

ENTRIES: tuple[Entry, ...] = (
    # what the steps publish beside the figures
    Entry("findings-cut", "findings", cut("rollups/findings.json"), "review"),
    Entry("findings-deep", "decide OV001:x done", text("rollups/findings.json", DEEP), "review", is_done=True),
    Entry("value-cut", "economics", cut("VERSION/value.json"), "value"),
    # the workspace's own files
    Entry("settings-not-toml", "map", text("spendmap.toml", 'name = "Acorn\n')),
    Entry("settings-not-text", "check", garbage("spendmap.toml")),
    Entry("settings-unknown-engine", "findings", text("spendmap.toml", 'engine = "abacus"\n')),
    Entry(
        "settings-spark-no-table",
        "serve",
        text("spendmap.toml", "spark = 5\n"),
        "map",
        text("spendmap.toml", "[spark]\n"),
        True,
    ),
    Entry("settings-gone", "backup WORKSPACE/b.tar", gone("spendmap.toml"), "init WORKSPACE/other", is_done=True),
    Entry("key-emptied", CAPTURE, emptied(".principal-key"), "maintain --rotate-key"),
    Entry("key-cut", CAPTURE, cut(".principal-key"), "maintain --rotate-key"),
    Entry("key-of-another", CAPTURE, text(".principal-key", "k" * 32)),
    Entry("database-garbage", "register show", garbage("spendmap.db"), "restore --from-journal"),
    Entry("database-cut", "register export", cut("spendmap.db"), "restore --from-journal"),
    Entry("database-emptied", CAPTURE, emptied("spendmap.db"), "restore --from-journal"),
    # the ledger
    Entry("list-cut", "maintain --relocate", cut("ledger/manifest.json")),
    Entry("list-deep", "maintain --relocate", text("ledger/manifest.json", DEEP)),
    Entry("note-damaged", CAPTURE, text("ledger/pending/x.json", "{"), mend=gone("ledger/pending/x.json")),
    # what people write
    Entry("register-not-yaml", APPLY, text("register/sources.yaml", "sources: [\n")),
    Entry("register-not-text", APPLY, garbage("register/sources.yaml")),
    Entry("register-deep", APPLY, text("register/sources.yaml", "a: " + "[" * 5_000)),
    Entry("register-alias", APPLY, text("register/sources.yaml", "a: &a [1]\nb: *a\n")),
    Entry("register-half-a-character", APPLY, text("register/sources.yaml", HALF)),
    Entry("prices-not-yaml", "prices show gpt", text("register/prices.yaml", "prices: [\n")),
    Entry("prices-not-text", "prices check", garbage("register/prices.yaml")),
    Entry("prices-deep", "prices show gpt", text("register/prices.yaml", "prices: " + DEEP)),
    Entry("prices-alias", "prices show gpt", text("register/prices.yaml", BOMB)),
    Entry(
        "catalogue-deep",
        "prices refresh --file WORKSPACE/in/data.json",
        text("in/data.json", DEEP),
        "prices refresh",
        is_done=True,
    ),
    # files that are captured, and archives
    Entry(
        "capture-nothing-there",
        "capture --file WORKSPACE/in/none.csv --as ledger_csv",
        nothing,
        mend=text("in/none.csv", LEDGER),
    ),
    Entry("capture-unknown-kind", "capture --file WORKSPACE/in/a.csv --as abacus", nothing, CAPTURE, is_done=True),
    Entry("capture-no-kind", "capture --file WORKSPACE/in/a.csv", nothing, "capture --kinds", is_done=True),
    Entry(
        "capture-unknown-setting", CAPTURE + " --set colour=red", nothing, CAPTURE + " --set currency=USD", is_done=True
    ),
    Entry(
        "mapping-bomb",
        "capture --file WORKSPACE/in/a.csv --as outcomes_csv --set mapping=WORKSPACE/in/m.yaml",
        text("in/m.yaml", BOMB),
        mend=MAPPED,
    ),
    Entry(
        "archive-garbage",
        "restore WORKSPACE/in/b.tar WORKSPACE/new",
        garbage("in/b.tar"),
        "backup WORKSPACE/in/b2.tar",
        is_done=True,
    ),
    Entry("archive-gone", "restore WORKSPACE/in/b.tar WORKSPACE/new", nothing, "backup WORKSPACE/in/b.tar"),
    # words
    Entry("period-unknown", "map --period 2026-13", nothing, "map --period 2026-10", is_done=True),
    Entry("use-case-unknown", "card nobody", nothing, "card --list", is_done=True),
    Entry(
        "supplier-not-said", "rules confirm 'OpenAI, LLC'", nothing, "rules confirm 'OpenAI, LLC' --ai", is_done=True
    ),
    Entry("init-twice", "init WORKSPACE", nothing, "--workspace WORKSPACE map", is_done=True),
    Entry("demo-elsewhere", "demo --dir WORKSPACE --no-serve", nothing, "map", is_done=True),
    Entry("scenario-unknown", "scenario --set colour=2", nothing, "scenario --set usage=2", is_done=True),
    Entry("explain-unknown", "explain vendor=nobody:x:y", nothing, "map", is_done=True),
)

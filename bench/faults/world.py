"""A small firm that every campaign wrongs: built once, put back in its place as often as asked, commands in children.

A command runs in a forked child, so that its imports are paid once and its faults end with it. Every copy lies in the
folder that the firm was built in: the ledger's catalogue names places on disk, and need not be told of a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY / "src")]
T = TypeVar("T")
SECONDS = 180  # a command that takes longer is taken for hung
VOLATILE = re.compile(
    r"^(version|generated_at|made_at|at|as_of|computed_at|published|priced_at|reviewed_at|run|checked_at)$"
)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{8,}(\+00:00|Z)?")
SHOWN_PARAMETERS = re.compile(r"\[(SQL|parameters):|\(Background on this error")


@dataclass(frozen=True)
class Ran:
    """What a command did. `code` is 137 when it was killed, 124 when it hung."""

    args: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def next_step(self) -> tuple[str, ...] | None:
        """The command that the last line names, ready to run; None when it names none that needs no answer."""
        lines = self.err.strip().splitlines()
        for said in re.findall(r"`(spendmap [^`]*)`", lines[-1] if lines else ""):
            words = tuple(said.split()[1:])
            if not any(word.isupper() or word in ("...",) for word in words):
                return words
        return None

    def faults(self) -> list[str]:
        """What no command may do, whatever befell it."""
        found = []
        if "Traceback (most recent call last)" in self.err:
            found.append(f"traceback: {self.err.strip().splitlines()[-1][:200]}")
        elif self.code not in (0, 137) and not _says_more(self):
            lines = self.err.strip().splitlines()
            found.append(f"exit {self.code} without a next step: {(lines or [''])[-1][:200]}")
        if SHOWN_PARAMETERS.search(self.err):
            found.append("prints a statement's parameters")
        if self.code == 124:
            found.append("hung")
        return found


def _says_more(ran: Ran) -> bool:
    """Exit 1 with an answer (`check`, `capture` with a refused file), or a last line that says what to do."""
    lines = ran.err.strip().splitlines()
    last = lines[-1].strip() if lines else ""
    is_answer = ran.args[0] == "check" or (ran.args[0] in ("capture", "run") and "refused" in ran.err)
    return last.startswith("->") or is_answer or "-> " in ran.err


@dataclass
class Table:
    """What was tried and what failed, by (what, command); printed as one table."""

    title: str
    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    failed: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def count(self, what: str, command: str, faults: Iterable[str]) -> None:
        """One trial and what was wrong with it."""
        key = (what, command)
        self.tried[key] = self.tried.get(key, 0) + 1
        if found := list(faults):
            self.failed.setdefault(key, []).append("; ".join(found))

    def show(self, shown: int = 3) -> int:
        """Print it; how many trials failed."""
        width = max([len(what) for what, _ in self.tried] + [20])
        print(f"\n{self.title}")
        print(f"{'what':{width}}  {'command':28} {'tried':>6} {'failed':>6}")
        for what, command in sorted(self.tried):
            failed = self.failed.get((what, command), [])
            print(f"{what:{width}}  {command:28} {self.tried[what, command]:>6} {len(failed):>6}")
            for line in failed[:shown]:
                print(f"    {line}")
        total = sum(map(len, self.failed.values()))
        print(f"{'all':{width}}  {'':28} {sum(self.tried.values()):>6} {total:>6}", flush=True)
        return total


class Clock:
    """The campaign's minutes: what does not fit is left out, and said."""

    def __init__(self, minutes: float) -> None:
        self.until = time.monotonic() + minutes * 60
        self.left_out = 0

    def within(self, trials: Iterable[T]) -> Iterable[T]:
        """The trials, as long as there is time."""
        for trial in trials:
            if time.monotonic() > self.until:
                self.left_out += 1
            else:
                yield trial
        if self.left_out:
            print(f"  {self.left_out} trials left out: no time")


def forked(work: Callable[[], T]) -> T:
    """What `work` gives in a child process, whose threads, patches and open files end with it."""
    with tempfile.TemporaryFile() as answer:
        if (child := os.fork()) == 0:
            status = 1
            try:
                pickle.dump(work(), answer)
                answer.flush()
                status = 0
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            os._exit(status)
        status = _ended(child)
        answer.seek(0)
        if status:
            raise RuntimeError(f"a helper of the campaign ended with {status}")
        return pickle.load(answer)  # type: ignore[no-any-return]  # noqa: S301


def _ended(child: int) -> int:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 124


def spendmap(root: Path, *args: str, wrong: Callable[[], None] | None = None) -> Ran:
    """Run one command on the workspace in `root`. `wrong` prepares its process: kills, refusals, another clock."""
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()  # a limit on the size of files must not silence the command
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        code = 1
        try:
            os.dup2(out_end, 1)
            os.dup2(err_end, 2)
            code = _run(root, args, wrong)
        finally:
            os._exit(code)
    os.close(out_end)
    os.close(err_end)
    with ThreadPoolExecutor(2) as readers:
        texts = [readers.submit(_read, end) for end in (out, err)]
        code = _ended(child)
    return Ran(args, 128 - code if code < 0 else code, *(text.result() for text in texts))


def _read(end: int) -> str:
    with os.fdopen(end, "rb") as stream:
        return stream.read().decode(errors="replace")


def _run(root: Path, args: tuple[str, ...], wrong: Callable[[], None] | None) -> int:
    from spendmap.cli import main

    code = 0
    try:
        os.chdir(root.parent)
        sys.argv = ["spendmap", "--wait", "0", "--workspace", str(root), *args]
        if wrong is not None:
            wrong()
        main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        code = 1
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code


class World:
    """A folder of its own with the firm in it, as it was built and as it is now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "now" / "w"
        warm()
        self.root.parent.mkdir(parents=True)
        forked(lambda: build(self.root))
        shutil.copytree(self.root.parent, folder / "built", symlinks=True)

    def put_back(self, kept: str = "built") -> Path:
        """The firm as it was when it was kept under that name."""
        shutil.rmtree(self.root.parent, ignore_errors=True)
        shutil.copytree(self.folder / kept, self.root.parent, symlinks=True)
        return self.root

    def keep(self, name: str) -> None:
        """Keep the firm as it is now."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.root.parent, self.folder / name, symlinks=True)


@cache
def warm() -> None:
    """Import what commands import, and read what is shipped, once for all children.

    Of the shipped prices only those of the firm's model are kept: thousands of others cost time and decide nothing.
    """
    from importlib import import_module

    for name in ("_strptime", "urllib.request", "genai_prices.types", "pyiceberg.io.pyarrow"):
        import_module(name)  # another user may not be allowed to read the installation

    from spendmap.allocation import rules, vendor_catalogue
    from spendmap.cli import COMMANDS
    from spendmap.pricing import book

    for module, _ in COMMANDS.values():
        import_module(module)
    for name in ("checks", "capture.run", "allocation.run", "process", "engine.backup", "reports.spend_map"):
        import_module(f"spendmap.{name}")
    os.environ["SPENDMAP_WAIT"] = "0"
    os.environ["TZ"] = "UTC"
    rows = [row for row in forked(book.shipped_rows) if row.key[0] == "openai" and row.key[1].startswith("gpt-4.1")]
    book.shipped_rows = lambda: list(rows)
    book.refreshed_rows = lambda file, taken: book.laid_over(rows, book.read_catalogue(file, taken), taken)
    for remembered in (vendor_catalogue.catalogue, rules.shipped_rules):
        remembered()


NEWER = [
    {
        "id": "openai",
        "name": "OpenAI",
        "api_pattern": "https://api\\.openai\\.com",
        "pricing_urls": ["https://openai.com/api/pricing/"],
        "models": [{"id": "gpt-9", "match": {"equals": "gpt-9"}, "prices": {"input_mtok": 1, "output_mtok": 2}}],
    }
]
MAPPING = """source: Town list
entities:
  - kind: use_case
    id: "town {No}"
    fields: {name: Title, owner: Owner}
"""


def build(root: Path) -> None:
    """Acorn with its steps run, then newer input files that nothing has read yet."""
    from company.acorn import PAYABLES, build, call
    from spendmap.engine.backup import backup
    from spendmap.process import run
    from spendmap.workspace import Workspace

    workspace = build(root)
    settings = root / "spendmap.toml"
    settings.write_text(settings.read_text() + "[duckdb]\nthreads = 1\n")
    run(Workspace.open(root))
    gateway = root / "in" / "gateway.jsonl"
    gateway.write_text(gateway.read_text() + call("r-4", 8, "gpt-4.1", 100_000, 0, 50_000, "triage") + "\n")
    (root / "in" / "payables.csv").write_text(PAYABLES + "2026-10-12,Quantum Copilots Ltd,70.00,Sales,Helper,INV-4\n")
    beside = root.parent
    backup(workspace, beside / "older.tar")
    (beside / "newer.json").write_text(json.dumps(NEWER))
    (beside / "inventory.csv").write_text("No,Title,Owner\n1,Meeting notes,Ben\n2,Lead scoring,Ada\n")
    (beside / "mapping.yaml").write_text(MAPPING)
    (root / "register" / "more.yaml").write_text("tools:\n  - {id: otter, name: Otter, owner: Ben}\n")


def map_figures(root: Path) -> Any:
    """What the map says, without the moments at which it was made; the error when it cannot be shown."""
    ran = spendmap(root, "map", "--period", "all", "--json")
    return settled(json.loads(ran.out)) if ran.code == 0 else f"exit {ran.code}: {ran.err.strip()[-300:]}"


def settled(document: Any) -> Any:
    """A document without names of versions and moments."""
    if isinstance(document, Mapping):
        return {key: settled(value) for key, value in document.items() if not VOLATILE.match(key)}
    if isinstance(document, list):
        return [settled(value) for value in document]
    return document


def ledger_rows(root: Path) -> dict[str, list[str]]:
    """Natural keys of every captured row, by table and source; a row that is there twice is named twice."""

    def read() -> dict[str, list[str]]:
        import pyarrow.parquet as pq

        from spendmap.checks import CAPTURED
        from spendmap.engine.store import Store
        from spendmap.workspace import Workspace

        store = Store(Workspace.open(root))
        found: dict[str, list[str]] = {}
        for table in CAPTURED:
            for file in store.files(table):
                keys = pq.read_table(file.path, columns=["natural_key"], partitioning=None)[0].to_pylist()
                found.setdefault(f"{table} of {(file.slice or ('',))[0]}", []).extend(keys)
        return {name: sorted(keys) for name, keys in found.items()}

    try:
        return forked(read)
    except RuntimeError as error:  # told above; the state is then none
        return {"cannot be read": [str(error)]}


def state(root: Path, *, whole: bool = True) -> dict[str, Any]:
    """All that a command may not lose or double: rows, figures, declarations, decisions, rules; do the laws hold.

    Args:
        whole: hold all laws, by the command; else those of rows and files, which cost a tenth.
    """
    findings = spendmap(root, "findings", "--json", "--state", "accepted")
    return {
        "rows": ledger_rows(root),
        "register": spendmap(root, "register", "export").out,
        "decided": settled(json.loads(findings.out)) if findings.code == 0 else findings.err,
        "declared": {
            str(file.relative_to(root)): MOMENT.sub("<moment>", file.read_text())
            for file in sorted(root.glob("r[eu]*/*.yaml"))
            if file.is_file()
        },
        "check": _checked(root) if whole else _cheaply_checked(root),
        "map": map_figures(root),
    }


def _checked(root: Path) -> Any:
    check = spendmap(root, "check", "--json")
    try:
        return check.code, [law["name"] + ": " + law["detail"] for law in _laws(check) if law["holds"] is False]
    except ValueError:
        return check.code, [check.err.strip()[-300:]]


def _cheaply_checked(root: Path) -> Any:
    def held() -> list[str]:
        from spendmap.checks import _Checks
        from spendmap.engine.duckdb import DuckDBEngine
        from spendmap.workspace import Workspace

        with DuckDBEngine({"threads": "1"}) as engine:
            checks = _Checks(Workspace.open(root), engine)
            found = {test.__name__: test() for test in (checks.l1, checks.l11)}
            return [f"{name}: {detail}" for name, (holds, detail) in found.items() if holds is False]

    try:
        return forked(held)
    except RuntimeError as error:  # told above
        return [str(error)]


def _laws(check: Ran) -> list[dict[str, Any]]:
    document = json.loads(check.out)
    found: list[dict[str, Any]] = document if isinstance(document, list) else document["laws"]
    return found


def differences(wanted: Any, got: Any, place: str = "") -> list[str]:
    """Where two states differ, the first few places."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        found = []
        for key in wanted.keys() | got.keys():
            found += differences(wanted.get(key), got.get(key), f"{place}.{key}" if place else str(key))
        return found[:4]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [
            each
            for at, (one, other) in enumerate(zip(wanted, got, strict=True))
            for each in differences(one, other, f"{place}[{at}]")
        ][:4]
    return [] if wanted == got else [f"{place}: {str(got)[:120]!r}, not {str(wanted)[:120]!r}"]

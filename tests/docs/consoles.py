"""Run the `console` blocks of a page and compare what they print with what the page shows.

The commands run in processes of their own, as a reader's do, or in this one (`run_here`), which spares each the
imports. A block's lines that begin with `$ ` are commands; the lines below are what is expected, in order. A line `...` stands
for any lines, `…` inside a line for any text, and spaces for any number of spaces. `<!-- file: PATH -->` before a block
writes it to that file; `<!-- exit: N -->` says that the block's last command ends with N.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from spendmap.cli import main

BLOCK = re.compile(r"(?:<!-- (file|exit): (\S+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Command:
    """One command and the lines expected of it."""

    text: str
    expected: list[str] = field(default_factory=list)
    exit_code: int = 0


@dataclass(frozen=True)
class File:
    """A file the page shows."""

    path: str
    content: str


def steps(page: str) -> Iterator[Command | File]:
    """What the page asks its reader to do, in order."""
    for mark, value, language, body in BLOCK.findall(page):
        if mark == "file":
            yield File(value, body)
        elif language == "console":
            commands: list[Command] = []
            for line in body.splitlines():
                if line.startswith("$ "):
                    commands.append(Command(line[2:]))
                else:
                    commands[-1].expected.append(line)
            if mark == "exit":
                commands[-1].exit_code = int(value)
            yield from commands


Runner = Callable[[list[str], Path], tuple[str, int]]  # words, folder -> what was printed, exit code
TERMINAL = {"COLUMNS": "112", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def follow(page: str, folder: Path, run: Runner | None = None) -> int:
    """Do what the page says, in `folder`; the number of commands that were run.

    Args:
        page: its Markdown.
        folder: an empty one.
        run: how a command is run; None = in a process of its own.

    Raises:
        AssertionError: a command ended otherwise, or printed something else.
    """
    here, done, run = folder, 0, run or run_apart
    for step in steps(page):
        if isinstance(step, File):
            file = folder / step.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step.content, encoding="utf-8")
            continue
        words = shlex.split(step.text)
        if words[0] == "cd":
            here = (here / words[1]).resolve()
            assert here.is_dir(), f"{step.text}: no such folder"
            continue
        assert words[0] == "spendmap", f"{step.text}: only spendmap and cd are run"
        printed, code = run(words[1:], here)
        done += 1
        assert code == step.exit_code, f"$ {step.text}\nended with {code}, not {step.exit_code}\n{printed}"
        missing = first_missing(step.expected, printed.splitlines())
        assert missing is None, f"$ {step.text}\nthe page expects: {missing}\nit printed:\n{printed}"
    return done


def run_here(words: list[str], here: Path) -> tuple[str, int]:
    """What a terminal would show, and the exit code, without a new process: the same entry, `main`."""
    shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.ExitStack() as undo:
        patch = undo.enter_context(pytest.MonkeyPatch.context())
        for name, value in TERMINAL.items():
            patch.setenv(name, value)
        patch.delenv("SPENDMAP_WORKSPACE", raising=False)
        patch.chdir(here)
        patch.setattr(sys, "argv", ["spendmap", *words])
        undo.enter_context(contextlib.redirect_stdout(shown))
        undo.enter_context(contextlib.redirect_stderr(shown))
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    assert isinstance(code, int), code
    return shown.buffer.getvalue().decode("utf-8"), code  # type: ignore[attr-defined]


def run_apart(words: list[str], here: Path, command: Sequence[str] = (), apart: Sequence[str] = ()) -> tuple[str, int]:
    """What a terminal would show, and the exit code.

    Args:
        command: the program; this interpreter's own when it is not given.
        apart: environment variables that the program does not see.
    """
    environment = {**os.environ, **TERMINAL}
    for name in ("SPENDMAP_WORKSPACE", *apart):
        environment.pop(name, None)
    done = subprocess.run(
        [*(command or (sys.executable, "-m", "spendmap")), *words],
        cwd=here,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode("utf-8"), done.returncode


def first_missing(expected: list[str], printed: list[str]) -> str | None:
    """The first expected line that is not there, in order; None when all are."""
    place, may_skip = 0, False
    for line in expected:
        if line == "...":
            may_skip = True
            continue
        wanted = pattern(line)
        while place < len(printed) and not wanted.fullmatch(printed[place].strip()):
            if not may_skip:
                return line
            place += 1
        if place == len(printed):
            return line
        place, may_skip = place + 1, False
    return None


def pattern(line: str) -> re.Pattern[str]:
    """A line of the page as what it stands for."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in line.strip().split("…")]
    return re.compile(r"\s*.*?\s*".join(parts))

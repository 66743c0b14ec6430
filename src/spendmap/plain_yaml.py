"""YAML that people write, read only after a look at what it would unfold to.

Refused before any tree is built: aliases (a few lines of them can unfold to gigabytes) and nesting beyond
`YAML_DEPTH_LIMIT`; and a file beyond a stated size, or that is not UTF-8 text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from spendmap.vocabulary.limits import SETTINGS_LIMIT, YAML_DEPTH_LIMIT, size_text

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MEND = "Fix the file and run the command again."

Refuse = Callable[[str, str], Exception]
"""Builds the caller's error from a message ("file:line: what") and a next step."""


def load_file(file: Path, refuse: Refuse) -> Any:
    """What a small file holds, in Python's types; None when it is empty.

    Raises:
        whatever `refuse` builds: unreadable, too large, not UTF-8, not YAML, an alias, nested too deeply.
    """
    try:
        if file.stat().st_size > SETTINGS_LIMIT:
            raise refuse(f"{file}: it is larger than {size_text(SETTINGS_LIMIT)}.", "Leave out what is not needed.")
        data = file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse(f"{file}: cannot be read: {reason}.", "Check the name and the permissions.") from error
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(f"{file}:{line}: not UTF-8 text.", "Save the file as UTF-8.") from error
    return load(text, str(file), refuse)


def load(text: str, name: str, refuse: Refuse) -> Any:
    """What a text holds, in Python's types; `name` is what errors call it. Raises as `load_file`."""
    try:
        refuse_unsafe(text, name, refuse)
        return yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise not_yaml(error, name, refuse) from error
    except (ValueError, OverflowError) as error:  # 2026-13-45 looks like a day to YAML
        raise refuse(f"{name}: a value cannot be read: {error}.", MEND) from error


def refuse_unsafe(text: str, name: str, refuse: Refuse) -> None:
    """Walk the events before any tree is built: an alias or a deep nest must not cost memory."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise refuse(f"{name}:{line}: `*{event.anchor}` is an alias.", "Write the value out; aliases are not read.")
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            depth += 1
            if depth > YAML_DEPTH_LIMIT:
                raise refuse(f"{name}:{line}: nested deeper than {YAML_DEPTH_LIMIT} levels.", "Write it flatter.")
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            depth -= 1


def not_yaml(error: yaml.YAMLError, name: str, refuse: Refuse) -> Exception:
    """The caller's error for what the parser says."""
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}" if mark is not None else name
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    return refuse(f"{where}: not YAML: {problem}.", MEND)

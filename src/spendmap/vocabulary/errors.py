"""Every error a person can meet, in one tree. What happened, where, and the next command; no secret and no address.

SpendmapError
├── UsageError                  wrong command line or setting (exit 2)
│   ├── WorkspaceNotFoundError
│   ├── UnknownKindError
│   └── SettingError
├── DataError                   the data says no (exit 1)
│   ├── SourceUnreadableError   a whole file refused
│   ├── TransformRefusedError   SQL outside the restricted dialect
│   ├── RegisterError           a register file that cannot be applied
│   │   ├── FieldsRefusedError  an edit whose fields do not hold
│   │   ├── EditConflictError   somebody else changed the same field meanwhile
│   │   └── LooksAlikeError     a new entity that looks like one there is
│   ├── VersionConflictError    a write over a version that is not the newest
│   ├── RuleError               a rule file that cannot be compiled
│   ├── PriceError              price book input or overlap
│   └── LawBrokenError
└── EngineError                 an engine is missing or failed
    └── DatabaseDamagedError    the workspace database cannot be read
"""

from __future__ import annotations

import errno
from pathlib import Path

from spendmap.vocabulary.masking import masked

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when nothing more can be written."""


class SpendmapError(Exception):
    """Base of all. `next_step` is what the person can do now; `exit_code` what the process returns."""

    exit_code = 1

    def __init__(self, message: str, *, next_step: str = "") -> None:
        self.message = masked(message, is_words=False)
        self.next_step = masked(next_step, is_words=False)
        super().__init__(f"{self.message} {self.next_step}".strip())


class UsageError(SpendmapError):
    """The command line or a setting is wrong."""

    exit_code = 2


class WorkspaceNotFoundError(UsageError):
    """No workspace here or above."""

    def __init__(self, looked_from: Path) -> None:
        self.looked_from = looked_from
        super().__init__(
            f"no workspace in {looked_from} or any folder above it.",
            next_step="Make one with `spendmap init DIR`, or name one with `--workspace DIR`.",
        )


class UnknownKindError(UsageError):
    """No connector reads this kind."""

    def __init__(self, kind: str, known: tuple[str, ...]) -> None:
        self.kind = kind
        self.known = known
        super().__init__(f"no connector reads {kind!r}.", next_step=f"Choose --as from: {', '.join(known)}.")


class SettingError(UsageError):
    """A `--set` name or value is not one the connector takes."""


class DataError(SpendmapError):
    """The data says no."""


class SourceUnreadableError(DataError):
    """A whole file is refused: it is not what it claims, or it cannot be read to its end."""

    def __init__(self, file: Path | str, reason: str, *, line: int | None = None, next_step: str = "") -> None:
        self.file = file
        self.reason = reason
        self.line = line
        where = f"{file}:{line}" if line is not None else str(file)
        super().__init__(f"{where}: {reason}", next_step=next_step)


class TransformRefusedError(DataError):
    """A transform's SQL holds something that is not exact or not portable."""


class RegisterError(DataError):
    """A register file cannot be applied; nothing of it was."""


class FieldsRefusedError(RegisterError):
    """An edit whose fields do not hold; nothing of it was kept. `fields`: field -> what is wrong with it."""

    def __init__(self, fields: dict[str, str], *, next_step: str = "Fix the fields named; nothing was kept.") -> None:
        self.fields = fields
        super().__init__(" ".join(f"{name}: {what}" for name, what in fields.items()), next_step=next_step)


class EditConflictError(RegisterError):
    """Somebody else changed the same field since it was read; nothing was kept.

    `conflicts`: field -> (yours, theirs, by whom, when), values as text and None where nothing is said.
    """

    def __init__(self, entity: str, conflicts: dict[str, tuple[str | None, str | None, str, str]]) -> None:
        self.conflicts = conflicts
        said = "; ".join(
            f"{name} is {theirs or 'withdrawn'!r} since {at} by {by}, you wrote {yours or 'nothing'!r}"
            for name, (yours, theirs, by, at) in conflicts.items()
        )
        step = "Read it again, then write what should hold."
        super().__init__(f"{entity} changed meanwhile: {said}.", next_step=step)


class VersionConflictError(DataError):
    """A write that names another version than there is; nothing was kept. `current` is the newest one."""

    def __init__(self, what: str, seen: int, current: int) -> None:
        self.seen, self.current = seen, current
        super().__init__(
            f"{what} is at version {current}, and the write names version {seen}.",
            next_step=f"Read it again, then write what should hold over version {current}.",
        )


class LooksAlikeError(RegisterError):
    """A new use case that looks like one there is. `alike`: id -> name of those, the likest first."""

    def __init__(self, name: str, alike: dict[str, str]) -> None:
        self.alike = alike
        others = " and ".join(f"{other!r} ({id_})" for id_, other in alike.items())
        step = "Use that one, or confirm that yours is another (confirm: true)."
        super().__init__(f"{name!r} looks like {others}.", next_step=step)


class RuleError(DataError):
    """A rule file cannot be compiled."""


class PriceError(DataError):
    """A price cannot enter the book."""


class LawBrokenError(DataError):
    """A law of the ledger does not hold."""


class EngineError(SpendmapError):
    """An engine is not installed or failed to run."""


class DatabaseDamagedError(EngineError):
    """The workspace database is no database, or a part of it cannot be read."""

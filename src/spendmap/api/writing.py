"""What every writing route needs: who writes, in which workspace, and how a refusal names its fields.

There is no login yet and the server answers to this machine only, so the actor is the person the system runs as.
Writes go to the register in the workspace database; it is opened per request, since writes are few and a kept
connection would outlive a restored database file.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header

from spendmap.api.models import Models
from spendmap.vocabulary.errors import VersionConflictError
from spendmap.workspace import Workspace

ANYBODY = "local"
"""The actor when the system does not say who runs the server."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. `theirs`, `by` and `at` say what somebody else wrote meanwhile (status 409)."""

    field: str
    message: str
    yours: str | None = None
    theirs: str | None = None
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class FieldProblem:
    """A problem document (RFC 9457) that names the fields it is about."""

    type: str
    title: str
    status: int
    detail: str
    next_step: str
    errors: list[FieldError]
    version: int | None = None  # the newest one, where the write named another or none


class FieldProblemError(Exception):
    """A write that was refused: nothing of it was kept. Answered as a `FieldProblem`."""

    def __init__(
        self,
        status: int,
        detail: str,
        next_step: str,
        errors: Sequence[FieldError] = (),
        *,
        version: int | None = None,
    ) -> None:
        self.status, self.detail, self.next_step, self.errors = status, detail, next_step, list(errors)
        self.version = version
        super().__init__(detail)


def actor() -> str:
    """Who writes, for the audit log: the login name, or "local"."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user id on this system
        return ANYBODY


def workspace_of(models: Models) -> Workspace:
    """The served workspace, with its settings as they are now."""
    return Workspace.open(models.workspace.root)


IfMatch = Annotated[str | None, Header(description="the version that is written over, in quotes, instead of `version`")]
_TAG = re.compile(r'"(\d{1,18})"')


@dataclass(frozen=True)
class Seen:
    """The version a write is over. `is_newest`: If-Match named it, so nothing at all may have changed since."""

    version: int
    is_newest: bool


def version_seen(version: int | None, if_match: str | None, what: str, current: int) -> Seen:
    """The version that a write names, in its body or in If-Match.

    Args:
        current: the newest version of `what`, to name in a refusal.
    Raises:
        FieldProblemError: 428 it names none; 412 If-Match is no version, or another than the body's.
    """
    again = f'Read it again, then write over version {current}: as `version`, or If-Match: "{current}".'
    if if_match is None:
        if version is None:
            raise FieldProblemError(428, f"a write to {what} names the version it is over.", again, version=current)
        return Seen(version, is_newest=False)
    found = _TAG.fullmatch(if_match.strip())
    if found is None or version not in {None, int(found[1])}:
        raise FieldProblemError(412, f"If-Match is not one version of {what} in quotes.", again, version=current)
    return Seen(int(found[1]), is_newest=True)


def version_refused(error: VersionConflictError, seen: Seen) -> FieldProblemError:
    """The answer to a write over a version that is not the newest."""
    status = 412 if seen.is_newest else 409
    return FieldProblemError(status, error.message, error.next_step, version=error.current)

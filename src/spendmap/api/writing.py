"""What every writing route needs: who writes, in which workspace, and how a refusal names its fields.

There is no login yet and the server answers to this machine only, so the actor is the person the system runs as.
Writes go to the register in the workspace database; it is opened per request, since writes are few and a kept
connection would outlive a restored database file.
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass

from spendmap.api.models import Models
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


class FieldProblemError(Exception):
    """A write that was refused: nothing of it was kept. Answered as a `FieldProblem`."""

    def __init__(self, status: int, detail: str, next_step: str, errors: Sequence[FieldError] = ()) -> None:
        self.status, self.detail, self.next_step, self.errors = status, detail, next_step, list(errors)
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

"""Sources people declared in the register, as capture reads them."""

from __future__ import annotations

from pathlib import Path

from spendmap.capture.run import Source
from spendmap.register import open_register
from spendmap.vocabulary.errors import RegisterError
from spendmap.workspace import Workspace


def declared_sources(workspace: Workspace) -> list[Source]:
    """Declared sources in order of declaration; locations are relative to the workspace.

    Raises:
        RegisterError: a declared source lacks its kind or its location.
    """
    found = []
    with open_register(workspace) as register:
        for source in register.sources():
            if not source.kind or not source.location:
                raise RegisterError(
                    f"source {source.id!r} states no {'kind' if not source.kind else 'location'}.",
                    next_step="Complete it in the register file, then `spendmap register apply`.",
                )
            found.append(
                Source(
                    name=source.id,
                    kind=source.kind,
                    location=(workspace.root / Path(source.location)).resolve(),
                    settings=source.settings,
                    owner=source.owner,
                    scope_note=source.scope,
                )
            )
    return found

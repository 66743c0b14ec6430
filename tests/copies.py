"""Copies of a built workspace: making one takes a fraction of a second, running the steps takes several."""

from __future__ import annotations

import shutil
from pathlib import Path

from spendmap.engine.store import Store
from spendmap.workspace import Workspace


def copy_of(built: Path, folder: Path) -> Path:
    """A copy to write to, in `folder`. (Its ledger's catalogue is told where it is now.)"""
    shutil.copytree(built, folder)
    store = Store(Workspace.open(folder))
    with store.lock(rebuilds=True):
        store.relocate()
    return folder

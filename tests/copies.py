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


class InPlace:
    """A built workspace that every test finds as it was, always in one place: its catalogue needs not be told anew."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._as_it_was = shutil.copytree(root, root.with_name(f"{root.name}-as-it-was"))

    def anew(self) -> Path:
        """The workspace as it was when this was made, to write to."""
        shutil.rmtree(self.root)
        return shutil.copytree(self._as_it_was, self.root)

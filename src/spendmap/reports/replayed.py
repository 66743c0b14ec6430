"""A period's money replayed, kept where it answers more than one question.

Reads the published version through `optimization`; writes nothing. What multiplies priced calls (usage, adoption,
prices, rates) is arithmetic over one and the same replay; another model or another length of the calls needs its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from spendmap.optimization.changes import Changes
from spendmap.optimization.replay import Replay, replay
from spendmap.pricing.lookup import load_deployments
from spendmap.reports.kept import kept
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace


def replayed_of(model: ReadModel, months: Sequence[str], changes: Changes) -> Replay:
    """The replay that `changes` is worked out over.

    Raises:
        UsageError: nothing is published; a model to be swapped was not called; a changed call has no price.
        SourceUnreadableError: the published version is damaged.
    """
    workspace = Workspace.open(model.root)
    if changes.swaps or changes.context != 1:
        return replay(workspace, months, changes)
    names = tuple(sorted(load_deployments(workspace.root).items()))
    key = ("replay", tuple(months), workspace.currency, names)
    return kept(model, key, lambda: replay(workspace, months, Changes()))

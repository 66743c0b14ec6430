"""A room for what is published: one version of the read model, written in one place and read in one way.

`rollups/<version>/` holds the month, day and customer roll-ups, the split and `meta.json`; the pointer `CURRENT` names
the version in force. Step 2 writes it (`published.writing`); every later step and every report reads it through
`Version` (`published.version`), with the column lists of `published.columns`. What the figures mean is left to them.
"""

from spendmap.published.meta import Meta, Splits
from spendmap.published.version import NO_VERSION, OpenVersion, Version, current_version, is_published

__all__ = ["NO_VERSION", "Meta", "OpenVersion", "Splits", "Version", "current_version", "is_published"]

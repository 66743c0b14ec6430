"""Fernhill, the sample company: thirteen months of source files in the vendors' own formats, and their truth.

Reads small tables of measured distributions and hand-written declarations (`data/`, `company/`); writes
source files, register, rules, the list of sources and `truth.json`. It imports nothing of the product, so
that its books are a second opinion: what the map must say is known without pricing, classifying or allocating.
"""

from spendmap.sample.generate import SEED, generate
from spendmap.sample.truth import Truth

__all__ = ["SEED", "Truth", "generate"]

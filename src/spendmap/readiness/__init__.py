"""READINESS: is each part of the AI spend ready to be audited, understood, governed and negotiated?

Reads the rules' facts of a period, the review's findings and the evidence grades of the published money; writes
nothing. Four areas by eight categories: each cell is a score from 0 to 4 from named tests, the tests passed, and the
proof that is missing with who can give it. Leaves to others: the pictures, and mending anything.
"""

from __future__ import annotations

from spendmap.readiness.areas import AREAS, TESTS
from spendmap.readiness.proof import Area, Cell, CellFacts, Missing, ProofTest
from spendmap.readiness.score import score_cells

__all__ = ["AREAS", "TESTS", "Area", "Cell", "CellFacts", "Missing", "ProofTest", "score_cells"]

"""How we know a figure: the five evidence grades, best first."""

from __future__ import annotations

from typing import Literal, get_args

Evidence = Literal["invoiced", "metered", "contracted", "estimated", "declared"]

EVIDENCE_GRADES: tuple[Evidence, ...] = get_args(Evidence)
"""Best evidence first: an invoice beats a meter, a meter beats a contract, a contract beats a guess."""

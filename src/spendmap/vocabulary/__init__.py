"""The words every other package speaks: money, periods, evidence, errors.

Reads nothing, writes nothing, imports the standard library only.
"""

from spendmap.vocabulary.errors import SpendmapError
from spendmap.vocabulary.evidence import EVIDENCE_GRADES, Evidence
from spendmap.vocabulary.money import COST_BASES, COSTS, MONEY_SCALE, UNIT, CostBasis, as_money, money_text
from spendmap.vocabulary.period import Period

__all__ = [
    "COSTS",
    "COST_BASES",
    "EVIDENCE_GRADES",
    "MONEY_SCALE",
    "UNIT",
    "CostBasis",
    "Evidence",
    "Period",
    "SpendmapError",
    "as_money",
    "money_text",
]

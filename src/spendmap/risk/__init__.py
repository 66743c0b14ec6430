"""STEP 3, review: what is wrong or unknown about the AI spend, with the money behind it.

Reads the register (as of the period's end), the published roll-ups and ledger files; writes the findings as
`rollups/findings.json` and people's decisions in the workspace database. It judges facts only: outcomes and
unit economics belong to the steps after it.
"""

from __future__ import annotations

from spendmap.risk.finding import KINDS, Finding, Kind, Stake, Subject
from spendmap.risk.states import STATES, Decision, State

__all__ = ["KINDS", "STATES", "Decision", "Finding", "Kind", "Stake", "State", "Subject"]

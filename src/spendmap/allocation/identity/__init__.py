"""A call is one call, whatever saw it (step 2, between pricing and grouping).

Reads the id columns of the captured `usage` of the months and their neighbours, and what sources declare to see of each
other; binds `call_twice`, `call_perhaps` and `identified` (the priced rows, each knowing what counts in its place).
Leaves the money of covered rows to the counting, and the repeated spans inside one trace to capture.
"""

from spendmap.allocation.identity.law import l14_calls
from spendmap.allocation.identity.overlap import overlap_tables
from spendmap.allocation.identity.step import identify, identify_again, sees_of

__all__ = ["identify", "identify_again", "l14_calls", "overlap_tables", "sees_of"]

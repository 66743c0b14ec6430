"""Count money once: the bill is the total, the meter says who carries it (stage of step 2).

Reads `attributed` (every money line with scope, category and owner) and the register's contracts; writes the tables
that `counted.sql` turns into the lines of `allocation`. Knows nothing of prices, rules or files.
The worked examples are docs/guides/counting.md; invariant: what a bill, export or payment says is counted, covered,
not AI or prepaid, each exactly once (law L13).
"""

from spendmap.allocation.counted.count import Counted, count_money

__all__ = ["Counted", "count_money"]

"""STEP 4, value: fully loaded cost by customer, plan, feature and use case, beside the outcomes it bought.

Reads the published roll-ups (month, customer, split), the `outcome` table and the register's plans and use cases;
writes `value-<run>/` and `value.json` into the published version. Leaves what is wrong to `risk`, what could be
otherwise to `optimization`, and the wording of answers to `reports`.
"""

from __future__ import annotations

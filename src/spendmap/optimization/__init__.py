"""STEP 5, optimize: what could be spent otherwise.

Reads the published rows of the steps before it. `optimize` works the plays of a period out (`plays`) and writes
`rollups/plays.json`; a scenario writes nothing. A scenario replays the real rows of a period
under changed inputs (`changes`), through the same pricing transform and the same rule of counting once
(`replay`), and says what moved, what it held fixed and how sure the answer is (`scenario`, `uncertainty`).
"""

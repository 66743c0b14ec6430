"""STEP 2, allocate: captured usage and money get a price, a scope, a category and an owner, and count once.

Reads the captured tables, the price book, the rules and the register; writes `allocation`, `price`, the
row-level pricing and the published roll-ups. It says nothing of risk or value: those steps come after.
"""

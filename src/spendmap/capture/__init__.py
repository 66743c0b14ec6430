"""STEP 1, capture: usage and money enter the ledger after their source, scope and owner are stated.

Reads source files; writes the captured tables, the `load` record and quarantine files. It prices and
judges nothing: that is `allocation`.
"""

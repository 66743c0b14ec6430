"""Birch, a small firm in which everything hard about counting happens once, and the truth about it.

The modules here use the standard library alone and know nothing of the product: each situation writes its input lines
and says, beside them, what a right map shows. `write(folder)` makes the files; `BOOKS` holds the truth.
"""

"""What is stored: every table and column with its type, unit and the standard it comes from.

Pure schema: no files, no engine. `TABLES` is the registry; the store, the transforms, the generated
reference and the edge mappings all read it.
"""

from spendmap.ledger.columns import Column
from spendmap.ledger.tables import METERS, TABLES, Table

__all__ = ["METERS", "TABLES", "Column", "Table"]

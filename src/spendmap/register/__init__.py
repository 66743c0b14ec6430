"""What people declare: departments, vendors, tools, agents, use cases, rates, sources, and who owns them.

Reads register YAML; writes the register in the workspace database, every field dated and every change logged, and its
journal beside it (`journal`: the lines; `journaled`: when they are written; `rebuild`: the database from them). Leaves
matching rows to declared keys to `allocation`. Importing this package loads neither SQLAlchemy nor Alembic;
`open_register` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spendmap.register.entities import Account, AuditEntry, Entity, Key, LabourRate, Source, Value, Vendor
from spendmap.register.published import Inventory, inventory_version, read_inventory

if TYPE_CHECKING:
    from spendmap.register.store import Register
    from spendmap.workspace import Workspace


def open_register(workspace: Workspace) -> Register:
    """The workspace's register, its tables brought up to date first. Close it, or use it in a `with`.

    Raises:
        SettingError: the workspace names a database that cannot be reached.
        RegisterError: the database was written by a newer version, or was lost and its journal knows more.
        EngineError: the database is damaged.
    """
    from spendmap.register.journaled import open_workspace_database
    from spendmap.register.store import Register

    return Register(open_workspace_database(workspace), workspace.rollups)


def ensure_inventory(workspace: Workspace) -> None:
    """Publish the inventory of a register that was written before inventories were published. Else a file check."""
    if inventory_version(workspace.rollups) == "none" and (workspace.database or workspace.database_file.is_file()):
        with open_register(workspace) as register:
            register.publish()


__all__ = [
    "Account",
    "AuditEntry",
    "Entity",
    "Inventory",
    "Key",
    "LabourRate",
    "Source",
    "Value",
    "Vendor",
    "ensure_inventory",
    "inventory_version",
    "open_register",
    "read_inventory",
]

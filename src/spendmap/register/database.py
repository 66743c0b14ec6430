"""Open the workspace database and bring the register's tables to the version this program knows.

Writes the schema (through Alembic, whose files are packaged beside this one) and nothing else. SQLite by
default, PostgreSQL by URL.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from spendmap.engine.database_errors import LOCK_SECONDS, say_plainly
from spendmap.vocabulary.errors import EngineError, RegisterError, SettingError

HEAD = "0002"
"""Revision the code below reads and writes; a test holds it to the newest file in `migrations/versions`."""

VERSION_TABLE = "register_version"


def open_database(url: str) -> Engine:
    """A connected engine with the register's tables in place.

    Raises:
        SettingError: the URL names no database this installation can reach.
        RegisterError: the database was written by a newer version.
        EngineError: the file is damaged. (So does every query that meets the damage later.)
    """
    try:
        sqlite = make_url(url).get_backend_name() == "sqlite"
        engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS} if sqlite else {})
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingError(
            f"the database {_shown(url)} cannot be opened: {error}.",
            next_step="Set `database` in spendmap.toml, or leave it out to use spendmap.db.",
        ) from error
    if sqlite:
        file = Path(make_url(url).database or "")
        if not file.parent.is_dir():
            raise SettingError(
                f"the database {_shown(url)} cannot be reached: there is no folder {file.parent}.",
                next_step="Check `database` in spendmap.toml, or make the folder.",
            )
        say_plainly(engine, file)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    try:
        _bring_up_to_date(engine)
    except OperationalError as error:
        engine.dispose()
        raise SettingError(
            f"the database {_shown(url)} cannot be reached: {error.orig}.",
            next_step="Check `database` in spendmap.toml and that the server runs.",
        ) from error
    except (SQLAlchemyError, EngineError):
        engine.dispose()
        raise
    return engine


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True) if "://" in url else repr(url)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` opens transactions, not the driver


def _on_begin(connection: Connection) -> None:
    # take the write lock at once: a reader that later writes could otherwise lose to another writer
    mode = "IMMEDIATE" if connection.get_execution_options().get("register_writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        engine.dispose()
        raise RegisterError(
            f"the register was written by a newer version (schema {version}, this one knows {HEAD}).",
            next_step="Install the newer version with `pip install --upgrade spendmap`.",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(resources.files("spendmap.register").joinpath("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(register_writes=True).begin() as connection:
        if _version(connection) != HEAD:  # another process may have been first
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)

"""A workspace is a folder: settings, what people declare, the ledger, and the published roll-ups.

```
acme/
├── spendmap.toml     currency, engine, database, memory
├── register/         YAML people edit (departments, use cases, tools, prices, ...)
├── rules/            YAML rules of the company, read before the shipped ones; splits.yaml: indirect cost
├── spendmap.db       register, audit log, catalogue of the ledger
├── register.jsonl    the register's changes and the decisions again, one a line, to rebuild the database from
├── ledger/           Iceberg tables (Parquet)
├── quarantine/       rows that could not be read, with file, line and reason
└── rollups/          what the pages read; CURRENT names the version in force
```
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spendmap.principal_key import make_key, read_key
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError, WorkspaceNotFoundError

SETTINGS_FILE = "spendmap.toml"
DATABASE_FILE = "spendmap.db"
JOURNAL_FILE = "register.jsonl"
IDENTITY_FILE = ".workspace-id"
ENGINES = ("duckdb", "spark")
DUCKDB_SETTINGS = {"memory_limit": "4GB", "threads": "2", "temp_directory": "cache/spill"}
"""What `[duckdb]` may say, each with an example: memory, processors, the folder for what does not fit into memory."""


@dataclass(frozen=True)
class Workspace:
    """One company's folder. `currency` is what the map is shown in unless another is asked for."""

    root: Path
    name: str
    currency: str
    engine_name: str = "duckdb"
    database: str = ""
    spark_master: str = "local[2]"
    spark: Mapping[str, str] = field(default_factory=dict)  # further settings, by Spark's own names
    duckdb: Mapping[str, str] = field(default_factory=dict)  # of DUCKDB_SETTINGS

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the register and the ledger's catalogue."""
        return self.database or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """The workspace's own database; not there when `database` names another."""
        return self.root / DATABASE_FILE

    @property
    def journal(self) -> Path:
        """The register's journal; only a workspace with a database of its own keeps one."""
        return self.root / JOURNAL_FILE

    @property
    def engine_settings(self) -> dict[str, str]:
        """Settings of DuckDB. What does not fit into memory lies in the workspace, unless the file says otherwise."""
        spill = self.root / self.duckdb.get("temp_directory", DUCKDB_SETTINGS["temp_directory"])
        return {**self.duckdb, "temp_directory": str(spill)}

    @property
    def ledger(self) -> Path:
        """Folder of the Iceberg tables."""
        return self.root / "ledger"

    @property
    def quarantine(self) -> Path:
        """Folder of refused rows, one JSON-lines file per load."""
        return self.root / "quarantine"

    @property
    def rollups(self) -> Path:
        """Folder of the published read model."""
        return self.root / "rollups"

    @property
    def principal_key(self) -> bytes:
        """Secret that keys the hashes of people's names; made with the workspace and never exported.

        Raises:
            UsageError: it is gone, empty, cut short, or another one than it was.
        """
        return read_key(self.root)

    @classmethod
    def create(cls, root: Path, currency: str = "USD", name: str | None = None) -> Workspace:
        """Make a new workspace in `root`, which may exist but must not be a workspace.

        Raises:
            UsageError: it is one already, or the currency is not a three-letter code.
        """
        root = _nameable(root.resolve())
        if not (len(currency) == 3 and currency.isalpha()):
            raise UsageError(f"{currency!r} is not a currency code.", next_step="Write three letters, such as USD.")
        settings = root / SETTINGS_FILE
        if settings.exists():
            raise UsageError(
                f"{root} is a workspace already.", next_step=f"Use it with `spendmap --workspace {root} map`."
            )
        for folder in (root, root / "register", root / "rules", root / "ledger", root / "quarantine", root / "rollups"):
            folder.mkdir(parents=True, exist_ok=True)
        make_key(root)
        identity_of(root)
        title = (name or root.name).replace('"', "'")
        settings.write_text(
            "# Settings of this workspace. `spendmap check` says whether they hold.\n"
            f'name = "{title}"\n'
            f'currency = "{currency.upper()}"\n'
            'engine = "duckdb"   # or "spark": the same digits, on a cluster\n',
            encoding="utf-8",
        )
        return cls.open(root)

    @classmethod
    def open(cls, root: Path) -> Workspace:
        """The workspace in exactly this folder.

        Raises:
            WorkspaceNotFoundError: no settings file there.
            UsageError: the settings file cannot be read or names something unknown.
        """
        root = root.resolve()
        file = root / SETTINGS_FILE
        if not file.is_file():
            raise WorkspaceNotFoundError(root)
        _nameable(root)
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file} is not readable TOML: {error}.", next_step="Fix the file, or put it back from a copy."
            ) from error
        if not isinstance(spark := settings.get("spark", {}), dict):
            raise UsageError(f"{file}: `spark` is no table.", next_step="Write its settings under a line `[spark]`.")
        engine = settings.get("engine", "duckdb")
        if engine not in ENGINES:
            raise UsageError(f"{file}: engine {engine!r} is unknown.", next_step=f"Choose {' or '.join(ENGINES)}.")
        return cls(
            root=root,
            name=str(settings.get("name", root.name)),
            currency=str(settings.get("currency", "USD")).upper(),
            engine_name=engine,
            database=str(settings.get("database", "")),
            spark_master=str(settings.get("spark_master", "local[2]")),
            spark={str(key): str(value) for key, value in spark.items()},
            duckdb=_duckdb_settings(settings.get("duckdb", {}), file),
        )

    @classmethod
    def find(cls, start: Path | None = None) -> Workspace:
        """The workspace named by `start` or SPENDMAP_WORKSPACE, else the nearest one upwards from here.

        Raises:
            WorkspaceNotFoundError: there is none.
        """
        named = start or (Path(env) if (env := os.environ.get("SPENDMAP_WORKSPACE")) else None)
        if named is not None:
            return cls.open(named)
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls.open(folder)
        raise WorkspaceNotFoundError(here)


def _nameable(root: Path) -> Path:
    """The folder, unless the ledger's catalogue cannot name it: it drops what follows `#` or `?`."""
    if found := sorted(set("#?") & set(str(root))):
        raise UsageError(
            f"the folder {root} has a {found[0]!r} in its name, which the ledger's catalogue cannot hold.",
            next_step="Rename it, then run `spendmap maintain --relocate` there.",
        )
    return root


def _duckdb_settings(said: object, file: Path) -> dict[str, str]:
    """The table `[duckdb]`, refused where DuckDB would stumble over it in the middle of a run."""
    found = {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {"": str(said)}
    if unknown := sorted(set(found) - set(DUCKDB_SETTINGS)):
        raise UsageError(
            f"{file}: [duckdb] has no setting {unknown[0]!r}.",
            next_step=f"Choose {', '.join(sorted(DUCKDB_SETTINGS))}.",
        )
    if not re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)?\s*[KMGT]i?B", found.get("memory_limit", "1GB"), re.IGNORECASE):
        raise UsageError(
            f"{file}: memory_limit {found['memory_limit']!r} is no amount of memory.", next_step='Write it as "4GB".'
        )
    if not re.fullmatch(r"[1-9][0-9]{0,3}", found.get("threads", "1")):
        raise UsageError(f"{file}: threads is {found['threads']!r}.", next_step="Write a whole number, such as 2.")
    return found


def identity_of(root: Path) -> str:
    """What tells this workspace from every other, whatever folder it lies in; made when it has none yet.

    Raises:
        SourceUnreadableError: the file holds something else.
    """
    file = root / IDENTITY_FILE
    if not file.is_file():
        draft = root / f"{IDENTITY_FILE}.{secrets.token_hex(4)}"
        draft.write_text(secrets.token_hex(16), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another process was first
            file.hardlink_to(draft)
        draft.unlink()
    content = file.read_bytes()
    if not content.isascii():
        raise SourceUnreadableError(
            file,
            "it is no mark of a workspace.",
            next_step=f"Put it back from a copy, or write into it what line 1 of {JOURNAL_FILE} calls workspace.",
        )
    return content.decode().strip()

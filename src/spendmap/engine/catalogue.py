"""The ledger's Iceberg tables as the workspace database names them: made, upgraded, opened where they lie.

A slice is source x billing month (of the allocation: a billing month); it is what a table's files are cut by.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog.sql import IcebergTables
from pyiceberg.expressions import And, BooleanExpression, EqualTo, In, Or
from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table as IcebergTable
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    IcebergType,
    LongType,
    MapType,
    NestedField,
    StringType,
    TimestampType,
)
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from spendmap.engine.arrow import arrow_schema
from spendmap.engine.database_errors import LOCK_SECONDS, say_plainly, told_plainly
from spendmap.engine.read_once import ReadOnce, local_path
from spendmap.ledger import TABLES
from spendmap.ledger.columns import Type
from spendmap.vocabulary.errors import EngineError
from spendmap.workspace import Workspace

NAMESPACE = "ledger"
DRAFTS = "drafts"  # tables that are made and not in force yet
SLICED = frozenset(name for name, table in TABLES.items() if "billing_month" in table.names)
SETTINGS = {
    "commit.retry.num-retries": "4",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "8",  # a scan reads every list of files: a year of captures would have 365
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}
MONEY, SHARE = DecimalType(28, 12), DecimalType(18, 12)
ICEBERG_TYPE: dict[Type, IcebergType] = {
    "text": StringType(),
    "money": MONEY,
    "unit_price": SHARE,
    "quantity": MONEY,
    "count": LongType(),
    "timestamp": TimestampType(),
    "date": DateType(),
    "flag": BooleanType(),
    "share": SHARE,
}
MONTHLY = frozenset({"allocation"})  # written whole months at a time, so that its files need not be one per source

Slice = tuple[str, str]  # source_name, billing_month


class Catalogue:
    """The tables of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.root = workspace.ledger
        self._made: set[str] = set()  # tables seen in the catalogue; one is only dropped to be made anew
        self._is_alone = False  # while this is the only writer, no other makes a table
        self._has_looked = False  # since it is

    @cached_property
    def catalog(self) -> ReadOnce:
        """The SQL catalogue in the workspace database."""
        try:
            catalog = ReadOnce(
                "spendmap",
                uri=self.workspace.database or f"{self.workspace.database_url}?timeout={LOCK_SECONDS}",
                warehouse=file_uri(self.root),
            )
            say_plainly(catalog.engine, self.workspace.database_file)
            catalog.create_namespace_if_not_exists(NAMESPACE)
        except DBAPIError as error:
            raise told_plainly(error, self.workspace.database_file) or error from error
        return catalog

    def iceberg(self, table: str) -> IcebergTable:
        """The Iceberg table, made on first use, else as it was made: `check` writes nothing."""
        return self._load((NAMESPACE, table)) if self.has(table) else self._make((NAMESPACE, table))

    def draft(self, table: str) -> IcebergTable:
        """A new empty table beside the one there is, to take its place with `put_in_place`."""
        self.catalog.create_namespace_if_not_exists(DRAFTS)
        return self._make((DRAFTS, table))

    def put_in_place(self, tables: Iterable[str]) -> None:
        """Give every table its draft, or forget it where it has none: all in one transaction of the database.

        The files of the old tables stay where they are.
        """
        wanted, kept = sorted(tables), self.catalog.name
        with Session(self.catalog.engine) as session, session.begin():
            stands = (IcebergTables.catalog_name == kept, IcebergTables.table_namespace == NAMESPACE)
            session.execute(delete(IcebergTables).where(*stands, IcebergTables.table_name.in_(wanted)))
            drafts = (IcebergTables.catalog_name == kept, IcebergTables.table_namespace == DRAFTS)
            session.execute(update(IcebergTables).where(*drafts).values(table_namespace=NAMESPACE))
        self._made.clear()
        self._has_looked = False

    def drop_drafts(self) -> None:
        """Forget the drafts of an attempt that was killed."""
        with Session(self.catalog.engine) as session, session.begin():
            drafts = (IcebergTables.catalog_name == self.catalog.name, IcebergTables.table_namespace == DRAFTS)
            session.execute(delete(IcebergTables).where(*drafts))

    def _make(self, name: tuple[str, str]) -> IcebergTable:
        schema, cut = _form(name[1])
        made = self.catalog.create_table(
            name,
            schema=schema,
            partition_spec=cut,
            location=file_uri(self.root / name[1]),
            properties={"format-version": "2", **SETTINGS},
        )
        self._made |= {name[1]} if name[0] == NAMESPACE else set()
        return made

    def for_writing(self, table: str) -> IcebergTable:
        """The table with the columns, settings and cut of today; a table that an earlier version made is changed."""
        loaded = self.iceberg(table)
        known = {field.name for field in loaded.schema().fields}
        missing = [field for field in arrow_schema(table) if field.name not in known]
        lacking = {name: value for name, value in SETTINGS.items() if loaded.properties.get(name) != value}
        cut = {field.name for field in loaded.spec().fields}  # cut by identity, a field has its column's name
        finer, coarser = cut - set(_slice_columns(table)), set(_slice_columns(table)) - cut
        if not (missing or lacking or finer or coarser):
            return loaded
        if missing:
            with loaded.update_schema() as change:
                change.union_by_name(pa.schema([*loaded.schema().as_arrow(), *missing]))
        if lacking:
            with loaded.transaction() as transaction:
                transaction.set_properties(lacking)
        if finer or coarser:  # an older version cut it otherwise, or died before it cut it
            with loaded.update_spec() as spec:
                for column in sorted(finer):
                    spec.remove_field(column)
                for column in _slice_columns(table):
                    if column in coarser:
                        spec.add_identity(column)
        return self._load((NAMESPACE, table))

    def has(self, table: str) -> bool:
        """Whether the table was made already. (Asking the catalogue for the table itself would read its files.)"""
        if not self._has_database:
            return False  # to ask would make it
        if table not in self._made and not (self._is_alone and self._has_looked):
            own = (IcebergTables.catalog_name == self.catalog.name, IcebergTables.table_namespace == NAMESPACE)
            with Session(self.catalog.engine) as session:
                self._made = set(session.scalars(select(IcebergTables.table_name).where(*own)))
            self._has_looked = True
        return table in self._made

    def _load(self, name: tuple[str, str]) -> IcebergTable:
        moved = EngineError(
            f"the workspace {self.workspace.root} was moved or copied, and the ledger's catalogue names its old place.",
            next_step="Run `spendmap maintain --relocate`.",
        )
        try:
            loaded = self.catalog.load_table(name)
        except FileNotFoundError as error:
            raise moved from error
        if loaded.location() != file_uri(self.root / name[1]):
            raise moved
        return loaded

    @property
    def _has_database(self) -> bool:
        return bool(self.workspace.database) or self.workspace.database_file.is_file()

    def stored(self, table: str) -> IcebergTable | None:
        """The Iceberg table as it is, None when there is none yet."""
        return self._load((NAMESPACE, table)) if self.has(table) else None


def file_uri(path: Path) -> str:
    """The form pyiceberg opens: a scheme and the path as it is (it does not decode percent signs)."""
    return f"file://{path}"


def _slice_columns(table: str) -> tuple[str, ...]:
    """The columns that a table's files are cut by."""
    if table not in SLICED:
        return ()
    return ("billing_month",) if table in MONTHLY else ("source_name", "billing_month")


@cache
def _form(table: str) -> tuple[Schema, PartitionSpec]:
    """The table's columns as Iceberg has them, and how its files are cut: made so, it needs no change after it."""
    fields = [
        NestedField(place, column.name, _iceberg_type(column.type, place), required=False)
        for place, column in enumerate(TABLES[table].columns, 1)
    ]
    numbers = {field.name: field.field_id for field in fields}
    cut = [
        PartitionField(numbers[column], PARTITION_FIELD_ID_START + place, IdentityTransform(), column)
        for place, column in enumerate(_slice_columns(table))
    ]
    return Schema(*fields), PartitionSpec(*cut)


def _iceberg_type(type_: Type, place: int) -> IcebergType:
    if type_ == "map":  # its key and value are columns of their own, with numbers that no other has
        return MapType(1000 + 2 * place, StringType(), 1001 + 2 * place, StringType(), value_required=False)
    return ICEBERG_TYPE[type_]


def rows_of(table: str, slices: set[Slice]) -> BooleanExpression:
    """Rows of exactly these slices of a table."""
    return _months_filter(slices) if table in MONTHLY else _slices_filter(slices)


def _months_filter(slices: set[Slice]) -> BooleanExpression:
    """Rows of exactly these months."""
    return In("billing_month", tuple(sorted({month for _, month in slices})))  # type: ignore[call-arg, arg-type]


def _slices_filter(slices: set[Slice]) -> BooleanExpression:
    """Rows of exactly these slices, grouped by month set so that the expression stays small."""
    by_source: dict[str, set[str]] = {}
    for source, month in slices:
        by_source.setdefault(source, set()).add(month)
    terms: list[BooleanExpression] = [
        And(EqualTo("source_name", source), In("billing_month", tuple(sorted(months))))  # type: ignore[call-arg, arg-type]
        for source, months in sorted(by_source.items())
    ]
    expression = terms[0]
    for term in terms[1:]:
        expression = Or(expression, term)
    return expression


__all__ = ["MONTHLY", "NAMESPACE", "SLICED", "Catalogue", "Slice", "file_uri", "local_path", "rows_of"]

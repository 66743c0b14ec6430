"""The register itself: read as of a day, write in one transaction, never lose what was said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.sql import Select

from spendmap.register.changes import Change, Span, Stored, set_value
from spendmap.register.codec import decode, encode, encode_segments
from spendmap.register.entities import AuditEntry, Entity, Key, LabourRate, Source, Value, Vendor
from spendmap.register.journal import alone
from spendmap.register.models import AuditRow, EntityRow, ValueRow
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.published import publish_inventory
from spendmap.register.schema import BY_TYPE
from spendmap.vocabulary.errors import RegisterError


class Register:
    """What a company declares. `at` is a UTC day (None = today); `known_at` a UTC moment (None = now)."""

    def __init__(self, engine: Engine, rollups: Path | None = None) -> None:
        self._engine = engine
        self._rollups = rollups  # where the inventory that pages read is published; None publishes nothing

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def types(self) -> tuple[str, ...]:
        """Kinds of entity the register can hold, in the order they are documented."""
        return tuple(BY_TYPE)

    def entities(
        self, entity_type: str, at: date | datetime | None = None, *, known_at: datetime | None = None
    ) -> list[Entity]:
        """Every entity of a kind with the values in force on a day, in the order of first declaration.

        Raises:
            RegisterError: there is no such kind.
        """
        _check_type(entity_type)
        day = _day(at)
        found: dict[str, Entity] = {}
        with self._engine.connect() as connection:
            for id_ in self._ids(connection, entity_type, known_at):
                found[id_] = Entity(entity_type, id_)
            for id_, value in self._values(connection, entity_type, None, known_at):
                if id_ in found and value.holds_at(day):
                    found[id_].fields[value.field] = value.value
        return list(found.values())

    def entity(
        self, entity_type: str, entity_id: str, at: date | datetime | None = None, *, known_at: datetime | None = None
    ) -> Entity | None:
        """One entity on a day, or None when it is not declared."""
        _check_type(entity_type)
        day = _day(at)
        with self._engine.connect() as connection:
            if entity_id not in self._ids(connection, entity_type, known_at, only=entity_id):
                return None
            values = [value for _, value in self._values(connection, entity_type, entity_id, known_at)]
        return Entity(entity_type, entity_id, {value.field: value.value for value in values if value.holds_at(day)})

    def values(self, entity_type: str, entity_id: str, *, known_at: datetime | None = None) -> list[Value]:
        """Every dated value of an entity, with evidence note and the moment it was recorded."""
        _check_type(entity_type)
        with self._engine.connect() as connection:
            return [value for _, value in self._values(connection, entity_type, entity_id, known_at)]

    def keys(self) -> list[Key]:
        """Every key, dated; the most specific first (most conditions), then by kind and id."""
        from spendmap.register.reading import keys_in

        return keys_in(self.dated(fields=("keys", "accounts")))  # the fields that hold keys: most values are not read

    def labour_rates(self) -> list[LabourRate]:
        """Every dated loaded rate."""
        from spendmap.register.reading import labour_rates_in

        return labour_rates_in(self.dated({"labour_rate"}))

    def vendors(self, at: date | datetime | None = None) -> list[Vendor]:
        """Declared vendors with the spellings and accounts in force on a day."""
        from spendmap.register.reading import vendor_of

        return [vendor_of(entity) for entity in self.entities("vendor", at)]

    def sources(self, at: date | datetime | None = None) -> list[Source]:
        """Declared sources as they stand on a day."""
        from spendmap.register.reading import source_of

        return [source_of(entity) for entity in self.entities("source", at)]

    def audit(
        self, entity_type: str | None = None, entity_id: str | None = None, *, limit: int = 1000
    ) -> list[AuditEntry]:
        """The newest changes first, at most `limit`."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        if entity_type is not None:
            _check_type(entity_type)
            query = query.where(AuditRow.entity_type == entity_type)
        if entity_id is not None:
            query = query.where(AuditRow.entity_id == entity_id)
        with self._engine.connect() as connection:
            return [_audit_entry(row) for row in connection.execute(query).mappings()]

    def version(self) -> int:
        """Number of the newest change; 0 before the first. It grows with every change and never goes back."""
        with self._engine.connect() as connection:
            return Writing(connection).version()

    def changed_since(self, version: int) -> set[tuple[str, str]]:
        """(type, id) of what changed after that version."""
        query = select(AuditRow.entity_type, AuditRow.entity_id).where(AuditRow.id > version).distinct()
        with self._engine.connect() as connection:
            return {(row[0], row[1]) for row in connection.execute(query)}

    def entity_version(self, entity_type: str, entity_id: str) -> int:
        """Number of the newest change of one entity; 0 when nothing was ever said of it."""
        with self._engine.connect() as connection:
            return Writing(connection).entity_version(entity_type, entity_id)

    def set_value(
        self,
        entity_type: str,
        entity_id: str,
        field: str,
        value: Any,
        *,
        actor: str,
        now: datetime,
        valid_from: date | None = None,
        valid_to: date | None = None,
        evidence: str | None = None,
        origin: str = "form",
    ) -> bool:
        """Lay one value over what is said of a field for a span of days; True when that changed anything.

        The value is taken as it is: a caller that lets people type checks it first.

        Raises:
            RegisterError: no such kind, entity or field, or an empty span.
        """
        _check_type(entity_type)
        if field not in BY_TYPE[entity_type].names:
            hint = did_you_mean(field, BY_TYPE[entity_type].names)
            raise RegisterError(
                f"{entity_type} has no field {field!r}.{hint}", next_step="`spendmap register show` lists them."
            )
        if valid_from is not None and valid_to is not None and valid_from >= valid_to:
            raise RegisterError(f"{field} would hold from {valid_from} to {valid_to}, which covers no day.")
        with self.writing() as session:
            known = session.stored().get((entity_type, entity_id))
            if known is None:
                raise RegisterError(
                    f"{entity_type} {entity_id!r} is not declared.",
                    next_step="Declare it with `spendmap register apply FILE`.",
                )
            before = known.get(field, ())
            after = set_value(before, (encode(value), valid_from, valid_to, evidence))
            if after == before:
                return False
            session.write(
                [Change("change", entity_type, entity_id, field, before, after, origin)], actor=actor, now=now
            )
        return True

    def stored(self) -> Stored:
        """Everything the register says now, as the export and the comparison with files need it."""
        with self._engine.connect() as connection:
            return Writing(connection).stored()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction; nothing of it is kept when the block raises. What it changed is then published."""
        with self._engine.execution_options(register_writes=True).begin() as connection:
            writing = Writing(connection)
            yield writing
        if writing.has_written:
            self.publish()

    def publish(self) -> None:
        """Publish the inventory that pages read without a database."""
        if self._rollups is not None:
            self._rollups.mkdir(parents=True, exist_ok=True)
            with alone(self._rollups):  # of two writers, the later to publish has read both edits
                publish_inventory(self.stored(), self._rollups)

    def dated(
        self, types: Iterable[str] | None = None, *, fields: Sequence[str] | None = None
    ) -> list[tuple[str, str, list[Value]]]:
        """(type, id, every dated value said of it now) of the kinds and fields named, or of all, in declared order."""
        found: list[tuple[str, str, list[Value]]] = []
        with self._engine.connect() as connection:
            for type_ in types or BY_TYPE:
                values: dict[str, list[Value]] = {id_: [] for id_ in self._ids(connection, type_, None)}
                for id_, value in self._values(connection, type_, None, None, fields):
                    if id_ in values:
                        values[id_].append(value)
                found.extend((type_, id_, own) for id_, own in values.items())
        return found

    @staticmethod
    def _ids(connection: Connection, type_: str, known_at: datetime | None, *, only: str | None = None) -> list[str]:
        query = select(EntityRow.entity_id).where(EntityRow.entity_type == type_)
        if only is not None:
            query = query.where(EntityRow.entity_id == only)
        query = _as_known(query, EntityRow, known_at).order_by(EntityRow.position, EntityRow.id)
        return list(connection.execute(query).scalars())

    @staticmethod
    def _values(
        connection: Connection,
        type_: str,
        id_: str | None,
        known_at: datetime | None,
        fields: Sequence[str] | None = None,
    ) -> Iterator[tuple[str, Value]]:
        columns = ValueRow.__table__.c
        query: Select[Any] = select(*(columns[name] for name in _READ)).where(ValueRow.entity_type == type_)
        if fields is not None:
            query = query.where(ValueRow.field.in_(fields))
        if id_ is not None:
            query = query.where(ValueRow.entity_id == id_)
        order = {name: place for place, name in enumerate(BY_TYPE[type_].names)}
        rows = [tuple(row) for row in connection.execute(_as_known(query, ValueRow, known_at))]
        rows.sort(key=lambda row: (order.get(row[0], len(order)), row[1] or date.min))
        for field, since, until, entity_id, value, evidence, recorded, superseded in rows:
            yield (
                entity_id,
                Value(
                    field,
                    decode(value),
                    since,
                    until,
                    evidence,
                    recorded.replace(tzinfo=UTC),
                    superseded and superseded.replace(tzinfo=UTC),
                ),
            )


_READ = (
    "field", "valid_from", "valid_to", "entity_id", "value", "evidence", "recorded_at", "superseded_at",
)  # fmt: skip


class Writing:
    """An open transaction on the register."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.has_written = False

    def stored(self) -> Stored:
        """Everything the register says now."""
        entities = self._connection.execute(
            select(EntityRow.entity_type, EntityRow.entity_id)
            .where(EntityRow.superseded_at.is_(None))
            .order_by(EntityRow.position, EntityRow.id)
        )
        found: dict[tuple[str, str], dict[str, list[Span]]] = {(row[0], row[1]): defaultdict(list) for row in entities}
        values = self._connection.execute(
            select(
                ValueRow.entity_type,
                ValueRow.entity_id,
                ValueRow.field,
                ValueRow.value,
                ValueRow.valid_from,
                ValueRow.valid_to,
                ValueRow.evidence,
            ).where(ValueRow.superseded_at.is_(None))
        )
        for kind, id_, field, value, valid_from, valid_to, evidence in values:
            if (kind, id_) in found:
                found[kind, id_][field].append((value, valid_from, valid_to, evidence))
        return {
            key: {name: tuple(sorted(spans, key=lambda span: span[1] or date.min)) for name, spans in fields.items()}
            for key, fields in found.items()
        }

    def spans(self, entity_type: str, entity_id: str) -> dict[str, tuple[Span, ...]] | None:
        """What is said of one entity now, field by field; None when it is not declared."""
        if not Register._ids(self._connection, entity_type, None, only=entity_id):
            return None
        found: dict[str, list[Span]] = defaultdict(list)
        for _, value in Register._values(self._connection, entity_type, entity_id, None):
            found[value.field].append((encode(value.value), value.valid_from, value.valid_to, value.evidence))
        return {name: tuple(spans) for name, spans in found.items()}

    def ids(self, entity_type: str) -> list[str]:
        """Every declared entity of a kind, in the order of declaration."""
        return Register._ids(self._connection, entity_type, None)

    def names(self, entity_type: str) -> dict[str, str]:
        """id -> newest name (the id where none is said) of every entity of a kind."""
        found = {id_: id_ for id_ in self.ids(entity_type)}
        query = select(ValueRow.entity_id, ValueRow.value).where(
            ValueRow.entity_type == entity_type, ValueRow.field == "name", ValueRow.superseded_at.is_(None)
        )
        for id_, value in self._connection.execute(query.order_by(ValueRow.valid_from)):
            if id_ in found:
                found[id_] = str(decode(value))
        return found

    def version(self) -> int:
        """Number of the newest change; 0 before the first."""
        return int(self._connection.execute(select(func.coalesce(func.max(AuditRow.id), 0))).scalar_one())

    def entity_version(self, entity_type: str, entity_id: str) -> int:
        """Number of the newest change of one entity; 0 when nothing was ever said of it."""
        query = select(func.coalesce(func.max(AuditRow.id), 0)).where(
            AuditRow.entity_type == entity_type, AuditRow.entity_id == entity_id
        )
        return int(self._connection.execute(query).scalar_one())

    def has_version(self, entity_type: str, entity_id: str, version: int) -> bool:
        """Whether the change of that number is one of the entity's."""
        query = select(AuditRow.id).where(
            AuditRow.entity_type == entity_type, AuditRow.entity_id == entity_id, AuditRow.id == version
        )
        return self._connection.execute(query).first() is not None

    def audit_since(self, entity_type: str, entity_id: str, version: int) -> list[AuditEntry]:
        """Changes of one entity after a version, oldest first."""
        query = select(AuditRow.__table__).where(
            AuditRow.entity_type == entity_type, AuditRow.entity_id == entity_id, AuditRow.id > version
        )
        return [_audit_entry(row) for row in self._connection.execute(query.order_by(AuditRow.id)).mappings()]

    def write(self, changes: Iterable[Change], *, actor: str, now: datetime) -> None:
        """Supersede what was, add what is, and log both. `now` is UTC."""
        self.write_told((change, actor, now) for change in changes)

    def write_told(self, told: Iterable[tuple[Change, str, datetime]]) -> None:
        """Write changes of several people and moments (UTC), in the order they were made."""
        entities: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)  # rows in force that wait to be added
        values: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        added: list[dict[str, Any]] = []
        valued: list[dict[str, Any]] = []
        audit: list[dict[str, Any]] = []
        position = self._connection.execute(text("SELECT COALESCE(MAX(position), 0) FROM register_entity")).scalar_one()
        for change, actor, now in told:
            moment = now.astimezone(UTC).replace(tzinfo=None)
            key = (change.entity_type, change.entity_id)
            who = {"entity_type": change.entity_type, "entity_id": change.entity_id}
            if change.action == "remove":
                for row in [*entities.pop(key, ()), *(row for rows in values.pop(key, {}).values() for row in rows)]:
                    row["superseded_at"] = moment
                self._supersede(EntityRow, who, moment)
                self._supersede(ValueRow, who, moment)
            elif change.field is None:
                position += 1
                added.append({**who, "position": position, "recorded_at": moment, "superseded_at": None})
                entities[key].append(added[-1])
            else:
                if change.before and (waiting := values[key].pop(change.field, [])):
                    for row in waiting:
                        row["superseded_at"] = moment
                elif change.before:
                    self._supersede(ValueRow, {**who, "field": change.field}, moment)
                for value, valid_from, valid_to, evidence in change.after:
                    valued.append(
                        {
                            **who,
                            "field": change.field,
                            "value": value,
                            "valid_from": valid_from,
                            "valid_to": valid_to,
                            "evidence": evidence,
                            "recorded_at": moment,
                            "superseded_at": None,
                        }
                    )
                    values[key][change.field].append(valued[-1])
            audit.append(
                {
                    **who,
                    "at": moment,
                    "actor": actor,
                    "action": change.action,
                    "field": change.field,
                    "before": encode_segments(change.before) if change.before else None,
                    "after": encode_segments(change.after) if change.after else None,
                    "origin": change.origin,
                }
            )
        for table, rows in ((EntityRow, added), (ValueRow, valued), (AuditRow, audit)):
            if rows:
                self._connection.execute(insert(table), rows)
        self.has_written |= bool(audit)

    def _supersede(self, table: type[EntityRow | ValueRow], where: dict[str, str], moment: datetime) -> None:
        query = update(table).where(table.superseded_at.is_(None)).values(superseded_at=moment)
        for name, value in where.items():
            query = query.where(getattr(table, name) == value)
        self._connection.execute(query)


def _as_known(query: Select[Any], table: type[EntityRow | ValueRow], known_at: datetime | None) -> Select[Any]:
    if known_at is None:
        return query.where(table.superseded_at.is_(None))
    moment = known_at.astimezone(UTC).replace(tzinfo=None)
    return query.where(table.recorded_at <= moment, (table.superseded_at.is_(None)) | (table.superseded_at > moment))


def _check_type(type_: str) -> None:
    if type_ not in BY_TYPE:
        raise RegisterError(
            f"the register has no kind {type_!r}.{did_you_mean(type_, BY_TYPE)}",
            next_step=f"Kinds: {listed(BY_TYPE, 40)}.",
        )


def _day(at: date | datetime | None) -> date:
    if at is None:
        return datetime.now(UTC).date()
    if isinstance(at, datetime):
        return at.astimezone(UTC).date()
    return at


def _audit_entry(row: Any) -> AuditEntry:
    return AuditEntry(
        at=row["at"].replace(tzinfo=UTC),
        actor=row["actor"],
        action=row["action"],
        entity_type=row["entity_type"],
        entity_id=row["entity_id"],
        field=row["field"],
        before=None if row["before"] is None else decode(row["before"]),
        after=None if row["after"] is None else decode(row["after"]),
        origin=row["origin"],
    )

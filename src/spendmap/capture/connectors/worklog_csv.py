"""Human work from a timesheet or tracking tool: one row per piece of work, into `activity`.

Reads one delimited file. Persons become keyed hashes; their names are neither stored nor shown of a refused row.
Invariant: a row has a day and a time that is not negative, or it is refused. A kind of work that nobody knows is loaded
under its own name and asked about; the decimal sign is one decision per file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import plain_decimal, to_ledger, written_amount
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.headers import Aliases
from spendmap.capture.mapped_csv import FILE_SETTINGS, MappedCsv, Row, Understood, column_settings, given_evidence
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.masking import shown
from spendmap.vocabulary.work import kind_of_work

ALIASES: Aliases = {
    "date": ("date", "day", "work date", "started", "start", "logged on", "spent on"),
    "person": ("person", "employee", "user", "worker", "author", "agent", "annotator", "reviewer", "name", "email"),
    "role": ("role", "job", "job title", "position", "function"),
    "kind": ("kind", "activity", "activity kind", "activity type", "type", "work type", "category", "task type"),
    "minutes": ("minutes", "mins", "min", "time minutes", "minutes spent", "duration minutes"),
    "hours": ("hours", "hrs", "hours spent", "time hours", "duration hours"),
    "seconds": ("seconds", "time spent seconds", "duration seconds", "lead time"),
    "time": ("time", "time spent", "duration", "effort"),
    "workflow": ("workflow", "process", "queue"),
    "use_case": ("use case", "usecase", "project", "product"),
    "subject": ("subject id", "subject", "ticket", "ticket id", "task", "task id", "issue", "issue key", "case", "id"),
    "department": ("department", "department name", "dept", "team"),
}
_TIMES = ("minutes", "hours", "seconds", "time")
_UNITS: dict[str, Decimal] = {"minutes": Decimal(1), "hours": Decimal(60)}  # minutes per unit; seconds divide
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
_WORDS = re.compile(r"(?:(\d{1,5})\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,6})\s*m(?:in(?:ute)?s?)?)?", re.IGNORECASE)


@dataclass(frozen=True)
class WorklogCsvConnector:
    """Reads human work. Evidence is `declared` unless a tracking tool measured it."""

    kind: str = "worklog_csv"
    title: str = "human work: review, annotation, support (CSV)"
    table: str = "activity"
    extent: Extent = "file"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".tsv")
    settings: tuple[Setting, ...] = (
        Setting("unit", "unit of a time column whose name does not say it; minutes, hours or seconds"),
        Setting("evidence", "declared (a timesheet) or metered (a tracking tool)", default="declared"),
        *column_settings(ALIASES),
        *FILE_SETTINGS,
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one worklog to its end.

        Raises:
            SourceUnreadableError: no date, kind of work or time can be found, or the unit of time is unknown.
            SettingError: a setting's value is not understood.
        """
        log = _Worklog(file, context)
        yield from log.csv.batches("activity", log.understand)


class _Worklog:
    def __init__(self, file: Path, context: ReadContext) -> None:
        self.context = context
        self.evidence = given_evidence(context) or "declared"
        if self.evidence not in ("declared", "metered"):
            raise SettingError(
                f"evidence {self.evidence!r} does not fit work.",
                next_step="Write `--set evidence=declared` or metered.",
            )
        self.csv = MappedCsv(
            file,
            context,
            what="a worklog",
            aliases=ALIASES,
            required=("date", "kind"),
            dates=("date",),
            numbers=_TIMES,
            hidden=("person", "subject"),
            own_calendar=True,
        )
        self.time_field, self.unit = self._time(file, context.settings.get("unit", ""))

    def _time(self, file: Path, given: str) -> tuple[str, str | None]:
        """The field that holds the time and its unit; `None` when only clock times ("1:30") can be read."""
        if given and given not in ("minutes", "hours", "seconds"):
            raise SettingError(f"unit {given!r} is not known.", next_step="Write minutes, hours or seconds.")
        for name in ("minutes", "hours", "seconds", "time"):
            if name not in self.csv.columns:
                continue
            if name != "time":
                return name, given or name
            if not given and not self._is_spelled_out(name):
                raise SourceUnreadableError(
                    file,
                    "its column of time does not say in which unit it is.",
                    line=1,
                    next_step="Say it with `--set unit=minutes` or `--set unit=hours`.",
                )
            return name, given or None
        self.csv.columns.require("a worklog", {"minutes": ("minutes", "hours", "time spent", "duration")})
        raise AssertionError("unreachable: require refused the file")

    def _is_spelled_out(self, name: str) -> bool:
        index = self.csv.columns.found[name]
        texts = (fields[index].strip() for chunk in self.csv.source.chunks() for fields in chunk.rows)
        return not any(re.fullmatch(r"[0-9.,]+", text) for text in texts)

    def _number(self, text: str) -> Decimal:
        """A plain number of the unit, in the file's decimal sign; nobody works 1,000 hours at one piece of work."""
        return self.csv.amount(text, None) if self.unit != "hours" else written_amount(text, self.csv.decimal)

    def understand(self, row: Row) -> Understood:
        """Ledger columns of one piece of work.

        Raises:
            ValueError: no readable date or time.
        """
        started = self.csv.dates.read(row.needed("date"))
        minutes = minutes_worked(row.needed(self.time_field), self.unit, self._number)
        values = {
            "charge_period_start": started,
            "activity_kind": kind_of_work(row.text("kind")),
            "role": row.optional("role"),
            "principal_id": self.context.hash_principal(row.text("person")),
            "subject": row.optional("subject"),
            "workflow": row.optional("workflow"),
            "use_case": row.optional("use_case"),
            "department_name": row.optional("department"),
            "minutes": minutes,
            "evidence": self.evidence,
        }
        return values, tuple(values.values())


def minutes_worked(text: str, unit: str | None, number: Callable[[str], Decimal] = plain_decimal) -> Decimal:
    """Minutes of "90", "1:30" (hours and minutes), "01:30:00" or "1h 30m", rounded half-even to 12 places.

    Args:
        unit: of a plain number: minutes, hours or seconds; `None` refuses plain numbers.
        number: how a plain number is read.
    Raises:
        ValueError: not a time, or negative.
    """
    if match := _CLOCK.fullmatch(text):
        minutes = Decimal(int(match[1]) * 60 + int(match[2]))
        return to_ledger(EXACT.add(minutes, EXACT.divide(Decimal(int(match[3] or 0)), Decimal(60))))
    if (match := _WORDS.fullmatch(text)) and (match[1] or match[2]):
        return to_ledger(Decimal(int(match[1] or 0) * 60 + int(match[2] or 0)))
    if text.startswith("-"):
        raise ValueError(f"the time {shown(text)} is negative")
    value = number(text)
    if unit is None:
        raise ValueError(f"the time {shown(text)} has no unit; say `--set unit=minutes`")
    if value < 0:
        raise ValueError(f"the time {shown(text)} is negative")
    if unit == "seconds":
        return to_ledger(EXACT.divide(value, Decimal(60)))
    return to_ledger(EXACT.multiply(value, _UNITS[unit]))


CONNECTOR = WorklogCsvConnector()

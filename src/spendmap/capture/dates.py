"""Dates as files write them, read to UTC without a zone.

Pure. "03/04/2026" is decided over the whole column or by `--set date_format`, never row by row: a wrong guess moves
money to another month and nothing looks broken.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from spendmap.capture.month_names import is_weekday, month_number
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.masking import shown
from spendmap.vocabulary.period import month_add

Order = Literal["dmy", "mdy"]
Decision = Literal["dmy", "mdy", "ambiguous", "mixed", "free"]

_YEARS = range(1970, 2200)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119; other five-digit numbers are not taken for dates
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of the 1900 date system, its leap-year error allowed for
_CACHE_SIZE = 50_000
_LONGEST = 60  # characters of a date; "mercredi 29 septembre 2026 14:05:33 -07:00" has 42
_NAME = r"(?P<m>[^\W\d_]{3,12})\.?"
_ZONE = r"(?:\ ?(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Z]{3,4}))?"
_HOUR = r"(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\ ?(?:[AaPp][Mm])?)(?:\ (?:Uhr|h))?"
_TIME = rf"(?:(?:[T ,]+|\ (?:at|um|à|a\ las)\ ){_HOUR}{_ZONE})?"
_NUMERIC = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[/.\-])\ ?(?P<b>\d{{1,2}})(?P=sep)\ ?(?P<y>\d{{4}}|\d{{2}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[/.\-](?P<a>\d{{1,2}})[/.\-](?P<b>\d{{1,2}}){_TIME}")
_DAY_NAMED = re.compile(
    r"(?P<a>\d{1,2})(?:\.|er|st|nd|rd|th|º|°)?[-/ ]*(?:de |of )?"
    rf"{_NAME}(?:[-/, ]+|\ ?(?:de|del)\ )?(?P<y>\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    rf"{_NAME}[-/ ]+(?P<a>\d{{1,2}})(?:st|nd|rd|th)?(?:[-/, ]+|,)(?P<y>\d{{4}}){_TIME}", re.IGNORECASE
)
_YEAR_NAMED = re.compile(rf"(?P<y>\d{{4}})[-/. ]{_NAME}[-/. ](?P<a>\d{{1,2}}){_TIME}", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"(?:le |el |den |the )?(?P<w>[^\W\d_]{2,12})[.,]?,? +(?:the |le |el |den )?(?=\S*\d|[^\W\d_]{3,12}\.? \d)",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<a>\d{2})(?P<b>\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\ ?([AaPp][Mm])?")
_NAMED_ORDERS: dict[str, Order | Literal["iso"]] = {
    "dmy": "dmy",
    "dd/mm/yyyy": "dmy",
    "dd/mm/yy": "dmy",
    "dd-mm-yyyy": "dmy",
    "d/m/yyyy": "dmy",
    "mdy": "mdy",
    "mm/dd/yyyy": "mdy",
    "mm/dd/yy": "mdy",
    "mm-dd-yyyy": "mdy",
    "m/d/yyyy": "mdy",
    "iso": "iso",
    "ymd": "iso",
    "yyyy-mm-dd": "iso",
}


class DateReader:
    """Reads the dates of one column.

    Args:
        order: how to read day and month when both are numbers; `None` refuses such dates.
        pattern: a `strptime` pattern that the dates follow; of other forms only the ISO one is then read.
        own_calendar: a time with an offset keeps the date it states (books: 31 October 18:30 -07:00 is October);
            else it is the instant in UTC (logs).
    """

    def __init__(self, order: Order | None = None, pattern: str | None = None, *, own_calendar: bool = False) -> None:
        self.order = order
        self.pattern = pattern
        self.own_calendar = own_calendar
        self._cache: dict[str, datetime] = {}

    def read(self, text: str) -> datetime:
        """The instant, without a zone; a date alone is its midnight, a clock without an offset is taken as it is.

        Raises:
            ValueError: not a date, or one whose day and month cannot be told apart; the text is the reason.
        """
        found = self._cache.get(text)
        if found is None:
            found = self._parse(text.strip()).replace(tzinfo=None)
            if found.year not in _YEARS:
                raise ValueError(f"{shown(text)} is outside the years {_YEARS.start} to {_YEARS.stop - 1}")
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[text] = found
        return found

    def _parse(self, text: str) -> datetime:
        if len(text) > _LONGEST:
            raise ValueError(f"{shown(text)} is not a date")
        if self.pattern is not None:
            try:
                return self._zoned(datetime.strptime(text, self.pattern))  # noqa: DTZ007 - _zoned gives it its zone
            except (ValueError, OverflowError) as error:
                if not _ISO.match(text) or "%Y-%d" in self.pattern:
                    raise ValueError(f"{shown(text)} is not a date of the form {self.pattern}") from error
        try:
            return self._by_form(text)
        except _OrderUnknownError:
            raise
        except (ValueError, OverflowError) as error:
            bare = without_weekday(
                text
            )  # after the other forms: "Mar 3, 2026" is in March, "Mar, 03.03.2026" a Tuesday
            if bare == text:
                raise ValueError(f"{shown(text)} is not a date") from error
            return self._parse(bare)

    def _by_form(self, text: str) -> datetime:
        if _ISO.match(text):
            try:
                return self._zoned(datetime.fromisoformat(text))
            except ValueError:
                pass  # a form that only looks like it ("2026-10-31 18:30 UTC"), tried below
        if match := _YEAR_FIRST.fullmatch(text):
            return self._at(match, int(match["y"]), int(match["a"]), int(match["b"]))
        if match := _NUMERIC.fullmatch(text):
            first, second, year = int(match["a"]), int(match["b"]), _full_year(match["y"])
            if match["sep"] == "." or (self.order == "dmy"):
                return self._at(match, year, second, first)
            if self.order == "mdy":
                return self._at(match, year, first, second)
            raise _OrderUnknownError(f"{shown(text)} can be day/month or month/day; say `--set date_format=dd/mm/yyyy`")
        for form in (_DAY_NAMED, _MONTH_NAMED, _YEAR_NAMED):
            match = form.fullmatch(text)
            if match and (month := month_number(match["m"])):
                return self._at(match, _full_year(match["y"]), month, int(match["a"]))
        if match := _COMPACT.fullmatch(text):
            return datetime(int(match["y"]), int(match["a"]), int(match["b"]), tzinfo=UTC)
        if _SERIAL.fullmatch(text) and int(text[:5]) in _EXCEL_DAYS:
            return _EXCEL_EPOCH + timedelta(days=int(text[:5]))
        raise ValueError(text)

    def _at(self, match: re.Match[str], year: int, month: int, day: int) -> datetime:
        moment = _at(match, year, month, day)
        zone = match["zone"]
        if not zone or self.own_calendar or zone in ("Z", "UTC", "GMT"):
            return moment
        if not zone[1:2].isdigit():
            raise ValueError(zone)
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return moment - offset if zone[0] == "+" else moment + offset

    def _zoned(self, moment: datetime) -> datetime:
        if moment.tzinfo is None or self.own_calendar:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)

    def month(self, text: str) -> str:
        """The month, "YYYY-MM", of "2026-10", "202610", "10/2026", "Oct 2026", "Oct-26" or of any date.

        Raises:
            ValueError: none of these.
        """
        bare = text.strip()
        if match := re.fullmatch(r"(\d{4})[-/.]?(0[1-9]|1[0-2])", bare):
            return f"{match[1]}-{match[2]}"
        if match := re.fullmatch(r"(0?[1-9]|1[0-2])[-/.](\d{4})", bare):
            return f"{match[2]}-{int(match[1]):02d}"
        match = re.fullmatch(r"([^\W\d_]{3,12})\.?(?:[-/ ]+|\ (?:de|del)\ )'?(\d{4}|\d{2})", bare)
        if match and (month := month_number(match[1])):
            return f"{_full_year(match[2]):04d}-{month:02d}"
        return f"{self.read(text):%Y-%m}"


class DateSurvey:
    """Day first or month first? Seen over the whole column: a number above 12 settles it for all."""

    def __init__(self) -> None:
        self._day_first = self._month_first = self._unclear = False
        self._starts: dict[Order, bool] = {"dmy": True, "mdy": True}
        self._saw_start = False

    def see(self, text: str) -> None:
        """Take one date of the file into account."""
        pair = _day_and_month(text)
        if pair is None:
            return
        first, second = pair
        self._day_first |= first > 12 >= second
        self._month_first |= second > 12 >= first
        self._unclear |= first <= 12 and second <= 12 and first != second

    def see_month_start(self, text: str) -> None:
        """Take into account a date that is a month's first day by its nature (a billing period's bounds)."""
        self.see(text)
        pair = _day_and_month(text)
        if pair is not None:
            self._saw_start = True
            self._starts["dmy"] &= pair[0] == 1
            self._starts["mdy"] &= pair[1] == 1

    @property
    def decision(self) -> Decision:
        """`free`: no date depends on the order."""
        if self._day_first and self._month_first:
            return "mixed"
        if self._day_first or self._month_first:
            return "dmy" if self._day_first else "mdy"
        if not self._unclear:
            return "free"
        if self._saw_start and self._starts["dmy"] != self._starts["mdy"]:
            return "dmy" if self._starts["dmy"] else "mdy"
        return "ambiguous"


class _OrderUnknownError(ValueError):
    """Day and month cannot be told apart."""


def without_weekday(text: str) -> str:
    """The date without the weekday before it ("Friday, April 29, 2022")."""
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and is_weekday(match["w"]) else text


def date_reader_for(setting: str, *, own_calendar: bool = False) -> DateReader | None:
    """The reader a `--set date_format=` asks for; `None` when it is not given.

    Raises:
        SettingError: no known order and no `strptime` pattern.
    """
    if not setting:
        return None
    if "%" in setting:
        return DateReader(pattern=setting, own_calendar=own_calendar)
    order = _NAMED_ORDERS.get(setting.strip().lower())
    if order is None:
        raise SettingError(
            f"date_format {setting!r} is not known.",
            next_step="Write dd/mm/yyyy, mm/dd/yyyy, yyyy-mm-dd or a pattern such as %d.%m.%Y.",
        )
    return DateReader(None if order == "iso" else order, own_calendar=own_calendar)


@lru_cache(maxsize=2_400)
def month_bounds(month: str) -> tuple[datetime, datetime]:
    """First instant of the month "YYYY-MM" and of the next one, UTC without a zone."""
    after = month_add(month, 1)
    return _first_of(month), _first_of(after)


def _first_of(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=UTC).replace(tzinfo=None)


def _day_and_month(text: str) -> tuple[int, int] | None:
    match = _NUMERIC.fullmatch(without_weekday(text.strip())) if len(text) <= _LONGEST else None
    return (int(match["a"]), int(match["b"])) if match and match["sep"] != "." else None


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _at(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    clock = match["clock"]
    if not clock:
        return datetime(year, month, day, tzinfo=UTC)
    parts = _CLOCK.fullmatch(clock)
    if parts is None:
        raise ValueError(clock)
    hour = int(parts[1])
    if half := (parts[5] or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError(clock)
        hour = hour % 12 + (12 if half == "pm" else 0)
    micros = int((parts[4] or "").ljust(6, "0")[:6] or 0)
    return datetime(year, month, day, hour, int(parts[2]), int(parts[3] or 0), micros, tzinfo=UTC)

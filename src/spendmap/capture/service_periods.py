"""The days a line says it pays for: "API usage October", "Q3 2026", "Jan-Mar 2026", "01.01.2026 - 31.12.2026".

Pure: a text and the line's own date in, a half-open range of days out. English, German, French and Spanish. A bare
year is no period here, a single day neither; numbers of invoices and other identifiers are no dates.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from spendmap.capture.dates import Order, month_bounds
from spendmap.capture.invoice_numbers import without_mentions
from spendmap.capture.month_names import month_number
from spendmap.vocabulary.period import month_add

Period = tuple[datetime, datetime]
"""First day, and the day after the last one; midnights, UTC without a zone."""

AHEAD = timedelta(days=31)  # a month without a year begins at most so long after the line's date
_OLDEST, _FURTHEST, _LONGEST = timedelta(days=3 * 366), timedelta(days=366), timedelta(days=5 * 366)
_READ = 300  # characters of a text that are looked at
_EDGE = r"(?<![a-z0-9/_.#-])"
_END = r"(?![a-z0-9/_-]|\.\d)"
_TO = r"\s*(?:-|–|—|to|until|till|through|thru|bis|zum|au|jusqu'au|a|al|hasta|\.\.+)\s*(?:den |zum |the |le |el )?"
_YEAR = r"(?:19|20)\d\d"
_NAME = r"[a-z]{3,12}"
_OF = r"(?:\s+(?:de|del|of)\s+|[\s.,'/-]+|)"
_DAY = r"\d{1,2}(?:er|st|nd|rd|th|\.|º|°)?"
_ISO_RANGE = re.compile(
    rf"{_EDGE}({_YEAR})-?(\d\d)-?(\d\d)(?:[t ][\d:.]+z?)?(?:{_TO}|\s*/\s*)({_YEAR})-?(\d\d)-?(\d\d)(?![0-9])"
)
_NUMERIC_RANGE = re.compile(
    rf"{_EDGE}(\d{{1,2}})([./-])(\d{{1,2}})(?:\2({_YEAR}|\d\d)|\2?)(?!\d){_TO}(\d{{1,2}})\2(\d{{1,2}})\2({_YEAR}|\d\d)(?![0-9a-z])"
)
_DAYS_OF_MONTHS = re.compile(
    rf"{_EDGE}({_DAY})\s*(?:{_OF}({_NAME}))?{_OF}({_YEAR})?{_TO}({_DAY}){_OF}({_NAME}){_OF}({_YEAR})?(?![0-9a-z])"
)
_MONTHS_AND_DAYS = re.compile(
    rf"{_EDGE}({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+({_YEAR}))?{_TO}"
    rf"(?:({_NAME})\.?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+({_YEAR}))?(?![0-9a-z])"
)
_QUARTER = re.compile(
    rf"{_EDGE}(?:({_YEAR})[\s/-]*)?(?:q\s?([1-4])|t([1-4])(?=[\s/-]*{_YEAR})|([1-4])\.?(?:er|re|e|o|º|st|nd|rd|th)?\s+"
    rf"(?:quartal|quarter|trimestre))(?:[\s/'-]*(?:de |del )?({_YEAR}|\d\d(?!\d)))?{_END}"
)
_HALF = re.compile(rf"{_EDGE}(?:({_YEAR})[\s/-]*)?h([12])(?:[\s/'-]*({_YEAR}))?{_END}")
_NUMERIC_MONTHS = re.compile(
    rf"{_EDGE}(?:({_YEAR})[-/](0[1-9]|1[0-2])|(0?[1-9]|1[0-2])/({_YEAR})){_TO}"
    rf"(?:({_YEAR})[-/](0[1-9]|1[0-2])|(0?[1-9]|1[0-2])/({_YEAR}))(?![0-9a-z/-])"
)
_MONTH_SPAN = re.compile(
    rf"{_EDGE}({_NAME})\.?(?:{_OF}({_YEAR}|'?\d\d(?!\d)))?{_TO}({_NAME})\.?(?:{_OF}({_YEAR}|'?\d\d(?!\d)))?(?![0-9a-z])"
)
_NUMERIC_MONTH = re.compile(rf"{_EDGE}(?:({_YEAR})[-/](0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.]({_YEAR})){_END}")
_NAMED_MONTH = re.compile(rf"(?<![a-z0-9_#])({_NAME})\.?{_OF}({_YEAR}|'\d\d(?!\d))(?![0-9a-z])")
_SHORT_YEAR = re.compile(rf"(?<![a-z0-9_#])({_NAME})-(\d\d)(?![0-9a-z/-])")
_YEAR_NAMED = re.compile(rf"{_EDGE}({_YEAR})[\s-]+({_NAME})(?![a-z0-9])")
_UNTIL = re.compile(
    rf"{_EDGE}(?:(?P<renews>(?:auto(?:matically)?[- ]?)?(?:renews?|renewing|renewal)(?: date)?(?: on| at|:| is)*|next "
    r"(?:renewal|billing|charge|invoice|payment)(?: date)?(?: on| at|:| is)*|verlangert sich"
    r"(?: automatisch)?(?: am| zum)?|nachste "
    r"(?:verlangerung|abrechnung|zahlung)(?: am|:)*|renouvellement(?: le| au|:)*|prochain(?:e)? "
    r"(?:facturation|renouvellement)(?: le|:)*|se renueva(?: el)?|renovacion(?: el|:)*)|(?:valid|good|paid|prepaid|"
    r"licen[cs]ed?|licen[cs]es?|subscription|plan|access|term|seats?|runs?|laufzeit|gultig|bezahlt|lizenz|abo|abonnement|"
    r"valable|valido|suscripcion)(?: is| period)?:? (?:until|untill|till|through|thru|up to|to|bis(?: zum)?|jusqu'au|"
    r"hasta(?: el)?)|co-?term\w*(?: to| until| through| with (?:the )?(?:contract|term)(?: to| ending)?)|"
    r"(?:expires|expiry|expiration|ends|ending|lauft ab|endet|expire|vence)(?: date)?"
    r"(?: on| at| am| le| el|:)*)\s+"
)
_AHEAD_MONEY = re.compile(r"(?<![a-z])(?:credits?|top[- ]?up|guthaben|aufladung|balance|wallet|voucher|recharge|saldo)")
SHORTEST = timedelta(days=45)
_ISO_DAY = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)(?!\d)")
_NUMERIC_DAY = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2({_YEAR}|\d\d)(?![0-9a-z])")
_DAY_NAMED = re.compile(rf"({_DAY}){_OF}({_NAME})\.?{_OF}({_YEAR})(?![0-9a-z])")
_NAMED_DAY = re.compile(rf"({_NAME})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+({_YEAR})(?![0-9a-z])")
_WORD = re.compile(r"(?<![a-z0-9_#'-])([a-z]{3,12})(?![a-z0-9_'])")
_DAY_BEFORE = re.compile(r"(?<![a-z0-9])(?<![a-z][-_/])(?:[12]?\d|3[01])(?:er|st|nd|rd|th|\.)?\s*(?:de |of )?$")
_DAY_AFTER = re.compile(r"\.?\s+(?:[12]?\d|3[01])(?:st|nd|rd|th)?(?![a-z0-9])")
_WORDS_OF_USE = re.compile(
    r"usage|use|for|of|in|month|subscription|invoice|api|seats?|plan|fees?|billing|nutzung|fur|im|monat|abo|rechnung|pour|"
    r"mois|de|du|en|consommation|abonnement|mes|uso|consumo|suscripcion|cuota|service|services|charges?|business|team"
)
_AMBIGUOUS = "jan mar may march mars april avril abril june juin mai ago set dec august augusto"
_ALSO_WORDS = frozenset(_AMBIGUOUS.split())
"""Months that are also names, verbs or other words: read without a year only beside a word of use or alone."""


@lru_cache(maxsize=50_000)
def service_period(text: str, day: datetime, order: Order | None = "dmy") -> Period | None:
    """The days that `text` says a line of `day` pays for; `None` when it says none, or two that do not touch.

    A month or quarter without a year is the latest that begins by `day`, or within 31 days after it (paid ahead).
    `order`: how numeric dates with slashes read; `None` leaves those out.
    """
    bare = without_mentions(text[:_READ]) if text else ""
    if not bare.strip():
        return None
    for read in (_days, _numeric_days, _named_days, _up_to, _parts_of_a_year, _months):
        try:
            found = read(bare, day, order)
        except (ValueError, OverflowError):
            return None  # a 31 February: no date, so no period
        if found is not None:
            return found if _is_plausible(found, day) else None
    return None


def _is_plausible(period: Period, day: datetime) -> bool:
    start, end = period
    return start < end <= start + _LONGEST and day - _OLDEST <= start <= day + _FURTHEST


def _days(text: str, _day: datetime, _order: Order | None) -> Period | None:
    match = _ISO_RANGE.search(text)
    if match is None:
        return None
    numbers = [int(part) for part in match.groups()]
    return _through(_at(*numbers[:3]), _at(*numbers[3:]))


def _numeric_days(text: str, day: datetime, order: Order | None) -> Period | None:
    """A range of numbers. With slashes it is read in the file's order; where that makes no whole months and the other
    order does, a vendor abroad wrote it so."""
    match = _NUMERIC_RANGE.search(text)
    if match is None:
        return None
    if match[2] != "/":
        return _numbers(match, is_month_first=False)
    ways: list[Period] = []
    for is_month_first in (order == "mdy", order != "mdy"):
        with suppress(ValueError):
            found = _numbers(match, is_month_first=is_month_first)
            if _is_plausible(found, day):
                ways.append(found)
    whole = [each for each in ways if _is_whole_months(each)]
    if len(set(whole or ways)) == 1:
        return (whole or ways)[0]
    return ways[0] if ways and order is not None else None


def _is_whole_months(period: Period) -> bool:
    """Does it end on the day of the month on which it began? The 31st of a shorter month is its last."""
    start, end = period
    return start.day == end.day or (end + timedelta(days=1)).day == 1 == (start + timedelta(days=1)).day


def _numbers(match: re.Match[str], *, is_month_first: bool) -> Period:
    last_year = _year(match[7])
    first, last = (int(match[1]), int(match[3])), (int(match[5]), int(match[6]))
    if is_month_first:
        first, last = first[::-1], last[::-1]
    end = _at(last_year, last[1], last[0])
    start = _at(_year(match[4]) if match[4] else last_year, first[1], first[0])
    if start > end and not match[4]:
        start = start.replace(year=start.year - 1)
    return _through(start, end)


def _named_days(text: str, day: datetime, _order: Order | None) -> Period | None:
    for match in _DAYS_OF_MONTHS.finditer(text):
        first_day, first_name, first_year, last_day, last_name, last_year = match.groups()
        found = _named(first_name or last_name, first_day, first_year, last_name, last_day, last_year, day)
        if found:
            return found
    for match in _MONTHS_AND_DAYS.finditer(text):
        first_name, first_day, first_year, last_name, last_day, last_year = match.groups()
        found = _named(first_name, first_day, first_year, last_name or first_name, last_day, last_year, day)
        if found:
            return found
    return None


def _named(
    first_name: str,
    first_day: str,
    first_year: str | None,
    last_name: str,
    last_day: str,
    last_year: str | None,
    day: datetime,
) -> Period | None:
    first, last = month_number(first_name), month_number(last_name)
    if first is None or last is None:
        return None
    from_day, to_day = (int(re.sub(r"\D", "", text)) for text in (first_day, last_day))
    if last_year is None and first_year is None:
        start_year = _nearest(first, day)
    else:
        start_year = int(first_year or last_year or 0)
        if first_year is None and last < first:
            start_year -= 1
    end_year = int(last_year) if last_year else start_year + (last < first)
    return _through(_at(start_year, first, from_day), _at(end_year, last, to_day))


def _up_to(text: str, day: datetime, order: Order | None) -> Period | None:
    """From the line's day to a day or month that the text says it renews at, or is valid through.

    Whole months back from there where that is within a week of the line's day. Less than 45 days is a month's payment
    that says when the next one is due, and money bought ahead expires rather than is used by then.
    """
    match = _UNTIL.search(text)
    if match is None or _AHEAD_MONEY.search(text):
        return None
    end = _day_or_month(text[match.end() :], order, is_last=not match["renews"])
    if end is None or end < day + SHORTEST:
        return None
    for months in range(60, 0, -1):
        start = _months_before(end, months)
        if abs(start - day) <= timedelta(days=7):
            return start, end
    return day, end


def _months_before(end: datetime, months: int) -> datetime:
    first, last = month_bounds(month_add(f"{end.year:04d}-{end.month:02d}", -months))
    return min(first + timedelta(days=end.day - 1), last - timedelta(days=1))


def _day_or_month(text: str, order: Order | None, *, is_last: bool) -> datetime | None:
    """The day a text begins with, the day after it where it `is_last`; of a month its end."""
    if match := _ISO_DAY.match(text):
        found = _at(int(match[1]), int(match[2]), int(match[3]))
    elif match := _NUMERIC_DAY.match(text):
        one, other = int(match[1]), int(match[3])
        if match[2] == "/" and order is None and one <= 12 and other <= 12 and one != other:
            return None
        is_month_first = match[2] == "/" and (other > 12 or (order == "mdy" and one <= 12))
        found = _at(_year(match[4]), one if is_month_first else other, other if is_month_first else one)
    elif (match := _DAY_NAMED.match(text)) and (month := month_number(match[2])):
        found = _at(int(match[3]), month, int(re.sub(r"\D", "", match[1])))
    elif (match := _NAMED_DAY.match(text)) and (month := month_number(match[1])):
        found = _at(int(match[3]), month, int(match[2]))
    elif (match := _NAMED_MONTH.match(text)) and (month := month_number(match[1])):
        first, after = month_bounds(f"{_year(match[2]):04d}-{month:02d}")
        return after if is_last else first
    else:
        return None
    return found + timedelta(days=1) if is_last else found


def _parts_of_a_year(text: str, day: datetime, _order: Order | None) -> Period | None:
    for pattern, months in ((_QUARTER, 3), (_HALF, 6)):
        found = set()
        for match in pattern.finditer(text):
            groups = match.groups()
            number = int(next(part for part in groups[1:-1] if part))
            first = 1 + (number - 1) * months
            year = _year(groups[0] or groups[-1]) if groups[0] or groups[-1] else _nearest(first, day)
            found.add((f"{year:04d}-{first:02d}", months))
        if len(found) == 1:
            month, length = found.pop()
            return month_bounds(month)[0], month_bounds(month_add(month, length))[0]
        if found:
            return None
    return None


def _months(text: str, day: datetime, _order: Order | None) -> Period | None:
    if match := _NUMERIC_MONTHS.search(text):
        groups = match.groups()
        first, last = (f"{part[0] or part[3]}-{int(part[1] or part[2]):02d}" for part in (groups[:4], groups[4:]))
        return month_bounds(first)[0], month_bounds(last)[1]
    for match in _MONTH_SPAN.finditer(text):
        first_name, first_year, last_name, last_year = match.groups()
        one, other = month_number(first_name), month_number(last_name)
        if one is None or other is None:
            continue
        if last_year:
            end = _year(last_year)
            start = _year(first_year) if first_year else end - (one > other)
        else:
            start = _year(first_year) if first_year else _nearest(one, day)
            end = start + (one > other)
        return month_bounds(f"{start:04d}-{one:02d}")[0], month_bounds(f"{end:04d}-{other:02d}")[1]
    return _one_run(_single_months(text, day))


def _single_months(text: str, day: datetime) -> set[str]:
    """Every month the text names, "YYYY-MM"; one without a year is of the year that another of them states."""
    found: set[str] = set()
    left = text
    for match in _NUMERIC_MONTH.finditer(text):
        found.add(f"{match[1] or match[4]}-{int(match[2] or match[3]):02d}")
    for pattern, name, year in ((_YEAR_NAMED, 2, 1), (_NAMED_MONTH, 1, 2), (_SHORT_YEAR, 1, 2)):
        for match in pattern.finditer(left):
            if (month := month_number(match[name])) and not _DAY_BEFORE.search(left[: match.start()]):
                found.add(f"{_year(match[year]):04d}-{month:02d}")
                left = left[: match.start()] + " " * len(match[0]) + left[match.end() :]
    years = sorted({int(month[:4]) for month in found})
    named = {int(month[5:]) for month in found}
    for match in _WORD.finditer(left):
        month = month_number(match[1])
        if month is None or month in named or _is_day_beside(left, match):
            continue
        if match[1] not in _ALSO_WORDS or _is_meant(left, match):
            found.add(f"{years[0] if years else _nearest(month, day):04d}-{month:02d}")
    return found


def _is_day_beside(text: str, match: re.Match[str]) -> bool:
    """Does a number of a day make the month part of a date ("5 October", "Oct 5")?"""
    return bool(_DAY_BEFORE.search(text[: match.start()]) or _DAY_AFTER.match(text, match.end()))


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Is a word that is also a month used as one here? Alone, last, or beside a word of use."""
    before, after = text[: match.start()].split(), text[match.end() :].split()
    words = [word.strip(".,;:()-") for word in (*before[-1:], *after[:1])]
    return not after or any(_WORDS_OF_USE.fullmatch(word) for word in words)


def _one_run(months: set[str]) -> Period | None:
    """One range, when the months follow one another without a gap."""
    ordered = sorted(months)
    if not ordered or any(month_add(one, 1) != other for one, other in pairwise(ordered)):
        return None
    return month_bounds(ordered[0])[0], month_bounds(ordered[-1])[1]


def _nearest(month: int, day: datetime) -> int:
    """The year in which a month that is named without one lies: see `service_period`."""
    return day.year if _at(day.year, month, 1) <= day + AHEAD or month == 1 == day.month else day.year - 1


def _through(first: datetime, last: datetime) -> Period:
    return first, last + timedelta(days=1)


def _year(text: str) -> int:
    digits = text.strip("'")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _at(year: int, month: int, day: int) -> datetime:
    return month_bounds(f"{year:04d}-{month:02d}")[0].replace(day=day)

"""Names of months and weekdays as books write them: English, German, French and Spanish, whole or cut short.

Pure. Accents and case do not matter ("Février", "FEVRIER"). A shortened name has
at least three letters (weekdays: two); a beginning that fits two different months ("jui") is no name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MONTHS: tuple[tuple[str, ...], ...] = (
    ("january", "januar", "janner", "jaenner", "janvier", "enero"),
    ("february", "februar", "feber", "fevrier", "febrero"),
    ("march", "marz", "maerz", "mrz", "mars", "marzo"),
    ("april", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "juni", "juin", "junio"),
    ("july", "juli", "juillet", "julio"),
    ("august", "aout", "agosto"),
    ("september", "septembre", "septiembre", "setiembre"),
    ("october", "oktober", "octobre", "octubre"),
    ("november", "novembre", "noviembre"),
    ("december", "dezember", "decembre", "diciembre"),
)
_WEEKDAY_NAMES = """
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
    sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado
    domingo mo di mi do fr sa so
"""
_WEEKDAYS = tuple(_WEEKDAY_NAMES.split())
SHORTEST = 3  # letters of a shortened name


def folded(text: str) -> str:
    """The text in lower case without accents ("Août" and "aout" are one; "ß" is "ss")."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


@lru_cache(maxsize=1_024)
def month_number(name: str) -> int | None:
    """1 to 12, or `None` when it is no month's name."""
    wanted = folded(name).rstrip(".")
    if len(wanted) < SHORTEST or not wanted.isalpha():
        return None
    found = {number for number, names in enumerate(_MONTHS, start=1) if any(full.startswith(wanted) for full in names)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=256)
def is_weekday(name: str) -> bool:
    """Is it a weekday's name, whole or cut to two letters or more?"""
    wanted = folded(name).rstrip(".,")
    return len(wanted) >= 2 and wanted.isalpha() and any(full.startswith(wanted) for full in _WEEKDAYS)

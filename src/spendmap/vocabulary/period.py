"""Half-open UTC reporting periods made of whole calendar months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")


def month_add(month: str, months: int) -> str:
    """The month `months` later (earlier when negative): `month_add("2026-01", -1) == "2025-12"`."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass(frozen=True)
class Period:
    """Whole months `first` .. `last`, both inclusive as months; as instants `[start, end)` in UTC."""

    label: str
    first: str
    last: str

    @classmethod
    def parse(cls, text: str, *, known_months: tuple[str, ...] = ()) -> Period:
        """Read `2026-10`, `2026-Q3`, `2026` or `all` (`all` spans `known_months`).

        Raises:
            ValueError: another form, or `all` with no month known.
        """
        if text == "all":
            if not known_months:
                raise ValueError("nothing is captured yet, so there is no period")
            return cls("all", min(known_months), max(known_months))
        if _MONTH.fullmatch(text):
            return cls(text, text, text)
        if match := _QUARTER.fullmatch(text):
            first = f"{match[1]}-{int(match[2]) * 3 - 2:02d}"
            return cls(text, first, month_add(first, 2))
        if _YEAR.fullmatch(text):
            return cls(text, f"{text}-01", f"{text}-12")
        raise ValueError(f"{text!r} is not a period; write 2026-10, 2026-Q3, 2026 or all")

    @classmethod
    def last_full_month(cls, today: date) -> Period:
        """The calendar month before the one `today` lies in."""
        return cls.parse(month_add(f"{today:%Y-%m}", -1))

    @property
    def months(self) -> tuple[str, ...]:
        """Every month of the period, oldest first."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(month_add(found[-1], 1))
        return tuple(found)

    @property
    def start(self) -> datetime:
        """First instant inside."""
        return datetime(int(self.first[:4]), int(self.first[5:7]), 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """First instant after."""
        after = month_add(self.last, 1)
        return datetime(int(after[:4]), int(after[5:7]), 1, tzinfo=UTC)

    def previous(self) -> Period:
        """The period of the same length that ends where this one starts."""
        length = len(self.months)
        if length == 1:
            return Period.parse(month_add(self.first, -1))
        if length == 3 and _QUARTER.fullmatch(self.label):
            first = month_add(self.first, -3)
            return Period.parse(f"{first[:4]}-Q{(int(first[5:7]) + 2) // 3}")
        if _YEAR.fullmatch(self.label):
            return Period.parse(f"{int(self.label) - 1:04d}")
        return Period(f"before {self.first}", month_add(self.first, -length), month_add(self.first, -1))

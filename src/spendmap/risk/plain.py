"""Money, days and moments as the published JSON files of steps 3 and 5 write them, and back.

Pure. Money is decimal text, days and moments are ISO 8601, moments in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from spendmap.vocabulary.money import money_text


def plain(value: object) -> str | None:
    """What `json` cannot write by itself.

    Raises:
        TypeError: not money, a day or a moment.
    """
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def day_of(text: str | None) -> date | None:
    """A day; None stays unknown."""
    return None if text is None else date.fromisoformat(text)


def moment_of(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def money_of(text: str | None) -> Decimal | None:
    """An amount; None stays unknown."""
    return None if text is None else Decimal(text)

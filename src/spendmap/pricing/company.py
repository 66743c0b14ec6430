"""The company's own prices: list prices the catalogue lacks, and contract prices.

Reads and writes `register/prices.yaml` of a workspace. Invariant: what is in the file has been checked: each
price can be read, none overlaps another of the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from spendmap.ledger import METERS
from spendmap.plain_yaml import MEND, load_file
from spendmap.pricing.meters import TOKEN_METERS
from spendmap.pricing.overlaps import overlaps
from spendmap.pricing.rows import NO_END, NO_START, NO_UPPER_TIER, PriceRow, unit_price
from spendmap.vocabulary.errors import PriceError

COMPANY = "company"  # `catalogue` of these rows
FILE = Path("register") / "prices.yaml"
MILLION = 1_000_000
HEADER = """\
# The company's own prices: contracts, and models the catalogue does not know.
# `spendmap prices add` writes here; `spendmap prices check` says whether the book holds.
# price is per `per` units of the meter; from is inclusive, to exclusive, UTC.
"""


@dataclass(frozen=True)
class Address:
    """provider/model/meter as a person types it; the model may hold slashes."""

    provider: str
    model: str
    meter: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `openai/gpt-4.1/input_uncached`.

        Raises:
            PriceError: fewer than three parts, or a meter the ledger does not have.
        """
        parts = text.strip().split("/")
        if len(parts) < 3 or not all(parts):
            raise PriceError(
                f"{text!r} is not provider/model/meter.",
                next_step="Write it like `spendmap prices add openai/gpt-4.1/input_uncached 2`.",
            )
        if parts[-1] not in METERS:
            raise PriceError(f"{parts[-1]!r} is not a meter.", next_step=f"Choose from: {', '.join(METERS)}.")
        return cls(parts[0], "/".join(parts[1:-1]), parts[-1])


def usual_per(meter: str) -> int:
    """How many units vendors quote a meter for: a million tokens or characters, else one."""
    return MILLION if meter in TOKEN_METERS or meter == "characters" else 1


def company_rows(root: Path) -> list[PriceRow]:
    """The prices in a workspace's file; none when there is no file.

    Raises:
        PriceError: the file cannot be read, or two of its prices overlap.
    """
    rows = [_row(entry, root / FILE, number) for number, entry in enumerate(_entries(root), start=1)]
    if clashes := overlaps(rows):
        raise PriceError(f"{root / FILE}: {clashes[0].message}", next_step="End one of them with `to:` in the file.")
    return rows


def entry_of(
    address: Address,
    price: str,
    *,
    per: int,
    currency: str,
    valid_from: str | None,
    valid_to: str | None,
    service_tier: str = "standard",
    contract: str | None = None,
    source: str | None = None,
    checked: date | None = None,
    by: str | None = None,
    added: datetime | None = None,
) -> dict[str, Any]:
    """One entry of the file, only what was said."""
    said: dict[str, Any] = {
        "price_of": f"{address.provider}/{address.model}/{address.meter}",
        "price": price,
        "per": per,
        "currency": currency.upper(),
        "from": valid_from,
        "to": valid_to,
        "service_tier": service_tier if service_tier != "standard" else None,
        "contract": contract,
        "source": source,
        "checked": checked.isoformat() if checked else None,
        "by": by,
        "added": f"{added:%Y-%m-%dT%H:%M:%SZ}" if added else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def row_of(entry: Mapping[str, Any]) -> PriceRow:
    """The price row an entry states.

    Raises:
        PriceError: a part of it cannot be read.
    """
    return _row(entry, FILE, None)


def who_added(root: Path) -> dict[str, tuple[str, str | None]]:
    """Price id -> who added the company's price and when (UTC), as far as its file says."""
    found = {}
    for number, entry in enumerate(_entries(root), start=1):
        row = _row(entry, root / FILE, number)
        found[row.price_id] = (str(entry.get("by") or FILE), str(entry["added"]) if entry.get("added") else None)
    return found


def append(root: Path, entry: Mapping[str, Any]) -> Path:
    """Add an entry to the file, whole or not at all."""
    entries = [*_entries(root), dict(entry)]
    file = root / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(HEADER + yaml.safe_dump({"prices": entries}, sort_keys=False, allow_unicode=True), "utf-8")
    partial.replace(file)
    return file


def _entries(root: Path) -> list[dict[str, Any]]:
    file = root / FILE
    if not file.is_file():
        return []
    document = load_file(file, _refuse) or {}
    entries = document.get("prices") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PriceError(f"{file}: a list under `prices:` was expected.", next_step=MEND)
    return entries


def _refuse(message: str, next_step: str) -> PriceError:
    return PriceError(message, next_step=next_step)


def _row(entry: Mapping[str, Any], file: Path, number: int | None) -> PriceRow:
    where = f"{file}: price {number}: " if number is not None else ""
    try:
        address = Address.parse(str(entry["price_of"]))
        per = int(entry.get("per", usual_per(address.meter)))
        if per < 1:
            raise ValueError(f"per is 1 or more, not {per}")
        price, exact = unit_price(_decimal(entry["price"]), per)
        currency = str(entry.get("currency", "USD")).upper()
        if not (len(currency) == 3 and currency.isalpha()):
            raise ValueError(f"{currency!r} is not a currency code")
        valid_from, valid_to = _instant(entry.get("from"), NO_START), _instant(entry.get("to"), NO_END)
        if valid_from >= valid_to:
            raise ValueError(f"it ends ({valid_to}) before it starts ({valid_from})")
        contract = str(entry.get("contract", ""))
        return PriceRow(
            provider=address.provider,
            model=address.model,
            meter=address.meter,
            list_unit_price=price,
            service_tier=str(entry.get("service_tier", "standard")),
            region_scope=str(entry.get("region_scope", "")),
            contract=contract,
            currency=currency,
            valid_from=valid_from,
            valid_to=valid_to,
            input_from=int(entry.get("input_from", 0)),
            input_to=int(entry.get("input_to", NO_UPPER_TIER)),
            basis="contract" if contract else "documented" if exact else "derived",
            catalogue=COMPANY,
            source_url=entry.get("source"),
            checked_on=_day(entry.get("checked")),
        )
    except PriceError as error:
        raise PriceError(f"{where}{error.message}", next_step=error.next_step) from error
    except (KeyError, ValueError, TypeError) as error:
        missing = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise PriceError(f"{where}{missing}.", next_step="See `spendmap prices add --help` for the form.") from error


def _decimal(text: object) -> Decimal:
    try:
        return Decimal(str(text).strip())
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a plain decimal number") from error


def _instant(value: object, default: datetime) -> datetime:
    if value is None:
        return default
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    else:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)


def _day(value: object) -> date | None:
    return None if value is None else value if isinstance(value, date) else date.fromisoformat(str(value))

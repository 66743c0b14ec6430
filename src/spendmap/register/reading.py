"""Shape stored values into what other packages ask for: keys, labour rates, vendors, sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from spendmap.register.entities import Account, Entity, Key, LabourRate, Source, Value, Vendor

Dated = Iterable[tuple[str, str, list[Value]]]
"""(type, id, its dated values)."""


def keys_in(dated: Dated) -> list[Key]:
    """Keys in order of precedence: more conditions first, then as declared.

    A key that lists several values for a column stands for one key per value, all with its order.
    """
    found: list[tuple[int, int, str, str, dict[str, Any], date | None, date | None]] = []
    for type_, id_, values in dated:
        for value in values:
            if value.field == "keys":
                for key in value.value:
                    found.append(_ranked(len(found), type_, id_, key, value))
            elif value.field == "accounts":
                for account in value.value:
                    for key in account.get("keys", []):
                        conditions = {"vendor": id_, **key} if "vendor" not in key else key
                        found.append(_ranked(len(found), "vendor_account", f"{id_}/{account['id']}", conditions, value))
    ordered = sorted(found, key=lambda each: each[:2])
    return [
        Key(type_, id_, conditions, since, until, order)
        for order, (_, _, type_, id_, stated, since, until) in enumerate(ordered)
        if _is_some_day(since, until)
        for conditions in _alternatives(stated)
    ]


def labour_rates_in(dated: Dated) -> list[LabourRate]:
    """One rate per span in which the hourly rate and the entity's own span both hold."""
    rates: list[LabourRate] = []
    for _, id_, values in dated:
        last = {value.field: value.value for value in values}
        own_from, own_to = last.get("valid_from"), last.get("valid_to")
        for value in values:
            if value.field != "hourly_rate":
                continue
            since, until = _later(value.valid_from, own_from), _earlier(value.valid_to, own_to)
            if _is_some_day(since, until):
                rates.append(
                    LabourRate(
                        id=id_,
                        role=str(last.get("role") or id_),
                        hourly_rate=Decimal(str(value.value)),
                        currency=_text(last.get("currency")),
                        department=_text(last.get("department")),
                        valid_from=since,
                        valid_to=until,
                    )
                )
    return rates


def vendor_of(entity: Entity) -> Vendor:
    """A declared vendor as matching needs it."""
    return Vendor(
        id=entity.id,
        name=entity.name,
        aliases=texts_of(entity.get("aliases")),
        domains=texts_of(entity.get("domains")),
        capability=texts_of(entity.get("capability")),
        kind=entity.get("kind"),
        category=entity.get("category"),
        accounts=tuple(
            Account(str(account["id"]), _text(account.get("name")), int(account.get("invoice_lag_months", 0)))
            for account in entity.get("accounts", [])
        ),
        sells=texts_of(entity.get("sells")),
    )


def source_of(entity: Entity) -> Source:
    """A declared source; settings as text, the way the command line gives them."""
    return Source(
        id=entity.id,
        kind=_text(entity.get("kind")),
        location=_text(entity.get("location")),
        owner=_text(entity.get("owner")),
        scope=_text(entity.get("scope")),
        refresh=_text(entity.get("refresh")),
        since=entity.get("since"),
        settings={
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in entity.get("settings", {}).items()
            if value is not None
        },
    )


def texts_of(value: Any) -> tuple[str, ...]:
    """A field of type `texts` or `refs` as a tuple, whether one value was written or a list."""
    if value is None:
        return ()
    return tuple(str(item) for item in (value if isinstance(value, list) else [value]))


def _ranked(
    place: int, type_: str, id_: str, key: dict[str, Any], value: Value
) -> tuple[int, int, str, str, dict[str, Any], date | None, date | None]:
    conditions = {name: stated for name, stated in key.items() if name not in {"from", "to"}}
    since, until = _later(value.valid_from, key.get("from")), _earlier(value.valid_to, key.get("to"))
    return (-len(conditions), place, type_, id_, conditions, since, until)


def _alternatives(conditions: dict[str, Any]) -> Iterator[dict[str, str]]:
    names = list(conditions)
    choices = [value if isinstance(value, list) else [value] for value in conditions.values()]
    for combination in product(*choices):
        yield {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in zip(names, combination, strict=True)
        }


def _later(one: date | None, other: date | None) -> date | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _is_some_day(since: date | None, until: date | None) -> bool:
    return since is None or until is None or since < until


def _text(value: Any) -> str | None:
    return None if value is None else str(value)

"""Turn what a file says for one field into a value of the field's type.

Values are text, int, bool, `Decimal`, `date`, lists and mappings of those: nothing is rounded, so the
export can write back what was read.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.ledger import TABLES
from spendmap.register.documents import Mapping, Node, Scalar, Sequence
from spendmap.register.keeping import SecretGivenError, safe_value
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.schema import ACCOUNT_FIELDS, Field
from spendmap.vocabulary.money import as_money

KEY_TABLES = ("usage", "charge", "activity", "utilization")
MAP_PREFIXES = ("tags.", "sku_price_details.")
DERIVED_KEYS = ("vendor", "vendor_account", "supplier_name", "model")
KEY_COLUMNS: frozenset[str] = frozenset(
    column.name
    for table in KEY_TABLES
    for column in TABLES[table].columns
    if column.type in {"text", "flag"} and column.name not in {"load_id", "natural_key", "billing_month"}
) | frozenset(DERIVED_KEYS)
"""Ledger columns a key may test; `tags.NAME` and `sku_price_details.NAME` besides."""


class BadValueError(ValueError):
    """A value is not of its field's type. The message is a sentence; `line` says where."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def value_of(field: Field, node: Node) -> Any:
    """The field's value, as it may be stored (`register.keeping`).

    Raises:
        BadValueError: it is not of the field's type, or holds a secret where nothing can stand for it.
    """
    try:
        return safe_value(field, _value_of(field, node))
    except SecretGivenError as error:
        raise BadValueError(node.line, str(error)) from None


def _value_of(field: Field, node: Node) -> Any:
    match field.type:
        case "texts" | "refs":
            return _texts(field, node)
        case "keys":
            return keys_of(node)
        case "accounts":
            return _accounts(node)
        case "settings":
            return _settings(node)
    scalar = _scalar(field.name, node)
    match field.type:
        case "text" | "ref":
            return text_of(field.name, scalar)
        case "fact":
            return scalar.flag if scalar.flag is not None else text_of(field.name, scalar)
        case "flag":
            return _flag(field.name, scalar)
        case "whole":
            return _whole(field.name, scalar)
        case "money" | "quantity":
            return _amount(field.name, scalar)
        case "share":
            return _share(field.name, scalar)
        case "date":
            return day_of(field.name, scalar)
        case "choice":
            if scalar.text not in field.choices:
                raise BadValueError(
                    scalar.line,
                    f"{field.name} {scalar.text!r} is not one of {', '.join(field.choices)}."
                    + did_you_mean(scalar.text, field.choices),
                )
            return scalar.text
    raise AssertionError(field.type)


def text_of(name: str, node: Node) -> str | int | Decimal:
    """Words; a plain number stays a number so that it is written back as it was.

    Raises:
        BadValueError: a list, a mapping, true/false or nothing.
    """
    scalar = _scalar(name, node)
    if scalar.flag is not None:
        raise BadValueError(scalar.line, f"{name} is text; put {scalar.text} in quotes if that is what is meant.")
    if scalar.is_whole:
        return int(scalar.text)
    if scalar.is_number and "e" not in scalar.text.lower():
        return Decimal(scalar.text)
    if not scalar.text.strip():
        raise BadValueError(scalar.line, f"{name} is empty; leave the line out instead.")
    return scalar.text


def day_of(name: str, node: Node) -> date:
    """A UTC day.

    Raises:
        BadValueError: not YYYY-MM-DD, or no such day.
    """
    scalar = _scalar(name, node)
    try:
        if len(scalar.text) != 10:
            raise ValueError
        return date.fromisoformat(scalar.text)
    except ValueError:
        raise BadValueError(scalar.line, f"{name} {scalar.text!r} is not a day; write YYYY-MM-DD.") from None


def keys_of(node: Node) -> list[dict[str, Any]]:
    """Conditions, each a mapping of ledger column to the value it must equal, with optional `from` and `to`.

    Raises:
        BadValueError: another form, an unknown column, or no condition at all.
    """
    if not isinstance(node, Sequence) or not all(isinstance(item, Mapping) for item in node.items):
        raise BadValueError(node.line, "keys is a list of mappings, such as `- api_key_id: key_123`.")
    return [_key(item) for item in node.items if isinstance(item, Mapping)]


def native(node: Node) -> Any:
    """Any node as plain values: text, int, bool, `Decimal`, None, list, dict."""
    if isinstance(node, Sequence):
        return [native(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: native(value) for name, value in node.entries.items()}
    if node.is_null:
        return None
    if node.flag is not None:
        return node.flag
    if node.is_whole:
        return int(node.text)
    if node.is_number and "e" not in node.text.lower():
        return Decimal(node.text)
    return node.text


def is_key_column(name: str) -> bool:
    """Whether a key may test this column."""
    return name in KEY_COLUMNS or any(name.startswith(prefix) and len(name) > len(prefix) for prefix in MAP_PREFIXES)


def _scalar(name: str, node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise BadValueError(node.line, f"{name} is a single value, not a {type(node).__name__.lower()}.")
    if node.is_null:
        raise BadValueError(node.line, f"{name} has no value.")
    return node


def _texts(field: Field, node: Node) -> Any:
    stated = list(node.items) if isinstance(node, Sequence) else [node]
    texts = [text_of(field.name, item) for item in stated]
    for item, text in zip(stated, texts, strict=True):
        if field.choices and text not in field.choices:
            raise BadValueError(
                item.line,
                f"{field.name} {str(text)!r} is not one of {', '.join(field.choices)}."
                + did_you_mean(str(text), field.choices),
            )
    return texts if isinstance(node, Sequence) else texts[0]


def _flag(name: str, scalar: Scalar) -> bool:
    if scalar.flag is None:
        raise BadValueError(scalar.line, f"{name} {scalar.text!r} is not true or false.")
    return scalar.flag


def _whole(name: str, scalar: Scalar) -> int:
    if not scalar.is_whole or int(scalar.text) < 0:
        raise BadValueError(scalar.line, f"{name} {scalar.text!r} is not a whole number from 0 up.")
    return int(scalar.text)


def _amount(name: str, scalar: Scalar) -> int | Decimal | str:
    try:
        amount = as_money(scalar.text)
    except ValueError:
        amount = Decimal(-1)
    if amount < 0:
        raise BadValueError(scalar.line, f"{name} {scalar.text!r} is not a plain decimal number from 0 up.")
    if not scalar.is_plain or not scalar.is_number:
        return scalar.text
    return int(scalar.text) if scalar.is_whole else Decimal(scalar.text)


def _share(name: str, scalar: Scalar) -> int | Decimal | str:
    share = _amount(name, scalar)
    if Decimal(share) > 1:
        raise BadValueError(scalar.line, f"{name} {scalar.text!r} is not a share; write 0.3 for 30 %.")
    return share


def _settings(node: Node) -> dict[str, Any]:
    if not isinstance(node, Mapping):
        raise BadValueError(node.line, "settings is a mapping of names to values.")
    return {name: native(value) for name, value in node.entries.items()}


def _key(node: Mapping) -> dict[str, Any]:
    key: dict[str, Any] = {}
    for name, value in node.entries.items():
        if name in {"from", "to"}:
            if not (isinstance(value, Scalar) and value.is_null):
                key[name] = day_of(name, value)
        elif not is_key_column(name):
            raise BadValueError(
                node.lines[name],
                f"{name!r} is not a ledger column a key can test.{did_you_mean(name, KEY_COLUMNS)}"
                f" Columns: {listed(KEY_COLUMNS, 60)}, tags.NAME.",
            )
        elif isinstance(value, Scalar) and value.flag is not None:
            key[name] = value.flag
        elif isinstance(value, Sequence):
            if not value.items:
                raise BadValueError(value.line, f"the key on {name} lists no value.")
            key[name] = [text_of(name, item) for item in value.items]
        else:
            key[name] = text_of(name, value)
    if not key.keys() - {"from", "to"}:
        raise BadValueError(node.line, "the key has no condition; every row would match it.")
    if "from" in key and "to" in key and key["from"] >= key["to"]:
        raise BadValueError(node.line, f"the key holds from {key['from']} to {key['to']}, which covers no day.")
    return key


def _accounts(node: Node) -> list[dict[str, Any]]:
    if not isinstance(node, Sequence) or not all(isinstance(item, Mapping) for item in node.items):
        raise BadValueError(node.line, "accounts is a list of mappings, each with an `id`.")
    accounts: list[dict[str, Any]] = []
    for item in node.items:
        assert isinstance(item, Mapping)
        account: dict[str, Any] = {}
        for name, value in item.entries.items():
            if name not in ACCOUNT_FIELDS:
                raise BadValueError(
                    item.lines[name],
                    f"an account has no field {name!r}.{did_you_mean(name, ACCOUNT_FIELDS)}"
                    f" Fields: {', '.join(ACCOUNT_FIELDS)}.",
                )
            if name == "keys":
                account[name] = keys_of(value)
            elif name == "invoice_lag_months":
                account[name] = _whole(name, _scalar(name, value))
            else:
                account[name] = text_of(name, value)
        if "id" not in account:
            raise BadValueError(item.line, "the account has no `id`.")
        if "/" in str(account["id"]):
            raise BadValueError(item.line, f"the account id {account['id']!r} holds a slash.")
        if any(str(account["id"]) == str(other["id"]) for other in accounts):
            raise BadValueError(item.line, f"the account {account['id']!r} is declared twice.")
        accounts.append(account)
    return accounts

"""Whole columns of text to exact ledger types: numbers, times, maps. The vectorised half of the FOCUS connector.

Pure: Arrow arrays in, Arrow arrays out, and for each row that cannot be read a reason. Each distinct odd value is
looked at once, in Python; the usual ones never leave Arrow.
Invariant: rounding to 12 places is half-even and exact, and the unrounded values stay at hand for their sum.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute

from spendmap.capture.amounts import DecimalSign, plain_decimal, to_ledger
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import MONEY_DIGITS, MONEY_SCALE

pc: Any = pyarrow.compute  # the overloads of its stubs do not follow a column through
_FINE: Any = pa.decimal256(76, 40)  # holds what _USUAL matches without rounding
_MONEY: Any = pa.decimal128(MONEY_DIGITS, MONEY_SCALE)
_USUAL = r"^-?[0-9]{1,15}(\.[0-9]{1,40})?$"
_USUAL_WHOLE = r"^-?[0-9]{1,15}$"  # where a comma is the decimal sign, a point is none
_MAP: Any = pa.map_(pa.string(), pa.string())
ArrowColumn = Any  # a pyarrow Array
UNREADABLE_TAGS = "x_Unreadable"


@dataclass
class Numbers:
    """A column of decimals: `rounded` for the ledger; `sum_where` gives the exact sum of the values as read."""

    rounded: ArrowColumn
    fine: ArrowColumn
    odd: dict[int, Decimal] = field(default_factory=dict)
    bad: dict[int, str] = field(default_factory=dict)

    def sum_where(self, accepted: ArrowColumn) -> Decimal:
        """Unrounded sum over the rows where `accepted` is true; missing values add nothing."""
        total = pc.sum(self.fine.filter(accepted)).as_py() or Decimal(0)
        for index, value in self.odd.items():
            if accepted[index].as_py():
                total = EXACT.add(total, value)
        return total.normalize(EXACT)


def clean_text(column: ArrowColumn) -> ArrowColumn:
    """Text without surrounding blanks; nothing, and the word NULL that some exporters write, become missing."""
    trimmed = pc.utf8_trim_whitespace(column)
    is_missing = pc.or_(pc.equal(trimmed, ""), pc.equal(pc.utf8_lower(trimmed), "null"))
    return pc.if_else(is_missing, pa.scalar(None, pa.string()), trimmed)


def numbers(column: ArrowColumn, read: Callable[[str], Decimal] = plain_decimal, decimal: DecimalSign = ".") -> Numbers:
    """Cleaned text as decimals; `read` is asked for the values that are not usual plain numbers."""
    is_usual = pc.fill_null(pc.match_substring_regex(column, _USUAL if decimal == "." else _USUAL_WHOLE), False)
    fine = pc.cast(pc.if_else(is_usual, column, pa.scalar(None, pa.string())), _FINE)
    rounded = pc.cast(pc.round(fine, ndigits=MONEY_SCALE, round_mode="half_to_even"), _MONEY)
    found = Numbers(rounded, fine)
    unusual = pc.and_(pc.invert(is_usual), pc.is_valid(column))
    if not pc.any(unusual).as_py():
        return found
    seen: dict[str, tuple[Decimal, Decimal] | str] = {}
    replaced: dict[int, Decimal] = {}
    for index in pc.indices_nonzero(unusual).to_pylist():
        text = column[index].as_py()
        if text not in seen:
            try:
                value = read(text)
                seen[text] = (value, to_ledger(value))
            except ValueError as error:
                seen[text] = str(error)
        result = seen[text]
        if isinstance(result, str):
            found.bad[index] = result
        else:
            found.odd[index], replaced[index] = result
    if replaced:
        found.rounded = _put(rounded, replaced, _MONEY)
    return found


def each_distinct(column: ArrowColumn, type_: Any, read: Callable[[str], Any]) -> tuple[ArrowColumn, dict[int, str]]:
    """The column with `read` applied once to each distinct text; the reasons of `ValueError`s, by row."""
    encoded = column.dictionary_encode()
    values: list[Any] = []
    reasons: dict[int, str] = {}
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(read(text))
        except ValueError as error:
            values.append(None)
            reasons[code] = str(error)
    bad: dict[int, str] = {}
    if reasons:
        bad = {i: reasons[code] for i, code in enumerate(encoded.indices.to_pylist()) if code in reasons}
    if not values:
        return pa.nulls(len(column), type_), bad
    return pa.array(values, type_).take(encoded.indices), bad


def text_maps(column: ArrowColumn, mask: Callable[[str, str], str]) -> ArrowColumn:
    """Key-value texts (JSON object, list of {key, value}, `k=v;k=v`) as maps; `mask` takes persons out of a value.

    A text that is none of these is kept whole under one key, so that a cut-off tag does not cost the row its money.
    """
    found, _ = each_distinct(column, _MAP, lambda text: [(k, mask(k, v)) for k, v in _pairs(text).items()] or None)
    return found


def _pairs(text: str) -> dict[str, str]:
    for candidate in (text, "{" + text + "}"):
        try:
            loaded = json.loads(candidate, parse_float=Decimal)
        except (ValueError, RecursionError):
            continue
        if isinstance(loaded, dict):
            return {_value_text(key): _value_text(value) for key, value in loaded.items() if value is not None}
        if isinstance(loaded, list) and all(isinstance(item, dict) for item in loaded):
            named = [{str(key).lower(): value for key, value in item.items()} for item in loaded]
            if all("key" in item for item in named):
                return {
                    _value_text(item["key"]): _value_text(item["value"])
                    for item in named
                    if item.get("value") is not None
                }
        break
    parts = [part.partition("=") for part in text.replace(";", ",").split(",") if part.strip()]
    if parts and all(key.strip() and separator for key, separator, _ in parts):
        return {key.strip(): value.strip() for key, _, value in parts}
    return {UNREADABLE_TAGS: text}


def _value_text(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # JSON can spell half a character, which no text can hold
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return str(value)
    return json.dumps(value, default=str)


def _put(array: ArrowColumn, values: dict[int, Any], type_: Any) -> ArrowColumn:
    """`array` with the values at some positions replaced."""
    mask = [False] * len(array)
    for index in values:
        mask[index] = True
    return pc.replace_with_mask(array, pa.array(mask), pa.array([values[i] for i in sorted(values)], type_))

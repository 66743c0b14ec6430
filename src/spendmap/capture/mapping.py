"""A mapping file: how the columns of a file become fields, where naming a column is not enough.

Reads one small YAML file when a capture starts; its text travels with the settings, so that the load tells how the
file was read and a changed mapping reads the file anew. Each field is one of

    result: {column: ai_treatment, values: {"1.0": with_ai, "0.0": without_ai}}   # other values are refused
    quantity: {sum: [minutes, review_minutes]}   # blank parts are left out; all blank is blank
    kind: {value: task_time}                     # the same for every row
Invariant: a field is never guessed: what the mapping does not name is found by its header as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spendmap.capture.amounts import DecimalSign, plain_decimal, written_amount
from spendmap.capture.connector import ReadContext
from spendmap.plain_yaml import load
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.masking import shown

if TYPE_CHECKING:
    from spendmap.capture.headers import Columns
    from spendmap.capture.mapped_csv import Row

SETTING, TEXT = "mapping", "mapping_text"
LARGEST = 64 * 1024  # bytes; a mapping is a page, not a data set
EXAMPLE = "A field reads `kind: {value: task_time}`, `run: {column: issue_id}` or `quantity: {sum: [a, b]}`."


def with_mapping(settings: Mapping[str, str], root: Path) -> dict[str, str]:
    """Settings with the text of the mapping file they name; a relative path starts here, else in the workspace.

    Raises:
        SettingError: there is no such file, or it is no mapping.
    """
    filled = dict(settings)
    name = filled.get(SETTING)
    if not name:
        return filled
    file = next((each for each in (Path(name), root / name) if each.is_file()), None)
    if file is None:
        raise SettingError(
            f"there is no mapping file {name!r}.", next_step="Name a YAML file with `--set mapping=FILE`."
        )
    if file.stat().st_size > LARGEST:
        raise SettingError(f"{file} is too large for a mapping.", next_step=EXAMPLE)
    try:
        filled[TEXT] = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingError(f"{file} is not UTF-8 text.", next_step="Save the mapping as UTF-8.") from error
    read_mapping(filled[TEXT], name)
    return filled


def read_mapping(text: str, name: str) -> dict[str, Any]:
    """The mapping as written: field -> what it says.

    Raises:
        SettingError: not YAML, or not a mapping.
    """
    found = load(text, f"the mapping {name}", lambda message, next_step: SettingError(message, next_step=next_step))
    if not isinstance(found, dict) or not found:
        raise SettingError(f"the mapping {name} names no field.", next_step=EXAMPLE)
    return {str(key): value for key, value in found.items()}


@dataclass(frozen=True)
class Fields:
    """A mapping onto the fields of one format. Empty: every field is found by its header."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.columns or name in self.values or name in self.sums

    def over(self, row: Row | Mapped, columns: Columns, decimal: DecimalSign = ".") -> Row | Mapped:
        """The row as the mapping reads it; `decimal` is the file's decimal sign, in which sums are given too."""
        if not (self.values or self.sums or self.words):
            return row
        return Mapped(row, self, columns, decimal)

    @property
    def summed(self) -> tuple[str, ...]:
        """Columns that some field is the sum of, by their names in the file."""
        return tuple(dict.fromkeys(name for names in self.sums.values() for name in names))


class Mapped:
    """A row read through a mapping."""

    def __init__(self, row: Row | Mapped, mapping: Fields, columns: Columns, decimal: DecimalSign = ".") -> None:
        self._row, self._mapping, self._columns, self._decimal = row, mapping, columns, decimal
        self.fields: Sequence[str] = row.fields

    def text(self, name: str) -> str:
        """The field's text; empty when there is none.

        Raises:
            ValueError: a value the mapping does not know, or a part of a sum that is no plain number.
        """
        if name in self._mapping.values:
            return self._mapping.values[name]
        if name in self._mapping.sums:
            return self._sum(self._mapping.sums[name])
        found = self._row.text(name)
        words = self._mapping.words.get(name)
        if words is None or not found:
            return found
        if found not in words:
            raise ValueError(f"{name} {shown(found)} is not in the mapping; known are {', '.join(words)}")
        return words[found]

    def optional(self, name: str) -> str | None:
        """Like `text`, None when empty."""
        return self.text(name) or None

    def needed(self, name: str) -> str:
        """Like `text`.

        Raises:
            ValueError: it is empty.
        """
        found = self.text(name)
        if not found:
            raise ValueError(f"{name} is missing")
        return found

    def _sum(self, names: Sequence[str]) -> str:
        parts = [self._columns.text_of(self.fields, name) for name in names]
        known = [self._number(part) for part in parts if part]
        total = Decimal(0)
        for part in known:
            total = EXACT.add(total, part)
        return format(total, "f").replace(".", self._decimal) if known else ""

    def _number(self, part: str) -> Decimal:
        try:
            return written_amount(part, self._decimal)
        except ValueError:
            if self._decimal == ",":
                raise
            return plain_decimal(part)  # an exponent, which no spreadsheet writes


def mapping_of(context: ReadContext, known: Sequence[str]) -> Fields:
    """The mapping a context carries, onto the fields `known`.

    Raises:
        SettingError: a field that is not known, or one that says neither column, value nor sum.
    """
    text = context.settings.get(TEXT, "")
    if not text:
        return Fields()
    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    sums: dict[str, tuple[str, ...]] = {}
    words: dict[str, dict[str, str]] = {}
    for name, said in read_mapping(text, context.settings.get(SETTING, "")).items():
        if name == "about":
            continue
        if name not in known:
            raise SettingError(f"the mapping names a field {name!r}.", next_step=f"Fields are: {', '.join(known)}.")
        if not isinstance(said, dict) or len({"column", "value", "sum"} & set(said)) != 1:
            raise SettingError(f"the mapping does not say what {name} is.", next_step=EXAMPLE)
        if set(said) - {"column", "value", "sum", "values"}:
            raise SettingError(f"the mapping of {name} says {', '.join(map(str, said))}.", next_step=EXAMPLE)
        if "value" in said:
            values[name] = str(said["value"])
        elif "sum" in said:
            if not isinstance(said["sum"], list) or not said["sum"]:
                raise SettingError(f"the sum of {name} names no columns.", next_step=EXAMPLE)
            sums[name] = tuple(str(each) for each in said["sum"])
        else:
            columns[name] = str(said["column"])
        if "values" in said:
            if not isinstance(said["values"], dict):
                raise SettingError(f"the values of {name} are not pairs.", next_step=EXAMPLE)
            words[name] = {str(key): str(value) for key, value in said["values"].items()}
    return Fields(columns, values, sums, words)

"""Values gathered from many lines of a log as ledger columns: the usual ones at Arrow's speed, the others one by one.

Pure. Each function gives the column and the rows it does not know (`odd`), which the caller reads again by the
definition of a line, one at a time.
Invariant: a value that is given here is what that definition gives, digit for digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute

from spendmap.capture.meters import COUNT_LIMIT
from spendmap.capture.usage_rows import RawSum, instant
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import MONEY_DIGITS, MONEY_SCALE

pc: Any = pyarrow.compute  # the overloads of its stubs do not follow a column through
ArrowColumn = Any  # a pyarrow Array

_COUNTS = frozenset({int, type(None)})
_TEXTS = frozenset({str, type(None)})
_FINE: Any = pa.decimal256(76, 40)  # holds what _AMOUNT matches without rounding
_NO_TEXT: Any = pa.scalar(None, pa.string())
_MONEY: Any = pa.decimal128(MONEY_DIGITS, MONEY_SCALE)
_AMOUNT = (
    r"^[ \t]*:[ \t]*(?P<all>-?[0-9]{1,15}(?:\.(?P<places>[0-9]{1,20}))?(?:[eE]-(?P<less>0?[0-9]|1[0-9]))?)[ \t]*[,}]"
)
_DAY = r"20(?:1[5-9]|[2-9][0-9])-[0-9]{2}-[0-9]{2}"
_TIME = rf"^{_DAY}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?Z?$"
PLAIN = r"^[A-Za-z0-9_.:/+-]+$"
"""Texts that `text_cells` keeps as they are, unless they are long or match `MAY_HOLD_SECRET`."""
MAY_HOLD_SECRET = r"k-|xox|gh|Bearer|glpat|AIza|AKIA"


def counts(values: Sequence[Any]) -> tuple[ArrowColumn, list[int]]:
    """Whole numbers from 0 to `COUNT_LIMIT`, `None` where none is stated; odd is everything else."""
    odd: list[int] = []
    if not set(map(type, values)) <= _COUNTS:
        odd = [at for at, value in enumerate(values) if type(value) not in _COUNTS]
        values = [value if type(value) in _COUNTS else None for value in values]
    try:
        column = pa.array(values, pa.int64())
    except OverflowError:
        column = None
    if column is not None:
        ends = pc.min_max(column)
        if (ends["min"].as_py() or 0) >= 0 and (ends["max"].as_py() or 0) <= COUNT_LIMIT:
            return column, odd
    beyond = {at for at, value in enumerate(values) if value is not None and not 0 <= value <= COUNT_LIMIT}
    kept = [None if at in beyond else value for at, value in enumerate(values)]
    return pa.array(kept, pa.int64()), [*odd, *beyond]


def times(values: Sequence[Any], name: str) -> tuple[ArrowColumn, list[int]]:
    """Instants in UTC, from text; `None` and the empty text stay missing. Odd is what `instant` refuses and no text."""
    odd = [at for at, value in enumerate(values) if type(value) not in _TEXTS] if not _are_texts(values) else []
    if odd:
        values = [value if type(value) in _TEXTS else None for value in values]
    texts = pa.array(values, pa.string())
    is_plain = pc.match_substring_regex(texts, _TIME)
    is_missing = pc.or_kleene(pc.is_null(texts), pc.equal(texts, ""))
    column = None
    if pc.all(pc.or_(pc.fill_null(is_plain, False), is_missing)).as_py():
        try:
            column = pc.utf8_rtrim(pc.if_else(is_missing, _NO_TEXT, texts), "Z").cast(pa.timestamp("us"))
        except pa.ArrowInvalid:  # the 30th of February
            column = None
    if column is not None:
        return column, odd
    found: list[Any] = []
    for at, value in enumerate(values):
        try:
            found.append(instant(value, name) if value else None)
        except ValueError:
            odd.append(at)
            found.append(None)
    return pa.array(found, pa.timestamp("us")), odd


def cleaned(
    values: Sequence[Any], clean: Callable[[Any], str | None], limit: int, unless: str = MAY_HOLD_SECRET
) -> ArrowColumn:
    """Texts as `clean` keeps them; it is asked only for those that are not surely kept as they are.

    Args:
        limit: bytes up to which a plain text stays.
        unless: a pattern (RE2); a text that it matches is asked about.
    """
    if not _are_texts(values):
        return pa.array(list(map(clean, values)), pa.string())
    texts = pa.array(values, pa.string())
    is_kept = pc.and_(pc.match_substring_regex(texts, PLAIN), pc.invert(pc.match_substring_regex(texts, unless)))
    is_kept = pc.fill_null(pc.and_(is_kept, pc.less_equal(pc.binary_length(texts), limit)), True)
    if pc.all(is_kept).as_py():
        return texts
    asked = pc.invert(is_kept)
    answers = [clean(text) for text in texts.filter(asked).to_pylist()]
    return pc.replace_with_mask(texts, asked, pa.array(answers, pa.string()))


def amounts(
    values: Sequence[Any], written: Sequence[bytes | None], costs: RawSum
) -> tuple[ArrowColumn, list[int], Callable[[ArrowColumn], None]]:
    """Amounts of money to 12 places, half-even; and what adds the unrounded ones of chosen rows to `costs`.

    Args:
        values: the amounts as a quick parser gives them (float, int, `None`).
        written: the bytes that follow the amount's name in its line, which hold all its digits.
    """
    found = pc.extract_regex(pa.array(written, pa.binary()), _AMOUNT)
    texts = pc.struct_field(found, "all").cast(pa.string())
    odd = [
        at
        for at, (value, text) in enumerate(zip(values, texts.to_pylist(), strict=True))
        if value is not None and (not text or type(value) not in (float, int) or float(text) != value)
    ]
    stated = pa.array([value is not None for value in values], pa.bool_())
    if odd:
        out = set(odd)
        stated = pa.array([value is not None and at not in out for at, value in enumerate(values)], pa.bool_())
    fine = pc.if_else(stated, texts, _NO_TEXT).cast(_FINE)
    places = pc.add(
        pc.fill_null(pc.binary_length(pc.struct_field(found, "places")), 0),
        pc.fill_null(_whole(pc.struct_field(found, "less")), 0),
    )

    def add(rows: ArrowColumn) -> None:
        chosen = pc.and_(stated, rows)
        total = pc.sum(fine.filter(chosen)).as_py()
        if total is not None:
            scale = pc.max(places.filter(chosen)).as_py()
            costs.add(total.quantize(Decimal(1).scaleb(-scale), context=EXACT))

    rounded = pc.round(fine, ndigits=MONEY_SCALE, round_mode="half_to_even").cast(_MONEY)
    return rounded, odd, add


def _whole(column: ArrowColumn) -> ArrowColumn:
    texts = column.cast(pa.string())
    return pc.if_else(pc.equal(texts, ""), _NO_TEXT, texts).cast(pa.int32())


def _are_texts(values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= _TEXTS


__all__ = ["MAY_HOLD_SECRET", "PLAIN", "ArrowColumn", "amounts", "cleaned", "counts", "pc", "times"]

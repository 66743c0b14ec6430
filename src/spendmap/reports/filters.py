"""The question a report answers: which period, basis, currency, groups and conditions.

Reads what a person typed; checks every word against the read model. Only names from `DIMENSIONS`
and `COST_BASES` ever become SQL text; every value travels as a parameter.
Invariant: a `Question` is valid; what it asks for exists or is marked as matching nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from spendmap.capture.waiting import waiting
from spendmap.published.dimensions import DIMENSIONS
from spendmap.reports.dimensions import ALIASES, words
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.money import COST_BASES, CostBasis
from spendmap.vocabulary.period import Period, month_add

Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Conditions that all hold: dimension -> any of these values; "" is the unknown value."""

MAX_GROUPS = 6
MAX_VALUES = 500
FIRST_YEAR, LAST_YEAR = "1970", "2999"


@dataclass(frozen=True)
class Question:
    """One valid question to one read model. `notes` are what a reader must know about how it was read."""

    period: Period
    compare: Period | None
    currency: str
    basis: CostBasis
    by: tuple[str, ...] = ("category",)
    where: Where = ()
    notes: tuple[str, ...] = ()

    @property
    def last_month(self) -> Period:
        """The period's last month: what balances are told at the end of."""
        return Period(self.period.last, self.period.last, self.period.last)

    @property
    def parameters(self) -> dict[str, object]:
        """Values of the period, the comparison, the currency and the conditions, by parameter name."""
        before = self.compare or Period("nothing", "", "")
        strip_first = strip_window(self.period)[0]
        compared = [self.compare.first] if self.compare else []
        return {
            "first": self.period.first,
            "last": self.period.last,
            "previous_first": before.first,
            "previous_last": before.last,
            "strip_first": strip_first,
            # One plain span around every month a query reads: rows lie in month order, and the rest is skipped.
            "low": min(strip_first, *compared, self.period.first),
            "low_selected": min(self.period.first, *compared, self.period.last),
            "high": max(self.period.last, before.last),
            "currency": self.currency,
            **condition(self.where)[1],
        }

    def fill(self, sql: str, *, columns: Mapping[str, str] | None = None) -> str:
        """Put this question's column names and conditions where the SQL text says `{...}`."""
        return (
            sql.replace("{cost}", f"{self.basis}_cost")
            .replace("{missing}", f"{self.basis}_missing")
            .replace("{where}", condition(self.where, columns)[0])
        )

    def query(self, figure: str, narrowed: Iterable[tuple[str, str]] = ()) -> str:
        """The query text that explains a figure of this question, narrowed to one group."""
        narrow = dict(narrowed)
        pairs = [("figure", figure), ("period", self.period.label), ("basis", self.basis), ("currency", self.currency)]
        pairs += [("where", f"{name}:{value}") for name, values in self.where if name not in narrow for value in values]
        pairs += [("where", f"{name}:{value}") for name, value in narrow.items()]
        return urlencode(pairs, safe=":,/")


def condition(where: Where, columns: Mapping[str, str] | None = None) -> tuple[str, dict[str, object]]:
    """`where` as SQL over the dimension columns (renamed by `columns`) and its parameters; "true" for none."""
    parts: list[str] = []
    values: dict[str, object] = {}
    for name, wanted in where:
        if name not in DIMENSIONS:
            raise KeyError(name)
        column = (columns or {}).get(name, name)
        texts = [value for value in wanted if value]
        names = [f"w{len(values) + index}" for index in range(len(texts))]
        values.update(zip(names, texts, strict=True))
        tests = [f"{column} IN ({', '.join('$' + each for each in names)})"] if names else []
        if "" in wanted:
            tests.append(f"{column} IS NULL OR {column} = ''")
        parts.append(f"({' OR '.join(tests)})")
    return " AND ".join(parts) or "true", values


def ask(
    model: ReadModel,
    *,
    today: date,
    period: str | None = None,
    compare: str = "previous",
    by: Sequence[str] = ("category",),
    basis: str = "effective",
    currency: str | None = None,
    where: Iterable[tuple[str, str]] = (),
) -> Question:
    """Read a question as typed.

    Args:
        today: the UTC day it is asked on; decides the default period only.
        period: `2026-10`, `2026-Q3`, `2026`, `all`; None is the last full month that has AI rows.
        compare: `previous`, `none`, or a period.
        where: (dimension, value) pairs; pairs of one dimension are alternatives.
    Raises:
        UsageError: a word is not known; the message names the known ones.
    """
    chosen, notes = read_period(model, period, today)
    return Question(
        period=chosen,
        compare=_read_compare(model, compare, chosen),
        currency=_read_currency(model, currency),
        basis=_read_basis(basis),
        by=read_dimensions(by),
        where=_read_where(model, where),
        notes=notes,
    )


def default_period(model: ReadModel, today: date) -> tuple[Period, tuple[str, ...]]:
    """The last full month that has AI rows, else the latest month that has; with a note when that is not last month."""
    last_full = Period.last_full_month(today)
    months = model.months_with_ai or model.meta.months
    full = [month for month in months if month <= last_full.label]
    if not months or (full and full[-1] == last_full.label):
        return last_full, ()
    if full:
        return Period.parse(full[-1]), (
            f"Nothing is captured for {last_full.label} yet; this is {full[-1]}, the last full month with figures.",
        )
    return Period.parse(months[0]), (
        f"Nothing is captured up to {last_full.label}; this is {months[0]}, which is not over or lies ahead.",
    )


def read_period(model: ReadModel, text: str | None, today: date) -> tuple[Period, tuple[str, ...]]:
    """The period asked for, or the default, with what a reader must know about it.

    Raises:
        UsageError: not a period.
    """
    if not text:
        return default_period(model, today)
    try:
        return _parse_period(text, model.meta.months), ()
    except ValueError as error:
        refused = waiting(model.root / "quarantine") if model.is_empty else None
        if refused is not None:
            raise UsageError(f"{error}: {refused.sentence}.", next_step=refused.next_step) from error
        raise UsageError(f"{error}.", next_step=f"Try `--period {default_period(model, today)[0].label}`.") from error


def read_dimensions(names: Sequence[str]) -> tuple[str, ...]:
    """Dimension names, aliases resolved, each once.

    Raises:
        UsageError: none, too many, or an unknown one.
    """
    read = tuple(dict.fromkeys(ALIASES.get(name.strip(), name.strip()) for name in names if name.strip()))
    for name in read:
        if name not in DIMENSIONS:
            raise _unknown("dimension", name, DIMENSIONS)
    if not 1 <= len(read) <= MAX_GROUPS:
        raise UsageError(
            f"a map is grouped by 1 to {MAX_GROUPS} dimensions, not {len(read)}.",
            next_step="Try `--by category,vendor`.",
        )
    return read


def split_condition(text: str, separator: str) -> tuple[str, str]:
    """`department:support` (or `department=support`) as a pair. The value may hold the separator, and may be empty.

    Raises:
        UsageError: no separator.
    """
    name, found, value = text.partition(separator)
    if not found or not name.strip():
        raise UsageError(
            f"{text[:80]!r} is not a condition.",
            next_step=f"Write DIMENSION{separator}VALUE, such as department{separator}support.",
        )
    return name.strip(), value.strip()


def strip_window(period: Period) -> tuple[str, str]:
    """The thirteen months up to the period's last, or the whole period when it is longer."""
    return min(period.first, month_add(period.last, -12)), period.last


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last`, both inside."""
    return Period("", first, last).months


def _parse_period(text: str, months: tuple[str, ...]) -> Period:
    period = Period.parse(text[:20], known_months=months)
    if not FIRST_YEAR <= period.first[:4] <= LAST_YEAR:
        raise ValueError(f"{text[:20]!r} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return period


def _read_compare(model: ReadModel, text: str, period: Period) -> Period | None:
    if text in {"", "none"}:
        return None
    if text == "previous":
        return None if period.label == "all" else period.previous()
    try:
        return _parse_period(text, model.meta.months)
    except ValueError as error:
        raise UsageError(f"compare: {error}.", next_step="Write previous, none or a period such as 2025-10.") from error


def _read_currency(model: ReadModel, text: str | None) -> str:
    currency = (text or model.meta.currency).upper()
    known = sorted({model.meta.currency, *model.meta.currencies})
    if currency not in known:
        raise UsageError(
            f"no figure is kept in {currency[:20]!r}; currencies are never converted here.",
            next_step=f"Choose from: {', '.join(known)}.",
        )
    return currency


def _read_basis(text: str) -> CostBasis:
    for basis in COST_BASES:
        if text in {basis, f"{basis}_cost"}:
            return basis
    raise _unknown("basis", text, COST_BASES)


def _read_where(model: ReadModel, pairs: Iterable[tuple[str, str]]) -> Where:
    where: dict[str, list[str]] = {}
    count = 0
    for typed, value in pairs:
        count += 1
        name = ALIASES.get(typed, typed)
        if name not in DIMENSIONS:
            raise _unknown("dimension", typed, DIMENSIONS)
        values = where.setdefault(name, [])
        read = read_value(model, name, value)
        if read not in values:
            values.append(read)
    if count > MAX_VALUES:
        raise UsageError(
            f"{count} conditions are more than {MAX_VALUES}.", next_step="Ask for fewer values, or group with `--by`."
        )
    return tuple((name, tuple(values)) for name, values in where.items())


def read_value(model: ReadModel, dimension: str, value: str) -> str:
    """The known value that was meant: its id, or its label, in any case; "" stays the unknown value.

    Raises:
        UsageError: no row carries it and nobody declared it; the message names near ones.
    """
    if not value:
        return ""
    labels = {id_: label for id_, label in model.meta.labels.get(dimension, {}).items() if id_}
    known = {*model.values(dimension), *labels}
    if dimension == "month":
        known |= set(model.meta.months)
    if value in known:
        return value
    folded = value.casefold()
    same = [each for each in sorted(known) if folded in {each.casefold(), model.label(dimension, each).casefold()}]
    if len(same) == 1:
        return same[0]
    raise _unknown(words(dimension), value, sorted(known))


def _unknown(kind: str, text: str, known: Sequence[str]) -> UsageError:
    import difflib

    text = text[:80]
    near = (
        difflib.get_close_matches(text, known, n=5, cutoff=0.5)
        or [each for each in known if text.casefold() in each.casefold()][:5]
    )
    if near:
        meant = f"Did you mean {' or '.join(near)}?"
        return UsageError(f"no {kind} is called {text!r}. {meant}", next_step=f"Known: {_some(known)}.")
    return UsageError(f"no {kind} is called {text!r}.", next_step=f"Known: {_some(known)}.")


def _some(known: Sequence[str], limit: int = 25) -> str:
    if not known:
        return "none yet"
    rest = len(known) - limit
    return ", ".join(known[:limit]) + (f" and {rest} more" if rest > 0 else "")

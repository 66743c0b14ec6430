"""What a rule may ask of a ledger row, and the SQL expression that asks it.

Reads YAML nodes; gives SQLGlot expressions, never text. Text is compared in lower case; a missing value
makes a condition false, on every engine. What the ledger keeps as a keyed hash is compared as written and as that hash
(`stored_forms`), so that a rule may name somebody whom no row names. Each lowered column is named once (`Derived`), so
that a hundred rules lower it once per row and not a hundred times.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from sqlglot import exp

from spendmap.ledger import TABLES
from spendmap.ledger.keeping import keepings
from spendmap.register.documents import Mapping, Node, Scalar, Sequence, iter_items
from spendmap.register.problems import did_you_mean, listed
from spendmap.vocabulary.masking import PERSON, Hashed, as_person, masked, names_person, pseudonymised

Op = Literal["equals", "contains", "starts_with", "ends_with", "regex", "missing", "gt", "ge", "lt", "le"]
_PARTS = ("contains", "starts_with", "ends_with", "regex")
OPS: tuple[str, ...] = ("contains", "starts_with", "ends_with", "regex", "missing", "gt", "ge", "lt", "le")
COMPARISONS: dict[str, type[exp.Binary]] = {"gt": exp.GT, "ge": exp.GTE, "lt": exp.LT, "le": exp.LTE}
MAPS = ("tags", "sku_price_details")

ONE_SEARCH_FROM = 4  # words from which one search for any of them beats a search for each; Spark's code stays small
_SPECIAL = re.compile(r"[.^$*+?{}()|\[\]\\]")

VENDOR_FACETS = ("vendor_kind", "vendor_category")
"""Facts of the catalogue about a row's `vendor`; they compile to the vendor ids that have them."""

JOINED: dict[str, dict[str, tuple[str, ...]]] = {
    "charge": {
        "sku_text": (
            "resource_type",
            "sku_id",
            "sku_meter",
            "sku_price_id",
            "charge_description",
            "sku_price_details.InstanceType",
            "sku_price_details.InstanceSeries",
        ),
        "payment_text": ("invoice_issuer_name", "memo", "charge_description"),
    },
    "usage": {},
    "activity": {},
    "utilization": {"product_text": ("product", "plan", "supplier_name", "resource_id")},
}
"""Texts made of several columns with ` | ` between them, so that one search looks at all of them."""

DERIVED: dict[str, tuple[str, ...]] = {
    "charge": ("vendor",),
    "usage": ("vendor", "model"),
    "activity": (),
    "utilization": ("vendor",),
}
"""Text columns the caller adds to a table before the rules run."""


FLAGS: dict[str, tuple[str, ...]] = {"charge": (), "usage": ("has_customer",), "activity": (), "utilization": ()}
"""Derived true/false fields: `has_customer` holds where the row names a customer."""


class BadConditionError(ValueError):
    """A condition that cannot be asked. The message is a sentence; `line` says where."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@dataclass(frozen=True)
class Condition:
    """One question to one field. `values` are alternatives; letter case is gone from text already."""

    field: str
    op: Op
    values: tuple[str, ...]
    line: int = 0
    written: tuple[str, ...] = ()  # the values in their own letters: what looks secret is known by them


@dataclass(frozen=True)
class When:
    """Conditions that must all hold; of every group in `any_of`, at least one alternative must hold."""

    conditions: tuple[Condition, ...] = ()
    any_of: tuple[tuple[When, ...], ...] = ()

    def fields(self) -> set[str]:
        """Every field asked about."""
        own = {condition.field for condition in self.conditions}
        return own.union(*(when.fields() for group in self.any_of for when in group)) if self.any_of else own


@dataclass(frozen=True)
class Derived:
    """A column the caller adds in a step before the rules: `SELECT *, expression AS name`."""

    name: str
    expression: exp.Expression


@dataclass
class Columns:
    """Names the columns of one table as the rules need them, and collects what has to be derived."""

    table: str
    available: frozenset[str]
    hashed: Hashed | None = None  # the workspace's keyed hash; None = rows are compared as written only
    derived: dict[str, Derived] = field(default_factory=dict)

    def text(self, name: str) -> exp.Column:
        """The lower-case form of a text field, a map entry or a joined text."""
        joined = JOINED[self.table].get(name)
        if joined is not None:
            parts = [self._raw(part) for part in joined if part.partition(".")[0] in self.available]
            whole = exp.ConcatWs(expressions=[exp.Literal.string(" | "), *parts], safe=True, coalesce=True)
            return self._derive(name, whole)
        return self._derive(name, self._raw(name))

    def plain(self, name: str) -> exp.Expression:
        """A column that is not text, as it is."""
        if name == "has_customer" and name not in self.available:
            return exp.paren(exp.Not(this=exp.Is(this=exp.column("customer_id"), expression=exp.null())), copy=False)
        return exp.column(name)

    def type_of(self, name: str) -> str:
        """Ledger type of a field; everything derived or out of a map is text."""
        return _type_of(self.table, name)

    def _raw(self, name: str) -> exp.Expression:
        column, dot, entry = name.partition(".")
        if dot and column in MAPS:
            return exp.Bracket(this=exp.column(column), expressions=[exp.Literal.string(entry)])
        if name == "model" and "model" not in self.available:
            return exp.Coalesce(this=exp.column("response_model"), expressions=[exp.column("request_model")])
        return exp.column(name)

    def _derive(self, name: str, expression: exp.Expression) -> exp.Column:
        alias = derived_name(name)
        self.derived[alias] = Derived(alias, exp.Lower(this=expression))
        return exp.column(alias)


def derived_name(name: str) -> str:
    """The column that holds the lower-case form of a field: one name per field, whoever derives it.

    A map entry whose own name is not plain (`tags.Cost Centre`) carries a checksum, so that no two share a column.
    """
    column, _, entry = name.partition(".")
    if not entry:
        return f"lc_{column}"
    plain = re.sub(r"[^a-z0-9]+", "_", entry.lower())
    return f"lc_{column}_{plain}" + ("" if plain == entry else f"_{zlib.crc32(entry.encode()):08x}")


def stored_forms(table: str, name: str, value: str, hashed: Hashed) -> tuple[str, ...]:
    """The forms, in lower case, in which the ledger may hold a text: as written, and as the door keeps it."""
    column, _, entry = name.partition(".")
    keeping = keepings(table).get(column, "label")
    if keeping == "tags" and names_person(entry):
        kept = as_person(value, hashed)
    elif keeping == "person":
        kept = as_person(value, hashed).removeprefix(PERSON)
    elif keeping == "words":
        kept = masked(value)
    else:
        kept = pseudonymised(value, hashed, is_label=keeping != "id")
    return tuple(dict.fromkeys((value.lower(), kept.lower())))


VendorsWith = Callable[[dict[str, tuple[str, ...]]], Iterable[tuple[date | None, tuple[str, ...]]]]
"""Facets -> groups of vendor ids with the day from which the facets hold of them (None = always)."""


def known_fields(table: str) -> frozenset[str]:
    """Fields a rule on this table may ask about; map entries (`tags.NAME`) besides."""
    columns = {column.name for column in TABLES[table].columns if column.type != "map"}
    facets = set(VENDOR_FACETS) if "vendor" in DERIVED[table] else set()
    return frozenset(columns | set(DERIVED[table]) | set(JOINED[table]) | set(FLAGS[table]) | facets)


def _type_of(table: str, name: str) -> str:
    if name in FLAGS[table]:
        return "flag"
    known = TABLES[table]
    return known.column(name).type if name in known.names else "text"


def parse_when(table: str, node: Node) -> When:
    """The conditions of a `when`.

    Raises:
        BadConditionError: not a mapping, an unknown field or comparison, or a value of the wrong kind.
    """
    if not isinstance(node, Mapping):
        raise BadConditionError(node.line, "`when` is a mapping of fields to what they must be.")
    conditions: list[Condition] = []
    groups: list[tuple[When, ...]] = []
    for name, value in node.entries.items():
        if name == "any":
            if not isinstance(value, Sequence) or not value.items:
                raise BadConditionError(node.lines[name], "`any` is a list of mappings, one of which must hold.")
            groups.append(tuple(parse_when(table, item) for item in value.items))
        else:
            _check_field(table, name, node.lines[name])
            conditions.extend(_conditions_of(table, name, value))
    return When(tuple(conditions), tuple(groups))


def compile_when(when: When, columns: Columns, vendors_with: VendorsWith) -> exp.Expression:
    """The expression that is TRUE where every condition holds; TRUE everywhere when there is none."""
    facets = {each.field: each.values for each in when.conditions if each.field in VENDOR_FACETS}
    terms = [_compile(each, columns) for each in when.conditions if each.field not in VENDOR_FACETS]
    if facets:
        terms.append(_vendor_term(vendors_with(facets), columns))
    for group in when.any_of:
        alternatives: list[exp.Expression] = [
            exp.paren(compile_when(each, columns, vendors_with), copy=False) for each in group
        ]
        terms.append(exp.paren(_chain(exp.Or, alternatives), copy=False))
    return _chain(exp.And, terms) if terms else exp.true()


def between_days(valid_from: date | None, valid_to: date | None) -> list[exp.Expression]:
    """Conditions on `charge_period_start` for a half-open span of UTC days."""
    terms: list[exp.Expression] = []
    if valid_from is not None:
        terms.append(exp.GTE(this=exp.column("charge_period_start"), expression=midnight(valid_from)))
    if valid_to is not None:
        terms.append(exp.LT(this=exp.column("charge_period_start"), expression=midnight(valid_to)))
    return terms


def midnight(day: date) -> exp.Expression:
    """The first instant of a UTC day, as the ledger stores instants."""
    return _typed(f"{day.isoformat()} 00:00:00", TIMESTAMP)


TIMESTAMP = exp.DataType(this=exp.DataType.Type.TIMESTAMP)
DATE = exp.DataType(this=exp.DataType.Type.DATE)


def _typed(text: str, type_: exp.DataType) -> exp.Expression:
    """A literal of a type. (`exp.cast` reads the type's name with the parser, each time.)"""
    return exp.Cast(this=exp.Literal.string(text), to=type_.copy())


def columns_behind(table: str, name: str, available: Collection[str]) -> str | None:
    """The column a field needs and the relation lacks, or None when it can be asked."""
    if name in JOINED[table]:
        return None
    column = "vendor" if name in VENDOR_FACETS else name.partition(".")[0]
    stand_in = {"model": "response_model", "has_customer": "customer_id"}.get(column)
    return None if column in available or stand_in in available else column


def all_of(terms: Iterable[exp.Expression]) -> exp.Expression:
    """The conjunction; TRUE when there is no term."""
    listed_terms = list(terms)
    return _chain(exp.And, listed_terms) if listed_terms else exp.true()


def _check_field(table: str, name: str, line: int) -> None:
    known = known_fields(table)
    column, dot, entry = name.partition(".")
    if dot and entry and column in MAPS and column in TABLES[table].names:
        return
    if name not in known:
        raise BadConditionError(
            line,
            f"a {table} has no field {name!r}.{did_you_mean(name, known)} Fields: {listed(known, 80)}, tags.NAME.",
        )


def _conditions_of(table: str, name: str, node: Node) -> list[Condition]:
    if not isinstance(node, Mapping):
        return [_condition(table, name, "equals", node)]
    if not node.entries:
        raise BadConditionError(node.line, f"{name} asks nothing.")
    found: list[Condition] = []
    for op, value in node.entries.items():
        if op not in OPS:
            raise BadConditionError(
                node.lines[op], f"{op!r} is not a comparison.{did_you_mean(op, OPS)} Comparisons: {', '.join(OPS)}."
            )
        found.append(_condition(table, name, op, value))  # type: ignore[arg-type]
    return found


def _condition(table: str, name: str, op: Op, node: Node) -> Condition:
    kind = _type_of(table, name)
    if name in VENDOR_FACETS and op != "equals":
        raise BadConditionError(node.line, f"{name} is compared as a whole: write one value or a list.")
    if op in _PARTS and names_person(name.partition(".")[2]):
        raise BadConditionError(
            node.line, f"{name} is kept as a keyed hash: compare it as a whole, or ask whether it is missing."
        )
    values: list[str] = []
    written: list[str] = []
    for item in iter_items(node):
        if not isinstance(item, Scalar) or item.is_null:
            raise BadConditionError(
                node.line, f"{name} needs a value, or a list of values; for none use missing: true."
            )
        values.append(_checked(name, kind, op, item))
        written.append(item.text)
    if not values:
        raise BadConditionError(node.line, f"{name} lists no value.")
    if len(values) > 1 and (op in COMPARISONS or op == "missing"):
        raise BadConditionError(node.line, f"{name} {op} takes one value.")
    return Condition(name, op, tuple(values), node.line, tuple(written))


def _checked(name: str, kind: str, op: Op, item: Scalar) -> str:
    if op == "missing":
        if item.flag is None:
            raise BadConditionError(item.line, f"{name} missing is true or false.")
        return str(item.flag).lower()
    if op == "regex":
        problem = regex_problem(item.text)
        if problem:
            raise BadConditionError(item.line, f"{name} regex {item.text!r}: {problem}.")
        return lowered_regex(item.text)
    if kind == "text":
        if op in COMPARISONS:
            raise BadConditionError(item.line, f"{name} is text; it cannot be {op} something.")
        return item.text.lower()
    if op in {"contains", "starts_with", "ends_with"}:
        raise BadConditionError(item.line, f"{name} is not text; compare it with a value, gt, ge, lt or le.")
    if kind == "flag":
        if item.flag is None or op != "equals":
            raise BadConditionError(item.line, f"{name} is true or false.")
        return str(item.flag).lower()
    if kind in {"timestamp", "date"}:
        try:
            return date.fromisoformat(item.text).isoformat()
        except ValueError:
            raise BadConditionError(item.line, f"{name} {item.text!r} is not a day; write YYYY-MM-DD.") from None
    try:
        number = Decimal(item.text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadConditionError(item.line, f"{name} {item.text!r} is not a number.")
    return format(number, "f")


def _compile(condition: Condition, columns: Columns) -> exp.Expression:
    kind = columns.type_of(condition.field)
    if kind != "text":
        return _compile_typed(condition, kind, columns.plain(condition.field))
    column = columns.text(condition.field)
    values = condition.values
    if condition.op == "equals" and columns.hashed is not None:
        values = tuple(
            dict.fromkeys(
                form
                for value in condition.written or values
                for form in stored_forms(columns.table, condition.field, value, columns.hashed)
            )
        )
    literals = [exp.Literal.string(value) for value in values]
    match condition.op:
        case "equals":
            if len(literals) == 1:
                return exp.EQ(this=column, expression=literals[0])
            return exp.In(this=column, expressions=literals)
        case "missing":
            absent = exp.Or(
                this=exp.Is(this=column, expression=exp.null()),
                expression=exp.EQ(this=column.copy(), expression=exp.Literal.string("")),
            )
            present = exp.NEQ(this=column, expression=exp.Literal.string(""))
            return exp.paren(absent, copy=False) if condition.values == ("true",) else present
        case "contains" if len(literals) >= ONE_SEARCH_FROM:
            words = "|".join(_SPECIAL.sub(r"\\\g<0>", value) for value in condition.values)
            return exp.RegexpLike(this=column, expression=exp.Literal.string(words))
        case "contains":
            terms: list[exp.Expression] = [exp.Contains(this=column.copy(), expression=each) for each in literals]
        case "starts_with":
            terms = [exp.StartsWith(this=column.copy(), expression=each) for each in literals]
        case "ends_with":
            terms = [exp.EndsWith(this=column.copy(), expression=each) for each in literals]
        case _:
            terms = [exp.RegexpLike(this=column.copy(), expression=each) for each in literals]
    return terms[0] if len(terms) == 1 else exp.paren(_chain(exp.Or, terms), copy=False)


def _compile_typed(condition: Condition, kind: str, column: exp.Expression) -> exp.Expression:
    if condition.op == "missing":
        absent = exp.Is(this=column, expression=exp.null())
        return absent if condition.values == ("true",) else exp.Not(this=absent)
    if kind == "flag":
        literals: list[exp.Expression] = [exp.true() if value == "true" else exp.false() for value in condition.values]
    elif kind in {"timestamp", "date"}:
        days = [date.fromisoformat(value) for value in condition.values]
        literals = [midnight(day) if kind == "timestamp" else _typed(day.isoformat(), DATE) for day in days]
    else:
        literals = [_number(value) for value in condition.values]
    if condition.op in COMPARISONS:
        return COMPARISONS[condition.op](this=column, expression=literals[0])  # type: ignore[return-value]
    if len(literals) == 1:
        return exp.EQ(this=column, expression=literals[0])
    return exp.In(this=column, expressions=literals)


def _number(value: str) -> exp.Expression:
    literal = exp.Literal.number(value.removeprefix("-"))
    return exp.Neg(this=literal) if value.startswith("-") else literal


def _vendor_term(groups: Iterable[tuple[date | None, tuple[str, ...]]], columns: Columns) -> exp.Expression:
    terms: list[exp.Expression] = []
    for since, ids in groups:
        is_one = exp.In(this=columns.text("vendor"), expressions=[exp.Literal.string(id_.lower()) for id_ in ids])
        terms.append(exp.paren(_chain(exp.And, [is_one, *between_days(since, None)]), copy=False))
    return exp.paren(_chain(exp.Or, terms), copy=False) if terms else exp.false()


def _chain(kind: type[exp.Connector], terms: list[exp.Expression]) -> exp.Expression:
    """A balanced tree, so that two hundred alternatives do not nest two hundred deep."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    left, right = _chain(kind, terms[:half]), _chain(kind, terms[half:])
    other = exp.And if kind is exp.Or else exp.Or
    return kind(this=_guarded(left, other), expression=_guarded(right, other))  # type: ignore[return-value]


def _guarded(term: exp.Expression, other: type[exp.Connector]) -> exp.Expression:
    return exp.paren(term, copy=False) if isinstance(term, other) else term


_REFUSED_ESCAPES = re.compile(r"\\([1-9bBwWsSAzZGQEhHRXKkpPcxuN])")


def regex_problem(pattern: str) -> str | None:
    """Why a pattern would not mean the same on every engine, or None when it does.

    What remains is plain: literals, `.`, classes, groups, `|`, `^`, `$`, `* + ? {n,m}`, `\\d` and escaped signs.
    """
    if found := _REFUSED_ESCAPES.search(pattern):
        return f"\\{found[1]} differs between engines; write the characters as a class, such as [^a-z0-9]"
    if re.search(r"\(\?(?!:)", pattern):
        return "look-around, named groups and flags differ between engines; letter case is ignored already"
    if re.search(r"[*+?}]\+", re.sub(r"\\.", "x", pattern)):
        return "a possessive quantifier is not read by every engine"
    bare = re.sub(r"\\.", "x", pattern)
    for inside in re.findall(r"\[(\^?\]?[^\]]*)\]", bare):
        if "[" in inside or "&&" in inside:
            return "a class inside a class differs between engines"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"not a regular expression: {error}"
    return None


def lowered_regex(pattern: str) -> str:
    """The pattern with its literal letters in lower case; `\\D` keeps its meaning."""
    return re.sub(r"\\.|[A-Z]+", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), pattern)


__all__ = [
    "BadConditionError",
    "Columns",
    "Condition",
    "Derived",
    "When",
    "all_of",
    "between_days",
    "compile_when",
    "known_fields",
    "lowered_regex",
    "midnight",
    "parse_when",
    "regex_problem",
    "stored_forms",
]

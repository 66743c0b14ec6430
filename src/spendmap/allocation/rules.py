"""Rules that decide scope and category: read, check, order, compile (part of step 2, allocate).

Reads rule YAML (the company's first, then the shipped ones); gives one CASE expression per table that
says which rule decides a row. Knows no engine. First match wins, and the rule's id is what is recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import pyarrow as pa
from sqlglot import exp

from spendmap.allocation.conditions import (
    BadConditionError,
    Columns,
    Derived,
    When,
    all_of,
    between_days,
    columns_behind,
    compile_when,
    parse_when,
)
from spendmap.allocation.keys import KeyPlan, Lookup, compile_keys
from spendmap.allocation.vendors import Vendors, catalogue_vendors
from spendmap.categories import CHARGEABLE
from spendmap.register.documents import Mapping, Node, Scalar, read_document, yaml_files
from spendmap.register.documents import Sequence as Items
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.values import BadValueError, day_of
from spendmap.vocabulary.errors import RuleError
from spendmap.vocabulary.masking import Hashed, masked

On = Literal["charge", "usage", "activity", "utilization"]
TABLES_WITH_RULES: tuple[str, ...] = get_args(On)
SHIPPED = Path(__file__).parent / "rules"
DEFAULT_ORDER = 500
SPLITS_FILE = "splits.yaml"  # beside the rules, and read by `allocation.split`

_FIELDS = ("id", "on", "order", "last", "when", "valid_from", "valid_to", "then", "why", "source")
_THEN = ("scope", "category", "share", "vendor", "tool", "capability")


@dataclass(frozen=True)
class Then:
    """What a rule decides. `share` is the AI part of the row's money, 0 to 1; None = all of it."""

    scope: Literal["ai", "not_ai"]
    category: str | None  # None when not_ai
    share: Decimal | None = None
    vendor: str | None = None
    tool: str | None = None
    capability: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. It holds for rows whose period starts in `[valid_from, valid_to)`, UTC days.

    `is_last`: it speaks only where no other rule and no register key does.
    """

    id: str
    on: On
    order: int
    when: When
    then: Then
    valid_from: date | None
    valid_to: date | None
    why: str
    source: str
    file: str
    line: int
    is_shipped: bool
    is_last: bool = False


@dataclass(frozen=True)
class Compiled:
    """`case` gives the place in `rules` of the first rule that matches a row, or NULL when none does.

    `derived` are the columns `case` reads beside the table's own; add them in a step before it.
    """

    case: exp.Expression
    derived: tuple[Derived, ...]
    rules: tuple[Rule, ...]

    def table(self) -> pa.Table:
        """What the rules decide, one row per place: for an equi-join on `rule_index`."""
        return pa.table(
            {
                "rule_index": pa.array(range(len(self.rules)), pa.int32()),
                "rule_id": pa.array([rule.id for rule in self.rules], pa.string()),
                "scope": pa.array([rule.then.scope for rule in self.rules], pa.string()),
                "category": pa.array([rule.then.category for rule in self.rules], pa.string()),
                "share": pa.array([rule.then.share for rule in self.rules], pa.decimal128(18, 12)),
                "rule_vendor": pa.array([rule.then.vendor for rule in self.rules], pa.string()),
                "rule_tool": pa.array([rule.then.tool for rule in self.rules], pa.string()),
                "rule_capability": pa.array([rule.then.capability for rule in self.rules], pa.string()),
            }
        )


def load_rules(company: Path | None = None) -> list[Rule]:
    """The company's rules (a file, or a folder of YAML files), then the shipped ones, each in order, then its last.

    A company rule with the id of a shipped rule takes its place in the company's list; the shipped one is dropped.

    Raises:
        RuleError: a file cannot be read or a rule is wrong; file, line and rule are named.
    """
    own: list[Rule] = []
    if company is not None and (company.is_file() or any(company.rglob("*.y*ml"))):
        files = [file for file in yaml_files(company, _refuse) if file != company / SPLITS_FILE]
        own = _read_all(files, is_shipped=False)
    replaced = {rule.id for rule in own}
    first = [rule for rule in own if not rule.is_last]
    last = [rule for rule in own if rule.is_last]
    return first + [rule for rule in shipped_rules() if rule.id not in replaced] + last


def shipped_rules() -> list[Rule]:
    """The rules that come with the program, in order."""
    return list(_shipped())


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(_read_all(yaml_files(SHIPPED, _refuse), is_shipped=True))


def read_rules(path: Path) -> list[Rule]:
    """The rules of one file or folder, in order.

    Raises:
        RuleError: as `load_rules`.
    """
    return _read_all(yaml_files(path, _refuse), is_shipped=False)


def compile_first_match(
    rules: Iterable[Rule],
    table: On,
    columns: Collection[str],
    *,
    vendors: Vendors | None = None,
    hashed: Hashed | None = None,
) -> Compiled:
    """The CASE that names the deciding rule of each row of `table`.

    Args:
        rules: in order of precedence; those on other tables are left out.
        columns: what the relation has, the derived `vendor` and `model` included when the caller added them.
        vendors: who `vendor_kind` and `vendor_category` are asked of; None = the shipped catalogue.
        hashed: the workspace's keyed hash, for rules that name what the ledger keeps as one.

    Raises:
        RuleError: a rule asks about a column the relation does not have.
    """
    book = catalogue_vendors() if vendors is None else vendors
    named = Columns(table, frozenset(columns), hashed)
    chosen = tuple(rule for rule in rules if rule.on == table)
    branches: list[exp.If] = []
    for place, rule in enumerate(chosen):
        _check_columns(rule, named.available)
        terms = [compile_when(rule.when, named, book.with_facets), *between_days(rule.valid_from, rule.valid_to)]
        terms = [term for term in terms if term != exp.true()]
        branches.append(exp.If(this=all_of(terms), true=exp.Literal.number(place)))
    if not branches:
        return Compiled(exp.cast(exp.null(), "INT"), (), ())
    return Compiled(exp.Case(ifs=branches), tuple(named.derived.values()), chosen)


def _refuse(message: str, next_step: str) -> RuleError:
    return RuleError(message, next_step=next_step)


def _read_all(files: Sequence[Path], *, is_shipped: bool) -> list[Rule]:
    rules: list[Rule] = []
    for file in files:
        document = read_document(file, _refuse)
        for name in document.entries:
            if name != "rules":
                hint = f" Splits stand in {SPLITS_FILE}." if name == "splits" else did_you_mean(name, ["rules"])
                raise _wrong(file, document.lines[name], f"{name!r} is not read here.{hint}")
        stated = document.get("rules")
        if stated is not None and not isinstance(stated, Items):
            raise _wrong(file, stated.line, "`rules` is a list; begin each with `- id: ...`.")
        rules.extend(_rule(node, file, is_shipped) for node in (() if stated is None else stated.items))
    first: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in first:
            where = f"{first[rule.id].file}:{first[rule.id].line}"
            raise _wrong(Path(rule.file), rule.line, f"rule {rule.id!r} is there already, in {where}.")
        first[rule.id] = rule
    return sorted(rules, key=lambda rule: rule.order)  # stable: within one order, as written


def _rule(node: Node, file: Path, is_shipped: bool) -> Rule:
    if not isinstance(node, Mapping):
        raise _wrong(file, node.line, "a rule is a mapping that begins with `id: ...`.")
    id_node = node.get("id")
    if not isinstance(id_node, Scalar):
        raise _wrong(file, node.line, "this rule has no `id`.")
    name = f"rule {id_node.text!r}"
    for entry in node.entries:
        if entry not in _FIELDS:
            hint = did_you_mean(entry, _FIELDS)
            raise _wrong(file, node.lines[entry], f"{name} has {entry!r}, which is not read.{hint}")
    on = _text(node, "on", file, name)
    if on not in TABLES_WITH_RULES:
        hint = did_you_mean(on, TABLES_WITH_RULES)
        raise _wrong(
            file, node.lines["on"], f"{name}: on {on!r} is not a table with rules.{hint} {_or(TABLES_WITH_RULES)}"
        )
    when_node = node.entries.get("when")
    if when_node is None:
        raise _wrong(file, node.line, f"{name} has no `when`; write `when: {{}}` for every row.")
    try:
        when = parse_when(on, when_node)
        valid_from, valid_to = _day(node, "valid_from"), _day(node, "valid_to")
    except (BadConditionError, BadValueError) as error:
        raise _wrong(file, error.line, f"{name}: {error}") from error
    if valid_from is not None and valid_to is not None and valid_from >= valid_to:
        raise _wrong(file, node.line, f"{name} holds from {valid_from} to {valid_to}, which covers no day.")
    return Rule(
        id=id_node.text,
        on=on,  # type: ignore[arg-type]
        order=_order(node, file, name),
        when=when,
        then=_then(node, file, name),
        valid_from=valid_from,
        valid_to=valid_to,
        why=masked(_text(node, "why", file, name, default="")),
        source=masked(_text(node, "source", file, name, default="")),
        file=str(file),
        line=node.line,
        is_shipped=is_shipped,
        is_last=_last(node, file, name),
    )


def _last(node: Mapping, file: Path, name: str) -> bool:
    stated = node.get("last")
    if stated is None:
        return False
    if not isinstance(stated, Scalar) or stated.flag is None:
        raise _wrong(file, node.lines["last"], f"{name}: last is true or false.")
    then = node.get("then")
    if stated.flag and isinstance(then, Mapping) and then.get("share") is not None:
        raise _wrong(
            file,
            then.lines["share"],
            f"{name} speaks last and cannot split money: a share needs a rule that goes first.",
        )
    return stated.flag


def _then(node: Mapping, file: Path, name: str) -> Then:
    then = node.get("then")
    if not isinstance(then, Mapping):
        raise _wrong(file, node.line, f"{name} has no `then`; write `then: {{scope: ai, category: ...}}`.")
    for entry in then.entries:
        if entry not in _THEN:
            hint = did_you_mean(entry, _THEN)
            raise _wrong(file, then.lines[entry], f"{name}: `then` has {entry!r}, which is not read.{hint}")
    scope = _text(then, "scope", file, name)
    category = _text(then, "category", file, name, default="") or None
    if scope not in {"ai", "not_ai"}:
        raise _wrong(file, then.lines["scope"], f"{name}: scope {scope!r} is not ai or not_ai.")
    if scope == "not_ai" and category is not None:
        raise _wrong(file, then.lines["category"], f"{name}: what is not AI has no category.")
    if scope == "ai" and category is None:
        raise _wrong(file, then.line, f"{name}: what is AI has a category. {_or(CHARGEABLE)}")
    if category is not None and category not in CHARGEABLE:
        hint = did_you_mean(category, CHARGEABLE)
        raise _wrong(file, then.lines["category"], f"{name}: {category!r} is not a category.{hint} {_or(CHARGEABLE)}")
    return Then(
        scope=scope,  # type: ignore[arg-type]
        category=category,
        share=_share(then, file, name),
        vendor=_text(then, "vendor", file, name, default="") or None,
        tool=_text(then, "tool", file, name, default="") or None,
        capability=_text(then, "capability", file, name, default="") or None,
    )


def _share(then: Mapping, file: Path, name: str) -> Decimal | None:
    node = then.get("share")
    if node is None:
        return None
    try:
        share = Decimal(node.text) if isinstance(node, Scalar) else Decimal("NaN")
    except InvalidOperation:
        share = Decimal("NaN")
    exponent = share.as_tuple().exponent
    if not share.is_finite() or not 0 < share <= 1 or not isinstance(exponent, int) or exponent < -12:
        raise _wrong(file, node.line, f"{name}: share is a decimal above 0 and at most 1; write 0.3 for 30 %.")
    return share


def _order(node: Mapping, file: Path, name: str) -> int:
    order = node.get("order")
    if order is None:
        return DEFAULT_ORDER
    if not isinstance(order, Scalar) or not order.is_whole:
        raise _wrong(file, node.lines["order"], f"{name}: order is a whole number; lower comes first.")
    return int(order.text)


def _day(node: Mapping, name: str) -> date | None:
    value = node.get(name)
    return None if value is None else day_of(name, value)


def _text(node: Mapping, name: str, file: Path, rule: str, *, default: str | None = None) -> str:
    value = node.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, Scalar) or not value.text.strip():
        raise _wrong(file, node.lines.get(name, node.line), f"{rule} has no `{name}`, or it is not a single value.")
    return value.text.strip()


def _check_columns(rule: Rule, available: frozenset[str]) -> None:
    for name in sorted(rule.when.fields()):
        if columns_behind(rule.on, name, available):
            raise RuleError(
                f"{rule.file}:{rule.line}: rule {rule.id!r} asks about {name!r}, which these rows do not have.",
                next_step=f"Take the condition out, or ask about one of: {listed(available, 60)}.",
            )


def _wrong(file: Path, line: int, what: str) -> RuleError:
    return RuleError(f"{file}:{line}: {what}", next_step="Fix the rule, then run `spendmap allocate` again.")


def _or(names: Sequence[str]) -> str:
    return f"Choose {', '.join(names[:-1])} or {names[-1]}."


__all__ = [
    "Compiled",
    "KeyPlan",
    "Lookup",
    "Rule",
    "Then",
    "compile_first_match",
    "compile_keys",
    "load_rules",
    "read_rules",
    "shipped_rules",
]

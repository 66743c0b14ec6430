"""Split rules: which money is a pool, what drives it, and who receives it (part of step 2, allocate).

Reads `rules/splits.yaml` of a workspace; knows no engine. Nothing is spread without a rule here, and none is shipped:
which driver is fair is the company's to say. A rule is a pool; the first one that matches takes a row, idle first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, get_args

from spendmap.allocation.rules import SPLITS_FILE
from spendmap.allocation.split.reciprocal import without_exit
from spendmap.categories import CHARGEABLE
from spendmap.published.dimensions import DIMENSIONS
from spendmap.register.documents import Mapping as Names
from spendmap.register.documents import Node, Scalar, iter_items, read_document
from spendmap.register.documents import Sequence as Items
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.values import BadValueError, day_of
from spendmap.vocabulary.errors import RuleError

FILE = SPLITS_FILE
Layer = Literal["shared", "idle", "overhead", "labour"]
Driver = Literal["requests", "tokens", "seats", "hours", "headcount", "fixed", "even"]
LAYERS: tuple[str, ...] = get_args(Layer)
DRIVERS: tuple[str, ...] = get_args(Driver)
MEASURES_POOLS = ("requests", "tokens", "hours", "fixed", "even")
"""Drivers a pool can be measured by when it stands beside other receivers: its own rows, or what the rule states."""
SELECTORS = tuple(name for name in DIMENSIONS if name not in {"use_case", "month"})
"""Dimensions of the month roll-up a pool may select by."""

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_FIELDS = ("id", "name", "pool", "layer", "driver", "to", "weights", "valid_from", "valid_to", "why")
_TO_WORDS = "Name use cases, {category: ...}, {department: ...}, {pool: ...}, all, or nobody."
_TO = ("use_case", "category", "department", "pool")


@dataclass(frozen=True)
class Receivers:
    """Who a pool spreads to; what is named adds up. `everyone` is every use case known in the month.

    Nobody at all is a rule too (`to: nobody`): the money is a layer of its own and stays unallocated on purpose.
    """

    everyone: bool = False
    use_cases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()

    @property
    def has_use_cases(self) -> bool:
        """Whether money can leave the pools here."""
        return self.everyone or bool(self.use_cases or self.categories or self.departments)

    @property
    def is_nobody(self) -> bool:
        """Whether the money stays where it is, by the rule."""
        return not self.has_use_cases and not self.pools


@dataclass(frozen=True)
class SplitRule:
    """One pool. It holds for months whose first day lies in `[valid_from, valid_to)`.

    `pool` maps a dimension to the values it may have, lowered; "" is the unknown value; all dimensions must match.
    """

    id: str
    name: str
    pool: Mapping[str, tuple[str, ...]]
    layer: str
    driver: str
    to: Receivers
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    why: str = ""
    file: str = ""
    line: int = 0

    def holds_in(self, month: str) -> bool:
        """Whether the rule is in force in a month (`2026-10`)."""
        first = date(int(month[:4]), int(month[5:7]), 1)
        return (self.valid_from is None or self.valid_from <= first) and (
            self.valid_to is None or first < self.valid_to
        )

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the month roll-up matches, letter case aside."""
        return all((row[name] or "").casefold() in values for name, values in self.pool.items())

    def as_document(self) -> dict[str, Any]:
        """The rule as the read model and the pages tell it."""
        told = {key: value for key, value in asdict(self).items() if key not in {"file", "line"}}
        told["weights"] = {name: format(weight, "f") for name, weight in self.weights.items()}
        for name in ("valid_from", "valid_to"):
            told[name] = told[name].isoformat() if told[name] else None
        return told


def digest_of(rules: Iterable[SplitRule]) -> str:
    """What the rules in force in a month say, as one short text: another digest, another split."""
    told = [{key: value for key, value in rule.as_document().items() if key not in {"why", "name"}} for rule in rules]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def load_splits(
    folder: Path, *, use_cases: Collection[str] | None = None, departments: Collection[str] | None = None
) -> list[SplitRule]:
    """The rules of `folder/splits.yaml` in the order they are tried: idle first, then as written. No file, no rule.

    Args:
        use_cases: ids the register knows; None skips that check.
        departments: the same for departments.
    Raises:
        RuleError: the file cannot be read, or a rule is wrong; file, line and rule are named.
    """
    file = folder / FILE
    if not file.is_file():
        return []
    document = read_document(file, _refuse)
    for name in document.entries:
        if name != "splits":
            raise _wrong(file, document.lines[name], f"{name!r} is not read here.{did_you_mean(name, ['splits'])}")
    stated = document.get("splits")
    if stated is not None and not isinstance(stated, Items):
        raise _wrong(file, stated.line, "`splits` is a list; begin each with `- id: ...`.")
    rules = [_rule(node, file) for node in (() if stated is None else stated.items)]
    rules = [_with_pools(rule, {each.id for each in rules}) for rule in rules]
    _check(rules, file, use_cases, departments)
    return sorted(rules, key=lambda rule: rule.layer != "idle")  # stable: else as written


def _rule(node: Node, file: Path) -> SplitRule:
    if not isinstance(node, Names):
        raise _wrong(file, node.line, "a split is a mapping that begins with `id: ...`.")
    id_ = node.get("id")
    if not isinstance(id_, Scalar):
        raise _wrong(file, node.line, "this split has no `id`.")
    if not _ID.fullmatch(id_.text):
        raise _wrong(file, id_.line, f"{id_.text[:80]!r} is not an id; write lower-case letters, digits, `-` and `_`.")
    rule = f"split {id_.text!r}"
    for entry in node.entries:
        if entry not in _FIELDS:
            hint = did_you_mean(entry, _FIELDS)
            raise _wrong(file, node.lines[entry], f"{rule} has {entry!r}, which is not read.{hint}")
    weights = _weights(node, file, rule)
    to = _to(node, weights, file, rule)
    driver = "" if to.is_nobody and node.get("driver") is None else _choice(node, "driver", DRIVERS, file, rule)
    if (driver == "fixed") != bool(weights):
        need = "needs `weights: {USE_CASE: NUMBER}`" if driver == "fixed" else "takes no `weights`; they are measured"
        raise _wrong(file, node.lines.get("weights", node.line), f"{rule}: driver {driver!r} {need}.")
    valid_from, valid_to = (_first_of_month(node, name, file, rule) for name in ("valid_from", "valid_to"))
    if valid_from is not None and valid_to is not None and valid_from >= valid_to:
        raise _wrong(file, node.line, f"{rule} holds from {valid_from} to {valid_to}, which covers no month.")
    return SplitRule(
        id=id_.text,
        name=_text(node, "name", file, rule) or id_.text,
        pool=_pool(node, file, rule),
        layer=_choice(node, "layer", LAYERS, file, rule),
        driver=driver,
        to=to,
        weights=weights,
        valid_from=valid_from,
        valid_to=valid_to,
        why=_text(node, "why", file, rule),
        file=str(file),
        line=node.line,
    )


def _pool(node: Names, file: Path, rule: str) -> dict[str, tuple[str, ...]]:
    pool = node.entries.get("pool")
    if not isinstance(pool, Names):
        raise _wrong(
            file,
            node.lines.get("pool", node.line),
            f"{rule} has no `pool`; say which money, such as `pool: {{category: infrastructure}}`.",
        )
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pool.entries.items():
        if name not in SELECTORS:
            hint = did_you_mean(name, SELECTORS)
            raise _wrong(file, pool.lines[name], f"{rule}: a pool is not selected by {name!r}.{hint} {_or(SELECTORS)}")
        items = list(iter_items(value))
        if not items or not all(isinstance(item, Scalar) for item in items):
            raise _wrong(file, pool.lines[name], f"{rule}: {name} is one value or a list of values.")
        texts = tuple(item.text.strip() for item in items if isinstance(item, Scalar))
        for text in texts:
            if name == "category" and text and text not in CHARGEABLE:
                hint = did_you_mean(text, CHARGEABLE)
                raise _wrong(file, pool.lines[name], f"{rule}: {text!r} is not a category.{hint} {_or(CHARGEABLE)}")
        found[name] = tuple(sorted({text.casefold() for text in texts}))
    return found


def _to(node: Names, weights: Mapping[str, Decimal], file: Path, rule: str) -> Receivers:
    stated = node.get("to")
    line = node.lines.get("to", node.line)
    if stated is None:
        if weights:
            return Receivers(use_cases=tuple(weights))
        raise _wrong(file, line, f"{rule} has no `to`. {_TO_WORDS}")
    named: dict[str, list[str]] = {name: [] for name in _TO}
    everyone = False
    if isinstance(stated, Scalar) and stated.text == "nobody":
        return Receivers()
    items = list(iter_items(stated))
    if not items:
        raise _wrong(file, line, f"{rule}: `to` is empty. {_TO_WORDS}")
    for item in items:
        if isinstance(item, Scalar) and item.text == "all":
            everyone = True
        elif isinstance(item, Scalar) and item.text.strip() not in {"", "nobody"}:
            named["use_case"].append(item.text.strip())
        elif isinstance(item, Names) and item.entries:
            for name, value in item.entries.items():
                if name not in _TO:
                    raise _wrong(file, item.lines[name], f"{rule}: `to` has no {name!r}.{did_you_mean(name, _TO)}")
                values = [each.text.strip() for each in iter_items(value) if isinstance(each, Scalar)]
                if not values or not all(values):
                    raise _wrong(file, item.lines[name], f"{rule}: {name} in `to` is one value or a list of values.")
                named[name] += values
        else:
            raise _wrong(file, item.line, f"{rule}: `to` is not readable. {_TO_WORDS}")
    for category in named["category"]:
        if category not in CHARGEABLE:
            hint = did_you_mean(category, CHARGEABLE)
            raise _wrong(file, line, f"{rule}: {category!r} is not a category.{hint} {_or(CHARGEABLE)}")
    return Receivers(everyone, *(tuple(dict.fromkeys(named[name])) for name in _TO))


def _with_pools(rule: SplitRule, pools: Collection[str]) -> SplitRule:
    """Weights alone may name pools as well as use cases: now that every pool is known, tell them apart."""
    if not rule.weights or rule.to.pools or set(rule.to.use_cases) != set(rule.weights):
        return rule
    named = Receivers(
        use_cases=tuple(name for name in rule.to.use_cases if name not in pools),
        pools=tuple(name for name in rule.to.use_cases if name in pools),
    )
    return replace(rule, to=named)


def _check(
    rules: Sequence[SplitRule], file: Path, use_cases: Collection[str] | None, departments: Collection[str] | None
) -> None:
    """What only the whole file shows: ids stated twice, names nobody declared, cycles that let nothing out."""
    first: dict[str, SplitRule] = {}
    for rule in rules:
        if rule.id in first:
            raise _wrong(file, rule.line, f"split {rule.id!r} is there already, on line {first[rule.id].line}.")
        first[rule.id] = rule
    for rule in rules:
        words = f"split {rule.id!r}"
        strangers = sorted(set(rule.weights) - {*rule.to.use_cases, *rule.to.pools})
        if strangers and not (rule.to.everyone or rule.to.categories or rule.to.departments):
            raise _wrong(file, rule.line, f"{words} has a weight for {strangers[0]!r}, which `to` does not name.")
        unknown = sorted(set(strangers) - set(strangers if use_cases is None else use_cases))
        if unknown:
            hint = did_you_mean(unknown[0], use_cases or ())
            raise _wrong(file, rule.line, f"{words} has a weight for {unknown[0]!r}, which is no use case.{hint}")
        for pool in rule.to.pools:
            if pool not in first:
                raise _wrong(
                    file, rule.line, f"{words}: no pool is called {pool!r}.{did_you_mean(pool, first)} {_known(first)}"
                )
            if pool == rule.id:
                raise _wrong(file, rule.line, f"{words} spreads to itself.")
        alone = len(rule.to.pools) == 1 and not rule.to.has_use_cases
        if rule.to.pools and not alone and rule.driver not in MEASURES_POOLS:
            raise _wrong(
                file,
                rule.line,
                f"{words}: {rule.driver} cannot measure a pool beside other receivers. {_or(MEASURES_POOLS)}",
            )
        for name in rule.to.use_cases:
            if use_cases is not None and name not in use_cases:
                raise _wrong(
                    file,
                    rule.line,
                    f"{words}: no use case is called {name!r}.{did_you_mean(name, use_cases)} {_known(use_cases)}",
                )
        for name in rule.to.departments:
            if departments is not None and name not in departments:
                hint = did_you_mean(name, departments)
                raise _wrong(file, rule.line, f"{words}: no department is called {name!r}.{hint} {_known(departments)}")
    closed = without_exit(
        {rule.id: rule.to.pools for rule in rules},
        [rule.id for rule in rules if rule.to.has_use_cases or rule.to.is_nobody],
    )
    if closed:
        where = first[min(closed, key=lambda name: first[name].line)].line
        names = " and ".join(repr(name) for name in sorted(closed))
        raise _wrong(file, where, f"pools {names} spread only to each other: no money ever leaves them.")


def _weights(node: Names, file: Path, rule: str) -> dict[str, Decimal]:
    stated = node.get("weights")
    if stated is None:
        return {}
    if not isinstance(stated, Names):
        raise _wrong(file, stated.line, f"{rule}: `weights` is a mapping of names to numbers.")
    found: dict[str, Decimal] = {}
    for name, value in stated.entries.items():
        try:
            weight = Decimal(value.text) if isinstance(value, Scalar) else Decimal("NaN")
        except InvalidOperation:
            weight = Decimal("NaN")
        exponent = weight.as_tuple().exponent
        is_written = weight.is_finite() and isinstance(exponent, int) and exponent >= -12 and weight < 10**15
        if not is_written or weight < 0:
            raise _wrong(
                file, stated.lines[name], f"{rule}: the weight of {name!r} is a number from 0 with at most 12 places."
            )
        found[name] = weight
    if not any(found.values()):
        raise _wrong(file, stated.line, f"{rule}: every weight is 0; leave the rule out and the money stays in sight.")
    return found


def _first_of_month(node: Names, name: str, file: Path, rule: str) -> date | None:
    value = node.get(name)
    if value is None:
        return None
    try:
        day = day_of(name, value)
    except BadValueError as error:
        raise _wrong(file, error.line, f"{rule}: {error}") from error
    if day is not None and day.day != 1:
        raise _wrong(file, value.line, f"{rule}: {name} is {day}; money is split by whole months, so write a first.")
    return day


def _choice(node: Names, name: str, known: Sequence[str], file: Path, rule: str) -> str:
    text = _text(node, name, file, rule)
    if not text:
        raise _wrong(file, node.line, f"{rule} has no `{name}`. {_or(known)}")
    if text not in known:
        hint = did_you_mean(text, known)
        raise _wrong(file, node.lines[name], f"{rule}: {text[:80]!r} is not a {name}.{hint} {_or(known)}")
    return text


def _text(node: Names, name: str, file: Path, rule: str) -> str:
    value = node.get(name)
    if value is None:
        return ""
    if not isinstance(value, Scalar):
        raise _wrong(file, node.lines[name], f"{rule}: `{name}` is a single value.")
    return value.text.strip()


def _refuse(message: str, next_step: str) -> RuleError:
    return RuleError(message, next_step=next_step)


def _wrong(file: Path, line: int, what: str) -> RuleError:
    return RuleError(f"{file}:{line}: {what}", next_step="Fix the split, then run `spendmap allocate` again.")


def _or(names: Sequence[str]) -> str:
    return f"Choose {', '.join(names[:-1])} or {names[-1]}."


def _known(names: Iterable[str]) -> str:
    return f"Known: {listed(names)}."

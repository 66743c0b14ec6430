"""Which figure is being explained: its name, what it is called, and which rows it is the sum of.

A figure is `total`, one of the named figures below, `DIMENSION:VALUE`, a category, or a dimension
whose value stands in the conditions. The same condition reads the roll-up and the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from spendmap.published.dimensions import DIMENSIONS
from spendmap.reports.dimensions import ALIASES, CATEGORIES, OVERLAP, words
from spendmap.reports.filters import Question, read_value
from spendmap.reports.overlap import OverlapLens
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError

_AI = "scope = 'ai'"
_BOUGHT = "standing IS DISTINCT FROM 'settlement'"  # paying a card's own bill buys nothing
_NAMED: dict[str, tuple[str, str]] = {
    # name: (what it is, its rows)
    "total": ("AI spend", _AI),
    "unclassified": (
        "AI spend no rule placed in a category",
        f"{_AI} AND COALESCE(category, 'unclassified') = 'unclassified'",
    ),
    "unallocated": (
        "AI spend tied to no use case, agent, tool or department",
        f"{_AI} AND COALESCE(use_case, agent, tool, department) IS NULL",
    ),
    "dark": ("billed AI spend that no telemetry explains", f"{_AI} AND method = 'dark'"),
    "unpriced": ("AI rows that hold usage without a price", f"{_AI} AND unpriced_rows > 0"),
    "owned": ("AI spend with an owner", f"{_AI} AND owner IS NOT NULL"),
    "unowned": ("AI spend without an owner", f"{_AI} AND owner IS NULL"),
    "allocated": (
        "AI spend of a department or cost centre",
        f"{_AI} AND COALESCE(department, cost_center) IS NOT NULL",
    ),
    "evidenced": ("AI spend that was invoiced or metered", f"{_AI} AND evidence IN ('invoiced', 'metered')"),
    "not_ai": ("money captured that is not AI", f"scope = 'not_ai' AND {_BOUGHT}"),
    "covered": ("money already counted from a finer source", "scope = 'covered'"),
    "captured": ("all money captured", f"scope IN ('ai', 'not_ai', 'covered') AND {_BOUGHT}"),
}

FIGURES = (*_NAMED, OVERLAP)


@dataclass(frozen=True)
class Figure:
    """A figure of a question. `rows` is SQL over dimension columns; its values are in `values`."""

    name: str
    title: str
    what: str
    rows: str
    question: Question
    values: dict[str, object] = field(default_factory=dict)

    @property
    def is_additive(self) -> bool:
        """Whether it is a part of the map's total."""
        return self.name not in {OVERLAP, "not_ai", "covered", "captured"}

    @property
    def parameters(self) -> dict[str, object]:
        """Every value its queries need."""
        return {**self.question.parameters, **self.values}

    def sql(self, text: str, *, in_ledger: bool) -> str:
        """The text with this figure's rows, conditions and basis put in; the ledger calls a month by another name."""
        columns = {"month": "billing_month"} if in_ledger else None
        return self.question.fill(text, columns=columns).replace("{figure}", f"({self.rows})")


def read_figure(model: ReadModel, question: Question, text: str) -> Figure:
    """The figure a person named.

    Raises:
        UsageError: no figure is called so, or a dimension stands alone without a condition.
    """
    name, colon, value = text.strip().partition(":")
    name = ALIASES.get(name, name)
    if name in {each.id for each in CATEGORIES} and not colon and name != "unclassified":
        name, colon, value = "category", ":", name
    if name == "category" and value == OVERLAP:
        name, colon = OVERLAP, ""
    if name in DIMENSIONS:
        return _of_dimension(model, question, name, value if colon else None)
    if colon or name not in FIGURES:
        raise UsageError(
            f"no figure is called {text[:80]!r}.",
            next_step=f"Known: {', '.join(FIGURES)}, or DIMENSION:VALUE such as category:infrastructure.",
        )
    if name == OVERLAP:
        return _overlap(model, question)
    what, rows = _NAMED[name]
    return Figure(name, _title(model, question, what), what, rows, question)


def _of_dimension(model: ReadModel, question: Question, name: str, value: str | None) -> Figure:
    if value is not None:
        read = read_value(model, name, value.strip())
        where = tuple(pair for pair in question.where if pair != (name, (read,)))
        question = replace(question, where=(*where, (name, (read,))))
    elif name not in {known for known, _ in question.where}:
        raise UsageError(f"which {words(name)}?", next_step=f"Write {name}:VALUE, or add the condition {name}.")
    return Figure(name, _title(model, question, "AI spend"), "AI spend", _AI, question)


def _overlap(model: ReadModel, question: Question) -> Figure:
    with model.session() as session:
        pairs = OverlapLens(model, question, session).pairs(question.period.first, question.period.last)
    tests: list[str] = []
    values: dict[str, object] = {}
    for index, (tool, vendor) in enumerate(pairs):
        both = {"tool": tool, "vendor": vendor}
        test = " AND ".join(f"{name} IS NOT DISTINCT FROM $o{index}_{name}" for name in both)
        tests.append(test if tool is not None else f"{test} AND use_case IS NULL AND agent IS NULL")
        values.update({f"o{index}_{name}": each for name, each in both.items()})
    rows = f"{_AI} AND category = 'internal_tools' AND ({' OR '.join(tests) or 'false'})"
    what = "internal-tool spend on capabilities that several vendors serve (also counted in internal tools)"
    return Figure(OVERLAP, _title(model, question, what), what, rows, question, values)


def _title(model: ReadModel, question: Question, what: str) -> str:
    return ", ".join([what[0].upper() + what[1:], *conditions_in_words(model, question), question.period.label])


def conditions_in_words(model: ReadModel, question: Question) -> list[str]:
    """Each condition as `vendor is Amazon Web Services or OpenAI`."""
    return [
        f"{words(name)} is {' or '.join(model.label(name, value or None) for value in values)}"
        for name, values in question.where
    ]

"""Turn the records of a foreign inventory into drafts of entities, as a mapping says.

Pure. A record that cannot be read as mapped is rejected whole, with its line and the reason; the others go on.
Invariant: every value of a draft comes from a cell, and the draft knows from which lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from spendmap.register.documents import Scalar
from spendmap.register.keeping import keeping_of
from spendmap.register.mapping import LINE, PLACEHOLDER, EntityMap, FieldMap, ImportMapping
from spendmap.register.problems import did_you_mean
from spendmap.register.schema import BY_TYPE, Kind
from spendmap.register.table_file import Record
from spendmap.register.values import BadValueError, value_of
from spendmap.vocabulary.masking import masked, without_secrets

LISTS = {"texts", "refs"}
ID_LENGTH = 120  # characters of an id made from words
LINES_NAMED = 8  # lines an evidence note names before it counts the rest


class Product(Protocol):
    """What a product's name stands for, and why."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def vendor(self) -> str | None: ...
    @property
    def vendor_name(self) -> str | None: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Resolvers:
    """Who turns names into ids: the vendor catalogue and the product catalogue, handed in from above.

    `vendor` gives (id, name) or None; `product` always answers, with an id of its own for what is not catalogued.
    """

    vendor: Callable[[str], tuple[str, str] | None] = lambda name: None
    product: Callable[[str], Product | None] = lambda name: None


@dataclass
class Draft:
    """One entity, its values by field, and the lines each value was read from."""

    kind: Kind
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    first_line: int = 0

    def add(self, name: str, value: Any, line: int) -> None:
        """A list grows by what is new in it; of two single values the first stays."""
        if name not in self.values:
            self.values[name] = list(value) if isinstance(value, list) else value
        elif isinstance(value, list):
            self.values[name] += [each for each in value if each not in self.values[name]]
        elif self.values[name] != value:
            return
        if not self.lines.setdefault(name, []) or self.lines[name][-1] != line:
            self.lines[name].append(line)


@dataclass(frozen=True)
class Rejected:
    """A record that was not imported."""

    line: int
    reason: str


@dataclass(frozen=True)
class Unread:
    """A cell that was left unanswered because it could not be read; its record was imported."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True)
class Merged:
    """Spellings that became one product, and why each did."""

    product: str
    name: str
    vendor: str | None
    spellings: dict[str, str]  # as written -> why
    cells: int


@dataclass
class Drafted:
    """Everything the records gave. `silent` counts records the mapping makes nothing of."""

    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    merged: dict[str, Merged] = field(default_factory=dict)
    silent: int = 0
    numbered: int = 0


def draft_rows(
    mapping: ImportMapping,
    records: Iterable[Record],
    resolvers: Resolvers,
    advance: Callable[[], None] = lambda: None,
) -> Drafted:
    """Drafts of every entity the records describe, in the order of the file."""
    maker = _Maker(mapping, resolvers)
    for record in records:
        maker.take(record)
        advance()
    return maker.made


class _Maker:
    def __init__(self, mapping: ImportMapping, resolvers: Resolvers) -> None:
        self.mapping, self.resolvers = mapping, resolvers
        self.made = Drafted()
        merged = (entity for entity in mapping.entities if entity.on_repeat == "merge")
        self.shared = {name for entity in merged for text in entity.ids for name in PLACEHOLDER.findall(text)}
        self.used: dict[tuple[str, str], int] = {}

    def take(self, record: Record) -> None:
        cells = self._meant(record)
        row: list[tuple[EntityMap, Draft]] = []
        self.unread: list[Unread] = []
        self.unnamed: list[BadValueError] = []  # of things that several records describe, and this one does not name
        self.seen: list[tuple[str, Product]] = []
        try:
            for entity in self.mapping.entities:
                if self._applies(entity, cells):
                    for item in self._items(entity, cells):
                        row += self._entities(entity, item, record.line)
            if self.unnamed and not row:
                raise self.unnamed[0]
            self._check_repeats(row)
        except BadValueError as error:
            self.made.rejected.append(Rejected(record.line, str(error)))
            return
        self.made.silent += not row
        self.made.unread += self.unread
        for written, product in self.seen:
            self._note(written, product)
        for entity, draft in row:
            self._keep(entity, draft)

    def _meant(self, record: Record) -> dict[str, str]:
        cells = {
            name: "" if cell.casefold() in self.mapping.absent else without_secrets(cell)
            for name, cell in record.cells.items()
        }
        for column, spellings in self.mapping.spellings.items():
            cells[column] = spellings.get(cells.get(column, ""), cells.get(column, ""))
        cells[LINE] = str(record.line)
        return cells

    def _applies(self, entity: EntityMap, cells: dict[str, str]) -> bool:
        return all(cells[name] in wanted for name, wanted in entity.when) and not any(
            cells[name] for name in entity.empty
        )

    def _items(self, entity: EntityMap, cells: dict[str, str]) -> list[dict[str, str]]:
        if entity.each is None:
            return [cells]
        found = []
        for text in pieces(cells[entity.each.column], entity.each.split, self.mapping.absent):
            own = {**cells, "_item": text}
            if entity.each.resolve:
                product = self.resolvers.product(text)
                if product is None:
                    continue
                self.seen.append((text, product))
                own |= {
                    "_product": product.id,
                    "_product_name": product.name,
                    "_vendor": product.vendor or "",
                    "_vendor_name": product.vendor_name or "",
                }
            found.append(own)
        return found

    def _entities(self, entity: EntityMap, cells: dict[str, str], line: int) -> list[tuple[EntityMap, Draft]]:
        id_ = next((made for text in entity.ids if (made := _id_from(text, cells))), "")
        if not id_ and entity.on_repeat != "merge":
            whole = (text for text in entity.ids if not self._lacks(text, cells))
            id_ = next((made for text in whole if (made := slug(_with_gaps(text, cells)))), "")
        if not id_:
            unnamed = BadValueError(
                line, f"no {entity.kind.type} id: the columns of {' and '.join(entity.ids)} are empty."
            )
            if entity.on_repeat != "merge":
                raise unnamed
            self.unnamed.append(unnamed)  # the record is kept without it: a use case of no department
            return []
        draft = Draft(entity.kind, id_, first_line=line)
        others: list[tuple[EntityMap, Draft]] = []
        for each in entity.fields:
            try:
                value, vendors = self._value(each, cells, line)
            except BadValueError as error:
                if each.unreadable == "reject":
                    raise
                self.unread.append(Unread(line, f"{entity.kind.type}.{each.field.name}", str(error)))
                continue
            if value is not None:
                draft.add(each.field.name, value, line)
            others += [(_VENDOR, _vendor(*vendor, line)) for vendor in vendors]
        if (vendor := draft.values.get("vendor")) and cells.get("_vendor_name"):
            others.append((_VENDOR, _vendor(vendor, cells["_vendor_name"], line)))
        return [*others, (entity, draft)]

    def _lacks(self, template: str, cells: dict[str, str]) -> bool:
        """Whether a column is empty that does more for an id than say whose it is (the department of a use case)."""
        return any(not cells[name] and name not in self.shared for name in PLACEHOLDER.findall(template))

    def _value(self, each: FieldMap, cells: dict[str, str], line: int) -> tuple[Any, list[tuple[str, str]]]:
        """The field's value (None: unanswered) and the vendors it names."""
        text = self._text(each, cells)
        if not text:
            return None, []
        if keeping_of(each.field) != "named":
            text = masked(text, is_words=False)  # before it becomes an id, a list or a vendor's name
        if each.resolve:
            return self._vendors(each, text, line)
        texts = list(pieces(text, each.split, each.absent)) if each.split else [text]
        if each.values:
            texts = [meant for written in texts for meant in _translated(each, written, line)]
        if each.field.type in LISTS:
            found = [slug(written) if each.field.type == "refs" else written for written in texts]
            return (list(dict.fromkeys(filter(None, found))) or None), []
        return (_single(each, texts[0], line) if texts else None), []

    def _text(self, each: FieldMap, cells: dict[str, str]) -> str:
        if each.template:
            return _filled(each.template, cells)
        found = ["" if cells[name].casefold() in each.absent else cells[name] for name in each.columns]
        if not each.labels:
            return found[0]
        return "; ".join(f"{label}: {cell}" for label, cell in zip(each.labels, found, strict=True) if cell)

    def _vendors(self, each: FieldMap, text: str, line: int) -> tuple[Any, list[tuple[str, str]]]:
        named: dict[str, str] = {}
        for written in pieces(text, each.split, self.mapping.absent | each.absent):
            if each.longest and len(written) > each.longest:
                self.unread.append(Unread(line, each.field.name, f"{written[:60]!r}... is prose, not a vendor's name."))
                continue
            if sum(sign.isalpha() for sign in written) < 2:
                self.unread.append(Unread(line, each.field.name, f"{written[:60]!r} is no name."))
                continue
            known = self.resolvers.vendor(written)
            id_, name = known if known else (slug(written), written)
            if id_:
                named.setdefault(id_, name)
        if not named:
            return None, []
        return (list(named) if each.field.type == "refs" else next(iter(named))), list(named.items())

    def _check_repeats(self, row: list[tuple[EntityMap, Draft]]) -> None:
        for entity, draft in row:
            if entity.on_repeat == "reject" and (earlier := self.made.drafts.get((draft.kind.type, draft.id))):
                what = f"{draft.kind.type} {draft.id!r} is on line {earlier.first_line} already."
                raise BadValueError(draft.first_line, what)

    def _keep(self, entity: EntityMap, draft: Draft) -> None:
        key = (draft.kind.type, draft.id)
        if entity.on_repeat == "number":
            self.used[key] = self.used.get(key, 0) + 1
            if self.used[key] > 1:
                draft.id = f"{draft.id}-{self.used[key]}"
                self.made.numbered += 1
                key = (draft.kind.type, draft.id)
        known = self.made.drafts.setdefault(key, draft)
        if known is not draft:
            for name, value in draft.values.items():
                known.add(name, value, draft.first_line)

    def _note(self, written: str, product: Product) -> None:
        before = self.made.merged.get(product.id)
        spellings = dict(before.spellings) if before else {}
        spellings.setdefault(written, product.why)
        cells = (before.cells if before else 0) + 1
        self.made.merged[product.id] = Merged(product.id, product.name, product.vendor, spellings, cells)


_VENDOR = EntityMap(BY_TYPE["vendor"], (), "merge", ())


def _vendor(id_: str, name: str, line: int) -> Draft:
    draft = Draft(_VENDOR.kind, id_, first_line=line)
    draft.add("name", name, line)
    return draft


def slug(text: str) -> str:
    """Words as an id: lower case letters and digits with hyphens, at most `ID_LENGTH`; "" when none are left."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:ID_LENGTH].rstrip("-")


def pieces(text: str, separators: Iterable[str], absent: Iterable[str] = ()) -> list[str]:
    """The things a cell lists. A separator inside brackets is part of a name; blanks and words for nothing go."""
    signs = sorted(separators, key=len, reverse=True)
    skipped = set(absent)
    found, current, depth, place = [], "", 0, 0
    while place < len(text):
        sign = text[place]
        depth = depth + 1 if sign == "(" else max(0, depth - 1) if sign == ")" else depth
        here = next((each for each in signs if not depth and text.startswith(each, place)), "")
        if here:
            found.append(current)
            current = ""
            place += len(here)
        else:
            current += sign
            place += 1
    words = (" ".join(each.split()).strip(" .") if signs else " ".join(each.split()) for each in (*found, current))
    return list(dict.fromkeys(each for each in words if each and each.casefold() not in skipped))


def _id_from(template: str, cells: dict[str, str]) -> str:
    return slug(masked(_filled(template, cells), is_words=False))


def _filled(template: str, cells: dict[str, str]) -> str:
    """The template with its cells; "" when one of them is empty."""
    if not all(cells[name] for name in PLACEHOLDER.findall(template)):
        return ""
    return PLACEHOLDER.sub(lambda found: cells[found[1]], template)


def _with_gaps(template: str, cells: dict[str, str]) -> str:
    """The template with its cells, empty ones left out."""
    return PLACEHOLDER.sub(lambda found: cells[found[1]], template)


def _translated(each: FieldMap, written: str, line: int) -> tuple[str, ...]:
    known = {name.casefold(): meant for name, meant in each.values}
    if written.casefold() not in known:
        names = [name for name, _ in each.values]
        raise BadValueError(
            line, f"{each.field.name}: the mapping has no value for {written[:80]!r}.{did_you_mean(written, names)}"
        )
    return known[written.casefold()]


def _single(each: FieldMap, text: str, line: int) -> Any:
    match each.field.type:
        case "text":
            return text
        case "ref":
            return slug(text) or None
        case "date" if each.dates:
            for form in each.dates:
                try:
                    return datetime.strptime(text, form).replace(tzinfo=UTC).date()
                except ValueError:
                    continue
            raise BadValueError(
                line, f"{each.field.name} {text[:40]!r} is in none of the forms {', '.join(each.dates)}."
            )
    return value_of(each.field, Scalar(text, True, line))

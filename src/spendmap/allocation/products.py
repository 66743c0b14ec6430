"""Which product a name stands for, however it is spelled: a catalogue, and rules that can be read.

Reads `products.yaml` and, for who sells an uncatalogued one, the vendor catalogue. Deterministic: the same name gives
the same product, and the answer says why. Nothing is guessed from likeness alone beyond one mistyped letter in a long
name; a name no rule knows is a product of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.allocation.supplier_names import normalised
from spendmap.allocation.vendors import Vendors
from spendmap.register.documents import Mapping, Scalar, iter_items, read_document
from spendmap.register.documents import Sequence as Items
from spendmap.vocabulary.errors import RuleError

CATALOGUE = Path(__file__).with_name("products.yaml")
SHORTHAND = {
    "ms": "microsoft",
    "m365": "microsoft 365",
    "o365": "microsoft 365",
    "msft": "microsoft",
    "aws": "amazon",
    "iphones": "iphone",
    "gh": "github",
    "powerautomate": "power automate",
}
"""How people shorten a word; written out before names are compared."""

FILLER = frozenset(
    {
        "a",
        "ai",
        "app",
        "apps",
        "by",
        "cloud",
        "edition",
        "enterprise",
        "for",
        "gcc",
        "gov",
        "government",
        "in",
        "license",
    }
    | {"licence", "licenses", "licences", "of", "online", "platform", "pro", "service", "services", "software", "suite"}
    | {"the", "tool", "tools", "with", "business", "g1", "g3", "g5", "e3", "e5"}
)
"""Words that name an edition, a form of sale or nothing at all; two products never differ in these alone."""

TYPO_LENGTH = 8  # letters a name must have before one wrong letter is forgiven
_BRACKETS = re.compile(r"\([^()]*\)")
_MIXED = re.compile(r"(?<=[a-z]{2})(?=365\b)")
_VERSION = re.compile(r"\b[0-9]{1,2}( [0-9]{1,2})*\b")


@dataclass(frozen=True)
class CatalogueProduct:
    """A product as the catalogue knows it."""

    id: str
    name: str
    vendor: str
    capability: tuple[str, ...]
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class ProductName:
    """What a written name stands for. `vendor` None: nobody knows who sells it."""

    id: str
    name: str
    vendor: str | None
    vendor_name: str | None
    capability: tuple[str, ...]
    why: str
    is_catalogued: bool


class Products:
    """The catalogue, indexed by every form in which names are compared."""

    def __init__(self, products: tuple[CatalogueProduct, ...], vendors: Vendors) -> None:
        self._products = products
        self._vendors = vendors
        self._by_form: dict[str, dict[str, CatalogueProduct]] = {}
        for product in products:
            for spelling in (product.name, *product.spellings):
                for rule, form in forms(spelling):
                    known = self._by_form.setdefault(rule, {}).setdefault(form, product)
                    if known is not product and rule == "words":
                        raise _refuse(f"{spelling!r} stands for {known.id} and {product.id}.")

    def name_of(self, written: str) -> ProductName | None:
        """The product a written name stands for; None when it holds no letter or digit.

        The forms are tried from the strictest to the loosest, and the first that fits decides.
        """
        wanted = list(forms(written))
        if not wanted:
            return None
        for rule, form in wanted:
            product = self._by_form.get(rule, {}).get(form)
            if product is not None:
                return self._catalogued(product, WHY[rule])
        joined = dict(wanted)["joined"]
        near = {each.id: each for form, each in self._by_form["joined"].items() if one_letter_off(joined, form)}
        if len(near) == 1:
            return self._catalogued(next(iter(near.values())), WHY["typo"])
        return self._own(written, wanted)

    def _catalogued(self, product: CatalogueProduct, why: str) -> ProductName:
        vendor = self._vendors.get(product.vendor)
        name = vendor.name if vendor else product.vendor
        return ProductName(product.id, product.name, product.vendor, name, product.capability, why, True)

    def _own(self, written: str, wanted: list[tuple[str, str]]) -> ProductName:
        """A product of its own, under its words without filler, so that its spellings still meet."""
        shown = " ".join(_BRACKETS.sub(" ", written).split()) or written
        match = self._vendors.maker_of(shown)
        vendor = self._vendors.get(match.vendor) if match else None
        form = dict(wanted)["core"].replace(" ", "-")[:100]
        return ProductName(
            form, shown, vendor.id if vendor else None, vendor.name if vendor else None, (), WHY["own"], False
        )


WHY = {
    "words": "the same words",
    "order": "the same words in another order",
    "core": "the same words but for an edition or filler (gcc, enterprise, for)",
    "joined": "the same letters, written together or apart",
    "typo": f"one letter off, in a name of {TYPO_LENGTH} letters or more",
    "own": "not in the catalogue: a product of its own",
}


def forms(name: str) -> Iterator[tuple[str, str]]:
    """The forms in which a name is compared, the strictest first; nothing when it has no letter or digit."""
    bare = _BRACKETS.sub(" ", name)
    text = normalised(bare) or normalised(name)
    words = " ".join(SHORTHAND.get(word, word) for word in _MIXED.sub(" ", text).split())
    words = " ".join(dict.fromkeys(words.split()))  # "microsoft microsoft 365 copilot": said twice, meant once
    unversioned = " ".join(_VERSION.sub(" ", words).split()) or words
    if not words:
        return
    core = [word for word in unversioned.split() if word not in FILLER] or unversioned.split()
    yield "words", unversioned
    yield "order", " ".join(sorted(unversioned.split()))
    yield "core", " ".join(sorted(core))
    yield "joined", unversioned.replace(" ", "")


def one_letter_off(one: str, other: str) -> bool:
    """Whether two long names differ by one letter added, left out, replaced, or two neighbours swapped."""
    if one == other or min(len(one), len(other)) < TYPO_LENGTH or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        swapped = len(left) > 1 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
        return left[1:] == right[1:] or swapped
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter


@cache
def catalogue_products() -> tuple[CatalogueProduct, ...]:
    """Every shipped product.

    Raises:
        RuleError: the catalogue is wrong.
    """
    listed = read_document(CATALOGUE, lambda message, next_step: RuleError(message, next_step=next_step)).get(
        "products"
    )
    found = []
    for node in listed.items if isinstance(listed, Items) else ():
        if not isinstance(node, Mapping):
            raise _refuse(f"line {node.line}: a product is a mapping that begins with `id: ...`.")
        product = CatalogueProduct(
            _one(node, "id"),
            _one(node, "name"),
            _one(node, "vendor"),
            _many(node, "capability"),
            _many(node, "spellings"),
        )
        if not set(product.capability) <= CAPABILITIES.keys():
            raise _refuse(f"line {node.line}: {product.id} has an unknown capability.")
        found.append(product)
    return tuple(found)


def _one(node: Mapping, name: str) -> str:
    value = node.get(name)
    if not isinstance(value, Scalar):
        raise _refuse(f"line {node.line}: the product has no `{name}`.")
    return value.text


def _many(node: Mapping, name: str) -> tuple[str, ...]:
    value = node.get(name)
    return () if value is None else tuple(item.text for item in iter_items(value) if isinstance(item, Scalar))


def _refuse(message: str) -> RuleError:
    return RuleError(f"{CATALOGUE}: {message}", next_step="Fix the catalogue.")

"""The changed inputs of a scenario, as a person types them: `usage=2`, `price:openai/gpt-4.1=0.8`, `quality=worse`.

Pure: reads texts, gives `Changes`. Which vendors and models there are is known only to the rows (`scenario`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from spendmap.vocabulary.errors import UsageError

ONE = Fraction(1)
GREATEST = Decimal(1_000_000)  # a larger factor is a slip of the pen
PLACES = 6  # of a factor; the replay of longer requests multiplies token counts by it in SQL
KNOWN = (
    "usage=FACTOR, adoption=FACTOR, context=FACTOR, price:VENDOR=FACTOR, price:VENDOR/MODEL=FACTOR, swap:MODEL=MODEL, "
    "quality=worse, retries=RATE, review=FACTOR, rejection=RATE"
)
WORSE = ("retries=+0.10", "review=1.5", "rejection=+0.20")
"""What `quality=worse` stands for: ten retries more per hundred first calls, half as much review again, and twenty
more outcomes of a hundred not accepted."""


@dataclass(frozen=True)
class Rate:
    """A changed share: from `start` (None = as measured in the period) to `value`, or by `value` when `is_added`."""

    value: Fraction
    is_added: bool = False
    start: Fraction | None = None

    def after(self, measured: Fraction) -> Fraction:
        """The rate in the scenario."""
        return measured + self.value if self.is_added else self.value


@dataclass(frozen=True)
class PriceChange:
    """Metered prices of a vendor, or of one model at it, times `factor`. `text` is vendor, vendor/model or model."""

    text: str
    factor: Fraction


@dataclass(frozen=True)
class Swap:
    """Calls of model `old` are made to model `new` instead; either may be written provider/model."""

    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    """What differs from the actuals. The empty one is the identity scenario.

    `usage`: every metered call happens that many times. `adoption`: the same, and seats grow with it, whole
    seats per tool. `context`: input tokens of each call. `review`: minutes of human review.
    """

    usage: Fraction = ONE
    adoption: Fraction = ONE
    context: Fraction = ONE
    review: Fraction = ONE
    retries: Rate | None = None
    rejection: Rate | None = None
    prices: tuple[PriceChange, ...] = ()
    swaps: tuple[Swap, ...] = ()
    is_worse: bool = False
    texts: tuple[str, ...] = ()

    @property
    def calls(self) -> Fraction:
        """How often each metered call happens, retries aside."""
        return self.usage * self.adoption


def read_changes(texts: Iterable[str]) -> Changes:
    """Changes as typed, each `NAME=VALUE`.

    Raises:
        UsageError: an unknown name, a value that is no such factor, rate or model, or one name twice.
    """
    said = tuple(text.strip() for text in texts)
    changes = Changes(texts=said)
    seen: set[str] = set()
    for text in said:
        for each in WORSE if text == "quality=worse" else (text,):
            name, value = _pair(each)
            if name in seen:
                raise UsageError(
                    f"{name} is set twice" + (" (quality=worse sets it too)." if "quality=worse" in said else "."),
                    next_step="Keep one of the two.",
                )
            seen.add(name)
            changes = _with(changes, name, value, each)
        changes = replace(changes, is_worse=changes.is_worse or text == "quality=worse")
    return changes


def _with(changes: Changes, name: str, value: str, text: str) -> Changes:
    kind, _, subject = name.partition(":")
    if subject and kind == "price":
        return replace(changes, prices=(*changes.prices, PriceChange(subject.casefold(), _factor(value, text))))
    if subject and kind == "swap":
        return replace(changes, swaps=(*changes.swaps, Swap(subject.casefold(), value)))
    setters: dict[str, Callable[[], Changes]] = {
        "usage": lambda: replace(changes, usage=_factor(value, text)),
        "adoption": lambda: replace(changes, adoption=_factor(value, text)),
        "context": lambda: replace(changes, context=_factor(value, text)),
        "review": lambda: replace(changes, review=_factor(value, text)),
        "retries": lambda: replace(changes, retries=_rate(value, text)),
        "rejection": lambda: replace(changes, rejection=_rate(value, text)),
    }
    if name not in setters:
        raise UsageError(f"{text[:80]!r} is no change a scenario knows.", next_step=f"Choose from: {KNOWN}.")
    return setters[name]()


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name.strip() or not value.strip():
        raise UsageError(f"{text[:80]!r} is not NAME=VALUE.", next_step="Write it like `--set usage=2`.")
    return name.strip().casefold(), value.strip()


def _factor(value: str, text: str) -> Fraction:
    number = _number(value, text)
    exponent = number.as_tuple().exponent
    if not 0 <= number <= GREATEST or not isinstance(exponent, int) or exponent < -PLACES:
        raise UsageError(
            f"{text[:80]!r}: a factor lies between 0 and {GREATEST:,} and has at most {PLACES} decimal places.",
            next_step="Write it like `--set usage=2` or `--set price:openai=1.2`.",
        )
    return Fraction(number)


def _rate(value: str, text: str) -> Rate:
    start, has_start, end = value.partition(":")
    if has_start:
        rate = Rate(Fraction(_number(end, text)), start=Fraction(_number(start, text)))
    else:
        rate = Rate(Fraction(_number(value, text)), is_added=value[0] in "+-")
    if not -1 <= rate.value <= 1 or (not rate.is_added and rate.value < 0) or not 0 <= (rate.start or 0) <= 1:
        raise UsageError(
            f"{text[:80]!r}: a rate lies between 0 and 1.",
            next_step="Write the new rate (0.30), a change of it (+0.10), or both ends (0.10:0.30).",
        )
    return rate


def _number(value: str, text: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise UsageError(
            f"{text[:80]!r}: {value[:40]!r} is not a number.", next_step=f"Choose from: {KNOWN}."
        ) from error
    if not number.is_finite():
        raise UsageError(f"{text[:80]!r}: {value[:40]!r} is not a finite number.", next_step=f"Choose from: {KNOWN}.")
    return number

"""Which way a ledger writes its purchases, decided once over the whole file, then each line's amount and kind.

Pure. A marker (debit or credit, Sale or Return) decides; without one, amounts are taken as they are written when most
are positive, and the file is refused when most are negative: never a negative map without a word.
Invariant: refunds, credit notes and reversals lower the spending, whatever sign their amount is written with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from spendmap.capture.line_kinds import REDUCING, Mark
from spendmap.vocabulary.errors import SourceUnreadableError

_NAMED = frozenset({"purchase", "fee", "tax", "pending"})
_PAYMENTS = ("payment", "card_payment")


@dataclass
class SignSurvey:
    """Counts over the file; amounts of 0 say nothing."""

    named: Counter[bool] = field(default_factory=Counter)  # is the amount negative? lines a marker calls purchases
    payments: Counter[tuple[str, bool]] = field(default_factory=Counter)
    unnamed: Counter[bool] = field(default_factory=Counter)
    sums: dict[str, Decimal] = field(default_factory=dict)  # of the unnamed, per currency
    sides: Counter[str] = field(default_factory=Counter)
    marked: dict[str, Decimal] = field(default_factory=dict)  # debits less credits, per currency
    purchases_on: Counter[str] = field(default_factory=Counter)  # sides of the lines that a kind calls purchases
    has_signed_sides: bool = False
    reducing: Counter[bool] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)

    def see(self, amount: Decimal, currency: str, mark: Mark, words: str) -> None:
        """Take one line into account; `words` is the kind its own text says."""
        self.kinds.add(mark.kind)
        if not amount:
            return
        is_negative = amount < 0
        if mark.side:
            self.sides[mark.side] += 1
            self.has_signed_sides |= is_negative
            signed = abs(amount) if mark.side == "debit" else -abs(amount)
            self.marked[currency] = self.marked.get(currency, Decimal(0)) + signed
        words = "settlement" if words == "thanked" else words
        kind = mark.kind or words
        if mark.kind in ("purchase", "pending") and mark.side:
            self.purchases_on[mark.side] += 1
        if kind in REDUCING:
            self.reducing[is_negative] += 1
        elif kind in ("payment", "card_payment"):
            self.payments[kind, is_negative] += 1
        elif mark.kind in _NAMED or mark.side == "debit":
            self.named[is_negative] += 1
        elif mark.side == "credit":
            self.reducing[is_negative] += kind != "settlement"
        elif kind != "settlement":
            self.unnamed[is_negative] += 1
            self.sums[currency] = self.sums.get(currency, Decimal(0)) + amount


@dataclass(frozen=True)
class Signs:
    """The decision for one file.

    Args:
        factor: 1 when purchases are written positive, -1 when negative.
        settling: kinds of payment that settle purchases; the other kinds are purchases themselves.
        swaps_sides: purchases are credits (a supplier's account), so debits come back.
    """

    factor: int
    is_given: bool
    settling: frozenset[str]
    has_signed_sides: bool
    swaps_sides: bool
    books: str | None

    def _side(self, mark: Mark) -> str:
        if not self.swaps_sides or not mark.side:
            return mark.side
        return "debit" if mark.side == "credit" else "credit"

    def kind_of(self, mark: Mark, words: str, status: str) -> str:
        """The line's kind, "" when nothing says it; `no_money` for one that moved none."""
        kind, side = mark.kind, self._side(mark)
        if "no_money" in (kind, status):
            return "no_money"
        if kind in _PAYMENTS:
            kind = "settlement" if kind in self.settling or words == "settlement" else "purchase"
        elif words == "fee" and kind in ("", "purchase"):
            kind = "fee"
        elif not kind and (not side or words == "settlement"):
            kind = words
        if status == "reversal" or (status == "pending" and kind in ("", "purchase")):
            return status
        if not kind and side == "debit":
            return "purchase"
        if not kind and side == "credit":
            return "credit_note" if self.books == "payables" else "refund"
        return kind

    def signed(self, written: Decimal, mark: Mark, kind: str) -> Decimal:
        """The amount as spending: positive is spent, negative comes back."""
        if not written:
            return written
        side = self._side(mark)
        if kind in REDUCING and side != "credit":
            return -abs(written)
        if side != "credit":
            return written * self.factor
        if not self.is_given:
            return -abs(written)
        return written * (self.factor if self.has_signed_sides else -self.factor)


def decide_signs(file: Path, survey: SignSurvey, given: str, books: str | None) -> Signs:
    """Which way the file writes its purchases; `given` is `--set sign=`, or "".

    Raises:
        SourceUnreadableError: most amounts are negative and nothing says whether those are the purchases.
    """
    has_purchases = bool(survey.kinds & {"purchase", "pending"})
    settling = frozenset(
        kind for kind in _PAYMENTS if books != "bank" and (has_purchases or (books == "card" and kind == "payment"))
    )
    named = survey.named.copy()
    for (kind, is_negative), lines in survey.payments.items():
        named[is_negative] += 0 if kind in settling else lines
    swaps = not given and survey.purchases_on["credit"] > survey.purchases_on["debit"]
    if given:
        factor = -1 if given == "invert" else 1
    elif _are_credits_purchases(survey) and books not in ("card", "bank") and not has_purchases:
        raise SourceUnreadableError(
            file,
            f"its marker says credit on {survey.sides['credit']} lines and debit on {survey.sides['debit']}, so it is "
            "not clear which of them are purchases.",
            next_step="Write `--set sign=invert` when credits are purchases, `--set sign=as_is` when debits are.",
        )
    elif named.total():
        factor = -1 if named[True] > named[False] else 1
    elif _is_mostly_negative(survey) or (books == "bank" and survey.unnamed[True]):
        if not survey.reducing[False] or survey.reducing[True]:
            raise SourceUnreadableError(
                file,
                f"{survey.unnamed[True]} of its {survey.unnamed.total()} amounts are negative, and no column says "
                "whether those are purchases or what came back.",
                next_step="Write `--set sign=invert` when purchases are negative, `--set sign=as_is` when they are "
                "positive, or name the column that says it with `--set marker='...'`.",
            )
        factor = -1  # what came back is written positive
    else:
        factor = 1
    return Signs(factor, bool(given), settling, survey.has_signed_sides, swaps, books)


def _are_credits_purchases(survey: SignSurvey) -> bool:
    """Perhaps: the credits are more in number and in money, as in a supplier's account."""
    return survey.sides["credit"] > survey.sides["debit"] and any(total < 0 for total in survey.marked.values())


def _is_mostly_negative(survey: SignSurvey) -> bool:
    negative, positive = survey.unnamed[True], survey.unnamed[False]
    return negative > positive or (negative == positive > 0 and any(total < 0 for total in survey.sums.values()))

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


@dataclass
class SignSurvey:
    """Counts over the file; amounts of 0 say nothing."""

    named: Counter[bool] = field(default_factory=Counter)  # is the amount negative? lines a marker calls purchases
    payments: Counter[bool] = field(default_factory=Counter)
    unnamed: Counter[bool] = field(default_factory=Counter)
    sums: dict[str, Decimal] = field(default_factory=dict)  # of the unnamed, per currency
    sides: Counter[str] = field(default_factory=Counter)
    marked: dict[str, Decimal] = field(default_factory=dict)  # debits less credits, per currency
    has_signed_sides: bool = False
    reducing: Counter[bool] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)
    pending: set[tuple[str, Decimal]] = field(default_factory=set)

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
        kind = mark.kind or words
        if kind in REDUCING or (mark.side == "credit" and kind != "settlement"):
            self.reducing[is_negative] += 1
        elif kind == "payment":
            self.payments[is_negative] += 1
        elif mark.kind in _NAMED or mark.side == "debit":
            self.named[is_negative] += 1
        elif kind != "settlement":
            self.unnamed[is_negative] += 1
            self.sums[currency] = self.sums.get(currency, Decimal(0)) + amount


@dataclass(frozen=True)
class Signs:
    """The decision for one file. `factor`: 1 when purchases are written positive, -1 when negative."""

    factor: int
    is_given: bool
    payments_settle: bool
    has_signed_sides: bool
    books: str | None

    def kind_of(self, mark: Mark, words: str, status: str) -> str:
        """The line's kind, "" when nothing says it; `no_money` for one that moved none."""
        kind = mark.kind
        if "no_money" in (kind, status):
            return "no_money"
        if kind == "payment":
            kind = "settlement" if self.payments_settle or words == "settlement" else "purchase"
        elif words == "fee" and kind in ("", "purchase"):
            kind = "fee"
        elif not kind and (not mark.side or words == "settlement"):
            kind = words
        if status == "reversal" or (status == "pending" and kind in ("", "purchase")):
            return status
        if not kind and mark.side == "debit":
            return "purchase"
        if not kind and mark.side == "credit":
            return "credit_note" if self.books == "payables" else "refund"
        return kind

    def signed(self, written: Decimal, mark: Mark, kind: str) -> Decimal:
        """The amount as spending: positive is spent, negative comes back."""
        if not written:
            return written
        if kind in REDUCING and mark.side != "credit":
            return -abs(written)
        if mark.side != "credit":
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
    settle = books == "card" or (has_purchases and books != "bank")
    named = survey.named if settle else survey.named + survey.payments
    if given:
        factor = -1 if given == "invert" else 1
    elif _are_credits_purchases(survey) and books not in ("card", "bank") and not has_purchases:
        raise SourceUnreadableError(
            file,
            f"its marker says credit on {survey.sides['credit']} lines and debit on {survey.sides['debit']}, so it is "
            "not clear which of them are purchases.",
            next_step="Write `--set sign=invert` when credits are purchases, `--set sign=as_is` when debits are.",
        )
    elif named:
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
    return Signs(factor, bool(given), settle, survey.has_signed_sides, books)


def _are_credits_purchases(survey: SignSurvey) -> bool:
    """Perhaps: the credits are more in number and in money, as in a supplier's account."""
    return survey.sides["credit"] > survey.sides["debit"] and any(total < 0 for total in survey.marked.values())


def _is_mostly_negative(survey: SignSurvey) -> bool:
    negative, positive = survey.unnamed[True], survey.unnamed[False]
    return negative > positive or (negative == positive > 0 and any(total < 0 for total in survey.sums.values()))

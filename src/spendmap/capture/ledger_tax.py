"""Does an amount beside a column of tax hold that tax? Decided over the whole file.

Pure. A column that is called gross holds it, one called net does not. For one that is called neither, the total tells,
then the rates of the currency's countries; when both readings fit, the file is refused and the setting named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from spendmap.vocabulary.errors import SourceUnreadableError

_CENT = Decimal("0.01")
_RATES: dict[str, tuple[str, ...]] = {
    "EUR": ("17", "18", "19", "20", "21", "22", "23", "24", "25", "25.5"),
    "GBP": ("20",),
    "CHF": ("7.7", "8.1"),
    "SEK": ("25",),
    "DKK": ("25",),
    "NOK": ("25",),
    "PLN": ("23",),
    "CZK": ("21",),
    "HUF": ("27",),
    "AUD": ("10",),
    "NZD": ("15",),
    "INR": ("18",),
    "JPY": ("10",),
    "MXN": ("16",),
}
"""Standard rates of value-added tax in percent of the net amount, 2026; software is taxed at them."""
_ANY = tuple(sorted({rate for rates in _RATES.values() for rate in rates}, key=Decimal))


@dataclass
class TaxSurvey:
    """What the file's rows say; amounts are as written."""

    rows: int = 0
    unreadable: int = 0
    fits_net: bool = True
    fits_gross: bool = True
    adds_up: int = 0
    is_total: int = 0
    has_total: int = 0
    taxes: set[Decimal] = field(default_factory=set)
    amounts: set[Decimal] = field(default_factory=set)

    def see(self, amount: Decimal, tax: Decimal, currency: str, total: Decimal | None) -> None:
        """Take one row into account that has an amount and a tax."""
        if not tax:
            return
        self.rows += 1
        if len(self.taxes) < 2:
            self.taxes.add(tax)
        if len(self.amounts) < 2:
            self.amounts.add(amount)
        if total is not None:
            self.has_total += 1
            self.adds_up += abs(total) == abs(amount) + abs(tax)
            self.is_total += total == amount
        amount, tax = abs(amount), abs(tax)
        self.fits_net &= fits_usual_rate(amount, tax, currency)
        self.fits_gross &= fits_usual_rate(amount - tax, tax, currency)


def fits_usual_rate(net: Decimal, tax: Decimal, currency: str) -> bool:
    """Is the tax what a standard rate of the currency's countries makes of the net amount, to the cent?"""
    return any(abs(net * Decimal(rate) / 100 - tax) <= _CENT for rate in _RATES.get(currency, ()))


def rate_of(net: Decimal, tax: Decimal, currency: str) -> str | None:
    """The standard rate, in percent, that makes the tax of the net amount to the cent; of dollars, which have no rate
    of their own, that of any currency. A question to a person, never an answer."""
    rates = _RATES.get(currency, _ANY if currency == "USD" else ())
    return next((rate for rate in rates if abs(net * Decimal(rate) / 100 - tax) <= _CENT), None)


def holds_tax(file: Path, survey: TaxSurvey, stated: bool | None, column: str) -> bool:
    """Does the amount hold the tax? `stated` is what the columns' names say, `None` when they say nothing.

    Raises:
        SourceUnreadableError: the amounts fit both, or the column is one of rates.
    """
    if stated is False or not survey.rows:
        return False
    if stated is None and survey.has_total == survey.rows and survey.rows in (survey.adds_up, survey.is_total):
        return survey.is_total == survey.rows
    if len(survey.taxes) == 1 < len(survey.amounts) and not (survey.fits_gross or survey.fits_net):
        raise SourceUnreadableError(
            file,
            f"the column {column!r} holds the same number for different amounts, so it is not the tax on them.",
            line=1,
            next_step="Name the column of the tax with `--set tax='...'`, or write `--set tax=none` to leave it in.",
        )
    if stated is True:
        return True
    if survey.fits_net and survey.fits_gross:
        raise SourceUnreadableError(
            file,
            f"its amounts can be with or without the tax in {column!r}.",
            line=1,
            next_step="Say it with `--set amounts=net` (tax comes on top) or `--set amounts=gross` (tax is in them).",
        )
    return not survey.fits_net

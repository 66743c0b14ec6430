"""Which of a ledger's columns of money is the amount, which is its tax, and in which currency it is.

Pure: columns in, one decision out. Net comes before gross, since tax that is got back is no cost; what was booked or
billed comes before what a merchant charged in another currency; and each amount keeps to its own currency column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spendmap.capture.currencies import CURRENCIES, currency_code
from spendmap.capture.headers import Columns, plain
from spendmap.capture.ledger_aliases import ALIASES
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError

WHAT = "an accounts-payable or card export"
_AMOUNTS = ("net", "gross")
_RATE_WORDS = ("%", "rate", "satz", "taux", "tipo", "code", "kennzeichen", "schlüssel")


@dataclass(frozen=True)
class AmountColumns:
    """The decision for one file.

    Args:
        field: field of `ledger_aliases` that holds the amount; `pair` for debit less credit.
        tax: field with the tax, or "" when none is read.
        holds_tax: the amount includes the tax, so the net one is amount less tax; `None`: the values decide.
        gross: field whose value less the net one is the tax, or "".
        currency: code that holds for every row, or `None` when `currency_field` says it row by row.
        currency_field: field that says the currency, or "".
    """

    field: str
    tax: str = ""
    holds_tax: bool | None = False
    gross: str = ""
    currency: str | None = None
    currency_field: str = ""

    @property
    def is_pair(self) -> bool:
        """Is the amount debit less credit?"""
        return self.field == "pair"


def amount_columns(file: Path, columns: Columns, settings: Mapping[str, str]) -> AmountColumns:
    """Decide which columns give the amount, the tax and the currency.

    Raises:
        SourceUnreadableError: no amount, no currency, or two that could both be it; the message names the setting.
        SettingError: `amounts` is not understood.
    """
    if settings.get("amounts", "net") not in _AMOUNTS:
        raise SettingError(
            f"amounts {settings['amounts']!r} is not known.", next_step="Write `--set amounts=net` or gross."
        )
    if settings.get("tax") == "none":
        columns.found.pop("tax", None)
    field = _field(file, columns, settings)
    tax, holds_tax, gross = _tax(columns, field, settings)
    currency, currency_field = _currency(file, columns, field, settings)
    return AmountColumns(field, tax, holds_tax, gross, currency, currency_field)


def _field(file: Path, columns: Columns, settings: Mapping[str, str]) -> str:
    has_pair = "debit" in columns or "credit" in columns
    if settings.get("sign") == "debit_positive":
        if not has_pair:
            raise SourceUnreadableError(
                file,
                "sign=debit_positive needs a column of debits or of credits, and there is none.",
                line=1,
                next_step="Name them with `--set debit='...' --set credit='...'`.",
            )
        return "pair"
    if settings.get("amount"):
        return "amount"
    _split_by_currency(file, columns, settings)
    has_two_currencies = "billing_currency" in columns and ("currency" in columns or "transaction_currency" in columns)
    order = ("billed", "net", "amount") if has_two_currencies else ("net", "billed", "amount")
    for name in order:
        if name in columns:
            return name
    if has_pair:
        return "pair"
    for name in ("gross", "foreign"):
        if name in columns:
            return name
    columns.require(WHAT, {"amount": ALIASES["amount"][:4]})
    raise AssertionError("unreachable: require refused the file")


def _split_by_currency(file: Path, columns: Columns, settings: Mapping[str, str]) -> None:
    """An amount that stands in several columns, one per currency: the one asked for, else the file is refused."""
    for field in ("net", "amount", "gross"):
        stated = columns.stated_currency.get(field)
        by_currency: dict[str, int] = {}
        for name in ALIASES[field]:
            by_currency = by_currency or columns.with_currency(name)
        if field == "amount" and "amount" in columns and not stated and len(by_currency) == 1:
            # "Amount", "Currency" and "Amount in EUR": the second is the first in the currency of the books.
            if "billed" not in columns and "currency" in columns:
                code, columns.found["billed"] = next(iter(by_currency.items()))
                columns.stated_currency["billed"] = code
            continue
        if len(by_currency) < 2 or (field in columns and not stated):
            continue
        wanted = currency_code(settings.get("currency", "")) or ""
        if wanted not in by_currency:
            names = ", ".join(repr(columns.header[index]) for index in by_currency.values())
            raise SourceUnreadableError(
                file,
                f"the amount stands in several columns, one per currency: {names}.",
                line=1,
                next_step=f"Say which counts: `--set amount={columns.header[next(iter(by_currency.values()))]!r}`.",
            )
        columns.found[field], columns.stated_currency[field] = by_currency[wanted], wanted


def _tax(columns: Columns, field: str, settings: Mapping[str, str]) -> tuple[str, bool | None, str]:
    """(tax field, whether the amount holds the tax, gross field that gives the tax)."""
    tax = "tax" if "tax" in columns else ""
    if tax and not settings.get("tax") and _is_rate(columns.header[columns.found["tax"]]):
        tax = ""
    if field == "pair":
        return "", False, ""
    name = plain(columns.header[columns.found[field]])
    said = settings.get("amounts")
    if field == "net" or said == "net" or _is_called(name, "net"):
        has_gross = not tax and field == "net" and "gross" in columns and _same_currency(columns, "net", "gross")
        return tax, False, "gross" if has_gross else ""
    if not tax:
        return "", False, ""
    if said == "gross" or field == "gross" or _is_called(name, "gross"):
        return tax, True, ""
    if settings.get("amount") and not settings.get("tax"):
        return "", False, ""  # an amount that was chosen by hand is the amount
    return tax, None, "gross" if "gross" in columns and _same_currency(columns, field, "gross") else ""


def _is_called(name: str, field: str) -> bool:
    names = {plain(alias) for alias in ALIASES[field]}
    return name in names or (name[-3:].upper() in CURRENCIES and name[:-3] in names)


def _is_rate(header: str) -> bool:
    lowered = header.lower()
    return any(word in lowered for word in _RATE_WORDS)


def _same_currency(columns: Columns, one: str, other: str) -> bool:
    return columns.stated_currency.get(one) == columns.stated_currency.get(other)


def _currency(file: Path, columns: Columns, field: str, settings: Mapping[str, str]) -> tuple[str | None, str]:
    fields = tuple(name for name in ("debit", "credit") if name in columns) if field == "pair" else (field,)
    stated = {columns.stated_currency.get(name) for name in fields}
    own = next(iter(stated)) if len(stated) == 1 else None
    has_foreign = "foreign" in columns and field != "foreign"
    order: tuple[str, ...]
    if field == "billed":
        order = ("billing_currency", "currency")
    elif field == "foreign":
        order = ("transaction_currency", "currency")
    else:
        order = ("currency", "billing_currency", *(() if has_foreign else ("transaction_currency",)))
    found = next((name for name in order if name in columns), "")
    if field == "billed" and own is not None:
        found = ""
    given = currency_code(settings.get("currency", "")) if settings.get("currency") else None
    if given is not None:
        return given, found
    if own is not None and (has_foreign or not found):
        return own, ""
    if own is not None:
        return own, found  # a row whose currency column says another one is refused
    if found:
        return None, found
    raise SourceUnreadableError(
        file,
        "no column says in which currency the amounts are.",
        line=1,
        next_step="Say it with `--set currency=USD`, or name the column with `--set currency='...'`.",
    )

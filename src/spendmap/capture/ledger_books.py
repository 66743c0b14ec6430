"""What a ledger is, and which of its lines are none: payables, card or bank, told by its header; totals at its end.

Pure. Lines of payables are documents, those of cards and banks payments; where the header does not say, nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spendmap.capture.headers import plain
from spendmap.capture.ledger_aliases import INVOICE_COLUMNS
from spendmap.capture.month_names import folded
from spendmap.vocabulary.errors import SettingError

BOOKS = ("payables", "card", "bank")
A_TOTAL = "a total, not a line"


def _plain(*names: str) -> frozenset[str]:
    return frozenset(plain(name) for name in names)


_DOCUMENT = _plain(
    *INVOICE_COLUMNS,
    *("invoice date", "bill date", "due date", "document number", "document date", "payment terms"),
    *("rechnungsdatum", "fälligkeit", "fälligkeitsdatum", "belegnummer", "belegdatum"),
    *("date de facture", "date facture", "date de la facture", "échéance", "date d'échéance"),
    *("fecha factura", "fecha de factura", "vencimiento", "fecha de vencimiento"),
)
_SUPPLIER = _plain(
    *("supplier", "supplier name", "vendor", "vendor name", "creditor", "supplier account", "vendor account"),
    *(
        "lieferant",
        "lieferantenname",
        "kreditor",
        "kreditorname",
        "fournisseur",
        "nom du fournisseur",
        "nom fournisseur",
    ),
    *("proveedor", "nombre del proveedor", "nombre proveedor", "acreedor"),
)
_CARD = _plain(
    *("merchant", "merchant name", "merchant descriptor", "merchant category", "merchant category code", "mcc"),
    *("card", "card number", "card no", "card name", "cardholder", "cardholder name", "card holder", "card last 4"),
    *("last 4", "card member", "cardmember", "employee card", "card currency"),
    *("karte", "kartennummer", "karteninhaber", "händler", "händlername"),
    *("carte", "numéro de carte", "porteur", "titulaire de la carte", "commerçant", "marchand"),
    *("tarjeta", "número de tarjeta", "titular de la tarjeta", "comercio", "establecimiento"),
)
_BANK = _plain(
    *("iban", "bic", "account balance", "balance", "running balance", "closing balance", "counterparty"),
    *("counterparty name", "counterparty iban", "sort code", "account number", "bank account"),
    *("buchungstag", "valuta", "valutadatum", "wertstellung", "kontonummer iban", "saldo", "kontostand"),
    *("name zahlungsbeteiligter", "auftraggeber/empfänger", "begünstigter/zahlungspflichtiger", "glaeubiger id"),
    *("solde", "date valeur", "date de valeur", "fecha valor", "contrapartida"),
)
_TOTAL = re.compile(
    r"(?:grand |sub ?|sub-|overall |net |invoice |sous[- ]|monthly )?totals?(?: (?:amount|spend|general|generale|ht|"
    r"ttc|net|gross|sum|[a-z]{3}))?|totales|totaux|(?:gesamt|zwischen|end|netto|brutto|monats)?summe|gesamt|"
    r"gesamtbetrag|sum|suma(?: total)?|importe total"
)
_TOTAL_OF = re.compile(r"(?:grand |sub ?|sous[- ])?total\b|(?:gesamt|zwischen|end)?summe\b|gesamt\b|suma total\b")
_BALANCE = re.compile(
    r"(?:(?:opening|closing|starting|beginning|ending|previous|new|statement|final) balance|"
    r"balance (?:brought|carried) forward|(?:anfangs|end|schluss|neuer |alter )saldo|saldovortrag|kontostand|"
    r"(?:ancien |nouveau )?solde(?: (?:initial|final|precedent))?|saldo(?: (?:inicial|final|anterior|actual))?)"
)


def books_of(header: Iterable[str], setting: str = "") -> str | None:
    """payables, card or bank; `None` when neither the setting nor the header says.

    Raises:
        SettingError: the setting is none of the three.
    """
    if setting:
        if setting.strip().lower() not in BOOKS:
            raise SettingError(
                f"books {setting!r} is not known.", next_step="Write `--set books=payables`, card or bank."
            )
        return setting.strip().lower()
    names = {plain(name) for name in header}
    is_document, has_supplier = bool(names & _DOCUMENT), bool(names & _SUPPLIER)
    is_card, is_bank = bool(names & _CARD), bool(names & _BANK)
    if has_supplier and is_card and not is_document:
        return None
    if is_card and not has_supplier:
        return "card"
    if is_bank and not has_supplier and not is_document:
        return "bank"
    if is_document or has_supplier:
        return "payables"
    dates = {"transactiondate", "transdate"} & names, {"postdate", "postingdate", "posteddate"} & names
    return "card" if all(dates) else None


def is_balance(cells: Iterable[str]) -> bool:
    """Does one of the cells say that the row is a balance of the account?"""
    return any(_BALANCE.fullmatch(_bare(cell)) for cell in cells)


def is_total(cells: Iterable[str], *, or_begins: bool = False) -> bool:
    """Does one of the cells say nothing but that the row is a total? `or_begins`: "Total for October" too."""
    return any(
        _TOTAL.fullmatch(bare) or (or_begins and _TOTAL_OF.match(bare)) for cell in cells if (bare := _bare(cell))
    )


def _bare(cell: str) -> str:
    return folded(cell[:60]).strip(" \t:.*=-–—")

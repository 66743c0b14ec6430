"""What kind of line a ledger's marker says it is: a purchase, a refund, a fee, a card payment; debit or credit.

Pure: words in, kinds out. English, German, French and Spanish. A marker column holds debit or credit (S/H, D/C, Soll,
Haben, Debe, Haber) or kinds ("Sale", "Return", "Gutschrift"); a line's own words say less, so they count only where
they begin the text or cannot mean anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from spendmap.capture.month_names import folded
from spendmap.capture.tax_words import says_tax

Side = Literal["debit", "credit", ""]
REDUCING = frozenset({"refund", "credit_note", "reversal"})
"""Kinds that lower what was spent, whatever sign their amount is written with."""

_DEBIT_WORDS = """
    s soll d dr dt db dbt dbit debit deb debe cargo lastschrift belastung ausgang out outgoing withdrawal sortie depense
    ausgabe abgang debito
"""
_CREDIT_WORDS = """
    h haben c cr ct cdt crd crdt credit cred haber abono gutschrift eingang in incoming deposit entree recette einnahme
    zugang credito
"""
_DEBIT, _CREDIT = frozenset(_DEBIT_WORDS.split()), frozenset(_CREDIT_WORDS.split())
_PAYMENT = (
    r"payments?|repayment|zahlung(?:en|seingang)?|einzahlung|paiements?|reglement|versement|pagos?|autopay|auto pay|"
    r"settlement|ausgleich"
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("no_money", r"declined|failed|cancell?ed|expired|rejected|abgelehnt|fehlgeschlagen|refusee?|echouee?|rechazad[oa]|"
                 r"cancelad[oa]|caducad[oa]|annulee?|voided"),
    ("returned_payment", rf"(?:{_PAYMENT})\W+(?:reversal|reversed|returned|return)|returned\W+(?:{_PAYMENT})"),
    ("purchase", r"(?:chargeback|charge back|dispute)\W+(?:reversal|reversed|lost|denied)"),
    ("fee", r"(?:chargeback|return|refund)\W+(?:fee|gebuhr)"),
    ("reversal", r"charge ?backs?|reversals?|reversed|void|storno|storniert|stornierung|ruckbuchung|annulation|"
                 r"contre ?passation|contracargo|retrocesion|anulad[oa]|anulacion|dispute"),
    ("credit_note", r"credit notes?|credit memos?|(?:vendor|supplier|bill|purchase|ap) credit|credit invoice|"
                    r"gutschrift|rechnungskorrektur|avoir|note de credit|nota de credito|nota de abono|creditnota"),
    ("refund", r"refund(?:s|ed)?|returns?|returned|rebate|cash ?back|erstattung|ruckerstattung|ruckzahlung|retoure|"
               r"ruckgabe|remboursement|rembourse|retour|reembolso|devolucion|reintegro|merchant credit"),
    ("fee", r"^fees?|(?:foreign|fx|transaction|bank|card|late|annual|atm|cash|overseas|international|conversion|"
            r"exchange|wire|processing|membership) fees?|surcharge|gebuhr(?:en)?|\w*entgelt|auslandseinsatz|frais|"
            r"commission|comision(?:es)?|interest|zinsen|interets|intereses|finance charge"),
    ("pending", r"pending|pre ?auth(?:ori[sz]ation)?|authori[sz]ation|authori[sz]ed|auth|on hold|vorgemerkt|reserviert|"
                r"en attente|autorisation|autorisee?|pendiente|autorizacion|autorizad[oa]|retenid[oa]|en cours"),
    ("tax", r".+"),  # all of the words are about a tax: "Sales tax" is, "Tax invoice" is not
    ("card_payment", r"card payments?|kartenzahlung|paiement (?:par )?carte|pago con tarjeta"),
    ("payment", _PAYMENT),
    ("purchase", r"purchases?|sales?|charges?|(?:ein)?kauf|achats?|vente|compras?|venta|invoices?|bills?|"
                 r"(?:eingangs)?rechnung|factures?|facturas?|expenses?|pos|cargo|ausgabe|depense"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})\b")) for kind, pattern in _KINDS)
_CARD_PAID = re.compile(
    r"\bcard payment\W+thank|credit card (?:bill )?payment|"
    r"kreditkarten(?:abrechnung|ausgleich)|ausgleich (?:der )?kreditkarte|pago de (?:la )?tarjeta"
)
"""A card's bill was paid, whatever book says so."""
_THANKED = re.compile(
    r"\bpayment\W+(?:received\W+)?-?\W*thank|thank you for (?:your )?payment|\bautopay\b|"
    r"^(?:online |mobile |web |auto(?:matic)? |electronic )?payment(?: received)?$|"
    r"zahlung(?:seingang)? (?:erhalten|dankend)|"
    r"^zahlungseingang$|paiement (?:recu|merci)|merci pour votre paiement|votre paiement|pago recibido|"
    r"gracias por su pago|^su pago\b"
)
"""What a card statement says of money that came in for its bill; beside the name of somebody who was paid it says
nothing: a bank's "payment" to a supplier is a purchase."""
_FEE_WORDS = re.compile(
    r"foreign (?:trans(?:action)?|txn|exchange|currency) fee|\bfx fee|currency conversion fee|cross[- ]border fee|"
    r"\bint(?:ernationa)?l (?:trans(?:action)?|txn|service) (?:fee|assessment)|"
    r"auslandseinsatz|fremdwahrungs(?:gebuhr|entgelt)|frais (?:de change|sur operation|etranger)|"
    r"commission (?:de|sur) change|comision (?:por|de) cambio|comision por (?:operacion|compra)"
)
_REDUCING_STARTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("refund", re.compile(r"(?:partial |full )?refund(?:ed)?\b(?! of (?:travel|expenses))")),
    ("credit_note", re.compile(r"(?:credit (?:note|memo)|gutschrift|rechnungskorrektur|avoir|nota de credito)\b")),
    ("reversal", re.compile(r"(?:chargeback|storno(?:rechnung)?|stornierung|contracargo)\b")),
)
"""At the start of a memo only; "Return flight" and "Erstattung Reisekosten" are no refunds of a supplier."""
_DOCUMENT_TYPES = {
    **dict.fromkeys(("kr", "re", "accpay", "apinv"), "purchase"),
    **dict.fromkeys(("kg", "accpaycredit", "apcredit", "apcm"), "credit_note"),
    **dict.fromkeys(("kz", "zp", "appay"), "payment"),
}
"""Document types of accounting systems: SAP's KR, RE, KG, KZ and ZP, Xero's ACCPAY and ACCPAYCREDIT."""
_CARD_WORDS = re.compile(r"\b(?:credit|kredit) ?(?:card|karten?)\b")


@dataclass(frozen=True)
class Mark:
    """What a marker says: a side, a kind, both or neither. `payment` and `card_payment` are kinds only until the file
    decides whether they settle purchases or are them."""

    side: Side = ""
    kind: str = ""


@lru_cache(maxsize=4_096)
def mark_of(text: str) -> Mark:
    """What a value of a marker column says; nothing for a word that is none of ours."""
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", folded(text)).split())
    if words in _DEBIT:
        return Mark("debit")
    if words in _CREDIT:
        return Mark("credit")
    words = _CARD_WORDS.sub("creditcard", words)
    if words in _DOCUMENT_TYPES:
        return Mark(kind=_DOCUMENT_TYPES[words])
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(words) and (kind != "tax" or says_tax(words)):
            return Mark(kind="settlement" if kind == "returned_payment" else kind)
    tokens = set(words.split())
    is_debit, is_credit = bool(tokens & {"debit", "lastschrift", "debito"}), bool(tokens & {"credit", "credito"})
    if is_debit != is_credit:
        return Mark("debit" if is_debit else "credit")
    return Mark()


@lru_cache(maxsize=20_000)
def kind_in_words(supplier: str, memo: str, *, is_card: bool = True) -> str:
    """What the line's own words say beyond doubt: settlement, fee, refund, credit_note, reversal; else "".

    `thanked`: the memo thanks for a payment; on a card a settlement where money came in, else nothing.
    """
    payee, text = folded(supplier).strip(), folded(memo).strip()
    if _CARD_PAID.search(payee) or _CARD_PAID.search(text) or _THANKED.search(payee):
        return "settlement"
    if is_card and _THANKED.search(text):
        return "thanked"
    if _FEE_WORDS.search(payee) or _FEE_WORDS.search(text):
        return "fee"
    for kind, pattern in _REDUCING_STARTS:
        if pattern.match(text):
            return kind
    return ""


def is_side_column(values: frozenset[str]) -> bool:
    """Do these values of a column mark debit and credit? Both sides must be there."""
    sides = {mark_of(value).side for value in values}
    return sides == {"debit", "credit"}

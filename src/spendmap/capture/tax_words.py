"""Do the words of a ledger line say that the whole line is tax, and not a purchase that mentions it?

Pure. A closed grammar: a text is tax when every word of it belongs to a tax and what is told with one (a rate, a month,
"input", "payable"). One word of anything else, as in "tax advice", "excl. VAT" or "Tax invoice", and it is not. Value
added, goods and services, sales and withholding taxes in English, German, French, Spanish, Italian and Dutch.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from spendmap.capture.month_names import folded, month_number

_NAME_WORDS = """
    vat gst hst pst qst rst tvq tps tvp igst cgst sgst utgst wht tds tax taxes taxe salestax mwst ust
    umsatzsteuer mehrwertsteuer vorsteuer einfuhrumsatzsteuer steuer quellensteuer abzugsteuer tva iva igic
    impuesto impuestos irpf retencion retenciones btw omzetbelasting moms imposta ritenuta retenue
"""
_BESIDE_WORDS = """
    sales use value added goods and services harmonized harmonised provincial state county city local federal
    consumption withholding withheld reverse charge self assessed input output import domestic foreign amount
    charged line at the of on account control clearing liability asset receivable payable recoverable deductible
    reclaimable claimable prepaid paid collected adjustment correction refund refunded credit
    betrag abziehbar abziehbare gezahlte forderung verbindlichkeit zzgl zuzuglich plus und
    sur la le de du des valeur ajoutee collectee deductible recuperable montant a source autoliquidation
    sobre el valor anadido agregado soportado repercutido cuota importe en fuente
    btw-bedrag bedrag aanslag sul valore aggiunto d acconto
    usd eur gbp chf cad aud nzd sgd inr jpy sek nok dkk pln czk
    uk gb eu us ca de fr es it nl ie ch canada quebec ontario ireland bc ab qc sk mb ns nb
    ny tx wa fl il ma nj pa nc ga va az new york california texas washington
    llc ltd limited inc gmbh ag se bv plc corp pbc
"""
_NAMES, _BESIDE = frozenset(_NAME_WORDS.split()), frozenset(_BESIDE_WORDS.split())
"""A text without a name of a tax is not tax; the others are told with one."""
_HAS_NAME = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(_NAMES))})(?![a-z])")
_ON_WHAT = re.compile(r"^(.+?) (?:on|auf|sur|sobre|for|fur|pour|para|su) (?!top\b|request\b|demand\b)\S")
_RATE = re.compile(r"(?<![\w.,])(\d{1,2}(?:[.,]\d{1,3})?) ?%")
_WORD = re.compile(r"\S*\d\S*|[^\W\d_]+")
_INITIALS = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_ID = re.compile(r"[a-z]{1,3}\d{5,}[a-z]?\d*|\d{7,}")
"""DE123456789 and a long bare figure after "VAT" are the number of who is taxed."""
_REVERSE = re.compile(
    r"\breverse[- ]?charge|\bautoliquidation\b|\b13 ?b\b|steuerschuldnerschaft|inversion del sujeto pasivo"
)
_INSIDE = re.compile(r"\b(?:incl\w*|inkl\w*|including|inclus\w*|compris\w*|ttc|gross|brutto|enthalten|contains?)\b")
_PUNCTUATION = "()[]{}.,;:@/|#*+-"


@lru_cache(maxsize=20_000)
def says_tax(text: str, supplier: str = "") -> bool:
    """Is all of the text about a tax? Words of the supplier's name say nothing: "VAT IT" is somebody."""
    words = folded(text)
    if "." in words:
        words = _INITIALS.sub("", words)  # "I.V.A." is "iva"
    if not _HAS_NAME.search(words):
        return False
    if "%" in words and stated_rate(words) == 0:
        return False  # "VAT 0%" beside a net amount says that none was added
    own = _words_of(folded(supplier))
    if _is_closed(words, own):
        return True
    head = _ON_WHAT.match(" ".join(words.split()))
    return head is not None and _is_closed(head[1], own)


def stated_rate(text: str) -> Decimal | None:
    """The rate a text states, in percent; `None` when it states none, or two."""
    found = {Decimal(rate.replace(",", ".")) for rate in _RATE.findall(text)}
    return found.pop() if len(found) == 1 else None


def adds_tax(text: str) -> bool:
    """Does the text, of whatever else, name a tax and its rate, and not say that it is in the amount already?"""
    words = folded(text)
    return _HAS_NAME.search(words) is not None and bool(stated_rate(words)) and _INSIDE.search(words) is None


def is_reverse_charge(text: str) -> bool:
    """Does the text name the reverse charge? So does a note on a purchase, so these words alone make no tax."""
    return _REVERSE.search(folded(text)) is not None


def _is_closed(text: str, supplier: frozenset[str]) -> bool:
    words = [word for word in _words_of(text.replace("%", " ")) if word not in supplier]
    return any(word in _NAMES for word in words) and all(
        word in _NAMES or word in _BESIDE or _is_told_with_it(word) for word in words
    )


@lru_cache(maxsize=4_096)
def _words_of(text: str) -> frozenset[str]:
    found = (word.strip(_PUNCTUATION) for word in _WORD.findall(text))
    return frozenset(word for word in found if word)


def _is_told_with_it(word: str) -> bool:
    """A rate, an amount, a number of an account or an invoice, a month."""
    if any(sign.isdigit() for sign in word):
        return _ID.fullmatch(word) is None
    return month_number(word) is not None


__all__ = ["is_reverse_charge", "says_tax", "stated_rate"]

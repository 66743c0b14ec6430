"""The vendor that a fee names: beside the bank's own words for it, or in its memo (part of step 2, allocate).

Pure. A fee's supplier is often no name but what the bank calls the fee ("FOREIGN TRANSACTION FEE OPENAI", with memo
"OPENAI *API"). Its words are taken off and what is left is read as any supplier's name is. A fee counts with a vendor
of AI alone: of a seller of many things nobody knows what the fee was for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa

from spendmap.allocation.name_noise import CURRENCIES
from spendmap.allocation.vendors import Vendors
from spendmap.capture.month_names import folded

_FEE = re.compile(
    r"\b(?:(?:foreign|fx|forex|international|intl|overseas|non[- ]?(?:usd|eur|euro|gbp|sterling)|cross[- ]?border|"
    r"currency|curr?|card|bank|transaction|trans|txn|trx|exchange|conversion|conv|service|processing|purchase|late|"
    r"payment)\W+)*(?:fees?|assessment|surcharge|charges?|mark-?up)\b|"
    r"\b(?:auslandseinsatz|fremdwahrung|auslands|umrechnung|wechselkurs)\w*(?:\W+(?:gebuhr(?:en)?|entgelt))?\b|"
    r"\b(?:gebuhr(?:en)?|entgelt)\b|"
    r"\bfrais(?:\W+(?:de|d|sur|operations?|paiement|conversion|change|a|l|etrangere?s?))*\b|"
    r"\b(?:commission|comision(?:es)?)(?:\W+(?:de|sur|por|el|change|cambio|operacion|compra))*\b"
)
"""What banks call a fee, in folded text."""
_MONEYS = "|".join(sorted(CURRENCIES))
_LINKS = "on|for|of|at|to|from|re|with|fur|zu|bei|auf|von|pour|sur|chez|aupres|por|en|de|con"
_BEFORE = re.compile(rf"^(?:[\W\d_]+|(?:{_MONEYS}|{_LINKS})\b)+")
_BEHIND = re.compile(r"[\s\-:;,/(\[|.]+$")


def resolve_fees(fees: Iterable[tuple[str, str]], vendors: Vendors) -> pa.Table:
    """One row per distinct (supplier_name, memo) of a fee that names a vendor of AI: + `vendor`."""
    found = [(supplier, memo, vendor_of_fee(supplier, memo, vendors)) for supplier, memo in dict.fromkeys(fees)]
    known = [row for row in found if row[2] is not None]
    names = ("supplier_name", "memo", "vendor")
    return pa.table({name: pa.array([row[at] for row in known], pa.string()) for at, name in enumerate(names)})


def vendor_of_fee(supplier: str, memo: str, vendors: Vendors) -> str | None:
    """The vendor of AI that a fee's supplier names, else its memo; None for no vendor or for a mixed one."""
    for text in (supplier, memo):
        for reading in _readings(text):
            match = vendors.match(reading)
            if match is not None:
                vendor = vendors.get(match.vendor)
                return vendor.id if vendor is not None and vendor.kind == "ai_native" else None
    return None


def _readings(text: str) -> Iterator[str]:
    """The text, then what stands beside the words for a fee."""
    if not text:
        return
    yield text
    for part in _FEE.split(folded(text)):
        left = _BEHIND.sub("", _BEFORE.sub("", part))
        if left:
            yield left

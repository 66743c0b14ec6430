"""ISO 4217: the codes of money that can be spent (funds, metals and test codes are not among them)."""

from __future__ import annotations

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD
    XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES: frozenset[str] = frozenset(_CODES.split())

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_DECIMALS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)
_SIGNS_OF_ONE = {"€": "EUR", "£": "GBP", "₹": "INR"}

_SYMBOLS: dict[str, frozenset[str]] = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP", "GIP", "FKP", "SHP", "EGP", "LBP", "SDG", "SSP", "SYP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "₩": frozenset({"KRW", "KPW"}),
}


def currency_code(text: str) -> str | None:
    """The code in capitals, or `None` when it is not one of ISO 4217."""
    code = text.strip().upper()
    return code if code in CURRENCIES else None


def decimals_of(currency: str) -> int:
    """Decimals of the smallest unit of a currency of ISO 4217: 0 (yen), 3 (dinars), for the others 2."""
    return _DECIMALS.get(currency, 2)


def currency_of_symbol(text: str) -> str | None:
    """The currency that the only symbol in `text` stands for ("Amount (€)"); `None` when it could be several."""
    found = {code for symbol, code in _SIGNS_OF_ONE.items() if symbol in text}
    return found.pop() if len(found) == 1 and not set(text) & set("$¥₩") else None


def mark_contradicts(mark: str, currency: str) -> bool:
    """Does a symbol or code written beside an amount ("€", "US$", "GBP") name another currency than `currency`?"""
    mark = mark.strip().upper()
    if mark in CURRENCIES:
        return mark != currency
    if mark.endswith("$"):
        country = mark[:-1]
        if len(country) >= 2:
            return not currency.startswith(country[:2])
        return {"A": "AUD", "C": "CAD", "S": "SGD", "R": "BRL"}.get(country, currency) != currency
    return mark in _SYMBOLS and currency not in _SYMBOLS[mark]

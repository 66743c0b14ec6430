"""Names that accounts-payable, general-ledger and card exports give their columns, best first.

Pure. English, German, French and Spanish; case, accents and punctuation do not matter. Where two columns of a file
could be one field, the one named earlier here is taken; `--set` overrides it.
"""

from __future__ import annotations

import re

from spendmap.capture.headers import Aliases

_LAST_FOUR = re.compile(r"\d{4}(?=\D*$)")

INVOICE_COLUMNS: tuple[str, ...] = (
    *("invoice number", "invoice no", "invoice nr", "invoice id", "invoice", "bill number", "bill no"),
    *("rechnungsnummer", "rechnungsnr", "rechnung nr", "re nr"),
    *("numéro de facture", "numéro facture", "n° de facture", "n° facture", "no facture", "facture"),
    *("número de factura", "núm factura", "nº factura", "nº de factura", "factura"),
)
"""Names of a column that holds the number of the invoice a line is about."""
_OTHER_REFERENCES = (
    *("transaction number", "transaction no", "transaction id", "document number", "document no", "reference"),
    *("reference number", "ref", "voucher", "voucher number"),
    *("belegnummer", "belegnr", "beleg", "referenz", "numéro de pièce", "pièce", "n° pièce", "référence"),
    *("número de documento", "documento", "referencia"),
)
DOCUMENT_COLUMNS: tuple[str, ...] = (
    *INVOICE_COLUMNS,
    *("document number", "document no", "belegnummer", "belegnr", "número de documento"),
)
"""Names of a column whose values are numbers of documents, whatever they look like."""
_DATES: Aliases = {
    "date": (
        *("date", "posting date", "posted date", "post date", "gl date", "accounting date"),
        *("invoice date", "bill date", "document date", "transaction date", "txn date", "purchase date"),
        *("booking date", "value date", "payment date", "date paid", "posted", "trans date"),
        *("buchungsdatum", "buchungstag", "belegdatum", "rechnungsdatum", "datum", "kaufdatum", "umsatzdatum"),
        *("wertstellung", "valutadatum", "valuta", "zahlungsdatum"),
        *("date comptable", "date de comptabilisation", "date d'écriture", "date de facture", "date facture"),
        *("date de la facture", "date opération", "date d'opération", "date de l'opération", "date de transaction"),
        *("date d'achat", "date valeur", "date de valeur", "date de paiement"),
        *("fecha", "fecha contable", "fecha de contabilización", "fecha factura", "fecha de factura"),
        *("fecha operación", "fecha de operación", "fecha de la operación", "fecha de transacción"),
        *("fecha de compra", "fecha valor", "fecha de pago"),
    ),
    "service_month": (
        *("service month", "charge month", "leistungsmonat", "mois de service", "mois de prestation"),
        *("mes de servicio", "mes del servicio"),
    ),
    "service_period": (
        *("service period", "period of service", "usage period", "leistungszeitraum", "abrechnungszeitraum"),
        *("période de service", "période de prestation", "période de facturation", "periodo de servicio"),
        *(
            "periodo de facturación",
            "period",
            "billing period",
            "invoice period",
            "subscription period",
            "subscription term",
        ),
        *("coverage period", "coverage", "contract period", "license period", "licence period", "term", "zeitraum"),
        *("laufzeit", "vertragslaufzeit", "période", "période d'abonnement", "periodo", "periodo de suscripción"),
    ),
    "service_start": (
        *("service start", "service start date", "service period start", "period start", "service from"),
        *("leistungsbeginn", "leistung von", "début de période", "début de service", "inicio del periodo"),
        "inicio del servicio",
    ),
    "service_end": (
        *("service end", "service end date", "service period end", "period end", "service to", "service until"),
        *("leistungsende", "leistung bis", "fin de période", "fin de service", "fin del periodo"),
        "fin del servicio",
    ),
}
_PARTIES: Aliases = {
    "supplier": (
        *("supplier", "supplier name", "vendor", "vendor name", "merchant", "merchant name", "payee", "payee name"),
        *("beneficiary", "beneficiary name", "creditor", "creditor name", "counterparty", "counterparty name"),
        *("paid to", "merchant descriptor", "seller"),
        *("lieferant", "lieferantenname", "name des lieferanten", "kreditor", "kreditorname", "kreditorenname"),
        *("händler", "händlername", "empfänger", "zahlungsempfänger", "name zahlungsbeteiligter"),
        *("auftraggeber/empfänger", "begünstigter/zahlungspflichtiger", "begünstigter", "gegenpartei"),
        *("fournisseur", "nom du fournisseur", "nom fournisseur", "raison sociale", "commerçant", "marchand"),
        *("bénéficiaire", "nom du bénéficiaire", "tiers", "nom du tiers", "créancier"),
        *("proveedor", "nombre del proveedor", "nombre proveedor", "acreedor", "comercio", "establecimiento"),
        *("beneficiario", "razón social", "tercero", "contraparte"),
    ),
    "department": (
        *("department", "department name", "dept", "cost centre", "cost center", "expense area", "business unit"),
        *("team", "entity", "abteilung", "kostenstelle", "bereich", "service demandeur", "département"),
        *(
            "centre de coûts",
            "centre de coût",
            "departamento",
            "centro de coste",
            "centro de costo",
            "centro de costes",
        ),
    ),
    "account": (
        *("vendor account", "supplier account", "customer number", "customer account"),
        *("kundennummer", "numéro de client", "número de cliente"),
    ),
}
_TEXTS: Aliases = {
    "memo": (
        *("memo", "description", "line description", "narrative", "details", "notes", "purpose"),
        *("verwendungszweck", "beschreibung", "buchungstext", "bezeichnung", "text", "bemerkung", "notiz"),
        *("libellé", "libellé de l'opération", "libellé opération", "désignation", "objet", "commentaire"),
        *("concepto", "descripción", "detalle", "observaciones", "glosa"),
    ),
    "reference": (*INVOICE_COLUMNS, *_OTHER_REFERENCES),
    "gl_account": (
        *("gl account", "gl code", "general ledger account", "account code", "account name", "account"),
        *("nominal", "nominal code", "expense type", "expense category", "category"),
        *("sachkonto", "aufwandskonto", "kostenart", "kategorie", "compte", "compte comptable", "catégorie"),
        *("cuenta contable", "cuenta", "categoría"),
    ),
}
_MONEY: Aliases = {
    "net": (
        *("net amount", "amount net", "net", "net value", "net total", "total net", "amount excluding tax"),
        *("amount excl tax", "amount excl vat", "amount ex vat", "amount ex tax", "amount before tax"),
        *("pre tax amount", "subtotal", "sub total"),
        *("nettobetrag", "betrag netto", "netto", "rechnungsbetrag netto", "summe netto", "nettosumme"),
        *("montant ht", "montant hors taxes", "montant h.t.", "total ht", "ht", "base ht", "prix ht"),
        *("base imponible", "importe neto", "neto", "importe sin iva", "monto neto", "subtotal sin iva"),
    ),
    "billed": (
        *("billing amount", "billed amount", "amount billed", "posted amount", "amount posted", "card amount"),
        *("home amount", "amount in home currency", "home currency amount", "settlement amount", "settled amount"),
        *("local amount", "amount in local currency", "local currency amount", "base amount"),
        *("amount in base currency", "base currency amount", "functional amount", "converted amount"),
        *("account amount", "amount in account currency", "amount in billing currency"),
        *("betrag in hauswährung", "hauswährungsbetrag", "betrag hauswährung", "betrag in kontowährung"),
        *("abrechnungsbetrag", "buchungsbetrag", "betrag in abrechnungswährung"),
        *("montant débité", "montant facturé", "montant converti", "montant en devise locale"),
        *("montant en monnaie locale", "montant en devise du compte"),
        *("importe facturado", "importe cargado", "importe convertido", "importe en moneda local", "contravalor"),
    ),
    "amount": (
        *("amount", "line amount", "invoice amount", "amount paid", "paid amount", "value", "spend", "line total"),
        *("betrag", "umsatz", "umsatz (ohne soll/haben-kz)", "rechnungsbetrag", "zahlbetrag", "wert"),
        *("montant", "montant payé", "montant de l'opération", "importe", "monto", "valor", "importe pagado"),
    ),
    "gross": (
        *("gross amount", "amount gross", "gross", "gross total", "total amount", "total", "grand total"),
        *("amount including tax", "amount incl tax", "amount incl vat", "amount inc vat", "amount inc tax"),
        *("total incl vat", "total inc vat", "total including tax"),
        *("bruttobetrag", "betrag brutto", "brutto", "rechnungsbetrag brutto", "gesamtbetrag", "gesamt", "summe"),
        *("montant ttc", "montant toutes taxes comprises", "total ttc", "ttc", "prix ttc"),
        *(
            "importe bruto",
            "bruto",
            "importe total",
            "importe con iva",
            "total factura",
            "monto total",
            "total con iva",
        ),
    ),
    "foreign": (
        *(
            "transaction amount",
            "original amount",
            "orig amount",
            "amount in original currency",
            "original currency amount",
        ),
        *("foreign amount", "foreign currency amount", "amount in foreign currency", "purchase amount"),
        *("amount in transaction currency", "transaction currency amount", "merchant amount", "source amount"),
        *("document amount", "amount in document currency", "amount in doc curr"),
        *("originalbetrag", "fremdwährungsbetrag", "betrag in fremdwährung", "transaktionsbetrag"),
        *("betrag in belegwährung", "montant d'origine", "montant original", "montant en devise"),
        *("montant de la transaction", "montant en devise d'origine"),
        *("importe original", "importe en divisa", "importe de la transacción", "importe en moneda original"),
    ),
    "debit": (
        *("debit", "debit amount", "amount debit", "debits", "paid out", "money out", "withdrawal", "withdrawals"),
        *("soll", "sollbetrag", "betrag soll", "belastung", "débit", "montant débit", "debe", "importe debe"),
        *("cargo", "cargos"),
    ),
    "credit": (
        *("credit", "credit amount", "amount credit", "credits", "paid in", "money in", "deposit", "deposits"),
        *("haben", "habenbetrag", "betrag haben", "gutschrift", "crédit", "montant crédit", "haber", "importe haber"),
        *("abono", "abonos"),
    ),
    "tax": (
        *("tax", "tax amount", "vat", "vat amount", "amount vat", "sales tax", "gst", "gst amount", "hst", "total tax"),
        *("mwst", "mwst betrag", "ust", "ust betrag", "umsatzsteuer", "mehrwertsteuer", "vorsteuer", "steuer"),
        *("steuerbetrag", "tva", "montant tva", "montant de la tva", "total tva", "taxes"),
        *("iva", "importe iva", "cuota iva", "cuota de iva", "impuesto", "impuestos"),
    ),
}
_CURRENCIES: Aliases = {
    "currency": (
        *("currency", "currency code", "ccy", "curr", "cur", "amount currency", "invoice currency"),
        *("währung", "whg", "wkz umsatz", "wkz", "devise", "monnaie", "code devise", "moneda", "divisa"),
    ),
    "billing_currency": (
        *("billing currency", "billed currency", "posted currency", "home currency", "local currency"),
        *(
            "card currency",
            "account currency",
            "payment currency",
            "settlement currency",
            "base currency",
            "functional currency",
        ),
        *("hauswährung", "kontowährung", "abrechnungswährung", "buchungswährung"),
        *("devise de facturation", "devise du compte", "devise locale", "monnaie locale"),
        *("moneda de facturación", "moneda de la cuenta", "moneda local", "divisa de la cuenta"),
    ),
    "transaction_currency": (
        *("transaction currency", "original currency", "orig currency", "foreign currency", "purchase currency"),
        *("merchant currency", "source currency", "document currency"),
        *("fremdwährung", "originalwährung", "transaktionswährung", "belegwährung"),
        *("devise d'origine", "devise de la transaction", "devise étrangère"),
        *("moneda original", "moneda de la transacción", "divisa original", "moneda extranjera"),
    ),
}
_MARKERS: Aliases = {
    "marker": (
        *("s/h", "soll/haben", "soll haben kennzeichen", "soll/haben kennz", "soll haben kz", "s/h kennzeichen"),
        *("sh kz", "shkz", "debit/credit", "credit/debit", "d/c", "c/d", "dr/cr", "cr/dr", "dc", "debit or credit"),
        *("debit credit indicator", "credit debit indicator", "dc indicator", "cdtdbtind"),
        *("sens débit/crédit", "débit/crédit", "sens d/c", "sens", "debe/haber", "d/h", "cargo/abono"),
        *("signo", "lastschrift/gutschrift", "direction"),
    ),
    "kind": (
        *("type", "transaction type", "txn type", "trans type", "document type", "doc type", "line type"),
        *("entry type", "record type", "kind", "activity type", "transaction kind", "transaction category"),
        *("umsatzart", "buchungsart", "belegart", "vorgangsart", "vorgang", "transaktionsart", "transaktionstyp"),
        *("typ", "art", "type d'opération", "type opération", "type de transaction", "nature de l'opération"),
        *("type de pièce", "nature", "tipo", "tipo de movimiento", "tipo movimiento", "tipo de operación"),
        *("tipo de transacción", "tipo de documento", "clase de documento"),
    ),
    "status": (
        *("status", "transaction status", "posting status", "state", "payment status", "buchungsstatus"),
        *("umsatzstatus", "zustand", "statut", "état", "estado", "situación"),
    ),
}
ALIASES: Aliases = {**_DATES, **_PARTIES, **_TEXTS, **_MONEY, **_CURRENCIES, **_MARKERS}
MONEY: tuple[str, ...] = tuple(_MONEY)
"""Fields that hold amounts; of those that state the same money `ledger_amounts` takes one."""
SPARE: tuple[str, ...] = (
    *("net", "billed", "gross", "foreign", "tax", "billing_currency", "transaction_currency"),
    *("marker", "kind", "status", "service_period", "service_start", "service_end"),
)
"""Fields a file can do without: a column of theirs that appears twice is left out."""
LABELS: Aliases = {
    "entity": ("entity", "legal entity", "company", "subsidiary"),
    "cost_center": ("cost centre", "cost center", "cost centre code", "cost center code"),
    "project": ("project", "project code"),
    "merchant_category": ("mcc", "merchant category", "merchant category code"),
}
"""Further columns kept as tags, because registers key cost centres and entities on them."""

PAYERS: Aliases = {
    "paid_from": (
        *("card", "card number", "card no", "card last four", "card last 4", "last four", "last 4", "card ending in"),
        *("card account", "account number", "account no", "account #", "account iban", "bank account", "from account"),
        *("iban", "iban auftragskonto", "auftragskonto", "kartennummer", "karte", "kontonummer", "konto"),
        *("numéro de carte", "carte", "n° de carte", "numéro de compte", "n° de compte", "compte bancaire"),
        *("número de tarjeta", "tarjeta", "nº de tarjeta", "número de cuenta", "cuenta bancaria", "cuenta de cargo"),
    ),
    "cardholder": (
        *("cardholder", "card holder", "cardholder name", "card holder name", "card member", "card name", "spender"),
        *("employee", "employee name", "claimant", "karteninhaber", "mitarbeiter", "mitarbeiterin"),
        *("titulaire", "titulaire de la carte", "porteur", "salarié", "titular", "titular de la tarjeta", "empleado"),
    ),
}
"""Columns that say from which card or account, and by whom, a line was paid. Kept as tags, hashed: equal lines of two
cards are two purchases."""


def payer(text: str) -> str:
    """A card, account or holder in one form, however an export writes it: the last four digits, else the words."""
    found = _LAST_FOUR.search(re.sub(r"(?<=\d)[ -](?=\d)", "", text))
    return found.group() if found else " ".join(text.casefold().split())

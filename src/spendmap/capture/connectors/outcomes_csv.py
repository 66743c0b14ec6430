"""Business facts the spending is held against: runs accepted, product usage, revenue, accounts kept. Into `outcome`.

Reads one delimited file, one fact per row. An amount of money has a currency or the row is refused.
Invariant: `quantity` is 1 where the file gives none, because one row is one fact; an amount is never defaulted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import plain_decimal, to_ledger
from spendmap.capture.batches import add_raw
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import month_bounds
from spendmap.capture.headers import Aliases, plain
from spendmap.capture.mapped_csv import (
    FILE_SETTINGS,
    MappedCsv,
    Row,
    Understood,
    column_settings,
    given_currency,
    given_evidence,
)
from spendmap.capture.mapping import Mapped, mapping_of
from spendmap.capture.privacy import EMAIL
from spendmap.vocabulary.masking import shown

ALIASES: Aliases = {
    "date": ("date", "month", "day", "occurred at", "timestamp", "period"),
    "kind": ("kind", "outcome kind", "outcome type", "event type", "type"),
    "result": ("result", "outcome", "outcome result", "status", "event"),
    "workflow": ("workflow", "process"),
    "run": ("run", "run id", "workflow run", "workflow run id", "conversation id"),
    "use_case": ("use case", "usecase"),
    "customer": ("customer", "customer id", "account", "account id", "customer account"),
    "plan": ("plan", "pricing plan", "subscription"),
    "segment": ("segment", "customer segment"),
    "feature": ("feature", "product feature"),
    "quantity": ("quantity", "count", "number", "minutes", "users"),
    "unit": ("unit", "units"),
    "amount": ("amount", "revenue", "arr", "mrr", "value"),
    "currency": ("currency", "currency code", "ccy"),
}
KINDS: dict[str, tuple[str, ...]] = {
    "workflow_run": ("workflow run", "run", "workflow"),
    "product_usage": ("product usage", "usage", "feature usage", "active users"),
    "revenue": ("revenue", "arr", "mrr", "invoice"),
    "account_event": ("account event", "account", "renewal"),
    "time_saved": ("time saved", "saving", "hours saved", "minutes saved"),
    "task_time": ("task time", "time taken", "task minutes"),
    "evaluation_run": ("evaluation run", "eval run", "eval"),
}
RESULTS: dict[str, tuple[str, ...]] = {
    "accepted": ("accepted", "accept", "approved", "success", "ok", "resolved"),
    "rejected": ("rejected", "reject", "declined", "failed", "failure"),
    "escalated": ("escalated", "escalate", "escalation", "handed over"),
    "retained": ("retained", "renewed", "renewal", "kept"),
    "expanded": ("expanded", "expansion", "upsell", "upgraded"),
    "churned": ("churned", "churn", "cancelled", "canceled", "lost"),
    "with_ai": ("with ai", "ai", "treatment"),
    "without_ai": ("without ai", "no ai", "control"),
}
_KIND_OF = {plain(name): kind for kind, names in KINDS.items() for name in names}
_RESULT_OF = {plain(name): result for result, names in RESULTS.items() for name in names}


@dataclass(frozen=True)
class OutcomesCsvConnector:
    """Reads outcomes. A date that is only a month stands for the whole month, at its first instant."""

    kind: str = "outcomes_csv"
    title: str = "business outcomes: runs accepted, revenue, plans (CSV)"
    table: str = "outcome"
    extent: Extent = "file"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".tsv")
    settings: tuple[Setting, ...] = (
        Setting("currency", "currency of the amounts, where no column says it; a code of ISO 4217"),
        Setting("evidence", "how the facts are known; an evidence grade", default="declared"),
        Setting("mapping", "how columns become fields, where a name is not enough; a YAML file"),
        *column_settings(ALIASES, without=("currency",)),
        *FILE_SETTINGS,
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one file of outcomes to its end.

        Raises:
            SourceUnreadableError: no date or kind can be found.
            SettingError: a setting's value is not understood.
        """
        outcomes = _Outcomes(file, context)
        yield from outcomes.csv.batches("outcome", outcomes.understand)


class _Outcomes:
    def __init__(self, file: Path, context: ReadContext) -> None:
        self.context = context
        self.currency = given_currency(context)
        self.mapping = mapping_of(context, tuple(ALIASES))
        self.evidence = given_evidence(context) or "declared"
        self.csv = MappedCsv(
            file,
            context,
            what="a file of outcomes",
            aliases=ALIASES,
            required=tuple(name for name in ("date", "kind") if name not in self.mapping),
            dates=("date",),
            amounts=("amount",),
            numbers=("quantity",),
            summed=self.mapping.summed,
            hidden=("customer",),
            chosen={
                name: context.settings[name] for name in ALIASES if context.settings.get(name) and name != "currency"
            }
            | dict(self.mapping.columns),
        )

    def understand(self, row: Row | Mapped) -> Understood:
        """Ledger columns of one fact.

        Raises:
            ValueError: no readable date, an unknown kind or result, or an amount without a currency.
        """
        row = self.mapping.over(row, self.csv.columns, self.csv.decimal)
        kind = _known(row.needed("kind"), "kind", _KIND_OF, tuple(KINDS))
        result = _known(row.text("result"), "result", _RESULT_OF, tuple(RESULTS)) if row.text("result") else None
        written = row.text("quantity")
        quantity = to_ledger(self._quantity(written)) if written else Decimal(1)
        raw, currency = self._amount(row)
        values = {
            "charge_period_start": self._start(row.needed("date")),
            "outcome_kind": kind,
            "outcome_result": result,
            "workflow": row.optional("workflow"),
            "workflow_run_id": row.optional("run"),
            "use_case": row.optional("use_case"),
            "customer_id": self._customer(row.text("customer")),
            "plan": row.optional("plan"),
            "segment": row.optional("segment"),
            "feature": row.optional("feature"),
            "quantity": quantity,
            "unit": row.optional("unit"),
            "amount": None if raw is None else to_ledger(raw),
            "billing_currency": currency,
            "evidence": self.evidence,
        }
        if raw is not None and currency is not None:
            add_raw(self.context, currency, "amount", raw)
        return values, tuple(values.values())

    def _quantity(self, text: str) -> Decimal:
        """How many, in the file's decimal sign; an exponent is read where the sign is a point."""
        try:
            return self.csv.amount(text, None)
        except ValueError as error:
            if self.csv.decimal == "," or "e" not in text.lower():
                raise ValueError(f"quantity {error}") from error
            return plain_decimal(text)

    def _start(self, text: str) -> object:
        try:
            return self.csv.dates.read(text)
        except ValueError:
            return month_bounds(self.csv.dates.month(text))[0]

    def _customer(self, text: str) -> str | None:
        """The source's opaque id; an e-mail address in its place becomes a keyed hash."""
        if EMAIL.search(text):
            return self.context.hash_principal(text)
        return text or None

    def _amount(self, row: Row | Mapped) -> tuple[Decimal | None, str | None]:
        written, stated = row.text("amount"), row.text("currency")
        currency = currency_code(stated) if stated else self.currency
        if stated and currency is None:
            raise ValueError(f"currency {shown(stated)} is not one of ISO 4217")
        if not written:
            return None, None
        currency = currency or self.csv.columns.stated_currency.get("amount")
        if currency is None:
            raise ValueError("the amount has no currency; say `--set currency=USD`")
        return self.csv.amount(written, currency), currency


def _known(text: str, field: str, known: dict[str, str], names: tuple[str, ...]) -> str:
    found = known.get(plain(text))
    if found is None:
        raise ValueError(f"{field} {shown(text)} is not known; known are {', '.join(names)}")
    return found


CONNECTOR = OutcomesCsvConnector()

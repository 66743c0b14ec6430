"""An invoice and its payment are one money also where the supplier's name is written in two ways."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.copies import InPlace

from counting.firm import Firm
from spendmap.cli import cli
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

OCTOBER = "2026-10"


def firm_with(payment: str = "2026-10-20", **more: str) -> Firm:
    """An invoice of a supplier that is no known vendor, and a card payment to anthropic of the same amount."""
    firm = Firm()
    firm.line("2026-10-05", "800", vendor=None, scope="ai", supplier_name="Antrhopic PBC", key="invoice", **more)
    firm.line(payment, "800", vendor="anthropic", books="card", number_words="INV-88", key="payment")
    return firm


def test_a_payment_that_names_the_number_is_one_money_with_the_invoice_and_proposed_as_a_pair() -> None:
    firm = firm_with(invoice_number="INV-88")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 800
    (pair,) = answer.noted(kind="proposed_pair")
    assert (pair["amount"], pair["origin_key"], pair["other_key"]) == (800, "card:payment", "payables:invoice")
    assert pair["reason"] == "pair:number INV-88"


def test_a_pair_that_a_person_undid_counts_both() -> None:
    firm = firm_with(invoice_number="INV-88")
    (pair,) = firm.count().noted(kind="proposed_pair")
    firm.declined = {pair["subject"]}
    assert firm.count().effective(OCTOBER) == 1600


def test_without_a_number_the_likeness_of_the_names_is_needed() -> None:
    assert firm_with().count().effective(OCTOBER) == 1600
    like = firm_with()
    like.like = {"Antrhopic PBC": "anthropic"}
    assert like.count().effective(OCTOBER) == 800
    late = firm_with("2026-11-25")  # 51 days after the invoice: no pair
    late.like = {"Antrhopic PBC": "anthropic"}
    assert late.count().effective() == 1600


def test_another_amount_is_another_money() -> None:
    firm = Firm()
    firm.line("2026-10-05", "800", vendor=None, scope="ai", supplier_name="Antrhopic PBC", invoice_number="INV-88")
    firm.line("2026-10-20", "790", vendor="anthropic", books="card", number_words="INV-88")
    assert firm.count().effective(OCTOBER) == 1590


def test_a_payment_with_tax_meets_the_net_invoice() -> None:
    firm = Firm()
    firm.line(
        "2026-10-05",
        "800",
        vendor=None,
        scope="ai",
        supplier_name="Antrhopic PBC",
        invoice_number="INV-88",
        tax_cost="160",
    )
    firm.line("2026-10-20", "960", vendor="anthropic", books="bank", number_words="INV-88")
    assert firm.count().effective(OCTOBER) == 800


def test_one_number_under_two_names_in_two_ledgers_is_asked_about() -> None:
    firm = Firm()
    firm.line("2026-10-05", "800", vendor=None, scope="ai", supplier_name="Antrhopic PBC", invoice_number="INV-88")
    firm.line("2026-10-06", "800", vendor="anthropic", source_name="ap-uk", invoice_number="INV-88")
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.notes("perhaps_twice", OCTOBER)) == (1600, 800)


def test_a_bill_under_a_name_like_a_metered_vendors_is_asked_about() -> None:
    firm = Firm()
    firm.meter("2026-10-03", "790", vendor="anthropic")
    firm.line("2026-10-31", "800", vendor=None, scope="ai", supplier_name="Antrhopic PBC")
    firm.like = {"Antrhopic PBC": "anthropic"}
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.notes("perhaps_twice", OCTOBER)) == (1590, 800)
    (note,) = answer.noted(kind="perhaps_twice")
    assert '`spendmap rules confirm "Antrhopic PBC" --vendor anthropic`' in note["reason"]


# -- as a person does it ---------------------------------------------------------------------------


class Books:
    """A workspace with an invoice book and a card, and two suppliers whose names are misspelt."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def fill(self) -> None:
        Workspace.create(self.root)
        self._capture(
            "ap",
            "Invoice date,Invoice number,Supplier,Amount,Currency\n"
            "2026-10-05,INV-88,Antrhopic PBC,800,USD\n2026-10-06,INV-89,OpenAl LLC,150,USD\n",
        )
        self._capture(
            "card", "Posted date,Card,Merchant,Amount,Currency,Memo\n2026-10-20,4401,ANTHROPIC,800,USD,INV-88\n"
        )

    def _capture(self, source: str, text: str) -> None:
        file = self.root / f"{source}.csv"
        file.write_text(text, encoding="utf-8")
        self.run("capture", "--file", str(file), "--as", "ledger_csv", "--source", source)

    def run(self, *words: str) -> str:
        done = CliRunner().invoke(cli, ["--workspace", str(self.root), *words])
        assert done.exit_code == 0, done.output
        return done.stdout + done.stderr

    def total(self) -> Decimal:
        self.run("allocate")
        done = CliRunner().invoke(cli, ["--workspace", str(self.root), "map", "--period", OCTOBER, "--json"])
        found: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
        return Decimal(found["total"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> InPlace:
    made = Books(tmp_path_factory.mktemp("two_names") / "acme")
    made.fill()
    return InPlace(made.root)


@pytest.fixture
def books(filled: InPlace) -> Books:
    return Books(filled.anew())


def test_confirming_a_misspelt_supplier_as_ai_never_counts_its_payment_too(books: Books) -> None:
    assert books.total() == 800  # the card's; both invoices are perhaps AI
    assert "--vendor anthropic" in books.run("map", "--period", OCTOBER)
    books.run("rules", "confirm", "Antrhopic PBC", "--ai", "--category", "product_inference")
    books.run("rules", "confirm", "OpenAl LLC", "--ai", "--category", "product_inference")
    assert books.total() == 950


def test_confirming_whose_name_it_is_writes_an_alias_once(books: Books) -> None:
    assert "alias of anthropic" in books.run("rules", "confirm", "Antrhopic PBC", "--vendor", "anthropic")
    assert "alias of openai" in books.run("rules", "confirm", "OpenAl LLC", "--vendor", "openai")
    assert books.total() == 950
    assert "already" in books.run("rules", "confirm", "Antrhopic PBC", "--vendor", "anthropic")


@pytest.mark.parametrize(
    "words",
    [
        ("Antrhopic PBC",),
        ("Antrhopic PBC", "--vendor", "anthropic", "--ai"),
        ("Antrhopic PBC", "--vendor", "nobody"),
        ("ANTHROPIC", "--vendor", "openai"),
        ("Nobody Ltd", "--vendor", "openai"),
    ],
)
def test_what_names_no_vendor_is_refused_and_nothing_is_written(books: Books, words: tuple[str, ...]) -> None:
    before = books.run("register", "export")
    done = CliRunner().invoke(cli, ["--workspace", str(books.root), "rules", "confirm", *words])
    assert isinstance(done.exception, UsageError)
    assert books.run("register", "export") == before

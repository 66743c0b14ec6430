"""The twenty worked examples of counting once, as statements and as the figures a right map shows.

Example n is told of the vendor `vn`, so that all of them fit into one firm without meeting. The words stand in
docs/guides/counting.md too, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from counting.firm import Firm

OCTOBER = "2026-10"
Tell = Callable[[Firm, str], None]


@dataclass(frozen=True)
class Example:
    """One row of the page, and what holds it.

    Args:
        effective, billed: month -> cost of all that is AI of the vendor, in the currency said; None = unknown.
        standing: standing -> effective cost of the lines that stand so.
        covered: billed cost of lines that another statement counts.
        notes: kind of note -> its money, over all months; "kind month" for one month.
    """

    statements: str
    effective_text: str
    billed_text: str
    also: str
    tell: Tell
    effective: dict[str, str | None]
    billed: dict[str, str | None]
    standing: dict[str, str] = field(default_factory=dict)
    covered: str = "0"
    notes: dict[str, str] = field(default_factory=dict)
    currency: str = "USD"


def _metered_only(firm: Firm, vendor: str) -> None:
    firm.meter("2026-10-05", "60", vendor, use_case="answers")
    firm.meter("2026-10-06", "40", vendor, use_case="triage")


def _invoice_above_meter(firm: Firm, vendor: str) -> None:
    _metered_only(firm, vendor)
    firm.line("2026-10-31", "400", vendor, product_kind="api", memo="API usage October", invoice_number=f"{vendor}1")


def _month_before(firm: Firm, vendor: str) -> None:
    _metered_only(firm, vendor)
    firm.lags[vendor, ""] = 1
    firm.line("2026-11-05", "100", vendor, product_kind="api")


def _discount(firm: Firm, vendor: str) -> None:
    firm.meter("2026-10-05", "300", vendor, use_case="answers")
    firm.meter("2026-10-06", "200", vendor, use_case="triage")
    firm.export("2026-10-31", "450", vendor)


def _paid_by_number(firm: Firm, vendor: str) -> None:
    firm.export("2026-10-31", "450", vendor, invoice_number=f"{vendor}x")
    firm.line("2026-11-12", "450", vendor, books="bank", mentioned_numbers=f"{vendor}x")


def _two_accounts(firm: Firm, vendor: str) -> None:
    firm.export("2026-10-31", "100", vendor, vendor_account="a")
    firm.line("2026-10-31", "100", vendor, product_kind="api", vendor_account="a")
    firm.line("2026-10-31", "70", vendor, product_kind="api", vendor_account="b")


def _seats_beside_calls(firm: Firm, vendor: str) -> None:
    firm.meter("2026-10-10", "2.80", vendor)
    firm.line("2026-10-04", "2000", vendor, books="card", product_kind="seats", memo="ChatGPT Team 80 seats")


def _seats_and_more(firm: Firm, vendor: str) -> None:
    firm.seats("2026-10-01", "475", vendor, tool="copilot", department="sales")  # 25 x 19.00
    firm.seats("2026-10-01", "285", vendor, tool="copilot", department="support")  # 15 x 19.00
    firm.line("2026-10-31", "845", vendor, product_kind="seats", tool="copilot")


def _year_in_advance(firm: Firm, vendor: str) -> None:
    firm.contract(vendor, "2026-01-01", "2026-12-31", "1200")
    firm.line("2026-01-05", "1200", vendor, product_kind="seats")


def _credits(firm: Firm, vendor: str) -> None:
    firm.line("2026-10-02", "200", vendor, books="card", product_kind="credits", memo="API credits top-up")
    firm.meter("2026-10-17", "152", vendor)


def _flat_plan(firm: Firm, vendor: str) -> None:
    firm.line("2026-10-04", "200", vendor, books="card", product_kind="plan")
    firm.meter("2026-10-10", "300", vendor, billing_mode="plan", tool="claude-code")


def _commitment(firm: Firm, vendor: str) -> None:
    firm.mixed.add(vendor)
    own = {"kind": "cloud", "commitment_id": f"{vendor}-sp", "category": "infrastructure"}
    firm.export("2026-10-01", "1500", vendor, **own, scope="not_ai", charge_category="Purchase",
                effective_cost="0", charge_end="2026-11-01")  # fmt: skip
    firm.export("2026-10-05", "1200", vendor, **own, billed_cost="0", list_cost="1600", commitment_status="Used")
    firm.export("2026-10-06", "300", vendor, **own, billed_cost="0", list_cost="400", commitment_status="Unused",
                scope="not_ai")  # fmt: skip


def _correction(firm: Firm, vendor: str) -> None:
    firm.export("2026-03-14", "900", vendor, bill="2026-03-01")
    firm.export("2026-04-02", "10", vendor, bill="2026-04-01")
    firm.export("2026-03-15", "-40", vendor, bill="2026-04-01", charge_class="Correction")


def _marketplace(firm: Firm, vendor: str) -> None:
    cloud = f"{vendor}-cloud"
    firm.mixed.add(cloud)
    firm.export("2026-08-01", "500", cloud, kind="cloud", publisher_vendor=vendor, issuer_vendor=cloud,
                category="product_inference", charge_category="Purchase")  # fmt: skip
    for day in range(1, 11):
        firm.export(f"2026-08-{day:02d}", "50", vendor, issuer_vendor=cloud)


def _bill_in_euro(firm: Firm, vendor: str) -> None:
    _metered_only(firm, vendor)
    firm.export("2026-10-31", "92", vendor, currency="EUR")


def _cloud_by_number(firm: Firm, vendor: str) -> None:
    firm.mixed.add(vendor)
    number = f"{vendor}x"
    firm.export("2026-10-05", "1000", vendor, invoice_number=number)
    firm.export("2026-10-06", "2000", vendor, kind="cloud", scope="not_ai", invoice_number=number)
    # its charge period is September: the number ties it to the payment all the same
    firm.export("2026-09-30", "123.57", vendor, bill="2026-10-01", invoice_number=number)
    firm.line("2026-11-09", "3123.57", vendor, books="bank", mentioned_numbers=number)


def _cloud_without_export(firm: Firm, vendor: str) -> None:
    firm.mixed.add(vendor)
    firm.meter("2026-10-05", "300", vendor, use_case="answers")
    firm.line("2026-10-31", "5000", vendor)


def _two_numbers(firm: Firm, vendor: str) -> None:
    firm.line("2026-10-03", "500", vendor, product_kind="api", invoice_number=f"{vendor}a")
    firm.line("2026-10-05", "500", vendor, product_kind="api", invoice_number=f"{vendor}b")


def _proposed_pair(firm: Firm, vendor: str) -> None:
    firm.line("2026-10-03", "500", vendor, product_kind="api")
    firm.line("2026-10-05", "500", vendor, books="card", product_kind="api")


def _export_to_the_fifth(firm: Firm, vendor: str) -> None:
    firm.export("2026-10-05", "30", vendor)
    firm.meter("2026-10-05", "30", vendor, use_case="answers")
    firm.meter("2026-10-20", "70", vendor, use_case="triage")


YEAR = [f"2026-{number:02d}" for number in range(1, 13)]
EXAMPLES: dict[int, Example] = {
    1: Example("metered 100, nothing else", "100", "unknown", "100 not billed yet", _metered_only,
               {OCTOBER: "100"}, {OCTOBER: None}, {"not_billed_yet": "100"}),
    2: Example("metered 100; an invoice \"API usage October\" of 400", "400", "400",
               "100 carried, 300 dark; nothing is covered: the invoice is the total", _invoice_above_meter,
               {OCTOBER: "400"}, {OCTOBER: "400"}, {"dark": "300"}),
    3: Example("metered in October 100; an invoice of 5 November for 100, with a lag of a month or \"October\" in its memo",
               "October 100, November 0", "October 100", "", _month_before,
               {OCTOBER: "100", "2026-11": None}, {OCTOBER: "100", "2026-11": None}),
    4: Example("metered 500 at list price; export 450", "450", "450", "split in proportion; 50 over: perhaps a discount",
               _discount, {OCTOBER: "450"}, {OCTOBER: "450"}, notes={"over": "50"}),
    5: Example("export 450 with invoice X; a payment of 450 that names X", "450", "450", "the payment is covered: 450",
               _paid_by_number, {OCTOBER: "450", "2026-11": None}, {OCTOBER: "450", "2026-11": None}, covered="450"),
    6: Example("export of account A 100; payments of A 100 and of B 70", "170", "170", "100 covered; B's 70 dark",
               _two_accounts, {OCTOBER: "170"}, {OCTOBER: "170"}, {"dark": "70"}, covered="100"),
    7: Example("API calls metered 2.80; on the card \"ChatGPT Team 80 seats\" 2,000", "2,002.80", "2,000",
               "2.80 not billed yet", _seats_beside_calls, {OCTOBER: "2002.80"}, {OCTOBER: "2000"},
               {"not_billed_yet": "2.80"}),
    8: Example("40 seats at 19.00 = 760; an invoice of 845", "845", "845",
               "760 by department, 85 of the tool; a note of 85 above the seats", _seats_and_more,
               {OCTOBER: "845"}, {OCTOBER: "845"}, notes={"above_seats": "85"}),
    9: Example("a contract from January to December; 1,200 paid in January", "100 a month", "January 1,200",
               "1,100 prepaid at the end of January", _year_in_advance, dict.fromkeys(YEAR, "100"),
               {month: "1200" if month == "2026-01" else "0" for month in YEAR},
               notes={"prepaid": "6600"}),  # 1,100 + 1,000 + ... + 100, one note a month
    10: Example("\"API credits top-up\" on the card 200; metered 152", "152", "200", "48 prepaid", _credits,
                {OCTOBER: "152"}, {OCTOBER: "200"}, notes={"prepaid 2026-10": "48"}),
    11: Example("a flat plan of 200; its session log would cost 300 at list price", "200", "200",
                "API equivalent 300, in no total", _flat_plan, {OCTOBER: "200"}, {OCTOBER: "200"},
                notes={"api_equivalent": "300"}),
    12: Example("a commitment bought for 1,500; used 1,200, unused 300, all of it AI", "1,500, of it 300 idle", "1,500",
                "list and contracted cost leave the purchase out", _commitment, {OCTOBER: "1500"}, {OCTOBER: "1500"}),
    13: Example("in April's file a correction of -40 for 15 March", "March -40", "April -40", "", _correction,
                {"2026-03": "860", "2026-04": "10"}, {"2026-03": "900", "2026-04": "-30"}),
    14: Example("a cloud's line of 500 for publisher P; P's own export of 500, issued by the cloud", "500", "500",
                "by P's rows; the cloud's line is covered", _marketplace, {"2026-08": "500"}, {"2026-08": "500"}),
    15: Example("a bill of EUR 92; metered USD 100", "EUR 92, USD 0", "EUR 92", "carried by the meter's weights",
                _bill_in_euro, {OCTOBER: "92"}, {OCTOBER: "92"}, currency="EUR"),
    16: Example("a cloud's export of 3,123.57 over all scopes, with invoice X; a payment of 3,123.57 that names X",
                "the AI rows of the export", "the same", "3,123.57 covered, whatever the charge periods",
                _cloud_by_number, {"2026-09": "123.57", OCTOBER: "1000"}, {"2026-09": "0", OCTOBER: "1123.57"},
                covered="3123.57"),
    17: Example("a cloud's invoice of 5,000 without an export; its models metered 300", "300", "300",
                "4,700 not AI, listed under perhaps AI: ask for the export", _cloud_without_export,
                {OCTOBER: "300"}, {OCTOBER: "300"}, notes={"perhaps_ai": "4700"}),
    18: Example("two invoices of one vendor and amount, 500, under two numbers", "1,000", "1,000", "", _two_numbers,
                {OCTOBER: "1000"}, {OCTOBER: "1000"}, {"dark": "1000"}),
    19: Example("a payables line of 500 without a number; 500 on the card two days later", "500", "500",
                "a proposed pair, which one decision undoes", _proposed_pair, {OCTOBER: "500"}, {OCTOBER: "500"},
                {"dark": "500"}, covered="500", notes={"proposed_pair": "500"}),
    20: Example("an export that ends on the 5th, 30; metered 100 in the month, 30 of it to the 5th", "100", "30",
                "30 invoiced; 70 not billed yet", _export_to_the_fifth, {OCTOBER: "100"}, {OCTOBER: "30"},
                {"not_billed_yet": "70"}),
}  # fmt: skip


def vendor_of(number: int) -> str:
    """The vendor an example is told of."""
    return f"v{number}"


def firm_of(*numbers: int) -> Firm:
    """One firm with some of the examples."""
    firm = Firm()
    for number in numbers:
        EXAMPLES[number].tell(firm, vendor_of(number))
    return firm

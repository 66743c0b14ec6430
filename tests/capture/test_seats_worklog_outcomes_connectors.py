"""Seats, human work and outcomes, as people keep them in spreadsheets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tabular_support import DATA, read, write

from spendmap.capture.connectors import outcomes_csv, seats_csv, worklog_csv
from spendmap.capture.connectors.worklog_csv import minutes_worked
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError


def test_a_seat_list_gives_bought_used_and_price_per_month() -> None:
    found = read(seats_csv.CONNECTOR, DATA / "seats.csv")
    copilot, chat = found.rows
    assert copilot["charge_period_start"].isoformat() == "2026-10-01T00:00:00"
    assert copilot["charge_period_end"].isoformat() == "2026-11-01T00:00:00"
    assert (copilot["provisioned_quantity"], copilot["used_quantity"]) == (120, 70)
    assert (copilot["contracted_unit_price"], copilot["billing_currency"]) == (30, "USD")
    assert (copilot["resource_kind"], copilot["resource_id"], copilot["unit"]) == ("seat", "Copilot/M365", "seats")
    assert copilot["evidence"] == "contracted"
    # No price and no count of users: declared, and unknown rather than nought.
    assert (chat["evidence"], chat["used_quantity"], chat["contracted_unit_price"]) == ("declared", None, None)
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (4, "seats_bought '-5' is negative"),
        (5, "currency 'XXQ' is not one of ISO 4217"),
    ]


def test_a_price_without_a_currency_is_quarantined_until_it_is_said(tmp_path: Path) -> None:
    file = write(tmp_path, "month,tool,seats,price\n2026-10,Copilot,10,19\n")
    assert read(seats_csv.CONNECTOR, file).reasons == ["the price has no currency; say `--set currency=USD`"]
    found = read(seats_csv.CONNECTOR, file, currency="usd", evidence="invoiced")
    assert (found.rows[0]["billing_currency"], found.rows[0]["evidence"]) == ("USD", "invoiced")


def test_each_day_on_which_a_plan_is_listed_is_a_snapshot_to_the_month_s_end(tmp_path: Path) -> None:
    file = write(tmp_path, "date,tool,seats\n2026-10-01,Copilot,10\n2026-10-15,Copilot,12\n2026-11-03,Copilot,12\n")
    found = read(seats_csv.CONNECTOR, file)
    assert [
        (f"{row['charge_period_start']:%m-%d}", f"{row['charge_period_end']:%m-%d}", row["provisioned_quantity"])
        for row in found.rows
    ] == [("10-01", "11-01", 10), ("10-15", "11-01", 12), ("11-03", "12-01", 12)]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        ("2026-10-15,X,Pro,Sales,10,20", "2026-10-15,X,Pro,Sales,12,20", 1),  # which of the two holds?
        ("2026-10-15,X,Pro,Sales,10,20", "15 Oct 2026,X,Pro,Sales,10,20", 1),  # the same day, written otherwise
        ("2026-10,X,Pro,Sales,10,20", "2026-10-01,X,Pro,Sales,12,20", 1),  # a month begins on its first day
        ("2026-10-15,X,Pro,Sales,10,", "2026-10-15,X,Pro,Sales,12,", 1),
        ("2026-10-15,X,Pro,Sales,10,20", "2026-10-15,X,Pro,Ops,12,20", 2),
        ("2026-10-15,X,Pro,Sales,10,20", "2026-10-15,X,Max,Sales,12,20", 2),
        ("2026-10-15,X,Pro,Sales,10,20", "2026-10-15,X,Pro,Sales,12,18", 2),  # a second contract at its own price
        ("2026-10-15,X,Pro,Sales,10,20", "2026-10-16,X,Pro,Sales,12,20", 2),
        (
            "2026-10,X,Pro,Sales,10,20",
            "2026-10,X,Pro,Sales,12,20",
            2,
        ),  # a month's list in parts: no day is snapped twice
    ],
)
def test_a_plan_is_listed_once_a_day_per_department_and_price(
    tmp_path: Path, first: str, second: str, lines: int
) -> None:
    file = write(tmp_path, f"date,tool,plan,department,seats,price\n{first}\n{second}\n")
    found = read(seats_csv.CONNECTOR, file, currency="USD")
    assert len(found.rows) == lines
    assert [reason.partition(" is listed on")[0] for reason in found.reasons] == ["this plan of this department"] * (
        2 - lines
    )


@pytest.mark.parametrize(
    ("seats", "price", "settings", "expected"),
    [
        ("12,5", "25,00", {}, ("12.5", "25.00")),
        ("1.250", "28,10", {}, ("1250", "28.10")),  # the price settles the sign of the whole file
        ("1.250", "28,10", {"decimal": ","}, ("1250", "28.10")),
        ("1 250", "28,10", {}, ("1250", "28.10")),
        ("1'250", "28.10", {}, ("1250", "28.10")),
        ("1,250", "28.10", {}, ("1250", "28.10")),
        ("1,250", "28", {}, ("1250", "28")),
        ("1.250", "1.000", {"decimal": ","}, ("1250", "1000")),
        ("12.5", "25.00", {"decimal": "."}, ("12.5", "25.00")),
        ("40", "€ 25,00", {}, ("40", "25.00")),
    ],
)
def test_a_seat_list_has_one_decimal_sign(
    tmp_path: Path, seats: str, price: str, settings: dict[str, str], expected: tuple[str, str]
) -> None:
    file = write(tmp_path, f"Monat;Anbieter;Produkt;Plätze;Preis\n2026-10;OpenAI;ChatGPT;{seats};{price}\n")
    (row,) = read(seats_csv.CONNECTOR, file, currency="EUR", **settings).rows
    assert (row["provisioned_quantity"], row["contracted_unit_price"]) == (Decimal(expected[0]), Decimal(expected[1]))
    assert row["supplier_name"] == "OpenAI"


def test_seats_that_can_be_a_thousand_or_one_are_asked_about(tmp_path: Path) -> None:
    found = read(seats_csv.CONNECTOR, write(tmp_path, "month;tool;seats\n2026-10;X;1.250\n"))
    assert found.reasons == [
        "seats_bought '1.250' can be thousands or decimals; say `--set decimal=.` or `--set decimal=,`"
    ]


@pytest.mark.parametrize(
    ("header", "settings", "months"),
    [
        ("price per seat", {}, None),
        ("Price per seat per month", {}, None),
        ("Price per seat per year", {}, 12),
        ("Annual price", {}, 12),
        ("Price (yearly)", {}, 12),
        ("price per user per quarter", {}, 3),
        ("price", {"price_per": "year"}, 12),
        ("price", {"price_per": "Quarter"}, 3),
        ("annual price", {"price_per": "month"}, None),  # the person knows better than the header
        ("Jahrespreis", {"price_per_seat": "Jahrespreis"}, 12),
    ],
)
def test_a_price_covers_a_month_a_quarter_or_a_year(
    tmp_path: Path, header: str, settings: dict[str, str], months: int | None
) -> None:
    file = write(tmp_path, f"month,tool,seats,{header}\n2026-10,X,10,228.00\n")
    (row,) = read(seats_csv.CONNECTOR, file, currency="USD", **settings).rows
    assert (row["contracted_unit_price"], row["price_months"]) == (Decimal("228.00"), months)


@pytest.mark.parametrize(
    ("header", "settings", "is_asked"),
    [
        ("Price per seat", {}, True),
        ("Unit price", {}, True),
        ("Preis", {}, True),
        ("Cost", {"price_per_seat": "Cost"}, True),
        ("Price per seat", {"price_per": "year"}, False),
        ("Price per seat", {"price_per": "month"}, False),
        ("Monthly price per seat", {}, False),
        ("Annual price", {}, False),
        ("Monatspreis", {"price_per_seat": "Monatspreis"}, False),
        ("Precio al mes", {"price_per_seat": "Precio al mes"}, False),
        ("USD/seat/mo", {"price_per_seat": "USD/seat/mo"}, False),
    ],
)
def test_a_price_whose_period_nobody_states_is_read_by_the_month_and_the_capture_says_so(
    tmp_path: Path, header: str, settings: dict[str, str], is_asked: bool
) -> None:
    file = write(tmp_path, f"month,tool,seats,{header}\n2026-10,X,10,600.00\n2026-11,X,10,600.00\n")
    found = read(seats_csv.CONNECTOR, file, currency="USD", **settings)
    assert found.context is not None
    assert len(found.context.notes) == is_asked  # once for the file, not for every row
    assert all("`--set price_per=year`" in note and header in note for note in found.context.notes)


def test_a_list_that_states_no_price_says_nothing_of_its_period(tmp_path: Path) -> None:
    found = read(seats_csv.CONNECTOR, write(tmp_path, "month,tool,seats,price\n2026-10,X,10,\n"), currency="USD")
    assert found.context is not None and found.context.notes == []


def test_two_contracts_for_one_plan_in_one_month_both_count(tmp_path: Path) -> None:
    file = write(tmp_path, "month,tool,seats,price,currency\n2026-10,X,50,20,USD\n2026-10,X,30,18,USD\n")
    assert read(seats_csv.CONNECTOR, file).total("provisioned_quantity") == 80


@pytest.mark.parametrize(("name", "value"), [("currency", "XQX"), ("evidence", "gossip"), ("price_per", "week")])
def test_a_seat_setting_that_is_not_understood_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read(seats_csv.CONNECTOR, write(tmp_path, "month,tool,seats\n2026-10,X,5\n"), **{name: value})


def test_a_worklog_gives_minutes_and_hashes_persons() -> None:
    found = read(worklog_csv.CONNECTOR, DATA / "worklog.csv")
    assert found.context is not None
    review = found.rows[0]
    assert [row["minutes"] for row in found.rows] == [90, Decimal("45.5"), 135, 10]
    # nobody knows a kind called coffee: it is work all the same, under its own name
    assert [row["activity_kind"] for row in found.rows] == ["review", "annotate", "debug_prompt", "coffee"]
    assert review["principal_id"] == found.context.hash_principal("jane.doe@example.com")
    assert (review["use_case"], review["subject"], review["department_name"]) == ("claims-triage", "T-1", "Claims")
    assert review["evidence"] == "declared"
    assert found.reasons == ["the time '-30' is negative"]
    everything = str(found.rows) + str(found.rejects)
    assert not [name for name in ("jane", "Jane", "Bob", "@") if name in everything]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("chunk", "chunk"),
        ("write_eval", "write_eval"),
        ("Write eval", "write_eval"),
        ("clean", "clean"),
        ("Data cleaning", "clean"),
        ("red_team", "red_team"),
        ("Red teaming", "red_team"),
        ("Red-Teaming", "red_team"),
        ("REVIEWING", "review"),
        ("annotating", "annotate"),
        ("gold set", "gold_set"),
        ("Model spotting", "model_spotting"),  # unknown: its own words
        ("Prüfung (Recht)", "prüfung_recht"),
        ("  ", None),
        ("---", None),
        ("jane@acme.example", None),  # an address is no kind
        ("I looked at what the assistant answered Jane Doe about her claim", None),  # a description is none either
    ],
)
def test_every_kind_of_work_is_loaded_and_a_description_never_is(
    tmp_path: Path, written: str, kind: str | None
) -> None:
    found = read(worklog_csv.CONNECTOR, write(tmp_path, f'date,kind,minutes\n2026-10-01,"{written}",60\n'))
    assert [(row["activity_kind"], row["minutes"]) for row in found.rows] == [(kind, 60)]
    assert found.rejects == []


@pytest.mark.parametrize(
    ("header", "times", "settings", "minutes"),
    [
        ("hours", ["1,5", "0,25"], {}, ["90", "15"]),  # one comma that cannot group settles the column
        ("hours", ["1.5", "0.25"], {}, ["90", "15"]),
        ("hours", ["1,250"], {"decimal": ","}, ["75"]),
        ("hours", ["1.250", "2.125"], {}, ["75", "127.5"]),  # nobody works a thousand hours at one piece of work
        ("minutes", ["1.250"], {"decimal": ","}, ["1250"]),
        ("minutes", ["1.250"], {"decimal": "."}, ["1.25"]),
        ("minutes", ["1,250", "7.5"], {}, ["1250", "7.5"]),
        ("seconds", ["90,6"], {}, ["1.51"]),
        ("minutes", ["1:30", "7,5"], {}, ["90", "7.5"]),
    ],
)
def test_the_decimal_sign_of_a_worklog_holds_for_its_times(
    tmp_path: Path, header: str, times: list[str], settings: dict[str, str], minutes: list[str]
) -> None:
    lines = "".join(f"2026-10-{day:02d};review;{time}\n" for day, time in enumerate(times, 1))
    found = read(worklog_csv.CONNECTOR, write(tmp_path, f"date;kind;{header}\n{lines}"), **settings)
    assert [row["minutes"] for row in found.rows] == [Decimal(each) for each in minutes]


def test_minutes_that_can_be_thousands_or_decimals_are_asked_about(tmp_path: Path) -> None:
    found = read(worklog_csv.CONNECTOR, write(tmp_path, "date;kind;minutes\n2026-10-01;review;1.250\n"))
    assert found.reasons == ["'1.250' can be thousands or decimals; say `--set decimal=.` or `--set decimal=,`"]


@pytest.mark.parametrize(
    ("text", "unit", "minutes"),
    [
        ("90", "minutes", "90"),
        ("1.5", "hours", "90"),
        ("90", "seconds", "1.5"),
        ("100", "seconds", "1.666666666667"),
        ("1:30", None, "90"),
        ("01:30:30", "minutes", "90.5"),
        ("1h 30m", None, "90"),
        ("45 min", None, "45"),
        ("2h", None, "120"),
    ],
)
def test_time_worked_is_read_in_every_usual_form(text: str, unit: str | None, minutes: str) -> None:
    assert minutes_worked(text, unit) == Decimal(minutes)


@pytest.mark.parametrize("text", ["", "-1", "1:75", "soon", "h", "1e9999"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|number|fit"):
        minutes_worked(text, "minutes")


def test_a_time_column_without_a_unit_asks_for_it(tmp_path: Path) -> None:
    file = write(tmp_path, "date,kind,duration\n2026-10-01,review,90\n")
    with pytest.raises(SourceUnreadableError, match="in which unit") as refused:
        read(worklog_csv.CONNECTOR, file)
    assert "--set unit=minutes" in refused.value.next_step
    assert read(worklog_csv.CONNECTOR, file, unit="hours").rows[0]["minutes"] == 5400
    with pytest.raises(SettingError, match="unit"):
        read(worklog_csv.CONNECTOR, file, unit="days")
    with pytest.raises(SettingError, match="evidence"):
        read(worklog_csv.CONNECTOR, file, unit="hours", evidence="invoiced")
    with pytest.raises(SourceUnreadableError, match="no column for minutes"):
        read(worklog_csv.CONNECTOR, write(tmp_path, "date,kind\n2026-10-01,review\n"))


def test_a_tracking_tool_s_log_is_metered_when_it_is_said(tmp_path: Path) -> None:
    file = write(tmp_path, "date,type,hours\n2026-10-01,labelling,0.25\n")
    row = read(worklog_csv.CONNECTOR, file, evidence="metered").rows[0]
    assert (row["evidence"], row["activity_kind"], row["minutes"]) == ("metered", "annotate", 15)


def test_outcomes_of_every_kind_read_and_money_needs_its_currency() -> None:
    found = read(outcomes_csv.CONNECTOR, DATA / "outcomes.csv")
    accepted, escalated, revenue, renewal = found.rows
    assert (accepted["outcome_kind"], accepted["outcome_result"]) == ("workflow_run", "accepted")
    assert (accepted["workflow_run_id"], accepted["customer_id"], accepted["quantity"]) == ("run-1", "cust-1", 1)
    assert accepted["charge_period_start"].isoformat() == "2026-10-03T00:00:00"
    assert accepted["amount"] is None
    assert escalated["outcome_result"] == "escalated"
    assert (revenue["amount"], revenue["billing_currency"]) == (Decimal("12000.50"), "USD")
    assert revenue["charge_period_start"].isoformat() == "2026-10-01T00:00:00"
    assert (renewal["outcome_kind"], renewal["outcome_result"]) == ("account_event", "retained")
    assert "@" not in renewal["customer_id"]
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (6, "the amount has no currency; say `--set currency=USD`"),
        (
            7,
            "kind a text of 5 characters is not known; known are workflow_run, product_usage, revenue, account_event, time_saved, "
            "task_time, evaluation_run",
        ),
    ]
    assert found.sums("USD") == {"amount": Decimal("12000.50")}


@pytest.mark.parametrize(
    ("quantity", "amount", "settings", "expected"),
    [
        ("12,5", "1.000,50", {}, ("12.5", "1000.50")),
        ("1.250", "28,10", {"decimal": ","}, ("1250", "28.10")),
        ("1,250", "28.10", {}, ("1250", "28.10")),
        ("1250", "", {}, ("1250", None)),
        ("1.5e3", "", {}, ("1500", None)),
    ],
)
def test_the_decimal_sign_of_outcomes_holds_for_quantities_too(
    tmp_path: Path, quantity: str, amount: str, settings: dict[str, str], expected: tuple[str, str | None]
) -> None:
    file = write(tmp_path, f"date;kind;quantity;amount\n2026-10-01;revenue;{quantity};{amount}\n")
    (row,) = read(outcomes_csv.CONNECTOR, file, currency="EUR", **settings).rows
    money = None if expected[1] is None else Decimal(expected[1])
    assert (row["quantity"], row["amount"]) == (Decimal(expected[0]), money)


def test_an_unknown_result_is_quarantined(tmp_path: Path) -> None:
    file = write(tmp_path, "date,kind,result\n2026-10-01,run,perhaps\n")
    assert read(outcomes_csv.CONNECTOR, file).reasons == [
        "result a text of 7 characters is not known; known are accepted, rejected, escalated, retained, expanded, churned, "
        "with_ai, without_ai"
    ]

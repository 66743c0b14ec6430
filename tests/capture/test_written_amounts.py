"""Amounts as people write them: exact, and never a thousandfold off without a word."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.capture.amounts import DecimalSurvey, amount_reader, plain_decimal, to_ledger, written_amount
from spendmap.capture.currencies import currency_code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        (" $10,000.00 ", "10000"),
        ("£ 12", "12"),
        ("12 €", "12"),
        ("US$5.00", "5"),
        ("USD 5.00", "5"),
        ("5.00 usd", "5"),
        ("(123.45)", "-123.45"),
        ("($123.45)", "-123.45"),
        ("$(123.45)", "-123.45"),
        ("( 123.45 )", "-123.45"),
        ("123.45-", "-123.45"),
        ("−123.45", "-123.45"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("+5", "5"),
        ("45 CR", "-45"),
        ("45 DR", "45"),
        ("1'234.50", "1234.5"),
        ("1 234.50", "1234.5"),
        ("1\u00a0234.50", "1234.5"),
        ("12,34,567.89", "1234567.89"),
        (".5", "0.5"),
        ("7.", "7"),
        ("0.00000000000000001", "1e-17"),
    ],
)
def test_an_amount_with_a_decimal_point_is_read(text: str, value: str) -> None:
    assert written_amount(text, ".") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,56", "1234.56"), ("1.234,56 €", "1234.56"), ("12,5", "12.5"), ("2.000", "2000"), ("-,5", "-0.5")],
)
def test_an_amount_with_a_decimal_comma_is_read(text: str, value: str) -> None:
    assert written_amount(text, ",") == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1.2.3",
        "1,23.4",
        "(5",
        "5)",
        "(5))",
        "--5",
        "-(5)",
        "(5)-",
        "5- CR",
        "1e5",
        "#REF!",
        "$",
        "1,2345",
        "5 EUROS",
        "0x10",
        "٣",
        "1_000",
        "9" * 70,
        ".",
    ],
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|sign|fit"):
        written_amount(text, ".")


@pytest.mark.parametrize(("text", "currency"), [("€5", "USD"), ("5 GBP", "EUR"), ("CA$5", "USD"), ("£5", "EUR")])
def test_a_symbol_that_contradicts_the_row_s_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"is not in {currency}"):
        written_amount(text, ".", currency)


@pytest.mark.parametrize(("text", "currency"), [("€5", "EUR"), ("$5", "CAD"), ("US$5", "USD"), ("A$5", "AUD")])
def test_a_symbol_that_fits_the_row_s_currency_is_read(text: str, currency: str) -> None:
    assert written_amount(text, ".", currency) == 5


def reader_of(column: list[str], given_sign: str = ""):  # type: ignore[no-untyped-def]
    survey = DecimalSurvey()
    for text in column:
        survey.see(text)
    return amount_reader(survey, given_sign)


def test_one_value_with_cents_decides_for_the_whole_column() -> None:
    assert reader_of(["2.000", "1.234,56"])("2.000", None) == 2000
    assert reader_of(["2.000", "10.5"])("2.000", None) == 2
    assert reader_of(["1,200", "3,000"])("1,200", None) == 1200


def test_a_column_of_thousands_or_three_decimals_is_not_guessed() -> None:
    read = reader_of(["2.000", "17"])
    assert read("17", None) == 17
    with pytest.raises(ValueError, match="thousands or decimals"):
        read("2.000", None)
    assert reader_of(["2.000", "17"], ".")("2.000", None) == 2
    assert reader_of(["2.000", "17"], ",")("2.000", None) == 2000


def test_a_column_that_uses_both_signs_reads_the_point_and_refuses_the_comma() -> None:
    read = reader_of(["1,234.56", "1.234,56"])
    assert read("1,234.56", None) == Decimal("1234.56")
    with pytest.raises(ValueError, match="--set decimal=,"):
        read("1.234,56", None)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_grouping_and_decimal_sign_never_change_the_value(value: Decimal) -> None:
    english = f"{value:,.2f}"
    continental = english.translate(str.maketrans({",": ".", ".": ","}))
    assert written_amount(english, ".") == value
    assert written_amount(continental, ",") == value
    assert plain_decimal(str(value)) == value


@given(st.text(alphabet="0123456789.,-+()$€ eECRDabc'", max_size=20), st.sampled_from([".", ","]))
def test_any_text_is_an_amount_in_range_or_a_value_error(text: str, sign: str) -> None:
    try:
        value = written_amount(text, sign)  # type: ignore[arg-type]
    except ValueError:
        return
    assert value.is_finite()
    assert sum(character.isdigit() for character in text) > 0


def test_rounding_is_half_even_at_the_twelfth_place() -> None:
    assert to_ledger(Decimal("0.0000000000005")) == 0
    assert to_ledger(Decimal("0.0000000000015")) == Decimal("2e-12")
    with pytest.raises(ValueError, match="does not fit"):
        to_ledger(Decimal("9999999999999999.9999999999999"))


def test_currencies_are_those_of_iso_4217() -> None:
    assert currency_code(" usd ") == "USD"
    assert [code for code in ("XXX", "XTS", "XAU", "EURO", "", "US") if currency_code(code)] == []


def read_in(currency: str, column: list[str], given_sign: str = "") -> list[Decimal | None]:
    read, found = reader_of(column, given_sign), []
    for text in column:
        try:
            found.append(read(text, currency))
        except ValueError as error:
            assert "thousands or decimals" in str(error)
            found.append(None)
    return found


def test_in_a_currency_without_decimals_three_digits_are_thousands() -> None:
    assert read_in("JPY", ["1.500", "¥2.500.000", "1,500", "500", "-1.500"]) == [1500, 2500000, 1500, 500, -1500]
    assert read_in("CLP", ["(1.500)"]) == [-1500]
    assert read_in("KRW", ["1.500"], ".") == [Decimal("1.5")]  # the setting holds, whatever the currency
    assert read_in("JPY", ["0.500"]) == [Decimal("0.5")]


def test_a_currency_with_three_decimals_is_asked_about_unless_another_line_decides() -> None:
    assert read_in("KWD", ["1.500", "1,500", "12"]) == [None, None, 12]
    assert read_in("KWD", ["1.500", "12.50"]) == [Decimal("1.5"), Decimal("12.5")]
    assert read_in("TND", ["1,500", "12,5"]) == [Decimal("1.5"), Decimal("12.5")]
    assert read_in("BHD", ["1,234.500", "1.500"]) == [Decimal("1234.5"), Decimal("1.5")]
    assert read_in("KWD", ["1.500"], ".") == [Decimal("1.5")]
    assert read_in("KWD", ["1.500"], ",") == [1500]
    assert read_in("EUR", ["1.500"]) == [None]  # as ever

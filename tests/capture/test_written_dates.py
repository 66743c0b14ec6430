"""Dates as files write them: decided once per column, in UTC."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.capture.dates import DateReader, DateSurvey, date_reader_for, month_bounds


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-05", "2026-10-05T00:00:00"),
        ("2026-10-05T23:30:00-02:00", "2026-10-06T01:30:00"),
        ("2026/10/5", "2026-10-05T00:00:00"),
        ("20261005", "2026-10-05T00:00:00"),
        ("05.10.2026", "2026-10-05T00:00:00"),
        ("05-Oct-26", "2026-10-05T00:00:00"),
        ("5 October 2026", "2026-10-05T00:00:00"),
        ("Oct 5, 2026", "2026-10-05T00:00:00"),
        ("05-Sept-2026", "2026-09-05T00:00:00"),
        ("05/Okt/2026", "2026-10-05T00:00:00"),
        ("Monday, October 5, 2026", "2026-10-05T00:00:00"),
        ("Mon Oct 5 2026", "2026-10-05T00:00:00"),
        ("October 5th, 2026 at 2:05 PM", "2026-10-05T14:05:00"),
        ("5. Oktober 2026", "2026-10-05T00:00:00"),
        ("Montag, den 5. Oktober 2026", "2026-10-05T00:00:00"),
        ("Mo, 05.10.2026", "2026-10-05T00:00:00"),
        ("05. 10. 2026", "2026-10-05T00:00:00"),
        ("5. März 2026", "2026-03-05T00:00:00"),
        ("5 octobre 2026", "2026-10-05T00:00:00"),
        ("lundi 1er décembre 2026", "2026-12-01T00:00:00"),
        ("le lundi 5 octobre 2026", "2026-10-05T00:00:00"),
        ("5 août 2026", "2026-08-05T00:00:00"),
        ("5 de octubre de 2026", "2026-10-05T00:00:00"),
        ("lunes, 5 de octubre de 2026", "2026-10-05T00:00:00"),
        ("5 OCT 2026 14:05", "2026-10-05T14:05:00"),
        ("2026-Oct-05", "2026-10-05T00:00:00"),
        ("Mar 3, 2026", "2026-03-03T00:00:00"),  # the month, not the French Tuesday
        ("Mar, 03.02.2026", "2026-02-03T00:00:00"),
        ("2026-10-05 23:30:00 -0200", "2026-10-06T01:30:00"),
        ("46300", "2026-10-05T00:00:00"),  # Excel: 45658 is 2025-01-01, and 642 days later
        ("46300.5", "2026-10-05T00:00:00"),
        ("05/10/2026 14:05", "2026-10-05T14:05:00"),
        ("05/10/26 2:05 PM", "2026-10-05T14:05:00"),
        ("05/10/2026 12:00:01 AM", "2026-10-05T00:00:01"),
    ],
)
def test_a_day_first_reader_reads_every_usual_form(text: str, instant: str) -> None:
    assert DateReader("dmy").read(text).isoformat() == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/02/2026",
        "2026-13-01",
        "00/00/0000",
        "05/Ok/2026",
        "2026-10-05 at noon",
        "5 Junk 2026",
        "0026-01-05",
        "9999-12-31",
        "12345",
        "99999",
        "2026-10-05T25:00:00",
        "05/10/2026 13:00 PM",
        "5.10",
        "1" * 300,
        "2026-W01-1",
        "Juneteenth 5, 2026",
    ],
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date|is outside the years"):
        DateReader("dmy").read(text)


def decision(*texts: str) -> str:
    survey = DateSurvey()
    for text in texts:
        survey.see(text)
    return survey.decision


def test_a_number_above_twelve_decides_for_the_whole_column() -> None:
    assert decision("03/04/2026", "13/04/2026") == "dmy"
    assert decision("03/04/2026", "04/13/2026") == "mdy"
    assert decision("03/04/2026", "05/06/2026") == "ambiguous"
    assert decision("13/04/2026", "04/13/2026") == "mixed"
    assert decision("03/03/2026", "2026-04-05", "nonsense", "") == "free"
    assert decision("03.04.2026") == "free"  # dotted dates begin with the day


def test_a_reader_without_an_order_says_how_to_give_one() -> None:
    with pytest.raises(ValueError, match="--set date_format="):
        DateReader().read("03/04/2026")
    for setting, month in (("dd/mm/yyyy", 4), ("mm/dd/yyyy", 3), ("%m/%d/%Y", 3)):
        reader = date_reader_for(setting)
        assert reader is not None
        assert reader.read("03/04/2026").month == month


@pytest.mark.parametrize(
    "text", ["2026-10", "202610", "10/2026", "Oct 2026", "Oct-26", "October 2026", "2026-10-31", "31/10/2026"]
)
def test_a_month_is_read_from_any_usual_form(text: str) -> None:
    assert DateReader("dmy").month(text) == "2026-10"


def test_the_bounds_of_december_reach_into_the_next_year() -> None:
    assert [moment.isoformat() for moment in month_bounds("2026-12")] == ["2026-12-01T00:00:00", "2027-01-01T00:00:00"]


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_reads_back_from_every_form(day: date) -> None:
    forms = {"dmy": day.strftime("%d/%m/%Y"), "mdy": day.strftime("%m/%d/%Y")}
    for order, text in forms.items():
        assert DateReader(order).read(text).date() == day  # type: ignore[arg-type]
    for text in (day.isoformat(), day.strftime("%d-%b-%Y"), day.strftime("%B %d, %Y"), day.strftime("%Y%m%d")):
        assert DateReader().read(text).date() == day


@given(st.text(max_size=45))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        found = DateReader("dmy").read(text)
    except ValueError:
        return
    assert 1970 <= found.year < 2200
    assert found.tzinfo is None


@pytest.mark.parametrize(
    "text", ["2026-10-31T18:30:00-07:00", "2026-10-31 18:30 -0700", "31/10/2026 18:30 -07:00", "2026-10-31T23:59:59Z"]
)
def test_books_keep_their_own_calendar(text: str) -> None:
    assert DateReader("dmy", own_calendar=True).read(text).date() == date(2026, 10, 31)


def test_iso_dates_are_read_under_any_date_format() -> None:
    for setting in ("dd/mm/yyyy", "mm/dd/yyyy", "%d.%m.%Y"):
        reader = date_reader_for(setting)
        assert reader is not None
        assert reader.read("2026-10-05").date() == date(2026, 10, 5)
    year_and_day_first = date_reader_for("%Y-%d-%m")
    assert year_and_day_first is not None
    assert year_and_day_first.read("2026-10-05").date() == date(2026, 5, 10)
    with pytest.raises(ValueError, match="of the form"):
        year_and_day_first.read("2026-10-25")  # the 25th month: not read the other way round


def test_a_weekday_before_numeric_dates_does_not_hide_their_order() -> None:
    assert decision("Fri 03/04/2026", "Mon 13/04/2026") == "dmy"

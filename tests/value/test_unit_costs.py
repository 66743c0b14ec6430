"""Unit economics of Alder; every figure is worked out in `alder`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from alder import CALLED, MONEY, MONTH, Alder, build, called, money

from spendmap.reports.economics_overview import economics_overview
from spendmap.reports.filters import ask
from spendmap.reports.leader import leader_report
from spendmap.reports.read_model import ReadModel
from spendmap.value.declared import unit_target
from spendmap.workspace import Workspace

TODAY = date(2026, 11, 21)

CONSERVED = ("customer", "plan", "segment", "feature", "use_case", "workflow", "arr", "retained", "expanded")


def total(document: dict[str, Any], field: str = "total") -> Decimal:
    return Decimal(document[field] or 0)


def test_a_customer_carries_its_calls_and_its_share_of_labour_and_indirect_cost(alder: Alder) -> None:
    rows = alder.per("customer")
    assert {key: row["cost"] for key, row in rows.items()} == {"a": "102", "b": "51", "c": "4", None: "26"}
    assert rows["a"]["layers"] == {"inference": "60", "direct": "30", "indirect": "12"}
    assert rows["a"]["by_evidence"] == {"invoiced": "72", "declared": "30"}
    assert rows["a"]["unit_cost"] == "0.204"  # 102 over 500 runs
    assert rows[None]["label"] == "no customer stated"
    assert rows[None]["unit_cost"] is None and rows[None]["unknown"] == "no product use is captured for it"


@pytest.mark.parametrize("per", CONSERVED)
def test_what_is_owned_and_what_names_nobody_add_up_to_the_map(alder: Alder, per: str) -> None:
    report = alder.ask("economics", "--per", per, "--period", MONTH)
    assert total(report) == sum(Decimal(row["cost"]) for row in report["rows"]) == 183
    assert total(report) + total(report, "unallocated") == Decimal(alder.ask("map", "--period", MONTH)["total"]) == 204


@pytest.mark.parametrize(
    ("layers", "of_a", "all_rows"),
    [("inference", "60", 104), ("direct", "30", 59), ("inference,indirect", "72", 124), ("indirect,direct", "42", 79)],
)
def test_layers_are_switched_on_and_off(alder: Alder, layers: str, of_a: str, all_rows: int) -> None:
    report = alder.ask("economics", "--per", "customer", "--period", MONTH, "--layers", layers)
    assert {row["key"]: row["cost"] for row in report["rows"]}["a"] == of_a
    assert total(report) == all_rows


def test_cost_per_attempt_and_per_accepted_run_are_two_figures(alder: Alder) -> None:
    answers = alder.per("use_case")["answers"]
    assert [answers[name] for name in ("attempts", "accepted", "rejected", "escalated")] == ["1000", "900", "100", "0"]
    assert answers["cost_per_attempt"] == "0.17"
    assert answers["unit_cost"] == "0.188888888889"
    workflows = alder.per("workflow")
    assert workflows["answering"]["unit_cost"] == "0.188888888889"
    # the 4 of beta and the 9 of notes have no workflow, and no unit cost by one
    assert (workflows[None]["label"], workflows[None]["cost"]) == ("no workflow stated", "13")
    assert (workflows[None]["unit_cost"], workflows[None]["accepted"]) == (None, None)


def test_a_use_case_without_runs_has_no_unit_cost_and_says_why(alder: Alder) -> None:
    notes = alder.per("use_case")["notes"]
    assert (notes["cost"], notes["unit_cost"], notes["quantity"]) == ("9", None, None)
    assert notes["unknown"] == "no run is captured for it"


def test_rejecting_thirty_in_a_hundred_instead_of_ten_raises_the_cost_per_accepted_by_nine_sevenths(
    tmp_path: Path, alder: Alder
) -> None:
    worse = build(tmp_path / "worse", accepted=700)
    at_ten, at_thirty = (Fraction(each.per("use_case")["answers"]["unit_cost"]) for each in (alder, worse))
    # 170/900 and 170/700, each rounded once to 12 places: the ratio is 0.9/0.7 within those roundings
    assert Fraction(170, 700) / Fraction(170, 900) == Fraction("0.9") / Fraction("0.7")
    assert abs(at_ten - Fraction(170, 900)) <= Fraction(1, 2 * 10**12)
    assert abs(at_thirty - Fraction(170, 700)) <= Fraction(1, 2 * 10**12)


def test_when_nothing_was_accepted_the_cost_per_accepted_run_is_unknown(tmp_path: Path) -> None:
    answers = build(tmp_path / "none", accepted=0).per("use_case")["answers"]
    assert (answers["accepted"], answers["unit_cost"], answers["cost_per_attempt"]) == ("0", None, "0.17")
    assert answers["unknown"] == "no run was accepted"


def test_the_flat_plan_loses_money_on_its_heavy_account_and_premium_does_not_cover_its_cost(alder: Alder) -> None:
    plans = alder.per("plan")
    assert (plans["flat"]["revenue"], plans["flat"]["margin"], plans["flat"]["losing_accounts"]) == ("100", "-2", 1)
    assert (plans["premium"]["margin"], plans["premium"]["losing_accounts"]) == ("29", 0)
    # the register's price of 50 is below the 51 an account of the premium plan costs, though b pays 80
    assert (plans["premium"]["price"], plans["premium"]["unit_cost"]) == ("50", "51")
    assert plans["premium"]["price_covers_cost"] is False
    assert (plans["free"]["revenue"], plans["free"]["revenue_from"], plans["free"]["margin"]) == ("0", "free", "-4")


def test_ten_times_the_free_accounts_cost_ten_times_as_much_and_the_report_says_what_it_held_fixed(
    alder: Alder,
) -> None:
    report = alder.ask("economics", "--per", "plan", "--period", MONTH)
    found = {each["factor"]: (each["accounts"], each["cost"], each["cost_per_account"]) for each in report["adoption"]}
    assert found == {"1": (1, "4", "4"), "2": (2, "8", "4"), "5": (5, "20", "4"), "10": (10, "40", "4")}
    assert any("Held fixed: price, model, calls per account" in note for note in report["notes"])


def test_a_dollar_of_arr_and_a_retained_account_have_their_cost(alder: Alder) -> None:
    arr = alder.per("arr")
    # 102 a month is 1224 a year, over 100 x 12 of ARR
    assert (arr["flat"]["quantity"], arr["flat"]["unit_cost"]) == ("1200", "1.02")
    assert arr["free"]["unit_cost"] is None and arr["free"]["unknown"] == "no revenue is captured for 2026-10"
    retained = alder.per("retained")
    assert (retained["premium"]["quantity"], retained["premium"]["unit_cost"]) == ("1", "51")
    assert retained["flat"]["unknown"] == "no retained account is captured for it"


def test_time_saved_is_told_net_of_the_review_it_took(alder: Alder) -> None:
    rows = alder.per("time_saved")
    # 20 hours claimed are 1200 minutes; 600 minutes went into review: 10 hours are left, at 170 they cost 17 each
    assert (rows["answers"]["time"]["saved"], rows["answers"]["time"]["checking"]) == ("1200", "600")
    assert (rows["answers"]["time"]["net"], rows["answers"]["time"]["checking_cost"]) == ("600", "50")
    assert (rows["answers"]["quantity"], rows["answers"]["unit_cost"]) == ("10", "17")
    assert rows["notes"]["time"]["net"] is None
    assert rows["notes"]["unknown"] == "no review minutes are captured for it, so what checking took is not known"


def test_before_anything_is_split_indirect_cost_is_unknown_and_not_nothing(tmp_path: Path) -> None:
    early = build(tmp_path / "early", split=None)
    report = early.ask("economics", "--per", "customer", "--period", MONTH)
    assert report["indirect_known"] is False
    assert {row["layers"]["indirect"] for row in report["rows"]} == {None}
    assert any(note.startswith("Indirect cost is not known") for note in report["notes"])
    assert total(report) + total(report, "unallocated") == 204


def test_calls_without_a_price_leave_a_cost_unknown_and_are_counted(tmp_path: Path) -> None:
    spent = (*MONEY, money("dark", None, origin="usage", usage_rows=3, unpriced_rows=3))
    calls = (*CALLED, called("dark", "d", "chat", "0", usage_rows=3, unpriced_rows=3) | dict.fromkeys(
        ("list_cost", "contracted_cost", "effective_cost", "billed_cost")))  # fmt: skip
    unpriced = build(tmp_path / "unpriced", spent=spent, calls=calls)
    row = unpriced.per("customer")["d"]
    assert (row["cost"], row["unit_cost"], row["unpriced_rows"]) == (None, None, 3)
    assert total(unpriced.ask("economics", "--per", "customer", "--period", MONTH)) == 183


def test_another_currency_is_told_apart_and_never_added(alder: Alder) -> None:
    euros = alder.ask("economics", "--per", "use_case", "--period", MONTH, "--currency", "EUR")
    assert [(row["key"], row["cost"]) for row in euros["rows"] if row["cost"]] == [("answers", "3")]


def test_the_target_of_a_unit_cost_is_held_against_it(alder: Alder) -> None:
    overview = economics_overview(ReadModel.open(Workspace.find(alder.folder)), today=TODAY)
    (tile,) = overview.tiles
    assert (tile.use_case, tile.target, tile.above_target) == ("answers", Decimal("0.15"), True)
    assert [each.cost for each in tile.series[:-1]] == [None] * 12
    assert overview.map_total == 204 and overview.unallocated == 21


def test_page_one_tells_the_unit_costs_of_the_economics_page(alder: Alder) -> None:
    model = ReadModel.open(Workspace.find(alder.folder))
    whole = leader_report(model, ask(model, today=TODAY, period=MONTH), model.root / "rollups", TODAY)
    assert whole.unit_costs == economics_overview(model, today=TODAY, period=MONTH).tiles
    # 150 of its own and 20 of the pool, over 900 accepted runs
    assert [(tile.use_case, tile.unit_cost) for tile in whole.unit_costs] == [("answers", Decimal("0.188888888889"))]
    assert whole.unit_costs_loaded is True
    some = ask(model, today=TODAY, period=MONTH, where=[("use_case", "answers")])
    narrowed = leader_report(model, some, model.root / "rollups", TODAY)
    assert (narrowed.unit_costs, narrowed.unit_costs_note[:38]) == ([], "Unit costs are of the whole company: l")


@pytest.mark.parametrize(
    ("measure", "target", "read"),
    [
        ("cost per accepted answer", "0.09", "0.09 EUR"),  # the workspace's currency
        ("Cost per accepted answer", "USD 0.09 each", "0.09 USD"),
        ("cost per accepted answer", "0.05 usd", "0.05 USD"),
        ("cost per accepted answer", "0.05 per run", "0.05 EUR"),
        ("cost per accepted answer", "from 0.12 to 0.09", None),  # two numbers: nobody knows which is the target
        ("cost per accepted answer", "lower", None),
        ("handover time", "4", None),
        (None, None, None),
    ],
)
def test_a_target_is_read_only_where_one_is_stated(measure: str | None, target: str | None, read: str | None) -> None:
    found = unit_target(measure, target, "EUR")
    assert (f"{found['amount']} {found['currency']}" if found else None) == read


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--layers", "gold"), "no layer is called 'gold'"),
        (("--layers", ","), "no layer is left to add up"),
        (("--sort", "beauty"), "rows are not sorted by 'beauty'"),
        (("--period", "2026-13"), "2026-13"),
        (("--page", "9"), "page 9 does not exist"),
        (("--currency", "CHF"), "no figure is kept in 'CHF'"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_can(alder: Alder, words: tuple[str, ...], said: str) -> None:
    answer = alder.run("economics", *words, "--json")
    assert answer.exit_code != 0
    assert said in str(answer.exception) and getattr(answer.exception, "next_step", "")


def test_a_damaged_value_file_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    broken = build(tmp_path / "broken")
    (broken.folder / "rollups" / "v1" / "value.json").write_text("{", encoding="utf-8")
    answer = broken.run("economics", "--json")
    assert answer.exit_code != 0 and "spendmap value" in getattr(answer.exception, "next_step", "")


def test_before_the_step_has_run_the_report_says_which_command_to_type(tmp_path: Path) -> None:
    early = build(tmp_path / "early")
    (early.folder / "rollups" / "v1" / "value.json").unlink()
    report = early.ask("economics", "--per", "plan", "--period", MONTH)
    assert report["rows"] == [] and report["total"] is None
    assert report["notes"] == ["This map has no unit costs. Work them out with `spendmap value`."]


def test_a_map_that_is_newer_than_its_unit_costs_says_so(tmp_path: Path) -> None:
    early = build(tmp_path / "newer")
    rollups = early.folder / "rollups"
    (rollups / "v0").mkdir()
    (rollups / "v1" / "value.json").rename(rollups / "v0" / "value.json")
    report = early.ask("economics", "--per", "plan", "--period", MONTH)
    assert report["notes"] == ["The map is newer than the unit costs. Work them out again with `spendmap value`."]

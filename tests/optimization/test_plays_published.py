"""Acorn's calls priced another way by hand, and its plays published and read again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from spendmap.cli import cli
from spendmap.optimization.optimize import optimize
from spendmap.optimization.plays.snapshot import FILE, read_plays
from spendmap.optimization.plays.usage import read_calls
from spendmap.reports.plays import plays_report
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.workspace import Workspace

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    return Workspace.open(copy_of_acorn())


def test_the_same_calls_have_their_price_in_the_batch_tier_and_with_all_input_cached(acorn: Workspace) -> None:
    triage = next(each for each in read_calls(acorn, ("2026-10",)) if each.use_case == "triage" and each.cost)
    # 1 M fresh x 2 + 1 M cached x 0.50 + 0.5 M out x 8 = 6.50
    assert (triage.calls, triage.cost, triage.cache_read) == (1, Decimal("6.5"), 1_000_000)
    # batch: 1 M x 1 + 1 M x 0.50 + 0.5 M x 4 = 3.50; all cached: 2 M x 0.50 + 4 = 5.00
    assert (triage.batch_cost, triage.cached_cost) == (Decimal("3.5"), Decimal(5))
    # no other priced model is in use
    assert (triage.swapped_to, triage.swapped_cost) == (None, None)


def test_calls_without_a_price_stay_without_one_in_every_alternative(acorn: Workspace) -> None:
    house = next(each for each in read_calls(acorn, ("2026-10",)) if each.model == "acorn-house-model")
    assert (house.cost, house.batch_cost, house.cached_cost, house.unpriced_calls) == (None, None, None, 1)


def test_the_step_publishes_what_the_command_and_the_report_tell(acorn: Workspace) -> None:
    done = optimize(acorn, period="2026-10", now=datetime(2026, 11, 20, tzinfo=UTC))
    report = plays_report(acorn.rollups, TODAY)
    assert done.rows_out == report.total == len(report.plays)
    answer = CliRunner().invoke(cli, ["--workspace", str(acorn.root), "optimize", "--period", "2026-10", "--json"])
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert [each["id"] for each in said["plays"]] == [each.id for each in report.plays]
    assert said["steps"][0]["step"] == "optimize"
    # Seats: 5 bought, 4 used at 25.00: a fifth is unused, so 25.00 a month; with a tenth (half a seat) kept, 12.50.
    (seats,) = (each for each in report.plays if each.code == "unused-seats")
    assert (seats.low, seats.likely, seats.is_added) == (Decimal("12.5"), Decimal(25), True)


def test_a_wrong_word_names_the_known_ones(acorn: Workspace) -> None:
    for wrong in ({"kind": ["magic"]}, {"category": ["cats"]}, {"sort": "cost"}, {"state": ["won"]}, {"code": ["x"]}):
        with pytest.raises(UsageError, match="Known:"):
            plays_report(acorn.rollups, TODAY, **wrong)  # type: ignore[arg-type]
    refused = CliRunner().invoke(cli, ["--workspace", str(acorn.root), "optimize", "--period", "soon"])
    assert isinstance(refused.exception, UsageError)


def test_before_the_step_the_report_says_what_to_type(tmp_path: Path) -> None:
    report = plays_report(tmp_path, TODAY)
    assert (report.plays, report.notes) == ([], ["No plays were worked out yet. Run `spendmap optimize`."])


def test_a_damaged_file_is_named_with_the_next_command(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"format": 1, "plays": 3}')
    with pytest.raises(SourceUnreadableError, match=r"plays\.json.*spendmap optimize"):
        read_plays(tmp_path)


def test_sorting_puts_the_unknown_last_whichever_way(acorn: Workspace) -> None:
    optimize(acorn, period="2026-10", now=datetime(2026, 11, 20, tzinfo=UTC))
    for sort in ("likely", "-likely", "deadline", "-deadline"):
        values = [getattr(each, sort.lstrip("-")) for each in plays_report(acorn.rollups, TODAY, sort=sort).plays]
        known = [each for each in values if each is not None]
        assert values == sorted(known, reverse=sort.startswith("-")) + [None] * (len(values) - len(known))


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for a local Spark")
@pytest.mark.filterwarnings("ignore")
def test_spark_prices_the_alternatives_to_the_same_digit(acorn: Workspace) -> None:
    pytest.importorskip("pyspark")
    on_spark = replace(acorn, engine_name="spark")
    assert set(read_calls(on_spark, ("2026-10",))) == set(read_calls(acorn, ("2026-10",)))

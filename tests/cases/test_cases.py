"""Small inputs on which a total once came out wrong: each folder has its files, and what must come out of them and why.

`case.json` says the captures in order and the checks: `map` (the total of a period, by basis, currency or one key),
`loaded` (every row), `refused`, `reconciles` (nothing unexplained but so much), `either` of several. One process runs
all of them by command, as a person would.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.cli import cli

HERE = Path(__file__).resolve().parent
CASES = {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in sorted(HERE.glob("*/case.json"))}
JUDGED = [name for name, case in CASES.items() if case["checks"]]


class Case:
    """The workspace of one folder."""

    def __init__(self, name: str, root: Path) -> None:
        self.inputs, self.said, self.root = HERE / name, CASES[name], root / "w"
        self.loads: list[dict[str, Any]] = []
        self.is_refused = False

    def command(self, *words: str) -> tuple[int, dict[str, Any], str]:
        """Exit code, document and what was said beside it."""
        at = [] if words[0] == "init" else ["--workspace", str(self.root)]
        done = CliRunner().invoke(cli, [*at, *words, "--json"])
        text = done.stdout.strip()
        return done.exit_code, json.loads(text, parse_float=Decimal) if text else {}, done.stderr

    def build(self) -> Case:
        """Everything the case captures, allocated."""
        self.command("init", str(self.root), "--currency", self.said["currency"])
        if file := self.said.get("register"):
            code, _, err = self.command("register", "apply", str(self.inputs / file))
            assert code == 0, err
        for each in self.said["captures"]:
            words = ["capture", "--file", str(self.inputs / each["file"]), "--as", each["as"]]
            words += ["--source", each["source"]] if each.get("source") else []
            for name, value in each.get("set", {}).items():
                words += ["--set", f"{name}={value}"]
            code, document, _ = self.command(*words)
            loads = document.get("loads", [])
            self.loads += loads
            self.is_refused |= code != 0 and not any(int(load.get("rows_loaded") or 0) for load in loads)
        if not self.is_refused:
            code, _, err = self.command("allocate")
            assert code == 0, err
        return self

    def import_register(self, file: str, mapping: str) -> tuple[int, dict[str, Any], str]:
        """An inventory read into the register of a workspace without captures."""
        self.command("init", str(self.root), "--currency", self.said["currency"])
        return self.command("register", "import", str(self.inputs / file), "--mapping", str(self.inputs / mapping))

    def map(self, period: str, *words: str) -> dict[str, Any]:
        """The map of a period."""
        code, document, err = self.command("map", "--period", period, *words)
        assert code == 0, err
        return document

    def differs(self, check: dict[str, Any]) -> str | None:
        """What is not as the check says, or None."""
        if "either" in check:
            found = [self.differs(each) for each in check["either"]]
            return None if None in found else " and ".join(str(each) for each in found)
        if "refused" in check:
            return None if self.is_refused else "was not refused"
        if self.is_refused:
            return "a capture was refused"
        if "loaded" in check:
            read, loaded = (sum(int(load[f"rows_{name}"]) for load in self.loads) for name in ("read", "loaded"))
            return None if read and read == loaded else f"{loaded} of {read} rows loaded"
        if "reconciles" in check:
            return self._unreconciled(check["reconciles"])
        return self._other_total(check["map"])

    def _unreconciled(self, want: dict[str, str]) -> str | None:
        _, document, _ = self.command("reconcile", "--period", want["period"])
        sides = [side for line in document.get("lines", []) for side in (line, line.get("payment") or {})]
        found = sum((abs(Decimal(str(side.get("unexplained") or 0))) for side in sides), Decimal(0))
        return None if document.get("lines") and found == Decimal(want["unexplained"]) else f"unexplained {found}"

    def _other_total(self, want: dict[str, str]) -> str | None:
        options = [word for name in ("basis", "currency", "by") if name in want for word in (f"--{name}", want[name])]
        document = self.map(want["period"], *options)
        if "by" in want:
            own = [row["cost"] for row in document["rows"] if row.get(want["by"]) == want["key"]]
            found = sum((Decimal(str(cost)) for cost in own if cost is not None), Decimal(0))
        else:
            found = Decimal(str(document.get("total") or 0))
        return None if found == Decimal(want["total"]) else f"{want}: {found.normalize():f}"


@pytest.mark.parametrize("name", JUDGED)
def test_a_case_comes_out_right(name: str, tmp_path: Path) -> None:
    case = Case(name, tmp_path).build()
    assert [found for check in case.said["checks"] if (found := case.differs(check))] == [], case.said["why"]


def test_a_header_twice_that_no_mapping_reads_does_not_matter(tmp_path: Path) -> None:
    case = Case("duplicate-header-nobody-maps", tmp_path)
    code, _, err = case.import_register("08_duplicate_header.csv", "08_mapping.yaml")
    assert code == 0, err
    assert "Chatbot" in json.dumps(case.command("register", "show", "use_case")[1])


def test_a_record_without_a_department_is_kept(tmp_path: Path) -> None:
    case = Case("empty-department", tmp_path)
    code, _, err = case.import_register("17_empty_department.csv", "17_mapping.yaml")
    assert code == 0, err
    assert "Chatbot of nobody" in json.dumps(case.command("register", "show", "use_case")[1])


def test_what_an_image_model_makes_is_never_priced_as_text(tmp_path: Path) -> None:
    case = Case("image-output-is-not-text", tmp_path).build()
    total = case.map("all")["total"]
    as_image = Decimal("0.039123")  # 10 x 0.30 + 1,304 x 30.00 per million; as text it would be 0.003263
    assert total is None or Decimal(str(total)) in (Decimal(0), as_image)


def test_vendors_that_were_missed_are_counted_or_asked_about(tmp_path: Path) -> None:
    case = Case("names-of-vendors-missed", tmp_path).build()
    counted = Decimal(str(case.map("all")["total"] or 0))
    assert counted >= 3  # Replit, Quantexa, Dataminr sell nothing else


# -- cases without a figure that a machine can judge: what they ask for, in words ---------------------


def quoted(name: str, file: str) -> list[dict[str, Any]]:
    """The rows of `spendmap prices quote`."""
    done = CliRunner().invoke(cli, ["prices", "quote", str(HERE / name / file), "--json"])
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("02_azure_deepseek_at_other_sellers_price.csv", "another seller's price is no price"),
        ("03_azure_gpt56_stale.csv", "the last one was read on 2026-08-11, and nothing is known since"),
        ("14_retired_name_old_price.csv", "the name was retired on 2026-05-15"),
    ],
)
def test_a_price_of_another_seller_or_another_day_is_none(file: str, reason: str) -> None:
    for row in quoted("azure-prices-gone-stale", file):
        assert (row["list_cost"], row["unpriced_reason"].endswith(reason)) == (None, True), row


def test_the_highest_of_several_fees_says_that_it_is_an_upper_bound() -> None:
    (row,) = quoted("azure-prices-gone-stale", "13_perplexity_highest_fee.csv")
    # 1,000 + 1,000 tokens at 1.00 per million, and one request at the highest of its fees, 12.00 a thousand
    assert (row["list_cost"], row["is_upper_bound"], row["evidence"]) == ("0.014", True, "estimated")


def test_an_earlier_call_takes_the_price_of_its_day() -> None:
    (row,) = quoted("price-before-it-was-known", "q.csv")
    assert row["list_cost"] == "0.3605"  # 100,000 x 3.50 and 1,000 x 10.50 per million


def test_a_price_entered_later_says_what_it_moves_of_a_published_month(tmp_path: Path) -> None:
    case = Case("backdated-price", tmp_path).build()
    price = ("prices", "add", "openai/gpt-4.1/input_uncached", "1.80", "--contract", "ACME", "--from", "2026-09-01")
    done = CliRunner().invoke(cli, ["--workspace", str(case.root), *price, "--to", "2026-10-01", "--by", "ann"])
    assert done.exit_code == 0, done.output
    (month,) = case.command("allocate")[1]["steps"][0]["restated"]
    # 50 million tokens of September: 2.00 by list, 1.80 by the contract
    assert (month["month"], month["before"], month["after"], month["by"]) == ("2026-09", "100", "90", ["ann"])


def test_a_cost_of_nought_on_every_run_is_unknown(tmp_path: Path) -> None:
    case = Case("evaluation-cost-zero-is-unknown", tmp_path)
    case.command("init", str(case.root), "--currency", "USD")
    file = str(case.inputs / "01_eval_zero_cost.json")
    words = ("--as", "eval_results", "--set", "model=m", "--set", "date=2026-10-05")
    assert case.command("capture", "--file", file, *words)[0] == 0
    case.command("allocate")
    assert case.map("2026-10")["total"] is None

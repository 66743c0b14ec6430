"""Alder: a made-up firm of one month whose unit economics are worked out by hand. October 2026, USD.

use case   customer  feature  metered   labour 50 and indirect 20 by metered share     cost
answers    a (flat)  chat        60     30   12                                         102
answers    b (prem.) chat        30     15    6                                          51
answers    none      chat        10      5    2                                          17
beta       c (free)  beta         4      -    -                                           4
notes      none                   -      9    -                                           9
no use case                                   21 left of 41, of which 20 are split       21
                                                                         map total = 204

answers: 1000 runs, 900 accepted, 100 rejected. Cost 170: 0.17 a run, 170/900 = 0.188888888889 an accepted one.
a pays 100 (cost 102: loses 2); b pays 80 (margin 29); c pays nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner

from spendmap.cli import cli
from spendmap.published.columns import CUSTOMER_COLUMNS, MONTH_COLUMNS, SPLIT_COLUMNS

MONTH = "2026-10"
ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DECIMAL(38,12)": pa.decimal128(38, 12)}
BASES = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")

OUTCOMES = """Date,Kind,Result,Workflow,Use case,Customer id,Plan,Segment,Feature,Quantity,Unit,Amount,Currency
2026-10-02,workflow_run,accepted,answering,,,,,,{accepted},runs,,
2026-10-03,workflow_run,rejected,answering,,,,,,{rejected},runs,,
2026-10-01,revenue,,,,a,flat,smb,,1,months,100.00,USD
2026-10-01,revenue,,,,b,premium,smb,,1,months,80.00,USD
2026-10-01,product_usage,,,,a,flat,smb,chat,500,runs,,
2026-10-01,product_usage,,,,b,premium,smb,chat,400,runs,,
2026-10-01,product_usage,,,,c,free,smb,beta,8,runs,,
2026-10-31,account_event,retained,,,b,premium,smb,,1,accounts,,
2026-10-31,time_saved,,,answers,,,,,20,hours,,
2026-10-31,time_saved,,,notes,,,,,90,minutes,,
"""
REGISTER = """
use_cases:
  - {id: answers, name: Answers, workflow: [answering], measure: cost per accepted answer, target: 0.15 USD}
  - {id: beta, name: Beta}
  - {id: notes, name: Notes}
plans:
  - {id: flat, name: Flat plan, pricing: flat, price: "100.00", currency: USD, features: [chat]}
  - {id: premium, name: Premium plan, pricing: premium, price: "50.00", currency: USD, features: [chat]}
  - {id: free, name: Free plan, pricing: free, features: [beta]}
"""


class Alder:
    """The workspace and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str) -> Any:
        return CliRunner().invoke(cli, ["--workspace", str(self.folder), *words])

    def ask(self, *words: str) -> dict[str, Any]:
        answer = self.run(*words, "--json")
        assert answer.exit_code == 0, answer.output
        document: dict[str, Any] = json.loads(answer.stdout)
        return document

    def per(self, per: str, *words: str) -> dict[str | None, dict[str, Any]]:
        rows = self.ask("economics", "--per", per, "--period", MONTH, *words)["rows"]
        return {row["key"]: row for row in rows}


def money(use_case: str | None, cost: str | None, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"month": MONTH, "scope": "ai", "use_case": use_case, "origin": "charge", "currency": "USD"}
    row |= {"evidence": "invoiced", "layer": "direct", "rows": 1, "usage_rows": 0, "unpriced_rows": 0}
    return row | _costs(cost) | dict.fromkeys([f"{basis.removesuffix('cost')}missing" for basis in BASES], 0) | more


def called(use_case: str, customer: str | None, feature: str, cost: str, **more: Any) -> dict[str, Any]:
    keys = {"month": MONTH, "customer_id": customer, "feature": feature, "use_case": use_case, "currency": "USD"}
    return keys | {"evidence": "invoiced", "usage_rows": 1, "unpriced_rows": 0} | _costs(cost) | more


def _costs(cost: str | None) -> dict[str, Decimal | None]:
    return dict.fromkeys(BASES, None if cost is None else Decimal(cost))


WORK = {"origin": "activity", "category": "human_review", "layer": "labour", "evidence": "declared"}
USAGE = {"origin": "usage", "category": "product_inference", "usage_rows": 1}
MONEY = (
    money("answers", "100", **USAGE),
    money("answers", "50", **WORK, minutes=Decimal(600)),
    money("beta", "4", **USAGE),
    money("notes", "9"),
    money(None, "41"),
    money(None, "7", scope="not_ai"),
    money("answers", "3", currency="EUR"),
)
CALLED = (
    called("answers", "a", "chat", "60"),
    called("answers", "b", "chat", "30"),
    called("answers", None, "chat", "10"),
    called("beta", "c", "beta", "4"),
)
SPLIT = (
    {"month": MONTH, "currency": "USD", "use_case": "answers", "evidence": "invoiced", **_costs("20")},
    {"month": MONTH, "currency": "USD", "use_case": None, "evidence": "invoiced", **_costs("21")},
)


def build(
    folder: Path,
    *,
    accepted: int = 900,
    split: Sequence[Mapping[str, Any]] | None = SPLIT,
    spent: Sequence[Mapping[str, Any]] = MONEY,
    calls: Sequence[Mapping[str, Any]] = CALLED,
) -> Alder:
    """Alder with its map published by hand, its outcomes captured, and `spendmap value` run."""
    alder = Alder(folder)
    assert CliRunner().invoke(cli, ["init", str(folder)]).exit_code == 0
    (folder / "alder.yaml").write_text(REGISTER, encoding="utf-8")
    (folder / "outcomes.csv").write_text(OUTCOMES.format(accepted=accepted, rejected=1000 - accepted), encoding="utf-8")
    applied = alder.run("register", "apply", str(folder / "alder.yaml"))
    assert applied.exit_code == 0, applied.output
    alder.ask("capture", "--file", str(folder / "outcomes.csv"), "--as", "outcomes_csv")
    version = folder / "rollups" / "v1"
    version.mkdir(parents=True)
    _write(version / "month.parquet", MONTH_COLUMNS, spent)
    _write(version / "customer.parquet", CUSTOMER_COLUMNS, calls)
    if split is not None:
        _write(version / "split.parquet", SPLIT_COLUMNS, split)
    meta = {"generated_at": "2026-11-01T00:00:00Z", "currency": "USD", "currencies": ["USD", "EUR"], "months": [MONTH]}
    labels = {"use_case": {"answers": "Answers", "beta": "Beta", "notes": "Notes"}}
    (version / "meta.json").write_text(json.dumps({**meta, "tables": {}, "labels": labels}), encoding="utf-8")
    (folder / "rollups" / "CURRENT").write_text("v1", encoding="utf-8")
    alder.ask("value")
    return alder


def _write(file: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    schema = pa.schema([(name, ARROW[type_]) for name, type_ in columns.items()])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), file)

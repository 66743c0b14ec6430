"""Human work from its log to the map: every kind the shipped rules name, and what happens with one they do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import yaml

from small_firm import SmallFirm
from spendmap import allocation
from spendmap.vocabulary.work import WORK_KINDS, kind_of_work

REGISTER = """
use_cases: [{id: qa, name: Question answering, owner: Ann, category: product_inference}]
labour_rates: [{id: e, role: engineer, hourly_rate: "80.00", currency: USD, valid_from: 2026-01-01}]
"""


def shipped_kinds() -> dict[str, list[str]]:
    """Category -> the kinds that the shipped rules place there."""
    file = Path(allocation.__file__).parent / "rules" / "91_work.yaml"
    rules = yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]
    return {rule["then"]["category"]: rule["when"]["activity_kind"] for rule in rules if rule["when"]}


def test_every_kind_the_shipped_rules_name_is_read_and_every_kind_that_is_read_has_a_rule() -> None:
    category_of = {kind: category for category, kinds in WORK_KINDS.items() for kind in kinds}
    for category, kinds in shipped_kinds().items():
        assert {category_of.get(kind_of_work(kind) or "") for kind in kinds} == {category}
        assert set(WORK_KINDS[category]) <= set(kinds)
    assert set(shipped_kinds()) == set(WORK_KINDS)


def test_work_of_a_kind_nobody_knows_counts_without_a_category(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    load = firm.capture(
        "Date,Role,Kind,Minutes,Use case\n"
        "2026-10-06,engineer,chunk,240,qa\n"  # 4 hours of 80.00
        "2026-10-13,engineer,write_eval,180,qa\n"
        "2026-10-14,engineer,Red teaming,60,qa\n"
        "2026-10-15,engineer,Escalation,30,qa\n"
        "2026-10-16,engineer,Model spotting,90,qa\n"
        "2026-10-17,painter,Model spotting,90,qa\n",  # no rate: minutes without a cost
        "worklog_csv",
    )
    assert (load.rows_read, load.rows_loaded) == (6, 6)
    assert firm.money("category") == {
        "data_preparation": Decimal(320),
        "evaluation": Decimal(320),
        "human_review": Decimal(40),
        "unclassified": Decimal(120),
    }
    unknown = [row for row in firm.rollup() if row["category"] == "unclassified"]
    assert {row["service_name"] for row in unknown} == {"model_spotting"}
    assert sum(row["minutes"] for row in unknown) == 180

"""What a person may write in `rules/splits.yaml`, and what is said of what they may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from spendmap.allocation.rules import load_rules, shipped_rules
from spendmap.allocation.split.rules import SplitRule, load_splits
from spendmap.vocabulary.errors import RuleError


def load(folder: Path, text: str) -> list[SplitRule]:
    (folder / "splits.yaml").write_text(text, encoding="utf-8")
    return load_splits(folder, use_cases=["triage", "routing"], departments=["support"])


def one(**fields: str) -> str:
    stated = {"id": "db", "pool": "{vendor: pinecone}", "layer": "shared", "driver": "requests", "to": "all"} | fields
    return "splits:\n  - {" + ", ".join(f"{name}: {value}" for name, value in stated.items() if value) + "}\n"


def test_without_a_file_nothing_is_split(tmp_path: Path) -> None:
    assert load_splits(tmp_path) == []


def test_idle_pools_are_tried_first_and_the_others_as_written(tmp_path: Path) -> None:
    rules = load(
        tmp_path,
        one(id="b") + one(id="a").removeprefix("splits:\n") + one(id="z", layer="idle").removeprefix("splits:\n"),
    )
    assert [rule.id for rule in rules] == ["z", "b", "a"]


def test_the_rules_of_scope_and_category_leave_the_split_file_alone(tmp_path: Path) -> None:
    load(tmp_path, one())
    assert load_rules(tmp_path) == shipped_rules()


def test_weights_alone_name_use_cases_and_pools(tmp_path: Path) -> None:
    text = one() + one(id="os", driver="fixed", to="", weights="{triage: 2, db: 1}").removeprefix("splits:\n")
    rule = load(tmp_path, text)[1]
    assert (rule.to.use_cases, rule.to.pools) == (("triage",), ("db",))


def test_a_split_holds_for_whole_months(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, one(valid_from="2026-03-01", valid_to="2026-05-01"))
    assert [month for month in ("2026-02", "2026-03", "2026-04", "2026-05") if rule.holds_in(month)] == [
        "2026-03",
        "2026-04",
    ]


def test_splits_in_a_file_of_another_name_are_told_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "splits.yml").write_text(one(), encoding="utf-8")
    with pytest.raises(RuleError, match=r"'splits' is not read here\. Splits stand in splits\.yaml\."):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one(to="tirage"), "no use case is called 'tirage'. Did you mean 'triage'? Known: routing, triage."),
        (one(to="{pool: dbs}"), "no pool is called 'dbs'. Did you mean 'db'? Known: db."),
        (one(to="{pool: db}"), "spreads to itself"),
        (one(to="{department: sales}"), "no department is called 'sales'. Known: support."),
        (one(to="{category: infra}"), "'infra' is not a category. Choose"),
        (one(to="{categories: agents}"), "`to` has no 'categories'. Did you mean 'category'?"),
        (one(to=""), "has no `to`. Name use cases"),
        (one(to="[]"), "`to` is empty"),
        (one(to="[nobody, triage]"), "`to` is not readable"),
        (one(driver="request"), "'request' is not a driver. Did you mean 'requests'? Choose requests, tokens"),
        (one(driver=""), "has no `driver`. Choose requests"),
        (one(layer="direct"), "'direct' is not a layer. Choose shared, idle, overhead or labour."),
        (one(pool=""), "has no `pool`; say which money"),
        (one(pool="{vendors: x}"), "a pool is not selected by 'vendors'. Did you mean 'vendor'?"),
        (one(pool="{category: overlap}"), "'overlap' is not a category"),
        (one(pool="{vendor: {a: b}}"), "vendor is one value or a list of values"),
        (one(weights="{triage: 1}"), "driver 'requests' takes no `weights`"),
        (one(driver="fixed"), "driver 'fixed' needs `weights: {USE_CASE: NUMBER}`"),
        (one(driver="fixed", weights="{triage: -1}"), "the weight of 'triage' is a number from 0"),
        (one(driver="fixed", weights="{triage: lots}"), "the weight of 'triage' is a number from 0"),
        (one(driver="fixed", weights="{triage: 0}"), "every weight is 0"),
        (one(driver="fixed", to="routing", weights="{triage: 1}"), "a weight for 'triage', which `to` does not name"),
        (
            one(driver="fixed", to="all", weights="{tirage: 1}"),
            "a weight for 'tirage', which is no use case. Did you mean",
        ),
        (one(driver="fixed", to="", weights="{tirage: 1}"), "no use case is called 'tirage'"),
        (one(valid_from="2026-03-15"), "money is split by whole months"),
        (one(valid_from="2026-03-01", valid_to="2026-03-01"), "which covers no month"),
        (one(id="Vector DB"), "'Vector DB' is not an id"),
        (one(id=""), "this split has no `id`"),
        (one(divisor="x"), "has 'divisor', which is not read"),
        (one() + one().removeprefix("splits:\n"), "is there already, on line 2"),
        ("split: []\n", "'split' is not read here. Did you mean 'splits'?"),
        ("splits: all\n", "`splits` is a list"),
        ("splits: [db]\n", "a split is a mapping"),
        (
            one(to="{pool: os}") + one(id="os", to="{pool: db}").removeprefix("splits:\n"),
            "pools 'db' and 'os' spread only to each other: no money ever leaves them",
        ),
        (
            one() + one(id="os", driver="headcount", to="[triage, {pool: db}]").removeprefix("splits:\n"),
            "headcount cannot measure a pool beside other receivers. Choose requests, tokens, hours, fixed or even.",
        ),
    ],
)
def test_a_wrong_split_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError) as refused:
        load(tmp_path, text)
    assert said in refused.value.message
    assert refused.value.message.startswith(f"{tmp_path / 'splits.yaml'}:")
    assert refused.value.next_step == "Fix the split, then run `spendmap allocate` again."

"""What each comparison means, on DuckDB and, where Java is there, on Spark with the same answers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from rule_support import at, decide, ledger_table, with_derived
from sqlglot import exp

from spendmap.allocation.conditions import derived_name
from spendmap.allocation.rules import KeyPlan, compile_first_match, compile_keys, read_rules, shipped_rules
from spendmap.engine.transform import Transform
from spendmap.register.entities import Key
from spendmap.vocabulary.keyed import keyed_hash

FIELDS = ("service_name", "memo", "resource_type", "charge_description")


def _rules(folder: Path, *whens: str, extra: str = "") -> Any:
    lines = ["rules:"]
    for place, when in enumerate(whens):
        lines.append(f"  - {{id: r{place}, on: charge, when: {when}, then: {{scope: not_ai}}{extra}}}")
    file = folder / "rules.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return read_rules(file)


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ("{service_name: Amazon Bedrock}", ["AMAZON BEDROCK"], ["Amazon Bedrock Agents", None, ""]),
        ("{service_name: [a, B]}", ["A", "b"], ["c", None]),
        ("{service_name: {contains: Bed}}", ["my BEDROCK", "bed"], ["be d", None]),
        ("{service_name: {contains: ['50%', \"o'b\"]}}", ["50% off", "O'Brien"], ["500 off", None]),
        ("{service_name: {starts_with: [am, go]}}", ["Amazon", "Google"], ["I am", None]),
        ("{service_name: {ends_with: rock}}", ["Bedrock", "ROCK"], ["rocks", None]),
        ("{service_name: {missing: true}}", [None, ""], ["x"]),
        ("{service_name: {missing: false}}", ["x"], [None, ""]),
        (
            "{service_name: {regex: '^P[45][a-z]*\\.[0-9]+xlarge$'}}",
            ["p5.48xlarge", "P4de.24XLARGE"],
            ["ap5.48xlarge", None],
        ),
        ("{service_name: {regex: 'a\\db'}}", ["a1b"], ["axb"]),
        ("{service_name: {starts_with: a, ends_with: z}}", ["abcz"], ["abc", "z"]),
        ("{service_name: 'c:\\new'}", ["C:\\NEW"], ["c:new"]),
    ],
)
def test_text_is_compared_without_letter_case_and_missing_never_matches(
    tmp_path: Path, when: str, yes: list[str | None], no: list[str | None]
) -> None:
    rows = [{"service_name": text} for text in [*yes, *no]]
    assert decide(_rules(tmp_path, when), "charge", rows) == ["r0"] * len(yes) + [None] * len(no)


def test_all_conditions_must_hold_and_one_of_any(tmp_path: Path) -> None:
    rules = _rules(tmp_path, "{service_name: a, any: [{memo: x}, {memo: y, resource_type: z}]}")
    rows: list[dict[str, Any]] = [
        {"service_name": "a", "memo": "x"},
        {"service_name": "a", "memo": "y", "resource_type": "z"},
        {"service_name": "a", "memo": "y"},
        {"service_name": "b", "memo": "x"},
        {"service_name": "a"},
    ]
    assert decide(rules, "charge", rows) == ["r0", "r0", None, None, None]


def test_the_first_rule_in_order_wins(tmp_path: Path) -> None:
    rules = _rules(tmp_path, "{memo: b}", "{service_name: a}", "{}")
    rows = [{"service_name": "a", "memo": "b"}, {"service_name": "a"}, {}]
    assert decide(rules, "charge", rows) == ["r0", "r1", "r2"]


def test_a_rule_holds_from_its_first_day_to_the_day_before_its_last(tmp_path: Path) -> None:
    rules = _rules(tmp_path, "{}", extra=", valid_from: 2026-03-01, valid_to: 2026-04-01")
    instants = [
        at("2026-02-28T23:59:59"),
        at("2026-03-01"),
        at("2026-03-31T23:59:59"),
        at("2026-04-01"),
    ]
    rows = [{"charge_period_start": instant} for instant in instants]
    assert decide(rules, "charge", rows) == [None, "r0", "r0", None]


def test_map_entries_flags_and_numbers_are_asked_by_their_type(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "rules:\n"
        "  - {id: tag, on: usage, when: {tags.Team: blue}, then: {scope: ai, category: agents}}\n"
        "  - {id: retry, on: usage, when: {is_retry: true}, then: {scope: ai, category: agents}}\n"
        "  - {id: slow, on: usage, when: {latency_ms: {gt: 1000, le: 2000}}, then: {scope: ai, category: agents}}\n"
        "  - {id: many, on: usage, when: {requests: [7, 8]}, then: {scope: ai, category: agents}}\n",
        encoding="utf-8",
    )
    rows: list[dict[str, Any]] = [
        {"tags": [("Team", "BLUE")]},
        {"tags": [("team", "blue")]},  # the entry's name is taken as written
        {"is_retry": True},
        {"is_retry": False},
        {"latency_ms": 1000},
        {"latency_ms": 2000},
        {"requests": 8},
        {},
    ]
    assert decide(read_rules(file), "usage", rows) == ["tag", None, "retry", None, None, "slow", "many", None]


def test_a_column_is_lowered_once_however_many_rules_ask(tmp_path: Path) -> None:
    rules = _rules(tmp_path, *(f"{{service_name: s{n}, memo: m}}" for n in range(100)))
    compiled = compile_first_match(rules, "charge", ["service_name", "memo", "charge_period_start"])
    assert [each.name for each in compiled.derived] == ["lc_service_name", "lc_memo"]
    assert "LOWER" not in compiled.case.sql()
    transform = Transform.of("ruled", with_derived(compiled.derived, compiled.case))
    assert "RLIKE" not in transform.to("duckdb")
    assert transform.to("spark")


def test_two_tags_that_differ_by_a_sign_or_a_letter_never_share_a_column() -> None:
    names = [derived_name(f"tags.{entry}") for entry in ("team", "Team", "a_b", "a.b", "a b", "équipe")]
    assert len(set(names)) == len(names)
    assert names[0] == "lc_tags_team"
    assert all(name.isidentifier() and name.isascii() for name in names)


def test_what_the_rules_decide_is_a_table_to_join(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(
        'rules:\n  - {id: a, on: charge, when: {}, then: {scope: ai, category: agents, share: "0.3", tool: t}}\n',
        encoding="utf-8",
    )
    compiled = compile_first_match(read_rules(file), "charge", ["charge_period_start"])
    row = compiled.table().to_pylist()[0]
    assert (row["rule_index"], row["rule_id"], str(row["share"]), row["rule_tool"]) == (0, "a", "0.300000000000", "t")


def _keys() -> list[Key]:
    keys = [
        Key("use_case", f"uc-{n}", {"api_key_id": f"Key-{n}"}, None, None, 100 + n) for n in range(3000)
    ]  # 3,000 keys on one column: a join, not 3,000 branches
    keys.append(Key("use_case", "later", {"api_key_id": "key-7"}, date(2026, 6, 1), None, 50))
    keys.append(Key("use_case", "exact", {"api_key_id": "key-9", "environment": "prod"}, None, None, 0))
    keys.append(Key("use_case", "tagged", {"tags.app": "chat"}, None, date(2026, 6, 1), 1))
    keys.append(Key("use_case", "other-table", {"invoice_id": "x"}, None, None, 2))
    keys.append(Key("tool", "not-asked", {"api_key_id": "key-1"}, None, None, 3))
    return keys


KEY_ROWS: list[dict[str, Any]] = [
    {"api_key_id": "KEY-1"},
    {"api_key_id": "key-7", "charge_period_start": at("2026-05-31")},
    {"api_key_id": "key-7", "charge_period_start": at("2026-06-01")},
    {"api_key_id": "key-9", "environment": "Prod"},
    {"api_key_id": "key-9", "environment": "test"},
    {"tags": [("app", "Chat")], "charge_period_start": at("2026-05-01")},
    {"tags": [("app", "Chat")], "charge_period_start": at("2026-06-01")},
    {"api_key_id": "key-3000"},
    {},
]
KEY_WINNERS = ["uc-1", "uc-7", "later", "exact", "uc-9", "tagged", None, None, None]


def _key_query(plan: KeyPlan) -> exp.Expression:
    inner = exp.select("*", *(exp.alias_(each.expression.copy(), each.name) for each in plan.derived)).from_("t")
    query = exp.select("natural_key", exp.alias_(plan.winner.copy(), "key_order")).from_(inner.subquery("d"))
    for lookup in plan.lookups:
        query = query.join(exp.to_table(lookup.name), on=lookup.on(), join_type="left")
    outer = exp.select("natural_key", "entity_id").from_(query.subquery("w"))
    return outer.join("entities", on="w.key_order = entities.key_order", join_type="left")


def test_keys_pick_one_winner_by_order_through_joins_and_branches_alike() -> None:
    plan = compile_keys(_keys(), "use_case", table="usage")
    assert [(lookup.table.num_rows, lookup.columns) for lookup in plan.lookups] == [(3001, ("lc_api_key_id",))]
    assert plan.case is not None
    assert len(plan.case.args["ifs"]) == 2
    table = ledger_table("usage", KEY_ROWS)
    with duckdb.connect() as connection:
        connection.register("t", table)
        connection.register("entities", plan.entities)
        for lookup in plan.lookups:
            connection.register(lookup.name, lookup.table)
        found = dict(connection.execute(_key_query(plan).sql(dialect="duckdb")).fetchall())
    assert [found[str(place)] for place in range(len(KEY_ROWS))] == KEY_WINNERS


def test_keys_as_branches_only_give_the_same_winners() -> None:
    keys = [key for key in _keys() if key.order < 120]
    plan = compile_keys(keys, "use_case", table="usage", lookup_from=10**6)
    assert plan.lookups == ()
    table = ledger_table("usage", KEY_ROWS)
    with duckdb.connect() as connection:
        connection.register("t", table)
        connection.register("entities", plan.entities)
        found = dict(connection.execute(_key_query(plan).sql(dialect="duckdb")).fetchall())
    assert [found[str(place)] for place in range(len(KEY_ROWS))] == KEY_WINNERS


def test_no_key_is_no_plan() -> None:
    plan = compile_keys([], "agent", table="usage")
    assert plan.is_empty
    assert plan.winner.sql(dialect="duckdb") == "CAST(NULL AS INT)"


SPARK_ROWS: list[dict[str, Any]] = [
    {"service_name": "Amazon Bedrock"},
    {"service_name": "Claude Sonnet 4.5 (Amazon Bedrock Edition)"},
    {"service_name": "Amazon Elastic Compute Cloud", "sku_meter": "BoxUsage:p5.48xlarge"},
    {"service_name": "Amazon Elastic Compute Cloud", "sku_meter": "BoxUsage:m7i.4xlarge"},
    {"service_name": "Amazon Elastic Compute Cloud", "sku_price_details": [("InstanceType", "g6e.12xlarge")]},
    {"service_name": "Virtual Machines", "charge_description": "Virtual Machines NCads A100 v4 - NC24ads A100 v4"},
    {"service_name": "Compute Engine", "charge_description": "A2 Instance Core running in Americas"},
    {"service_name": "Amazon QuickSight"},
    {"service_name": None, "vendor": "openai", "invoice_issuer_name": "OPENAI *CHATGPT SUBSCR"},
    {"service_name": None, "vendor": "microsoft", "memo": "Microsoft 365 Copilot, it's 50% off\\n"},
    {"service_name": None, "vendor": "microsoft", "memo": "Microsoft 365 E3"},
    {"vendor": "pinecone", "charge_period_start": at("2020-01-01")},
    {"vendor": "pinecone", "charge_period_start": at("2026-01-01")},
    {"service_category": "AI and Machine Learning", "service_name": "Solora"},
    {},
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A local Spark; Java is needed."""
    if shutil.which("java") is None:
        pytest.skip("no Java runtime")
    sql = pytest.importorskip("pyspark.sql")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    yield session
    session.stop()


def _spark_answers(spark: Any, folder: Path, query: exp.Expression, tables: dict[str, pa.Table]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
        spark.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
    text = query.sql(dialect="spark")
    return {row[0]: row[1] for row in spark.sql(text).collect()}


@pytest.mark.spark
def test_spark_and_duckdb_agree_on_every_shipped_charge_rule(spark: Any, tmp_path: Path) -> None:
    table = ledger_table("charge", SPARK_ROWS)
    compiled = compile_first_match(shipped_rules(), "charge", table.column_names)
    query = with_derived(compiled.derived, compiled.case)
    with duckdb.connect() as connection:
        connection.register("t", table)
        on_duckdb = dict(connection.execute(query.sql(dialect="duckdb")).fetchall())
    assert _spark_answers(spark, tmp_path, query, {"t": table}) == on_duckdb
    decided = [
        None if on_duckdb[str(n)] is None else compiled.rules[on_duckdb[str(n)]].id for n in range(len(SPARK_ROWS))
    ]
    assert decided == [
        "aws-bedrock",
        "aws-bedrock",
        "aws-gpu",
        None,
        "aws-gpu",
        "azure-gpu",
        "google-gpu",
        None,
        "named-chat-assistants",
        "pay-copilot",
        None,
        None,
        "ai-vendor-infrastructure",
        "focus-ai",
        None,
    ]


@pytest.mark.spark
def test_spark_and_duckdb_agree_on_keys(spark: Any, tmp_path: Path) -> None:
    plan = compile_keys(_keys(), "use_case", table="usage")
    tables = {"t": ledger_table("usage", KEY_ROWS), "entities": plan.entities}
    tables |= {lookup.name: lookup.table for lookup in plan.lookups}
    found = _spark_answers(spark, tmp_path, _key_query(plan), tables)
    assert [found[str(place)] for place in range(len(KEY_ROWS))] == KEY_WINNERS


def test_a_rule_and_a_key_that_name_somebody_find_the_rows_that_hold_a_hash(tmp_path: Path) -> None:
    def hashed(text: str) -> str:
        return keyed_hash(b"k" * 32, text)

    kept = f"principal:{hashed('Jane Doe')}"
    rules = _rules(
        tmp_path, "{tags.owner: Jane Doe}", "{tags.owner: [nobody, payments]}", "{tags.owner: {missing: true}}"
    )
    owners = (kept, f"principal:{hashed('payments')}", f"principal:{hashed('ada')}", "Jane Doe", None)
    rows = [{"tags": [] if owner is None else [("owner", owner)]} for owner in owners]
    assert decide(rules, "charge", rows, hashed=hashed) == ["r0", "r1", None, "r0", "r2"]
    many = [Key("agent", f"a{n}", {"tags.owner": f"Person {n}"}, None, None, n) for n in range(30)]
    (lookup,) = compile_keys(many, "agent", hashed=hashed).lookups
    assert f"principal:{hashed('Person 7')}" in lookup.table.column("key_1").to_pylist()
    few = compile_keys(many[:2], "agent", hashed=hashed).case
    assert few is not None
    assert hashed("Person 1") in few.sql(dialect="duckdb")

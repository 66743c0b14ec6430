"""One call, seen by several sources, counts once: which witness counts, what it learns, what nobody can settle.

A row is written as (source, key, answer, witness, second, model, input, output); prices are 2.00 per input token, so that
money is read off. The transforms run on DuckDB and, where Java is there, on Spark, with the same rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spendmap.allocation.combinations import named_near
from spendmap.allocation.identity import identify, identify_again, l14_calls, overlap_tables
from spendmap.allocation.identity.model_names import same_model
from spendmap.allocation.lots import CARRIED, lot_sql, lots_as_usage
from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.pricing.edges import Edges
from spendmap.pricing.slices import look

NOON = datetime(2026, 6, 10, 12)  # noqa: DTZ001 - the ledger's are without zone
LONG = "chatcmpl-9XyZ0123456789abcdef"  # unlike every other id


def row(
    source: str, key: str, answer: str | None = None, witness: str = "gateway", at: float = 0, **more: Any
) -> dict[str, Any]:
    """A call of gpt-4.1 with 100 input and 10 output tokens, `at` seconds after noon."""
    start = NOON + timedelta(seconds=at)
    return {
        "source_name": source, "natural_key": key, "response_id": answer, "witness": witness,
        "billing_month": f"{start:%Y-%m}", "charge_period_start": start, "provider_name": "openai",
        "request_model": "gpt-4.1", "response_model": "gpt-4.1", "input_uncached": 100, "output": 10, "requests": 1,
        "completeness": 1, "load_id": "l", **more,
    }  # fmt: skip


def priced_sql(*carried: str) -> str:
    """Every row priced at 2.00 an input token, as pricing would hand it over."""
    columns = ", ".join(f"u.{name}" for name in (*TABLES["usage"].names, *carried))
    cost = (
        "CASE WHEN u.not_bought IS NOT NULL THEN CAST(0 AS DECIMAL(28,12)) "
        "ELSE CAST(u.input_uncached * 2 AS DECIMAL(28,12)) END"
    )
    return (
        f"SELECT {columns}, {cost} AS list_cost, {cost} AS contracted_cost, 'USD' AS price_currency, "
        "'USD' AS contracted_currency, 'k' AS price_key, CAST(NULL AS VARCHAR) AS contract_price_key, "
        "u.provider_name AS price_provider, u.request_model AS price_model, FALSE AS is_tier_estimated, "
        "FALSE AS is_price_estimated, CAST(NULL AS VARCHAR) AS unpriced_reason FROM usage AS u"
    )


def run(engine: Engine, folder: Path, rows: list[dict[str, Any]], sees: Mapping[str, set[str]] | None = None) -> None:
    """From captured rows to `usage_grouped` as the step makes it, and to `usage_priced` as it is worked out again."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [column.name for column in TABLES["usage"].columns if any(column.name in each for each in rows)]
    table = conform(pa.table({name: [each.get(name) for each in rows] for name in names}), "usage")
    pq.write_table(table, folder / "usage.parquet")
    captured = [folder / "usage.parquet"]
    engine.bind("usage", captured)
    engine.bind("default_currency", pa.table({"currency": ["USD"]}))
    engine.bind("usage_near", captured)
    is_told = identify(engine, named_near(engine), look(engine), sees or {}, folder / "work")
    engine.bind("usage_lot", engine.write(Transform("usage_lot", lot_sql(Edges(), is_told=is_told)), folder / "lots"))
    engine.bind("usage", lots_as_usage())
    engine.bind("priced", Transform("priced", priced_sql(*CARRIED)))
    for name in ("lot_priced", "usage_grouped"):
        engine.bind(name, engine.write(Transform.load("spendmap.allocation", f"{name}.sql"), folder / name))
    stored = engine.write(Transform.load("spendmap.allocation", "usage_covered.sql"), folder / "covered")
    engine.bind("usage", captured)
    engine.bind("priced", Transform("priced", priced_sql()))
    identify_again(engine, stored, captured)
    made = Transform.load("spendmap.allocation", "usage_priced.sql")
    engine.bind("usage_priced", engine.write(made, folder / "priced"))
    assert groups(engine, "usage_grouped", "usage_rows") == groups(engine, "usage_priced", "1")


def groups(engine: Engine, table: str, rows: str) -> list[dict[str, Any]]:
    """What each group holds."""
    sums = f"CAST(sum({rows}) AS BIGINT) AS n, CAST(sum(contracted_cost) AS DECIMAL(38,12)) AS cost"
    tokens = "CAST(sum(input_tokens) AS BIGINT) AS input, CAST(sum(output_tokens) AS BIGINT) AS output"
    text = f"SELECT group_key, {sums}, {tokens} FROM {table} GROUP BY group_key ORDER BY group_key"
    return engine.table(Transform("groups", text)).to_pylist()


def covered(engine: Engine) -> dict[str, str | None]:
    """Key -> what counts in its place."""
    rows = engine.table(Transform("rows", "SELECT natural_key, covered_by FROM usage_priced")).to_pylist()
    return {each["natural_key"]: each["covered_by"] for each in rows}


@pytest.fixture
def duck() -> Iterator[Engine]:
    with DuckDBEngine({"threads": "1"}) as engine:
        yield engine


# The witness that counts


def test_of_provider_gateway_session_and_trace_the_first_counts_and_the_others_name_it(
    duck: Engine, tmp_path: Path
) -> None:
    witnesses = ("trace", "gateway", "provider", "session")
    run(duck, tmp_path, [row(name, name[0], LONG, name) for name in witnesses])
    assert covered(duck) == {"p": None, "g": "provider/p", "s": "provider/p", "t": "provider/p"}


def test_of_two_gateways_the_more_complete_counts_then_the_first_by_name(duck: Engine, tmp_path: Path) -> None:
    run(duck, tmp_path, [row("a", "1", LONG), row("b", "2", LONG, completeness=2), row("c", "3", LONG)])
    assert covered(duck) == {"1": "b/2", "2": None, "3": "b/2"}


def test_the_one_that_counts_learns_what_it_does_not_know(duck: Engine, tmp_path: Path) -> None:
    run(
        duck,
        tmp_path,
        [
            row("gateway", "g", LONG, team="core"),
            row("traces", "t", LONG, "trace", feature="search", customer_id="acct-7", team="other", agent_id="a1"),
            row("session", "s", LONG, "session", feature="code"),  # a session outranks a trace
        ],
    )
    (counts,) = duck.table(
        Transform("g", "SELECT team, feature, customer_id, agent_id FROM usage_priced WHERE covered_by IS NULL")
    ).to_pylist()
    assert counts == {"team": "core", "feature": "code", "customer_id": "acct-7", "agent_id": "a1"}


def test_a_row_without_tokens_never_takes_the_place_of_one_that_has_them(duck: Engine, tmp_path: Path) -> None:
    run(
        duck, tmp_path, [row("gateway", "g", LONG, input_uncached=None, output=None), row("traces", "t", LONG, "trace")]
    )
    assert covered(duck) == {"t": None, "g": "traces/t"}


def test_a_hit_in_the_gateways_cache_says_that_nothing_was_bought(duck: Engine, tmp_path: Path) -> None:
    # The gateway bought one answer and gave it out twice; the application's traces show two calls.
    hit = row("gateway", "hit", LONG, at=60, not_bought="gateway_cache", input_uncached=0, output=0)
    seen = [row("traces", "t1", LONG, "trace"), row("traces", "t2", LONG, "trace", 60)]
    run(duck, tmp_path / "a", [row("gateway", "g", LONG), hit, *seen])
    assert covered(duck) == {"g": None, "hit": None, "t1": "gateway/g", "t2": "gateway/g"}
    run(duck, tmp_path / "b", [hit, seen[1]])  # bought before anything was captured
    assert covered(duck) == {"hit": None, "t2": "gateway/hit"}


@pytest.mark.parametrize("reason", ["refused", "stored_answer", "repeated"])
def test_what_bought_nothing_is_no_witness(duck: Engine, tmp_path: Path, reason: str) -> None:
    run(duck, tmp_path, [row("gateway", "g", LONG, not_bought=reason), row("traces", "t", LONG, "trace")])
    assert covered(duck) == {"g": None, "t": None}


# What is the same call


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({}, True),
        ({"at": 48 * 3600}, True),
        ({"at": 48 * 3600 + 1}, False),  # servers of one's own give ids again
        ({"input_uncached": 101}, False),
        ({"input_uncached": 60, "cache_read": 40}, True),  # all input tokens are compared
        ({"input_uncached": None, "output": None}, True),
        ({"response_model": "gpt-4.1-2025-04-14"}, True),
        ({"request_model": "openai/gpt-4.1", "response_model": None}, True),
        ({"request_model": None, "response_model": None}, True),
        ({"request_model": "gpt-4o", "response_model": "gpt-4o"}, False),
        ({"request_model": "alias", "response_model": "gpt-4.1"}, True),
        ({"provider_name": "azure"}, True),
        ({"provider_name": None}, True),
        ({"provider_name": "anthropic"}, True),  # an SDK that names itself and not the gateway behind it
        ({"response_id": "chatcmpl-other-0123456789"}, False),
    ],
)
def test_the_same_id_model_and_tokens_within_two_days_are_one_call(
    duck: Engine, tmp_path: Path, other: dict[str, Any], is_same: bool
) -> None:
    told = dict(other)
    at = told.pop("at", 0)
    answer = told.pop("response_id", LONG)
    run(duck, tmp_path, [row("gateway", "g", LONG), row("traces", "t", answer, "trace", at, **told)])
    assert (sum(by is not None for by in covered(duck).values()) == 1) is is_same


@pytest.mark.parametrize(
    ("provider", "is_same"), [("openai", True), ("azure", True), (None, True), ("hosted_vllm", False)]
)
def test_a_short_id_needs_the_same_provider(duck: Engine, tmp_path: Path, provider: str | None, is_same: bool) -> None:
    run(duck, tmp_path, [row("gateway", "g", "cmpl-1"), row("traces", "t", "cmpl-1", "trace", provider_name=provider)])
    assert (covered(duck)["t"] is not None) is is_same


def test_one_source_that_tells_of_an_answer_twice_counts_it_once(duck: Engine, tmp_path: Path) -> None:
    run(duck, tmp_path, [row("traces", "1", LONG, "trace"), row("traces", "2", LONG, "trace")])
    assert covered(duck) == {"1": None, "2": "traces/1"}


def test_an_id_that_stands_on_more_than_fifty_rows_of_a_source_identifies_nothing(duck: Engine, tmp_path: Path) -> None:
    run(duck, tmp_path, [row("mock", str(n), LONG) for n in range(51)] + [row("traces", "t", LONG, "trace")])
    assert set(covered(duck).values()) == {None}
    assert l14_calls(duck)[0]


def test_a_call_at_midnight_of_the_first_is_one_call(duck: Engine, tmp_path: Path) -> None:
    night = (datetime(2026, 7, 1) - NOON).total_seconds()  # noqa: DTZ001
    run(duck, tmp_path, [row("gateway", "g", LONG, at=night - 1), row("traces", "t", LONG, "trace", night + 1)])
    assert covered(duck) == {"g": None, "t": "gateway/g"}


def test_models_are_compared_without_seller_region_date_and_version() -> None:
    for name in ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5-20250929", "Claude-Sonnet-4-5@20250929",
                 "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/eu.anthropic.claude-sonnet-4-5"):  # fmt: skip
        assert same_model(name) == "claude-sonnet-4-5", name
    assert same_model("gpt-4.1-mini-2025-04-14") == "gpt-4.1-mini" != same_model("gpt-4.1")
    assert same_model("-20250929") == "-20250929"


# Flat plans


def test_a_plans_session_that_a_gateway_metered_with_a_key_is_api_use(duck: Engine, tmp_path: Path) -> None:
    session = row("sessions", "s", LONG, "session", billing_mode="plan")
    for key, expected in (("key-1", None), (None, "plan")):  # without a key it only passed the plan's calls on
        run(duck, tmp_path / str(key), [row("gateway", "g", LONG, api_key_id=key), session])
        (found,) = duck.table(
            Transform("g", "SELECT billing_mode FROM usage_priced WHERE covered_by IS NULL")
        ).to_pylist()
        assert found["billing_mode"] == expected


# Without ids


def test_calls_alike_without_a_common_id_are_told_with_their_money_and_both_count(duck: Engine, tmp_path: Path) -> None:
    run(duck, tmp_path, [row("gateway", "g"), row("traces", "t", LONG, "trace", 1.5)])
    assert set(covered(duck).values()) == {None}
    (perhaps,) = [each for each in overlap_tables(duck)["identity"].to_pylist() if each["kind"] == "perhaps"]
    # 100 input tokens at 2.00
    assert (perhaps["source_a"], perhaps["source_b"], perhaps["calls"], perhaps["tokens"], perhaps["amount"]) == (
        "gateway", "traces", 1, 110, 200,
    )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"at": 2.1},
        {"output": 11},
        {"billing_account_id": "org-b"},
        {"response_model": "gpt-4o"},
        {"provider_name": "x-ai"},
        {"response_id": LONG + "2"},  # two ids are two calls
        {"not_bought": "refused"},
        {"requests": 20},  # a bucket of calls
        {"output": 0},
        {"source_name": "gateway"},
        {"input_uncached": 100 + 2**33},  # one number stands for both, and is no proof
    ],
)
def test_what_differs_is_not_alike(duck: Engine, tmp_path: Path, other: dict[str, Any]) -> None:
    told = {"source_name": "traces"} | other
    at, source = told.pop("at", 0), told.pop("source_name")
    twin = row(source, "t", None, "trace", at) | told
    run(duck, tmp_path, [row("gateway", "g", LONG, billing_account_id="org-a"), twin])
    assert [each for each in overlap_tables(duck)["identity"].to_pylist() if each["kind"] == "perhaps"] == []


ONE_SIDED: list[dict[str, Any]] = [
    {"request_model": "text-embedding-3-small", "response_model": None, "output": None},  # an embedding
    {"request_model": "rerank-v3.5", "response_model": "rerank-v3.5", "output": 0, "provider_name": "cohere"},
    {"request_model": "gpt-image-1", "response_model": None, "input_uncached": 0, "output": 0, "output_image": 4160},
    {"request_model": "tts", "response_model": None, "input_uncached": None, "output": None, "output_audio": 900},
    {"request_model": "whisper", "response_model": None, "input_uncached": 0, "input_audio": 700, "output": None},
    {"output": 0, "input_uncached": 0, "cache_read": 100},  # an answer that was cut before its first token
    {"output": None, "status": "error"},  # a failure that both logs saw
]


@pytest.mark.parametrize("call", ONE_SIDED)
def test_a_call_with_tokens_on_one_side_alone_is_as_much_alike_as_any(
    duck: Engine, tmp_path: Path, call: dict[str, Any]
) -> None:
    rows = [row("gateway", "g", **call), row("traces", "t", None, "trace", 1, **call)]
    run(duck, tmp_path / "silent", rows)
    assert covered(duck) == {"g": None, "t": None}
    told = [each for each in overlap_tables(duck)["identity"].to_pylist() if each["kind"] == "perhaps"]
    assert [(each["source_a"], each["source_b"], each["calls"]) for each in told] == [("gateway", "traces", 1)]
    run(duck, tmp_path / "declared", rows, {"traces": {"gateway"}})
    assert covered(duck) == {"g": None, "t": "gateway/g"}


def test_short_embeddings_that_meet_by_chance_count_both_and_are_told_of(duck: Engine, tmp_path: Path) -> None:
    # Five tokens each, in two applications of which neither sees the other: nothing is taken off, the finding asks.
    short: dict[str, Any] = {"request_model": "text-embedding-3-small", "response_model": None, "output": None}
    rows = [row("a", "1", input_uncached=5, **short), row("b", "2", at=2, input_uncached=5, **short)]
    run(duck, tmp_path, rows, {"traces": {"a"}})
    assert set(covered(duck).values()) == {None}
    (told,) = [each for each in overlap_tables(duck)["identity"].to_pylist() if each["kind"] == "perhaps"]
    assert (told["calls"], told["tokens"], told["amount"]) == (1, 5, 10)  # 5 tokens at 2.00


def test_what_states_no_tokens_is_like_nothing(duck: Engine, tmp_path: Path) -> None:
    none: dict[str, Any] = {"input_uncached": 0, "output": None}
    run(
        duck,
        tmp_path,
        [row("gateway", "g", **none), row("traces", "t", None, "trace", **none)],
        {"traces": {"gateway"}},
    )
    assert set(covered(duck).values()) == {None}


@pytest.mark.parametrize("sees", [{"traces": {"gateway"}}, {"gateway": {"traces"}}])
def test_a_declaration_settles_them_one_to_one(duck: Engine, tmp_path: Path, sees: dict[str, set[str]]) -> None:
    # Three calls in the gateway, two in the traces: the two nearest in time are the same, one was never traced.
    rows = [row("gateway", f"g{n}", at=n * 10) for n in range(3)] + [
        row("traces", f"t{n}", None, "trace", n * 10 + 1) for n in (0, 2)
    ]
    run(duck, tmp_path, rows, sees)
    assert covered(duck) == {"g0": None, "g1": None, "g2": None, "t0": "gateway/g0", "t2": "gateway/g2"}
    kinds = {
        each["kind"]: each["calls"] for each in overlap_tables(duck)["identity"].to_pylist() if each["kind"] != "all"
    }
    assert kinds == {"declared": 2}


def test_equal_calls_in_one_second_pair_in_order_and_never_more_than_there_are(duck: Engine, tmp_path: Path) -> None:
    rows = [row("gateway", f"g{n}") for n in range(3)] + [row("traces", f"t{n}", None, "trace") for n in range(5)]
    run(duck, tmp_path, rows, {"traces": {"gateway"}})
    found = covered(duck)
    assert sorted(by for by in found.values() if by) == ["gateway/g0", "gateway/g1", "gateway/g2"]


@pytest.mark.parametrize(
    ("gateway", "traces", "pairs"),
    [
        (range(10), range(2, 10), 8),  # the traces began two calls later
        (range(2, 10), range(10), 8),  # the gateway did
        (range(30), [n for n in range(30) if n % 3], 20),  # a sample
        (range(30), [n for n in range(30) if n % 5 == 0], 6),
    ],
)
def test_of_equal_chunks_embedded_one_after_the_other_those_that_both_logs_show_count_once(
    duck: Engine, tmp_path: Path, gateway: list[int], traces: list[int], pairs: int
) -> None:
    # Chunks of 512 tokens, one every 1.5 seconds: all of them follow within two seconds of each other.
    chunk: dict[str, Any] = {"request_model": "text-embedding-3-small", "response_model": None, "output": None}
    rows = [row("gateway", f"g{n:02}", at=1.5 * n, input_uncached=512, **chunk) for n in gateway] + [
        row("traces", f"t{n:02}", None, "trace", 1.5 * n + 0.1, input_uncached=512, **chunk) for n in traces
    ]
    run(duck, tmp_path, rows, {"traces": {"gateway"}})
    by = [each for each in covered(duck).values() if each]
    assert len(by) == len(set(by)) == pairs


def test_shares_of_what_two_sources_saw_are_of_all_their_calls(duck: Engine, tmp_path: Path) -> None:
    rows = [
        row("gateway", "g1", LONG),
        row("gateway", "g2"),
        row("traces", "t", LONG, "trace"),
        row("apart", "x", output=9),
    ]
    run(duck, tmp_path, rows)
    told = overlap_tables(duck)["identity"].to_pylist()
    assert {each["source_a"]: each["calls"] for each in told if each["kind"] == "all"} == {"gateway": 2, "traces": 1}
    assert [(each["source_a"], each["source_b"], each["calls"]) for each in told if each["kind"] == "same"] == [
        ("gateway", "traces", 1)
    ]


def test_a_failure_nobody_can_judge_is_told_with_its_money(duck: Engine, tmp_path: Path) -> None:
    run(
        duck,
        tmp_path,
        [row("traces", "t", None, "trace", status="error", output=None), row("traces", "u", status="error")],
    )
    (told,) = overlap_tables(duck)["identity"].to_pylist()
    assert (told["kind"], told["source_a"], told["calls"], told["amount"]) == ("failed", "traces", 1, 200)


# The law


IDS = st.sampled_from(["cmpl-1", "cmpl-2", LONG, LONG + "2", None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["a", "b", "c"]),
            "answer": IDS,
            "witness": st.sampled_from(["provider", "gateway", "session", "trace"]),
            "at": st.sampled_from([0, 1, 3600, 3 * 86400]),
            "input_uncached": st.sampled_from([None, 100, 200]),
            "not_bought": st.sampled_from([None, None, None, "refused", "gateway_cache"]),
        }
    ),
    max_size=12,
)


@settings(max_examples=8)
@given(drawn=ROWS)
def test_no_response_id_counts_twice(drawn: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [row(key=str(n), **each) for n, each in enumerate(drawn)] + [row("z", "z")]
    with DuckDBEngine({"threads": "1"}) as engine:
        run(engine, tmp_path_factory.mktemp("law"), rows)
        assert engine.table(Transform("n", "SELECT count(*) AS n FROM usage_priced")).to_pylist() == [{"n": len(rows)}]
        holds, told = l14_calls(engine)
        assert holds, told
        found = covered(engine)
        for key, by in found.items():  # whoever is covered is covered by somebody who was there
            assert by is None or by.partition("/")[2] in found, key


def test_the_law_breaks_when_a_covered_row_counts_again(duck: Engine, tmp_path: Path) -> None:
    run(duck, tmp_path, [row("gateway", "g", LONG), row("traces", "t", LONG, "trace")])
    assert l14_calls(duck)[0]
    duck.bind("usage_covered", duck.table(Transform("none", "SELECT * FROM usage_covered WHERE 1 = 0")))
    holds, told = l14_calls(duck)
    assert not holds and "1 ids count twice" in told


def test_what_several_witnesses_told_is_one_lot_only_where_they_told_the_same(duck: Engine, tmp_path: Path) -> None:
    # Two calls that a trace tells of: one lot of the gateway's rows where the traces say the same, two where not.
    calls = [row("gateway", "g1", LONG), row("gateway", "g2", f"{LONG}2")]
    for name, other, lots in (("a", "search", 1), ("b", "code", 2)):
        seen = [row("t", "t1", LONG, "trace", feature="search"), row("t", "t2", f"{LONG}2", "trace", feature=other)]
        run(duck, tmp_path / name, [*calls, *seen])
        counting = "SELECT feature, usage_rows FROM lot_priced WHERE covered_source IS NULL ORDER BY feature"
        found = duck.table(Transform("lots", counting)).to_pylist()
        assert (len(found), sum(each["usage_rows"] for each in found)) == (lots, 2)
        assert {each["feature"] for each in found} == {"search", other}


# Both engines


STORY = [
    row("gateway", "g1", LONG, api_key_id=None),
    row("traces", "t1", LONG, "trace", 1, feature="search", response_model="gpt-4.1-2025-04-14"),
    row("sessions", "s1", LONG, "session", 0.25, billing_mode="plan", customer_id="acct-7"),
    row("gateway", "g2", "cmpl-1", at=10),
    row("traces", "t2", "cmpl-1", "trace", 10, provider_name="hosted_vllm"),
    row("gateway", "g3", at=20.75, output=11),
    row("traces", "t3", None, "trace", 22.5, output=11),
    row("gateway", "g4", at=30.75, output=12),
    row("sessions", "s4", None, "session", 31, output=12),
    row("traces", "t5", None, "trace", 50, status="error", output=None),
    row("gateway", "g6", at=60, not_bought="refused"),
    row("gateway", "g7", at=70, output=None),
    row("sessions", "s7", None, "session", 71.5, output=0),
]


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for a local Spark")
@pytest.mark.filterwarnings("ignore")
def test_both_engines_find_the_same_calls(tmp_path: Path) -> None:
    from spendmap.engine.spark import SparkEngine

    results = []
    interpreted = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    for name, engine in (("duckdb", DuckDBEngine({})), ("spark", SparkEngine("local[1]", interpreted))):
        with engine:
            run(engine, tmp_path / name, STORY, {"sessions": {"gateway"}})
            rows = engine.table(Transform("all", "SELECT * FROM usage_priced")).to_pylist()
            grouped = engine.table(Transform.load("spendmap.allocation", "usage_grouped.sql")).to_pylist()
            results.append(
                (sorted(rows, key=repr), sorted(grouped, key=repr), overlap_tables(engine)["identity"].to_pylist(),
                 l14_calls(engine))
            )  # fmt: skip
    assert results[0] == results[1]
    found = {each["natural_key"]: each["covered_by"] for each in results[0][0]}
    assert {key: by for key, by in found.items() if by} == {
        "t1": "gateway/g1", "s1": "gateway/g1", "s4": "gateway/g4", "s7": "gateway/g7",
    }  # fmt: skip
    counts = next(each for each in results[0][0] if each["natural_key"] == "g1")
    assert (counts["feature"], counts["customer_id"], counts["billing_mode"]) == ("search", "acct-7", "plan")

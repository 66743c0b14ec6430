"""How the sample company is made: same seed same bytes, nothing of the product, declarations that hold together."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest
import yaml

import spendmap.sample
from spendmap.sample import generate
from spendmap.sample.distributions import customer_shares, long_calls, short_calls, week
from spendmap.sample.focus_sheet import Metered
from spendmap.sample.money import dollars, usd
from spendmap.sample.prices import rate

PACKAGE = Path(spendmap.sample.__file__).parent


def hashes(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(fernhill: Path, tmp_path: Path) -> None:
    generate(tmp_path, scale=0.02)
    assert hashes(tmp_path) == hashes(fernhill)


def test_another_seed_gives_another_year_of_the_same_company(fernhill: Path, tmp_path: Path) -> None:
    told: list[str] = []
    generate(tmp_path, seed=7, scale=0.02, progress=told.append)
    one, other = hashes(fernhill), hashes(tmp_path)
    assert one["register/tools.yaml"] == other["register/tools.yaml"]
    assert one["sources/gateway/spendlogs_2026-10.jsonl.gz"] != other["sources/gateway/spendlogs_2026-10.jsonl.gz"]
    assert told[-1].startswith("truth: ")


def test_scale_multiplies_the_usage_rows_and_leaves_the_rest(tmp_path: Path) -> None:
    one = generate(tmp_path / "one", scale=0.01).document
    two = generate(tmp_path / "two", scale=0.02).document
    for source in ("gateway", "claude-code"):
        factor = two["loads"][source]["rows_loaded"] / one["loads"][source]["rows_loaded"]
        assert 1.9 < factor < 2.1
    assert one["loads"]["worklogs"] == two["loads"]["worklogs"]


def test_a_scale_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="scale must be above 0"):
        generate(tmp_path, scale=0)


def test_the_generator_imports_nothing_of_the_product() -> None:
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.startswith("spendmap") and not n.startswith("spendmap.sample")], path


def test_declarations_point_at_one_another(fernhill: Path) -> None:
    declared: dict[str, dict[str, dict[str, object]]] = {}
    for path in sorted((fernhill / "register").iterdir()):
        for plural, entities in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            declared[plural] = {entity["id"]: entity for entity in entities}
            assert len(declared[plural]) == len(entities), f"an id is stated twice in {plural}"
    for plural, entities in declared.items():
        for entity in entities.values():
            for field, kind in (("vendor", "vendors"), ("department", "departments"), ("cost_center", "cost_centers"),
                                ("use_case", "use_cases")):  # fmt: skip
                if field in entity:
                    assert entity[field] in declared[kind], f"{plural}/{entity['id']}.{field}"
    assert len(declared["use_cases"]) == 14
    unowned = [name for name, entity in declared["use_cases"].items() if "owner" not in entity]
    assert unowned == ["translation", "insights-beta", "incident-triage", "invoice-matching"]


def test_every_declared_source_has_files(fernhill: Path) -> None:
    sources = yaml.safe_load((fernhill / "sources.yaml").read_text(encoding="utf-8"))["sources"]
    assert {source["id"] for source in sources} == {path.name for path in (fernhill / "sources").iterdir()}
    for source in sources:
        assert any(path.is_file() for path in (fernhill / source["location"]).rglob("*"))
        assert source["owner"] and source["scope"] and source["refresh"]


def test_money_is_read_and_printed_without_loss() -> None:
    assert dollars("55.04") == 55_040_000_000_000
    assert dollars("-3.5") == -3_500_000_000_000
    assert usd(1) == "0.000000000001"
    assert usd(-12_500_000_000_000) == "-12.5"
    assert usd(0) == "0"
    with pytest.raises(ValueError, match="more than 12 decimals"):
        dollars("0.0000000000001")


def test_two_hours_at_three_dollars_fifty_cost_seven() -> None:
    costs = Metered(2_000_000, "Hours", 3_500_000, 3_290_000).costs()
    assert (usd(costs.list), usd(costs.contracted), usd(costs.billed)) == ("7", "6.58", "6.58")
    committed = Metered(2_000_000, "Hours", 3_500_000, 3_290_000).costs(2_000_000, is_committed=True)
    assert (usd(committed.effective), usd(committed.billed)) == ("4", "0")


def test_a_call_costs_its_tokens_at_the_price_of_its_day() -> None:
    # 1,000 in and 1,000 out: 0.005 + 0.030 until 20 August, 0.004 + 0.020 from the 21st
    before, after = rate("gpt-5.6-sol", "2026-08-20"), rate("gpt-5.6-sol", "2026-08-21")
    assert before is not None and after is not None
    assert usd(before.cost(1000, 0, 1000)) == "0.035"
    assert usd(after.cost(1000, 0, 1000)) == "0.024"
    assert rate("fernhill-support-7b", "2026-08-21") is None


def test_the_shipped_distributions_keep_the_means_of_their_sources() -> None:
    # Azure code trace: 18,059,974 / 8,819 = 2,047.8 tokens in; Mooncake: 144,793,823 / 12,031 = 12,035.1
    assert abs(sum(call[0] for call in short_calls().calls) / len(short_calls()) - 2047.8) < 5
    assert abs(sum(call[0] for call in long_calls().calls) / len(long_calls()) - 12035.1) < 30
    assert abs(sum(customer_shares()) - 1) < 1e-9
    assert len(customer_shares()) == 43 and len(week()) == 28
    assert sum(path.stat().st_size for path in (PACKAGE / "data").iterdir()) < 300_000

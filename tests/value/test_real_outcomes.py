"""Two public data sets through their mappings, held against sums made straight from the files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alder import Alder, build

TRIAL = "value/metr_oss_dev_rct_data_complete.csv"
EVALS = "evals/openhands_index_results.tar.gz"


def found(shared: Path, name: str) -> Path:
    for place in (shared / "data" / name, shared / name):
        if place.is_file():
            return place
    pytest.skip(f"{name} is not beside this checkout")


@pytest.fixture
def company(tmp_path: Path) -> Alder:
    return build(tmp_path / "ws")


def mapping(repository: Path) -> str:
    return f"mapping={repository / 'docs' / 'guides' / 'economics' / 'time_trial.yaml'}"


def test_a_randomised_trial_tells_that_ai_took_half_an_hour_longer_per_task(
    company: Alder, shared: Path, repository: Path
) -> None:
    file = found(shared, TRIAL)
    minutes: dict[str, list[Decimal]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            after = Decimal(row["post_review_implementation_time"] or 0)
            minutes[row["ai_treatment"]].append(Decimal(row["initial_implementation_time"]) + after)
    with_ai, without = minutes["1.0"], minutes["0.0"]
    assert (len(with_ai), len(without)) == (136, 110)  # 136 tasks were done with AI: the flag's 1
    assert round(sum(with_ai) / 136, 1) == Decimal("133.5") and round(sum(without) / 110, 1) == Decimal("100.0")

    words = ("--as", "outcomes_csv", "--source", "trial", "--set", mapping(repository), "--set", "evidence=metered")
    (load,) = company.ask("capture", "--file", str(file), *words)["loads"]
    assert (load["rows_loaded"], load["rows_quarantined"]) == (246, 0)
    company.ask("value")
    rows = company.ask("economics", "--per", "time_saved")["rows"]
    (trial,) = (row["time"] for row in rows if row["time"]["per"] == "task")
    assert (trial["tasks_with_ai"], trial["tasks_without_ai"]) == (136, 110)
    assert trial["with_ai"].startswith("133.49632352941") and trial["without_ai"].startswith("99.99090909090")
    assert Decimal(trial["net"]) == round(sum(without) / 110 - sum(with_ai) / 136, 12)
    assert round(Decimal(trial["net"]), 1) == Decimal("-33.5")
    assert trial["comparison"].endswith("136 with AI against 110 without, review of the result included (metered)")


def test_the_cost_per_solved_instance_of_every_model_is_the_archive_s_own(company: Alder, shared: Path) -> None:
    file = found(shared, EVALS)
    cost: dict[str, Decimal] = defaultdict(Decimal)
    solved: dict[str, int] = defaultdict(int)
    unknown: dict[str, int] = defaultdict(int)
    with tarfile.open(file) as archive:
        for member in archive:
            parts = member.name.split("/")
            if "instance_results" not in parts or not member.isfile():
                continue
            said = json.loads(archive.extractfile(member).read(), parse_float=Decimal)  # type: ignore[union-attr]
            for each in said.values():
                if each["cost"] is None:
                    unknown[parts[1]] += 1
                else:
                    cost[parts[1]] += each["cost"]
                    solved[parts[1]] += each["resolved"] is True
    assert round(sum(cost.values()), 2) == Decimal("37934.69") and sum(unknown.values()) == 436

    (load,) = company.ask("capture", "--file", str(file), "--as", "eval_results", "--source", "openhands")["loads"]
    assert (load["rows_read"], load["rows_loaded"], load["rows_quarantined"]) == (40643, 40643, 0)
    assert Decimal(load["as_read"]["USD"]["amount"]) == sum(
        cost.values()
    )  # `captured` is what was stored, to 12 places
    company.ask("value")
    report = company.ask("economics", "--per", "model")
    rows = {row["key"]: row for row in report["rows"]}
    assert len(rows) == 34
    assert round(Decimal(report["total"]), 2) == Decimal("37934.69")
    for model, row in rows.items():
        assert (int(row["quantity"]), row["missing_rows"]) == (solved[model], unknown[model]), model
        assert abs(Decimal(row["cost"]) - cost[model]) < Decimal("0.000000001"), model
        assert abs(Decimal(row["unit_cost"]) * solved[model] - cost[model]) < Decimal("0.000001"), model
        assert set(row["by_evidence"]) == {"declared"}
    on_map = company.ask("map", "--period", "2026-10")["total"]
    assert on_map == "204"  # what an evaluation says it cost is no spend of the map


Members = Mapping[str, bytes | tarfile.TarInfo]


def pack(file: Path, members: Members) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file


def link() -> tarfile.TarInfo:
    info = tarfile.TarInfo("r/m/instance_results/b.json")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


GOOD = b'{"one": {"cost": 0.5, "resolved": true}, "two": {"cost": null, "resolved": false}}'
DATED = b'{"submission_time": "2026-10-09T23:30:00-02:00"}'
HOSTILE: dict[str, tuple[Members, str]] = {
    "a path out of the archive": ({"../x/m/instance_results/b.json": GOOD}, "points outside the archive"),
    "an absolute path": ({"/m/instance_results/b.json": GOOD}, "points outside the archive"),
    "a link": ({"link": link()}, "is a link or a device"),
    "not JSON": ({"r/m/instance_results/b.json": b"{"}, "is not the JSON of results"),
    "a name twice": ({"r/m/instance_results/b.json": b'{"a": {}, "a": {}}'}, "a name appears twice"),
    "a list": ({"r/m/instance_results/b.json": b"[1]"}, "is not an object of instances"),
    "not a number": ({"r/m/instance_results/b.json": b'{"a": {"cost": NaN}}'}, "NaN is not a number"),
    "deep nesting": ({"r/m/instance_results/b.json": b"[" * 200_000}, "is not the JSON of results"),
    "nothing of the kind": ({"readme.txt": b"hello"}, "holds no MODEL/instance_results"),
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Alder:
    alder = Alder(tmp_path_factory.mktemp("bare") / "ws")
    assert alder.run("init", str(alder.folder)).exit_code == 0
    return alder


def capture(alder: Alder, file: Path, *words: str) -> dict[str, Any]:
    answer = alder.run("capture", "--file", str(file), "--as", "eval_results", *words, "--json")
    (load,) = json.loads(answer.stdout)["loads"]
    return dict(load)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_is_not_results_is_refused_whole_and_says_why(bare: Alder, tmp_path: Path, name: str) -> None:
    members, said = HOSTILE[name]
    load = capture(bare, pack(tmp_path / "x.tar.gz", {**members, "r/m/metadata.json": DATED}))
    assert load["status"] == "refused" and said in load["error"]
    assert load["rows_loaded"] == 0


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def grown(data: bytes) -> bytes:
    whole = bytearray(gzip.decompress(data))
    whole[124:136] = b"77777777777\x00"  # eight gibibytes, says the first header
    whole[148:156] = b" " * 8
    whole[148:156] = f"{sum(whole[:512]):06o}\0 ".encode()
    return gzip.compress(bytes(whole))


@pytest.mark.parametrize(
    ("harm", "said"),
    [(cut, "no whole .tar.gz"), (grown, "bytes large"), (lambda data: b"not gzip", "no whole .tar.gz")],
)
def test_an_archive_cut_short_or_too_large_is_refused(
    bare: Alder, tmp_path: Path, harm: Callable[[bytes], bytes], said: str
) -> None:
    noise = json.dumps({f"i{n}": {"cost": n, "resolved": True} for n in range(3000)}).encode()
    file = pack(tmp_path / "x.tar.gz", {"r/m/instance_results/b.json": noise})
    file.write_bytes(harm(file.read_bytes()))
    load = capture(bare, file, "--set", "date=2026-10-01")
    assert load["status"] == "refused" and said in load["error"], load


def test_an_instance_that_cannot_be_read_is_set_aside_and_the_others_count(bare: Alder, tmp_path: Path) -> None:
    mixed = b'{"a": {"cost": 1, "resolved": true}, "b": {"cost": "1", "resolved": true}, "c": {"cost": -1}, "d": 7}'
    file = pack(tmp_path / "mixed.tar.gz", {"r/m/instance_results/b.json": mixed, "r/m/metadata.json": DATED})
    load = capture(bare, file, "--source", "mixed")
    assert (load["rows_read"], load["rows_loaded"], load["rows_quarantined"]) == (4, 1, 3)
    assert load["months"] == ["2026-10"]
    dateless = pack(tmp_path / "dateless.tar.gz", {"r/m/instance_results/b.json": GOOD})
    assert capture(bare, dateless, "--source", "dateless")["rows_quarantined"] == 2
    assert capture(bare, dateless, "--source", "dated", "--set", "date=2026-10-01")["rows_loaded"] == 2


def instances(*costs: str) -> bytes:
    said = ", ".join(f'"i{n}": {{"cost": {cost}, "resolved": true}}' for n, cost in enumerate(costs, 1))
    return f"{{{said}}}".encode()


def test_a_cost_of_zero_throughout_a_model_was_not_measured_and_one_zero_among_others_was(tmp_path: Path) -> None:
    alder = Alder(tmp_path / "ws")
    assert alder.run("init", str(alder.folder)).exit_code == 0
    file = pack(
        tmp_path / "x.tar.gz",
        {
            "r/zero/instance_results/b.json": instances("0.0", "0", "0.00"),
            "r/zero/instance_results/c.json": instances("0", "null"),
            "r/some/instance_results/b.json": instances("0.0", "0.0"),  # 0 in this benchmark, and paid for in the next
            "r/some/instance_results/c.json": instances("0", "0.30"),
            "r/none/instance_results/b.json": instances("null", "null"),
        },
    )
    load = capture(alder, file, "--set", "date=2026-10-01")
    assert (load["rows_read"], load["rows_loaded"]) == (11, 11)
    assert load["captured"] == {"USD": {"amount": "0.3"}}
    assert alder.run("allocate").exit_code == 0
    assert alder.run("value").exit_code == 0
    rows = {row["key"]: row for row in alder.ask("economics", "--per", "model")["rows"]}
    # "some": 0.30 over four accepted runs of known cost
    assert (Decimal(rows["some"]["unit_cost"]), rows["some"]["missing_rows"]) == (Decimal("0.075"), 0)
    for model, runs in (("zero", 5), ("none", 2)):
        assert (rows[model]["cost"], rows[model]["unit_cost"], rows[model]["missing_rows"]) == (None, None, runs)


def test_one_file_of_results_is_read_when_it_is_said_whose_they_are(bare: Alder, tmp_path: Path) -> None:
    file = tmp_path / "swe.json"
    file.write_bytes(instances("0.0", "0.25", "null"))
    words = ("--set", "date=2026-10-01", "--source", "single")
    refused = capture(bare, file, *words)
    assert refused["status"] == "refused" and "--set model=NAME" in str(refused)
    load = capture(bare, file, *words, "--set", "model=gpt-5")
    assert (load["rows_loaded"], load["captured"]) == (3, {"USD": {"amount": "0.25"}})
    place = tmp_path / "haiku" / "instance_results"
    place.mkdir(parents=True)
    (place / "swe.json").write_bytes(instances("0", "0"))
    load = capture(bare, place / "swe.json", "--set", "date=2026-10-01", "--source", "folder")
    assert (load["rows_loaded"], load["captured"]) == (2, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: {value: task_time", "not YAML"),
        ("[1]", "names no field"),
        ("colour: {value: red}", "names a field 'colour'"),
        ("kind: {value: a, column: b}", "does not say what kind is"),
        ("quantity: {sum: []}", "names no columns"),
        ("kind: task_time", "does not say what kind is"),
    ],
)
def test_a_mapping_that_says_nothing_is_a_clear_mistake(bare: Alder, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    words = ("--as", "outcomes_csv", "--set", f"mapping={tmp_path / 'm.yaml'}")
    answer = bare.run("capture", "--file", str(tmp_path / "t.csv"), *words)
    assert answer.exit_code != 0 and said in str(answer.exception)


def test_a_changed_mapping_reads_the_file_anew_and_an_unknown_word_is_set_aside(bare: Alder, tmp_path: Path) -> None:
    rows = "arm,first,second\n1,10,5\n0,20,\n2,7,7\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    text = (
        "kind: {value: task_time}\ndate: {value: 2026-09}\nunit: {value: minutes}\nquantity: {sum: [first, second]}\n"
    )
    words = ("--as", "outcomes_csv", "--source", "arms", "--set", f"mapping={tmp_path / 'm.yaml'}")
    for arms, loaded in (('{"1": with_ai}', 1), ('{"1": with_ai, "0": without_ai}', 1)):
        (tmp_path / "m.yaml").write_text(text + f"result: {{column: arm, values: {arms}}}\n", encoding="utf-8")
        answer = bare.run("capture", "--file", str(tmp_path / "t.csv"), *words, "--json")
        (load,) = json.loads(answer.stdout)["loads"]
        assert load["rows_loaded"] == loaded, load
    assert (load["rows_duplicate"], load["rows_quarantined"]) == (1, 1)

"""Which files are parts of one delivery, by their names, and in which order the files of a folder count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spendmap.capture.files import delivery_of, find_files
from spendmap.capture.registry import connector

PARTS = [
    ("export/part_0.csv", "export/part_1.csv"),
    ("cur-00001.csv.gz", "cur-00002.csv.gz"),
    ("costs-000000000000.parquet", "costs-000000000011.parquet"),
    ("part_0_0001.csv", "part_1_0001.csv"),
    ("Kosten_Teil1.csv", "Kosten_Teil2.csv"),
    ("bill part 1 of 3.csv", "bill part 3 of 3.csv"),
    ("bill-1of2.csv", "bill-2of2.csv"),
    (
        "part-00000-3f2a9c1e-aaaa-4bbb-8ccc-000000000001-c000.snappy.parquet",
        "part-00001-3f2a9c1e-aaaa-4bbb-8ccc-000000000001-c000.snappy.parquet",
    ),
]
NO_PARTS = [
    ("2026-10.csv", "2026-11.csv"),
    ("costs_202610.csv", "costs_202611.csv"),
    ("costs_20261005.csv", "costs_20261009.csv"),
    ("v1.csv", "v2.csv"),
    ("october_1.csv", "october_2.csv"),
    ("fy2025.csv", "fy2026.csv"),
    ("costs_05102026.csv", "costs_09102026.csv"),
    ("costs_051026.csv", "costs_091026.csv"),
    ("2026-10/part_0.csv", "2026-11/part_0.csv"),
    ("department_a.csv", "department_b.csv"),
    (
        "part-00000-3f2a9c1e-aaaa-4bbb-8ccc-000000000001-c000.parquet",
        "part-00000-3f2a9c1e-aaaa-4bbb-8ccc-000000000002-c000.parquet",
    ),
]


@pytest.mark.parametrize(("one", "other"), PARTS)
def test_numbered_parts_are_one_delivery(one: str, other: str) -> None:
    assert delivery_of(one) == delivery_of(other)


@pytest.mark.parametrize(("one", "other"), NO_PARTS)
def test_months_days_versions_and_runs_are_deliveries_of_their_own(one: str, other: str) -> None:
    assert delivery_of(one) != delivery_of(other)


MANIFESTS = {
    "manifest.json": json.dumps(
        [{"key": "s3://b/x/b.csv", "lastModified": "1"}, {"key": "a.csv", "lastModified": "2"}]
    ),
    "_manifest.json": json.dumps({"runInfo": {"submittedTime": "1"}, "blobs": [{"blobName": "b.csv"}]}),
    "Manifest.csv": "File,Created\nb.csv,2026-11-01\na.csv,2026-11-02\n",
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_time_of_a_manifest_goes_before_the_name(tmp_path: Path, name: str) -> None:
    for file in ("a.csv", "b.csv"):
        (tmp_path / file).write_text("x")
    (tmp_path / name).write_text(MANIFESTS[name])
    expected = ["a.csv", "b.csv"] if name == "_manifest.json" else ["b.csv", "a.csv"]  # a.csv is in no manifest there
    assert [file.name for file in find_files(connector("focus"), tmp_path)[0]] == expected


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": []}', "null", '"x"', "[" * 5000])
def test_a_manifest_that_says_nothing_leaves_the_names_to_decide(tmp_path: Path, text: str) -> None:
    for file in ("b.csv", "a.csv"):
        (tmp_path / file).write_text("x")
    (tmp_path / "manifest.json").write_text(text)
    assert [file.name for file in find_files(connector("focus"), tmp_path)[0]] == ["a.csv", "b.csv"]


def test_a_manifest_in_each_folder_orders_the_folders(tmp_path: Path) -> None:
    for folder, time in (("run-a", "2026-11-02"), ("run-b", "2026-11-01")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "costs.csv").write_text("x")
        (tmp_path / folder / "manifest.json").write_text(json.dumps({"executionTime": time}))
    assert [file.parent.name for file in find_files(connector("focus"), tmp_path)[0]] == ["run-b", "run-a"]

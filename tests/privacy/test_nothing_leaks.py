"""Secrets and persons are planted in every door of one workspace, then looked for in all that it holds and says."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked_company import MarkedCompany, build
from markers import KINDS, Marker, Markers, everything_in, found


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> MarkedCompany:
    return build(tmp_path_factory.mktemp("marked"), Markers(each=2))


def test_no_marker_is_in_the_workspace_or_in_what_it_says(company: MarkedCompany) -> None:
    made = company.markers.made
    assert len(made) > 450
    assert {marker.kind for marker in made} == {*KINDS, "name"}
    assert len({marker.door for marker in made}) == 16
    hits = found(made, [*everything_in(company.root), *company.said])
    assert [(marker.door, marker.column, marker.kind, where) for marker, where in hits] == []


def test_the_search_finds_what_is_there(company: MarkedCompany) -> None:
    stored = Marker("", "", "", "", "Acme AI")  # a supplier, as every line of the ledger has it
    printed = Marker("", "", "", "", "rows read")
    assert [marker for marker, _ in found([stored], everything_in(company.root))] == [stored]
    assert [marker for marker, _ in found([printed], company.said)] == [printed]


def test_a_file_named_after_somebody_is_known_when_it_comes_again(company: MarkedCompany, tmp_path: Path) -> None:
    file = next((company.root.parent / "files").glob("calls*.jsonl"))
    company.run("capture", "--file", str(file), "--as", "litellm_spendlogs")
    assert "1 rows read = 0 loaded + 1 duplicate" in company.said[-2][1]

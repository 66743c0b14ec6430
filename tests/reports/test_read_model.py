"""Opening published figures: none yet, swapped meanwhile, damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from published_company import ALLOCATION, META, Folder, publish

from spendmap.published import NO_VERSION, version
from spendmap.reports.explain import explain
from spendmap.reports.filters import ask
from spendmap.reports.overview import overview
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map
from spendmap.vocabulary.errors import SourceUnreadableError

TODAY = date(2026, 11, 21)


def test_a_workspace_without_figures_has_an_empty_map_that_says_what_to_do(tmp_path: Path) -> None:
    model = ReadModel.open(Folder(tmp_path, currency="SEK"))
    report = spend_map(model, ask(model, today=TODAY))
    assert (report.version, report.currency, report.total, report.rows) == (NO_VERSION, "SEK", None, [])
    assert report.as_of is None
    assert len(report.strip) == 8  # the eight, each with nothing in it
    assert "spendmap allocate" in report.notes[0]
    assert overview(model, "Larch", TODAY).is_empty
    assert explain(model, ask(model, today=TODAY)).rows.total == 0


def test_a_version_published_while_another_is_opened_is_the_one_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, version="v1")
    reading = version.current_version
    told = iter(["v1"])

    def swapped_after_the_name_was_read(rollups: Path) -> str:
        name = next(told, None)
        if name is None:
            return reading(rollups)
        publish(tmp_path, version="v2", allocation=ALLOCATION[:1])
        shutil.rmtree(rollups / "v1")
        return name

    monkeypatch.setattr(version, "current_version", swapped_after_the_name_was_read)
    model = ReadModel.open(Folder(tmp_path))
    assert model.version == "v2"
    assert spend_map(model, ask(model, today=TODAY)).total == 900


def test_an_open_version_keeps_answering_after_it_was_replaced(tmp_path: Path) -> None:
    folder = publish(tmp_path, version="v1")
    model = ReadModel.open(folder)
    shutil.rmtree(tmp_path / "rollups" / "v1")
    assert spend_map(model, ask(model, today=TODAY)).total.quantize(1) == 2381


def _remove(name: str) -> Callable[[Path], object]:
    return lambda root: (root / "rollups" / "v1" / name).unlink()


def _meta(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    def damage(root: Path) -> None:
        content = json.loads(json.dumps(META))
        change(content)
        (root / "rollups" / "v1" / "meta.json").write_text(json.dumps(content))

    return damage


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no month file": _remove("month.parquet"),
    "no description": _remove("meta.json"),
    "description cut short": lambda root: (root / "rollups/v1/meta.json").write_text('{"generated_at": "2026'),
    "description is a list": lambda root: (root / "rollups/v1/meta.json").write_text("[]"),
    "description is not text": lambda root: (root / "rollups/v1/meta.json").write_bytes(b"\xff\xfe\x00"),
    "months are numbers": _meta(lambda content: content.update(months=[202610])),
    "no currency": _meta(lambda content: content.pop("currency")),
    "labels are a list": _meta(lambda content: content.update(labels=["aws"])),
    "month file is not Parquet": lambda root: (root / "rollups/v1/month.parquet").write_text("month,scope\n"),
    "month file is cut short": lambda root: (root / "rollups/v1/month.parquet").write_bytes(
        (root / "rollups/v1/month.parquet").read_bytes()[:-40]
    ),
    "version is a path": lambda root: (root / "rollups/CURRENT").write_text("../../etc"),
    "version is empty": lambda root: (root / "rollups/CURRENT").write_text("\n"),
    "version is binary": lambda root: (root / "rollups/CURRENT").write_bytes(b"\xff\xfe"),
    "version is gone": lambda root: (root / "rollups/CURRENT").write_text("v9"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damaged_figures_are_an_error_that_says_how_to_publish_them_again(tmp_path: Path, what: str) -> None:
    folder = publish(tmp_path)
    DAMAGES[what](tmp_path)
    with pytest.raises(SourceUnreadableError, match="spendmap allocate"):
        ReadModel.open(folder)


def test_figures_of_another_shape_name_the_column_they_lack(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    shutil.copy(tmp_path / "ledger" / "v1-load.parquet", tmp_path / "rollups" / "v1" / "month.parquet")
    with pytest.raises(SourceUnreadableError, match="no column month, scope, category"):
        ReadModel.open(folder)


def test_ledger_files_outside_the_workspace_are_not_read(tmp_path: Path) -> None:
    model = ReadModel.open(publish(tmp_path, meta={"tables": {"allocation": ["../elsewhere.parquet"]}}))
    with pytest.raises(SourceUnreadableError, match="outside the workspace"):
        explain(model, ask(model, today=TODAY))


def test_figures_whose_ledger_files_are_gone_still_draw_the_map_and_explain_says_so(tmp_path: Path) -> None:
    model = ReadModel.open(publish(tmp_path))
    (tmp_path / "ledger" / "v1-allocation.parquet").unlink()
    assert spend_map(model, ask(model, today=TODAY)).total > 0
    with pytest.raises(SourceUnreadableError, match="it is gone"):
        explain(model, ask(model, today=TODAY))


def test_text_that_is_empty_is_unknown_like_text_that_is_missing(tmp_path: Path) -> None:
    rows = [{**ALLOCATION[0], "vendor_account": "", "owner": ""}]
    model = ReadModel.open(publish(tmp_path, allocation=rows))
    report = spend_map(model, ask(model, today=TODAY, by=("vendor_account", "owner")))
    assert report.rows[0].keys == {"vendor_account": None, "owner": None}
    assert report.coverage.owned.cost == 0
    assert explain(model, ask(model, today=TODAY), "unowned").adds_up

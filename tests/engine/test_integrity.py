"""A stored file that is no longer what was published is named by the laws, whatever was computed from it since."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from company.acorn import call
from copies import InPlace
from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.checks import Law, check
from spendmap.cli.system_errors import told
from spendmap.engine.integrity import Altered, unsealed
from spendmap.engine.store import Store
from spendmap.published import Version, current_version
from spendmap.published.writing import altered_in, published_table, version_before
from spendmap.value.published import altered_values
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError
from spendmap.workspace import Workspace, identity_of


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    return Workspace.open(copy_of_acorn())


@pytest.fixture(scope="module")
def spoilt(copy_of_acorn: Callable[[], Path]) -> InPlace:
    """Acorn for tests that leave it damaged."""
    return InPlace(copy_of_acorn())


def law(workspace: Workspace) -> Law:
    (found,) = check(workspace, ["L11"])
    return found


def charge_file(workspace: Workspace) -> Path:
    """The file with the cost export: 10.00 + 5.00 of every cost."""
    return next(file.path for file in Store(workspace).files("charge") if file.slice == ("openai-export", "2026-10"))


def _doubled(file: Path) -> None:
    """The same rows, each twice as dear: no count differs."""
    table = pq.ParquetFile(file).read()
    for name in ("list_cost", "contracted_cost", "effective_cost", "billed_cost"):
        place, own = table.column_names.index(name), table.column(name)
        twice = pa.array([None if cost is None else cost * Decimal(2) for cost in own.to_pylist()], own.type)
        table = table.set_column(place, table.schema.field(place), twice)
    pq.write_table(table, file)


def _one_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(bytes(content))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


@pytest.mark.parametrize("spoil", [_doubled, _one_byte, _cut])
def test_a_changed_file_breaks_the_law_and_is_named(acorn: Workspace, spoil: Callable[[Path], None]) -> None:
    file = charge_file(acorn)
    kept = file.read_bytes()
    assert law(acorn).holds is True
    try:
        spoil(file)
        found = law(acorn)
        assert found.holds is False
        assert file.name in found.detail
    finally:
        file.write_bytes(kept)
    assert law(acorn).holds is True


def test_a_published_figure_that_was_changed_is_named_too(acorn: Workspace) -> None:
    version = Version.in_force(acorn)
    assert version is not None
    file = version.folder / "day.parquet"
    kept = file.read_bytes()
    try:
        table = pq.ParquetFile(file).read()
        pq.write_table(table.slice(0, len(table) - 1), file)
        assert "day.parquet: its bytes were changed" in law(acorn).detail
        file.unlink()
        assert "day.parquet: it is gone" in law(acorn).detail
    finally:
        file.write_bytes(kept)


def test_money_doubled_in_a_file_is_told_also_after_it_was_allocated_again(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    _doubled(charge_file(made))
    allocate(made)  # what is published now rests on the doubled money
    found = law(made)
    assert found.holds is False
    assert "adds up to 30, 15 was written" in found.detail
    (made.ledger / "manifest.json").unlink()  # the figures' own list of files has the hashes too
    assert f"{charge_file(made)}: its bytes were changed" in law(made).detail
    shutil.rmtree(made.rollups)  # without any hash, what the load captured still tells
    assert "list_cost of 15 USD was captured, 30 is stored" in law(made).detail


def test_a_list_of_files_that_is_damaged_is_named_and_never_followed(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    manifest = made.ledger / "manifest.json"
    whole = manifest.read_text()
    for damage in ("", whole[:400], "[]", whole.replace('"charge"', '"chargf"'), whole.replace('"path"', '"pat"')):
        manifest.write_text(damage)
        store = Store(made)
        with pytest.raises(SourceUnreadableError, match=r"manifest\.json: it is damaged"), store.lock(rebuilds=True):
            store.relocate()  # a table that the list forgot would be dropped with its rows
    assert law(made).holds is False and "manifest.json" in law(made).detail
    with Store(made).lock():
        Store(made).publish()
    assert law(made).holds and manifest.read_text() == whole


def test_an_older_copy_of_the_list_is_named(spoilt: InPlace, tmp_path: Path) -> None:
    made = Workspace.open(spoilt.anew())
    older = (made.ledger / "manifest.json").read_bytes()
    (tmp_path / "more.csv").write_text("Date,Supplier,Invoice No,Amount,Currency\n2026-10-05,Cursor,CU-1,10.00,USD\n")
    capture(made, Source("more", "ledger_csv", tmp_path / "more.csv", {}))
    assert law(made).holds
    (made.ledger / "manifest.json").write_bytes(older)
    assert law(made).holds is False and "it lists other files than the catalogue holds" in law(made).detail


def test_a_lost_pointer_is_no_workspace_without_figures(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    (made.rollups / "CURRENT").unlink()
    with pytest.raises(SourceUnreadableError, match="CURRENT: it is gone"):
        Version.in_force(made)
    allocate(made)  # as the error says
    assert Version.in_force(made) is not None


def test_a_garbled_mark_of_the_workspace_is_told_and_mended_from_the_journal(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    was = identity_of(made.root)
    (made.root / ".workspace-id").write_bytes(b"\xa5\xff")
    with pytest.raises(SourceUnreadableError, match="no mark of a workspace") as garbled:
        identity_of(made.root)
    assert "register.jsonl" in garbled.value.next_step
    header = json.loads((made.root / "register.jsonl").read_text(encoding="utf-8").partition("\n")[0])
    (made.root / ".workspace-id").write_text(header["workspace"], encoding="utf-8")
    assert identity_of(made.root) == was


def test_what_breaks_over_a_changed_file_is_the_file_s_fault(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    mistake = TypeError("'>' not supported between instances of 'NoneType' and 'NoneType'")
    assert told(mistake, made.root) is None
    _one_byte(charge_file(made))
    plain = told(mistake, made.root)
    assert plain is not None and str(charge_file(made)) in plain.message and "spendmap check" in plain.next_step


def test_what_breaks_in_the_catalogue_s_own_reader_is_told_as_that(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    for file in (made.ledger / "charge" / "metadata").glob("snap-*.avro"):
        file.write_bytes(b"\xd9" * 400)
    with pytest.raises(Exception) as broken:  # which one a damaged byte raises is chance
        Store(made).files("charge")
    plain = broken.value if isinstance(broken.value, EngineError) else told(broken.value, made.root)
    assert plain is not None and "maintain --relocate" in plain.next_step
    with Store(made).lock(rebuilds=True):
        Store(made).relocate()
    assert law(made).holds


def test_records_of_loads_that_cannot_be_read_are_named_and_the_other_laws_go_on(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    file = Store(made).paths("load")[0]
    file.write_bytes(b"")
    with pytest.raises(EngineError, match="a data file of load cannot be read"):
        Store(made).rows("load")
    found = {each.name: each for each in check(made, ["L1", "L3", "L11"])}
    assert (found["L1"].holds, found["L11"].holds, found["L3"].holds) == (None, False, True)
    assert file.name in found["L11"].detail


def test_figures_published_before_that_were_altered_are_not_carried_into_the_next_version(spoilt: InPlace) -> None:
    made = Workspace.open(spoilt.anew())
    version = version_before(made)
    assert version is not None
    month = version.folder / "month.parquet"
    content = bytearray(month.read_bytes())
    content[len(content) // 3] ^= 1
    month.write_bytes(content)
    assert version_before(made) is None
    month.write_bytes(b"")
    with pytest.raises(SourceUnreadableError, match=r"month\.parquet"):
        published_table(version, "month")


def test_priced_rows_of_another_run_in_the_place_of_the_present_ones_are_named(acorn: Workspace) -> None:
    version = Version.in_force(acorn)
    assert version is not None
    (file,) = version.paths("usage_grouped")
    kept = file.read_bytes()
    table = pq.ParquetFile(file).read()
    dearer = [None if cost is None else cost + 1 for cost in table.column("list_cost").to_pylist()]
    place, own = table.column_names.index("list_cost"), table.schema.field("list_cost")
    try:
        pq.write_table(table.set_column(place, own, pa.array(dearer, own.type)), file)  # the same rows, as many
        found = law(acorn)
        assert found.holds is False
        assert f"{file}: its bytes were changed" in found.detail
    finally:
        file.write_bytes(kept)


def test_every_file_that_a_page_reads_is_held_against_what_was_written(acorn: Workspace) -> None:
    version = Version.in_force(acorn)
    assert version is not None
    places = [*version.folder.rglob("*"), *acorn.rollups.glob("*.json"), *acorn.ledger.glob("derived/**/*.parquet")]
    files = sorted({file for file in places if file.is_file()})
    names = {file.name for file in files}
    assert {"meta.json", "files.json", "value.json", "cost.parquet", "plays.json", "findings.json"} <= names
    assert {"inventory.json", "plan.json", "month.parquet", "data_0.parquet"} <= names
    for file in files:
        kept = file.read_bytes()
        content = bytearray(kept)
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))
        try:
            said = [*altered_in(version), *altered_values(version.folder), *unsealed([file])]
        except SourceUnreadableError as error:  # what is no JSON any more is refused by its readers
            said = [Altered(Path(error.file), "")]
        finally:
            file.write_bytes(kept)
        assert file in {each.path for each in said}, file


def test_months_that_are_not_worked_on_are_not_lost_over_a_damaged_version(spoilt: InPlace, tmp_path: Path) -> None:
    made = Workspace.open(spoilt.anew())
    late = call("r-9", 3, "gpt-4.1", 1000, 0, 10, None).replace("2026-10-", "2026-11-")
    (tmp_path / "calls.jsonl").write_text(late + "\n")
    capture(made, Source("gateway", "litellm_spendlogs", tmp_path / "calls.jsonl"))
    version = Version.in_force(made)
    assert version is not None
    (version.folder / "day.parquet").write_bytes(b"")
    with pytest.raises(SourceUnreadableError, match="other months are damaged") as refused:
        allocate(made, period="2026-11")  # October would be gone from the map
    assert "`spendmap allocate`" in refused.value.next_step
    assert current_version(made.rollups) == version.name

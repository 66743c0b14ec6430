"""Results of evaluation runs: which instances a model solved, and what each is said to have cost. Into `outcome`.

Reads one .tar.gz of JSON files without unpacking it to disk: `.../MODEL/instance_results/BENCHMARK.json`, each
`{instance: {"cost": number or null, "resolved": true, false or null}}`, or one such file alone; the day is the
`submission_time` that `.../MODEL/scores.json` gives the benchmark, else `.../MODEL/metadata.json` the model.
Invariants: an unknown cost or result is NULL, never 0 or false; a cost that is 0 for every instance of a model was not
measured, so it is unknown and the row is tagged; an amount keeps the file's own digits until the ledger's rounding.
The money is what the evaluation states (`declared`: no tokens are there to price it again), stays with the outcome,
and is no spend of the map: the calls behind it are captured from a log or a bill or not at all.
"""

from __future__ import annotations

import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from spendmap.capture.amounts import to_ledger
from spendmap.capture.batches import Collector, add_raw
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.lines import Unpacked
from spendmap.capture.mapped_csv import given_currency, given_evidence
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError
from spendmap.vocabulary.limits import ARCHIVE_LIMIT, MEMBER_LIMIT, MEMBERS_LIMIT, NAME_LIMIT, size_text

INSTANCES = re.compile(r"(?:.*/)?([^/]+)/instance_results/([^/]+)\.json")
DATED = re.compile(r"(?:.*/)?([^/]+)/(?:scores|metadata)\.json")
NOT_MEASURED = {"cost": "zero_throughout"}
"""Tag of a row whose file says 0 for its cost, and for that of every other instance of its model."""
SAFE = "Ask for the archive again; nothing of it was read."
HEADER = ("model", "benchmark", "instance", "cost", "resolved")


@dataclass(frozen=True)
class EvalResultsConnector:
    """Reads evaluation results. One instance is one row; its line is its number in the archive."""

    kind: str = "eval_results"
    title: str = "evaluation results by model: solved or not, and what it cost (tar.gz of JSON)"
    table: str = "outcome"
    extent: Extent = "file"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".tar.gz", ".tgz")
    settings: tuple[Setting, ...] = (
        Setting("currency", "currency of the costs, which the files do not say; a code of ISO 4217", default="USD"),
        Setting("evidence", "how the costs are known; an evidence grade", default="declared"),
        Setting("model", "model of a single file of results, which does not name it; text"),
        Setting("date", "day of the runs whose metadata says none; yyyy-mm-dd"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one archive to its end.

        Raises:
            SourceUnreadableError: no such archive, a member that could leave it or is too large, or cut short.
            SettingError: a setting's value is not understood.
        """
        given = _given_day(context.settings.get("date", ""))
        currency = given_currency(context) or "USD"
        evidence = given_evidence(context) or "declared"
        days: dict[tuple[str, str | None], datetime] = {}
        for name, data in () if _is_single(file) else _members(file, DATED):
            dated = DATED.fullmatch(name)
            assert dated is not None
            days |= {(dated[1], benchmark): day for benchmark, day in _submitted(data)}
        model_given = context.settings.get("model", "")
        measured = _measured_models(file, model_given)
        collector = Collector("outcome", HEADER, frozenset(range(len(HEADER))))
        number = found = 0
        for name, data in _results(file, model_given):
            where = INSTANCES.fullmatch(name)
            assert where is not None
            model, benchmark = where[1], where[2]
            found += 1
            day = days.get((model, benchmark)) or days.get((model, None)) or given
            for instance, said in _instances(file, name, data):
                number += 1
                try:
                    values = _understood(said, day)
                except ValueError as error:
                    fields = (model, benchmark, instance[:200], *(_shown(said, key) for key in HEADER[3:]))
                    collector.refuse(number, 0, fields, str(error))
                    continue
                raw = values.pop("raw")
                if raw is not None and model not in measured:
                    raw = values["amount"] = None
                    values["tags"] = list(NOT_MEASURED.items())
                if raw is not None:
                    add_raw(context, currency, "amount", raw)
                values |= {
                    "outcome_kind": "evaluation_run",
                    "workflow": benchmark,
                    "workflow_run_id": instance,
                    "feature": model,
                    "quantity": Decimal(1),
                    "unit": "instances",
                    "billing_currency": None if raw is None else currency,
                    "evidence": evidence,
                    "tags": values.get("tags"),
                }
                collector.add(number, values, (model, benchmark, instance, raw, values["outcome_result"]))
            yield collector.hand_over()
        if not found:
            raise SourceUnreadableError(
                file,
                "it holds no MODEL/instance_results/BENCHMARK.json.",
                next_step="Choose another --as, or pack the results in these folders.",
            )


def _measured_models(file: Path, model_given: str) -> frozenset[str]:
    """Models of which at least one instance states a cost above 0."""
    found: set[str] = set()
    for name, data in _results(file, model_given):
        where = INSTANCES.fullmatch(name)
        assert where is not None
        if where[1] not in found and any(
            isinstance(said, dict) and isinstance(cost := said.get("cost"), Decimal | int) and cost > 0
            for _, said in _instances(file, name, data)
        ):
            found.add(where[1])
    return frozenset(found)


def _results(file: Path, model_given: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of results: the archive's, or the one file that was named.

    Raises:
        SourceUnreadableError: see `read`; or a single file of which nobody says whose results it holds.
    """
    if not _is_single(file):
        yield from _members(file, INSTANCES)
        return
    where = INSTANCES.fullmatch(file.as_posix())
    model = model_given or (where[1] if where else "")
    if not model or "/" in model:
        raise SourceUnreadableError(
            file, "it does not say whose results it holds.", next_step="Name the model with `--set model=NAME`."
        )
    if file.stat().st_size > MEMBER_LIMIT:
        raise SourceUnreadableError(
            file,
            f"it is larger than {size_text(MEMBER_LIMIT)}.",
            next_step="Split it by instances, and capture the parts.",
        )
    yield f"{model}/instance_results/{file.stem}.json", file.read_bytes()


def _is_single(file: Path) -> bool:
    return file.suffix.lower() == ".json"


def _understood(said: object, day: datetime | None) -> dict[str, Any]:
    """Ledger columns of one instance, and its cost as read.

    Raises:
        ValueError: no day, or a cost or result that is none.
    """
    if not isinstance(said, dict):
        raise ValueError("the instance is not an object")
    if day is None:
        raise ValueError("no day is known for it; say `--set date=yyyy-mm-dd`")
    cost, resolved = said.get("cost"), said.get("resolved")
    if isinstance(cost, bool) or not isinstance(cost, Decimal | int | None):
        raise ValueError("cost is not a number")
    if cost is not None and not (Decimal(cost).is_finite() and cost >= 0):
        raise ValueError("cost is not a number from 0 up")
    if not isinstance(resolved, bool | None):
        raise ValueError("resolved is not true, false or null")
    raw = None if cost is None else Decimal(cost)
    return {
        "charge_period_start": day,
        "outcome_result": None if resolved is None else "accepted" if resolved else "rejected",
        "amount": None if raw is None else to_ledger(raw),
        "raw": raw,
    }


def _members(file: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every wanted member, in the archive's order.

    Raises:
        SourceUnreadableError: see `read`.
    """
    size = count = 0
    try:
        with Unpacked(file) as stream, tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as archive:
            for member in archive:
                count += 1
                size += member.size
                _check(file, member, size, count)
                if member.isfile() and wanted.fullmatch(member.name):
                    handle = archive.extractfile(member)
                    data = handle.read(MEMBER_LIMIT + 1) if handle is not None else b""
                    if len(data) != member.size:
                        raise SourceUnreadableError(file, f"{member.name[:80]} is cut short.", next_step=SAFE)
                    yield member.name, data
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise SourceUnreadableError(
            file, f"it is no whole .tar.gz ({type(error).__name__}: {error}).", next_step=SAFE
        ) from error


class _Member(tarfile.TarInfo):
    """A member whose own description is not read into memory whatever size it claims."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        """See `tarfile.TarInfo.frombuf`.

        Raises:
            tarfile.ReadError: a name or further fields beyond `NAME_LIMIT`.
        """
        found = super().frombuf(buf, encoding, errors)
        if found.type in _DESCRIPTIONS and found.size > NAME_LIMIT:
            raise tarfile.ReadError(f"a name of more than {size_text(NAME_LIMIT)}")
        return found


_DESCRIPTIONS = frozenset(
    {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
)


def _check(file: Path, member: tarfile.TarInfo, size: int, count: int) -> None:
    path = PurePosixPath(member.name)
    shown = member.name[:80]
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
        raise SourceUnreadableError(file, f"the member {shown!r} points outside the archive.", next_step=SAFE)
    if not (member.isfile() or member.isdir()):
        raise SourceUnreadableError(file, f"the member {shown!r} is a link or a device.", next_step=SAFE)
    if member.size > MEMBER_LIMIT:
        raise SourceUnreadableError(file, f"the member {shown!r} is {member.size:,} bytes large.", next_step=SAFE)
    if size > ARCHIVE_LIMIT or count > MEMBERS_LIMIT:
        raise SourceUnreadableError(file, "it unpacks to more than results ever do.", next_step=SAFE)


def _instances(file: Path, name: str, data: bytes) -> Iterator[tuple[str, object]]:
    try:
        found = json.loads(data, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        reason = f"{name[:80]} is not the JSON of results ({type(error).__name__}: {str(error)[:80]})."
        raise SourceUnreadableError(file, reason, next_step="Mend that file and pack the archive again.") from error
    if not isinstance(found, dict):
        raise SourceUnreadableError(
            file, f"{name[:80]} is not an object of instances.", next_step="Mend that file and pack the archive again."
        )
    yield from found.items()


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice in one object")
    return found


def _refused(text: str) -> object:
    raise ValueError(f"{text} is not a number")


def _submitted(data: bytes) -> Iterator[tuple[str | None, datetime]]:
    """When the runs of a model were handed in, by benchmark; None is every benchmark that says nothing itself."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return
    for each in said if isinstance(said, list) else [said]:
        try:
            yield each.get("benchmark"), _utc(datetime.fromisoformat(each["submission_time"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _given_day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise SettingError(f"date {text!r} is not a day.", next_step="Write `--set date=2026-02-09`.") from error


def _utc(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None)


def _shown(said: object, key: str) -> str:
    return str(said.get(key))[:40] if isinstance(said, dict) else ""


CONNECTOR = EvalResultsConnector()

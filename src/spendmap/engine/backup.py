"""One archive of a whole workspace, and a workspace made from it again.

Reads what is in force: the published file list and its data files, the roll-ups, the register, the rules, the settings
and the quarantine; writes one tar file. Readers and the server go on meanwhile, writers wait. Invariant: what is
restored is what was backed up, byte for byte, or nothing is restored.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from spendmap.engine.integrity import sha256_of
from spendmap.engine.store import MANIFEST, Store
from spendmap.principal_key import FINGERPRINT_FILE, KEY_FILE
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError, UsageError
from spendmap.workspace import DATABASE_FILE, IDENTITY_FILE, JOURNAL_FILE, SETTINGS_FILE, Workspace

CONTENTS = "backup.json"
"""First member of an archive: every other member with its SHA-256 and size."""
LAYOUT = 1
_FOLDERS = ("register", "rules", "rollups", "quarantine")
_WRITTEN_ONCE = frozenset({".parquet", ".jsonl"})
"""Kinds of files that no edit from a page writes again; all others are copied before their hash is taken."""
_PRIVATE = 0o600


@dataclass(frozen=True)
class BackedUp:
    """What an archive holds. `has_register` False: the register is in a database of its own, and is not in it."""

    file: Path
    files: int
    size: int
    has_key: bool
    has_register: bool


def backup(
    workspace: Workspace,
    file: Path,
    *,
    with_key: bool = False,
    named: Callable[[Workspace], Iterable[Path]] = lambda workspace: (),
) -> BackedUp:
    """Write the archive, whole or not at all.

    Args:
        named: row-level files that published figures name; since `maintain`, others may be in force.

    Raises:
        UsageError: there is a file of that name already.
        EngineError: another process is writing to the workspace, a data file is gone, or the archive cannot be written.
    """
    if file.exists():
        raise UsageError(f"{file} is there already.", next_step="Name another file: `spendmap backup FILE`.")
    if not file.parent.is_dir():
        raise UsageError(f"{file.parent} is no folder.", next_step="Make it, or name another: `spendmap backup FILE`.")
    store = Store(workspace)
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    with store.lock(), tempfile.TemporaryDirectory() as scratch:
        members = dict(_members(workspace, store, Path(scratch), with_key=with_key))
        members |= {each.relative_to(workspace.root).as_posix(): each for each in named(workspace) if each.is_file()}
        if workspace.journal.is_file():  # before the database, so that it never knows more than the copy of that
            members[JOURNAL_FILE] = Path(shutil.copy(workspace.journal, scratch))
        has_register = workspace.database == "" and workspace.database_file.is_file()
        if has_register:
            members[DATABASE_FILE] = _database_copy(workspace.database_file, Path(scratch))
        if gone := next((member for member in members.values() if not member.is_file()), None):
            raise EngineError(f"{gone} is gone.", next_step="`spendmap check` says what else is; mend it first.")
        contents = {
            name: {"sha256": sha256_of(member), "bytes": member.stat().st_size} for name, member in members.items()
        }
        about = {
            "layout": LAYOUT,
            "name": workspace.name,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "files": contents,
        }
        _drop_killed(file.parent, f".{file.name}.")
        try:
            with partial.open("xb") as handle:
                partial.chmod(_PRIVATE)
                with tarfile.open(fileobj=handle, mode="w") as archive:
                    _add_bytes(archive, CONTENTS, json.dumps(about, indent=1).encode())
                    for name, member in members.items():
                        archive.add(member, arcname=name, recursive=False)
                handle.flush()
                os.fsync(handle.fileno())
            partial.rename(file)
        except OSError as error:
            raise EngineError(
                f"{file} cannot be written: {error.strerror}.", next_step="Make room, or name another place."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
    return BackedUp(file, len(members), file.stat().st_size, with_key, has_register)


def restore(file: Path, root: Path) -> Workspace:
    """Make a workspace in the new folder `root` from an archive; its catalogue is made anew from the file list.

    Raises:
        UsageError: the folder is there and not empty.
        SourceUnreadableError: the archive is cut, damaged, or holds something else than it says; nothing is restored.
    """
    root = root.resolve()
    if root.exists() and any(root.iterdir()):
        raise UsageError(f"{root} is not empty.", next_step="Name a new folder: `spendmap restore FILE FOLDER`.")
    root.parent.mkdir(parents=True, exist_ok=True)
    _drop_killed(root.parent, f".{root.name}.")
    partial = root.parent / f".{root.name}.{os.getpid()}.partial"
    partial.mkdir(mode=0o700)
    try:
        _unpack(file, partial)
        if root.exists():
            root.rmdir()
        partial.rename(root)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    workspace = Workspace.open(root)
    store = Store(workspace)
    with store.lock(rebuilds=True):
        store.relocate()
    return workspace


def _members(workspace: Workspace, store: Store, scratch: Path, *, with_key: bool) -> Iterator[tuple[str, Path]]:
    """Name in the archive -> file, of everything but the database.

    Edits and decisions from pages take no ledger's lock: what they write is copied first, and the list of files is made
    after, so that it holds every file that a copied description names.
    """
    root = workspace.root
    yield SETTINGS_FILE, _copy(root, root / SETTINGS_FILE, scratch)
    keys = (KEY_FILE, FINGERPRINT_FILE) if with_key else (FINGERPRINT_FILE,)
    for name in (IDENTITY_FILE, *keys):
        if (root / name).is_file():
            yield name, root / name
    for file in _files(root):
        if file.suffix not in _WRITTEN_ONCE:
            with contextlib.suppress(FileNotFoundError):  # an older run of unit costs, dropped meanwhile
                yield file.relative_to(root).as_posix(), _copy(root, file, scratch)
    for file in _files(root):
        if file.suffix in _WRITTEN_ONCE:
            yield file.relative_to(root).as_posix(), file
    manifest = store.publish()  # what the catalogue holds, also where the list was damaged
    if manifest:
        yield f"ledger/{MANIFEST}", store.root / MANIFEST
    for table in manifest.values():
        for entry in table.get("files", ()):
            yield entry["path"], root / entry["path"]
    derived = store.root / "derived"
    for file in sorted(derived.rglob("*")):
        if file.is_file():
            yield file.relative_to(root).as_posix(), file


def _drop_killed(folder: Path, prefix: str) -> None:
    """Remove what a process that is gone had begun: half an archive, or half a workspace, is a copy of private data."""
    for left in folder.iterdir():
        number = left.name.removeprefix(prefix).removesuffix(".partial")
        if left.name == f"{prefix}{number}.partial" and number.isdigit() and not _runs(int(number)):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _runs(process: int) -> bool:
    """Whether there is a process of this number that is not this one."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _files(root: Path) -> list[Path]:
    """Files of the folders that are backed up whole; drafts of a write that goes on begin with a dot."""
    found = (file for folder in _FOLDERS for file in sorted((root / folder).rglob("*")))
    return [file for file in found if file.is_file() and not file.is_symlink() and not file.name.startswith(".")]


def _copy(root: Path, file: Path, scratch: Path) -> Path:
    """The file as it is now."""
    target = scratch / "now" / file.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(file, target))


def _database_copy(database: Path, scratch: Path) -> Path:
    """The database as it is at one moment, also while others write to it."""
    copy = scratch / DATABASE_FILE
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(content), _PRIVATE
    archive.addfile(about, io.BytesIO(content))


def _unpack(file: Path, folder: Path) -> None:
    again = "Take another copy of the archive, or back the workspace up again: `spendmap backup FILE`."
    try:
        with tarfile.open(file, mode="r:") as archive:
            first = archive.next()
            if first is None or first.name != CONTENTS or (opened := archive.extractfile(first)) is None:
                raise SourceUnreadableError(file, "it is no backup of a workspace.", next_step=again)
            about = json.loads(opened.read())
            if about["layout"] != LAYOUT:
                raise SourceUnreadableError(
                    file, "it was written by a newer version.", next_step="`pip install --upgrade spendmap`."
                )
            waiting = dict(about["files"])
            for member in archive:
                if member.name == CONTENTS:
                    continue
                listed = waiting.pop(member.name, None)
                if listed is None or not member.isreg() or not _is_inside(member.name):
                    raise SourceUnreadableError(file, f"{member.name!r} is not what its list says.", next_step=again)
                _unpack_one(archive, member, folder / member.name, listed, file, again)
            if waiting:
                raise SourceUnreadableError(file, f"{next(iter(waiting))} is missing in it.", next_step=again)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceUnreadableError(file, f"it is cut short or damaged ({error}).", next_step=again) from error
    except FileNotFoundError as error:
        raise SourceUnreadableError(file, "it is not there.", next_step=again) from error


def _unpack_one(
    archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, listed: dict[str, object], file: Path, again: str
) -> None:
    opened = archive.extractfile(member)
    if opened is None or member.size != listed["bytes"]:
        raise SourceUnreadableError(file, f"{member.name} has another size than its list says.", next_step=again)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with target.open("xb") as handle:
        target.chmod(_PRIVATE)
        while block := opened.read(1 << 20):
            digest.update(block)
            handle.write(block)
    if digest.hexdigest() != listed["sha256"]:
        raise SourceUnreadableError(file, f"{member.name} was changed since it was backed up.", next_step=again)


def _is_inside(name: str) -> bool:
    """A plain path below the workspace: not absolute, no way up."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and name == path.as_posix()


__all__ = ["BackedUp", "backup", "restore"]

"""The secret that keys the hashes of people's names: made once, known by its fingerprint, never taken for another.

Reads and writes `.principal-key` and `.principal-key.fingerprint` of a workspace. Invariant: no hash is made with a
key that is empty, cut short, or another one than the people already stored were hashed with.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from spendmap.vocabulary.errors import UsageError

KEY_FILE = ".principal-key"
FINGERPRINT_FILE = ".principal-key.fingerprint"
KEY_BYTES = 32
_BACK = "Put the file back from a copy; with another key the same person gets another hash. If it is lost: "
_ROTATE = "`spendmap maintain --rotate-key` makes a new one for what is captured from then on."


def make_key(root: Path) -> None:
    """Make the key of a workspace, with its fingerprint; what is there stays, and a lost key is not made anew.

    Raises:
        UsageError: the key that is there is none.
    """
    file = root / KEY_FILE
    if not file.exists() and not (root / FINGERPRINT_FILE).exists():
        _write(file, secrets.token_bytes(KEY_BYTES))
    if not (root / FINGERPRINT_FILE).exists():
        _write(root / FINGERPRINT_FILE, _fingerprint(read_key(root)))


def read_key(root: Path) -> bytes:
    """The key.

    Raises:
        UsageError: it is gone, empty, cut short, or another one than it was.
    """
    file = root / KEY_FILE
    try:
        key = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", next_step=_BACK + _ROTATE) from error
    if len(key) != KEY_BYTES:
        raise UsageError(
            f"{file} holds {len(key)} bytes, a key has {KEY_BYTES}: it was emptied or cut short.",
            next_step=_BACK + _ROTATE,
        )
    known = root / FINGERPRINT_FILE
    if known.is_file() and known.read_bytes().strip() != _fingerprint(key):
        raise UsageError(
            f"{file} is another key than the one that people were hashed with until now.", next_step=_BACK + _ROTATE
        )
    return key


def rotate_key(root: Path) -> None:
    """Make a new key for what is captured from now on; who is stored already keeps the hash of the old one."""
    (root / FINGERPRINT_FILE).unlink(missing_ok=True)  # killed after this, the old key is in force and marked again
    _write(root / KEY_FILE, secrets.token_bytes(KEY_BYTES))
    make_key(root)


def _fingerprint(key: bytes) -> bytes:
    """Names a key without telling it."""
    return hashlib.sha256(b"spendmap principal key\x00" + key).hexdigest()[:16].encode()


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a key cut short would be none, and the old one gone."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    try:
        draft.touch(mode=0o600)
        with draft.open("r+b") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


__all__ = ["FINGERPRINT_FILE", "KEY_BYTES", "KEY_FILE", "make_key", "read_key", "rotate_key"]

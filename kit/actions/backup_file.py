"""The file of a backup: an encrypted copy of the store, and behind it one page that tells of it.

The page says, in the clear, what the file is, which schema steps the copy has, and what makes its
key of a passphrase (scrypt, RFC 7914). SQLite looks at no page behind its own, so nothing has to be
taken apart: the file opens as it is, with no more room than one copy takes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kit.connector import damaged_pages, key
from kit.errors import (
    BackupDamagedError,
    BackupTooNewError,
    BackupUnreadableError,
    KeyBrokenError,
    LedgerError,
    NoBackupError,
    WrongPassphraseError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: What such a file may be: of a whole store, or of the keys of a clinic's cases.
BACKUP, KEYS = "contact-notification-kit backup", "contact-notification-kit case keys"
_FORMAT = 1
#: Bytes of the page behind the copy, as long as one of SQLCipher's.
_PAGE = 4096
_SAYS_IT_IS_WHOLE = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What opens a backup."""

    key: bytes = field(repr=False)
    cost: Mapping[str, object] = field(repr=False)


def new_lock(passphrase: str) -> Lock:
    """A lock with a salt of its own."""
    cost = key.new_cost()
    return Lock(key=key.stretched(passphrase, cost), cost=cost)


def close_up(path: Path, lock: Lock, steps: Mapping[str, int], what: str = BACKUP) -> None:
    """Put the page behind the copy in that file.

    Raises:
        OSError: it cannot be written.
    """
    told: dict[str, object] = {
        "what": what,
        "format": _FORMAT,
        "steps": dict(sorted(steps.items())),
        "bytes": path.stat().st_size,
        "cost": dict(lock.cost),
    }
    told[_SAYS_IT_IS_WHOLE] = _check(told, lock.key)
    with path.open("ab") as file:
        file.write(json.dumps(told).encode("ascii").ljust(_PAGE))


def told_by(path: Path, known: Mapping[str, int], what: str = BACKUP) -> dict[str, Any]:
    """What the page behind the copy tells, before anybody knows the passphrase.

    `known` is how many schema steps this program has, by store.

    Raises:
        BackupUnreadableError: the file cannot be read.
        NoBackupError: it is something else, or its end is missing.
        BackupTooNewError: a newer version made it.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise NoBackupError  # a device may give bytes without end, and a pipe none for ever
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _PAGE))
            page = file.read(_PAGE)
    except OSError as error:
        raise BackupUnreadableError(reason=reason_of(error)) from None
    try:
        told: dict[str, Any] = json.loads(page)
        if told["what"] != what:
            raise NoBackupError
        if told["format"] > _FORMAT or any(known.get(s, 0) < n for s, n in told["steps"].items()):
            raise BackupTooNewError
        if told["bytes"] != size - _PAGE:
            raise NoBackupError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NoBackupError from None
    return told


def is_one(path: Path) -> bool:
    """Whether a backup lies there, whoever can open it."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        told_by(path, {})
    except BackupTooNewError:
        return True
    except (NoBackupError, BackupUnreadableError):
        return False
    return True


def unlocked(path: Path, told: Mapping[str, Any], passphrase: str) -> bytes:
    """The key of the copy, of which every page has been looked at.

    Raises:
        WrongPassphraseError: it is not the passphrase.
        BackupDamagedError: it is, but something in the file is not as it was written.
    """
    try:
        found = key.stretched(passphrase, told["cost"])
    except (KeyBrokenError, KeyError):
        raise BackupDamagedError from None
    rest = {name: value for name, value in told.items() if name != _SAYS_IT_IS_WHOLE}
    said = f"{told.get(_SAYS_IT_IS_WHOLE)}".encode("utf-8", "replace")
    if not hmac.compare_digest(said, _check(rest, found).encode("ascii")):
        raise WrongPassphraseError
    try:
        # The page behind the copy is none of its own, and so it is always one of them.
        whole = damaged_pages(path, found) == 1
    except LedgerError:
        whole = False
    if not whole:
        raise BackupDamagedError
    return found


def _check(told: Mapping[str, object], by: bytes) -> str:
    """Only who has the key can tell whether it is right."""
    text = json.dumps(told, sort_keys=True).encode("ascii")
    return hmac.new(by, b"backup " + text, hashlib.sha256).hexdigest()

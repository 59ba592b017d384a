"""A backup of the whole store, and a store made of one: a file and a passphrase go in and come out.

The copy is made from the open store, encrypted from its first byte on: it is an SQLCipher file with
a key of its own. No program but the kit is needed to make or to open it, and its size has no bound.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import backup_file, planning, retention, unlocking
from kit.actions.store import ERASING, IN_PASSING, LOCK, MADE, RESTORING, STORE, drop_unfinished
from kit.book import Book
from kit.connector import Connection, case_keys, copy_back, make_private_file
from kit.connector.lock import held
from kit.errors import (
    BackupUnwrittenError,
    ErasedInPartError,
    FileTakenError,
    LedgerError,
    NotEmptyError,
    PassphraseEmptyError,
    StoreUnusableError,
    reason_of,
)
from kit.ledger import Ledger
from kit.ledger.copies import Copies
from kit.ledger.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kit.actions.store import Store
    from kit.actions.unlocking import Answers
    from kit.settings import Settings

_SECONDS_TO_WAIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restored store has in it."""

    #: when the backup was made
    made_at: datetime | None
    people: int
    #: entries of the record of evidence
    entries: int


def back_up(store: Store, to: Path, passphrase: str) -> Path:
    """Write a sealed copy of all that the store holds now; whole, or not at all; where it lies.

    Raises:
        PassphraseEmptyError: it is not sealed by nothing.
        FileTakenError: something has that name.
        BackupUnwrittenError, LedgerError: it cannot be written.
    """
    path = place(store, to, passphrase)
    fill(path, store, passphrase)
    return path


def place(store: Store, to: Path, passphrase: str) -> Path:
    """Where a copy of the store may be written: the store remembers it, and has a notice.

    Raises:
        PassphraseEmptyError: it is not sealed by nothing.
        FileTakenError: something has that name.
    """
    path = Path(os.path.abspath(to))  # noqa: PTH100 (`..` is to have a name)
    if not passphrase:
        raise PassphraseEmptyError
    if os.path.lexists(path) or (path.name != IN_PASSING and store.keeps(path)):
        raise FileTakenError
    for one in (path, private_file.on_the_way(path)[0]):
        store.book.remember_written(one, store.clock())
    planning.notice(store, rehearsal=False)  # both stores call a message the same from now on
    return path


def fill(path: Path, store: Store, passphrase: str) -> None:
    """Write a sealed copy of that store there; whole, or not at all.

    Raises:
        FileTakenError: something has that name.
        BackupUnwrittenError, LedgerError: it cannot be written.
    """
    lock = backup_file.new_lock(passphrase)
    try:
        private_file.clear_up(set(store.book.written()))
        with private_file.filled(path) as unfinished:
            store.copy_to(unfinished, lock.key)
            backup_file.close_up(unfinished, lock, store.steps_done())
    except FileExistsError:
        raise FileTakenError from None
    except OSError as error:
        raise BackupUnwrittenError(reason=reason_of(error)) from None


def lying(store: Store) -> tuple[Path, ...]:
    """The backups that were written and lie at their places still."""
    return tuple(path for path in store.book.written() if backup_file.is_one(path))


def size(store: Store) -> int:
    """Bytes that a backup takes at most, or a little more."""
    return (store.home / STORE).stat().st_size


def sealed(store: Store, passphrase: str) -> bytes:
    """The same as bytes; it lies sealed in the folder of the store until it is read.

    Raises:
        PassphraseEmptyError: it is not sealed by nothing.
        BackupUnwrittenError, LedgerError: it cannot be written.
    """
    path = store.home / IN_PASSING
    with _in_passing(path, BackupUnwrittenError):
        return back_up(store, path, passphrase).read_bytes()


def restore(content: bytes, settings: Settings, passphrase: str, answers: Answers) -> Restored:
    """Make a store of a backup that came as bytes; it lies sealed in its folder meanwhile.

    Raises:
        LedgerError, InputError: it cannot be restored; there is no store.
    """
    _check_free(settings)
    path = settings.home / IN_PASSING
    with _in_passing(path, StoreUnusableError):
        private_file.make_folder(path.parent)
        private_file.write(path, content)
        found = Backup(path, settings)
        found.unlock(passphrase)
        return found.restore(answers)


@contextlib.contextmanager
def _in_passing(path: Path, refused: type[LedgerError]) -> Iterator[None]:
    """Nothing of that name is there before, nor afterwards; `refused` says why it cannot be."""
    try:
        path.unlink(missing_ok=True)
        yield
    except OSError as error:
        raise refused(reason=reason_of(error)) from None
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _check_free(settings: Settings) -> None:
    """See that there is no store yet, nor what is left of one that goes."""
    if (settings.home / ERASING).exists():
        raise ErasedInPartError
    if not is_free(settings):
        raise NotEmptyError


def is_free(settings: Settings) -> bool:
    """Whether there is no store yet, so that one can be restored."""
    path = settings.home / STORE
    return not (settings.home / MADE).exists() and not (path.exists() and path.stat().st_size)


class Backup:
    """A backup that was looked at: it is one, and not too new."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Look at it; nothing is made.

        Raises:
            NotEmptyError, ErasedInPartError: there is a store already, or one is being erased.
            NoBackupError, BackupTooNewError, BackupUnreadableError: it cannot be restored.
        """
        self._settings = settings
        self._path = path
        self._key = b""
        _check_free(settings)
        self._told = backup_file.told_by(path, steps_known())

    def unlock(self, passphrase: str) -> None:
        """Look at all of it; nothing is made.

        Raises:
            WrongPassphraseError, BackupDamagedError: it does not open, or not whole.
        """
        self._key = backup_file.unlocked(self._path, self._told, passphrase)

    def restore(self, answers: Answers) -> Restored:
        """Make the store of it, with a key of its own; `answers` says where that is to be.

        Killed at any point, there is no store, or all of it.

        Raises:
            NotEmptyError: there is a store by now.
            LedgerError: it cannot be written.
            InputError: the person gave no passphrase.
        """
        home = self._settings.home
        with held(home / LOCK, wait_s=_SECONDS_TO_WAIT):
            _check_free(self._settings)
            under_way = home / RESTORING
            drop_unfinished(home)
            try:
                new = unlocking.new_key(self._settings, answers)
                make_private_file(under_way)
                copy_back(self._path, self._key, under_way, new)
                restored = brought_up_to_date(under_way, new)
                _on_disk(under_way)
                under_way.replace(home / STORE)
                make_private_file(home / MADE)
            except OSError as error:
                raise StoreUnusableError(reason=reason_of(error)) from None
            finally:
                with contextlib.suppress(StoreUnusableError):
                    drop_unfinished(home)
        return restored


def brought_up_to_date(path: Path, by: bytes) -> Restored:
    """Let the store take the steps that have come since the backup; what is in it."""
    with contextlib.closing(Connection(path, by)) as connection:
        book = Book(connection)
        Ledger(connection)
        retention.begin_anew(book)
        # What lies nowhere here was written elsewhere; what comes by that name later is not ours.
        book.forget_written([one for one in book.written() if not os.path.lexists(one)])
        return Restored(
            made_at=Copies(connection).made_at,
            people=len(book.groups()),
            entries=Record(connection).head()[0],
        )


def steps_known() -> dict[str, int]:
    """How many schema steps this program has, by store."""
    kit = Path(__file__).parents[1]
    own = {name: len(list(kit.glob(f"{name}/schema/*.sql"))) for name in ("book", "ledger")}
    return {**own, **case_keys.steps_known()}  # a clinic's machine may be one's own too


def _on_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())

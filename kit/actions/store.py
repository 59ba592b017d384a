"""The store: settings and answers go in; Book and Ledger, open and unlocked, come out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kit import cases, journal
from kit.actions import rekeying, unlocking
from kit.actions.loose import LIST
from kit.actions.patience import WRONG_TRIES, Patience
from kit.book import Book
from kit.connector import Connection, case_keys, key, make_private_file
from kit.connector.database_clock import DatabaseClock
from kit.connector.lock import held
from kit.errors import (
    BusyError,
    CaseWithoutDatabaseError,
    ErasedInPartError,
    NoPlanError,
    OnlyHereError,
    StoreGoneError,
    StoreInUseError,
)
from kit.ledger import Ledger
from kit.ledger.copies import Copies
from kit.ledger.filings import Filings
from kit.ledger.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from threading import Event

    from kit.actions.queueing import Queue
    from kit.actions.unlocking import Answers
    from kit.connector import Database
    from kit.model import Plan
    from kit.settings import Settings

STORE = "kit.db"
AT_WORK, COPYING = "at-work", "copying"
LOCK = f"{AT_WORK}.lock"
_COPY_LOCK = f"{COPYING}.lock"
#: What a store is called that is being restored, until all of it is there.
RESTORING = "restoring.db"
#: What a backup is called that a browser sends or gets.
IN_PASSING = "in-passing.kit"
#: Stands there while what was kept is being erased.
ERASING = "erasing.json"
#: Stands there once the store was made, so that an empty one is never taken for a new one.
MADE = "made"
_BESIDE = ("", "-wal", "-shm", "-journal")
_RESTORED = tuple(f"{RESTORING}{end}" for end in _BESIDE)
#: All that is ever made in the home but what holds the key: first what is encrypted by it.
STORE_FILES = (*(f"{STORE}{end}" for end in _BESIDE), *_RESTORED, IN_PASSING)
OTHER_FILES = (
    *(LOCK, f"{LOCK}-journal", _COPY_LOCK, f"{_COPY_LOCK}-journal"),
    *(WRONG_TRIES, LIST, MADE),  # without MADE nobody writes the journal any more
    *journal.FILES,
)
_SECONDS_TO_WAIT = 10


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """Book and Ledger of one borrower, in one encrypted file."""

    home: Path
    book: Book
    ledger: Ledger
    record: Record
    filings: Filings
    copies: Copies
    clock: Callable[[], datetime]
    settings: Settings
    #: wait for some seconds, unless the event is set meanwhile; whether all of them passed
    rest: Callable[[Event, float], bool]
    _connection: Database
    #: where messages wait for a worker; a computer of one's own has none
    queue: Queue | None = None

    @property
    def region(self) -> str:
        """Where numbers without a country code are dialled: as in the last import, else CN."""
        return self.book.setting("region") or "CN"

    def current_plan(self) -> Plan:
        """The frozen plan.

        Raises:
            NoPlanError: there is none.
        """
        plan = self.ledger.current_plan()
        if plan is None:
            raise NoPlanError
        return plan

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def be_alone(self) -> None:
        """From now on nobody else has the store open, and nobody can open it, until it is closed.

        Raises:
            StoreInUseError: somebody else has it open.
        """
        try:
            self._file().be_alone()
        except BusyError:
            raise StoreInUseError from None

    def copy_to(self, path: Path, key: bytes) -> None:
        """Write all of it, as it stands now, into that empty file, locked with another key.

        Raises:
            LedgerError: it cannot be written; what is in the file is of no use.
        """
        self._file().copy_to(path, key, [self.copies.mark(self.clock())])

    def steps_done(self) -> dict[str, int]:
        """How many schema steps the Book and the Ledger have."""
        return self._connection.steps_done()

    def change_key(self, key: bytes) -> None:
        """Lock the file with another key, all of it or none of it; this store is closed then.

        Raises:
            BusyError: another program has the store open.
            LedgerError: it cannot be written.
        """
        self._file().change_key(key)
        Connection(self.home / STORE, key).close()  # SQLCipher does not always say what went wrong

    def check_case(self, *, to_send: bool = True) -> None:
        """See that a clinic's case is open, and stays so until the block ends.

        Raises:
            CaseClosedError: it is not.
            CasePausedError: something is to be sent, and it is paused.
        """
        if self._connection.common is not None:
            cases.check_open(self._connection, to_send=to_send)

    def erase_case(self) -> None:
        """Erase all that a clinic's database has of the case, which is closed; the store is gone.

        Raises:
            LedgerError: it cannot be done now; nothing of it is gone.
        """
        with self.changing():
            if self.queue is not None:
                self.queue.clear()
            cases.erase(self._connection)

    def keys_of_cases(self) -> int:
        """Of how many cases of a clinic its file has the keys: nobody can read these without it."""
        if not isinstance(self._connection, Connection):
            return 0
        return case_keys.count(self._connection)

    def changing(self) -> AbstractContextManager[None]:
        """One transaction over Book and Ledger: all of the block is kept, or none of it."""
        return self._connection.writing()

    def reading(self) -> AbstractContextManager[None]:
        """What the block reads is as it stood when it began; other programs may write meanwhile."""
        return self._connection.reading()

    @contextlib.contextmanager
    def copying(self) -> Iterator[None]:
        """The same, and nobody else writes a copy of this store's record while the block runs.

        Raises:
            AlreadyRunningError: somebody does.
        """
        with self._connection.holding(COPYING, _SECONDS_TO_WAIT), self.reading():
            yield

    def wrote(self, path: Path, beginning: bytes) -> bool:
        """Whether the file was written for this store, and still begins like what was written."""
        if path.is_symlink() or not path.is_file() or path.absolute() not in self.book.written():
            return False
        with path.open("rb") as file:
            return file.read(len(beginning)) == beginning

    def keeps(self, path: Path) -> bool:
        """Whether the store keeps that name in its folder for itself, whatever is there now."""
        return keeps(self.settings, path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else plans or sends with this store while the block runs.

        Raises:
            AlreadyRunningError: somebody does.
        """
        with self._connection.holding(AT_WORK):
            yield

    def _file(self) -> Connection:
        """The file on this computer.

        Raises:
            OnlyHereError: the store is a case in a clinic's database.
        """
        if not isinstance(self._connection, Connection):
            raise OnlyHereError
        return self._connection


def keeps(settings: Settings, path: Path) -> bool:
    """Whether a store keeps that name in its folder for itself, whatever is there now."""
    of_keys = (file.name for file in unlocking.files(settings))
    own = (*STORE_FILES, *OTHER_FILES, ERASING, *of_keys)
    return path.name.casefold() in own and path.parent.resolve() == settings.home.resolve()


def rest(stopped: Event, seconds: float) -> bool:
    """Wait for some seconds, unless the event is set meanwhile; whether all of them passed."""
    return not stopped.wait(seconds)


def is_first_start(settings: Settings) -> bool:
    """Whether there is no store yet."""
    return not (settings.home / MADE).exists() and not (settings.home / STORE).exists()


def open_store(
    settings: Settings,
    answers: Answers,
    clock: Callable[[], datetime] = now,
    rest: Callable[[Event, float], bool] = rest,
    *,
    alone: bool = False,
    queue: Callable[[Database], Queue] | None = None,
) -> Store:
    """Open the store, or make it on the first start.

    In a clinic `queue` says where messages wait for a worker.

    `answers` is asked what no setting says: where the key is to be, or the passphrase. With
    `alone` nobody else has it open, as `Store.be_alone` says; that needs no room on the disk.

    Raises:
        ErasedInPartError: it is being erased.
        StoreInUseError: it is to be alone, and somebody else has it open.
        LedgerError: the key is wrong or missing, or the file cannot be used.
        InputError: there is no passphrase, and it is not to be had.
        AlreadyRunningError: another first start is not done yet.
        CaseWithoutDatabaseError: the settings name a case, and no database.
    """
    if settings.case and not settings.database_url:
        raise CaseWithoutDatabaseError
    file = open_file(settings, answers, Patience(settings.home, clock, rest), alone=alone)
    connection = _case(file, settings, clock) if settings.database_url else file
    waits_in = queue(connection) if queue is not None and settings.database_url else None
    return store_on(connection, settings, clock, rest, waits_in)


def store_on(
    connection: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    rest: Callable[[Event, float], bool],
    queue: Queue | None = None,
) -> Store:
    """The store over an open connection."""
    return Store(
        settings.home,
        Book(connection),
        Ledger(connection),
        Record(connection),
        Filings(connection),
        Copies(connection),
        clock_of(connection, clock),
        settings,
        rest,
        connection,
        queue,
    )


def open_file(
    settings: Settings, answers: Answers, patience: Patience, *, alone: bool = False
) -> Connection:
    """Open the encrypted file alone: a laptop's store, or the keys of a clinic.

    Raises:
        LedgerError, InputError, AlreadyRunningError: as `open_store` says.
    """
    if (settings.home / ERASING).exists():
        raise ErasedInPartError
    if (settings.home / MADE).exists():
        return _open(settings, answers, patience, alone=alone)
    with held(settings.home / LOCK, wait_s=_SECONDS_TO_WAIT):
        return _open(settings, answers, patience, alone=alone)


def drop_unfinished(home: Path) -> None:
    """Remove what a restoring that was interrupted has left; nobody can open it.

    Raises:
        StoreUnusableError: it cannot be removed.
    """
    key.drop(*(home / name for name in _RESTORED))


def _case(file: Connection, settings: Settings, clock: Callable[[], datetime]) -> Database:
    """The case of the settings, in the clinic's database whose keys are in that file."""
    from kit.actions.cases import clinic

    with contextlib.closing(file), clinic(file, settings, clock) as opened:
        return opened.connect(settings.case)


def clock_of(connection: Database, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The computer's clock; in a clinic the database's, which is the same on every machine."""
    if clock is not now or isinstance(connection, Connection):
        return clock
    return DatabaseClock(connection.now)


def _open(settings: Settings, answers: Answers, patience: Patience, *, alone: bool) -> Connection:
    path, made = settings.home / STORE, settings.home / MADE
    exists = path.exists() and path.stat().st_size > 0
    if made.exists() and not exists:
        raise StoreGoneError
    if exists:
        connection = _opened(path, settings, answers, patience, alone=alone)
    else:
        drop_unfinished(settings.home)
        connection = Connection(path, unlocking.new_key(settings, answers))
    Book(connection), Ledger(connection)  # a file of an older version is brought up to this one
    if not made.exists():
        make_private_file(made)
    return connection


def _opened(
    path: Path, settings: Settings, answers: Answers, patience: Patience, *, alone: bool
) -> Connection:
    """The file that there is; whatever changing its key has left is brought to its end."""
    try:
        connection, home = unlocking.opened(path, settings, answers, patience, alone=alone)
    except BusyError:
        if alone:
            raise StoreInUseError from None
        raise
    if not alone:  # it needs room on the disk, and what is to be erased needs no more order
        rekeying.settle(settings, home, settings.home / LOCK)
    return connection

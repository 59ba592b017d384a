"""A laptop's store becomes a case, and a case a laptop's store: a backup goes in and comes out.

Both call a message, a try and a reply the same, so nothing that went is sent again. What goes in is
a copy, and nothing is sent from it before it is known what the laptop sent meanwhile. A case that
goes out is closed first. On its way, all of it lies in KIT_HOME under a key that nobody keeps.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from kit.actions import backing_up, backup_file, queueing
from kit.actions.cases import connected
from kit.actions.queueing import MISSED
from kit.actions.store import RESTORING, clock_of, drop_unfinished, rest, store_on
from kit.book import Book
from kit.cases import Cases
from kit.channels import CAPABILITIES
from kit.connector import Connection, copy_back, key, make_private_file
from kit.connector.case_keys import CLINIC
from kit.connector.moving import Moving, tables
from kit.errors import (
    CaseHereError,
    CaseSendingError,
    NoBackupError,
    OlderStoreError,
    StoreUnusableError,
)
from kit.ledger import Ledger
from kit.ledger.moving import POINTS_TO, Moves, adds
from kit.model import Case, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kit.actions.backing_up import Restored
    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.connector import Database

#: One at a time in a clinic: two would not see that they bring the same store in.
_MOVING = "moving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A case that was a laptop's store."""

    case: Case
    #: what it had in it when the backup was made
    found: Restored


class Backup:
    """A laptop's backup that was looked at: it is one, and not too new."""

    def __init__(self, path: Path) -> None:
        """Look at it.

        Raises:
            NoBackupError, BackupTooNewError, BackupUnreadableError: it cannot be moved in.
        """
        self._path = path
        self._key = b""
        self._told = backup_file.told_by(path, backing_up.steps_known())

    def unlock(self, passphrase: str) -> None:
        """Look at all of it.

        Raises:
            WrongPassphraseError, BackupDamagedError: it does not open, or not whole.
        """
        self._key = backup_file.unlocked(self._path, self._told, passphrase)

    def move_in(self, clinic: Clinic, name: str = "") -> Moved:
        """Make a case of it; without a name it has that of the borrower, or of the file.

        Killed at any point, there is no case, or all of it.

        Raises:
            CaseHereError: it is a case already.
            OlderStoreError: it was one, and went on from there.
            AlreadyRunningError: somebody else moves a store just now.
            LedgerError: it cannot be written.
        """
        with clinic.connection.holding(_MOVING), _in_passing(clinic.settings.home) as (path, own):
            copy_back(self._path, self._key, path, own)
            found = backing_up.brought_up_to_date(path, own)
            with contextlib.closing(Connection(path, own)) as file:
                book = Book(file)
                _begin_anew(book)
                case = Case(
                    id=str(uuid4()),
                    name=name or book.setting("sender") or self._path.stem,
                    opened_at=clinic.clock(),
                    closed_at=None,
                    paused=False,
                )
                _into_case(clinic, case, file)
        return Moved(case=case, found=found)


def move_out(clinic: Clinic, case_id: str, to: Path, passphrase: str) -> Path:
    """Close the case, and write all of it as a backup that `kit restore` opens; where it lies.

    Whenever it fails after the case was closed, it can be done once more.

    Raises:
        CaseMissingError, CaseKeyMissingError: there is no such case, or nobody can read it here.
        PassphraseEmptyError, FileTakenError: it cannot be written so; the case is as it was.
        CaseSendingError: something that was claimed has no answer yet.
        AlreadyRunningError: somebody else moves a store just now.
        BackupUnwrittenError, LedgerError: it cannot be written.
    """
    clock = clock_of(clinic.connection, clinic.clock)
    with (
        clinic.connection.holding(_MOVING),
        contextlib.closing(clinic.connect(case_id)) as connection,
    ):
        store = store_on(connection, clinic.settings, clock, rest)
        path = backing_up.place(store, to, passphrase)
        clinic.close(case_id)
        _check_answered(store)
        origin = _origin(clinic, store.ledger.real_notice())
        clinic.cases.move_out(case_id, origin, clock())
        went_at = clinic.case(case_id).moved_out_at or clock()
        with _as_file(store, connection, went_at) as on_its_way:
            backing_up.fill(path, on_its_way, passphrase)
    return path


def _begin_anew(book: Book) -> None:
    """Nothing is confirmed for the clinic's workers, and nothing was heard from its senders yet."""
    queueing.begin_anew(book)
    for name in CAPABILITIES:
        book.set(f"heard {name}", "")


def _into_case(clinic: Clinic, case: Case, file: Connection) -> None:
    """Make the case and write all of it, in one change.

    Raises:
        CaseHereError, OlderStoreError: the same store came in before.
        LedgerError: it cannot be written; there is no such case.
    """
    notice_id = Ledger(file).real_notice()
    if not notice_id:  # without it nobody could tell whether it came in before
        raise NoBackupError
    origin = _origin(clinic, notice_id)
    _check_new(clinic, origin, Moves(file).came_by())
    seal, of_list = clinic.keys.make(case.id), clinic.keys.seal(CLINIC)
    connection = connected(clinic.settings, clinic.keys, case.id, seal)
    with contextlib.closing(connection), connection.writing():
        Cases(connection).add_moved(case, of_list.close(case.name), origin)
        Moving(tables(file, connection), POINTS_TO, adds).into_case(file, connection)
        Moves(connection).count(clock_of(connection, clinic.clock)())


def _check_new(clinic: Clinic, origin: str, came_by: set[datetime]) -> None:
    """See that no case of that store is open, and that whatever went on from one is in it."""
    for case in clinic.cases.of_store(origin):
        if case.closed_at is None:
            raise CaseHereError(id=case.id)
        if case.moved_out_at not in came_by:
            raise OlderStoreError(id=case.id)


def _check_answered(store: Store) -> None:
    """See that no worker has a message in hand, whose answer would not be in the file.

    Whatever has no answer after three heartbeats is settled by asking, wherever the store is.
    """
    since = store.clock() - timedelta(seconds=MISSED * store.settings.heartbeat_s)
    notice_id = store.ledger.real_notice()
    in_hand = [
        one
        for name in CAPABILITIES
        for one in store.ledger.open_attempts(notice_id, name, Status.SENDING)
        if one.claimed_at > since
    ]
    if in_hand:
        raise CaseSendingError(count=len(in_hand))


@contextlib.contextmanager
def _as_file(store: Store, connection: Database, at: datetime) -> Iterator[Store]:
    """The case as a laptop's store; whatever is copied from it says that it was made then."""
    with _in_passing(store.home) as (path, own), contextlib.closing(Connection(path, own)) as file:
        made = store_on(file, store.settings, lambda: at, store.rest)
        with connection.reading(), made.changing():
            Moving(tables(file, connection), POINTS_TO, adds).into_file(connection, file)
        yield made


def _origin(clinic: Clinic, notice_id: str) -> str:
    common = clinic.connection.common
    return common.store(notice_id) if common is not None else ""


@contextlib.contextmanager
def _in_passing(home: Path) -> Iterator[tuple[Path, bytes]]:
    """An empty file and a key, of which nothing is left when the block ends.

    Raises:
        StoreUnusableError: it cannot be made.
    """
    drop_unfinished(home)
    path = home / RESTORING
    make_private_file(path)
    try:
        yield path, secrets.token_bytes(key.BYTES)
    finally:
        with contextlib.suppress(StoreUnusableError):
            drop_unfinished(home)

"""The store: settings and a passphrase go in; Book and Ledger, open and unlocked, come out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kit.book import Book
from kit.connector import Connection, key, make_private_file
from kit.connector.lock import held
from kit.errors import (
    KeyMissingError,
    NoPlanError,
    PassphraseEmptyError,
    PassphraseFileError,
    StoreGoneError,
)
from kit.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from threading import Event

    from kit.model import Plan
    from kit.settings import Settings

_STORE = "kit.db"
_SALT = "salt.json"
_LOCK = "at-work.lock"
#: Stands there once the store was made, so that an empty one is never taken for a new one.
_MADE = "made"
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
    clock: Callable[[], datetime]
    settings: Settings
    #: wait for some seconds, unless the event is set meanwhile; whether all of them passed
    rest: Callable[[Event, float], bool]
    _connection: Connection

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

    def changing(self) -> AbstractContextManager[None]:
        """One transaction over Book and Ledger: all of the block is kept, or none of it."""
        return self._connection.writing()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else plans or sends with this store while the block runs.

        Raises:
            AlreadyRunningError: somebody does.
        """
        with held(self.home / _LOCK):
            yield


def rest(stopped: Event, seconds: float) -> bool:
    """Wait for some seconds, unless the event is set meanwhile; whether all of them passed."""
    return not stopped.wait(seconds)


def is_first_start(settings: Settings) -> bool:
    """Whether there is no store yet."""
    return not (settings.home / _MADE).exists() and not (settings.home / _STORE).exists()


def open_store(
    settings: Settings,
    ask_passphrase: Callable[[bool], str],
    clock: Callable[[], datetime] = now,
    rest: Callable[[Event, float], bool] = rest,
) -> Store:
    """Open the store, or make it on the first start.

    `ask_passphrase` is called when no setting gives one; its argument says whether the
    passphrase is a new one.

    Raises:
        LedgerError: the key is wrong or missing, or the file cannot be used.
        AlreadyRunningError: another first start is not done yet.
    """
    if not (settings.home / _MADE).exists():
        with held(settings.home / _LOCK, wait_s=_SECONDS_TO_WAIT):
            book, ledger, connection = _open(settings, ask_passphrase)
    else:
        book, ledger, connection = _open(settings, ask_passphrase)
    return Store(settings.home, book, ledger, clock, settings, rest, connection)


def _open(
    settings: Settings, ask_passphrase: Callable[[bool], str]
) -> tuple[Book, Ledger, Connection]:
    path, made = settings.home / _STORE, settings.home / _MADE
    exists = path.exists() and path.stat().st_size > 0
    if made.exists() and not exists:
        raise StoreGoneError
    connection = Connection(path, _key(settings, ask_passphrase, exists=exists))
    book, ledger = Book(connection), Ledger(connection)
    if not made.exists():
        make_private_file(made)
    return book, ledger, connection


def _key(settings: Settings, ask: Callable[[bool], str], *, exists: bool) -> bytes:
    salt = settings.home / _SALT
    if settings.key_file is not None and not salt.exists():
        return key.from_file(settings.key_file, make=not exists)
    if exists and not salt.exists():
        raise KeyMissingError
    passphrase = settings.passphrase or _from_file(settings) or ask(not exists)
    if not passphrase:
        raise PassphraseEmptyError
    return key.from_passphrase(passphrase, salt)


def _from_file(settings: Settings) -> str:
    if settings.passphrase_file is None:
        return ""
    try:
        return settings.passphrase_file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise PassphraseFileError from None

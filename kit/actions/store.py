"""The store: settings and a passphrase go in; Book and Ledger, open and unlocked, come out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kit.book import Book
from kit.connector import Connection, key
from kit.connector.lock import held
from kit.errors import KeyMissingError, PassphraseEmptyError, PassphraseFileError
from kit.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kit.settings import Settings

_STORE = "kit.db"
_SALT = "salt.json"
_LOCK = "at-work.lock"


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
    _connection: Connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else plans or sends with this store while the block runs.

        Raises:
            AlreadyRunningError: somebody does.
        """
        with held(self.home / _LOCK):
            yield


def store_exists(settings: Settings) -> bool:
    """Whether this is not the first start."""
    return (settings.home / _STORE).exists()


def open_store(
    settings: Settings,
    ask_passphrase: Callable[[bool], str],
    clock: Callable[[], datetime] = now,
) -> Store:
    """Open the store, or make it on the first start.

    `ask_passphrase` is called when no setting gives one; its argument says whether the
    passphrase is a new one.

    Raises:
        LedgerError: the key is wrong or missing, or the file cannot be used.
    """
    exists = store_exists(settings)
    path = settings.home / _STORE
    connection = Connection(path, _key(settings, ask_passphrase, exists=exists))
    return Store(settings.home, Book(connection), Ledger(connection), clock, connection)


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
        return settings.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise PassphraseFileError from None

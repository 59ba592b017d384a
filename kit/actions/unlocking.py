"""The key of a store: settings and a person's answers go in, the key or the open file comes out.

The key has one of three homes: a key file, the system's keyring (`keyring.json` names the entry),
or a person's head (`salt.json`). While there is no store yet, what an interrupted first start has
left is gone on with or makes room; later it is never touched.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

from kit.connector import Connection, key, system_keyring
from kit.errors import (
    KeyBrokenError,
    KeyMissingError,
    PassphraseFileError,
    PassphraseMissingError,
    SystemKeyringError,
    WrongKeyError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kit.settings import Settings

_SALT = "salt.json"
_KEYRING = "keyring.json"
_TRIES = 3


class Answers(Protocol):
    """Who answers what must be known to open a store."""

    def is_shared(self) -> bool:
        """Whether anyone else uses this computer account."""
        ...

    def no_keyring(self, error: SystemKeyringError) -> None:
        """Hear why the keyring cannot be used; a passphrase is asked for next."""
        ...

    def new_passphrase(self) -> str:
        """A passphrase, not empty, that was typed the same way twice."""
        ...

    def passphrase(self) -> str:
        """The passphrase of the store."""
        ...

    def wrong_passphrase(self, left: int) -> None:
        """Hear that it was not right; so many tries are left."""
        ...


class Nobody:
    """Nobody is there to answer: only the settings can."""

    def is_shared(self) -> bool:
        """Not known."""
        raise PassphraseMissingError

    def no_keyring(self, error: SystemKeyringError) -> None:
        """Nobody hears it."""
        raise error

    def new_passphrase(self) -> str:
        """There is none."""
        raise PassphraseMissingError

    def passphrase(self) -> str:
        """There is none."""
        raise PassphraseMissingError

    def wrong_passphrase(self, left: int) -> None:
        """Nobody hears it."""


def new_key(settings: Settings, answers: Answers) -> bytes:
    """The key of a store that is about to be made, kept where the person wants it.

    Raises:
        LedgerError: it cannot be kept.
        InputError: the person gave no passphrase.
    """
    salt, marker = settings.home / _SALT, settings.home / _KEYRING
    if settings.key_file is not None:
        key.drop(salt, marker)
        return key.from_file(settings.key_file, make=True)
    passphrase = _given(settings)
    kept = None if passphrase else _in_keyring(marker, answers)
    if kept is not None:
        key.drop(salt)
        return kept
    passphrase = passphrase or answers.new_passphrase()
    key.drop(marker)
    return key.from_passphrase(passphrase, salt)


def opened(path: Path, settings: Settings, answers: Answers, *, alone: bool = False) -> Connection:
    """The file of a store that was made before, open; `alone`: with nobody else.

    Raises:
        LedgerError: the key is wrong or missing; nothing was changed.
    """
    salt, marker = settings.home / _SALT, settings.home / _KEYRING
    if marker.exists():
        return Connection(path, system_keyring.kept_key(marker), alone=alone)
    if not salt.exists():
        if settings.key_file is None:
            raise KeyMissingError
        return Connection(path, key.from_file(settings.key_file, make=False), alone=alone)
    given = _given(settings)
    if given:
        return Connection(path, key.from_passphrase(given, salt), alone=alone)
    for left in reversed(range(_TRIES)):
        with contextlib.suppress(WrongKeyError):
            return Connection(path, key.from_passphrase(answers.passphrase(), salt), alone=alone)
        if left:
            answers.wrong_passphrase(left)
    raise WrongKeyError


def key_file(settings: Settings) -> Path | None:
    """The file that has the key, where neither the keyring nor a passphrase opens the store."""
    salt, marker = settings.home / _SALT, settings.home / _KEYRING
    return None if salt.exists() or marker.exists() else settings.key_file


def files(settings: Settings) -> tuple[Path, ...]:
    """What lies in the home of the key."""
    return settings.home / _SALT, settings.home / _KEYRING


def forget_key(settings: Settings) -> None:
    """Have the keyring forget the key, if it has it.

    Raises:
        LedgerError: it does not; the name of its entry stays, so that it can be asked again.
    """
    marker = settings.home / _KEYRING
    if marker.exists():
        system_keyring.forget(marker)


def asks_passphrase(settings: Settings) -> bool:
    """Whether a passphrase opens the store that there is."""
    salt, marker = settings.home / _SALT, settings.home / _KEYRING
    return salt.exists() and not marker.exists()


def _in_keyring(marker: Path, answers: Answers) -> bytes | None:
    """The key in the keyring, unless others use this account or there is no keyring."""
    if marker.exists():
        with contextlib.suppress(SystemKeyringError, KeyBrokenError):
            return system_keyring.kept_key(marker)
    if answers.is_shared():
        return None
    key.drop(marker)
    try:
        return system_keyring.new_key(marker)
    except SystemKeyringError as error:
        answers.no_keyring(error)
        return None


def _given(settings: Settings) -> str:
    """The passphrase that the settings give; empty when they give none."""
    if settings.passphrase or settings.passphrase_file is None:
        return settings.passphrase
    try:
        return settings.passphrase_file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise PassphraseFileError from None

"""The key of a store: settings and a person's answers go in, the key or the open file comes out.

The key has one of three homes: a key file, the system's keyring (`keyring.json` names the entry),
or a person's head (`salt.json`). While there is no store yet, what an interrupted first start has
left is gone on with or makes room; later it is never touched, but when the key is changed
(`actions/rekeying`).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from kit.actions import loose
from kit.connector import Connection, key, system_keyring
from kit.errors import (
    KeyBrokenError,
    KeyMissingError,
    LedgerError,
    PassphraseFileError,
    PassphraseMissingError,
    SystemKeyringError,
    TooSoonError,
    WrongKeyError,
    WrongKeyFileError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kit.actions.patience import Patience
    from kit.settings import Settings

_SALT = "salt.json"
_KEYRING = "keyring.json"
_TRIES = 3
#: A file with more characters in it is none with a passphrase.
_LONGEST = 10_000


class KeyHome(StrEnum):
    """Where the key of a store is."""

    PASSPHRASE = "passphrase"  # noqa: S105 (a kind)  #: in a person's head
    KEYRING = "keyring"  #: in the system's keyring
    FILE = "file"  #: in a key file


#: What tells of each, in the folder of the store; of a key file only the settings do.
NOW = {KeyHome.PASSPHRASE: _SALT, KeyHome.KEYRING: _KEYRING}
#: The same while the key is being changed: the store opens by the one or by the other.
NEXT = {
    KeyHome.PASSPHRASE: "next-salt.json",
    KeyHome.KEYRING: "next-keyring.json",
    KeyHome.FILE: "next-file.json",
}
#: Names the entry of the keyring that is to go once the key was changed, until it is gone.
OLD_ENTRY = "old-keyring.json"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a key is: of which kind, and the file that tells."""

    kind: KeyHome
    place: Path | None
    is_next: bool = False


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

    def too_soon(self, seconds: int) -> None:
        """Hear that so many were wrong that the next one has to wait."""
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

    def too_soon(self, seconds: int) -> None:
        """Nobody waits here."""
        raise TooSoonError(seconds=seconds)


def new_key(settings: Settings, answers: Answers) -> bytes:
    """The key of a store that is about to be made, kept where the person wants it.

    Raises:
        LedgerError: it cannot be kept.
        InputError: the person gave no passphrase.
    """
    salt, marker = settings.home / _SALT, settings.home / _KEYRING
    if settings.key_file is not None:
        key.drop(salt, marker)
        if not settings.key_file.exists():
            loose.remember(settings, [settings.key_file])
        return key.from_file(settings.key_file, make=True)
    passphrase = _given(settings)
    kept = None if passphrase else _in_keyring(marker, answers)
    if kept is not None:
        key.drop(salt)
        return kept
    passphrase = passphrase or answers.new_passphrase()
    key.drop(marker)
    return key.from_passphrase(passphrase, salt)


def opened(
    path: Path, settings: Settings, answers: Answers, patience: Patience, *, alone: bool = False
) -> tuple[Connection, Home]:
    """The file of a store that was made before, open; and where the key is that opened it.

    With `alone` nobody else has it open.

    Raises:
        LedgerError: the key is wrong or missing; nothing was changed.
    """
    homes = homes_of(settings)
    silent = [home for home in homes if home.kind is not KeyHome.PASSPHRASE]
    asked = [home for home in homes if home.kind is KeyHome.PASSPHRASE]
    while silent:
        home = silent.pop()
        try:
            return Connection(path, _kept_in(home), alone=alone), home
        except (WrongKeyError, KeyMissingError, SystemKeyringError, KeyBrokenError) as error:
            if silent or asked:
                continue
            if home.kind is KeyHome.FILE and isinstance(error, WrongKeyError):
                raise WrongKeyFileError from None
            raise
    passphrases = _asking(settings, answers, patience)
    found = _opened_by_passphrase(path, asked, passphrases, alone=alone)
    patience.was_right()
    return found


def key_files(settings: Settings) -> tuple[Path, ...]:
    """The files that have the key, or the next one; none where they were never to have it."""
    found = []
    for home in homes_of(settings):
        if home.kind is KeyHome.FILE and home.place is not None:
            with contextlib.suppress(KeyBrokenError):
                found.append(named_in(home.place) if home.is_next else home.place)
    return tuple(found)


def files(settings: Settings) -> tuple[Path, ...]:
    """All that may lie in the home of the key, and of the next one."""
    names = (*NOW.values(), *NEXT.values(), OLD_ENTRY)
    return tuple(settings.home / name for name in names)


def forget_keys(settings: Settings) -> list[tuple[str, LedgerError]]:
    """Have the keyring forget every key of the store; the name of each that it kept, and why.

    The files that name its entries stay, so that it can be asked again.
    """
    left: list[tuple[str, LedgerError]] = []
    for name in (NOW[KeyHome.KEYRING], NEXT[KeyHome.KEYRING], OLD_ENTRY):
        if (settings.home / name).exists():
            try:
                system_keyring.forget(settings.home / name)
            except LedgerError as error:
                left.append((name, error))
    return left


def asks_passphrase(settings: Settings) -> bool:
    """Whether a passphrase opens the store that there is."""
    return any(home.kind is KeyHome.PASSPHRASE for home in homes_of(settings))


def homes_of(settings: Settings) -> list[Home]:
    """Where the key is; and where the next one is, while, or since, it was about to be changed."""
    folder = settings.home
    found = [
        Home(kind, folder / name, is_next=name in NEXT.values())
        for names in (NOW, NEXT)
        for kind, name in names.items()
        if (folder / name).exists()
    ]
    now = [home for home in found if not home.is_next]
    if len(now) > 1:  # of two the keyring's was written last, by a first start that gave up
        found.remove(next(home for home in now if home.kind is KeyHome.PASSPHRASE))
    if not now:
        found.insert(0, Home(KeyHome.FILE, settings.key_file))
    return found


def _kept_in(home: Home) -> bytes:
    """The key that nobody has to be asked for.

    Raises:
        LedgerError: it is not to be had.
    """
    if home.kind is KeyHome.KEYRING:
        return system_keyring.kept_key(cast("Path", home.place))
    place = named_in(cast("Path", home.place)) if home.is_next else home.place
    if place is None:
        raise KeyMissingError
    return key.from_file(place, make=False)


def named_in(note: Path) -> Path:
    """The key file that was to be the next.

    Raises:
        KeyBrokenError: the note is damaged.
    """
    try:
        return Path(json.loads(note.read_text(encoding="ascii"))["file"])
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyBrokenError from None


def _opened_by_passphrase(
    path: Path, homes: Sequence[Home], passphrases: Iterator[str], *, alone: bool
) -> tuple[Connection, Home]:
    """Each passphrase is tried on the salt that there is, and on the one that was to be next."""
    for passphrase in passphrases:
        for home in homes:
            with contextlib.suppress(WrongKeyError):
                by = key.from_passphrase(passphrase, cast("Path", home.place))
                return Connection(path, by, alone=alone), home
    raise WrongKeyError


def _asking(settings: Settings, answers: Answers, patience: Patience) -> Iterator[str]:
    """The passphrases that are tried; whoever asks for the next one found the last one wrong."""
    given = _given(settings)
    for left in reversed(range(1 if given else _TRIES)):
        if seconds := patience.seconds:
            answers.too_soon(seconds)
            patience.wait()
        yield given or answers.passphrase()
        patience.was_wrong()
        if left:
            answers.wrong_passphrase(left)


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
        with settings.passphrase_file.open(encoding="utf-8-sig") as file:
            given = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError):
        raise PassphraseFileError from None
    if len(given) > _LONGEST:
        raise PassphraseFileError
    return given.rstrip("\r\n")

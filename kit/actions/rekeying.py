"""Another key for a store: where it is to be goes in; the store is locked with a new one.

The next key is kept first, under a name of its own; then the whole file is locked with it, in one
transaction; then it takes the place of the old one. Whoever is killed in between finds a store that
opens by the old key or by the next, and the next start brings it to its end.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, cast

from kit.actions import loose
from kit.actions.unlocking import NEXT, NOW, OLD_ENTRY, Home, KeyHome, homes_of, named_in
from kit.connector import key, system_keyring
from kit.connector.lock import held
from kit.errors import (
    AlreadyRunningError,
    FileTakenError,
    KeyBrokenError,
    KeyFileMissingError,
    KitError,
    NewPassphraseMissingError,
    PassphraseEmptyError,
    PassphraseMissingError,
    StoreUnusableError,
    SystemKeyringError,
    reason_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kit.actions.store import Store
    from kit.actions.unlocking import Answers
    from kit.settings import Settings


def home(settings: Settings) -> Home:
    """Where the key of the store is."""
    return homes_of(settings)[0]


def change(store: Store, answers: Answers, kind: KeyHome, file: Path | None = None) -> None:
    """Lock the store with a new key, which is to be there.

    Raises:
        AlreadyRunningError, BusyError: somebody else has the store open.
        InputError: the person gave no passphrase, or the key file cannot be that one.
        LedgerError: it cannot be done; the old key opens the store as before.
    """
    settings = store.settings
    with store.alone():
        _drop_next(settings)
        following = Home(kind, settings.home / NEXT[kind], is_next=True)
        try:
            made = _made(following, store, answers, file)
        except KitError:
            _drop_next(settings)
            raise
        # What fails from here on is left as it is: only a start can tell which key it has now.
        store.change_key(made)
        _take_place(settings, following)


def settle(settings: Settings, opened_by: Home, lock: Path) -> None:
    """Bring to its end, or take back, what was interrupted: the key that opened it is the key."""
    left = [home for home in homes_of(settings) if home.is_next]
    old = settings.home / OLD_ENTRY
    if not left and not old.exists():
        return
    with contextlib.suppress(AlreadyRunningError), held(lock):  # else it is being changed now
        if opened_by.is_next:
            _take_place(settings, opened_by)
        else:
            _drop_next(settings)
            _forget(old)


def _made(following: Home, store: Store, answers: Answers, file: Path | None) -> bytes:
    """The next key, kept where it is to be."""
    note = cast("Path", following.place)
    if following.kind is KeyHome.KEYRING:
        return system_keyring.new_key(note)
    if following.kind is KeyHome.FILE:
        return _in_file(note, store, file)
    try:
        passphrase = store.settings.new_passphrase or answers.new_passphrase()
    except PassphraseMissingError:
        raise NewPassphraseMissingError from None
    if not passphrase:
        raise PassphraseEmptyError
    return key.from_passphrase(passphrase, note)


def _in_file(note: Path, store: Store, file: Path | None) -> bytes:
    if file is None:
        raise KeyFileMissingError
    path = file.absolute()
    if path.exists() or path.is_symlink() or store.keeps(path):
        raise FileTakenError
    loose.remember(store.settings, [path])
    key.keep(note, json.dumps({"file": str(path)}) + "\n")
    return key.from_file(path, make=True)


def _take_place(settings: Settings, following: Home) -> None:
    """The next key is the key now: what told of the old one goes first, what tells of it last."""
    folder = settings.home
    try:
        if (folder / NOW[KeyHome.KEYRING]).exists():
            (folder / NOW[KeyHome.KEYRING]).replace(folder / OLD_ENTRY)
        if following.kind is not KeyHome.PASSPHRASE:
            key.drop(folder / NOW[KeyHome.PASSPHRASE])
        note = cast("Path", following.place)
        if following.kind is KeyHome.FILE:
            key.drop(note)
        else:
            note.replace(folder / NOW[following.kind])
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None
    _forget(folder / OLD_ENTRY)


def _drop_next(settings: Settings) -> None:
    """The next key was never used."""
    for one in homes_of(settings):
        note = one.place
        if one.is_next and note is not None:
            if one.kind is KeyHome.KEYRING:
                _forget(note)
            elif one.kind is KeyHome.FILE:
                with contextlib.suppress(KeyBrokenError):
                    key.drop(named_in(note))
            key.drop(note)


def _forget(marker: Path) -> None:
    """Take the entry that it names out of the keyring; what cannot be taken out opens nothing."""
    if marker.exists():
        with contextlib.suppress(SystemKeyringError, KeyBrokenError):
            system_keyring.forget(marker)
        key.drop(marker)

"""Erase: a store goes in; what it remembers goes, then itself; what stays, and why, comes out.

In this order, so that whatever ends it, the next run brings it to its end: providers are asked,
files go, what of both is left is written down beside the store, then the store goes and its key
last, for a key alone opens nothing. Nothing is written over first: on the memory of most computers
that reaches only a copy.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kit import journal, private_file
from kit.actions import loose, providers, removing, unlocking
from kit.actions.store import ERASING, LOCK, OTHER_FILES, STORE_FILES, now, rest
from kit.connector.lock import held
from kit.errors import BrokenLockError, FullDiskError, KeysOfCasesError, StoreUnusableError
from kit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from threading import Event

    from kit.actions.providers import Held
    from kit.actions.removing import Place
    from kit.actions.store import Store
    from kit.settings import Settings

    Clock = Callable[[], datetime]
    Rest = Callable[[Event, float], bool]

#: What could not be removed, for the next run.
_LEFT = "left.json"

_NOT_KNOWN = (
    "What you saved from the browser, back-ups of this computer, and what was handed on or copied "
    "to other disks: the kit does not know where they are."
)
_NOT_SURE = (
    "Deleted files can sometimes be read from a disk, and on a solid-state disk writing over them "
    "is no promise. The store was encrypted, and its key goes too; pages, tables and copies were "
    "not."
)
#: What is to be known whatever there is to erase.
ALWAYS = (_NOT_KNOWN, _NOT_SURE)
#: Said of a restored store that remembers files.
OF_BOTH = (
    "This store came from a backup of {at}: among these is what was written before, from the store "
    "of which it is a copy."
)
_KEYRING = "The key in the system's keyring could not be removed; it opens nothing any more."
_UNKNOWN = (
    "The store could not be opened: what it wrote elsewhere is not known, and is there still."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What goes, and what the kit cannot reach; nothing is touched."""

    home: Path
    places: tuple[Place, ...]
    #: places where nothing lies any more: it may have been moved
    gone: tuple[Path, ...]
    #: what was brought in and lies at its place still: the kit did not write it
    lying: tuple[Path, ...]
    #: at Twilio
    messages: int
    #: ways by which something went that lies with others
    channels: tuple[str, ...]
    #: with the key, where no keyring and no passphrase has it; and with one that was to be the next
    key_files: tuple[Path, ...]
    #: the same, where somebody else made it: it stays
    others_keys: tuple[Path, ...]
    #: when the backup was made of which this store is; nothing: of none
    copied_at: datetime | None
    #: it was made by the borrower, and stays
    passphrase_file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What an earlier run could not remove."""

    paths: tuple[Path, ...] = field(default=(), repr=False)
    #: what Twilio calls messages
    ids: tuple[str, ...] = ()
    #: by which accounts these went
    accounts: tuple[str, ...] = ()
    #: folders with somebody else's files, and ours at first
    known: tuple[Path, ...] = field(default=(), repr=False)


def scope(store: Store) -> Scope:
    """What `erase` would do now."""
    found = [removing.look(path) for path in _remembered(store)]
    return Scope(
        home=store.home,
        places=tuple(place for place in found if not place.is_gone),
        gone=tuple(one.path for one in found if one.is_gone and not removing.is_unnamed(one.path)),
        lying=lying(store),
        messages=providers.held(store).count,
        channels=tuple(store.ledger.every_channel()),
        key_files=_our_keys(store.settings),
        others_keys=others_keys(store.settings),
        copied_at=store.copies.made_at,
        passphrase_file=store.settings.passphrase_file,
    )


def lying(store: Store) -> tuple[Path, ...]:
    """What was brought in, and lies at its place still."""
    return tuple(path for path in store.book.brought_in() if os.path.lexists(path))


def erase(store: Store) -> list[Problem]:
    """Erase everything and close the store; what could not be removed.

    Raises:
        AlreadyRunningError: somebody plans or sends with this store; nothing was erased.
        StoreInUseError: somebody else has it open; nothing was erased.
        KeysOfCasesError: nobody could read a clinic's cases any more; nothing was erased.
    """
    if count := store.keys_of_cases():
        raise KeysOfCasesError(count=count)
    settings, key_files = store.settings, _our_keys(store.settings)
    with _no_other(store.alone()):
        store.be_alone()
        problems = outside(store, _remembered(store))
        _begin(settings, key_files)
        store.close()
    return problems + _home(settings, key_files)


def outside(store: Store, paths: Iterable[Path]) -> list[Problem]:
    """Remove what lies at these places, and what providers hold, with what an earlier run left.

    What could not be removed is written down in the home, and comes out.
    """
    before = _read_left(store.settings)
    theirs = providers.held(store)
    accounts = tuple(dict.fromkeys((*theirs.accounts, *before.accounts)))
    theirs = replace(theirs, ids=(*theirs.ids, *before.ids), accounts=accounts)
    before = replace(before, paths=(*paths, *before.paths), ids=theirs.ids, accounts=accounts)
    return _outside(store.settings, theirs, before, (store.clock, store.rest))


def has_left(settings: Settings) -> bool:
    """Whether an earlier run could not remove all."""
    return (settings.home / _LEFT).exists()


def again(settings: Settings) -> list[Problem]:
    """Try once more what an earlier run could not remove; what still cannot be."""
    before = _read_left(settings)
    theirs = providers.Held(ids=before.ids, accounts=before.accounts)
    problems = _outside(settings, theirs, before, (now, rest))
    _drop_left(settings)
    return problems


def loose_places(settings: Settings) -> tuple[Place, ...]:
    """What was written with no store open, and lies there still, but for the key."""
    found = [removing.look(path) for path in _loose(settings)]
    return tuple(place for place in found if not place.is_gone)


def others_keys(settings: Settings) -> tuple[Path, ...]:
    """The files with the key that the kit did not make, and that lie there."""
    ours = _our_keys(settings)
    every = unlocking.key_files(settings)
    return tuple(one for one in every if one not in ours and os.path.lexists(one))


def is_begun(settings: Settings) -> bool:
    """Whether a run ended before everything was gone, or could not remove all."""
    return is_unfinished(settings) or has_left(settings)


def is_unfinished(settings: Settings) -> bool:
    """Whether the store itself was going when a run ended."""
    return (settings.home / ERASING).exists()


def clear(settings: Settings) -> list[Problem]:
    """Remove what a first start or a restoring has left; what could not be removed.

    Raises:
        AlreadyRunningError: it is under way.
    """
    _remove_home(settings)
    if not settings.home.exists():
        return []
    with _no_other(held(settings.home / LOCK)):
        problems = _written_loose(settings)
        _begin(settings, ())
    return problems + _home(settings)


def finish(settings: Settings) -> list[Problem]:
    """Bring to its end what another run has begun; what could not be removed."""
    problems = _written_loose(settings)
    if is_unfinished(settings):
        return problems + _home(settings, _key_files(settings))
    problems += _remove(settings.home / loose.LIST)
    _drop_left(settings)
    _remove_home(settings)
    return problems


def erase_unopened(settings: Settings) -> list[Problem]:
    """Erase a store that cannot be opened; what could not be removed, or is not known at last.

    Raises:
        AlreadyRunningError: somebody plans or sends with it; nothing was erased.
    """
    key_files = _our_keys(settings)
    with _no_other(held(settings.home / LOCK)):
        problems = _written_loose(settings)
        _begin(settings, key_files)
    unknown = Problem(where=str(settings.home), what=_UNKNOWN)
    return [*problems, *_home(settings, key_files), unknown]


@contextlib.contextmanager
def _no_other(lock: AbstractContextManager[None]) -> Iterator[None]:
    """Nobody holds the lock; on a disk that takes nothing that cannot be asked."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(BrokenLockError, FullDiskError, StoreUnusableError):
            stack.enter_context(lock)
        yield


def _remembered(store: Store) -> list[Path]:
    """Every place that is remembered; what lies in another comes before it."""
    return from_within(*store.book.written(), *_loose(store.settings))


def from_within(*paths: Path) -> list[Path]:
    """Each once; what lies in another comes before it."""
    return sorted(set(paths), key=lambda path: (-len(path.parts), path))


def _loose(settings: Settings) -> list[Path]:
    """What was written with no store open, but for the key."""
    of_key = [one.absolute() for one in unlocking.key_files(settings)]
    return [path for path in dict.fromkeys(loose.remembered(settings)) if path not in of_key]


def _our_keys(settings: Settings) -> tuple[Path, ...]:
    """The files with the key that the kit made: one that was there before may open other things."""
    ours = loose.remembered(settings)
    return tuple(one for one in unlocking.key_files(settings) if one.absolute() in ours)


def _written_loose(settings: Settings) -> list[Problem]:
    """Remove what was written with no store open, and what an earlier run left."""
    before = _read_left(settings)
    before = replace(before, paths=(*_loose(settings), *before.paths))
    theirs = providers.Held(ids=before.ids, accounts=before.accounts)
    return _outside(settings, theirs, before, (now, rest))


def _outside(
    settings: Settings, theirs: Held, before: _Left, time: tuple[Clock, Rest]
) -> list[Problem]:
    """Whatever lies outside the home, at providers and in files; what is left is written down."""
    places = [removing.look(path) for path in dict.fromkeys(before.paths)]
    # Whose files there are in a folder can be told only while some of ours are.
    known = {*before.known, *(one.path for one in places if one.others and not one.foreign)}
    if known:
        _keep_left(settings, replace(before, known=tuple(known)))
    asked = providers.ask(settings, theirs, *time) if theirs.count else providers.Asked()
    problems = list(asked.problems)
    stays: list[Path] = []
    for place in places:
        ours = replace(place, foreign="") if place.path in known else place
        found = list(removing.remove([ours]))
        problems += found
        stays += [place.path] if found else []
    left = _Left(paths=tuple(stays), ids=asked.left, accounts=asked.accounts, known=tuple(known))
    _keep_left(settings, left)
    return problems


def _read_left(settings: Settings) -> _Left:
    """What an earlier run has left; a file that cannot be read says nothing."""
    try:
        kept = json.loads((settings.home / _LEFT).read_text(encoding="ascii"))
        return _Left(
            paths=_paths(kept["paths"]),
            ids=tuple(map(str, kept["ids"])),
            accounts=tuple(map(str, kept.get("accounts", ()))),
            known=_paths(kept["known"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return _Left()


def _keep_left(settings: Settings, left: _Left) -> None:
    """Write down what is left, so that it can be tried again."""
    path = settings.home / _LEFT
    if left == _Left() and not path.exists():
        return
    kept = {"ids": left.ids, "accounts": left.accounts}
    places = {"paths": _texts(left.paths), "known": _texts(left.known)}
    _write(path, json.dumps({**kept, **places}))


def _drop_left(settings: Settings) -> None:
    """Where nothing is left, no list of it stays."""
    left = _read_left(settings)
    if not (left.paths or left.ids):
        _remove(settings.home / _LEFT)


def _texts(paths: Iterable[Path]) -> list[str]:
    """Paths as JSON can hold them: a name need not be valid in any encoding."""
    return [os.fsencode(one).hex() for one in paths]


def _paths(texts: Iterable[str]) -> tuple[Path, ...]:
    return tuple(Path(os.fsdecode(bytes.fromhex(one))) for one in texts)


def _begin(settings: Settings, key_files: Iterable[Path]) -> None:
    """Say that the store goes now: from here on nobody opens it, and any run goes on."""
    said = _texts(one.absolute() for one in key_files)
    _write(settings.home / ERASING, json.dumps({"key_files": said}))


def _home(settings: Settings, key_files: Iterable[Path] = ()) -> list[Problem]:
    """Remove the store, then its key, then what says that it was there."""
    home = settings.home
    journal.stop()
    problems = [one for name in STORE_FILES for one in _remove(home / name)]
    if not problems:
        problems += _forget_keys(settings)
    if not problems:
        of_key = (*unlocking.files(settings), *key_files)
        problems += [one for path in of_key for one in _remove(path)]
        problems += [one for name in OTHER_FILES for one in _remove(home / name)]
    if not problems:
        _drop_left(settings)
        problems += _remove(home / ERASING)
        _remove_home(settings)
    return problems


def _key_files(settings: Settings) -> tuple[Path, ...]:
    """The files with the key, as it was said when this was begun."""
    try:
        kept = json.loads((settings.home / ERASING).read_text(encoding="ascii"))
        return _paths(kept["key_files"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _forget_keys(settings: Settings) -> list[Problem]:
    problems: list[Problem] = []
    for name, error in unlocking.forget_keys(settings):
        why = Problem(where=name, what=error.sentence, facts=error.facts)
        problems += [Problem(where=name, what=_KEYRING), why]
    return problems


def _remove(path: Path) -> list[Problem]:
    """Remove a file, with what a crash left beside it."""
    return list(removing.remove([removing.look(path)]))


def _remove_home(settings: Settings) -> None:
    """The folder goes where it is empty; somebody may keep other things in it."""
    with contextlib.suppress(OSError):
        settings.home.rmdir()


def _write(path: Path, text: str) -> None:
    """Write a file of the home; a disk that has no room for it stops nothing."""
    with contextlib.suppress(OSError):
        private_file.write(path, text)

"""The desk at which one person sits: settings go in; the open store and what it says come out."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kit.actions import backing_up, erasing, retention, unlocking
from kit.actions import store as stores
from kit.errors import LockedError
from kit.web.session import Session
from kit.words import Words
from kit.words.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from threading import Event

    from kit.actions.queueing import Queue
    from kit.actions.store import Store
    from kit.actions.unlocking import Answers
    from kit.model import Problem
    from kit.settings import Settings

T = TypeVar("T")


class Desk:
    """One store, one browser."""

    def __init__(
        self,
        settings: Settings,
        *,
        read_only: bool = False,
        incognito: bool = False,
        clock: Callable[[], datetime] = stores.now,
        rest: Callable[[Event, float], bool] = stores.rest,
    ) -> None:
        self.settings = settings
        self.read_only = read_only
        self.incognito = incognito
        self.session = Session(clock, settings.lock_after_s, settings.language)
        self._clock = clock
        self._rest = rest
        #: where messages wait for a worker, in a clinic
        self.queue: Callable[..., Queue] | None = None
        self._turn = threading.RLock()
        self._store: Store | None = None
        self._kept: dict[object, Any] = {}
        self._is_locked = False
        #: requests that are being answered
        self._in_hand = 0

    @property
    def say(self) -> Words:
        """Says sentences in the language that was chosen on the page."""
        return Words(self.session.language)

    def label(self, value: str) -> str:
        """What an enum value is called."""
        return self.say(LABELS[value])

    def note(self, sentence: str, /, **facts: object) -> None:
        """Say it on the next page."""
        self.session.notes.append(self.say(sentence, **facts))

    @property
    def store(self) -> Store:
        """The open store.

        Raises:
            LockedError: it is locked.
        """
        if self._store is None or self._is_locked:
            raise LockedError
        return self._store

    @property
    def is_open(self) -> bool:
        """Whether the pages may be shown; what was idle for long is locked by asking."""
        self.lock_if_idle()
        return self._store is not None and not self._is_locked

    @property
    def is_first_start(self) -> bool:
        """Whether there is no store yet."""
        return stores.is_first_start(self.settings)

    @property
    def asks_passphrase(self) -> bool:
        """Whether a passphrase opens the store again."""
        return unlocking.asks_passphrase(self.settings)

    @property
    def by_workers(self) -> bool:
        """Whether it is a clinic's: its workers send what goes by itself, not this computer."""
        return bool(self.settings.database_url)

    @property
    def opens_by_itself(self) -> bool:
        """Whether the store opens, or is made, without asking anybody."""
        return self.settings.gives_key or not (self.is_first_start or self.asks_passphrase)

    def open(self, answers: Answers) -> None:
        """Open the store, or make it on the first start.

        Raises:
            LedgerError, InputError: the key is wrong or missing.
        """
        self._open(self.settings, answers)

    def unlock(self, answers: Answers) -> None:
        """Open the store with what somebody types now, whatever the settings say.

        Raises:
            LedgerError, InputError: the passphrase is wrong or missing.
            LockedError: no passphrase opens it: only a new start does.
        """
        if not (self.is_first_start or self.asks_passphrase):
            raise LockedError
        self._open(self._without_passphrase(), answers)

    def _without_passphrase(self) -> Settings:
        """The settings, but that the passphrase is what somebody types now."""
        return replace(self.settings, passphrase="", passphrase_file=None)

    def restore(self, content: bytes, passphrase: str, answers: Answers) -> None:
        """Make the store of a backup, and open it.

        Raises:
            LedgerError, InputError: it cannot be restored; there is no store.
        """
        with self._turn:
            settings = self._without_passphrase()
            backing_up.restore(content, settings, passphrase, answers)
            self._open(settings, answers)

    def lock_if_idle(self) -> None:
        """Lock what nobody was at for long, though nobody asks for a page either."""
        with self._turn:
            if self._store is not None and not self._is_locked and self.session.is_idle:
                self.lock()

    def _open(self, settings: Settings, answers: Answers) -> None:
        with self._turn:
            opened = stores.open_store(settings, answers, self._clock, self._rest, queue=self.queue)
            if self._store is None:
                self._store = opened
            else:  # something is at work with the one that is open
                opened.close()
            self._is_locked = False
            self.session.stay()
            if not self.read_only:
                self._note_who_is_forgotten(self._store)

    def _note_who_is_forgotten(self, store: Store) -> None:
        """Forget people when it is time; it is said a week before."""
        told = retention.when_opened(store)
        if told.forgotten:
            self.note(
                "The people in your book were forgotten, as was said. Evidence is there still."
            )
        if told.files:
            self.note(
                "Files with people in them are there still: {count}. To remove them: “Forget” at "
                "the foot of the page.",
                count=told.files,
            )
        if told.on is not None:
            self.note("The people in your book will be forgotten on {on}.", on=told.on)
            self.note("To keep them: “Forget” at the foot of the page.")

    def erase(self) -> list[Problem]:
        """Erase everything; nothing can be shown after it. What could not be removed.

        Raises:
            NotAllowedError: something is at work with the store; nothing was erased.
        """
        with self._turn:
            left = erasing.erase(self.store)
            self._kept.clear()
            self._store = None
        return left

    def of(self, kind: Callable[[Store], T]) -> T:
        """The one of its kind that is kept while the store is open, such as a sitting."""
        with self._turn:
            if kind not in self._kept:
                self._kept[kind] = kind(self.store)
            return cast("T", self._kept[kind])

    def lock(self) -> None:
        """Show nothing any more until it is opened again; what is at work goes on."""
        with self._turn:
            self._is_locked = True
            self.session.notes.clear()
            self._let_go()

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody else may lock meanwhile; what a request has begun it brings to its end."""
        with self._turn:
            self._in_hand += 1
        try:
            yield
        finally:
            with self._turn:
                self._in_hand -= 1
                if self._is_locked:
                    self._let_go()

    def _let_go(self) -> None:
        """Keep what is at work, and the store only as long as somebody works with it."""
        self._kept = {kind: one for kind, one in self._kept.items() if _is_at_work(one)}
        if not (self._kept or self._in_hand):
            self._forget()

    def close(self) -> None:
        """End whatever is at work and close the store."""
        with self._turn:
            for one in self._kept.values():
                if hasattr(one, "stop"):
                    one.stop()
            self._forget()

    def _forget(self) -> None:
        self._kept.clear()
        if self._store is not None:
            self._store.close()
            self._store = None


def _is_at_work(one: object) -> bool:
    return bool(getattr(one, "is_at_work", False))


def desk() -> Desk:
    """The desk of the request that is answered now."""
    from flask import current_app

    return cast("Desk", current_app.extensions["desk"])

"""Erase a case: its id goes in; all that is of it goes; what stays, and why, comes out.

In this order, so that whatever ends it, the next run brings it to its end: the case is closed, and
what a worker has in hand is waited for; providers are asked, and files go, for only the case knows
of both; then all of its rows in one transaction; its key last, for until then it is needed to begin
anew. With the key gone, older dumps of the database hold nothing of the case that can be read.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from kit.actions import erasing, providers, removing
from kit.actions.cases import connected
from kit.actions.queueing import is_in_hand
from kit.actions.store import store_on
from kit.connector.key import BYTES
from kit.errors import CaseInHandError, CaseMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kit.actions.cases import Clinic
    from kit.actions.erasing import Rest
    from kit.actions.queueing import Queue
    from kit.actions.removing import Place
    from kit.actions.store import Store
    from kit.connector import Database
    from kit.model import Problem

#: What a worker has in hand is done with sooner, or the worker is dead.
_LONGEST_WAIT = timedelta(minutes=2)
_LOOKS_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What goes, and what the kit cannot reach; nothing is touched."""

    places: tuple[Place, ...]
    #: places where nothing lies on this machine
    gone: tuple[Path, ...]
    #: what was brought in and lies at its place still: the kit did not write it
    lying: tuple[Path, ...]
    #: at Twilio
    messages: int
    #: ways by which something went that lies with others
    channels: tuple[str, ...]


class Erasing:
    """One case of a clinic that is to be erased."""

    def __init__(
        self, clinic: Clinic, case_id: str, queue: Callable[[Database], Queue], rest: Rest
    ) -> None:
        """Look whether there is anything of it.

        Raises:
            CaseMissingError: there is no such case, no key of one, and nothing that was left.
        """
        self._clinic, self._case_id, self._queue, self._rest = clinic, case_id, queue, rest
        #: its rows went before; only its key is left, or what could not be removed then
        self.is_gone = clinic.cases.find(case_id) is None
        has_key = bool(case_id) and case_id in clinic.keys.here()
        if self.is_gone and not (has_key or (case_id and erasing.has_left(clinic.settings))):
            raise CaseMissingError

    def scope(self) -> Scope:
        """What `erase` would do now.

        Raises:
            CaseKeyMissingError: its key is not here.
        """
        with self._store() as store:
            found = [removing.look(path) for path in store.book.written()]
            named = [one for one in found if not removing.is_unnamed(one.path)]
            return Scope(
                places=tuple(place for place in found if not place.is_gone),
                gone=tuple(one.path for one in named if one.is_gone),
                lying=erasing.lying(store),
                messages=providers.held(store).count,
                channels=tuple(store.ledger.every_channel()),
            )

    def erase(self, *, unopened: bool = False) -> list[Problem]:
        """Erase it; what could not be removed. `unopened`: its key is lost, nothing is asked.

        Raises:
            CaseInHandError: a worker still has some of it in hand; it is closed, nothing is gone.
            AlreadyRunningError: somebody plans with it; it is closed, nothing is gone.
            CaseKeyMissingError: its key is not here.
        """
        if self.is_gone:
            problems = erasing.again(self._clinic.settings)
        else:
            problems = self._erase_rows(unopened=unopened)
        self._clinic.keys.forget(self._case_id)
        return problems

    def _erase_rows(self, *, unopened: bool) -> list[Problem]:
        with self._store(unopened=unopened) as store:
            self._clinic.close(self._case_id)
            self._wait(store)
            with store.alone():
                paths = () if unopened else erasing.from_within(*store.book.written())
                problems = [] if unopened else erasing.outside(store, paths)
                store.erase_case()
        return problems

    @contextlib.contextmanager
    def _store(self, *, unopened: bool = False) -> Iterator[Store]:
        from kit.connector.seal import Seal

        clinic = self._clinic
        if unopened:
            seal = Seal(secrets.token_bytes(BYTES), self._case_id)
        else:
            seal = clinic.keys.seal(self._case_id)
        line = connected(clinic.settings, clinic.keys, self._case_id, seal)
        settings = replace(clinic.settings, case=self._case_id)
        with contextlib.closing(line):
            yield store_on(line, settings, clinic.clock, self._rest, self._queue(line))

    def _wait(self, store: Store) -> None:
        """Wait until no worker that lives has any of it in hand.

        Raises:
            CaseInHandError: one still has.
        """
        last = store.clock() + _LONGEST_WAIT
        while is_in_hand(store):
            if store.clock() >= last:
                raise CaseInHandError
            store.rest(Event(), _LOOKS_EVERY_S)

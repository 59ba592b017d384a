"""What a worker sees to beside its messages: the cases, the dead, and what is planned again."""

from __future__ import annotations

import math
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from kit.actions.queueing import MISSED, enqueue_again
from kit.clinic import schema
from kit.errors import KitError, LedgerError

if TYPE_CHECKING:
    from kit.actions.case_stores import CaseStores
    from kit.clinic.queue import Watch
    from kit.settings import Settings

#: So many cases are looked through at once for what is planned again, each not more often than so.
_CASES_AT_ONCE, _EVERY_S = 5, 5
#: Though nothing came back, for a job may be lost whose message nobody answered.
_AT_LEAST_EVERY_S = 600
#: What goes within so long is waited for, beside what a provider comes to know.
_SOON_S = 60


class Voice(Protocol):
    """Whoever hears what a worker has to say; cases are named by their ids."""

    def failed(self, error: KitError) -> None:
        """Something stands in the way; the worker goes on."""
        ...

    def reached(self) -> None:
        """The database was asked, and answered."""
        ...

    def has_no_key(self, case_id: str) -> None:
        """A case is left to others: its key is not here."""
        ...

    def took_back(self, count: int) -> None:
        """So many messages of workers that died wait again."""
        ...

    def is_idle(self, later: int) -> None:
        """Nothing is left to do, but so many that wait for later."""
        ...


class Minding:
    """Looks after the queue every second or so."""

    def __init__(self, watch: Watch, stores: CaseStores, settings: Settings, voice: Voice) -> None:
        self._watch, self._stores, self._settings, self._voice = watch, stores, settings, voice
        self._said: set[str] = set()
        self._to_look: deque[str] = deque()
        self._round_at = -math.inf
        #: how far each case's ledger was when it was looked through
        self._seen: dict[str, object] = {}
        self.cases: list[str] = []

    def look(self) -> None:
        """See which cases are served, give up the dead, look a few cases through.

        Raises:
            SchemaOldError, StoreTooNewError: the tables are not of this version, or no more.
            LedgerError: the database cannot be used now.
        """
        schema.check(self._watch)
        self._voice.reached()
        self.cases = self._stores.served()
        for case_id in sorted(self._stores.without_key - self._said):
            self._said.add(case_id)
            self._voice.has_no_key(case_id)
        if count := self._watch.give_up(MISSED * self._settings.heartbeat_s):
            self._voice.took_back(count)
        if not self._to_look and monotonic() - self._round_at >= _EVERY_S:
            self._round_at = monotonic()
            self._watch.drop_closed()
            self._to_look.extend(self.cases)
        for _ in range(min(_CASES_AT_ONCE, len(self._to_look))):
            self._enqueue_again(self._to_look.popleft())

    def is_idle(self) -> bool:
        """Whether nothing goes soon, nothing is in hand, and nothing is planned again.

        Raises:
            LedgerError: the database cannot be used now.
        """
        if self._has_work():
            return False
        again = sum(self._enqueue_again(case_id) for case_id in self.cases)
        if again or self._has_work():
            return False
        self._voice.is_idle(self._watch.waiting(self.cases))
        return True

    def _has_work(self) -> bool:
        settled_s = MISSED * self._settings.heartbeat_s + self._settings.settle_s
        return self._watch.has_work(self.cases, settled_s + _SOON_S)

    def _enqueue_again(self, case_id: str) -> int:
        """What is planned again in that case waits again; how many came to it."""
        try:
            store = self._stores.of(case_id)
            mark = store.ledger.setbacks(), monotonic() // _AT_LEAST_EVERY_S
            if self._seen.get(case_id) == mark:
                return 0
            count = enqueue_again(store)
        except LedgerError as error:
            self._voice.failed(error)
            return 0
        self._seen[case_id] = mark
        return count

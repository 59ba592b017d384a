"""The stores of a clinic's cases, for the threads of a worker: a case goes in, its store comes out.

A thread has one connection to the database, however many cases it serves one after the other.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kit.actions.cases import connected
from kit.actions.store import clock_of, store_on
from kit.errors import CaseKeyMissingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.actions.cases import Clinic
    from kit.actions.queueing import Queue
    from kit.actions.store import Store
    from kit.connector import Database
    from kit.connector.postgres import PostgresConnection
    from kit.connector.seal import Seal


class CaseStores:
    """Every case that is served and whose key is here."""

    def __init__(
        self,
        clinic: Clinic,
        rest: Callable[[threading.Event, float], bool],
        queue: Callable[[Database], Queue],
    ) -> None:
        self._clinic = clinic
        self._rest = rest
        self._queue = queue
        self._own = threading.local()
        self._seals: dict[str, Seal] = {}
        self._lines: list[PostgresConnection] = []
        #: the database's, which all workers have in common
        self.clock = clock_of(clinic.connection, clinic.clock)
        #: cases that nobody can read here
        self.without_key: set[str] = set()

    def served(self) -> list[str]:
        """The cases that are open, not paused, and whose key is here.

        Raises:
            LedgerError: the database cannot be asked.
        """
        return [case_id for case_id in self._clinic.cases.served() if self._has_key(case_id)]

    def of(self, case_id: str) -> Store:
        """The store of a case, for this thread alone.

        Raises:
            CaseKeyMissingError: its key is not here.
            LedgerError: the database cannot be used.
        """
        kept: dict[str, Store] = self._own.__dict__.setdefault("stores", {})
        if case_id not in kept:
            line = self._line(case_id)
            queue = self._queue(line)
            kept[case_id] = store_on(line, self._clinic.settings, self.clock, self._rest, queue)
        return kept[case_id]

    def close(self) -> None:
        """Let go of every connection; no thread uses them any more."""
        for line in self._lines:
            line.close()

    def _line(self, case_id: str) -> PostgresConnection:
        seal, kept = self._seal(case_id), self._own.__dict__
        if "line" not in kept:
            clinic = self._clinic
            kept["line"] = connected(clinic.settings, clinic.keys, case_id, seal)
            self._lines.append(kept["line"])
        line: PostgresConnection = kept["line"].beside(case_id, seal)
        return line

    def _has_key(self, case_id: str) -> bool:
        try:
            self._seal(case_id)
        except CaseKeyMissingError:
            self.without_key.add(case_id)
            return False
        return True

    def _seal(self, case_id: str) -> Seal:
        if case_id not in self._seals:
            self._seals[case_id] = self._clinic.keys.seal(case_id)
            self.without_key.discard(case_id)
        return self._seals[case_id]

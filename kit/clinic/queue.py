"""The queue, asked over a connection that is open: what waits, for whom, and who has died."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kit.connector import Database

FOLDER = Path(__file__).parent
#: So far above all others those stand that go first.
_FIRST = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """How many processes are at work, or were and fell silent; when any was heard last."""

    live: int
    silent: int
    heard_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many messages wait, were put off to a later moment, or are in hand."""

    waiting: int
    put_off: int
    in_hand: int
    #: for how long the first of those that wait now does
    waiting_s: float | None
    #: until the first of those that were put off is tried again
    next_s: float | None


class Queue:
    """The messages of one case that wait: written in the ledger's own transaction.

    Between cases the line is fair (start-time fair queueing): the k-th message of a case is put k
    places from the one that is next now on, and after all of its own case.
    """

    def __init__(self, connection: Database) -> None:
        connection.bring_up_to_date("clinic", FOLDER / "schema")
        self._connection = connection
        self._sql = connection.queries(FOLDER)

    def add(self, plan_id: str, message_ids: Sequence[str], *, first: bool) -> None:
        """Put these last in line, each unless it is there; what goes `first` goes before all."""
        values = {"plan_id": plan_id, "ids": json.dumps(message_ids), "top": _FIRST if first else 0}
        self._connection.write(self._sql["enqueue"], values)

    def leave_out(self, plan_id: str, but: Sequence[str]) -> None:
        """Nothing of another plan waits any more but these, and what was put off may go."""
        values = {"plan_id": plan_id, "but": list(but)}
        self._connection.write(self._sql["drop_other_plans"], values)
        self._connection.write(self._sql["put_off_no_more"], {"plan_id": plan_id})

    def message_ids(self) -> Collection[str]:
        """The messages of this case that wait, or that a worker has in hand."""
        rows = self._connection.rows(self._sql["message_ids"])
        return frozenset(row["message_id"] for row in rows)

    def in_hand(self, silent_s: float) -> int:
        """How many of these a worker has in hand that was heard of within so long."""
        row = self._connection.rows(self._sql["in_hand"], {"silent_s": silent_s})[0]
        return int(row["count"])

    def clear(self) -> None:
        """Nothing of this case waits any more, nor is in the hand of one who died."""
        self._connection.write(self._sql["clear"], {})


class Watch:
    """Looks over the queue of all cases."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(FOLDER)

    def give_up(self, silent_s: float) -> int:
        """Give up workers that were silent for so long; how many of their messages wait again."""
        with self._connection.writing():
            self._connection.write(self._sql["give_up_workers"], {"silent_s": silent_s})
            rows = self._connection.rows(self._sql["take_back"])
        return len(rows)

    def drop_closed(self) -> None:
        """Nothing waits of cases that are closed: they are not opened again."""
        with self._connection.writing():
            self._connection.write(self._sql["drop_closed"], {})

    def steps_done(self) -> dict[str, int]:
        """By how many steps the tables of each store were made."""
        return self._connection.steps_done()

    def database(self) -> tuple[str, int]:
        """Which PostgreSQL it is, and how many bytes the database has."""
        row = self._connection.rows(self._sql["database"])[0]
        return row["version"], row["bytes"]

    def workers(self, silent_s: float) -> Workers:
        """Who is at work, and who was silent for so long."""
        return Workers(**self._connection.rows(self._sql["workers"], {"silent_s": silent_s})[0])

    def line(self) -> Waiting:
        """What waits, of all cases."""
        return Waiting(**self._connection.rows(self._sql["line"])[0])

    def has_work(self, case_ids: Collection[str], soon_s: float) -> bool:
        """Whether a message of these cases goes so soon, or one of any case is in hand."""
        values = {"cases": list(case_ids), "soon_s": soon_s}
        return bool(self._connection.rows(self._sql["has_work"], values)[0]["has_work"])

    def waiting(self, case_ids: Collection[str]) -> int:
        """How many messages of these cases wait."""
        row = self._connection.rows(self._sql["waiting"], {"cases": list(case_ids)})[0]
        return int(row["count"])

"""The cases of a clinic: names go in, cases come out; what is in a case is not known here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import CaseClosedError, CaseMissingError, CasePausedError
from kit.model import Case
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kit.connector import Database

FOLDER = Path(__file__).parent


class Cases:
    """The list of cases."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(FOLDER)
        connection.bring_up_to_date("cases", FOLDER / "schema")

    def key_hash(self) -> str:
        """By what the clinic's own key is known; nothing before its first use."""
        return self._connection.rows(self._sql["key_hash"])[0]["key_hash"] or ""

    def keep_key_hash(self, make: Callable[[], str]) -> None:
        """Keep by what it is known, unless somebody else was first: then nothing is made."""
        with self._connection.writing():
            if not self.key_hash():
                self._connection.write(self._sql["keep_key_hash"], {"key_hash": make()})

    def add(self, case: Case) -> None:
        """Keep a new case."""
        values = {"id": case.id, "name": case.name, "opened_at": written(case.opened_at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_case"], values)

    def add_moved(self, case: Case, sealed_name: bytes, origin: str) -> None:
        """Keep a new case over a connection that sees it alone: its name is sealed for the list."""
        values = {
            "id": case.id,
            "name": sealed_name,
            "opened_at": written(case.opened_at),
            "origin": origin,
        }
        with self._connection.writing():
            self._connection.write(self._sql["save_moved_case"], values)

    def of_store(self, origin: str) -> list[Case]:
        """Every case that was made of that store, or became it, the oldest first."""
        rows = self._connection.rows(self._sql["cases_of_store"], {"origin": origin})
        return [_case(row) for row in rows]

    def move_out(self, id_: str, origin: str, at: datetime) -> None:
        """It becomes that store; of one that became it before, the time stays."""
        values = {"id": id_, "origin": origin, "at": written(at)}
        with self._connection.writing():
            self._connection.write(self._sql["move_case_out"], values)

    def all(self) -> list[Case]:
        """Every case, the oldest first."""
        return [_case(row) for row in self._connection.rows(self._sql["cases"])]

    def find(self, id_: str) -> Case | None:
        """The case with that id."""
        rows = self._connection.rows(self._sql["case"], {"id": id_})
        return _case(rows[0]) if rows else None

    def open(self) -> list[str]:
        """The ids of those that are not closed."""
        return [row["id"] for row in self._connection.rows(self._sql["open"])]

    def served(self) -> list[str]:
        """The ids of those from which messages go: neither closed nor paused."""
        return [row["id"] for row in self._connection.rows(self._sql["served"])]

    def close(self, id_: str, at: datetime) -> None:
        """Close it; one that is closed stays as it is. From now on nothing is claimed in it."""
        with self._connection.writing():
            self._connection.write(self._sql["close_case"], {"id": id_, "at": written(at)})

    def pause(self, id_: str, *, paused: bool) -> None:
        """Nothing is claimed in it from now on, until it goes on."""
        with self._connection.writing():
            self._connection.write(self._sql["pause_case"], {"id": id_, "paused": paused})


def check_open(connection: Database, *, to_send: bool) -> None:
    """See that the case of this connection is open, and stays so until the block ends.

    Raises:
        CaseClosedError: it is not.
        CasePausedError: something is to be sent, and it is paused.
        CaseMissingError: there is no such case any more.
    """
    rows = connection.rows(connection.queries(FOLDER)["this_case"])
    if not rows:
        raise CaseMissingError
    if rows[0]["closed_at"]:
        raise CaseClosedError
    if to_send and rows[0]["paused"]:
        raise CasePausedError


def erase(connection: Database) -> None:
    """Erase the case of this connection, which is closed, and all that is of it."""
    with connection.writing():
        connection.write(connection.queries(FOLDER)["erase_this_case"], {})


def _case(row: Mapping[str, Any]) -> Case:
    return Case(
        id=row["id"],
        name=row["name"],
        opened_at=read(row["opened_at"]),
        closed_at=read(row["closed_at"]) if row["closed_at"] else None,
        paused=bool(row["paused"]),
        moved_out_at=read(row["moved_out_at"]) if row["moved_out_at"] else None,
    )

"""The cases of a clinic: names go in, cases come out; what is in a case is not known here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.model import Case
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kit.connector import Database

FOLDER = Path(__file__).parent


class Cases:
    """The list of cases."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(FOLDER)
        connection.bring_up_to_date("cases", FOLDER / "schema")

    def add(self, case: Case) -> None:
        """Keep a new case."""
        values = {"id": case.id, "name": case.name, "opened_at": written(case.opened_at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_case"], values)

    def all(self) -> list[Case]:
        """Every case, the oldest first."""
        return [_case(row) for row in self._connection.rows(self._sql["cases"])]

    def find(self, id_: str) -> Case | None:
        """The case with that id."""
        rows = self._connection.rows(self._sql["case"], {"id": id_})
        return _case(rows[0]) if rows else None

    def close(self, id_: str, at: datetime) -> None:
        """Close it; one that is closed stays as it is."""
        with self._connection.writing():
            self._connection.write(self._sql["close_case"], {"id": id_, "at": written(at)})

    def pause(self, id_: str, *, paused: bool) -> None:
        """Nothing is sent from it, until it goes on."""
        with self._connection.writing():
            self._connection.write(self._sql["pause_case"], {"id": id_, "paused": paused})


def _case(row: Mapping[str, Any]) -> Case:
    return Case(
        id=row["id"],
        name=row["name"],
        opened_at=read(row["opened_at"]),
        closed_at=read(row["closed_at"]) if row["closed_at"] else None,
        paused=bool(row["paused"]),
    )

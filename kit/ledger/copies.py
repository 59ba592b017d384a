"""Copies: that a store was made of another one's copy, and what was asked since, go in and stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit.times import read, written

if TYPE_CHECKING:
    from datetime import datetime

    from kit.connector import Change, Database


class Copies:
    """What a store knows of the one that it is a copy of."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(Path(__file__).parent)
        rows = connection.rows(self._sql["copied_at"])
        #: when the copy was made that this store came from; nothing: it came from none
        self.made_at: datetime | None = read(rows[0]["at"]) if rows else None

    def mark(self, at: datetime) -> Change:
        """What is written into a copy that is made now, and into nothing else."""
        return self._sql["mark_copy"], {"at": written(at)}

    def asked(self, plan_id: str) -> set[str]:
        """The channels of which it is known, for that plan, what went by them elsewhere."""
        return {row["channel"] for row in self._rows() if row["plan_id"] in ("", plan_id)}

    def settled_by_word(self) -> set[str]:
        """The channels of which the borrower has said what went by them."""
        return self.asked("")

    def ever_asked(self) -> set[str]:
        """The channels that have been asked since, for whatever plan."""
        return {row["channel"] for row in self._rows()}

    def were_people_forgotten(self) -> bool:
        """Whether the people of the book were forgotten in this copy."""
        return bool(self._connection.rows(self._sql["forgotten_in_copy"])[0]["count"])

    def keep_asked(self, channel: str, at: datetime, plan_id: str = "") -> None:
        """It is known for that plan; without one, for every plan, by the borrower's word."""
        values = {"channel": channel, "plan_id": plan_id, "at": written(at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_copy_asked"], values)

    def _rows(self) -> list[dict[str, str]]:
        return self._connection.rows(self._sql["copy_asked"])

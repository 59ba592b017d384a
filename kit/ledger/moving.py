"""What a ledger must know that came from another store, or goes into one: rows go in and come out.

A laptop's store and the case that is made of it call a message, a try and a reply the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.ledger.paces import Paces
from kit.ledger.record import looked_up
from kit.model import EntryKind
from kit.times import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kit.connector import Database

#: In which column of which table the numbers of another stand.
POINTS_TO = {
    ("forgetting", "last_plan"): "plan",
    ("forgetting", "copied"): "copied",
    ("copy_asked", "copied"): "copied",
}


def adds(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a database keeps beside a content that it cannot read."""
    return looked_up(EntryKind(content["kind"]), content["content"])


class Moves:
    """Asked where one store becomes another."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(Path(__file__).parent)
        self._paces = Paces(connection, self._sql)

    def came_by(self) -> set[datetime]:
        """When the copies were made that this store came by."""
        return {read(row["at"]) for row in self._connection.rows(self._sql["copies"])}

    def count(self, now: datetime) -> None:
        """Count what was claimed elsewhere in the last days, where cases share its sender."""
        self._paces.count_moved(now)

"""Filings: what the borrower says became of letters and complaints goes in, and stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kit.model import Filing, FilingEvent
from kit.times import read, written

if TYPE_CHECKING:
    from kit.connector import Database


class Filings:
    """What was sent and answered, in the order in which it was said."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(Path(__file__).parent)

    def add(self, filing: Filing) -> None:
        """Keep it."""
        row = {
            "draft": filing.draft,
            "event": filing.event.value,
            "on_day": filing.on.isoformat(),
            "lender": filing.lender,
            "reference": filing.reference,
            "noted_at": written(filing.noted_at),
        }
        with self._connection.writing():
            self._connection.write(self._sql["save_filing"], row)

    def all(self) -> list[Filing]:
        """Every one, in the order in which it was said."""
        return [
            Filing(
                draft=row["draft"],
                event=FilingEvent(row["event"]),
                on=date.fromisoformat(row["on_day"]),
                lender=row["lender"],
                reference=row["reference"],
                noted_at=read(row["noted_at"]),
            )
            for row in self._connection.rows(self._sql["filings"])
        ]

"""Proposals: reports of calls go in, and stay as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kit.model import E164, NAMESPACE, Proposal, Report
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector import Database


def proposal_id(report_id: str, contact_id: str) -> str:
    """The id of a report that a contact sent."""
    return str(uuid5(NAMESPACE, f"{report_id} {contact_id}"))


class Proposals:
    """What people report of calls, for the borrower to decide on."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    def add(self, proposal: Proposal) -> bool:
        """Keep it; false when it is there already.

        Of two contacts who report the same each is kept. What somebody sent is there already, too,
        when it comes again and nobody says from whom.
        """
        row = _row(proposal)
        with self._connection.writing():
            if self._connection.rows(self._sql["proposals_of_report"], row)[0]["count"]:
                return False
            self._connection.write(self._sql["save_proposal"], row)
        return True

    def all(self) -> list[Proposal]:
        """Every one, the oldest call first; of a report somebody sent only those by contacts."""
        return [_proposal(row) for row in self._connection.rows(self._sql["proposals"])]


def _row(proposal: Proposal) -> dict[str, Any]:
    report = proposal.report
    return {
        "id": proposal.id,
        "report_id": report.id,
        "contact_id": proposal.contact_id,
        "heard_by": proposal.heard_by,
        "heard_at": written(proposal.heard_at),
        "at": written(report.at),
        "shown_number": report.number,
        "caller": proposal.caller or "",
        "said_they_were": report.said_they_were,
        "said": report.said,
        "debt_named": report.debt_named,
        "refused": report.refused,
        "checked": report.checked,
    }


def _proposal(row: Mapping[str, Any]) -> Proposal:
    report = Report(
        id=row["report_id"],
        at=read(row["at"]),
        number=row["shown_number"],
        said_they_were=row["said_they_were"],
        said=row["said"],
        debt_named=_answer(row["debt_named"]),
        refused=_answer(row["refused"]),
        checked=bool(row["checked"]),
    )
    return Proposal(
        id=row["id"],
        report=report,
        caller=E164(row["caller"]) if row["caller"] else None,
        contact_id=row["contact_id"],
        heard_by=row["heard_by"],
        heard_at=read(row["heard_at"]),
    )


def _answer(value: int | None) -> bool | None:
    return None if value is None else bool(value)

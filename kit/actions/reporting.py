"""Report: what contacts say of calls becomes proposals; the texts they sent go in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import phone
from kit.errors import DamagedReportError, NoReportError, NumberError
from kit.ledger.proposals import proposal_id
from kit.model import Proposal

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kit.actions.store import Store
    from kit.model import E164, Heard, Problem, Report

#: How a report came that the borrower typed in.
BORROWER = "borrower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What one text brought."""

    new: list[Proposal]
    #: were there before
    known: list[Proposal]
    problems: list[Problem]


def add(store: Store, text: str, who: str = "") -> Reported:
    """Keep every report in a text that the borrower gives, as sent by WHO.

    Raises:
        NoReportError: there is none in it.
        DamagedReportError: none of those in it can be used.
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
    """
    from kit import contacts as people

    now = store.clock()
    with store.changing():
        contact_id = people.find(store.book.contacts(), who, store.region).id if who else ""
        reports, problems = _read(store, text, now)
        if not reports:
            raise DamagedReportError(problems=tuple(problems)) if problems else NoReportError
        done = Reported(new=[], known=[], problems=problems)
        for report in reports:
            proposal = _proposal(store, report, contact_id, BORROWER, now)
            (done.new if store.ledger.propose(proposal) else done.known).append(proposal)
    return done


def keep(store: Store, heard: Heard) -> None:
    """Keep every report in a reply; it stands in the transaction that keeps the reply."""
    reply = heard.reply
    for report in of_reply(store, heard)[0]:
        proposal = _proposal(store, report, heard.contact_id, reply.channel, reply.at)
        store.ledger.propose(proposal)


def of_reply(store: Store, heard: Heard) -> tuple[list[Report], list[Problem]]:
    """The reports in a reply, and what is wrong with those that cannot be used.

    A reply speaks of what was before it, so that it says the same whenever it is read.
    """
    return _read(store, heard.reply.text, heard.reply.at)


def proposals(store: Store) -> list[Proposal]:
    """Every report that was kept, the oldest call first."""
    return store.ledger.proposals()


def on_the_clock(store: Store, report: Report) -> str:
    """When it was, as whoever sent it wrote it."""
    return shown(store, report.at)


def shown(store: Store, at: datetime) -> str:
    """A time by the clocks of those who report."""
    return f"{at.astimezone(_zone(store, at)):%Y-%m-%d %H:%M}"


def _read(store: Store, text: str, now: datetime) -> tuple[list[Report], list[Problem]]:
    from kit import inbox  # its rules take as long to make as all else that a command needs

    return inbox.read_reports(text, now=now, zone=_zone(store, now))


def _zone(store: Store, at: datetime) -> tzinfo:
    """By which clocks contacts tell the time: the region's; of several zones the borrower's own."""
    zones = phone.zones_of(store.region)
    return ZoneInfo(zones[0]) if len(zones) == 1 else at.astimezone().tzinfo or UTC


def _proposal(
    store: Store, report: Report, contact_id: str, heard_by: str, heard_at: datetime
) -> Proposal:
    return Proposal(
        id=proposal_id(report.id, contact_id),
        report=report,
        caller=_caller(report.number, store.region),
        contact_id=contact_id,
        heard_by=heard_by,
        heard_at=heard_at,
    )


def _caller(number: str, region: str) -> E164 | None:
    """The one number that it is, wherever a line was wrapped."""
    try:
        return phone.parse("".join(number.split()), region)
    except NumberError:
        return None

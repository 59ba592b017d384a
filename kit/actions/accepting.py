"""Accept: what contacts reported waits as a proposal; what the borrower takes becomes an incident.

A report is a proposal, and so is a reply that tells of a call without one. An incident stays the
account of whoever sent it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kit.actions import hearing, recording, reporting
from kit.actions.recording import PROPOSED, Told
from kit.errors import NoProposalError, TimeUntoldError
from kit.evidence import contents
from kit.evidence.chain import canonical, stamp
from kit.model import NAMESPACE, Account, EntryKind, IncidentKind, Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from kit.actions.store import Store
    from kit.model import Heard, Incident, Proposal, Reply

#: What stands beside a reply of which nobody knows when the call was.
_OF_REPLY = "the time of the reply, not of the call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One proposal, for the borrower to take or not."""

    id: str
    contact_id: str
    at: datetime
    #: else it is the time of the reply, which no incident has for its own
    is_time_told: bool
    told: Told = field(repr=False)


def waiting(store: Store) -> list[Waiting]:
    """The proposals that were neither accepted nor declined, the oldest first."""
    done = store.record.declined() | _accepted(store)
    known = {contact.id for contact in store.book.listed()}
    found = [*_of_reports(store, known), *_of_replies(store, known)]
    return sorted((one for one in found if one.id not in done), key=lambda one: one.at)


def named(store: Store, ids: Sequence[str]) -> list[Waiting]:
    """The waiting proposals with these ids, or whose ids begin so; each once.

    Raises:
        NoProposalError: one of them is none, or more than one.
    """
    everything = waiting(store)
    found: dict[str, Waiting] = {}
    for which in ids:
        begin = [one for one in everything if which and one.id.startswith(which)]
        if len(begin) != 1:
            raise NoProposalError
        found[begin[0].id] = begin[0]
    return list(found.values())


def accept(store: Store, which: str, **changes: Any) -> Incident:  # noqa: ANN401 (fields of Told)
    """Make an incident of the proposal; `changes` are what the borrower knows better.

    Raises:
        NoProposalError: none waits that is called so.
        TimeUntoldError, FutureIncidentError: as for `take`.
    """
    (one,) = named(store, [which])
    return take(store, [one], **changes)[0]


def take(store: Store, proposals: Sequence[Waiting], **changes: Any) -> list[Incident]:  # noqa: ANN401
    """Make incidents of these proposals: all of them, or none.

    Raises:
        TimeUntoldError: nobody said when it was, and `changes` do not.
        FutureIncidentError: one of them is yet to come.
    """
    if "at" not in changes and not all(one.is_time_told for one in proposals):
        raise TimeUntoldError
    found = []
    with store.changing():
        for one in proposals:
            incident, is_new = recording.note(store, replace(one.told, **changes))
            if not is_new:  # noted before by another way: it waits no longer
                store.record.decline(one.id, store.clock())
            found.append(incident)
    return found


def decline(store: Store, *ids: str) -> None:
    """The borrower does not take these proposals; the reports themselves stay.

    Raises:
        NoProposalError: one of them does not wait.
    """
    with store.changing():
        for one in named(store, ids):
            store.record.decline(one.id, store.clock())


def reply_id(reply: Reply) -> str:
    """The id of the proposal that a reply is."""
    return str(uuid5(NAMESPACE, f"reply {reply.channel} {reply.provider_id}"))


def _accepted(store: Store) -> set[str]:
    """The proposals of which an incident was made that was not removed."""
    kept = (one.content for one in store.record.contents(EntryKind.INCIDENT))
    sources = (contents.read_incident(one).source for one in kept)
    return {one.removeprefix(PROPOSED) for one in sources if one.startswith(PROPOSED)}


def _of_reports(store: Store, known: set[str]) -> Iterator[Waiting]:
    for proposal in reporting.proposals(store):
        report = proposal.report
        told = Told(
            kind=IncidentKind.CALL,
            at=report.at.astimezone(),
            number=report.number,
            said_they_were=report.said_they_were,
            said=report.said,
            disclosed=report.debt_named,
            refused=report.refused,
            source=f"{PROPOSED}{proposal.id}",
            original=_report_as_kept(proposal),
            **_by(proposal.contact_id, known),
        )
        yield Waiting(
            id=proposal.id,
            contact_id=proposal.contact_id,
            at=report.at,
            is_time_told=True,
            told=told,
        )


def _of_replies(store: Store, known: set[str]) -> Iterator[Waiting]:
    """The replies that tell of a call, and hold no report of it."""
    for heard in hearing.replies(store):
        if heard.meaning is not Meaning.HARASSED or reporting.of_reply(store, heard)[0]:
            continue
        reply = heard.reply
        told_id = reply_id(reply)
        told = Told(
            kind=IncidentKind.CALL,
            at=reply.at.astimezone(),
            said=reply.text,
            is_retold=True,
            source=f"{PROPOSED}{told_id}",
            original=_reply_as_kept(heard),
            **_by(heard.contact_id, known),
        )
        yield Waiting(
            id=told_id,
            contact_id=heard.contact_id,
            at=reply.at,
            is_time_told=False,
            told=told,
        )


def _by(contact_id: str, known: set[str]) -> dict[str, Any]:
    """Whose account it is, and who was reached: whoever sent it, where they are in the book."""
    who = contact_id if contact_id in known else ""
    return {"account": Account.CONTACT, "by": who, "to": who}


def _report_as_kept(proposal: Proposal) -> str:
    report = proposal.report
    return canonical(
        {
            "at": stamp(report.at),
            "number": report.number,
            "said_they_were": report.said_they_were,
            "said": report.said,
            "debt_named": report.debt_named,
            "refused": report.refused,
            "checked": report.checked,
            "heard_by": proposal.heard_by,
            "heard_at": stamp(proposal.heard_at),
        }
    )


def _reply_as_kept(heard: Heard) -> str:
    reply = heard.reply
    return canonical(
        {
            "at": stamp(reply.at),
            "at_is": _OF_REPLY,
            "channel": reply.channel,
            "sender": reply.sender,
            "text": reply.text,
        }
    )

"""Entries of the record in words: incidents, files and gaps go in; lines, or JSON, come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.actions import entries
from kit.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kit.actions.entries import File, Gap, Noted
    from kit.actions.recording import Told
    from kit.cli.talk import Talk
    from kit.model import Incident

_THOUSAND = 1000


def lines(
    talk: Talk, told: Incident | Told, at: datetime, number: int | None = None
) -> Iterator[str]:
    """What somebody tells, in plain words; the first line is its heading."""
    yield " · ".join(
        (
            *(() if number is None else (f"{number}",)),
            _clock(at),
            talk.label(told.kind),
            f"{_plain(told.number) or talk.say('(no number shown)')} → {_whom(talk, told)}",
        )
    )
    if told.said_they_were:
        yield talk.say("  They said they were: {name}", name=_plain(told.said_they_were))
    if told.said:
        yield talk.say("  What was said: {words}", words=_plain(told.said))
    yield from _answers(talk, told)
    yield _by_whom(talk, told)


def file_line(talk: Talk, file: File) -> str:
    """One file on one line."""
    exhibit = file.exhibit
    facts = [
        talk.say("{number}: file {name}", number=file.number, name=_plain(exhibit.name)),
        exhibit.media_type,
        size(exhibit.size),
    ]
    if exhibit.taken_at:
        taken = talk.say(
            "{at} ({origin})", at=exhibit.taken_at, origin=talk.label(exhibit.taken_from)
        )
        facts.append(taken)
    if exhibit.received_from or exhibit.received_by:
        handed = " · ".join(filter(None, (exhibit.received_from, exhibit.received_by)))
        facts.append(talk.say("handed over: {how}", how=_plain(handed)))
    return " · ".join(facts)


def fields(one: Noted) -> dict[str, object]:
    """An incident, for a program."""
    incident = one.incident
    return {
        "id": incident.id,
        "number": one.number,
        "kind": incident.kind.value,
        "at": entries.clock(incident).isoformat(),
        "zones": list(incident.zones),
        "from": incident.number,
        "caller": incident.caller,
        "to": incident.to,
        "to_borrower": incident.to_borrower,
        "contact_id": incident.contact_id or None,
        "said_they_were": incident.said_they_were,
        "said": incident.said,
        "disclosed": incident.disclosed,
        "refused": incident.refused,
        "answered": incident.answered,
        "threatened": incident.threatened,
        "unidentified": incident.unidentified,
        "account": incident.account.value,
        "account_of": incident.account_of or None,
        "account_name": incident.account_name,
        "noted_at": incident.noted_at.isoformat(),
        "source": incident.source,
        "exhibits": [file_fields(file) for file in one.files],
    }


def file_fields(file: File) -> dict[str, object]:
    """A file, for a program."""
    exhibit = file.exhibit
    return {
        "id": exhibit.id,
        "number": file.number,
        "kind": "exhibit",
        "incident_id": exhibit.incident_id or None,
        "name": exhibit.name,
        "sha256": exhibit.sha256,
        "size": exhibit.size,
        "media_type": exhibit.media_type,
        "taken_at": exhibit.taken_at.isoformat() if exhibit.taken_at else None,
        "taken_from": exhibit.taken_from.value,
        "received_from": exhibit.received_from,
        "received_by": exhibit.received_by,
    }


def gap_fields(gap: Gap) -> dict[str, object]:
    """A gap, for a program."""
    return {
        "id": None,
        "number": gap.number,
        "kind": "removed",
        "was": gap.kind.value,
        "removed_at": gap.removed_at.isoformat(),
    }


def _answers(talk: Talk, told: Incident | Told) -> Iterator[str]:
    """What is known of it, and is yes or no."""
    said = {True: talk.say("yes"), False: talk.say("no")}
    if told.answered is not None:
        yield talk.say("  Did somebody answer? {answer}", answer=said[told.answered])
    if told.disclosed is not None:
        yield talk.say("  Was a debt named? {answer}", answer=said[told.disclosed])
    if told.refused is not None:
        yield talk.say("  Did the contact refuse? {answer}", answer=said[told.refused])
    if told.threatened is not None:
        yield talk.say("  Was somebody threatened? {answer}", answer=said[told.threatened])
    if told.unidentified:
        yield talk.say("  Asked who they are, they did not say.")


def _by_whom(talk: Talk, told: Incident | Told) -> str:
    if told.account is Account.LOG:
        return talk.say("  As the phone or the carrier wrote it down.")
    name = getattr(told, "account_name", "") or getattr(told, "by", "")
    if name:
        return talk.say("  By the account of: {name}", name=_plain(name))
    if told.account is Account.CONTACT:
        return talk.say("  By the account of: {name}", name=talk.say("(not in your contacts)"))
    return talk.say("  By your own account.")


def _whom(talk: Talk, told: Incident | Told) -> str:
    if getattr(told, "to_borrower", False):
        return talk.say("you")
    return _plain(told.to) or talk.say("(nobody said whom)")


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def size(count: int) -> str:
    """So many bytes, as people say it."""
    for unit in ("B", "kB"):
        if count < _THOUSAND:
            return f"{count} {unit}"
        count = round(count / _THOUSAND)
    return f"{count} MB"

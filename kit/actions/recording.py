"""The record of evidence: what somebody tells of a call goes in; incidents, by their account.

Whatever is written is a link of one chain (`evidence/chain`). What the borrower removes is gone;
its entry stays, so that the gap can be seen.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from kit import phone
from kit.actions import exhibits as kept_files
from kit.actions import times
from kit.errors import (
    FutureIncidentError,
    NobodyFoundError,
    NoIncidentError,
    NotATimeError,
    NumberError,
)
from kit.evidence import chain, contents
from kit.model import Account, EntryKind, Exhibit, Incident, IncidentKind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from kit.actions.exhibits import Handed
    from kit.actions.store import Store
    from kit.model import E164, Contact

#: What a borrower types for themselves.
ONESELF = frozenset({"me", "myself", "self", "我", "本人", "自己", "我自己"})
#: As far as the clock of whoever tells may be ahead.
_CLOCKS_DIFFER = timedelta(minutes=5)
_ME = "me"
#: How the source of an incident begins that was a proposal.
PROPOSED = "proposal "
#: What is said where something is not even what we wrote.
UNREADABLE = Problem(where="#", what="What is kept cannot be read: it was changed.")
_STRAY = "Something is kept here that no entry tells of."
#: By which field of what it tells an entry is kept.
_NAMED_BY = {
    EntryKind.INCIDENT: "id",
    EntryKind.EXHIBIT: "id",
    EntryKind.REMOVED: "removes",
    EntryKind.TIMESTAMP: "nonce",
}
_MISFILED = "What the entry tells is kept as if another entry told it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of one call, text, visit or post; as it is typed."""

    kind: IncidentKind
    #: with its zone
    at: datetime
    #: the caller's, as it was shown; empty when it was hidden or nobody knows
    number: str = field(default="", repr=False)
    #: who was reached: a contact, the borrower (`me`, `我`), or plain words
    to: str = field(default="", repr=False)
    said_they_were: str = field(default="", repr=False)
    said: str = field(default="", repr=False)
    #: `said` is what whoever was reached wrote of it, maybe of a call that nobody answered
    is_retold: bool = False
    disclosed: bool | None = None
    refused: bool | None = None
    answered: bool | None = None
    threatened: bool | None = None
    unidentified: bool | None = None
    account: Account = Account.BORROWER
    #: whose account it is: a contact or plain words; empty: the borrower's
    by: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    original: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of it."""

    incident: Incident
    #: it was not there before
    is_new: bool
    exhibits: tuple[Exhibit, ...] = ()


def read_time(store: Store, text: str) -> datetime:
    """The time that somebody typed; without a zone it is by the borrower's clock.

    Raises:
        NotATimeError: it is none.
    """
    at = times.typed(text)
    if at is None:
        raise NotATimeError
    return at if at.tzinfo else at.replace(tzinfo=times.own(store, at))


def told_time(store: Store, text: str) -> datetime:
    """The time that somebody tells, such as 昨天 22:30; else as `read_time` has it.

    Raises:
        NotATimeError: it is none.
    """
    return times.said(store, text) or read_time(store, text)


def by_the_clock(store: Store, at: datetime) -> datetime:
    """The time as the borrower's clock shows it."""
    return at.astimezone(times.own(store, at))


def zones(store: Store, at: datetime) -> tuple[str, ...]:
    """By which clocks the borrower lives: those of the region; of several the one it is told in."""
    return zones_in(store.region, at)


def zones_in(region: str, at: datetime) -> tuple[str, ...]:
    """By which clocks people live there: the region's; of several the one it was told in."""
    of_region = phone.zones_of(region)
    if len(of_region) == 1 or at.tzinfo is None:
        return of_region[:1] or ("UTC",)
    return (f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5],)


def add(store: Store, told: Told, files: Sequence[Handed] = ()) -> Added:
    """Write down what somebody tells, with the files that show it: all of it, or nothing.

    Raises:
        FutureIncidentError: it is yet to come.
        AmbiguousError: `to` or `by` is more than one contact.
        ExhibitError: a file cannot be kept.
    """
    looked = [kept_files.look(store, one, position) for position, one in enumerate(files, 1)]
    with store.changing():
        incident, is_new = note(store, told)
        kept = [kept_files.keep(store, one, incident.id)[0] for one in looked]
    return Added(incident=incident, is_new=is_new, exhibits=tuple(kept))


def attach(store: Store, incident_id: str, files: Sequence[Handed]) -> list[Exhibit]:
    """Keep more files for an incident that stands there: all of them, or none.

    Raises:
        NoIncidentError: there is no such incident.
        ExhibitError: a file cannot be kept.
    """
    looked = [kept_files.look(store, one, position) for position, one in enumerate(files, 1)]
    with store.changing():
        if store.record.find(EntryKind.INCIDENT, incident_id) is None:
            raise NoIncidentError
        return [kept_files.keep(store, one, incident_id)[0] for one in looked]


def note(store: Store, told: Told) -> tuple[Incident, bool]:
    """Write one incident down; false when it was there already. It stands in a transaction.

    Raises:
        FutureIncidentError, AmbiguousError: as for `add`.
    """
    return keep(store, drafted(told, Who(store)))


def drafted(told: Told, who: Who) -> Incident:
    """The incident that is told; nothing is written.

    Raises:
        FutureIncidentError, AmbiguousError: as for `add`.
    """
    now = who.store.clock()
    if told.at > now + _CLOCKS_DIFFER:
        raise FutureIncidentError
    said = _said(told, who)
    return Incident(
        id=contents.incident_id(said),
        noted_at=now,
        source=told.source,
        original=told.original,
        **said,
    )


def keep(store: Store, incident: Incident) -> tuple[Incident, bool]:
    """Write an incident down, or find it; false when it was there. It stands in a transaction."""
    if known := store.record.find(EntryKind.INCIDENT, incident.id):
        return contents.read_incident(known.content), False
    content = contents.write(incident, secrets.token_hex(16))
    write(store, EntryKind.INCIDENT, incident.id, content)
    return incident, True


def write(store: Store, kind: EntryKind, told_id: str, content: str) -> None:
    """Write the next entry of the record."""
    with store.changing():
        entry = chain.linked(kind, store.clock(), content, store.record.head())
        store.record.append(entry, told_id, content)


def incidents(store: Store) -> list[Incident]:
    """Every incident that was not removed, the oldest first."""
    kept = store.record.contents(EntryKind.INCIDENT)
    found = [contents.read_incident(one.content) for one in kept]
    return sorted(found, key=lambda one: one.at)


def incident(store: Store, which: str) -> Incident:
    """The incident with that id, or whose id begins so.

    Raises:
        NoIncidentError: there is none, or more than one.
    """
    found = [one for one in incidents(store) if which and one.id.startswith(which)]
    if len(found) != 1:
        raise NoIncidentError
    return found[0]


def remove(store: Store, kind: EntryKind, told_id: str) -> None:
    """Remove what the borrower wants gone; that something stood there stays visible.

    The files of an incident go with it.

    Raises:
        NoIncidentError: there is none.
    """
    with store.changing():
        kept = store.record.find(kind, told_id)
        if kept is None:
            raise NoIncidentError
        if kind is EntryKind.INCIDENT:
            _let_go(store, contents.read_incident(kept.content))
            for one in kept_files.exhibits(store):
                if one.incident_id == told_id:
                    remove(store, EntryKind.EXHIBIT, one.id)
        content = chain.canonical(
            {"removes": kept.number, "kind": kind.value, "nonce": secrets.token_hex(16)}
        )
        store.record.remove(kept.number)
        write(store, EntryKind.REMOVED, f"{kept.number}", content)


def _let_go(store: Store, incident: Incident) -> None:
    """What was proposed, or stands in a log, does not come back by itself once it was removed."""
    if incident.account is Account.LOG:
        store.record.decline(store.record.mark(contents.same(incident)), store.clock())
    elif incident.source.startswith(PROPOSED):
        store.record.decline(incident.source.removeprefix(PROPOSED), store.clock())


def verify(store: Store) -> list[Problem]:
    """What is wrong with the record; nothing: it stands as it was written."""
    found: list[Problem] = []
    for check in (_unlinked, _misfiled, kept_files.changed):
        try:
            found.extend(check(store))
        except contents.DAMAGES:
            found.append(UNREADABLE)
    return said_once(found)


def said_once(found: Sequence[Problem]) -> list[Problem]:
    """The problems, each once, however many looked."""
    return list({(one.where, one.what): one for one in found}.values())


def _unlinked(store: Store) -> Iterator[Problem]:
    """What is not as the chain has it."""
    return chain.check(store.record.entries(), store.record.head())


def _misfiled(store: Store) -> Iterator[Problem]:
    """What is kept as if another entry told it, or none: it would be looked for in vain."""
    for number in store.record.strays():
        yield Problem(where=f"#{number}", what=_STRAY)
    filed = {
        (one.number, kind): one.id for kind in EntryKind for one in store.record.contents(kind)
    }
    for entry, content in store.record.entries():
        if content is None or chain.digest(content) != entry.digest:  # which the chain says
            continue
        told_id = filed.get((entry.number, entry.kind))
        if told_id != _named(entry.kind, content):
            yield Problem(where=f"#{entry.number}", what=_MISFILED)


def _named(kind: EntryKind, content: str) -> str | None:
    """Under which id it is kept; nothing where it cannot be read."""
    try:
        return f"{json.loads(content)[_NAMED_BY[kind]]}"
    except contents.DAMAGES:
        return None


def removed(store: Store) -> int:
    """How many entries the borrower removed."""
    return sum(1 for _ in store.record.contents(EntryKind.REMOVED))


class Who:
    """Who is meant by what people type: the book is read once, for however many incidents."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.region = store.region
        self._people = store.book.contacts()
        self._me = store.book.setting(_ME)
        self._known: dict[str, tuple[bool, Contact | None, str]] = {}

    def named(self, who: str) -> tuple[bool, Contact | None, str]:
        """Whether it is the borrower; the contact, where it is one; and what they are called.

        Raises:
            AmbiguousError: it is more than one contact.
        """
        if who not in self._known:
            self._known[who] = self._found(" ".join(who.split()))
        return self._known[who]

    def is_me(self, contact: Contact) -> bool:
        """Whether the contact is the borrower."""
        return contact.id == self._me

    def _found(self, who: str) -> tuple[bool, Contact | None, str]:
        from kit import contacts

        if not who or _is_oneself(who):
            return bool(who), None, who
        try:
            found = contacts.find(self._people, who, self.region)
        except NobodyFoundError:
            return False, None, who
        return self.is_me(found), found, found.name or who


def _said(told: Told, who: Who) -> dict[str, Any]:
    """The fields that make the incident what it is."""
    number = " ".join(told.number.split())
    to_borrower, reached, to = who.named(told.to)
    _, teller, by = who.named(told.by)
    account = told.account
    if told.by and not (teller and who.is_me(teller)) and not _is_oneself(by):
        account = Account.CONTACT
    return {
        "kind": told.kind,
        "at": told.at.astimezone(UTC),
        "zones": _zones_of(who, reached, told.at),
        "number": number,
        "caller": _caller(number, who.region),
        "to_borrower": to_borrower,
        "contact_id": reached.id if reached else "",
        "to": to,
        "said_they_were": told.said_they_were.strip(),
        "said": told.said.strip(),
        "disclosed": told.disclosed,
        "refused": told.refused,
        "answered": _answered(told),
        "threatened": told.threatened,
        "unidentified": told.unidentified,
        "account": account,
        "account_of": teller.id if teller and account is Account.CONTACT else "",
        "account_name": by if account is Account.CONTACT else "",
    }


def _answered(told: Told) -> bool | None:
    """Whether somebody spoke: whoever tells what was said heard it."""
    if told.answered is not None or told.kind is not IncidentKind.CALL:
        return told.answered
    heard = told.said and not told.is_retold
    return True if heard or told.disclosed or told.refused or told.threatened else None


def knows(store: Store, who: str) -> bool:
    """Whether WHO is a contact, or the borrower.

    Raises:
        AmbiguousError: it is more than one contact.
    """
    is_borrower, contact, _ = Who(store).named(who)
    return is_borrower or contact is not None


def _is_oneself(who: str) -> bool:
    return who.casefold() in ONESELF


def _zones_of(who: Who, reached: Contact | None, at: datetime) -> tuple[str, ...]:
    """By which clocks it is judged: those where whoever was reached may be."""
    theirs = phone.zones(reached.numbers[0]) if reached and reached.numbers else ()
    return tuple(theirs) or zones_in(who.region, at)


def _caller(number: str, region: str) -> E164 | None:
    try:
        return phone.parse("".join(number.split()), region) if number else None
    except NumberError:
        return None

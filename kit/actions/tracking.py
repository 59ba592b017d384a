"""Track: where messages stand goes in; whose each is and what it asks of the borrower come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kit import plan as planning
from kit.actions import progress
from kit.actions.delivery import opted_out, told
from kit.actions.reviewing import UNREACHED
from kit.model import (
    BY_WORD,
    TOLD_GROUPS,
    Fault,
    Group,
    Meaning,
    SkipReason,
    Standing,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kit.actions.store import Store
    from kit.model import Address, Contact

#: Faults that tell the borrower more than the code does.
_SAID = (Fault.TRANSIENT, Fault.ADDRESS, Fault.SENDER, Fault.UNCLEAR, Fault.OPT_OUT)
_FAILED = (Status.REJECTED, Status.UNDELIVERED)


class Kind(StrEnum):
    """What a message asks of the borrower."""

    UNSURE = "unsure"  #: perhaps taken, perhaps not: to be asked of the provider, or to be said
    FAILED = "failed"  #: it did not arrive
    HELD = "held"  #: in the borrower's hands; they have not said what became of it
    LATE = "late"  #: too old to go: to be planned again
    TAKEN = "taken"  #: handed in, not confirmed
    TOLD = "told"  #: arrived, by a receipt or by the borrower's word
    DONE_WITH = "done_with"  #: never to be told, or wants no more: nothing to do
    WAITING = "waiting"  #: it is still to go


_KINDS = {
    Status.UNKNOWN: Kind.UNSURE,
    Status.SENDING: Kind.UNSURE,
    Status.REJECTED: Kind.FAILED,
    Status.UNDELIVERED: Kind.FAILED,
    Status.HANDED_OVER: Kind.HELD,
    Status.EXPIRED: Kind.LATE,
    Status.ACCEPTED: Kind.TAKEN,
    Status.DELIVERED: Kind.TOLD,
    Status.PLANNED: Kind.WAITING,
}
#: In these nothing is left to be done for who is never to be told, or wants no more.
_OPEN = (Kind.FAILED, Kind.LATE, Kind.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """One message and whose it is."""

    standing: Standing
    #: nothing: they are in the book no more
    contact: Contact | None
    kind: Kind
    #: how it stands: a value that has a label
    label: str
    #: what the failure means for the borrower: a value that has a label; may be empty
    meaning: str = ""

    @property
    def is_emergency(self) -> bool:
        """Whether it is for an emergency contact."""
        return self.contact is not None and self.contact.group is Group.EMERGENCY

    @property
    def is_by_word(self) -> bool:
        """Whether only the borrower says that it arrived."""
        standing = self.standing
        return standing.status is Status.DELIVERED and standing.code.startswith(BY_WORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everybody whom a message is for, for real."""

    #: emergency contacts first, then the newest first
    rows: Mapping[Kind, Sequence[Tracked]]
    contact_by_id: Mapping[str, Contact] = field(repr=False)
    #: who wants no more
    opted_out: Sequence[Contact] = field(repr=False)


def track(store: Store, standings: Sequence[Standing]) -> list[Tracked]:
    """Each of them with whose it is, in their order."""
    return _track(store, standings, store.book.listed(), opted_out(store))


def overview(store: Store) -> Overview:
    """Where everybody stands."""
    contacts, unwanted = store.book.listed(), opted_out(store)
    real = [one for one in progress.standings(store) if not progress.is_rehearsal(one)]
    found = _track(store, real, contacts, unwanted)
    found.sort(key=lambda one: one.standing.at, reverse=True)
    found.sort(key=lambda one: not one.is_emergency)
    rows: dict[Kind, list[Tracked]] = {kind: [] for kind in Kind}
    for one in found:
        rows[one.kind].append(one)
    return Overview(
        rows=rows,
        contact_by_id={contact.id: contact for contact in contacts},
        opted_out=[contact for contact in contacts if contact.id in unwanted],
    )


def to_ring(store: Store) -> list[tuple[Contact, SkipReason]]:
    """Whom no text of the plan reaches and nobody has told: emergency contacts, and landlines."""
    plan = store.ledger.current_plan()
    if plan is None:
        return []
    reason_by_id = {s.contact_id: s.reason for s in plan.skips if s.reason in UNREACHED}
    told_ids, _ = told(store, store.ledger.real_notice())
    untold = reason_by_id.keys() - told_ids
    found = [
        (contact, reason_by_id[id_])
        for id_, group in store.book.groups().items()
        if id_ in untold and _is_to_be_rung(group, reason_by_id[id_])
        if (contact := store.book.contact(id_)) is not None
    ]
    return sorted(found, key=lambda one: one[0].group is not Group.EMERGENCY)


def _is_to_be_rung(group: Group, reason: SkipReason) -> bool:
    is_landline = reason is SkipReason.LANDLINE
    return group is Group.EMERGENCY or (is_landline and group in TOLD_GROUPS)


def _track(
    store: Store,
    standings: Sequence[Standing],
    contacts: Sequence[Contact],
    unwanted: Collection[str],
) -> list[Tracked]:
    by_id = {contact.id: contact for contact in contacts}
    by_address: dict[Address, Contact] = {
        a: contact for contact in contacts for a in planning.addresses(contact)
    }
    by_id |= {id_: by_address[a] for id_, a in store.ledger.traces.ids(by_address).items()}
    return [
        _tracked(one, by_id.get(one.contact_id) or by_address.get(one.recipient), unwanted)
        for one in standings
    ]


def _tracked(standing: Standing, contact: Contact | None, unwanted: Collection[str]) -> Tracked:
    """How a message stands for whose it is."""
    kind, label = _KINDS[standing.status], standing.status.value
    if contact is not None and kind in _OPEN:
        is_never, is_unwanted = contact.group is Group.NOBODY, contact.id in unwanted
        kind = Kind.DONE_WITH if is_never or is_unwanted else kind
        if standing.status is Status.PLANNED and kind is Kind.DONE_WITH:
            label = Group.NOBODY.value if is_never else SkipReason.OPTED_OUT.value
    if progress.is_rehearsal(standing) and standing.status is Status.ACCEPTED:
        label = "rehearsed"
    meaning = _meaning(standing) if standing.status in _FAILED else ""
    return Tracked(standing=standing, contact=contact, kind=kind, label=label, meaning=meaning)


def _meaning(standing: Standing) -> str:
    """What the provider's code means for the borrower."""
    if standing.code == Meaning.WRONG_PERSON:
        return Meaning.WRONG_PERSON.value
    return standing.fault.value if standing.fault in _SAID else ""

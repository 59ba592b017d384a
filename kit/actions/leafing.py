"""Leaf through the record: a number of a page goes in; incidents, their files and gaps come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions import people
from kit.actions.exhibits import exhibits
from kit.evidence import contents
from kit.model import EntryKind, Group

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kit.actions.store import Store
    from kit.ledger.record import Leaf
    from kit.model import Exhibit, Incident

#: Incidents and gaps of one page.
AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One incident, and the files that show it."""

    incident: Incident
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Where something stood that the borrower removed."""

    #: of the entry that stood there
    number: int
    is_exhibit: bool
    written_at: datetime
    removed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the record, the newest first."""

    number: int
    last: int
    #: incidents, on all pages
    count: int
    #: what was removed, on all pages
    gaps: int
    lines: tuple[Told | Gap, ...]
    #: the incident that was looked for, where it stands here; else empty
    of: str
    #: of no incident
    loose: tuple[Exhibit, ...]


def page(store: Store, number: int = 1, of: str = "") -> Page:
    """That page of the record, or the one on which the incident `of` stands."""
    order = store.record.order()
    count = sum(1 for _ in store.record.contents(EntryKind.REMOVED))
    last = max(1, -(-len(order) // AT_ONCE))
    found = next((place for place, (_, told_id) in enumerate(order) if of and told_id == of), None)
    number = min(max(number, 1), last) if found is None else found // AT_ONCE + 1
    begin = (number - 1) * AT_ONCE
    leaves = store.record.some([one for one, _ in order[begin : begin + AT_ONCE]])
    return Page(
        number=number,
        last=last,
        count=len(order) - count,
        gaps=count,
        lines=_lines(store, leaves),
        of="" if found is None else of,
        loose=_exhibits(store, [""]),
    )


def one(store: Store, incident_id: str) -> Told | None:
    """The incident with that id, with its files, as long as there is one."""
    kept = store.record.find(EntryKind.INCIDENT, incident_id)
    if kept is None:
        return None
    files = _exhibits(store, [incident_id])
    return Told(incident=contents.read_incident(kept.content), exhibits=files)


def times(store: Store) -> dict[str, datetime]:
    """When the incidents were that have files, by their ids."""
    ids = {file.incident_id for file in exhibits(store)}
    found = (one(store, incident_id) for incident_id in ids)
    return {told.incident.id: told.incident.at for told in found if told}


def exhibit(store: Store, exhibit_id: str) -> Exhibit | None:
    """What is told of the file with that id, as long as it is there."""
    kept = store.record.find(EntryKind.EXHIBIT, exhibit_id)
    return contents.read_exhibit(kept.content) if kept else None


def reached(store: Store, most: int) -> list[tuple[str, str]]:
    """Who may have been reached: an id, or the words that were typed, and what they are called.

    Those of whom the record tells come first, then emergency contacts.
    """
    told = store.record.reached(most)
    known = {contact_id or name: (contact_id, name) for contact_id, name in told}
    for contact_id in sorted(store.book.ids(Group.EMERGENCY))[:most]:
        known.setdefault(contact_id, (contact_id, ""))
    return [(who, called(store, *known[who])) for who in known][:most]


def called(store: Store, contact_id: str, name: str = "") -> str:
    """What the contact is called in the book; else the name that was typed."""
    found = people.contact(store, contact_id) if contact_id else None
    return (found.name if found else "") or name


def _lines(store: Store, leaves: Sequence[Leaf]) -> tuple[Told | Gap, ...]:
    """What stands on a page, with the files of each incident."""
    ids = [leaf.kept.id for leaf in leaves if leaf.kind is EntryKind.INCIDENT]
    files: dict[str, list[Exhibit]] = {incident_id: [] for incident_id in ids}
    for file in _exhibits(store, ids):
        files[file.incident_id].append(file)
    return tuple(_line(leaf, files.get(leaf.kept.id, [])) for leaf in leaves)


def _line(leaf: Leaf, files: Sequence[Exhibit]) -> Told | Gap:
    if leaf.kind is EntryKind.INCIDENT:
        return Told(incident=contents.read_incident(leaf.kept.content), exhibits=tuple(files))
    return Gap(
        number=int(leaf.kept.id),
        is_exhibit=leaf.gone_kind is EntryKind.EXHIBIT,
        written_at=leaf.gone_at or leaf.written_at,
        removed_at=leaf.written_at,
    )


def _exhibits(store: Store, incident_ids: Sequence[str]) -> tuple[Exhibit, ...]:
    return tuple(
        contents.read_exhibit(one.content) for one in store.record.exhibits_of(incident_ids)
    )

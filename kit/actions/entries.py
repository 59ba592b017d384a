"""Entries: the record goes in; what stands in it, and what stood there, comes out to be shown."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import clocks
from kit.actions import recording, stamping
from kit.errors import NoIncidentError
from kit.evidence import contents
from kit.model import EntryKind, Exhibit, Incident, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kit.actions.store import Store

#: Digits of an entry's number; an id that begins with digits has more of them.
_MOST_DIGITS = 7

#: What looks whether anything was changed.
CHECKS: tuple[Callable[[Store], list[Problem]], ...] = (recording.verify, stamping.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An exhibit, and the number of its entry."""

    number: int
    exhibit: Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An incident, the number of its entry, and the files that belong to it."""

    number: int
    incident: Incident
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Where something stood that the borrower removed."""

    number: int
    kind: EntryKind
    removed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The whole record, to be shown."""

    #: by the time at which they happened
    noted: tuple[Noted, ...]
    #: files that belong to no incident
    loose: tuple[File, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How much stands in the record."""

    entries: int
    incidents: int
    exhibits: int
    gaps: int


def shown(store: Store) -> Shown:
    """Everything that stands in the record, and every gap."""
    files: defaultdict[str, list[File]] = defaultdict(list)
    for one in store.record.contents(EntryKind.EXHIBIT):
        exhibit = contents.read_exhibit(one.content)
        files[exhibit.incident_id].append(File(number=one.number, exhibit=exhibit))
    noted = [
        Noted(
            number=one.number,
            incident=contents.read_incident(one.content),
            files=tuple(files.pop(one.id, ())),
        )
        for one in store.record.contents(EntryKind.INCIDENT)
    ]
    return Shown(
        noted=tuple(sorted(noted, key=lambda one: (one.incident.at, one.number))),
        loose=tuple(file for some in files.values() for file in some),
        gaps=tuple(_gaps(store)),
    )


def find(store: Store, which: str) -> Noted | File:
    """What has that number in the record, or that id, or an id that begins so.

    Raises:
        NoIncidentError: nothing has, or several have.
    """
    everything = shown(store)
    all_files = (*everything.loose, *(file for one in everything.noted for file in one.files))
    by_id: dict[str, Noted | File] = {
        **{one.incident.id: one for one in everything.noted},
        **{file.exhibit.id: file for file in all_files},
    }
    return by_id[id_of({known: one.number for known, one in by_id.items()}, which)]


def id_of(numbers: Mapping[str, int], which: str) -> str:
    """The id, of those with these numbers, that was meant: by its number, itself or how it begins.

    Raises:
        NoIncidentError: none has, or several have.
    """
    if which in numbers:
        return which
    wanted = which.strip().removeprefix("#").casefold()
    if wanted.isdecimal() and len(wanted) <= _MOST_DIGITS:
        found = [known for known, number in numbers.items() if number == int(wanted)]
    else:
        found = [known for known in numbers if wanted and known.startswith(wanted)]
    if len(found) != 1:
        raise NoIncidentError
    return found[0]


def number(store: Store, told: Incident | Exhibit) -> int:
    """The number of the entry that tells of it, which stands there.

    Raises:
        NoIncidentError: it does not.
    """
    kind = EntryKind.INCIDENT if isinstance(told, Incident) else EntryKind.EXHIBIT
    kept = store.record.find(kind, told.id)
    if kept is None:
        raise NoIncidentError
    return kept.number


def clock(incident: Incident) -> datetime:
    """When it was, by the clock of whoever was reached; of several by the first."""
    return clocks.shown(incident)


def remove(store: Store, one: Noted | File) -> None:
    """Remove it, an incident with its files; the gap stays."""
    if isinstance(one, Noted):
        recording.remove(store, EntryKind.INCIDENT, one.incident.id)
    else:
        recording.remove(store, EntryKind.EXHIBIT, one.exhibit.id)


def faults(store: Store) -> list[Problem]:
    """Everything that is wrong with the record; nothing: it is whole."""
    return recording.said_once([fault for check in CHECKS for fault in check(store)])


def count(store: Store) -> Count:
    """How much stands in the record."""
    return Count(
        entries=store.record.head()[0],
        incidents=sum(1 for _ in store.record.contents(EntryKind.INCIDENT)),
        exhibits=sum(1 for _ in store.record.contents(EntryKind.EXHIBIT)),
        gaps=recording.removed(store),
    )


def _gaps(store: Store) -> list[Gap]:
    removed_at = {
        entry.number: entry.at
        for entry, _ in store.record.entries()
        if entry.kind is EntryKind.REMOVED
    }
    gaps = []
    for one in store.record.contents(EntryKind.REMOVED):
        told = json.loads(one.content)
        kind = EntryKind(told["kind"])
        gaps.append(Gap(number=told["removes"], kind=kind, removed_at=removed_at[one.number]))
    return sorted(gaps, key=lambda gap: gap.number)

"""Exhibits: a file that somebody kept goes in, byte by byte; what it is comes out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from kit.errors import EmptyExhibitError, ExhibitTooLargeError, ExhibitUnreadableError, reason_of
from kit.evidence import chain, contents, media
from kit.model import EntryKind, Exhibit, Problem, TakenFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from kit.actions.store import Store

#: Bytes of one exhibit; a larger one is kept where it is.
LARGEST = 1_000_000_000
_PIECE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as somebody hands it over."""

    #: as they call it; anything at all
    name: str = field(repr=False)
    #: opens it anew
    open: Callable[[], BinaryIO] = field(repr=False)
    #: when the file was last changed, where that is known
    changed_at: datetime | None = None
    #: who handed it over, in plain words; empty: the borrower
    received_from: str = field(default="", repr=False)
    #: how, in plain words
    received_by: str = field(default="", repr=False)


def keep(store: Store, handed: Handed, incident_id: str = "") -> tuple[Exhibit, bool]:
    """Keep the file unchanged, for that incident; false when it was there already.

    It stands in one transaction: of a file that cannot be read to its end nothing stays.

    Raises:
        ExhibitUnreadableError, ExhibitTooLargeError, EmptyExhibitError: nothing was kept.
    """
    with store.changing():
        head = store.record.head()
        kept, is_new = _copied(store, handed, head[0] + 1, incident_id)
        if is_new:
            content = contents.write(kept, secrets.token_hex(16))
            entry = chain.linked(EntryKind.EXHIBIT, kept.noted_at, content, head)
            store.record.append(entry, kept.id, content)
            return kept, True
        store.record.remove_parts(head[0] + 1)
    return kept, False


def exhibits(store: Store) -> list[Exhibit]:
    """Every exhibit that was not removed, in the order of keeping."""
    kept = store.record.contents(EntryKind.EXHIBIT)
    return [contents.read_exhibit(one.content) for one in kept]


def content(store: Store, exhibit_id: str) -> Iterator[bytes]:
    """The bytes of an exhibit, piece by piece; none of one that is not there."""
    kept = store.record.find(EntryKind.EXHIBIT, exhibit_id)
    return store.record.parts(kept.number) if kept else iter(())


def _copied(store: Store, handed: Handed, number: int, incident_id: str) -> tuple[Exhibit, bool]:
    """Copy the bytes to that place of the record; false where the same file is there already."""
    counted, size, head = sha256(), 0, b""
    for part, piece in enumerate(_pieces(handed)):
        head = head or piece[: media.HEAD]
        size += len(piece)
        if size > LARGEST:
            raise ExhibitTooLargeError(most=LARGEST // 1_000_000)
        counted.update(piece)
        store.record.save_part(number, part, piece)
    if not size:
        raise EmptyExhibitError
    told_id = contents.exhibit_id(counted.hexdigest(), incident_id)
    if known := store.record.find(EntryKind.EXHIBIT, told_id):
        return contents.read_exhibit(known.content), False
    exhibit = Exhibit(
        id=told_id,
        sha256=counted.hexdigest(),
        size=size,
        media_type=media.media_type(head),
        name=handed.name,
        taken_at=handed.changed_at,
        taken_from=TakenFrom.FILE if handed.changed_at else TakenFrom.NOWHERE,
        incident_id=incident_id,
        received_from=handed.received_from,
        received_by=handed.received_by,
        noted_at=store.clock(),
    )
    return exhibit, True


def _pieces(handed: Handed) -> Iterator[bytes]:
    try:
        with handed.open() as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except OSError as error:
        raise ExhibitUnreadableError(reason=reason_of(error)) from None


def changed(store: Store) -> Iterator[Problem]:
    """The exhibits whose bytes are not those that were kept."""
    for one in store.record.contents(EntryKind.EXHIBIT):
        exhibit, counted = contents.read_exhibit(one.content), sha256()
        for piece in store.record.parts(one.number):
            counted.update(piece)
        if counted.hexdigest() != exhibit.sha256:
            yield Problem(where=f"#{one.number}", what="The file is not as it was kept.")

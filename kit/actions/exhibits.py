"""Exhibits: a file that somebody kept goes in, byte by byte; what it is comes out.

A file is read twice. First it is looked at, for as long as that takes; then it is copied, in the
transaction that writes its entry, which others wait for. Both times it must be the same.
"""

from __future__ import annotations

import errno
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import times
from kit.errors import (
    EmptyExhibitError,
    ExhibitChangedError,
    ExhibitTooLargeError,
    ExhibitUnreadableError,
    ExportUnwrittenError,
    FileTakenError,
    RecordDamagedError,
    reason_of,
)
from kit.evidence import chain, contents, media, pictures
from kit.model import EntryKind, Exhibit, Problem, TakenFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from kit.actions.store import Store

#: Bytes of one exhibit; a larger one is kept where it is.
LARGEST = 1_000_000_000
_PIECE = 1_000_000
#: Characters of a name that are kept, and of its end, where its kind stands.
_LONGEST_NAME, _LONGEST_END = 150, 12
#: Categories of characters that steer a terminal, turn letters round or are none (Unicode 4.5).
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs"})
#: Before this no telephone took a picture, or its clock was not set.
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=5)

_RENAMED = "Its name is shortened, or had characters in it that are not shown."
_CHANGED = "The file is not as it was kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as somebody hands it over."""

    #: as they call it; anything at all
    name: str = field(repr=False)
    #: opens it anew
    open: Callable[[], BinaryIO] = field(repr=False)
    #: when the file was last changed, where that is known
    changed_at: datetime | None = None
    #: bytes, where that is known before it is read
    size: int | None = None
    #: who handed it over, in plain words; empty: the borrower
    received_from: str = field(default="", repr=False)
    #: how, in plain words
    received_by: str = field(default="", repr=False)
    #: where it lies on this computer, and stays
    path: Path | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file that was looked at, and is to be kept."""

    handed: Handed
    #: which one of those that were handed over together
    position: int
    sha256: str
    size: int
    media_type: str
    taken_at: datetime | None
    taken_from: TakenFrom


def of_file(path: Path, received_from: str = "", received_by: str = "") -> Handed:
    """A file of this computer, as the borrower hands it over."""
    try:
        status = path.stat()
    except OSError:  # which is said when it is opened
        status = None
    return Handed(
        name=path.name,
        open=lambda: _opened(path),
        changed_at=_date(status.st_mtime) if status else None,
        size=status.st_size if status else None,
        received_from=received_from,
        received_by=received_by,
        path=path,
    )


def look(store: Store, handed: Handed, position: int = 1) -> Looked:
    """Read the file once, and tell what it is; `position` is where it was given.

    Raises:
        ExhibitUnreadableError, ExhibitTooLargeError, EmptyExhibitError: it cannot be kept.
    """
    counted, size, head, tail = sha256(), 0, b"", b""
    if (handed.size or 0) > LARGEST:
        raise ExhibitTooLargeError(position=position, most=LARGEST // 1_000_000)
    for piece in _pieces(handed, position):
        head = head if len(head) >= media.HEAD else head + piece[: media.HEAD]
        tail = (tail + piece)[-media.TAIL :]
        size += len(piece)
        if size > LARGEST:
            raise ExhibitTooLargeError(position=position, most=LARGEST // 1_000_000)
        counted.update(piece)
    if not size:
        raise EmptyExhibitError(position=position)
    media_type = media.media_type(head[: media.HEAD], tail)
    taken_at, taken_from = _taken(store, handed, media_type)
    return Looked(
        handed=handed,
        position=position,
        sha256=counted.hexdigest(),
        size=size,
        media_type=media_type,
        taken_at=taken_at,
        taken_from=taken_from,
    )


def keep(store: Store, handed: Handed | Looked, incident_id: str = "") -> tuple[Exhibit, bool]:
    """Keep the file unchanged, for that incident; false when it was there already.

    It stands in one transaction: of a file that cannot be read to its end nothing stays.

    Raises:
        ExhibitUnreadableError, ExhibitTooLargeError, EmptyExhibitError: nothing was kept.
        ExhibitChangedError: the same, for it is not what it was when it was looked at.
    """
    looked = handed if isinstance(handed, Looked) else look(store, handed)
    told_id = contents.exhibit_id(looked.sha256, incident_id)
    with store.changing():
        if looked.handed.path:
            store.book.remember_brought_in([looked.handed.path], store.clock())
        if known := store.record.find(EntryKind.EXHIBIT, told_id):
            return contents.read_exhibit(known.content), False
        head = store.record.head()
        _copy(store, looked, head[0] + 1)
        kept = _exhibit(store, looked, told_id, incident_id)
        content = contents.write(kept, secrets.token_hex(16))
        entry = chain.linked(EntryKind.EXHIBIT, kept.noted_at, content, head)
        store.record.append(entry, told_id, content)
    return kept, True


def exhibits(store: Store) -> list[Exhibit]:
    """Every exhibit that was not removed, in the order of keeping."""
    kept = store.record.contents(EntryKind.EXHIBIT)
    return [contents.read_exhibit(one.content) for one in kept]


def content(store: Store, exhibit_id: str) -> Iterator[bytes]:
    """The bytes of an exhibit, piece by piece; none of one that is not there."""
    kept = store.record.find(EntryKind.EXHIBIT, exhibit_id)
    return store.record.parts(kept.number) if kept else iter(())


def save(store: Store, exhibit: Exhibit, path: Path) -> bool:
    """Write the bytes out again, 0600; false when they are not those that were kept.

    Raises:
        FileTakenError: something has that name.
        ExportUnwrittenError: it cannot be written.
    """
    if path.is_symlink() or path.exists():
        raise FileTakenError
    counted = sha256()
    store.book.remember_written(path.absolute(), store.clock())
    try:
        with private_file.stream(path) as file:
            for piece in content(store, exhibit.id):
                counted.update(piece)
                file.write(piece)
    except OSError as error:
        raise ExportUnwrittenError(reason=reason_of(error)) from None
    return counted.hexdigest() == exhibit.sha256


def changed(store: Store) -> Iterator[Problem]:
    """The exhibits whose bytes are not those that were kept."""
    for one in store.record.contents(EntryKind.EXHIBIT):
        try:
            exhibit, counted = contents.read_exhibit(one.content), sha256()
        except RecordDamagedError:  # the chain says that it was changed
            continue
        try:
            for piece in store.record.parts(one.number):
                counted.update(piece)
        except TypeError:  # they are no bytes any more
            counted = sha256()
        if counted.hexdigest() != exhibit.sha256:
            yield Problem(where=f"#{one.number}", what=_CHANGED)


def doubts(exhibit: Exhibit, handed: Handed) -> list[Problem]:
    """What whoever handed the file over should know of it; it is kept all the same."""
    said = [media.broken_promise(exhibit.name, exhibit.media_type)]
    if exhibit.name != _last(handed.name):
        said.append(_RENAMED)
    return [Problem(where=exhibit.name, what=what) for what in said if what]


def _exhibit(store: Store, looked: Looked, told_id: str, incident_id: str) -> Exhibit:
    return Exhibit(
        id=told_id,
        sha256=looked.sha256,
        size=looked.size,
        media_type=looked.media_type,
        name=_name(looked.handed.name),
        taken_at=looked.taken_at,
        taken_from=looked.taken_from,
        incident_id=incident_id,
        received_from=looked.handed.received_from.strip(),
        received_by=looked.handed.received_by.strip(),
        noted_at=store.clock(),
    )


def _name(handed: str) -> str:
    """The name without folders, and without what steers a terminal or turns letters round."""
    last = _last(handed)
    shown = "".join(c for c in last if unicodedata.category(c) not in _NOT_SHOWN)
    return f"{shown[:_LONGEST_NAME]}{shown[_LONGEST_NAME:][-_LONGEST_END:]}"


def _last(name: str) -> str:
    """The name of the file in that path, of whatever system it is."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _taken(store: Store, handed: Handed, media_type: str) -> tuple[datetime | None, TakenFrom]:
    """When it was taken, and where that is known from."""
    if media_type in pictures.TYPES:
        try:
            with handed.open() as stream:
                at = pictures.taken_at(stream, times.own(store, store.clock()))
        except OSError:  # which is said when it is copied
            at = None
        if _is_likely(store, at):
            return at, TakenFrom.EXIF
    if _is_likely(store, handed.changed_at):
        return handed.changed_at, TakenFrom.FILE
    return None, TakenFrom.NOWHERE


def _is_likely(store: Store, at: datetime | None) -> bool:
    return at is not None and _FIRST <= at <= store.clock() + _CLOCKS_DIFFER


def _copy(store: Store, looked: Looked, number: int) -> None:
    """Copy the bytes to that place of the record."""
    counted = sha256()
    for part, piece in enumerate(_pieces(looked.handed, looked.position)):
        counted.update(piece)
        store.record.save_part(number, part, piece)
    if counted.hexdigest() != looked.sha256:
        raise ExhibitChangedError(position=looked.position)


def _pieces(handed: Handed, position: int) -> Iterator[bytes]:
    try:
        with handed.open() as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except OSError as error:
        raise ExhibitUnreadableError(position=position, reason=reason_of(error)) from None


def _date(seconds: float) -> datetime | None:
    """The date of a file; nothing where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _opened(path: Path) -> BinaryIO:
    """The file, open; nothing else, for a device may give bytes without end, or never one."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "")
    if not stat.S_ISREG(mode):
        raise OSError(errno.ENODEV, "")
    return path.open("rb")

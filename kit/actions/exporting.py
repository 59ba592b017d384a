"""A copy of the record to hand on: what is wanted goes in; a folder, a zip or a sealed zip is made.

A full copy has all that was told and every exhibit, unchanged. A copy meant for others has
pseudonyms for names and numbers, and no exhibit but those that were ticked one by one. In both, the
chain is whole and `verify.py` shows it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import entries, finding, packing, people, picturing, sealing
from kit.actions.entries import File
from kit.actions.exhibits import exhibits
from kit.errors import (
    ExportTakenError,
    ExportUnwrittenError,
    FileTakenError,
    NoIncidentError,
    reason_of,
)
from kit.evidence import chain, contents
from kit.evidence.redacting import Redactor
from kit.letters import record
from kit.letters.record import Copy
from kit.model import EntryKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from typing import BinaryIO

    from kit.actions.packing import Pack
    from kit.actions.store import Store
    from kit.model import Exhibit, Incident

    Say = Callable[..., str]

CHAIN = "record/chain.jsonl"
#: What these entries tell names nobody.
_NAMELESS = frozenset({EntryKind.REMOVED, EntryKind.TIMESTAMP})
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: How a file of that media type ends; what could run when it is opened ends otherwise.
_SUFFIXES = {
    "application/gzip": "gz",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.rar": "rar",
    "application/x-7z-compressed": "7z",
    "application/xml": "xml.txt",
    "application/zip": "zip",
    "audio/3gpp": "3gp",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-caf": "caf",
    "audio/x-silk": "silk",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg.txt",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/csv": "csv",
    "text/html": "html.txt",
    "text/vcard": "vcf",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/mpeg": "mpg",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}.wordprocessingml.document": "docx",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What copy is wanted."""

    #: for others: without names and numbers
    redacted: bool = False
    #: exhibits that such a copy has nevertheless: ids, as far as they are unlike others, or entries
    ticked: tuple[str, ...] = ()
    #: names that such a copy does not have, beside those that the book has
    hidden: tuple[str, ...] = field(default=(), repr=False)
    as_zip: bool = False
    #: seals a zip; empty: not sealed
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a copy has in it, and what not."""

    incidents: int
    exhibits: int
    #: bytes of these exhibits
    size: int
    #: exhibits that stay out
    left_out: int
    removed: int
    #: what the borrower is called is known, and goes where it was said
    knows_borrower: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was made."""

    path: Path = field(repr=False)
    #: the manifest's: written down elsewhere, it shows later that nothing was changed
    sha256: str


def listed(store: Store, wish: Wish) -> Listed:
    """What such a copy has in it; nothing is written.

    Raises:
        NoIncidentError: one of the ticked exhibits is none, or more than one.
    """
    every = exhibits(store)
    kept = _chosen(store, every, wish)
    return Listed(
        incidents=sum(1 for _ in store.record.contents(EntryKind.INCIDENT)),
        exhibits=len(kept),
        size=sum(one.size for one in every if one.id in kept),
        left_out=len(every) - len(kept),
        removed=sum(1 for _ in store.record.contents(EntryKind.REMOVED)),
        knows_borrower=bool(_own_names(store) or people.oneself(store)),
    )


def place(to: Path, wish: Wish) -> Path:
    """Where the copy comes to lie: a file ends by what it is."""
    ending = ".zip.age" if wish.passphrase else ".zip" if wish.as_zip else ""
    return to if to.name.endswith(ending) or not to.name else to.with_name(f"{to.name}{ending}")


def export(store: Store, to: Path, wish: Wish, say: Say, language: str) -> Exported:
    """Write the copy, all of it or nothing; `say` puts its words into the `language`.

    An earlier copy in the same folder makes room for it; what a crash left of one goes.

    Raises:
        ExportTakenError, FileTakenError: something else has that name.
        NoIncidentError: one of the ticked exhibits is none, or more than one.
        SealMissingError, SealTooLargeError: it cannot be sealed.
        ExportUnwrittenError: it cannot be written.
    """
    path = place(Path(os.path.abspath(to)), wish)  # noqa: PTH100 (`..` is to have a name)
    _check_free(path, is_folder=not (wish.as_zip or wish.passphrase))
    if wish.passphrase:
        sealing.check(listed(store, wish).size)
    for one in (path, *private_file.on_the_way(path)):
        store.book.remember_written(one, store.clock())
    try:
        with store.copying():
            private_file.clear_up(set(store.book.written()))
            with _opened(path, wish) as pack:
                code = _fill(pack, store, wish, say, language)
    except OSError as error:
        raise ExportUnwrittenError(reason=reason_of(error)) from None
    return Exported(path=path, sha256=code)


def write_zip(store: Store, stream: BinaryIO, wish: Wish, say: Say, language: str) -> str:
    """Write the copy as a zip to a stream that is kept elsewhere; the manifest's sha256."""
    with store.reading(), packing.to_zip(stream) as pack:
        return _fill(pack, store, wish, say, language)


def _opened(path: Path, wish: Wish) -> AbstractContextManager[Pack]:
    if wish.as_zip or wish.passphrase:
        return packing.to_file(path, wish.passphrase)
    return packing.to_folder(path)


def _check_free(path: Path, *, is_folder: bool) -> None:
    if not os.path.lexists(path):
        return
    if not is_folder and path.name:
        raise FileTakenError
    if path.is_symlink() or not path.is_dir():
        raise ExportTakenError
    if any(path.iterdir()) and not packing.is_ours(path):
        raise ExportTakenError


def _fill(pack: Pack, store: Store, wish: Wish, say: Say, language: str) -> str:
    """Everything that is in a copy; the manifest's sha256."""
    copy = _copy(store, wish, language)
    shown = _redacted(copy, store, say, wish.hidden) if wish.redacted else copy
    pages = {name: page for make in _PAGES for name, page in make(store, shown, say).items()}
    pages = {"index.html": record.index(shown, say, pages), **pages}
    for id_, file in copy.files.items():
        pack.add(file, store.record.parts(copy.entry_by_id[id_]))
    for name, page in pages.items():
        pack.add(name, [page])
    left_out: list[int] = []
    pack.add(CHAIN, _lines(store, wish, left_out))
    return pack.close(
        {
            "format": 1,
            "head": {"number": copy.entries, "hash": copy.head},
            "left_out": left_out,
            "made_at": chain.stamp(store.clock()),
            "redacted": wish.redacted,
        }
    )


def _lines(store: Store, wish: Wish, left_out: list[int]) -> Iterator[bytes]:
    """The chain, an entry on a line; the numbers of those that tell nothing here are noted."""
    for entry, content in store.record.entries():
        told = chain.as_json(entry)
        if content is not None and (not wish.redacted or entry.kind in _NAMELESS):
            told["content"] = content
        elif content is not None:
            left_out.append(entry.number)
        yield f"{chain.canonical(told)}\n".encode()


def _copy(store: Store, wish: Wish, language: str) -> Copy:
    """What is in the copy, with every name as it stands."""
    told = list(store.record.contents(EntryKind.INCIDENT))
    incidents = [*finding.known_again(store, [contents.read_incident(one.content) for one in told])]
    every = exhibits(store)
    numbers = {one.id: one.number for one in told}
    numbers |= {one.id: one.number for one in store.record.contents(EntryKind.EXHIBIT)}
    kept = _chosen(store, every, wish)
    last, head = store.record.head()
    return Copy(
        language=language,
        is_redacted=wish.redacted,
        made_at=store.clock().astimezone(),
        entries=last,
        head=head,
        gaps=_gaps(store),
        borrower="" if wish.redacted else store.book.setting("sender"),
        incidents=tuple(sorted(incidents, key=lambda one: one.at)),
        exhibits=tuple(every),
        entry_by_id=numbers,
        files={one.id: _file(numbers[one.id], one) for one in every if one.id in kept},
        rows=sum(bool(one.original) for one in incidents),
        findings=finding.report(store).findings,
        facts=picturing.facts(store.region),
    )


def _redacted(copy: Copy, store: Store, say: Say, hidden: tuple[str, ...] = ()) -> Copy:
    """The same without names and numbers; ids, which are made of what was said, are entries now."""
    redactor = redactor_of(store, copy.incidents, copy.exhibits, say)
    for name in hidden:
        redactor.learn(name)
    ids = {id_: f"{number}" for id_, number in copy.entry_by_id.items()}
    incidents = [replace(redactor.incident(one), id=ids[one.id]) for one in copy.incidents]
    kept = [
        replace(redactor.exhibit(one), id=ids[one.id], incident_id=ids.get(one.incident_id, ""))
        for one in copy.exhibits
    ]
    told = {one.id: one for one in copy.incidents}
    found = copy.findings and tuple(
        replace(
            redactor.finding(one, (told[id_] for id_ in one.incident_ids)),
            incident_ids=tuple(ids[id_] for id_ in one.incident_ids),
            counted=tuple(tuple(ids[id_] for id_ in call) for call in one.counted),
        )
        for one in copy.findings
    )
    return replace(
        copy,
        incidents=tuple(incidents),
        exhibits=tuple(kept),
        findings=found,
        entry_by_id={ids[id_]: number for id_, number in copy.entry_by_id.items()},
        files={ids[id_]: file for id_, file in copy.files.items()},
    )


def redactor_of(
    store: Store, incidents: Iterable[Incident], exhibits: Iterable[Exhibit], say: Say
) -> Redactor:
    """Who gives pseudonyms: every name of the book is known, and whoever was named by somebody."""
    me = people.oneself(store)
    redactor = Redactor(store.book.contacts(), store.region, say, me.id if me else "")
    for name in _own_names(store):
        redactor.learn_borrower(name)
    for incident in incidents:
        redactor.learn_incident(incident)
    for exhibit in exhibits:
        redactor.learn(exhibit.received_from)
    return redactor


def _own_names(store: Store) -> list[str]:
    """What the borrower is called, as far as they said so."""
    book = store.book
    names = (book.setting("sender"), book.setting("sender_latin"), store.settings.sender)
    return [name for name in names if name.strip()]


def _chosen(store: Store, every: list[Exhibit], wish: Wish) -> set[str]:
    """The ids of the exhibits that are in the copy.

    Raises:
        NoIncidentError: one that was ticked is none, or more than one.
    """
    if not wish.redacted:
        return {one.id for one in every}
    return {_ticked(store, which) for which in wish.ticked}


def _ticked(store: Store, which: str) -> str:
    found = entries.find(store, which)
    if not isinstance(found, File):
        raise NoIncidentError
    return found.exhibit.id


def _gaps(store: Store) -> tuple[int, ...]:
    """The entries that were removed."""
    told = store.record.contents(EntryKind.REMOVED)
    return tuple(sorted(contents.removes(one.content) for one in told))


def _file(number: int, one: Exhibit) -> str:
    """Where an exhibit lies in a copy: by its entry, and never by the name it was given."""
    usual = "txt" if one.media_type.startswith("text/") else "bin"
    return f"exhibits/{number:04}.{_SUFFIXES.get(one.media_type, usual)}"


def _pages(store: Store, copy: Copy, say: Say) -> dict[str, bytes]:  # noqa: ARG001 (as the other)
    return record.pages(copy, say)


def _pictures(store: Store, copy: Copy, say: Say) -> dict[str, bytes]:
    """The one page and both drawings."""
    what = picturing.Shown(
        incidents=copy.incidents,
        exhibits=copy.exhibits,
        findings=copy.findings or (),
        facts=copy.facts,
        name=copy.borrower,
        is_redacted=copy.is_redacted,
    )
    return picturing.make(store, what, say, copy.language).contents


#: Who makes pages of a copy, as it may be shown: bytes by name. The index lists them all.
_PAGES: tuple[Callable[[Store, Copy, Say], dict[str, bytes]], ...] = (_pages, _pictures)

"""What was named for an import goes in; the byte streams of its address books come out, in order.

Files, folders, zips, standard input, uploads. What is no address book has one line that says what
it is and what to do. Files inside a folder or a zip are often named after people: they are called
by number.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from kit.errors import reason_of
from kit.model import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import PurePath
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

#: Bytes by which a file is known for what it is.
HEAD = 65_536
_BOOKS = (".vcf", ".csv")
_ABBU = ".abbu"
#: What systems leave in every folder and zip; nobody put it there.
_DROPPINGS = (".ds_store", "thumbs.db", "desktop.ini")
_MAC_FOLDER = "__MACOSX"
#: Folders one inside the other, and files looked at: an export has few.
_DEEPEST = 12
_MOST_FILES = 100_000
#: Bytes a file in a zip may unpack to, when it is so many times smaller packed.
_LARGEST_UNPACKED = 100_000_000
_MOST_TIMES = 50
#: Bytes that the list of files in a zip may have.
_LARGEST_LIST = 8_000_000
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_END = 65_557
#: Of a zip beyond 4 GB: what stands before that.
_LARGER_END = 76
_ENCRYPTED = 0x1
#: What they unpack to can be measured while it is unpacked.
_STORED, _DEFLATED = 0, 8

_UNREADABLE = "The file cannot be read: {reason}."
_EMPTY = "The file is empty. Please export the address book once more."
_PICTURE = "This is a picture or a video, no address book. Please choose the .vcf file."
_PDF = "This is a PDF, no address book. Please choose the .vcf file."
_DATABASE = "This is a database, no exported address book. Please export a .vcf file on the phone."
_OFFICE = (
    "This is a Word or Excel file. Contacts exported from Google or Outlook: save them as CSV "
    "(“CSV UTF-8”); else export a .vcf file on the phone."
)
_ARCHIVE = "This is a packed file, but no zip. Unpack it first, then bring in the .vcf file."
_MAC_BACKUP = (
    "This is the backup of a Mac's address book; it cannot be read here. Look in Contacts or "
    "Settings for import/export, choose vCard (.vcf), and bring in that file."
)
_DEVICE = "This is no file. Please choose the .vcf file."
_ZIP_WITHIN = "A zip must be named by itself, as in kit import contacts.zip."
_ZIP_DAMAGED = "The zip is damaged and cannot be opened. Please pack or export it once more."
_ZIP_LOCKED = "The zip has a password. Unpack it first, then bring in the .vcf files."
_ZIP_CROWDED = "There are too many files in the zip. Unpack it first, then bring in the .vcf files."
_PART_DAMAGED = "This file in the zip is damaged; nothing of it was used. Please pack it once more."
_PART_ODD = "This file in the zip is packed in an unusual way. Unpack the zip first."
_PART_BOMB = "This file in the zip grows beyond measure when unpacked; it is left out."
_ZIP_BOMB = "The zip grows beyond measure when unpacked; it is left out."
_NO_BOOKS = "There is no .vcf or .csv file in it. Is it the right one?"
_OTHERS = "Other files in it, which are no .vcf and no .csv: {count}. They are left out."
_FOLDER_CLOSED = "A folder in it cannot be read: {reason}."
_TOO_MUCH = "There is too much in it to look at. Name the folder in which the .vcf files lie."

#: How files begin that are no address book.
_KNOWN_BY = (
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", _PDF),
    (b"SQLite format 3\0", _DATABASE),
    (b"\xd0\xcf\x11\xe0", _OFFICE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"BZh", _ARCHIVE),
)
#: What every file of Word and Excel has in it.
_OFFICE_PART = "[Content_Types].xml"
_ZIP = (b"PK\x03\x04", _END_OF_ZIP)
_BLANK = b"\xef\xbb\xbf\xff\xfe\0\r\n\t "
#: What is named by nobody, such as standard input.
_NAMELESS = "-"
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one address book."""

    #: what it is called in a `where`
    where: str
    #: the place, among what was named, of the file itself, or of the folder or zip it is in
    position: int
    is_csv: bool
    #: how it begins
    head: bytes = field(repr=False)
    stream: BinaryIO = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the page was given: no path, but what it is called and its bytes."""

    #: as whoever sent it calls it; anything at all
    name: str = field(repr=False)
    content: bytes = field(repr=False)
    #: in which character set it is, where that was in doubt and somebody has said it
    charset: str = ""

    @property
    def where(self) -> str:
        """The name of the file alone, as it can be shown."""
        return shown_name(self.name)


def shown_name(called: str) -> str:
    """The name of a file alone, as it can be shown, whatever it is called."""
    name = "".join(filter(str.isprintable, re.split(r"[/\\]", called)[-1]))
    return name.strip()[-_LONGEST_NAME:] or _NAMELESS


def sources(named: Iterable[Path | BinaryIO | Upload], problems: list[Problem]) -> Iterator[Source]:
    """Every address book in what was named; what is none goes to `problems`."""
    for position, one in enumerate(named):
        if isinstance(one, Path):
            yield from _of_path(one, _Place(one.name or str(one), position, problems))
        elif isinstance(one, Upload):
            place = _Place(one.where, position, problems)
            with place.noting():
                suffix = PurePosixPath(one.where).suffix
                yield from _of_file(io.BytesIO(one.content), suffix, place)
        else:
            yield from _Place(_NAMELESS, position, problems).source(one)


def new_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """A zip that is to be written to the stream, for what is handed on."""
    import zipfile

    return zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def undated(archive: bytes) -> bytes:
    """A zip of ours without when and on what computer it was made: same files, same zip."""
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as dated, new_zip(made) as plain:
        for name in dated.namelist():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            plain.writestr(info, dated.read(name))
    return made.getvalue()


@contextlib.contextmanager
def noting(where: str, problems: list[Problem]) -> Iterator[None]:
    """What cannot be read to its end is noted, and costs only itself."""
    import zipfile

    try:
        yield
    except OSError as error:
        facts = {"reason": reason_of(error)}
        problems.append(Problem(where=where, what=_UNREADABLE, facts=facts))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        problems.append(Problem(where=where, what=_PART_DAMAGED))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where sources are looked for: what it is called, and where to note what is none."""

    where: str
    position: int
    problems: list[Problem]

    def note(self, what: str, **facts: object) -> None:
        self.problems.append(Problem(where=self.where, what=what, facts=facts))

    def inside(self, number: int) -> _Place:
        """A file in this folder or zip."""
        return _Place(f"{self.where}/{number}", self.position, self.problems)

    def noting(self) -> AbstractContextManager[None]:
        return noting(self.where, self.problems)

    def source(self, stream: BinaryIO, suffix: str = "") -> Iterator[Source]:
        """The stream, unless its first bytes show that it is something else."""
        head, stream = _begun(stream)
        if what := _what_else(head):
            self.note(what)
        else:
            yield Source(self.where, self.position, suffix.lower() == ".csv", head, stream)


def _of_path(path: Path, place: _Place) -> Iterator[Source]:
    with place.noting():
        if path.suffix.lower() == _ABBU:
            place.note(_MAC_BACKUP)
        elif path.is_dir():
            yield from _of_folder(path, place)
        elif path.exists() and not (path.is_file() or path.is_fifo()):
            place.note(_DEVICE)
        else:
            with path.open("rb") as stream:
                yield from _of_file(stream, path.suffix, place)


def _of_file(stream: BinaryIO, suffix: str, place: _Place) -> Iterator[Source]:
    if suffix.lower() == _ABBU:  # an upload has no path that says so
        place.note(_MAC_BACKUP)
    elif stream.seekable() and _begun(stream)[0].startswith(_ZIP):
        yield from _of_zip(stream, place)
    else:
        yield from place.source(stream, suffix)


def _begun(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """How the stream begins, and the stream as it was."""
    if stream.seekable():
        start = stream.tell()
        head = stream.read(HEAD)
        stream.seek(start)
        return head, stream
    head = stream.read(HEAD)
    return head, io.BufferedReader(_Prefixed(head, stream))


class _Prefixed(io.RawIOBase):
    """A stream with what was read of it put back."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        chunk = self._head[: len(view)] or self._rest.read(len(view))
        self._head = self._head[len(chunk) :]
        view[: len(chunk)] = chunk
        return len(chunk)


def _what_else(head: bytes) -> str:
    """What it is if it is no address book, by how it begins; nothing when it may be one."""
    if len(head) < HEAD and not head.strip(_BLANK):
        return _EMPTY
    if head.startswith(_ZIP):
        return _ZIP_WITHIN
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return _PICTURE
    return next((what for begins, what in _KNOWN_BY if head.startswith(begins)), "")


# --- folders ----------------------------------------------------------------------------


def _of_folder(folder: Path, place: _Place) -> Iterator[Source]:
    before = len(place.problems)
    looked = _Looked(folder, place)
    for number, path in enumerate(sorted(looked.books), 1):
        inside = place.inside(number)
        with inside.noting(), path.open("rb") as stream:
            yield from inside.source(stream, path.suffix)
    if looked.others and looked.books:
        place.note(_OTHERS, count=looked.others)
    elif not looked.books and len(place.problems) == before:
        place.note(_NO_BOOKS)


class _Looked:
    """What lies in a folder and the folders in it; links are not followed."""

    def __init__(self, folder: Path, place: _Place) -> None:
        self.books: list[Path] = []
        self.others = 0
        self._folder = folder
        self._place = place
        seen = 0
        for here, folders, files in os.walk(folder, onerror=self._closed):
            seen += len(files) + len(folders)
            depth = len(Path(here).relative_to(folder).parts)
            if seen > _MOST_FILES or (depth >= _DEEPEST and folders):
                place.note(_TOO_MUCH)
                break
            folders[:] = [one for one in folders if self._is_entered(Path(here, one))]
            for file in files:
                self._take(Path(here, file))

    def _is_entered(self, folder: Path) -> bool:
        if folder.suffix.lower() == _ABBU:
            self._place.note(_MAC_BACKUP)
            return False
        is_entered = not (folder.is_symlink() or folder.name.startswith("."))
        self.others += not is_entered
        return is_entered and folder.name != _MAC_FOLDER

    def _take(self, file: Path) -> None:
        if _is_book(file) and not file.is_symlink() and _is_file(file):
            self.books.append(file)
        elif not _is_dropping(file):
            self.others += 1

    def _closed(self, error: OSError) -> None:
        is_outer = Path(error.filename) == self._folder
        self._place.note(_UNREADABLE if is_outer else _FOLDER_CLOSED, reason=reason_of(error))


def _is_file(path: Path) -> bool:
    """Whether it is a file and no device; also not where nobody may look."""
    with contextlib.suppress(OSError):
        return path.is_file()
    return False


def _is_book(file: PurePath) -> bool:
    return file.suffix.lower() in _BOOKS and not file.name.startswith(".")


def _is_dropping(file: PurePath) -> bool:
    return file.name.lower() in _DROPPINGS or file.name.startswith("._")


# --- zips -------------------------------------------------------------------------------


def _of_zip(stream: BinaryIO, place: _Place) -> Iterator[Source]:
    if _list_size(stream) > _LARGEST_LIST:
        place.note(_ZIP_CROWDED)
        return
    import zipfile

    try:
        archive = zipfile.ZipFile(stream)
    except Exception:  # noqa: BLE001 (hostile bytes raise anything)
        place.note(_ZIP_DAMAGED)
        return
    files = [i for i in archive.infolist() if i.file_size or not i.is_dir()]
    books = [info for info in files if _is_book(_path(info)) and not _is_macs(info)]
    if what := _zip_refused(files, books, _size(stream)):
        place.note(what)
        return
    for number, info in enumerate(sorted(books, key=lambda one: one.filename), 1):
        yield from _of_part(archive, info, place.inside(number))
    others = [i for i in files if i not in books and not _is_macs(i) and not _is_dropping(_path(i))]
    if others:
        place.note(_OTHERS, count=len(others))


def _of_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: _Place) -> Iterator[Source]:
    if info.compress_type not in (_STORED, _DEFLATED):
        place.note(_PART_ODD)
    elif _is_bomb(info):
        place.note(_PART_BOMB)
    else:
        with place.noting(), _opened(archive, info) as entry:
            yield from place.source(io.BufferedReader(entry, HEAD), _path(info).suffix)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> io.RawIOBase:
    import zipfile

    try:
        return cast("io.RawIOBase", archive.open(info))
    except Exception:  # noqa: BLE001 (as above)
        raise zipfile.BadZipFile from None


def _zip_refused(files: list[zipfile.ZipInfo], books: list[zipfile.ZipInfo], size: int) -> str:
    """Why nothing of the zip is read; nothing when its books are."""
    names = {info.filename for info in files}
    if _OFFICE_PART in names:
        return _OFFICE
    if any(part.lower().endswith(_ABBU) for name in names for part in name.split("/")):
        return _MAC_BACKUP
    if not books:
        return _NO_BOOKS
    if any(info.flag_bits & _ENCRYPTED for info in books):
        return _ZIP_LOCKED
    unpacked = sum(info.file_size for info in books if not _is_bomb(info))
    return _ZIP_BOMB if unpacked > max(_LARGEST_UNPACKED, _MOST_TIMES * size) else ""


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    """By what it says of itself; no more than that is ever unpacked."""
    return info.file_size > max(_LARGEST_UNPACKED, _MOST_TIMES * info.compress_size)


def _path(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename)


def _is_macs(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith(f"{_MAC_FOLDER}/")


def _size(stream: BinaryIO) -> int:
    return stream.seek(0, os.SEEK_END)


def _list_size(stream: BinaryIO) -> int:
    """Bytes of the list of files, as its end has it (APPNOTE 4.3.14 and 4.3.16)."""
    stream.seek(max(_size(stream) - _LONGEST_END, 0))
    tail = stream.read()
    end = tail.rfind(_END_OF_ZIP)
    if end < 0:
        return 0
    larger = tail[max(end - _LARGER_END, 0) : end]
    if larger.startswith(b"PK\x06\x06"):
        return int.from_bytes(larger[40:48], "little")
    return int.from_bytes(tail[end + 12 : end + 16], "little")

"""One file in which a phone or a carrier wrote calls down; its rows come out, one at a time.

What it is, its first bytes tell, not its name. It is read as a stream, however large it is.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import phone
from kit.actions.sources import shown_name
from kit.errors import ColumnMapError, ZoneError
from kit.evidence.columns import FIELDS
from kit.evidence.table import LOOKED_AT, Head, Table, find_head
from kit.model import LogRow, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo
    from typing import BinaryIO

    from kit.actions.exhibits import Handed
    from kit.actions.store import Store

#: Under which the Book keeps which column is what, by the headings of a table.
_KEPT = "log_columns"
#: Bytes by which a file is known for what it is, and by which its character set is decided.
_HEAD = 65_536
_SAMPLE = 1_000_000
#: Bytes of one line; more is no row of a bill.
_LONGEST_LINE = 200_000
_BOM = b"\xef\xbb\xbf"
_BLANK = b"\xef\xbb\xbf\xff\xfe\0\r\n\t "

_PIPE = "This is no file that can be read twice. Save it as a file, then bring that in."
_EMPTY = "The file is empty. Copy it from the phone once more."
_PACKED = (
    "This is a packed file, or one of a spreadsheet program. Unpack it first, or save the table "
    "as CSV; then bring that in."
)
_WEB_PAGE = "This is a web page, no backup and no table. Export calls and texts as XML or CSV."
_JSON = "This is JSON, no backup and no table. Export calls and texts as XML or CSV."
_OTHER = (
    "This is no backup and no table of calls. It can be an XML file by SMS Backup & Restore, "
    "or a CSV file."
)
_NO_HEADINGS = (
    "There is no line with headings in it that are known. Say which column is what, such as "
    "--map number=HEADING --map at=HEADING --map direction=HEADING."
)
_MISSING = "Which column holds this is not known: {fields}. Say it, such as --map {field}=HEADING."
_NO_COLUMN = "The table has no column of that name for: {fields}."
_NO_ZONE = (
    "Its times have no zone, and your region has several. Name the one they are of, such as "
    "--zone America/New_York."
)

_PACKS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\xfd7zXZ",
    b"BZh",
)
_PAGES = (b"<!doctype html", b"<html")
_PDF = b"%pdf-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How files are to be read, as somebody says."""

    #: field of `columns.FIELDS`, and the heading of its column
    columns: Mapping[str, str] = field(default_factory=dict)
    #: by whose clock times without a zone are; nothing: the region's, which has several
    zone: tzinfo | None = None
    #: of which year dates without one are; nothing: the one that the titles name
    year: int | None = None


@dataclass(slots=True, kw_only=True)
class LogFile:
    """One file, and what became known of it while it was read."""

    store: Store
    handed: Handed = field(repr=False)
    ways: Ways
    #: of a table: its headings
    head: Head | None = None
    #: a time without a zone was there
    is_by_zone: bool = False

    @property
    def called(self) -> str:
        """What it is called in a `where`."""
        return shown_name(self.handed.name)

    def rows(self, wanted: Callable[[str], bool]) -> Iterator[LogRow | Problem]:
        """Every row; the row itself is given along of the numbers that are wanted.

        Raises:
            OSError: it cannot be read to its end.
        """
        with self.handed.open() as stream:
            if not stream.seekable():
                yield Problem(where=self.called, what=_PIPE)
                return
            start = stream.read(_HEAD)
            if what := _what_else(start):
                yield Problem(where=self.called, what=what)
            elif _is_xml(start):
                from kit.evidence import sms_backup

                stream.seek(0)
                yield from sms_backup.read(stream, self.called, wanted)
            else:
                stream.seek(0)
                yield from self._of_table(_lines(stream), wanted)

    def _of_table(
        self, lines: Iterator[str], wanted: Callable[[str], bool]
    ) -> Iterator[LogRow | Problem]:
        first = list(itertools.islice(lines, LOOKED_AT))
        self.head = self._head(first)
        if problem := self._unclear():
            yield problem
            return
        assert self.head is not None  # noqa: S101 (else it is unclear)
        table = Table(self.head, self.called, self.ways.zone or UTC, wanted)
        for row in table.rows(itertools.chain(first[self.head.line :], lines)):
            if table.is_by_zone and self.ways.zone is None:
                yield Problem(where=self.called, what=_NO_ZONE)
                return
            yield row
        self.is_by_zone = table.is_by_zone

    def _head(self, first: Sequence[str]) -> Head | None:
        kept, said = _kept(self.store), self.ways.columns
        named = {
            *said.values(),
            *itertools.chain.from_iterable(one.values() for one in kept.values()),
        }
        head = find_head(first, named)
        if head is None:
            return None
        head = head.told(kept.get(head.key, {})).told(said)
        return replace(head, year=self.ways.year or head.year)

    def _unclear(self) -> Problem | None:
        """Why no row of the table can be read, if none can."""
        if self.head is None:
            return Problem(where=self.called, what=_NO_HEADINGS)
        if unknown := self.head.unknown(self.ways.columns):
            return Problem(where=self.called, what=_NO_COLUMN, facts={"fields": ", ".join(unknown)})
        if missing := self.head.missing:
            facts = {"fields": ", ".join(missing), "field": missing[0]}
            return Problem(where=self.called, what=_MISSING, facts=facts)
        return None

    def keep_columns(self) -> None:
        """Remember what was said of the columns, for the next table with these headings."""
        if self.head and self.ways.columns and not self._unclear():
            kept = {**_kept(self.store), self.head.key: dict(self.head.columns)}
            self.store.book.set(_KEPT, json.dumps(kept, ensure_ascii=False))


def read_map(written: Sequence[str]) -> dict[str, str]:
    """What `FIELD=HEADING` says, for each.

    Raises:
        ColumnMapError: it is written otherwise, or there is no such field.
    """
    found = {}
    for one in written:
        name, _, heading = one.partition("=")
        if name.strip() not in FIELDS or not heading.strip():
            raise ColumnMapError(fields=", ".join(FIELDS))
        found[name.strip()] = heading.strip()
    return found


def read_zone(store: Store, named: str = "") -> tzinfo | None:
    """The zone of that name; without one the region's, or nothing where it has several.

    Raises:
        ZoneError: there is none of that name.
    """
    if not named:
        zones = phone.zones_of(store.region)
        return ZoneInfo(zones[0]) if len(zones) == 1 else None
    with contextlib.suppress(ValueError):
        if offset := datetime.fromisoformat(f"2000-01-01T00:00{named}").tzinfo:
            return offset
    try:
        return ZoneInfo(named)
    except (KeyError, ValueError, OSError, RecursionError):  # a name of a thousand parts
        raise ZoneError from None


def _kept(store: Store) -> dict[str, dict[str, str]]:
    text = store.book.setting(_KEPT)
    found: dict[str, dict[str, str]] = json.loads(text) if text else {}
    return found


def _what_else(start: bytes) -> str:
    """What it is, if it is neither XML nor a table, by how it begins; nothing when it may be."""
    from kit.vcard.window import utf_16_of

    if len(start) < _HEAD and not start.strip(_BLANK):
        return _EMPTY
    if start.startswith(_PACKS):
        return _PACKED
    begins = start.lstrip(_BLANK).lower()
    if begins.startswith(_PAGES):
        return _WEB_PAGE
    if begins.startswith((b"{", b"[{", b"[\n", b"[ ", b"[\r")):
        return _JSON
    is_binary = 0 in start and not utf_16_of(start)
    return _OTHER if is_binary or begins.startswith(_PDF) else ""


def _is_xml(start: bytes) -> bool:
    return start.lstrip(_BLANK).startswith(b"<")


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a table with their ends, in whatever character set it is."""
    from kit.vcard.charset import decide
    from kit.vcard.window import utf_16_of

    sample = stream.read(_SAMPLE)
    stream.seek(len(_BOM) if sample.startswith(_BOM) else 0)
    if encoding := utf_16_of(sample):
        text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        yield from iter(lambda: text.readline(_LONGEST_LINE), "")
        return
    charset = decide(enumerate(io.BytesIO(sample)), lambda line: [line])
    for index, raw in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b"")):
        yield charset.decode(raw, "", index)[0]

"""Bytes go in; cards as lists of logical lines come out, unfolded, without photos.

Bytes are carried as Latin-1 text, one character a byte, until the character set is known: a
character cut in two by folding is whole again before it is decoded.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: What a header, the part before the colon, may have at most.
LONGEST_HEADER = 4096
#: What one logical line may have at most; more is a photo, or not an address book.
LONGEST_LINE = 65_536
#: Properties of a card at most; more is not a person.
MOST_LINES = 2_000
#: Notes of a card at most.
MOST_NOTES = 100

#: The properties that are read. Whatever else a card holds stays where it is.
WANTED = frozenset({"N", "FN", "TEL", "EMAIL", "ORG", "VERSION"})
#: Base64 follows, folded or not.
_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
#: What may stand between cards without a word: an end mark, a byte order mark.
_BLANK = " \t\x00\x1a\xef\xbb\xbf"
#: Seen outside a card, these begin one whose BEGIN is missing.
_BEGINS_A_CARD = frozenset({"VERSION", "FN", "TEL"})
#: A line that begins so, in capitals, ends a quoted-printable value although it ended in `=`.
_KNOWN = WANTED | frozenset(
    [
        "ADR",
        "AGENT",
        "ANNIVERSARY",
        "BDAY",
        "CATEGORIES",
        "CLASS",
        "GENDER",
        "GEO",
        "IMPP",
        "KEY",
        "KIND",
        "LABEL",
        "LANG",
        "LOGO",
        "MAILER",
        "NAME",
        "NICKNAME",
        "NOTE",
        "PHOTO",
        "PRODID",
        "PROFILE",
        "RELATED",
        "REV",
        "ROLE",
        "SORT-STRING",
        "SOUND",
        "SOURCE",
        "TITLE",
        "TZ",
        "UID",
        "URL",
    ]
)

#: Group, name, and what ends the name (RFC 6350 section 3.3; phones write either in any letters).
_HEADER = re.compile(r"(?:[^;:.\s]{1,80}\.)?([^;:.\s]{1,80})[ \t]*([;:])")
_MARKER = re.compile(r"[\x00\s\xef\xbb\xbf]*(BEGIN|END)\s*:\s*VCARD[\s\x00]*$", re.IGNORECASE)
_GLUED = re.compile(r"(END:VCARD)[\s\x00;\xef\xbb\xbf]*(?=BEGIN:VCARD)", re.IGNORECASE)
_BEGIN = "BEGIN:VCARD"
_QUOTED_PRINTABLE = re.compile(
    r";\s*(?:ENCODING\s*=\s*\"?Q(?:UOTED-PRINTABLE)?\"?|QUOTED-PRINTABLE)\s*(?=;|$)", re.IGNORECASE
)

#: Of a physical line, as much as shows an encoded line break and a soft one.
_TAIL = 8
_BROKEN_LINE = "=0A="

_OUTSIDE = "Here stands something outside of any card; it is left out."
_NO_BEGIN = "The card has no BEGIN; what it has is kept."
_NOT_CLOSED = "The card has no END; what it has is kept."
_INNER = "Inside the card is another one (AGENT); it is left out."
_NO_COLON = "A line has no colon or too long a header; it is left out."
_STRAY = "Here stands what is not a property of a card; it is left out."
_TOO_LONG = "A line is too long; the rest of it is left out."
_TOO_MANY = "The card has too many lines; the rest of them are left out."
_MORE = "There is more of this in the card; it is left out too."


@dataclass(slots=True)
class Line:
    """One logical line: header and value still as bytes in Latin-1."""

    number: int
    name: str
    header: str = field(repr=False)
    value: str = field(repr=False)
    quoted: bool


@dataclass(slots=True)
class Piece:
    """One card as cut out of the file."""

    number: int
    lines: list[Line] = field(default_factory=list)
    #: line number and English sentence
    notes: list[tuple[int, str]] = field(default_factory=list)

    def note(self, number: int, what: str) -> None:
        """Note what is wrong there; the number of notes is bounded."""
        if len(self.notes) < MOST_NOTES:
            if (number, what) not in self.notes:
                self.notes.append((number, what))
        elif self.notes[-1][1] != _MORE:
            self.notes.append((number, _MORE))


def cut_cards(stream: BinaryIO) -> Iterator[Piece]:
    """Every card of the stream, in order, the inner card of an AGENT left out."""
    cutter = _Cutter()
    for number, text in physical_lines(stream):
        if text.strip():
            yield from cutter.take(number, text)
        else:
            cutter.blank()
    yield from cutter.last()


def physical_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Line number and line, without its end; a line that is too long comes cut short.

    CR LF, LF, a lone CR and CR CR LF all end a line. UTF-16 is turned into UTF-8 bytes.
    """
    whole = cast("io.BufferedReader", stream if hasattr(stream, "peek") else _buffered(stream))
    encoding = _utf16(whole.peek(64)[:64])
    reader = io.TextIOWrapper(whole, encoding=encoding or "latin-1", errors="replace")
    for number, line in enumerate(_bounded(reader), 1):
        text = line.encode().decode("latin-1") if encoding else line
        if len(text) <= len(_BEGIN) or _BEGIN not in text.upper():
            yield number, text
        else:
            yield from ((number, part) for part in _GLUED.sub(r"\1\n", text).split("\n"))
    reader.detach()


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return io.BufferedReader(cast("io.RawIOBase", stream))


def _utf16(head: bytes) -> str:
    """The UTF-16 the file is in, by its mark or by the zeros of its Latin letters; else empty."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) * 4 < len(head) or min(first, second):
        return ""
    return "utf-16-be" if first else "utf-16-le"


def _bounded(reader: io.TextIOWrapper) -> Iterator[str]:
    """Lines without their ends, none held beyond the limit however long it is in the file."""
    while line := reader.readline(LONGEST_LINE):
        if not line.endswith("\n"):
            while (rest := reader.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                pass
        yield line.rstrip("\n")


@dataclass(slots=True)
class _Open:
    """The logical line that is being read; of one that is dropped nothing is kept."""

    number: int
    name: str
    text: str = field(repr=False)
    dropped: bool
    quoted: bool
    cut: bool = False

    #: how the last physical line ended
    tail: str = field(default="", repr=False)

    def goes_on(self, text: str) -> bool:
        """Whether the next line is part of it after a soft break (RFC 2045 section 6.7).

        A stray `=` must not swallow the property after it; but after an encoded line break even
        what looks like one is text.
        """
        if not (self.quoted and self.tail.endswith("=")):
            return False
        return self.tail.upper().endswith(_BROKEN_LINE) or not _is_property(
            text, in_any_letters=not self.dropped
        )

    def grow(self, more: str) -> None:
        self.tail = (more if len(more) >= _TAIL else self.tail + more).rstrip(" \t")[-_TAIL:]
        if self.dropped:
            return
        if len(self.text) + len(more) <= LONGEST_LINE:
            self.text += more
        else:
            self.cut = True

    def join(self, more: str) -> None:
        """Go on after a soft break; a blank before `=` was put there by folding."""
        stripped = more.lstrip(" \t")
        self.text = self.text.rstrip(" \t").removesuffix("=")
        self.grow(stripped if stripped.startswith("=") else more)


class _Cutter:
    """Takes physical lines in order and gives a card when one is complete."""

    def __init__(self) -> None:
        self._card: Piece | None = None
        self._line: _Open | None = None
        self._inside_agent = 0
        self._seen_a_card = False
        #: where text stands outside of any card
        self._outside = 0

    def take(self, number: int, text: str) -> Iterator[Piece]:
        marker = _MARKER.match(text)
        if marker is not None:
            is_begin = marker[1].upper() == "BEGIN"
            yield from self._begin(number) if is_begin else self._finish()
        elif self._line is not None and self._line.goes_on(text):
            self._line.join(text)
        elif text[0] in " \t":
            if self._line is not None:
                self._line.grow(text[1:])
        else:
            yield from self._next_line(number, text)

    def blank(self) -> None:
        """An empty line ends a value whose last encoded character is a line break."""
        if self._line is not None and self._line.tail.upper().endswith(_BROKEN_LINE):
            self._line.tail = ""

    def end(self) -> Iterator[Piece]:
        self._close_line()
        if self._card is not None:
            self._card.note(self._card.number, _NOT_CLOSED)
            yield self._card

    def last(self) -> Iterator[Piece]:
        yield from self.end()
        if self._card is None and self._outside:
            yield Piece(self._outside, notes=[(self._outside, _OUTSIDE)])

    def _begin(self, number: int) -> Iterator[Piece]:
        if self._card is not None and self._line is not None and self._line.name == "AGENT":
            self._inside_agent += 1
            self._card.note(number, _INNER)
            return
        yield from self._start(number)

    def _start(self, number: int) -> Iterator[Piece]:
        yield from self.end()
        self._card, self._inside_agent, self._seen_a_card = Piece(number), 0, True
        if self._outside:
            self._card.note(self._outside, _OUTSIDE)
            self._outside = 0

    def _finish(self) -> Iterator[Piece]:
        self._close_line()
        if self._inside_agent:
            # A BEGIN from here on is no longer the AGENT's, even if an END is missing.
            self._inside_agent -= 1
            return
        if self._card is not None:
            yield self._card
        self._card = None

    def _next_line(self, number: int, text: str) -> Iterator[Piece]:
        found = _HEADER.match(text)
        if found is None and self._line is not None and self._line.name in _BINARY:
            return  # base64 that was not folded
        self._close_line()
        name = found[1].upper() if found else ""
        if self._lacks_begin(name):
            yield from self._start(number)
            if self._card is not None:
                self._card.note(number, _NO_BEGIN)
        if self._card is None:
            if self._seen_a_card and text.strip(_BLANK):
                self._outside = self._outside or number
            return
        colon = _colon(text)
        header = text[: max(colon, 0)]
        dropped = name not in WANTED or bool(self._inside_agent)
        quoted = "=" in text and _QUOTED_PRINTABLE.search(header) is not None
        self._line = _Open(number, name, "", dropped, quoted)
        self._line.grow(text)
        if name == "AGENT" and text[colon + 1 :].strip().upper() == _BEGIN:
            self._inside_agent += 1
            self._card.note(number, _INNER)
        elif found is None:
            self._card.note(number, _STRAY)

    def _lacks_begin(self, name: str) -> bool:
        """Outside a card, or at a second VERSION: the card before had no END."""
        if self._card is None:
            return name in _BEGINS_A_CARD or (self._seen_a_card and name in WANTED)
        has_version = any(line.name == "VERSION" for line in self._card.lines[:3])
        return name == "VERSION" and has_version and not self._inside_agent

    def _close_line(self) -> None:
        """The logical line is whole: find its colon, and keep it."""
        line, self._line, card = self._line, None, self._card
        if line is None or card is None or line.dropped:
            return
        colon = _colon(line.text)
        if not 0 <= colon <= LONGEST_HEADER:
            card.note(line.number, _NO_COLON)
        elif len(card.lines) >= MOST_LINES:
            card.note(card.number, _TOO_MANY)
        else:
            header, value = line.text[:colon], line.text[colon + 1 :]
            quoted = line.quoted or _QUOTED_PRINTABLE.search(header) is not None
            card.lines.append(Line(line.number, line.name, header, value, quoted))
            if line.cut or len(line.text) >= LONGEST_LINE:
                card.note(line.number, _TOO_LONG)


def _is_property(text: str, *, in_any_letters: bool) -> bool:
    """Whether the line begins like one; a note may go on with `Tel:`, a name hardly."""
    found = _HEADER.match(text)
    if found is None:
        return False
    name = found[1]
    if name in _KNOWN or name.startswith("X-"):
        return True
    return name.upper() in WANTED and (in_any_letters or name.islower())


def _colon(text: str) -> int:
    """Where the header ends: the first colon that is not inside quotation marks, or -1."""
    colon = text.find(":")
    if '"' not in text[: max(colon, 0)]:
        return colon
    quoted = False
    for position, character in enumerate(text[: LONGEST_HEADER + 2]):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return position
    return -1

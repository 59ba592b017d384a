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

#: The properties that are read. Whatever else a card holds stays where it is.
WANTED = frozenset({"N", "FN", "TEL", "EMAIL", "ORG", "VERSION"})

#: A line this long without a blank is the rest of a photo.
_SHORTEST_BASE64 = 60
_HEADER = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)([;:])", re.ASCII)
_MARKER = re.compile(r"[\x00\s]*(BEGIN|END)\s*:\s*VCARD\s*$", re.IGNORECASE)
_GLUED = re.compile(r"(END:VCARD)(?=BEGIN:VCARD)", re.IGNORECASE)
_LONGEST_MARKER = len("BEGIN:VCARD")
_QUOTED_PRINTABLE = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE", re.IGNORECASE)


_NO_COLON = "A line has no colon or too long a header; it is left out."
_STRAY = "Here stands what is not a property of a card; it is left out."
_NOT_CLOSED = "The card has no END; what it has is kept."
_TOO_LONG = "A line is too long; the rest of it is left out."
_TOO_MANY = "The card has too many lines; the rest of them are left out."


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


def cut_cards(stream: BinaryIO) -> Iterator[Piece]:
    """Every card of the stream, in order, the inner card of an AGENT left out."""
    cutter = _Cutter()
    for number, text in physical_lines(stream):
        yield from cutter.take(number, text)
    yield from cutter.end()


def physical_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Line number and line, without its end; a line that is too long comes cut short.

    CR LF, LF, a lone CR and CR CR LF all end a line. UTF-16 is turned into UTF-8 bytes.
    """
    whole = cast("io.BufferedReader", stream if hasattr(stream, "peek") else _buffered(stream))
    encoding = _utf16(whole.peek(4)[:4])
    reader = io.TextIOWrapper(whole, encoding=encoding or "latin-1", errors="replace")
    for number, line in enumerate(_bounded(reader), 1):
        text = line.encode().decode("latin-1") if encoding else line
        text = text.removeprefix("\xef\xbb\xbf")
        if len(text) <= _LONGEST_MARKER or text[-1] not in "Dd":
            yield number, text
        else:
            yield from ((number, part) for part in _GLUED.sub(r"\1\n", text).split("\n"))
    reader.detach()


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return io.BufferedReader(cast("io.RawIOBase", stream))


def _utf16(head: bytes) -> str:
    """The UTF-16 the file is in, by its mark or by `BE` written with zeros; else empty."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"B\0E\0": "utf-16-le", b"\0B\0E": "utf-16-be"}.get(head, "")


def _bounded(reader: io.TextIOWrapper) -> Iterator[str]:
    """Lines without their ends, none held beyond the limit however long it is in the file."""
    while line := reader.readline(LONGEST_LINE):
        if not line.endswith("\n"):
            while (rest := reader.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                pass
        yield line.rstrip("\n")


class _Cutter:
    """Takes physical lines in order and gives a card when one is complete."""

    def __init__(self) -> None:
        self._card: Piece | None = None
        self._line: Line | None = None
        #: the present property is one of those that are dropped
        self._dropping = False
        self._inside_agent = 0

    def take(self, number: int, text: str) -> Iterator[Piece]:
        marker = _MARKER.match(text)
        if marker is not None:
            is_begin = marker[1].upper() == "BEGIN"
            yield from self._begin(number) if is_begin else self._finish()
        elif self._card is None:
            return
        elif text[:1] in (" ", "\t") and not self._soft_break():
            self._fold(text[1:])
        elif self._soft_break() and not self._starts_property(text):
            self._join(text)
        else:
            self._property(number, text)

    def end(self) -> Iterator[Piece]:
        if self._card is not None:
            self._card.notes.append((self._card.number, _NOT_CLOSED))
            yield self._card

    def _begin(self, number: int) -> Iterator[Piece]:
        if self._card is not None and self._line is not None and self._line.name == "AGENT":
            self._inside_agent += 1
            return
        yield from self.end()
        self._card, self._line, self._dropping = Piece(number), None, False
        self._inside_agent = 0

    def _finish(self) -> Iterator[Piece]:
        if self._inside_agent:
            # A BEGIN from here on is no longer the AGENT's, even if an END is missing.
            self._inside_agent -= 1
            self._line = None
            return
        if self._card is not None:
            yield self._card
        self._card = self._line = None

    def _soft_break(self) -> bool:
        return self._line is not None and self._line.quoted and self._line.value.endswith("=")

    def _fold(self, text: str) -> None:
        if self._line is not None and not self._dropping:
            self._grow(text)

    def _join(self, text: str) -> None:
        """Go on after a soft break (RFC 2045 section 6.7); of what is dropped, keep the end."""
        if self._line is not None and text.strip():
            self._line.value = "" if self._dropping else self._line.value[:-1]
            self._grow(text[-1:] if self._dropping else text.lstrip(" \t"))

    def _grow(self, text: str) -> None:
        line, card = self._line, self._card
        if line is None or card is None:
            return
        if len(line.value) + len(text) <= LONGEST_LINE:
            line.value += text
        else:
            self._note_once(card, line.number, _TOO_LONG)

    def _starts_property(self, text: str) -> bool:
        """Whether a line after a soft break is a property all the same: the `=` was a stray one."""
        found = _HEADER.match(text)
        return found is not None and found[1].upper() in WANTED | {"PHOTO", "NOTE", "ADR", "URL"}

    def _property(self, number: int, text: str) -> None:
        card = self._card
        if card is None or not text.strip():
            return
        found = _HEADER.match(text)
        if found is None:
            self._stray(card, number, text)
            return
        name = found[1].upper()
        if self._inside_agent:
            self._line = Line(number, name, "", "", quoted=False)
            return
        colon = _colon(text, found.end(2) - 1)
        self._dropping = name not in WANTED or not 0 <= colon <= LONGEST_HEADER
        self._line = self._begun(number, name, text, colon)
        if not self._dropping:
            self._keep(card, self._line, text)
        elif name in WANTED and len(card.notes) < MOST_LINES:
            card.notes.append((number, _NO_COLON))

    def _begun(self, number: int, name: str, text: str, colon: int) -> Line:
        header = text[: max(colon, 0)]
        value = text[-1:] if self._dropping else text[colon + 1 :]
        quoted = _QUOTED_PRINTABLE.search(header) is not None
        return Line(number, name, header, value, quoted)

    def _keep(self, card: Piece, line: Line, text: str) -> None:
        if len(card.lines) >= MOST_LINES:
            self._note_once(card, card.number, _TOO_MANY)
            return
        card.lines.append(line)
        if len(text) >= LONGEST_LINE:
            self._note_once(card, line.number, _TOO_LONG)

    def _note_once(self, card: Piece, number: int, what: str) -> None:
        if all(what != noted for _, noted in card.notes):
            card.notes.append((number, what))

    def _stray(self, card: Piece, number: int, text: str) -> None:
        """A line that is no property: the rest of a photo is dropped, else it is noted."""
        looks_like_base64 = len(text) >= _SHORTEST_BASE64 and " " not in text
        if not self._dropping and not looks_like_base64:
            self._note_once(card, number, _STRAY)


def _colon(text: str, start: int) -> int:
    """Where the header ends: the first colon that is not inside quotation marks, or -1."""
    quoted = False
    for position in range(start, min(len(text), LONGEST_HEADER + 2)):
        character = text[position]
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return position
    return -1

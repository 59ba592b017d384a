"""Bytes go in; every card comes out as its wanted lines, unfolded, still as bytes.

What is base64 is skipped from colon to colon, for it has none; so photos cost next to nothing and
are never held. Of each card only the lines that are wanted are kept, in one piece of bytes: the
cards of a whole file are held until its character set is decided.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.vcard.headers import (
    KNOWN,
    LONGEST_HEADER,
    Action,
    Header,
    colon_of,
    is_property,
    read_header,
)
from kit.vcard.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: What one logical line may have at most; more is a photo, or not an address book.
LONGEST_LINE = 65_536
#: Properties of a card at most; more is not a person.
MOST_LINES = 2_000
#: Notes of a card at most.
MOST_NOTES = 100

#: So far from the end of the window no line is begun: it may not stand there whole.
_RESERVE = LONGEST_LINE + LONGEST_HEADER + 1024
#: Headers that are remembered at most; a book has about sixty.
_MOST_HEADERS = 4096
_BLANKS = b" \t"
#: What may stand between cards without a word: an end mark, a byte order mark.
_NOTHING = b" \t\r\x00\x1a\xef\xbb\xbf"
#: Seen outside a card, these begin one whose BEGIN is missing.
_BEGINS_THE_FIRST = frozenset({"VERSION", "FN", "TEL"})
_BEGINS_A_CARD = _BEGINS_THE_FIRST | {"N", "EMAIL", "ORG"}
#: BEGIN or END, and what was glued to it when a line end was lost.
_MARKER = re.compile(
    rb"[\x00\s\xef\xbb\xbf]*(BEGIN|END)\s*:\s*VCARD[\s\x00;\xef\xbb\xbf]*"
    rb"($|BEGIN:VCARD|VERSION:)",
    re.IGNORECASE,
)
_BEGIN = b"BEGIN:VCARD"
#: A header that a soft break has cut in two: Samsung writes labels in quoted-printable.
_CUT_HEADER = re.compile(rb"[^:]*\([^:)]*=$")
#: An encoded line break and a soft one.
_BROKEN_LINE = b"=0A="
#: Of a line, as much as shows these.
_TAIL = 8
_EQUALS = ord("=")
#: Over so many physical lines a header may be folded.
_MOST_FOLDS = 8

_OUTSIDE = "Here stands something outside of any card; it is left out."
_NO_BEGIN = "The card has no BEGIN; what it has is kept."
_NOT_CLOSED = "The card has no END; what it has is kept."
_INNER = "Inside the card is another one (AGENT); it is left out."
_NO_COLON = "A line has no colon or too long a header; it is left out."
_STRAY = "Here stands what is not a property of a card; it is left out."
_TOO_LONG = "{property}: the line is too long; the rest of it is left out."
_TOO_MANY = "The card has too many lines; the rest of them are left out."
_MORE = "There is more of this in the card; it is left out too."

#: Where, what (an English sentence) and the property it is about, or nothing.
Note = tuple[int, str, str]


@dataclass(slots=True)
class Piece:
    """One card as cut out of the file."""

    #: of the line on which it begins
    number: int
    #: header and value of each wanted line, unfolded; a line each
    raw: bytes = field(repr=False)
    #: on which lines of the file these begin
    places: array[int]
    notes: list[Note]


class Pieces:
    """All cards of a file, held small: 50,000 of them must fit beside the photo of one."""

    def __init__(self) -> None:
        self._numbers, self._places, self._ends = array("L"), array("L"), array("L")
        self._raw: list[bytes] = []
        self._notes: dict[int, list[Note]] = {}

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[Piece]:
        begin = 0
        for index, raw in enumerate(self._raw):
            end = self._ends[index]
            notes = self._notes.get(index, [])
            yield Piece(self._numbers[index], raw, self._places[begin:end], notes)
            begin = end

    def add(self, card: _Card) -> None:
        """Keep one more."""
        if card.notes:
            self._notes[len(self._raw)] = card.notes
        self._numbers.append(card.number)
        self._raw.append(b"\n".join(card.lines))
        self._places.extend(card.places)
        self._ends.append(len(self._places))


@dataclass(slots=True)
class _Card:
    """The card that is being read."""

    number: int
    lines: list[bytes] = field(default_factory=list, repr=False)
    places: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    has_version: bool = False

    def keep(self, number: int, line: bytes) -> None:
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)
            self.places.append(number)
        else:
            self.note(self.number, _TOO_MANY)

    def note(self, number: int, what: str, name: str = "") -> None:
        """Note what is wrong there; the number of notes is bounded."""
        if len(self.notes) < MOST_NOTES:
            if (number, what, name) not in self.notes:
                self.notes.append((number, what, name))
        elif self.notes[-1][1] != _MORE:
            self.notes.append((number, _MORE, ""))


@dataclass(slots=True)
class _Logical:
    """A line with all that goes on with it."""

    text: bytes = field(repr=False)
    #: where in the window the next one begins
    after: int
    #: physical lines
    count: int = 1
    is_cut: bool = False


class Cutter:
    """Reads a stream once, from its first line to its last."""

    def __init__(self, stream: BinaryIO) -> None:
        self.pieces = Pieces()
        self.window = Window(stream)
        self._headers: dict[bytes, Header | None] = {}
        self._line = 1
        self._card: _Card | None = None
        #: how many cards inside that card are open
        self._depth = 0
        #: where text stands outside of any card
        self._outside = 0

    @property
    def encoding(self) -> str:
        """The UTF-16 in which the stream is, or nothing."""
        return self.window.encoding

    def run(self) -> Pieces:
        """Every card of the stream, in order, the inner card of an AGENT left out."""
        position = self.window.move(0)
        while position < self._limit():
            position = self._plain_lines(position)
            if position < self._limit():
                position = self._any_line(position)
            if len(self.window.data) - position < 2 * _RESERVE and not self.window.is_whole:
                position = self.window.move(position)
        self._close(_NOT_CLOSED)
        if self._outside:
            self.pieces.add(_Card(self._outside, notes=[(self._outside, _OUTSIDE, "")]))
        return self.pieces

    def _limit(self) -> int:
        """Where no line is begun any more, before the window has moved on."""
        return len(self.window.data) - (1 if self.window.is_whole else _RESERVE)

    def _plain_lines(self, position: int) -> int:
        """Take lines that are whole by themselves and need no thought; stop at any other."""
        data, known, limit, number = self.window.data, self._headers.get, self._limit(), self._line
        find, card = data.find, self._card
        is_open = card is not None and not self._depth
        lines, places = (card.lines, card.places) if card is not None else ([], [])
        while position < limit:
            stop = find(b"\n", position)
            colon = find(b":", position, stop)
            if stop < 0 or colon <= position or (header := known(data[position:colon])) is None:
                break
            end = find(b"\r", position, stop)
            if end < 0:
                end = stop
            goes_on = data[stop + 1] in _BLANKS or (header.is_quoted and data[end - 1] == _EQUALS)
            if goes_on or end < stop - 1:
                break
            if header.action is Action.KEEP:
                if not is_open or len(lines) >= MOST_LINES or end - position > LONGEST_LINE:
                    break
                lines.append(data[position:end])
                places.append(number)
            elif header.action is not Action.DROP:
                break
            position = stop + 1
            number += 1
        self._line = number
        return position

    def _any_line(self, position: int) -> int:
        """Take one line, whatever it is, with all that goes on with it; where the next begins."""
        line = self._seen(position)
        if b"\r" in line:
            return self.window.even_out(position)
        if not line.strip(_NOTHING):
            self._line += 1
            return self._after(position)
        if found := _MARKER.match(line):
            return self._mark(position, found)
        header = self._header_of(line)
        if header is not None and header.action is Action.BINARY and line[0] not in _BLANKS:
            self._take_binary(header)
            return self._jump(position + colon_of(line) + 1)
        logical = self._logical(line, self._after(position), header)
        number, self._line = self._line, self._line + logical.count
        return self._take(logical, number)

    def _seen(self, position: int) -> bytes:
        """The physical line that begins there, without its end, cut if it is too long."""
        stop = self.window.data.find(b"\n", position, position + LONGEST_LINE)
        end = stop if stop >= 0 else position + LONGEST_LINE
        return self.window.data[position:end].rstrip(b"\r")

    def _after(self, position: int) -> int:
        """Where the next physical line begins, in the window as it then stands."""
        while (stop := self.window.data.find(b"\n", position)) < 0:
            if self.window.is_whole:
                return len(self.window.data)
            position = self.window.move(len(self.window.data))
        return stop + 1

    def _header_of(self, line: bytes) -> Header | None:
        """What the line begins with; nothing if it is no property."""
        colon = colon_of(line)
        return self._known(line[:colon]) if colon > 0 else None

    def _known(self, raw: bytes) -> Header | None:
        if raw not in self._headers:
            if len(self._headers) >= _MOST_HEADERS:
                self._headers.clear()
            self._headers[raw] = read_header(raw)
        return self._headers[raw]

    # --- cards ----------------------------------------------------------------------------

    def _mark(self, position: int, found: re.Match[bytes]) -> int:
        """BEGIN or END; what stands behind it on its line is the next one, on the same."""
        if found[1].upper() == b"END":
            self._end()
        else:
            self._begin(self._line)
        if found[2]:
            return position + found.start(2)
        self._line += 1
        return self._after(position)

    def _begin(self, number: int, what: str = "") -> None:
        self._close(_NOT_CLOSED)
        self._card, self._depth = _Card(number), 0
        if self._outside:
            self._card.note(self._outside, _OUTSIDE)
            self._outside = 0
        if what:
            self._card.note(number, what)

    def _end(self) -> None:
        # A BEGIN from here on is no longer the AGENT's, even if an END is missing.
        if self._depth:
            self._depth -= 1
        else:
            self._close()

    def _close(self, what: str = "") -> None:
        if self._card is not None:
            if what:
                self._card.note(self._card.number, what)
            self.pieces.add(self._card)
        self._card = None

    # --- lines ----------------------------------------------------------------------------

    def _logical(self, line: bytes, after: int, header: Header | None) -> _Logical:
        """The line with its folds and what follows its soft breaks."""
        logical = _Logical(line, after)
        growing = _Growing(line, header)
        while logical.after < len(self.window.data) - 1:
            more = self._seen(logical.after)
            if _MARKER.match(more) or not growing.take(more):
                break
            logical.after, logical.count = self._after(logical.after), logical.count + 1
            if len(self.window.data) - logical.after < _RESERVE and not self.window.is_whole:
                logical.after = self.window.move(logical.after)
        logical.text, logical.is_cut = bytes(growing.text), growing.is_cut
        return logical

    def _take(self, logical: _Logical, number: int) -> int:
        """A line that is whole: keep what is wanted, note what is none."""
        text = logical.text
        colon = colon_of(text)
        header = self._known(text[:colon]) if 0 < colon <= LONGEST_HEADER else None
        if header is None:
            self._note_stray(number, text)
            return logical.after
        if self._lacks_begin(header):
            self._begin(number, _NO_BEGIN)
        if self._card is None:
            self._note_outside(number)
        elif header.action is Action.AGENT:
            return self._take_agent(logical, number)
        elif not self._depth:
            self._keep(self._card, header, logical, number)
        return logical.after

    def _keep(self, card: _Card, header: Header, logical: _Logical, number: int) -> None:
        colon, text = colon_of(logical.text), logical.text
        if header.action is Action.VERSION:
            card.has_version = True
        if header.action is Action.NOTE and text[colon + 1 :].strip():
            card.keep(number, b"NOTE:")
        if header.action not in (Action.KEEP, Action.VERSION):
            return
        card.keep(number, text[:colon].replace(b":", b"_") + text[colon:])
        if logical.is_cut or len(text) >= LONGEST_LINE:
            card.note(number, _TOO_LONG, header.name)

    def _lacks_begin(self, header: Header) -> bool:
        """Outside a card, or at a second VERSION: the card before had no END."""
        if self._card is None:
            is_first = not len(self.pieces)
            return header.name in (_BEGINS_THE_FIRST if is_first else _BEGINS_A_CARD)
        is_second = header.action is Action.VERSION and self._card.has_version
        return is_second and len(self._card.lines) > 1 and not self._depth

    def _note_stray(self, number: int, text: bytes) -> None:
        if self._card is None:
            self._note_outside(number)
        else:
            self._card.note(number, _NO_COLON if is_property(text) else _STRAY)

    def _note_outside(self, number: int) -> None:
        if len(self.pieces):
            self._outside = self._outside or number

    def _take_agent(self, logical: _Logical, number: int) -> int:
        """An AGENT: the card that may follow, on its line or the next, is not the outer one's."""
        value = logical.text.partition(b":")[2].strip().upper()
        after, is_inner = logical.after, value.startswith(_BEGIN)
        if not value:
            while (line := self._seen(after)) == b"" and after < self._limit():
                after, self._line = self._after(after), self._line + 1
            if (found := _MARKER.match(line)) and found[1].upper() == b"BEGIN":
                after, self._line, value = self._after(after), self._line + 1, _BEGIN
        self._depth += value == _BEGIN
        if self._card is not None and (is_inner or value == _BEGIN):
            self._card.note(number, _INNER)
        return after

    # --- base64 ---------------------------------------------------------------------------

    def _take_binary(self, header: Header) -> None:
        if header.name == "PHOTO" and self._card is not None and not self._depth:
            self._card.keep(self._line, b"PHOTO:")

    def _jump(self, position: int) -> int:
        """From inside base64, which has no colon, to the line that is a property again."""
        window, counted = self.window, position
        while True:
            data = window.data
            colon = data.find(b":", position)
            if colon < 0:
                # What may be the beginning of a header stays, with the line end before it.
                kept = data.find(b"\n", max(position, len(data) - LONGEST_HEADER - 2))
                kept = kept if kept >= 0 and not window.is_whole else len(data)
                self._line += data.count(b"\n", counted, kept)
                if window.is_whole:
                    return kept
                position = counted = window.move(kept)
                continue
            start = self._property_before(position, colon)
            if start:
                self._line += data.count(b"\n", counted, start)
                return start
            position = colon + 1

    def _property_before(self, position: int, colon: int) -> int:
        """Where the property begins to which the colon belongs; 0 if it is none of one."""
        data = self.window.data
        start = data.rfind(b"\n", position, colon) + 1
        if not start or colon - start > LONGEST_HEADER:
            return 0
        raw = data[start:colon]
        if b"\r" in raw or _MARKER.match(self._seen(start)):
            return start
        header = self._known(raw) if raw[:1] not in (b" ", b"\t") else None
        if header is not None and (header.name in KNOWN or header.name.startswith("X-")):
            return start
        # The header may have been folded or cut: then it begins on a line before.
        for _ in range(_MOST_FOLDS):
            if start - 1 <= position or colon - start > LONGEST_HEADER:
                return 0
            start = data.rfind(b"\n", position, start - 1) + 1
            if start and is_property(data[start : start + LONGEST_HEADER]):
                return start
        return 0


class _Growing:
    """A logical line as it grows."""

    def __init__(self, line: bytes, header: Header | None) -> None:
        self.text, self.is_cut = bytearray(line), len(line) >= LONGEST_LINE
        #: vCard 2.1 goes on after a soft break, where others fold
        self._is_quoted = header.is_quoted if header else _CUT_HEADER.match(line) is not None
        self._is_wanted = header is None or header.action is Action.KEEP
        self._tail = line.rstrip(b" \t")[-_TAIL:]
        self._was_blank = False

    def take(self, more: bytes) -> bool:
        """Whether the physical line is a part of it; then it has been taken."""
        if not more.strip(_NOTHING):
            return self._take_blank()
        if self._goes_on(more):
            self._join(more)
        elif more[0] in _BLANKS and not self._was_blank:
            self._add(more[1:])
        else:
            return False
        return True

    def _take_blank(self) -> bool:
        """An empty line may follow a soft break, but not after an encoded line break."""
        self._was_blank = True
        return self._awaits() and not self._tail.upper().endswith(_BROKEN_LINE)

    def _awaits(self) -> bool:
        return self._is_quoted and self._tail.endswith(b"=")

    def _goes_on(self, more: bytes) -> bool:
        """Whether the line is part of it after a soft break (RFC 2045 section 6.7).

        A stray `=` must not swallow the property after it; but after an encoded line break even
        what looks like one is text.
        """
        if not self._awaits():
            return False
        is_text = self._tail.upper().endswith(_BROKEN_LINE) and not self._was_blank
        return is_text or not is_property(more, in_any_letters=self._is_wanted)

    def _join(self, more: bytes) -> None:
        """Go on after a soft break; a blank before `=` was put there by folding."""
        if not self.is_cut:
            self.text = self.text.rstrip(b" \t")
            self.text = self.text.removesuffix(b"=")
        stripped = more.lstrip(b" \t")
        self._add(stripped if stripped.startswith(b"=") else more)
        self._was_blank = False

    def _add(self, more: bytes) -> None:
        self._tail = (self._tail + more).rstrip(b" \t")[-_TAIL:]
        if len(self.text) + len(more) <= LONGEST_LINE:
            self.text += more
        else:
            self.is_cut = True

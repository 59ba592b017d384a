"""Bytes go in; every card comes out as its wanted lines, unfolded, still as bytes.

The reader goes from line to line, a few thousand bytes at a time; base64 is passed over and never
held. Of each card only the lines that are wanted are kept, in one piece of bytes: the cards of a
whole file are held until its character set is decided.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit.vcard import photos
from kit.vcard.growing import BLANKS, LONGEST_LINE, MARKER, Agent, Dropped, Growing
from kit.vcard.headers import (
    LONGEST_HEADER,
    READ,
    Action,
    Header,
    colon_of,
    is_property,
    read_header,
)
from kit.vcard.pieces import OpenPiece, Pieces
from kit.vcard.window import Window

if TYPE_CHECKING:
    from typing import BinaryIO

#: So many bytes are looked at together, more and more until base64 comes: what stands behind that
#: would be split in vain.
_SMALLEST_CHUNK, _LARGEST_CHUNK = 512, 8192
#: So far from the end of the window no line is begun: it may not stand there whole.
_RESERVE = LONGEST_LINE + LONGEST_HEADER
#: Headers that are remembered at most; a book has about sixty.
_MOST_HEADERS = 4096
#: What may stand between cards without a word: an end mark, a byte order mark.
_NOTHING = b" \t\x00\x1a\xef\xbb\xbf"
#: Seen outside a card, these begin one whose BEGIN is missing.
_BEGINS_THE_FIRST = frozenset({"VERSION", "FN", "TEL"})
_BEGINS_A_CARD = _BEGINS_THE_FIRST | {"N", "EMAIL", "ORG"}
_INNER_BEGIN = b"BEGIN:VCARD"
_MARKERS = {raw: header for raw in (b"BEGIN", b"END") if (header := read_header(raw)) is not None}
_BEGIN_INSIDE = re.compile(rb"BEGIN\s*:\s*VCARD", re.IGNORECASE)
#: A version of a vCard, not of a calendar.
_OF_A_CARD = re.compile(rb":\s*(?:2\.1|3|4)")

_OUTSIDE = "Here stands something outside of any card; it is left out."
_NO_BEGIN = "The card has no BEGIN; what it has is kept."
_NOT_CLOSED = "The card has no END; what it has is kept."
_INNER = "Inside the card is another one (AGENT); it is left out."
_NO_COLON = "A line has no colon or too long a header; it is left out."
_STRAY = "Here stands what is not a property of a card; it is left out."
_TOO_LONG = "A line ({property}) is too long; the rest of it is left out."

# An attribute of an enumeration takes as long to look up as a line to find.
_BEGIN, _END, _VERSION, _AGENT = Action.BEGIN, Action.END, Action.VERSION, Action.AGENT
_KEEP, _UNLABELLED, _NOTE = Action.KEEP, Action.UNLABELLED, Action.NOTE
_DROP, _BINARY = Action.DROP, Action.BINARY


class Cutter:
    """Reads a stream once, from its first line to its last."""

    def __init__(self, stream: BinaryIO) -> None:
        self.pieces = Pieces()
        self._window = Window(stream)
        self._headers = dict(_MARKERS)
        self._chunk = _SMALLEST_CHUNK
        #: the number of the line that is read next, and the line before it
        self._line, self._before = 1, b""
        self._card: OpenPiece | None = None
        #: the same, while its own lines are read and not those of a card inside
        self._taking: OpenPiece | None = None
        #: how many cards inside that card are open
        self._depth = 0
        #: what may go on with the next line
        self._open: Growing | Dropped | Agent | None = None
        #: where text stands outside of any card
        self._outside = 0

    @property
    def encoding(self) -> str:
        """The UTF-16 in which the stream is, or nothing."""
        return self._window.encoding

    def run(self) -> Pieces:
        """Every card of the stream, in order, the inner card of an AGENT left out."""
        window = self._window
        position = window.move(0)
        while position < len(window.data):
            position = self._take_chunk(position)
            if len(window.data) - position < _RESERVE and not window.is_whole:
                position = window.move(position)
        self._close_line()
        self._close(_NOT_CLOSED)
        if self._outside:
            self._begin(self._outside)
            self._close()
        return self.pieces

    # --- lines ----------------------------------------------------------------------------

    def _take_chunk(self, position: int) -> int:
        """Take some lines; where the next begins, in the window as it then stands."""
        data = self._window.data
        end = data.rfind(b"\n", position, position + self._chunk) + 1
        end = end or data.find(b"\n", position, position + LONGEST_LINE) + 1
        if not end:
            return self._take_long(position)
        chunk = data[position:end]
        lines = chunk.splitlines()
        if len(lines) > chunk.count(b"\n"):  # a lone CR was taken for a line end
            return self._window.even_out(position)
        taken = self._take_lines(lines)
        if self._card is not None:
            self._card.bound()
        if taken is None:
            self._chunk = min(2 * self._chunk, _LARGEST_CHUNK)
            return end
        self._chunk = _SMALLEST_CHUNK
        before = sum(map(len, chunk.splitlines(keepends=True)[:taken]))
        return self._pass_over(lines[taken], position + before)

    def _take_long(self, position: int) -> int:
        """Take a line that is too long to be one, as far as it is read."""
        line = self._window.data[position : position + LONGEST_LINE]
        if b"\r" in line:
            return self._window.even_out(position)
        if self._take_lines([line]) is not None:
            return self._pass_over(line, position)
        self._close_line()
        return self._after_line(position)

    def _pass_over(self, line: bytes, position: int) -> int:
        """Pass over the base64 that begins with the line; where the next one begins."""
        header = self._header_of(line)
        if header is not None and header.name == "PHOTO" and self._taking is not None:
            self._taking.keep(self._line, b"PHOTO:")
        begin = position + colon_of(line) + 1
        position, passed = photos.pass_over(self._window, begin, self._headers)
        self._line, self._before = self._line + passed, b""
        return position

    def _after_line(self, position: int) -> int:
        """Where the next line begins, in the window as it then stands."""
        window = self._window
        while (stop := window.data.find(b"\n", position)) < 0:
            if window.is_whole:
                return len(window.data)
            position = window.move(len(window.data))
        return stop + 1

    def _take_lines(self, lines: list[bytes]) -> int | None:
        """Take lines in order; the place among them of the one with which base64 begins.

        Every line of a book goes through this loop: what is usual is done here, the rest elsewhere.
        """
        known, before, first = self._headers.get, self._before, self._line
        for number, line in enumerate(lines, first):
            if self._open is not None and self._goes_on(line):
                continue
            head, colon, value = line.partition(b":")
            header = known(head) if colon else None
            if header is None:
                action = self._take_odd(line, number, before)
            elif header.is_quoted and line.endswith(b"="):
                self._open, action = Growing(line, header, number), _DROP
            else:
                action = header.action
            if action is _KEEP and self._taking is not None:
                self._taking.lines.append(line)
                self._taking.places.append(number)
            elif action is _BINARY:
                self._line = number
                return number - first
            elif action is not _DROP:
                self._take_other(action, value, line, number)
            before = line
        self._line, self._before = first + len(lines), before
        return None

    def _take_other(self, action: Action, value: bytes, line: bytes, number: int) -> None:
        """Take a line that has to do with its card: BEGIN and END, the usual ones at once."""
        card = self._taking
        if action is _END and value == b"VCARD":
            self._end()
        elif action is _BEGIN and value == b"VCARD":
            self._begin(number)
        elif action is _VERSION and card is not None and not card.has_version:
            card.has_version = True
            card.keep(number, line)
        else:
            self._take_whole(line, number)

    def _take_odd(self, line: bytes, number: int, before: bytes) -> Action:
        """Take a line that does not begin with a header known already, unless it is base64."""
        if not line.strip(_NOTHING) or self._take_markers(line, number):
            return _DROP
        if line[0] in BLANKS:
            self._take_fold(line, number, before)
            return _DROP
        header = self._header_of(line)
        if header is not None and header.action is _BINARY:
            return _BINARY
        if header is None and is_property(line) and b":" not in line:
            self._open = Growing(line, None, number)
        elif header is not None and header.is_quoted and line.endswith(b"="):
            self._open = Growing(line, header, number)
        else:
            self._take_whole(line, number)
        return _DROP

    def _take_fold(self, line: bytes, number: int, before: bytes) -> None:
        """A fold of the line before, which was taken for whole."""
        header, card = self._header_of(before), self._taking
        if header and header.action in READ and card and card.ends_at(number - 1):
            self._open = Growing(card.lines.pop(), header, card.places.pop())
            self._open.take(line)
        else:
            self._open = Dropped()

    def _goes_on(self, line: bytes) -> bool:
        """Whether the line is a part of the one that stands open; else that one is whole."""
        is_part = self._open is not None and self._open.take(line)
        if not is_part:
            self._close_line()
        return is_part

    def _close_line(self) -> None:
        """The line that stood open is whole."""
        line, self._open = self._open, None
        if isinstance(line, Growing):
            self._take_whole(line.text, line.number, is_cut=line.is_cut)
        elif isinstance(line, Agent):
            self._deepen(line.has_card)

    def _header_of(self, line: bytes) -> Header | None:
        """What the line begins with; nothing if it is no property."""
        colon = colon_of(line)
        if not 0 < colon <= LONGEST_HEADER:
            return None
        raw = line[:colon]
        header = self._headers.get(raw) or read_header(raw)
        if header is not None:
            if len(self._headers) >= _MOST_HEADERS:
                self._headers = dict(_MARKERS)
            self._headers[raw] = header
        return header

    def _take_whole(self, text: bytes, number: int, *, is_cut: bool = False) -> None:
        """Take a line that is whole: keep what is wanted, note what is none."""
        header = self._header_of(text)
        if header is None:
            self._note_stray(number, text)
            return
        if header.action in (_BEGIN, _END) and self._take_markers(text, number):
            return
        if self._lacks_begin(header, text):
            self._begin(number, _NO_BEGIN)
        if self._card is None:
            self._note_outside(number)
        elif header.action is _AGENT:
            self._take_agent(self._card, text, number)
        elif not self._depth:
            self._keep(self._card, header, text, number)
            if is_cut:
                self._note_cut(self._card, header, number)

    def _keep(self, card: OpenPiece, header: Header, text: bytes, number: int) -> None:
        colon = colon_of(text)
        if header.action is _NOTE:
            if text[colon + 1 :].strip():
                card.keep(number, b"NOTE:")
        elif header.action in READ or header.action is _VERSION:
            card.has_version = card.has_version or header.action is _VERSION
            card.is_unlabelled = card.is_unlabelled or header.action is _UNLABELLED
            # Whoever reads the line takes its first colon for the end of the header.
            card.keep(number, text[:colon].replace(b":", b"_") + text[colon:])

    def _note_cut(self, card: OpenPiece, header: Header, number: int) -> None:
        if header.action in READ:
            card.note(number, _TOO_LONG, header.name)

    def _note_stray(self, number: int, text: bytes) -> None:
        if self._card is None:
            self._note_outside(number)
        else:
            self._card.note(number, _NO_COLON if is_property(text) else _STRAY)

    def _note_outside(self, number: int) -> None:
        if len(self.pieces):
            self._outside = self._outside or number

    # --- cards ----------------------------------------------------------------------------

    def _take_markers(self, line: bytes, number: int) -> bool:
        """BEGIN or END, and what was glued to it; whether the line was one."""
        found = MARKER.match(line)
        if found is None:
            return False
        while found is not None:
            rest = line[found.end() :].lstrip(_NOTHING + b";")
            if found[1].upper() == b"BEGIN":
                self._begin(number)
            else:
                self._end()
                again = _BEGIN_INSIDE.search(rest)
                rest = rest[again.start() :] if again else b""
            line, found = rest, MARKER.match(rest)
        if is_property(line):
            self._take_whole(line, number)
        return True

    def _begin(self, number: int, what: str = "") -> None:
        self._close(_NOT_CLOSED)
        self._card = self._taking = OpenPiece(number)
        self._depth = 0
        if self._outside:
            self._card.note(self._outside, _OUTSIDE)
            self._outside = 0
        if what:
            self._card.note(number, what)

    def _end(self) -> None:
        # A BEGIN from here on is no longer the AGENT's, even if an END is missing.
        if self._depth:
            self._deepen(-1)
        else:
            self._close()

    def _deepen(self, by: int) -> None:
        """Go into the card of an AGENT, or out of it."""
        self._depth += by
        self._taking = None if self._depth else self._card

    def _close(self, what: str = "") -> None:
        if self._card is not None:
            if what:
                self._card.note(self._card.number, what)
            self.pieces.add(self._card)
        self._card = self._taking = None

    def _lacks_begin(self, header: Header, text: bytes) -> bool:
        """Outside a card, or at a second VERSION: the card before had no END."""
        if header.action is _VERSION and not _OF_A_CARD.search(text):
            return False
        if self._card is None:
            return header.name in (_BEGINS_A_CARD if len(self.pieces) else _BEGINS_THE_FIRST)
        is_second = header.action is _VERSION and self._card.has_version
        return is_second and len(self._card.lines) > 1 and not self._depth

    def _take_agent(self, card: OpenPiece, text: bytes, number: int) -> None:
        """The card that may follow, on its line or the next, is not the outer one's."""
        value = text.partition(b":")[2].strip().upper()
        if not value:
            self._open = Agent()
        elif value.startswith(_INNER_BEGIN):
            self._deepen(value == _INNER_BEGIN)
        card.note(number, _INNER)

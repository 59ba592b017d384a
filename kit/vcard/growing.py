"""A line that may go on: physical lines go in, one after another, until one is not part of it."""

from __future__ import annotations

import re

from kit.vcard.headers import READ, Header, colon_of, is_property, read_header

#: What one logical line may have at most; more is a photo, or not an address book.
LONGEST_LINE = 32_768

#: BEGIN or END of a card. What was glued to it, when a line end was lost, is left to the reader.
MARKER = re.compile(
    rb"[\x00\s\xef\xbb\xbf]*(?:[^;:.\s]{1,80}\.)?(BEGIN|END)\s*:\s*VCARD", re.IGNORECASE
)
BLANKS = b" \t"
#: A header that a soft break has cut in two: Samsung writes labels in quoted-printable.
_CUT_HEADER = re.compile(rb"[^:]*\([^:)]*=$")
#: An encoded line break and a soft one.
_BROKEN_LINE = b"=0A="
#: Of a line, as much as shows these.
_TAIL = 8


class Growing:
    """A logical line as it grows: by folds, and after soft breaks (RFC 2045 section 6.7)."""

    def __init__(self, line: bytes, header: Header | None, number: int) -> None:
        self.header, self.number, self.text = header, number, line
        self.is_cut = False
        self._is_kept = header is None or header.action in READ
        self._is_quoted = header.is_quoted if header else _CUT_HEADER.match(line) is not None
        self._tail = line[-_TAIL:].rstrip(BLANKS)
        self._was_blank = False

    def take(self, line: bytes) -> bool:
        """Whether the physical line is a part of it; then it has been taken."""
        if self._is_quoted and self._tail.endswith(b"="):
            return self._take_after_break(line)
        if not _is_fold(line):
            return False
        self._add(line[1:])
        return True

    def _take_after_break(self, line: bytes) -> bool:
        """After a soft break: a stray `=` must not swallow the property after it.

        After an encoded line break even what looks like a property is text; but an empty line ends
        it then.
        """
        if line.startswith(b"="):
            self._join(line)
            return True
        is_broken_line = self._tail.upper().endswith(_BROKEN_LINE)
        if not line.strip():
            self._was_blank = True
            return not is_broken_line
        is_text = is_broken_line and not self._was_blank
        if MARKER.match(line):
            return False
        if not is_text and is_property(line, in_any_letters=self._is_kept):
            return False
        self._join(line)
        return True

    def _join(self, line: bytes) -> None:
        """Go on after a soft break; a blank before `=` was put there by folding."""
        if not self.is_cut:
            self.text = self.text.rstrip(BLANKS).removesuffix(b"=")
        stripped = line.lstrip(BLANKS)
        self._add(stripped if stripped.startswith(b"=") else line)
        self._was_blank = False

    def _add(self, more: bytes) -> None:
        self._tail = (self._tail + more)[-_TAIL:].rstrip(BLANKS)
        if self._is_kept and len(self.text) + len(more) <= LONGEST_LINE:
            self.text += more
        else:
            self.is_cut = True
        if self.header is None and b":" in more:
            self.header = read_header(self.text[: max(colon_of(self.text), 0)])
            self._is_quoted = self.header is not None and self.header.is_quoted


class Dropped:
    """A line of which nothing is wanted; its folds are not wanted either."""

    def take(self, line: bytes) -> bool:
        """Whether the line is a fold of it."""
        return _is_fold(line)


class Agent:
    """An AGENT without a value: a card may follow, which is not the outer one's."""

    def __init__(self) -> None:
        self.has_card = False

    def take(self, line: bytes) -> bool:
        """Whether the line is empty, or the BEGIN of the inner card."""
        if self.has_card:
            return False
        found = MARKER.match(line)
        self.has_card = found is not None and found[1].upper() == b"BEGIN"
        return self.has_card or not line.strip()


def _is_fold(line: bytes) -> bool:
    """Whether the line goes on with the one before (RFC 6350 section 3.2): a blank before text."""
    return line[:1] in (b" ", b"\t") and line.strip() != b"" and not MARKER.match(line)

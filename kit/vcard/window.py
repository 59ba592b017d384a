"""A stream of bytes goes in; a window on it comes out, in which a whole line always stands."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

#: Bytes read at a time.
BLOCK = 1 << 17
#: What stands in the window at least, while there is more: the longest line, and what is after it.
_AHEAD = 40_000

#: Line ends but LF and CR LF: of old Macs, and of transfers that made two ends of one.
_ODD_ENDS = re.compile(rb"\r+\n?")
_LONGEST_END = 16
#: UTF-16 is known by its mark, or by the zeros of its Latin letters and commas, in these bytes.
_HEAD = 64
#: The first of these zeros stands among so many: another file may be joined on behind a short card.
_EARLY = 16


class Window:
    """The part of the stream that is looked at; `data` ends in line ends when all was read."""

    def __init__(self, stream: BinaryIO) -> None:
        head = _filled(stream, _HEAD)
        self.encoding = utf_16_of(head)
        self._stream: BinaryIO = stream
        self._decoder = (
            codecs.getincrementaldecoder(self.encoding)("replace") if self.encoding else None
        )
        self._is_odd = False
        self._left = b""
        self.data = self._in_utf8(head, final=len(head) < _HEAD)
        self.is_whole = False

    def move(self, position: int) -> int:
        """Forget what is before the position, and look further; the new position, always 0."""
        parts = [self.data[position:]]
        held = len(parts[0])
        while held < _AHEAD and not self.is_whole:
            parts.append(self._next())
            held += len(parts[-1])
        self.data = b"".join(parts)
        return 0

    def even_out(self, position: int) -> int:
        """From here on every lone CR is a line end, as old Macs have it; the new position."""
        self.data = _evened(self.data[position:])
        self._is_odd = True
        return 0

    def _next(self) -> bytes:
        block = self._left + _filled(self._stream, BLOCK)
        self.is_whole = len(block) - len(self._left) < BLOCK
        # The halves of a line end stay together.
        tail = block[-_LONGEST_END:]
        self._left = b"" if self.is_whole else tail[len(tail.rstrip(b"\r")) :]
        whole = block.removesuffix(self._left)
        data = self._in_utf8(whole, final=self.is_whole)
        if self._is_odd:
            data = _evened(data)
        return data + b"\n" if self.is_whole else data

    def _in_utf8(self, data: bytes, *, final: bool) -> bytes:
        if self._decoder is None:
            return data
        return self._decoder.decode(data, final).encode()


def _evened(data: bytes) -> bytes:
    """Every line end one LF: that of an old Mac, and one that a transfer has made longer."""
    return _ODD_ENDS.sub(lambda ends: b"\n" if ends[0][-1:] == b"\n" else _lines(ends[0]), data)


def _lines(ends: bytes) -> bytes:
    return b"\n" * len(ends)


def _filled(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, fewer only at the end: a pipe gives what it has."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def utf_16_of(start: bytes) -> str:
    """The UTF-16 in which a file is that begins so, as Python calls it; else empty."""
    head = start[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    first, second = head[0::2].count(0), head[1::2].count(0)
    is_early = 0 in head[:_EARLY]
    if not is_early or max(first, second) * 8 < len(head) or min(first, second):
        return ""
    return "utf-16-be" if first else "utf-16-le"

"""The bytes of a phone's backup go in; text that an XML reader takes comes out, piece by piece.

The app that writes it gives an emoji as two references to the halves of a UTF-16 pair, which is no
XML: they become the one character. A picture stands in one attribute of many megabytes: what is
that long becomes its digest and its length, so that no more of the file is held than a piece.
"""

from __future__ import annotations

import codecs
import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: Bytes read at a time.
BLOCK = 1 << 18
#: Bytes by which the character set is known.
_HEAD = 512
#: What stands for what could not be read.
UNREAD = "\ufffd"
#: Characters of an attribute `data` that are given as they stand.
LONGEST_DATA = 1 << 16

_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_UTF_8 = "utf-8"
#: In which character sets a backup may have been saved anew, by Python's names.
_OTHERS = {
    *("gb18030", "gbk", "gb2312", "big5", "cp950", "big5hkscs", "shift_jis", "euc_kr"),
    *("iso8859-1", "cp1252", "ascii"),
}
_LEGACY = "gb18030"
#: Characters of East Asia, of which mainland Chinese that is no UTF-8 gives hardly any as such.
_EAST = range(0x2E80, 0xFF00)

_DATA = ' data="'
#: A picture in base64, with the line ends it may have; no mark that means anything to XML.
_RUN = re.compile(r"[A-Za-z0-9+/=&#; \t\r\n]*")
_DIGESTED = re.compile(r"sha256:([0-9a-f]{64}):(\d+)")

_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_UNFINISHED = re.compile(r"&[#xX0-9A-Fa-f]{0,10}$")
_LONGEST_REFERENCE = 12
#: What may not stand in XML 1.0 (section 2.2), but for the halves of pairs.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HALVES = range(0xD800, 0xE000)
_LAST = 0x10FFFF
_FIRST_HALF = re.compile("[\ud800-\udbff]$")


class BackupText:
    """The text of a backup; `is_damaged` when some of its bytes meant nothing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.is_damaged = False

    def __iter__(self) -> Iterator[str]:
        yield from _whole(_shortened(self._decoded()))

    def _decoded(self) -> Iterator[str]:
        block = b""
        while len(block) < _HEAD and (more := self._stream.read(BLOCK)):
            block += more
        charset = _charset(block)
        decoder = codecs.getincrementaldecoder(charset)("strict")
        while block:
            state = decoder.getstate()
            try:
                yield decoder.decode(block)
            except UnicodeDecodeError:
                decoder.setstate(state)
                decoder = self._other(charset, state[0] + block)
                yield decoder.decode(state[0] + block)
            block = self._stream.read(BLOCK)
        try:
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError:  # cut off within a character
            self.is_damaged = True

    def _other(self, charset: str, held: bytes) -> codecs.IncrementalDecoder:
        """What reads on where the bytes do not fit: the mainland's set, or the same with gaps."""
        read = held.decode(charset, "replace")
        if charset == _UTF_8 and read.count(UNREAD) > sum(map(_EAST.__contains__, map(ord, read))):
            try:
                codecs.getincrementaldecoder(_LEGACY)("strict").decode(held)
            except UnicodeDecodeError:
                pass
            else:
                return codecs.getincrementaldecoder(_LEGACY)("replace")
        self.is_damaged = True
        return codecs.getincrementaldecoder(charset)("replace")


def digested(data: str) -> tuple[int, str]:
    """The length and the sha256 of an attribute `data`, as it stood in the file."""
    if found := _DIGESTED.fullmatch(data):
        return int(found[2]), found[1]
    return len(data), sha256(data.encode()).hexdigest()


def _charset(head: bytes) -> str:
    """The character set, by its mark, its zeros, or what the file says."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(b"<\0"):
        return "utf-16-le"
    if head.startswith(b"\0<"):
        return "utf-16-be"
    found = _DECLARED.match(head)
    try:
        said = codecs.lookup(found[1].decode()).name if found else _UTF_8
    except LookupError:
        return _UTF_8
    return said if said in _OTHERS else _UTF_8


def _shortened(pieces: Iterator[str]) -> Iterator[str]:
    """The text, in which a long `data` is its digest and length."""
    run: _Run | None = None
    held = ""
    for piece in pieces:
        text, held, position = held + piece, "", 0
        while position < len(text):
            if run is None:
                found = text.find(_DATA, position)
                end = found + len(_DATA) if found >= 0 else max(len(text) - len(_DATA), position)
                yield text[position:end]
                position = end
                if found < 0:
                    held = text[end:]
                    break
                run = _Run()
            matched = _RUN.match(text, position)
            end = matched.end() if matched else position
            run.add(text[position:end])
            position = end
            if end < len(text):
                yield run.shown()
                run = None
    yield run.shown() if run else held


class _Run:
    """The value of a `data` while it is read."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._counted = sha256()

    def add(self, part: str) -> None:
        self._size += len(part)
        self._counted.update(part.encode())
        self._parts = [*self._parts, part] if self._size <= LONGEST_DATA else []

    def shown(self) -> str:
        if self._size <= LONGEST_DATA:
            return "".join(self._parts)
        return f"sha256:{self._counted.hexdigest()}:{self._size}"


def _whole(pieces: Iterator[str]) -> Iterator[str]:
    """The text with every character whole: pairs are joined, what XML forbids stands as �."""
    held = ""
    for piece in pieces:
        text = held + piece
        unfinished = _UNFINISHED.search(text, max(len(text) - _LONGEST_REFERENCE, 0))
        end = unfinished.start() if unfinished else len(text)
        text, held = _REFERENCE.sub(_meant, text[:end]), text[end:]
        if half := _FIRST_HALF.search(text, max(len(text) - 1, 0)):
            text, held = text[: half.start()], half[0] + held
        yield _FORBIDDEN.sub(UNREAD, _joined(text))
    yield _FORBIDDEN.sub(UNREAD, _joined(held))


def _meant(reference: re.Match[str]) -> str:
    """A half of a pair as such, � for what is no character, else the reference as it stands."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code in _HALVES:
        return chr(code)
    if code > _LAST or _FORBIDDEN.fullmatch(chr(code)):
        return UNREAD
    return reference[0]


def _joined(text: str) -> str:
    """The halves of pairs made characters; one that stands alone is none."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text

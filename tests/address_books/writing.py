"""How the properties of a vCard are written: quoted, folded, escaped; and photos without an end.

Every function gives a whole property without its line end; inside it lines end in CR LF.
"""

from __future__ import annotations

import base64
from functools import cache
from random import Random

_QUOTED = {byte: f"={byte:02X}" for byte in range(256)}
#: Bytes as `=XX` after which Android breaks the line: the first column from the 67th on.
_BYTES_A_LINE = 23
#: Octets of a line (RFC 2426 section 2.6).
_WIDTH = 75


def quoted(text: str, charset: str = "utf-8") -> str:
    """Quoted-printable as Android has it: each byte, and a soft break also where the value ends."""
    codes = [_QUOTED[byte] for byte in text.encode(charset)]
    starts = range(0, len(codes), _BYTES_A_LINE)
    chunks = ["".join(codes[start : start + _BYTES_A_LINE]) for start in starts]
    if codes and len(codes) % _BYTES_A_LINE == 0:
        chunks.append("")
    return "=\r\n".join(chunks)


def android(name: str, *components: str) -> bytes:
    """A property of vCard 2.1; one letter beyond ASCII makes every component quoted."""
    if all(component.isascii() for component in components) and "\n" not in "".join(components):
        escaped = (component.replace(";", r"\;") for component in components)
        return f"{name}:{';'.join(escaped)}".encode()
    value = ";".join(map(quoted, components))
    return f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{value}".encode()


def plain(name: str, *components: str) -> bytes:
    """A property of vCard 3.0 or 4.0, escaped."""
    return f"{name}:{';'.join(map(escaped, components))}".encode()


def escaped(text: str) -> str:
    """As RFC 2426 section 5 wants it."""
    for character in "\\,;":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", "\\n")


def folded(line: bytes) -> bytes:
    """Folded by octets, be it in the middle of a character."""
    if len(line) <= _WIDTH:
        return line
    starts = range(_WIDTH, len(line), _WIDTH - 1)
    return b"\r\n ".join([line[:_WIDTH], *(line[s : s + _WIDTH - 1] for s in starts)])


class Photos:
    """Pictures of nothing: pieces of one random block, which is encoded and folded once."""

    #: lines of the block, and what each has of base64
    _LINES, _COLUMNS = 3000, 74

    def __init__(self) -> None:
        size = self._LINES * self._COLUMNS
        self._flat = base64.b64encode(Random(0).randbytes(size * 3 // 4))  # noqa: S311 (no secret)
        starts = range(0, len(self._flat) - self._COLUMNS + 1, self._COLUMNS)
        self._folded = b"".join(b"\r\n " + self._flat[s : s + self._COLUMNS] for s in starts)
        self._lines = len(starts)

    def draw(self, header: bytes, kilobytes: int, rng: Random) -> bytes:
        """A whole property with a folded photo; its base64 is valid."""
        first = max(_WIDTH - len(header), 0)
        count = kilobytes * 1024 * 4 // 3 // self._COLUMNS
        start, line = rng.randrange(self._lines - count), self._COLUMNS + 3
        body = self._folded[start * line : (start + count) * line]
        rest = -(first + count * self._COLUMNS) % 4
        last = b"\r\n " + self._flat[:rest] if rest else b""
        return header + self._flat[:first] + body + last


@cache
def photos() -> Photos:
    """The one block."""
    return Photos()

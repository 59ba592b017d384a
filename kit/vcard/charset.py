"""The bytes of a whole file go in; how they are to be read comes out.

Where a line says nothing of its character set, the other lines of the file decide: 3 in 100 Chinese
names of two characters are valid UTF-8 when they are written in GBK.
"""

from __future__ import annotations

import codecs
import contextlib
import itertools
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UTF_8 = "utf-8"
#: The sets in which books are written that are not UTF-8; the first where none is likelier.
LEGACY = ("gb18030", "big5", "shift_jis", "euc_kr", "cp1252")

#: What a label may mean, by the name Python gives it; phones write the larger vendor sets.
_CODECS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), ("gb18030",)),
    **dict.fromkeys(("big5", "cp950", "big5hkscs"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("shift_jis", "cp932"), ("cp932",)),
    **dict.fromkeys(("euc_kr", "cp949"), ("cp949",)),
    "euc_jp": ("euc_jp",),
}
_ONE_BYTE = ("iso8859", "cp125", "koi8")

#: The characters of everyday writing: the first level of each set, by its two-byte codes, and for
#: Korean its syllables (GB 2312, Big5, JIS X 0208, KS X 1001).
_EVERYDAY: dict[str, tuple[str, tuple[tuple[bytes, bytes], ...]]] = {
    "gb18030": ("gb2312", ((b"\xb0\xa1", b"\xd7\xf9"),)),
    "big5": ("big5", ((b"\xa4\x40", b"\xc6\x7e"),)),
    "shift_jis": ("shift_jis", ((b"\x82\x9f", b"\x83\x96"), (b"\x88\x9f", b"\x98\x72"))),
    "euc_kr": ("euc_kr", ((b"\xb0\xa1", b"\xc8\xfe"),)),
}
#: Lines that are looked at for the vote between the sets.
_MOST_LINES = 400
#: How much better the best set must be, in everyday characters of a hundred.
_CLEARLY = 0.08
#: So many cards around a doubtful one say in what part of a joined file it stands.
_AROUND = 50
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """Some texts of a file as they would read in one character set."""

    charset: str
    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Charset:
    """How the bytes of one file are to be read."""

    #: what most of the file is in
    name: str
    #: what a line is in that is not UTF-8
    legacy: str
    #: where the vote is close: how the same lines read in each set, the likeliest first
    doubt: tuple[Sample, ...] = ()
    #: cards that are surely something else, and surely UTF-8, by their number in the file
    _others: array[int] = field(default_factory=lambda: array("L"), repr=False)
    _utf_8: array[int] = field(default_factory=lambda: array("L"), repr=False)
    _is_said: bool = False

    def said(self, name: str) -> Charset:
        """The same file, of which somebody says what it is in."""
        if name == UTF_8 or name.startswith("utf-16"):
            return Charset(name, self.legacy)
        return Charset(name, name, (), self._others, self._utf_8, _is_said=True)

    def is_suspect(self, index: int) -> bool:
        """Whether what looks like UTF-8 in Hebrew or Greek in that card is not."""
        if self._is_said or not self._others:
            return self._is_said
        others, utf_8 = _near(self._others, index), _near(self._utf_8, index)
        if others or utf_8:
            return others > utf_8
        return len(self._others) > len(self._utf_8)

    def decode(self, raw: bytes, label: str, *, is_suspect: bool) -> tuple[str, bool]:
        """The text, and whether every byte had a meaning: UTF-8, else the label, else `legacy`."""
        if raw.isascii():
            return raw.decode("ascii"), True
        suspect = label != UTF_8 and (is_suspect or label.startswith("gb"))
        if (text := _utf_8(raw)) is not None and not (suspect and _looks_mistaken(text)):
            return text, True
        for codec in _codecs(label):
            with contextlib.suppress(UnicodeDecodeError):
                return raw.decode(codec), True
        damaged = raw.decode(UTF_8, "replace")
        if _is_damaged_utf_8(damaged):
            return damaged, False
        for codec in (*_codecs(self.legacy), "gb18030"):
            with contextlib.suppress(UnicodeDecodeError):
                return raw.decode(codec), True
        return raw.decode(_codecs(self.legacy)[0], "replace"), False


def decide(cards: Iterable[Iterable[bytes]]) -> Charset:
    """The character set of a file, by the bytes of each card's lines that bear no label."""
    others, utf_8 = array("L"), array("L")
    doubtful: list[bytes] = []
    for index, lines in enumerate(cards):
        for raw in lines:
            vote = _vote(raw)
            if vote is _OTHER:
                others.append(index)
                if len(doubtful) < _MOST_LINES:
                    doubtful.append(raw)
            elif vote is _SURELY_UTF_8:
                utf_8.append(index)
    ranked = _ranked(doubtful)
    legacy = ranked[0] if ranked else LEGACY[0]
    doubt = tuple(Sample(name, _read_as(name, doubtful)) for name in ranked) if ranked[1:] else ()
    name = legacy if len(others) > len(utf_8) else UTF_8
    return Charset(name, legacy, doubt, others, utf_8)


@lru_cache(maxsize=1024)
def label_of(name: str) -> str:
    """A character set that a header names, as Python calls it; empty if it is none we know."""
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return found if found in _CODECS or found == UTF_8 or found.startswith(_ONE_BYTE) else ""


_OTHER, _SURELY_UTF_8, _TELLS_NOTHING = "other", "utf-8", ""


def _vote(raw: bytes) -> str:
    """What one line says of the character set of its file."""
    text = _utf_8(raw)
    if text is None:
        return _SURELY_UTF_8 if _is_damaged_utf_8(raw.decode(UTF_8, "replace")) else _OTHER
    return _TELLS_NOTHING if text.isascii() or _looks_mistaken(text) else _SURELY_UTF_8


def _ranked(lines: Sequence[bytes]) -> list[str]:
    """The sets in which these lines may be, the likeliest first; no set that is clearly worse."""
    if not lines:
        return []
    if all(map(_is_western, lines)):
        return ["cp1252"]
    shares = {name: _share(name, lines) for name in _EVERYDAY}
    best = max(shares.values())
    return sorted((n for n in shares if shares[n] > best - _CLEARLY), key=lambda n: -shares[n])


def _is_western(raw: bytes) -> bool:
    """Every letter with an accent stands alone: no set of two bytes looks like that."""
    high = [byte > 0x7F for byte in raw]  # noqa: PLR2004 (ASCII ends there)
    return not any(a and b for a, b in itertools.pairwise(high)) and sum(high) * 2 < len(high)


def _share(name: str, lines: Sequence[bytes]) -> float:
    """How much of what is not ASCII would be everyday characters in that set."""
    narrow, ranges = _EVERYDAY[name]
    everyday = total = 0
    for raw in lines:
        text = raw.decode(_codecs(name)[0], "replace")
        strange = [c for c in text if c > "\x7f"]
        total += len(strange)
        codes = (c.encode(narrow, "ignore") for c in strange)
        everyday += sum(any(low <= code <= high for low, high in ranges) for code in codes)
    return everyday / max(total, 1)


def _read_as(name: str, lines: Sequence[bytes]) -> tuple[str, ...]:
    texts = dict.fromkeys(raw.decode(_codecs(name)[0], "replace").strip(" ;") for raw in lines)
    return tuple(texts)[:_SAMPLES]


def _near(votes: array[int], index: int) -> int:
    return bisect_left(votes, index + _AROUND) - bisect_left(votes, index - _AROUND)


def _codecs(label: str) -> tuple[str, ...]:
    return _CODECS.get(label, (label,) if label.startswith(_ONE_BYTE) else ())


def _utf_8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _looks_mistaken(text: str) -> bool:
    above = [c for c in text if c > "\x7f"]
    return bool(above) and all(c < "\u0800" for c in above)


def _is_damaged_utf_8(replaced: str) -> bool:
    """UTF-8 with a cut character: one place could not be read, and Chinese stands beside it."""
    return replaced.count("\ufffd") == 1 and any("\u0800" <= c < "\ufffd" for c in replaced)

"""The bytes of a whole file go in; how they are to be read comes out.

Where a line says nothing of its character set, the other lines of the file decide: 3 in 100 Chinese
names of two characters are valid UTF-8 when they are written in GBK.
"""

from __future__ import annotations

import codecs
import contextlib
import itertools
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
#: Letters of everyday writing that UTF-8 writes in two bytes.
_SCRIPTS = (
    ("\u00c0", "\u024f", "Latin"),
    ("\u0386", "\u03ce", "Greek"),
    ("\u0401", "\u0451", "Cyrillic"),
    ("\u05d0", "\u05ea", "Hebrew"),
    ("\u0621", "\u064a", "Arabic"),
)
#: Lines that are looked at for the vote between the sets.
_MOST_LINES = 100
#: How much better the best set must be, in everyday characters of a hundred.
_CLEARLY = 0.08
#: With less of them in the best set it may be none of these; GBK has rarer ones from the start.
_WELL = {"gb18030": 0.4, "big5": 0.7, "shift_jis": 0.7, "euc_kr": 0.7}
#: So many cards around a doubtful one say in what part of a joined file it stands.
_AROUND = 50
_SAMPLES = 3


#: Ideographs, kana, syllables, and their punctuation.
_IDEOGRAPHS = re.compile("[\x00-\x7f\u3000-\uffef]*")
#: What GBK that happens to be UTF-8 hardly gives.
_EAST = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef\U0001f000-\U0003ffff]")
#: What it may give: Yi, and what is nobody's (Unicode, private use).
_NOBODYS = re.compile("[\ua000-\ua4cf\ue000-\uf8ff]")


class Look(Enum):
    """How a text looks that could be read as UTF-8."""

    ASCII = auto()
    SURE = auto()  #: as nothing else looks
    POSSIBLE = auto()  #: like a name in another script, or like Chinese in GBK
    STRANGE = auto()  #: like nobody's writing, and with no Latin letter beside it


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

    @property
    def is_mixed(self) -> bool:
        """Whether any line of the file is not in UTF-8."""
        return self._is_said or len(self._others) > 0

    def _is_mistaken(self, text: str, raw: bytes, label: str, index: int) -> bool:
        """Whether what could be read as UTF-8 is something else."""
        if _NOBODYS.search(text):
            return self._is_suspect(index) and _is_in(self.legacy, raw)
        look = _look(text)
        if look is Look.POSSIBLE:
            look = Look.STRANGE if label.startswith("gb") or self._is_suspect(index) else look
        return look is Look.STRANGE and _written_in(self.legacy, raw) is not None

    def _is_suspect(self, index: int) -> bool:
        """Whether what looks like UTF-8 in Hebrew or Greek in that card is not."""
        if self._is_said:
            return True
        for around in (0, _AROUND):
            others, utf_8 = _near(self._others, index, around), _near(self._utf_8, index, around)
            if others or utf_8:
                return others > utf_8
        return len(self._others) > len(self._utf_8)

    def decode(self, raw: bytes, label: str, index: int) -> tuple[str, bool]:
        """The text of a value, and whether every byte of it had a meaning.

        UTF-8 comes first, then the label, then what the file is in; `index` is the card's place.
        """
        text = _utf_8(raw)
        if text is None:
            return self._decode_other(raw, label, index)
        if label == UTF_8 or text.isascii() or not self._is_mistaken(text, raw, label, index):
            return text, True
        return self._decode_other(raw, label, index)

    def _decode_other(self, raw: bytes, label: str, index: int) -> tuple[str, bool]:
        """What is not UTF-8, or is UTF-8 no more: a cut character makes no other set of it."""
        for codec in _codecs(label):
            with contextlib.suppress(UnicodeDecodeError):
                return raw.decode(codec), True
        if (written := _written_in(self.legacy, raw)) is not None:
            return written, True
        is_damaged = _is_damaged_utf_8(raw)
        is_other = not is_damaged or self._is_suspect(index)
        for codec in (*_codecs(self.legacy), "gb18030") if is_other else ():
            with contextlib.suppress(UnicodeDecodeError):
                return raw.decode(codec), True
        return raw.decode(UTF_8 if is_damaged else _codecs(self.legacy)[0], "replace"), False


def decide(cards: Iterable[tuple[int, bytes]], values: Callable[[bytes], list[bytes]]) -> Charset:
    """The character set of a file, by its cards with their places in it.

    `values` gives the values of a card that bear no label.
    """
    others, utf_8 = array("L"), array("L")
    doubtful: list[bytes] = []
    for index, card in cards:
        if _is_surely_utf_8(card):
            utf_8.append(index)
            continue
        votes = [(vote, raw) for raw in values(card) if (vote := _vote(raw)) is not None]
        others.extend(index for vote, _ in votes if vote is _OTHER)
        utf_8.extend(index for vote, _ in votes if vote is _SURELY_UTF_8)
        if len(doubtful) < _MOST_LINES:
            doubtful += [raw for vote, raw in votes if vote is _OTHER]
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


_OTHER, _SURELY_UTF_8 = "other", UTF_8


def _is_surely_utf_8(card: bytes) -> bool:
    """Whether the card as a whole could be nothing else: what few of a book's cards are not."""
    text = _utf_8(card)
    return text is not None and _EAST.search(text) is not None


def _vote(raw: bytes) -> str | None:
    """What one value says of the character set of its file, if anything."""
    text = _utf_8(raw)
    look = Look.STRANGE if text is None else _look(text)
    is_chinese = _written_in(LEGACY[0], raw) is not None
    if look is Look.STRANGE and is_chinese:
        return _OTHER
    if text is not None:
        is_other_script = look is Look.POSSIBLE and not is_chinese
        return _SURELY_UTF_8 if look is Look.SURE or is_other_script else None
    # What is whole in no set is damage, and has no vote.
    if _is_damaged_utf_8(raw):
        return None
    return _OTHER if _is_western(raw) or any(_is_in(name, raw) for name in _EVERYDAY) else None


def _is_in(name: str, raw: bytes) -> bool:
    try:
        raw.decode(_codecs(name)[0])
    except UnicodeDecodeError:
        return False
    return True


def _ranked(lines: Sequence[bytes]) -> list[str]:
    """The sets in which these lines may be, the likeliest first; no set that is clearly worse."""
    if not lines:
        return []
    if all(map(_is_western, lines)):
        return ["cp1252"]
    shares = {name: _share(name, lines) for name in _EVERYDAY}
    likeliest = max(shares, key=shares.__getitem__)
    best = shares[likeliest]
    if best < _WELL[likeliest]:
        return list(shares)
    # Most books are Chinese of the mainland: little is enough to ask, and not to take another.
    characters = {c for raw in lines for c in raw.decode("gb18030", "replace") if c > "\x7f"}
    little = {LEGACY[0]: 1.5 / max(len(characters), 1)}
    near = [name for name in shares if shares[name] > best - _CLEARLY - little.get(name, 0)]
    return sorted(near, key=lambda name: -shares[name])


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
    """The first few names, without what stands between their parts."""
    texts = (raw.decode(_codecs(name)[0], "replace") for raw in lines)
    return tuple(dict.fromkeys(_joined(text) for text in texts))[:_SAMPLES]


def _joined(text: str) -> str:
    return " ".join(text.replace(";", " ").split())


def _near(votes: array[int], index: int, around: int) -> int:
    return bisect_left(votes, index + around + 1) - bisect_left(votes, index - around)


def _codecs(label: str) -> tuple[str, ...]:
    return _CODECS.get(label, (label,) if label.startswith(_ONE_BYTE) else ())


def _utf_8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _look(text: str) -> Look:
    """How likely it is that what could be read as UTF-8 was written so.

    What GBK writes in two bytes comes out of UTF-8 as letters below U+0800, of several scripts or
    of letters that nobody uses.
    """
    highest = max(text, default="")
    if highest <= "\x7f":
        return Look.ASCII
    if highest >= "\u0800":
        return Look.STRANGE if _NOBODYS.search(text) else Look.SURE
    letters = [c for c in text if c > "\x7f"]
    scripts = {_script(c) for c in letters}
    if any(c.isalpha() for c in text if c <= "\x7f"):
        return Look.SURE if scripts == {"Latin"} else Look.POSSIBLE
    is_one_script = "" not in scripts and len(scripts) == 1
    is_among_digits = len(letters) == 1 and any(map(str.isdigit, text)) and scripts != {"Latin"}
    return Look.POSSIBLE if is_one_script and not is_among_digits else Look.STRANGE


def _script(letter: str) -> str:
    """The script of a letter in everyday use, below U+0800; else empty."""
    found = (name for first, last, name in _SCRIPTS if first <= letter <= last)
    return next(found, "") if letter.isalpha() else ""


def _written_in(name: str, raw: bytes) -> str | None:
    """The text, if all of it that is not ASCII would be what every such set has."""
    narrow = _EVERYDAY.get(name, _EVERYDAY["gb18030"])[0]
    try:
        text = raw.decode(narrow)
    except UnicodeDecodeError:
        return None
    return text if _IDEOGRAPHS.fullmatch(text) else None


def _is_damaged_utf_8(raw: bytes) -> bool:
    """UTF-8 with a cut character: one place cannot be read, and all else is of East Asia."""
    letters = [c for c in raw.decode(UTF_8, "replace") if c > "\x7f"]
    letters.sort(key="\ufffd".__eq__)
    return letters[-1:] == ["\ufffd"] and len(letters) > 1 and all(map(_EAST.match, letters[:-1]))

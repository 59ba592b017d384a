"""Telephone numbers of nobody in particular, and the ways in which people write them.

No number stands in a file: they are drawn while a test or a benchmark runs, and are gone with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be dialled, whoever writes it down in whatever way."""

    #: `mobile`, `landline`, `extension`, `shared_cost`, `short`, `foreign`
    kind: str
    #: as E.164, with `;ext=`, or a short number as it is
    dialled: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spelled:
    """What a card has in one field: a line or two in somebody's spelling."""

    text: str = field(repr=False)
    lines: tuple[Line, ...]
    style: str
    #: what the owner of the phone calls it, instead of `mobile` or `home`
    label: str = field(default="", repr=False)


_MOBILE_BEGINNINGS = [
    *("13" + n for n in "012356789"),
    *("15" + n for n in "012356789"),
    *("18" + n for n in "012356789"),
    *("147", "166", "176", "177", "178", "191", "195", "198", "199"),
]
_AREAS = {"10": 8, "21": 8, "28": 8, "571": 8, "755": 8, "312": 7}
_SHORT = ("95588", "10086", "10010", "12345", "12306", "110", "96110")


class Exchange:
    """Gives out lines, none twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def mobile(self) -> Line:
        return Line("mobile", self._new(lambda: "+86" + self._rng.choice(_MOBILE_BEGINNINGS), 8))

    def landline(self) -> Line:
        return Line("landline", self._new(self._area, 0))

    def extension(self) -> Line:
        number = self._new(self._area, 0)
        return Line("extension", f"{number};ext={self._rng.randrange(100, 9000)}")

    def shared_cost(self) -> Line:
        return Line("shared_cost", self._new(lambda: "+86400" + self._rng.choice("16"), 6))

    def short(self) -> Line:
        return Line("short", self._rng.choice(_SHORT))

    def foreign(self) -> Line:
        beginning, digits = self._rng.choice(
            [("+85261", 6), ("+8869", 8), ("+120255501", 2), ("+81901", 7), ("+82102", 7)]
        )
        return Line("foreign", self._new(lambda: beginning, digits))

    def _area(self) -> str:
        area = self._rng.choice(list(_AREAS))
        return f"+86{area}" + str(self._rng.randrange(5, 7)) + self._digits(_AREAS[area] - 1)

    def _new(self, beginning: Callable[[], str], digits: int) -> str:
        """Where a range is small, a line may come twice rather than never."""
        for _ in range(20):
            number = beginning() + self._digits(digits)
            if number not in self._given:
                break
        self._given.add(number)
        return number

    def _digits(self, count: int) -> str:
        return f"{self._rng.randrange(10**count):0{count}}" if count else ""


#: `a`, `b` and `c` are the parts 3-4-4 of a mobile number in mainland China.
MOBILE_STYLES = {
    "plain": "{a}{b}{c}",
    "+86": "+86{a}{b}{c}",
    "+86 spaced": "+86 {a} {b} {c}",
    "spaced": "{a} {b} {c}",
    "3-4-4": "{a}-{b}-{c}",
    "0086": "0086{a}{b}{c}",
    "bare 86": "86{a}{b}{c}",
    "86-": "86-{a}{b}{c}",
    "(+86)": "(+86){a}{b}{c}",
    "+86 (0)": "+86 (0){a}{b}{c}",
    "U+202A": "\u202a+86 {a} {b} {c}\u202c",
    "U+2011": "{a}\u2011{b}\u2011{c}",
    "NBSP": "{a}\xa0{b}\xa0{c}",
    "17951": "17951{a}{b}{c}",
    "12593": "12593{a}{b}{c}",
    "full-width": "{a}{b}{c}",
}
_MOBILE_WEIGHTS = (30, 14, 6, 12, 7, 6, 3, 3, 2, 2, 3, 2, 2, 2, 2, 2)
#: `o` is the area code without its zero.
_LANDLINE_STYLES = ("0{o}-{n}", "(0{o}) {n}", "+86 {o} {n}", "0{o}{n}", "+86{o}{n}", "0{o} {n}")
_EXTENSION_STYLES = ("-{x}", "转{x}", "p{x}", "*{x}", ",{x}", " ext. {x}", "#{x}", "分机{x}")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def spelled(line: Line, rng: Random) -> Spelled:
    """The line as somebody writes it."""
    if line.kind == "mobile":
        return mobile(line, rng.choices(list(MOBILE_STYLES), _MOBILE_WEIGHTS)[0])
    if line.kind in ("landline", "extension"):
        return _landline(line, rng)
    if line.kind == "shared_cost":
        digits = line.dialled.removeprefix("+86")
        return Spelled(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}", (line,), "400")
    return Spelled(line.dialled, (line,), line.kind)


def mobile(line: Line, style: str) -> Spelled:
    """A mobile number of mainland China in one of the styles."""
    a, b, c = parts(line)
    text = MOBILE_STYLES[style].format(a=a, b=b, c=c)
    return Spelled(text.translate(_FULL_WIDTH) if style == "full-width" else text, (line,), style)


def two_in_one(first: Line, second: Line, rng: Random) -> Spelled:
    """Two mobile numbers in one field."""
    between = rng.choice(["/", "、", ";", " / "])
    text = between.join("".join(parts(line)) for line in (first, second))
    return Spelled(text, (first, second), "two")


def parts(line: Line) -> tuple[str, str, str]:
    """The 3-4-4 parts of a mobile number in mainland China."""
    digits = line.dialled.removeprefix("+86")
    return digits[:3], digits[3:7], digits[7:]


def area_of(line: Line) -> tuple[str, str, str]:
    """Area code, number and extension of a landline in mainland China."""
    number, _, extension = line.dialled.removeprefix("+86").partition(";ext=")
    area = next(area for area in _AREAS if number.startswith(area))
    return area, number[len(area) :], extension


def _landline(line: Line, rng: Random) -> Spelled:
    area, number, extension = area_of(line)
    text = rng.choice(_LANDLINE_STYLES).format(o=area, n=number)
    if not extension:
        return Spelled(text, (line,), "landline")
    style = rng.choice(_EXTENSION_STYLES)
    return Spelled(text + style.format(x=extension), (line,), f"extension {style}")

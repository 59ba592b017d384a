"""Cleaned, checked text goes in; what vobject makes of it comes out. The only door to vobject.

Its line pattern takes exponential time on hostile headers, its exceptions hold the raw line, which
is a name or a number, and it ends a value at a bare comma: so it is given headers made anew from
checked words, values with every bare comma escaped, and its words are thrown away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from vobject.base import parseLine
from vobject.icalendar import stringToTextValues
from vobject.vcard import splitFields

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
#: A character that vCard 3.0 wants escaped and that has no backslash of its own before it.
_BARE_COMMA = re.compile(r"(?<!\\)((?:\\\\)*),")
_BARE_SEMICOLON = re.compile(r"(?<!\\)((?:\\\\)*);")
_ODD_END = re.compile(r"(?<!\\)((?:\\\\)*)\\$")
#: A word of a parameter, as RFC 6350 section 3.3 has it.
_WORD = re.compile(r"[A-Za-z0-9-]{1,60}")
_MOST_TYPES = 8


class DamagedError(ValueError):
    """vobject could not read it; nothing of what it said is kept."""


def parse_types(name: str, words: list[str]) -> frozenset[str]:
    """The types of a property of that name, in lower case; what is no word is left out.

    Raises:
        DamagedError: it is no property to vobject.
    """
    types = [word for word in words if _WORD.fullmatch(word)][:_MOST_TYPES]
    header = "".join((name, *(f";TYPE={one}" for one in types), ":"))
    _, parameters, _, _ = _answer(parseLine, header)
    return frozenset(value.lower() for _, *values in parameters for value in values)


def text_of(text: str) -> str:
    """A value of one text, its escapes undone (RFC 2426 section 5); a comma is no end to it.

    Raises:
        DamagedError: vobject cannot read it.
    """
    if "\\" not in text:
        return text
    return str(_answer(stringToTextValues, _with_commas(text))[0])


def texts_of(text: str) -> list[str]:
    """A value of several texts with commas between them.

    Raises:
        DamagedError: vobject cannot read it.
    """
    if "\\" not in text:
        return text.split(",")
    return [str(one) for one in _answer(stringToTextValues, _closed(text))]


def fields_of(text: str) -> list[str]:
    """A value of several fields with semicolons between them: N, ORG.

    Raises:
        DamagedError: vobject cannot read it.
    """
    if "\\" not in text:
        return text.split(";")
    return [str(one) for one in _answer(splitFields, _with_commas(text))]


def escaped(text: str) -> str:
    """A field whose semicolons are part of it."""
    return _BARE_SEMICOLON.sub(r"\1\\;", text)


def _answer(question: Callable[[str], _T], text: str) -> _T:
    try:
        return question(text)
    except Exception:  # noqa: BLE001 (vobject raises anything, and what it says is personal)
        raise DamagedError from None


def _with_commas(text: str) -> str:
    return _BARE_COMMA.sub(r"\1\\,", _closed(text))


def _closed(text: str) -> str:
    """On one line, and not ending in half an escape."""
    return _ODD_END.sub(r"\1\\\\", _LINE_BREAK.sub(r"\\n", text))

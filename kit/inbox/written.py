"""Reports as they stand in a text: what messengers do to a text is undone, nothing is judged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_LINE_END = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_LEFT_OUT = re.compile(r"[\s\x1c-\x1f\x85\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A report with its fields as somebody wrote them, each on one line."""

    #: where it begins in the text
    place: int
    #: the time on a clock
    when: str = field(repr=False)
    number: str = field(repr=False)
    said_they_were: str = field(repr=False)
    said: str = field(repr=False)
    debt_named: bool | None
    refused: bool | None
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A report that cannot be read, and why."""

    place: int
    #: one English sentence with placeholders, a key of the catalogues in `kit.words`
    what: str
    version: str = ""


def plain(text: str) -> str:
    """The text in NFKC, with one kind of line end and without what nobody sees."""
    # Half a surrogate pair is no character: neither a checksum nor a store can take it.
    sound = text.encode("utf-8", "replace").decode()
    return _INVISIBLE.sub("", _LINE_END.sub("\n", unicodedata.normalize("NFKC", sound)))


def canonical(text: str) -> str:
    """Of a plain text what no messenger changes: without blanks, in lower case."""
    return _LEFT_OUT.sub("", text).lower()


def one_line(text: str) -> str:
    """A field as it is shown: on one line, and without what parts fields."""
    return " ".join(plain(text).replace("|", "/").split())

"""What people write: the text of a field goes in, its parts come out as plain digits and marks.

Nothing is decided here: a part may be read in several ways, and `kit.phone.reading` takes the
first one that is a number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.phone import mainland

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a field of a card may hold at most; more is no number.
_LONGEST_TEXT = 200
#: Fewer digits are no number of their own beside another one: they belong to it.
_FEWEST_DIGITS = 7

_LINE_END = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+|\\[nN]")
_CONTEXT = re.compile(r";phone-context=(\+\d{1,4})", re.IGNORECASE)
#: Parameters of a tel: address but its extension (RFC 3966 section 3).
_TEL_PARAMETER = re.compile(r";(?!ext=)[a-z-]+=[^;]*", re.IGNORECASE)
#: 00 or +, brackets around it or not, before a country code.
_ABROAD = re.compile(r"^[+(\[ ]*00 ?-?(?=[1-9])")
#: China's country code, written twice or before the `+`.
_MAINLAND = re.compile(r"^[(\[]?\+? ?86[)\]]?[ -]*\+ ?(?:86)?(?=[) -]*\d)")
#: Dialled in China before a whole number to choose a carrier.
_CARRIER = re.compile(
    r"^(?:[(\[]?\+?86[)\]]?[ -]*|0)?"
    r"(?:179(?:0[0189]|1[01]|31|5[01]|6[89])|12593|10193|11808)[ ,-]*"
    r"(?=[(+]?(?:\d[ ()-]*){10})"
)
#: Dialled to hide one's own number, for one call.
_HIDING = re.compile(r"^[*#]\d\d#")

_BETWEEN_NUMBERS = re.compile(r"([/、;,|&\\]|或|和|及)")
#: What parts numbers that stand one after another: a label, or the `+` of the next.
_CHUNKS = re.compile(r"[^\x00-\x7f]+(?:\d?:|\d (?=\d{7}))?|(?<=\d) ?(?=\+)|[|/\\&]")
_LABEL_INSIDE = re.compile(r"\d ?[^\x00-\x7f]+ ?\d")
#: What people write beside a number: 手机：, (微信), Mob:, (office).
_LABEL = re.compile(
    r"[(\[]?[^\x00-\x7f]+(?:\d?:|\d (?=\d{7}))|[(\[]?[^\x00-\x7f]+[)\]:]?"
    r"|^(?:tel|mob|mobile|phone|ph|cell|home|office|work|[mtph])[.:]? ?(?=\+?\d[\d -]{6})"
    r"| ?\([a-z ]+\)$",
    re.IGNORECASE,
)

_EXTENSION = re.compile(
    r"(?<=\d)(?P<mark>[)\] ]*(?:"
    r"[,;]* ?[-(\[]? ?(?:[^\x00-\x7f]{0,6}?(?:转|轉|分机|分機|内线|內線)[^\x00-\x7f]{0,3}"
    r"|ext(?:ension|n)?|[xpw#~*])[.:=]?|[,;]+) ?)(?P<digits>\d{1,6})[)\]]?$",
    re.IGNORECASE,
)
_SHORT_NUMBER = re.compile(
    r"(?<=\d)(?P<mark>[ ,;/、(\[]*短[号號][^\x00-\x7f]?:? ?)(?P<digits>\d{3,6})[)\]]?$"
)
#: 010-55500101-801, (801) and /801: an extension or a number more only where the whole is none.
_PERHAPS = re.compile(r"(?<=\d)(?P<mark> ?[-(\[/ ] ?)(?P<digits>\d{1,6})[)\]]?$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a part of a field may be meant."""

    number: str = field(repr=False)
    #: what stands between the number and these digits, and the digits
    mark: str = ""
    digits: str = field(default="", repr=False)


def tidy(text: str) -> str:
    """Full-width forms made plain, invisible marks removed, `00` written as `+`."""
    plain = _LINE_END.sub("|", text[:_LONGEST_TEXT])
    if not plain.isascii():
        plain = "".join(map(_plain_character, unicodedata.normalize("NFKC", plain)))
    plain = plain.replace("%2B", "+").replace("%20", " ").replace("\\:", ":").replace("_", "-")
    if not plain.isprintable():
        plain = "".join(c for c in plain if c.isprintable() or c.isspace())
    plain = " ".join(plain.split())
    plain = re.sub("^tel:", "", plain, flags=re.IGNORECASE)
    context = _CONTEXT.search(plain)
    plain = _TEL_PARAMETER.sub("", plain)
    if context and not plain.startswith("+"):
        plain = context[1] + plain
    return _from_abroad(_HIDING.sub("", plain))


def _from_abroad(plain: str) -> str:
    """The number with its country code, where it has one: no `00`, no carrier before it."""
    plain = _MAINLAND.sub("+86", _ABROAD.sub("+", plain))
    carrier = _CARRIER.match(plain)
    if carrier is None:
        return plain
    rest = _ABROAD.sub("+", plain[carrier.end() :])
    if rest.startswith("86"):
        return "+" + rest
    return rest if rest.startswith("+") else "+86" + rest


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in "−ー":
        return "-"
    return " " if character in "·・•" else character


def split(text: str) -> list[str]:
    """The parts of a tidied field that are long enough to be numbers.

    Fewer digits stay with what stands before them, unless all are hot-lines: they may be its
    extension.
    """
    pieces = [piece.strip() for piece in _BETWEEN_NUMBERS.split(text)]
    if all(map(mainland.is_hotline, pieces[::2])):
        return pieces[::2]
    parts = [""]
    between = ""
    for position, piece in enumerate(pieces):
        if position % 2:
            between = piece
        elif _is_long(parts[-1]) and _is_long(piece):
            parts.append(piece)
        else:
            parts[-1] += between * bool(parts[-1]) + piece
    return [part.strip(" ,;|/&\\") for part in parts]


def _is_long(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


def readings(part: str) -> Iterator[Reading]:
    """The ways in which a part may be meant, the likeliest first."""
    whole = part.removesuffix("#")
    for surely in (_SHORT_NUMBER, _EXTENSION):
        if found := surely.search(whole):
            yield Reading(whole[: found.start()], found["mark"], found["digits"])
            return
    yield Reading(whole)
    if found := _PERHAPS.search(whole):
        yield Reading(whole[: found.start()], found["mark"], found["digits"])


def chunks(part: str) -> list[str]:
    """The pieces of a part over which no digits are joined: labels stand between them."""
    return [chunk for chunk in _CHUNKS.split(part) if chunk]


def without_labels(written: str) -> str | None:
    """The number alone, or nothing where a word stands between its digits."""
    if _LABEL_INSIDE.search(written):
        return None
    return _LABEL.sub(" ", written).strip()

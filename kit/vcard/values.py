"""A property's header and value go in; its parameters and its text come out.

Quoted-printable is RFC 2045 section 6.7, folding RFC 6350 section 3.2.
"""

from __future__ import annotations

import binascii
import contextlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from kit.vcard import grammar
from kit.vcard.charset import label_of
from kit.vcard.headers import read_header

_CHARSET = re.compile(r";\s*CHARSET\s*=\s*\"?([\w-]+)", re.IGNORECASE | re.ASCII)
#: Samsung writes a label and how it is written in one: X-CUSTOM(CHARSET=…,ENCODING=…,=E5=AE=B6).
_CUSTOM = re.compile(r"X-CUSTOM\(([^)]*)\)?", re.IGNORECASE)
#: Apple's own labels: _$!<Mother>!$_
_APPLE = re.compile(r"_\$!<(.*)>!\$_")
_EMAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[^@\s<>\"',;:]{1,255}")
#: Bare words of vCard 2.1 that are encodings, not types.
_NOT_TYPES = frozenset({"", "quoted-printable", "base64", "8bit", "7bit", "q", "b"})


@dataclass(frozen=True, slots=True)
class Property:
    """What a header says of its value."""

    name: str = field(repr=False)
    #: what holds several lines together, such as `item1`
    group: str = field(repr=False)
    types: frozenset[str] = field(repr=False)
    #: in any language, where it is no type
    label: str = field(repr=False)
    #: as Python calls it, or empty
    charset: str
    is_quoted: bool


@lru_cache(maxsize=4096)
def read_property(header: str) -> Property:
    """The header's parameters, in every form of 2.1, 3.0 and 4.0.

    Raises:
        DamagedError: vobject does not take it for one.
    """
    first, *parameters = _custom_out(header).split(";")
    seen = read_header(header.encode("utf-8", "surrogateescape"))
    group, _, name = first.strip().rpartition(".")
    words = [word for one in parameters for word in _types_in(one.strip())]
    types = [word for word in words if word.isascii() and not word.upper().startswith("X-")]
    labels = [word[2:] if word.upper().startswith("X-") else word for word in words]
    labels = [word for word in labels if word not in types]
    charset = _CHARSET.search(header)
    name = seen.name if seen else name.upper()
    return Property(
        name=name,
        group=group.lower(),
        types=grammar.parse_types(name, types) - _NOT_TYPES,
        label=_custom(header) or tidy(_decoded(" ".join(labels))),
        charset=label_of(charset[1]) if charset else "",
        is_quoted=seen is not None and seen.is_quoted,
    )


def _types_in(parameter: str) -> list[str]:
    key, equals, value = parameter.partition("=")
    if not equals or key.strip().upper() == "TYPE":
        return [word.strip() for word in (value if equals else key).replace('"', "").split(",")]
    return ["pref"] if key.strip().upper() == "PREF" else []


def _custom_out(header: str) -> str:
    return _CUSTOM.sub("", header)


def _custom(header: str) -> str:
    """The label in X-CUSTOM( ), or nothing."""
    found = _CUSTOM.search(header)
    if found is None:
        return ""
    *_, text = found[1].split(",")
    return tidy(_decoded(unquoted(text).decode("utf-8", "surrogateescape")))


def _decoded(text: str) -> str:
    """A label whose bytes were not UTF-8: no vote is held over labels, so it is Chinese."""
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode()
    return raw.decode("gb18030", "replace")


def label_in(text: str) -> tuple[str, bool]:
    """The label, and whether it is one of Apple's own words."""
    found = _APPLE.fullmatch(text.strip())
    return (tidy(found[1]), True) if found else (tidy(text), False)


def is_email(text: str) -> bool:
    """Whether a message could be sent there."""
    return _EMAIL.fullmatch(text) is not None


def unquoted(value: str) -> bytes:
    """The bytes of a quoted-printable value."""
    return binascii.a2b_qp(value if value.isascii() else value.encode("utf-8", "surrogateescape"))


def tidy(text: str) -> str:
    """The text on one line, without control and bidirectional marks; nothing else is changed."""
    if text.isprintable():
        return text.strip() if text.strip(_NOTHING) else ""
    lines = text.replace("\r\n", "\n")
    kept = (" " if c.isspace() else c for c in lines if c.isspace() or not _is_unseen(c))
    tidied = "".join(kept).strip()
    return tidied if any(_is_visible(c) for c in tidied) else ""


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" and character not in _FILLERS


#: Letters of which nothing is seen.
_FILLERS = "\u115f\u1160\u3164\uffa0"
_NOTHING = f" {_FILLERS}"


def _is_unseen(character: str) -> bool:
    """Control characters, and marks that turn the direction (Unicode Annex 9)."""
    category = unicodedata.category(character)
    turns = unicodedata.bidirectional(character) in _TURNING or character in "\u200e\u200f\u061c"
    return category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and turns)


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

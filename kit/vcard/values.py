"""A property's bytes go in; its text comes out, decoded and escaped as vCard 3.0 has it.

Quoted-printable is RFC 2045 section 6.7, escapes are RFC 2426 section 5.
"""

from __future__ import annotations

import binascii
import codecs
import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.vcard.lines import Line

_CHARSET = re.compile(r";\s*CHARSET\s*=\s*\"?([\w-]+)", re.IGNORECASE | re.ASCII)
#: A character that vCard 3.0 wants escaped and that has no backslash of its own before it.
_BARE_COMMA = re.compile(r"(?<!\\)((?:\\\\)*),")
_BARE_SEMICOLON = re.compile(r"(?<!\\)((?:\\\\)*);")
_SPECIAL = re.compile(r"[,;\\\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_ODD_END = re.compile(r"(?<!\\)((?:\\\\)*)\\$")
#: Values whose parts are separated by semicolons.
_STRUCTURED = frozenset({"N", "ORG"})


#: Bare words of vCard 2.1 that are encodings, not types.
_NOT_TYPES = ("", "quoted-printable", "base64", "8bit", "7bit")

#: What a label may mean, by the name Python gives it; phones write the larger vendor sets.
_CODECS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), ("gb18030",)),
    **dict.fromkeys(("big5", "cp950", "big5hkscs"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("shift_jis", "cp932"), ("cp932",)),
    **dict.fromkeys(("euc_kr", "cp949"), ("cp949",)),
    "euc_jp": ("euc_jp",),
}
_ONE_BYTE = ("iso8859", "cp125", "koi8")


@dataclass(frozen=True, slots=True)
class Charset:
    """How the bytes of one file are to be read."""

    #: More lines without a label are in some other set than are surely UTF-8: then what looks like
    #: UTF-8 in Hebrew or Greek is not.
    legacy: bool

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Charset:
        """Decide for a whole file."""
        votes = [_vote(line) for line in lines]
        return cls(votes.count(_OTHER) > votes.count(_SURELY_UTF8))

    def decode(self, raw: bytes, header: str) -> tuple[str, bool]:
        """The text, and whether every byte had a meaning: UTF-8, else CHARSET, else GB18030.

        3 in 100 Chinese names of two characters are valid UTF-8 when they are written in GBK;
        they come out as letters below U+0800, which no Chinese name has.
        """
        if raw.isascii():
            return raw.decode("ascii"), True
        label = _label(header)
        suspect = label != "utf-8" and (self.legacy or label.startswith("gb"))
        if (text := _utf8(raw)) is not None and not (suspect and _looks_mistaken(text)):
            return text, True
        for codec in _codecs(label):
            with contextlib.suppress(UnicodeDecodeError):
                return raw.decode(codec), True
        damaged = raw.decode("utf-8", "replace")
        if _is_damaged_utf8(damaged):
            return damaged, False
        try:
            return raw.decode("gb18030"), True
        except UnicodeDecodeError:
            return raw.decode("gb18030", "replace"), False


_OTHER, _SURELY_UTF8, _TELLS_NOTHING = "other", "utf-8", ""


def _vote(line: Line) -> str:
    """What one line says of the character set of its file."""
    if _label(line.header) or (line.value.isascii() and not line.quoted):
        return _TELLS_NOTHING
    raw = _raw(line.value, line)
    text = _utf8(raw)
    if text is None:
        damaged = _is_damaged_utf8(raw.decode("utf-8", "replace"))
        return _SURELY_UTF8 if damaged else _OTHER
    return _TELLS_NOTHING if text.isascii() or _looks_mistaken(text) else _SURELY_UTF8


@lru_cache(maxsize=1024)
def _label(header: str) -> str:
    """The character set that the header names, as Python calls it, or nothing we know."""
    found = _CHARSET.search(header)
    try:
        name = codecs.lookup(found[1]).name if found else ""
    except LookupError:
        return ""
    return name if name in _CODECS or name == "utf-8" or name.startswith(_ONE_BYTE) else ""


def _codecs(label: str) -> tuple[str, ...]:
    return _CODECS.get(label, (label,) if label.startswith(_ONE_BYTE) else ())


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _looks_mistaken(text: str) -> bool:
    above = [c for c in text if c > "\x7f"]
    return bool(above) and all(c < "\u0800" for c in above)


def _is_damaged_utf8(replaced: str) -> bool:
    """UTF-8 with a cut character: one place could not be read, and Chinese stands beside it."""
    return replaced.count("\ufffd") == 1 and any("\u0800" <= c < "\ufffd" for c in replaced)


def _raw(value: str, line: Line) -> bytes:
    raw = value.encode("latin-1", "replace")
    return binascii.a2b_qp(raw) if line.quoted else raw


def clean_line(line: Line, charset: Charset) -> tuple[str, bool]:
    """The line as vobject may see it, and whether it was decoded without loss.

    The header is made anew from its name and types, so that nothing unchecked reaches vobject's
    regular expression; the value is escaped as vCard 3.0 demands, whatever the version demanded.
    """
    components = line.value.split(";") if line.name in _STRUCTURED and line.quoted else [line.value]
    decoded = [charset.decode(_raw(component, line), line.header) for component in components]
    value = ";".join(_escape(text, line) for text, _ in decoded)
    return f"{_clean_header(line.name, line.header)}:{value}", all(fine for _, fine in decoded)


def _escape(text: str, line: Line) -> str:
    """A comma is never a separator to us: vobject would end the value there."""
    if not _SPECIAL.search(text):
        return text
    text = _LINE_BREAK.sub(r"\\n", text)
    text = _BARE_COMMA.sub(r"\1\\,", _ODD_END.sub(r"\1\\\\", text))
    if line.name in _STRUCTURED and not line.quoted:
        return text
    return _BARE_SEMICOLON.sub(r"\1\\;", text)


@lru_cache(maxsize=1024)
def _clean_header(name: str, header: str) -> str:
    types = [t for t in types_of(header) if t.isascii() and t.replace("-", "").isalnum()]
    return f"{name};TYPE={','.join(types[:8])}" if types else name


@lru_cache(maxsize=1024)
def types_of(header: str) -> tuple[str, ...]:
    """The types of a property in lower case, also the bare ones of vCard 2.1, each once."""
    found: dict[str, None] = {}
    for parameter in header.split(";")[1:]:
        key, equals, value = parameter.strip().partition("=")
        if not equals or key.upper() == "TYPE":
            words = (value if equals else key).replace('"', "").lower().split(",")
            found.update(dict.fromkeys(words))
        elif key.upper() == "PREF":
            found["pref"] = None
    return tuple(word for word in found if word not in _NOT_TYPES)

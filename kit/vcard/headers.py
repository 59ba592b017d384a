"""What stands before the colon goes in; what to do with the line comes out.

Nothing here asks vobject: a header is looked at by rules that take linear time, whatever it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

#: What a header may have at most (RFC 6350 sets no limit; a real one has less than 200).
LONGEST_HEADER = 4096
#: What its groups, name and blanks may have.
_LONGEST_NAME = 400


class Action(Enum):
    """What the reader does with a property."""

    DROP = auto()  #: nothing of it is needed
    KEEP = auto()  #: its value is read
    UNLABELLED = auto()  #: read too; it is quoted, and says nothing of its character set
    VERSION = auto()  #: read too; a second one shows that a BEGIN is missing
    NOTE = auto()  #: only that there is one is kept
    BINARY = auto()  #: base64 follows, folded or not; only that there is one is kept
    AGENT = auto()  #: another card may follow, which is not this one's
    BEGIN = auto()
    END = auto()


#: What is read.
READ = (Action.KEEP, Action.UNLABELLED)


@dataclass(frozen=True, slots=True)
class Header:
    """How the reader goes on after this header."""

    name: str = field(repr=False)
    action: Action
    #: quoted-printable: the value may go on after a soft break (RFC 2045 section 6.7)
    is_quoted: bool


#: Relations that have a property of their own, and what they are.
RELATIONS = {
    **dict.fromkeys(
        (
            *("X-SPOUSE", "X-EVOLUTION-SPOUSE", "X-MS-SPOUSE", "X-WAB-SPOUSE", "X-WAB-SPOUSE-NAME"),
            "X-KADDRESSBOOK-X-SPOUSESNAME",
        ),
        "spouse",
    ),
    **dict.fromkeys(
        (
            *("X-MANAGER", "X-MANAGERSNAME", "X-EVOLUTION-MANAGER", "X-MS-MANAGER"),
            "X-KADDRESSBOOK-X-MANAGERSNAME",
        ),
        "manager",
    ),
    **dict.fromkeys(
        (
            *("X-ASSISTANT", "X-ASSISTANTSNAME", "X-EVOLUTION-ASSISTANT", "X-MS-ASSISTANT"),
            "X-KADDRESSBOOK-X-ASSISTANTSNAME",
        ),
        "assistant",
    ),
    **dict.fromkeys(("X-CHILDREN", "X-MS-CHILD", "X-WAB-CHILDREN"), "child"),
}

#: The properties whose values are read. Whatever else a card holds stays where it is.
WANTED = frozenset(
    [
        *("N", "FN", "TEL", "EMAIL", "ORG", "TITLE", "NICKNAME", "CATEGORIES", "UID", "REV"),
        *("KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABLABEL", "X-ANDROID-CUSTOM"),
        *("RELATED", "X-ABRELATEDNAMES", *RELATIONS),
    ]
)
_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
#: All that RFC 2426, RFC 6350 and vCard 2.1 name, and what phones write without an X.
KNOWN = (
    WANTED
    | _BINARY
    | frozenset(
        [
            *("ADR", "AGENT", "ANNIVERSARY", "BDAY", "CALADRURI", "CALURI", "CLASS", "FBURL"),
            *("CLIENTPIDMAP", "GENDER", "GEO", "IMPP", "LABEL", "LANG", "MAILER", "MEMBER", "NAME"),
            *("NOTE", "PRODID", "PROFILE", "ROLE", "SORT-STRING", "SOURCE", "TZ", "URL"),
            *("VERSION", "XML"),
        ]
    )
)
_ACTIONS = {
    **dict.fromkeys(WANTED, Action.KEEP),
    **dict.fromkeys(_BINARY, Action.BINARY),
    "VERSION": Action.VERSION,
    "NOTE": Action.NOTE,
    "AGENT": Action.AGENT,
    "BEGIN": Action.BEGIN,
    "END": Action.END,
}

#: Group, name, and what ends the name (RFC 6350 section 3.3; phones write either in any letters).
_NAME = r"(?:[^;:.\s\"\x00-\x1f\x7f]{1,80}\.){0,2}([^;:.\s\"\x00-\x1f\x7f]{1,80})[ \t]*"
_HEADER = re.compile(rf"{_NAME}(?:;|$)")
#: A maker's own property without an X, such as ColorOS writes.
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_-]+")
_BEGINNING = re.compile(rf"{_NAME}[;:]")
_QUOTED = re.compile(
    r";\s*(?:ENCODING\s*=\s*\"?Q(?:UOTED-PRINTABLE)?\"?|QUOTED-PRINTABLE)\s*(?=;|$)", re.IGNORECASE
)
#: A byte order mark in Latin-1, and what a transfer leaves before the first letter.
_LEFT_BEFORE = "\xef\xbb\xbf\x00\x1a \t"


def read_header(raw: bytes) -> Header | None:
    """What stands before the colon, in any letters; nothing if it is no header of a property."""
    if len(raw) > LONGEST_HEADER:
        return None
    text = raw.decode("latin-1").lstrip(_LEFT_BEFORE)
    found = _HEADER.match(text)
    if found is None:
        return None
    name = found[1].upper()
    is_quoted = _QUOTED.search(text) is not None
    action = _ACTIONS.get(name, Action.DROP)
    if action is Action.KEEP and is_quoted and "CHARSET" not in text.upper():
        action = Action.UNLABELLED
    return Header(name, action, is_quoted)


def colon_of(line: bytes) -> int:
    """Where the header ends: the first colon that is not inside quotation marks, or -1."""
    colon = line.find(b":")
    if b'"' not in line[: max(colon, 0)]:
        return colon
    is_quoted = False
    for position, byte in enumerate(line[: LONGEST_HEADER + 2]):
        if byte == 0x22:  # noqa: PLR2004 (a quotation mark)
            is_quoted = not is_quoted
        elif byte == 0x3A and not is_quoted:  # noqa: PLR2004 (a colon)
            return position
    return -1


def is_property(line: bytes, *, in_any_letters: bool = False) -> bool:
    """Whether the line begins like one; a note may go on with `Tel:`, a name hardly."""
    found = _BEGINNING.match(line[:_LONGEST_NAME].decode("latin-1"))
    if found is None:
        return False
    name = found[1]
    if name in KNOWN or name.startswith("X-"):
        return True
    if name.upper() in WANTED:
        return in_any_letters or name.islower()
    return in_any_letters and _CAPITALS.fullmatch(name) is not None

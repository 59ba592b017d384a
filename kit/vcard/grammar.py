"""One cut-out card goes in, one `Card` comes out. The only module that knows vobject.

vobject is given one card at a time, made of checked lines only. Its exceptions hold the raw line,
which is a name or a number, so their text is thrown away.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from kit.model import Card, CardNumber, Email, Problem
from kit.vcard.values import clean_line, types_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.vcard.lines import Line, Piece
    from kit.vcard.values import Charset

_EMAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[^@\s<>\"',;:]{1,255}")
_DAMAGED = "A line is damaged and is left out."
_CHARSET = "The characters of a line could not all be read; they stand as �."
_NO_EMAIL = "An e-mail address is not one and is left out."

#: One line as vobject read it: where it stood, and its content line.
Read = tuple["Line", Any]


def read_card(piece: Piece, charset: Charset, file: str) -> Card:
    """What the card says; a line that vobject cannot read costs that line, with a note."""
    version = next((x.value.strip() for x in piece.lines if x.name == "VERSION"), "")
    notes = [Problem(where=f"{file}:{number}", what=what) for number, what in piece.notes]
    cleaned = []
    for line in piece.lines:
        if line.name != "VERSION":
            text, whole = clean_line(line, charset)
            cleaned.append((line, text))
            if not whole:
                notes.append(Problem(where=f"{file}:{line.number}", what=_CHARSET))
    read, damaged = _contents(cleaned)
    notes += [Problem(where=f"{file}:{line.number}", what=_DAMAGED) for line in damaged]
    emails, wrong = _emails(read)
    notes += [Problem(where=f"{file}:{line.number}", what=_NO_EMAIL) for line in wrong]
    return Card(
        where=f"{file}:{piece.number}",
        version=version[:8],
        full_name=_first(tidy(str(x.value)) for x in _of(read, "FN")),
        name_parts=_name_parts(read),
        organisation=_first(tidy(" ".join(x.value)) for x in _of(read, "ORG")),
        numbers=tuple(
            CardNumber(
                text=tidy(str(content.value)),
                types=frozenset(types_of(line.header)),
                where=f"{file}:{line.number}",
            )
            for line, content in read
            if line.name == "TEL" and str(content.value).strip()
        ),
        emails=emails,
        notes=tuple(notes),
    )


def tidy(text: str) -> str:
    """The text on one line, without control and bidirectional marks; nothing else is changed."""
    if text.isprintable():
        return text.strip() if text.strip(f" {_FILLERS}") else ""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or not _is_unseen(c))
    tidied = "".join(kept).strip()
    return tidied if any(_is_visible(c) for c in tidied) else ""


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" and character not in _FILLERS


#: Letters of which nothing is seen.
_FILLERS = "\u115f\u1160\u3164\uffa0"


def _is_unseen(character: str) -> bool:
    """Control characters, and marks that turn the direction (Unicode Annex 9)."""
    category = unicodedata.category(character)
    turns = unicodedata.bidirectional(character) in _TURNING or character in "\u200e\u200f\u061c"
    return category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and turns)


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _contents(cleaned: list[tuple[Line, str]]) -> tuple[list[Read], list[Line]]:
    """Every line as vobject reads it, and those it cannot read."""
    # vobject raises anything, and what it says is personal: the card is then read line by line.
    with contextlib.suppress(Exception):
        return _ask_vobject(cleaned), []
    read, damaged = [], []
    for pair in cleaned:
        try:
            read += _ask_vobject([pair])
        except Exception:  # noqa: BLE001 (as above, for one line)
            damaged.append(pair[0])
    return read, damaged


def _ask_vobject(cleaned: list[tuple[Line, str]]) -> list[Read]:
    import vobject

    # Without a VERSION vobject takes 3.0, which is what the lines were cleaned to.
    text = "\r\n".join(["BEGIN:VCARD", *(text for _, text in cleaned), "END:VCARD", ""])
    card = vobject.readOne(text, allowQP=True)
    contents = {name: iter(found) for name, found in card.contents.items()}
    return [(line, next(contents[line.name.lower()])) for line, _ in cleaned]


def _of(read: list[Read], name: str) -> list[Any]:
    return [content for line, content in read if line.name == name]


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _name_parts(read: list[Read]) -> tuple[str, str, str, str, str]:
    for content in _of(read, "N"):
        name = content.value
        parts = [_joined(getattr(name, part)) for part in _PARTS]
        if any(parts):
            return parts[0], parts[1], parts[2], parts[3], parts[4]
    return "", "", "", "", ""


_PARTS = ("family", "given", "additional", "prefix", "suffix")


def _joined(part: str | list[str]) -> str:
    return tidy(part if isinstance(part, str) else " ".join(part))


def _emails(read: list[Read]) -> tuple[tuple[Email, ...], list[Line]]:
    good: dict[Email, None] = {}
    wrong = []
    for line, content in read:
        if line.name == "EMAIL" and (text := tidy(str(content.value))):
            if _EMAIL.fullmatch(text):
                good[Email(text)] = None
            else:
                wrong.append(line)
    return tuple(good), wrong

"""The line that the guide makes of a report: fields go in and out, guarded by a checksum.

    KIT1|2026-11-21 14:30|13800000123|某某金融|说要到我单位找人|yn|40DDA26A

Its fields: the kind; the time on the clock where the contact is; the number shown; who they said
they were; what was said; `y`, `n` or `u` for whether a debt was named and whether the contact
refused; and CRC-32 of all before it. The checksum is taken of the canonical form, so that a line
survives full-width characters, line breaks, changed case and characters that nobody sees.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

from kit.inbox.written import Damage, Written, canonical, one_line, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.model import Report

_VERSION = "1"
#: Fields before the checksum.
_FIELDS = 6
#: No line is longer, however it was wrapped.
_LONGEST = 2000
_ANSWERS = {True: "y", False: "n", None: "u"}
_ANSWER_OF = {letter: answer for answer, letter in _ANSWERS.items()}

_MARK = re.compile(r"K\s*I\s*T\s*((?:[0-9]\s*){1,3})\|", re.IGNORECASE)
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([0-9]{2}:[0-9]{2})")
#: As many digits as there are, and what stands in the place of the next one.
_CHECKSUM = re.compile(r"((?:\s*[0-9a-f]){0,8})\s*([0-9a-z]?)", re.IGNORECASE)
_DIGITS = 8
_NOT_LINE_END = re.compile(r"[^\n]")

_CUT = "The report is cut short: a part of it is missing."
_ALTERED = "The report is not as it was made: something in it was changed on the way."
_OTHER_VERSION = "The report is of a kind (KIT{version}) that this version of the kit cannot read."


def find_lines(text: str) -> tuple[list[Written | Damage], str]:
    """Every line in a plain text, and the text with blanks in their place."""
    found: list[Written | Damage] = []
    rest: list[str] = []
    end = 0
    for mark in _MARK.finditer(text):
        if mark.start() < end:  # stands in a field of the line before
            continue
        rest.append(text[end : mark.start()])
        one, end = _read(text, mark)
        found.append(one)
        rest.append(_NOT_LINE_END.sub(" ", text[mark.start() : end]))
    return found, "".join([*rest, text[end:]])


def write_line(content: str) -> str:
    """The content with its checksum."""
    return f"{content}{_checksum(plain(content)).upper()}"


def content(report: Report, when: str) -> str:
    """A line up to its last `|`; the clock showed `when`."""
    fields = map(one_line, (report.number, report.said_they_were, report.said))
    answers = _ANSWERS[report.debt_named] + _ANSWERS[report.refused]
    return "|".join([f"KIT{_VERSION}", when, *fields, answers, ""])


def _read(text: str, mark: re.Match[str]) -> tuple[Written | Damage, int]:
    """The line that begins with the mark, and up to where it was read."""
    place = mark.start()
    version = canonical(mark[1])
    if version != _VERSION:
        return Damage(place=place, what=_OTHER_VERSION, version=version), mark.end()
    *fields, rest = text[place : place + _LONGEST].split("|", _FIELDS)
    before = "|".join([*fields, ""])
    digits, next_one = _CHECKSUM.match(rest).groups()  # type: ignore[union-attr]  # fits always
    end = place + len(before) + len(digits)
    if len(fields) == _FIELDS and canonical(digits) == _checksum(before):
        return _written(place, fields), end
    is_cut = len(fields) < _FIELDS or (len(canonical(digits)) < _DIGITS and not next_one)
    begins_again = _MARK.search(text, mark.end(), place + _LONGEST)
    if is_cut or (begins_again and begins_again.start() < end):
        return Damage(place=place, what=_CUT), mark.end()
    return Damage(place=place, what=_ALTERED), mark.end()


def _written(place: int, fields: Sequence[str]) -> Written | Damage:
    """What the fields of a whole line say."""
    _, when, number, said_they_were, said, answers = fields
    debt_named, refused = [*canonical(answers), "", ""][:2]
    if not {debt_named, refused} <= set(_ANSWER_OF):
        return Damage(place=place, what=_ALTERED)
    time = _TIME.fullmatch(canonical(when))
    return Written(
        place=place,
        when=f"{time[1]} {time[2]}" if time else one_line(when),
        number=one_line(number),
        said_they_were=one_line(said_they_were),
        said=one_line(said),
        debt_named=_ANSWER_OF[debt_named],
        refused=_ANSWER_OF[refused],
        checked=True,
    )


def _checksum(before: str) -> str:
    """CRC-32 of the canonical form, in eight digits."""
    return f"{crc32(canonical(before).encode()):08x}"

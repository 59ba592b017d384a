"""From inside base64 to the line that is a property again: from colon to colon, for it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.vcard.growing import MARKER
from kit.vcard.headers import KNOWN, LONGEST_HEADER, is_property, read_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.vcard.headers import Header
    from kit.vcard.window import Window

#: Over so many physical lines a header may be folded.
_MOST_FOLDS = 8


def pass_over(window: Window, position: int, seen: Mapping[bytes, Header]) -> tuple[int, int]:
    """Where the property begins, in the window as it then stands, and how many lines were passed.

    `seen` are headers by what stands before the colon.
    """
    counted, lines = position, 0
    while True:
        data = window.data
        colon = data.find(b":", position)
        if colon < 0:
            # What may be the beginning of a header stays, with the line end before it.
            kept = data.find(b"\n", max(position, len(data) - LONGEST_HEADER - 2))
            kept = kept if kept >= 0 and not window.is_whole else len(data)
            lines += _lines_in(data, counted, kept)
            if window.is_whole:
                return kept, lines
            position = counted = window.move(kept)
        elif start := _property_before(data, position, colon, seen):
            return start, lines + _lines_in(data, counted, start)
        else:
            position = colon + 1


def _property_before(data: bytes, position: int, colon: int, seen: Mapping[bytes, Header]) -> int:
    """Where the property begins to which the colon belongs; 0 if it is none of one."""
    start = data.rfind(b"\n", position, colon) + 1
    if not start or colon - start > LONGEST_HEADER:
        return 0
    raw = data[start:colon]
    header = seen.get(raw) or read_header(raw)
    if header is not None and (header.name in KNOWN or header.name.startswith("X-")):
        return start
    if b"\r" in raw or MARKER.match(data[start : colon + 80].partition(b"\n")[0]):
        return start
    # The header may have been folded or cut: then it begins on a line before.
    for _ in range(_MOST_FOLDS):
        if start - 1 <= position or colon - start > LONGEST_HEADER:
            return 0
        start = data.rfind(b"\n", position, start - 1) + 1
        if start and is_property(data[start : start + LONGEST_HEADER]):
            return start
    return 0


def _lines_in(data: bytes, begin: int, end: int) -> int:
    """Line ends in base64, most of whose lines are of one length: these are not looked for.

    This is for the number of a line alone; counting every end takes as long as all else.
    """
    first = data.find(b"\n", begin, end)
    width = data.find(b"\n", first + 1, end) - first
    if first < 0 or width <= 0:
        return data.count(b"\n", begin, end)
    ends = data[first:end:width]
    even = len(ends) - len(ends.lstrip(b"\n"))
    return even + data.count(b"\n", first + (even - 1) * width + 1, end)

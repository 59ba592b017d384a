"""People in rows: each on one line of the window, whatever they are called."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

from kit.cli.talk import one_line, padded, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.cli.talk import Talk
    from kit.model import Contact

#: A window with fewer columns shows the end of a number only.
_NARROW = 60
#: Columns of a number or an address there, and elsewhere.
_NARROW_REACH, _WIDEST_REACH = 12, 30
#: Columns between two cells.
_GAP = 2


def lines(talk: Talk, rows: Sequence[tuple[int, Contact]], ends: Sequence[str]) -> list[str]:
    """Each person on one line with what stands at its end; those who look the same show an id."""
    numbers = [f"{number:>{len(str(rows[-1][0]))}}" for number, _ in rows]
    contacts = [contact for _, contact in rows]
    columns = shutil.get_terminal_size().columns - 1
    room = columns - len(numbers[0]) - _GAP
    ends = [one_line(end, room // 2) for end in ends]
    reaches = [reach(talk, contact, is_narrow=columns < _NARROW) for contact in contacts]
    looks = _looks(talk, contacts, reaches, ends, room)
    twins = {look for look, count in Counter(looks).items() if count > 1}
    if twins:
        pairs = zip(contacts, reaches, looks, strict=True)
        reaches = [contact.id if look in twins else reach for contact, reach, look in pairs]
        looks = _looks(talk, contacts, reaches, ends, room)
    return [f"{number}  {look}" for number, look in zip(numbers, looks, strict=True)]


def shown_name(talk: Talk, contact: Contact, columns: int) -> str:
    """The name in that many columns."""
    return one_line(contact.name, columns) or one_line(talk.say("(no name)"), columns)


def reach(talk: Talk, contact: Contact, *, is_narrow: bool) -> str:
    """The best number or address, or its end."""
    if contact.numbers and is_narrow:
        return f"…{contact.numbers[0][-4:]}"
    where = (*contact.numbers, *contact.emails, talk.say("(nothing to reach them by)"))
    return one_line(where[0], _NARROW_REACH if is_narrow else _WIDEST_REACH)


def _looks(
    talk: Talk, contacts: Sequence[Contact], reaches: list[str], ends: Sequence[str], room: int
) -> list[str]:
    """Name, reach and end in columns; the name gives way."""
    of_reach, of_end = max(map(width, reaches)), max(map(width, ends))
    left = max(room - of_reach - of_end - _GAP * (2 if of_end else 1), 1)
    names = [shown_name(talk, contact, left) for contact in contacts]
    of_name = max(map(width, names))
    return [
        f"{padded(name, of_name + _GAP)}{padded(reach, of_reach + _GAP)}{end}".rstrip()
        for name, reach, end in zip(names, reaches, ends, strict=True)
    ]

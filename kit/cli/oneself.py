"""Which contact is the borrower: asked once somebody looks like it, never assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.actions import people, suggesting
from kit.actions.rows import parse_rows
from kit.cli.rows import lines, shown_name
from kit.errors import RowsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact

#: Rows shown at a time; a longer list has to be searched.
_MOST_ROWS = 15
#: Columns of a name in a sentence.
_WIDEST_NAME = 24


def ask_which_is_you(talk: Talk, store: Store) -> None:
    """Keep which contact is the borrower; with nobody to answer say how it is told."""
    offered = suggesting.perhaps_oneself(store)
    if not offered:
        return
    if not talk.can_ask:
        talk.err("One of the contacts may be yourself. If so: kit choose --me WHO")
        return
    talk.err("")
    talk.err("Which of these is you? You get no message, and your card helps to find your family.")
    chosen = _ask(talk, store, offered)
    if chosen is None:
        suggesting.refuse_oneself(store, offered)
        return
    people.choose(store, [], me=chosen.id)
    name = shown_name(talk, chosen, _WIDEST_NAME)
    talk.err("{name}: yourself, never told. If that was wrong: kit choose --me WHO", name=name)


def _ask(talk: Talk, store: Store, offered: Sequence[Contact]) -> Contact | None:
    """The contact whose row is typed; anything else is looked for."""
    from kit.actions.searching import found_in

    shown = list(offered)[:_MOST_ROWS]
    while True:
        rows = list(enumerate(shown, 1))
        for line in lines(talk, rows, [""] * len(rows)) if rows else ():
            talk.show(line, err=True)
        answer = _answer(talk)
        if not answer:
            return None
        if 0 < (row := _row(answer)) <= len(shown):
            return shown[row - 1]
        found = found_in(people.contacts(store), answer)
        shown = found[:_MOST_ROWS]
        if not found:
            talk.err(
                "Nobody has that in name, number or e-mail; no row on the screen has it either."
            )
        elif len(found) > _MOST_ROWS:
            talk.err(
                "Found, {first} to {last} of {total}:", first=1, last=_MOST_ROWS, total=len(found)
            )


def _answer(talk: Talk) -> str:
    """One line of answer; what cannot be read matches nothing."""
    try:
        return talk.ask("Its row, or part of your name or number (Enter: none of them)")
    except UnicodeDecodeError:
        return "\ufffd"


def _row(answer: str) -> int:
    """The one row that is typed, or 0."""
    try:
        rows = parse_rows(answer)
    except RowsError:
        return 0
    return next(iter(rows)) if len(rows) == 1 else 0

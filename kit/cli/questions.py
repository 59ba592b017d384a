"""Lines of the fact sheet, asked one at a time; each is kept at once, so that Ctrl-C loses none."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kit.actions import drafting
from kit.actions.drafting import Form, LenderKind, SheetKey
from kit.errors import SheetLineError, SheetValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kit.actions.drafting import Question
    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: What empties a line.
_NOTHING = "-"


def ask_all(talk: Talk, store: Store, questions: Iterable[Question]) -> None:
    """Ask for lines that may be left out."""
    talk.err("Enter leaves a line as it is, - empties it. What you type is kept at once.")
    for one in questions:
        _ask(talk, store, one)


def ask_needed(talk: Talk, store: Store, questions: Sequence[Question]) -> None:
    """Ask for lines that cannot be left out."""
    if questions:
        talk.err("This is still missing. What you type is kept, and other letters use it too.")
    for one in questions:
        _ask(talk, store, one, is_needed=True)
        while one.key not in store.book.sheet():
            talk.err("Without this it cannot be written. Ctrl-C stops; what you typed stays.")
            _ask(talk, store, one, is_needed=True)


def fill(talk: Talk, store: Store, typed: Mapping[str, str]) -> None:
    """Keep what `--set` says.

    Raises:
        SheetKeyError, SheetValueError: there is no such line, or something cannot be used.
    """
    try:
        drafting.fill(store, typed)
    except SheetValueError as error:
        if any(one.where == SheetKey.LENDER_KIND for one in error.problems):
            _show_kinds(talk)
        raise


def typed(talk: Talk, lines: Iterable[str]) -> dict[str, str]:
    """What `--set` says, by line.

    Raises:
        SheetLineError: there is no `=` in one.
    """
    found = {}
    for line in lines:
        key, sign, value = line.replace("\uff1d", "=", 1).partition("=")  # as typed in Chinese
        if not sign:
            raise SheetLineError
        name = _plain(key)
        found[name] = _kind(talk, value) if name == SheetKey.LENDER_KIND else value
    return found


def shown(talk: Talk, key: SheetKey, value: str) -> str:
    """A value as a reader sees it, on one line."""
    if value and key is SheetKey.LENDER_KIND:
        return talk.label(value)
    return drafting.shown(key, value).replace("\n", " ")


def _ask(talk: Talk, store: Store, one: Question, *, is_needed: bool = False) -> None:
    """Ask for one line until it can be kept, or is left as it is."""
    if one.help:
        talk.show(talk.say(one.help), err=True)
    if one.form is Form.LENDER_KIND:
        _show_kinds(talk)
    value = shown(talk, one.key, store.book.sheet().get(one.key, ""))
    while (answer := _answer(talk, one, value, is_needed)) and not _keep(talk, store, one, answer):
        pass


def _answer(talk: Talk, one: Question, value: str, is_needed: bool) -> str:  # noqa: FBT001
    name = talk.say(one.name)
    if value:
        return talk.ask("{name} (now: {value})", name=name, value=value)
    return talk.ask(one.name) if is_needed else talk.ask("{name} (Enter: leave it out)", name=name)


def _keep(talk: Talk, store: Store, one: Question, answer: str) -> bool:
    """Keep it; false, and why, where it cannot be used."""
    text = "" if _plain(answer) == _NOTHING else answer
    try:
        drafting.fill(store, {one.key: _kind(talk, text) if one.form is Form.LENDER_KIND else text})
    except SheetValueError as error:
        for problem in error.problems:
            talk.show(talk.problem(problem), err=True)
        return False
    return True


def _show_kinds(talk: Talk) -> None:
    for n, kind in enumerate(LenderKind, 1):
        talk.show(f"  {n} {talk.label(kind)}", err=True)


def _kind(talk: Talk, text: str) -> str:
    """A sort of lender by its number, its name in the reader's language, or its value."""
    meant = {
        **{f"{n}": kind.value for n, kind in enumerate(LenderKind, 1)},
        **{_plain(talk.label(kind)): kind.value for kind in LenderKind},
    }
    return meant.get(_plain(text), text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()

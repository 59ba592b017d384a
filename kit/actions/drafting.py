"""Letters and complaints: the fact sheet and the record go in, a draft to check and sign comes out.

Nothing is sent from here. A draft is made whole before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import jurisdiction, private_file
from kit.actions import stating
from kit.actions.stating import About
from kit.errors import (
    DraftEndingError,
    DraftIncompleteError,
    DraftUnwrittenError,
    FileTakenError,
    NoDraftError,
    NothingRecordedError,
    OtherBodyError,
    SheetKeyError,
    reason_of,
)
from kit.letters import draft as letters
from kit.letters import draft_page, draft_text, sheet
from kit.letters.draft import Draft, Given
from kit.letters.sheet import QUESTIONS, Question
from kit.model import Problem, SheetKey
from kit.template import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from kit.actions.store import Store

    Say = Callable[..., str]

__all__ = ["Draft", "Question", "SheetKey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which draft is wanted."""

    name: str
    #: of whoever receives it; empty: the language of the country's law
    language: str = ""
    #: only these incidents, by number or id; empty: all that are recorded
    incidents: tuple[str, ...] = ()


def letters_of(country: str) -> tuple[str, ...]:
    """The letters that there are."""
    return drafts.order(country, "letters")


def complaints_of(country: str) -> tuple[str, ...]:
    """The complaints that there are, each called by whom it goes to."""
    return drafts.order(country, "complaints")


def country(store: Store) -> str:
    """Whose law it is: as the fact sheet says, else where the borrower is.

    Raises:
        NoDraftError: there is nothing for it.
    """
    code = store.book.sheet().get(SheetKey.COUNTRY, store.region.lower())
    if code not in drafts.countries():
        raise NoDraftError(code=code, codes=", ".join(drafts.countries()))
    return code


def title(code: str, name: str, language: str) -> str:
    """What a letter or complaint is called in a list."""
    return str(drafts.words(code, name, language)["called"])


def questions(code: str, name: str) -> tuple[Question, ...]:
    """What it asks: first what it needs, then what else it can use."""
    return tuple(QUESTIONS[key] for keys in letters.asks(code, name) for key in keys)


def today(store: Store) -> date:
    """The day, by the clock on the wall."""
    return store.clock().astimezone().date()


def fill(store: Store, typed: Mapping[str, str]) -> None:
    """Keep what was typed for lines of the fact sheet; an empty text leaves a line out.

    Raises:
        SheetKeyError: there is no such line.
        SheetValueError: something cannot be used. Nothing is changed then.
    """
    for name in typed:
        if name not in list(SheetKey):
            raise SheetKeyError(key=name)
    day = today(store)
    read = {SheetKey(name): sheet.read(SheetKey(name), text, day) for name, text in typed.items()}
    store.book.fill_sheet(read)


def missing(store: Store, code: str, name: str) -> tuple[Question, ...]:
    """What it needs and the fact sheet does not have."""
    there = store.book.sheet()
    needs, _ = letters.asks(code, name)
    return tuple(QUESTIONS[key] for key in needs if key not in there)


def draft(store: Store, wanted: Wanted, say_in: Callable[[str], Say]) -> Draft:
    """The draft; `say_in` gives who speaks a language.

    Raises:
        NoDraftError: there is nothing for the country.
        DraftIncompleteError: the fact sheet lacks something; the problems say what.
        OtherBodyError: the body does not look after that sort of lender.
        NothingRecordedError: it states what was recorded, and nothing was.
        NoIncidentError: an incident that was named is none.
        LanguageMissingError, FactFileError, BudgetError: it cannot be made.
    """
    code = country(store)
    known = jurisdiction.facts(code)
    lacks = missing(store, code, wanted.name)
    if lacks:
        problems = (Problem(where=one.key.value, what=one.name) for one in lacks)
        raise DraftIncompleteError(problems=tuple(problems))
    _check_desk(store, code, wanted.name)
    language = drafts.nearest(code, wanted.name, wanted.language or known.language)
    say = say_in(language)
    about = About(which=wanted.incidents, ways=letters.ways(code, wanted.name))
    found = stating.recorded(store, known, about, say, language)
    if letters.states_record(code, wanted.name) and not found.rows:
        raise NothingRecordedError
    given = Given(
        country=code,
        known=known,
        sheet=store.book.sheet(),
        recorded=found,
        today=today(store),
    )
    return letters.compose(wanted.name, given, language, say)


def _check_desk(store: Store, code: str, name: str) -> None:
    """See that a complaint goes to whoever looks after that sort of lender.

    Raises:
        OtherBodyError: that is another body.
    """
    instead = letters.instead(code, name, store.book.sheet())
    if instead:
        raise OtherBodyError(body=name, instead=instead)


def contents(made: Draft, ending: str, say: Say) -> bytes:
    """The draft as a file of that ending: `.html`, `.txt` or `.docx`.

    Raises:
        DraftEndingError: it is another ending.
        DocumentMissingError: what makes documents is not installed.
    """
    match ending:
        case ".html":
            return draft_page.render(made, say).encode()
        case ".txt":
            return draft_text.render(made, say).encode()
        case ".docx":
            from kit.letters import draft_document

            return draft_document.render(made, say)
        case _:
            raise DraftEndingError


def write(store: Store, files: Mapping[Path, bytes]) -> None:
    """Write files where nothing else is; what was written here before makes room.

    Raises:
        FileTakenError: something else has that name.
        DraftUnwrittenError: it cannot be written.
    """
    try:
        for path in files:
            is_there = path.is_symlink() or path.exists()
            if is_there and not store.wrote(path, b""):
                raise FileTakenError
        for path, content in files.items():
            store.book.remember_written(path, store.clock())
            private_file.write(path, content)
    except OSError as error:
        raise DraftUnwrittenError(reason=reason_of(error)) from None

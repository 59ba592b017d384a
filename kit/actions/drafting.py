"""Letters and complaints: the fact sheet and the record go in, a draft to check and sign comes out.

Nothing is sent from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kit import jurisdiction
from kit.actions import stating
from kit.actions.stating import About
from kit.errors import (
    DraftIncompleteError,
    LanguageMissingError,
    NoDraftError,
    NoSuchDraftError,
    NothingRecordedError,
    OtherBodyError,
    SheetKeyError,
    SheetValueError,
)
from kit.letters import draft as letters
from kit.letters import sheet
from kit.letters.draft import Block, Draft, Given
from kit.letters.guide import Line
from kit.letters.sheet import QUESTIONS, Form, Question
from kit.model import LenderKind, Problem, SheetKey
from kit.template import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from kit.actions.store import Store

    Say = Callable[..., str]

__all__ = ["Block", "Draft", "Form", "LenderKind", "Line", "Question", "SheetKey"]

#: How alike a name must be to be offered instead, of 1.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which draft is wanted."""

    name: str
    #: of whoever receives it; empty: the language of the country's law
    language: str = ""
    #: only these incidents, by number or id; empty: all that are recorded; nothing: none
    incidents: tuple[str, ...] | None = ()
    #: of the notes for the borrower; empty, or where there are none in it: that of the draft
    notes_in: str = ""


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


def check_name(code: str, name: str) -> None:
    """Whether there is a letter or complaint of that name.

    Raises:
        NoSuchDraftError: there is none.
    """
    if name not in drafts.names(code):
        raise NoSuchDraftError(likely=_near(name, drafts.names(code)))


def questions(code: str, name: str) -> tuple[Question, ...]:
    """What it asks: first what it needs, then what else it can use."""
    return tuple(QUESTIONS[key] for keys in letters.asks(code, name) for key in keys)


def every_question() -> tuple[Question, ...]:
    """Every line of the fact sheet, in order."""
    return tuple(QUESTIONS[key] for key in SheetKey)


def shown(key: SheetKey, value: str) -> str:
    """A value of the fact sheet as it is read."""
    return sheet.shown(key, value)


def today(store: Store) -> date:
    """The day, by the clock on the wall."""
    return store.clock().astimezone().date()


def fill(store: Store, typed: Mapping[str, str]) -> None:
    """Keep what was typed for lines of the fact sheet; an empty text leaves a line out.

    Raises:
        SheetKeyError: there is no such line.
        SheetValueError: something cannot be used, all of which is said. Nothing is changed then.
    """
    for name in typed:
        if name not in list(SheetKey):
            raise SheetKeyError(likely=_near(name, list(SheetKey)))
    if wrong := faults(store, typed):
        raise SheetValueError(*wrong.values())
    day = today(store)
    read = {SheetKey(name): sheet.read(SheetKey(name), text, day) for name, text in typed.items()}
    store.book.fill_sheet(read)


def faults(store: Store, typed: Mapping[str, str]) -> dict[str, Problem]:
    """What is wrong with what was typed, by the line of the sheet."""
    found, day = {}, today(store)
    for name, text in typed.items():
        try:
            sheet.read(SheetKey(name), text, day)
        except SheetValueError as error:
            found[name] = error.problems[0]
    return found


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
        problems = tuple(Problem(where=one.key.value, what=one.name) for one in lacks)
        lines = " ".join(f'--set "{one.key}=…"' for one in lacks)
        raise DraftIncompleteError(problems=problems, lines=lines)
    _check_desk(store, code, wanted.name)
    language = _language(code, wanted)
    say = say_in(language)
    notes_in = _nearest(code, wanted.name, wanted.notes_in) or language
    about = About(
        which=wanted.incidents,
        ways=letters.ways(code, wanted.name),
        warned_in=(say_in(notes_in), notes_in),
    )
    found = stating.recorded(store, known, about, say, language)
    if letters.states_record(code, wanted.name) and not found.rows:
        raise NothingRecordedError
    given = Given(
        country=code,
        known=known,
        sheet=store.book.sheet(),
        recorded=found,
        today=today(store),
        notes_in=notes_in,
    )
    return letters.compose(wanted.name, given, language, say)


def _language(code: str, wanted: Wanted) -> str:
    """Which it is in: that of the law, unless another is wanted."""
    return drafts.nearest(code, wanted.name, wanted.language or jurisdiction.facts(code).language)


def _check_desk(store: Store, code: str, name: str) -> None:
    """See that a complaint goes to whoever looks after that sort of lender.

    Raises:
        OtherBodyError: that is another body.
    """
    instead = letters.instead(code, name, store.book.sheet())
    if instead:
        raise OtherBodyError(body=name, instead=instead)


def check_use(store: Store, wanted: Wanted) -> None:
    """Whether it is of use, before anybody is asked for what the fact sheet lacks.

    Raises:
        OtherBodyError: it goes to another body than the one for that lender.
        NothingRecordedError: it states what was recorded, and nothing was.
        NoIncidentError: an incident that was named is none.
        LanguageMissingError: there is none in that language.
    """
    code = country(store)
    _check_desk(store, code, wanted.name)
    _language(code, wanted)
    numbers = stating.numbers(store)
    if letters.states_record(code, wanted.name) and not numbers:
        raise NothingRecordedError
    stating.chosen(numbers, wanted.incidents)


def speaks_of_record(store: Store, name: str) -> bool:
    """Whether what was recorded can stand in it."""
    return letters.speaks_of_record(country(store), name)


def states_record(store: Store, name: str) -> bool:
    """Whether it says what was recorded, and is nothing without."""
    return letters.states_record(country(store), name)


def to_read(
    store: Store, wanted: Wanted, made: Draft, language: str, say_in: Callable[[str], Say]
) -> Draft | None:
    """The same for a reader of another language; nothing where they can read it as it is."""
    nearest = _nearest(country(store), wanted.name, language)
    if nearest in ("", made.language):
        return None
    return copied(draft(store, replace(wanted, language=nearest), say_in), say_in)


def copied(made: Draft, say_in: Callable[[str], Say]) -> Draft:
    """The same, and its title says that it is only to be read."""
    say = say_in(made.language)
    marked = say("{title} (to read, not to send)", title=made.title)
    return replace(made, title=marked, is_copy=True)


def _nearest(code: str, name: str, language: str) -> str:
    """The language that a reader gets; empty where there is none."""
    try:
        return drafts.nearest(code, name, language)
    except LanguageMissingError:
        return ""


def _near(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """What may have been meant."""
    return tuple(get_close_matches(name.lower(), names, cutoff=_ALIKE))

"""The guide, and the facts it rests on: a country and a language go in, files or facts come out.

Neither needs a store, for both name nobody; where a guide lies is remembered without one. A guide
is made whole before anything is written.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import jurisdiction, private_file
from kit.actions import loose
from kit.actions.store import now
from kit.errors import (
    FactFileError,
    GuideTakenError,
    GuideUnwrittenError,
    InputError,
    PicturesMissingError,
    reason_of,
)
from kit.jurisdiction import Fact, FactKind, Facts
from kit.letters import page, plain
from kit.letters.guide import Guide, compose
from kit.model import Problem
from kit.template import pages

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from kit.errors import KitError
    from kit.settings import Settings

__all__ = ["Fact", "Facts", "Guide", "Made", "about", "facts", "is_stale", "make", "today", "write"]

#: The country whose law it is when none is named.
USUAL = "cn"
#: Whom a guide is for, and what its words are called.
GUIDES = {"contacts": "guide", "me": "me", "checklist": "checklist"}
#: What the files are called that are for the borrower alone.
_OWN = {"me": "for-me", "checklist": "checklist"}
#: How a page begins that may be written anew.
_OURS = b'<meta name="generator" content="contact-notification-kit">'
_BEGINNING = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A guide as it is handed on; nothing of it is written anywhere."""

    guide: Guide
    #: its files by their names; the page first, for by it a folder is known again
    contents: dict[str, bytes]
    #: what it rests on, line by line, as its plain text has it
    sources: tuple[str, ...]
    #: why there are no pictures, where some were asked for
    missing: KitError | None
    #: the other languages that there are
    languages: tuple[str, ...]


def today() -> date:
    """The day, by the clock on the wall."""
    return now().astimezone().date()


def facts(code: str) -> Facts:
    """What is known of a country.

    Raises:
        NoFactsError: nothing is.
        FactFileError: its file says something that could mislead.
    """
    return jurisdiction.facts(code)


def about(known: Facts, word: str) -> list[Fact]:
    """The facts in which the word stands, however it was typed, by what they are about."""
    wanted, kinds = _plain(word), list(FactKind)
    found = [fact for fact in known if wanted in _plain("\n".join(_texts(fact)))]
    return sorted(found, key=lambda fact: kinds.index(fact.kind))


def is_stale(known: Facts) -> bool:
    """Whether any of them was checked more than twelve months ago."""
    return any(fact.is_stale(today()) for fact in known)


def countries() -> dict[str, str]:
    """The countries that have a guide for contacts, each with its name in its own language."""
    there = [facts(code) for code in jurisdiction.codes() if f"guide-{code}" in pages.pages()]
    return {known.code: known.name.said(known.language) or known.code for known in there}


def make(whom: str, code: str, language: str, *, draws: bool = True) -> Made:
    """The guide for `contacts` or `me`, with pictures where they are possible; or the checklist.

    Raises:
        NoFactsError, NoGuideError, LanguageMissingError: there is none.
        FactFileError: it rests on something that is not known or not in force.
    """
    guide = compose(GUIDES[whom], code, language, today())
    contents = _for_contacts(guide) if whom == "contacts" else _for_me(guide, _OWN[whom])
    pictures, missing = _drawn(guide) if draws and whom == "contacts" else ({}, None)
    there = pages.languages(f"{GUIDES[whom]}-{code.lower()}")
    return Made(
        guide=guide,
        contents={**contents, **pictures},
        sources=tuple(plain.sources(guide)),
        missing=missing,
        languages=tuple(one for one in there if one != guide.language),
    )


def write(settings: Settings, made: Made, folder: Path) -> tuple[str, ...]:
    """Write its files; the pictures that the folder has and that are not of it come out.

    Raises:
        GuideTakenError: the folder has a file of somebody else's by one of the names.
        GuideUnwrittenError: it cannot be written.
    """
    try:
        private_file.make_folder(folder)
        _check_free(folder, tuple(made.contents))
        loose.remember(settings, (folder / name for name in made.contents))
        private_file.write_all(folder, made.contents)
    except OSError as error:
        raise GuideUnwrittenError(reason=reason_of(error)) from None
    return _left(folder, made.missing)


def worth_knowing(language: str) -> list[Problem]:
    """Which facts are old or not to be used, and why no pictures can be made."""
    of_facts = [one for code in jurisdiction.codes() for one in _of_facts(code)]
    return of_facts + _of_pictures(language)


def _of_pictures(language: str) -> list[Problem]:
    from kit.actions import drawing

    try:  # the one that takes no time
        drawing.draw(compose(GUIDES["contacts"], USUAL, language, today()), ["share"])
    except PicturesMissingError as error:
        said = (text for text in (error.sentence, error.hint) if text)
        return [Problem(where="kit guide", what=text, facts=error.facts) for text in said]
    except InputError:  # there is no guide to draw, and that is said elsewhere
        return []
    return []


def _of_facts(code: str) -> list[Problem]:
    try:
        known = facts(code)
    except FactFileError as error:
        return list(error.problems)
    if not is_stale(known):
        return []
    what = "Its facts were checked on {date}, more than twelve months ago: is there a newer kit?"
    return [Problem(where=f"{code}.toml", what=what, facts={"date": known.checked_on})]


def _for_contacts(guide: Guide) -> dict[str, bytes]:
    # No mark of the byte order: pasted into a messenger it would stand there as a character.
    texts = {
        "guide.html": page.render(guide),
        "short.txt": plain.short(guide),
        "full.txt": plain.full(guide),
    }
    return {name: text.encode() for name, text in texts.items()}


def _for_me(guide: Guide, name: str) -> dict[str, bytes]:
    texts = {f"{name}.html": page.render(guide), f"{name}.txt": plain.full(guide)}
    return {name: text.encode() for name, text in texts.items()}


def _drawn(guide: Guide) -> tuple[dict[str, bytes], KitError | None]:
    from kit.actions import drawing

    try:
        return drawing.draw(guide), None
    except PicturesMissingError as error:
        return {}, error


def _left(folder: Path, missing: KitError | None) -> tuple[str, ...]:
    """Pictures that are there and were not written now."""
    from kit.actions import drawing

    return tuple(name for name in drawing.NAMES if missing and (folder / name).exists())


def _check_free(folder: Path, names: tuple[str, ...]) -> None:
    """A guide may be written over a guide, and over nothing else."""
    there = [name for name in names if os.path.lexists(folder / name)]
    if not there:
        return
    is_guide = (folder / names[0]).is_file() and _OURS in _beginning(folder / names[0])
    taken = [name for name in there if not is_guide or not (folder / name).is_file()]
    if taken:
        raise GuideTakenError(name=taken[0])


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BEGINNING)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _texts(fact: Fact) -> tuple[str, ...]:
    named = (*fact.instrument.name.values(), fact.clause, fact.phone, fact.url, fact.id)
    return fact.title, fact.statement, fact.quote, fact.limits, *named

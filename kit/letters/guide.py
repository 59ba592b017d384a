"""The guides: the words of a page and the facts of a country go in, one value comes out.

From that value the page, the pictures and the plain texts are made, so that all say the same. A
guide names nobody, and rests on nothing that is not in force on the day it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kit import jurisdiction
from kit.errors import NoGuideError
from kit.letters.sources import check_rest
from kit.template import pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kit.jurisdiction import Fact, Facts


class SectionKind(StrEnum):
    """What a part of a guide is for."""

    FIRST = "first"  #: what to say at once
    MENU = "menu"  #: what callers say, as links
    CALLER = "caller"  #: one thing that callers say
    TEXT = "text"
    REPORT = "report"  #: the form of what was said
    LETTER = "letter"  #: the form of a letter


class LineKind(StrEnum):
    """What a line is."""

    PARAGRAPH = "paragraph"
    ITEM = "item"  #: of a list
    SAY = "say"  #: to be said as it stands


_MARKS = {"- ": LineKind.ITEM, "> ": LineKind.SAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that a person reads."""

    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a guide."""

    id: str
    kind: SectionKind
    #: of a caller: what they say
    title: str
    lines: tuple[Line, ...]
    #: of a caller: the words to answer, what it means, what not to do
    answer: str = ""
    means: tuple[Line, ...] = ()
    never: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    #: it stands on the one printed page
    paper: bool = False
    #: reading plainly, it is left out
    detail: bool = False
    #: it says where there is help in danger
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A guide, before it is a page, a picture or a text."""

    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    short: str
    picture: tuple[Line, ...]
    #: words of the page itself, by name
    labels: Mapping[str, str]
    #: words of the forms, by name; none where there is no form
    form: Mapping[str, str]
    #: what the form of a call makes, by name, with placeholders
    report: Mapping[str, str]
    #: the letter, with placeholders
    letter: str
    #: everything it rests on, in the order in which it is used
    facts: tuple[Fact, ...]
    #: when the oldest of these was checked
    checked_on: date
    #: whether that is more than twelve months ago
    is_stale: bool

    @property
    def callers(self) -> tuple[Section, ...]:
        """What callers say."""
        return tuple(one for one in self.sections if one.kind is SectionKind.CALLER)


def compose(name: str, code: str, language: str, today: date) -> Guide:
    """The guide of that name (`guide` for contacts, `me` for the borrower) for a country.

    Raises:
        NoFactsError: nothing is known of the country.
        NoGuideError: there is no such guide for it.
        LanguageMissingError: it has no words in that language.
        FactFileError: it rests on something that is not known or not in force on that day.
    """
    known = jurisdiction.facts(code)
    page = f"{name}-{known.code}"
    if page not in pages.pages():
        there = [one.removeprefix(f"{name}-") for one in pages.pages() if one.startswith(name)]
        raise NoGuideError(code=code, codes=", ".join(there))
    words, nearest = pages.words(page, language), pages.nearest(page, language)
    # A computer with a flat battery is in 2000; it is no earlier than the last check.
    day = max(today, *(fact.checked_on for fact in known))
    return assemble(pages.outline(page), words, known, language=nearest, today=day)


def assemble(
    outline: Mapping[str, Any],
    words: Mapping[str, Any],
    known: Facts,
    *,
    language: str,
    today: date,
) -> Guide:
    """The guide of an outline, its words and the facts it rests on.

    Raises:
        FactFileError: it rests on something that is not known or not in force on that day.
    """
    check_rest(outline["section"], known, today)
    sections = tuple(_section(one, words, known) for one in outline["section"])
    cited = tuple({fact.id: fact for one in sections for fact in one.facts}.values())
    oldest = min(fact.checked_on for fact in cited)
    return Guide(
        language=language,
        title=words["title"],
        lead=words["lead"],
        sections=sections,
        short=words.get("short", "").strip(),
        picture=lines(words.get("picture", "")),
        labels=words["label"],
        form=words.get("form", {}),
        report={name: text.strip() for name, text in words.get("report", {}).items()},
        letter=words.get("letter", {}).get("text", "").strip(),
        facts=cited,
        checked_on=oldest,
        is_stale=any(fact.is_stale(today) for fact in cited),
    )


def lines(text: str) -> tuple[Line, ...]:
    """The lines of a text, each by its mark."""
    return tuple(_line(one) for one in text.strip().splitlines())


def _line(text: str) -> Line:
    kind = _MARKS.get(text[:2], LineKind.PARAGRAPH)
    return Line(kind=kind, text=text if kind is LineKind.PARAGRAPH else text[2:])


def _section(outline: Mapping[str, Any], words: Mapping[str, Any], known: Facts) -> Section:
    said = words["section"][outline["id"]]
    return Section(
        id=outline["id"],
        kind=SectionKind(outline["kind"]),
        title=said["title"],
        lines=lines(said.get("text", "")),
        answer=said.get("answer", ""),
        means=lines(said.get("means", "")),
        never=lines(said.get("never", "")),
        facts=tuple(known.by_id[one] for one in outline["facts"]),
        paper=outline.get("paper", False),
        detail=outline.get("detail", False),
        urgent=outline.get("urgent", False),
    )

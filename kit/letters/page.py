"""A guide goes in, one HTML file that needs nothing else comes out.

Everything can be read with script off; script adds the forms. The same guide gives the same bytes.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kit.letters import clause
from kit.letters.guide import LineKind, SectionKind
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.jurisdiction import Fact
    from kit.letters.guide import Guide, Line, Section
    from kit.template.html import Plain

_PLACEHOLDER = re.compile(r"\{\w+\}")
_PHRASE = re.compile(r"\([^()]*\)|[^，。；：？！(]*[，。；：？！]+|[^，。；：？！(]+|\(")
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: Where something is to be written by hand.
_BLANK = "________"
#: Stands above everything else.
_HEAD = (SectionKind.FIRST, SectionKind.MENU)


def render(guide: Guide) -> str:
    """The guide as a page; a part that the guide does not have is not on it."""
    head = [one for one in guide.sections if one.kind in _HEAD]
    rest = [one for one in guide.sections if one.kind not in (*_HEAD, SectionKind.CALLER)]
    kinds = {one.kind for one in guide.sections}
    return html.render(
        "guide.html",
        language=guide.language,
        own_language=_own(guide.facts[0]),
        title=guide.title,
        lead=guide.lead,
        label=guide.labels,
        form=guide.form,
        report=guide.report,
        letter={"words": guide.letter, "blank": _PLACEHOLDER.sub(_BLANK, guide.letter)},
        checked=guide.labels["checked"].replace("{date}", guide.checked_on.isoformat()),
        is_stale=guide.is_stale,
        has_menu=SectionKind.MENU in kinds,
        has_form=not kinds.isdisjoint((SectionKind.REPORT, SectionKind.LETTER)),
        head=[_section(one, guide) for one in head],
        callers=[_section(one, guide) for one in guide.callers],
        rest=[_section(one, guide) for one in rest],
        sources=[_sources(guide, unverified=False), _sources(guide, unverified=True)],
    )


def _section(section: Section, guide: Guide) -> dict[str, Plain]:
    return {
        "id": section.id,
        "kind": section.kind.value,
        "title": section.title,
        "lines": _runs(section.lines, guide),
        "answer": _phrases(section.answer, guide),
        "means": _runs(section.means, guide),
        "never": _runs(section.never, guide),
        "basis": _basis(section.facts, guide),
        "paper": section.paper or not any(one.paper for one in guide.sections),
        "detail": section.detail,
    }


def _runs(lines: Iterable[Line], guide: Guide) -> list[Plain]:
    """Lines that follow each other and are of one kind."""
    return [
        {"kind": kind.value, "texts": [_text(line, guide) for line in run]}
        for kind, run in groupby(lines, lambda line: line.kind)
    ]


def _text(line: Line, guide: Guide) -> Plain:
    return _phrases(line.text, guide) if line.kind is LineKind.SAY else line.text


def _phrases(text: str, guide: Guide) -> list[Plain]:
    """What is to be said, so that a narrow screen breaks it where one draws breath.

    A guide that is not Chinese has the Chinese words too: they are to be read as Chinese.
    """
    foreign = not guide.language.startswith("zh")
    return [
        {"text": one, "language": "zh-Hans" if foreign and _CHINESE.search(one) else ""}
        for one in _PHRASE.findall(text)
    ]


def _basis(facts: Iterable[Fact], guide: Guide) -> list[Plain]:
    """What a section rests on: each instrument once, with its clauses."""
    clauses: dict[tuple[str, bool], dict[str, None]] = {}
    for fact in facts:
        named = clauses.setdefault((_name(fact, guide), _unverified(fact)), {})
        named.update(dict.fromkeys(_clauses(fact, guide)))
    return [
        {"name": name, "clauses": list(named), "unverified": unverified}
        for (name, unverified), named in clauses.items()
    ]


def _sources(guide: Guide, *, unverified: bool) -> list[Plain]:
    """The instruments, each with its source and with what the guide takes from it."""
    facts = [fact for fact in guide.facts if _unverified(fact) == unverified]
    by_instrument: dict[str, list[Fact]] = {}
    for fact in facts:
        by_instrument.setdefault(_name(fact, guide), []).append(fact)
    return [
        {
            "name": name,
            "source": taken[0].instrument.source.said(guide.language) or "",
            "limits": taken[0].instrument.limits.said(guide.language) or "",
            "facts": [told for fact in taken if any((told := _taken(fact, guide)).values())],
        }
        for name, taken in by_instrument.items()
    ]


def _taken(fact: Fact, guide: Guide) -> dict[str, Plain]:
    """One fact among those of its instrument; its title and limits only in their own language."""
    own = guide.language == _own(fact)
    return {
        "clauses": _clauses(fact, guide),
        "title": fact.title if own else "",
        "source": fact.own_source,
        "limits": fact.limits if own else "",
    }


def _clauses(fact: Fact, guide: Guide) -> list[str]:
    return [clause.said(part, guide.language) for part in clause.parts(fact.clause)]


def _name(fact: Fact, guide: Guide) -> str:
    return fact.instrument.name.said(guide.language) or ""


def _unverified(fact: Fact) -> bool:
    return fact.grade == "C"


def _own(fact: Fact) -> str:
    """The language of its title and limits: that of its file, which comes first."""
    return next(iter(fact.instrument.name))

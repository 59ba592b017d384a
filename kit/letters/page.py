"""A guide goes in, one HTML file that needs nothing else comes out.

Everything can be read with script off; script adds the forms. The same guide gives the same bytes.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kit.letters.guide import LineKind, SectionKind
from kit.letters.sources import basis, sources
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.letters.guide import Guide, Line, Section
    from kit.letters.sources import Source
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
        sources=_sources(sources(guide.facts, guide.language)),
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
        "basis": _sources(basis(section.facts, guide.language)),
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


def _sources(found: Iterable[Source]) -> list[Plain]:
    return [
        {
            "name": one.name,
            "clauses": list(one.clauses),
            "source": one.source,
            "limits": one.limits,
            "unverified": not one.is_verified,
        }
        for one in found
    ]

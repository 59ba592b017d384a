"""A guide as plain text: the guide goes in, what is pasted into a messenger comes out.

No markup: a heading stands in brackets, words to be said behind who says them. What the page makes
by its forms stands here as lines to copy and fill in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import template
from kit.letters.guide import LineKind, SectionKind
from kit.letters.sources import sources as sources_of
from kit.letters.sources import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kit.letters.guide import Guide, Line, Section

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: Where something is to be written that has no name.
_BLANK = "________"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What stands around and between words."""

    heading: str
    colon: str
    item: str = "· {}"


_CHINESE = _Marks(heading="【{}】", colon="：")
_OTHER = _Marks(heading="[{}]", colon=": ")


def short(guide: Guide) -> str:
    """What to do, in as few lines as one message takes."""
    return _text([[_stale(guide), guide.short]])


def full(guide: Guide) -> str:
    """The whole guide, with what it rests on."""
    parts = [_section(guide, one) for one in guide.sections]
    marks = _marks(guide)
    top = [_stale(guide), marks.heading.format(guide.title), guide.lead]
    return _text([top, *parts, [marks.heading.format(guide.labels["sources"]), *sources(guide)]])


def sources(guide: Guide) -> Iterator[str]:
    """Each instrument with its clauses and who published it, and when they were read."""
    found = sources_of(guide.facts, guide.language)
    for one in written(found, guide.language, guide.labels["unverified"]):
        yield _marks(guide).item.format(one)
    yield guide.labels["checked"].format(date=guide.checked_on)


def _text(parts: Iterable[Iterable[str]]) -> str:
    """The parts with an empty line between them; what is empty takes no line."""
    return "\n\n".join("\n".join(line for line in part if line) for part in parts) + "\n"


def _marks(guide: Guide) -> _Marks:
    return _CHINESE if guide.language.startswith("zh") else _OTHER


def _stale(guide: Guide) -> str:
    """That nobody has looked for long whether it still holds."""
    return guide.labels["stale"] if guide.is_stale else ""


def _section(guide: Guide, section: Section) -> list[str]:
    match section.kind:
        case SectionKind.CALLER:
            return _caller(guide, section)
        case SectionKind.MENU:
            return [_marks(guide).heading.format(guide.labels["callers"])]
        case SectionKind.REPORT:
            lines = [guide.report["plain"], guide.report["pattern"], guide.report["example"]]
        case SectionKind.LETTER:
            lines = [*_lines(guide, section.lines), f"\n{_letter(guide)}"]
        case _:
            lines = _lines(guide, section.lines)
    return [_marks(guide).heading.format(section.title), *lines]


def _caller(guide: Guide, section: Section) -> list[str]:
    """What callers say, what to answer, what it means and what not to do."""
    labels, colon = guide.labels, _marks(guide).colon
    return [
        f"{labels['caller']}{colon}{section.title}",
        f"{labels['say']}{colon}{section.answer}",
        f"{labels['means']}{colon}".rstrip(),
        *_lines(guide, section.means),
        f"{labels['never']}{colon}".rstrip(),
        *_lines(guide, section.never),
    ]


def _lines(guide: Guide, lines: Iterable[Line]) -> list[str]:
    marks = _marks(guide)
    said = {
        LineKind.PARAGRAPH: "{}",
        LineKind.ITEM: marks.item,
        LineKind.SAY: f"{guide.labels['words_to_say']}{marks.colon}{{}}",
    }
    return [said[line.kind].format(line.text) for line in lines]


def _letter(guide: Guide) -> str:
    """The letter; each place to be filled in has its name."""
    names = {one: guide.form.get(one, "") for one in _PLACEHOLDER.findall(guide.letter)}
    heading = _marks(guide).heading
    blanks = {one: heading.format(name) if name else _BLANK for one, name in names.items()}
    return template.render(guide.letter, blanks)

"""What stands on the pictures of a guide: the guide goes in, plain values come out.

Nothing can be tapped or filled in on a picture: a form is its plain pattern, a letter has blanks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from kit.letters.guide import SectionKind, lines
from kit.letters.sources import sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kit.letters.guide import Guide, Line, Section

#: No objects: what draws knows nothing of guides.
Plain: TypeAlias = "str | Sequence[Plain] | Mapping[str, Plain]"

_PLACEHOLDER = re.compile(r"(?P<colon>[:：] ?)?\{(?P<name>\w+)\}")
_BLANK = "_" * 12


def share_values(guide: Guide) -> dict[str, Plain]:
    """The few large words to send in a chat."""
    return {"title": guide.title, "lines": _lines(guide.picture), "foot": _foot(guide)}


def long_values(guide: Guide) -> dict[str, Plain]:
    """The whole guide, in the order of the page."""
    return {
        "title": guide.title,
        "lead": guide.lead,
        "labels": {name: guide.labels[name] for name in ("say", "means", "never", "sources")},
        "sections": [_section(guide, one) for one in guide.sections],
        "sources": _sources(guide),
        "foot": _foot(guide),
    }


def _lines(said: Sequence[Line]) -> list[Plain]:
    return [{"kind": one.kind.value, "text": one.text} for one in said]


def _foot(guide: Guide) -> list[str]:
    checked = guide.labels["checked"].replace("{date}", guide.checked_on.isoformat())
    return [checked, guide.labels["stale"]] if guide.is_stale else [checked]


def _section(guide: Guide, section: Section) -> dict[str, Plain]:
    said: dict[str, Plain] = {
        "kind": section.kind.value,
        "title": section.title,
        "lines": _lines(section.lines),
        "form": "",
    }
    if section.kind is SectionKind.MENU:
        return said | {"title": guide.labels["callers"]}
    if section.kind is SectionKind.CALLER:
        means, never = _lines(section.means), _lines(section.never)
        return said | {"answer": section.answer, "means": means, "never": never}
    if section.kind is SectionKind.REPORT:
        return said | {
            "lines": _lines(lines(guide.report["plain"])),
            "form": guide.report["pattern"],
        }
    if section.kind is SectionKind.LETTER:
        return said | {"form": _by_hand(guide)}
    return said


def _by_hand(guide: Guide) -> str:
    """The letter as it is filled in with a pen: a blank, or in brackets what belongs there."""
    brackets = "（{}）" if guide.language.startswith("zh") else "({})"

    def blank(found: re.Match[str]) -> str:
        if colon := found["colon"]:
            return f"{colon}{_BLANK}"
        return brackets.format(guide.form[found["name"]])

    filled = _PLACEHOLDER.sub(blank, guide.letter)
    return filled.replace(" （", "（").replace("） ", "）")


def _sources(guide: Guide) -> list[Plain]:
    """Everything the guide rests on: each instrument with its clauses and its source."""
    comma = "、" if guide.language.startswith("zh") else ", "
    doubt = guide.labels["unverified"]
    return [
        {
            "name": one.name,
            "clauses": comma.join(one.clauses),
            "notes": [
                note for note in (one.source, one.limits, "" if one.is_verified else doubt) if note
            ],
        }
        for one in sources(guide.facts, guide.language)
    ]

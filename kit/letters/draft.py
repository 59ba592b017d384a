"""Letters and complaints: words, facts, the fact sheet and what was recorded go in, a draft out.

From that one value the page, the plain text and the document are made, so that all say the same.
A draft says what the sheet and the record say, and nothing else; a part that would say more than
is known is not in it. It is never sent from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kit import template
from kit.letters import budget, budget_picture, by_person, recorded
from kit.letters.guide import Line, LineKind, lines
from kit.letters.sheet import shown
from kit.letters.sources import check_rest
from kit.model import SheetKey
from kit.template import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from kit.jurisdiction import Fact, Facts
    from kit.letters.recorded import Recorded
    from kit.letters.sheet import Sheet

    Say = Callable[..., str]

#: Where something is to be written by hand.
BLANK = "________"
#: A complaint's short version; of a copy in another language it is no limit.
SHORT_MOST = 200
#: One condition: a line of the sheet, one with one of these values, a rule, something recorded.
_CONDITION = re.compile(r"(!?)([a-z_]+)(?:=([a-z_|]+))?")
#: The kind of a part whose words stand with the notes for the borrower, not in the letter.
_NOTE = "note"


class BlockKind(StrEnum):
    """What a part of the letter is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  #: of a list
    TABLE = "table"  #: its first row is the heading
    PICTURE = "picture"
    SIGNATURE = "signature"  #: stands at the right


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of a letter, as it is read."""

    kind: BlockKind
    text: str = field(default="", repr=False)
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    #: an SVG document; `text` says what it shows, of a table it is the caption
    drawing: str = field(default="", repr=False)
    #: printed, it begins a page, so that it can be given to somebody by itself
    begins_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter or complaint, before it is a page, a text or a document."""

    name: str
    language: str
    title: str
    #: a complaint's version for a form, `SHORT_MOST` characters at most; empty: there is none
    short: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    #: for the borrower, not to be sent: what to check, what this can do, how it is sent
    notes: tuple[Line, ...]
    notes_language: str
    #: everything it rests on, in the order in which it is used
    facts: tuple[Fact, ...]
    #: when the oldest of these was checked
    checked_on: date
    #: whether that is more than twelve months ago
    is_stale: bool
    #: in another language: for the borrower to read, not to be sent
    is_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a draft is made from."""

    country: str
    known: Facts
    sheet: Sheet = field(repr=False)
    recorded: Recorded = field(repr=False)
    today: date
    #: of whoever reads it; `compose` fills it in
    language: str = ""
    #: of the borrower, whose notes they are; empty: the same
    notes_in: str = ""


def asks(country: str, name: str) -> tuple[tuple[SheetKey, ...], tuple[SheetKey, ...]]:
    """What it needs of the fact sheet, and what else it can use."""
    outline = drafts.outline(country, name)
    return tuple(map(SheetKey, outline["needs"])), tuple(map(SheetKey, outline["uses"]))


def ways(country: str, name: str) -> frozenset[str]:
    """Of which incidents it speaks, by `IncidentKind`; none: of all."""
    return frozenset(drafts.outline(country, name).get("ways", ()))


def states_record(country: str, name: str) -> bool:
    """Whether it says what was recorded, and is nothing without."""
    return bool(drafts.outline(country, name).get("states_record"))


def speaks_of_record(country: str, name: str) -> bool:
    """Whether it says anything of what was recorded, if something was."""
    return any(map(_states_record, drafts.outline(country, name)["part"]))


def compose(name: str, given: Given, language: str, say: Say) -> Draft:
    """The draft of that name in that language; `say` speaks it.

    Raises:
        LanguageMissingError: it has no words in that language.
        FactFileError: it rests on something that is not known or not in force.
        BudgetError: the figures do not carry a proposal.
    """
    outline = drafts.outline(given.country, name)
    said = drafts.words(given.country, name, language)
    # A computer with a flat battery is in 2000; it is no earlier than the last check.
    day = max(given.today, *(fact.checked_on for fact in given.known))
    notes = outline.get("notes", {"facts": []})
    check_rest([*outline["part"], notes], given.known, day)
    parts = [one for one in outline["part"] if _holds(one.get("when", ()), given)]
    given = replace(given, language=drafts.nearest(given.country, name, language))
    filled = {**_filled(given), **_figures(parts, given)}
    notes_in = drafts.nearest(given.country, name, given.notes_in or language)
    facts = _facts([*parts, notes], given.known)
    oldest = min((fact.checked_on for fact in facts), default=given.known.checked_on)
    return Draft(
        name=name,
        language=given.language,
        title=_text(said["title"], filled),
        short=_text(_short(said, given).strip(), filled),
        blocks=tuple(
            block for one in parts for block in _blocks(one, said["part"], filled, given, say)
        ),
        notes=tuple(_notes(name, parts, replace(given, language=notes_in))),
        notes_language=notes_in,
        facts=facts,
        checked_on=oldest,
        is_stale=any(fact.is_stale(day) for fact in facts),
    )


def _short(said: dict[str, Any], given: Given) -> str:
    """The words of the short version: other ones where nobody but the borrower was reached."""
    usual: str = said.get("short", "")
    return usual if given.recorded.people else str(said.get("short_alone", usual))


def instead(country: str, name: str, sheet: Sheet) -> str:
    """The body that looks after that sort of lender, where this one does not; else empty."""
    others: dict[str, str] = drafts.outline(country, name).get("instead", {})
    return others.get(sheet.get(SheetKey.LENDER_KIND, ""), "")


def _notes(name: str, parts: list[dict[str, Any]], given: Given) -> Iterator[Line]:
    """What is for the borrower: first what is so in this case, then what always is."""
    said = drafts.words(given.country, name, given.language)
    filled = {**_filled(given), **_figures(parts, given)}
    if any(map(_states_record, parts)):
        yield from (Line(kind=LineKind.ITEM, text=one) for one in given.recorded.warnings)
    of_parts = (said["part"][one["id"]]["text"] for one in parts if one.get("kind") == _NOTE)
    for text in (*of_parts, said["notes"]):
        for one in lines(text):
            yield replace(one, text=_text(one.text, filled))


def _facts(parts: list[dict[str, Any]], known: Facts) -> tuple[Fact, ...]:
    """What they rest on, each once, in order."""
    return tuple(
        known.by_id[name] for name in dict.fromkeys(n for one in parts for n in one["facts"])
    )


def _states_record(part: dict[str, Any]) -> bool:
    """Whether it says what was recorded, of which there may be something to look at."""
    asked = {one.lstrip("!").partition("=")[0] for one in part.get("when", ())}
    return part.get("kind") in _OF_INCIDENTS or bool(asked & (_OF_THE_RECORD.keys() - {"filed"}))


def _holds(conditions: list[str], given: Given) -> bool:
    return all(_one_holds(one, given) for one in conditions)


def _one_holds(condition: str, given: Given) -> bool:
    """Whether it holds; `!agent`, `lender_kind=card|bank`, or one of `_OF_THE_RECORD`."""
    found = _CONDITION.fullmatch(condition)
    if not found:
        raise ValueError(condition)
    negated, name, values = found.groups()
    which = values.split("|") if values else []
    if name in _OF_THE_RECORD:
        holds = _OF_THE_RECORD[name](given.recorded, which)
    else:
        value = given.sheet.get(SheetKey(name), "")
        holds = value in which if which else bool(value)
    return holds is not bool(negated)


#: So often is more than once and again.
_OFTEN = 3
#: What may be asked of the record: `recorded`, `found` (by a rule), `others` (were reached),
#: `filed` (sent before), `repeated`, `to_me`, `rule=threat|hours`, `way=post`.
_OF_THE_RECORD: dict[str, Callable[[Recorded, list[str]], bool]] = {
    "recorded": lambda of, _: bool(of.rows),
    "found": lambda of, _: bool(of.findings),
    "others": lambda of, _: of.people > 0,
    "filed": lambda of, _: bool(of.filed),
    "repeated": lambda of, _: of.count >= _OFTEN,
    "to_me": lambda of, _: any(one.to_borrower for _, one, _ in of.rows),
    "rule": lambda of, which: not of.rules.isdisjoint(which),
    "way": lambda of, which: any(one.kind in which for _, one, _ in of.rows),
}


def _filled(given: Given) -> dict[str, str]:
    """What stands for each placeholder; a line that is left out is to be written by hand."""
    typed = {key.value: shown(key, given.sheet.get(key, "")) or BLANK for key in SheetKey}
    return {**typed, **given.recorded.placeholders(given.language), "today": _today(given)}


def _today(given: Given) -> str:
    """The day as a letter in that language is dated."""
    day = given.today
    is_chinese = given.language.startswith("zh")
    return f"{day.year}年{day.month}月{day.day}日" if is_chinese else day.isoformat()


def _figures(parts: list[dict[str, Any]], given: Given) -> dict[str, str]:
    """What stands for the figures of a proposal, where there is one."""
    if not any(one.get("kind") in ("budget", "schedule") for one in parts):
        return {}
    return budget.propose(given.sheet, given.today).placeholders()


def _text(pattern: str, filled: Mapping[str, str]) -> str:
    return template.render(pattern, filled)


def _blocks(
    part: dict[str, Any], words: dict[str, Any], filled: Mapping[str, str], given: Given, say: Say
) -> Iterator[Block]:
    """The words of a part, then what its kind brings."""
    kind = part.get("kind", "")
    if kind == _NOTE:
        return
    is_signature = kind == "signature"
    said = [
        Block(
            kind=BlockKind.SIGNATURE if is_signature else _KINDS[one.kind],
            text=_text(one.text, filled),
        )
        for one in lines(words[part["id"]].get("text", ""))
    ]
    if kind == "by_person":
        yield from _by_person(said, given, say)
        return
    yield from said
    if "rules" in part:
        given = replace(given, recorded=recorded.only(given.recorded, part["rules"]))
    if kind in _BRINGS:
        yield from _BRINGS[kind](given, say)


def _by_person(said: list[Block], given: Given, say: Say) -> Iterator[Block]:
    """The words again for everybody who was reached, with what reached them."""
    for place, one in enumerate(by_person.people(given.recorded, say)):
        yield Block(kind=BlockKind.HEADING, text=one.who, begins_page=place > 0)
        yield Block(kind=BlockKind.PARAGRAPH, text=one.summary)
        yield from said
        yield Block(kind=BlockKind.TABLE, rows=one.rows)


def _incidents(given: Given, say: Say) -> Iterator[Block]:
    if missing := recorded.left_out(given.recorded, say):
        yield Block(kind=BlockKind.PARAGRAPH, text=missing)
    yield Block(kind=BlockKind.TABLE, rows=recorded.table(given.recorded, say))


def _findings(given: Given, _: Say) -> Iterator[Block]:
    for one in given.recorded.findings:
        yield Block(kind=BlockKind.ITEM, text=one)


def _filed(given: Given, _: Say) -> Iterator[Block]:
    for one in given.recorded.filed:
        yield Block(kind=BlockKind.ITEM, text=one)


def _budget(given: Given, say: Say) -> Iterator[Block]:
    made = budget.propose(given.sheet, given.today)
    yield Block(kind=BlockKind.TABLE, rows=budget.budget_table(made, say))
    drawing = budget_picture.picture(made, say, given.language)
    said = budget_picture.described(made, say)
    yield Block(kind=BlockKind.PICTURE, text=said, drawing=drawing)


def _schedule(given: Given, say: Say) -> Iterator[Block]:
    made = budget.propose(given.sheet, given.today)
    yield Block(kind=BlockKind.TABLE, rows=budget.schedule_table(made, say))


#: What a part of that kind has below its words.
_BRINGS: dict[str, Callable[[Given, Say], Iterator[Block]]] = {
    "incidents": _incidents,
    "findings": _findings,
    "filed": _filed,
    "budget": _budget,
    "schedule": _schedule,
}
#: Kinds of parts that say what was recorded.
_OF_INCIDENTS = frozenset({"incidents", "findings", "by_person"})
_KINDS = {
    LineKind.PARAGRAPH: BlockKind.PARAGRAPH,
    LineKind.ITEM: BlockKind.ITEM,
    LineKind.SAY: BlockKind.HEADING,
}

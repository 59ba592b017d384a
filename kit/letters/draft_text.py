"""A draft as plain text: the draft goes in, what is pasted into a form or an e-mail comes out.

A line of dashes divides what is to be sent from what is not. Whatever was typed or said stays
within its line, or is moved in: it looks like no heading and no entry of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.letters.draft import BlockKind
from kit.letters.draft_parts import checked, in_short, rests_on, runs, stale, tidy
from kit.letters.guide import LineKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kit.letters.draft import Block, Draft
    from kit.letters.guide import Line

    Say = Callable[..., str]

_ITEM = "· "
_NAME_AND_VALUE = 2
#: In a cell: there is none, which a text need not say.
_NONE = "–"
#: With these a sentence is over; quotes that close may follow.
_STOPS, _CLOSING = tuple("。！？…；：.!?;:"), "”’」』"


def render(draft: Draft, say: Say) -> str:
    """The draft; a complaint's short version stands before the full one."""
    shown = tidy(draft)
    parts = [_parted(_letter(shown))]
    if shown.short:
        count = say("{count} characters", count=len(shown.short))
        head = _dashes(f"{in_short(shown, say)} · {count}")
        parts = [f"{head}\n\n{shown.short}", f"{_dashes(say('In full'))}\n\n{parts[0]}"]
    parts.append(f"{_dashes(say('For yourself: do not send what stands below'))}\n")
    return "\n\n".join([*parts, _parted(_notes(shown, say))]).replace("\n\n\n", "\n\n") + "\n"


def _parted(parts: Iterable[list[str]]) -> str:
    """The parts with an empty line between them."""
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _dashes(said: str) -> str:
    return f"---------- {said} ----------"


def _letter(draft: Draft) -> Iterator[list[str]]:
    """The letter, part by part."""
    yield [draft.title]
    part: list[str] = []
    for kind, run in runs(draft.blocks):
        lines = [line for block in run for line in _lines(block, draft.language)]
        if kind in (BlockKind.HEADING, BlockKind.TABLE, BlockKind.SIGNATURE):
            yield part
            part = lines
        else:
            part += lines
        if kind is BlockKind.TABLE:
            yield part
            part = []
    yield part


def _lines(block: Block, language: str) -> list[str]:
    """A picture is nothing that can be pasted: the table beside it says the same."""
    match block.kind:
        case BlockKind.PICTURE:
            return []
        case BlockKind.TABLE:
            return [*filter(None, [block.text]), *_entries(block, language)]
        case BlockKind.HEADING:
            return [_heading(block.text, language)]
        case BlockKind.ITEM:
            return [f"{_ITEM}{block.text}"]
        case _:
            return [block.text.replace("\n", "\n  ")]


def _heading(text: str, language: str) -> str:
    return f"【{text}】" if language.startswith("zh") else f"[{text}]"


def _entries(block: Block, language: str) -> Iterator[str]:
    """Each row as one line, every cell behind what its column is called.

    Of two columns the first one says what the second is, and both are called so once.
    """
    is_chinese = language.startswith("zh")
    colon, semicolon = ("：", "；") if is_chinese else (": ", "; ")
    head, *rows = block.rows
    if len(head) == _NAME_AND_VALUE and rows:
        yield " / ".join(head)
    for row in rows:
        said = [_sentence(cell, is_chinese=is_chinese) for cell in row]
        if len(head) == _NAME_AND_VALUE:
            yield _ITEM + colon.join(filter(None, said))
        else:
            cells = zip(head, said, strict=True)
            yield _ITEM + semicolon.join(
                f"{name}{colon}{cell}" for name, cell in cells if cell not in ("", _NONE)
            )


def _sentence(cell: str, *, is_chinese: bool) -> str:
    """The lines of a cell, one behind the other."""
    stop, space = ("。", "") if is_chinese else (".", " ")
    lines = [line for line in map(str.strip, cell.split("\n")) if line]
    ended = [
        line if line.rstrip(_CLOSING).endswith(_STOPS) else f"{line}{stop}" for line in lines[:-1]
    ]
    return space.join([*ended, *(line.rstrip("。.") for line in lines[-1:])])


def _notes(draft: Draft, say: Say) -> Iterator[list[str]]:
    """What to check, what this can do, and what it rests on."""
    yield [*filter(None, [stale(draft, say)])]
    yield [_note(one, draft.language) for one in draft.notes]
    if draft.facts:
        head = _heading(say("What it rests on"), draft.language)
        found = [f"{_ITEM}{one}" for one in rests_on(draft, say)]
        yield [head, *found, checked(draft, say)]


def _note(line: Line, language: str) -> str:
    text = line.text.replace("\n", " ")
    if line.kind is LineKind.SAY:
        return f"\n{_heading(text, language)}"
    return f"{_ITEM}{text}" if line.kind is LineKind.ITEM else text

"""A draft goes in, what all three forms of it are made of comes out: tidy texts, runs, columns.

What people said may have anything in it. A letter has none of what would turn its lines round, end
them early or be no character at all; the record has it as it was said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from kit.letters.draft import BlockKind
from kit.letters.sources import sources, written
from kit.letters.svg import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kit.letters.draft import Block, Draft

    Say = Callable[..., str]
    Rows = Sequence[Sequence[str]]

#: Marks that steer, halves of characters, and what no document may have (XML 1.0 section 2.2).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ud800-\udfff\ufffe\uffff]"
)
#: A sum of money, alone in its cell.
_AMOUNT = re.compile(r"[-–−]?[\d,]+\.\d{2}")
_WORD = re.compile(r"[^\s\u2e80-\uffef]+")
#: Columns of a table that a phone still shows side by side.
_SIDE_BY_SIDE = 5
#: No column asks for more; one that has no longer line than `_SHORT` is not broken.
_LONGEST, _SHORT = 60, 14


def tidy(draft: Draft) -> Draft:
    """The draft as it is shown."""
    return replace(
        draft,
        title=_tidy(draft.title).replace("\n", " "),
        short=_tidy(draft.short),
        blocks=tuple(map(_tidy_block, draft.blocks)),
        notes=tuple(replace(one, text=_tidy(one.text)) for one in draft.notes),
    )


def runs(blocks: Iterable[Block]) -> Iterator[tuple[BlockKind, list[Block]]]:
    """Blocks that follow each other and are of one kind."""
    for kind, run in groupby(blocks, lambda one: one.kind):
        yield kind, list(run)


def in_short(draft: Draft, say: Say) -> str:
    """What the short version is called; in a copy that is only read it is for no form."""
    head = say("In short, for a form")
    return say("{title} (to read, not to send)", title=head) if draft.is_copy else head


def rests_on(draft: Draft, say: Say) -> list[str]:
    """What it rests on, each source on a line."""
    found = sources(draft.facts, draft.language)
    return list(written(found, draft.language, say("not verified")))


def checked(draft: Draft, say: Say) -> str:
    """When that was looked at last."""
    return say("All of it was checked on {date}.", date=draft.checked_on.isoformat())


def stale(draft: Draft, say: Say) -> str:
    """That nobody has looked for long whether it still holds; else nothing."""
    if not draft.is_stale:
        return ""
    return say(
        "Some of what this rests on was checked more than twelve months ago, the oldest on {date}: "
        "before you send it, ask a lawyer whether it still holds.",
        date=draft.checked_on.isoformat(),
    )


def has_amounts(rows: Rows) -> list[bool]:
    """Which columns have sums and nothing else below their heading."""
    columns = [[cell for cell in cells if cell] for cells in zip(*rows, strict=True)]
    return [len(cells) > 1 and all(map(_AMOUNT.fullmatch, cells[1:])) for cells in columns]


def are_short(rows: Rows) -> list[bool]:
    """Which columns have short lines only."""
    return [max(map(_longest, cells)) <= _SHORT for cells in zip(*rows, strict=True)]


def is_wide(rows: Rows) -> bool:
    """Whether it has more columns, and longer lines, than a phone can show side by side."""
    return len(rows[0]) > _SIDE_BY_SIDE and not all(are_short(rows))


def shares(rows: Rows, room: float, edge: float) -> list[float]:
    """How wide each column is, of 1.

    `room` is how many Latin letters stand side by side, `edge` how many of them the edges of a
    column take. A column that has only short lines keeps them whole; the others share the rest.
    """
    columns = list(zip(*rows, strict=True))
    longest = [min(max(map(_longest, cells)), _LONGEST) + 1 for cells in columns]
    least = [
        one if one <= _SHORT else _needs(cells) for one, cells in zip(longest, columns, strict=True)
    ]
    free = room - edge * len(columns)
    wide: list[float] = [*longest]
    if sum(longest) > free:
        more = [most - one for most, one in zip(longest, least, strict=True)]
        left = max(0, free - sum(least)) / max(1, sum(more))
        wide = [one + left * part for one, part in zip(least, more, strict=True)]
    return [(one * free / sum(wide) + edge) / room for one in wide]


def _longest(cell: str) -> int:
    """Its longest line; an empty one needs a place too."""
    return max(1, *map(width, cell.split("\n")))


def _needs(cells: Sequence[str]) -> int:
    """How wide its longest word is."""
    words = (width(word) for cell in cells for word in _WORD.findall(cell))
    return min(max(words, default=1) + 1, _SHORT)


def _tidy(text: str) -> str:
    return _UNSEEN.sub("", "\n".join(text.splitlines()).replace("\t", " "))


def _tidy_block(block: Block) -> Block:
    text = _tidy(block.text)
    one_line = block.kind is not BlockKind.PARAGRAPH
    rows = tuple(tuple(map(_tidy, row)) for row in block.rows)
    return replace(block, text=text.replace("\n", " ") if one_line else text, rows=rows)

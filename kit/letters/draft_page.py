"""A draft as a page: the draft goes in, one HTML file that needs nothing else comes out.

What is printed is the letter alone; the notes for the borrower are only seen. A drawing is shown
as a picture of its own, which can neither run nor load anything.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from kit.letters.draft import SHORT_MOST, Block, BlockKind
from kit.letters.draft_parts import (
    are_short,
    checked,
    has_amounts,
    in_short,
    is_wide,
    rests_on,
    runs,
    shares,
    stale,
    tidy,
)
from kit.letters.guide import LineKind
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kit.letters.draft import Draft
    from kit.letters.draft_parts import Rows
    from kit.letters.guide import Line
    from kit.template.html import Plain

    Say = Callable[..., str]

#: Latin letters that stand side by side in a table, and how many the edges of a column take.
_ROOM, _EDGES = 96.0, 2.6


def render(draft: Draft, say: Say) -> str:
    """The draft as a page."""
    shown = tidy(draft)
    return html.render(
        "draft.html",
        say,
        language=shown.language,
        title=shown.title,
        short=shown.short,
        in_short=in_short(shown, say),
        length=len(shown.short),
        most=SHORT_MOST,
        parts=list(_parts(shown.blocks, shown.title)),
        notes=list(_parts(map(_note, shown.notes), "")),
        sources=rests_on(shown, say),
        checked=checked(shown, say),
        stale=stale(shown, say),
    )


def _note(line: Line) -> Block:
    """A line of the notes, which are made like a letter."""
    is_heading = line.kind is LineKind.SAY
    kind = BlockKind.HEADING if is_heading else BlockKind(line.kind.value)
    return Block(kind=kind, text=line.text)


def _parts(blocks: Iterable[Block], heading: str) -> Iterator[dict[str, Plain]]:
    """Each part; a table without a caption is called by the heading above it."""
    for kind, run in runs(blocks):
        if kind is BlockKind.HEADING:
            heading = run[-1].text
        yield {"kind": kind.value, "blocks": [_block(one, heading) for one in run]}


def _block(block: Block, heading: str) -> dict[str, Plain]:
    picture = b64encode(block.drawing.encode()).decode()
    return {
        "text": block.text,
        "name": block.text or heading,
        "begins_page": int(block.begins_page),
        "table": _table(block.rows) if block.rows else {},
        "picture": f"data:image/svg+xml;base64,{picture}" if picture else "",
    }


def _table(rows: Rows) -> dict[str, Plain]:
    """Its columns, the cells of its heading and of its rows; how wide each is, where it matters."""
    wide = is_wide(rows)
    kinds = ["amount" if one else "" for one in has_amounts(rows)]
    if not wide:
        kinds = [kind or "whole" * one for kind, one in zip(kinds, are_short(rows), strict=True)]
    cells = [
        [{"text": text, "kind": kind} for text, kind in zip(row, kinds, strict=True)]
        for row in rows
    ]
    widths = [f"{one:.1%}" for one in shares(rows, _ROOM, _EDGES)] if wide else []
    return {"head": cells[0], "rows": cells[1:], "widths": widths, "wide": int(wide)}

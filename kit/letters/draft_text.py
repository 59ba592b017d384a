"""A draft as plain text: the draft goes in, what is pasted into a form or an e-mail comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.letters.draft import BlockKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kit.letters.draft import Block, Draft


def render(draft: Draft, say: Callable[..., str]) -> str:
    """The draft; a complaint's short version stands before the full one."""
    parts = [draft.title, *(text for block in draft.blocks for text in _lines(block))]
    if draft.short:
        parts = [f"[{say('Short')}]", draft.short, f"[{say('In full')}]", *parts]
    notes = [f"---- {say('For yourself: do not send what stands below')} ----"]
    notes += [line.text for line in draft.notes]
    return "\n".join([*parts, "", *notes]) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block.kind:
        case BlockKind.TABLE:
            yield from (" | ".join(cell.replace("\n", "; ") for cell in row) for row in block.rows)
        case BlockKind.ITEM:
            yield f"- {block.text}"
        case _:
            yield block.text

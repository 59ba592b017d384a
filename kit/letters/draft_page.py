"""A draft as a page: the draft goes in, one HTML file that needs nothing else comes out.

What is printed is the letter alone; the notes for the borrower are only seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.letters.sources import sources
from kit.template import html

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.letters.draft import Draft


def render(draft: Draft, say: Callable[..., str]) -> str:
    """The draft as a page."""
    return html.render(
        "draft.html",
        say,
        language=draft.language,
        title=draft.title,
        short=draft.short,
        blocks=[
            {"kind": one.kind.value, "text": one.text, "rows": one.rows} for one in draft.blocks
        ],
        notes=[{"kind": one.kind.value, "text": one.text} for one in draft.notes],
        sources=[one.name for one in sources(draft.facts, draft.language)],
        checked=draft.checked_on.isoformat(),
        is_stale=draft.is_stale,
    )

"""A drawing: texts and plain shapes go in, one SVG document comes out (SVG 1.1).

It has no script, loads nothing, and is drawn in the fonts of whoever looks at it. Every text is
escaped; a text of somebody else's is made harmless by `plain` first, and stands by itself, so that
it turns no other text round.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Wide enough for a page of A4, and to be read when a phone makes it narrower.
WIDTH = 560
MARGIN = 12
INK = "#222"
QUIET = "#555"
LINE = "#c9c9c4"
GROUND = "#f5f5f1"

_FONTS = {
    "Hans": "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',"
    "'Source Han Sans SC','WenQuanYi Micro Hei',sans-serif",
    "Hant": "'PingFang TC','Microsoft JhengHei','Noto Sans CJK TC','Noto Sans TC',"
    "'Source Han Sans TC',sans-serif",
    "": "'Segoe UI','Helvetica Neue',Arial,'Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif",
}
#: What no drawing needs: marks that steer, halves of characters, and what is no character.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_MARKS = ("Mn", "Me")
#: So many marks one character has in some language; more only smear over what stands beside it.
_MOST_MARKS = 2
#: How wide a column is, for each unit of the size of its font.
_COLUMN = 0.53
#: More characters than this are not looked at.
_LONGEST = 500
#: A word; one Chinese character with the punctuation that may not begin a line.
_PIECE = re.compile(r"[!-~–]+|[^\s!-~–][，。、；：！？）》”」』]*|\s+")


def plain(text: str, columns: int) -> str:
    """A text of somebody else's: without what steers, and cut to that many columns."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[:_LONGEST]):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if character.isspace():
            kept.append(" ")
        elif category not in _UNSEEN and marks <= _MOST_MARKS:
            kept.append(character)
    shown = " ".join("".join(kept).split())
    if width(shown) <= columns:
        return shown
    while width(shown) > columns - 1:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def width(text: str) -> int:
    """In columns; a Chinese character has two."""
    return sum(
        0
        if unicodedata.category(one) in _MARKS
        else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """An element; its content is markup already. `font_size` is the attribute `font-size`."""
    given = "".join(
        f' {key.replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(x: float, y: float, said: str, **attributes: object) -> str:
    """One line of text; `y` is where it stands on."""
    return tag("text", escape(said), x=x, y=y, **attributes) if said else ""


def paragraph(
    y: float, said: str, size: float, x: float = MARGIN, **attributes: object
) -> tuple[str, float]:
    """A text as wide as there is room, and where the next may begin; `y` is where it begins."""
    shown = _lines(said, int((WIDTH - MARGIN - x) / (size * _COLUMN)))
    lines = (
        text(x, y + size * 1.1 + row * size * 1.5, line, font_size=size, **attributes)
        for row, line in enumerate(shown)
    )
    return "".join(lines), y + len(shown) * size * 1.5


def document(name: str, language: str, said: tuple[str, str], drawn: tuple[str, float]) -> str:
    """The whole drawing: its name, its title and what it shows in words, its parts and height."""
    (title, description), (parts, height) = said, drawn
    height = round(height)
    script = next((one for one in ("Hans", "Hant") if one in language), "")
    head = tag("title", escape(title), id=f"{name}-title")
    head += tag("desc", escape(description), id=f"{name}-desc")
    ground = tag("rect", width=WIDTH, height=height, fill="#fff")
    return tag(
        "svg",
        f"\n{head}\n{ground}\n{parts}\n",
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=height,
        viewBox=f"0 0 {WIDTH} {height}",
        lang=language,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family=_FONTS[script],
        fill=INK,
        style="max-width:100%;height:auto",
    )


def joined(parts: Iterable[str]) -> str:
    """Parts, one on a line: a change of one of them can be seen."""
    return "\n".join(part for part in parts if part)


def _lines(said: str, columns: int) -> list[str]:
    lines = [""]
    for piece in _PIECE.findall(said):
        if width(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _written(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)

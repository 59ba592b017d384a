"""What apps have read, as a picture: accesses go in, an SVG comes out.

One row for each app and kind, contacts first; one column for each day, by the clock of the phone.
It shows what a phone noted: no word of it judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.letters import svg
from kit.model import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from kit.model import Access

#: Days and rows that are drawn: the last days, and what was read most often.
_MOST_DAYS, _MOST_ROWS = 10, 40
#: Columns of the name of an app.
_NAME = 26
_LEFT = 206
_SUM = 46
_ROW = 21
#: From how many on a cell has which shade, and which ink is read on it.
_SHADES = ((1, "#dbe7f2", svg.INK), (5, "#9dbfe0", svg.INK), (20, "#1f5c99", "#fff"))
_MOST_SHOWN = 999


def accesses(found: Sequence[Access], say: Callable[..., str], language: str) -> str:
    """The picture of apps and days; they are there in the order in which they are drawn."""
    title = say("What apps have read on this phone, day by day")
    head, y = svg.paragraph(8, title, 19, font_weight="bold")
    days = sorted({day for one in found for day in one.days})
    shown, rows = days[-_MOST_DAYS:], found[:_MOST_ROWS]
    contacts = [one for one in found if one.kind == Reach.CONTACTS]
    summary = say(
        "{apps} apps have read contacts, {count} times, by the report of the phone itself. It "
        "does not say why they did; the picture judges nobody.",
        apps=len(contacts),
        count=sum(one.count for one in contacts),
    )
    parts = [head]
    for line in (summary, *_notes((len(days), len(shown)), (len(found), len(rows)), say)):
        said, y = svg.paragraph(y + 3, line, 13, fill=svg.QUIET)
        parts.append(said)
    table, y = _table(rows, shown, y + 10, say)
    drawn = svg.joined([*parts, *table])
    return svg.document("accesses", language, (title, summary), (drawn, y + 12))


def _notes(days: tuple[int, int], rows: tuple[int, int], say: Callable[..., str]) -> Iterator[str]:
    if days[0] > days[1]:
        yield say(
            "Shown are the last {shown} days on which something was read; {left} earlier ones are "
            "not.",
            shown=days[1],
            left=days[0] - days[1],
        )
    if rows[0] > rows[1]:
        yield say("And {count} more rows that are not drawn.", count=rows[0] - rows[1])


def _table(
    rows: Sequence[Access], days: Sequence[date], y: float, say: Callable[..., str]
) -> tuple[list[str], float]:
    wide = (svg.WIDTH - _LEFT - _SUM - svg.MARGIN) / max(len(days), 1)
    drawn = [*_heading(days, wide, y, say)]
    top = y = y + 20
    kind = ""
    for place, one in enumerate(rows):
        if one.kind != kind:
            kind = one.kind
            name = svg.plain(_called(kind, say), _NAME)
            drawn.append(svg.text(14, y + 15, name, font_size=13, font_weight="bold"))
            y += _ROW
        if place % 2 == 0:
            ground = svg.WIDTH - 2 * svg.MARGIN
            box = svg.tag("rect", x=12, y=y, width=ground, height=_ROW, fill=svg.GROUND)
            drawn.append(box)
        drawn.append(svg.text(14, y + 15, svg.plain(one.app, _NAME), font_size=11.5))
        drawn += [
            _cell(_LEFT + n * wide, y, wide, one.days.get(day, 0)) for n, day in enumerate(days)
        ]
        right = svg.WIDTH - 14
        total = f"{one.count}"
        drawn.append(
            svg.text(right, y + 15, total, font_size=12, font_weight="bold", text_anchor="end")
        )
        y += _ROW
    frame = f"M12 {top:g}H{svg.WIDTH - 12}M12 {y:g}H{svg.WIDTH - 12}"
    drawn.append(svg.tag("path", d=frame, stroke=svg.LINE, fill="none"))
    return drawn, y


def _heading(days: Sequence[date], wide: float, y: float, say: Callable[..., str]) -> Iterator[str]:
    if days:
        first, last = days[0].year, days[-1].year
        years = f"{first}" if first == last else f"{first}–{last}"
        yield svg.text(14, y + 14, years, font_size=12.5, font_weight="bold")
    for place, day in enumerate(days):
        middle, said = _LEFT + (place + 0.5) * wide, f"{day.month}-{day.day}"
        yield svg.text(middle, y + 14, said, font_size=11, fill=svg.QUIET, text_anchor="middle")
    yield svg.text(
        svg.WIDTH - 14, y + 14, say("in all"), font_size=12, fill=svg.QUIET, text_anchor="end"
    )


def _cell(x: float, y: float, wide: float, count: int) -> str:
    if not count:
        return ""
    shade, ink = next((shade, ink) for most, shade, ink in reversed(_SHADES) if count >= most)
    box = svg.tag("rect", x=x + 1, y=y + 1, width=wide - 2, height=_ROW - 2, fill=shade)
    number = f"{count}" if count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
    return box + svg.text(
        x + wide / 2, y + 15, number, font_size=11.5, text_anchor="middle", fill=ink
    )


def _called(kind: str, say: Callable[..., str]) -> str:
    """What the kind is called; one that has no name of ours as the phone calls it."""
    said: dict[str, str] = {
        Reach.CONTACTS: say("contacts"),
        Reach.PHOTOS: say("photos"),
        Reach.CAMERA: say("camera"),
        Reach.MICROPHONE: say("microphone"),
        Reach.LOCATION: say("location"),
        Reach.MEDIA: say("music and videos"),
        Reach.SCREEN: say("what is on the screen"),
    }
    return said.get(kind, kind)

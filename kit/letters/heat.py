"""The hours of each day at which somebody was reached: incidents go in, an SVG comes out."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from kit import clocks
from kit.letters import svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from kit.jurisdiction import Fact
    from kit.model import Incident

#: The days that are shown at most, the last on which something happened.
MOST_DAYS = 60
#: From so many on, each darker than the one before; and what is written on it.
_SHADES = (
    (1, "#dfe9f2", svg.INK),
    (2, "#b9d0e4", svg.INK),
    (3, "#84abcd", "#000"),
    (5, "#3d72a4", "#fff"),
    (10, "#173f66", "#fff"),
)
_MOST_SHOWN = 99
_LEFT = 88
_CELL = 18
_ROW = 18
_HOURS = 24
_HATCH = "hours-hatch"


def heat(
    incidents: Sequence[Incident], hours: Sequence[Fact], say: Callable[..., str], language: str
) -> str:
    """The picture of days and hours; `hours` are the facts that name hours, which are hatched."""
    title = say("At which hours, day by day")
    head, y = svg.paragraph(8, title, 19, font_weight="bold")
    if not incidents:
        nothing = say("Nothing has been written down yet.")
        said, y = svg.paragraph(y + 4, nothing, 14)
        return svg.document("hours", language, (title, nothing), (head + said, y + 12))
    counted = Counter((clocks.shown(one).date(), clocks.shown(one).hour) for one in incidents)
    days = sorted({day for day, _ in counted})
    shown = days[-MOST_DAYS:]
    parts = [head]
    for line in _notes(len(incidents), (len(days), len(shown)), say):
        said, y = svg.paragraph(y + 3, line, 13, fill=svg.QUIET)
        parts.append(said)
    table, y = _table(counted, shown, (y + 10, hours), say)
    held = [fact for fact in hours if any(map(fact.in_force, shown))]
    legend, y = _legend(held, y + 12, say, language)
    drawn = svg.joined([*parts, *table, *legend])
    summary = _summary(counted, say)
    return svg.document("hours", language, (title, summary), (drawn, y + 12))


def _notes(count: int, days: tuple[int, int], say: Callable[..., str]) -> Iterator[str]:
    of, shown = days
    yield say(
        "{count} times on {days} days, by the clock where each was reached. They are accounts "
        "and what phones recorded; the picture judges nobody.",
        count=count,
        days=of,
    )
    if of > shown:
        yield say(
            "Shown are the last {shown} days on which something happened; {left} earlier ones are "
            "not.",
            shown=shown,
            left=of - shown,
        )


def _summary(counted: Counter[tuple[date, int]], say: Callable[..., str]) -> str:
    by_hour: Counter[int] = Counter()
    for (_, hour), count in counted.items():
        by_hour[hour] += count
    said = ", ".join(f"{hour:02}:00 {by_hour[hour]}" for hour in sorted(by_hour))
    return say("How many within each hour of the day: {hours}", hours=said)


def _table(
    counted: Counter[tuple[date, int]],
    shown: Sequence[date],
    place: tuple[float, Sequence[Fact]],
    say: Callable[..., str],
) -> tuple[list[str], float]:
    """Days, hours, and how many of each; below the hours, and beside the days, their sums."""
    y, hours = place
    top = y + 20
    bottom = top + len(shown) * _ROW
    drawn = [*_scale(y + 14), *_stripes(top, len(shown)), *_hatched(hours, shown, top)]
    for row, day in enumerate(shown):
        line = top + row * _ROW
        counts = [counted[day, hour] for hour in range(_HOURS)]
        drawn.append(svg.text(12, line + 13, day.isoformat(), font_size=12))
        drawn += [_cell(hour, line, count) for hour, count in enumerate(counts) if count]
        drawn.append(_sum(_HOURS, line, sum(counts)))
    sums = [sum(counted[day, hour] for day in shown) for hour in range(_HOURS)]
    drawn.append(_grid(top, bottom))
    drawn.append(svg.text(12, bottom + 15, say("in all"), font_size=12, font_weight="bold"))
    drawn += [_sum(hour, bottom + 2, count) for hour, count in enumerate([*sums, sum(sums)])]
    return drawn, bottom + _ROW + 4


def _scale(y: float) -> Iterator[str]:
    """The hours stand where they begin, on the lines between the cells."""
    for hour in range(0, _HOURS + 1, 2):
        x = _LEFT + hour * _CELL
        yield svg.text(x, y, f"{hour}", font_size=12, text_anchor="middle", fill=svg.QUIET)


def _stripes(top: float, rows: int) -> Iterator[str]:
    """Every other day, so that the eye stays on its line."""
    wide = svg.WIDTH - 2 * svg.MARGIN + 8
    for row in range(0, rows, 2):
        y = top + row * _ROW
        yield svg.tag("rect", x=8, y=y, width=wide, height=_ROW, fill=svg.GROUND)


def _hatched(hours: Sequence[Fact], shown: Sequence[date], top: float) -> Iterator[str]:
    """The hours that a rule names, behind the cells of the days on which it held."""
    line = svg.tag("path", d="M0 8L8 0", stroke="#a9a9a2", stroke_width=0.9)
    pattern = svg.tag("pattern", line, id=_HATCH, width=8, height=8, patternUnits="userSpaceOnUse")
    yield svg.tag("defs", pattern)
    y = top
    for ranges, days in groupby(shown, lambda day: _ranges(hours, day)):
        high = len(list(days)) * _ROW
        for begin, end in sorted({part for one in ranges for part in _parts(*one)}):
            x, wide = _LEFT + begin * _CELL, (end - begin) * _CELL
            yield svg.tag("rect", x=x, y=y, width=wide, height=high, fill=f"url(#{_HATCH})")
        y += high


def _ranges(hours: Sequence[Fact], day: date) -> set[tuple[str, str]]:
    """The hours that a rule named on that day."""
    return {(one.hours["not_from"], one.hours["not_to"]) for one in hours if one.in_force(day)}


def _parts(begin: str, end: str) -> list[tuple[float, float]]:
    """From hour to hour within one day; over midnight they are two."""
    first, last = (int(one[:2]) + int(one[3:]) / 60 for one in (begin, end))
    found = [(first, last)] if first < last else [(0.0, last), (first, float(_HOURS))]
    return [part for part in found if part[0] < part[1]]


def _cell(hour: int, y: float, count: int) -> str:
    shade, ink = next((shade, ink) for most, shade, ink in reversed(_SHADES) if count >= most)
    x = _LEFT + hour * _CELL
    box = svg.tag("rect", x=x + 1, y=y + 1, width=_CELL - 2, height=_ROW - 2, fill=shade)
    number = f"{count}" if count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
    size = 12 if count <= _MOST_SHOWN else 9
    middle = x + _CELL / 2
    return box + svg.text(middle, y + 13, number, font_size=size, text_anchor="middle", fill=ink)


def _sum(hour: int, y: float, count: int) -> str:
    if not count:
        return ""
    if hour == _HOURS:
        x, anchor = svg.WIDTH - 8, "end"
    else:
        x, anchor = _LEFT + hour * _CELL + _CELL // 2, "middle"
    size = 12 if count <= _MOST_SHOWN or hour == _HOURS else 9
    return svg.text(x, y + 13, f"{count}", font_size=size, font_weight="bold", text_anchor=anchor)


def _grid(top: float, bottom: float) -> str:
    right = _LEFT + _HOURS * _CELL
    lines = [f"M{_LEFT + hour * _CELL} {top:g}V{bottom:g}" for hour in range(0, _HOURS + 1, 2)]
    frame = f"M{_LEFT} {top:g}H{right}M{_LEFT} {bottom:g}H{right}"
    return svg.tag("path", d="".join([*lines, frame]), stroke=svg.LINE, fill="none")


def _legend(
    hours: Sequence[Fact], y: float, say: Callable[..., str], language: str
) -> tuple[list[str], float]:
    drawn = [svg.text(12, y + 13, say("The darker, the more:"), font_size=13)]
    x = 12 + svg.width(say("The darker, the more:")) * 7 + 10
    ends = [*(f"–{above - 1}" for above, _, _ in _SHADES[1:]), "+"]
    for (most, shade, _), end in zip(_SHADES, ends, strict=True):
        said = f"{most}" if end == f"–{most}" else f"{most}{end}"
        drawn.append(svg.tag("rect", x=x, y=y + 1, width=15, height=15, fill=shade, stroke="#777"))
        drawn.append(svg.text(x + 20, y + 13, said, font_size=13))
        x += 54
    y += 24
    for fact in hours:
        drawn.append(_swatch(y))
        said, y = svg.paragraph(y, _named(fact, say, language), 13, x=36)
        drawn.append(said)
        limits = _limits(fact, language)
        said, y = svg.paragraph(y, limits, 12, fill=svg.QUIET, x=36) if limits else ("", y)
        drawn.append(said)
        y += 6
    return drawn, y


def _limits(fact: Fact, language: str) -> str:
    """What it does not say, in the language of the law, and what it is not."""
    space = "" if fact.limits.endswith("。") else " "
    return f"{fact.limits}{space}{fact.instrument.limits.said(language) or ''}".strip()


def _swatch(y: float) -> str:
    frame = svg.tag("rect", x=12, y=y + 2, width=16, height=15, fill="#fff", stroke="#777")
    return frame + svg.tag("rect", x=12, y=y + 2, width=16, height=15, fill=f"url(#{_HATCH})")


def _named(fact: Fact, say: Callable[..., str], language: str) -> str:
    """Which hours, by what; how well that is known stands beside it."""
    name = fact.instrument.name.said(language) or fact.title
    return say(
        "{begin} to {end}: hours that {name} keeps free of collecting; how that is known: {grade}",
        begin=fact.hours["not_from"],
        end=fact.hours["not_to"],
        name=name,
        grade=_grade(fact, say),
    )


def _grade(fact: Fact, say: Callable[..., str]) -> str:
    if fact.grade == "A":
        return say("the text itself was read")
    return say("two sources agree") if fact.grade == "B" else say("not verified")

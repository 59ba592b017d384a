"""What was recorded, as a picture: incidents go in, an SVG comes out.

One lane for each person who was reached, week under week; `heat` shows the hours of the day. What
is drawn are accounts: no word of it judges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from kit import clocks
from kit.letters import svg
from kit.letters.heat import heat
from kit.letters.marks import KINDS, RULES, SIZE, mark, meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from kit.model import Incident, Rule

__all__ = ["heat", "timeline"]

#: Days of one column, and columns of one band: a week, where there are not too many.
_STEPS = (1, 7, 28, 364, 3_640, 36_400)
_COLUMNS = 7
_MOST_BANDS = 8
_MOST_LANES = 12
#: Of a name.
_NAME = 12
_LEFT = 106
_COLUMN = (svg.WIDTH - _LEFT - 12) / _COLUMNS
_ROW = 17
_BORROWER = "me"
_OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """Where everything stands."""

    #: by who was reached, in their order; what they are called
    lanes: dict[str, str] = field(repr=False)
    #: how often each mark stands in a column of a lane
    cells: dict[tuple[int, str], Counter[str]]
    #: the first day, and the days of a column
    first: int
    step: int

    @property
    def bands(self) -> list[int]:
        """The bands in which something happened."""
        return sorted({column // _COLUMNS for column, _ in self.cells})

    def day(self, column: int) -> date:
        """The first day of that column."""
        return date.fromordinal(min(self.first + column * self.step, date.max.toordinal()))


def timeline(
    incidents: Sequence[Incident],
    marks: Mapping[str, Collection[Rule]],
    say: Callable[..., str],
    language: str,
) -> str:
    """The picture of days and people; `marks` are the rules that the findings name, by incident."""
    title = say("What was recorded, day by day")
    head, y = svg.paragraph(8, title, 19, font_weight="bold")
    if not incidents:
        nothing = say("Nothing has been written down yet.")
        said, y = svg.paragraph(y + 4, nothing, 14)
        return svg.document("timeline", language, (title, nothing), (head + said, y + 12))
    summary = _summary(incidents, say)
    chart = _chart(incidents, marks, say)
    parts = [head]
    for line in (summary, *_notes(chart, say)):
        said, y = svg.paragraph(y + 3, line, 13, fill=svg.QUIET)
        parts.append(said)
    bands, y = _bands(chart, y + 10, say)
    legend, y = _legend(chart, y + 14, say)
    drawn = svg.joined([*parts, *bands, *legend])
    return svg.document("timeline", language, (title, summary), (drawn, y + 10))


def _summary(incidents: Sequence[Incident], say: Callable[..., str]) -> str:
    days = [clocks.shown(one).date() for one in incidents]
    return say(
        "{count} times, from {first} to {last}, by the account of whoever told of them or by "
        "what a phone recorded. The picture judges nobody.",
        count=len(incidents),
        first=min(days),
        last=max(days),
    )


def _notes(chart: _Chart, say: Callable[..., str]) -> Iterator[str]:
    if chart.step == 1:
        yield say("Days are by the clock where each was reached. A number: so many on that day.")
    else:
        yield say(
            "Days are by the clock where each was reached. Each column here is {days} days, from "
            "the day above it. A number: so many in these days.",
            days=chart.step,
        )


def _chart(
    incidents: Sequence[Incident],
    marks: Mapping[str, Collection[Rule]],
    say: Callable[..., str],
) -> _Chart:
    lanes = _lanes(incidents, say)
    days = [clocks.shown(one).date().toordinal() for one in incidents]
    earliest = date.fromordinal(min(days))
    first = earliest.toordinal() - min(earliest.weekday(), earliest.toordinal() - 1)
    step = next((one for one in _STEPS if _fits(days, first, one)), _STEPS[-1])
    cells: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for day, one in zip(days, incidents, strict=True):
        lane = _who(one)
        cell = cells[(day - first) // step, lane if lane in lanes else _OTHERS]
        cell.update([one.kind, *(rule for rule in marks.get(one.id, ()) if rule in RULES)])
    return _Chart(lanes=lanes, cells=dict(cells), first=first, step=step)


def _fits(days: Iterable[int], first: int, step: int) -> bool:
    return len({(day - first) // (step * _COLUMNS) for day in days}) <= _MOST_BANDS


def _lanes(incidents: Iterable[Incident], say: Callable[..., str]) -> dict[str, str]:
    """Whoever was reached: the borrower, then whoever was reached most often."""
    counted = Counter(map(_who, incidents))
    names = {_who(one): svg.plain(one.to, _NAME) for one in incidents}
    order = sorted(counted, key=lambda who: (who != _BORROWER, -counted[who], names[who], who))
    names[_BORROWER] = say("the borrower")
    unnamed = say("not noted who")
    lanes = {who: names[who] or unnamed for who in order[:_MOST_LANES]}
    left = len(order) - len(lanes)
    return lanes | ({_OTHERS: say("{count} others", count=left)} if left else {})


def _who(incident: Incident) -> str:
    if incident.to_borrower:
        return _BORROWER
    return incident.contact_id or f"called {' '.join(incident.to.split()).casefold()}"


def _bands(chart: _Chart, y: float, say: Callable[..., str]) -> tuple[list[str], float]:
    drawn: list[str] = []
    before = None
    for band in chart.bands:
        if before is not None and band > before + 1:
            quiet = _quiet(chart, (before + 1, band), say)
            said, y = svg.paragraph(y + 2, quiet, 12, fill=svg.QUIET)
            drawn.append(said)
            y += 6
        parts, y = _band(chart, band, y)
        drawn += parts
        before, y = band, y + 14
    return drawn, y


def _quiet(chart: _Chart, between: tuple[int, int], say: Callable[..., str]) -> str:
    first = chart.day(between[0] * _COLUMNS)
    last = date.fromordinal(chart.day(between[1] * _COLUMNS).toordinal() - 1)
    return say("From {first} to {last} nothing was written down.", first=first, last=last)


def _band(chart: _Chart, band: int, y: float) -> tuple[list[str], float]:
    """A week, or as many columns of more days, with the lanes that have something in it."""
    columns = range(band * _COLUMNS, (band + 1) * _COLUMNS)
    drawn = [*_days(chart, columns, y)]
    top = y = y + 20
    lanes = [lane for lane in chart.lanes if any((one, lane) in chart.cells for one in columns)]
    for row, lane in enumerate(lanes):
        cells = [_cell(chart.cells.get((column, lane), Counter())) for column in columns]
        high = max(lines for _, lines in cells) * _ROW + 7
        if row % 2 == 0:
            ground = svg.tag("rect", x=12, y=y, width=svg.WIDTH - 24, height=high, fill=svg.GROUND)
            drawn.append(ground)
        drawn.append(svg.text(18, y + 17, chart.lanes[lane], font_size=13))
        for column, (marks, _) in enumerate(cells):
            place = f"translate({_LEFT + column * _COLUMN + 5:g} {y + 4:g})"
            drawn.append(svg.tag("g", marks, transform=place) if marks else "")
        y += high
    drawn += _grid(top, y)
    return drawn, y


def _days(chart: _Chart, columns: range, y: float) -> Iterator[str]:
    first, last = (chart.day(columns[place]).year for place in (0, -1))
    years = f"{first}" if first == last else f"{first}–{last}"
    yield svg.text(18, y + 14, years, font_size=13, font_weight="bold")
    for place, column in enumerate(columns):
        day = chart.day(column)
        said = f"{day.month}-{day.day}" if chart.step < _STEPS[3] else f"{day:%Y-%m}"
        yield svg.text(_LEFT + place * _COLUMN + 5, y + 14, said, font_size=12.5, fill=svg.QUIET)


def _grid(top: float, bottom: float) -> Iterator[str]:
    lines = [f"M{_LEFT + column * _COLUMN:g} {top:g}V{bottom:g}" for column in range(_COLUMNS)]
    frame = f"M12 {top:g}H{svg.WIDTH - 12}M12 {bottom:g}H{svg.WIDTH - 12}"
    yield svg.tag("path", d="".join([*lines, frame]), stroke=svg.LINE, fill="none")


def _cell(counted: Counter[str]) -> tuple[str, int]:
    """The marks of a day: the ways on the first line, below them what is told; and the lines."""
    drawn, line = "", 0
    for group in (KINDS, RULES):
        x = 0.0
        there = [(one, counted[one]) for one in group if counted[one]]
        for which, count in there:
            number = f"{count}" if count > 1 else ""
            wide = SIZE + 4 + 7.5 * len(number)
            if x and x + wide > _COLUMN - 4:
                x, line = 0.0, line + 1
            middle = line * _ROW + _ROW / 2
            drawn += mark(which, x + SIZE / 2, middle)
            drawn += svg.text(x + SIZE + 2, middle + 4.5, number, font_size=12.5)
            x += wide
        line += bool(there)
    return drawn, max(line, 1)


def _legend(chart: _Chart, y: float, say: Callable[..., str]) -> tuple[list[str], float]:
    """What each mark that was drawn says; two columns of ways, then what is told."""
    there = set().union(*chart.cells.values())
    drawn = []
    for group, columns in ((KINDS, 3), (RULES, 1)):
        shown = [one for one in group if one in there]
        for place, which in enumerate(shown):
            row, column = divmod(place, columns)
            x, line = 12 + column * (svg.WIDTH - 24) / columns, y + row * 21
            drawn.append(mark(which, x + 8, line + 8))
            drawn.append(svg.text(x + 20, line + 12.5, meaning(which, say), font_size=13))
        y += -(-len(shown) // columns) * 21
    return drawn, y

"""Calls and texts as a table: lines of a CSV go in, rows come out (carrier bills, phone exports).

Which column is what is told, or guessed by `columns`. Titles above the headings are passed over;
a bad row costs itself.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit.evidence import columns
from kit.evidence.chain import canonical
from kit.evidence.written_times import read_duration, read_time, says_order
from kit.model import IncidentKind, LogRow, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

#: Lines of a table that are looked at for its headings and what is below them.
LOOKED_AT = 200
#: Headings stand no deeper.
_DEEPEST = 40
#: Lines that one row may have: a text goes over some.
_MOST_LINES = 100
_DELIMITERS = (",", "\t", ";", "|")
_FEWEST = 2
#: A row that has none of these is a total, or a note below the table.
_OF_A_CALL = ("number", "direction")

_QUOTES = "The quotation marks of this row do not fit; it is left out."
_NO_TIME = "The entry has no time that can be read; it is left out."
_NO_YEAR = "The date has no year; it is left out. Say which one, such as --year 2026."
_UNSURE_DATE = "Which number is the day and which the month cannot be told; it is left out."
_NO_WAY = "Whether it came in or went out cannot be told; it is left out."
_SHORTENED = (
    "A spreadsheet program has shortened a number (such as 1.38E+10); it is left out. "
    "Export anew, and do not save the file in such a program."
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)|(?<!\d)20\d\d(?=(?:0[1-9]|1[0-2])(?:\d\d)?(?!\d))")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows of a table, and what it says of them."""

    headings: tuple[str, ...]
    delimiter: str
    #: of the headings; 1 is the first
    line: int
    #: field, and the heading of its column
    columns: Mapping[str, str]
    #: the one that the titles name, where rows do not
    year: int | None = None
    is_day_first: bool | None = None

    @property
    def key(self) -> str:
        """By what the same carrier's next bill is known."""
        return canonical(list(self.headings))

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which no row can be read."""
        has_time = "at" in self.columns or {"date", "time"} <= self.columns.keys()
        needed = {"number": "number" in self.columns, "at": has_time}
        needed["direction"] = "direction" in self.columns
        return tuple(name for name, is_there in needed.items() if not is_there)

    def unknown(self, said: Mapping[str, str]) -> tuple[str, ...]:
        """The fields for which a heading was said that the table does not have."""
        names = set(map(columns.plain, self.headings))
        return tuple(one for one, heading in said.items() if columns.plain(heading) not in names)

    def told(self, said: Mapping[str, str]) -> Head:
        """The same table, of which somebody says which column is what."""
        headings = {columns.plain(heading): heading for heading in self.headings}
        known = {
            one: headings[name] for one, heading in said.items()
            if (name := columns.plain(heading)) in headings
        }  # fmt: skip
        rest = {one: name for one, name in self.columns.items() if name not in known.values()}
        if "date" in known or "time" in known:
            rest.pop("at", None)
        return replace(self, columns={**rest, **known})


def find_head(lines: Sequence[str], headings: Collection[str] = ()) -> Head | None:
    """What stands above the rows, in the first lines of a file, if they are headings.

    `headings` are such as somebody named, beside those that every bill may have.
    """
    wanted = set(map(columns.plain, headings))
    found: list[tuple[int, Head]] = []
    for delimiter in _DELIMITERS:
        for number, cells in _records(iter(lines), delimiter, 1):
            if number > _DEEPEST or cells is None:
                continue
            known = sum(columns.is_heading(one) or columns.plain(one) in wanted for one in cells)
            if known >= _FEWEST:
                found.append((known, Head(tuple(_distinct(cells)), delimiter, number, {})))
    if not found:
        return None
    _, head = max(found, key=lambda one: (one[0], -one[1].line))
    rows = [cells for _, cells in _records(iter(lines[head.line :]), head.delimiter, 1) if cells]
    years = {int(year) for line in lines[: head.line - 1] for year in _YEAR.findall(line)}
    orders = {order for row in rows for cell in row if (order := says_order(cell)) is not None}
    return replace(
        head,
        columns=columns.guess(head.headings, rows),
        year=years.pop() if len(years) == 1 else None,
        is_day_first=orders.pop() if len(orders) == 1 else None,
    )


@dataclass(slots=True)
class Table:
    """The rows of a table below its headings."""

    head: Head
    #: what the file is called
    name: str = field(repr=False)
    #: by whose clock times without a zone are
    zone: tzinfo
    #: whether the row itself is given along, by the number it has
    wanted: Callable[[str], bool] = lambda _: True
    #: a time without a zone was there
    is_by_zone: bool = False

    def rows(self, lines: Iterable[str]) -> Iterator[LogRow | Problem]:
        """Every row of the lines that come after the headings."""
        for number, cells in _records(iter(lines), self.head.delimiter, self.head.line + 1):
            where = f"{self.name}:{number}"
            if cells is None:
                yield Problem(where=where, what=_QUOTES)
            elif any(map(str.strip, cells)) and not self._is_head(cells):
                row = dict(zip(self.head.headings, cells, strict=False))
                if any(row.get(self.head.columns.get(one, ""), "").strip() for one in _OF_A_CALL):
                    yield self._row(where, row)

    def _is_head(self, cells: Sequence[str]) -> bool:
        """A bill of several pages has its headings once on each."""
        return tuple(map(str.strip, cells)) == self.head.headings

    def _row(self, where: str, row: Mapping[str, str]) -> LogRow | Problem:
        cell = {one: row.get(heading, "") for one, heading in self.head.columns.items()}
        way = columns.direction(cell["direction"])
        at, what = self._time(cell)
        if columns.is_shortened(columns.cleaned(cell["number"])):
            what = _SHORTENED
        if at is None or way is None or what:
            return Problem(where=where, what=what or _NO_WAY)
        duration = self._duration(cell)
        kind = self._kind(cell)
        number = columns.shown_number(cell["number"])
        return LogRow(
            where=where,
            kind=kind,
            at=at,
            number=number,
            incoming=way[0],
            answered=_answered(kind, way[1], duration),
            duration_s=duration,
            text=cell.get("text", "").strip(),
            original=canonical(dict(row)) if self.wanted(number) else "",
        )

    def _time(self, cell: Mapping[str, str]) -> tuple[datetime | None, str]:
        """When it was, or why that is not known."""
        texts = [columns.cleaned(cell[one]) for one in ("at", "date", "time") if one in cell]
        order = self.head.is_day_first
        one, *other = (read_time(text, self.head.year, is_day_first=order) for text in texts)
        at = one.at(other[0] if other else None, self.zone)
        if at is None:
            return None, self._why(texts[0])
        if not (one.zone or (other and other[0].zone)):
            self.is_by_zone = True
        return at, ""

    def _why(self, text: str) -> str:
        """Why a text is no time."""
        if self.head.year is None and read_time(text, 2000).date:
            return _NO_YEAR
        return _UNSURE_DATE if read_time(text, is_day_first=True).date else _NO_TIME

    def _duration(self, cell: Mapping[str, str]) -> int | None:
        text = columns.cleaned(cell.get("duration", ""))
        return read_duration(text, self.head.columns.get("duration", ""))

    def _kind(self, cell: Mapping[str, str]) -> IncidentKind:
        is_text = columns.is_of_texts(cell.get("kind", ""))
        if is_text is None:
            is_text = columns.is_of_texts(cell["direction"])
        if is_text is None:
            has_text = "text" in cell or columns.is_way_of_texts(cell["direction"])
            is_text = has_text and "duration" not in cell
        return IncidentKind.TEXT if is_text else IncidentKind.CALL


def _answered(kind: IncidentKind, said: bool | None, duration: int | None) -> bool | None:  # noqa: FBT001
    if kind is IncidentKind.TEXT or said is not None:
        return said if kind is IncidentKind.CALL else None
    return duration > 0 if duration is not None else None


def _distinct(cells: Sequence[str]) -> Iterator[str]:
    """The headings, each once: the second of a name gets its number."""
    seen: dict[str, int] = {}
    for cell in map(str.strip, cells):
        seen[cell] = seen.get(cell, 0) + 1
        yield cell if seen[cell] == 1 else f"{cell} {seen[cell]}"


def _records(
    lines: Iterator[str], delimiter: str, number: int
) -> Iterator[tuple[int, list[str] | None]]:
    """Every row with the number of its first line; nothing for one whose quotes do not fit.

    After such a row reading goes on with the line that follows: it costs that line alone.
    """
    ahead: deque[str] = deque()
    while ahead or (line := next(lines, "")):
        if not ahead:
            ahead.append(line)
        taken, cells = _record(ahead, lines, delimiter)
        yield number, cells
        for _ in range(taken):
            ahead.popleft()
        number += taken


def _record(ahead: deque[str], rest: Iterator[str], delimiter: str) -> tuple[int, list[str] | None]:
    """How many lines the next row takes, and its cells."""
    if '"' not in ahead[0]:
        return 1, ahead[0].rstrip("\r\n").split(delimiter)
    taken = 0

    def some() -> Iterator[str]:
        nonlocal taken
        while taken < _MOST_LINES:
            if taken == len(ahead):
                if (line := next(rest, None)) is None:
                    return
                ahead.append(line)
            taken += 1
            yield ahead[taken - 1]

    try:
        cells = next(csv.reader(some(), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return 1, None
    return max(taken, 1), cells

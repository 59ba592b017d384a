"""Reports of calls: what a contact sent back goes in, reports and problems come out.

A report is a `line` that the guide made, or a `pattern` that somebody filled in by hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from kit.inbox.line import content, find_lines, write_line
from kit.inbox.pattern import find_patterns, without_patterns
from kit.inbox.written import Damage, canonical, plain
from kit.model import NAMESPACE, Problem, Report

if TYPE_CHECKING:
    from datetime import tzinfo

    from kit.inbox.written import Written

#: Clocks differ by so much; what is further ahead has not happened.
_AHEAD = timedelta(minutes=5)
#: Before that nobody was called whom this could help.
_FIRST_YEAR = 2000
_MOST_NUMBER, _MOST_NAME, _MOST_SAID = 30, 30, 120

_CLOCK = "%Y-%m-%d %H:%M"
_TIME = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号號]\s*|\s*,\s*|\s+)"
    r"(\d{1,2})\s*[:时時点點]\s*(?:(\d{1,2})\s*分?(?::\d\d)?)?",
    re.ASCII,
)
_WITHOUT_YEAR = re.compile(r"(?:\d\d?\s*[-/.年]\s*)?\d\d?\s*[-/.月]\s*\d\d?(?!\d)", re.ASCII)
_NUMBER = re.compile(r"[0-9+ -]*")

_TO_LINE_END = re.compile(r"[^\n]*")

_NO_TIME = "The report does not say when the call was; it is written such as 2026-11-21 14:30."
_NO_YEAR = "The date has no year of four digits; it is written such as 2026-11-21 14:30."
_UNREADABLE = "The time of the call cannot be read; it is written such as 2026-11-21 14:30."
_IMPOSSIBLE = "There is no such date, or no such time of day."
_FUTURE = "The report speaks of a call in the future."
_BAD_NUMBER = "The caller's number can have digits, blanks, + and - only, and {most} at most."
_TOO_LONG = "Who they said they were can have {name} characters at most, what was said {said}."


def read_reports(text: str, *, now: datetime, zone: tzinfo) -> tuple[list[Report], list[Problem]]:
    """Every report in the text, each once; and what is wrong with those that cannot be used.

    They tell the time by the clocks in `zone`. A text without any gives two empty lists.
    """
    whole = plain(text)
    lines, rest = find_lines(whole)
    reports: dict[str, Report] = {}
    problems: list[Problem] = []
    row, counted = 1, 0
    for one in sorted([*lines, *find_patterns(rest)], key=lambda one: one.place):
        report = _report(one, now, zone)
        if isinstance(report, Problem):
            row, counted = row + whole.count("\n", counted, one.place), one.place
            problems.append(replace(report, where=f"TEXT:{row}"))
        elif report.checked or report.id not in reports:
            reports[report.id] = report
    return list(reports.values()), problems


def own_words(text: str) -> str:
    """The text as it is; without its reports where it has some, also damaged ones."""
    whole = plain(text)
    lines, rest = find_lines(whole)
    for one in reversed(lines):
        if isinstance(one, Damage):
            rest = rest[: one.place] + _TO_LINE_END.sub("", rest[one.place :], count=1)
    without = without_patterns(rest)
    return without if lines or without != rest else text


def report_line(report: Report, zone: tzinfo) -> str:
    """The line of a report, as the guide writes it where clocks are those of `zone`."""
    return write_line(content(report, f"{report.at.astimezone(zone):{_CLOCK}}"))


def _report(one: Written | Damage, now: datetime, zone: tzinfo) -> Report | Problem:
    """The report, or why it cannot be used."""
    if isinstance(one, Damage):
        return _problem(one.what, **({"version": one.version} if one.version else {}))
    wall = _wall_time(one.when)
    if isinstance(wall, Problem):
        return wall
    # Of a time that far ahead some zones know nothing.
    is_far_ahead = wall.year > now.year + 1
    at = now if is_far_ahead else wall.replace(tzinfo=zone).astimezone(UTC)
    if is_far_ahead or at > now + _AHEAD:
        return _problem(_FUTURE)
    if not _NUMBER.fullmatch(one.number) or _length(one.number) > _MOST_NUMBER:
        return _problem(_BAD_NUMBER, most=_MOST_NUMBER)
    if _length(one.said_they_were) > _MOST_NAME or _length(one.said) > _MOST_SAID:
        return _problem(_TOO_LONG, name=_MOST_NAME, said=_MOST_SAID)
    report = Report(
        id="",
        at=at,
        number=one.number,
        said_they_were=one.said_they_were,
        said=one.said,
        debt_named=one.debt_named,
        refused=one.refused,
        checked=one.checked,
    )
    says = canonical(plain(content(report, f"{wall:{_CLOCK}}")))
    return replace(report, id=str(uuid5(NAMESPACE, says)))


def _wall_time(text: str) -> datetime | Problem:
    """The time on a clock, as people write it, or what is wrong with it."""
    if not text:
        return _problem(_NO_TIME)
    found = _TIME.fullmatch(text)
    if found is None:
        return _problem(_NO_YEAR if _WITHOUT_YEAR.match(text) else _UNREADABLE)
    try:
        wall = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 (a clock on a wall)
    except ValueError:
        return _problem(_IMPOSSIBLE)
    return wall if wall.year >= _FIRST_YEAR else _problem(_IMPOSSIBLE)


def _length(text: str) -> int:
    """Characters without blanks, of which there are more where a line was wrapped."""
    return sum(map(len, text.split()))


def _problem(what: str, **facts: object) -> Problem:
    """A problem whose place is found later."""
    return Problem(where="", what=what, facts=facts)

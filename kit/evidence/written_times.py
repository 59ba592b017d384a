"""Times and durations as bills and exports write them go in; a date, a clock and seconds come out.

`2026-11-01 14:30:05`, `2026年11月1日 下午2:30`, `11-01 14:30:05` in a bill of one year,
`Nov 1, 2026 2:30:05 PM`, `20261101143005`, milliseconds since 1970; `1分23秒`, `00:01:23`, `83`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"

#: Digits alone, by how many there are.
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
#: Of seconds and of milliseconds since 1970.
_SINCE_1970 = {10: 1, 13: 1_000}

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?",
        r"(?<!\d)(?P<one>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4})",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})",
        rf"(?<!\d)(?P<day>\d{{1,2}})[\s-]{_MONTH}[\s,-]+(?P<year>\d{{4}})",
        r"(?<!\d)(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=[T ]\d)",
        r"(?<!\d)(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?(?![-/\d])",
    )
)
_CLOCK = re.compile(
    r"(?P<half>上午|早上|凌晨|中午|下午|晚上)?\s?(?<!\d)(?P<hour>\d{1,2})\s?[:时時点點]\s?(?P<minute>\d{1,2})"
    r"(?:\s?[:分]\s?(?P<second>\d{1,2})(?:[.,]\d{1,9})?)?\s?[分秒]?\s?(?P<half_after>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"^\s?(?:Z|UTC|GMT|(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?)$",
    re.IGNORECASE,
)
#: In another zone such a time may be in no year at all.
_ENDS_OF_TIME = (MINYEAR, MAXYEAR)
_LATER = ("下午", "晚上", "中午", "p")
_NOON = 12

_DURATION = re.compile(
    r"(?:(?P<hours>\d{1,4})\s?(?:小时|小時|时|時|h[a-z]*|[:'′]))??\s?"
    r"(?:(?P<minutes>\d{1,6})\s?(?:分钟|分鐘|分|m[a-z]*|[:'′]))?\s?"
    r"(?:(?P<seconds>\d{1,9})(?:\.\d*)?\s?(?:秒|s[a-z]*|\"|''|′′)?)?",
    re.IGNORECASE,
)
_OF_MINUTES = re.compile(r"分|\bmin", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell says of a time: a date, a clock, or both."""

    date: date | None = None
    clock: time | None = None
    #: nothing: by the clock of wherever it was written
    zone: tzinfo | None = None

    def at(self, other: Written | None, zone: tzinfo) -> datetime | None:
        """The time, with the other cell where one has the date and one the clock."""
        day = self.date or (other.date if other else None)
        clock = self.clock or (other.clock if other else None)
        known = self.zone or (other.zone if other else None) or zone
        return datetime.combine(day, clock, known) if day and clock is not None else None


def read_time(text: str, year: int | None = None, *, is_day_first: bool | None = None) -> Written:
    """What the text says of a time; what it leaves open is nothing.

    `year` is that of a bill whose rows do not name it; of `1/11/2026`, `is_day_first` decides.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("'\"")
    try:
        found = _of_digits(plain) if plain.isdigit() else _of_words(plain, year, is_day_first)
    except (ValueError, OverflowError):
        return Written()
    return Written() if found.date and found.date.year in _ENDS_OF_TIME else found


def says_order(text: str) -> bool | None:
    """Whether the day comes before the month, where a date of two short numbers tells."""
    found = _DATES[1].search(unicodedata.normalize("NFKC", text))
    one, other = (int(found["one"]), int(found["other"])) if found else (0, 0)
    if max(one, other) <= _NOON or min(one, other) > _NOON:
        return None
    return one > other


def read_duration(text: str, heading: str = "") -> int | None:
    """Seconds; a bare number is minutes where the heading says so."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DURATION.fullmatch(plain) if plain else None
    if found is None:
        return None
    hours, minutes, seconds = (int(found[name] or 0) for name in ("hours", "minutes", "seconds"))
    if plain.isdigit() and _OF_MINUTES.search(heading):
        hours, minutes, seconds = 0, seconds, 0
    return hours * 3600 + minutes * 60 + seconds


def _of_digits(plain: str) -> Written:
    if per_second := _SINCE_1970.get(len(plain)):
        at = _EPOCH + timedelta(milliseconds=int(plain) * 1_000 // per_second)
        return Written(at.date(), at.time(), UTC)
    if len(plain) not in _DIGITS:
        return Written()
    at = datetime.strptime(plain, _DIGITS[len(plain)])  # noqa: DTZ007 (the zone comes later)
    return Written(at.date(), None if len(plain) == 8 else at.time())  # noqa: PLR2004 (a date)


def _of_words(plain: str, year: int | None, is_day_first: bool | None) -> Written:  # noqa: FBT001
    found = next(filter(None, (pattern.search(plain) for pattern in _DATES)), None)
    day = _date(found, year, is_day_first) if found else None
    rest = plain[found.end() :].lstrip("T ") if found else plain
    clock = _CLOCK.search(rest)
    if clock is None:
        return Written(day)
    return replace(_clock(clock, rest[clock.end() :]), date=day)


def _date(found: re.Match[str], year: int | None, is_day_first: bool | None) -> date | None:  # noqa: FBT001
    parts = found.groupdict()
    if (own := parts.get("year") or year) is None:
        return None
    if "one" in parts:
        return _of_short(int(parts["one"]), int(parts["other"]), int(own), is_day_first)
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"])
    return date(int(own), month, int(parts["day"]))


def _of_short(one: int, other: int, year: int, is_day_first: bool | None) -> date | None:  # noqa: FBT001
    """A date such as 1/11/2026."""
    if one == other:
        return date(year, one, other)
    first = one > _NOON if max(one, other) > _NOON else is_day_first
    if first is None:
        return None
    return date(year, other, one) if first else date(year, one, other)


def _clock(found: re.Match[str], after: str) -> Written:
    half = (found["half"] or found["half_after"] or "").lower()
    hour = int(found["hour"])
    if half.startswith(_LATER) and hour < _NOON and not (half == "中午" and hour > _NOON - 2):
        hour += _NOON
    elif half and not half.startswith(_LATER) and hour == _NOON:
        hour = 0
    return Written(
        clock=time(hour, int(found["minute"]), int(found["second"] or 0)), zone=_zone(after)
    )


def _zone(text: str) -> tzinfo | None:
    found = _ZONE.match(text.strip())
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)

"""When messages may go: hours, time zones and a moment go in; moments come out.

Quiet hours fail closed: where no zone is known, or one of several says night, it is night.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kit.errors import HoursError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Unless the borrower says otherwise.
USUAL = "08:00-21:00"
ALWAYS = "00:00-24:00"

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MINUTES_A_DAY = 24 * 60
#: So shortly before the night nothing begins: a message needs a while to leave.
_LAST_MINUTES = 2
#: Hours that are shorter would leave no time to send in.
_SHORTEST = 10
#: After so many steps from one zone's morning to another's no hour suits all of them.
_MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Hours:
    """From one minute of the recipient's day to another, the second not included."""

    begin: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{m // 60:02}:{m % 60:02}" for m in (self.begin, self.end))

    @property
    def always(self) -> bool:
        """Whether there is no quiet time at all."""
        return (self.begin, self.end) == (0, _MINUTES_A_DAY)

    def allow(self, zones: Sequence[str], at: datetime) -> bool:
        """Whether something may begin: it is day in every one of the zones.

        Without a zone it is night; so are the last minutes before it.
        """
        return self.always or (bool(zones) and all(self._is_day(zone, at) for zone in zones))

    def begin_at(self, zones: Sequence[str], at: datetime) -> datetime | None:
        """The first moment, not before `at`, at which something may begin; none: never."""
        moment = at
        for _ in range(_MOST_STEPS):
            if self.allow(zones, moment):
                return moment
            asleep = [zone for zone in zones if not self._is_day(zone, moment)]
            mornings = [self._next(self.begin, zone, moment) for zone in asleep]
            known = [morning for morning in mornings if morning is not None]
            if not known or len(known) < len(asleep):
                return None
            moment = max(known)
        return None

    def end_at(self, zones: Sequence[str], at: datetime) -> datetime | None:
        """When the first of the zones has its night, `at` being day; none: there is no night."""
        if self.always:
            return None
        evenings = [self._next(self.end, zone, at) for zone in zones]
        return min((evening for evening in evenings if evening is not None), default=at)

    def _is_day(self, name: str, at: datetime) -> bool:
        zone = _zone(name)
        if zone is None:
            return False
        local = at.astimezone(zone)
        return self.begin <= local.hour * 60 + local.minute < self.end - _LAST_MINUTES

    def _next(self, minute: int, name: str, at: datetime) -> datetime | None:
        """The next time, after `at`, that clocks there show that minute of the day, or pass it."""
        zone = _zone(name)
        if zone is None:
            return None
        today = at.astimezone(zone).date()
        walls = (
            datetime.combine(today + timedelta(days=days), time()) + timedelta(minutes=minute)
            for days in range(3)
        )
        return min(moment for wall in walls for moment in _shown(wall, zone) if moment > at)


def parse_hours(text: str) -> Hours:
    """Hours as people write them, such as `08:00-21:00`.

    Raises:
        HoursError: it is not that, or the second time is not ten minutes after the first.
    """
    found = _WRITTEN.fullmatch(text.strip().replace("：", ":").replace("－", "-"))
    if found is None:
        raise HoursError
    begin = int(found[1]) * 60 + int(found[2])
    end = int(found[3]) * 60 + int(found[4])
    if not begin + _SHORTEST <= end <= _MINUTES_A_DAY:
        raise HoursError
    return Hours(begin, end)


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _shown(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """When clocks there show that time: once, twice, or not at all, for they jump over it."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return [first, second]
    early, late = second, first
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == early.astimezone(zone).utcoffset():
            early = middle
        else:
            late = middle
    return [late.replace(microsecond=0)]

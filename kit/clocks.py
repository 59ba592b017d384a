"""The clock on the wall: an incident goes in; what the clocks of whoever was reached had comes out.

Where they may live by several clocks, something is so only if it is so by every one of them.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from kit.model import Incident

_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


@cache
def clock(zone: str) -> tzinfo | None:
    """The clock of an IANA zone or a fixed offset; nothing: this computer does not know it."""
    if found := _OFFSET.fullmatch(zone):
        sign, hours, minutes = found.groups()
        ahead = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-ahead if sign == "-" else ahead) if ahead < timedelta(days=1) else None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local(incident: Incident) -> tuple[datetime, ...]:
    """What each of the clocks had; nothing where one of them is not known."""
    clocks = [clock(zone) for zone in incident.zones]
    known = [one for one in clocks if one is not None]
    try:
        return tuple(map(incident.at.astimezone, known)) if len(known) == len(clocks) else ()
    except OverflowError:  # the first day, or the last, that there is
        return ()


def shown(incident: Incident) -> datetime:
    """The time by which it is told: by the first of the clocks, or by UTC."""
    return next(iter(local(incident)), incident.at.astimezone(UTC))


def days(incident: Incident) -> tuple[date, ...]:
    """Each day that it may have been, in order."""
    return tuple(sorted({one.date() for one in local(incident)}))


def day(incident: Incident) -> date:
    """The day by which it is told."""
    return shown(incident).date()


def months_later(day: date, months: int) -> date:
    """The same day so many months later; of a month that is shorter, the last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def written(at: datetime) -> str:
    """A time as a finding has it."""
    return f"{at:%Y-%m-%d %H:%M}"


def exactly(at: datetime) -> str:
    """A time as it was told: with seconds only where somebody, or a phone, noted them."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else written(at)

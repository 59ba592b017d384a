"""Clocks: what somebody tells of a time goes in; the time comes out, by the borrower's clock."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import phone
from kit.evidence import said_time

if TYPE_CHECKING:
    from datetime import tzinfo

    from kit.actions.store import Store

#: A date and a clock, as ISO 8601 has them and as people in China write them.
_TYPED = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日\s*|t|\s+)"
    r"(\d{1,2})(:\d\d(?::\d\d(?:[.,]\d{1,6})?)?)\s*(z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
#: No such call was before, and no clock on earth is farther from UTC: whoever typed it mistyped.
_FIRST_YEAR, _FARTHEST = 2000, timedelta(hours=14)


def own(store: Store, at: datetime) -> tzinfo:
    """The borrower's clock: the region's; where it has several, this computer's."""
    zones = phone.zones_of(store.region)
    return ZoneInfo(zones[0]) if len(zones) == 1 else at.astimezone().tzinfo or UTC


def said(store: Store, text: str) -> datetime | None:
    """The time that somebody tells as people do, such as 昨天 22:30; no such time: nothing."""
    now = store.clock()
    clock = own(store, now)
    found = said_time.find_time(text, now.astimezone(clock))
    return found.replace(tzinfo=own(store, found)) if found else None


def typed(text: str) -> datetime | None:
    """The date and the clock, with the zone where it is there; no such time: nothing."""
    found = _TYPED.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if not found:
        return None
    year, month, day, hour, minutes, zone = found.groups()
    try:
        at = datetime.fromisoformat(
            f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}{minutes}{(zone or '').upper()}"
        )
    except ValueError:  # a day, a clock or a zone that there is not
        return None
    is_likely = at.year >= _FIRST_YEAR and abs(at.utcoffset() or timedelta()) <= _FARTHEST
    return at if is_likely else None


def says_zone(text: str) -> bool:
    """Whether a time that was typed says by which clock it is."""
    at = typed(text)
    return at is not None and at.tzinfo is not None

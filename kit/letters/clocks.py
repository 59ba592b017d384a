"""The time on the clock where somebody was: an incident goes in, its local time comes out."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from kit.model import Incident


def local(incident: Incident) -> datetime:
    """When it was, by the first clock by which it is judged."""
    try:
        return incident.at.astimezone(_clock(incident.zones[0] if incident.zones else "UTC"))
    except OverflowError:  # the first day, or the last, that there is
        return incident.at


@cache
def _clock(zone: str) -> tzinfo:
    """The clock of an IANA name or of a fixed offset, such as `+08:00`."""
    try:
        return datetime.strptime(zone, "%z").tzinfo or UTC if zone[:1] in "+-" else ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError, IsADirectoryError):
        return UTC

"""Clocks: what somebody tells of a time goes in; the time comes out, by the borrower's clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import phone
from kit.evidence import said_time

if TYPE_CHECKING:
    from datetime import tzinfo

    from kit.actions.store import Store


def own(store: Store, at: datetime) -> tzinfo:
    """The borrower's clock: the region's; where it has several, this computer's."""
    zones = phone.zones_of(store.region)
    return ZoneInfo(zones[0]) if len(zones) == 1 else at.astimezone().tzinfo or UTC


def said(store: Store, text: str) -> datetime | None:
    """The time that somebody tells as people do, such as 昨天 22:30; no such time: nothing."""
    now = store.clock()
    clock = own(store, now)
    found = said_time.find_time(text, now.astimezone(clock))
    return found.replace(tzinfo=clock) if found else None


def says_zone(text: str) -> bool:
    """Whether a time as ISO 8601 has it says by which clock it is."""
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is not None
    except ValueError:
        return False

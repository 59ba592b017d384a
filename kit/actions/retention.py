"""Keep people no longer than needed: a start of the kit goes in; when they are forgotten comes out.

Some time after the last plan or import they are forgotten by themselves, at a start of the kit;
never before another start has said so, a week ahead, nor within a week of a sending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit.errors import AlreadyRunningError, RetentionError

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.book import Book

#: Days for which people are kept after the last plan or import.
USUAL_DAYS = 90
#: What is said instead of a number of days.
NEVER = "never"
_MOST_DAYS = 3650
_AHEAD, _DOUBT = timedelta(days=7), timedelta(days=1)
#: Under which the Book keeps when people were brought in last.
BROUGHT_IN_AT = "brought_in_at"
#: Under which it keeps for how long; what would be forgotten when, and for which day it was said.
_AFTER, SAID = "forget_after", "forget_said"
#: Under which it keeps the last time that a clock wrote which was ahead, and when that was seen.
_BY_WRONG_CLOCK = "forget_by_wrong_clock"
#: Between what was said and a start, more days than that are rather the clock's.
_TOO_LONG = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a start of the kit has to say of it."""

    #: on that day people are forgotten
    on: datetime | None = None
    #: they were forgotten just now
    forgotten: bool = False
    #: files that still have people in them
    files: int = 0


def keep_for(store: Store, after: str) -> None:
    """Keep people for so many days after the last plan or import, or until somebody says so.

    Raises:
        RetentionError: that is neither a number of days nor `never`.
    """
    is_number = after.isascii() and after.isdecimal() and len(after) <= len(str(_MOST_DAYS))
    if after != NEVER and not (is_number and 1 <= int(after) <= _MOST_DAYS):
        raise RetentionError(most=_MOST_DAYS)
    with store.changing():
        store.book.set(_AFTER, after)
        store.book.set(SAID, "")


def kept_for(store: Store) -> int | None:
    """For how many days people are kept; nothing: until somebody says so."""
    said = store.book.setting(_AFTER)
    return None if said == NEVER else int(said or USUAL_DAYS)


def due(store: Store) -> datetime | None:
    """When people are forgotten by themselves; nothing: never, or there are none."""
    days = kept_for(store)
    if days is None or not store.book.has_people():
        return None
    last, _ = _begun(store)
    if last is None:
        return None
    at, (_, tried) = last + timedelta(days=days), store.ledger.last_times()
    return max(at, tried + _AHEAD) if tried and tried <= store.clock() else at


def _begun(store: Store) -> tuple[datetime | None, str]:
    """From when it is counted; and of what a clock wrote that was ahead, what is to be kept.

    A time that is still to come counts as the one at which that was seen.
    """
    now, brought_in = store.clock(), store.book.setting(BROUGHT_IN_AT)
    times = [datetime.fromisoformat(brought_in)] if brought_in else []
    times += [planned] if (planned := store.ledger.last_times()[0]) else []
    last = max(times, default=None)
    if last is None or last <= now + _DOUBT:
        return last, ""
    kept, _, seen = store.book.setting(_BY_WRONG_CLOCK).partition(" ")
    if kept == last.isoformat() and (at := datetime.fromisoformat(seen)) <= now:
        return at, ""
    return now, f"{last.isoformat()} {now.isoformat()}"


def begin_anew(book: Book) -> None:
    """What another store has said before is not said in this one, which was made of its copy."""
    book.set(SAID, "")


def when_opened(store: Store) -> Notice:
    """Forget people, if it is time and was said a week before; else what has to be said."""
    now, at = store.clock(), due(store)
    if at is not None and (seen := _begun(store)[1]):
        with store.changing():
            store.book.set(_BY_WRONG_CLOCK, seen)
    if at is None or now < at - _AHEAD:
        return Notice()
    on = _said(store, at, now)
    if now < on:
        return Notice(on=on)
    from kit.actions import forgetting  # most starts have nothing to forget

    try:
        forgetting.forget_book(store)
    except AlreadyRunningError:  # the next start does it
        return Notice(on=on)
    return Notice(forgotten=True, files=len(store.book.written(people=True)))


def _said(store: Store, at: datetime, now: datetime) -> datetime:
    """The day of which it was said; of none, or by a clock that was or is ahead: in a week."""
    kept_at, _, kept_on = store.book.setting(SAID).partition(" ")
    latest = max(at, now + _AHEAD)
    if kept_at == at.isoformat():
        on = datetime.fromisoformat(kept_on)
        if now - _TOO_LONG <= on <= latest:
            return on
    with store.changing():
        store.book.set(SAID, f"{at.isoformat()} {latest.isoformat()}")
    return latest

"""The record: what somebody tells is kept, linked, and seen when anything of it changes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from kit.actions import exhibits, recording
from kit.actions.exhibits import Handed
from kit.actions.recording import Told
from kit.errors import FutureIncidentError, NoIncidentError
from kit.model import EntryKind, IncidentKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock

    from kit.actions.store import Store

pytestmark = pytest.mark.usefixtures("both_stores", "store")
AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
CALL = Told(kind=IncidentKind.CALL, at=AT, number="138 0000 0123", to="妈妈", said="说要找人")


def file(content: bytes = b"\xff\xd8\xff picture") -> Handed:
    return Handed(name="a.jpg", open=lambda: BytesIO(content))


def test_what_was_told_is_kept_once(store: Store) -> None:
    first = recording.add(store, CALL, [file()])
    again = recording.add(store, CALL, [file()])

    assert (first.is_new, again.is_new) == (True, False)
    assert recording.incidents(store) == [first.incident]
    assert exhibits.exhibits(store) == list(first.exhibits) == list(again.exhibits)
    assert b"".join(exhibits.content(store, first.exhibits[0].id)) == b"\xff\xd8\xff picture"
    assert recording.verify(store) == []


def test_a_number_that_is_written_otherwise_makes_no_other_incident(store: Store) -> None:
    first = recording.add(store, CALL)
    again = recording.add(store, replace(CALL, number="+86 13800000123"))
    other = recording.add(store, replace(CALL, number="138 0000 0124"))

    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.incident.number == "138 0000 0123"
    assert recording.add(store, replace(CALL, to="me")).is_new
    assert not recording.add(store, replace(CALL, to="我")).is_new


def test_what_is_removed_is_gone_and_its_gap_stays(store: Store) -> None:
    first = recording.add(store, CALL, [file()])
    recording.add(store, replace(CALL, at=AT + timedelta(hours=1)))
    recording.remove(store, EntryKind.INCIDENT, first.incident.id)

    assert first.incident.id not in [one.id for one in recording.incidents(store)]
    assert exhibits.exhibits(store) == []
    assert list(exhibits.content(store, first.exhibits[0].id)) == []
    assert recording.verify(store) == []
    assert recording.removed(store) == 2
    with pytest.raises(NoIncidentError):
        recording.remove(store, EntryKind.INCIDENT, first.incident.id)


def test_what_is_yet_to_come_is_not_written_down(store: Store) -> None:
    with pytest.raises(FutureIncidentError):
        recording.add(store, replace(CALL, at=store.clock() + timedelta(hours=1)), [file()])

    assert recording.incidents(store) == []
    assert store.record.head()[0] == 0


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer stands where clocks change in March and November."""
    if not hasattr(time, "tzset"):
        pytest.skip("no zone of one process on Windows")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("new_york")
@pytest.mark.parametrize("typed", ["1月5日 22:30", "2026-01-05 22:30"])
def test_where_clocks_change_a_time_is_by_the_clock_of_its_own_day(
    store: Store, clock: Clock, typed: str
) -> None:
    store.book.set("region", "US")
    clock.now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    assert recording.told_time(store, typed) == datetime(2026, 1, 6, 3, 30, tzinfo=UTC)

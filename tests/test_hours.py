from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import HoursError
from kit.hours import Hours, parse_hours

SHANGHAI, NEW_YORK, LONDON = "Asia/Shanghai", "America/New_York", "Europe/London"
DAY = parse_hours("08:00-21:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["08:00-21:00", "00:00-24:00", "00:00-00:10", "23:50-24:00", "08：00－21:00"]
)
def test_hours_are_read_as_they_are_written(text: str) -> None:
    assert str(parse_hours(f" {text} ")) == text.replace("：", ":").replace("－", "-")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-21",
        "8:00-21:00",
        "21:00-08:00",
        "08:00-08:00",
        "08:60-21:00",
        "08:00-24:01",
        "always",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_hours(text)


@pytest.mark.parametrize(
    ("zones", "moment", "day"),
    [
        ((SHANGHAI,), "2026-11-21T00:00", True),
        ((SHANGHAI,), "2026-11-20T23:59", False),
        ((SHANGHAI,), "2026-11-21T12:57", True),
        ((SHANGHAI,), "2026-11-21T12:58", False),
        ((SHANGHAI,), "2026-11-21T13:00", False),
        ((SHANGHAI, NEW_YORK), "2026-11-21T00:30", True),
        ((SHANGHAI, NEW_YORK), "2026-11-21T05:00", False),
        ((SHANGHAI, NEW_YORK), "2026-11-21T15:00", False),
        ((), "2026-11-21T04:00", False),
        (("No/Such_Zone",), "2026-11-21T04:00", False),
        (("../../etc/passwd",), "2026-11-21T04:00", False),
        ((SHANGHAI, "No/Such_Zone"), "2026-11-21T04:00", False),
    ],
)
def test_it_is_day_only_where_every_zone_says_so(
    zones: tuple[str, ...], moment: str, day: bool
) -> None:
    assert DAY.allow(zones, at(moment)) is day
    assert parse_hours("00:00-24:00").allow(zones, at(moment))


@pytest.mark.parametrize(
    ("zones", "moment", "morning"),
    [
        ((SHANGHAI,), "2026-11-21T12:57", "2026-11-21T12:57"),
        ((SHANGHAI,), "2026-11-21T12:58", "2026-11-22T00:00"),
        ((SHANGHAI,), "2026-11-21T13:00", "2026-11-22T00:00"),
        ((SHANGHAI, NEW_YORK), "2026-11-21T02:00", "2026-11-22T00:00"),
        ((NEW_YORK,), "2026-03-07T23:00", "2026-03-07T23:00"),
        ((NEW_YORK,), "2026-03-08T03:00", "2026-03-08T12:00"),
        ((NEW_YORK,), "2026-11-01T03:00", "2026-11-01T13:00"),
        ((), "2026-11-21T13:00", None),
        (("No/Such_Zone",), "2026-11-21T13:00", None),
    ],
)
def test_the_morning_is_the_first_moment_of_day(
    zones: tuple[str, ...], moment: str, morning: str | None
) -> None:
    found = DAY.begin_at(zones, at(moment))

    assert found == (None if morning is None else at(morning))
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "evening"),
    [
        ("2026-03-08T12:00", "2026-03-09T01:00"),  # the day on which clocks go forward
        ("2026-11-01T13:00", "2026-11-02T02:00"),  # the day on which they go back
        ("2026-07-01T12:00", "2026-07-02T01:00"),
        ("2026-11-22T01:00", "2026-11-22T02:00"),  # tomorrow in UTC, and where the borrower is
    ],
)
def test_the_evening_is_by_the_clock_there(moment: str, evening: str) -> None:
    assert DAY.end_at((NEW_YORK,), at(moment)) == at(evening)


def test_the_first_evening_of_several_zones_counts() -> None:
    assert DAY.end_at((LONDON, NEW_YORK), at("2026-11-21T15:00")) == at("2026-11-21T21:00")
    assert parse_hours("00:00-24:00").end_at((SHANGHAI,), at("2026-11-21T15:00")) is None


def test_where_no_clock_is_known_the_night_is_now() -> None:
    now = at("2026-11-21T15:00")

    assert DAY.end_at(("No/Such_Zone",), now) == DAY.end_at((), now) == now


def test_a_time_that_clocks_skip_is_when_they_skip_it() -> None:
    hours = parse_hours("01:00-02:30")  # clocks go from 2:00 to 3:00, at 7:00 UTC

    assert hours.end_at((NEW_YORK,), at("2026-03-08T06:05")) == at("2026-03-08T07:00")
    assert hours.end_at((NEW_YORK,), at("2026-03-08T06:40")) == at("2026-03-08T07:00")
    mornings = {
        Hours(2 * 60 + minute, 4 * 60).begin_at((NEW_YORK,), at("2026-03-08T05:00"))
        for minute in range(60)
    }
    assert mornings == {at("2026-03-08T07:00")}


def test_of_a_time_that_clocks_show_twice_each_counts() -> None:
    hours = parse_hours("00:00-01:30")  # clocks go from 2:00 back to 1:00, at 6:00 UTC

    assert hours.end_at((NEW_YORK,), at("2026-11-01T04:30")) == at("2026-11-01T05:30")
    assert not hours.allow((NEW_YORK,), at("2026-11-01T05:45"))
    assert hours.end_at((NEW_YORK,), at("2026-11-01T06:10")) == at("2026-11-01T06:30")


def test_where_no_hour_suits_all_there_is_no_morning() -> None:
    assert parse_hours("10:00-11:00").begin_at((SHANGHAI, NEW_YORK), at("2026-11-21T00:00")) is None


MINUTES = st.integers(0, 24 * 60)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.lists(
    st.sampled_from([SHANGHAI, NEW_YORK, LONDON, "Australia/Lord_Howe", "Asia/Kolkata"]),
    min_size=1,
    max_size=2,
    unique=True,
)


@given(MINUTES, MINUTES, ZONES, MOMENTS, st.floats(0, 1, exclude_max=True))
def test_from_the_morning_to_the_evening_it_is_day(
    one: int, two: int, zones: list[str], moment: datetime, part: float
) -> None:
    hours = Hours(min(one, two), max(one, two))
    morning = hours.begin_at(zones, moment) if abs(one - two) > 3 else None
    if morning is None:
        return
    evening = hours.end_at(zones, morning) or morning + timedelta(days=1)
    last = max(evening - timedelta(minutes=2, seconds=1), morning)

    assert moment <= morning < evening
    assert hours.allow(zones, morning + (last - morning) * part)

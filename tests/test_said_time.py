"""What people say of a time, and what the clock showed."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.evidence.said_time import find_time

#: A Saturday.
NOW = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001 (the clock on the wall)


@pytest.mark.parametrize(
    ("said", "was"),
    [
        ("刚才", "2026-11-21 10:00"),
        ("9:30", "2026-11-21 09:30"),
        ("９：３０", "2026-11-21 09:30"),
        ("10:00", "2026-11-21 10:00"),
        ("10:01", "2026-11-20 10:01"),
        ("22:30", "2026-11-20 22:30"),
        ("今天 9点", "2026-11-21 09:00"),
        ("昨天 22:30", "2026-11-20 22:30"),
        ("yesterday 22:30", "2026-11-20 22:30"),
        ("昨天晚上十点半", "2026-11-20 22:30"),
        ("昨晚10点半", "2026-11-20 22:30"),
        ("昨晚 1点", "2026-11-21 01:00"),
        ("昨晚12点", "2026-11-21 00:00"),
        ("昨天凌晨12:05", "2026-11-20 00:05"),
        ("昨天下午3点15分", "2026-11-20 15:15"),
        ("昨天中午12点", "2026-11-20 12:00"),
        ("昨天中午1点", "2026-11-20 13:00"),
        ("前天上午11点一刻", "2026-11-19 11:15"),
        ("yesterday 3:15 pm", "2026-11-20 15:15"),
        ("11-01 22:30", "2026-11-01 22:30"),
        ("11月1日晚上10点", "2026-11-01 22:00"),
        ("12月31日 23:59", "2025-12-31 23:59"),
        ("2024年11月1日 晚上10点半", "2024-11-01 22:30"),
        ("2026-11-01 10:30 PM", "2026-11-01 22:30"),
        ("2027-11-01 22:30", "2027-11-01 22:30"),
        ("半小时前", "2026-11-21 09:30"),
        ("10 分钟前", "2026-11-21 09:50"),
        ("2 hours ago", "2026-11-21 08:00"),
        ("今天 22:30", "2026-11-21 22:30"),  # which is yet to come, and refused elsewhere
    ],
)
def test_a_time_is_what_people_mean(said: str, was: str) -> None:
    assert f"{find_time(said, NOW):%Y-%m-%d %H:%M}" == was


@pytest.mark.parametrize(
    "said",
    ["", "昨天", "24:00", "22:60", "晚上25点", "13-01 10:00", "02-30 10:00", "2026-02-30 1:00"],
)
def test_what_is_no_such_time_is_none(said: str) -> None:
    assert find_time(said, NOW) is None


@given(st.text(alphabet="今昨天晚上下午中凌晨十二半点:0123456789月日前分钟 -", max_size=12))
def test_whatever_is_typed_is_a_time_or_none(said: str) -> None:
    found = find_time(said, NOW)

    assert found is None or abs((found - NOW).days) <= 366

"""A time as people tell it, such as 昨天 22:30, goes in; what the clock showed comes out."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

#: How many days ago.
_DAYS = {
    **dict.fromkeys(("今天", "今日", "今早", "今晚", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨晚", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日", "前晚"), 2),
}
_EVENING = ("晚上", "晚", "今晚", "昨晚", "前晚")
_AFTERNOON = ("下午", "傍晚", "pm")
_MORNING = ("凌晨", "早上", "早晨", "上午", "今早", "am")
_NOON = ("中午",)
_PARTS = (*_EVENING, *_AFTERNOON, *_MORNING, *_NOON)
_JUST_NOW = frozenset({"now", "just now", "现在", "現在", "刚才", "剛才", "刚刚", "剛剛"})
_HOURS = {name: n for n, name in enumerate((*"零一二三四五六七八九十", "十一", "十二"))}
_HOURS["两"] = _HOURS["兩"] = 2
_MINUTES = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
_MIDNIGHT, _NOON_HOUR, _LAST_MINUTE = 24, 12, 59
#: Up to this hour of the clock the night belongs to the evening before.
_STILL_NIGHT = 5


def _one_of(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_AGO = re.compile(
    r"(\d{1,3}|半)\s*[个個]?\s*(?:((?:分钟|分鐘)以?前|minutes? ago)|(?:小时|小時)以?前|hours? ago)"
)
_SAID = re.compile(
    rf"(?:(?P<day>{_one_of(_DAYS)})|(?:(?P<year>20\d\d)[-/.年])?(?P<month>\d{{1,2}})[-/.月](?P<date>\d{{1,2}})[日号號]?)?\s*"
    rf"(?P<part>{_one_of(_PARTS)})?\s*"
    rf"(?:(?P<hour>\d{{1,2}})\s*[:点點时時]|(?P<word>{_one_of(_HOURS)})\s*[点點时時])\s*"
    rf"(?P<minute>\d{{1,2}}|半|一刻|三刻|)\s*[分]?\s*(?P<half>am|pm)?"
)


def find_time(text: str, now: datetime) -> datetime | None:
    """What the clock showed when it was, as told at `now` by the same clock; no such time: nothing.

    A clock without a day is the last time that it was so late; a day without a year, likewise.
    """
    said = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    now = now.replace(microsecond=0, tzinfo=None)
    if said in _JUST_NOW:
        return now
    if found := _AGO.fullmatch(said):
        many = 0.5 if found[1] == "半" else int(found[1])
        return now - (timedelta(minutes=many) if found[2] else timedelta(hours=many))
    found = _SAID.fullmatch(said)
    if not found:
        return None
    try:
        return _last(found, now)
    except ValueError:  # a clock or a day that there is not
        return None


def _last(said: re.Match[str], now: datetime) -> datetime | None:
    """The last time, up to now, that it was so."""
    after_midnight = _since_midnight(said)
    if said["day"]:
        return _midnight(now) - timedelta(days=_DAYS[said["day"]]) + after_midnight
    if said["month"]:
        month, date = int(said["month"]), int(said["date"])
        year = int(said["year"] or now.year)
        at = datetime(year, month, date) + after_midnight  # noqa: DTZ001 (the clock on the wall)
        return at if at <= now or said["year"] else at.replace(year=at.year - 1)
    at = _midnight(now) + after_midnight
    return at if at <= now else at - timedelta(days=1)


def _since_midnight(said: re.Match[str]) -> timedelta:
    hour = int(said["hour"]) if said["hour"] else _HOURS[said["word"]]
    minute = _MINUTES.get(said["minute"])
    minute = int(said["minute"]) if minute is None else minute
    hour = _of_the_day(hour, said["half"] or said["part"] or said["day"] or "")
    if minute > _LAST_MINUTE:
        raise ValueError
    return timedelta(hours=hour, minutes=minute)


def _of_the_day(hour: int, part: str) -> int:
    """The hour on a clock of 24, as it is meant in that part of the day."""
    if hour > _NOON_HOUR:
        if hour >= _MIDNIGHT:
            raise ValueError
        return hour
    if part in _EVENING:  # 昨晚 1 点 is after midnight
        return hour + (_MIDNIGHT if hour < _STILL_NIGHT else _NOON_HOUR)
    if part in (*_AFTERNOON, *_NOON):
        is_past_noon = hour < _NOON_HOUR and (part in _AFTERNOON or hour < _STILL_NIGHT)
        return hour + _NOON_HOUR if is_past_noon else hour
    return hour % _NOON_HOUR if part in _MORNING else hour


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)

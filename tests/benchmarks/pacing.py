"""Android's rule, 30 segments in 30 minutes, against the real pace, by a clock that is not real.

The run, the ledger, the channel and the phone are all the real ones or their stand-in; only time is
simulated. A text takes up to a few seconds, never the same, from the claim to the phone.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.measures import Row
from standins.android import HALF_AN_HOUR, MOST_SEGMENTS, PASSWORD, USER, AndroidPhone

from kit import plan as planning
from kit import sms
from kit.actions.planning import Request, pace_of
from kit.actions.sending import Sending
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.channels.android import AndroidChannel
from kit.hours import ALWAYS, parse_hours
from kit.model import E164, Contact, Group, Message, Plan, Tone
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from kit.actions.store import Store
    from kit.model import Attempt, Receipt

BEGIN = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
#: Characters of a Chinese text of so many segments.
_LENGTHS = {1: 70, 2: 134, 3: 201, 4: 268}
_SLOWEST_S = 5.0
#: The channel's pace with the caps of the hour and the day lifted.
PACE = pace_of(Request(channel="android", max_per_hour=0, max_per_day=0))


class Clock:
    """Goes when it is told."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def rest(self, stopped: Event, seconds: float) -> bool:
        self.go(seconds)
        return not stopped.is_set()


class Slow(AndroidChannel):
    """The way to the phone takes its time."""

    def __init__(self, phone: AndroidPhone, clock: Clock) -> None:
        given = {"android_url": phone.url, "android_user": USER, "android_password": PASSWORD}
        super().__init__(replace(load({}), **given), clock, clock.go)  # type: ignore[arg-type]
        self._go = clock.go
        self._random = random.Random(1)  # noqa: S311  # it draws no secret

    def send(self, attempt: Attempt) -> Receipt:
        self._go(self._random.uniform(0, _SLOWEST_S))
        return super().send(attempt)


@dataclass(frozen=True, slots=True)
class Day:
    """What the phone did with the texts of a run."""

    left: int
    refused: int
    #: segments that left, against what the window allows in that time
    share: float


def rows() -> list[Row]:
    """Texts of one length each and a mix of them, by ours; then by those who do not count."""
    found: list[Row] = []
    for name, lengths in kinds(20).items():
        day = ours(lengths)
        found.append(Row(f"texts of {name} segments refused by Android", day.refused, at_most=0))
        found.append(Row(f"share of Android's window, {name} segments", day.share, at_least=0.9))
    for name, lengths in kinds(20).items():
        at_once, in_lots = naive(lengths, lot=len(lengths)), naive(lengths, lot=MOST_SEGMENTS)
        found += [
            Row(f"refused of {len(lengths)} of {name} segments, all at once", at_once.refused),
            Row(f"refused of {len(lengths)} of {name} segments, 30 in 30 min", in_lots.refused),
        ]
    return found


def kinds(windows: int) -> dict[str, list[int]]:
    """Lengths of texts that would fill so many half-hours."""
    same = {str(one): [one] * (MOST_SEGMENTS // one * windows) for one in _LENGTHS}
    mean = sum(_LENGTHS) / len(_LENGTHS)
    count = int(MOST_SEGMENTS / mean) * windows
    return {**same, "1 to 4": random.Random(1).choices(list(_LENGTHS), k=count)}  # noqa: S311


def ours(lengths: Sequence[int]) -> Day:
    """The whole run of a plan, which waits for the pace where it must."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, AndroidPhone(clock) as phone:
        phone.at_once = True
        settings = load({"KIT_HOME": folder, "KIT_KEY_FILE": f"{folder}/key"})
        settings = replace(settings, android_url=phone.url)
        store = open_store(settings, Nobody(), clock, clock.rest)
        plan = _frozen(store, lengths)
        channel = Slow(phone, clock)
        for _ in Sending(store, plan, {"android": channel}, waits=True).outcomes():
            pass
        channel.close()
        store.close()
        return day_of(phone)


def naive(lengths: Sequence[int], lot: int) -> Day:
    """So many messages, whatever their length, then half an hour of nothing."""
    clock = Clock()
    phone = AndroidPhone(clock)
    phone.at_once = True
    for n, length in enumerate(lengths):
        if n and n % lot == 0:
            clock.now = BEGIN + n // lot * HALF_AN_HOUR
        phone.take(
            {
                "id": str(n),
                "phoneNumbers": [_number(n)],
                "textMessage": {"text": text_of(length)},
                "validUntil": (clock() + HALF_AN_HOUR).isoformat(),
            }
        )
    return day_of(phone)


def day_of(phone: AndroidPhone) -> Day:
    """What left, against the window's allowance: so much a half-hour, and as much to begin with."""
    left = [phone.texts[id_] for id_ in phone.left]
    longest = max(text.segments for text in left)
    same = all(text.segments == longest for text in left)
    allowed = MOST_SEGMENTS // longest * longest if same else MOST_SEGMENTS
    moments = [datetime.fromisoformat(text.times["Sent"]) for text in left]
    windows = (moments[-1] - moments[0]) / HALF_AN_HOUR
    return Day(
        left=len(left),
        refused=sum("LIMIT_EXCEEDED" in (text.error or "") for text in phone.texts.values()),
        share=sum(text.segments for text in left) / (allowed * (windows + 1)),
    )


def text_of(segments: int) -> str:
    return "短" * _LENGTHS[segments]


def _number(n: int) -> E164:
    return E164(f"+861380000{n:04}")


def _frozen(store: Store, lengths: Sequence[int]) -> Plan:
    """A plan of these texts, foreseen as the program foresees them."""
    notice_id = uuid4().hex
    messages, finish_at = planning.schedule(
        [_message(n, length, notice_id) for n, length in enumerate(lengths)],
        [],
        BEGIN,
        parse_hours(ALWAYS),
        PACE,
    )
    plan = Plan(
        id=uuid4().hex,
        notice_id=notice_id,
        channel="android",
        rehearsal=False,
        frozen_at=BEGIN,
        finish_at=finish_at,
        sender="小明",
        price_per_segment="",
        currency="",
        hours=ALWAYS,
        pace=PACE,
        registered_sender=False,
        messages=messages,
        skips=(),
    )
    with store.changing():
        store.ledger.open_notice(notice_id, BEGIN, rehearsal=False)
        store.book.save(
            Contact(id=f"{n:012x}", names=(f"n{n}",), numbers=(_number(n),), group=Group.EVERYONE)
            for n in range(len(lengths))
        )
        store.ledger.freeze(plan)
    return plan


def _message(n: int, segments: int, notice_id: str) -> Message:
    text = text_of(segments)
    return Message(
        id=planning.message_id(f"{n:012x}", notice_id),
        contact_id=f"{n:012x}",
        recipient=_number(n),
        others=(),
        channel="android",
        group=Group.EVERYONE,
        tone=Tone.NEUTRAL,
        language="zh-Hans",
        text=text,
        encoding=sms.encoding(text),
        segments=len(sms.segments(text)),
        zones=(),
        foreseen_at=BEGIN,
    )

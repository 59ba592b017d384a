"""The pace of every channel, over all threads and processes: slots go in and out, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector import Database

#: Until when nobody asked to wait.
_NEVER = datetime.min.replace(tzinfo=UTC)
#: A pace that points further ahead than this was written by a clock that has been set back.
_LONGEST_HOLD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChannelPace:
    """When the next message may leave by a channel."""

    next_at: datetime
    held_until: datetime
    paused: bool


class Paces:
    """When the next message may leave by each channel."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    def reserve(self, channel: str, now: datetime, between: timedelta) -> tuple[datetime, datetime]:
        """Take the next moment at which one message may leave; and until when all are held."""
        with self._connection.writing():
            pace = self.of(channel, now)
            slot = max(pace.next_at, pace.held_until)
            self._save(channel, replace(pace, next_at=slot + between), now)
        return slot, pace.held_until

    def hold(self, channel: str, now: datetime, until: datetime) -> None:
        """Nothing leaves by the channel before then; a longer wait than an hour is cut short."""
        with self._connection.writing():
            pace = self.of(channel, now)
            held_until = max(pace.held_until, min(until, now + _LONGEST_HOLD))
            self._save(channel, replace(pace, held_until=held_until), now)

    def is_paused(self, channel: str) -> bool:
        """Whether the provider refused so much that the next run is to try one."""
        rows = self._connection.rows(self._sql["pace"], {"channel": channel})
        return bool(rows and rows[0]["paused"])

    def pause(self, channel: str, now: datetime, *, paused: bool) -> None:
        """Write down whether the next run is to try one first."""
        with self._connection.writing():
            self._save(channel, replace(self.of(channel, now), paused=paused), now)

    def of(self, channel: str, now: datetime) -> ChannelPace:
        """The pace of a channel; what a clock wrote that was ahead does not count."""
        rows = self._connection.rows(self._sql["pace"], {"channel": channel})
        if not rows:
            return ChannelPace(now, now, paused=False)
        next_at, held_until = read(rows[0]["next_at"]), read(rows[0]["held_until"])
        last = now + _LONGEST_HOLD
        return ChannelPace(
            next_at=next_at if now < next_at <= last else now,
            held_until=held_until if now < held_until <= last else now,
            paused=bool(rows[0]["paused"]),
        )

    def _save(self, channel: str, pace: ChannelPace, now: datetime) -> None:
        """Keep the pace; where nobody asked to wait, no clock that is set back must find a wait."""
        held_until = pace.held_until if pace.held_until > now else _NEVER
        values = {
            "channel": channel,
            "next_at": written(pace.next_at),
            "held_until": written(held_until),
            "paused": pace.paused,
        }
        self._connection.write(self._sql["save_pace"], values)

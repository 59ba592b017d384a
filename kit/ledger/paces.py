"""The pace of every sender, over all threads, processes and machines: slots go in and out.

A store on one's own computer has one sender for each channel. In a clinic the cases share senders:
what is asked of those stands in the queries as `…_of_sender`, and one row of the database is held
by whoever takes a slot or claims, so that nobody else of any case does so at the same time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kit.model import RETRIED, Status
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kit.connector import Database
    from kit.model import Attempt, Receipt

#: Until when nobody asked to wait.
_NEVER = datetime.min.replace(tzinfo=UTC)
#: A pace that points further ahead than this was written by a clock that has been set back.
_LONGEST_HOLD = timedelta(hours=1)
#: As far as a clock that was ahead may have been for its claims to be believed.
_FURTHEST_AHEAD = timedelta(days=1)
#: No pace looks back further; what a shared sender claimed before is not kept.
_LOOKED_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ChannelPace:
    """When the next message may leave by a channel."""

    next_at: datetime
    held_until: datetime
    paused: bool


class Paces:
    """When the next message may leave by each channel, and what has left."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    def take_turn(self, channel: str, now: datetime) -> None:
        """Nobody else of any case takes a slot, or claims, by that sender until the block ends.

        It stands inside `writing()`, which lets nobody else of this case.
        """
        if not (sender := self._shared(channel)):
            return
        values = {"sender": sender, "at": written(now)}
        if not self._connection.rows(self._sql["lock_sender"], values):
            self._connection.write(self._sql["begin_pace_of_sender"], values)
            self._connection.rows(self._sql["lock_sender"], values)

    def reserve(self, channel: str, now: datetime, between: timedelta) -> tuple[datetime, datetime]:
        """Take the next moment at which one message may leave; and until when all are held."""
        with self._connection.writing():
            self.take_turn(channel, now)
            pace = self.of(channel, now)
            slot = max(pace.next_at, pace.held_until)
            self._save(channel, replace(pace, next_at=slot + between), now)
        return slot, pace.held_until

    def hold(self, channel: str, now: datetime, until: datetime) -> None:
        """Nothing leaves by the channel before then; a longer wait than an hour is cut short."""
        with self._connection.writing():
            self.take_turn(channel, now)
            pace = self.of(channel, now)
            held_until = max(pace.held_until, min(until, now + _LONGEST_HOLD))
            self._save(channel, replace(pace, held_until=held_until), now)

    def is_paused(self, channel: str) -> bool:
        """Whether the provider refused so much that the next run is to try one."""
        rows = self._rows("pace", channel)
        return bool(rows and rows[0]["paused"])

    def pause(self, channel: str, now: datetime, *, paused: bool) -> None:
        """Write down whether the next run is to try one first."""
        with self._connection.writing():
            self.take_turn(channel, now)
            self._save(channel, replace(self.of(channel, now), paused=paused), now)

    def of(self, channel: str, now: datetime) -> ChannelPace:
        """The pace of a channel; what a clock wrote that was ahead does not count."""
        rows = self._rows("pace", channel)
        if not rows:
            return ChannelPace(now, now, paused=False)
        next_at, held_until = read(rows[0]["next_at"]), read(rows[0]["held_until"])
        last = now + _LONGEST_HOLD
        return ChannelPace(
            next_at=next_at if now < next_at <= last else now,
            held_until=held_until if now < held_until <= last else now,
            paused=bool(rows[0]["paused"]),
        )

    def count(self, attempt: Attempt, segments: int) -> None:
        """Count a try that was claimed, where its sender is not of this case alone."""
        sender, common = self._shared(attempt.channel), self._connection.common
        if common is None or not sender:
            return
        values = {
            "attempt": common.attempt(attempt.id),
            "sender": sender,
            "claimed_at": written(attempt.claimed_at),
            "segments": segments,
            "before": written(attempt.claimed_at - _LOOKED_BACK),
        }
        self._connection.write(self._sql["save_claim_of_sender"], values)

    def settle(self, attempt_id: str, receipt: Receipt) -> None:
        """What was surely not taken counts no more in an hour or a day of a shared sender."""
        common = self._connection.common
        if common is None:
            return
        has_gone = receipt.status is not Status.PLANNED or receipt.code == RETRIED
        values = {"attempt": common.attempt(attempt_id), "has_gone": has_gone}
        self._connection.write(self._sql["settle_claim_of_sender"], values)

    def count_moved(self, now: datetime) -> None:
        """Count what was claimed lately in the store that this case was made of.

        By whose account it went nobody knows: where the clinic has a sender for it, by that.
        """
        common, since = self._connection.common, written(now - _LOOKED_BACK)
        if common is None:
            return
        rows = self._connection.rows(self._sql["claimed_since"], {"since": since})
        for channel in sorted({row["channel"] for row in rows}):
            self.take_turn(channel, now)
        counted = [
            {
                "attempt": common.attempt(row["attempt_id"]),
                "sender": sender,
                "claimed_at": row["claimed_at"],
                "segments": row["segments"],
                "before": since,
                "has_gone": row["status"] != Status.PLANNED or row["code"] == RETRIED,
            }
            for row in rows
            if (sender := self._shared(row["channel"]))
        ]
        for name in ("save_claim_of_sender", "settle_claim_of_sender"):
            self._connection.write_all(self._sql[name], counted)

    def gone(
        self, channels: Iterable[str], since: datetime, now: datetime, by: str
    ) -> list[tuple[datetime, int]]:
        """When each message that has left by these channels was claimed, and its segments.

        By the sender of `by`, where it is shared, of all cases; else of this one alone. A claim of
        tomorrow was made by a clock that has been set back: it counts as of now.
        """
        sender, own = self._shared(by), set(channels)
        values = {
            "since": written(since),
            "before": written(now + _FURTHEST_AHEAD),
            "retried": RETRIED,
            "sender": sender,
            "channels": json.dumps(sorted(own - {by} if sender else own)),
        }
        rows = self._connection.rows(self._sql["gone_since"], values)
        if sender:
            rows += self._connection.rows(self._sql["gone_of_sender"], values)
        return sorted((min(read(row["claimed_at"]), now), row["segments"]) for row in rows)

    def confirmed(
        self, channels: Iterable[str], since: datetime, now: datetime
    ) -> list[tuple[datetime, int]]:
        """When the borrower said of each message by these channels that it went; its segments."""
        values = {
            "channels": json.dumps(sorted(channels)),
            "since": written(since),
            "before": written(now + _FURTHEST_AHEAD),
        }
        rows = self._connection.rows(self._sql["confirmed_since"], values)
        return [(min(read(row["at"]), now), row["segments"]) for row in rows]

    def claimed(self, channel: str, since: datetime, until: datetime) -> list[datetime]:
        """When each try by the channel in that time was claimed, whatever became of it."""
        between = {"since": written(since), "until": written(until)}
        rows = self._rows("claimed_between", channel, **between)
        return [read(row["claimed_at"]) for row in rows]

    def _save(self, channel: str, pace: ChannelPace, now: datetime) -> None:
        """Keep the pace; where nobody asked to wait, no clock that is set back must find a wait."""
        held_until = pace.held_until if pace.held_until > now else _NEVER
        values = {
            "channel": channel,
            "sender": self._shared(channel),
            "next_at": written(pace.next_at),
            "held_until": written(held_until),
            "paused": pace.paused,
        }
        self._connection.write(self._query("save_pace", channel), values)

    def _rows(self, name: str, channel: str, **values: str) -> list[dict[str, Any]]:
        sender = self._shared(channel)
        asked = {"channel": channel, "sender": sender, **values}
        return self._connection.rows(self._query(name, channel), asked)

    def _query(self, name: str, channel: str) -> str:
        return self._sql[f"{name}_of_sender" if self._shared(channel) else name]

    def _shared(self, channel: str) -> str:
        """The channel's sender, where other cases have it too; else nothing."""
        return self._connection.common.sender(channel) if self._connection.common else ""

"""The Ledger: what was planned, claimed, answered and written back. It only grows.

A message is claimed, and the claim is on the disk, before a channel is touched; so a crash at any
point leaves a claim without an answer, never a message that goes out twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid5

from kit.connector import queries
from kit.model import (
    NAMESPACE,
    OPEN_STATUSES,
    Address,
    Attempt,
    Fault,
    Group,
    Heard,
    Meaning,
    Message,
    Pace,
    Plan,
    Receipt,
    Reply,
    Skip,
    SkipReason,
    Standing,
    Status,
    Tone,
    Try,
    Way,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kit.connector import Connection

_FOLDER = Path(__file__).parent
#: A pace that points further ahead than this was written by a clock that has been set back.
_LONGEST_HOLD = timedelta(hours=1)


def attempt_id(message_id: str, recipient: Address, n: int) -> str:
    """The id of the n-th try of a message, to that recipient."""
    return str(uuid5(NAMESPACE, f"{message_id} {recipient} {n}"))


class Ledger:
    """Plans, attempts, receipts, replies and opt-outs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sql = queries(_FOLDER)
        connection.bring_up_to_date("ledger", _FOLDER / "schema")
        self._key = b""

    def open_notice(self, notice_id: str, at: datetime, *, rehearsal: bool) -> None:
        """Write down a notice that messages will belong to."""
        values = {"id": notice_id, "rehearsal": rehearsal, "at": _written(at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_notice"], values)

    def real_notice(self) -> str:
        """The id of the one notice that is not a rehearsal, or an empty text."""
        rows = self._connection.rows(self._sql["real_notice"])
        return str(rows[0]["id"]) if rows else ""

    def freeze(self, plan: Plan) -> None:
        """Keep the plan as it is; it takes the place of the one before."""
        with self._connection.writing():
            self._connection.write(self._sql["save_plan"], _plan_row(plan))
            self._connection.write_all(
                self._sql["save_message"],
                (
                    {**_message_row(message), "plan_id": plan.id, "position": position}
                    for position, message in enumerate(plan.messages, 1)
                ),
            )
            self._connection.write_all(
                self._sql["save_skip"],
                (
                    {
                        "plan_id": plan.id,
                        "position": position,
                        "contact_id": skip.contact_id,
                        "reason": skip.reason.value,
                    }
                    for position, skip in enumerate(plan.skips, 1)
                ),
            )

    def current_plan(self) -> Plan | None:
        """The plan frozen last."""
        rows = self._connection.rows(self._sql["current_plan"])
        if not rows:
            return None
        row = rows[0]
        values = {"plan_id": row["id"]}
        messages = self._connection.stream(self._sql["messages"], values)
        skips = self._connection.stream(self._sql["skips"], values)
        shared: dict[tuple[str, str], Any] = {}
        return Plan(
            id=row["id"],
            notice_id=row["notice_id"],
            channel=row["channel"],
            rehearsal=bool(row["rehearsal"]),
            frozen_at=_read(row["frozen_at"]),
            finish_at=_read(row["finish_at"]),
            sender=row["sender"],
            price_per_segment=row["price_per_segment"],
            currency=row["currency"],
            hours=row["hours"],
            pace=Pace(**json.loads(row["pace"])),
            registered_sender=bool(row["registered_sender"]),
            messages=tuple(_message(one, shared) for one in messages),
            skips=tuple(
                Skip(contact_id=one["contact_id"], reason=SkipReason(one["reason"]))
                for one in skips
            ),
        )

    def standings(self, notice_id: str) -> dict[str, Standing]:
        """Where each message of a notice that was ever tried stands, by its id."""
        rows = self._connection.stream(self._sql["standings"], {"notice_id": notice_id})
        return {row["message_id"]: _standing(row) for row in rows}

    def statuses(self, notice_id: str) -> dict[str, Status]:
        """The status of each message of a notice that was ever tried, by its id."""
        rows = self._connection.stream(self._sql["statuses"], {"notice_id": notice_id})
        return {row["message_id"]: _STATUS[row["status"]] for row in rows}

    def told(self, notice_id: str) -> tuple[frozenset[str], frozenset[Address]]:
        """Contacts and addresses that the notice has reached, or may have reached."""
        rows = self._connection.stream(self._sql["told_recipients"], {"notice_id": notice_id})
        pairs = [(row["contact_id"], row["recipient"]) for row in rows]
        return frozenset(one for one, _ in pairs), frozenset(one for _, one in pairs)

    def tries(self, message_id: str) -> list[Try]:
        """Every try of a message, the first one first."""
        rows = self._connection.rows(self._sql["tries"], {"message_id": message_id})
        return [
            Try(
                **{
                    **row,
                    "status": Status(row["status"]),
                    "fault": _fault(row["fault"]),
                    "at": _read(row["at"]),
                }
            )
            for row in rows
        ]

    def dead(self, notice_id: str, channel: str) -> frozenset[Address]:
        """The addresses that take no message by that channel."""
        values = {"notice_id": notice_id, "channel": channel}
        rows = self._connection.rows(self._sql["dead"], values)
        return frozenset(row["recipient"] for row in rows)

    def claim(self, plan: Plan, message: Message, way: Way, at: datetime) -> Attempt | None:
        """Take the message on that way, so that nobody else can; on the disk when this returns.

        Nothing is claimed when the message is already on its way or done, when another message of
        this notice has gone to one of the contact's addresses, or when a newer plan took this
        one's place.
        """
        with self._connection.writing():
            n = self._next_try(plan, message, way)
            if n == 0:
                return None
            attempt = Attempt(
                id=attempt_id(message.id, way.recipient, n),
                message_id=message.id,
                channel=way.channel,
                recipient=way.recipient,
                text=message.text,
                language=message.language,
                n=n,
                claimed_at=at,
                until=way.until,
            )
            self._save_attempt(attempt, plan, message.contact_id, way.segments)
        return attempt

    def save_told(self, plan: Plan, message_id: str, contact_id: str, at: datetime) -> None:
        """Write down that the borrower has told somebody in person."""
        with self._connection.writing():
            n = len(self.tries(message_id)) + 1
            attempt = Attempt(
                id=attempt_id(message_id, _NO_ADDRESS, n),
                message_id=message_id,
                channel=IN_PERSON,
                recipient=_NO_ADDRESS,
                text="",
                language="",
                n=n,
                claimed_at=at,
                until=at,
            )
            self._save_attempt(attempt, plan, contact_id, 0)
            self.record(attempt.id, Receipt(status=Status.DELIVERED, at=at, code="borrower:told"))

    def open_attempts(self, notice_id: str, channel: str, *statuses: Status) -> list[Attempt]:
        """The attempts of a notice by that channel that stand so, oldest first."""
        values = {
            "notice_id": notice_id,
            "channel": channel,
            "statuses": json.dumps([status.value for status in statuses]),
        }
        return [_attempt(row) for row in self._connection.rows(self._sql["open_attempts"], values)]

    def channels_in_use(self, notice_id: str) -> list[str]:
        """The channels by which messages of the notice were ever tried."""
        rows = self._connection.rows(self._sql["channels_in_use"], {"notice_id": notice_id})
        return [row["channel"] for row in rows]

    def record(self, attempt_id: str, receipt: Receipt) -> None:
        """Write down what was said of an attempt."""
        values = {
            "attempt_id": attempt_id,
            "status": receipt.status.value,
            "provider_id": receipt.provider_id,
            "code": receipt.code,
            "fault": receipt.fault.value if receipt.fault else "",
            "at": _written(receipt.at),
        }
        with self._connection.writing():
            self._connection.write(self._sql["save_receipt"], values)

    def gone_since(self, channels: Iterable[str], since: datetime) -> list[tuple[datetime, int]]:
        """When each message that has left by these channels was claimed, and its segments."""
        values = {"channels": json.dumps(sorted(channels)), "since": _written(since)}
        rows = self._connection.rows(self._sql["gone_since"], values)
        return [(_read(row["claimed_at"]), row["segments"]) for row in rows]

    def claimed_between(self, channel: str, since: datetime, until: datetime) -> list[datetime]:
        """When each attempt by the channel in that time was claimed, whatever became of it."""
        values = {"channel": channel, "since": _written(since), "until": _written(until)}
        rows = self._connection.rows(self._sql["claimed_between"], values)
        return [_read(row["claimed_at"]) for row in rows]

    def reserve(self, channel: str, now: datetime, between: timedelta) -> datetime:
        """The next moment at which one message may leave by the channel; it is taken with this."""
        with self._connection.writing():
            slot, paused = self._pace(channel, now)
            self._save_pace(channel, slot + between, paused=paused)
        return slot

    def hold(self, channel: str, until: datetime) -> None:
        """Nothing leaves by the channel before then."""
        with self._connection.writing():
            next_at, paused = self._pace(channel, until)
            self._save_pace(channel, max(next_at, until), paused=paused)

    def is_paused(self, channel: str) -> bool:
        """Whether the provider refused so much that the next run is to try one."""
        rows = self._connection.rows(self._sql["pace"], {"channel": channel})
        return bool(rows and rows[0]["paused"])

    def pause(self, channel: str, now: datetime, *, paused: bool) -> None:
        """Write down whether the next run is to try one first."""
        with self._connection.writing():
            next_at, _ = self._pace(channel, now)
            self._save_pace(channel, next_at, paused=paused)

    def opt_out(
        self, addresses: Iterable[Address], meaning: Meaning, heard_by: str, at: datetime
    ) -> None:
        """Keep, for ever, that nothing may go there; only a keyed hash of each address is kept."""
        with self._connection.writing():
            self._connection.write_all(
                self._sql["save_opt_out"],
                [
                    {
                        "hash": self._hash(address),
                        "meaning": meaning.value,
                        "heard_by": heard_by,
                        "at": _written(at),
                    }
                    for address in addresses
                ],
            )

    def opted_out(self, addresses: Iterable[Address]) -> dict[Address, Meaning]:
        """Which of these addresses nothing may go to, and why."""
        if not self._connection.rows(self._sql["has_opt_outs"])[0]["count"]:
            return {}
        found: dict[Address, Meaning] = {}
        for address in addresses:
            rows = self._connection.rows(self._sql["opt_out"], {"hash": self._hash(address)})
            if rows:
                found[address] = Meaning(rows[0]["meaning"])
        return found

    def hear(self, heard: Heard) -> bool:
        """Keep a reply; false when it was heard before."""
        reply = heard.reply
        values = {
            "channel": reply.channel,
            "provider_id": reply.provider_id,
            "sender": reply.sender,
            "contact_id": heard.contact_id,
            "text": reply.text,
            "meaning": heard.meaning.value,
            "at": _written(reply.at),
        }
        with self._connection.writing():
            if self._connection.rows(self._sql["reply_count"], values)[0]["count"]:
                return False
            self._connection.write(self._sql["save_reply"], values)
        return True

    def replies(self) -> list[Heard]:
        """Every reply, the oldest first."""
        return [
            Heard(
                reply=Reply(
                    channel=row["channel"],
                    sender=row["sender"],
                    text=row["text"],
                    at=_read(row["at"]),
                    provider_id=row["provider_id"],
                ),
                contact_id=row["contact_id"],
                meaning=Meaning(row["meaning"]),
            )
            for row in self._connection.rows(self._sql["replies"])
        ]

    def who_was_told_at(self, notice_id: str, recipient: Address) -> list[tuple[str, str, Status]]:
        """Contact, attempt and status of every try to that address, the last one first."""
        values = {"notice_id": notice_id, "recipient": recipient}
        rows = self._connection.rows(self._sql["who_was_told_at"], values)
        return [(row["contact_id"], row["attempt_id"], Status(row["status"])) for row in rows]

    def _next_try(self, plan: Plan, message: Message, way: Way) -> int:
        """The number of the next try, or 0 when there may be none."""
        current = self._connection.rows(self._sql["current_plan_id"])
        values = {
            "notice_id": plan.notice_id,
            "addresses": json.dumps(sorted({*way.addresses, way.recipient})),
            "message_id": message.id,
        }
        others = self._connection.rows(self._sql["others_with_these_addresses"], values)
        if current[0]["id"] != plan.id or others[0]["others"]:
            return 0
        standing = self._connection.rows(self._sql["standing"], {"message_id": message.id})
        if not standing:
            return 1
        return 0 if standing[0]["status"] in OPEN_STATUSES else int(standing[0]["n"]) + 1

    def _save_attempt(self, attempt: Attempt, plan: Plan, contact_id: str, segments: int) -> None:
        values = {
            "id": attempt.id,
            "notice_id": plan.notice_id,
            "plan_id": plan.id,
            "message_id": attempt.message_id,
            "contact_id": contact_id,
            "n": attempt.n,
            "recipient": attempt.recipient,
            "channel": attempt.channel,
            "claimed_at": _written(attempt.claimed_at),
            "until": _written(attempt.until),
            "segments": segments,
        }
        self._connection.write(self._sql["save_attempt"], values)

    def _pace(self, channel: str, now: datetime) -> tuple[datetime, bool]:
        """When the next one may leave, not before `now`, and whether the channel is paused."""
        rows = self._connection.rows(self._sql["pace"], {"channel": channel})
        if not rows:
            return now, False
        next_at, paused = _read(rows[0]["next_at"]), bool(rows[0]["paused"])
        return (next_at if now < next_at <= now + _LONGEST_HOLD else now), paused

    def _save_pace(self, channel: str, next_at: datetime, *, paused: bool) -> None:
        values = {"channel": channel, "next_at": _written(next_at), "paused": paused}
        self._connection.write(self._sql["save_pace"], values)

    def _hash(self, address: Address) -> str:
        if not self._key:
            with self._connection.writing():
                values = {"value": secrets.token_bytes(32)}
                self._connection.write(self._sql["save_secret"], values)
            self._key = self._connection.rows(self._sql["secret"])[0]["value"]
        return hmac.new(self._key, address.lower().encode(), hashlib.sha256).hexdigest()


#: The channel of what the borrower said themselves.
IN_PERSON = "in_person"
_NO_ADDRESS = cast("Address", "")
_STATUS = {status.value: status for status in Status}


def _fault(value: str) -> Fault | None:
    return Fault(value) if value else None


def _attempt(row: Mapping[str, Any]) -> Attempt:
    return Attempt(
        **{
            **row,
            "claimed_at": _read(row["claimed_at"]),
            "until": _read(row["until"]),
            "earlier": tuple(json.loads(row["earlier"])),
        }
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        **{
            **row,
            "status": _STATUS[row["status"]],
            "fault": _fault(row["fault"]),
            "at": _read(row["at"]),
        }
    )


def _written(at: datetime) -> str:
    """One length, so that text sorts as time does."""
    return at.isoformat(timespec="microseconds")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _plan_row(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "notice_id": plan.notice_id,
        "channel": plan.channel,
        "sender": plan.sender,
        "price_per_segment": plan.price_per_segment,
        "currency": plan.currency,
        "hours": plan.hours,
        "pace": json.dumps(asdict(plan.pace)),
        "registered_sender": plan.registered_sender,
        "frozen_at": _written(plan.frozen_at),
        "finish_at": _written(plan.finish_at),
    }


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "contact_id": message.contact_id,
        "recipient": message.recipient,
        "others": json.dumps(message.others),
        "channel": message.channel,
        "group": message.group.value,
        "tone": message.tone.value,
        "language": message.language,
        "text": message.text,
        "encoding": message.encoding,
        "segments": message.segments,
        "zones": json.dumps(message.zones),
        "foreseen_at": _written(message.foreseen_at),
    }


def _message(row: Mapping[str, Any], shared: dict[tuple[str, str], Any]) -> Message:
    """A message; what many have in common is kept once (`shared`)."""

    def once(name: str, read: Callable[[str], Any] = str) -> Any:  # noqa: ANN401 (whatever it reads)
        value = row[name]
        if (name, value) not in shared:
            shared[name, value] = read(value)
        return shared[name, value]

    return Message(
        id=row["id"],
        contact_id=row["contact_id"],
        recipient=row["recipient"],
        others=once("others", _tuple),
        channel=once("channel"),
        group=once("group", Group),
        tone=once("tone", Tone),
        language=once("language"),
        text=once("text"),
        encoding=once("encoding"),
        segments=row["segments"],
        zones=once("zones", _tuple),
        foreseen_at=_read(row["foreseen_at"]),
    )


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))

"""The Ledger: what was planned, claimed and answered. It only grows.

A message is claimed, and the claim is on the disk, before a channel is touched; so a crash at any
point leaves a claim without an answer, never a message that goes out twice.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kit.connector import queries
from kit.model import (
    E164,
    NAMESPACE,
    Attempt,
    Group,
    Message,
    Plan,
    Receipt,
    Skip,
    SkipReason,
    Standing,
    Status,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kit.connector import Connection

_FOLDER = Path(__file__).parent


def attempt_id(message: Message, n: int) -> str:
    """The id of the n-th try of a message to its recipient."""
    return str(uuid5(NAMESPACE, f"{message.id} {message.recipient} {n}"))


class Ledger:
    """Plans, attempts and receipts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sql = queries(_FOLDER)
        connection.bring_up_to_date("ledger", _FOLDER / "schema")

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
        messages = self._connection.rows(self._sql["messages"], values)
        skips = self._connection.rows(self._sql["skips"], values)
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
            messages=tuple(_message(one) for one in messages),
            skips=tuple(
                Skip(contact_id=one["contact_id"], reason=SkipReason(one["reason"]))
                for one in skips
            ),
        )

    def standings(self, notice_id: str) -> dict[str, Standing]:
        """Where each message of a notice that was ever tried stands, by its id."""
        rows = self._connection.rows(self._sql["standings"], {"notice_id": notice_id})
        return {
            row["message_id"]: Standing(
                message_id=row["message_id"],
                contact_id=row["contact_id"],
                recipient=row["recipient"],
                channel=row["channel"],
                status=Status(row["status"]),
                provider_id=row["provider_id"],
                at=_read(row["at"]),
            )
            for row in rows
        }

    def claim(
        self, plan: Plan, message: Message, numbers: Iterable[E164], at: datetime
    ) -> Attempt | None:
        """Take the message, so that nobody else can; on the disk when this returns.

        `numbers` are all that the contact has. Nothing is claimed when the message is already on
        its way or done, when another message of this notice has gone to one of the numbers, or
        when a newer plan took this one's place.
        """
        with self._connection.writing():
            n = self._next_try(plan, message, {*numbers, message.recipient})
            if n == 0:
                return None
            attempt = _attempt(message, n)
            values = {
                "id": attempt.id,
                "notice_id": plan.notice_id,
                "plan_id": plan.id,
                "message_id": message.id,
                "contact_id": message.contact_id,
                "n": n,
                "recipient": message.recipient,
                "channel": message.channel,
                "claimed_at": _written(at),
            }
            self._connection.write(self._sql["save_attempt"], values)
        return attempt

    def open_attempts(self, notice_id: str, channel: str, status: Status) -> list[Attempt]:
        """The attempts of a notice by that channel that stand at that status, oldest first."""
        values = {"notice_id": notice_id, "channel": channel, "status": status.value}
        return [Attempt(**row) for row in self._connection.rows(self._sql["open_attempts"], values)]

    def record(self, attempt_id: str, receipt: Receipt) -> None:
        """Write down what was said of an attempt."""
        values = {
            "attempt_id": attempt_id,
            "status": receipt.status.value,
            "provider_id": receipt.provider_id,
            "code": receipt.code,
            "at": _written(receipt.at),
        }
        with self._connection.writing():
            self._connection.write(self._sql["save_receipt"], values)

    def claimed_since(self, channel: str, since: datetime) -> list[datetime]:
        """When each message that has left by that channel since then was claimed, oldest first."""
        values = {"channel": channel, "since": _written(since)}
        rows = self._connection.rows(self._sql["claimed_since"], values)
        return [_read(row["claimed_at"]) for row in rows]

    def _next_try(self, plan: Plan, message: Message, numbers: set[E164]) -> int:
        """The number of the next try, or 0 when there may be none."""
        current = self._connection.rows(self._sql["current_plan_id"])
        values = {
            "notice_id": plan.notice_id,
            "numbers": json.dumps(sorted(numbers)),
            "message_id": message.id,
        }
        others = self._connection.rows(self._sql["others_with_these_numbers"], values)
        if current[0]["id"] != plan.id or others[0]["others"]:
            return 0
        standing = self._connection.rows(self._sql["standing"], {"message_id": message.id})
        if not standing:
            return 1
        return int(standing[0]["n"]) + 1 if standing[0]["status"] == Status.PLANNED else 0


def _attempt(message: Message, n: int) -> Attempt:
    return Attempt(
        id=attempt_id(message, n),
        message_id=message.id,
        recipient=message.recipient,
        text=message.text,
        n=n,
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
        "frozen_at": _written(plan.frozen_at),
        "finish_at": _written(plan.finish_at),
    }


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "contact_id": message.contact_id,
        "recipient": message.recipient,
        "channel": message.channel,
        "group": message.group.value,
        "tone": message.tone.value,
        "language": message.language,
        "text": message.text,
        "encoding": message.encoding,
        "segments": message.segments,
    }


def _message(row: Mapping[str, Any]) -> Message:
    return Message(**{**row, "group": Group(row["group"]), "tone": Tone(row["tone"])})

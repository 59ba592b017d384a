"""Rows of the Ledger: values become rows of its tables, and rows values; times are text there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from kit.model import Attempt, Fault, Group, Message, Pace, Plan, Standing, Status, Tone
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kit.model import Address, Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAt:
    """One try to an address."""

    contact_id: str
    attempt_id: str
    recipient: Address = field(repr=False)
    status: Status
    code: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedRow:
    """One row of what was handed over together, and how its own try stands."""

    position: int
    plan_id: str
    message_id: str
    contact_id: str
    recipient: Address = field(repr=False)
    attempt_id: str
    status: Status
    #: the message was not tried again since
    is_last: bool


STATUS = {status.value: status for status in Status}


def fault_of(value: str) -> Fault | None:
    """A fault, which may be none."""
    return Fault(value) if value else None


def attempt_row(attempt: Attempt, belongs: tuple[str, str, str], segments: int) -> dict[str, Any]:
    """An attempt; it belongs to a notice, a plan and a contact."""
    notice_id, plan_id, contact_id = belongs
    return {
        "id": attempt.id,
        "notice_id": notice_id,
        "plan_id": plan_id,
        "message_id": attempt.message_id,
        "contact_id": contact_id,
        "n": attempt.n,
        "recipient": attempt.recipient,
        "channel": attempt.channel,
        "claimed_at": written(attempt.claimed_at),
        "until": written(attempt.until),
        "segments": segments,
    }


def attempt_of(row: Mapping[str, Any]) -> Attempt:
    """An attempt."""
    return Attempt(
        **{
            **row,
            "claimed_at": read(row["claimed_at"]),
            "until": read(row["until"]),
            "provider_id": row["provider_id"] or "",
            "earlier": tuple(json.loads(row["earlier"])),
        }
    )


def known(recipient: str) -> Address:
    """The address, or an empty one where its person was forgotten."""
    return cast("Address", "" if is_stand_in(recipient) else recipient)


def stand_in(hash_: str) -> str:
    """What stands for a recipient who was forgotten; no address begins so."""
    return f"#{hash_}"


def is_stand_in(recipient: str) -> bool:
    """Whether it stands for a recipient who was forgotten."""
    return recipient.startswith("#")


def standing_of(row: Mapping[str, Any]) -> Standing:
    """Where a message stands."""
    return Standing(
        **{
            **row,
            "recipient": known(row["recipient"]),
            "status": STATUS[row["status"]],
            "provider_id": row["provider_id"] or "",
            "fault": fault_of(row["fault"]),
            "at": read(row["at"]),
        }
    )


def handed_row_of(row: Mapping[str, Any]) -> HandedRow:
    """A row that was handed over."""
    return HandedRow(**{**row, "status": STATUS[row["status"]], "is_last": bool(row["is_last"])})


def plan_row(plan: Plan) -> dict[str, Any]:
    """A plan without its messages."""
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
        "frozen_at": written(plan.frozen_at),
        "finish_at": written(plan.finish_at),
    }


def plan_of(
    row: Mapping[str, Any], messages: tuple[Message, ...], skips: tuple[Skip, ...] = ()
) -> Plan:
    """A plan, with messages and skips."""
    return Plan(
        id=row["id"],
        notice_id=row["notice_id"],
        channel=row["channel"],
        rehearsal=bool(row["rehearsal"]),
        frozen_at=read(row["frozen_at"]),
        finish_at=read(row["finish_at"]),
        sender=row["sender"],
        price_per_segment=row["price_per_segment"],
        currency=row["currency"],
        hours=row["hours"],
        pace=Pace(**json.loads(row["pace"])),
        registered_sender=bool(row["registered_sender"]),
        messages=messages,
        skips=skips,
    )


def message_row(message: Message) -> dict[str, Any]:
    """A message."""
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
        "foreseen_at": written(message.foreseen_at),
    }


def message_of(row: Mapping[str, Any], shared: dict[tuple[str, str], Any]) -> Message:
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
        foreseen_at=read(row["foreseen_at"]),
    )


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))

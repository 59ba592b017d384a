"""The Ledger: what was planned, claimed, answered and written back. It only grows.

A message is claimed, and the claim is on the disk, before a channel is touched; so a crash at any
point leaves a claim without an answer, never a message that goes out twice.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid5

from kit.ledger.opt_outs import OptOuts
from kit.ledger.paces import Paces
from kit.ledger.proposals import Proposals
from kit.ledger.refusals import Refusals
from kit.ledger.replies import Replies
from kit.ledger.rows import (
    STATUS,
    HandedRow,
    ToldAt,
    attempt_of,
    attempt_row,
    fault_of,
    handed_row_of,
    known,
    message_of,
    message_row,
    plan_of,
    plan_row,
    standing_of,
)
from kit.ledger.traces import Traces
from kit.model import (
    BY_WORD,
    NAMESPACE,
    OPEN_STATUSES,
    Address,
    Attempt,
    Contact,
    Heard,
    Meaning,
    Message,
    Plan,
    Proposal,
    Receipt,
    Skip,
    SkipReason,
    Standing,
    Status,
    Try,
    Way,
)
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime, timedelta

    from kit.connector import Database

FOLDER = Path(__file__).parent


def attempt_id(message_id: str, recipient: Address, n: int) -> str:
    """The id of the n-th try of a message, to that recipient."""
    return str(uuid5(NAMESPACE, f"{message_id} {recipient} {n}"))


#: The channel of what the borrower said themselves.
IN_PERSON = "in_person"
_NO_ADDRESS = cast("Address", "")


class Ledger:
    """Plans, attempts, receipts, replies and opt-outs."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(FOLDER)
        connection.bring_up_to_date("ledger", FOLDER / "schema")
        self._heads: dict[str, Plan] = {}
        self._opt_outs = OptOuts(connection, self._sql)
        self._paces = Paces(connection, self._sql)
        self._proposals = Proposals(connection, self._sql)
        #: by which senders too much was refused
        self.refusals = Refusals(connection, self._sql)
        #: who was told before they were forgotten
        self.traces = Traces(connection, self._sql)
        self._replies = Replies(connection, self._sql, self.traces)

    def open_notice(self, notice_id: str, at: datetime, *, rehearsal: bool) -> None:
        """Write down a notice that messages will belong to."""
        values = {"id": notice_id, "rehearsal": rehearsal, "at": written(at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_notice"], values)

    def real_notice(self) -> str:
        """The id of the one notice that is not a rehearsal, or an empty text."""
        rows = self._connection.rows(self._sql["real_notice"])
        return str(rows[0]["id"]) if rows else ""

    def freeze(self, plan: Plan) -> None:
        """Keep the plan as it is; it takes the place of the one before."""
        with self._connection.writing():
            self._connection.write(self._sql["save_plan"], plan_row(plan))
            self._connection.write_all(
                self._sql["save_message"],
                (
                    {**message_row(message), "plan_id": plan.id, "position": position}
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
        return plan_of(
            row,
            tuple(message_of(one, shared) for one in messages),
            tuple(
                Skip(contact_id=one["contact_id"], reason=SkipReason(one["reason"]))
                for one in skips
            ),
        )

    def planned(self, plan_id: str, message_id: str) -> tuple[Plan, Message] | None:
        """One message of a plan, and the plan without any; nothing: they were forgotten."""
        values = {"plan_id": plan_id, "message_id": message_id}
        messages = self._connection.rows(self._sql["message"], values)
        if not messages:
            return None
        if plan_id not in self._heads:  # a plan is frozen
            row = self._connection.rows(self._sql["plan"], values)[0]
            self._heads[plan_id] = plan_of(row, ())
        return self._heads[plan_id], message_of(messages[0], {})

    def setbacks(self) -> tuple[int, int]:
        """How far the ledger is; where it is the same as before, nothing came that may go again."""
        row = self._connection.rows(self._sql["setbacks"])[0]
        return row["plans"], row["receipts"]

    def standings(self, notice_id: str) -> dict[str, Standing]:
        """Where each message of a notice that was ever tried stands, by its id."""
        rows = self._connection.stream(self._sql["standings"], {"notice_id": notice_id})
        return {row["message_id"]: standing_of(row) for row in rows}

    def statuses(self, notice_id: str) -> dict[str, Status]:
        """The status of each message of a notice that was ever tried, by its id."""
        rows = self._connection.stream(self._sql["statuses"], {"notice_id": notice_id})
        return {row["message_id"]: STATUS[row["status"]] for row in rows}

    def in_short(self, notice_id: str) -> list[tuple[str, Status, bool]]:
        """Of each message of a notice that was ever tried: whose, its status, by whose word."""
        values = {"notice_id": notice_id, "by_word": BY_WORD}
        rows = self._connection.stream(self._sql["in_short"], values)
        return [(row["contact_id"], STATUS[row["status"]], bool(row["by_word"])) for row in rows]

    def counts(self, plan: Plan) -> dict[Status, int]:
        """How many messages of the plan stand how; those that failed before it are not tried."""
        frozen_at = written(plan.frozen_at)
        values = {"plan_id": plan.id, "notice_id": plan.notice_id, "frozen_at": frozen_at}
        rows = self._connection.rows(self._sql["counts"], values)
        return {STATUS[row["status"]]: row["count"] for row in rows}

    def told(self, notice_id: str) -> tuple[frozenset[str], frozenset[Address]]:
        """Contacts, and addresses, that messages went to which have reached, or may have reached.

        An address that refused is among them when its person was told by another one.
        What the borrower still holds on the phone is theirs to answer, and is not among them.
        """
        held_apart = [status for status in OPEN_STATUSES if status is not Status.HANDED_OVER]
        values = {"notice_id": notice_id, "statuses": json.dumps(held_apart)}
        rows = self._connection.stream(self._sql["told_recipients"], values)
        pairs = [(row["contact_id"], known(row["recipient"])) for row in rows]
        return frozenset(one for one, _ in pairs), frozenset(one for _, one in pairs if one)

    def held(
        self, notice_id: str, channels: Iterable[str]
    ) -> tuple[frozenset[str], frozenset[Address]]:
        """Contacts, and addresses, whose text the borrower holds by one of these channels."""
        values = {"notice_id": notice_id, "channels": json.dumps(sorted(channels))}
        rows = self._connection.rows(self._sql["held_recipients"], values)
        return (
            frozenset(row["contact_id"] for row in rows),
            frozenset(one for row in rows if (one := known(row["recipient"]))),
        )

    def handed_rows(self, notice_id: str, channel: str) -> dict[int, HandedRow]:
        """What the channel handed over together last, by its row: the place in the plan."""
        values = {"notice_id": notice_id, "channel": channel}
        rows = self._connection.rows(self._sql["handed_rows"], values)
        return {row["position"]: handed_row_of(row) for row in rows}

    def tries(self, message_id: str) -> list[Try]:
        """Every try of a message, the first one first."""
        rows = self._connection.rows(self._sql["tries"], {"message_id": message_id})
        return [
            Try(
                **{
                    **row,
                    "recipient": known(row["recipient"]),
                    "status": Status(row["status"]),
                    "fault": fault_of(row["fault"]),
                    "provider_id": row["provider_id"] or "",
                    "at": read(row["at"]),
                }
            )
            for row in rows
        ]

    def is_taken(self, notice_id: str, addresses: Collection[Address], message_id: str) -> bool:
        """Whether another message may have reached one of these addresses."""
        values = {
            "notice_id": notice_id,
            "addresses": json.dumps(self.traces.forms(*addresses)),
            "message_id": message_id,
            "statuses": json.dumps(OPEN_STATUSES),
        }
        rows = self._connection.rows(self._sql["others_with_these_addresses"], values)
        return bool(rows[0]["others"]) or bool(self.traces.told_again(notice_id, addresses))

    def attempted(self, attempt_id: str) -> tuple[str, Address] | None:
        """Whose attempt it is, and to which address; nothing where they were forgotten."""
        rows = self._connection.rows(self._sql["attempt"], {"id": attempt_id})
        found = (rows[0]["contact_id"], known(rows[0]["recipient"])) if rows else None
        return found if found and found[1] else None

    def messages_to(self, notice_id: str, addresses: Collection[Address]) -> list[str]:
        """The ids of all messages that were ever tried at one of these addresses."""
        values = {
            "notice_id": notice_id,
            "addresses": json.dumps(self.traces.forms(*addresses)),
            "ids": json.dumps(sorted(self.traces.ids(addresses))),
        }
        rows = self._connection.rows(self._sql["messages_to"], values)
        return [row["message_id"] for row in rows]

    def last_plan_of(self, notice_id: str) -> str:
        """The id of the plan frozen last for a notice, or an empty text."""
        rows = self._connection.rows(self._sql["last_plan_of"], {"notice_id": notice_id})
        return str(rows[0]["id"]) if rows else ""

    def last_times(self) -> tuple[datetime | None, datetime | None]:
        """When anything was planned last, and tried last."""
        planned, tried = self._connection.rows(self._sql["last_times"])[0].values()
        return planned and read(planned), tried and read(tried)

    def every_channel(self) -> list[str]:
        """The channels by which anything was ever tried."""
        return [row["channel"] for row in self._connection.rows(self._sql["every_channel"])]

    def provider_ids(self, channel: str) -> list[str]:
        """What the channel's provider calls everything that it took, and that came by it."""
        rows = self._connection.rows(self._sql["provider_ids"], {"channel": channel})
        return sorted(row["provider_id"] for row in rows)

    def first_claim(self, notice_id: str, channel: str) -> datetime | None:
        """When the notice first went by that channel."""
        values = {"notice_id": notice_id, "channel": channel}
        at = self._connection.rows(self._sql["first_claim"], values)[0]["at"]
        return read(at) if at else None

    def standing(self, message_id: str) -> Status | None:
        """How one message stands; nothing: it was never tried."""
        rows = self._connection.rows(self._sql["standing"], {"message_id": message_id})
        return Status(rows[0]["status"]) if rows else None

    def dead(self, notice_id: str, channel: str) -> frozenset[Address]:
        """The addresses that refused by that channel, for good or until a person has looked."""
        values = {"notice_id": notice_id, "channel": channel}
        return frozenset(
            one
            for row in self._connection.rows(self._sql["dead"], values)
            if (one := known(row["recipient"]))
        )

    def claim(
        self, plan: Plan, message: Message, way: Way, at: datetime, n: int | None = None
    ) -> Attempt | None:
        """Take the message on that way, so that nobody else can; on the disk with the transaction.

        Nothing is claimed when the message is already on its way or done, when another message of
        this notice has gone to one of the contact's addresses, or when a newer plan took this
        one's place. `n` is what `next_try` said in the same block, where it was asked before.
        """
        with self._connection.writing():
            n = self.next_try(plan, message, way) if n is None else n
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
            belongs = (plan.notice_id, plan.id, message.contact_id)
            self._save_attempt(attempt, belongs, segments=way.segments)
        return attempt

    def save_told(self, notice_id: str, message_id: str, contact: Contact, at: datetime) -> None:
        """Write down that the borrower has told somebody in person."""
        theirs: tuple[Address, ...] = (*contact.numbers, *contact.emails, _NO_ADDRESS)
        address = theirs[0]
        with self._connection.writing():
            n = len(self.tries(message_id)) + 1
            attempt = Attempt(
                id=attempt_id(message_id, address, n),
                message_id=message_id,
                channel=IN_PERSON,
                recipient=address,
                text="",
                language="",
                n=n,
                claimed_at=at,
                until=at,
            )
            belongs = (notice_id, self.last_plan_of(notice_id), contact.id)
            self._save_attempt(attempt, belongs, segments=0)
            self.record(attempt.id, Receipt(status=Status.DELIVERED, at=at, code=f"{BY_WORD}told"))

    def open_attempts(self, notice_id: str, channel: str, *statuses: Status) -> list[Attempt]:
        """The attempts of a notice by that channel that stand so, oldest first."""
        values = {
            "notice_id": notice_id,
            "channel": channel,
            "statuses": json.dumps([status.value for status in statuses]),
        }
        return [
            attempt_of(row) for row in self._connection.rows(self._sql["open_attempts"], values)
        ]

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
            "at": written(receipt.at),
        }
        with self._connection.writing():
            self._connection.write(self._sql["save_receipt"], values)
            self._paces.settle(attempt_id, receipt)

    def gone_since(
        self, channels: Iterable[str], since: datetime, now: datetime, by: str = ""
    ) -> list[tuple[datetime, int]]:
        """When each message that has left by these channels was claimed, and its segments.

        By the clinic's own sender of the channel `by`, of all its cases.
        """
        return self._paces.gone(channels, since, now, by)

    def confirmed_since(
        self, channels: Iterable[str], since: datetime, now: datetime
    ) -> list[tuple[datetime, int]]:
        """When the borrower said of each message by these channels that it went; its segments."""
        return self._paces.confirmed(channels, since, now)

    def claimed_between(self, channel: str, since: datetime, until: datetime) -> list[datetime]:
        """When each try by the channel's sender in that time was claimed, whatever became of it."""
        return self._paces.claimed(channel, since, until)

    def take_turn(self, channel: str, now: datetime) -> None:
        """Nobody else takes a slot, or claims, by the channel's sender until the block ends."""
        self._paces.take_turn(channel, now)

    def reserve(self, channel: str, now: datetime, between: timedelta) -> tuple[datetime, datetime]:
        """Take the next moment at which one message may leave; and until when all are held."""
        return self._paces.reserve(channel, now, between)

    def held_until(self, channel: str, now: datetime) -> datetime:
        """Until when the provider asked to wait; `now` when it did not."""
        return self._paces.of(channel, now).held_until

    def hold(self, channel: str, now: datetime, until: datetime) -> None:
        """Nothing leaves by the channel before then; a longer wait than an hour is cut short."""
        self._paces.hold(channel, now, until)

    def is_paused(self, channel: str) -> bool:
        """Whether the provider refused so much that the next run is to try one."""
        return self._paces.is_paused(channel)

    def pause(self, channel: str, now: datetime, *, paused: bool) -> None:
        """Write down whether the next run is to try one first."""
        self._paces.pause(channel, now, paused=paused)

    def opt_out(
        self,
        addresses: Iterable[Address],
        meaning: Meaning,
        heard_by: str,
        at: datetime,
        wrote: Collection[Address] = (),
    ) -> None:
        """Keep, for ever, that nothing may go there; only a keyed hash of each address is kept.

        Who wrote so to a sender of the clinic's own gets nothing by it in its other cases either.
        """
        self._opt_outs.add(addresses, meaning, heard_by, at)
        self._opt_outs.add_of_sender(wrote, heard_by, at)

    def opted_out(self, addresses: Iterable[Address]) -> dict[Address, Meaning]:
        """Which of these addresses nothing may go to, and why; an opt-out goes before all.

        Raises:
            OptOutsLostError: nobody could tell any more.
        """
        return self._opt_outs.among(addresses)

    def hear(self, heard: Heard) -> bool:
        """Keep a reply; false when it was heard before."""
        return self._replies.add(heard)

    def replies(self) -> list[Heard]:
        """Every reply, the oldest first."""
        return self._replies.all()

    def propose(self, proposal: Proposal) -> bool:
        """Keep a report that somebody sent; false when it is there already."""
        return self._proposals.add(proposal)

    def proposals(self) -> list[Proposal]:
        """Every report that somebody sent, the oldest call first."""
        return self._proposals.all()

    def told_at(self, notice_id: str, recipient: Address) -> list[ToldAt]:
        """Every try to that address, the last one first."""
        recipients = json.dumps(self.traces.forms(recipient))
        values = {"notice_id": notice_id, "recipients": recipients}
        return [
            ToldAt(
                **{
                    **row,
                    "recipient": recipient,
                    "status": Status(row["status"]),
                    "claimed_at": read(row["claimed_at"]),
                }
            )
            for row in self._connection.rows(self._sql["who_was_told_at"], values)
        ]

    def next_try(self, plan: Plan, message: Message, way: Way) -> int:
        """The number of the next try, or 0 when there may be none."""
        current = self._connection.rows(self._sql["current_plan_id"])
        theirs = {*way.addresses, way.recipient}
        if not current or current[0]["id"] != plan.id:
            return 0
        if self.is_taken(plan.notice_id, theirs, message.id):
            return 0
        standing = self._connection.rows(self._sql["standing"], {"message_id": message.id})
        if not standing:
            return 1
        return 0 if standing[0]["status"] in OPEN_STATUSES else int(standing[0]["n"]) + 1

    def _save_attempt(
        self, attempt: Attempt, belongs: tuple[str, str, str], *, segments: int
    ) -> None:
        """Write an attempt down; it belongs to a notice, a plan and a contact."""
        self._connection.write(self._sql["save_attempt"], attempt_row(attempt, belongs, segments))
        self._paces.count(attempt, segments)

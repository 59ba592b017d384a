"""Tell: the frozen plan goes in, messages go out one by one, what became of each is recorded.

`deliver` is the only way out. It looks once more whether the contact may be told, reserves a slot
of the pace, claims the message (on the disk), sends, and records the answer. A crash leaves a
claim without an answer; the next run asks the channel about it and never guesses.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from kit import phone, template
from kit import plan as planning
from kit.channels import CAPABILITIES
from kit.channels.outbox import OutboxChannel
from kit.channels.phone import PhoneChannel, code
from kit.errors import (
    ChannelError,
    DayFullError,
    FolderMissingError,
    HourFullError,
    NoPlanError,
    OptionMismatchError,
    WrongCountError,
)
from kit.model import Answer, Group, Receipt, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Attempt, Contact, Message, Plan

_DAY = timedelta(days=1)
_TOLD_GROUPS = (Group.EMERGENCY, Group.EVERYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one call of `deliver` did."""

    message: Message
    #: nothing: the message was not free to go, and nothing was sent
    attempt: Attempt | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One person whose text the borrower holds on the phone now."""

    attempt: Attempt
    contact: Contact | None
    #: the number is one of the invented ones
    invented: bool
    #: it was already held when the last run ended
    held_before: bool
    #: the QR code, as lines for a terminal
    code: list[str] = field(repr=False)
    #: left after this one
    left: int


@dataclass(frozen=True, slots=True)
class Run:
    """A frozen plan with its channel, and nobody else at work."""

    store: Store
    plan: Plan
    channel: Channel

    def sending(self) -> Iterator[Outcome]:
        """Deliver all that is waiting; stop whenever you like and go on with another run.

        Raises:
            ChannelError: the channel cannot go on; what was not taken is planned again.
        """
        for message in waiting(self.store, self.plan):
            yield deliver(self.store, self.plan, message, self.channel)

    def handing_over(self) -> Iterator[Handover]:
        """One person at a time for scan and send; each is to be answered before the next.

        Those whom the borrower held when the last run ended come first: nobody else knows whether
        they were told. `handed_over` is on the disk before a code is given out.

        Raises:
            PaceError: enough for this hour or this day.
        """
        held = self.store.ledger.open_attempts(
            self.plan.notice_id, self.plan.channel, Status.HANDED_OVER
        )
        held_ids = {attempt.message_id for attempt in held}
        fresh = [m for m in waiting(self.store, self.plan) if m.id not in held_ids]
        for position, attempt in enumerate(held, 1):
            left = len(held) - position + len(fresh)
            yield self._handover(attempt, left, held_before=True)
        for position, message in enumerate(fresh, 1):
            outcome = deliver(self.store, self.plan, message, self.channel)
            if outcome.attempt is not None:
                yield self._handover(outcome.attempt, len(fresh) - position, held_before=False)

    def answer(self, handover: Handover, said: Answer) -> None:
        """Record what the borrower says of a text they held; `never` also moves the contact."""
        if said is Answer.NEVER and handover.contact is not None:
            self.store.book.choose({handover.contact.id: Group.NOBODY})
        status = Status.DELIVERED if said is Answer.SENT else Status.PLANNED
        receipt = Receipt(status=status, at=self.store.clock(), code=f"borrower:{said}")
        self.store.ledger.record(handover.attempt.id, receipt)

    def _handover(self, attempt: Attempt, left: int, *, held_before: bool) -> Handover:
        standing = self.store.ledger.standings(self.plan.notice_id)[attempt.message_id]
        return Handover(
            attempt=attempt,
            contact=self.store.book.contact(standing.contact_id),
            invented=phone.is_invented(attempt.recipient),
            held_before=held_before,
            code=code(attempt.recipient, attempt.text),
            left=left,
        )


@contextlib.contextmanager
def run(store: Store, count: int, folder: Path | None = None) -> Iterator[Run]:
    """Begin or go on with the frozen plan, once its number of messages was given back.

    Raises:
        NoPlanError: there is no plan.
        WrongCountError: `count` is not the number of its messages.
        FolderMissingError, OptionMismatchError: a folder is needed, or does not belong.
        AlreadyRunningError: somebody else is at work with this store.
        ChannelError: the channel is not ready.
    """
    with store.alone():
        plan = store.ledger.current_plan()
        if plan is None:
            raise NoPlanError
        check_count(plan, count)
        channel = _open_channel(store, plan, folder)
        settle(store, plan.notice_id, plan.channel, channel)
        yield Run(store, plan, channel)


def check_count(plan: Plan, count: int) -> None:
    """Whoever sends has read how many the plan tells.

    Raises:
        WrongCountError: `count` is not the number of its messages.
    """
    if count != len(plan.messages):
        raise WrongCountError(count=len(plan.messages), given=count)


def waiting(store: Store, plan: Plan) -> list[Message]:
    """The messages of the plan that have not gone, in its order; `handed_over` ones too.

    A contact who was moved to `nobody` or `undecided` since the plan was frozen is left out.
    """
    told = planning.Told.by(store.ledger.standings(plan.notice_id).values())
    chosen = {c.id for c in store.book.contacts() if c.group in _TOLD_GROUPS}
    return [
        m
        for m in plan.messages
        if m.contact_id in chosen
        and m.contact_id not in told.contact_ids
        and m.recipient not in told.recipients
    ]


def to_go(store: Store, plan: Plan) -> int:
    """How many messages of the plan are not dealt with: waiting, or claimed and not answered."""
    claimed = store.ledger.open_attempts(plan.notice_id, plan.channel, Status.SENDING)
    return len(waiting(store, plan)) + len(claimed)


def deliver(store: Store, plan: Plan, message: Message, channel: Channel) -> Outcome:
    """One message: may it go, reserve a slot of the pace, claim it, send it, record the answer.

    Raises:
        PaceError: the pace of the channel is used up; it says when the next may go.
        ChannelError: the channel surely did not take it; it is planned again.
    """
    contact = store.book.contact(message.contact_id)
    if contact is None or contact.group not in _TOLD_GROUPS:
        return Outcome(message=message)
    _reserve_slot(store, message.channel)
    attempt = store.ledger.claim(plan, message, store.clock())
    if attempt is None:
        return Outcome(message=message)
    try:
        receipt = channel.send(attempt)
    except ChannelError:
        store.ledger.record(attempt.id, Receipt(status=Status.PLANNED, at=store.clock()))
        raise
    store.ledger.record(attempt.id, receipt)
    return Outcome(message=message, attempt=attempt, receipt=receipt)


def settle(store: Store, notice_id: str, name: str, channel: Channel) -> None:
    """Ask the channel about every claim that has no answer; what it does not have did not go."""
    for attempt in store.ledger.open_attempts(notice_id, name, Status.SENDING):
        receipt = channel.find(attempt) or Receipt(status=Status.PLANNED, at=store.clock())
        store.ledger.record(attempt.id, receipt)


def settle_phone(store: Store, notice_id: str) -> None:
    """Settle what a killed scan and send left; without it a new plan would call them told."""
    settle(store, notice_id, "phone", PhoneChannel(store.clock))


def standings(store: Store) -> list[Standing]:
    """Where every message stands: those of the plan in its order, then what went before it."""
    plan = store.ledger.current_plan()
    if plan is None:
        return []
    real = store.ledger.real_notice()
    tried = store.ledger.standings(real) | store.ledger.standings(plan.notice_id)
    planned = {m.id: tried.get(m.id) or _untried(m, plan) for m in plan.messages}
    return list((planned | tried).values())


def codes_to_oneself(store: Store, number: str) -> list[tuple[Message, list[str]]]:
    """The different texts of the plan, marked as a test, each with its code to one's own number.

    Of the language that one's own number would get, if the plan has any in it. It tells nobody
    else, and is not recorded.

    Raises:
        NoPlanError: there is no plan.
        NumberError: that is not a telephone number.
    """
    plan = store.ledger.current_plan()
    if plan is None:
        raise NoPlanError
    recipient = phone.parse(number, store.book.setting("region") or "CN")
    spoken = template.language_for(recipient)
    first: dict[str, Message] = {}
    for message in plan.messages:
        first.setdefault(message.text, message)
    own = [m for m in first.values() if m.language == spoken] or list(first.values())
    return [(m, code(recipient, template.text(m.language, "test") + m.text)) for m in own]


def is_invented(store: Store, number: str) -> bool:
    """Whether that number is one of the invented ones, which reach nobody."""
    return phone.is_invented(phone.parse(number, store.book.setting("region") or "CN"))


def gone(store: Store, channel: str) -> list[datetime]:
    """When each message of the last day left by that channel."""
    return store.ledger.claimed_since(channel, store.clock() - _DAY)


def _open_channel(store: Store, plan: Plan, folder: Path | None) -> Channel:
    if plan.channel != "outbox":
        if folder is not None:
            raise OptionMismatchError(channel=plan.channel, option="--to")
        return PhoneChannel(store.clock)
    if folder is None:
        raise FolderMissingError
    store.book.remember_written(folder, store.clock())
    channel = OutboxChannel(folder, store.clock)
    channel.check()
    return channel


def _reserve_slot(store: Store, channel: str) -> None:
    can = CAPABILITIES[channel]
    if can.per_hour is None and can.per_day is None:
        return
    now = store.clock()
    left = gone(store, channel)
    slot = planning.next_slot(left, now, can.per_hour, can.per_day)
    if slot <= now:
        return
    if can.per_day is not None and len(left) >= can.per_day:
        raise DayFullError(most=can.per_day, at=slot)
    raise HourFullError(most=can.per_hour, at=slot)


def _untried(message: Message, plan: Plan) -> Standing:
    return Standing(
        message_id=message.id,
        contact_id=message.contact_id,
        recipient=message.recipient,
        channel=message.channel,
        status=Status.PLANNED,
        provider_id="",
        at=plan.frozen_at,
    )

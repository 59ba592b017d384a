"""Tell: the frozen plan goes in, messages go out one by one, what became of each is recorded.

`deliver` is the only way out. It looks once more whether the contact may be told, reserves a slot
of the pace, claims the message (on the disk), sends, and records the answer. A crash leaves a
claim without an answer; the next run asks the channel about it and never guesses.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit import phone, template
from kit import plan as planning
from kit.channels import CAPABILITIES
from kit.channels.outbox import OutboxChannel
from kit.channels.phone import PhoneChannel, code
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    DayFullError,
    FolderChangedError,
    FolderMissingError,
    HourFullError,
    NotARehearsalError,
    PlanReplacedError,
    WrongCountError,
)
from kit.model import E164, TOLD_GROUPS, Answer, Group, Receipt, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Attempt, Contact, Message, Plan


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
    contact_id: str
    #: the name shown, or empty
    name: str = field(repr=False)
    #: what was chosen for them when the code was shown
    group: Group
    #: the number is one of the invented ones
    invented: bool
    #: it was already held when the last run ended
    held_before: bool
    #: the QR code, as lines for a terminal; none when it may not go like this any more
    code: list[str] = field(repr=False)
    #: left after this one
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the borrower said of one text, and what was chosen for the contact before."""

    handover: Handover
    answer: Answer
    group_before: Group | None


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

    def answer(self, handover: Handover, said: Answer, instead_of: Said | None = None) -> Said:
        """Record what the borrower says of a text they held; `never` also moves the contact.

        `instead_of` is what they said of it by mistake, a moment ago; the last word counts.
        """
        with self.store.changing():
            contact = _owner(self.store, handover.contact_id, handover.attempt.recipient)
            before = contact.group if contact is not None else None
            if instead_of is not None and instead_of.answer is Answer.NEVER:
                before = instead_of.group_before
            if contact is not None and before is not None:
                group = Group.NOBODY if said is Answer.NEVER else before
                self.store.book.choose({contact.id: group})
            status = Status.DELIVERED if said is Answer.SENT else Status.PLANNED
            receipt = Receipt(status=status, at=self.store.clock(), code=f"borrower:{said}")
            self.store.ledger.record(handover.attempt.id, receipt)
        return Said(handover=handover, answer=said, group_before=before)

    def _handover(self, attempt: Attempt, left: int, *, held_before: bool) -> Handover:
        standing = self.store.ledger.standings(self.plan.notice_id)[attempt.message_id]
        contact = _owner(self.store, standing.contact_id, attempt.recipient)
        may_be_told = contact is not None and contact.group in TOLD_GROUPS
        is_current = any(
            (m.recipient, m.text) == (attempt.recipient, attempt.text) for m in self.plan.messages
        )
        return Handover(
            attempt=attempt,
            contact_id=standing.contact_id,
            name=contact.name if contact is not None else "",
            group=contact.group if contact is not None else Group.UNDECIDED,
            invented=phone.is_invented(attempt.recipient),
            held_before=held_before,
            code=code(attempt.recipient, attempt.text) if may_be_told and is_current else [],
            left=left,
        )


def _owner(store: Store, contact_id: str, number: E164) -> Contact | None:
    """The contact, or who has the number now: an import may have made two contacts one."""
    if contact := store.book.contact(contact_id):
        return contact
    return next((c for c in store.book.contacts() if number in c.numbers), None)


@contextlib.contextmanager
def run(store: Store, plan: Plan, count: int, folder: Path | None = None) -> Iterator[Run]:
    """Begin or go on with the plan that was read, once its number of messages was given back.

    Raises:
        WrongCountError: `count` is not the number of its messages.
        PlanReplacedError: another plan has taken its place.
        FolderMissingError, NotARehearsalError: a folder is needed, or does not belong.
        AlreadyRunningError: somebody else is at work with this store.
        ChannelError: the channel is not ready.
    """
    check_count(plan, count)
    check_folder(plan, folder)
    with store.alone():
        current = store.ledger.current_plan()
        if current is None or current.id != plan.id:
            raise PlanReplacedError
        channel: Channel = PhoneChannel(store.clock)
        if folder is not None:
            _check_same_folder(store, plan, folder)
            channel = OutboxChannel(folder, store.clock)
        if problems := channel.check():
            raise ChannelNotReadyError(problems=tuple(problems))
        if folder is not None:
            store.book.remember_written(folder, store.clock())
            store.book.set(*_began_in(plan, folder))
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
    """The messages of the plan that may go and have not gone, in its order; held ones too."""
    told = planning.Told.by(store.ledger.standings(plan.notice_id).values())
    contact_by_id = {contact.id: contact for contact in store.book.contacts()}
    refused = planning.refused_numbers(contact_by_id.values())
    return [
        m
        for m in plan.messages
        if m.recipient not in told.recipients | refused
        and (contact := contact_by_id.get(m.contact_id))
        and contact.group is m.group
        and not told.includes(contact)
    ]


def left_out(store: Store, plan: Plan) -> int:
    """How many of the plan cannot go as they stand.

    Their choice changed, they were merged, or their number is also that of somebody never told.
    Whoever was moved to `nobody` is not counted: that is what the borrower wants.
    """
    tried = store.ledger.standings(plan.notice_id)
    told = planning.Told.by(tried.values())
    people = store.book.contacts()
    contact_by_id = {contact.id: contact for contact in people}
    contact_by_number = {number: contact for contact in people for number in contact.numbers}
    refused = planning.refused_numbers(people)
    count = 0
    for m in plan.messages:
        if m.id in tried and tried[m.id].status is not Status.PLANNED:
            continue
        contact = contact_by_id.get(m.contact_id) or contact_by_number.get(m.recipient)
        changed = contact is None or (contact.id, contact.group) != (m.contact_id, m.group)
        changed = changed or m.recipient in refused
        unwanted = contact is not None and contact.group is Group.NOBODY
        count += changed and not unwanted and not (contact and told.includes(contact))
    return count


def to_go(store: Store, plan: Plan) -> int:
    """How many messages are not dealt with: waiting, held, or claimed and not answered."""
    open_ids = {
        attempt.message_id
        for status in (Status.SENDING, Status.HANDED_OVER)
        for attempt in store.ledger.open_attempts(plan.notice_id, plan.channel, status)
    }
    return len(open_ids | {message.id for message in waiting(store, plan)})


def held_outside(store: Store, plan: Plan) -> int:
    """How many texts the borrower still holds that are not in this plan."""
    in_plan = {message.id for message in plan.messages}
    held = store.ledger.open_attempts(plan.notice_id, plan.channel, Status.HANDED_OVER)
    return sum(attempt.message_id not in in_plan for attempt in held)


def deliver(store: Store, plan: Plan, message: Message, channel: Channel) -> Outcome:
    """One message: may it go, reserve a slot of the pace, claim it, send it, record the answer.

    Raises:
        PaceError: the pace of the channel is used up; it says when the next may go.
        ChannelError: the channel surely did not take it; it is planned again.
    """
    with store.changing():
        contact = store.book.contact(message.contact_id)
        refused = store.book.is_refused(message.recipient)
        if contact is None or contact.group is not message.group or refused:
            return Outcome(message=message)
        _reserve_slot(store, message.channel)
        attempt = store.ledger.claim(plan, message, contact.numbers, store.clock())
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


def standings_of(store: Store, plan: Plan) -> list[Standing]:
    """Where every message of one plan stands, in its order."""
    tried = store.ledger.standings(plan.notice_id)
    return [tried.get(m.id) or _untried(m, plan) for m in plan.messages]


def standings(store: Store) -> list[Standing]:
    """Where every message stands: those of the plan in its order, then what went before it."""
    plan = store.ledger.current_plan()
    if plan is None:
        return []
    planned = {standing.message_id: standing for standing in standings_of(store, plan)}
    before = store.ledger.standings(store.ledger.real_notice())
    return list((planned | before).values())


def codes_to_oneself(store: Store, recipient: E164) -> list[tuple[Message, list[str]]]:
    """The different texts of the plan, marked as a test, each with its code to one's own number.

    Of the language that one's own number would get, if the plan has any in it. It tells nobody
    else, and is not recorded.

    Raises:
        NoPlanError: there is no plan.
    """
    plan = store.current_plan()
    spoken = template.language_for(recipient)
    first: dict[str, Message] = {}
    for message in plan.messages:
        first.setdefault(message.text, message)
    own = [m for m in first.values() if m.language == spoken] or list(first.values())
    return [(m, code(recipient, template.text(m.language, "test") + m.text)) for m in own]


def own_number(store: Store, number: str) -> tuple[E164, bool]:
    """A number as E.164, and whether it is one of the invented ones, which reach nobody.

    Raises:
        NumberError: that is not a telephone number.
    """
    parsed = phone.parse(number, store.region)
    return parsed, phone.is_invented(parsed)


def gone(store: Store, channel: str) -> list[datetime]:
    """When each message of the last day left by that channel."""
    return store.ledger.claimed_since(channel, store.clock() - planning.DAY)


def check_folder(plan: Plan, folder: Path | None) -> None:
    """A rehearsal needs a folder, and nothing else may have one.

    Raises:
        FolderMissingError, NotARehearsalError: it is not so.
    """
    if plan.rehearsal and folder is None:
        raise FolderMissingError
    if not plan.rehearsal and folder is not None:
        raise NotARehearsalError


def _check_same_folder(store: Store, plan: Plan, folder: Path) -> None:
    """In another folder it could not be asked what was written already."""
    setting, here = _began_in(plan, folder)
    if store.book.setting(setting) not in ("", here):
        raise FolderChangedError


def _began_in(plan: Plan, folder: Path) -> tuple[str, str]:
    return f"folder of {plan.notice_id}", os.fsencode(folder.absolute()).hex()


def _reserve_slot(store: Store, channel: str) -> None:
    can = CAPABILITIES[channel]
    if can.per_hour is None and can.per_day is None:
        return
    now = store.clock()
    before = gone(store, channel)
    slot = planning.next_slot(before, now, can.per_hour, can.per_day)
    if slot <= now:
        return
    if can.per_day is not None and len(before) >= can.per_day:
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

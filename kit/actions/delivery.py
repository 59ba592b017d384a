"""One message: a frozen plan goes in, the message goes out at most once, the answer is recorded.

`deliver` is the only way out. It looks once more whether the contact may be told, and now, reserves
a slot of the pace, claims the message (on the disk), sends, and records the answer. A crash leaves
a claim without an answer; the channel is asked about it, and nobody guesses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from kit import plan as planning
from kit.actions.routes import Routes
from kit.channels import CAPABILITIES
from kit.errors import ChannelError, DayFullError, HalfHourFullError, HeldError, HourFullError
from kit.hours import parse_hours
from kit.model import (
    OPEN_STATUSES,
    TOLD_GROUPS,
    Fault,
    Group,
    Meaning,
    Receipt,
    Standing,
    Status,
    Way,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Address, Attempt, Contact, Message, Pace, Plan

#: A longer wait than this is not waited for with a message in hand.
_LONGEST_PAUSE = timedelta(seconds=60)
#: No message may lie at a provider for longer: Twilio's own limit.
_LONGEST_IN_QUEUE = timedelta(hours=10)
#: So shortly before the night nothing begins.
_LAST_MINUTES = timedelta(minutes=2)
#: How the code of a receipt begins that is the borrower's own word.
BY_WORD = "borrower:"
#: Slots of a pace stand a little further apart, so that jitter never makes one too many a second.
_APART = 1.02
#: A thread that comes late to its slot must not make too many of the second that follows either.
_SECOND = timedelta(seconds=1.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one call of `deliver` did."""

    message: Message
    #: nothing: the message was not free to go, and nothing was sent
    attempt: Attempt | None = None
    receipt: Receipt | None = None


def deliver(
    store: Store,
    plan: Plan,
    message: Message,
    channels: Mapping[str, Channel],
    stopped: Event | None = None,
) -> Outcome:
    """One message: may it go, reserve a slot of the pace, claim it, send it, record the answer.

    When `stopped` is set while it waits for its slot, nothing is sent.

    Raises:
        PaceError: the pace of the channel is used up; it says when the next may go.
        ChannelError: the channel surely did not take it; it is planned again.
    """
    reserved: datetime | None = None
    while True:
        with store.changing():
            now = store.clock()
            way = _way(store, plan, message, now)
            if way is None or way.channel not in channels:
                return Outcome(message=message)
            free_at = _free_at(store, plan, way, now)
            reserved = reserved or _reserve(store, plan, way, now)
            slot = max(free_at, reserved, _free_second_at(store, plan, way, now))
            if slot <= now:
                attempt = store.ledger.claim(plan, message, way, now)
                break
        if not store.rest(stopped or Event(), (slot - now).total_seconds()):
            return Outcome(message=message)
    if attempt is None:
        return Outcome(message=message)
    try:
        receipt = channels[way.channel].send(attempt)
    except ChannelError as error:
        code = str(error.facts.get("code", "not taken"))
        store.ledger.record(attempt.id, Receipt(status=Status.PLANNED, at=store.clock(), code=code))
        raise
    record(store, attempt, receipt, way.addresses)
    return Outcome(message=message, attempt=attempt, receipt=receipt)


def record(store: Store, attempt: Attempt, receipt: Receipt, addresses: Iterable[Address]) -> None:
    """Write down what was said of an attempt; an opt-out holds for every address at once."""
    with store.changing():
        store.ledger.record(attempt.id, receipt)
        if receipt.fault is Fault.OPT_OUT:
            everywhere = {*addresses, attempt.recipient}
            store.ledger.opt_out(everywhere, Meaning.OPT_OUT, attempt.channel, receipt.at)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody of the book, as far as it decides who may be told now; made in one pass."""

    group_by_id: Mapping[str, Group]
    #: reached by the notice already, by whatever address
    told_ids: frozenset[str]
    told_addresses: frozenset[Address]
    #: addresses of people who are never told
    refused: frozenset[Address]
    opted_out_ids: frozenset[str]
    id_by_address: Mapping[Address, str]


def people_of(store: Store, plan: Plan) -> People:
    """Who may be told now."""
    told_ids, told_addresses = store.ledger.told(plan.notice_id)
    recipients = {m.recipient for m in plan.messages}
    group_by_id: dict[str, Group] = {}
    told: set[str] = set(told_ids)
    refused: set[Address] = set()
    opted_out: set[str] = set()
    id_by_address: dict[Address, str] = {}
    for contact in store.book.each():
        everywhere = planning.addresses(contact)
        group_by_id[contact.id] = contact.group
        if not told_addresses.isdisjoint(everywhere):
            told.add(contact.id)
        if contact.group is Group.NOBODY:
            refused.update(everywhere)
        if Meaning.OPT_OUT in store.ledger.opted_out(everywhere).values():
            opted_out.add(contact.id)
        id_by_address |= {a: contact.id for a in everywhere if a in recipients}
    return People(
        group_by_id,
        frozenset(told),
        told_addresses,
        frozenset(refused),
        frozenset(opted_out),
        id_by_address,
    )


def waiting(store: Store, plan: Plan) -> list[Message]:
    """The messages of the plan that may go and have not gone, in its order; held ones too."""
    people = people_of(store, plan)
    statuses = store.ledger.statuses(plan.notice_id)
    now = store.clock()
    return [
        m
        for m in plan.messages
        if _is_free(store, plan, m, statuses.get(m.id, Status.PLANNED), now)
        and m.contact_id not in people.told_ids
        and m.contact_id not in people.opted_out_ids
        and m.recipient not in people.told_addresses
        and m.recipient not in people.refused
        and people.group_by_id.get(m.contact_id) is m.group
    ]


def left_out(store: Store, plan: Plan) -> int:
    """How many of the plan cannot go as they stand.

    Their choice changed, they were merged, their number is also that of somebody never told, or
    they are too late. Whoever was moved to `nobody` or wants no more is not counted.
    """
    people = people_of(store, plan)
    statuses = store.ledger.statuses(plan.notice_id)
    now = store.clock()
    count = 0
    for m in plan.messages:
        if statuses.get(m.id, Status.PLANNED) is not Status.PLANNED:
            continue
        owner = m.contact_id
        if owner not in people.group_by_id:
            owner = people.id_by_address.get(m.recipient, "")
        group = people.group_by_id.get(owner)
        changed = (owner, group) != (m.contact_id, m.group) or m.recipient in people.refused
        settled = owner in people.told_ids or owner in people.opted_out_ids
        unwanted = group is Group.NOBODY or settled
        count += (changed or planning.too_late(m, now)) and not unwanted
    return count


def to_go(store: Store, plan: Plan) -> int:
    """How many messages are not dealt with: waiting, held, or claimed and not answered."""
    open_ids = {
        attempt.message_id
        for channel in {plan.channel, *store.ledger.channels_in_use(plan.notice_id)}
        for attempt in store.ledger.open_attempts(
            plan.notice_id, channel, Status.SENDING, Status.HANDED_OVER
        )
    }
    return len(open_ids | {message.id for message in waiting(store, plan)})


def held_outside(store: Store, plan: Plan) -> int:
    """How many texts the borrower still holds that are not in this plan."""
    in_plan = {message.id for message in plan.messages}
    held = store.ledger.open_attempts(plan.notice_id, plan.channel, Status.HANDED_OVER)
    return sum(attempt.message_id not in in_plan for attempt in held)


def standings_of(store: Store, plan: Plan) -> list[Standing]:
    """Where every message of one plan stands, in its order."""
    tried = store.ledger.standings(plan.notice_id)
    now = store.clock()
    return [_standing(m, plan, tried.get(m.id), now) for m in plan.messages]


def standings(store: Store) -> list[Standing]:
    """Where every message stands: those of the plan in its order, then what went before it."""
    plan = store.ledger.current_plan()
    if plan is None:
        return []
    planned = {standing.message_id: standing for standing in standings_of(store, plan)}
    before = store.ledger.standings(store.ledger.real_notice())
    return [*planned.values(), *(s for id_, s in before.items() if id_ not in planned)]


def is_rehearsal(standing: Standing) -> bool:
    """Whether it stands in a folder only; what was told in person has no channel at all."""
    can = CAPABILITIES.get(standing.channel)
    return can is not None and can.rehearsal


def gone(store: Store, channel: str) -> list[planning.Gone]:
    """What has left in the last day by the channel, or by all that share the borrower's number."""
    own = {name for name, can in CAPABILITIES.items() if can.own_number}
    channels = own if channel in own else {channel}
    return store.ledger.gone_since(channels, store.clock() - planning.DAY)


def owner(store: Store, contact_id: str, address: Address) -> Contact | None:
    """The contact, or who has the address now: an import may have made two contacts one."""
    if contact := store.book.contact(contact_id):
        return contact
    return next(
        (found for id_ in store.book.owners(address) if (found := store.book.contact(id_))), None
    )


def _way(store: Store, plan: Plan, message: Message, now: datetime) -> Way | None:
    """How the message may go now; none: it may not, or not yet."""
    contact = store.book.contact(message.contact_id)
    if contact is None or contact.group is not message.group or contact.group not in TOLD_GROUPS:
        return None
    tries = store.ledger.tries(message.id)
    address = planning.next_address(message, tries, plan.id, now)
    everywhere = frozenset(planning.addresses(contact))
    if address is None or _may_not_go(store, plan, message, address, everywhere):
        return None
    until = _until(plan, message, now)
    if until is None or planning.too_late(message, now):
        return None
    routes = _routes(store, plan)
    return Way(
        channel=routes.channel_for(address),
        recipient=address,
        addresses=everywhere,
        until=until,
        segments=message.segments,
    )


def _may_not_go(
    store: Store,
    plan: Plan,
    message: Message,
    address: Address,
    everywhere: frozenset[Address],
) -> bool:
    """Whether people, or the rules of the way, have said no since the plan was made."""
    said = store.ledger.opted_out({*everywhere, address})
    routes = _routes(store, plan)
    return (
        Meaning.OPT_OUT in said.values()
        or address in said
        or store.book.is_refused(address)
        or not routes.reaches(address)
        or not routes.allows(address, message.tone)
    )


def _routes(store: Store, plan: Plan) -> Routes:
    return Routes(
        settings=store.settings, channel=plan.channel, registered_sender=plan.registered_sender
    )


def _until(plan: Plan, message: Message, now: datetime) -> datetime | None:
    """When it must have gone, should it go now; none: it is night."""
    latest = now + _LONGEST_IN_QUEUE
    if not message.zones:
        return latest
    hours = parse_hours(plan.hours)
    if not hours.allow(message.zones, now):
        return None
    evening = min(hours.end_at(message.zones, now) or latest, latest)
    return evening if evening - now > _LAST_MINUTES else None


def _free_at(store: Store, plan: Plan, way: Way, now: datetime) -> datetime:
    """When the caps of the hour, the day and the half-hour leave room for one more."""
    pace = _pace(plan, way)
    if pace.per_hour is None and pace.per_day is None and pace.segments is None:
        return now
    before = gone(store, way.channel)
    slot = planning.next_slot(before, now, pace, way.segments)
    if slot <= now + _LONGEST_PAUSE:
        return slot
    if pace.per_day is not None and len(before) >= pace.per_day:
        raise DayFullError(most=pace.per_day, at=slot)
    last_hour = sum(at > now - timedelta(hours=1) for at, _ in before)
    if pace.per_hour is not None and last_hour >= pace.per_hour:
        raise HourFullError(most=pace.per_hour, at=slot)
    raise HalfHourFullError(most=pace.segments, at=slot)


def _free_second_at(store: Store, plan: Plan, way: Way, now: datetime) -> datetime:
    """When fewer than the pace of a second have been claimed within one, whenever they were due."""
    most = math.ceil(_pace(plan, way).per_second or 0)
    before = store.ledger.claimed_between(way.channel, now - _SECOND, now) if most else []
    return before[-most] + _SECOND if len(before) >= most > 0 else now


def _reserve(store: Store, plan: Plan, way: Way, now: datetime) -> datetime:
    """Take the next moment that the pace of a second has free."""
    pace = _pace(plan, way)
    seconds = _APART / pace.per_second if pace.per_second else 0
    slot = store.ledger.reserve(way.channel, now, timedelta(seconds=seconds))
    if slot > now + _LONGEST_PAUSE:
        raise HeldError(channel=way.channel, at=slot)
    return slot


def _pace(plan: Plan, way: Way) -> Pace:
    """The plan's pace; what goes by another channel than the plan's keeps that one's own."""
    return plan.pace if way.channel == plan.channel else CAPABILITIES[way.channel].pace


def _is_free(store: Store, plan: Plan, message: Message, status: Status, now: datetime) -> bool:
    if planning.too_late(message, now):
        return status is Status.HANDED_OVER
    if status in (Status.PLANNED, Status.HANDED_OVER):
        return True
    if status in OPEN_STATUSES:
        return False
    tries = store.ledger.tries(message.id)
    return planning.next_address(message, tries, plan.id, now) is not None


def _standing(message: Message, plan: Plan, tried: Standing | None, now: datetime) -> Standing:
    """Where a message stands; one that is planned and too late has expired."""
    if tried is not None and tried.status is not Status.PLANNED:
        return tried
    late = planning.too_late(message, now)
    return Standing(
        message_id=message.id,
        contact_id=message.contact_id,
        recipient=message.recipient,
        channel=message.channel,
        status=Status.EXPIRED if late else Status.PLANNED,
        provider_id="",
        at=tried.at if tried is not None else plan.frozen_at,
    )

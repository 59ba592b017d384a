"""One message: a frozen plan goes in, the message goes out at most once, the answer is recorded.

`deliver` is the only way out. It looks once more whether the message may go, and now (`way`),
reserves a slot of the pace, claims the message (on the disk), sends, and records the answer. A
crash leaves a claim without an answer; the channel is asked about it, and nobody guesses.
"""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from threading import Event
from typing import TYPE_CHECKING

from kit import journal
from kit import plan as planning
from kit.actions.restored import unasked
from kit.actions.routes import Routes
from kit.channels import CAPABILITIES
from kit.errors import (
    BusyError,
    ChannelError,
    DayFullError,
    HalfHourFullError,
    HeldError,
    HourFullError,
)
from kit.hours import parse_hours
from kit.model import (
    OPEN_STATUSES,
    TOLD_GROUPS,
    Fault,
    Group,
    Meaning,
    Pace,
    Receipt,
    Status,
    Way,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Address, Attempt, Contact, Message, Plan

#: With a message in hand no longer wait than this is waited for.
_LONGEST_PAUSE = timedelta(seconds=60)
#: No message may lie at a provider for longer: Twilio's own limit.
_LONGEST_IN_QUEUE = timedelta(hours=10)
#: A thread that comes late to its slot must not make too many of the second that follows either.
_SECOND = timedelta(seconds=1.01)
#: A slot that is so long past was slept through: going on at once would make up for lost time.
_STALE = timedelta(seconds=1)
#: How often an answer is written down again when another program has the store.
_PATIENCE = 3


class Why(Enum):
    """Why a message does not go now."""

    CHANGED = auto()  #: what was chosen for the contact, or who they are, changed since the plan
    UNWANTED = auto()  #: the contact or somebody with that address is never told, or opted out
    TOLD = auto()  #: it may have reached them already
    FAILED = auto()  #: no address is left to try, or not yet
    LATE = auto()  #: it should have gone long ago
    NIGHT = auto()  #: it is quiet time where they are
    BARRED = auto()  #: the way to that address is not open
    RESTORED = auto()  #: the store is a copy, and what the other one sent is not known yet
    STOPPED = auto()  #: the run was stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one call of `deliver` did: an attempt and its receipt, or why there was none."""

    message: Message
    attempt: Attempt | None = None
    receipt: Receipt | None = None
    why: Why | None = None


def deliver(
    store: Store,
    plan: Plan,
    message: Message,
    channels: Mapping[str, Channel],
    stopped: Event | None = None,
) -> Outcome:
    """One message: may it go, reserve a slot of the pace, claim it, send it, record the answer.

    When `stopped` is set before it is claimed, nothing is sent.

    Raises:
        PaceError: the pace of the channel is used up; it says when the next may go.
        CaseClosedError, CasePausedError: it is of a case from which nothing goes.
        ChannelError: the channel surely did not take it; it is planned again.
    """
    stopped = stopped or Event()
    reserved: datetime | None = None
    while True:
        with store.changing():
            store.check_case()
            now = store.clock()
            found = Why.STOPPED if stopped.is_set() else way(store, plan, message, now)
            if isinstance(found, Way) and found.channel not in channels:
                found = Why.BARRED
            if not isinstance(found, Way):
                return Outcome(message=message, why=found)
            # What is of this case alone is asked before the turn, for which other cases wait.
            n = store.ledger.next_try(plan, message, found) if reserved else None
            store.ledger.take_turn(found.channel, now)
            now = store.clock()  # others may have had their turn first
            if reserved is None or _is_stale(store, found, reserved, now):
                reserved = _reserve(store, plan, found, now)
            slot = max(
                reserved,
                _free_at(store, plan, found, now),
                _free_second_at(store, plan, found, now),
            )
            if slot <= now:
                attempt = store.ledger.claim(plan, message, found, now, n)
                break
        store.rest(stopped, (slot - now).total_seconds())
    if attempt is None:
        return Outcome(message=message, why=Why.TOLD)
    receipt = _sent(store, attempt, channels[found.channel])
    _insist(store, attempt, receipt)
    return Outcome(message=message, attempt=attempt, receipt=receipt)


def way(store: Store, plan: Plan, message: Message, now: datetime) -> Way | Why:
    """How the message may go now, or why it may not: the one place that decides it."""
    contact = store.book.contact(message.contact_id)
    if contact is None or contact.group is not message.group:
        return Why.CHANGED
    address = next_address(store, plan, message, now)
    if isinstance(address, Why):
        return address
    if not is_wanted(store, contact, address):
        return Why.UNWANTED
    routes = routes_of(store, plan)
    if not routes.permit(address, message.tone):
        return Why.BARRED
    channel = routes.channel_for(address)
    until = Why.RESTORED if unasked(store, plan, channel) else _until(plan, message, now)
    if isinstance(until, Why):
        return until
    return Way(
        channel=channel,
        recipient=address,
        addresses=frozenset(own_addresses(store, contact)),
        until=until,
        segments=message.segments,
    )


def still_to_go(store: Store, plan: Plan, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Of the texts that the borrower holds, those that may go: as planned, wanted, not too late.

    Of two that an import has made one person's, the first, and none that is held by another way.
    None where the store is a copy, and the other one may have had a word about them.
    """
    if unasked(store, plan, *(one.channel for one in attempts)):
        return []
    told_ids, told_addresses = told(store, plan.notice_id)
    by_id = {message.id: message for message in plan.messages}
    by_recipient = {message.recipient: message for message in plan.messages}
    elsewhere = _held_elsewhere(store, plan, attempts)
    left: dict[str, Attempt] = {}
    for attempt in attempts:
        contact = _holder(store, attempt)
        message = by_id.get(attempt.message_id) or by_recipient.get(attempt.recipient)
        if (
            contact is not None
            and message is not None
            and (message.recipient, message.text) == (attempt.recipient, attempt.text)
            and is_wanted(store, contact, attempt.recipient)
            and contact.id not in told_ids
            and told_addresses.isdisjoint(own_addresses(store, contact))
            and elsewhere.isdisjoint(own_addresses(store, contact))
            and not planning.too_late(message, store.clock())
        ):
            left.setdefault(contact.id, attempt)
    return list(left.values())


def _holder(store: Store, attempt: Attempt) -> Contact | None:
    """Who has the address now; where several do, the one for whom the text is."""
    meant, _ = store.ledger.attempted(attempt.id) or ("", attempt.recipient)
    owners = store.book.owners(attempt.recipient)
    return owner(store, meant if meant in owners else "", attempt.recipient)


def _held_elsewhere(store: Store, plan: Plan, attempts: Sequence[Attempt]) -> frozenset[Address]:
    """Addresses whose text the borrower holds by another way than these."""
    by_hand = {name for name, can in CAPABILITIES.items() if can.by_hand}
    return store.ledger.held(plan.notice_id, by_hand - {one.channel for one in attempts})[1]


def record(store: Store, attempt: Attempt, receipt: Receipt) -> None:
    """Write down what was said of an attempt; an opt-out holds for every address at once."""
    with store.changing():
        store.ledger.record(attempt.id, receipt)
        if receipt.fault is Fault.OPT_OUT:
            told = store.ledger.attempted(attempt.id)
            contact = store.book.contact(told[0]) if told else None
            everywhere = {attempt.recipient, *addresses_with(store, attempt.recipient)}
            everywhere |= set(planning.addresses(contact)) if contact is not None else set()
            said = (Meaning.OPT_OUT, attempt.channel, receipt.at)
            store.ledger.opt_out(everywhere, *said, [attempt.recipient])
    noted = {"status": receipt.status, "fault": receipt.fault, "code": receipt.code or None}
    journal.note(journal.Event.ANSWERED, attempt=attempt.id, channel=attempt.channel, **noted)


def addresses_with(store: Store, address: Address) -> set[Address]:
    """Every address of whoever has that one."""
    owners = [store.book.contact(id_) for id_ in store.book.owners(address)]
    return {a for contact in owners if contact for a in planning.addresses(contact)}


def gone(store: Store, channel: str) -> list[planning.Gone]:
    """What has left in the last day by the channel, or by all that share the borrower's number."""
    own = {name for name, can in CAPABILITIES.items() if can.own_number}
    now = store.clock()
    since = now - planning.DAY
    channels = own if channel in own else {channel}
    at_once = {name for name in channels if CAPABILITIES[name].by_hand == "all_at_once"}
    # What was handed over together has gone when the borrower says so, not when it was handed over.
    return sorted(
        store.ledger.gone_since(channels - at_once, since, now, channel)
        + store.ledger.confirmed_since(at_once, since, now)
    )


def most_waiting(pace: Pace) -> int:
    """How many may wait for their slot at once, so that none of them waits for too long."""
    if pace.per_second is None:
        return _LONGEST_PAUSE.seconds
    return max(1, int(_LONGEST_PAUSE / planning.apart(pace)))


def routes_of(store: Store, plan: Plan) -> Routes:
    """The rules of the plan's ways, by the settings as they are now."""
    return Routes(
        settings=store.settings, channel=plan.channel, registered_sender=plan.registered_sender
    )


def owner(store: Store, contact_id: str, address: Address) -> Contact | None:
    """The contact, or who has the address now: an import may have made two contacts one."""
    if contact := store.book.contact(contact_id):
        return contact
    return next(
        (found for id_ in store.book.owners(address) if (found := store.book.contact(id_))), None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody of the book, as far as it decides who may be told now; made in one pass."""

    group_by_id: Mapping[str, Group]
    #: reached by the notice already, by whatever address
    told_ids: Collection[str]
    opted_out_ids: Collection[str]
    #: addresses of people who are never told
    refused: Collection[Address] = field(repr=False)
    id_by_address: Mapping[Address, str] = field(repr=False)

    def are_done_with(self, contact_id: str) -> bool:
        """Whether the person was told, or is not to be told."""
        return (
            self.group_by_id.get(contact_id) is Group.NOBODY
            or contact_id in self.told_ids
            or contact_id in self.opted_out_ids
        )


def people_of(store: Store, plan: Plan) -> People:
    """Who may be told now."""
    told_ids, told_addresses = told(store, plan.notice_id)
    recipients = {m.recipient for m in plan.messages}
    group_by_id, addresses_by_id = store.book.groups(), store.book.addresses()
    owners = Counter(a for theirs in addresses_by_id.values() for a in theirs)
    everybody_told: set[str] = set(told_ids)
    refused: set[Address] = set()
    id_by_address: dict[Address, str] = {}
    for id_, theirs in addresses_by_id.items():
        own = [a for a in theirs if owners[a] == 1]
        if not told_addresses.isdisjoint(theirs) and _are_told(theirs, own, told_addresses):
            everybody_told.add(id_)
        if group_by_id.get(id_) is Group.NOBODY:
            refused.update(theirs)
        id_by_address |= {a: id_ for a in theirs if a in recipients}
    return People(
        group_by_id=group_by_id,
        told_ids=everybody_told,
        opted_out_ids=_who_opted_out(store, addresses_by_id),
        refused=refused,
        id_by_address=id_by_address,
    )


def told(store: Store, notice_id: str) -> tuple[frozenset[str], frozenset[Address]]:
    """Contacts, and addresses, that the notice has reached, or may have reached.

    Whoever was told, forgotten and brought in again is known by the traces of their addresses.
    """
    ids, addresses = store.ledger.told(notice_id)
    if not store.ledger.traces.any():
        return ids, addresses
    addresses_by_id = store.book.addresses()
    owners = Counter(a for theirs in addresses_by_id.values() for a in theirs)
    again = store.ledger.traces.told_again(notice_id, owners)
    anew = (
        id_
        for id_, theirs in addresses_by_id.items()
        if not again.isdisjoint(theirs)
        and _are_told(theirs, [a for a in theirs if owners[a] == 1], again)
    )
    return ids.union(anew), addresses | again


def opted_out(store: Store) -> set[str]:
    """The ids of all contacts who want no more."""
    return _who_opted_out(store, store.book.addresses())


def _who_opted_out(store: Store, addresses_by_id: Mapping[str, Sequence[Address]]) -> set[str]:
    said = store.ledger.opted_out({a for theirs in addresses_by_id.values() for a in theirs})
    unwanted = {address for address, meaning in said.items() if meaning is Meaning.OPT_OUT}
    if not unwanted:
        return set()
    return {id_ for id_, theirs in addresses_by_id.items() if not unwanted.isdisjoint(theirs)}


def next_address(store: Store, plan: Plan, message: Message, now: datetime) -> Address | Why:
    """Where the message goes next, by its tries and by what people said of its addresses."""
    tries = store.ledger.tries(message.id)
    if any(one.status in OPEN_STATUSES for one in tries):
        return Why.TOLD
    ways = (message.recipient, *message.others)
    said = store.ledger.opted_out(ways)
    contact = store.book.contact(message.contact_id)
    unusable = {address for address, meaning in said.items() if meaning is Meaning.WRONG_PERSON}
    unusable |= {address for address in ways if store.book.is_refused(address)}
    unusable |= {
        address
        for address in ways
        if (planning.may_be_shared(address) or len(store.book.owners(address)) > 1)
        and store.ledger.is_taken(plan.notice_id, [address], message.id)
    }
    if contact is not None:  # who was taken apart has not all of them any more
        unusable |= set(ways).difference(planning.addresses(contact))
    return planning.next_address(message, tries, plan.id, now, unusable) or Why.FAILED


def is_wanted(store: Store, contact: Contact, address: Address) -> bool:
    """Whether the borrower and whoever has the address let something go there."""
    said = store.ledger.opted_out({*planning.addresses(contact), address})
    return (
        contact.group in TOLD_GROUPS
        and Meaning.OPT_OUT not in said.values()
        and address not in said
        and not store.book.is_refused(address)
    )


def surely_wanted(store: Store) -> set[tuple[str, Address]]:
    """Contacts, by id, each with their addresses, of whom `is_wanted` need not be asked.

    Nothing was said of any of their addresses, and nobody who has one is never told.
    """
    groups, addresses_by_id = store.book.groups(), store.book.addresses()
    closed = set(store.ledger.opted_out({a for some in addresses_by_id.values() for a in some}))
    for id_, theirs in addresses_by_id.items():
        if groups.get(id_) is Group.NOBODY:
            closed.update(theirs)
    return {
        (id_, address)
        for id_, theirs in addresses_by_id.items()
        if groups.get(id_) in TOLD_GROUPS and closed.isdisjoint(theirs)
        for address in theirs
    }


def _are_told(theirs: Iterable[Address], own: Iterable[Address], told: Collection[Address]) -> bool:
    """Whether an address of somebody's own was told, or every one that takes messages."""
    ways = (address for address in theirs if planning.takes_messages(address))
    return any(address in told for address in own) or all(address in told for address in ways)


def own_addresses(store: Store, contact: Contact) -> list[Address]:
    """The addresses that are this contact's alone: people kept apart may share any."""
    return [a for a in planning.addresses(contact) if len(store.book.owners(a)) == 1]


def _until(plan: Plan, message: Message, now: datetime) -> datetime | Why:
    """When it must have gone, should it go now."""
    if planning.too_late(message, now):
        return Why.LATE
    latest = now + _LONGEST_IN_QUEUE
    if not message.zones:
        return latest
    hours = parse_hours(plan.hours)
    if not hours.allow(message.zones, now):
        return Why.NIGHT
    return min(hours.end_at(message.zones, now) or latest, latest)


def _sent(store: Store, attempt: Attempt, channel: Channel) -> Receipt:
    """Let it go, unless the night began while this computer slept.

    Raises:
        ChannelError: it was surely not taken; that is written down.
    """
    if store.clock() >= attempt.until:
        return Receipt(status=Status.PLANNED, at=store.clock(), code="too late")
    try:
        return channel.send(attempt)
    except ChannelError as error:
        error.attempt = attempt
        code = str(error.facts.get("code", "not taken"))
        _insist(store, attempt, Receipt(status=Status.PLANNED, at=store.clock(), code=code))
        raise


def _insist(store: Store, attempt: Attempt, receipt: Receipt) -> None:
    """Write the answer down, though another program may have the store for a while."""
    for _ in range(_PATIENCE):
        with contextlib.suppress(BusyError):
            record(store, attempt, receipt)
            return
    record(store, attempt, receipt)


def _free_at(store: Store, plan: Plan, way: Way, now: datetime) -> datetime:
    """When the caps of the hour, the day and the half-hour leave room for one more."""
    pace = _pace(plan, way)
    if pace.per_hour is None and pace.per_day is None and pace.segments is None:
        return now
    before = gone(store, way.channel)
    slot = planning.next_slot(before, now, pace, way.segments)
    # Whoever presses send is told at once, and not left before a page that does not come.
    if slot <= now or (slot <= now + _LONGEST_PAUSE and not CAPABILITIES[way.channel].by_hand):
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
    between = planning.apart(_pace(plan, way))
    if between:
        slot, held_until = store.ledger.reserve(way.channel, now, between)
    else:
        slot = held_until = store.ledger.held_until(way.channel, now)
    if held_until > now + _LONGEST_PAUSE:
        raise HeldError(channel=way.channel, at=held_until)
    return slot


def _is_stale(store: Store, way: Way, reserved: datetime, now: datetime) -> bool:
    """Whether the slot counts no more: it was slept through, or the provider asks to wait."""
    return reserved < now - _STALE or store.ledger.held_until(way.channel, now) > now


def _pace(plan: Plan, way: Way) -> Pace:
    """The plan's pace; what goes by another channel than the plan's keeps that one's own.

    What is handed over all at once has none: whoever presses send keeps it. One by one, a thumb is
    slower than any pace of a second.
    """
    by_hand = CAPABILITIES[way.channel].by_hand
    if by_hand == "all_at_once":
        return Pace()
    pace = plan.pace if way.channel == plan.channel else CAPABILITIES[way.channel].pace
    return replace(pace, per_second=None) if by_hand else pace

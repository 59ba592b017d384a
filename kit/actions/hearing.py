"""Hear: providers are asked what became of attempts and what people wrote; all of it is kept.

What may have been taken is never sent again on a guess: the provider's own list decides, or the
borrower's word.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import contacts as people
from kit import inbox, phone
from kit import plan as planning
from kit.actions.delivery import BY_WORD, owner, record, standings, waiting
from kit.actions.opening import open_channel
from kit.channels import CAPABILITIES
from kit.channels.phone import PhoneChannel
from kit.errors import (
    ChannelError,
    NobodyFoundError,
    NothingToTellError,
    NotToBeTriedError,
    NumberError,
)
from kit.model import (
    OPEN_STATUSES,
    Email,
    Fault,
    Heard,
    Meaning,
    Receipt,
    Reply,
    Status,
)

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Address, Attempt, Contact, Plan, Standing

#: How far back replies are looked for again: a provider may list them late.
_LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one `sync` has learnt."""

    #: where messages stand now that stood elsewhere before
    changed: list[Standing]
    replies: list[Heard]
    #: channels that could not be asked, and why
    failed: list[tuple[str, ChannelError]]
    #: nobody can tell yet whether they were taken
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What one `retry` has done."""

    #: the first one may have arrived all the same
    perhaps_twice: bool
    #: the present plan sends it; else another plan must
    in_plan: bool


def sync(store: Store) -> Synced:
    """Ask every channel in use what became of its attempts and what people wrote.

    Raises:
        AlreadyRunningError: somebody is sending with this store.
    """
    with store.alone():
        before = {s.message_id: s for s in standings(store)}
        heard: list[Heard] = []
        failed: list[tuple[str, ChannelError]] = []
        notice_id = store.ledger.real_notice()
        for name in _channels(store, notice_id):
            try:
                with contextlib.closing(open_channel(store, name)) as channel:
                    settle(store, notice_id, name, channel)
                    heard += listen(store, notice_id, name, channel)
            except ChannelError as error:
                failed.append((name, error))
        after = standings(store)
    return Synced(
        changed=[s for s in after if s != before.get(s.message_id)],
        replies=heard,
        failed=failed,
        unknown=sum(s.status is Status.UNKNOWN for s in after),
    )


def settle(store: Store, notice_id: str, name: str, channel: Channel) -> None:
    """Ask about every attempt whose outcome nobody recorded; nobody guesses.

    What the provider does not have some time after the attempt was not taken, and is planned again.

    Raises:
        ChannelError: it cannot be asked now; what has no answer is unknown until then.
    """
    can = CAPABILITIES[name]
    attempts = store.ledger.open_attempts(notice_id, name, Status.SENDING, Status.UNKNOWN)
    sending = {a.id for a in store.ledger.open_attempts(notice_id, name, Status.SENDING)}
    if not can.knows_at_once:
        for attempt in attempts:
            if attempt.id in sending:
                store.ledger.record(attempt.id, _unknown(store.clock()))
    for attempt in attempts:
        found = channel.find(attempt)
        if found is not None:
            _record(store, attempt, found)
            continue
        settled = store.clock() - attempt.claimed_at >= timedelta(seconds=store.settings.settle_s)
        if can.knows_at_once or (can.can_rule_out and settled):
            receipt = Receipt(status=Status.PLANNED, at=store.clock(), code="not taken")
            store.ledger.record(attempt.id, receipt)


def settle_phone(store: Store, notice_id: str) -> None:
    """Settle what a killed scan and send left; without it a new plan would call them told."""
    settle(store, notice_id, "phone", PhoneChannel(store.clock))


def listen(store: Store, notice_id: str, name: str, channel: Channel) -> list[Heard]:
    """Fetch receipts and replies; what is new of them is recorded and, for replies, returned.

    Raises:
        ChannelError: it cannot be asked now.
    """
    if name == "email" and not store.settings.imap_url:
        return []  # what comes meanwhile is heard once there is a mailbox
    now = store.clock()
    attempts = store.ledger.open_attempts(notice_id, name, Status.ACCEPTED, Status.UNDELIVERED)
    known = store.ledger.standings(notice_id) if attempts else {}
    last = store.book.setting(f"heard {name}")
    since = datetime.fromisoformat(last) if last else now - timedelta(days=365)
    new: list[Heard] = []
    for one in channel.fetch(since - _LOOK_BACK, attempts):
        if isinstance(one, Reply):
            new += _hear(store, notice_id, one)
            continue
        attempt, receipt = one
        was = known[attempt.message_id]
        if (receipt.status, receipt.code) != (was.status, was.code):
            _record(store, attempt, receipt)
    with store.changing():
        store.book.set(f"heard {name}", now.isoformat())
    return new


def replies(store: Store) -> list[Heard]:
    """Everything that people wrote back, the oldest first."""
    return store.ledger.replies()


def stop(store: Store, who: str) -> int:
    """Somebody wants no more, by WHO or by an address that is nobody's; how many addresses it was.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person, nor an address.
    """
    with store.changing():
        try:
            contact = people.find(store.book.contacts(), who, store.region)
            everywhere = set(planning.addresses(contact))
        except NobodyFoundError:
            address = _address(store, who)
            everywhere = {address, *_with(store, address)}
        store.ledger.opt_out(everywhere, Meaning.OPT_OUT, "borrower", store.clock())
    return len(everywhere)


def told(store: Store, who: str) -> None:
    """The borrower has told somebody in person, or knows that the text arrived.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NothingToTellError: there is no plan for real yet.
    """
    with store.alone(), store.changing():
        contact, plan = _real(store, who)
        message_id = planning.message_id(contact.id, plan.notice_id)
        tries = store.ledger.tries(message_id)
        now = store.clock()
        if tries and tries[-1].status in OPEN_STATUSES:
            receipt = Receipt(status=Status.DELIVERED, at=now, code=f"{BY_WORD}told")
            store.ledger.record(tries[-1].attempt_id, receipt)
        else:
            store.ledger.save_told(plan, message_id, contact.id, now)


def retry(store: Store, who: str) -> Retried:
    """Plan a message again that failed or of which nobody knows.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NotToBeTriedError: it was taken, or was never tried.
    """
    with store.alone(), store.changing():
        contact, plan = _real(store, who)
        message_id = planning.message_id(contact.id, plan.notice_id)
        tries = store.ledger.tries(message_id)
        failed = (Status.UNKNOWN, Status.UNDELIVERED, Status.REJECTED)
        if not tries or tries[-1].status not in failed:
            raise NotToBeTriedError
        receipt = Receipt(status=Status.PLANNED, at=store.clock(), code=f"{BY_WORD}retry")
        for one in tries:
            if one.status in failed:
                store.ledger.record(one.attempt_id, receipt)
        return Retried(
            perhaps_twice=tries[-1].status is Status.UNKNOWN,
            in_plan=any(message.id == message_id for message in waiting(store, plan)),
        )


def _channels(store: Store, notice_id: str) -> list[str]:
    """The channels that can be asked and have something to tell."""
    plan = store.ledger.current_plan()
    in_use = set(store.ledger.channels_in_use(notice_id))
    if plan is not None and not plan.rehearsal:
        in_use |= {plan.channel}
    return [name for name, can in CAPABILITIES.items() if name in in_use and can.can_be_asked]


def _real(store: Store, who: str) -> tuple[Contact, Plan]:
    contact = people.find(store.book.contacts(), who, store.region)
    plan = store.ledger.current_plan()
    if plan is None or plan.rehearsal:
        raise NothingToTellError
    return contact, plan


def _unknown(at: datetime) -> Receipt:
    return Receipt(status=Status.UNKNOWN, at=at, code="no answer", fault=Fault.UNKNOWN)


def _record(store: Store, attempt: Attempt, receipt: Receipt) -> None:
    with store.changing():
        standing = store.ledger.tries(attempt.message_id)[-1]
        if standing.attempt_id != attempt.id:
            return
        record(store, attempt, receipt, _with(store, attempt.recipient))


def _with(store: Store, address: Address) -> set[Address]:
    """Every address of whoever has that one."""
    owners = [store.book.contact(id_) for id_ in store.book.owners(address)]
    return {a for contact in owners if contact for a in planning.addresses(contact)}


def _hear(store: Store, notice_id: str, reply: Reply) -> list[Heard]:
    """Keep a reply and do what it asks; nothing when it was heard before."""
    with store.changing():
        earlier = store.ledger.who_was_told_at(notice_id, reply.sender)
        contact = owner(store, earlier[0][0] if earlier else "", reply.sender)
        heard = Heard(
            reply=reply,
            contact_id=contact.id if contact is not None else "",
            meaning=inbox.meaning(reply.text),
        )
        if not store.ledger.hear(heard):
            return []
        if heard.meaning is Meaning.OPT_OUT:
            everywhere = planning.addresses(contact) if contact is not None else ()
            store.ledger.opt_out(
                {*everywhere, reply.sender}, Meaning.OPT_OUT, reply.channel, reply.at
            )
        if heard.meaning is Meaning.WRONG_PERSON:
            _forget_address(store, reply, contact, earlier)
    return [heard]


def _forget_address(
    store: Store, reply: Reply, contact: Contact | None, earlier: list[tuple[str, str, Status]]
) -> None:
    """The address is not theirs: it gets nothing more, and the person's next one is tried."""
    store.ledger.opt_out([reply.sender], Meaning.WRONG_PERSON, reply.channel, reply.at)
    if contact is not None:
        store.book.save([people.without(contact, reply.sender)])
    for _, attempt_id, status in earlier[:1]:
        if status in (Status.ACCEPTED, Status.DELIVERED, Status.UNKNOWN):
            receipt = Receipt(
                status=Status.UNDELIVERED,
                at=reply.at,
                code="wrong_person",
                fault=Fault.ADDRESS,
            )
            store.ledger.record(attempt_id, receipt)


def _address(store: Store, text: str) -> Address:
    """An address that is nobody's in the book."""
    if "@" in text:
        return Email(text.strip().lower())
    try:
        return phone.parse(text, store.region)
    except NumberError:
        raise NobodyFoundError(position=1) from None

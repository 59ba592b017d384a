"""Hear: providers are asked what became of attempts and what people wrote; all of it is kept.

What may have been taken is never sent again on a guess: the provider's own list decides, or the
borrower's word.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import contacts as people
from kit import journal, mail_address
from kit import plan as planning
from kit.actions import asking_again, queueing, reporting
from kit.actions.asking_again import Known
from kit.actions.delivery import addresses_with, own_addresses, owner, record
from kit.actions.opening import open_channel
from kit.actions.people import address_of_nobody
from kit.actions.progress import standings, waiting
from kit.actions.restored import held_by, to_ask_again
from kit.actions.routes import is_mail
from kit.channels import CAPABILITIES
from kit.channels.phone import PhoneChannel
from kit.errors import (
    ChannelError,
    DisownedError,
    NoAddressError,
    NobodyFoundError,
    NothingSaidError,
    NothingToTellError,
    NotToBeTriedError,
)
from kit.model import (
    BY_WORD,
    DISOWNED,
    OPEN_STATUSES,
    RETRIED,
    TAKEN_BACK,
    Fault,
    Heard,
    Meaning,
    Receipt,
    Reply,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.ledger.rows import ToldAt
    from kit.model import Address, Attempt, Contact, Standing, Try

#: How far back replies are looked for again: a provider may list them late.
_LOOK_BACK = timedelta(days=1)
#: A provider's number is for such messages only: what came there in a year may be an opt-out.
_LONGEST_BACK = timedelta(days=365)
#: A reply cannot come before the message, but the clocks of two machines differ.
_CLOCKS_DIFFER = timedelta(hours=1)
#: Of these a provider may still say something new.
_MAY_CHANGE = (Status.ACCEPTED, Status.UNDELIVERED)
_SETTLED = (Status.UNKNOWN, Status.DELIVERED, Status.REJECTED)
_FAILED = (Status.UNKNOWN, Status.UNDELIVERED, Status.REJECTED)
_TAKEN = (Status.ACCEPTED, Status.DELIVERED, Status.UNKNOWN)
#: Of these something may have reached the address.
_LEFT = (*_TAKEN, Status.UNDELIVERED)


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
    #: what a restored store has learnt of the other one; nothing where it is none
    known: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What one `retry`, or one `unsay`, has done."""

    #: the first one may have arrived all the same
    perhaps_twice: bool
    #: the present plan sends it; else another plan must
    in_plan: bool


def sync(store: Store, unsent: Iterable[str] = ()) -> Synced:
    """Ask every channel in use what became of its attempts and what people wrote.

    A restored store asks for what the other one sent, too; by the borrower's word nothing more
    went by the `unsent` ways.

    Raises:
        AlreadyRunningError: somebody is sending with this store.
    """
    with store.alone():
        before = {s.message_id: s for s in standings(store)}
        heard: list[Heard] = []
        failed: list[tuple[str, ChannelError]] = []
        notice_id, again, found = store.ledger.real_notice(), _to_ask_again(store), 0
        for name in (n for n in CAPABILITIES if n in {*_channels(store, notice_id), *again}):
            try:
                with contextlib.closing(open_channel(store, name)) as channel:
                    settle(store, notice_id, name, channel)
                    if name in again:
                        found += asking_again.ask(store, store.current_plan(), name, channel)
                    heard += listen(store, notice_id, name, channel)
            except ChannelError as error:
                failed.append((name, error))
        asking_again.settle_rehearsal(store)
        asking_again.nothing_by(store, unsent)
        queueing.enqueue_again(store)
        after = standings(store)
    return Synced(
        changed=[s for s in after if s != before.get(s.message_id)],
        replies=heard,
        failed=failed,
        unknown=sum(s.status is Status.UNKNOWN for s in after),
        known=_known(store, found),
    )


def nothing_by(store: Store, names: Iterable[str]) -> list[str]:
    """By the borrower's word nothing more went by these ways elsewhere; which still hold it back.

    Raises:
        AlreadyRunningError: somebody is sending with this store.
    """
    with store.alone():
        asking_again.nothing_by(store, names)
    return held_by(store)


def _to_ask_again(store: Store) -> list[str]:
    """Of whom it is to be asked what the other store sent, where this one is a copy."""
    plan = store.ledger.current_plan() if store.copies.made_at is not None else None
    return to_ask_again(store, plan) if plan is not None else []


def _known(store: Store, found: int) -> Known | None:
    made_at = store.copies.made_at
    if made_at is None:
        return None
    return Known(made_at=made_at, found=found, unasked=held_by(store))


def settle(store: Store, notice_id: str, name: str, channel: Channel) -> None:
    """Ask about every attempt whose outcome nobody recorded; nobody guesses.

    What the provider does not have some time after the attempt was not taken, and is planned again.

    Raises:
        ChannelError: it cannot be asked now; what has no answer is unknown until then.
    """
    with store.changing():
        in_hand = queueing.in_hand(store)
        for attempt in store.ledger.open_attempts(notice_id, name, Status.SENDING):
            if attempt.message_id not in in_hand:
                _orphan(store, attempt)
    for attempt in store.ledger.open_attempts(notice_id, name, Status.SENDING, Status.UNKNOWN):
        if attempt.message_id not in in_hand:
            _ask(store, attempt, channel)


def settle_one(store: Store, notice_id: str, message_id: str, channel: Channel) -> None:
    """The same for one message that a worker has in hand: nobody else is sending it.

    Raises:
        ChannelError: it cannot be asked now; what has no answer is unknown until then.
    """
    name = store.ledger.tries(message_id)[-1].channel
    open_ = (Status.SENDING, Status.UNKNOWN)
    for attempt in store.ledger.open_attempts(notice_id, name, *open_):
        if attempt.message_id == message_id:
            with store.changing():
                if store.ledger.standing(message_id) is Status.SENDING:
                    _orphan(store, attempt)
            _ask(store, attempt, channel)


def _orphan(store: Store, attempt: Attempt) -> None:
    """Whoever claimed it is gone and left no answer, or stands still and may yet let it go."""
    if not CAPABILITIES[attempt.channel].knows_at_once:
        at = attempt.claimed_at + queueing.may_go_for(store)
        orphan = Receipt(status=Status.UNKNOWN, at=at, code="no answer", fault=Fault.UNKNOWN)
        store.ledger.record(attempt.id, orphan)


def _ask(store: Store, attempt: Attempt, channel: Channel) -> None:
    """What the provider says of it; what it surely does not have is planned again."""
    can, found = CAPABILITIES[attempt.channel], channel.find(attempt)
    if found is not None:
        _record(store, attempt, found)
    elif can.knows_at_once or (can.can_rule_out and _is_settled(store, attempt)):
        with store.changing():
            if store.ledger.standing(attempt.message_id) in (Status.SENDING, Status.UNKNOWN):
                receipt = Receipt(status=Status.PLANNED, at=store.clock(), code="not taken")
                store.ledger.record(attempt.id, receipt)


def settle_phone(store: Store, notice_id: str) -> None:
    """Settle what a killed scan and send left; without it a new plan would call them told."""
    settle(store, notice_id, "phone", PhoneChannel(store.clock))


def listen(store: Store, notice_id: str, name: str, channel: Channel) -> list[Heard]:
    """Fetch receipts and replies; what is new of them is recorded and, for replies, returned.

    Where people write other things too, nothing from before the notice first went that way is
    looked at: it would be private.

    Raises:
        ChannelError: it cannot be asked now.
    """
    if name == "email" and not store.settings.imap_url:
        return []  # what comes meanwhile is heard once there is a mailbox
    now = store.clock()
    # What another store sent by mail is not known here; who answered it is heard all the same.
    first = store.ledger.first_claim(notice_id, name) or store.copies.made_at
    if CAPABILITIES[name].private:
        if first is None:
            return []
        first -= _CLOCKS_DIFFER
    else:
        first = now - _LONGEST_BACK
    # Mail is matched with what was sent, whatever became of it; others are asked one by one.
    wanted = _MAY_CHANGE if CAPABILITIES[name].takes_numbers else (*_MAY_CHANGE, *_SETTLED)
    attempts = store.ledger.open_attempts(notice_id, name, *wanted)
    last = store.book.setting(f"heard {name}")
    since = max(first, min(datetime.fromisoformat(last), now) - _LOOK_BACK) if last else first
    written: list[Reply] = []
    receipts = 0
    for one in channel.fetch(since, attempts):
        if isinstance(one, Reply):
            written.append(one)
        else:
            receipts += 1
            _record(store, *one)
    journal.note(journal.Event.HEARD, channel=name, receipts=receipts, replies=len(written))
    # Providers list the newest first; what somebody says last is said of what they said before.
    written.reverse()
    written.sort(key=lambda reply: reply.at)
    new = [heard for reply in written for heard in _hear(store, notice_id, reply)]
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
            address = address_of_nobody(store, who)
            everywhere = {address, *addresses_with(store, address)}
        if not everywhere:
            raise NoAddressError
        store.ledger.opt_out(everywhere, Meaning.OPT_OUT, "borrower", store.clock())
    return len(everywhere)


def told(store: Store, who: str) -> None:
    """The borrower has told somebody in person, or knows that the text arrived.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NothingToTellError: there is no plan for real yet.
    """
    with store.alone(), store.changing():
        contact, notice_id = _real(store, who)
        open_ = [
            one for one in _last_tries(store, notice_id, contact) if one.status in OPEN_STATUSES
        ]
        now = store.clock()
        for one in open_:
            receipt = Receipt(status=Status.DELIVERED, at=now, code=f"{BY_WORD}told")
            store.ledger.record(one.attempt_id, receipt)
        if not open_:
            message_id = planning.message_id(contact.id, notice_id)
            store.ledger.save_told(notice_id, message_id, contact, now)


def retry(store: Store, who: str) -> Retried:
    """Plan a message again that failed or of which nobody knows.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NotToBeTriedError: it was taken, or was never tried.
    """
    with store.alone(), store.changing():
        contact, notice_id = _real(store, who)
        last = _last_tries(store, notice_id, contact)
        disowned = last and all(one.code == DISOWNED for one in last)
        if disowned and not planning.addresses(contact):
            raise DisownedError
        if not any(one.status in _FAILED for one in last) or any(
            one.status in OPEN_STATUSES and one.status not in _FAILED for one in last
        ):
            raise NotToBeTriedError
        receipt = Receipt(status=Status.PLANNED, at=store.clock(), code=RETRIED)
        for one in _all_tries(store, notice_id, contact):
            if one.status in _FAILED and one.code != DISOWNED:
                store.ledger.record(one.attempt_id, receipt)
        return Retried(
            perhaps_twice=any(one.status is Status.UNKNOWN for one in last),
            in_plan=_is_waiting(store, notice_id, contact),
        )


def perhaps_arrived(store: Store, who: str) -> bool:
    """Whether somebody may have got the message that is to be tried again.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NothingToTellError: there is no plan for real yet.
    """
    contact, notice_id = _real(store, who)
    return any(one.status is Status.UNKNOWN for one in _last_tries(store, notice_id, contact))


def unsay(store: Store, who: str) -> Retried:
    """The borrower said by mistake that somebody was told: the message is planned again.

    Raises:
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NothingSaidError: they were not told by the borrower's word alone.
    """
    with store.alone(), store.changing():
        contact, notice_id = _real(store, who)
        # What is in the borrower's hands nobody has sent: it stays there.
        may_have_reached = [
            one
            for one in _all_tries(store, notice_id, contact)
            if one.status in OPEN_STATUSES and one.status is not Status.HANDED_OVER
        ]
        if not may_have_reached or not all(map(_is_said, may_have_reached)):
            raise NothingSaidError
        receipt = Receipt(status=Status.PLANNED, at=store.clock(), code=TAKEN_BACK)
        for one in may_have_reached:
            store.ledger.record(one.attempt_id, receipt)
        return Retried(perhaps_twice=True, in_plan=_is_waiting(store, notice_id, contact))


def _is_said(one: Try) -> bool:
    """Whether only the borrower says that it went."""
    return one.status is Status.DELIVERED and one.code.startswith(BY_WORD)


def _is_waiting(store: Store, notice_id: str, contact: Contact) -> bool:
    """Whether the present plan sends it."""
    own, plan = planning.message_id(contact.id, notice_id), store.ledger.current_plan()
    return plan is not None and any(m.id == own for m in waiting(store, plan))


def _channels(store: Store, notice_id: str) -> list[str]:
    """The channels that can be asked and have something to tell."""
    in_use = set(store.ledger.channels_in_use(notice_id))
    plan = store.ledger.current_plan()
    if plan is not None and not CAPABILITIES[plan.channel].own_number:
        in_use |= {plan.channel}
    return [name for name, can in CAPABILITIES.items() if name in in_use and can.can_be_asked]


def _real(store: Store, who: str) -> tuple[Contact, str]:
    """The person, and the notice that is for real."""
    contact = people.find(store.book.contacts(), who, store.region)
    notice_id = store.ledger.real_notice()
    if not notice_id or not store.ledger.last_plan_of(notice_id):
        raise NothingToTellError
    return contact, notice_id


def _messages(store: Store, notice_id: str, contact: Contact) -> list[str]:
    """The contact's message, and those of whoever became part of them by an import."""
    own = planning.message_id(contact.id, notice_id)
    theirs = store.ledger.messages_to(notice_id, own_addresses(store, contact))
    return list(dict.fromkeys([own, *theirs]))


def _all_tries(store: Store, notice_id: str, contact: Contact) -> list[Try]:
    ids = _messages(store, notice_id, contact)
    return [one for id_ in ids for one in store.ledger.tries(id_)]


def _last_tries(store: Store, notice_id: str, contact: Contact) -> list[Try]:
    ids = _messages(store, notice_id, contact)
    return [tries[-1] for id_ in ids if (tries := store.ledger.tries(id_))]


def _is_settled(store: Store, attempt: Attempt) -> bool:
    """Whether the provider has had time to list what it took, counted from the attempt's end."""
    last = store.ledger.tries(attempt.message_id)[-1]
    return store.clock() - last.at >= timedelta(seconds=store.settings.settle_s)


def _record(store: Store, attempt: Attempt, receipt: Receipt) -> None:
    """Keep what is new of the last try; what a person has said of it is not overridden."""
    with store.changing():
        last = store.ledger.tries(attempt.message_id)[-1]
        said = last.code.startswith(BY_WORD) or last.code == DISOWNED
        known = (last.status, last.code) == (receipt.status, receipt.code)
        settled = last.status is Status.DELIVERED
        if last.attempt_id == attempt.id and not (said or known or settled):
            record(store, attempt, receipt)


def _hear(store: Store, notice_id: str, reply: Reply) -> list[Heard]:
    """Keep a reply and its reports, and do what it asks; nothing if heard before, or private.

    Where people write other things too, only those are heard who were told before; of a stranger
    no more is kept than that they want nothing: somebody told may have two telephones.
    """
    from kit import inbox  # its rules take as long to make as all else that a command needs

    with store.changing():
        sender = mail_address.plain(reply.sender) if is_mail(reply.sender) else reply.sender
        answered = store.ledger.attempted(reply.attempt_id)
        contact = _who_writes(store, notice_id, sender, answered)
        meaning = inbox.meaning(reply.text)
        everywhere = {sender, *(planning.addresses(contact) if contact is not None else ())}
        tries = [one for a in everywhere for one in store.ledger.told_at(notice_id, a)]
        told = [
            one
            for one in tries
            if one.status in _LEFT and one.claimed_at <= reply.at + _CLOCKS_DIFFER
        ]
        if CAPABILITIES[reply.channel].private and not (told or answered):
            # Somebody whom a copy does not know to be told may have been, from the other store.
            if meaning is Meaning.OPT_OUT and (contact is None or store.copies.made_at):
                store.ledger.opt_out(everywhere, meaning, reply.channel, reply.at, [sender])
            return []
        contact_id = contact.id if contact is not None else ""
        heard = Heard(reply=replace(reply, sender=sender), contact_id=contact_id, meaning=meaning)
        is_new = store.ledger.hear(heard)
        # What was heard before, by the store that this is a copy of, came to a sender of ours too.
        if meaning is Meaning.OPT_OUT and (is_new or store.copies.made_at):
            wrote = {sender, answered[1]} if answered else {sender}
            own = everywhere if is_new else ()
            store.ledger.opt_out(own, meaning, reply.channel, reply.at, wrote)
        if not is_new:
            return []
        if meaning is Meaning.WRONG_PERSON:
            address = answered[1] if answered else sender
            _disown(store, heard, contact, store.ledger.told_at(notice_id, address))
        reporting.keep(store, heard)
    return [heard]


def _who_writes(
    store: Store, notice_id: str, sender: Address, answered: tuple[str, Address] | None
) -> Contact | None:
    """The contact whose address or message it is; nobody where it turned out to be a stranger's."""
    contact_id, address = answered or ("", sender)
    if Meaning.WRONG_PERSON in store.ledger.opted_out([sender, address]).values():
        return None
    if not contact_id:
        earlier = store.ledger.told_at(notice_id, sender)
        contact_id = earlier[0].contact_id if earlier else ""
    return owner(store, contact_id, address)


def _disown(store: Store, heard: Heard, contact: Contact | None, earlier: Sequence[ToldAt]) -> None:
    """The address is not theirs: it gets nothing more, and the person's next one is tried."""
    at = heard.reply.at
    address = earlier[0].recipient if earlier else heard.reply.sender
    store.ledger.opt_out([address], Meaning.WRONG_PERSON, heard.reply.channel, at)
    if contact is not None:
        store.book.save([people.without(contact, address)])
    for one in earlier[:1]:
        if one.status in _TAKEN and not one.code.startswith(BY_WORD):
            receipt = Receipt(status=Status.UNDELIVERED, at=at, code=DISOWNED, fault=Fault.ADDRESS)
            store.ledger.record(one.attempt_id, receipt)

"""Planning: contacts, choices and wording go in; messages and skips with reasons come out.

Pure: the same people and choices give the same plan. The dry run is the plan itself.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from kit import phone, sms, template
from kit.model import (
    E164,
    NAMESPACE,
    OPEN_STATUSES,
    TOLD_GROUPS,
    Address,
    Contact,
    Fault,
    Group,
    Message,
    NumberKind,
    Pace,
    Skip,
    SkipReason,
    Status,
    Tone,
    Try,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from kit.hours import Hours

_HOUR = timedelta(hours=1)
#: The window in which Android counts segments (AOSP SmsUsageMonitor), and a minute more: it counts
#: when a text leaves, we when it is claimed, and one text may be a minute faster than another.
_SEGMENT_WINDOW = timedelta(minutes=31)
#: The longest time over which a pace is counted.
DAY = timedelta(days=1)
#: Later than this after the foreseen moment a message would only confuse.
TOO_LATE = timedelta(hours=72)

_A_LITTLE_MORE = 1.02

#: An address that failed for a while is tried so often, and not sooner than after that time.
_MOST_TRIES = 2
_BETWEEN_TRIES = timedelta(minutes=30)

_NOT_CHOSEN = {Group.UNDECIDED: SkipReason.UNDECIDED, Group.NOBODY: SkipReason.NOBODY}

#: When something went, and its segments.
Gone = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the borrower wants of a plan, and what its channel allows."""

    notice_id: str
    channel: str
    #: the channel of those whom an e-mail address alone reaches; empty: nobody is told by mail
    mail_channel: str = ""
    sender: str = field(repr=False)
    #: the sender's name in Latin letters, for languages that GSM-7 can write
    sender_latin: str = field(default="", repr=False)
    #: how to check that the message is genuine; empty: as the language says it
    check: str = field(default="", repr=False)
    #: one line of the borrower's own; empty: none
    line: str = field(default="", repr=False)
    #: BCP 47; empty: by the recipient's number
    language: str = ""
    #: ids of the contacts that are told of the loan dispute
    open_to: frozenset[str] = frozenset()
    #: nothing: the borrower presses send, or nothing is really sent
    hours: Hours | None = None
    #: where numbers without a country code are dialled (ISO 3166-1)
    region: str = "CN"
    now: datetime
    #: how a message to that address ends
    last: Callable[[Address], template.Last]
    #: whether the rules of the way to that address allow such a text
    allows: Callable[[Address, Tone], bool]
    #: whether a message to that address reaches somebody real, or a stand-in
    reaches: Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom this notice has reached, or may have reached."""

    contact_ids: frozenset[str] = frozenset()
    recipients: frozenset[Address] = field(default=frozenset(), repr=False)

    def includes(self, contact: Contact, shared: Collection[Address] = ()) -> bool:
        """Whether an address of their own was told, also before two entries became one."""
        return contact.id in self.contact_ids or any(
            address in self.recipients and address not in shared for address in addresses(contact)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger knows of people before a plan is made."""

    told: Told = field(default_factory=Told)
    #: what the borrower holds by another way than this plan's
    held: Told = field(default_factory=Told)
    #: addresses of people who want no more
    opted_out: frozenset[Address] = field(default=frozenset(), repr=False)
    #: addresses that this channel refused for good, or that belong to somebody else
    dead: frozenset[Address] = field(default=frozenset(), repr=False)


def addresses(contact: Contact) -> tuple[Address, ...]:
    """Every number and e-mail address of the contact."""
    return (*contact.numbers, *contact.emails)


def shared_addresses(contacts: Iterable[Contact]) -> set[Address]:
    """What several contacts have, be it a mobile of people kept apart: it is nobody's own."""
    seen: set[Address] = set()
    shared: set[Address] = set()
    for contact in contacts:
        for address in addresses(contact):
            (shared if address in seen else seen).add(address)
    return shared


def may_be_shared(address: Address) -> bool:
    """Whether several people may have it: anything but what is surely a number in a pocket."""
    return "@" in address or not phone.is_surely_mobile(E164(address))


def takes_messages(address: Address) -> bool:
    """Whether it is a mailbox, or a number that can take a text."""
    return "@" in address or phone.kind(E164(address)) is NumberKind.MOBILE


def draft(
    contacts: Sequence[Contact], wishes: Wishes, known: Known
) -> tuple[tuple[Message, ...], tuple[Skip, ...]]:
    """One message or one reason for every contact; emergency contacts come first.

    Raises:
        LanguageMissingError: there is no wording in the language.
    """
    messages: list[Message] = []
    skips: list[Skip] = []
    taken: set[Address] = set()
    refused = refused_addresses(contacts)
    shared = shared_addresses(contacts)
    for contact in sorted(contacts, key=_order):
        ways, reason = _ways(contact, wishes, known, shared)
        apart_from = (taken, refused, known.told.recipients, known.held.recipients)
        free = [a for a in ways if not any(a in some for some in apart_from)]
        if ways and not free:
            reason = _reason_against(ways[0], refused, known)
        ways = free
        message = None if reason else _message(contact, ways, wishes)
        if message is not None and not _has_an_hour(message, wishes):
            reason, message = SkipReason.ALWAYS_QUIET, None
        if message is not None:
            taken.add(message.recipient)
            messages.append(message)
        else:
            skips.append(Skip(contact_id=contact.id, reason=reason or SkipReason.NO_USABLE_ADDRESS))
    return tuple(messages), tuple(skips)


def refused_addresses(contacts: Iterable[Contact]) -> set[Address]:
    """Addresses of people who are never told: they get nothing under any other name either."""
    return {a for c in contacts if c.group is Group.NOBODY for a in addresses(c)}


def message_id(contact_id: str, notice_id: str) -> str:
    """The id of the one message that a contact may get of a notice."""
    return str(uuid5(NAMESPACE, f"{contact_id} {notice_id}"))


def over_budget(message: Message) -> bool:
    """Whether it needs more segments than its wording promises (a name outside the alphabet)."""
    return message.segments > template.most_segments(message.group, message.tone)


def too_late(message: Message, now: datetime) -> bool:
    """Whether it should have gone so long ago that it may not go any more."""
    return now > message.foreseen_at + TOO_LATE


def next_address(
    message: Message,
    tries: Sequence[Try],
    plan_id: str,
    now: datetime,
    disowned: Collection[Address] = (),
) -> Address | None:
    """Where the message goes next, the tries so far being these; none: nowhere, or not yet.

    Never while a try may have reached somebody. An address that takes no message, or is somebody
    else's, gives way to the person's next one; one that failed for a while is tried once more,
    later; what was refused for a reason that nobody knows waits for a person.
    """
    if any(one.status in OPEN_STATUSES for one in tries):
        return None
    failed = [one for one in tries if one.plan_id == plan_id and one.status is not Status.PLANNED]
    for address in (message.recipient, *message.others):
        if address in disowned:
            continue
        here = [one for one in failed if one.recipient == address]
        if not here:
            return address
        last = here[-1]
        if last.fault is Fault.TRANSIENT:
            again = len(here) < _MOST_TRIES and now >= last.at + _BETWEEN_TRIES
            return address if again else None
        if last.fault not in (Fault.ADDRESS, Fault.SENDER):
            return None
    return None


def next_slot(gone: Sequence[Gone], now: datetime, pace: Pace, segments: int) -> datetime:
    """The first moment, not before `now`, at which one more may go; `gone` is sorted."""
    slot = now
    for most, window in ((pace.per_hour, _HOUR), (pace.per_day, DAY)):
        if most is not None and len(gone) >= most:
            slot = max(slot, gone[-most][0] + window)
    if pace.segments is not None:
        room = pace.segments - segments
        for at, size in reversed(gone):
            room -= size
            if room < 0:
                return max(slot, at + _SEGMENT_WINDOW)
    return slot


def apart(pace: Pace) -> timedelta:
    """How far slots stand apart: a little more than they must, for jitter's sake."""
    return timedelta(seconds=_A_LITTLE_MORE / pace.per_second if pace.per_second else 0)


def schedule(
    messages: Sequence[Message], gone: Sequence[Gone], now: datetime, hours: Hours, pace: Pace
) -> tuple[tuple[Message, ...], datetime]:
    """The messages with the moment foreseen for each, and the last of these moments.

    At that pace, within the hours; who has day now goes before who has night.
    """
    before = [*gone]
    between = apart(pace)
    line = Line(messages)
    foreseen: dict[str, datetime] = {}
    at = last = now
    while line:
        message = line.pop(at, hours)
        if message is None:
            at = line.begin_at(at, hours) or at + DAY
            continue
        slot = next_slot(before, at, pace, message.segments)
        if slot > at:
            line.put_back(message)
            at = slot
            continue
        foreseen[message.id] = last = at
        before.append((at, message.segments))
        at += between
    return tuple(replace(m, foreseen_at=foreseen[m.id]) for m in messages), last


class Line:
    """Messages in their order, those first for whom it is day."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._by_zones: dict[tuple[str, ...], deque[tuple[int, Message]]] = {}
        self._position: dict[str, int] = {}
        for position, message in enumerate(messages):
            self._position[message.id] = position
            queue = self._by_zones.setdefault(message.zones, deque())
            queue.append((position, message))

    def __len__(self) -> int:
        return sum(map(len, self._by_zones.values()))

    def pop(self, at: datetime, hours: Hours) -> Message | None:
        """Take out the first for whom it is day; none: it is night for all of them."""
        open_ = [
            queue
            for zones, queue in self._by_zones.items()
            if queue and (not zones or hours.allow(zones, at))
        ]
        if not open_:
            return None
        return min(open_, key=lambda queue: queue[0][0]).popleft()[1]

    def put_back(self, message: Message) -> None:
        """It did not go: it is the next again."""
        self._by_zones[message.zones].appendleft((self._position[message.id], message))

    def put_off(self, message: Message) -> None:
        """It did not go: it is the last of all."""
        self._position[message.id] = max(self._position.values()) + 1
        self._by_zones[message.zones].append((self._position[message.id], message))

    def drop(self, unwanted: Callable[[Message], bool]) -> None:
        """Take out all of that kind."""
        for zones, queue in self._by_zones.items():
            self._by_zones[zones] = deque(one for one in queue if not unwanted(one[1]))

    def begin_at(self, at: datetime, hours: Hours) -> datetime | None:
        """When the next one has day; none: never."""
        mornings = [hours.begin_at(zones, at) for zones, queue in self._by_zones.items() if queue]
        return min((morning for morning in mornings if morning), default=None)


def _order(contact: Contact) -> int:
    return TOLD_GROUPS.index(contact.group) if contact.group in TOLD_GROUPS else len(TOLD_GROUPS)


def _tone(contact: Contact, wishes: Wishes) -> Tone:
    return Tone.OPEN if contact.id in wishes.open_to else Tone.NEUTRAL


def _ways(
    contact: Contact, wishes: Wishes, known: Known, shared: Collection[Address]
) -> tuple[list[Address], SkipReason | None]:
    """The addresses to try, best first, or why there is none."""
    if reason := _not_to_be_told(contact, known, shared):
        return [], reason
    mobiles = [number for number in contact.numbers if takes_messages(number)]
    if wishes.channel == wishes.mail_channel and mobiles:
        return [], SkipReason.HAS_MOBILE
    tone = _tone(contact, wishes)
    steps: tuple[tuple[Callable[[Address], bool], SkipReason], ...] = (
        (lambda address: address not in known.dead, SkipReason.UNDELIVERABLE),
        (wishes.reaches, SkipReason.INVENTED_NUMBER),
        (lambda address: wishes.allows(address, tone), SkipReason.ROUTE_BARRED),
    )
    ways: list[Address] = [*mobiles, *(contact.emails if wishes.mail_channel else ())]
    reason = _why_unreachable(contact)
    for holds, why_not in steps:
        left = [address for address in ways if holds(address)]
        reason = why_not if ways and not left else reason
        ways = left
    return ways, None if ways else reason


def _not_to_be_told(
    contact: Contact, known: Known, shared: Collection[Address]
) -> SkipReason | None:
    if contact.group in _NOT_CHOSEN:
        return _NOT_CHOSEN[contact.group]
    if not known.opted_out.isdisjoint(addresses(contact)):
        return SkipReason.OPTED_OUT
    if known.told.includes(contact, shared):
        return SkipReason.ALREADY_TOLD
    return SkipReason.HANDED_OVER if known.held.includes(contact, shared) else None


def _reason_against(address: Address, refused: set[Address], known: Known) -> SkipReason:
    if address in refused:
        return SkipReason.NOBODY
    if address in known.held.recipients:
        return SkipReason.HANDED_OVER
    return SkipReason.ALREADY_TOLD if address in known.told.recipients else SkipReason.SAME_NUMBER


def _why_unreachable(contact: Contact) -> SkipReason:
    kinds = {phone.kind(number) for number in contact.numbers}
    if NumberKind.FIXED in kinds:
        return SkipReason.LANDLINE
    is_service = kinds or not all(map(phone.before_extension, contact.also))
    return SkipReason.SERVICE_NUMBER if is_service else SkipReason.NO_USABLE_ADDRESS


def _has_an_hour(message: Message, wishes: Wishes) -> bool:
    if wishes.hours is None or wishes.hours.always:
        return True
    return wishes.hours.begin_at(message.zones, wishes.now) is not None


def _zones(contact: Contact, ways: Sequence[Address], wishes: Wishes) -> tuple[str, ...]:
    """Where the person may be: by the numbers to be tried, else by any, else the borrower's own."""
    if wishes.hours is None:
        return ()
    numbers = [n for n in contact.numbers if n in ways] or contact.numbers
    if not numbers:
        return phone.zones_of(wishes.region)
    zones = [phone.zones(number) for number in numbers]
    return tuple(sorted({zone for some in zones for zone in some})) if all(zones) else ()


def _message(contact: Contact, ways: Sequence[Address], wishes: Wishes) -> Message:
    recipient = ways[0]
    is_mail = recipient in contact.emails
    language = wishes.language or template.language_for(
        next(iter(contact.numbers), "") if is_mail else recipient
    )
    tone = _tone(contact, wishes)
    endings = {wishes.last(address) for address in ways}
    last = endings.pop() if len(endings) == 1 else "ring"
    text = template.notice(language, contact.group, tone, _words(language, wishes), last=last)
    return Message(
        id=message_id(contact.id, wishes.notice_id),
        contact_id=contact.id,
        recipient=recipient,
        others=tuple(ways[1:]),
        channel=wishes.mail_channel if is_mail else wishes.channel,
        group=contact.group,
        tone=tone,
        language=language,
        text=text,
        encoding=sms.encoding(text),
        segments=len(sms.segments(text)),
        zones=_zones(contact, ways, wishes),
        foreseen_at=wishes.now,
    )


def _words(language: str, wishes: Wishes) -> dict[str, str]:
    """What stands for the placeholders in that language."""
    check = _writable(language, wishes.check) or template.text(language, "check")
    line = _writable(language, wishes.line)
    return {"from": sender_in(language, wishes), "check": check, "line": line}


def _writable(language: str, own: str) -> str:
    """The borrower's own words, or none where the language's alphabet cannot write them."""
    return "" if template.alphabet(language) == "GSM-7" and sms.foreign(own) else own


def sender_in(language: str, wishes: Wishes) -> str:
    """The sender's name as it stands in that language: in Latin letters where that saves half."""
    if wishes.sender_latin and template.alphabet(language) == "GSM-7":
        return wishes.sender_latin
    return wishes.sender

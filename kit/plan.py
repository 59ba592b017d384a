"""Planning: contacts, choices and wording go in; messages and skips with reasons come out.

Pure: the same people and choices give the same plan. The dry run is the plan itself.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid5

from kit import phone, sms, template
from kit.model import (
    E164,
    NAMESPACE,
    TOLD_GROUPS,
    Contact,
    Group,
    Message,
    NumberKind,
    Skip,
    SkipReason,
    Status,
    Tone,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.model import Standing

_HOUR = timedelta(hours=1)
#: The longest time over which a pace is counted.
DAY = timedelta(days=1)

_NOT_CHOSEN = {Group.UNDECIDED: SkipReason.UNDECIDED, Group.NOBODY: SkipReason.NOBODY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the borrower wants of a plan."""

    notice_id: str
    channel: str
    #: whether a reply to the message reaches the borrower
    hears_replies: bool
    sender: str = field(repr=False)
    #: the sender's name in Latin letters, for languages that GSM-7 can write
    sender_latin: str = field(default="", repr=False)
    #: BCP 47; empty: by the recipient's number
    language: str = ""
    #: ids of the contacts that are told of the loan dispute
    open_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """Whom this notice has reached, or may have reached."""

    contact_ids: frozenset[str] = frozenset()
    recipients: frozenset[E164] = field(default=frozenset(), repr=False)

    @classmethod
    def by(cls, standings: Iterable[Standing]) -> Told:
        """Everybody whose message left; one that the borrower still holds is theirs to answer."""
        left = [s for s in standings if s.status not in (Status.PLANNED, Status.HANDED_OVER)]
        return cls(frozenset(s.contact_id for s in left), frozenset(s.recipient for s in left))

    def includes(self, contact: Contact) -> bool:
        """Whether any number of theirs was told, also before two entries became one."""
        return contact.id in self.contact_ids or not self.recipients.isdisjoint(contact.numbers)


def draft(
    contacts: Sequence[Contact], wishes: Wishes, told: Told
) -> tuple[tuple[Message, ...], tuple[Skip, ...]]:
    """One message or one reason for every contact; emergency contacts come first.

    Raises:
        LanguageMissingError: there is no wording in the language.
    """
    messages: list[Message] = []
    skips: list[Skip] = []
    taken: set[E164] = set()
    refused = refused_numbers(contacts)
    for contact in sorted(contacts, key=_order):
        recipient = next((n for n in contact.numbers if phone.kind(n) is NumberKind.MOBILE), None)
        reason = _reason_to_skip(contact, recipient, told, taken)
        if reason is None and recipient in refused:
            reason = SkipReason.NOBODY
        if reason is None and recipient is not None:
            taken.add(recipient)
            messages.append(_message(contact, recipient, wishes))
        else:
            skips.append(Skip(contact_id=contact.id, reason=reason or SkipReason.NO_USABLE_ADDRESS))
    return tuple(messages), tuple(skips)


def refused_numbers(contacts: Iterable[Contact]) -> set[E164]:
    """Numbers of people who are never told: they get nothing under any other name either."""
    return {n for c in contacts if c.group is Group.NOBODY for n in c.numbers}


def message_id(contact_id: str, notice_id: str) -> str:
    """The id of the one message that a contact may get of a notice."""
    return str(uuid5(NAMESPACE, f"{contact_id} {notice_id}"))


def over_budget(message: Message) -> bool:
    """Whether it needs more segments than its wording promises (a name outside the alphabet)."""
    return message.segments > template.most_segments(message.group, message.tone)


def next_slot(
    gone: Sequence[datetime], now: datetime, per_hour: int | None, per_day: int | None
) -> datetime:
    """The first moment, not before `now`, at which one more may go; `gone` is sorted."""
    slot = now
    for most, window in ((per_hour, _HOUR), (per_day, DAY)):
        if most is not None and len(gone) >= most:
            slot = max(slot, gone[-most] + window)
    return slot


def finish(
    count: int, gone: Sequence[datetime], now: datetime, per_hour: int | None, per_day: int | None
) -> datetime:
    """When the last of `count` messages can have gone, at that pace."""
    times = deque(gone, maxlen=max(per_hour or 1, per_day or 1))
    at = now
    for _ in range(count):
        at = next_slot(times, at, per_hour, per_day)
        times.append(at)
    return at


def _order(contact: Contact) -> int:
    return TOLD_GROUPS.index(contact.group) if contact.group in TOLD_GROUPS else len(TOLD_GROUPS)


def _reason_to_skip(
    contact: Contact, recipient: E164 | None, told: Told, taken: set[E164]
) -> SkipReason | None:
    if contact.group in _NOT_CHOSEN:
        return _NOT_CHOSEN[contact.group]
    if told.includes(contact):
        return SkipReason.ALREADY_TOLD
    if recipient is None:
        return _why_unreachable(contact)
    return SkipReason.SAME_NUMBER if recipient in taken else None


def _why_unreachable(contact: Contact) -> SkipReason:
    kinds = {phone.kind(number) for number in contact.numbers}
    if NumberKind.LANDLINE in kinds:
        return SkipReason.LANDLINE
    return SkipReason.SERVICE_NUMBER if kinds else SkipReason.NO_USABLE_ADDRESS


def _message(contact: Contact, recipient: E164, wishes: Wishes) -> Message:
    language = wishes.language or template.language_for(recipient)
    tone = Tone.OPEN if contact.id in wishes.open_to else Tone.NEUTRAL
    text = template.notice(
        language,
        contact.group,
        tone,
        {"from": sender_in(language, wishes), "check": template.text(language, "check")},
        hears_replies=wishes.hears_replies,
    )
    return Message(
        id=message_id(contact.id, wishes.notice_id),
        contact_id=contact.id,
        recipient=recipient,
        channel=wishes.channel,
        group=contact.group,
        tone=tone,
        language=language,
        text=text,
        encoding=sms.encoding(text),
        segments=len(sms.segments(text)),
    )


def sender_in(language: str, wishes: Wishes) -> str:
    """The sender's name as it stands in that language: in Latin letters where that saves half."""
    if wishes.sender_latin and template.alphabet(language) == "GSM-7":
        return wishes.sender_latin
    return wishes.sender

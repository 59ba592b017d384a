"""The nouns: values that flow between the rooms. Nothing here acts.

Personal fields are `repr=False`, so that no log and no exception can show them by accident.
Times are aware, in UTC, and end in `_at`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NewType
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: `+` and digits, ITU-T E.164; only `kit.phone` makes one.
E164 = NewType("E164", str)
#: An address with one `@`; only `kit.vcard` makes one.
Email = NewType("Email", str)

#: Where a message can go.
Address = E164 | Email

#: The namespace of every uuid5 the kit makes.
NAMESPACE = UUID("6f0f7f3a-52d1-4d55-9a4e-3a1b4f1f8c11")

Encoding = Literal["GSM-7", "UCS-2"]


class Group(StrEnum):
    """What the borrower chose for a contact."""

    UNDECIDED = "undecided"  #: after import; gets nothing
    EMERGENCY = "emergency"  #: told first
    EVERYONE = "everyone"  #: told too
    NOBODY = "nobody"  #: never told


#: The groups that get messages, in the order in which they are told.
TOLD_GROUPS = (Group.EMERGENCY, Group.EVERYONE)


class Tone(StrEnum):
    """How much a message says."""

    NEUTRAL = "neutral"  #: nothing of a debt
    OPEN = "open"  #: there is a loan dispute


class Status(StrEnum):
    """Where a message stands."""

    PLANNED = "planned"
    SENDING = "sending"  #: claimed, no answer recorded yet
    HANDED_OVER = "handed_over"  #: the borrower holds it on the phone: nobody else may send it
    ACCEPTED = "accepted"  #: the channel took it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  #: tried, no answer: shown, asked of the provider, never guessed
    EXPIRED = "expired"  #: not sent within 72 hours of the moment the plan had foreseen


#: How the code of a receipt begins that is the borrower's own word.
BY_WORD = "borrower:"
#: The borrower wants it tried again; it had left all the same.
RETRIED = f"{BY_WORD}retry"
#: The borrower gave it back: it has not left.
TAKEN_BACK = f"{BY_WORD}take-back"
#: The address turned out to be somebody else's.
DISOWNED = "wrong_person"

#: May have reached somebody, or may yet: nobody else may send it, by no way.
OPEN_STATUSES = (
    Status.SENDING,
    Status.HANDED_OVER,
    Status.ACCEPTED,
    Status.DELIVERED,
    Status.UNKNOWN,
)


class Fault(StrEnum):
    """What a provider's code means for what we do next; every channel maps its codes to these."""

    TRANSIENT = "transient"  #: the same address again, later
    ADDRESS = "address"  #: this address takes no message, ever: the person's next one
    SENDER = "sender"  #: this address takes none from this sender: the person's next one
    OPT_OUT = "opt_out"  #: the person wants no more, on any channel
    REGION = "region"  #: this sender may not send to that country
    STOP = "stop"  #: nothing can go: the run ends
    UNKNOWN = "unknown"  #: nobody can tell whether it was taken: ask, never guess
    UNCLEAR = "unclear"  #: refused for a reason we do not know: a person must look


class Meaning(StrEnum):
    """What a reply asks of us."""

    OPT_OUT = "opt_out"  #: no more, by any channel, ever
    WRONG_PERSON = "wrong_person"  #: the number is not theirs
    HARASSED = "harassed"  #: tells of a call or text by collectors
    OTHER = "other"


class SkipReason(StrEnum):
    """Why a plan has no message for a contact."""

    UNDECIDED = "undecided"
    NOBODY = "nobody"
    ALREADY_TOLD = "already_told"
    SAME_NUMBER = "same_number"  #: somebody before them in this plan has that number
    LANDLINE = "landline"
    SERVICE_NUMBER = "service_number"
    NO_USABLE_ADDRESS = "no_usable_address"
    OPTED_OUT = "opted_out"
    INVENTED_NUMBER = "invented_number"  #: an example's address, which reaches nobody
    ROUTE_BARRED = "route_barred"  #: the provider's rules for that country do not allow it
    HAS_MOBILE = "has_mobile"  #: e-mail is for those without a mobile number
    ALWAYS_QUIET = "always_quiet"  #: no time zone is known, or no hour suits all of them
    HANDED_OVER = "handed_over"  #: the borrower holds it on the phone and has not said what became
    UNDELIVERABLE = "undeliverable"  #: every address of theirs was refused on this channel


class NumberKind(StrEnum):
    """What a telephone number belongs to, as far as its digits tell."""

    MOBILE = "mobile"  #: can take a text; includes countries where the digits do not tell
    FIXED = "fixed"
    SHARED_COST = "shared_cost"  #: 400: a firm
    TOLL_FREE = "toll_free"  #: 800: a firm
    SERVICE = "service"  #: a hot-line, such as 10086, 95588 or 010-10086
    EMERGENCY = "emergency"  #: police, ambulance, fire
    SMS_PORT = "sms_port"  #: 106…: where firms send texts from
    IOT = "iot"  #: a device with a SIM card
    SHORT = "short"  #: any other short number, such as a firm's own
    INVALID = "invalid"  #: no line has it


class Answer(StrEnum):
    """What the borrower says of a message that was handed over."""

    SENT = "sent"
    NOT_NOW = "not_now"
    NEVER = "never"


class Form(StrEnum):
    """How a text gets from the screen into the phone."""

    SMSTO = "smsto"  #: a code that cameras turn into a text to that number
    LINK = "link"  #: a code of the `sms:` link, which some phones like better
    TEXT = "text"  #: a code of the text alone
    COPY = "copy"  #: no code: what is to be copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with some input, and where: a value in a list, not an exception."""

    #: `file:line`, or the file alone
    where: str
    #: one English sentence with placeholders, a key of the catalogues in `kit.words`
    what: str
    #: what the placeholders stand for; never a name, number or text of a person
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where} {self.what.format(**self.facts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNumber:
    """One telephone number as a card has it."""

    text: str = field(repr=False)
    #: lower case, such as `cell`, `work`, `pref`; any word, where a header is damaged
    types: frozenset[str] = field(repr=False)
    where: str
    #: what the owner of the phone called it, in any language, where that is no type
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relative, friend or colleague whom a card names: one of the card's own person."""

    #: as the card says it, in lower case: `mother`, `spouse`, or a word in any language
    kind: str = field(repr=False)
    #: a name, a number or the UID of another card
    who: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One vCard as read: the values we need, its place in the file, notes."""

    where: str
    #: as the card says: `2.1`, `3.0`, `4.0`, or empty
    version: str = field(repr=False)
    full_name: str = field(default="", repr=False)
    #: family, given, additional, prefix, suffix
    name_parts: tuple[str, str, str, str, str] = field(default=("", "", "", "", ""), repr=False)
    organisation: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    nicknames: tuple[str, ...] = field(default=(), repr=False)
    categories: tuple[str, ...] = field(default=(), repr=False)
    relations: tuple[Relation, ...] = field(default=(), repr=False)
    numbers: tuple[CardNumber, ...] = field(default=(), repr=False)
    emails: tuple[Email, ...] = field(default=(), repr=False)
    uid: str = field(default="", repr=False)
    #: when the card was last changed, as it says
    revision: str = field(default="", repr=False)
    has_note: bool = False
    has_photo: bool = False
    #: a list of other cards, not a person
    is_group: bool = False
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one card says of its contact: by these a contact is put together and taken apart."""

    #: `file:line` of the card
    where: str
    name: str = field(default="", repr=False)
    numbers: tuple[E164, ...] = field(default=(), repr=False)
    #: numbers to which no text can go, as they are dialled: `+861055500101;ext=801`, `95588`
    also: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[Email, ...] = field(default=(), repr=False)
    uid: str = field(default="", repr=False)
    organisation: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    nicknames: tuple[str, ...] = field(default=(), repr=False)
    categories: tuple[str, ...] = field(default=(), repr=False)
    #: what the owner of the phone called the numbers
    labels: tuple[str, ...] = field(default=(), repr=False)
    relations: tuple[Relation, ...] = field(default=(), repr=False)
    #: the digits of its numbers as they are written, by which the card is known when it is read
    #: again in another region or character set
    written: tuple[str, ...] = field(default=(), repr=False)


class ContactKind(StrEnum):
    """What a contact is."""

    PERSON = "person"
    SERVICE = "service"  #: a shop, a service or an organisation: nobody's friend


class MergeReason(StrEnum):
    """Why cards are taken to be one person's, the strongest reason first."""

    SAME_CARD = "same_card"  #: they say the same
    SAME_NUMBER = "same_number"  #: a mobile number
    SAME_UID = "same_uid"
    NAME_AND_NUMBER = "name_and_number"  #: a landline, or a number with its extension
    NAME_AND_EMAIL = "name_and_email"
    NUMBER_WITHOUT_NAME = "number_without_name"  #: one has no name, but a number of the other
    NAME_AND_ORGANISATION = "name_and_organisation"
    NAME_AND_NICKNAME = "name_and_nickname"
    NAME_AND_SERVICE = "name_and_service"  #: a hot-line
    NOTHING_BUT_NAME = "nothing_but_name"  #: there is no number or address that could differ
    EARLIER = "earlier"  #: by what is no longer in the address book


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A group that may suit a contact; only the borrower chooses."""

    group: Group
    #: one English sentence, a key of the catalogues in `kit.words`; never a text of the card
    reason: str
    #: whether it is plain; else it has to be looked at with care
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """What a contact looks like: worked out, never chosen."""

    kind: ContactKind
    #: why it is of that kind; one English sentence
    because: str
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person of the address book."""

    #: random, given once; a merge keeps the older one
    id: str
    #: every name the book has for them, the one shown first
    names: tuple[str, ...] = field(default=(), repr=False)
    #: best first
    numbers: tuple[E164, ...] = field(default=(), repr=False)
    #: numbers to which no text can go, as they are dialled: `+861055500101;ext=801`, `95588`
    also: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[Email, ...] = field(default=(), repr=False)
    group: Group = Group.UNDECIDED
    #: what every card says that speaks of them
    parts: tuple[Part, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The name shown, or an empty text."""
        return self.names[0] if self.names else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """`file:line` of every card that speaks of them."""
        return tuple(dict.fromkeys(part.where for part in self.parts if part.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text for one contact."""

    #: uuid5 of contact and notice: planning twice gives the same message
    id: str
    contact_id: str
    recipient: Address = field(repr=False)
    #: where it goes next, in this order, should the recipient's address take no message
    others: tuple[Address, ...] = field(default=(), repr=False)
    channel: str
    group: Group
    tone: Tone
    #: BCP 47
    language: str
    text: str = field(repr=False)
    encoding: Encoding
    segments: int
    #: IANA time zones in all of which the hours must allow it; none: it has no hours
    zones: tuple[str, ...] = ()
    #: when the plan foresees it to go
    foreseen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """One contact whom the plan leaves out."""

    contact_id: str
    reason: SkipReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast messages may leave; nothing: no limit."""

    #: of this channel
    per_second: float | None = None
    #: over all routes by the borrower's own number together
    per_hour: int | None = None
    per_day: int | None = None
    #: segments in half an hour: Android counts them, not messages
    segments: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One notice, frozen: who gets what, by which channel, and who is left out."""

    id: str
    #: what "already told" is asked of; a rehearsal has one of its own
    notice_id: str
    channel: str
    rehearsal: bool
    frozen_at: datetime
    finish_at: datetime
    sender: str = field(repr=False)
    #: of one segment, as the user gave it; a decimal, empty when none was given
    price_per_segment: str = ""
    #: ISO 4217
    currency: str = ""
    #: when messages may go, by the recipient's clock, such as `08:00-21:00`
    hours: str
    pace: Pace
    #: the borrower says that the sender is registered and that people agreed
    registered_sender: bool = False
    messages: tuple[Message, ...]
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a message: this is what a provider sees."""

    #: uuid5 of message, recipient and n
    id: str
    message_id: str
    channel: str
    recipient: Address = field(repr=False)
    text: str = field(repr=False)
    #: BCP 47
    language: str
    #: 1 for the first try
    n: int
    claimed_at: datetime
    #: the provider must drop it then if it has not gone: the night begins
    until: datetime
    #: what the provider calls the earlier tries of the same message
    earlier: tuple[str, ...] = ()
    #: what the provider calls this one, once it is known
    provider_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way on which a message may go now."""

    channel: str
    recipient: Address = field(repr=False)
    #: the contact's own addresses: whoever was told by one of them is not told by another
    addresses: frozenset[Address] = field(repr=False)
    until: datetime
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel said of an attempt, and when."""

    status: Status
    at: datetime
    #: the provider's own id of it, if it has one
    provider_id: str = ""
    #: the provider's own code or state, kept raw; never a text it wrote
    code: str = ""
    #: what it means for what we do next, where something went wrong
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody wrote back, as a channel heard it."""

    channel: str
    sender: Address = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    #: the provider's own id of it: heard again, it is the same reply
    provider_id: str
    #: the attempt that it answers, where it says so itself
    attempt_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply, whose it is and what it asks of us, as the ledger keeps it."""

    reply: Reply
    #: empty for a stranger
    contact_id: str
    meaning: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt of a message and how it stands: what the next one is decided by."""

    attempt_id: str
    plan_id: str
    channel: str
    recipient: Address = field(repr=False)
    status: Status
    fault: Fault | None
    code: str
    provider_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one message stands now."""

    message_id: str
    contact_id: str
    recipient: Address = field(repr=False)
    channel: str
    status: Status
    provider_id: str
    at: datetime
    code: str = ""
    fault: Fault | None = None

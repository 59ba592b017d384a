"""The nouns of telling: messages, plans, attempts, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from kit.model.people import E164, Address, Group

Encoding = Literal["GSM-7", "UCS-2"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One call, by the account of whoever sent it."""

    #: uuid5 of what it says: pasted twice, it is one
    id: str
    at: datetime
    #: as it was shown; empty when it was hidden
    number: str = field(repr=False)
    said_they_were: str = field(repr=False)
    said: str = field(repr=False)
    #: nothing: nobody knows
    debt_named: bool | None
    #: by the contact
    refused: bool | None
    #: it came as a line whose checksum held
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A report as the ledger keeps it, for the borrower to decide on."""

    #: uuid5 of report and contact
    id: str
    report: Report
    #: the number of the report, where a line has it
    caller: E164 | None = field(repr=False)
    #: who sent it; empty where nobody said
    contact_id: str
    #: the channel it came by, or `borrower`
    heard_by: str
    heard_at: datetime

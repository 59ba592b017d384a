"""The nouns of an address book: cards, contacts and what they look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

#: `+` and digits, ITU-T E.164; only `kit.phone` makes one.
E164 = NewType("E164", str)


#: An address with one `@`; only `kit.vcard` makes one.
Email = NewType("Email", str)


#: Where a message can go.
Address = E164 | Email


#: The namespace of every uuid5 the kit makes.
NAMESPACE = UUID("6f0f7f3a-52d1-4d55-9a4e-3a1b4f1f8c11")


class Group(StrEnum):
    """What the borrower chose for a contact."""

    UNDECIDED = "undecided"  #: after import; gets nothing
    EMERGENCY = "emergency"  #: told first
    EVERYONE = "everyone"  #: told too
    NOBODY = "nobody"  #: never told


#: The groups that get messages, in the order in which they are told.
TOLD_GROUPS = (Group.EMERGENCY, Group.EVERYONE)


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

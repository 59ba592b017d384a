"""The nouns of evidence: what happened by whose account, what was kept, what it may bear on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kit.model.people import E164


class IncidentKind(StrEnum):
    """By what way somebody was reached."""

    CALL = "call"
    TEXT = "text"  #: an SMS
    MESSAGE = "message"  #: in a messenger
    VISIT = "visit"
    POST = "post"  #: put up where others see it


class Account(StrEnum):
    """By whose account something happened."""

    BORROWER = "borrower"
    CONTACT = "contact"  #: of whoever was reached, or somebody else
    LOG = "log"  #: what a phone or a carrier wrote down by itself


class TakenFrom(StrEnum):
    """Where it is known from when an exhibit was taken."""

    EXIF = "exif"  #: the camera wrote it into the picture
    FILE = "file"  #: the date of the file, which a copy may have changed
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One harassing call, text, visit or post, by someone's account; never a verdict."""

    #: uuid5 of what it says: noted twice, it is one
    id: str
    kind: IncidentKind
    at: datetime
    #: by which clocks it is judged: IANA names, or a fixed offset such as `+08:00`
    zones: tuple[str, ...]
    #: the caller's, as it was shown; empty when it was hidden or nobody knows
    number: str = field(default="", repr=False)
    caller: E164 | None = field(default=None, repr=False)
    #: whoever was reached is the borrower
    to_borrower: bool = False
    #: whoever was reached, where they stand in the book; else empty
    contact_id: str = ""
    #: what whoever was reached is called: the name in the book, or plain words
    to: str = field(default="", repr=False)
    said_they_were: str = field(default="", repr=False)
    said: str = field(default="", repr=False)
    #: a debt was named to somebody else than the borrower; nothing: nobody knows
    disclosed: bool | None = None
    #: whoever was reached refused further contact; nothing: nobody knows
    refused: bool | None = None
    #: somebody spoke; nothing: nobody knows
    answered: bool | None = None
    #: somebody was threatened; nothing: nobody said so
    threatened: bool | None = None
    #: they were asked who they are and did not say; nothing: nobody said so
    unidentified: bool | None = None
    account: Account
    #: whose account it is, where it is a contact's: an id, or empty
    account_of: str = ""
    #: what they are called, as the borrower typed it or the book has it
    account_name: str = field(default="", repr=False)
    noted_at: datetime
    #: where it stands in what was brought in, such as `calls.xml:17`, or `proposal <id>`
    source: str = field(default="", repr=False)
    #: the row as it stood there, unchanged
    original: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file kept as evidence; its bytes never change."""

    #: uuid5 of its bytes and the incident
    id: str
    sha256: str
    size: int
    #: by its content, not by its name
    media_type: str
    #: as whoever handed it over called it
    name: str = field(repr=False)
    #: nothing: nobody knows
    taken_at: datetime | None
    taken_from: TakenFrom
    #: empty: it belongs to no incident yet
    incident_id: str = ""
    #: who handed it over, in plain words; empty: the borrower
    received_from: str = field(default="", repr=False)
    #: how, in plain words
    received_by: str = field(default="", repr=False)
    noted_at: datetime


class EntryKind(StrEnum):
    """What an entry of the record tells."""

    INCIDENT = "incident"
    EXHIBIT = "exhibit"
    REMOVED = "removed"  #: the borrower removed what an earlier entry told; the gap stays
    TIMESTAMP = "timestamp"  #: somebody else says that the record stood so at a time (RFC 3161)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link of the record's chain. It tells by a digest what was said, not what."""

    #: 1 for the first
    number: int
    kind: EntryKind
    at: datetime
    #: sha256 of the content
    digest: str
    #: hash of the entry before; of the first, zeros
    previous: str
    #: sha256 of all of the above
    hash: str


class Rule(StrEnum):
    """What a finding is about."""

    HOURS = "hours"
    FREQUENCY = "frequency"
    THIRD_PARTY = "third_party"
    DISCLOSURE = "disclosure"
    AFTER_REFUSAL = "after_refusal"
    IDENTITY = "identity"
    THREAT = "threat"


class Unnamed(StrEnum):
    """Who or what a finding has no name for; its value is a key of the catalogues."""

    BORROWER = "the borrower"
    CONTACT = "somebody without a name"
    PUBLIC = "whoever could see it"
    LOG = "a phone or a carrier"
    SEVERAL = "several sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was recorded, beside the rule it may bear on: an account, never a verdict."""

    rule: Rule
    #: of the jurisdiction; empty where no rule on it is known
    fact_ids: tuple[str, ...]
    incident_ids: tuple[str, ...]
    #: what it counts, each once: the ids of every account of it; what only led up to it is not here
    counted: tuple[tuple[str, ...], ...]
    #: one English sentence with placeholders, a key of the catalogues in `kit.words`
    what: str
    #: such sentences too, said after it where there is something to say
    more: tuple[str, ...] = ()
    #: what the placeholders stand for; an `Unnamed` is said in the reader's language
    facts: Mapping[str, object] = field(default_factory=dict, repr=False)

    def said(self, say: Callable[..., str]) -> str:
        """All of its sentences."""
        whole = ""
        for sentence in (self.what, *self.more):
            space = "" if not whole or whole.endswith("。") else " "
            whole += space + say(sentence, **self.facts)
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One call or text as a phone or a carrier wrote it down."""

    #: the place of the row in its file, such as `calls.xml:17`
    where: str = field(repr=False)
    kind: IncidentKind
    at: datetime
    #: as it was shown; empty when it was hidden
    number: str = field(repr=False)
    #: it came in, it did not go out
    incoming: bool
    answered: bool | None = None
    duration_s: int | None = None
    text: str = field(default="", repr=False)
    #: the row as it stood there, unchanged
    original: str = field(default="", repr=False)

"""The nouns of an audit: which apps have read contacts, or may, by what a phone says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from kit.model.people import Problem


class AuditForm(StrEnum):
    """Which kind of account a phone gives of its apps."""

    PRIVACY_REPORT = "privacy_report"  #: of an iPhone: what was read, and when
    PACKAGE_DUMP = "package_dump"  #: of an Android phone: what may be read


class Reach(StrEnum):
    """What an app gets at, as far as the kit has a name for it; a phone may name others."""

    CONTACTS = "contacts"
    CALL_LOG = "call_log"
    SMS = "sms"
    PHOTOS = "photos"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    LOCATION = "location"
    MEDIA = "mediaLibrary"
    SCREEN = "screenRecording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one app has read of one kind, by the report of an iPhone."""

    app: str = field(repr=False)
    #: a `Reach`, or what else the phone calls it
    kind: str
    #: how many times; a beginning and its end are one
    count: int
    #: by the clock of the phone, with its zone
    first_at: datetime
    last_at: datetime
    #: how many began on each day, by the clock of the phone
    days: Mapping[date, int] = field(default_factory=dict, repr=False)
    #: what the app called within a minute of one of them
    domains: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether one app may read one kind, by the list of an Android phone; of its user 0 only."""

    app: str = field(repr=False)
    kind: str
    #: it asks for it; that alone lets it read nothing
    requested: bool
    granted: bool
    flags: tuple[str, ...] = ()
    #: as the phone writes them, by its own clock; empty where it does not
    installed: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All that one report or list says of contacts and their like."""

    form: AuditForm
    accesses: Sequence[Access] = field(default=(), repr=False)
    permissions: Sequence[Permission] = field(default=(), repr=False)
    #: what of it could not be read
    problems: Sequence[Problem] = ()
    #: other users of the phone, such as a work profile: they are left out
    users: Sequence[int] = ()

    @property
    def rows(self) -> tuple[Access | Permission, ...]:
        """Every app and kind, contacts first."""
        return *self.accesses, *self.permissions

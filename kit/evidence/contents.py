"""What an entry tells, as it is kept: incidents and exhibits become JSON, and JSON becomes them."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from dataclasses import fields
from datetime import datetime
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from kit import phone
from kit.errors import NumberError, RecordDamagedError
from kit.evidence.chain import canonical, stamp
from kit.model import (
    NAMESPACE,
    Account,
    Exhibit,
    Incident,
    IncidentKind,
    TakenFrom,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What reading raises where something is not even what was written.
DAMAGES = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_MOST_KEYS = 20_000
#: What does not make an incident another one: when it was noted, and where it was read.
_BESIDE = ("id", "noted_at", "source", "original")
#: How something was spelled makes no other incident, where it is known what is meant.
_SPELLED = {
    "number": ("caller",),
    "to": ("contact_id", "to_borrower"),
    "account_name": ("account_of",),
}


def incident_id(told: Mapping[str, Any]) -> str:
    """The id of an incident with these fields: uuid5 of what it says."""
    said = {
        name: _plain(value)
        for name, value in told.items()
        if name not in _BESIDE
        and not any(told.get(known) for known in _SPELLED.get(name, ()))
        and value not in (None, "")  # that it was not so is said too
    }
    return str(uuid5(NAMESPACE, f"incident {canonical(said)}"))


def exhibit_id(sha256: str, incident_id: str) -> str:
    """The id of a file with these bytes that belongs to that incident."""
    return str(uuid5(NAMESPACE, f"exhibit {sha256} {incident_id}"))


@lru_cache(_MOST_KEYS)
def number_key(shown: str, region: str) -> str:
    """By what a number is the same, however it was shown; empty for one that was not."""
    plain = "".join(unicodedata.normalize("NFKC", shown).split())
    if not plain:
        return ""
    try:
        return phone.parse(plain, region)
    except NumberError:
        return plain.replace("-", "").casefold()


def same(incident: Incident) -> str:
    """By what the same call in two logs is known, however its number was written: a digest."""
    number = incident.caller or number_key(incident.number, "CN")
    to = "" if incident.to_borrower else incident.contact_id or incident.to
    told = [incident.kind.value, stamp(incident.at), number, to, incident.said]
    return blake2b(canonical(told).encode(), digest_size=16).hexdigest()


def write(told: Incident | Exhibit, nonce: str) -> str:
    """What an entry tells of it; the nonce keeps its digest from being guessed."""
    named = {one.name: _plain(getattr(told, one.name)) for one in fields(told)}
    return canonical({**named, "nonce": nonce})


def read_incident(content: str) -> Incident:
    """The incident that an entry tells of.

    Raises:
        RecordDamagedError: it is not what was written.
    """
    with _as_written():
        told = _told(content)
        return Incident(
            **{
                **told,
                "kind": IncidentKind(told["kind"]),
                "at": datetime.fromisoformat(told["at"]),
                "zones": tuple(told["zones"]),
                "account": Account(told["account"]),
                "noted_at": datetime.fromisoformat(told["noted_at"]),
            }
        )


def read_exhibit(content: str) -> Exhibit:
    """The exhibit that an entry tells of.

    Raises:
        RecordDamagedError: it is not what was written.
    """
    with _as_written():
        told = _told(content)
        taken_at = told["taken_at"]
        return Exhibit(
            **{
                **told,
                "taken_at": datetime.fromisoformat(taken_at) if taken_at else None,
                "taken_from": TakenFrom(told["taken_from"]),
                "noted_at": datetime.fromisoformat(told["noted_at"]),
            }
        )


def removes(content: str) -> int:
    """The entry that was removed, as the entry says that tells of it."""
    return int(json.loads(content)["removes"])


@contextlib.contextmanager
def _as_written() -> Iterator[None]:
    """What cannot be read was changed, which is no fault of whoever reads it."""
    try:
        yield
    except DAMAGES:
        raise RecordDamagedError from None


def _told(content: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(content)
    del told["nonce"]
    return told


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value

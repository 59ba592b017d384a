"""Timestamps on the record: an address goes in; an authority's word on the last entry is kept.

It is asked with the hash of the last entry only, which stands for every entry before it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kit.actions import recording
from kit.channels import timestamp
from kit.errors import (
    AuthorityMissingError,
    CertificateError,
    NotATimestampError,
    NothingToStampError,
    TimestampsMissingError,
)
from kit.evidence import chain, contents
from kit.model import EntryKind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.actions.store import Store
    from kit.model import Entry

#: Bytes of a file with certificates that are read.
_LARGEST = 1_000_000
_DOES_NOT_FIT = "The timestamp is not of the entry that it was made for."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A timestamp that was kept."""

    #: the entry that tells of it
    where: int
    #: the entry it was made for, and its hash
    number: int
    hash: str
    authority: str = field(repr=False)
    at: datetime
    #: DER
    token: bytes = field(repr=False)
    #: whether it still is of that entry
    fits: bool


def stamp(store: Store, url: str = "", certificate: Path | None = None) -> Stamp:
    """Ask the authority (else that of the settings) for a timestamp, and keep it.

    Raises:
        AuthorityMissingError, AuthorityAddressError, CertificateError, TimestampsMissingError,
        NothingToStampError: nothing left this computer.
        TimestampError: there is no timestamp; nothing was kept.
    """
    url = url or store.settings.timestamp_authority
    if not url:
        raise AuthorityMissingError
    last = _last(store)
    certificates = _read(certificate) if certificate else b""
    token = timestamp.ask(url, chain.sealed(last), certificates)
    told = {
        "hash": last.hash,
        "number": last.number,
        "authority": url,
        "token": base64.b64encode(token.der).decode(),
        "at": chain.stamp(token.at),
        "nonce": f"{token.nonce:x}",
    }
    recording.write(store, EntryKind.TIMESTAMP, f"{token.nonce:x}", chain.canonical(told))
    return next(one for one in stamps(store) if one.token == token.der)


def stamps(store: Store) -> list[Stamp]:
    """Every timestamp that was kept, the oldest first."""
    kept = list(store.record.contents(EntryKind.TIMESTAMP))
    told = [(one.number, json.loads(one.content)) for one in kept]
    wanted = {one["number"] for _, one in told}
    hashes = {one.number: one.hash for one in _entries(store) if one.number in wanted}
    found = []
    for where, one in told:
        token = _bytes(one["token"])
        at = datetime.fromisoformat(one["at"])
        fits = hashes.get(one["number"]) == one["hash"] and _says(token, one["hash"], at)
        found.append(
            Stamp(
                where=where,
                number=one["number"],
                hash=one["hash"],
                authority=one["authority"],
                at=at,
                token=token,
                fits=fits,
            )
        )
    return found


def faults(store: Store) -> list[Problem]:
    """Every timestamp that is not of the entry that it was made for."""
    try:
        wrong = [one.where for one in stamps(store) if not one.fits]
    except contents.DAMAGES:
        return [recording.UNREADABLE]
    return [Problem(where=f"#{number}", what=_DOES_NOT_FIT) for number in wrong]


def _says(token: bytes, hash_: str, at: datetime) -> bool:
    """Whether the token names that hash and time; without what reads it, at least the hash."""
    try:
        told = timestamp.read(token)
    except TimestampsMissingError:
        return bytes.fromhex(hash_) in token
    except NotATimestampError:
        return False
    return told.digest == hash_ and chain.stamp(told.at) == chain.stamp(at)


def _last(store: Store) -> Entry:
    """The last entry, whose hash stands for all of them."""
    last = None
    for last in _entries(store):  # noqa: B007 (the last one is wanted)
        pass
    if last is None:
        raise NothingToStampError
    return last


def _entries(store: Store) -> Iterator[Entry]:
    return (entry for entry, _ in store.record.entries())


def _bytes(token: str) -> bytes:
    try:
        return base64.b64decode(token, validate=True)
    except binascii.Error:
        return b""


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        raise CertificateError from None

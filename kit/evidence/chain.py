"""The chain of the record: contents go in, entries come out, each with the hash of the one before.

An entry holds only the digest of what was told. So what is removed leaves a gap that can be seen,
and the rest still verifies; and as every content has a nonce, nobody can guess from a digest what
was removed, or was left out of a copy. `verify.py` of an export counts in the same way.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kit.model import Entry, EntryKind, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

#: Before the first entry.
NOTHING = "0" * 64

_MISSING = "The entry is missing."
_CHANGED = "The entry is not as it was written."
_LOOSE = "The entry does not follow the one before it."
_RETOLD = "What the entry tells was changed."
_GONE = "What the entry tells is gone, and nobody removed it."
_SHORT = "Entries are missing at the end of the record, or were added to it."


def canonical(value: Any) -> str:  # noqa: ANN401 (any JSON)
    """The one way in which a JSON value is written: keys sorted, no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """A time as the record writes it: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(content: str) -> str:
    """The sha256 of a content."""
    return sha256(content.encode()).hexdigest()


def linked(kind: EntryKind, at: datetime, content: str, after: tuple[int, str]) -> Entry:
    """The entry that tells this content, after that number and hash."""
    number, previous = after
    entry = Entry(
        number=number + 1,
        kind=kind,
        at=at,
        digest=digest(content),
        previous=previous,
        hash="",
    )
    return replace(entry, hash=_hash(entry))


def sealed(entry: Entry) -> bytes:
    """What the hash of the entry is the sha256 of."""
    return canonical(_hashed(entry)).encode()


def as_json(entry: Entry) -> dict[str, object]:
    """The entry as an export has it, with its hash."""
    return {**_hashed(entry), "hash": entry.hash}


def check(told: Iterable[tuple[Entry, str | None]], head: tuple[int, str]) -> Iterator[Problem]:
    """What is wrong with the record; nothing: it is whole.

    Each entry comes with what it tells, where that is there; `head` is how many entries the record
    says it has, and the hash of the last one.
    """
    gone: set[int] = set()
    removed: set[int] = set()
    number, previous = 0, NOTHING
    for entry, content in told:
        yield from _links(entry, number, previous)
        if content is None:
            gone.add(entry.number)
        elif digest(content) != entry.digest:
            yield _problem(entry.number, _RETOLD)
        elif entry.kind is EntryKind.REMOVED:
            removed.add(json.loads(content)["removes"])
        number, previous = entry.number, entry.hash
    yield from (_problem(one, _GONE) for one in sorted(gone - removed))
    if head != (number, previous):
        yield _problem(number, _SHORT)


def _links(entry: Entry, number: int, previous: str) -> Iterator[Problem]:
    """What is wrong with an entry that comes after that number and hash."""
    if entry.number > number + 1:
        yield _problem(number + 1, _MISSING, last=entry.number - 1)
    if entry.hash != _hash(entry):
        yield _problem(entry.number, _CHANGED)
    if entry.number <= number or (entry.number == number + 1 and entry.previous != previous):
        yield _problem(entry.number, _LOOSE)


def _problem(number: int, what: str, last: int | None = None) -> Problem:
    until = "" if last in (None, number) else f"-#{last}"
    return Problem(where=f"#{number}{until}", what=what)


def _hashed(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "kind": entry.kind.value,
        "at": stamp(entry.at),
        "digest": entry.digest,
        "previous": entry.previous,
    }


def _hash(entry: Entry) -> str:
    return sha256(sealed(entry)).hexdigest()

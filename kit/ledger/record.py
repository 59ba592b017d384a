"""The record of evidence as it is kept: entries go in, with what they tell, and come out."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.model import Entry, EntryKind
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kit.connector import Database

_FOLDER = Path(__file__).parent
#: Of the first entry: the hash of none before it.
_NOTHING = "0" * 64
_KEY_BYTES = 32
_KEPT_AS = "removed"
_LOOKED_UP = (EntryKind.INCIDENT, EntryKind.EXHIBIT, EntryKind.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an entry tells, as it is kept."""

    number: int
    #: of the incident or exhibit
    id: str
    #: JSON
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What an entry tells, with when it was written down; of what was removed, what that was."""

    kept: Kept
    kind: EntryKind
    written_at: datetime
    #: the kind of what was removed, and when that was written down
    gone_kind: EntryKind | None
    gone_at: datetime | None


class Record:
    """Entries, what they tell, and the bytes of exhibits; the Ledger has made the tables."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(_FOLDER)

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last one."""
        rows = self._connection.rows(self._sql["record_head"])
        return (rows[0]["number"], rows[0]["hash"]) if rows else (0, _NOTHING)

    def append(self, entry: Entry, told_id: str, content: str) -> None:
        """Write the next entry down; it stands in the transaction that looked at the head."""
        link = {
            "number": entry.number,
            "kind": entry.kind.value,
            "at": written(entry.at),
            "digest": entry.digest,
            "previous": entry.previous,
            "hash": entry.hash,
        }
        told = {
            "number": entry.number,
            "kind": entry.kind.value,
            "id": told_id,
            "content": content,
            **looked_up(entry.kind, content),
        }
        head = {"number": entry.number, "hash": entry.hash}
        with self._connection.writing():
            self._connection.write(self._sql["save_record_entry"], link)
            self._connection.write(self._sql["save_record_content"], told)
            self._connection.write(self._sql["save_record_head"], head)

    def entries(self) -> Iterator[tuple[Entry, str | None]]:
        """Every entry, and what it tells where that was not removed."""
        for row in self._connection.stream(self._sql["record_entries"]):
            content = row.pop("content")
            entry = Entry(**{**row, "kind": EntryKind(row["kind"]), "at": read(row["at"])})
            yield entry, content

    def contents(self, kind: EntryKind) -> Iterator[Kept]:
        """What the entries of that kind tell that were not removed, in their order."""
        rows = self._connection.stream(self._sql["record_contents"], {"kind": kind.value})
        return (Kept(**row) for row in rows)

    def find(self, kind: EntryKind, told_id: str) -> Kept | None:
        """What is kept of that incident or exhibit."""
        values = {"kind": kind.value, "id": told_id}
        rows = self._connection.rows(self._sql["record_content"], values)
        return Kept(**rows[0]) if rows else None

    def order(self) -> list[tuple[int, str]]:
        """Number and id of every incident and removal, the newest first.

        An incident has its place by when it was, what was removed by when it was written down.
        """
        rows = self._connection.rows(self._sql["record_order"])
        return [(row["number"], row["id"]) for row in rows]

    def some(self, numbers: Sequence[int]) -> list[Leaf]:
        """What the entries with these numbers tell, in that order."""
        rows = self._connection.rows(self._sql["record_some"], {"numbers": json.dumps(numbers)})
        leaves = {row["number"]: _leaf(row) for row in rows}
        return [leaves[number] for number in numbers if number in leaves]

    def exhibits_of(self, incident_ids: Sequence[str]) -> Iterator[Kept]:
        """What is told of the exhibits of these incidents; of an empty id, of those of none."""
        values = {"ids": json.dumps(incident_ids)}
        rows = self._connection.stream(self._sql["record_exhibits_of"], values)
        return (Kept(**row) for row in rows)

    def reached(self, most: int) -> list[tuple[str, str]]:
        """Who was reached, the borrower apart: an id or an empty text, and a name; latest first."""
        rows = self._connection.rows(self._sql["record_reached"], {"most": most})
        return [(row["contact_id"], row["name"]) for row in rows]

    def save_part(self, number: int, part: int, content: bytes) -> None:
        """Keep the next bytes of that exhibit; it stands in the transaction of its entry."""
        values = {"number": number, "part": part, "bytes": content}
        self._connection.write(self._sql["save_record_part"], values)

    def parts(self, number: int) -> Iterator[bytes]:
        """The bytes of the exhibit of that entry, piece by piece."""
        values = {"number": number}
        for row in self._connection.stream(self._sql["record_parts"], values, at_once=1):
            yield row["bytes"]

    def strays(self) -> list[int]:
        """The numbers under which something is kept that no entry tells of."""
        return [row["number"] for row in self._connection.rows(self._sql["record_strays"])]

    def remove(self, number: int) -> None:
        """Remove what the entry tells, its bytes too; the entry itself stays."""
        with self._connection.writing():
            self._connection.write(self._sql["remove_record_parts"], {"number": number})
            self._connection.write(self._sql["remove_record_content"], {"number": number})

    def remove_parts(self, number: int) -> None:
        """Remove bytes of which no exhibit came."""
        self._connection.write(self._sql["remove_record_parts"], {"number": number})

    def decline(self, proposal_id: str, at: datetime) -> None:
        """Remember that the borrower did not take a proposal, or removed what has that mark."""
        values = {"id": proposal_id, "at": written(at)}
        with self._connection.writing():
            self._connection.write(self._sql["save_declined"], values)

    def declined(self) -> frozenset[str]:
        """The proposals that the borrower did not take, and the marks of what they removed."""
        rows = self._connection.rows(self._sql["declined"])
        return frozenset(row["proposal_id"] for row in rows)

    def mark(self, told: str) -> str:
        """By what something is known that was removed: a keyed hash, so that it says nothing.

        Whoever has the whole store has the key too, and could guess; nobody else can.
        """
        return hmac.new(self._marking_key(), told.encode(), hashlib.sha256).hexdigest()

    def _marking_key(self) -> bytes:
        """The key of the marks, made when it is needed first."""
        ask = self._sql["secret"], {"name": _KEPT_AS}
        if not self._connection.rows(*ask):
            made = {"name": _KEPT_AS, "value": secrets.token_bytes(_KEY_BYTES)}
            with self._connection.writing():
                self._connection.write(self._sql["save_secret"], made)
        return bytes(self._connection.rows(*ask)[0]["value"])

    def name_collector(self, number: str, at: datetime) -> None:
        """Remember a number as a collector's, as the borrower says."""
        with self._connection.writing():
            values = {"number": number, "at": written(at)}
            self._connection.write(self._sql["save_collector"], values)

    def forget_collector(self, number: str) -> None:
        """The number is no collector's after all."""
        with self._connection.writing():
            self._connection.write(self._sql["remove_collector"], {"number": number})

    def collectors(self) -> tuple[str, ...]:
        """The numbers that the borrower says are collectors', in the order of saying."""
        return tuple(row["number"] for row in self._connection.rows(self._sql["collectors"]))


def looked_up(kind: EntryKind, content: str) -> dict[str, Any]:
    """What rows are looked up by where the database cannot read the content."""
    says = json.loads(content) if kind in _LOOKED_UP else {}
    reached = None if says.get("to_borrower") else says.get("to")
    return {
        "happened_at": says.get("at"),
        "incident_id": says.get("incident_id"),
        "contact_id": says.get("contact_id"),
        "reached": reached or None,
        "removed": says.get("removes"),
    }


def _leaf(row: Mapping[str, Any]) -> Leaf:
    return Leaf(
        kept=Kept(number=row["number"], id=row["id"], content=row["content"]),
        kind=EntryKind(row["kind"]),
        written_at=read(row["written_at"]),
        gone_kind=EntryKind(row["gone_kind"]) if row["gone_kind"] else None,
        gone_at=read(row["gone_at"]) if row["gone_at"] else None,
    )

"""The Book: people and choices. It changes, and it may be forgotten."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.connector import queries
from kit.model import Contact, Group, Part, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from kit.connector import Connection
    from kit.model import Address

_FOLDER = Path(__file__).parent


class Book:
    """Contacts, what the borrower set, and which files were written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sql = queries(_FOLDER)
        connection.bring_up_to_date("book", _FOLDER / "schema")

    def contacts(self) -> list[Contact]:
        """Everybody, in the order in which they came."""
        return list(self.each())

    def contact(self, id_: str) -> Contact | None:
        """The contact with that id, if it is still in the book."""
        rows = self._connection.rows(self._sql["contact"], {"id": id_})
        return _contact(rows[0]) if rows else None

    def each(self) -> Iterator[Contact]:
        """Everybody, one at a time."""
        return map(_contact, self._connection.stream(self._sql["contacts"]))

    def owners(self, address: Address) -> list[str]:
        """The ids of all who have that number or e-mail address."""
        rows = self._connection.rows(self._sql["owners"], {"address": address})
        return [row["contact_id"] for row in rows]

    def is_refused(self, address: Address) -> bool:
        """Whether somebody who is never told has that address, under whatever name."""
        rows = self._connection.rows(self._sql["refused"], {"address": address})
        return bool(rows[0]["refused"])

    def save(self, contacts: Iterable[Contact], merged_away: Iterable[str] = ()) -> None:
        """Keep these contacts as they are now, and drop those that became part of another."""
        with self._connection.writing():
            self._connection.write_all(
                self._sql["forget_contact"], [{"id": one} for one in merged_away]
            )
            self._connection.write_all(self._sql["save_contact"], map(_row, contacts))

    def apart(self) -> list[tuple[str, str]]:
        """Who was taken apart and is never to be one again, in pairs of ids."""
        rows = self._connection.rows(self._sql["apart"])
        return [(row["one"], row["other"]) for row in rows]

    def keep_apart(self, pairs: Iterable[tuple[str, str]]) -> None:
        """No import brings these together again, as long as both are in the book."""
        rows = [{"one": one, "other": other} for one, other in pairs]
        with self._connection.writing():
            self._connection.write_all(self._sql["keep_apart"], rows)

    def choose(self, group_by_id: Mapping[str, Group]) -> None:
        """Keep the choice for each of these contacts, all or none."""
        rows = [{"id": id_, "chosen": group.value} for id_, group in group_by_id.items()]
        with self._connection.writing():
            self._connection.write_all(self._sql["choose"], rows)

    def setting(self, name: str) -> str:
        """What was kept under that name, or an empty text."""
        rows = self._connection.rows(self._sql["setting"], {"name": name})
        return str(rows[0]["value"]) if rows else ""

    def set(self, name: str, value: str) -> None:
        """Keep a value under that name."""
        with self._connection.writing():
            self._connection.write(self._sql["save_setting"], {"name": name, "value": value})

    def remember_written(self, path: Path, at: datetime) -> None:
        """Remember a file or folder with personal data, before it is written."""
        values = {"path": os.fsencode(path.absolute()), "at": at.isoformat()}
        with self._connection.writing():
            self._connection.write(self._sql["save_written"], values)

    def written(self) -> list[Path]:
        """Every file and folder with personal data outside the store."""
        return [
            Path(os.fsdecode(row["path"])) for row in self._connection.rows(self._sql["written"])
        ]


def _contact(row: Mapping[str, Any]) -> Contact:
    return Contact(
        id=row["id"],
        names=tuple(json.loads(row["names"])),
        numbers=tuple(json.loads(row["numbers"])),
        emails=tuple(json.loads(row["emails"])),
        parts=tuple(_part(one) for one in json.loads(row["parts"])),
        also=tuple(json.loads(row["also"])),
        group=Group(row["chosen"]),
    )


def _part(fields: dict[str, Any]) -> Part:
    relations = tuple(Relation(**one) for one in fields.pop("relations"))
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Part(**{**fields, **lists}, relations=relations)


def _row(contact: Contact) -> dict[str, str]:
    return {
        "id": contact.id,
        "names": json.dumps(contact.names),
        "numbers": json.dumps(contact.numbers),
        "emails": json.dumps(contact.emails),
        "also": json.dumps(contact.also),
        "parts": json.dumps([asdict(part) for part in contact.parts]),
        "chosen": contact.group.value,
    }

"""The Book: people and choices. It changes, and it may be forgotten."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.model import Contact, ContactKind, Group, Impression, Part, Relation, SheetKey, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from kit.connector import Database
    from kit.model import Address

FOLDER = Path(__file__).parent
#: The setting that says which contact is the borrower: that card alone tells who is family.
_OWN_CARD = "me"
#: As `json.loads`, which looks for blanks before and behind every text.
_decode = json.JSONDecoder().raw_decode
_GROUPS = {group.value: group for group in Group}


class Book:
    """Contacts, what the borrower set, and which files were written."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._sql = connection.queries(FOLDER)
        connection.bring_up_to_date("book", FOLDER / "schema")

    def contacts(self) -> list[Contact]:
        """Everybody, in the order in which they came."""
        return list(self.each())

    def listed(self) -> list[Contact]:
        """Everybody as a list shows them: without what each card says, which takes most time."""
        return [_listed(row) for row in self._connection.rows(self._sql["listed"])]

    def contact(self, id_: str) -> Contact | None:
        """The contact with that id, if it is still in the book."""
        rows = self._connection.rows(self._sql["contact"], {"id": id_})
        return _contact(rows[0]) if rows else None

    def each(self) -> Iterator[Contact]:
        """Everybody, one at a time."""
        return map(_contact, self._connection.stream(self._sql["contacts"]))

    def groups(self) -> dict[str, Group]:
        """The group of everybody, by id, in the order in which they came."""
        return {
            row["id"]: _GROUPS[row["chosen"]]
            for row in self._connection.stream(self._sql["groups"])
        }

    def addresses(self) -> dict[str, list[Address]]:
        """Every number and e-mail address of all who have any, by id, in that order."""
        found: dict[str, list[Address]] = {}
        for row in self._connection.stream(self._sql["addresses"]):
            found.setdefault(row["contact_id"], []).append(row["address"])
        return found

    def ids(self, *groups: Group) -> set[str]:
        """The ids of all in these groups."""
        values = {"groups": json.dumps([group.value for group in groups])}
        return {row["id"] for row in self._connection.rows(self._sql["chosen"], values)}

    def has_people(self) -> bool:
        """Whether there is anybody."""
        return bool(self._connection.rows(self._sql["has_people"])[0]["count"])

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
            saved = list(contacts)
            ids = [{"contact_id": contact.id} for contact in saved]
            self._connection.write_all(self._sql["save_contact"], map(_row, saved))
            self._connection.write_all(self._sql["forget_addresses"], ids)
            self._connection.write_all(
                self._sql["save_address"], (row for one in saved for row in _addresses(one))
            )
            self._connection.write_all(self._sql["forget_look"], ids)
            if self.setting(_OWN_CARD) in {contact.id for contact in saved}:
                self._connection.write(self._sql["forget_looks"], {})

    def apart(self) -> list[tuple[str, str]]:
        """Who was taken apart and is never to be one again, in pairs of ids."""
        rows = self._connection.rows(self._sql["apart"])
        return [(row["one"], row["other"]) for row in rows]

    def keep_apart(self, pairs: Iterable[tuple[str, str]]) -> None:
        """No import brings these together again, as long as both are in the book."""
        rows = [{"one": min(pair), "other": max(pair)} for pair in pairs]
        with self._connection.writing():
            self._connection.write_all(self._sql["keep_apart"], rows)

    def choose(self, group_by_id: Mapping[str, Group]) -> None:
        """Keep the choice for each of these contacts, all or none."""
        rows = [{"id": id_, "chosen": group.value} for id_, group in group_by_id.items()]
        with self._connection.writing():
            self._connection.write_all(self._sql["choose"], rows)

    def looks(self, rules: str) -> dict[str, Impression]:
        """What contacts look like by these rules, by id; who is missing is to be worked out."""
        rows = self._connection.rows(self._sql["looks"], {"rules": rules})
        return {row["contact_id"]: _look(row) for row in rows}

    def keep_looks(self, rules: str, looks: Mapping[str, Impression]) -> None:
        """Keep what these contacts look like, until what that rests on changes."""
        rows = [
            {
                "contact_id": id_,
                "rules": rules,
                "kind": look.kind.value,
                "because": look.because,
                "suggestion": json.dumps(asdict(look.suggestion) if look.suggestion else None),
            }
            for id_, look in looks.items()
        ]
        with self._connection.writing():
            self._connection.write_all(self._sql["save_look"], rows)

    def setting(self, name: str) -> str:
        """What was kept under that name, or an empty text."""
        rows = self._connection.rows(self._sql["setting"], {"name": name})
        return str(rows[0]["value"]) if rows else ""

    def set(self, name: str, value: str) -> None:
        """Keep a value under that name."""
        with self._connection.writing():
            self._connection.write(self._sql["save_setting"], {"name": name, "value": value})
            if name == _OWN_CARD:
                self._connection.write(self._sql["forget_looks"], {})

    def sheet(self) -> dict[SheetKey, str]:
        """The fact sheet, as far as it is filled in."""
        rows = self._connection.rows(self._sql["sheet"])
        return {SheetKey(row["key"]): row["value"] for row in rows}

    def fill_sheet(self, values: Mapping[SheetKey, str]) -> None:
        """Keep these values of the fact sheet; an empty one leaves it."""
        with self._connection.writing():
            for key, value in values.items():
                if value:
                    self._connection.write(self._sql["save_sheet"], {"key": key, "value": value})
                else:
                    self._connection.write(self._sql["remove_sheet"], {"key": key})

    def forget_people(self, settings: Iterable[str]) -> None:
        """Forget everybody, what was chosen for them, and these settings."""
        with self._connection.writing():
            self._connection.write(self._sql["forget_everybody"], {})
            rows = [{"name": name} for name in settings]
            self._connection.write_all(self._sql["remove_setting"], rows)

    def remember_written(self, path: Path, at: datetime, *, people: bool = False) -> None:
        """Remember a file or folder with personal data, before it is written.

        `people`: people of the book stand in it, and it goes when they are forgotten.
        """
        values = {"path": os.fsencode(path.absolute()), "at": at.isoformat(), "people": people}
        with self._connection.writing():
            self._connection.write(self._sql["save_written"], values)

    def written(self, *, people: bool = False) -> list[Path]:
        """Every file and folder with personal data outside the store; or those with people."""
        rows = self._connection.rows(self._sql["written"], {"people": people})
        return sorted(Path(os.fsdecode(row["path"])) for row in rows)

    def forget_written(self, paths: Iterable[Path]) -> None:
        """These are gone."""
        rows = [{"path": os.fsencode(path)} for path in paths]
        with self._connection.writing():
            self._connection.write_all(self._sql["forget_written"], rows)

    def remember_brought_in(self, paths: Iterable[Path], at: datetime) -> None:
        """Remember files that were brought in and lie where they were."""
        rows = [{"path": os.fsencode(one.absolute()), "at": at.isoformat()} for one in paths]
        with self._connection.writing():
            self._connection.write_all(self._sql["save_brought_in"], rows)

    def brought_in(self) -> list[Path]:
        """Every file that was brought in, where it was then."""
        rows = self._connection.rows(self._sql["brought_in"])
        return sorted(Path(os.fsdecode(row["path"])) for row in rows)


def _contact(row: Mapping[str, Any]) -> Contact:
    parts = tuple(map(_part, _list(row["parts"])))
    return replace(_listed(row), parts=parts, also=_list(row["also"]))


def _listed(row: Mapping[str, Any]) -> Contact:
    return Contact(
        id=row["id"],
        names=_list(row["names"]),
        numbers=_list(row["numbers"]),
        emails=_list(row["emails"]),
        group=_GROUPS[row["chosen"]],
    )


def _list(text: str) -> tuple[Any, ...]:
    return tuple(_decode(text)[0]) if text != "[]" else ()


def _look(row: Mapping[str, Any]) -> Impression:
    one = json.loads(row["suggestion"]) if row["suggestion"] != "null" else None
    return Impression(
        kind=ContactKind(row["kind"]),
        because=row["because"],
        suggestion=Suggestion(**{**one, "group": Group(one["group"])}) if one else None,
    )


def _part(fields: dict[str, Any]) -> Part:
    relations = tuple(Relation(**one) for one in fields.pop("relations"))
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Part(**{**fields, **lists}, relations=relations)


def _addresses(contact: Contact) -> Iterator[dict[str, str]]:
    for address in dict.fromkeys((*contact.numbers, *contact.emails)):
        yield {"contact_id": contact.id, "address": address}


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

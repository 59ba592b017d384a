"""Bring in and decide: files become contacts; each contact gets a group when the borrower says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import jurisdiction, template
from kit.errors import (
    AmbiguousError,
    ChosenTwiceError,
    NobodyFoundError,
    NoContactsError,
    reason_of,
)
from kit.model import Group, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.model import Card, Contact

#: Hexadecimal digits of a contact's id: short enough to type, random enough never to meet again.
_ID_LENGTH = 12

_UNREADABLE = "The file cannot be read: {reason}."
_NO_CARDS = "There is no contact in this file; is it an exported address book (.vcf)?"


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import did."""

    cards: int
    #: everybody in the book now
    contacts: int
    new: int
    problems: tuple[Problem, ...]


def import_files(store: Store, files: Sequence[Path], region: str = "") -> Imported:
    """Read the files and bring their people into the Book; nobody is told, nobody is chosen.

    `region` (ISO 3166-1) is kept; without one, the one kept before is taken, else CN.

    Raises:
        UnknownRegionError: the region has no numbering plan.
    """
    from kit import contacts as people
    from kit import phone

    region = phone.check_region(region or store.region)
    problems: list[Problem] = []
    cards = [card for file in files for card in _cards(file, problems)]
    known = store.book.contacts()
    while True:
        gathered = people.gather(cards, known, region, lambda: uuid.uuid4().hex[:_ID_LENGTH])
        with store.changing():  # not while people are brought together: somebody may be sending
            before, known = known, store.book.contacts()
            if known == before:
                store.book.save(gathered.contacts, gathered.merged_away)
                store.book.set("region", region)
                break
    return Imported(
        cards=len(cards),
        contacts=len(known) - len(gathered.merged_away) + gathered.new,
        new=gathered.new,
        problems=(*problems, *gathered.problems),
    )


def contacts(store: Store, group: Group | None = None) -> list[Contact]:
    """Everybody, or everybody of one group, in the order in which they came."""
    return [c for c in store.book.contacts() if group is None or c.group is group]


def ways_to_export(language: str) -> list[str]:
    """How telephones export their address book, as far as it is known, in that language."""
    return [said for one in jurisdiction.exports() if (said := one.said(language))]


def language(contact: Contact) -> str:
    """The language a message to them would be in when the borrower names none (BCP 47)."""
    return template.language_for(contact.numbers[0] if contact.numbers else "")


def look_up(store: Store, who: str) -> tuple[Contact | None, list[Contact]]:
    """The one contact that WHO is, or those whose names hold it."""
    from kit import contacts as people

    everybody = store.book.contacts()
    try:
        return people.find(everybody, who, store.region), []
    except (NobodyFoundError, AmbiguousError):
        return None, [c for c in everybody if any(who in name for name in c.names)]


def choose(
    store: Store, wishes: Sequence[tuple[Group, str]], *, everyone_else: bool = False
) -> dict[Group, int]:
    """Put each WHO (name, number or id) into a group, all or none; how many are in each now.

    `everyone_else` puts all who are still undecided into `everyone`.

    Raises:
        NoContactsError: the book is empty.
        NobodyFoundError, AmbiguousError: a WHO is not exactly one person.
        ChosenTwiceError: one person was given for two groups.
    """
    from kit import contacts as people

    with store.changing():
        everybody = store.book.contacts()
        if not everybody:
            raise NoContactsError
        chosen: dict[str, Group] = {}
        for position, (group, who) in enumerate(wishes, 1):
            contact = people.find(everybody, who, store.region, position)
            if chosen.setdefault(contact.id, group) is not group:
                raise ChosenTwiceError(position=position)
        if everyone_else:
            undecided = (c for c in everybody if c.group is Group.UNDECIDED)
            for contact in undecided:
                chosen.setdefault(contact.id, Group.EVERYONE)
        store.book.choose(chosen)
    now = [chosen.get(contact.id, contact.group) for contact in everybody]
    return {group: now.count(group) for group in Group}


def _cards(file: Path, problems: list[Problem]) -> list[Card]:
    from kit.vcard import read_cards

    try:
        with file.open("rb") as stream:
            cards = list(read_cards(stream, file.name))
    except OSError as error:
        facts = {"reason": reason_of(error)}
        problems.append(Problem(where=file.name, what=_UNREADABLE, facts=facts))
        return []
    if not cards:
        problems.append(Problem(where=file.name, what=_NO_CARDS))
    return cards

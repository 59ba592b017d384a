"""Bring in and decide: files become contacts; each contact gets a group when the borrower says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import jurisdiction, template
from kit.errors import ChosenTwiceError, NoContactsError, reason_of
from kit.model import Group, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.model import E164, Card, Contact

#: Hexadecimal digits of a contact's id: short enough to type, random enough never to meet again.
_ID_LENGTH = 12
#: Under which the Book keeps the id of the contact that is the borrower.
_ME = "me"

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
    #: how many of the cards are of a contact that has other cards too, of whatever import
    merged: int = 0


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
        gathered = people.gather(cards, known, region, new_id, store.book.apart())
        with store.changing():  # not while people are brought together: somebody may be sending
            before, known = known, store.book.contacts()
            if known == before:
                store.book.save(gathered.contacts, gathered.merged_away)
                store.book.keep_apart(gathered.apart)
                store.book.set("region", region)
                break
    return Imported(
        cards=len(cards),
        contacts=len(known) - len(gathered.merged_away) + gathered.new,
        new=gathered.new,
        problems=(*problems, *gathered.problems),
        merged=gathered.merged,
    )


def new_id() -> str:
    """The id of somebody who was not in the book before."""
    return uuid.uuid4().hex[:_ID_LENGTH]


def contacts(store: Store, group: Group | None = None) -> list[Contact]:
    """Everybody, or everybody of one group, in the order in which they came."""
    return [c for c in store.book.contacts() if group is None or c.group is group]


def ways_to_export(language: str) -> list[str]:
    """How telephones export their address book, as far as it is known, in that language."""
    return [said for one in jurisdiction.exports() if (said := one.said(language))]


def language(contact: Contact) -> str:
    """The language a message to them would be in when the borrower names none (BCP 47)."""
    return template.language_for(contact.numbers[0] if contact.numbers else "")


def others(store: Store) -> list[Contact]:
    """Everybody but oneself, in the order in which they came.

    Raises:
        NoContactsError: there is nobody.
    """
    me = oneself(store)
    found = [contact for contact in contacts(store) if contact != me]
    if not found:
        raise NoContactsError
    return found


def oneself(store: Store) -> Contact | None:
    """The contact that is the borrower, if one was named and is still in the book."""
    return store.book.contact(store.book.setting(_ME))


def is_own(store: Store, number: E164) -> bool:
    """Whether the number stands on the borrower's own card."""
    me = oneself(store)
    return me is not None and number in me.numbers


def choose(
    store: Store, wishes: Sequence[tuple[Group, str]], *, everyone_else: bool = False, me: str = ""
) -> list[str]:
    """Put each WHO (name, number or id) into a group, all or none.

    `everyone_else` puts all who are still undecided into `everyone`; their ids come back. `me` is
    the WHO that is the borrower: never told, and known as such from now on.

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
        if me:
            own = people.find(everybody, me, store.region, len(wishes) + 1)
            chosen[own.id] = Group.NOBODY
            store.book.set(_ME, own.id)
        for position, (group, who) in enumerate(wishes, 1):
            contact = people.find(everybody, who, store.region, position)
            if chosen.setdefault(contact.id, group) is not group:
                raise ChosenTwiceError(position=position)
        undecided = [c.id for c in everybody if c.group is Group.UNDECIDED and c.id not in chosen]
        unnamed = undecided if everyone_else else []
        store.book.choose(chosen | dict.fromkeys(unnamed, Group.EVERYONE))
    return unnamed


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

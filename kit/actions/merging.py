"""Who was brought together, and why; and a contact that is more than one person, taken apart."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions.people import contacts, new_id
from kit.model import OPEN_STATUSES, TOLD_GROUPS, Group

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.model import Address, Contact, MergeReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A contact that came of more than one card, and why these are taken to be one person's."""

    contact: Contact
    reasons: tuple[MergeReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What became of a contact that was taken apart."""

    #: the first keeps the id and the choice
    contacts: tuple[Contact, ...]
    #: how many of them are to be chosen anew
    to_choose: int


def merged(store: Store, group: Group | None = None) -> list[Merged]:
    """Everybody who came of cards that do not all say the same; several names come first."""
    from kit import contacts as people

    found = filter(people.differ, contacts(store, group))
    return [
        Merged(contact=contact, reasons=tuple(people.reasons(contact)))
        for contact in sorted(found, key=people.have_several_names, reverse=True)
    ]


def split(store: Store, who: str) -> Split:
    """Take WHO apart, for ever: one contact for each name, else for each number.

    A plan that is frozen goes on for the one who keeps the id, by their own numbers only.

    Raises:
        AlreadyRunningError: somebody plans or sends with this store.
        NobodyFoundError, AmbiguousError: WHO is not exactly one person.
        NothingToSplitError: it is one card, or all its cards say the same.
    """
    from kit import contacts as people

    with store.alone(), store.changing():
        contact = people.find(store.book.contacts(), who, store.region)
        apart = people.split(contact, _tried(store, contact), new_id)
        store.book.save(apart)
        store.book.keep_apart(itertools.combinations([one.id for one in apart], 2))
        others = {id_ for pair in store.book.apart() if contact.id in pair for id_ in pair}
        store.book.keep_apart(
            (one.id, other) for one in apart[1:] for other in others - {one.id, contact.id}
        )
    was_chosen = contact.group in TOLD_GROUPS
    return Split(contacts=tuple(apart), to_choose=len(apart) - 1 if was_chosen else 0)


def _tried(store: Store, contact: Contact) -> list[Address]:
    """The contact's addresses at which they were told, then those that were tried."""
    from kit import plan as planning

    notice_id = store.ledger.real_notice()
    tries = [
        (one.status not in OPEN_STATUSES, address)
        for address in planning.addresses(contact)
        for one in store.ledger.told_at(notice_id, address)
        if one.contact_id == contact.id or store.book.contact(one.contact_id) is None
    ]
    return [address for _, address in sorted(tries, key=lambda one: one[0])]

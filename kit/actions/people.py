"""Decide: each contact gets a group when the borrower says."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from kit.errors import ChosenTwiceError, NobodyFoundError, NoContactsError, NumberError
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.store import Store
    from kit.model import E164, Address, Contact

#: Hexadecimal digits of a contact's id: short enough to type, random enough never to meet again.
_ID_LENGTH = 12
#: Under which the Book keeps the id of the contact that is the borrower.
_ME = "me"


def new_id() -> str:
    """The id of somebody who was not in the book before."""
    return uuid.uuid4().hex[:_ID_LENGTH]


def contacts(store: Store, group: Group | None = None) -> list[Contact]:
    """Everybody, or everybody of one group, in the order in which they came."""
    return [c for c in store.book.contacts() if group is None or c.group is group]


def contact(store: Store, id_: str) -> Contact | None:
    """The contact with that id, as long as there is one."""
    return store.book.contact(id_)


def count(store: Store) -> int:
    """How many people are in the book."""
    return len(store.book.ids(*Group))


def ways_to_export(language: str) -> list[str]:
    """How telephones export their address book, as far as it is known, in that language."""
    from kit import jurisdiction

    return [said for one in jurisdiction.exports() if (said := one.said(language))]


def language(contact: Contact) -> str:
    """The language a message to them would be in when the borrower names none (BCP 47)."""
    from kit import template

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


def address_of_nobody(store: Store, text: str) -> Address:
    """An address that is nobody's in the book; what could be none is a name with an @ in it.

    Raises:
        NobodyFoundError: it is no address.
    """
    from kit import mail_address, phone
    from kit.vcard.values import is_email

    if is_email(text.strip()) and text.isprintable():
        return mail_address.plain(text)
    try:
        return phone.parse(text, store.region)
    except NumberError:
        raise NobodyFoundError(position=1) from None

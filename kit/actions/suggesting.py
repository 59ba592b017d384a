"""What each contact looks like: the Book goes in; kinds, suggestions and their reasons come out.

It is worked out by the words of this version, and kept until what it rests on changes, so that
showing the list does not take longer than reading it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import __version__
from kit.actions import people
from kit.model import TOLD_GROUPS, ContactKind, Group, Impression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kit.actions.store import Store
    from kit.model import Contact, Suggestion

#: Under which the Book keeps the ids of those who were offered as oneself, and are not.
_NOT_ME = "not_me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a contact looks like."""

    contact: Contact
    kind: ContactKind
    #: why it is of that kind; one English sentence
    because: str
    #: whatever the borrower has chosen since
    suggestion: Suggestion | None

    @property
    def open_suggestion(self) -> Suggestion | None:
        """The suggestion, while it is not followed; whoever is never told has none."""
        one, chosen = self.suggestion, self.contact.group
        return None if one is None or chosen in (one.group, Group.NOBODY) else one

    def suggests(self, group: Group) -> bool:
        """Whether that group is suggested, and not followed yet."""
        return self.open_suggestion is not None and self.open_suggestion.group is group

    @property
    def is_service(self) -> bool:
        """Whether it is a shop, a service or an organisation, and may yet get a message."""
        return self.kind is ContactKind.SERVICE and self.contact.group is not Group.NOBODY


def looks(store: Store, group: Group | None = None) -> list[Look]:
    """What everybody, or everybody of one group, looks like, in the order in which they came."""
    return looks_of(store, people.contacts(store, group))


def looks_of(store: Store, contacts: Iterable[Contact]) -> list[Look]:
    """What these contacts look like."""
    everybody = list(contacts)
    kept = store.book.looks(__version__)
    kept |= _worked_out(store, [one for one in everybody if one.id not in kept])
    return [_look(one, kept[one.id]) for one in everybody]


def listed(store: Store) -> list[Look]:
    """What everybody looks like; the contacts come without what their cards say of them."""
    everybody = store.book.listed()
    kept = store.book.looks(__version__)
    new = (store.book.contact(one.id) for one in everybody if one.id not in kept)
    kept |= _worked_out(store, [one for one in new if one is not None])
    return [_look(one, kept[one.id]) for one in everybody if one.id in kept]


def _look(contact: Contact, seen: Impression) -> Look:
    return Look(contact=contact, kind=seen.kind, because=seen.because, suggestion=seen.suggestion)


def keep_looks(store: Store) -> None:
    """Work out what everybody looks like of whom it is not known, and keep it."""
    with store.changing():
        kept = store.book.looks(__version__)
        new = [one for one in people.contacts(store) if one.id not in kept]
        store.book.keep_looks(__version__, _worked_out(store, new))


def _worked_out(store: Store, contacts: Sequence[Contact]) -> dict[str, Impression]:
    if not contacts:
        return {}
    from kit.contacts.kinds import kind_of
    from kit.contacts.suggestions import suggestion_for

    me = people.oneself(store)
    found = {}
    for contact in contacts:
        kind, because = kind_of(contact)
        suggestion = suggestion_for(contact, me)
        found[contact.id] = Impression(kind=kind, because=because, suggestion=suggestion)
    return found


def rank(look: Look, group: Group) -> int:
    """Smaller is nearer to the group: surely suggested, perhaps, not at all, a service."""
    one = look.open_suggestion
    if one is not None and one.group is group:
        return 0 if one.is_sure else 1
    return 3 if look.is_service and group in TOLD_GROUPS else 2


def mark(look: Look, say: Callable[..., str]) -> str:
    """What the contact looks like, in a few words that `say` puts into a language, or nothing."""
    one = look.open_suggestion
    if one is None:
        return say("looks like a shop or service") if look.is_service else ""
    if one.group is Group.EMERGENCY:
        return say("looks like family") if one.is_sure else say("perhaps family")
    return say("better not told") if one.is_sure else say("perhaps better not told")


def perhaps_oneself(store: Store, among: Iterable[Contact] | None = None) -> list[Contact]:
    """Who of these, or of all, may be the borrower by a name, while nobody is known to be."""
    from kit.contacts.oneself import may_all_be_oneself

    if people.oneself(store) is not None:
        return []
    sender = store.book.setting("sender") or store.settings.sender
    refused = store.book.setting(_NOT_ME).split()
    found = may_all_be_oneself(store.book.listed() if among is None else among, sender)
    return [contact for contact in found if contact.id not in refused]


def refuse_oneself(store: Store, contacts: Sequence[Contact]) -> None:
    """None of these is the borrower: they are not offered again."""
    with store.changing():
        refused = store.book.setting(_NOT_ME).split()
        ids = dict.fromkeys([*refused, *(contact.id for contact in contacts)])
        store.book.set(_NOT_ME, " ".join(ids))

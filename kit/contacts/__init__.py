"""People: cards go in, contacts come out; a contact is made of what its cards say.

Nobody is chosen here: a new contact is `undecided`, and what the borrower chose stays with the
person through every import.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kit import phone
from kit.contacts import parts
from kit.contacts.merging import Entry, connected, differ, have_several_names, reasons
from kit.contacts.parts import shown_name
from kit.contacts.splitting import split
from kit.errors import AmbiguousError, NobodyFoundError, NumberError
from kit.model import E164, Address, Card, Contact, Group, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

__all__ = [
    "Gathered",
    "differ",
    "find",
    "gather",
    "have_several_names",
    "reasons",
    "shown_name",
    "split",
    "without",
]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one import makes of a book: people as they shall be, and what was not used."""

    contacts: tuple[Contact, ...]
    #: ids of contacts that are now part of another one
    merged_away: tuple[str, ...]
    #: how many of the contacts were not there before
    new: int
    problems: tuple[Problem, ...]
    #: how many cards of this import are of a contact that has other cards too, of whatever import
    merged: int = field(default=0, compare=False)
    #: who is kept apart from the contacts that took in another one, in pairs of ids
    apart: tuple[tuple[str, str], ...] = ()


def gather(
    cards: Iterable[Card],
    known: Sequence[Contact],
    region: str,
    new_id: Callable[[], str],
    apart: Collection[tuple[str, str]] = (),
) -> Gathered:
    """Bring the cards into the contacts already known.

    `region` (ISO 3166-1) is where numbers without a country code are dialled from; `apart` are
    ids of known contacts that are never brought together. The result holds every contact that is
    new or touched; cards come before what was known, so that a later export decides which name
    and number come first.
    """
    problems: list[Problem] = []
    read = [one for card in cards if (one := parts.read(card, region, problems))]
    owned = {n for part, shared in read for n in part.numbers if n not in shared}
    owned -= {n for _, shared in read for n in shared}
    entries = [Entry(parts=(part,), shared=shared) for part, shared in read]
    entries += [_known(contact, owned) for contact in known]
    touched = [
        group for group in connected(entries, apart) if any(one.known is None for one in group)
    ]
    contacts = [_one(group, new_id) for group in touched]
    now = {
        one.known.id: contact.id
        for contact, group in zip(contacts, touched, strict=True)
        for one in group
        if one.known is not None
    }
    return Gathered(
        contacts=tuple(contacts),
        merged_away=tuple(id_ for id_, id_now in now.items() if id_ != id_now),
        new=len({contact.id for contact in contacts} - now.keys()),
        problems=tuple(problems),
        merged=sum(
            sum(one.known is None for one in group)
            for contact, group in zip(contacts, touched, strict=True)
            if len(contact.parts) > 1
        ),
        apart=_still_apart(apart, now),
    )


def find(contacts: Sequence[Contact], who: str, region: str = "CN", position: int = 1) -> Contact:
    """The one contact with that id, name, address or number; `position` is where `who` was given.

    Raises:
        NobodyFoundError: there is none.
        AmbiguousError: there are several; it names their ids.
    """
    wanted = who.strip().casefold()
    found = [c for c in contacts if c.id == wanted]
    found = found or [c for c in contacts if wanted in map(str.casefold, (*c.names, *c.emails))]
    if not found:
        number = _number(who, region)
        found = [c for c in contacts if number and number in c.numbers]
    if not found:
        raise NobodyFoundError(position=position)
    if len(found) > 1:
        raise AmbiguousError(position=position, candidates=tuple(found))
    return found[0]


def without(contact: Contact, address: Address) -> Contact:
    """The contact without an address that turned out to be somebody else's."""
    return replace(
        contact,
        numbers=tuple(number for number in contact.numbers if number != address),
        emails=tuple(email for email in contact.emails if email != address),
        parts=tuple(parts.without(part, address) for part in contact.parts),
    )


def _number(text: str, region: str) -> E164 | None:
    try:
        return phone.parse(text, region)
    except NumberError:
        return None


def _known(contact: Contact, owned: Collection[E164]) -> Entry:
    """Somebody already known; their best number is theirs alone if a card now says so."""
    own = set(contact.numbers[:1]).intersection(owned)
    shared = parts.shareable(contact.numbers) - own
    return Entry(parts=parts.of(contact), shared=shared, known=contact)


def _one(group: Sequence[Entry], new_id: Callable[[], str]) -> Contact:
    """One contact of many entries; the oldest known one lends its id."""
    known = [one.known for one in group if one.known is not None]
    new = [part for one in group if one.known is None for part in one.parts]
    old = [part for one in group if one.known is not None for part in one.parts]
    return parts.contact(
        known[0].id if known else new_id(),
        (*new, *parts.standing(old, new)),
        _choice([one.group for one in known]),
    )


def _still_apart(
    apart: Collection[tuple[str, str]], now: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    """The pairs in which somebody has become part of another one, as they are now."""
    pairs = ((now.get(one, one), now.get(other, other), one, other) for one, other in apart)
    return tuple((a, b) for a, b, one, other in pairs if (a, b) != (one, other))


def _choice(groups: list[Group]) -> Group:
    """The choice for a person who was several entries: `nobody` wins, else the oldest choice."""
    if Group.NOBODY in groups:
        return Group.NOBODY
    return next((group for group in groups if group is not Group.UNDECIDED), Group.UNDECIDED)

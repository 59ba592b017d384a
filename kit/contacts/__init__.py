"""People: cards go in, contacts come out; cards that share a number are one person.

Nobody is chosen here: a new contact is `undecided`, and what the borrower chose stays with the
person through every import.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from kit import mail_address, phone
from kit.errors import AmbiguousError, NobodyFoundError, NumberError
from kit.model import E164, Address, Card, Contact, Group, NumberKind, Part, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

#: Written family name first and without a space: Chinese, Japanese, Korean.
_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]"
)
_IN_A_POCKET = frozenset({"cell", "mobile", "iphone"})
_AT_A_PLACE = frozenset({"home", "work", "main", "fax", "pager", "isdn", "car", "other"})

#: A name, a source, a number or an address.
_Text = TypeVar("_Text", bound=str)

#: Pairs of name and number of one group that are looked at, and rounds of joining: a book of
#: people needs a few, a hostile one is not to cost more.
_MOST_PAIRS = 2_000
_MOST_ROUNDS = 20

#: More characters than this no name needs; on every screen it stands in one line.
_LONGEST_NAME = 100

_NOTHING = "The card has no name, number or address; it is left out."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one import makes of a book: people as they shall be, and what was not used."""

    contacts: tuple[Contact, ...]
    #: ids of contacts that are now part of another one
    merged_away: tuple[str, ...]
    #: how many of the contacts were not there before
    new: int
    problems: tuple[Problem, ...]


def gather(
    cards: Iterable[Card], known: Sequence[Contact], region: str, new_id: Callable[[], str]
) -> Gathered:
    """Bring the cards into the contacts already known.

    `region` (ISO 3166-1) is where numbers without a country code are dialled from. The result
    holds every contact that is new or touched; cards come before what was known, so that a later
    export decides which name and number come first.
    """
    problems: list[Problem] = []
    drafts = [draft for card in cards if (draft := _draft(card, region, problems))]
    owned = {n for draft in drafts for n in draft.contact.numbers if n not in draft.shared}
    owned -= {n for draft in drafts for n in draft.shared}
    entries = _named([*drafts, *(_known(contact, owned) for contact in known)])
    groups = [[entry.contact for entry in group] for group in _connected(entries)]
    touched = [group for group in groups if any(not member.id for member in group)]
    contacts = [_one(group, new_id) for group in touched]
    ids = {contact.id for contact in contacts}
    before = {contact.id for contact in known}
    return Gathered(
        contacts=tuple(contacts),
        merged_away=tuple(m.id for g in touched for m in g if m.id and m.id not in ids),
        new=len(ids - before),
        problems=tuple(problems),
    )


def shown_name(card: Card) -> str:
    """The name to show: FN, else N as its language puts it together, else ORG."""
    family, given, additional, prefix, suffix = card.name_parts
    if _EAST_ASIAN.search(family + given):
        from_parts = prefix + family + additional + given + suffix
    else:
        from_parts = " ".join(filter(None, (prefix, given, additional, family, suffix)))
    return card.full_name or from_parts or card.organisation


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
    )


def _number(text: str, region: str) -> E164 | None:
    try:
        return phone.parse(text, region)
    except NumberError:
        return None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A card's person, or one already known, and which numbers may be others' too."""

    contact: Contact
    #: landlines, and numbers that look like them: not enough to make two entries one person
    shared: frozenset[E164] = field(repr=False)


def _shareable(contact: Contact) -> frozenset[E164]:
    return frozenset(n for n in contact.numbers if not phone.is_surely_mobile(n))


def _known(contact: Contact, owned: set[E164]) -> _Entry:
    """Somebody already known; their best number is theirs alone if a card now says so."""
    return _Entry(contact, _shareable(contact) - (owned & set(contact.numbers[:1])))


def _draft(card: Card, region: str, problems: list[Problem]) -> _Entry | None:
    """The card as a contact that has no id yet; what it cannot use goes to `problems`."""
    problems.extend(card.notes)
    types_by_dialled = _numbers(card, region, problems)
    types_by_number: dict[E164, frozenset[str]] = {}
    for number, types in types_by_dialled.items():
        if number.e164:
            types_by_number[number.e164] = types_by_number.get(number.e164, frozenset()) | types
    name = shown_name(card)[:_LONGEST_NAME]
    if not (name or types_by_number or card.emails):
        if not card.numbers and not card.notes:
            problems.append(Problem(where=card.where, what=_NOTHING))
        return None
    contact = Contact(
        id="",
        names=(name,) if name else (),
        numbers=tuple(sorted(types_by_number, key=lambda n: _rank(n, types_by_number[n]))),
        also=tuple(n.dialled for n in types_by_dialled if n.dialled != n.e164),
        emails=_union([tuple(map(mail_address.plain, card.emails))]),
        parts=(Part(where=card.where),),
    )
    at_a_place = {n for n, types in types_by_number.items() if types & _AT_A_PLACE}
    fixed = {n for n in types_by_number if phone.kind(n) is not NumberKind.MOBILE}
    return _Entry(contact, _shareable(contact) & (at_a_place | fixed))


def _named(entries: list[_Entry]) -> list[_Entry]:
    """A card without a name goes to whoever else has its number, so that it is not a second one."""
    holder: dict[E164, str] = {}
    for entry in entries:
        if entry.contact.names:
            for number in entry.contact.numbers:
                holder.setdefault(number, entry.contact.name)
    return [
        replace(entry, contact=replace(entry.contact, names=(name,)))
        if not entry.contact.names
        and (name := next(filter(None, map(holder.get, entry.contact.numbers)), ""))
        else entry
        for entry in entries
    ]


def _numbers(
    card: Card, region: str, problems: list[Problem]
) -> dict[phone.Number, frozenset[str]]:
    """The card's numbers with their types, in its order."""
    found: dict[phone.Number, frozenset[str]] = {}
    for written in card.numbers:
        numbers, errors = phone.read(written.text, region)
        problems += [Problem(where=written.where, what=error.sentence) for error in errors]
        for number in numbers:
            found[number] = found.get(number, frozenset()) | written.types
    return found


def _rank(number: E164, types: frozenset[str]) -> tuple[bool, bool, bool, bool, bool]:
    """Smaller is better: takes texts, is no fax, is in a pocket, not at a place, preferred."""
    return (
        phone.kind(number) is not NumberKind.MOBILE,
        "fax" in types,
        not types & _IN_A_POCKET,
        bool(types & _AT_A_PLACE) and not types & _IN_A_POCKET,
        "pref" not in types,
    )


def _keys(entry: _Entry) -> list[Hashable]:
    """What makes two entries one person: a number in a pocket.

    A landline or an e-mail address does so only together with the name: father and mother may
    share one. A name alone does so only where there is nothing else.
    """
    contact = entry.contact
    keys: list[Hashable] = [n for n in contact.numbers if n not in entry.shared]
    reached = (*contact.numbers, *(email.casefold() for email in contact.emails))
    pairs = itertools.product(reached, contact.names or ("",))
    keys += itertools.islice(pairs, _MOST_PAIRS)
    if not contact.numbers and not contact.emails:
        keys += [("name", name) for name in contact.names]
    return keys


def _connected(entries: list[_Entry]) -> list[list[_Entry]]:
    """The entries in groups that hang together, in order of first appearance.

    Entries that became one have more keys than each had, so it is done until nothing changes;
    otherwise the next import of the same book would bring together what this one did not.
    """
    groups = [[entry] for entry in entries]
    for _ in range(_MOST_ROUNDS):
        joined = _joined_once(groups)
        if len(joined) == len(groups):
            break
        groups = joined
    position = {id(entry): number for number, entry in enumerate(entries)}
    return [sorted(group, key=lambda entry: position[id(entry)]) for group in groups]


def _joined_once(groups: list[list[_Entry]]) -> list[list[_Entry]]:
    parent = list(range(len(groups)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    first: dict[Hashable, int] = {}
    for index, group in enumerate(groups):
        for key in _keys(_together(group)):
            other, here = root(first.setdefault(key, index)), root(index)
            parent[max(other, here)] = min(other, here)
    joined: dict[int, list[_Entry]] = defaultdict(list)
    for index, group in enumerate(groups):
        joined[root(index)] += group
    return list(joined.values())


def _together(group: list[_Entry]) -> _Entry:
    """A group as one entry; a number that one of them has in a pocket is theirs alone."""
    if len(group) == 1:
        return group[0]
    members = [entry.contact for entry in group]
    own = {n for entry in group for n in entry.contact.numbers if n not in entry.shared}
    numbers = _union(member.numbers for member in members)
    contact = replace(
        members[0],
        names=_union(member.names for member in members),
        numbers=numbers,
        emails=_union(member.emails for member in members),
    )
    return _Entry(contact, frozenset(numbers) - own)


def _one(group: list[Contact], new_id: Callable[[], str]) -> Contact:
    """One contact of many entries; the oldest known one lends its id."""
    known = [entry for entry in group if entry.id]
    return replace(
        known[0] if known else group[0],
        id=known[0].id if known else new_id(),
        names=_union(entry.names for entry in group),
        numbers=_mobiles_first(_union(entry.numbers for entry in group)),
        also=_union(entry.also for entry in group),
        emails=_union(entry.emails for entry in group),
        parts=_parts(group),
        group=_choice([entry.group for entry in known]),
    )


def _parts(group: list[Contact]) -> tuple[Part, ...]:
    """Every card's, each place once; what was read last stands."""
    by_place = {part.where: part for entry in reversed(group) for part in reversed(entry.parts)}
    return tuple(reversed(by_place.values()))


def _union(many: Iterable[tuple[_Text, ...]]) -> tuple[_Text, ...]:
    return tuple(dict.fromkeys(one for several in many for one in several))


def _mobiles_first(numbers: tuple[E164, ...]) -> tuple[E164, ...]:
    return tuple(sorted(numbers, key=lambda number: phone.kind(number) is not NumberKind.MOBILE))


def _choice(groups: list[Group]) -> Group:
    """The choice for a person who was several entries: `nobody` wins, else the oldest choice."""
    if Group.NOBODY in groups:
        return Group.NOBODY
    return next((group for group in groups if group is not Group.UNDECIDED), Group.UNDECIDED)

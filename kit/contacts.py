"""People: cards go in, contacts come out; cards that share a number are one person.

Nobody is chosen here: a new contact is `undecided`, and what the borrower chose stays with the
person through every import.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from kit import phone
from kit.errors import AmbiguousError, NobodyFoundError, NumberError
from kit.model import E164, Card, Contact, Group, NumberKind, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

#: Written family name first and without a space: Chinese, Japanese, Korean.
_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]"
)
#: Types of a number, best first; a fax is nobody's pocket.
_BEST_TYPES = ("pref", "cell", "mobile", "iphone")

#: A name, a source, a number or an address.
_Text = TypeVar("_Text", bound=str)

_NOTHING = "The card has no name, number or address; it is left out."
_EXTENSION = "The number has an extension, which a text cannot dial; it is left off."


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
    groups = _connected([*drafts, *known])
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
        from_parts = family + additional + given
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


def _number(text: str, region: str) -> E164 | None:
    try:
        return phone.parse(text, region)
    except NumberError:
        return None


def _draft(card: Card, region: str, problems: list[Problem]) -> Contact | None:
    """The card as a contact that has no id yet; what it cannot use goes to `problems`."""
    problems.extend(card.notes)
    numbers = _numbers(card, region, problems)
    name = shown_name(card)
    if not (name or numbers or card.emails):
        if not card.numbers:
            problems.append(Problem(where=card.where, what=_NOTHING))
        return None
    return Contact(
        id="",
        names=(name,) if name else (),
        numbers=numbers,
        emails=card.emails,
        sources=(card.where,),
    )


def _numbers(card: Card, region: str, problems: list[Problem]) -> tuple[E164, ...]:
    ranked: list[tuple[tuple[bool, bool, int], E164]] = []
    for written in card.numbers:
        for part in phone.split(written.text):
            try:
                number = phone.parse(part, region)
            except NumberError as error:
                problems.append(Problem(where=written.where, what=error.sentence))
                continue
            if phone.has_extension(part):
                problems.append(Problem(where=written.where, what=_EXTENSION))
            ranked.append((_rank(number, written.types), number))
    return tuple(dict.fromkeys(number for _, number in sorted(ranked, key=lambda pair: pair[0])))


def _rank(number: E164, types: frozenset[str]) -> tuple[bool, bool, int]:
    """Smaller is better: takes texts, is no fax, is preferred or mobile by its type."""
    best = next((i for i, word in enumerate(_BEST_TYPES) if word in types), len(_BEST_TYPES))
    return phone.kind(number) is not NumberKind.MOBILE, "fax" in types, best


def _keys(contact: Contact) -> list[Hashable]:
    """What makes two entries one person: a mobile number or an e-mail address.

    A landline does so only together with the name: father and mother may share one. A name alone
    does so only where there is nothing else.
    """
    keys: list[Hashable] = [*contact.emails]
    for number in contact.numbers:
        if phone.kind(number) is NumberKind.MOBILE:
            keys.append(number)
        else:
            keys += [(number, name) for name in contact.names or ("",)]
    if not contact.numbers and not contact.emails:
        keys += [("name", name) for name in contact.names]
    return keys


def _connected(entries: list[Contact]) -> list[list[Contact]]:
    """The entries in groups that hang together by their keys, in order of first appearance."""
    parent = list(range(len(entries)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    first: dict[Hashable, int] = {}
    for index, entry in enumerate(entries):
        for key in _keys(entry):
            other = root(first.setdefault(key, index))
            here = root(index)
            parent[max(other, here)] = min(other, here)
    groups: dict[int, list[Contact]] = defaultdict(list)
    for index, entry in enumerate(entries):
        groups[root(index)].append(entry)
    return list(groups.values())


def _one(group: list[Contact], new_id: Callable[[], str]) -> Contact:
    """One contact of many entries; the oldest known one lends its id."""
    known = [entry for entry in group if entry.id]
    return replace(
        known[0] if known else group[0],
        id=known[0].id if known else new_id(),
        names=_union(entry.names for entry in group),
        numbers=_mobiles_first(_union(entry.numbers for entry in group)),
        emails=_union(entry.emails for entry in group),
        sources=_union(entry.sources for entry in group),
        group=_choice([entry.group for entry in known]),
    )


def _union(many: Iterable[tuple[_Text, ...]]) -> tuple[_Text, ...]:
    return tuple(dict.fromkeys(one for several in many for one in several))


def _mobiles_first(numbers: tuple[E164, ...]) -> tuple[E164, ...]:
    return tuple(sorted(numbers, key=lambda number: phone.kind(number) is not NumberKind.MOBILE))


def _choice(groups: list[Group]) -> Group:
    """The choice for a person who was several entries: `nobody` wins, else the oldest choice."""
    if Group.NOBODY in groups:
        return Group.NOBODY
    return next((group for group in groups if group is not Group.UNDECIDED), Group.UNDECIDED)

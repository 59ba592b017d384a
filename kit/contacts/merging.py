"""Who is one person: cards and people already known go in, those who are one come out together.

Every rule asks for more than a name: a wrong merge means that somebody is not told, a missed one
that somebody is told twice. Who is together does not depend on the order of the cards.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kit import phone
from kit.contacts.parts import as_written, facts, is_mobile, of, shareable, tells_apart, union
from kit.model import E164, Contact, MergeReason, NumberKind, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

#: Pairs of name and number of one group that are looked at, and rounds of joining: a book of
#: people needs a few, a hostile one is not to cost more.
_MOST_PAIRS = 2_000
_MOST_ROUNDS = 20
#: A UID that more names than this have was copied from card to card.
_MOST_NAMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A card, or somebody already known, and which of their numbers may be others' too."""

    parts: tuple[Part, ...] = field(repr=False)
    shared: frozenset[E164] = field(repr=False)
    #: nobody, where it is a card
    known: Contact | None = None


def connected(
    entries: Sequence[Entry], apart: Collection[tuple[str, str]] = ()
) -> list[list[Entry]]:
    """The entries in groups that hang together, in order of first appearance.

    `apart` are ids of known people who are never brought together, in pairs.
    """
    order = sorted(range(len(entries)), key=lambda place: _content(entries[place]))
    groups, _ = _joined([entries[place] for place in order], apart)
    position = {id(entry): place for place, entry in enumerate(entries)}
    found = [sorted(group.entries, key=lambda one: position[id(one)]) for group in groups]
    return sorted(found, key=lambda group: position[id(group[0])])


def differ(contact: Contact) -> bool:
    """Whether the contact came of cards that do not all say the same."""
    return len({said for part in contact.parts if (said := facts(part))}) > 1


def have_several_names(contact: Contact) -> bool:
    """Whether the contact's cards have different names."""
    return len({name for part in contact.parts if (name := plain(part.name))}) > 1


def reasons(contact: Contact) -> list[MergeReason]:
    """Why the contact's cards are taken to be one person's, the strongest reason first."""
    cards = []
    for part in of(contact):
        places = frozenset(number for number in part.numbers if not is_mobile(number))
        cards.append(Entry(parts=(part,), shared=shareable(part.numbers) & places))
    groups, used = _joined(cards, ())
    return used + ([MergeReason.EARLIER] if len(groups) > 1 else [])


def plain(text: str) -> str:
    """A name without case, width, blanks and invisible marks."""
    wide = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if wide.isprintable():
        return wide
    return "".join(c for c in wide if unicodedata.category(c) != "Cf")


class _Traits(NamedTuple):
    """What of an entry, or of several together, may tell that they are one person."""

    names: tuple[str, ...]
    #: numbers that are one person's
    own: tuple[str, ...]
    mobiles: tuple[str, ...]
    #: mobiles, landlines and numbers with their extension
    numbers: tuple[str, ...]
    emails: tuple[str, ...]
    uids: tuple[str, ...]
    #: the name and one of them
    organisations: tuple[Hashable, ...]
    nicknames: tuple[Hashable, ...]
    services: tuple[Hashable, ...]
    #: every number and address, whatever it is
    reach: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    entries: tuple[Entry, ...]
    traits: _Traits = field(repr=False)
    #: ids of known people, and those from whom they are kept apart
    ids: frozenset[str]
    others: frozenset[str]
    #: a card is among them that says what nobody known says
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What makes entries one person: a key that they share."""

    reason: MergeReason
    keys: Callable[[_Traits], Iterable[Hashable]]
    #: only where one of those who share the key has no name
    for_nameless: bool = False
    #: only where it is plain who is meant: one name, one of them with mobile numbers
    only_if_plain: bool = False


def _pairs(traits: _Traits, reached: Iterable[str]) -> Iterable[Hashable]:
    return itertools.islice(itertools.product(reached, traits.names or ("",)), _MOST_PAIRS)


#: The strongest first. A hot-line, a number of the police or a name alone makes nobody one.
_RULES = (
    _Rule(reason=MergeReason.SAME_NUMBER, keys=lambda t: t.own),
    _Rule(reason=MergeReason.SAME_UID, keys=lambda t: t.uids),
    _Rule(reason=MergeReason.NAME_AND_NUMBER, keys=lambda t: _pairs(t, t.numbers)),
    _Rule(reason=MergeReason.NAME_AND_EMAIL, keys=lambda t: _pairs(t, t.emails)),
    _Rule(
        reason=MergeReason.NUMBER_WITHOUT_NAME,
        keys=lambda t: (*t.numbers, *t.emails),
        for_nameless=True,
        only_if_plain=True,
    ),
    _Rule(
        reason=MergeReason.NAME_AND_ORGANISATION,
        keys=lambda t: t.organisations,
        only_if_plain=True,
    ),
    _Rule(reason=MergeReason.NAME_AND_NICKNAME, keys=lambda t: t.nicknames, only_if_plain=True),
    _Rule(reason=MergeReason.NAME_AND_SERVICE, keys=lambda t: t.services, only_if_plain=True),
    _Rule(reason=MergeReason.NOTHING_BUT_NAME, keys=lambda t: () if t.reach else t.names),
)


def _joined(
    entries: Sequence[Entry], apart: Collection[tuple[str, str]]
) -> tuple[list[_Group], list[MergeReason]]:
    """The groups, and what has brought any together.

    Entries that became one have more keys than each had, so it is done until nothing changes;
    otherwise the next import of the same book would bring together what this one did not.
    """
    groups = _begun(entries, apart)
    used = {MergeReason.SAME_CARD: None} if len(groups) < len(entries) else {}
    for _ in range(_MOST_ROUNDS):
        before = len(groups)
        for rule in _RULES:
            joined = _once(groups, rule)
            if len(joined) < len(groups):
                used[rule.reason] = None
            groups = joined
        if len(groups) == before:
            break
    return groups, list(used)


def _begun(entries: Sequence[Entry], apart: Collection[tuple[str, str]]) -> list[_Group]:
    """Every entry as a group of its own; a card that says nothing new is with who says it."""
    others: dict[str, set[str]] = defaultdict(set)
    for one, other in apart:
        others[one].add(other)
        others[other].add(one)
    uids = _usable_uids(entries)
    groups: list[list[_Group]] = []
    who_says: dict[Hashable, int] = {}
    for entry in entries:
        id_ = entry.known.id if entry.known is not None else ""
        mine = frozenset({id_} & others.keys())
        traits = _traits(entry, uids)
        group = _Group((entry,), traits, mine, frozenset(others[id_]) if mine else mine, not id_)
        said: list[Hashable] = [facts(part) for part in entry.parts]
        again = list(filter(None, map(as_written, entry.parts)))
        sayers = [who_says[key] for key in (*said, *again) if key in who_says]
        place = len(groups) if id_ or not sayers else sayers[0]
        if place == len(groups):
            groups.append([])
        groups[place].append(group)
        # Only who is known may be read again: two files may have the same name.
        for key in (*said, *again) if id_ else said:
            who_says.setdefault(key, place)
    return [_one(alike, is_new=alike[0].is_new) for alike in groups]


def _usable_uids(entries: Sequence[Entry]) -> set[str]:
    names: dict[str, set[str]] = defaultdict(set)
    for part in (part for entry in entries for part in entry.parts if part.uid):
        names[part.uid] |= {plain(part.name)} - {""}
    return {uid for uid, some in names.items() if len(some) <= _MOST_NAMES and tells_apart(uid)}


def _traits(entry: Entry, uids: Collection[str]) -> _Traits:
    parts = entry.parts
    numbers = union(_direct(part) for part in parts)
    named = [(plain(part.name), part) for part in parts if part.name]
    return _Traits(
        names=tuple(dict.fromkeys(name for name, _ in named)),
        own=tuple(n for n in numbers if n not in entry.shared),
        mobiles=tuple(number for number in numbers if is_mobile(number)),
        numbers=(*numbers, *union(_with_extension(part) for part in parts)),
        emails=tuple(email.casefold() for part in parts for email in part.emails),
        uids=tuple(part.uid for part in parts if part.uid in uids),
        organisations=_details((name, (part.organisation,)) for name, part in named),
        nicknames=_details((name, part.nicknames) for name, part in named),
        services=_details((name, _services(part)) for name, part in named),
        reach=union((*part.numbers, *part.also, *part.emails) for part in parts),
    )


def _direct(part: Part) -> tuple[E164, ...]:
    """Mobiles, and landlines that are dialled without an extension."""
    switchboards = {phone.before_extension(one) for one in part.also}
    return tuple(
        number
        for number in part.numbers
        if is_mobile(number) or (_is_fixed(number) and number not in switchboards)
    )


def _with_extension(part: Part) -> tuple[str, ...]:
    return tuple(one for one in part.also if _is_desk(one))


def _services(part: Part) -> tuple[str, ...]:
    """Numbers that are nobody's."""
    in_numbers = (n for n in part.numbers if not is_mobile(n) and not _is_fixed(n))
    return (*in_numbers, *(one for one in part.also if phone.before_extension(one) is None))


def _is_desk(dialled: str) -> bool:
    number = phone.before_extension(dialled)
    return number is not None and _is_fixed(number)


def _is_fixed(number: E164) -> bool:
    return phone.kind(number) is NumberKind.FIXED


def _details(named: Iterable[tuple[str, Iterable[str]]]) -> tuple[tuple[str, str], ...]:
    """Name and detail; what only says the name once more is none."""
    pairs = [(name, plain(detail)) for name, details in named for detail in details]
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1] not in ("", pair[0])))


def _once(groups: list[_Group], rule: _Rule) -> list[_Group]:
    """The groups as the rule joins them."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        for key in rule.keys(group.traits):
            holders[key].append(place)
    together = _Together(groups)
    for places in holders.values():
        if len(places) > 1 and _joins([groups[place] for place in places], rule):
            for place in places[1:]:
                together.unite(places[0], place)
    if not together.has_any:
        return groups
    joined = []
    for places in together.components():
        members = [groups[place] for place in places]
        whole = not rule.only_if_plain or _is_plain([member.traits for member in members])
        is_new = any(member.is_new for member in members)
        joined += [_one(members, is_new=is_new)] if whole else members
    return joined


def _joins(holders: Sequence[_Group], rule: _Rule) -> bool:
    """Whether a key says anything: not where no card is new, nor of two people kept apart.

    What these share joins only together with the name; and a book that was imported before
    brings nobody together, whatever was taken apart since.
    """
    if not any(group.is_new for group in holders):
        return False
    if rule.for_nameless and all(group.traits.names for group in holders):
        return False
    ids = [id_ for group in holders for id_ in group.ids]
    return not ids or all(group.others.isdisjoint(ids) for group in holders)


def _is_plain(members: Sequence[_Traits]) -> bool:
    """Whether not two of them have different mobiles, or different names."""
    names = {one.names for one in members if one.names}
    alike = len(names) <= 1 or bool(set.intersection(*map(set, names)))
    return alike and sum(bool(one.mobiles) for one in members) <= 1


def _one(members: Sequence[_Group], *, is_new: bool) -> _Group:
    if len(members) == 1:
        return members[0]
    columns = zip(*(member.traits for member in members), strict=True)
    return _Group(
        tuple(entry for member in members for entry in member.entries),
        _Traits(*(tuple(dict.fromkeys(itertools.chain(*column))) for column in columns)),
        frozenset().union(*(member.ids for member in members)),
        frozenset().union(*(member.others for member in members)),
        is_new,
    )


class _Together:
    """Which groups have been brought together; those kept apart never are."""

    def __init__(self, groups: Sequence[_Group]) -> None:
        #: whether anybody was brought together
        self.has_any = False
        self._parent = list(range(len(groups)))
        self._ids = [group.ids for group in groups]
        self._others = [group.others for group in groups]

    def unite(self, one: int, other: int) -> None:
        """Bring these two together, with all that are with them already."""
        first, second = sorted((self._root(one), self._root(other)))
        if first == second or not self._ids[first].isdisjoint(self._others[second]):
            return
        self.has_any = True
        self._parent[second] = first
        self._ids[first] |= self._ids[second]
        self._others[first] |= self._others[second]

    def components(self) -> list[list[int]]:
        """The places of those that are together, in order of first appearance."""
        found: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self._parent)):
            found[self._root(place)].append(place)
        return list(found.values())

    def _root(self, place: int) -> int:
        parent = self._parent
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place


def _content(entry: Entry) -> tuple[object, ...]:
    """What puts the entries in an order of their own: known people first, as they came."""
    if entry.known is not None:
        return (0,)
    part = entry.parts[0]
    relations = tuple((one.kind, one.who) for one in part.relations)
    lists = (part.numbers, part.also, part.emails, part.nicknames, part.categories, part.labels)
    return (1, part.name, lists, part.uid, part.organisation, part.title, relations)

"""One contact goes in that is more than one person; a contact for each of them comes out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kit.contacts.merging import plain
from kit.contacts.parts import contact, facts, of
from kit.errors import NothingToSplitError
from kit.model import Address, Contact, Group, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def split(one: Contact, tried: Iterable[Address], new_id: Callable[[], str]) -> list[Contact]:
    """Take the contact apart: one for each name, or, where all have one name, for each number.

    The first is who has the number or address that was `tried` first, else whose card comes
    first: it keeps the id and the choice. For the others nothing is chosen; but who is never told
    is never told in part either.

    Raises:
        NothingToSplitError: it is one card, or all its cards say the same.
    """
    cards = of(one)
    bundles = _by_name(cards)
    if len(bundles) == 1:
        bundles = _by_number(cards)
    if len(bundles) == 1:
        raise NothingToSplitError
    place = {part: number for number, part in enumerate(cards)}
    bundles = [sorted(bundle, key=place.__getitem__) for bundle in bundles]
    has_tried = (b for address in tried for b in bundles if any(address in _reach(p) for p in b))
    keeper = next(has_tried, bundles[0])
    group = one.group if one.group is Group.NOBODY else Group.UNDECIDED
    new = [contact(new_id(), bundle, group) for bundle in bundles if bundle is not keeper]
    return [contact(one.id, keeper, one.group), *new]


def _by_name(cards: Sequence[Part]) -> list[list[Part]]:
    """The cards of each name; one without a name goes to whoever else has its number."""
    by_name: dict[str, list[Part]] = defaultdict(list)
    for part in cards:
        by_name[plain(part.name)].append(part)
    nameless = by_name.pop("", [])
    bundles = list(by_name.values())
    if not bundles:
        return [nameless]
    for part in nameless:
        reached = set(_reach(part))
        theirs = (b for b in bundles if any(not reached.isdisjoint(_reach(one)) for one in b))
        next(theirs, bundles[0]).append(part)
    return bundles


def _by_number(cards: Sequence[Part]) -> list[list[Part]]:
    """The cards of each best number; one without any goes to the first.

    Cards that say the same in another order stay together.
    """
    by_number: dict[str, list[Part]] = defaultdict(list)
    first: dict[object, Part] = {}
    unreached = []
    for part in cards:
        if best := next(iter(_reach(first.setdefault(facts(part), part))), ""):
            by_number[best].append(part)
        else:
            unreached.append(part)
    bundles = list(by_number.values()) or [[]]
    bundles[0] += unreached
    return bundles


def _reach(part: Part) -> tuple[str, ...]:
    return (*part.numbers, *part.also, *part.emails)

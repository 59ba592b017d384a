"""Lists of people to choose from: the Book goes in; who is on them comes out, in the order shown.

Nothing is kept: each list is made anew, so that what was chosen elsewhere is seen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions import people
from kit.actions.searching import found_in
from kit.actions.suggesting import listed, rank
from kit.model import TOLD_GROUPS, Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.actions.store import Store
    from kit.actions.suggesting import Look

#: Which of the many are meant.
SURE, FOUND, UNDECIDED = "sure", "found", "undecided"


class Listing:
    """Everybody but oneself, first those whom the group suits that is asked for."""

    def __init__(self, store: Store, asked: Group = Group.EMERGENCY) -> None:
        me = people.oneself(store)
        others = [look for look in listed(store) if me is None or look.contact.id != me.id]
        wanted = Group.EMERGENCY if asked is Group.EMERGENCY else Group.NOBODY
        self.looks: list[Look] = sorted(others, key=lambda look: rank(look, wanted))

    @property
    def counts(self) -> Counter[Group]:
        """How many are in each group."""
        return Counter(look.contact.group for look in self.looks)

    def of(self, group: Group) -> list[Look]:
        """Those in that group; of those not chosen yet without the shops and services."""
        return [x for x in self.looks if x.contact.group is group and not is_folded(x)]

    @property
    def services(self) -> list[Look]:
        """Shops, services and organisations of which nothing else is to be said."""
        return list(filter(is_folded, self.looks))

    def found(self, text: str) -> list[Look]:
        """Those whom a search for the text finds."""
        by_id = {look.contact.id: look for look in self.looks}
        return [by_id[c.id] for c in found_in((look.contact for look in self.looks), text)]

    def many(self, which: str, text: str = "") -> list[Look]:
        """Those whom one press would choose: plainly suggested, found, or not chosen yet."""
        if which == FOUND:
            return self.found(text)
        undecided = [look for look in self.looks if look.contact.group is Group.UNDECIDED]
        if which == UNDECIDED:
            return undecided
        return [look for look in undecided if which == SURE and _is_plain(look)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Several people who would come into one group at once, by what speaks against it."""

    #: nothing does
    others: tuple[Look, ...]
    #: had perhaps better not be told
    unwanted: tuple[Look, ...]
    services: tuple[Look, ...]
    #: are never told, or told first, and stay so until they are chosen one by one
    kept: tuple[Look, ...]

    @property
    def all(self) -> tuple[Look, ...]:
        """Those who may come into the group."""
        return (*self.others, *self.unwanted, *self.services)


def is_folded(look: Look) -> bool:
    """Whether it is a shop, a service or an organisation that is not chosen, nor suggested."""
    is_undecided = look.contact.group is Group.UNDECIDED
    return is_undecided and look.is_service and look.open_suggestion is None


def sorted_out(looks: Sequence[Look], group: Group) -> Many:
    """Who of them is to be looked at before all come into the group; who is in it is left out."""
    new = [look for look in looks if look.contact.group is not group]
    if group not in TOLD_GROUPS:
        return Many(others=tuple(new), unwanted=(), services=(), kept=())
    firm = {Group.NOBODY, Group.EMERGENCY}
    kept = [look for look in new if look.contact.group in firm]
    unwanted = [look for look in _without(new, kept) if look.suggests(Group.NOBODY)]
    services = _without([look for look in new if look.is_service], [*kept, *unwanted])
    return Many(
        others=tuple(_without(new, [*kept, *unwanted, *services])),
        unwanted=tuple(unwanted),
        services=tuple(services),
        kept=tuple(kept),
    )


def _is_plain(look: Look) -> bool:
    one = look.open_suggestion
    return one is not None and one.group is Group.EMERGENCY and one.is_sure


def _without(looks: Iterable[Look], others: Iterable[Look]) -> list[Look]:
    ids = {look.contact.id for look in others}
    return [look for look in looks if look.contact.id not in ids]

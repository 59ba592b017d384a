"""Forget: the people of the book go, evidence stays, and keyed hashes of who was told.

By these hashes an import tells nobody again. `retention` says when it is done by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.actions import accepting, paging, providers, removing, retention
from kit.actions.queueing import is_in_hand
from kit.errors import AlreadyRunningError
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.actions.removing import Place
    from kit.actions.store import Store
    from kit.model import Address, Problem

#: Settings that speak of people of the book.
_OF_PEOPLE = ("me", "not_me", retention.BROUGHT_IN_AT, retention.SAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What would be forgotten, in figures; nothing is touched."""

    people: int
    #: of them never to be told: that is forgotten too
    never: int
    replies: int
    #: reports that the borrower has not decided on: they stay, without a name
    waiting: int
    #: texts in the borrower's hands: nobody asks about them again, and they count as told
    held: int
    #: at Twilio, which is not asked to delete them
    messages: int
    #: evidence is there, which names whom it names
    has_record: bool
    #: files with people in them, which go too
    places: tuple[Place, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to forget."""
        return not (self.people or self.replies or self.places)


def scope(store: Store) -> Scope:
    """What `forget` would do now."""
    places = tuple(removing.look(path) for path in store.book.written(people=True))
    return Scope(
        people=len(store.book.ids(*Group)),
        never=len(store.book.ids(Group.NOBODY)),
        replies=len(store.ledger.replies()),
        waiting=len(accepting.waiting(store)),
        held=len(paging.held(store)),
        messages=providers.held(store).count,
        has_record=bool(store.record.head()[0]),
        places=tuple(place for place in places if not place.is_gone),
    )


def forget(store: Store) -> list[Problem]:
    """Forget everybody, and remove the files with people in them; what could not be removed.

    Raises:
        AlreadyRunningError: somebody plans or sends with this store.
    """
    with store.alone():
        _forget(store)
        left: list[Problem] = []
        for path in store.book.written(people=True):
            stays = list(removing.remove([removing.look(path)]))
            left += stays
            if not stays:
                store.book.forget_written([path])
    return left


def forget_book(store: Store) -> None:
    """Forget everybody; the files stay.

    Raises:
        AlreadyRunningError: somebody plans or sends with this store.
    """
    with store.alone():
        _forget(store)


def _forget(store: Store) -> None:
    """Forget everybody; nobody claims meanwhile, and what was claimed is still to be written down.

    Raises:
        AlreadyRunningError: a worker has something in hand.
    """
    with store.changing():
        if is_in_hand(store):
            raise AlreadyRunningError
        waiting = {one.id for one in accepting.waiting(store)}
        kept = {
            (heard.reply.channel, heard.reply.provider_id)
            for heard in store.ledger.replies()
            if accepting.reply_id(heard.reply) in waiting
        }
        notice_id = store.ledger.real_notice()
        store.ledger.traces.forget(notice_id, _own(store), kept, store.clock())
        store.book.forget_people(_OF_PEOPLE)


def _own(store: Store) -> Iterator[tuple[str, list[Address]]]:
    """Everybody of the book with the addresses that are theirs alone."""
    addresses_by_id = store.book.addresses()
    owners = Counter(a for theirs in addresses_by_id.values() for a in theirs)
    for id_, theirs in addresses_by_id.items():
        yield id_, [a for a in theirs if owners[a] == 1]

"""A restored store asks again: what the other one sent after the backup is found and written down.

A message has the same id in both stores, and so has each try of it: what the other one has claimed
can be told by the provider that took it. Where nobody can be asked, the borrower's word decides.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from kit.actions.opening import open_channel
from kit.actions.restored import can_rule_out, held_by, to_ask_again, unasked
from kit.actions.routes import is_mail
from kit.channels import CAPABILITIES
from kit.errors import ChannelError, RestoredError
from kit.ledger import attempt_id
from kit.model import OPEN_STATUSES, Attempt, Receipt, Status, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Address, Message, Plan

#: So many tries of a message the other store may have made at one address, and taken back.
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a restored store knows now of the other one."""

    #: when the backup was made
    made_at: datetime
    #: messages that had gone after it
    found: int
    #: ways that still hold the plan back
    unasked: list[str]


def ask(store: Store, plan: Plan, name: str, channel: Channel) -> int:
    """Ask about every message of the plan that went nowhere, as far as this store knows.

    What the provider has is written down as a try of its own; how many it had.

    Raises:
        ChannelError: it cannot be asked now; nothing is known yet.
    """
    found = sum(
        _ask_about(store, plan, message, name, channel)
        for message in plan.messages
        if store.ledger.standing(message.id) not in OPEN_STATUSES
    )
    store.copies.keep_asked(name, store.clock(), plan.id)
    return found


def settle_rehearsal(store: Store) -> None:
    """What reaches nobody needs no asking."""
    for name in held_by(store):
        if name in CAPABILITIES and CAPABILITIES[name].rehearsal:
            store.copies.keep_asked(name, store.clock())


def nothing_by(store: Store, names: Iterable[str]) -> None:
    """By the borrower's word nothing more went by these ways than the store knows."""
    if store.copies.made_at is None:
        return
    held = held_by(store)
    for name in names:
        if name in held or not can_rule_out(store, name):
            store.copies.keep_asked(name, store.clock())


def catch_up(store: Store, plan: Plan, names: Iterable[str]) -> None:
    """Before a run: ask once more of whom was asked before, for the other store may still send.

    Raises:
        RestoredError: some of it was never asked, or nobody can be.
        ChannelError: it was never asked for this plan, and cannot be now.
    """
    left, again = unasked(store, plan, *names), to_ask_again(store, plan, *names)
    if set(left) - (store.copies.ever_asked() & set(again)):
        raise RestoredError(at=store.copies.made_at)
    for name in again:
        try:
            with contextlib.closing(open_channel(store, name)) as channel:
                ask(store, plan, name, channel)
        except ChannelError:
            if name in left:
                raise


def _ask_about(store: Store, plan: Plan, message: Message, name: str, channel: Channel) -> bool:
    """Whether the message may have reached somebody by that way, from the other store."""
    for address in (message.recipient, *message.others):
        if is_mail(address) == CAPABILITIES[name].takes_numbers:
            continue
        for attempt in _tries(store, message, name, address):
            receipt = channel.find(attempt)
            if receipt is not None:
                _write_down(store, plan, message, attempt, receipt)
                break
        if store.ledger.standing(message.id) in OPEN_STATUSES:
            return True
    return False


def _tries(store: Store, message: Message, name: str, address: Address) -> Iterator[Attempt]:
    """The tries that the other store may have made there, as it would have called them.

    Without words: the other one may have had others, and whoever got any was told.
    """
    made_at = cast("datetime", store.copies.made_at)
    before = store.ledger.tries(message.id)
    most = _MOST_TRIES if CAPABILITIES[name].finds_by_id else 1
    for n in range(len(before) + 1, len(before) + 1 + most):
        yield Attempt(
            id=attempt_id(message.id, address, n),
            message_id=message.id,
            channel=name,
            recipient=address,
            text="",
            language=message.language,
            n=n,
            claimed_at=made_at,
            until=made_at,
            earlier=tuple(one.provider_id for one in before if one.provider_id),
        )


def _write_down(
    store: Store, plan: Plan, message: Message, found: Attempt, receipt: Receipt
) -> None:
    """Claim what was found as the other store did, and the tries that it took back before."""
    way = Way(
        channel=found.channel,
        recipient=found.recipient,
        addresses=frozenset(),
        until=found.until,
        segments=message.segments,
    )
    not_taken = replace(receipt, status=Status.PLANNED, provider_id="", code="not taken")
    with store.changing():
        while (claimed := store.ledger.claim(plan, message, way, found.claimed_at)) is not None:
            is_it = claimed.n >= found.n
            store.ledger.record(claimed.id, receipt if is_it else not_taken)
            if is_it:
                return

"""What waits for a worker: a confirmed plan goes in; its messages stand in the clinic's queue.

They are put there in the ledger's own transaction, so that either both know of it or neither. A
message that waits or runs already is left out, and `deliver` has the last word on each.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from kit import journal
from kit.actions.progress import waiting
from kit.channels import CAPABILITIES
from kit.model import Group, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kit.actions.store import Store
    from kit.book import Book
    from kit.model import Plan

#: Which plan was confirmed for the workers.
_CONFIRMED = "confirmed plan"
#: What a worker has in hand that was silent for so many heartbeats is somebody else's to settle.
MISSED = 3


class Queue(Protocol):
    """Where the messages of one case wait for a worker; a change stands inside `changing()`."""

    def add(self, plan_id: str, message_ids: Sequence[str], *, first: bool) -> None:
        """Put these last in line, each unless it is there; what goes `first` goes before all."""
        ...

    def leave_out(self, plan_id: str, but: Sequence[str]) -> None:
        """Nothing of another plan waits any more but these, and what was put off may go."""
        ...

    def message_ids(self) -> Collection[str]:
        """The messages of this case that wait, or that a worker has in hand."""
        ...

    def in_hand(self, silent_s: float) -> int:
        """How many of these a worker has in hand that was heard of within so long."""
        ...

    def clear(self) -> None:
        """Nothing of this case waits any more, nor is in the hand of one who died."""
        ...


def takes(plan: Plan) -> bool:
    """Whether workers send it: only what goes with nobody's thumb, and into no folder."""
    return CAPABILITIES[plan.channel].by_itself


def is_confirmed(store: Store, plan: Plan) -> bool:
    """Whether that is the plan which waits for the workers."""
    return store.book.setting(_CONFIRMED) == plan.id


def enqueue(store: Store, queue: Queue, plan: Plan) -> int:
    """All that is left of a confirmed plan waits for a worker; how many wait."""
    with store.changing():
        store.book.set(_CONFIRMED, plan.id)
        queue.leave_out(plan.id, _unanswered(store, plan))
        _add(store, queue, plan)
        count = len(queue.message_ids())
    journal.note(journal.Event.ENQUEUED, plan=plan.id, messages=count)
    return count


def enqueue_again(store: Store) -> int:
    """What became `planned` again of the confirmed plan waits once more; how many came to it."""
    queue, plan = store.queue, store.ledger.current_plan()
    if queue is None or plan is None or not takes(plan):
        return 0
    if not is_confirmed(store, plan):
        return 0
    with store.changing():
        before = len(queue.message_ids())
        _add(store, queue, plan)
        return len(queue.message_ids()) - before


def begin_anew(book: Book) -> None:
    """What was confirmed elsewhere is not confirmed in a store that was made of a copy."""
    book.set(_CONFIRMED, "")


def in_hand(store: Store) -> Collection[str]:
    """The messages that a worker sees to; on a computer of one's own there are none."""
    return store.queue.message_ids() if store.queue is not None else ()


def is_in_hand(store: Store) -> bool:
    """Whether a worker that lives has a message of this case in hand."""
    silent_s = MISSED * store.settings.heartbeat_s
    return store.queue is not None and store.queue.in_hand(silent_s) > 0


def may_go_for(store: Store) -> timedelta:
    """How long a worker may take to let go what it claimed; at home nobody else is at work."""
    return timedelta(seconds=MISSED * store.settings.heartbeat_s if store.queue is not None else 0)


def _unanswered(store: Store, plan: Plan) -> list[str]:
    """What a worker is still to ask about, whichever plan it is of."""
    askable = {name for name, can in CAPABILITIES.items() if can.by_itself and can.can_rule_out}
    open_ = (Status.SENDING, Status.UNKNOWN)
    return [
        one.message_id
        for name in askable.intersection(store.ledger.channels_in_use(plan.notice_id))
        for one in store.ledger.open_attempts(plan.notice_id, name, *open_)
    ]


def _add(store: Store, queue: Queue, plan: Plan) -> None:
    unanswered = frozenset(_unanswered(store, plan))
    left = waiting(store, plan)
    left += [message for message in plan.messages if message.id in unanswered]
    for first in (True, False):
        ids = [m.id for m in left if (m.group is Group.EMERGENCY) is first]
        if ids:
            queue.add(plan.id, ids, first=first)

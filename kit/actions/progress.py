"""Where messages stand: a plan goes in; what is left, and what became of the rest, comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kit import plan as planning
from kit.actions.delivery import Why, next_address, people_of, routes_of, way
from kit.actions.delivery import told as told_now
from kit.channels import CAPABILITIES
from kit.model import OPEN_STATUSES, TOLD_GROUPS, SkipReason, Standing, Status

if TYPE_CHECKING:
    from datetime import datetime

    from kit.actions.store import Store
    from kit.model import Message, Plan


#: So many are looked at one by one before it is said what is left.
_MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What has gone out for real, in figures; a rehearsal does not count."""

    #: by the borrower's word
    told: int
    #: by receipts
    arrived: int
    #: handed in, not confirmed
    accepted: int
    #: in the borrower's hands, not confirmed
    held: int
    #: perhaps taken, perhaps not
    unsure: int
    failed: int
    #: chosen to be told, and nothing has gone to them
    waiting: int

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has gone to anybody."""
        return not (self.told or self.arrived or self.accepted or self.held or self.unsure)


def tally(store: Store) -> Tally:
    """What has gone out and what has not, over all plans."""
    tried = store.ledger.in_short(store.ledger.real_notice())
    gone = {contact_id for contact_id, status, _ in tried if status in OPEN_STATUSES}
    if store.ledger.traces.any():
        gone |= told_now(store, store.ledger.real_notice())[0]
    count = Counter(status for _, status, _ in tried)
    told = sum(status is Status.DELIVERED and by_word for _, status, by_word in tried)
    return Tally(
        told=told,
        arrived=count[Status.DELIVERED] - told,
        accepted=count[Status.ACCEPTED],
        held=count[Status.HANDED_OVER],
        unsure=count[Status.UNKNOWN] + count[Status.SENDING],
        failed=count[Status.REJECTED] + count[Status.UNDELIVERED],
        waiting=len(store.book.ids(*TOLD_GROUPS) - gone),
    )


def counts(store: Store, plan: Plan) -> Counter[Status]:
    """How many messages of the plan stand how, of those it has tried; cheap, however many."""
    return Counter(store.ledger.counts(plan))


class Left:
    """What a plan has left, by one look at the book and the ledger; it is not to be kept."""

    def __init__(self, store: Store, plan: Plan) -> None:
        self._store = store
        self._plan = plan
        self._people = people_of(store, plan)
        self._statuses = store.ledger.statuses(plan.notice_id)
        self._routes = routes_of(store, plan)
        self._now = store.clock()
        #: the messages of the plan that may go and have not gone, in its order; held ones too
        self.waiting = [m for m in plan.messages if self._may_go(m)]

    @cached_property
    def to_go(self) -> int:
        """How many messages are not dealt with: waiting, held, or claimed and not answered."""
        ledger, plan = self._store.ledger, self._plan
        held = ledger.open_attempts(plan.notice_id, plan.channel, Status.HANDED_OVER)
        on_their_way = [
            attempt
            for channel in {plan.channel, *ledger.channels_in_use(plan.notice_id)}
            for attempt in ledger.open_attempts(plan.notice_id, channel, Status.SENDING)
        ]
        open_ids = {attempt.message_id for attempt in (*held, *on_their_way)}
        return len(open_ids | ({message.id for message in self.waiting} - self._stuck))

    @cached_property
    def left_out(self) -> int:
        """How many the plan leaves without a word, who are to be told: another plan must.

        Their choice changed, they were merged, their number is also that of somebody never told,
        the settings lead another way, they are too late, or what they were thought to have been
        told was not taken, or was taken back. Whoever was moved to `nobody` or wants no more is
        not counted.
        """
        people = self._people
        count = 0
        for m in self._plan.messages:
            if not self._is_open(m):
                continue
            owner = m.contact_id
            if owner not in people.group_by_id:
                owner = people.id_by_address.get(m.recipient, "")
            group = people.group_by_id.get(owner)
            changed = (owner, group) != (m.contact_id, m.group) or m.recipient in people.refused
            late = planning.too_late(m, self._now) or not self._routes.permit(m.recipient, m.tone)
            count += (changed or late or m.id in self._stuck) and not people.are_done_with(owner)
        return count + self._free_again()

    @cached_property
    def _stuck(self) -> set[str]:
        """Who waits and does not go; where many wait, the run itself will look at each."""
        few = self.waiting if len(self.waiting) <= _MOST_LOOKED_AT else []
        return {message.id for message in few if not _goes(self._store, self._plan, message)}

    def _may_go(self, m: Message) -> bool:
        people = self._people
        return (
            people.group_by_id.get(m.contact_id) is m.group
            and m.contact_id not in people.told_ids
            and m.contact_id not in people.opted_out_ids
            and m.recipient not in people.refused
            and self._routes.permit(m.recipient, m.tone)
            and (
                self._statuses.get(m.id) is Status.HANDED_OVER
                or (not planning.too_late(m, self._now) and self._is_open(m))
            )
        )

    def _is_open(self, m: Message) -> bool:
        """Whether it has not gone: planned, or failed in an earlier plan or for a while."""
        status = self._statuses.get(m.id, Status.PLANNED)
        if status in OPEN_STATUSES:
            return False
        return status is Status.PLANNED or not isinstance(
            next_address(self._store, self._plan, m, self._now), Why
        )

    def _free_again(self) -> int:
        """How many were left out as told or held, who are neither any more."""
        reasons = (SkipReason.ALREADY_TOLD, SkipReason.HANDED_OVER)
        ids = [skip.contact_id for skip in self._plan.skips if skip.reason in reasons]
        if not ids:
            return 0
        book, people = self._store.book, self._people
        by_hand = [name for name, can in CAPABILITIES.items() if can.by_hand]
        held = planning.Told(*self._store.ledger.held(self._plan.notice_id, by_hand))
        return sum(
            people.group_by_id.get(id_) in TOLD_GROUPS
            and not people.are_done_with(id_)
            and (contact := book.contact(id_)) is not None
            and not held.includes(contact)
            for id_ in ids
        )


def waiting(store: Store, plan: Plan) -> list[Message]:
    """The messages of the plan that may go and have not gone, in its order; held ones too.

    `deliver` has the last word on each.
    """
    return Left(store, plan).waiting


def left_out(store: Store, plan: Plan) -> int:
    """How many the plan leaves without a word, who are to be told: another plan must."""
    return Left(store, plan).left_out


def to_go(store: Store, plan: Plan) -> int:
    """How many messages are not dealt with: waiting, held, or claimed and not answered."""
    return Left(store, plan).to_go


def held_outside(store: Store, plan: Plan) -> int:
    """How many texts the borrower still holds that are not in this plan."""
    in_plan = {message.id for message in plan.messages}
    held = store.ledger.open_attempts(plan.notice_id, plan.channel, Status.HANDED_OVER)
    return sum(attempt.message_id not in in_plan for attempt in held)


def standings_of(store: Store, plan: Plan) -> list[Standing]:
    """Where every message of one plan stands, in its order."""
    tried = store.ledger.standings(plan.notice_id)
    now = store.clock()
    return [_standing(m, plan, tried.get(m.id), now) for m in plan.messages]


def standings(store: Store) -> list[Standing]:
    """Where every message stands: those of the plan in its order, then what went before it."""
    plan = store.ledger.current_plan()
    now = standings_of(store, plan) if plan is not None else []
    planned = {standing.message_id: standing for standing in now}
    before = store.ledger.standings(store.ledger.real_notice())
    return [*planned.values(), *(s for id_, s in before.items() if id_ not in planned)]


def is_rehearsal(standing: Standing) -> bool:
    """Whether it stands in a folder only; what was told in person has no channel at all."""
    can = CAPABILITIES.get(standing.channel)
    return can is not None and can.rehearsal


def can_be_asked(standing: Standing) -> bool:
    """Whether a provider may know more of it than we do."""
    can = CAPABILITIES.get(standing.channel)
    return can is not None and can.can_be_asked


def _goes(store: Store, plan: Plan, message: Message) -> bool:
    """Whether it goes, now, in the morning or once it was asked, or is held."""
    if store.ledger.standing(message.id) is Status.HANDED_OVER:
        return True
    return not isinstance(found := way(store, plan, message, store.clock()), Why) or (
        found in (Why.NIGHT, Why.RESTORED)
    )


def _standing(message: Message, plan: Plan, tried: Standing | None, now: datetime) -> Standing:
    """Where a message stands; one that is planned and too late has expired.

    What failed before the plan was made is planned again with it.
    """
    failed = (Status.REJECTED, Status.UNDELIVERED)
    anew = tried is not None and tried.status in failed and tried.at < plan.frozen_at
    if tried is not None and tried.status is not Status.PLANNED and not anew:
        return tried
    late = planning.too_late(message, now)
    return Standing(
        message_id=message.id,
        contact_id=message.contact_id,
        recipient=message.recipient,
        channel=message.channel,
        status=Status.EXPIRED if late else Status.PLANNED,
        provider_id="",
        at=tried.at if tried is not None else plan.frozen_at,
    )

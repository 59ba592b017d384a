"""Where messages stand: a plan goes in; what is left, and what became of the rest, comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import plan as planning
from kit.actions.delivery import Why, next_address, people_of, routes_of, way
from kit.channels import CAPABILITIES
from kit.model import OPEN_STATUSES, TOLD_GROUPS, Meaning, SkipReason, Standing, Status

if TYPE_CHECKING:
    from datetime import datetime

    from kit.actions.delivery import People
    from kit.actions.store import Store
    from kit.model import Message, Plan


#: So many are looked at one by one before it is said what is left.
_MOST_LOOKED_AT = 500


def waiting(store: Store, plan: Plan) -> list[Message]:
    """The messages of the plan that may go and have not gone, in its order; held ones too.

    `deliver` has the last word on each.
    """
    people = people_of(store, plan)
    statuses = store.ledger.statuses(plan.notice_id)
    routes, now = routes_of(store, plan), store.clock()
    return [
        m
        for m in plan.messages
        if people.group_by_id.get(m.contact_id) is m.group
        and m.contact_id not in people.told_ids
        and m.contact_id not in people.opted_out_ids
        and m.recipient not in people.refused
        and routes.permit(m.recipient, m.tone)
        and _may_go(store, plan, m, statuses.get(m.id, Status.PLANNED), now)
    ]


def left_out(store: Store, plan: Plan) -> int:
    """How many the plan leaves without a word, who are to be told: another plan must.

    Their choice changed, they were merged, their number is also that of somebody never told, the
    settings lead another way, they are too late, or what they were thought to have been told was
    not taken, or was taken back. Whoever was moved to `nobody` or wants no more is not counted.
    """
    people = people_of(store, plan)
    statuses = store.ledger.statuses(plan.notice_id)
    routes, now = routes_of(store, plan), store.clock()
    stuck = {m.id for m in _few(waiting(store, plan)) if not _goes(store, plan, m)}
    count = 0
    for m in plan.messages:
        if not _is_open(store, plan, m, statuses.get(m.id, Status.PLANNED), now):
            continue
        owner = m.contact_id
        if owner not in people.group_by_id:
            owner = people.id_by_address.get(m.recipient, "")
        group = people.group_by_id.get(owner)
        changed = (owner, group) != (m.contact_id, m.group) or m.recipient in people.refused
        late = planning.too_late(m, now) or not routes.permit(m.recipient, m.tone)
        count += (changed or late or m.id in stuck) and not people.are_done_with(owner)
    return count + _free_again(store, plan, people)


def to_go(store: Store, plan: Plan) -> int:
    """How many messages are not dealt with: waiting, held, or claimed and not answered."""
    held = store.ledger.open_attempts(plan.notice_id, plan.channel, Status.HANDED_OVER)
    on_their_way = [
        attempt
        for channel in {plan.channel, *store.ledger.channels_in_use(plan.notice_id)}
        for attempt in store.ledger.open_attempts(plan.notice_id, channel, Status.SENDING)
    ]
    open_ids = {attempt.message_id for attempt in (*held, *on_their_way)}
    free = waiting(store, plan)
    stuck = {m.id for m in _few(free) if not _goes(store, plan, m)}
    return len(open_ids | ({message.id for message in free} - stuck))


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
    if plan is None:
        return []
    planned = {standing.message_id: standing for standing in standings_of(store, plan)}
    before = store.ledger.standings(store.ledger.real_notice())
    return [*planned.values(), *(s for id_, s in before.items() if id_ not in planned)]


def opted_out(store: Store) -> set[str]:
    """The ids of all contacts who want no more."""
    return {
        contact.id
        for contact in store.book.each()
        if Meaning.OPT_OUT in store.ledger.opted_out(planning.addresses(contact)).values()
    }


def is_rehearsal(standing: Standing) -> bool:
    """Whether it stands in a folder only; what was told in person has no channel at all."""
    can = CAPABILITIES.get(standing.channel)
    return can is not None and can.rehearsal


def can_be_asked(standing: Standing) -> bool:
    """Whether a provider may know more of it than we do."""
    can = CAPABILITIES.get(standing.channel)
    return can is not None and can.can_be_asked


def _free_again(store: Store, plan: Plan, people: People) -> int:
    """How many were left out as told or held, who are neither any more."""
    reasons = (SkipReason.ALREADY_TOLD, SkipReason.HANDED_OVER)
    ids = {skip.contact_id for skip in plan.skips if skip.reason in reasons}
    if not ids:
        return 0
    by_hand = [name for name, can in CAPABILITIES.items() if can.by_hand]
    held = planning.Told(*store.ledger.held(plan.notice_id, by_hand))
    return sum(
        contact.id in ids
        and contact.group in TOLD_GROUPS
        and not people.are_done_with(contact.id)
        and not held.includes(contact)
        for contact in store.book.each()
    )


def _few(messages: list[Message]) -> list[Message]:
    """Those to be looked at one by one; where many wait, the run itself will look at each."""
    return messages if len(messages) <= _MOST_LOOKED_AT else []


def _goes(store: Store, plan: Plan, message: Message) -> bool:
    """Whether it goes, now or in the morning, or is held."""
    if store.ledger.standing(message.id) is Status.HANDED_OVER:
        return True
    return not isinstance(found := way(store, plan, message, store.clock()), Why) or (
        found is Why.NIGHT
    )


def _is_open(store: Store, plan: Plan, message: Message, status: Status, now: datetime) -> bool:
    """Whether it has not gone: planned, or failed in an earlier plan or for a while."""
    if status in OPEN_STATUSES:
        return False
    return status is Status.PLANNED or not isinstance(next_address(store, plan, message, now), Why)


def _may_go(store: Store, plan: Plan, message: Message, status: Status, now: datetime) -> bool:
    if status is Status.HANDED_OVER:
        return True
    return not planning.too_late(message, now) and _is_open(store, plan, message, status, now)


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

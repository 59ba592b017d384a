"""A restored store: the ways go in of which nobody knows yet what the other store sent by them.

Until that is known it lets nothing go: what was claimed elsewhere after the backup is not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.actions.routes import channels_of
from kit.channels import CAPABILITIES

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.model import Plan
    from kit.settings import Settings

#: Whatever else the other store may have sent by: a way, a phone or an account unknown here.
ANOTHER = "another"


def unasked(store: Store, plan: Plan, *more: str) -> list[str]:
    """The ways that hold the plan back; none in a store that is nobody's copy.

    They are those by which the notice went before, the plan's own, and these; and, where it is for
    real, whatever else there is: of that nobody knows but the borrower.
    """
    if store.copies.made_at is None:
        return []
    ways = {*store.ledger.channels_in_use(plan.notice_id), plan.channel, *more}
    ways |= set() if plan.rehearsal else {ANOTHER}
    ways -= store.copies.asked(plan.id)
    return [name for name in (*CAPABILITIES, ANOTHER) if name in ways]


def to_ask_again(store: Store, plan: Plan, *more: str) -> list[str]:
    """Whom a restored store asks, again and again: the other one may still be sending.

    Who is set up here is asked too: the other one may have gone on by that way since.
    """
    if store.copies.made_at is None:
        return []
    ways = {*store.ledger.channels_in_use(plan.notice_id), plan.channel, *more}
    ways |= set() if plan.rehearsal else _set_up(store.settings)
    ways -= store.copies.settled_by_word()
    return [name for name in CAPABILITIES if name in ways and can_rule_out(store, name)]


def can_rule_out(store: Store, name: str) -> bool:
    """Whether somebody can be asked what went by that way, and knows what did not.

    Who was forgotten here and is brought in again is somebody else to whoever is asked by an id.
    """
    can = CAPABILITIES.get(name)
    if can is None:
        return False
    is_lost = can.finds_by_id and store.copies.were_people_forgotten()
    return can.can_be_asked and can.can_rule_out and not is_lost


def held_by(store: Store) -> list[str]:
    """The ways that hold the store's own plan back."""
    plan = store.ledger.current_plan() if store.copies.made_at is not None else None
    if plan is None:
        return []
    return unasked(store, plan, *channels_of(store.settings, plan))


def _set_up(settings: Settings) -> set[str]:
    """The providers of which this computer has the settings."""
    given = {"android": settings.android_url, "twilio": settings.twilio_account_sid}
    return {name for name, value in given.items() if value}

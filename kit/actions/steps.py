"""Where the borrower stands: the store goes in, the next step comes out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kit.actions import paging, progress
from kit.model import TOLD_GROUPS, Group, SkipReason

if TYPE_CHECKING:
    from kit.actions.store import Store
    from kit.model import Plan


class Step(StrEnum):
    """What comes next on the way."""

    IMPORT = "import"  #: there is nobody in the book
    CHOOSE = "choose"  #: nobody is chosen
    PLAN = "plan"  #: somebody is to be told whom no plan knows
    SEND = "send"  #: the plan has messages to go
    CONFIRM = "confirm"  #: a page is out whose rows nobody has spoken of
    DONE = "done"  #: whoever is to be told has been told


def next_step(store: Store) -> Step:
    """The first thing that is still to be done."""
    groups = [contact.group for contact in store.book.each()]
    if not groups:
        return Step.IMPORT
    if all(group is Group.UNDECIDED for group in groups):
        return Step.CHOOSE
    plan = store.ledger.current_plan()
    if plan is None or plan.rehearsal or _knows_too_few(store, plan):
        return Step.PLAN if any(group in TOLD_GROUPS for group in groups) else Step.CHOOSE
    if paging.on_page(store):
        return Step.CONFIRM
    return Step.SEND if progress.to_go(store, plan) else Step.DONE


def undecided(store: Store) -> int:
    """How many people of the book nobody has chosen yet."""
    return sum(contact.group is Group.UNDECIDED for contact in store.book.each())


def _knows_too_few(store: Store, plan: Plan) -> bool:
    """Whether somebody is to be told whom the plan has not, or can no longer tell."""
    unchosen = (SkipReason.UNDECIDED, SkipReason.NOBODY)
    known = {message.contact_id for message in plan.messages}
    known |= {skip.contact_id for skip in plan.skips if skip.reason not in unchosen}
    told_ids, _ = store.ledger.told(plan.notice_id)
    return progress.left_out(store, plan) > 0 or any(
        contact.group in TOLD_GROUPS and contact.id not in known | told_ids
        for contact in store.book.each()
    )

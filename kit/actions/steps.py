"""Where the borrower stands: the store goes in, the next step comes out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kit.actions import paging
from kit.actions.delivery import told
from kit.actions.progress import Left
from kit.model import TOLD_GROUPS, Group, SkipReason

if TYPE_CHECKING:
    from collections.abc import Mapping

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the borrower stands, and what was looked at to know it."""

    step: Step
    plan: Plan | None = None
    #: what the plan has left, where it came to that
    left: Left | None = None


def next_step(store: Store) -> Step:
    """The first thing that is still to be done."""
    return place(store).step


def place(store: Store) -> Place:
    """The same, with what had to be read for it."""
    groups, plan = store.book.groups(), store.ledger.current_plan()
    chosen = set(groups.values())
    if not groups:
        return Place(step=Step.IMPORT, plan=plan)
    if chosen == {Group.UNDECIDED}:
        return Place(step=Step.CHOOSE, plan=plan)
    left = None if plan is None or plan.rehearsal else Left(store, plan)
    if plan is None or left is None or _knows_too_few(store, plan, groups, left):
        step = Step.PLAN if any(group in chosen for group in TOLD_GROUPS) else Step.CHOOSE
    elif paging.on_page(store):
        step = Step.CONFIRM
    else:
        step = Step.SEND if left.to_go else Step.DONE
    return Place(step=step, plan=plan, left=left)


def undecided(store: Store) -> int:
    """How many people of the book nobody has chosen yet."""
    return len(store.book.ids(Group.UNDECIDED))


def _knows_too_few(store: Store, plan: Plan, groups: Mapping[str, Group], left: Left) -> bool:
    """Whether somebody is to be told whom the plan has not, or can no longer tell."""
    unchosen = (SkipReason.UNDECIDED, SkipReason.NOBODY)
    known = {message.contact_id for message in plan.messages}
    known |= {skip.contact_id for skip in plan.skips if skip.reason not in unchosen}
    known |= told(store, plan.notice_id)[0]
    return left.left_out > 0 or any(
        group in TOLD_GROUPS and id_ not in known for id_, group in groups.items()
    )

"""Scan and send, each request for itself: an answer goes in, whose turn it is comes out.

Whom the borrower holds is in the ledger, and so outlives everything; a sitting only remembers what
was said since it began. Whatever comes late, twice or from another window changes nothing.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from kit.actions import handing, progress, running
from kit.actions.handing import FORMS, PHONE
from kit.actions.hearing import settle_phone
from kit.errors import AlreadyRunningError, DayFullError, PaceError, PlanReplacedError
from kit.model import BY_WORD, Answer, Group, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kit.actions.handing import Handover, Said
    from kit.actions.store import Store
    from kit.model import Form, Message, Plan

#: A code that has been out for longer may have been scanned by somebody who then went away.
_JUST_NOW = timedelta(minutes=10)


class Whom(StrEnum):
    """Who is to be told now."""

    EMERGENCY = "emergency"  #: the emergency contacts alone
    ALL = "all"
    LATER = "later"  #: those who were put off a while ago


class Stage(StrEnum):
    """Where a sitting stands."""

    NOTHING = "nothing"  #: there is no plan for scan and send
    BUSY = "busy"  #: another program is at work with the store
    BEGIN = "begin"  #: somebody can be told, and nobody's text is held
    SHOWN = "shown"  #: somebody's text is held
    STOPPED = "stopped"
    ENOUGH = "enough"  #: the pace is used up
    OVER = "over"  #: nobody is left of those who were to be told now


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a sitting stands, and with whom."""

    stage: Stage
    #: the plan as it is now
    plan_id: str = ""
    #: whose text is held
    handover: Handover | None = None
    #: told in this sitting
    told: int = 0
    #: only emergency contacts are told now
    only_emergency: bool = False
    #: still to be told: emergency contacts, everyone else, and those who were put off
    emergency: int = 0
    others: int = 0
    later: int = 0
    #: whom the plan can no longer tell
    left_out: int = 0
    #: the plan that was begun is no longer the one
    replaced: bool = False
    #: the last answer can still be corrected
    may_correct: bool = False
    #: when the pace lets it go on, how many have gone, and whether in a day or an hour
    goes_on_at: datetime | None = None
    most: int = 0
    is_day: bool = False


class Sitting:
    """One person at the page, from the first code on; several windows are one sitting."""

    def __init__(self, store: Store) -> None:
        self._store = store
        #: one request at a time
        self._one = threading.Lock()
        #: the plan that was begun
        self._plan_id = ""
        self._only: Group | None = None
        self._is_stopped = False
        #: ids of messages that were to go now and may not; who is planned again is not among them
        self._passed_over: set[str] = set()
        self._enough: PaceError | None = None
        #: attempts whose code was given out in this sitting
        self._given: set[str] = set()
        #: what was said, by message, the last word last
        self._said: dict[str, Said] = {}
        self.app = "sms"
        self._way = 0

    @property
    def form(self) -> Form:
        """The form in which texts are shown."""
        forms = FORMS[self.app]
        return forms[self._way % len(forms)]

    def other_way(self) -> None:
        """Show texts in another form from now on."""
        self._way += 1

    def use(self, app: str) -> None:
        """Show texts for another app from now on."""
        self.app, self._way = app, 0

    @property
    def last(self) -> Said | None:
        """The last answer, as long as it can be corrected."""
        said = next(reversed(self._said.values()), None)
        if said is None:
            return None
        attempt, code = said.handover.attempt, f"{BY_WORD}{said.answer}"
        tries = self._store.ledger.tries(attempt.message_id)[-1:]
        still_is = [(one.attempt_id, one.code) for one in tries] == [(attempt.id, code)]
        return said if still_is else None

    def look(self) -> Turn:
        """Whose turn it is; nobody else's turn begins by looking.

        Raises:
            LedgerError: the store cannot be read.
        """
        with self._one:
            plan = self._store.ledger.current_plan()
            held = list(handing.held(self._store, plan)) if plan is not None else []
            if plan is None or not (held or plan.channel == PHONE):
                return Turn(stage=Stage.NOTHING)
            if not self._is_free():
                return Turn(stage=Stage.BUSY)
            return self._turn(plan, held)

    def begin(self, whom: Whom | None = None, plan_id: str | None = None) -> None:
        """Begin, or go on: the next person's code is given out, once that is on the disk.

        Without a word of whom, with those who were meant before; nobody, where nothing was begun.
        `plan_id` is of the plan that was looked at.

        Raises:
            NoPlanError: there is no plan.
            PlanReplacedError: another plan has taken its place.
        """
        with self._one, contextlib.suppress(AlreadyRunningError):
            plan = self._store.current_plan()
            if plan_id not in (None, plan.id):
                raise PlanReplacedError
            if plan.channel != PHONE or (whom is None and not self._plan_id):
                return
            with running.run(self._store, plan, len(plan.messages)):
                self._plan_id, self._is_stopped, self._enough = plan.id, False, None
                self._passed_over = set()
                if whom is Whom.LATER:
                    put_off = self._put_off()
                    self._said = {k: said for k, said in self._said.items() if k not in put_off}
                elif whom is not None:
                    self._only = Group.EMERGENCY if whom is Whom.EMERGENCY else None
                self._claim(plan)

    def answer(self, attempt_id: str, said: Answer) -> bool:
        """Record what the borrower says of a text they hold, and go on to the next person.

        False, and nothing has changed, when that text is not held any more.
        """
        with self._one:
            plan = self._store.current_plan()
            handover = handing.find(self._store, plan, attempt_id)
            if handover is None:
                return False
            answered = handing.answer(self._store, handover, said)
            if answered is None:
                return False
            self._keep(answered)
            self._go_on()
            return True

    def correct(self, attempt_id: str, said: Answer) -> bool:
        """The last answer was a slip: record another one; false when it is too late for that."""
        with self._one:
            last = self.last
            if last is None or last.handover.attempt.id != attempt_id:
                return False
            answered = handing.answer(self._store, last.handover, said, instead_of=last)
            if answered is None:
                return False
            self._keep(answered)
            return True

    def stop(self) -> None:
        """Begin nobody else; whose text is held stays so, and is asked about first."""
        with self._one:
            self._is_stopped = True
            self._given.clear()

    def _keep(self, said: Said) -> None:
        id_ = said.handover.attempt.message_id
        self._said.pop(id_, None)
        self._said[id_] = said

    def _put_off(self) -> set[str]:
        """The ids of messages that were left for later."""
        return {id_ for id_, said in self._said.items() if said.answer is Answer.NOT_NOW}

    def _go_on(self) -> None:
        """Give out the next code, if that was begun and nobody else is at work."""
        if self._is_stopped:
            return
        with contextlib.suppress(AlreadyRunningError), self._store.alone():
            plan = self._store.current_plan()
            if plan.id == self._plan_id:
                settle_phone(self._store, plan.notice_id)
                self._claim(plan)

    def _claim(self, plan: Plan) -> None:
        """Give out a code, unless one is out already."""
        try:
            only = {message.id for message in self._meant(plan, plan.messages)}
            given = next(handing.handing_over(self._store, plan, only), None)
        except PaceError as enough:
            self._enough = enough
            return
        if given is None:
            left = self._meant(plan, progress.waiting(self._store, plan))
            self._passed_over = {message.id for message in left}
        elif not given.held_before:
            self._given.add(given.attempt.id)

    def _meant(self, plan: Plan, messages: Sequence[Message]) -> list[Message]:
        """Those who are to be told now, and were not put off."""
        only, put_off = self._only_now(plan), self._put_off()
        return [m for m in messages if m.id not in put_off and only in (None, m.group)]

    def _only_now(self, plan: Plan) -> Group | None:
        """The one group that is told now; a plan that was not begun is for all."""
        return self._only if plan.id == self._plan_id else None

    def _turn(self, plan: Plan, held: Sequence[Handover]) -> Turn:
        held_ids = {one.attempt.message_id for one in held}
        rest = progress.Left(self._store, plan)
        free = [m for m in self._free(plan, rest.waiting) if m.id not in held_ids]
        put_off, meant = self._put_off(), self._meant(plan, free)
        passed_over = self._passed_over if plan.id == self._plan_id else set()
        is_left = any(message.id not in passed_over for message in meant)
        left = [message for message in free if message.id not in put_off]
        emergency = sum(message.group is Group.EMERGENCY for message in left)
        stage = self._stage(is_held=bool(held), is_left=is_left)
        enough = self._enough if stage is Stage.ENOUGH else None
        facts = enough.facts if enough is not None else {}
        return Turn(
            stage=stage,
            plan_id=plan.id,
            handover=self._shown(held[0], len(meant)) if held else None,
            only_emergency=self._only_now(plan) is not None,
            told=sum(said.answer is Answer.SENT for said in self._said.values()),
            emergency=emergency,
            others=len(left) - emergency,
            later=len(free) - len(left),
            left_out=rest.left_out if stage is Stage.OVER else 0,
            replaced=self._plan_id not in ("", plan.id),
            may_correct=self.last is not None,
            goes_on_at=cast("datetime | None", facts.get("at")),
            most=cast("int", facts.get("most", 0)),
            is_day=isinstance(enough, DayFullError),
        )

    def _free(self, plan: Plan, waiting: Sequence[Message]) -> list[Message]:
        """Those who wait, and whose claim was cut short: they were shown to nobody."""
        if plan.channel != PHONE:
            return []
        cut_short = self._store.ledger.open_attempts(plan.notice_id, PHONE, Status.SENDING)
        ids = {message.id for message in waiting}
        ids |= {attempt.message_id for attempt in cut_short}
        return [message for message in plan.messages if message.id in ids]

    def _stage(self, *, is_held: bool, is_left: bool) -> Stage:
        if self._is_stopped and (is_held or is_left):
            return Stage.STOPPED
        if is_held:
            return Stage.SHOWN
        enough = self._enough
        if enough is not None and self._store.clock() < cast("datetime", enough.facts["at"]):
            return Stage.ENOUGH
        return Stage.BEGIN if is_left else Stage.OVER

    def _shown(self, one: Handover, fresh: int) -> Handover:
        """Whose text is held, and whether it may have been scanned some time ago."""
        age = self._store.clock() - one.attempt.claimed_at
        is_new = one.attempt.id in self._given and age < _JUST_NOW
        return replace(one, left=one.left + fresh, held_before=not is_new)

    def _is_free(self) -> bool:
        try:
            with self._store.alone():
                return True
        except AlreadyRunningError:
            return False

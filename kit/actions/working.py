"""One message that a worker has in hand: ids go in, it is delivered, and when to come again.

`deliver` is what a computer of one's own calls too. What somebody who died left without an answer
is asked about first, and never sent again on a guess.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from kit.actions.delivery import Outcome, Why, deliver
from kit.actions.hearing import settle_one
from kit.actions.opening import open_channel
from kit.actions.queueing import is_confirmed
from kit.actions.routes import channels_of
from kit.actions.sending import LOOKED_AT, MOST_IN_A_ROW, MOST_OF_THEM, Patience
from kit.channels import CAPABILITIES
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    NonsenseError,
    PaceError,
    PausedError,
    RegionRefusedError,
    StoodStillError,
)
from kit.hours import parse_hours
from kit.model import Fault, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.errors import KitError
    from kit.ledger import Ledger
    from kit.model import Attempt, Message, Plan, Problem, Receipt, Reply

_SOON = timedelta(seconds=10)
#: Before a way that is not ready, or a case that waits for a person, is looked at again.
_LATER = timedelta(minutes=10)
#: As long as the ledger lets a channel be held at once.
_LONG = timedelta(hours=1)
#: No refusal counts for longer; and so many tries are looked at.
_LOOKED_BACK, _MOST = timedelta(days=1), 1000


class Prompt:
    """A channel that lets nothing go whose claim may have been given up meanwhile."""

    def __init__(self, channel: Channel, clock: Callable[[], datetime], within: timedelta) -> None:
        self._channel, self._clock, self._within = channel, clock, within

    def check(self) -> list[Problem]:
        """What would stop it."""
        return self._channel.check()

    def close(self) -> None:
        """Let go of what is open."""
        self._channel.close()

    def send(self, attempt: Attempt) -> Receipt:
        """Send one text.

        Raises:
            StoodStillError: it was claimed so long ago that others may have it in hand.
        """
        if self._clock() - attempt.claimed_at >= self._within:
            raise StoodStillError
        return self._channel.send(attempt)

    def find(self, attempt: Attempt) -> Receipt | None:
        """What became of an attempt."""
        return self._channel.find(attempt)

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """What is new."""
        return self._channel.fetch(since, attempts)


class Ways:
    """The channels of a worker, each opened and checked once, for all of its threads."""

    def __init__(self, within: timedelta) -> None:
        self._within = within
        self._turn = threading.Lock()
        self._open: dict[tuple[str, str], Channel] = {}

    def of(self, store: Store, case_id: str, name: str) -> Channel:
        """The channel; mail is from whom the case is about, so each case has its own.

        Raises:
            ChannelNotReadyError: something stands in its way.
        """
        place = (name, case_id if name == "email" else "")
        with self._turn:
            if place not in self._open:
                channel = open_channel(store, name)
                if problems := channel.check():
                    channel.close()
                    raise ChannelNotReadyError(problems=tuple(problems))
                self._open[place] = Prompt(channel, store.clock, self._within)
            return self._open[place]

    def close(self) -> None:
        """Let go of all of them."""
        for channel in self._open.values():
            channel.close()


class Work:
    """What a worker does with a message in hand; several threads at once.

    What goes wrong is told to `said`.
    """

    def __init__(
        self, ways: Ways, stopped: threading.Event, said: Callable[[KitError], None]
    ) -> None:
        self._ways = ways
        self._stopped = stopped
        self._said = said
        self._turn = threading.Lock()
        #: since when refusals count: when the last was claimed that was taken, or any at all
        self._since: dict[str, datetime] = {}
        #: the channels by which one was taken since they were held
        self._takes: set[str] = set()
        self._patience: dict[str, Patience] = {}

    def on(self, store: Store, case_id: str, plan_id: str, message_id: str) -> datetime | None:
        """Deliver it, or find out what became of it; when to come again, if it is not done.

        Raises:
            LedgerError: the store cannot be used now.
        """
        found = store.ledger.planned(plan_id, message_id)
        if found is None:
            return None
        try:
            if self._is_open(store, message_id):
                self._settle(store, case_id, *found)
                if self._is_open(store, message_id):
                    return self._ask_again_at(store, message_id)
            return self._deliver(store, case_id, *found)
        except PaceError as error:
            return cast("datetime", error.facts["at"])
        except RegionRefusedError as error:
            self._said(error)
            return store.clock() + _LONG
        except ChannelError as error:
            return self._breathe(store, found[0], error)

    @staticmethod
    def _is_open(store: Store, message_id: str) -> bool:
        """Whether somebody tried it and left no answer."""
        return store.ledger.standing(message_id) in (Status.SENDING, Status.UNKNOWN)

    def _settle(self, store: Store, case_id: str, plan: Plan, message: Message) -> None:
        name = store.ledger.tries(message.id)[-1].channel
        settle_one(store, plan.notice_id, message.id, self._ways.of(store, case_id, name))

    @staticmethod
    def _ask_again_at(store: Store, message_id: str) -> datetime | None:
        """When the provider will know; nothing: it never will."""
        last = store.ledger.tries(message_id)[-1]
        if not CAPABILITIES[last.channel].can_rule_out:
            return None
        settled_at = last.at + timedelta(seconds=store.settings.settle_s)
        return max(settled_at, store.clock() + timedelta(seconds=1))

    def _deliver(self, store: Store, case_id: str, plan: Plan, message: Message) -> datetime | None:
        if not is_confirmed(store, plan):
            return None  # whoever put it in line, nobody said that it goes
        channels: dict[str, Channel] = {}
        problem: ChannelNotReadyError | None = None
        for name in channels_of(store.settings, plan):
            try:
                channels[name] = self._ways.of(store, case_id, name)
            except ChannelNotReadyError as error:
                problem = error
        outcome = deliver(store, plan, message, channels, self._stopped)
        if outcome.why is Why.BARRED and problem is not None:
            raise problem
        return self._next(store, plan, outcome)

    def _next(self, store: Store, plan: Plan, outcome: Outcome) -> datetime | None:
        """When it is to be looked at again, by what came of it."""
        now, receipt, attempt = store.clock(), outcome.receipt, outcome.attempt
        if outcome.why is not None or receipt is None or attempt is None:
            return self._after(plan, outcome, now)
        if receipt.status is Status.PLANNED:
            return now
        self._count(store, attempt, receipt)
        if receipt.status is Status.UNKNOWN:
            return self._ask_again_at(store, attempt.message_id)
        elsewhere = receipt.fault in (Fault.ADDRESS, Fault.SENDER) and outcome.message.others
        return now if receipt.status is Status.REJECTED and elsewhere else None

    @staticmethod
    def _after(plan: Plan, outcome: Outcome, now: datetime) -> datetime | None:
        """When what did not go may go."""
        if outcome.why is Why.NIGHT:
            return parse_hours(plan.hours).begin_at(outcome.message.zones, now)
        if outcome.why is Why.RESTORED:
            return now + _LATER
        return now if outcome.why is Why.STOPPED else None

    def _count(self, store: Store, attempt: Attempt, receipt: Receipt) -> None:
        """Hold a sender that is refused too much, by whichever workers; then one is tried again.

        Enough are ten refused since this worker saw one taken, or a third of the last fifty.
        """
        channel = attempt.channel
        if receipt.status is not Status.UNKNOWN:
            with self._turn:
                if channel in self._patience:
                    self._patience[channel].rewarded()
        if receipt.status is Status.UNKNOWN or receipt.fault is Fault.TRANSIENT:
            return
        with self._turn:
            since = self._since.setdefault(channel, attempt.claimed_at)
            is_first = channel not in self._takes
            if receipt.status is not Status.REJECTED:
                self._takes.add(channel)
                self._since[channel] = max(since, attempt.claimed_at)
        if receipt.status is Status.REJECTED:
            self._refused(store, attempt, receipt)
        elif is_first and store.ledger.is_paused(channel):
            store.ledger.pause(channel, store.clock(), paused=False)

    def _refused(self, store: Store, attempt: Attempt, receipt: Receipt) -> None:
        channel, now, ledger = attempt.channel, store.clock(), store.ledger
        with store.changing():
            ledger.take_turn(channel, now)
            ledger.refusals.add(attempt)
            if ledger.held_until(channel, now) > now:
                return  # somebody has seen to it
            found = self._enough(ledger, channel, now)
            if found is None:
                return
            ledger.refusals.forget(channel)
            ledger.pause(channel, now, paused=True)
            ledger.hold(channel, now, now + _LONG)
        with self._turn:
            self._since[channel] = now
            self._takes.discard(channel)
        refused, tried = found
        self._said(PausedError(channel=channel, refused=refused, tried=tried, code=receipt.code))

    def _enough(self, ledger: Ledger, channel: str, now: datetime) -> tuple[int, int] | None:
        """How many were refused of how many, if that is enough."""
        lately = ledger.refusals.among(channel, self._since[channel], _MOST)
        if lately[0] >= MOST_IN_A_ROW:
            return lately
        last = ledger.refusals.among(channel, now - _LOOKED_BACK, LOOKED_AT)
        if last[1] == LOOKED_AT and last[0] >= MOST_OF_THEM:
            return last
        tries_one = channel not in self._takes and ledger.is_paused(channel)
        return lately if tries_one else None

    def _breathe(self, store: Store, plan: Plan, error: ChannelError) -> datetime:
        """Hold the channel for as long as the provider says, and come again then."""
        now = store.clock()
        # What cannot be read of one message holds up no other; a text that was to go, all.
        asked_in_vain = isinstance(error, NonsenseError) and error.attempt is None
        if asked_in_vain or isinstance(error, ChannelNotReadyError):
            self._said(error)
            return now + _LATER
        if isinstance(error, StoodStillError):
            return now
        channel = error.attempt.channel if error.attempt else plan.channel
        try:
            with self._turn:
                patience = self._patience.setdefault(channel, Patience())
                until = patience.wait(error, now) if error.retryable else now + _LONG
        except ChannelError:
            until = now + _LONG
        if until is None:
            return now + timedelta(seconds=1)
        if until - now > _SOON:
            self._said(error)
        store.ledger.hold(channel, now, until)
        return until

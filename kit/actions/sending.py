"""A run of a plan by a channel that sends by itself: a line of messages goes in, outcomes come out.

A few threads call `deliver` where the provider makes us wait. The run ends for the night, for the
pace, when the provider asks to wait for long, and when it refuses too much; the next run goes on.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, cast

from kit import phone
from kit.actions.delivery import Outcome, Why, deliver, most_waiting
from kit.actions.progress import waiting
from kit.actions.routes import is_mail
from kit.channels import CAPABILITIES
from kit.errors import (
    ChannelError,
    PaceError,
    PausedError,
    QuietHoursError,
    RegionRefusedError,
)
from kit.hours import parse_hours
from kit.model import Fault, Status
from kit.plan import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import E164, Address, Message, Plan, Receipt

#: Refusals one after another, and among the last so many, after which a run stops.
MOST_IN_A_ROW = 10
LOOKED_AT = 50
MOST_OF_THEM = LOOKED_AT / 3
#: How often the provider may ask us to wait, with nothing taken in between.
_PATIENCE = 6
_LONGEST_BREATH_S = 30
_LONGEST_HOLD_S = 3600
#: So often a run looks whether it was stopped.
_BLINK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Nothing came back yet; stop here if you like."""

    #: when the run goes on, where that is known
    until: datetime | None = None
    #: the beginning of such a wait, which is worth a word
    is_first: bool = False


class Breaker:
    """Counts what a provider refuses; what it did not answer, or put off, does not count."""

    def __init__(self, *, tries_one: bool) -> None:
        self.tries_one = tries_one
        self.in_a_row = 0
        self.last: deque[bool] = deque(maxlen=LOOKED_AT)
        #: of the last refusal
        self.code = ""

    def count(self, receipt: Receipt) -> bool:
        """Take one answer in; true when it is enough."""
        if receipt.status is Status.UNKNOWN or receipt.fault is Fault.TRANSIENT:
            return False
        refused = receipt.status is Status.REJECTED
        self.in_a_row = self.in_a_row + 1 if refused else 0
        self.last.append(refused)
        self.code = receipt.code if refused else self.code
        enough = self.in_a_row >= MOST_IN_A_ROW or (refused and self.tries_one)
        self.tries_one = False
        return enough or (len(self.last) == LOOKED_AT and sum(self.last) >= MOST_OF_THEM)


class Patience:
    """Waits as a provider asks; what was on its way when it asked does not count again."""

    def __init__(self) -> None:
        self._in_vain = 0
        self._until: datetime | None = None

    def rewarded(self) -> None:
        """It took one."""
        self._in_vain = 0

    def wait(self, error: ChannelError, now: datetime) -> datetime | None:
        """Until when to hold; nothing: it was asked already.

        Raises:
            ChannelError: it asked too often.
        """
        if self._until is not None and now < self._until <= now + timedelta(hours=1):
            return None
        self._in_vain += 1
        if self._in_vain > _PATIENCE:
            raise error
        seconds = error.retry_after_s
        if seconds is None:
            seconds = min(2.0 ** (self._in_vain - 1), _LONGEST_BREATH_S)
        self._until = now + timedelta(seconds=min(seconds, _LONGEST_HOLD_S))
        return self._until


class Sending:
    """One run over the messages that are waiting."""

    def __init__(
        self, store: Store, plan: Plan, channels: Mapping[str, Channel], *, waits: bool
    ) -> None:
        self._store = store
        self._plan = plan
        self._channels = dict(channels)
        self._waits = waits
        self._hours = parse_hours(plan.hours)
        self._line = Line(waiting(store, plan))
        self._breakers = {
            name: Breaker(tries_one=store.ledger.is_paused(name)) for name in channels
        }
        self._patience = {name: Patience() for name in channels}
        self._stopped = Event()
        self._put_back: set[str] = set()
        self._at_the_end: ChannelError | None = None

    def outcomes(self) -> Iterator[Outcome | Waiting]:
        """Deliver all that is waiting; stop whenever you like and go on with another run.

        Raises:
            PaceError: it goes on later, and was not asked to wait.
            ChannelError: the channel cannot go on; what was not taken is planned again.
        """
        threads = min(CAPABILITIES[self._plan.channel].threads, most_waiting(self._plan.pace))
        flying: dict[Future[Outcome], Message] = {}
        with ThreadPoolExecutor(threads) as pool:
            try:
                while self._line or flying:
                    self._fill(pool, flying, threads)
                    if not flying:
                        yield from self._until_morning()
                        continue
                    done, _ = wait(flying, _BLINK.total_seconds(), FIRST_COMPLETED)
                    if not done:
                        yield Waiting()
                    for one in done:
                        yield from self._landed(flying.pop(one), one)
            except PaceError as later:
                if self._at_the_end is None:
                    raise
                raise self._at_the_end from later
            finally:
                self._stopped.set()
        if self._at_the_end is not None:
            raise self._at_the_end

    def _fill(
        self, pool: ThreadPoolExecutor, flying: dict[Future[Outcome], Message], threads: int
    ) -> None:
        most = 1 if self._breakers[self._plan.channel].tries_one else threads
        while len(flying) < most:
            message = self._line.pop(self._store.clock(), self._hours)
            if message is None:
                return
            arguments = (self._store, self._plan, message, self._channels, self._stopped)
            flying[pool.submit(deliver, *arguments)] = message

    def _landed(self, message: Message, future: Future[Outcome]) -> Iterator[Outcome | Waiting]:
        try:
            outcome = future.result()
        except PaceError as error:
            self._line.put_back(message)
            yield from self._until(cast("datetime", error.facts["at"]), error)
        except RegionRefusedError as error:
            self._at_the_end = error
            self._line.drop(_is_in(error.attempt.recipient if error.attempt else ""))
        except ChannelError as error:
            self._put_off(message)
            self._breathe(error)
        else:
            if outcome.why is Why.NIGHT:
                self._line.put_back(message)
            else:
                yield outcome
                self._take_in(outcome)

    def _take_in(self, outcome: Outcome) -> None:
        """Go on, to the person's next address if this one takes no message; or enough."""
        attempt, receipt = outcome.attempt, outcome.receipt
        if attempt is None or receipt is None:
            return
        if receipt.status is Status.PLANNED:
            self._line.put_back(outcome.message)
            return
        self._patience[attempt.channel].rewarded()
        self._count(attempt.channel, receipt)
        elsewhere = receipt.fault in (Fault.ADDRESS, Fault.SENDER) and outcome.message.others
        if receipt.status is Status.REJECTED and elsewhere:
            self._line.put_back(outcome.message)

    def _count(self, channel: str, receipt: Receipt) -> None:
        breaker, now = self._breakers[channel], self._store.clock()
        tried_one = breaker.tries_one
        if breaker.count(receipt):
            self._store.ledger.pause(channel, now, paused=True)
            refused, tried = sum(breaker.last), len(breaker.last)
            paused = PausedError(channel=channel, refused=refused, tried=tried, code=breaker.code)
            if channel == self._plan.channel:
                raise paused
            self._at_the_end = paused
            self._channels.pop(channel, None)
        if tried_one and not breaker.tries_one:
            self._store.ledger.pause(channel, now, paused=False)

    def _put_off(self, message: Message) -> None:
        """The next one again; if it alone is in the way, the last, so that the others go."""
        if message.id in self._put_back:
            self._line.put_off(message)
        else:
            self._put_back.add(message.id)
            self._line.put_back(message)

    def _breathe(self, error: ChannelError) -> None:
        """Hold the channel for as long as the provider says."""
        if not error.retryable:
            raise error
        channel = error.attempt.channel if error.attempt else self._plan.channel
        now = self._store.clock()
        if until := self._patience[channel].wait(error, now):
            self._store.ledger.hold(channel, now, until)

    def _until_morning(self) -> Iterator[Waiting]:
        now = self._store.clock()
        morning = self._line.begin_at(now, self._hours)
        if morning is None:
            self._line.drop(lambda _: True)
            return
        yield from self._until(morning, QuietHoursError(at=morning, left=len(self._line)))

    def _until(self, moment: datetime, error: PaceError) -> Iterator[Waiting]:
        """Wait by the clock, which a sleeping laptop or a changed clock cannot deceive."""
        if not self._waits:
            raise error
        is_first = True
        while self._store.clock() < moment:
            yield Waiting(until=moment, is_first=is_first)
            self._store.rest(self._stopped, _BLINK.total_seconds())
            is_first = False


def _is_in(refused: Address | str) -> Callable[[Message], bool]:
    """Whether a message goes first to the same country as that address."""
    region = _region(refused)
    return lambda message: region != "" and _region(message.recipient) == region


def _region(address: Address | str) -> str:
    return (
        ""
        if is_mail(cast("E164", address)) or not address
        else phone.region_of(cast("E164", address))
    )

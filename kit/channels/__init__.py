"""The ways out: an attempt goes in, a receipt comes out. Only channels touch the world.

Each channel is a module of this folder and is imported when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from kit.model import Pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from kit.model import Attempt, Problem, Receipt, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do, as data: the plan's checks and the README's table come from it."""

    #: a rehearsal: it reaches nobody and never counts as told
    rehearsal: bool = False
    #: the borrower presses send, and gets the texts so: their number, their thumb
    by_hand: Literal["", "one_by_one", "all_at_once"] = ""
    #: what it writes to a place that the user names
    writes: Literal["", "folder", "file"] = ""
    #: what goes by it comes from the borrower's own number, which must not be locked
    own_number: bool = False
    #: people write other things there too, which are nobody's business
    private: bool = False
    #: what it takes: numbers, else e-mail addresses
    takes_numbers: bool = True
    #: whether a reply to the message reaches the borrower; Twilio's depends on the country
    replies: bool
    #: whether it has receipts and replies that `kit sync` can fetch
    can_be_asked: bool = False
    #: whether `find` knows for sure at once that an attempt was not taken
    knows_at_once: bool = False
    #: whether `find` can ever know that an attempt was not taken
    can_rule_out: bool = True
    #: whether `find` looks by the attempt's own id, and not by its recipient
    finds_by_id: bool = False
    #: sends at the same time, where the provider makes us wait
    threads: int = 1
    #: the pace unless the user says otherwise
    pace: Pace

    @property
    def by_itself(self) -> bool:
        """Whether it reaches people with nobody's thumb."""
        return not (self.by_hand or self.rehearsal)


class Channel(Protocol):
    """A way out."""

    def close(self) -> None:
        """Let go of what is open."""
        ...

    def check(self) -> list[Problem]:
        """What would stop it, found before anything is sent."""
        ...

    def send(self, attempt: Attempt) -> Receipt:
        """Send one text; several threads may ask for it at once.

        What was refused for good is a receipt too; what may have been taken or not is a receipt
        with the status `unknown`.

        Raises:
            ChannelError: it was surely not taken.
        """
        ...

    def find(self, attempt: Attempt) -> Receipt | None:
        """What became of an attempt whose answer was not recorded; nothing: it does not have it.

        Raises:
            ChannelError: it cannot be asked now.
        """
        ...

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """What is new of these attempts, which it took, and every reply since then.

        Raises:
            ChannelError: it cannot be asked now.
        """
        ...


#: The SIM must not be lost: a borrower who cannot be reached gives collectors their one excuse to
#: ring others. So routes by one's own number are slow.
_OWN_NUMBER = Pace(per_hour=20, per_day=100)
#: Android refuses an app more than 30 segments in 30 minutes (AOSP SmsUsageMonitor).
_ANDROID = Pace(per_hour=20, per_day=100, segments=24)
#: For whoever lifts the cap of the hour: all of it.
MOST_SEGMENTS = 30

#: Every channel, the default first.
CAPABILITIES = {
    "phone": Capabilities(
        by_hand="one_by_one", own_number=True, replies=True, knows_at_once=True, pace=_OWN_NUMBER
    ),
    "page": Capabilities(
        by_hand="all_at_once",
        writes="file",
        own_number=True,
        replies=True,
        knows_at_once=True,
        pace=_OWN_NUMBER,
    ),
    "android": Capabilities(
        own_number=True,
        private=True,
        replies=True,
        can_be_asked=True,
        finds_by_id=True,
        pace=_ANDROID,
    ),
    "email": Capabilities(
        takes_numbers=False,
        private=True,
        replies=True,
        can_be_asked=True,
        can_rule_out=False,
        pace=Pace(per_second=1),
    ),
    "twilio": Capabilities(replies=False, can_be_asked=True, threads=8, pace=Pace(per_second=1)),
    "outbox": Capabilities(
        rehearsal=True, writes="folder", replies=True, knows_at_once=True, pace=Pace()
    ),
}

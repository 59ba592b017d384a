"""The ways out: an attempt goes in, a receipt comes out. Only channels touch the world.

Each channel is a module of this folder and is imported when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kit.model import Attempt, Problem, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do, as data: the plan's checks and the README's table come from it."""

    #: a rehearsal: it reaches nobody and never counts as told
    rehearsal: bool = False
    #: the borrower presses send: their number, their thumb
    by_hand: bool = False
    #: whether a reply to the message is heard by the borrower
    replies: bool
    #: most messages in an hour and in a day; nothing: no limit
    per_hour: int | None = None
    per_day: int | None = None


class Channel(Protocol):
    """A way out."""

    def check(self) -> list[Problem]:
        """What would stop it, found before anything is sent."""
        ...

    def send(self, attempt: Attempt) -> Receipt:
        """Send one text.

        Raises:
            ChannelError: it was surely not taken.
        """
        ...

    def find(self, attempt: Attempt) -> Receipt | None:
        """What became of an attempt whose answer was not recorded; nothing: it was not taken."""
        ...


#: Every channel, the default first. The SIM must not be lost: a borrower who cannot be reached
#: gives collectors their one excuse to ring others. So routes by one's own number are slow.
CAPABILITIES = {
    "phone": Capabilities(by_hand=True, replies=True, per_hour=20, per_day=100),
    "outbox": Capabilities(rehearsal=True, replies=True),
}

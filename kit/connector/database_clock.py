"""The time of a clinic: a database goes in, and what time it is there comes out.

Machines of a clinic have clocks that may be minutes apart. The pace of a sender, quiet hours and
what happened first are one and the same for all of them only by one clock, and the database is what
they all have. It is asked now and then; in between the seconds are counted here.
"""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kit.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

#: So long the seconds are counted here before the database is asked again.
_ASKED_EVERY_S = 10.0
#: When this computer's own clock has jumped by more, it slept, and has not counted.
_JUMP_S = 0.5


class DatabaseClock:
    """The time as `ask` says it; as it was last heard, where nobody answers."""

    def __init__(
        self,
        ask: Callable[[], datetime],
        counted: Callable[[], float] = time.monotonic,
        own: Callable[[], float] = time.time,
    ) -> None:
        self._ask, self._counted, self._own = ask, counted, own
        self._heard = self._hear()

    def __call__(self) -> datetime:
        """The time there, aware and in UTC."""
        at, counted, own = self._heard
        passed, passed_by_own = self._counted() - counted, self._own() - own
        if passed > _ASKED_EVERY_S or abs(passed_by_own - passed) > _JUMP_S:
            with contextlib.suppress(LedgerError):
                at, counted, own = self._heard = self._hear()
        return at + timedelta(seconds=self._counted() - counted)

    def _hear(self) -> tuple[datetime, float, float]:
        """What time it is there, and when we heard it: half-way between question and answer."""
        before = self._counted()
        at = self._ask().astimezone(UTC)
        return at, (before + self._counted()) / 2, self._own()

"""Wrong passphrases: each that was typed goes in; how long the next one has to wait comes out.

What makes guessing slow is scrypt, wherever the store is taken; this is for who sits at this
computer. It grows to some minutes and no further: nobody is ever locked out of their own store.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from kit import private_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Where that is counted, in the folder of the store.
WRONG_TRIES = "wrong-tries.json"
#: So many may be wrong before the next one has to wait.
_FREE = 3
_FIRST_S = 5
_LONGEST_S = 300


class Patience:
    """How long somebody who was wrong has to wait."""

    def __init__(
        self, home: Path, clock: Callable[[], datetime], rest: Callable[[Event, float], bool]
    ) -> None:
        self._file = home / WRONG_TRIES
        self._clock = clock
        self._rest = rest

    @property
    def seconds(self) -> int:
        """How long the next try has to wait now; a clock that was changed makes it no longer."""
        count, at = self._kept()
        if at > self._clock():  # it was set back: from now on it counts by what it says now
            at = self._keep(count)
        if count < _FREE:
            return 0
        wait = min(_FIRST_S * 2 ** min(count - _FREE, 10), _LONGEST_S)
        past = (self._clock() - at).total_seconds()
        return 0 if past >= wait else int(min(wait - past, wait)) or 1

    def wait(self) -> None:
        """Let the time pass."""
        self._rest(Event(), self.seconds)

    def was_wrong(self) -> None:
        """Another one was wrong."""
        self._keep(self._kept()[0] + 1)

    def was_right(self) -> None:
        """Nobody has to wait any more."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _kept(self) -> tuple[int, datetime]:
        """How many were wrong, and when the last one was."""
        try:
            kept = json.loads(self._file.read_text(encoding="ascii"))
            return int(kept["count"]), datetime.fromisoformat(kept["at"]).astimezone(UTC)
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return 0, self._clock()

    def _keep(self, count: int) -> datetime:
        """Write down how many were wrong until now."""
        now = self._clock()
        with contextlib.suppress(OSError):  # a disk that takes nothing must not lock anybody out
            private_file.write(self._file, json.dumps({"count": count, "at": now.isoformat()}))
        return now

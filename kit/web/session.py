"""Who may look: a link that works once goes out, a cookie comes back; idle, it locks.

Kept in memory only: a new start has a new link, and nobody stays signed in.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kit.web.holding import Held

KEY_BYTES = 32


class Session:
    """The one browser that opened the link."""

    def __init__(self, clock: Callable[[], datetime], lock_after_s: float, language: str) -> None:
        self.link_key = secrets.token_urlsafe(KEY_BYTES)
        self.language = language
        #: the blank page stands before every other
        self.is_hidden = False
        #: the page that was looked at last
        self.page = "/"
        #: sentences for the next page, each said once
        self.notes: list[str] = []
        #: a form that came when it was locked; shown when it is open
        self.held: Held | None = None
        #: by letter, the ids of the incidents that it leaves out
        self.left_out: dict[str, frozenset[str]] = {}
        self._turn = threading.Lock()
        self._cookie = ""
        self._clock = clock
        self._lock_after_s = lock_after_s
        self._seen = self._now()

    def begin(self, key: str) -> str:
        """The cookie for whoever has the key of the link, once; else an empty text."""
        with self._turn:
            if self._cookie or not _same(key, self.link_key):
                return ""
            self._cookie = secrets.token_urlsafe(KEY_BYTES)
            self.stay()
            return self._cookie

    def knows(self, cookie: str) -> bool:
        """Whether it is the cookie that was given out."""
        return bool(self._cookie) and _same(cookie, self._cookie)

    def stay(self) -> None:
        """Somebody is there."""
        self._seen = self._now()

    @property
    def is_idle(self) -> bool:
        """Whether nobody was there for long by either clock; one stops while the lid is closed."""
        return any(
            abs(now - seen) > self._lock_after_s
            for now, seen in zip(self._now(), self._seen, strict=True)
        )

    def _now(self) -> tuple[float, float]:
        return self._clock().timestamp(), time.monotonic()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())

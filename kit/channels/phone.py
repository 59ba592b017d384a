"""Scan and send: an attempt becomes a QR code that the phone's camera turns into a text.

The borrower presses send; so what this channel says of an attempt is `handed_over`, and what
became of it is the borrower's word. Nothing here uses a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.model import E164, Problem, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from kit.model import Attempt, Reply

#: Light modules left around the code; the standard asks for 4, cameras read 1 on a light ground.
_QUIET = 1
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


class PhoneChannel:
    """The borrower's own phone and thumb."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def close(self) -> None:
        """Nothing is open."""

    def check(self) -> list[Problem]:
        """Nothing can be missing."""
        return []

    def send(self, attempt: Attempt) -> Receipt:
        """Hand the text over to the borrower; the code is shown when this is recorded."""
        del attempt
        return Receipt(status=Status.HANDED_OVER, at=self._clock())

    def find(self, attempt: Attempt) -> Receipt | None:
        """Not taken: a code is shown only after `handed_over` was recorded."""
        del attempt
        return None

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """Nothing: the borrower hears it on the phone."""
        del since, attempts
        return ()


def content(recipient: E164, text: str) -> str:
    """What the code says, in the form that cameras of Android and iPhone turn into a text.

    Only the first two colons separate, so the text may hold more.
    """
    return f"SMSTO:{recipient}:{text}"


def code(recipient: E164, text: str) -> list[str]:
    """The QR code as lines for a terminal, two modules a character, light on dark.

    Drawn with full and half blocks for the light modules; whoever shows it sets a light colour on a
    dark ground, so that it is right whatever the terminal's own colours are.
    """
    import segno

    made = segno.make(
        content(recipient, text), error="l", mode="byte", encoding="utf-8", micro=False
    )
    rows = [[bool(module) for module in row] for row in made.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]

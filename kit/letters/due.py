"""What comes next: what was sent, and what was recorded, go in; what is due, and why, comes out.

Days are counted as calendar days after the day on which something was sent; where the source does
not say which days it means, the sentence says that the day is approximate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.model import Due, Filing, FilingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kit.jurisdiction import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter or complaint as it stands now."""

    draft: str
    sent_on: date
    lender: str = field(default="", repr=False)
    reference: str = field(default="", repr=False)
    #: nothing: no answer yet
    answered_on: date | None = None


def sent(filings: Iterable[Filing]) -> tuple[Sent, ...]:
    """What was sent, and not taken back, in the order in which it was sent first."""
    found: dict[tuple[str, str], Sent] = {}
    for one in filings:
        key = one.draft, one.lender
        match one.event:
            case FilingEvent.SENT:
                found[key] = Sent(
                    draft=one.draft, sent_on=one.on, lender=one.lender, reference=one.reference
                )
            case FilingEvent.ANSWERED if key in found:
                was = found[key]
                found[key] = Sent(
                    draft=was.draft,
                    sent_on=was.sent_on,
                    lender=was.lender,
                    reference=one.reference or was.reference,
                    answered_on=one.on,
                )
            case FilingEvent.TAKEN_BACK:
                found.pop(key, None)
    return tuple(found.values())


def due(sent: Sequence[Sent], last: date | None, known: Facts, today: date) -> tuple[Due, ...]:
    """What is due, the earliest first, then what has no day; `last` is the day of the last call."""
    raise NotImplementedError

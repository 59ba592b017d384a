"""What became of letters and complaints: the borrower says so; what is due comes out.

The kit files nothing. It keeps what the borrower says was sent and answered, and counts days.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit import clocks, jurisdiction
from kit.actions import drafting, finding
from kit.errors import FutureFilingError, NoFilingError, SheetValueError
from kit.letters import due as dues
from kit.letters import sheet
from kit.letters.due import Sent
from kit.model import Due, Filing, FilingEvent, SheetKey

if TYPE_CHECKING:
    from kit.actions.store import Store

__all__ = ["Due", "Sent"]


def note(store: Store, draft: str, event: FilingEvent, on: str = "", reference: str = "") -> date:
    """Keep that a letter or complaint was sent, answered or not sent after all; the day of it.

    Raises:
        SheetValueError, FutureFilingError: that is no day, or one to come.
        NoFilingError: it was answered or taken back, and it is not known that it was sent.
    """
    day = _day(store, on)
    lender = store.book.sheet().get(SheetKey.LENDER, "")
    was_sent = {(one.draft, one.lender) for one in sent(store)}
    if event is not FilingEvent.SENT and (draft, lender) not in was_sent:
        raise NoFilingError
    filing = Filing(
        draft=draft,
        event=event,
        on=day,
        lender=lender,
        reference=" ".join(reference.split()),
        noted_at=store.clock(),
    )
    store.filings.add(filing)
    return day


def sent(store: Store) -> tuple[Sent, ...]:
    """What was sent, as far as the borrower said so."""
    return dues.sent(store.filings.all())


def due(store: Store) -> tuple[Due, ...]:
    """What comes next, the earliest first.

    Raises:
        NoDraftError: there are no letters for the country.
    """
    known = jurisdiction.facts(drafting.country(store))
    last = finding.report(store, known.code).incidents[-1:]
    day = clocks.shown(last[0]).date() if last else None
    return dues.due(sent(store), day, known, drafting.today(store))


def _day(store: Store, on: str) -> date:
    today = drafting.today(store)
    if not on:
        return today
    try:
        return date.fromisoformat(sheet.read(SheetKey.BORROWED_ON, on, today))
    except SheetValueError as error:
        is_ahead = "yet to come" in error.problems[0].what
        raise FutureFilingError if is_ahead else error from None

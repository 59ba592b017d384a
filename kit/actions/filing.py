"""What became of letters and complaints: the borrower says so; what is due comes out.

The kit files nothing. It keeps what the borrower says was sent and answered, and counts days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kit import clocks, jurisdiction
from kit.actions import drafting, finding
from kit.errors import EarlyAnswerError, NoFilingError, SheetValueError
from kit.letters import due as dues
from kit.letters import sheet
from kit.letters.due import Matter, Sent
from kit.model import Due, Filing, FilingEvent, Problem, Rule, SheetKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.actions.finding import Report
    from kit.actions.store import Store

__all__ = ["Due", "Sent"]

#: What may be harassment; whether it is, the police decide.
_HARASSING = frozenset({Rule.THREAT, Rule.AFTER_REFUSAL, Rule.FREQUENCY})
_LONGEST_REFERENCE = 60


def note(
    store: Store,
    draft: str,
    event: FilingEvent,
    on: str = "",
    reference: str = "",
    lender: str | None = None,
) -> date:
    """Keep that a letter or complaint was sent, answered or not sent after all; the day of it.

    Unless another `lender` is named, it is about the one of the fact sheet.

    Raises:
        NoSuchDraftError: nothing has that name.
        SheetValueError: that is no day, or one to come; no number.
        NoFilingError: it was answered or taken back, and it is not known that it was sent.
        EarlyAnswerError: it was answered before it was sent.
    """
    drafting.check_name(drafting.country(store), draft)
    day = _day(store, on)
    if lender is None:
        lender = store.book.sheet().get(SheetKey.LENDER, "")
    was = {(one.draft, one.lender): one for one in sent(store)}.get((draft, lender))
    if event is not FilingEvent.SENT and was is None:
        raise NoFilingError
    if event is FilingEvent.ANSWERED and was and day < was.sent_on:
        raise EarlyAnswerError
    filing = Filing(
        draft=draft,
        event=event,
        on=day,
        lender=lender,
        reference=_reference(reference),
        noted_at=store.clock(),
    )
    store.filings.add(filing)
    return day


def sent(store: Store) -> tuple[Sent, ...]:
    """What was sent, as far as the borrower said so."""
    return dues.sent(store.filings.all())


def due(store: Store) -> tuple[Due, ...]:
    """What comes next: what can be done now, what has a day, what has no term.

    Raises:
        NoDraftError: there are no letters for the country.
    """
    known = jurisdiction.facts(drafting.country(store))
    report = finding.report(store, known.code)
    there = store.book.sheet()
    matter = Matter(
        today=drafting.today(store),
        lender=there.get(SheetKey.LENDER, ""),
        lender_kind=there.get(SheetKey.LENDER_KIND, ""),
        first=min(_days(report, None), default=None),
        harassed=max(_days(report, _harassing(report)), default=None),
    )
    return dues.due(sent(store), matter, known)


def _harassing(report: Report) -> set[str]:
    """The ids of the incidents that the findings of these rules count."""
    return {id_ for one in report.findings if one.rule in _HARASSING for id_ in one.incident_ids}


def _days(report: Report, ids: set[str] | None) -> Iterable[date]:
    """The days of these incidents, or of all, by the clocks of whoever was reached."""
    return (clocks.shown(one).date() for one in report.incidents if ids is None or one.id in ids)


def _reference(text: str) -> str:
    """The number that the other side gave, on one line.

    Raises:
        SheetValueError: it is too long.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(plain) > _LONGEST_REFERENCE:
        what = "That is too long: {most} characters at most."
        raise SheetValueError(
            Problem(where="reference", what=what, facts={"most": _LONGEST_REFERENCE})
        )
    return plain


def _day(store: Store, on: str) -> date:
    today = drafting.today(store)
    try:
        day = sheet.read(SheetKey.BORROWED_ON, on, today)
    except SheetValueError as error:
        raise SheetValueError(replace(error.problems[0], where="on")) from None
    return date.fromisoformat(day) if day else today

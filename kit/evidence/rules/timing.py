"""When and how often: calls go in; findings on the hours and on calls a day come out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kit import clocks
from kit.evidence import accounts
from kit.model import Finding, IncidentKind, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from kit.evidence.accounts import Told
    from kit.evidence.basis import Basis
    from kit.jurisdiction import Fact
    from kit.model import Incident

#: A night is called by the day on which it begins.
_HALF_A_DAY = timedelta(hours=12)

#: Once in a night, by what way.
_ONCE = {
    IncidentKind.CALL: (
        "By the account of {who}, a call at {first} by the clock of whoever was reached, between "
        "{not_from} and {not_to}."
    ),
    IncidentKind.TEXT: (
        "By the account of {who}, a text at {first} by the clock of whoever was reached, between "
        "{not_from} and {not_to}."
    ),
    IncidentKind.MESSAGE: (
        "By the account of {who}, a message in a messenger at {first} by the clock of whoever was "
        "reached, between {not_from} and {not_to}."
    ),
    IncidentKind.VISIT: (
        "By the account of {who}, a visit at {first} by the clock of whoever was reached, between "
        "{not_from} and {not_to}."
    ),
}
_MORE = (
    "By the account of {who}, {count} calls, texts or visits in one night between {not_from} and "
    "{not_to} by the clock of whoever was reached, the first at {first}, the last at {last}."
)
_ANSWERED = (
    "By the account of {who}, on {day} {count} calls to the borrower were answered that were all "
    "shown as the same number."
)
_UNANSWERED = (
    "By the account of {who}, on {day} {count} calls to the borrower went unanswered that were all "
    "shown as the same number."
)


def hours(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """Calls, texts and visits in the barred hours, by every clock that theirs may be.

    A missed call counts, for it rang. One finding per number and night, and by whose account it is.
    """
    nights: dict[tuple[object, ...], list[Told]] = {}
    for call in calls:
        told = tuple(one for one in call if _barred(one, basis))
        if told and told[0].kind is not IncidentKind.POST:
            night = (clocks.shown(told[0]) - _HALF_A_DAY).date()
            facts = tuple(fact.id for fact in _barred(told[0], basis))
            key = accounts.number(call), night, accounts.tellers(told), facts
            nights.setdefault(key, []).append(told)
    for counted in nights.values():
        yield _in_a_night(counted, _barred(counted[0][0], basis))


def _in_a_night(counted: list[Told], facts: list[Fact]) -> Finding:
    told = [one for call in counted for one in call]
    first, last = counted[0][0], counted[-1][0]
    return Finding(
        rule=Rule.HOURS,
        fact_ids=tuple(fact.id for fact in facts),
        incident_ids=accounts.ids(told),
        counted=tuple(map(accounts.ids, counted)),
        what=_ONCE[first.kind] if len(counted) == 1 else _MORE,
        more=accounts.shown_too(told),
        facts={
            "who": accounts.teller(told),
            "count": len(counted),
            "first": clocks.written(clocks.shown(first)),
            "last": clocks.written(clocks.shown(last)),
            "number": accounts.shown_as(told),
            **facts[0].hours,
        },
    )


def _barred(one: Incident, basis: Basis) -> list[Fact]:
    """The facts in whose hours it falls by every clock; where no clock is known, none."""
    local = clocks.local(one)
    return [
        fact
        for fact in (basis.facts(Rule.HOURS, local[0].date()) if local else ())
        if all(_is_within(at, fact.hours["not_from"], fact.hours["not_to"]) for at in local)
    ]


def _is_within(at: datetime, begin: str, end: str) -> bool:
    """From the one to the other, over midnight too; the first belongs to it, the last does not."""
    now = f"{at:%H:%M}"
    return begin <= now < end if begin < end else now >= begin or now < end


def frequency(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """Calls a day with the borrower, shown as one number, above what a fact names.

    Calls to others have no number that could be exceeded. Where nobody knows whether a call was
    answered, it does not count; hidden numbers may be several; two accounts of a call are one.
    """
    by_day: dict[tuple[str, tuple[date, ...], bool], list[Told]] = {}
    for call in calls:
        number, answered = accounts.number(call), accounts.answered(call)
        is_counted = call[0].to_borrower and call[0].kind is IncidentKind.CALL and number
        if is_counted and answered is not None and (days := clocks.days(call[0])):
            by_day.setdefault((number, days, answered), []).append(call)
    for (_, days, answered), counted in by_day.items():
        facts = _exceeded(basis, days[0], len(counted), answered=answered)
        if facts:
            yield _too_often(counted, days[0], facts, answered=answered)


def _exceeded(basis: Basis, day: date, count: int, *, answered: bool) -> list[Fact]:
    """The facts that name fewer calls a day."""
    which = "answered" if answered else "unanswered"
    facts = basis.facts(Rule.FREQUENCY, day)
    return [fact for fact in facts if count > fact.at_most.get(which, count)]


def _too_often(counted: list[Told], day: date, facts: list[Fact], *, answered: bool) -> Finding:
    told = [one for call in counted for one in call]
    return Finding(
        rule=Rule.FREQUENCY,
        fact_ids=tuple(fact.id for fact in facts),
        incident_ids=accounts.ids(told),
        counted=tuple(map(accounts.ids, counted)),
        what=_ANSWERED if answered else _UNANSWERED,
        more=accounts.shown_too(told),
        facts={
            "who": accounts.teller(told),
            "day": str(day),
            "count": len(counted),
            "number": accounts.shown_as(told),
        },
    )

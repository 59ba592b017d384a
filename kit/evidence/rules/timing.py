"""When and how often: incidents go in; findings on the hours and on calls a day come out."""

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

_ONCE = (
    "By the account of {who}, on {first} by the clock of whoever was reached, one call, text or "
    "visit between {not_from} and {not_to}; number shown: {number}."
)
_MORE = (
    "By the account of {who}, {count} calls, texts or visits in one night between {not_from} and "
    "{not_to} by the clock of whoever was reached, the first on {first}, the last on {last}; "
    "number shown: {number}."
)
_ANSWERED = (
    "By the account of {who}, on {day} {count} calls to the borrower were answered that were all "
    "shown as the same number: {number}."
)
_UNANSWERED = (
    "By the account of {who}, on {day} {count} calls to the borrower went unanswered that were all "
    "shown as the same number: {number}."
)


def hours(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """Calls, texts and visits in the barred hours, by every clock that theirs may be.

    A missed call counts, for it rang. One finding per number, night and account.
    """
    nights: dict[tuple[object, ...], list[Incident]] = {}
    for one in incidents:
        if one.kind is not IncidentKind.POST and (facts := _barred(one, basis)):
            night = (clocks.shown(one) - _HALF_A_DAY).date()
            teller = one.account, one.account_of or one.account_name
            key = accounts.number(one), night, teller, tuple(fact.id for fact in facts)
            nights.setdefault(key, []).append(one)
    for told in nights.values():
        facts = _barred(told[0], basis)
        yield Finding(
            rule=Rule.HOURS,
            fact_ids=tuple(fact.id for fact in facts),
            incident_ids=accounts.ids(told),
            what=_ONCE if len(told) == 1 else _MORE,
            facts={
                "who": accounts.teller(told),
                "count": len(told),
                "first": clocks.written(clocks.shown(told[0])),
                "last": clocks.written(clocks.shown(told[-1])),
                "number": accounts.shown_as(told[0]),
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


def frequency(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """Calls a day with the borrower, shown as one number, above what a fact names.

    Calls to others have no number that could be exceeded. Where nobody knows whether a call was
    answered, it does not count; hidden numbers may be several; two accounts of a call are one.
    """
    rung = [one for one in incidents if one.to_borrower and accounts.number(one)]
    by_day: dict[tuple[str, tuple[date, ...], bool], list[Told]] = {}
    for told in accounts.told_once(one for one in rung if one.kind is IncidentKind.CALL):
        answered = next((one.answered for one in told if one.answered is not None), None)
        if answered is not None and (days := clocks.days(told[0])):
            by_day.setdefault((accounts.number(told[0]), days, answered), []).append(told)
    for (_, days, answered), calls in by_day.items():
        facts = _exceeded(basis, days[0], len(calls), answered=answered)
        if facts:
            yield _too_often(calls, days[0], facts, answered=answered)


def _exceeded(basis: Basis, day: date, count: int, *, answered: bool) -> list[Fact]:
    """The facts that name fewer calls a day."""
    which = "answered" if answered else "unanswered"
    facts = basis.facts(Rule.FREQUENCY, day)
    return [fact for fact in facts if count > fact.at_most.get(which, count)]


def _too_often(calls: list[Told], day: date, facts: list[Fact], *, answered: bool) -> Finding:
    told = [one for call in calls for one in call]
    return Finding(
        rule=Rule.FREQUENCY,
        fact_ids=tuple(fact.id for fact in facts),
        incident_ids=accounts.ids(told),
        what=_ANSWERED if answered else _UNANSWERED,
        facts={
            "who": accounts.teller(told),
            "day": str(day),
            "count": len(calls),
            "number": accounts.shown_as(told[0]),
        },
    )

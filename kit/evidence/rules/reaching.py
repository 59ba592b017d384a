"""Who was reached: calls go in; findings on others than the borrower come out.

A post reaches nobody in particular.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import clocks
from kit.evidence import accounts
from kit.model import Finding, IncidentKind, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kit.evidence.accounts import Told
    from kit.evidence.basis import Basis
    from kit.model import Incident

_OTHERS = (
    "By the account of {who}, others than the borrower were contacted: people {people}, times "
    "{times}; the first at {first}, the last at {last}."
)
_DISCLOSED = "By the account of {who}, on {when} a debt was named to {reached}."
_AFTER = (
    "By the account of {who}, on {when} {reached} refused further contact. Recorded after that: "
    "{times} more times, the last at {last}."
)
_MISSED = "Of these, calls that nobody answered: {missed}."
_SAME = "Of these, shown as the same number as before: {same}."


def third_party(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """How many others than the borrower were contacted, and how often; one finding over all.

    Whoever has no name but stands in the book is somebody; where nobody knows who was reached, it
    does not count.
    """
    others = to_others(calls)
    if not others:
        return
    told = [one for call in others for one in call]
    missed = sum(map(is_missed, others))
    yield Finding(
        rule=Rule.THIRD_PARTY,
        fact_ids=basis.ids(Rule.THIRD_PARTY, map(clocks.day, told)),
        incident_ids=accounts.ids(told),
        counted=tuple(map(accounts.ids, others)),
        what=_OTHERS,
        more=(_MISSED,) if missed else (),
        facts={
            "who": accounts.teller(told),
            "people": len({accounts.person(call[0]) for call in others}),
            "times": len(others),
            "missed": missed,
            "first": _written(others[0][0]),
            "last": _written(others[-1][0]),
        },
    )


def to_others(calls: Iterable[Told]) -> list[Told]:
    """What reached somebody else than the borrower."""
    return [
        call
        for call in calls
        if not call[0].to_borrower
        and accounts.person(call[0])
        and call[0].kind is not IncidentKind.POST
    ]


def is_missed(call: Told) -> bool:
    """Whether it is a call that nobody answered."""
    return accounts.answered(call) is False and call[0].kind is IncidentKind.CALL


def disclosure(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """A debt was named to somebody else than the borrower, as somebody tells."""
    for call in calls:
        told = tuple(one for one in call if one.disclosed is True)
        if told and not call[0].to_borrower:
            yield Finding(
                rule=Rule.DISCLOSURE,
                fact_ids=basis.ids(Rule.DISCLOSURE, map(clocks.day, told)),
                incident_ids=accounts.ids(told),
                counted=(accounts.ids(told),),
                what=_DISCLOSED,
                more=accounts.shown_too(told),
                facts={
                    "who": accounts.teller(told),
                    "when": _written(told[0]),
                    "reached": accounts.reached(told),
                    "number": accounts.shown_as(told),
                },
            )


def after_refusal(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """Contacts with somebody else than the borrower after they refused; one finding per person.

    Only what comes later than the refusal counts, by a second at least, and not another account of
    the same call; nor what was said to be for another firm, where both named one.
    """
    by_person: dict[str, list[Told]] = {}
    for call in to_others(calls):
        by_person.setdefault(accounts.person(call[0]), []).append(call)
    for contacts in by_person.values():
        refusals = [
            call
            for call in contacts
            if any(one.refused is True for one in call)
            and any(_is_after(later, call) for later in reversed(contacts))
        ]
        after = [call for call in contacts if any(_is_after(call, refusal) for refusal in refusals)]
        if after:
            yield _refused(refusals, after, basis)


def _refused(refusals: Sequence[Told], after: Sequence[Told], basis: Basis) -> Finding:
    told = [one for call in after for one in call]
    before = [one for call in refusals for one in call]
    first = [one for one in refusals[0] if one.refused is True]
    numbers = {accounts.number(refusal) for refusal in refusals} - {""}
    missed = sum(map(is_missed, after))
    same = sum(accounts.number(call) in numbers for call in after)
    return Finding(
        rule=Rule.AFTER_REFUSAL,
        fact_ids=basis.ids(Rule.AFTER_REFUSAL, map(clocks.day, told)),
        incident_ids=accounts.ids([*first, *sorted([*before, *told], key=lambda one: one.at)]),
        counted=tuple(map(accounts.ids, after)),
        what=_AFTER,
        more=(*((_MISSED,) if missed else ()), *((_SAME,) if same else ())),
        facts={
            "who": accounts.teller(first),
            "when": _written(first[0]),
            "reached": accounts.reached(first),
            "times": len(after),
            "missed": missed,
            "same": same,
            "last": _written(after[-1][0]),
        },
    )


def _is_after(call: Told, refusal: Told) -> bool:
    """Whether it came after that refusal, and may have been for the same firm."""
    if call is refusal or call[0].at <= max(one.at for one in refusal):
        return False
    firms, others = _firms(call), _firms(refusal)
    return not (firms and others) or any(a in b or b in a for a in firms for b in others)


def _firms(call: Told) -> set[str]:
    return {accounts.plain(one.said_they_were) for one in call} - {""}


def _written(one: Incident) -> str:
    return clocks.written(clocks.shown(one))

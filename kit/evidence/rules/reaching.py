"""Who was reached: incidents go in; findings on others than the borrower come out.

Each call counts once, whoever tells of it; a post reaches nobody in particular.
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
    "{times}, of these {missed} calls that nobody answered; the first on {first}, the last on "
    "{last}."
)
_DISCLOSED = (
    "By the account of {who}, on {when} a debt was named to {reached}; number shown: {number}."
)
_AFTER = (
    "By the account of {who}, on {when} {reached} refused further contact. Recorded after that: "
    "{times} more times, of these {missed} calls that nobody answered, and {same} shown as the "
    "same number; the last on {last}."
)


def third_party(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """How many others than the borrower were contacted, and how often; one finding over all.

    Whoever has no name but stands in the book is somebody; where nobody knows who was reached, it
    does not count.
    """
    others = to_others(incidents)
    if not others:
        return
    told = [one for once in others for one in once]
    yield Finding(
        rule=Rule.THIRD_PARTY,
        fact_ids=basis.ids(Rule.THIRD_PARTY, map(clocks.day, told)),
        incident_ids=accounts.ids(told),
        what=_OTHERS,
        facts={
            "who": accounts.teller(told),
            "people": len({accounts.person(once[0]) for once in others}),
            "times": len(others),
            "missed": sum(map(is_missed, others)),
            "first": _written(others[0][0]),
            "last": _written(others[-1][0]),
        },
    )


def to_others(incidents: Iterable[Incident]) -> list[Told]:
    """What reached somebody else than the borrower, each once."""
    return accounts.told_once(
        one
        for one in incidents
        if not one.to_borrower and accounts.person(one) and one.kind is not IncidentKind.POST
    )


def is_missed(told: Told) -> bool:
    """Whether it is a call that nobody answered, by an account, and by none that somebody did."""
    return any(one.answered is False for one in told)


def disclosure(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """A debt was named to somebody else than the borrower, as somebody tells."""
    for one in incidents:
        if one.disclosed is True and not one.to_borrower:
            yield Finding(
                rule=Rule.DISCLOSURE,
                fact_ids=basis.ids(Rule.DISCLOSURE, [clocks.day(one)]),
                incident_ids=(one.id,),
                what=_DISCLOSED,
                facts={
                    "who": accounts.teller([one]),
                    "when": _written(one),
                    "reached": accounts.reached(one),
                    "number": accounts.shown_as(one),
                },
            )


def after_refusal(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """Contacts with somebody else than the borrower after they refused; one finding per person.

    Only what comes later than the refusal counts, by a second at least, and not another account of
    the same call; nor what was said to be for another firm, where both named one.
    """
    by_person: dict[str, list[Told]] = {}
    for once in to_others(incidents):
        by_person.setdefault(accounts.person(once[0]), []).append(once)
    for contacts in by_person.values():
        refusals = [once for once in contacts if any(one.refused is True for one in once)]
        after = [once for once in contacts if any(_is_after(once, refusal) for refusal in refusals)]
        if after:
            first = next(one for one in refusals[0] if one.refused is True)
            yield _refused(first, refusals, after, basis)


def _refused(
    first: Incident, refusals: Sequence[Told], after: Sequence[Told], basis: Basis
) -> Finding:
    told = [one for once in after for one in once]
    before = [one for once in refusals for one in once]
    numbers = {accounts.number(one) for one in before} - {""}
    return Finding(
        rule=Rule.AFTER_REFUSAL,
        fact_ids=basis.ids(Rule.AFTER_REFUSAL, map(clocks.day, told)),
        incident_ids=accounts.ids([first, *sorted([*before, *told], key=lambda one: one.at)]),
        what=_AFTER,
        facts={
            "who": accounts.teller([first]),
            "when": _written(first),
            "reached": accounts.reached(first),
            "times": len(after),
            "missed": sum(map(is_missed, after)),
            "same": sum(accounts.number(once[0]) in numbers for once in after),
            "last": _written(after[-1][0]),
        },
    )


def _is_after(once: Told, refusal: Told) -> bool:
    """Whether it came after that refusal, and may have been for the same firm."""
    if once is refusal or once[0].at <= max(one.at for one in refusal):
        return False
    firms, others = _firms(once), _firms(refusal)
    return not (firms and others) or any(a in b or b in a for a in firms for b in others)


def _firms(once: Told) -> set[str]:
    return {accounts.plain(one.said_they_were) for one in once} - {""}


def _written(one: Incident) -> str:
    return clocks.written(clocks.shown(one))

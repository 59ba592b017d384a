"""What was said: calls go in; findings on claims to an office and on threats come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import clocks
from kit.evidence import accounts, heard
from kit.jurisdiction import UNIDENTIFIED
from kit.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kit.evidence.accounts import Told
    from kit.evidence.basis import Basis

_OFFICE = (
    "By the account of {who}, on {when} whoever rang or wrote said they were of an authority: "
    "“{words}”."
)
_NOBODY = (
    "By the account of {who}, on {when} whoever rang or wrote was asked who they are and did not "
    "say."
)
_THREATENED = "By the account of {who}, on {when} somebody was threatened."
_WORDS = (
    "By the account of {who}, on {when} what was said has words of harm to somebody, their family, "
    "home or work, or of making something public: “{words}”."
)


def identity(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """They said they were police, court or another authority; or did not say who they are."""
    for call in calls:
        heard_in = {one.id: heard.office(one.said_they_were, one.said) for one in call}
        if claims := tuple(one for one in call if heard_in[one.id]):
            fact_ids = basis.ids(Rule.IDENTITY, map(clocks.day, claims))
            yield _finding(Rule.IDENTITY, claims, fact_ids, _OFFICE, heard_in[claims[0].id])
        if silent := tuple(one for one in call if one.unidentified is True):
            fact_ids = basis.ids(UNIDENTIFIED, map(clocks.day, silent))
            yield _finding(Rule.IDENTITY, silent, fact_ids, _NOBODY)


def threat(calls: Sequence[Told], basis: Basis) -> Iterator[Finding]:
    """Somebody tells of a threat, or the words that were said are words of one."""
    for call in calls:
        heard_in = {one.id: heard.threat(one.said) for one in call}
        told = tuple(one for one in call if one.threatened is True)
        threats = told or tuple(one for one in call if heard_in[one.id])
        if threats:
            words = "" if told else heard_in[threats[0].id]
            fact_ids = basis.ids(Rule.THREAT, map(clocks.day, threats))
            what = _WORDS if words else _THREATENED
            yield _finding(Rule.THREAT, threats, fact_ids, what, words)


def _finding(
    rule: Rule, told: Told, fact_ids: tuple[str, ...], what: str, words: str = ""
) -> Finding:
    """Words are quoted by the first who tells of them."""
    return Finding(
        rule=rule,
        fact_ids=fact_ids,
        incident_ids=accounts.ids(told),
        counted=(accounts.ids(told),),
        what=what,
        more=accounts.shown_too(told),
        facts={
            "who": accounts.teller(told[:1] if words else told),
            "when": clocks.written(clocks.shown(told[0])),
            "number": accounts.shown_as(told),
            **({"words": accounts.one_line(words)} if words else {}),
        },
    )

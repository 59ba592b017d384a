"""What was said: incidents go in; findings on claims to an office and on threats come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import clocks
from kit.evidence import accounts, heard
from kit.jurisdiction import UNIDENTIFIED
from kit.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from kit.evidence.basis import Basis
    from kit.model import Incident

_OFFICE = (
    "By the account of {who}, on {when} whoever rang or wrote said they were of an authority: "
    "“{words}”; number shown: {number}."
)
_NOBODY = (
    "By the account of {who}, on {when} whoever rang or wrote was asked who they are and did not "
    "say; number shown: {number}."
)
_THREATENED = "By the account of {who}, on {when} somebody was threatened; number shown: {number}."
_WORDS = (
    "By the account of {who}, on {when} what was said has words of harm to somebody, their family, "
    "home or work, or of making something public: “{words}”; number shown: {number}."
)


def identity(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """They said they were police, court or another authority; or did not say who they are."""
    for one in incidents:
        if words := heard.office(one.said_they_were, one.said):
            yield _finding(Rule.IDENTITY, one, basis.ids(Rule.IDENTITY, _days(one)), _OFFICE, words)
        if one.unidentified is True:
            fact_ids = basis.ids(UNIDENTIFIED, _days(one))
            yield _finding(Rule.IDENTITY, one, fact_ids, _NOBODY)


def threat(incidents: Sequence[Incident], basis: Basis) -> Iterator[Finding]:
    """Somebody tells of a threat, or the words that were said are words of one."""
    for one in incidents:
        words = "" if one.threatened is True else heard.threat(one.said)
        if words or one.threatened is True:
            fact_ids = basis.ids(Rule.THREAT, _days(one))
            what = _WORDS if words else _THREATENED
            yield _finding(Rule.THREAT, one, fact_ids, what, words)


def _days(one: Incident) -> list[date]:
    return [clocks.day(one)]


def _finding(
    rule: Rule, one: Incident, fact_ids: tuple[str, ...], what: str, words: str = ""
) -> Finding:
    said = {"words": words} if words else {}
    return Finding(
        rule=rule,
        fact_ids=fact_ids,
        incident_ids=(one.id,),
        what=what,
        facts={
            "who": accounts.teller([one]),
            "when": clocks.written(clocks.shown(one)),
            "number": accounts.shown_as(one),
            **said,
        },
    )

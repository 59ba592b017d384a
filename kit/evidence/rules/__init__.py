"""The rules: incidents and a country's facts go in; findings come out.

What several people tell of one call is put together first: it counts once, and is one finding. Each
rule is one small function. What it counts and what not stands in its first lines; a finding
is an account of somebody, never a verdict, and has no name but those that the borrower typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.evidence import accounts
from kit.evidence.basis import Basis
from kit.evidence.rules.reaching import after_refusal, disclosure, third_party
from kit.evidence.rules.speaking import identity, threat
from kit.evidence.rules.timing import frequency, hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kit.evidence.accounts import Told
    from kit.jurisdiction import Facts
    from kit.model import Finding, Incident

#: In the order of `Rule`.
RULES = (hours, frequency, third_party, disclosure, after_refusal, identity, threat)


def findings(incidents: Iterable[Incident], facts: Facts | None) -> list[Finding]:
    """What was recorded, beside the facts it may bear on; by rule, the oldest first."""
    return beside(accounts.told_once(incidents), facts)


def beside(calls: Sequence[Told], facts: Facts | None) -> list[Finding]:
    """The same, where the accounts of each call stand together already."""
    basis = Basis(facts)
    return [finding for rule in RULES for finding in rule(calls, basis)]

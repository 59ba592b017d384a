"""The rules: incidents in time order and a country's facts go in; findings come out.

Each rule is one small function. What it counts and what not stands in its first lines; a finding
is an account of somebody, never a verdict, and has no name but those that the borrower typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.evidence.basis import Basis
from kit.evidence.rules.reaching import after_refusal, disclosure, third_party
from kit.evidence.rules.speaking import identity, threat
from kit.evidence.rules.timing import frequency, hours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.jurisdiction import Facts
    from kit.model import Finding, Incident

#: In the order of `Rule`.
RULES = (hours, frequency, third_party, disclosure, after_refusal, identity, threat)


def findings(incidents: Iterable[Incident], facts: Facts | None) -> list[Finding]:
    """What was recorded, beside the facts it may bear on; by rule, the oldest first."""
    in_order = sorted(incidents, key=lambda one: one.at)
    basis = Basis(facts)
    return [finding for rule in RULES for finding in rule(in_order, basis)]

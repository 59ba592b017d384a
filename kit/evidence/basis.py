"""What a finding may bear on: the facts of a country go in; those that held on a day come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kit.jurisdiction import Fact, Facts


class Basis:
    """The facts that a country's file names for what was recorded; none of an unknown country."""

    def __init__(self, facts: Facts | None) -> None:
        self._named: dict[str, tuple[Fact, ...]] = {}
        if facts:
            for pattern, names in facts.patterns.items():
                self._named[pattern] = tuple(facts.by_id[name] for name in names)
        self._on: dict[tuple[str, date], tuple[Fact, ...]] = {}
        self._ids: dict[tuple[str, ...], tuple[str, ...]] = {}

    def facts(self, pattern: str, day: date) -> tuple[Fact, ...]:
        """Those that held on that day."""
        if (pattern, day) not in self._on:
            named = self._named.get(pattern, ())
            self._on[pattern, day] = tuple(fact for fact in named if fact.in_force(day))
        return self._on[pattern, day]

    def ids(self, pattern: str, days: Iterable[date]) -> tuple[str, ...]:
        """The ids of those that held on any of the days, in the order of the file."""
        held = {fact.id for day in set(days) for fact in self.facts(pattern, day)}
        ids = tuple(fact.id for fact in self._named.get(pattern, ()) if fact.id in held)
        return self._ids.setdefault(ids, ids)  # one value for thousands of findings

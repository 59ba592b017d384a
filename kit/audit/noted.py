"""Lines that cannot be used: each with its place goes in, a bounded list of problems comes out."""

from __future__ import annotations

from collections import Counter

from kit.model import Problem

#: So many lines of one sort are listed; the others are counted.
_MOST_LISTED = 100
_MORE = "There are more such lines, which are not listed: {count}."


class Noted:
    """What is wrong with a file, line by line."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._counted: Counter[str] = Counter()
        self._listed: list[Problem] = []

    def line(self, number: int, what: str) -> None:
        """A line that cannot be used."""
        self._counted[what] += 1
        if self._counted[what] <= _MOST_LISTED:
            self._listed.append(Problem(where=f"{self._where}:{number}", what=what))

    def whole(self, what: str, **facts: object) -> None:
        """Something is to be known of all of it; it is said once."""
        if not self._counted[what]:
            self._listed.append(Problem(where=self._where, what=what, facts=facts))
        self._counted[what] = 1

    def problems(self) -> tuple[Problem, ...]:
        """Everything that was noted."""
        more = sum(max(count - _MOST_LISTED, 0) for count in self._counted.values())
        rest = [Problem(where=self._where, what=_MORE, facts={"count": more})] if more else []
        return (*self._listed, *rest)

"""When something was going on: spans of time go in, whether a moment lies in one comes out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Spans:
    """Spans that do not touch, in order; those that do become one."""

    def __init__(self) -> None:
        self._begins: list[float] = []
        self._ends: list[float] = []

    def __len__(self) -> int:
        return len(self._begins)

    def add(self, begin: float, end: float) -> None:
        """From here until there, both included."""
        first = bisect_left(self._ends, begin)
        last = bisect_right(self._begins, end)
        if first < last:
            begin = min(begin, self._begins[first])
            end = max(end, self._ends[last - 1])
        self._begins[first:last] = [begin]
        self._ends[first:last] = [end]

    def has(self, moment: float) -> bool:
        """Whether the moment lies in one of them."""
        place = bisect_right(self._begins, moment) - 1
        return place >= 0 and moment <= self._ends[place]

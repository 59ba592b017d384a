"""Which marks were seen before: numbers go in, whether each is new comes out.

A set of Python's takes a hundred bytes for each; this takes at most thirty-two, and has a last one.
"""

from __future__ import annotations

from array import array

#: Places at first, and at last: 2^21 of eight bytes are 16 MB.
_FIRST, _LAST = 1 << 10, 1 << 21
_MASK = (1 << 64) - 1


class Seen:
    """Numbers of 64 bits, each kept once (a table with open addresses)."""

    def __init__(self, most: int = _LAST) -> None:
        self._most = most
        self._places = array("Q", bytes(8 * _FIRST))
        self._held = 0

    @property
    def is_full(self) -> bool:
        """Whether it takes no new one."""
        return 4 * self._held >= 3 * self._most

    def add(self, mark: int) -> bool:
        """Whether the number is new; it is kept from now on, where there is room."""
        mark = mark & _MASK or 1  # an empty place is 0
        place = self._place(mark)
        if self._places[place]:
            return False
        if not self.is_full:
            self._places[place] = mark
            self._held += 1
            if 4 * self._held >= 3 * len(self._places) and len(self._places) < self._most:
                self._grow()
        return True

    def _place(self, mark: int) -> int:
        """Where the number stands, or would stand."""
        places, last = self._places, len(self._places) - 1
        place = mark & last
        while places[place] and places[place] != mark:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        before = self._places
        self._places = array("Q", bytes(16 * len(before)))
        for mark in before:
            if mark:
                self._places[self._place(mark)] = mark

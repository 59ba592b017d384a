"""The cards of a whole file, cut out and held as bytes until its character set is decided."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Properties of a card at most; more is not a person.
MOST_LINES = 2_000
#: Notes of a card at most.
MOST_NOTES = 100

_TOO_MANY = "The card has too many lines; the rest of them are left out."
_MORE = "There is more of this in the card; it is left out too."

#: Where, what (an English sentence) and the property it is about, or nothing.
Note = tuple[int, str, str]


class OpenPiece:
    """A card that is being read."""

    __slots__ = ("has_version", "is_unlabelled", "lines", "notes", "number", "places")

    def __init__(self, number: int) -> None:
        #: of the line on which it begins
        self.number = number
        self.notes: list[Note] = []
        self.lines: list[bytes] = []
        #: on which lines of the file these begin
        self.places: list[int] = []
        self.has_version = False
        #: a line in quoted-printable says nothing of its character set
        self.is_unlabelled = False

    def keep(self, number: int, line: bytes) -> None:
        """Keep a line that is wanted; the number of lines is bounded."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)
            self.places.append(number)
        else:
            self.note(self.number, _TOO_MANY)

    def bound(self) -> None:
        """Drop the lines that are too many, where they were not counted as they came."""
        if len(self.lines) > MOST_LINES:
            del self.lines[MOST_LINES:], self.places[MOST_LINES:]
            self.note(self.number, _TOO_MANY)

    def ends_at(self, number: int) -> bool:
        """Whether the last line that was kept is that of the file."""
        return self.places[-1:] == [number]

    def note(self, number: int, what: str, name: str = "") -> None:
        """Note what is wrong there; the number of notes is bounded."""
        if len(self.notes) < MOST_NOTES:
            if (number, what, name) not in self.notes:
                self.notes.append((number, what, name))
        elif self.notes[-1][1] != _MORE:
            self.notes.append((number, _MORE, ""))


@dataclass(slots=True)
class Piece:
    """One card as cut out of the file."""

    #: of the line on which it begins
    number: int
    #: header and value of each wanted line, unfolded; a line each
    raw: bytes = field(repr=False)
    #: on which lines of the file these begin
    places: array[int]
    notes: list[Note]


class Pieces:
    """All cards of a file, held small: 50,000 of them must fit beside the photo of one."""

    def __init__(self) -> None:
        self._numbers, self._places, self._ends = array("L"), array("L"), array("L")
        self._raw: list[bytes] = []
        self._notes: dict[int, list[Note]] = {}
        self._unlabelled: set[int] = set()

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[Piece]:
        begin = 0
        for index, (number, raw, end) in enumerate(
            zip(self._numbers, self._raw, self._ends, strict=True)
        ):
            notes = self._notes.get(index)
            yield Piece(number, raw, self._places[begin:end], notes or [])
            begin = end

    def add(self, card: OpenPiece) -> None:
        """Keep one more."""
        if card.notes:
            self._notes[len(self._raw)] = card.notes
        if card.is_unlabelled:
            self._unlabelled.add(len(self._raw))
        self._numbers.append(card.number)
        self._raw.append(b"\n".join(card.lines))
        self._places.fromlist(card.places)
        self._ends.append(len(self._places))

    def voters(self) -> Iterator[tuple[int, bytes]]:
        """The cards in which a line may tell its character set, with their places in the file."""
        unlabelled = self._unlabelled
        for index, raw in enumerate(self._raw):
            if not raw.isascii() or index in unlabelled:
                yield index, raw

"""What is read, and who is recognised, against the truth of books that nobody looked at."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import address_books
from address_books.finding import compare
from benchmarks.measures import Row

from kit.contacts import gather
from kit.vcard import read_cards

if TYPE_CHECKING:
    from address_books.people import Entry

    from kit.model import Contact

SEEDS = range(6000, 6020)
CARDS = 1_000
#: Share of damaged cards: far more than any real book has.
MANY = 0.06


def rows() -> list[Row]:
    return [*reading(), *recognised()]


def reading() -> list[Row]:
    """Twenty books that are damaged more than any real one."""
    lost = invented = wrong = 0
    for seed in SEEDS:
        book = address_books.make(seed, CARDS, damage=MANY)
        found = compare(book.truths, list(read_cards(book.stream())))
        lost, invented = lost + found.lost, invented + found.invented
        wrong += len(found.wrong)
    return [
        Row(f"cards lost, of {CARDS * len(SEEDS)}", lost, at_most=0),
        Row("cards that nobody wrote", invented, at_most=0),
        Row("cards with a wrong value", wrong, at_most=0),
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as the kit sees it, and the entries that its cards came from."""

    contact: Contact = field(repr=False)
    entries: list[Entry] = field(repr=False)

    @property
    def persons(self) -> int:
        """How many people the cards are of."""
        return len({entry.who for entry in self.entries if entry.kind == "person"})


def recognised() -> list[Row]:
    """Numbers and people of intact books."""
    known, numbers_wrong = _known_people()
    merged = sum(one.persons > 1 for one in known)
    return [
        Row("cards with a number that is not dialled so", numbers_wrong, at_most=0),
        Row("contacts that are several people", merged, at_most=0),
    ]


def _known_people() -> tuple[list[Known], int]:
    known: list[Known] = []
    numbers_wrong = 0
    for seed in SEEDS:
        book = address_books.make(seed, CARDS, damage=0)
        entries = {f"{seed}:{truth.line}": truth.entry for truth in book.truths}
        ids = (f"{n:012x}" for n in itertools.count())
        contacts = gather(read_cards(book.stream(), str(seed)), [], "CN", ids.__next__).contacts
        known += [Known(one, [entries[part.where] for part in one.parts]) for one in contacts]
        read = {part.where: {*part.numbers, *part.also} for one in contacts for part in one.parts}
        numbers_wrong += sum(
            _dialled(entry) != read.get(where, set()) for where, entry in entries.items()
        )
    return known, numbers_wrong


def _dialled(entry: Entry) -> set[str]:
    """Every line; one with an extension is also given without it."""
    dialled = {line.dialled for number in entry.numbers for line in number.lines}
    return dialled | {one.partition(";")[0] for one in dialled}

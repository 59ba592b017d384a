"""What is read, and who is recognised, against the truth of books that nobody looked at."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import address_books
from address_books.finding import compare
from benchmarks.measures import Row

from kit.contacts import gather
from kit.contacts.kinds import kind_of
from kit.contacts.suggestions import suggestion_for
from kit.model import Contact, Group
from kit.vcard import read_cards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from address_books.people import Entry

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
    def truth(self) -> str:
        """`person` or `service` where all its cards agree."""
        kinds = {entry.kind for entry in self.entries}
        return kinds.pop() if len(kinds) == 1 else ""

    @property
    def persons(self) -> int:
        """How many people the cards are of."""
        return len({entry.who for entry in self.entries if entry.kind == "person"})

    @property
    def suggested(self) -> str:
        """What may be suggested, where all its cards agree."""
        suggested = {entry.suggested for entry in self.entries}
        return suggested.pop() if len(suggested) == 1 else ""


def recognised() -> list[Row]:
    """Numbers, people, kinds and suggestions of intact books, and the table of it."""
    known, numbers_wrong = _known_people()
    kinds = Counter((one.truth, kind_of(one.contact)[0].value) for one in known)
    said = Counter((one.suggested, _emergency(one.contact)) for one in known)
    _print_table("what it is", "taken for", kinds)
    _print_table("suggest as emergency", "suggested", said)
    merged = sum(one.persons > 1 for one in known)
    persons, services = (_count(kinds, kind) for kind in ("person", "service"))
    return [
        Row("cards with a number that is not dialled so", numbers_wrong, at_most=0),
        Row("contacts that are several people", merged, at_most=0),
        Row(
            "% of persons called a service", _share(kinds["person", "service"], persons), at_most=0
        ),
        Row(
            "% of services called a person", _share(kinds["service", "person"], services), at_most=1
        ),
        Row(
            "suggested, and is no relative",
            said["none", "surely"] + said["none", "perhaps"],
            at_most=0,
        ),
        Row("suggested as sure, and is doubtful", said["doubtful", "surely"], at_most=0),
        Row(
            "% of relatives suggested",
            _share(said["emergency", "surely"], _count(said, "emergency")),
        ),
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


def _emergency(contact: Contact) -> str:
    """Without the borrower's own card, as after a first import."""
    suggestion = suggestion_for(contact, None)
    if suggestion is None or suggestion.group is not Group.EMERGENCY:
        return "no"
    return "surely" if suggestion.is_sure else "perhaps"


def _count(counted: Counter[tuple[str, str]], truth: str) -> int:
    return sum(count for (row, _), count in counted.items() if row == truth)


def _share(count: int, every: int) -> float:
    return 100 * count / max(every, 1)


def _print_table(truth: str, found: str, counted: Counter[tuple[str, str]]) -> None:
    print(*_table(truth, found, counted), sep="\n")  # noqa: T201 (a table is its result)


def _table(truth: str, found: str, counted: Counter[tuple[str, str]]) -> Iterator[str]:
    columns = sorted({column for _, column in counted})
    yield f"  {truth + ' / ' + found:34}" + "".join(f"{column:>10}" for column in columns)
    for row in sorted({row for row, _ in counted}):
        cells = "".join(f"{counted[row, column]:10}" for column in columns)
        yield f"  {row or '(not for a name to say)':34}{cells}"

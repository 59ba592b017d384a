"""Whole address books with known truth, by seed: the same seed gives the same bytes.

What a card has to give is known before it is written (`people`), then a maker writes it
(`makers`), then it may be damaged (`damage`). Without damage the same seed gives the intact twin.
`finding` compares what was read with what is true.
"""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from address_books.damage import cut_tail, harm
from address_books.makers import MAKERS, MIX
from address_books.people import People

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from address_books.makers import Draft
    from address_books.people import Entry

#: Of a hundred cards, those of `damage` everybody has.
DAMAGE = 0.01


@dataclass(frozen=True, slots=True)
class Truth:
    """What one card says, whatever became of it, and where it stands."""

    entry: Entry = field(repr=False)
    maker: str
    encoding: str
    damage: str
    #: of the first byte
    offset: int
    #: of the BEGIN, counted as an editor counts
    line: int


@dataclass(frozen=True, slots=True)
class Book:
    """The bytes of an address book, card by card, and the truth about each."""

    pieces: tuple[bytes, ...] = field(repr=False)
    truths: tuple[Truth, ...] = field(repr=False)

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)

    def stream(self) -> io.BytesIO:
        return io.BytesIO(self.data)

    def write(self, path: Path) -> None:
        """Into a file of a temporary folder: these numbers may be somebody's."""
        with path.open("wb") as file:
            file.writelines(self.pieces)

    def texts(self) -> Iterator[str]:
        """Every card as text, as one would hand it to another reader."""
        for piece, truth in zip(self.pieces, self.truths, strict=True):
            yield piece.decode(truth.encoding, "replace")


def make(
    seed: int,
    cards: int,
    *,
    photos: bool = False,
    damage: float = DAMAGE,
    mix: dict[str, int] | None = None,
) -> Book:
    """A book; `damage` is the share of cards that are damaged, `mix` how often each maker is."""
    rng = Random(f"{seed} cards")  # noqa: S311 (no secret)
    mixed = mix or MIX
    drafts = []
    for _, entry in zip(range(cards), People(rng), strict=False):
        drafts.append(_draft(entry, mixed, rng, photos=photos))
    if damage:
        _damage(drafts, damage, Random(f"{seed} damage"))  # noqa: S311
    return _book(drafts)


def _draft(entry: Entry, mix: dict[str, int], rng: Random, *, photos: bool) -> Draft:
    maker = rng.choices(list(mix), list(mix.values()))[0]
    return MAKERS[maker](replace(entry, has_photo=photos and entry.has_photo), rng, maker)


def _damage(drafts: list[Draft], share: float, rng: Random) -> None:
    for before, draft in itertools.pairwise([drafts[0], *drafts]):
        if rng.random() < share:
            harm(draft, before, rng)
    if not drafts[-1].damage:
        cut_tail(drafts[-1], rng)


def _book(drafts: list[Draft]) -> Book:
    pieces, truths = [], []
    offset, line = 0, 1
    for draft in drafts:
        piece = draft.data
        truths.append(Truth(draft.entry, draft.maker, draft.encoding, draft.damage, offset, line))
        pieces.append(piece)
        offset += len(piece)
        line += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
    return Book(tuple(pieces), tuple(truths))

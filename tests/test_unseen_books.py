"""Books that nobody looked at while the reader was written, read against the truth."""

from __future__ import annotations

import difflib
import io
from random import Random
from typing import TYPE_CHECKING

import address_books
import pytest
from address_books.damage import KINDS
from address_books.finding import MORE, VALUES, compare
from trickle import Trickle

from kit.vcard import read_cards

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.model import Card

SEEDS = range(1000, 1020)
CARDS = 200
#: Share of damaged cards: far more than any real book has.
MANY = 0.06


def values(cards: list[Card]) -> list[tuple[object, ...]]:
    return [
        (c.full_name, c.name_parts, c.organisation, tuple(n.text for n in c.numbers), c.emails)
        for c in cards
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_card_is_lost_and_no_value_wrong(seed: int) -> None:
    book = address_books.make(seed, CARDS, damage=MANY)

    found = compare(book.truths, list(read_cards(book.stream())))
    assert found.complaints == []


@pytest.mark.parametrize("seed", [1020, 1021, 1022, 1023])
def test_no_card_of_a_pure_legacy_book_is_lost_and_no_value_wrong(seed: int) -> None:
    book = address_books.make(seed, CARDS, damage=MANY, mix={"gbk": 100})

    found = compare(book.truths, list(read_cards(book.stream())))
    assert found.complaints == []


@pytest.mark.parametrize("seed", [1030, 1031])
def test_photos_cost_no_card_and_no_value(seed: int) -> None:
    book = address_books.make(seed, CARDS, damage=MANY, photos=True)

    found = compare(book.truths, list(read_cards(book.stream())))
    assert found.complaints == []


@pytest.mark.parametrize("seed", [1040, 1041, 1042])
def test_of_a_book_that_is_whole_everything_is_read_and_every_place_is_right(seed: int) -> None:
    book = address_books.make(seed, CARDS, damage=0, photos=seed == 1040)

    cards = list(read_cards(book.stream(), "book.vcf"))
    found = compare(book.truths, cards, (*VALUES, *MORE))
    assert found.complaints == []
    assert [c.where for c in cards] == [f"book.vcf:{t.line}" for t in book.truths]


def test_every_kind_of_damage_is_among_the_unseen_books() -> None:
    books = [address_books.make(seed, CARDS, damage=MANY) for seed in SEEDS]

    damaged = {truth.damage for book in books for truth in book.truths}
    assert damaged == {*KINDS, "tail cut", ""}


def test_a_seed_gives_the_same_book_and_its_intact_twin() -> None:
    book, again = (address_books.make(1050, CARDS, damage=MANY) for _ in range(2))
    twin = address_books.make(1050, CARDS, damage=0)

    assert book == again
    assert [t.damage for t in twin.truths] == [""] * CARDS
    whole = [n for n, truth in enumerate(book.truths) if not truth.damage]
    assert [book.pieces[n] for n in whole] == [twin.pieces[n] for n in whole]


@pytest.mark.parametrize("size", [1, 7, 61, 4096])
def test_what_is_read_does_not_depend_on_how_much_comes_at_once(size: int) -> None:
    data = address_books.make(1060, CARDS, damage=MANY).data

    at_once = list(read_cards(io.BytesIO(data)))
    assert list(read_cards(Trickle(data, size))) == at_once  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [997, 65_537])
def test_nor_does_it_among_photos(size: int) -> None:
    data = address_books.make(1061, 60, damage=MANY, photos=True).data

    at_once = list(read_cards(io.BytesIO(data)))
    assert list(read_cards(Trickle(data, size))) == at_once  # type: ignore[arg-type]


def byte_changed(data: bytes, place: int, rng: Random) -> bytes:
    return data[:place] + rng.randbytes(1) + data[place + 1 :]


def cut_out(data: bytes, place: int, rng: Random) -> bytes:
    return data[:place] + data[place + rng.randrange(1, 30) :]


def put_in(data: bytes, place: int, rng: Random) -> bytes:
    return data[:place] + rng.randbytes(rng.randrange(1, 30)) + data[place:]


def line_cut(data: bytes, place: int, _: Random) -> bytes:
    end = data.find(b"\n", place)
    return data[:place] + data[end if end >= 0 else len(data) :]


def line_end_changed(data: bytes, place: int, rng: Random) -> bytes:
    end = data.rfind(b"\n", 0, place)
    start = end - 1 if data[end - 1 : end] == b"\r" else end
    return data[: max(start, 0)] + rng.choice((b"", b"\r", b"\n", b"\r\r\n")) + data[end + 1 :]


@pytest.mark.parametrize("how", [byte_changed, cut_out, put_in, line_cut, line_end_changed])
@pytest.mark.parametrize("mix", [None, {"iphone": 100}, {"aosp": 50, "oppo": 50}, {"gbk": 100}])
def test_one_damage_anywhere_costs_at_most_two_cards(
    how: Callable[[bytes, int, Random], bytes], mix: dict[str, int] | None
) -> None:
    data = address_books.make(1070, 60, damage=0, mix=mix).data
    before = values(list(read_cards(io.BytesIO(data))))

    for seed in range(40):
        rng = Random(seed)  # noqa: S311 (no secret)
        damaged = how(data, rng.randrange(len(data)), rng)
        after = values(list(read_cards(io.BytesIO(damaged))))
        same = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
        assert len(before) - sum(block.size for block in same) <= 2, seed
        assert len(after) - sum(block.size for block in same) <= 3, seed

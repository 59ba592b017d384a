"""What was read against what is true: cards lost, values wrong."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from address_books import Truth
    from address_books.people import Entry
    from kit.model import Card

#: What must be right on every card, however damaged.
VALUES = ("full_name", "name_parts", "numbers", "organisation", "emails")
#: What must be right too on a card that is whole.
MORE = ("title", "nicknames", "categories", "uid", "has_note", "has_photo", "is_group")


@dataclass(frozen=True, slots=True)
class Found:
    """How a reading of a book compares with the truth."""

    #: cards that are missing, and cards that nobody wrote
    lost: int
    invented: int
    #: of the cards that are there: which, and which fields of it are wrong
    wrong: tuple[tuple[Truth, tuple[str, ...]], ...] = field(repr=False)

    @property
    def complaints(self) -> list[str]:
        """For a failing test: a line each, with no name and no number."""
        counts = {"lost": self.lost, "invented": self.invented}
        return [f"{count} {what}" for what, count in counts.items() if count] + [
            f"line {truth.line}, {truth.maker}, {truth.damage or 'intact'}: {', '.join(names)}"
            for truth, names in self.wrong
        ]


def compare(
    truths: Sequence[Truth], cards: Sequence[Card], fields: Sequence[str] = VALUES
) -> Found:
    """Card by card in their order; where one is missing those after it are not blamed."""
    pairs = _pairs(truths, cards)
    wrong = [
        (truth, names)
        for truth, card in pairs
        if (names := tuple(f for f in fields if _said(truth.entry, f) != _read(card, f)))
    ]
    return Found(len(truths) - len(pairs), len(cards) - len(pairs), tuple(wrong))


def _pairs(truths: Sequence[Truth], cards: Sequence[Card]) -> list[tuple[Truth, Card]]:
    if len(truths) == len(cards):
        return list(zip(truths, cards, strict=True))
    said = [(t.entry.full_name, tuple(_said(t.entry, "numbers"))) for t in truths]
    read = [(c.full_name, tuple(_read(c, "numbers"))) for c in cards]
    steps = difflib.SequenceMatcher(a=said, b=read, autojunk=False).get_opcodes()
    return [
        pair
        for _, first, last, start, end in steps
        for pair in zip(truths[first:last], cards[start:end], strict=False)
    ]


def _said(entry: Entry, name: str) -> list[str]:
    """What the entry says of a field, as comparable texts."""
    values: dict[str, list[str]] = {
        "numbers": [number.text for number in entry.numbers],
        "organisation": [" ".join(entry.organisation)],
        "nicknames": [entry.nickname] if entry.nickname else [],
        "has_note": [str(bool(entry.note))],
        "is_group": [str(entry.kind == "group")],
    }
    return [plain(text) for text in values.get(name, _texts(getattr(entry, name, "")))]


def _read(card: Card, name: str) -> list[str]:
    if name == "numbers":
        return [plain(number.text) for number in card.numbers]
    return [plain(text) for text in _texts(getattr(card, name))]


def _texts(value: object) -> list[str]:
    return list(value) if isinstance(value, tuple) else [str(value)]


def plain(text: str) -> str:
    """Without invisible marks, any white space as one blank, and no `tel:` before it."""
    seen = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in ("Cf", "Cc")
    )
    return " ".join(seen.split()).removeprefix("tel:")

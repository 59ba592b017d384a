"""vCard files: bytes go in, cards come out, one for every BEGIN, in order.

vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and what phones make of them.

`lines` cuts the bytes into cards and properties, `values` turns a property's bytes into text,
`grammar` asks vobject what the cleaned lines mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.model import Card
from kit.vcard.grammar import read_card, tidy
from kit.vcard.lines import cut_cards
from kit.vcard.values import Charset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kit.vcard.lines import Piece

__all__ = ["Card", "Sample", "Scan", "read_cards", "scan"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some names of a file as they would read in one character set."""

    charset: str
    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file, cut into cards; its character set is decided, or somebody has to be asked."""

    #: as Python calls it: `utf-8`, `gb18030`, `big5`, `shift_jis`, `euc_kr`, `utf-16`
    charset: str
    #: where the vote is close: how the same names read in each set, the likeliest first
    doubt: tuple[Sample, ...]
    _pieces: list[Piece] = field(repr=False)
    _file: str

    def cards(self, charset: str = "") -> Iterator[Card]:  # noqa: ARG002
        """Every card, in order; `charset` is what somebody says the file is in."""
        decided = Charset.of(line for piece in self._pieces for line in piece.lines)
        return (read_card(piece, decided, self._file) for piece in self._pieces)


def scan(stream: BinaryIO, name: str = "-") -> Scan:
    """The stream cut into cards; `name` is the file's, for `where`."""
    return Scan("utf-8", (), list(cut_cards(stream)), tidy(name))


def read_cards(stream: BinaryIO, name: str = "-", charset: str = "") -> Iterator[Card]:
    """Every card of the stream; `name` is the file's, for `where`.

    Any bytes give cards and notes, never an exception. Photos, sounds and keys are dropped as
    they are read; the other lines are held until the end, because the character set is decided
    for the whole file.
    """
    return scan(stream, name).cards(charset)

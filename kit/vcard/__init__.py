"""vCard files: bytes go in, cards come out, one for every BEGIN, in order.

vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and what phones make of them.

`lines` cuts the bytes into cards and properties, `values` turns a property's bytes into text,
`grammar` asks vobject what the cleaned lines mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.model import Card
from kit.vcard.grammar import read_card, tidy
from kit.vcard.lines import cut_cards
from kit.vcard.values import Charset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["Card", "read_cards"]


def read_cards(stream: BinaryIO, name: str = "-") -> Iterator[Card]:
    """Every card of the stream; `name` is the file's, for `where`.

    Any bytes give cards and notes, never an exception. Photos, sounds and keys are dropped as
    they are read; the other lines are held until the end, because the character set is decided
    for the whole file.
    """
    file = tidy(name)
    pieces = list(cut_cards(stream))
    charset = Charset.of(line for piece in pieces for line in piece.lines)
    return (read_card(piece, charset, file) for piece in pieces)

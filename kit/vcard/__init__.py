"""vCard files: bytes go in, cards come out, one for every BEGIN, in order.

vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and what phones make of them.

`window` is what is seen of the stream, `headers` says what to do with a line, `growing` holds one
that may go on, `lines` cuts the bytes into `pieces`, `photos` passes over base64, `charset` decides
how the pieces are to be read, `values` and `grammar` (which asks vobject) say what a line means,
`cards` puts the cards together. `csv_export` makes cards of tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.model import Card
from kit.vcard import cards
from kit.vcard.charset import Charset, Sample
from kit.vcard.lines import Cutter
from kit.vcard.values import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kit.vcard.pieces import Pieces

__all__ = ["Card", "Sample", "Scan", "read_cards", "scan"]


@dataclass(frozen=True, slots=True)
class Scan:
    """A file, cut into cards; its character set is decided, or somebody has to be asked."""

    _pieces: Pieces = field(repr=False)
    _charset: Charset
    _file: str

    @property
    def charset(self) -> str:
        """As Python calls it: `utf-8`, `utf-16`, `gb18030`, `big5`, `shift_jis`, `euc_kr`."""
        return self._charset.name

    @property
    def doubt(self) -> tuple[Sample, ...]:
        """Where the vote is close: how the same texts read in each set, the likeliest first."""
        return self._charset.doubt

    def cards(self, charset: str = "") -> Iterator[Card]:
        """Every card, in order; `charset` is what somebody says the file is in."""
        said = self._charset.said(charset) if charset else self._charset
        return cards.read_cards(self._pieces, said, self._file)


def scan(stream: BinaryIO, name: str = "-") -> Scan:
    """The stream cut into cards; `name` is the file's, for `where`.

    Photos, sounds and keys are dropped as they are read; the lines that are wanted are held,
    because the character set is decided for the whole file.
    """
    cutter = Cutter(stream)
    pieces = cutter.run()
    charset = cards.charset_of(pieces)
    if cutter.encoding:
        charset = charset.said(cutter.encoding)
    return Scan(pieces, charset, tidy(name))


def read_cards(stream: BinaryIO, name: str = "-", charset: str = "") -> Iterator[Card]:
    """Every card of the stream; any bytes give cards and notes, never an exception."""
    return scan(stream, name).cards(charset)

"""Address books go in; their cards come out, with what was wrong of them. Nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.actions.sources import noting, sources
from kit.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from kit.actions.sources import Source, Upload
    from kit.model import Card
    from kit.vcard import Scan
    from kit.vcard.csv_export import Table

    #: What a file is called, and how the same names of it read in each character set, the
    #: likeliest first; the set it is in.
    Decide = Callable[[str, Mapping[str, tuple[str, ...]]], str]

_BEGIN = re.compile(rb"BEGIN\s*:\s*VCARD", re.IGNORECASE)

_NO_CARDS = "There is no contact in this file; is it an exported address book (.vcf)?"
_NO_CONTACTS = "This CSV is no export of contacts from Google or Outlook; better export a .vcf."
_TOO_LARGE = "The file is too large for a CSV of contacts; better export a .vcf."


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, in the order in which it was named."""

    cards: list[Card] = field(default_factory=list, repr=False)
    #: of each file that had cards
    charsets: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_books(named: Iterable[Path | BinaryIO | Upload], charset: str, decide: Decide) -> Read:
    """Read files, folders, zips, streams and uploads; what cannot be read costs only itself.

    `decide` is asked where the character set is in doubt and no `charset` is given.
    """
    read = Read()
    reading = _Reading(read, charset, decide)
    for source in sources(named, read.problems):
        with noting(source.where, read.problems):
            reading.take(source)
    return read


class _Reading:
    """Sources taken one after another."""

    def __init__(self, read: Read, charset: str, decide: Decide) -> None:
        self._read = read
        self._charset = charset
        self._decide = decide
        #: for all files of one folder or zip, so that nobody is asked a hundred times
        self._decided: dict[int, str] = {}

    def take(self, source: Source) -> None:
        """The cards of one source; it is read whole before any of them is kept."""
        found = self._scan(source)
        if found is None:
            return
        charset = self._charset or self._ask(source, found)
        cards = list(found.cards(charset))
        if cards:
            self._read.cards.extend(cards)
            self._read.charsets.append(charset or found.charset)
        else:
            self._note(source, _NO_CARDS)

    def _scan(self, source: Source) -> Scan | Table | None:
        from kit import vcard
        from kit.vcard import csv_export

        is_vcard = _BEGIN.search(source.head.replace(b"\0", b"")) is not None
        if not is_vcard and csv_export.is_contacts(source.head):
            table = csv_export.scan(source.stream, source.where)
            if table is None:
                self._note(source, _TOO_LARGE)
            return table
        if source.is_csv and not is_vcard:
            self._note(source, _NO_CONTACTS)
            return None
        return vcard.scan(source.stream, source.where)

    def _ask(self, source: Source, found: Scan | Table) -> str:
        """The character set, if somebody has to say it."""
        texts = {sample.charset: sample.texts for sample in found.doubt}
        if texts and self._decided.get(source.position) not in texts:
            self._decided[source.position] = self._decide(source.where, texts)
        return self._decided[source.position] if texts else ""

    def _note(self, source: Source, what: str) -> None:
        self._read.problems.append(Problem(where=source.where, what=what))

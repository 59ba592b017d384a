"""Bring in: what was named becomes contacts of the Book. Nobody is told, nobody is chosen."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import jurisdiction
from kit.actions.people import new_id
from kit.actions.sources import noting, sources
from kit.actions.suggesting import keep_looks, looks_of
from kit.errors import UnknownCharsetError
from kit.model import ContactKind, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from kit.actions.sources import Source
    from kit.actions.store import Store
    from kit.model import Card, Contact, NumberKind
    from kit.vcard import Scan
    from kit.vcard.csv_export import Table

    #: What a file is called, and how the same names of it read in each character set, the
    #: likeliest first; the set it is in.
    Decide = Callable[[str, Mapping[str, tuple[str, ...]]], str]

#: Where most borrowers are, when nothing tells where this one is.
_USUAL_REGION = "CN"
#: Under which the Book keeps that the borrower said the region.
_REGION_SAID = "region_said"

#: Character sets as somebody may say them, by Python's name, and the one they are read as.
_CHARSETS = {
    **dict.fromkeys(("utf-8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312"), "gb18030"),
    **dict.fromkeys(("big5", "cp950", "big5hkscs"), "big5"),
    **dict.fromkeys(("shift_jis", "cp932"), "shift_jis"),
    **dict.fromkeys(("euc_kr", "cp949"), "euc_kr"),
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "utf-16"),
}
#: What is said of them.
CHARSETS = ("utf-8", "gbk", "big5", "shift_jis", "euc-kr", "utf-16")

_BEGIN = re.compile(rb"BEGIN\s*:\s*VCARD", re.IGNORECASE)

_NO_CARDS = "There is no contact in this file; is it an exported address book (.vcf)?"
_NO_CONTACTS = "This CSV is no export of contacts from Google or Outlook; better export a .vcf."
_TOO_LARGE = "The file is too large for a CSV of contacts; better export a .vcf."


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What one import did."""

    cards: int
    #: everybody in the book now
    contacts: int
    new: int
    #: how many of the cards are of a contact that has other cards too, of whatever import
    merged: int
    #: how many of this import's contacts came of cards that do not all say the same
    put_together: int
    #: and how many of these of cards with different names
    several_names: int
    #: how many of this import's contacts are a shop, a service or an organisation
    services: int
    #: and how many a person
    people: int
    problems: tuple[Problem, ...]
    #: of the files, each once, in their order
    charsets: tuple[str, ...]
    #: where numbers without a country code are dialled (ISO 3166-1)
    region: str
    #: whether the borrower said so, now or earlier; else it was inferred, or taken for granted
    is_region_said: bool
    #: how many numbers of this import's people are of which kind
    kinds: Mapping[NumberKind, int]


def import_files(
    store: Store,
    named: Sequence[Path | BinaryIO],
    region: str = "",
    charset: str = "",
    decide: Decide = lambda _, texts: next(iter(texts)),
) -> Imported:
    """Read files, folders, zips and streams, and bring their people into the Book.

    `region` (ISO 3166-1) is kept; without one, the one said before is taken, else what the numbers
    tell, else CN. `decide` is asked where the character set is in doubt and no `charset` is given.

    Raises:
        UnknownRegionError: the region has no numbering plan.
        UnknownCharsetError: address books are not in that character set.
    """
    from kit import contacts as people
    from kit import phone

    region = phone.check_region(region) if region else ""
    reading = _Reading(check_charset(charset) if charset else "", decide)
    for source in sources(named, reading.problems):
        with noting(source.where, reading.problems):
            reading.take(source)
    region, is_said = _region(store, region, reading.cards)
    known = store.book.contacts()
    while True:
        gathered = people.gather(reading.cards, known, region, new_id, store.book.apart())
        with store.changing():  # not while people are brought together: somebody may be sending
            before, known = known, store.book.contacts()
            if known == before:
                store.book.save(gathered.contacts, gathered.merged_away)
                store.book.keep_apart(gathered.apart)
                store.book.set("region", region)
                store.book.set(_REGION_SAID, "yes" if is_said else "")
                break
    put_together = [contact for contact in gathered.contacts if people.differ(contact)]
    keep_looks(store)
    services = sum(look.kind is ContactKind.SERVICE for look in looks_of(store, gathered.contacts))
    return Imported(
        cards=len(reading.cards),
        contacts=len(known) - len(gathered.merged_away) + gathered.new,
        new=gathered.new,
        merged=gathered.merged,
        put_together=len(put_together),
        several_names=sum(map(people.have_several_names, put_together)),
        services=services,
        people=len(gathered.contacts) - services,
        problems=(*reading.problems, *gathered.problems),
        charsets=tuple(dict.fromkeys(reading.charsets)),
        region=region,
        is_region_said=is_said,
        kinds=_kinds(gathered.contacts, region),
    )


def check_charset(name: str) -> str:
    """The character set as Python calls it.

    Raises:
        UnknownCharsetError: address books are not in it.
    """
    try:
        return _CHARSETS[codecs.lookup(name).name]
    except (LookupError, ValueError):
        raise UnknownCharsetError(charset=name, charsets=", ".join(CHARSETS)) from None


def region_name(region: str, language: str) -> str:
    """What the country is called, or its code."""
    return jurisdiction.route(region).name.said(language) or region


class _Reading:
    """Sources taken one after another: their cards so far, and what was wrong."""

    def __init__(self, charset: str, decide: Decide) -> None:
        self.cards: list[Card] = []
        self.charsets: list[str] = []
        self.problems: list[Problem] = []
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
            self.cards += cards
            self.charsets.append(charset or found.charset)
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
        self.problems.append(Problem(where=source.where, what=what))


def _region(store: Store, wished: str, cards: Iterable[Card]) -> tuple[str, bool]:
    """The region, and whether the borrower said it."""
    from kit import phone

    if wished or store.book.setting(_REGION_SAID):
        return wished or store.region, True
    texts = (number.text for card in cards for number in card.numbers)
    return phone.infer_region(texts) or _USUAL_REGION, False


def _kinds(contacts: Iterable[Contact], region: str) -> Mapping[NumberKind, int]:
    """How many numbers are of which kind; also those to which no text can go."""
    from kit import phone

    kinds: Counter[NumberKind] = Counter()
    for contact in contacts:
        kinds.update(phone.kind(number) for number in contact.numbers)
        kinds.update(one.kind for text in contact.also for one in phone.read(text, region)[0])
    return kinds

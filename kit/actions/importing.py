"""Bring in: what was named becomes contacts of the Book. Nobody is told, nobody is chosen."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit import journal, jurisdiction
from kit.actions.people import new_id
from kit.actions.reading import read_books
from kit.actions.retention import BROUGHT_IN_AT
from kit.actions.suggesting import keep_looks, looks_of
from kit.errors import UnknownCharsetError
from kit.model import ContactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import BinaryIO

    from kit.actions.reading import Decide, Read
    from kit.actions.store import Store
    from kit.model import Card, Contact, NumberKind, Problem

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
    region, charset = checked(region, charset)
    read = read_books(named, charset, decide)
    if read.cards:
        lying = [one for one in named if isinstance(one, Path)]
        store.book.remember_brought_in(lying, store.clock())
    return bring_in(store, read, region)


def checked(region: str, charset: str) -> tuple[str, str]:
    """Both as they are called here, before anything is read; an empty one stays.

    Raises:
        UnknownRegionError: the region has no numbering plan.
        UnknownCharsetError: address books are not in that character set.
    """
    from kit import phone

    return phone.check_region(region) if region else "", check_charset(charset) if charset else ""


def bring_in(store: Store, read: Read, region: str = "") -> Imported:
    """Bring the people of what was read into the Book; `region` as `checked` gave it."""
    from kit import contacts as people

    region, is_said = _region(store, region, read.cards)
    known = store.book.contacts()
    while True:
        gathered = people.gather(read.cards, known, region, new_id, store.book.apart())
        with store.changing():  # not while people are brought together: somebody may be sending
            before, known = known, store.book.contacts()
            if known == before:
                store.book.save(gathered.contacts, gathered.merged_away)
                store.book.keep_apart(gathered.apart)
                store.book.set("region", region)
                store.book.set(_REGION_SAID, "yes" if is_said else "")
                store.book.set(BROUGHT_IN_AT, store.clock().isoformat())
                break
    put_together = [contact for contact in gathered.contacts if people.differ(contact)]
    keep_looks(store)
    services = sum(look.kind is ContactKind.SERVICE for look in looks_of(store, gathered.contacts))
    imported = Imported(
        cards=len(read.cards),
        contacts=len(known) - len(gathered.merged_away) + gathered.new,
        new=gathered.new,
        merged=gathered.merged,
        put_together=len(put_together),
        several_names=sum(map(people.have_several_names, put_together)),
        services=services,
        people=len(gathered.contacts) - services,
        problems=(*read.problems, *gathered.problems),
        charsets=tuple(dict.fromkeys(read.charsets)),
        region=region,
        is_region_said=is_said,
        kinds=_kinds(gathered.contacts, region),
    )
    journal.note(
        journal.Event.IMPORTED,
        cards=imported.cards,
        contacts=imported.contacts,
        new=imported.new,
        problems=len(imported.problems),
    )
    return imported


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


def regions(language: str) -> list[tuple[str, str]]:
    """Every region that numbers can be of, with what it is called; those by a name come first."""
    from kit import phone

    named = [(region, region_name(region, language)) for region in sorted(phone.REGIONS)]
    return sorted(named, key=lambda one: (one[0] == one[1], one[0] != _USUAL_REGION))


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

"""Searching people: a text as it is typed goes in; those who have it in name or address come out.

A name is found in Latin letters too: by its pinyin and its initials, from any syllable on. The
script of the page searches in the same two texts of each person, by the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.model import Contact

_TELEPHONE = re.compile(r"[+\d() -]+")
#: Fewer digits than this may be any part of a number; more may be a whole one, as it is dialled.
_FEWEST_OF_A_WHOLE = 7
_LATIN = re.compile(r"(?=.*[a-z])[a-z0-9]+")


class Search:
    """A search in some people; what is searched of them is worked out once, pinyin when needed."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._contacts = {contact.id: contact for contact in contacts}
        self._written = {id_: written(contact) for id_, contact in self._contacts.items()}
        self._spelt: dict[str, str] = {}

    def __call__(self, text: str) -> list[str]:
        """The ids of all who are found, whom only their pinyin shows after the others."""
        wanted = _wanted(text)
        found = [id_ for id_, has in self._written.items() if any(one in has for one in wanted)]
        latin = _latin(text)
        if not latin:
            return found
        if not self._spelt:
            self._spelt = {id_: spelt(contact) for id_, contact in self._contacts.items()}
        known = set(found)
        return found + [
            id_ for id_, has in self._spelt.items() if f"\n{latin}" in has and id_ not in known
        ]


def found_in(contacts: Iterable[Contact], text: str) -> list[Contact]:
    """Those whose name, number or e-mail address has the text in it, or whose pinyin begins so."""
    by_id = {contact.id: contact for contact in contacts}
    return [by_id[id_] for id_ in Search(by_id.values())(text)]


def written(contact: Contact) -> str:
    """Names, addresses and numbers, folded; line ends keep them apart."""
    return "\n".join(map(folded, (*contact.names, *contact.emails, *contact.numbers)))


def spelt(contact: Contact) -> str:
    """The names in pinyin and as initials, each after a line end."""
    from kit.contacts import pinyin

    texts = dict.fromkeys(text for name in contact.names for text in pinyin.spelt(name))
    return "\n".join(("", *texts))


def folded(text: str) -> str:
    """Without case, width, blanks and invisible marks."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if plain.isalnum():  # as most names are
        return plain
    if plain.isascii():  # as numbers and addresses are
        return "".join(plain.split())
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


def _wanted(text: str) -> set[str]:
    """Any of these is looked for; a number, however it is dialled."""
    plain = unicodedata.normalize("NFKC", text).strip()
    wanted = {folded(text)}
    if _TELEPHONE.fullmatch(plain):
        digits = re.sub(r"\D", "", plain)
        wanted.add(digits)
        if len(digits) >= _FEWEST_OF_A_WHOLE:
            wanted |= {digits.removeprefix("00"), digits.removeprefix("0")}
    return wanted - {""}


def _latin(text: str) -> str:
    """The text as pinyin is typed, ü as v and without apostrophes; else nothing."""
    plain = folded(text).replace("ü", "v").replace("'", "").replace("’", "")
    return plain if _LATIN.fullmatch(plain) else ""

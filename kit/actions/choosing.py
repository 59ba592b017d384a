"""Choosing, question by question: rows to show and a search go out, changes come back.

Every change is saved at once; what stood before is remembered, so that each step can be undone.
A face shows the rows and says the changes; it keeps nothing itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kit.actions import people
from kit.actions.rows import parse_rows
from kit.actions.suggesting import looks_of, rank
from kit.errors import RowsError
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kit.actions.store import Store
    from kit.actions.suggesting import Look
    from kit.model import Contact

#: What is asked, one after another: into which group the people chosen now come.
QUESTIONS = (Group.EMERGENCY, Group.NOBODY, Group.EVERYONE)
#: Rows shown at a time; more are asked for.
ROWS = 15

_TELEPHONE = re.compile(r"[+\d() -]+")
#: Fewer digits than this may be any part of a number; more may be a whole one, as it is dialled.
_FEWEST_OF_A_WHOLE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One contact who came from one group into another."""

    contact: Contact
    before: Group
    after: Group


class Choosing:
    """One sitting: the question that is asked, the rows on the screen, the steps so far."""

    def __init__(self, store: Store) -> None:
        others = people.others(store)
        self._store = store
        self._people = {contact.id: contact for contact in others}
        self._names = Counter(contact.name for contact in others)
        self._looks = {look.contact.id: look for look in looks_of(store, others)}
        self._searched = {contact.id: _searched(contact) for contact in others}
        self._steps: list[tuple[int, list[Change]]] = []
        self._asked = 0
        self._found: list[str] = []
        self._shown = 0
        self._is_search = False

    @property
    def group(self) -> Group | None:
        """The group that is asked for now; none: every question is answered."""
        return QUESTIONS[self._asked] if self._asked < len(QUESTIONS) else None

    @property
    def undecided(self) -> list[Contact]:
        """Those who are not chosen yet."""
        return [c for c in self._people.values() if c.group is Group.UNDECIDED]

    @property
    def found(self) -> int:
        """How many the list has, shown or not."""
        return len(self._found)

    @property
    def is_search(self) -> bool:
        """Whether the list is what a search found; else it has those who are not chosen yet."""
        return self._is_search

    @property
    def can_undo(self) -> bool:
        """Whether something was chosen in this sitting."""
        return bool(self._steps)

    def is_only(self, contact: Contact) -> bool:
        """Whether nobody else has that name."""
        return self._names[contact.name] == 1

    def look(self, contact: Contact) -> Look:
        """What the contact looks like, as it is chosen now."""
        return replace(self._looks[contact.id], contact=contact)

    def begin(self) -> list[tuple[int, Contact]]:
        """List those who are not chosen yet; the first rows, each with its number.

        First come those who look as if they belonged into the group that is asked for; before all
        the rest are told, those who had better not be.
        """
        wanted = Group.EMERGENCY if self.group is Group.EMERGENCY else Group.NOBODY
        found = sorted(self.undecided, key=lambda contact: rank(self.look(contact), wanted))
        return self._list((contact.id for contact in found), is_search=False)

    def search(self, text: str) -> list[tuple[int, Contact]]:
        """List everybody whose name, number or e-mail address has the text in it."""
        holds = _holding(text)
        found = (id_ for id_, searched in self._searched.items() if holds(searched))
        return self._list(found, is_search=True)

    def more(self) -> list[tuple[int, Contact]]:
        """The next rows of the list; after its last, those who are not chosen yet again."""
        return self._next_rows() if self._shown < len(self._found) else self.begin()

    def rows(self, text: str) -> list[Contact]:
        """Those whose row numbers the text is, all of them on the screen; else nobody."""
        try:
            numbers = sorted(parse_rows(text))
        except RowsError:
            return []
        if numbers[-1] > self._shown:
            return []
        return [self._people[self._found[number - 1]] for number in numbers]

    def put(self, contacts: Sequence[Contact]) -> list[Change]:
        """Put them into the group that is asked for; those who were in it already are no change."""
        group = QUESTIONS[self._asked]
        done = self._save({contact.id: group for contact in contacts})
        if done:
            self._steps.append((self._asked, done))
        return done

    def undo(self) -> list[Change]:
        """Take the last step back and ask its question again; without one, ask the first."""
        if not self._steps:
            self._go_to(0)
            return []
        asked, done = self._steps.pop()
        back = self._save({change.contact.id: change.before for change in done})
        self._go_to(asked)
        return back

    def go_on(self) -> None:
        """The next question."""
        self._go_to(self._asked + 1)

    def _go_to(self, asked: int) -> None:
        if asked != self._asked:
            self._asked, self._shown = asked, 0

    def _list(self, ids: Iterable[str], *, is_search: bool) -> list[tuple[int, Contact]]:
        self._found, self._shown, self._is_search = list(ids), 0, is_search
        return self._next_rows()

    def _next_rows(self) -> list[tuple[int, Contact]]:
        first, self._shown = self._shown, min(self._shown + ROWS, len(self._found))
        return [(n + 1, self._people[self._found[n]]) for n in range(first, self._shown)]

    def _save(self, group_by_id: dict[str, Group]) -> list[Change]:
        """Keep these choices; whoever left the book meanwhile is left out."""
        with self._store.changing():
            now = [c for id_ in group_by_id if (c := self._store.book.contact(id_)) is not None]
            changes = [
                Change(contact=c, before=c.group, after=group_by_id[c.id])
                for c in now
                if c.group is not group_by_id[c.id]
            ]
            self._store.book.choose({change.contact.id: change.after for change in changes})
        for contact in now:
            self._people[contact.id] = replace(contact, group=group_by_id[contact.id])
        return changes


def found_in(contacts: Iterable[Contact], text: str) -> list[Contact]:
    """Those whose name, number or e-mail address has the text in it."""
    holds = _holding(text)
    return [contact for contact in contacts if holds(_searched(contact))]


def _holding(text: str) -> Callable[[str], bool]:
    """Whether what is searched of a contact has the text in it; a number, however it is dialled."""
    plain = unicodedata.normalize("NFKC", text).strip()
    wanted = {folded(text)}
    if _TELEPHONE.fullmatch(plain):
        digits = re.sub(r"\D", "", plain)
        wanted.add(digits)
        if len(digits) >= _FEWEST_OF_A_WHOLE:
            wanted |= {digits.removeprefix("00"), digits.removeprefix("0")}
    wanted.discard("")
    return lambda searched: any(one in searched for one in wanted)


def _searched(contact: Contact) -> str:
    """Names, addresses and numbers, folded; line ends keep them apart."""
    return "\n".join(map(folded, (*contact.names, *contact.emails, *contact.numbers)))


def folded(text: str) -> str:
    """Without case, width, blanks and invisible marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")

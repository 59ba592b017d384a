"""Choosing, question by question: rows to show and a search go out, changes come back.

Every change is saved at once; what stood before is remembered, so that each step can be undone.
A face shows the rows and says the changes; it keeps nothing itself. `Steps` serve every face,
`Choosing` one that shows numbered rows.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kit.actions import people
from kit.actions.rows import parse_rows
from kit.actions.searching import Search
from kit.actions.suggesting import looks_of, rank
from kit.errors import RowsError
from kit.model import Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kit.actions.store import Store
    from kit.actions.suggesting import Look
    from kit.model import Contact

#: What is asked, one after another: into which group the people chosen now come.
QUESTIONS = (Group.EMERGENCY, Group.NOBODY, Group.EVERYONE)
#: Rows shown at a time; more are asked for.
ROWS = 15


#: Steps that can be undone, the last ones.
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One contact who came from one group into another."""

    contact: Contact
    before: Group
    after: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was asked for at once, as it turned out."""

    changes: tuple[Change, ...] = ()
    #: who stays as they are: in that group already, or chosen elsewhere since the step to be undone
    left: tuple[Contact, ...] = ()
    #: how many are no longer in the book
    gone: int = 0


class Steps:
    """What one sitting has chosen, step by step, so that each can be taken back.

    Only ids are kept; a choice that was made elsewhere since is never overwritten.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done: deque[dict[str, tuple[Group, Group]]] = deque(maxlen=_MOST_STEPS)

    def __bool__(self) -> bool:
        return bool(self._done)

    @property
    def last(self) -> Mapping[str, tuple[Group, Group]]:
        """From which group into which the step would be undone, by the ids of its people."""
        return self._done[-1] if self._done else {}

    def put(self, ids: Iterable[str], group: Group) -> Step:
        """Put these people into the group."""
        step = self._change(dict.fromkeys(ids, (None, group)))
        if step.changes:
            self._done.append({one.contact.id: (one.before, one.after) for one in step.changes})
        return step

    def undo(self) -> Step:
        """Take the last step back, where it still stands."""
        done = self._done.pop() if self._done else {}
        return self._change({id_: (after, before) for id_, (before, after) in done.items()})

    def _change(self, wanted: Mapping[str, tuple[Group | None, Group]]) -> Step:
        """From one group, or any, into another; all that is possible of it, in one go."""
        book = self._store.book
        with self._store.changing():
            found = [c for id_ in wanted if (c := book.contact(id_)) is not None]
            moving = {
                c.id
                for c in found
                if wanted[c.id][1] is not c.group and wanted[c.id][0] in (None, c.group)
            }
            book.choose({id_: wanted[id_][1] for id_ in moving})
        return Step(
            changes=tuple(
                Change(contact=c, before=c.group, after=wanted[c.id][1])
                for c in found
                if c.id in moving
            ),
            left=tuple(c for c in found if c.id not in moving),
            gone=len(wanted) - len(found),
        )


class Choosing:
    """One sitting: the question that is asked, the rows on the screen, the steps so far."""

    def __init__(self, store: Store) -> None:
        others = people.others(store)
        self._store = store
        self._people = {contact.id: contact for contact in others}
        self._names = Counter(contact.name for contact in others)
        self._looks = {look.contact.id: look for look in looks_of(store, others)}
        self._search = Search(others)
        self._steps = Steps(store)
        #: the question of each step
        self._asked_at: list[int] = []
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
        """List everybody who has the text in name, number or e-mail address, or in pinyin."""
        return self._list(self._search(text), is_search=True)

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

    def put(self, contacts: Sequence[Contact]) -> Step:
        """Put them into the group that is asked for."""
        step = self._steps.put([contact.id for contact in contacts], QUESTIONS[self._asked])
        if step.changes:
            self._asked_at.append(self._asked)
        return self._seen(step)

    def undo(self) -> Step:
        """Take the last step back and ask its question again; without one, ask the first."""
        self._go_to(self._asked_at.pop() if self._asked_at else 0)
        return self._seen(self._steps.undo())

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

    def _seen(self, step: Step) -> Step:
        """Know everybody of the step as they are now."""
        moved = (replace(one.contact, group=one.after) for one in step.changes)
        self._people |= {contact.id: contact for contact in (*moved, *step.left)}
        return step

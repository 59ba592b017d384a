"""Logs: what phones and carriers wrote down goes in; incidents come out, from the numbers picked.

A file is read twice: once to count who rang, and once to take what came from collectors. Of other
people's rows nothing is kept.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from kit.actions import recording
from kit.actions.log_files import LogFile, Ways
from kit.actions.recording import Told, Who
from kit.errors import ExhibitUnreadableError, NoCollectorError, reason_of
from kit.evidence import contents
from kit.evidence.contents import number_key
from kit.model import Account, EntryKind, IncidentKind, LogRow, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from kit.actions.exhibits import Handed
    from kit.actions.store import Store
    from kit.model import Incident

#: What stands for the calls without a number; never remembered as a collector's.
HIDDEN = "hidden"
#: A phone whose clock was never set begins in 1970, or in 1980.
_FIRST_YEAR = 1990
#: As far as the clock of a phone may be ahead.
_CLOCKS_DIFFER = timedelta(minutes=5)
#: Problems that are listed, and numbers that are counted: a file of any size is read.
_MOST_PROBLEMS = 1_000
_MOST_NUMBERS = 100_000
#: Characters of rows that are held while a file is read, and what a row takes beside its own.
_MOST_HELD, _OF_A_ROW = 10_000_000, 500

_MORE = "Other entries that cannot be used: {count}."
_CROWDED = "There are more different numbers in it than can be listed; the others are not."
_LONG_AGO = "Its time is long before there were such logs; it is left out. Was the clock not set?"
_FUTURE = "Its time is yet to come; it is left out. Was the clock of the phone wrong?"


@dataclass(slots=True, kw_only=True)
class Caller:
    """A number in a log, and how often it came in."""

    #: as it was shown first; empty: it was not shown
    number: str = field(repr=False)
    calls: int = 0
    #: of the calls, those that nobody answered
    missed: int = 0
    texts: int = 0
    first: datetime | None = None
    last: datetime | None = None
    #: a contact's
    is_known: bool = False
    #: a collector's, as the borrower said before
    is_picked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the files hold; nothing was written down."""

    files: tuple[LogFile, ...]
    rows: int
    #: who rang most comes first
    callers: tuple[Caller, ...] = field(repr=False)
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was written down of the files."""

    files: tuple[LogFile, ...]
    rows: int
    new: int
    #: were there already
    known: int
    #: were there, and the borrower removed them
    removed: int
    #: of the numbers that were picked now, those that did not come in
    unseen: tuple[str, ...] = field(repr=False)
    problems: tuple[Problem, ...]


def read(store: Store, files: Sequence[Handed], ways: Ways) -> Brought:
    """Who rang and wrote, by the number as it was shown.

    Raises:
        ExhibitUnreadableError: a file cannot be read to its end.
    """
    opened = _opened(store, files, ways)
    callers: dict[str, Caller] = {}
    rows, problems = 0, _Problems()
    for file in opened:
        for row in _rows(file, lambda _: False):
            if isinstance(row, Problem):
                problems.add(row)
                continue
            rows += 1
            if row.incoming and not _count(callers, row, number_key(row.number, store.region)):
                problems.crowded(file.called)
        file.keep_columns()
    _compare(store, callers)
    ranked = sorted(callers.values(), key=lambda one: -(one.calls + one.texts))
    return Brought(files=opened, rows=rows, callers=tuple(ranked), problems=problems.listed())


def take(
    store: Store,
    files: Sequence[Handed],
    numbers: Collection[str],
    ways: Ways,
    phone_of: str = "",
) -> Taken:
    """Write down whatever came in from these numbers, and those picked before: all, or nothing.

    The numbers are remembered as collectors'. `phone_of` says whose phone or line it is: a contact
    or plain words; else it is the borrower's.

    Raises:
        ExhibitUnreadableError: a file cannot be read to its end.
        AmbiguousError: `phone_of` is more than one contact.
    """
    named = {"" if one == HIDDEN else number_key(one, store.region): one for one in numbers}
    taking = _Taking(store, ways, phone_of)
    chosen = _Chosen(store, {*named, *picked(store)})
    opened = _opened(store, files, ways)
    rows = chosen.of(opened)
    # A file of any size is read for long; meanwhile other programs can write.
    first = list(_as_many_as_can_be_held(rows))
    if chosen.rows:
        with store.changing():
            for key in sorted(named.keys() - {""}):
                store.record.name_collector(key, store.clock())
            taking.take(itertools.chain(first, rows))
            lying = [one.path for one in files if one.path]
            store.book.remember_brought_in(lying, store.clock())
            for file in opened:
                file.keep_columns()
    return Taken(
        files=opened,
        rows=chosen.rows,
        new=taking.new,
        known=taking.known,
        removed=taking.removed,
        unseen=tuple(one for key, one in named.items() if key not in chosen.seen),
        problems=chosen.problems.listed(),
    )


def picked(store: Store) -> set[str]:
    """The numbers of collectors: those picked, and those of what people told themselves.

    A contact's number is one only if it was picked: people mistake numbers.
    """
    told = (one for one in _incidents(store) if one.account is not Account.LOG and one.number)
    callers = {number_key(one.number, store.region) for one in told}
    return {*store.record.collectors(), *(callers - _of_contacts(store))}


def forget(store: Store, number: str) -> None:
    """The number is no collector's after all; what was written down stays.

    Raises:
        NoCollectorError: it was not picked.
    """
    key = number_key(number, store.region)
    if key not in store.record.collectors():
        raise NoCollectorError
    store.record.forget_collector(key)


class _Problems:
    """What is wrong with the files; of very many the first ones, and how many more."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._more = 0
        self._where = ""
        self._crowded: set[str] = set()

    def add(self, problem: Problem) -> None:
        if len(self._found) < _MOST_PROBLEMS:
            self._found.append(problem)
        else:
            self._more += 1
            self._where = problem.where.rpartition(":")[0] or problem.where

    def crowded(self, where: str) -> None:
        if where not in self._crowded:
            self._crowded.add(where)
            self._found.append(Problem(where=where, what=_CROWDED))

    def listed(self) -> tuple[Problem, ...]:
        if not self._more:
            return tuple(self._found)
        more = Problem(where=self._where, what=_MORE, facts={"count": self._more})
        return (*self._found, more)


class _Chosen:
    """What came in from the numbers that are picked, and what became known while it was read."""

    def __init__(self, store: Store, keys: Collection[str]) -> None:
        self.rows = 0
        self.problems = _Problems()
        #: of the numbers, those that came in
        self.seen: set[str] = set()
        self._keys = keys
        self._region = store.region
        self._latest = store.clock() + _CLOCKS_DIFFER

    def of(self, files: Sequence[LogFile]) -> Iterator[LogRow]:
        """The rows, of one file after the other."""
        for file in files:
            for row in _rows(file, self._is_picked):
                if isinstance(row, Problem):
                    self.problems.add(row)
                else:
                    self.rows += 1
                    if self._is_chosen(row):
                        yield row

    def _is_picked(self, number: str) -> bool:
        return number_key(number, self._region) in self._keys

    def _is_chosen(self, row: LogRow) -> bool:
        if not row.incoming or not self._is_picked(row.number):
            return False
        self.seen.add(number_key(row.number, self._region))
        if row.at > self._latest:
            self.problems.add(Problem(where=row.where, what=_FUTURE))
            return False
        return True


def _as_many_as_can_be_held(rows: Iterator[LogRow]) -> Iterator[LogRow]:
    """The first of the rows; as a rule all of them."""
    room = _MOST_HELD
    while room > 0 and (row := next(rows, None)):
        room -= _OF_A_ROW + len(row.original) + len(row.text)
        yield row


class _Taking:
    """One taking: what is there already, and what was written down."""

    def __init__(self, store: Store, ways: Ways, phone_of: str) -> None:
        self.new = self.known = self.removed = 0
        self._store = store
        self._ways = ways
        self._to = phone_of or "me"
        self._who = Who(store)
        self._who.named(self._to)

    def take(self, rows: Iterable[LogRow]) -> None:
        """Write down what is not there yet. It stands in a transaction."""
        store = self._store
        seen = {contents.same(one) for one in _incidents(store) if one.account is Account.LOG}
        declined = store.record.declined()
        for row in rows:
            incident = recording.drafted(self._told(row), self._who)
            same = contents.same(incident)
            if same in seen:
                self.known += 1
            elif declined and store.record.mark(same) in declined:
                self.removed += 1
            else:
                recording.keep(store, incident)
                seen.add(same)
                self.new += 1

    def _told(self, row: LogRow) -> Told:
        """What the log tells. One copy has the time to the millisecond, another to the second."""
        return Told(
            kind=row.kind,
            at=row.at.astimezone(self._ways.zone).replace(microsecond=0),
            number=row.number,
            to=self._to,
            said=row.text,
            answered=row.answered,
            account=Account.LOG,
            source=row.where,
            original=row.original,
        )


def _opened(store: Store, files: Sequence[Handed], ways: Ways) -> tuple[LogFile, ...]:
    return tuple(LogFile(store=store, handed=one, ways=ways) for one in files)


def _rows(file: LogFile, wanted: Callable[[str], bool]) -> Iterator[LogRow | Problem]:
    """The rows of a time that can be; the system's own error is none for a person."""
    with contextlib.closing(file.rows(wanted)) as rows:  # type: ignore[type-var]
        while True:
            try:
                row = next(rows, None)
            except OSError as error:
                raise ExhibitUnreadableError(reason=reason_of(error)) from None
            if row is None:
                return
            if isinstance(row, LogRow) and row.at.year < _FIRST_YEAR:
                row = Problem(where=row.where, what=_LONG_AGO)
            yield row


def _count(callers: dict[str, Caller], row: LogRow, key: str) -> bool:
    """Count what came in; false when there are too many numbers for another one."""
    one = callers.get(key)
    if one is None:
        if len(callers) >= _MOST_NUMBERS:
            return False
        one = callers[key] = Caller(number=row.number)
    if row.kind is IncidentKind.CALL:
        one.calls += 1
        one.missed += row.answered is False
    else:
        one.texts += 1
    one.first = min(one.first or row.at, row.at)
    one.last = max(one.last or row.at, row.at)
    return True


def _compare(store: Store, callers: dict[str, Caller]) -> None:
    """Whose numbers they are, as far as the book and earlier answers tell."""
    of_contacts = _of_contacts(store)
    of_collectors = picked(store)
    for key, one in callers.items():
        one.is_known = key in of_contacts
        one.is_picked = key in of_collectors


def _of_contacts(store: Store) -> set[str]:
    return {address for some in store.book.addresses().values() for address in some}


def _incidents(store: Store) -> Iterator[Incident]:
    """Every incident, one at a time."""
    for kept in store.record.contents(EntryKind.INCIDENT):
        yield contents.read_incident(kept.content)

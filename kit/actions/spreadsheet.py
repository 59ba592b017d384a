"""Choosing by spreadsheet: contacts go out as CSV (RFC 4180), choices come back from it.

It is read as Excel, WPS, Numbers and LibreOffice save it, in any order of rows and columns. What
is wrong is named by the spreadsheet's own row, and then nothing is changed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import os
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import private_file
from kit.actions import people
from kit.actions.searching import folded
from kit.errors import FileTakenError, SpreadsheetError, reason_of
from kit.model import Group, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kit.actions.store import Store
    from kit.model import Contact

_LARGEST = 50_000_000
#: Characters within which the headings stand.
_LONGEST_HEAD = 100_000
#: More characters than this no cell needs.
_LONGEST_CELL = 1_000
#: More rows than this are not said one by one.
_MOST_PROBLEMS = 30
#: Before an id, so that no spreadsheet takes 123e45678901 or 000123456789 for a number.
_MARK = "#"
#: A cell that begins so is a formula to a spreadsheet; NFKC makes the full-width forms these.
_FORMULA = ("=", "+", "-", "@")
#: Control characters, direction marks, line and paragraph ends: nothing that a cell needs.
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")

#: What a file begins with that is a workbook, and what else is no text.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NO_TEXTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: The first by which the headings can be read is taken; the last is what Western Windows writes.
_ENCODINGS = ("utf-8-sig", "gb18030", "cp950", "cp1252")
#: Some programs write the delimiter before the headings; that line is none of the rows.
_DELIMITER_LINE = re.compile(r'"?sep=([,;\t])"?(?:\r\n|\r|\n)')
_DELIMITERS = (",", ";", "\t")

#: What a spreadsheet has of each contact, in this order.
COLUMNS = ("id", "name", "numbers", "choice")
_NEEDED = ("id", "name", "choice")

_NOT_WRITTEN = "The file cannot be written: {reason}."
_NOT_READ = "The file cannot be read: {reason}."
_EMPTY = "The file is empty."
_TOO_LARGE = "The file is too large for a spreadsheet of contacts."
_WORKBOOK = "This is a workbook; open it, and save it as CSV (“CSV UTF-8”)."
_NO_TEXT = "This is no spreadsheet saved as CSV."
_NO_HEADINGS = "The row of headings is missing; its columns are: {columns}."
_NO_COLUMN = "The column “{column}” is missing."
_TWO_COLUMNS = "The column “{column}” stands there twice."
_BROKEN = "Row {row}: the quotation marks do not fit; from here on it cannot be read."
_NO_ID = "Row {row}: a choice without an id; it is not known for whom."
_UNKNOWN_ID = "Row {row}: nobody in the book has this id; write it anew with `kit choose --csv`."
_NO_CHOICE = "Row {row}: this choice is not known; it can be: {choices}."
_OTHER_NAME = "Row {row}: id and name are not of one person; was one column sorted alone?"
_TWO_CHOICES = "Row {row}: the same id as in row {first}, with another choice."
_MORE = "More rows with something wrong: {count}."
_TWICE = "Row {row}: the same id and choice as in row {first}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the columns and the groups are called in one language."""

    #: by `COLUMNS`; in brackets may stand what can be written in one
    columns: Mapping[str, str]
    groups: Mapping[Group, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a spreadsheet that was read back has changed."""

    changed: int
    #: choices that were emptied
    emptied: int
    #: people who have no row in it
    missing: int
    notes: tuple[Problem, ...]


def write(store: Store, file: Path, labels: Labels) -> int:
    """Write everybody but oneself to a new file, in the order of the book; how many they are.

    Raises:
        NoContactsError: there is nobody.
        FileTakenError: the file is there already; somebody may have edited it.
        SpreadsheetError: it cannot be written.
    """
    others = people.others(store)
    if os.path.lexists(file):
        raise FileTakenError
    store.book.remember_written(file, store.clock(), people=True)
    try:
        private_file.write(file, _text(others, labels))
    except OSError as error:
        raise _refused(file, _NOT_WRITTEN, reason=reason_of(error)) from None
    return len(others)


def read(store: Store, file: Path, labels: Sequence[Labels]) -> Read:
    """Take the choices from a spreadsheet, all or none; whoever has no row keeps theirs.

    `labels` are those of every language in which it may have been written, the reader's first.

    Raises:
        SpreadsheetError: something in it is wrong; it says what, by row.
    """
    rows, columns = _table(file, labels)
    with store.changing():
        reading = _Reading(store, file.name, labels)
        for number, cells in rows:
            reading.take(number, {name: cells[i] for name, i in columns.items() if i < len(cells)})
        if reading.problems:
            raise SpreadsheetError(problems=reading.first_problems())
        changed = reading.changed
        store.book.choose(changed)
    return Read(
        changed=len(changed),
        emptied=reading.emptied,
        missing=len(reading.contacts) - len(reading.chosen),
        notes=tuple(reading.notes),
    )


class _Reading:
    """Rows taken one after another: choices so far, and what is wrong with them."""

    def __init__(self, store: Store, file_name: str, labels: Sequence[Labels]) -> None:
        self._me = people.oneself(store)
        self._file_name = file_name
        self._words = " / ".join(labels[0].groups.values())
        self._group_by_word = _group_by_word(labels)
        self.contacts = {contact.id: contact for contact in people.others(store)}
        self._ids_by_name = _ids_by_name(self.contacts.values())
        #: by id: the choice, and the row where it stands
        self.chosen: dict[str, tuple[Group, int]] = {}
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.emptied = 0

    @property
    def changed(self) -> dict[str, Group]:
        """The choices that are not what they were."""
        now = {id_: group for id_, (group, _) in self.chosen.items()}
        return {id_: group for id_, group in now.items() if self.contacts[id_].group is not group}

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """One row: a choice for somebody, or what is wrong with it."""
        id_, choice = (
            folded(cells.get("id", "")).lstrip(f"'{_MARK}"),
            folded(cells.get("choice", "")),
        )
        if self._me is not None and id_ == self._me.id:
            return
        contact = self.contacts.get(id_)
        group = self._group_by_word.get(choice) if choice else Group.UNDECIDED
        if not id_:
            if choice:
                self._wrong(_NO_ID, row=row)
        elif contact is None:
            self._wrong(_UNKNOWN_ID, row=row)
        elif id_ not in self._ids_by_name.get(_name_key(cells.get("name", "")), (id_,)):
            self._wrong(_OTHER_NAME, row=row)
        elif group is None:
            self._wrong(_NO_CHOICE, row=row, choices=self._words)
        else:
            self._choose(row, contact, group, is_empty=not choice)

    def _choose(self, row: int, contact: Contact, group: Group, *, is_empty: bool) -> None:
        """Keep the choice for now; an emptied one tells nobody and lifts no “never tell”."""
        if is_empty and contact.group is Group.NOBODY:
            group = Group.NOBODY
        before, first = self.chosen.setdefault(contact.id, (group, row))
        if before is not group:
            self._wrong(_TWO_CHOICES, row=row, first=first)
        elif first != row:
            self.notes.append(self._problem(_TWICE, row=row, first=first))
        elif is_empty and contact.group is not Group.UNDECIDED:
            self.emptied += 1

    def first_problems(self) -> tuple[Problem, ...]:
        """As many as somebody reads, and how many more there are."""
        left = len(self.problems) - _MOST_PROBLEMS
        rest = [self._problem(_MORE, count=left)] if left > 0 else []
        return (*self.problems[:_MOST_PROBLEMS], *rest)

    def _wrong(self, what: str, **facts: object) -> None:
        self.problems.append(self._problem(what, **facts))

    def _problem(self, what: str, **facts: object) -> Problem:
        return Problem(where=self._file_name, what=what, facts=facts)


# --- a file as rows ---------------------------------------------------------------------


def _table(
    file: Path, labels: Sequence[Labels]
) -> tuple[list[tuple[int, list[str]]], dict[str, int]]:
    """The rows below the headings, each with its number, and where the columns stand.

    The encoding and the delimiter are those by which the headings can be read.
    """
    column_by_word = {column: column for column in COLUMNS}
    column_by_word |= {_heading(word): c for one in labels for c, word in one.columns.items()}
    found = (
        ([column_by_word.get(_heading(cell), "") for cell in cells], text, delimiter)
        for text, delimiter in _texts(_bytes(file))
        for cells in _first_row(text[:_LONGEST_HEAD], delimiter)
    )
    known = max(found, key=lambda one: len(set(one[0]) - {""}), default=([], "", ","))
    headings, text, delimiter = known
    columns = _columns(file, headings, labels[0])
    return _rows(file, text, delimiter)[1:], columns


def _columns(file: Path, headings: list[str], labels: Labels) -> dict[str, int]:
    """Where each column stands.

    Raises:
        SpreadsheetError: one is missing, or is there twice.
    """
    words = {column: _outside_brackets(word) for column, word in labels.columns.items()}
    if not any(headings):
        raise _refused(file, _NO_HEADINGS, columns=" / ".join(words[c] for c in _NEEDED))
    for column in _NEEDED:
        if headings.count(column) != 1:
            what = _TWO_COLUMNS if column in headings else _NO_COLUMN
            raise _refused(file, what, column=words[column])
    return {column: headings.index(column) for column in _NEEDED}


def _rows(file: Path, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Every row with something in it, with its number as a spreadsheet shows it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    last = 0
    try:
        for last, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):  # a program may write a million empty ones
                rows.append((last, cells))
    except csv.Error:
        raise _refused(file, _BROKEN, row=last + 1) from None
    return rows


def _first_row(text: str, delimiter: str) -> Iterator[list[str]]:
    """The first row with something in it, if there is one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    with contextlib.suppress(csv.Error):
        yield from itertools.islice((row for row in reader if any(map(str.strip, row))), 1)


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    """What the bytes may say, with the delimiter that may stand between cells."""
    encodings = ("utf-16",) if data.startswith(_UTF_16) else _ENCODINGS
    for errors, encoding in itertools.product(("strict", "replace"), encodings):
        try:
            text = data.decode(encoding, errors).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        line = _DELIMITER_LINE.match(text)
        for delimiter in line[1] if line else _DELIMITERS:
            yield text[line.end() if line else 0 :], delimiter


def _bytes(file: Path) -> bytes:
    """What the file holds.

    Raises:
        SpreadsheetError: it cannot be read, or surely is no text.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise _refused(file, _NOT_READ, reason=reason_of(error)) from None
    wrong = _what_is_wrong(data)
    if wrong:
        raise _refused(file, wrong)
    return data


def _what_is_wrong(data: bytes) -> str:
    """Why these bytes can be no spreadsheet, by how they begin; nothing when they can."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0\r\n\t ,;"):
        return _EMPTY
    if len(data) > _LARGEST:
        return _TOO_LARGE
    if data.startswith(_WORKBOOKS):
        return _WORKBOOK
    is_utf_16 = data.startswith(_UTF_16)
    return _NO_TEXT if data.startswith(_NO_TEXTS) or (b"\0" in data and not is_utf_16) else ""


# --- cells ------------------------------------------------------------------------------


def _text(contacts: Sequence[Contact], labels: Labels) -> str:
    """The contacts as CSV; the mark at the beginning tells Excel that it is UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    writer.writerow(_cell(labels.columns[column]) for column in COLUMNS)
    for contact in contacts:
        reach = " / ".join((*contact.numbers, *contact.emails))
        choice = labels.groups[contact.group]
        writer.writerow(map(_cell, (f"{_MARK}{contact.id}", contact.name, reach, choice)))
    return f"\ufeff{sheet.getvalue()}"


def _cell(text: str) -> str:
    """The text as a cell that does nothing but be read."""
    visible = "".join(
        c if (category := unicodedata.category(c)) not in _UNSEEN else " " * (category != "Cf")
        for c in text[:_LONGEST_CELL]
    )
    plain = " ".join(visible.split())
    is_formula = unicodedata.normalize("NFKC", plain[:1]).startswith(_FORMULA)
    return f"'{plain}" if is_formula else plain


def _name_key(cell: str) -> str:
    """A name by which a row is known to be of its person, however the cell was saved."""
    return folded(_cell(cell)).lstrip("'")


def _ids_by_name(contacts: Iterable[Contact]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for contact in contacts:
        for key in filter(None, map(_name_key, contact.names)):
            found[key].add(contact.id)
    return found


def _group_by_word(labels: Sequence[Labels]) -> dict[str, Group]:
    words = {folded(word): group for one in labels for group, word in one.groups.items()}
    return words | {group.value: group for group in Group}


def _heading(cell: str) -> str:
    return folded(_outside_brackets(cell))


def _outside_brackets(text: str) -> str:
    return re.split("[(（]", text)[0].strip()


def _refused(file: Path, what: str, **facts: object) -> SpreadsheetError:
    return SpreadsheetError(problems=(Problem(where=file.name, what=what, facts=facts),))

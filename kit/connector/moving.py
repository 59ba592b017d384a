"""The rows of one store go into another: of a file into a case, or of a case into a file.

Both have the same tables. A case numbers some rows by itself, over all cases; so does a file, and
what points to such a number points to the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kit.connector import Connection, Database

    Row = Mapping[str, Any]
    #: what a case keeps of a row beside what a file keeps
    Adds = Callable[[Row], Row]

#: So many rows are in memory at once, of what may be long one.
_AT_ONCE, _LONG = 200, {"record_part"}
_NUMBER = "number"
#: Of a file: its tables, each after those that it rests on, and their columns.
_TABLES = """
SELECT t.name AS "table", c.name AS "column"
FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name <> 'schema_step'
ORDER BY t.rowid, c.cid
"""
#: Of a case: every column, whether it is sealed, and whether it is numbered by the database.
#: A table that has no `case_id` is no case's.
_COLUMNS = """
SELECT c.relname AS "table", a.attname AS "column",
    a.atttypid = 'sealed'::REGTYPE AS is_sealed, a.attidentity <> '' AS is_numbered
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'kit'::REGNAMESPACE AND c.relkind = 'r' AND NOT a.attisdropped
    AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'case_id')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that both have, and how its columns are written."""

    name: str
    columns: tuple[str, ...]
    #: as the file has none of them: what the case adds
    added: tuple[str, ...]
    sealed: frozenset[str]
    #: its rows are numbered where they are written
    is_numbered: bool

    def select(self) -> str:
        """Every row, in the order in which they came."""
        columns = (*self.columns, *([_NUMBER] if self.is_numbered else []))
        order = _NUMBER if self.is_numbered else self.columns[0]
        return f"SELECT {_listed(columns)} FROM {self.name} ORDER BY {order}"  # noqa: S608 (ours)

    def insert(self, added: Iterable[str] = ()) -> str:
        """One row."""
        columns = (*self.columns, *added)
        values = ", ".join(f"{'@' if one in self.sealed else ':'}{one}" for one in columns)
        return f"INSERT INTO {self.name} ({_listed(columns)}) VALUES ({values})"  # noqa: S608 (ours)


def tables(file: Connection, case: Database) -> list[Table]:
    """The tables of a file that a case has too, each after those that it rests on.

    Whatever else is in the file, and whatever it is called, was not made by us, or is no case's.
    """
    there: dict[str, dict[str, Row]] = {}
    for row in case.rows(_COLUMNS):
        there.setdefault(row["table"], {})[row["column"]] = row
    own: dict[str, list[str]] = {}
    for row in file.rows(_TABLES):
        own.setdefault(row["table"], []).append(row["column"])
    return [_table(name, columns, there[name]) for name, columns in own.items() if name in there]


class Moving:
    """Moves every row of one store into another that is empty."""

    def __init__(
        self, tables: Iterable[Table], points_to: Mapping[tuple[str, str], str], adds: Adds
    ) -> None:
        """`points_to`: the table whose numbers stand in that column of that table."""
        pointing = {name for name, _ in points_to}
        #: those that point last; `sorted` leaves the others in their order
        self._tables = sorted(tables, key=lambda one: one.name in pointing)
        self._points_to = points_to
        self._adds = adds
        #: by table: the numbers that its rows had, and those that they have now
        self._now: dict[str, dict[int, int]] = {}

    def into_case(self, file: Database, case: Database) -> None:
        """It stands in a change of the case, whose key seals what is personal."""
        for table in self._tables:
            self._move(table, file, case, table.insert(table.added))

    def into_file(self, case: Database, file: Database) -> None:
        """It stands in a change of the file."""
        for table in self._tables:
            self._move(table, case, file, table.insert())

    def _move(self, table: Table, source: Database, target: Database, insert: str) -> None:
        rows = self._rows(table, source)
        while some := list(islice(rows, _at_once(table))):
            target.write_all(insert, some)
        if table.is_numbered and table.name in self._points_to.values():
            before, after = (_numbers(table, one) for one in (source, target))
            self._now[table.name] = dict(zip(before, after, strict=True))

    def _rows(self, table: Table, source: Database) -> Iterator[Row]:
        pointing = {
            column: self._now[other]
            for (name, column), other in self._points_to.items()
            if name == table.name
        }
        for row in source.stream(table.select(), at_once=_at_once(table)):
            for column, now in pointing.items():
                row[column] = now.get(row[column], row[column])
            yield {**row, **self._adds(row)} if table.added else row


def _table(name: str, columns: list[str], there: Mapping[str, Row]) -> Table:
    is_numbered = _NUMBER in there and there[_NUMBER]["is_numbered"]
    return Table(
        name=name,
        columns=tuple(o for o in columns if o in there and not (is_numbered and o == _NUMBER)),
        added=tuple(one for one in there if one not in (*columns, "case_id")),
        sealed=frozenset(one for one, row in there.items() if row["is_sealed"]),
        is_numbered=is_numbered,
    )


def _numbers(table: Table, store: Database) -> list[int]:
    sql = f"SELECT {_NUMBER} FROM {table.name} ORDER BY {_NUMBER}"  # noqa: S608 (ours)
    return [row[_NUMBER] for row in store.rows(sql)]


def _at_once(table: Table) -> int:
    return 1 if table.name in _LONG else _AT_ONCE


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(columns)

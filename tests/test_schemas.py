"""The file and the database keep the same things, by the same rules, and are asked the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.pq import ExecStatus

import kit.book
import kit.cases
import kit.ledger
from kit.connector import Connection, named_queries
from kit.connector.postgres import SCHEMA, _otherwise, _translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from postgres import Database

    from kit.actions.store import Store

    Raw = psycopg.Connection[Any]

#: What a column of a file may be in the database.
KINDS = {"TEXT": {"text", "sealed"}, "BLOB": {"sealed"}, "INTEGER": {"integer", "bigint"}}
#: Whose row it is.
CASE, OF_CASES = "case_id", "clinic_case"
#: Rows of the database are looked up by these, which a file finds in the content.
LOOKED_UP = {"record_content": {"happened_at", "incident_id", "contact_id", "reached", "removed"}}
#: Of these numbers the database makes each once by itself.
NUMBERED = {"plan": {frozenset({"number"})}, "proposal": {frozenset({"number"})}}
#: Text that whoever steals the database can read. Nothing that a person said, is called or is
#: reached by, and nothing that such could be guessed from, as an id that was made of it.
CAN_BE_READ = {
    "contact": {"id", "chosen"},
    "address": {"contact_id"},
    "apart": {"one", "other"},
    "look": {"contact_id", "rules", "kind"},
    "setting": {"name"},
    "sheet": {"key"},
    "written": {"at"},
    "brought_in": {"at"},
    "notice": {"id", "at"},
    "plan": {
        *("id", "notice_id", "channel", "price_per_segment", "currency", "hours", "pace"),
        *("frozen_at", "finish_at"),
    },
    "message": {
        *("plan_id", "id", "contact_id", "channel", "group_name", "tone", "language"),
        *("encoding", "zones", "foreseen_at"),
    },
    "skip": {"plan_id", "contact_id", "reason"},
    "attempt": {
        *("notice_id", "plan_id", "message_id", "contact_id", "channel", "claimed_at", "until"),
    },
    "receipt": {"status", "code", "fault", "at"},
    "pace": {"channel", "next_at", "held_until"},
    "opt_out": {"hash", "meaning", "heard_by", "at"},
    "secret": {"name"},
    "reply": {"channel", "contact_id", "meaning", "at"},
    "proposal": {"contact_id", "heard_by", "heard_at", "at"},
    "record_entry": {"kind", "at"},
    "record_content": {"kind", "happened_at", "contact_id"},
    "declined": {"at"},
    "collector": {"at"},
    "filing": {"draft", "event", "on_day", "noted_at"},
    "forgetting": {"at"},
    "trace": {"hash", "contact_id"},
    "heard_before": {"hash", "channel"},
    "copied": {"at"},
    "copy_asked": {"channel", "plan_id", "at"},
}
#: By another key than that of the case that the connection sees: for the list of all.
SEALED = {"save_moved_case": {"name"}}
#: It is written into a file beside one's own.
OF_A_COPY = "mark_copy"
_GROWS = re.compile(r"BEFORE (UPDATE|DELETE) ON \w+\s+(WHEN)?")
_PLACE = re.compile(r"%\((\w+)\)s")
_PERSONAL = re.compile(r"@(\w+)")
_ANSWERS = re.compile(r"(--.*\n)*SELECT")
_ANY = re.compile(r"[:@](\w+)")
_OPERATIONS = {16: "UPDATE", 8: "DELETE"}


@dataclass
class Table:
    """What a table keeps, and by which rules."""

    #: what kind each column is, and whether it must be there
    columns: dict[str, tuple[str, bool]] = field(default_factory=dict)
    unique: set[frozenset[str]] = field(default_factory=set)
    #: to which columns of which table columns refer
    refers: set[tuple[str, frozenset[tuple[str, str]]]] = field(default_factory=set)
    #: what is refused, and whether it is while nobody is being forgotten
    grows: set[tuple[str, bool]] = field(default_factory=set)


@pytest.fixture
def file(store: Store) -> Connection:
    connection = store._connection  # noqa: SLF001 (what it is made of)
    assert isinstance(connection, Connection)
    return connection


@pytest.fixture
def admin(many_cases: Database) -> Iterator[Raw]:
    with psycopg.connect(many_cases.admin_url, autocommit=True) as raw:
        raw.execute(f"SET search_path = {SCHEMA}".encode())
        yield raw


@pytest.fixture
def in_file(file: Connection) -> dict[str, Table]:
    masters = file.rows("SELECT type, name, tbl_name, sql FROM sqlite_master")
    names = {one["name"] for one in masters if one["type"] == "table"} - {"schema_step"}
    found = {name: table_of_file(file, name) for name in names}
    for one in masters:
        if one["type"] == "trigger":
            operation, when = _GROWS.findall(one["sql"])[0]
            found[one["tbl_name"]].grows.add((operation, bool(when)))
    return found


def table_of_file(file: Connection, name: str) -> Table:
    columns = file.rows(f"PRAGMA table_info({name})")
    found = Table(
        {one["name"]: (one["type"], bool(one["notnull"] or one["pk"])) for one in columns}
    )
    found.unique.add(frozenset(one["name"] for one in columns if one["pk"]))
    for index in file.rows(f"PRAGMA index_list({name})"):
        if index["unique"]:
            rows = file.rows(f"PRAGMA index_info({index['name']})")
            found.unique.add(frozenset(one["name"] for one in rows))
    keys: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for one in file.rows(f"PRAGMA foreign_key_list({name})"):
        keys.setdefault((one["id"], one["table"]), set()).add((one["from"], one["to"]))
    found.refers = {(table, frozenset(pairs)) for (_, table), pairs in keys.items()}
    return found


@pytest.fixture
def in_database(admin: Raw) -> dict[str, Table]:
    columns = admin.execute(
        "SELECT attrelid, relname, attnum, attname, format_type(atttypid, -1), attnotnull"
        " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND attnum > 0",
        [SCHEMA],
    ).fetchall()
    names = {(oid, number): name for oid, _, number, name, _, _ in columns}
    tables: dict[int, Table] = {}
    name_by_oid = {oid: table for oid, table, *_ in columns}
    for oid, _, _, name, kind, required in columns:
        tables.setdefault(oid, Table()).columns[name] = (kind, required)
    for oid, own, to, theirs in admin.execute(
        "SELECT conrelid, conkey, confrelid, confkey FROM pg_constraint"
        " WHERE connamespace = %s::regnamespace AND contype IN ('p', 'u', 'f')",
        [SCHEMA],
    ):
        keys = [names[oid, number] for number in own]
        if to:
            pairs = zip(keys, (names[to, number] for number in theirs), strict=True)
            tables[oid].refers.add((name_by_oid[to], frozenset(pairs) - {(CASE, CASE)}))
        else:
            tables[oid].unique.add(frozenset(keys) - {CASE})
    for oid, kind, arguments in admin.execute(
        "SELECT tgrelid, tgtype, tgnargs FROM pg_trigger WHERE NOT tgisinternal"
    ):
        refused = {name for bit, name in _OPERATIONS.items() if kind & bit}
        tables[oid].grows |= {(one, bool(arguments)) for one in refused}
    found = {name_by_oid[oid]: one for oid, one in tables.items() if CASE in one.columns}
    for table in found.values():
        table.refers = {(to, pairs) for to, pairs in table.refers if to != OF_CASES}
    return found


@dataclass
class Described:
    """What the database makes of a query, before it is asked."""

    #: but whose row it is
    columns: set[str]
    #: the values that are compared with, or become, what is sealed
    sealed: set[str]


def described(admin: Raw, sql: str) -> Described:
    query = _translated(sql).sql
    names = list(dict.fromkeys(_PLACE.findall(query)))
    numbered = _PLACE.sub(lambda found: f"${names.index(found[1]) + 1}", query).replace("%%", "%")
    prepared = admin.pgconn.prepare(b"", numbered.encode())
    assert prepared.status == ExecStatus.COMMAND_OK, (sql, prepared.error_message)
    found = admin.pgconn.describe_prepared(b"")
    asked = "SELECT 'bytea'::regtype::OID, 'bytea[]'::regtype::OID, 'sealed'::regtype::OID"
    sealed = set(admin.execute(asked).fetchone() or ())
    return Described(
        {(found.fname(n) or b"").decode() for n in range(found.nfields)} - {CASE},
        {name for n, name in enumerate(names) if found.param_type(n) in sealed},
    )


def columns_of_file(file: Connection, sql: str) -> set[str]:
    """The columns that the file answers with; asked whether it would take what is written."""
    values = dict.fromkeys(_ANY.findall(sql))
    if _ANSWERS.match(sql):
        within = f"SELECT * FROM (\n{sql}\n) LIMIT 0"  # noqa: S608 (a query of our own)
        cursor = file._raw.execute(within, values)  # noqa: SLF001 (rows have no names without any)
        return {column[0] for column in cursor.description}
    file.rows(f"EXPLAIN {sql}", values)
    return set()


def test_both_have_the_same_tables_and_columns_of_a_fitting_kind(
    in_file: dict[str, Table], in_database: dict[str, Table]
) -> None:
    assert set(in_database) == set(in_file)
    for name, table in in_database.items():
        columns, in_the_file = table.columns, in_file[name].columns
        assert columns.pop(CASE) == ("uuid", True)
        assert set(columns) - LOOKED_UP.get(name, set()) == set(in_the_file)
        for column, (kind, required) in in_the_file.items():
            assert columns[column][0] in KINDS[kind], (name, column)
            assert columns[column][1] is required, (name, column)


def test_what_is_unique_and_what_refers_to_what_is_the_same(
    in_file: dict[str, Table], in_database: dict[str, Table]
) -> None:
    unique = {name: one.unique | NUMBERED.get(name, set()) for name, one in in_database.items()}

    assert unique == {name: one.unique for name, one in in_file.items()}
    assert {name: one.refers for name, one in in_database.items()} == {
        name: one.refers for name, one in in_file.items()
    }


def test_what_only_grows_in_a_file_only_grows_in_the_database(
    in_file: dict[str, Table], in_database: dict[str, Table]
) -> None:
    growing = {name: one.grows for name, one in in_file.items()}

    assert growing == {name: one.grows for name, one in in_database.items()}
    assert growing["receipt"] == {("UPDATE", False), ("DELETE", False)}


def test_all_text_is_sealed_but_what_says_nothing_of_a_person(
    in_database: dict[str, Table],
) -> None:
    readable = {
        name: {column for column, (kind, _) in table.columns.items() if kind == "text"}
        for name, table in in_database.items()
    }

    assert {name: columns for name, columns in readable.items() if columns} == CAN_BE_READ


def queries(room: ModuleType, *, of_database: bool) -> dict[str, str]:
    """The queries of a room, as one of the two stores is asked."""
    found = dict(named_queries(room.FOLDER / "queries.sql"))
    found.pop(OF_A_COPY, None)
    return {**found, **_otherwise(room.FOLDER)} if of_database else found


@pytest.mark.parametrize("room", [kit.book, kit.ledger], ids=["book", "ledger"])
def test_both_can_be_asked_every_query_and_answer_with_the_same_columns(
    room: ModuleType, file: Connection, admin: Raw
) -> None:
    in_file = {
        name: columns_of_file(file, sql) for name, sql in queries(room, of_database=False).items()
    }
    in_database = {
        name: described(admin, sql).columns for name, sql in queries(room, of_database=True).items()
    }

    assert {name: in_database[name] for name in in_file} == in_file
    assert all("sender" in name or "clinic" in name for name in set(in_database) - set(in_file))


@pytest.mark.parametrize("room", [kit.book, kit.ledger, kit.cases], ids=["book", "ledger", "cases"])
def test_what_is_sealed_is_written_so_in_every_query_and_nothing_else_is(
    room: ModuleType, admin: Raw
) -> None:
    wrong = {
        name: described(admin, sql).sealed ^ set(_PERSONAL.findall(sql)) ^ SEALED.get(name, set())
        for name, sql in queries(room, of_database=True).items()
    }

    assert {name: values for name, values in wrong.items() if values} == {}

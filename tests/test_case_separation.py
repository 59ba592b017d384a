"""One case sees nothing of another: by no query of ours, and by no SQL as the role `kit_app`."""

from __future__ import annotations

import contextlib
import json
import re
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from clinic_line import SENDER, planned
from psycopg import sql as quoted

import kit.book
import kit.cases
import kit.ledger
from kit.actions.delivery import Why, way
from kit.connector.common import Common
from kit.connector.postgres import SCHEMA, PostgresConnection
from kit.errors import CaseMissingError, LedgerError, WrongCaseKeyError
from kit.model import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres import Database

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.connector.seal import Seal
    from kit.model import Case

    Raw = psycopg.Connection[Any]

#: How a query begins that writes rows of its own.
INSERTS = ("INSERT", "WITH")
#: Tables without a case: nothing personal stands in them, and nothing of which case it is.
OF_ALL_CASES = {"schema_step", "sender_pace", "sender_claim", "clinic_opt_out", "this_clinic"}
#: Those of the queue have ids only.
OF_THE_QUEUE = "procrastinate_"
#: Of the jobs of all cases it tells how far they have come: one number for each of two lines.
OF_THE_LINE = "next_in_line"
#: What stands in every text, so that whatever a query compares is equal.
SAME = "same"
#: What the queries name themselves; a table has one row for each combination.
NAMED: dict[str, tuple[object, ...]] = {
    "chosen": ("nobody",),
    "kind": (SAME, "incident", "exhibit", "removed"),
    "status": (SAME, "rejected", "delivered", "handed_over"),
    "fault": ("address",),
    "rehearsal": (0,),
    "one": (1,),
    "people": (1,),
}
#: In one table the same word is something else.
OF_TABLE = {
    ("look", "kind"): (SAME,),
    ("record_entry", "kind"): (SAME,),
    ("apart", "one"): ("a",),
    ("forgetting", "last_plan"): (0,),
}
_VALUE = re.compile(r"(?<![:\w])([:@])([a-z_]\w*)")
_LIST = re.compile(r"json_each\([:@](\w+)\)")
#: Values that must not be the same text.
OTHERWISE = {"chosen": "everyone", "since": "", "until": "~", "before": "~", "most": 9}
#: These ask for two rows of one table that differ, as the rows of `filled` do not.
NOT_TRIED = {"confirmed_since", "dead", "others_with_these_addresses"}
#: What stands in lists that is not the same text, and what is a number.
LISTS = {
    "numbers": [1],
    "groups": ["nobody"],
    "statuses": [SAME, "handed_over"],
}
NUMBERS = (
    *("number", "people", "n", "part", "position", "segments", "rehearsal", "registered_sender"),
    *("checked", "refused", "debt_named", "paused", "removed"),
)


@pytest.fixture
def other(clinic: Clinic) -> Case:
    return clinic.new("别人")


@pytest.fixture
def case(clinic: Clinic) -> Case:
    return clinic.new("小明")


@pytest.fixture
def admin(database: Database) -> Iterator[Raw]:
    with psycopg.connect(database.admin_url, autocommit=True) as raw:
        raw.execute(f"SET search_path = {SCHEMA}".encode())
        yield raw


@pytest.fixture
def app(database: Database) -> Iterator[Raw]:
    with psycopg.connect(database.url(), autocommit=True) as raw:
        raw.execute(f"SET search_path = {SCHEMA}".encode())
        yield raw


@pytest.fixture
def filled(admin: Raw, clinic: Clinic, case: Case) -> Seal:
    """Rows of the case in every table that there is; its key."""
    fill_all(admin, case.id, seal := clinic.keys.seal(case.id))
    return seal


def fill_all(admin: Raw, case_id: str, seal: Seal) -> None:
    admin.execute("SET session_replication_role = replica")  # no row waits for another
    for table in tables(admin, with_case=True):
        fill(admin, table, case_id, seal)
    admin.execute("SET session_replication_role = origin")


def tables(admin: Raw, *, with_case: bool) -> list[str]:
    found = admin.execute(
        "SELECT relname, EXISTS (SELECT 1 FROM pg_attribute"
        " WHERE attrelid = pg_class.oid AND attname = 'case_id')"
        " FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p')"
        " ORDER BY relname",
        [SCHEMA],
    ).fetchall()
    return [name for name, has_case in found if has_case is with_case]


def fill(admin: Raw, table: str, case_id: str, seal: Seal) -> None:
    columns = admin.execute(
        "SELECT column_name, coalesce(domain_name, data_type) FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_identity = 'NO'",
        [SCHEMA, table],
    ).fetchall()
    by_type = {"sealed": seal.close(SAME), "text": SAME, "uuid": case_id}
    names = [name for name, _ in columns]
    choices = [
        OF_TABLE.get((table, name))
        or (NAMED.get(name) if type_ in ("text", "integer") else None)
        or (by_type.get(type_, 1),)
        for name, type_ in columns
    ]
    into = quoted.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        quoted.Identifier(table),
        quoted.SQL(", ").join(map(quoted.Identifier, names)),
        quoted.SQL(", ").join([quoted.Placeholder()] * len(names)),
    )
    for n, row in enumerate(product(*choices), 1):
        numbered = [
            n if column in (("position", "integer"), ("number", "integer")) else value
            for column, value in zip(columns, row, strict=True)
        ]
        admin.execute(into, numbered)


@cache
def queries() -> dict[str, str]:
    """Every query of the stores that is asked of one case, as PostgreSQL is asked."""
    found: dict[str, str] = {}
    for room in (kit.book, kit.ledger):
        for name in ("queries.sql", "postgres.sql"):
            if (path := room.FOLDER / name).exists():
                found |= kit.connector.named_queries(path)
    return {
        name: sql
        for name, sql in found.items()
        # `copy` is a file that is written beside one's own; it is of no clinic
        if not any(table in sql for table in OF_ALL_CASES) and name != "mark_copy"
    }


def values(sql: str) -> dict[str, Any]:
    lists = set(_LIST.findall(sql))
    found: dict[str, Any] = {}
    for kind, name in _VALUE.findall(sql):
        if name in lists:
            found[name] = json.dumps(LISTS.get(name, [SAME]))
        else:
            is_number = kind == ":" and name in NUMBERS
            found[name] = 1 if is_number else OTHERWISE.get(name, SAME)
    return found


def answer(connection: PostgresConnection, sql: str) -> list[Any] | int:
    """What the query finds, or how many rows it changes; nothing of it stays."""

    class TakenBackError(Exception):
        pass

    found: list[Any] | int = 0
    with contextlib.suppress(TakenBackError), connection.writing():
        cursor = connection._run(sql, values(sql))  # noqa: SLF001 (how many rows, nobody else asks)
        found = cursor.fetchall() if cursor.description else cursor.rowcount
        raise TakenBackError
    return found


def says_something(found: list[Any] | int) -> bool:
    return any(any(row) for row in found) if isinstance(found, list) else found > 0


def test_no_query_finds_or_changes_anything_of_another_case(
    case: Case, other: Case, filled: Seal, database: Database
) -> None:
    # even with the other's key in hand: by it, what is sealed would be equal
    own, others = (
        PostgresConnection(database.url(), one.id, filled, Common(filled, {}))
        for one in (case, other)
    )
    finding, seeing = set(), set()
    for name, sql in queries().items():
        try:
            finding |= {name} if says_something(answer(own, sql)) else set()
        except psycopg.IntegrityError:
            finding.add(name)  # it met what is there
        with contextlib.suppress(psycopg.IntegrityError):
            seeing |= {name} if says_something(answer(others, sql)) else set()
    own.close()
    others.close()

    assert {name for name in seeing if not queries()[name].startswith(INSERTS)} == set()
    reading = {name for name, sql in queries().items() if not sql.startswith(INSERTS)}
    assert reading - finding == NOT_TRIED


def test_what_is_written_by_a_case_is_its_own(
    admin: Raw, case: Case, other: Case, filled: Seal, database: Database
) -> None:
    before = everything_of(admin, case)
    others = PostgresConnection(database.url(), other.id, filled, Common(filled, {}))
    for sql in queries().values():
        with contextlib.suppress(LedgerError, psycopg.Error), others.writing():
            others.write(sql, values(sql))
    others.close()

    assert everything_of(admin, case) == before
    assert everything_of(admin, other)


def everything_of(admin: Raw, case: Case) -> list[Any]:
    return [
        row
        for table in tables(admin, with_case=True)
        for row in admin.execute(
            quoted.SQL("SELECT x::TEXT FROM {} AS x WHERE case_id = %s ORDER BY 1").format(
                quoted.Identifier(table)
            ),
            [case.id],
        ).fetchall()
    ]


@pytest.mark.usefixtures("filled")
def test_a_case_that_is_erased_leaves_no_row_in_any_table_and_the_others_all_of_theirs(
    admin: Raw, clinic: Clinic, case: Case, other: Case
) -> None:
    fill_all(admin, other.id, clinic.keys.seal(other.id))
    # what no entry stands for is in no real case: a foreign key holds it
    admin.execute(
        "DELETE FROM record_content WHERE number NOT IN (SELECT number FROM record_entry)"
    )
    clinic.close(case.id)
    before = everything_of(admin, other)
    assert everything_of(admin, case)
    with contextlib.closing(clinic.connect(case.id)) as line:
        kit.cases.erase(line)

    assert everything_of(admin, case) == []
    assert everything_of(admin, other) == before


@pytest.mark.usefixtures("filled")
def test_without_a_case_or_with_one_that_is_not_there_every_table_is_empty(
    app: Raw, admin: Raw, case: Case, other: Case
) -> None:
    assert count(app, admin) == set()
    app.execute("SELECT set_config('kit.case', %s, false)", [other.id])
    assert count(app, admin) == set()
    app.execute("SELECT set_config('kit.case', %s, false)", [case.id])
    assert count(app, admin) == set(tables(admin, with_case=True))


def count(app: Raw, admin: Raw) -> set[str]:
    """The tables in which the role sees anything."""
    return {
        table
        for table in tables(admin, with_case=True)
        if app.execute(quoted.SQL("SELECT FROM {}").format(quoted.Identifier(table))).rowcount
    }


def test_every_table_keeps_cases_apart_or_has_nothing_of_a_person(admin: Raw) -> None:
    forced = {
        name
        for (name,) in admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relrowsecurity AND relforcerowsecurity",
            [SCHEMA],
        )
    }
    without = {t for t in tables(admin, with_case=False) if not t.startswith(OF_THE_QUEUE)}
    sealed = {
        table
        for (table,) in admin.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = %s AND domain_name = 'sealed'",
            [SCHEMA],
        )
    }

    assert without - forced == OF_ALL_CASES
    assert set(tables(admin, with_case=True)) <= forced
    assert not sealed & OF_ALL_CASES


def test_no_view_or_function_sees_more_than_who_asks_it(admin: Raw) -> None:
    views = admin.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'v'"
        " AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)",
        [SCHEMA],
    ).fetchall()
    functions = admin.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace AND prosecdef", [SCHEMA]
    ).fetchall()

    assert (views, functions) == ([(OF_THE_LINE,)], [])
    assert admin.execute("SELECT * FROM next_in_line").fetchall() == [(True, None), (False, None)]


#: What somebody tries who has the role's password and knows how all of it is made.
TRIED = [
    "SET ROLE admin",
    "SET SESSION AUTHORIZATION admin",
    "SET session_replication_role = replica",
    "SET row_security = off; SELECT * FROM contact",
    "ALTER TABLE contact DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE contact NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE contact OWNER TO kit_app",
    "ALTER TABLE receipt DISABLE TRIGGER ALL",
    "DROP POLICY one_case ON contact",
    "CREATE POLICY all_of_it ON contact USING (true)",
    "ALTER POLICY own_or_list ON clinic_case USING (true)",
    "ALTER ROLE kit_app BYPASSRLS",
    "ALTER ROLE kit_app SUPERUSER",
    "GRANT admin TO kit_app",
    "CALL keep_cases_apart('contact')",
    "CREATE OR REPLACE FUNCTION this_case() RETURNS UUID LANGUAGE sql RETURN NULL",
    "CREATE FUNCTION kit.mine() RETURNS INTEGER LANGUAGE sql RETURN 1",
    "CREATE VIEW kit.mine AS SELECT * FROM contact",
    "TRUNCATE contact",
    "DROP TABLE contact",
    "UPDATE schema_step SET number = 0",
    "COPY contact TO PROGRAM 'cat'",
    "COPY contact TO '/dev/null'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT * FROM pg_authid",
    "INSERT INTO notice (case_id, id, rehearsal, at) VALUES (%(case)s, 'a', 0, 'a')",
]
#: What is let through, and finds nothing.
FOUND_NOTHING = [
    "SELECT * FROM clinic_case",
    "SELECT * FROM contact WHERE case_id = %(case)s",
    "SELECT * FROM standing",
    "SELECT * FROM pg_stats WHERE tablename IN ('contact', 'clinic_case')",
    "UPDATE contact SET chosen = 'nobody' RETURNING *",
    "DELETE FROM message RETURNING *",
    "UPDATE clinic_case SET closed_at = NULL, paused = 0 RETURNING *",
    "SELECT * FROM contact AS c LEFT JOIN address AS a USING (case_id) WHERE c.case_id IS NULL",
]


@pytest.mark.usefixtures("filled")
def test_raw_sql_as_the_role_is_refused_or_finds_nothing(app: Raw, case: Case, admin: Raw) -> None:
    admin.execute("ANALYZE")
    let_through = []
    for one in TRIED:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            app.execute(one.replace("%(case)s", f"'{case.id}'::UUID").encode())
            let_through.append(one)
    app.execute("RESET ALL")
    app.execute(f"SET search_path = {SCHEMA}".encode())
    found = [
        one
        for one in FOUND_NOTHING
        if app.execute(one.replace("%(case)s", f"'{case.id}'::UUID").encode()).fetchall()
    ]

    assert let_through == []
    assert found == []


@pytest.mark.usefixtures("filled")
def test_a_function_that_tells_is_not_told_what_is_hidden(app: Raw) -> None:
    told: list[str] = []
    app.add_notice_handler(lambda said: told.append(said.message_primary or ""))
    app.execute(
        "CREATE FUNCTION pg_temp.tell(BYTEA) RETURNS BOOLEAN LANGUAGE plpgsql COST 0.0001"
        " AS $$ BEGIN RAISE NOTICE 'seen %', $1; RETURN true; END $$"
    )

    assert app.execute("SELECT * FROM contact WHERE pg_temp.tell(names)").fetchall() == []
    assert told == []


def test_who_says_another_case_sees_only_what_is_sealed(
    case_store: Callable[..., Store], database: Database, other: Case, clinic: Clinic
) -> None:
    store = case_store("小明的案子")
    store.book.set("sender", "王小芳")
    meddled = PostgresConnection(
        database.url(), store.settings.case, clinic.keys.seal(other.id), Common(_any(clinic), {})
    )
    with pytest.raises(WrongCaseKeyError):
        kit.book.Book(meddled).setting("sender")
    meddled.close()
    with psycopg.connect(database.url(), autocommit=True) as raw:
        raw.execute("SELECT set_config('kit.list', 'on', false)")
        said = raw.execute("SELECT name FROM kit.clinic_case").fetchall()

    assert len(said) == 2
    assert all("小明".encode() not in name and name[0] == 1 for (name,) in said)


def test_what_is_sealed_opens_in_no_other_case_and_no_number_goes_with_anothers_message(
    case_store: Callable[..., Store], admin: Raw
) -> None:
    stores = [case_store(name, **SENDER) for name in ("小明", "小红")]
    plans = [planned(store, 2) for store in stores]
    ids = [store.settings.case for store in stores]
    change = (
        "UPDATE message AS m SET recipient = other.recipient FROM message AS other"
        " WHERE m.case_id = %s AND m.position = 1 AND other.case_id = %s AND other.position = 2"
    )
    admin.execute(change, [ids[0], ids[1]])
    with pytest.raises(WrongCaseKeyError):
        stores[0].current_plan()
    admin.execute(change, [ids[1], ids[1]])
    message, other = stores[1].current_plan().messages

    assert message.recipient == other.recipient
    assert way(stores[1], plans[1], message, stores[1].clock()) is Why.FAILED
    assert isinstance(way(stores[1], plans[1], other, stores[1].clock()), Way)


def test_what_is_written_in_another_cases_block_is_refused(
    clinic: Clinic, case: Case, other: Case
) -> None:
    own = clinic.connect(case.id)
    others = own.beside(other.id, clinic.keys.seal(other.id))
    sql = "INSERT INTO setting (name, value) VALUES (:name, @value)"
    values = {"name": "sender", "value": "别人"}
    with pytest.raises(CaseMissingError), own.writing():
        others.write(sql, values)
    with pytest.raises(CaseMissingError), own.writing():
        others.write_all(sql, [values])
    assert kit.book.Book(own).setting("sender") == ""
    own.close()


def _any(clinic: Clinic) -> Seal:
    return clinic.keys.make("")

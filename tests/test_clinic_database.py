"""Who may open a clinic's database, and how it is made and brought up to date."""

from __future__ import annotations

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from postgres import PASSWORDS

import kit.book
import kit.cases
import kit.ledger
from kit.actions import cases
from kit.actions.cases import Borrowed
from kit.clinic.schema import tables
from kit.connector import migrating
from kit.connector.postgres import connected
from kit.errors import (
    DatabaseEncodingError,
    DatabaseGoneError,
    DatabaseRefusedError,
    OwnerMissingError,
    StoreTooNewError,
    StoreUnusableError,
)
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Kit
    from postgres import Database

    from kit.actions.store import Store
    from kit.settings import Settings

ROOMS = {"cases": kit.cases, "book": kit.book, "ledger": kit.ledger}
FOLDERS = {
    "base": migrating.BASE,
    **{name: room.FOLDER / "postgres" for name, room in ROOMS.items()},
}
STEPS = {name: len(list(folder.glob("*.sql"))) for name, folder in FOLDERS.items()}
STEPS |= {
    name: len(one.steps if isinstance(one, Borrowed) else list(one.glob("*.sql")))
    for name, one in tables().items()
}


def of(database: Database) -> Settings:
    return load({"KIT_DATABASE_URL": database.url(), "KIT_DATABASE_ADMIN_URL": database.admin_url})


@pytest.fixture
def empty(postgres: Database) -> Iterator[Database]:
    """A database in which nothing was made yet."""
    with postgres.another("template1") as made:
        yield made


@pytest.fixture
def role(database: Database) -> Iterator[Callable[..., str]]:
    """Make a role of the server; the URL that it connects by."""
    made: list[str] = []

    def make(*more: str, may: str = "") -> str:
        name = f"role_{uuid4().hex[:8]}"
        made.append(name)
        database.run(f"CREATE ROLE {name} LOGIN {may} PASSWORD 'x'")
        database.run(*(one.format(name=name) for one in more))
        return database.url(name, "x")

    yield make
    for name in made:
        database.run(f"REASSIGN OWNED BY {name} TO admin", f"DROP OWNED BY {name}")
        database.run(f"DROP ROLE {name}")


def test_two_cases_of_a_clinic_have_books_of_their_own(case_store: Callable[..., Store]) -> None:
    one, other = case_store("小明"), case_store("小红")
    one.book.set("region", "CN")

    assert (one.book.setting("region"), other.book.setting("region")) == ("CN", "")


@pytest.mark.parametrize("command", [("case", "list"), ("case", "new", "小明"), ("status",)])
@pytest.mark.parametrize(
    ("may", "more"),
    [
        ("SUPERUSER", []),
        ("BYPASSRLS", []),
        ("NOINHERIT", ["GRANT admin TO {name}"]),
        ("", ["ALTER TABLE kit.contact OWNER TO {name}"]),
    ],
    ids=["superuser", "passes by", "member of the owner", "owner"],
)
def test_a_role_that_could_see_more_than_one_case_is_refused(
    kit: Kit, role: Callable[..., str], may: str, more: list[str], command: tuple[str, ...]
) -> None:
    allowed = ["GRANT USAGE ON SCHEMA kit TO {name}", "GRANT kit_app TO {name}"]
    done = kit(*command, KIT_DATABASE_URL=role(*allowed, *more, may=may), KIT_CASE="x")

    assert done.exit_code == 1
    assert "could see more than one case" in done.stderr


def test_the_administrator_is_refused_by_all_but_migrate(kit: Kit, database: Database) -> None:
    url = database.admin_url

    assert kit("case", "list", KIT_DATABASE_URL=url).exit_code == 1
    assert kit("migrate", KIT_DATABASE_ADMIN_URL=url).exit_code == 0


def test_another_role_that_may_no_more_than_kit_app_is_let_in(
    kit: Kit, role: Callable[..., str]
) -> None:
    url = role("GRANT kit_app TO {name}")

    assert kit("case", "list", KIT_DATABASE_URL=url).exit_code == 0


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_password_that_is_wrong_or_missing_is_not_let_in(
    kit: Kit, database: Database, password: str
) -> None:
    done = kit("case", "list", KIT_DATABASE_URL=database.url("kit_app", password))

    assert done.exit_code == 1
    assert "is not let in" in done.stderr
    assert "wrong" not in done.output


def test_a_role_that_is_not_there_or_may_nothing_is_not_let_in(
    kit: Kit, database: Database, role: Callable[..., str]
) -> None:
    for url in (database.url("nobody", "x"), role()):
        done = kit("case", "list", KIT_DATABASE_URL=url)

        assert (done.exit_code, "is not let in" in done.stderr) == (1, True)


def test_a_database_that_is_not_there_is_said_so(kit: Kit, database: Database) -> None:
    for one in (replace(database, port=1), replace(database, name="nothing")):
        done = kit("case", "list", KIT_DATABASE_URL=one.url())

        assert (done.exit_code, "cannot be reached" in done.stderr) == (1, True)


def test_two_who_migrate_at_once_make_it_once(empty: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(cases.migrate, [of(empty)] * 2, [tables()] * 2))

    assert done == [STEPS, STEPS]


def test_a_database_that_is_not_in_utf_8_is_refused(empty: Database) -> None:
    with empty.another("template0 ENCODING 'SQL_ASCII' LOCALE 'C'") as made:
        with pytest.raises(DatabaseEncodingError):
            cases.migrate(of(made), tables())
        with connected(made.admin_url) as raw:
            assert raw.execute("SELECT to_regnamespace('kit')::TEXT").fetchone() == (None,)


def test_an_older_database_is_refused_and_brought_up_to_date(
    kit: Kit, empty: Database, tmp_path: Path
) -> None:
    folders = {name: tmp_path / name for name in ROOMS}
    for name, folder in folders.items():
        folder.mkdir()
        shutil.copy(ROOMS[name].FOLDER / "postgres" / "001.sql", folder)
    url = {"KIT_DATABASE_URL": empty.url(), "KIT_DATABASE_ADMIN_URL": empty.admin_url}
    nothing = kit("case", "list", **url)
    migrating.migrate(empty.admin_url, PASSWORDS["kit_app"], folders)
    old = kit("case", "list", **url)
    assert kit("migrate", **url).exit_code == 0

    assert [(one.exit_code, "not brought up" in one.stderr) for one in (nothing, old)] == [
        (1, True),
        (1, True),
    ]
    assert kit("case", "list", **url).exit_code == 0


@pytest.mark.parametrize("store", sorted(STEPS))
def test_a_newer_database_is_left_alone(kit: Kit, database: Database, store: str) -> None:
    with connected(database.admin_url) as raw:
        raw.execute("INSERT INTO schema_step VALUES (%s, %s)", [store, STEPS[store] + 1])
    with pytest.raises(StoreTooNewError):
        cases.migrate(of(database), tables())
    done = kit("case", "list")

    # the list of cases rests on its own store; the others are asked when a case is opened
    assert (done.exit_code == 1) is (store == "cases")


def test_who_migrates_must_own_it_and_say_kit_apps_password(database: Database) -> None:
    url = database.url()
    with pytest.raises(DatabaseRefusedError):
        cases.migrate(load({"KIT_DATABASE_URL": url, "KIT_DATABASE_ADMIN_URL": url}), tables())
    with pytest.raises(DatabaseRefusedError):
        cases.migrate(
            load({"KIT_DATABASE_URL": database.admin_url, "KIT_DATABASE_ADMIN_URL": "x"}), tables()
        )
    with pytest.raises(OwnerMissingError):
        cases.migrate(load({"KIT_DATABASE_URL": url}), tables())
    with pytest.raises(DatabaseGoneError):
        connected("postgresql://a:b@127.0.0.1:1/c")


def test_a_server_that_writes_down_every_statement_is_not_told_the_password(
    empty: Database,
) -> None:
    empty.run(f"ALTER DATABASE {empty.name} SET log_statement = 'all'")
    cases.migrate(of(empty), tables())
    with connected(empty.admin_url) as raw:
        asked = "SELECT pg_read_file(current_setting('data_directory') || '/../log')"
        ((log,),) = raw.execute(asked).fetchall()

    assert 'ROLE "kit_app"' in log
    assert PASSWORDS["kit_app"] not in log
    connected(empty.url()).close()


def test_a_role_of_that_name_that_could_more_can_no_more(empty: Database) -> None:
    empty.run("ALTER ROLE kit_app SUPERUSER BYPASSRLS")
    cases.migrate(of(empty), tables())

    connected(empty.url()).close()
    assert cases.migrate(of(empty), tables()) == STEPS
    with connected(empty.admin_url) as raw:
        asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'kit_app'"
        assert raw.execute(asked).fetchone() == (False,)


def test_a_block_whose_connection_was_lost_keeps_nothing_whoever_caught_that(
    case_store: Callable[..., Store], database: Database
) -> None:
    store = case_store()
    book = store.book

    def write_and_lose() -> None:
        book.set("region", "CN")
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'kit_app' AND datname = current_database()"
        )
        for _ in range(3):
            with contextlib.suppress(DatabaseGoneError):
                book.set("sender", "小明")

    with pytest.raises(DatabaseGoneError), store.changing():
        write_and_lose()
    assert [book.setting(name) for name in ("region", "sender")] == ["", ""]


def test_a_block_in_which_a_change_failed_keeps_nothing_and_says_so(
    case_store: Callable[..., Store],
) -> None:
    store = case_store()

    def fail_and_go_on() -> None:
        store.book.set("region", "CN")
        with contextlib.suppress(StoreUnusableError):
            store.book.keep_apart([("a", "nobody")])

    with pytest.raises(StoreUnusableError), store.changing():
        fail_and_go_on()

    assert store.book.setting("region") == ""


#: What a database is made of, whatever came first.
SHAPE = """
SELECT table_name, column_name, data_type, column_default FROM information_schema.columns
WHERE table_schema = 'kit'
UNION ALL SELECT proname, pg_get_function_arguments(oid), prosrc, '' FROM pg_proc
WHERE pronamespace = 'kit'::REGNAMESPACE
UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'kit'
"""


def test_an_older_queue_gets_the_steps_it_lacks_and_becomes_like_a_new_one(
    empty: Database, database: Database
) -> None:
    queue = tables()["queue"]
    assert isinstance(queue, Borrowed)
    older = {**tables(), "queue": Borrowed("", queue.steps[:-5])}
    cases.migrate(of(empty), older)
    assert cases.migrate(of(empty), tables()) == STEPS

    with connected(empty.admin_url) as one, connected(database.admin_url) as other:
        assert set(one.execute(SHAPE)) == set(other.execute(SHAPE))
        done = "SELECT number FROM kit.schema_step WHERE store = 'queue' ORDER BY number"
        numbers = [row[0] for row in one.execute(done)]
    assert numbers == list(range(1, STEPS["queue"] + 1))
    with pytest.raises(StoreTooNewError):
        cases.migrate(of(empty), older)


def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(empty: Database) -> None:
    one, other = "CREATE TABLE one (n INT)", "CREATE TABLE other (n INT)"
    wrong = {"some": Borrowed("", (one, f"{other}; SELECT 1 / 0"))}
    right = {"some": Borrowed("", (one, other))}
    with pytest.raises(StoreUnusableError):
        migrating.migrate(empty.admin_url, PASSWORDS["kit_app"], wrong)
    with connected(empty.url()) as raw:
        asked = "SELECT to_regclass('one') IS NULL, to_regclass('other') IS NULL"
        assert raw.execute(asked).fetchone() == (False, True)

    assert migrating.migrate(empty.admin_url, PASSWORDS["kit_app"], right)["some"] == 2

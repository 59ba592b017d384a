"""A clinic's database is lost and restored from an older dump: nobody is told twice."""

from __future__ import annotations

import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from office import people
from postgres import binaries

from kit.actions import cases
from kit.actions.delivery import Why, deliver
from kit.actions.opening import open_channel
from kit.actions.unlocking import Nobody
from kit.clinic.worker import Worker
from kit.errors import DatabaseGoneError, DatabaseReplacedError, KitError
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from office import Office
    from postgres import Database
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store
    from kit.model import Plan

    Kit = Callable[..., Result]

#: Nobody has a database of a test open any more.
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'of_%'"
LOCKED = {"KIT_SEAL_PASSPHRASE": "口令"}


def sent(office: Office, case_id: str, begin: int, end: int) -> None:
    """These messages of the plan go, one after the other."""
    with closing(office.store(case_id)) as store, closing(open_channel(store, "twilio")) as way:
        plan = store.current_plan()
        for message in plan.messages[begin:end]:
            assert deliver(store, plan, message, {"twilio": way}).receipt


def client(program: str, *arguments: str | Path) -> None:
    """A program of PostgreSQL's own."""
    subprocess.run([binaries() / program, *arguments], check=True, capture_output=True)


def swap(database: Database, copy: Database) -> None:
    """The copy takes the place of the database, as whoever restores one does it."""
    database_name, copy_name = database.name, copy.name
    with psycopg.connect(server_url(database), autocommit=True) as raw:
        for sql in (
            END,
            f"ALTER DATABASE {database_name} RENAME TO {database_name}_lost",
            f"ALTER DATABASE {copy_name} RENAME TO {database_name}",
            f"ALTER DATABASE {database_name}_lost RENAME TO {copy_name}",
        ):
            raw.execute(sql.encode())


def server_url(database: Database) -> str:
    return database.admin_url.rpartition("/")[0] + "/postgres"


def test_after_a_restore_from_an_older_dump_nobody_is_told_twice_and_the_rest_are_told(
    office: Office,
    twilio: TwilioStandin,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    id_ = office.case(*people(5))
    office.send(id_, 5)
    sent(office, id_, 0, 2)
    client("pg_dump", "--format=custom", "--file", tmp_path / "dump", database.admin_url)
    assert office.kit("case", "keys", "--to", tmp_path / "keys", **LOCKED).exit_code == 0
    sent(office, id_, 2, 4)

    with database.another("template0") as restored:
        home = tmp_path / "new machine"
        url = restored.admin_url
        client("pg_restore", "--no-owner", "--no-privileges", "--dbname", url, tmp_path / "dump")
        monkeypatch.setenv("KIT_DATABASE_URL", restored.url())
        monkeypatch.setenv("KIT_HOME", str(home))
        monkeypatch.setenv("KIT_KEY_FILE", str(home / "key"))
        assert office.kit("worker", "--until-idle").exit_code == 1  # kit_app may do nothing yet
        assert office.kit("migrate", KIT_DATABASE_ADMIN_URL=url).exit_code == 0
        added = office.kit("case", "keys", "--from", tmp_path / "keys", **LOCKED)
        assert added.exit_code == 0, added.output
        office.work()
        held, at_first = office.run(id_, "status").output, len(twilio.messages)
        asked = office.run(id_, "sync", "--nothing-by", "another").output
        office.send(id_, 5)
        office.work()

    assert "came from a backup" in held
    assert at_first == 4
    assert "written down now: 2." in asked
    assert sorted(m["to"] for m in twilio.messages) == [f"+86138000{n:05}" for n in range(5)]


def test_whatever_way_a_database_was_copied_its_cases_are_held_and_the_one_it_is_of_goes_on(
    office: Office, twilio: TwilioStandin, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [office.case(*people(1)), office.case(*people(1, begin=5))]
    sent(office, ids[0], 0, 1)
    with database.another(database.name) as copy:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("KIT_DATABASE_URL", copy.url())
            for id_ in ids:
                assert "came from a backup" in office.run(id_, "status").output
            marks = [marked(copy), marked(copy)]
            with closing(office.store(ids[1])) as store:
                held, plan = first(store), store.current_plan()
                at, tried = store.copies.made_at, plan.frozen_at
        sent(office, ids[1], 0, 1)

    assert marks == [2, 2]
    assert held is Why.RESTORED
    assert at == tried  # what it knows of last; what went since, went later
    assert len(twilio.messages) == 2
    assert marked(database) == 0


def first(store: Store) -> Why | None:
    """Why the first message of the plan does not go."""
    with closing(open_channel(store, "twilio")) as way:
        plan: Plan = store.current_plan()
        return deliver(store, plan, plan.messages[0], {"twilio": way}).why


def marked(database: Database) -> int:
    """How often a case of the database was marked as a copy."""
    with psycopg.connect(database.admin_url) as raw:
        row = raw.execute("SELECT count(*) FROM kit.copied").fetchone()
        assert row is not None
        return int(row[0])


@pytest.mark.usefixtures("twilio")
def test_one_that_was_set_back_with_its_disk_is_said_to_be_restored(
    office: Office, database: Database
) -> None:
    id_ = office.case(*people(1))
    assert "came from a backup" not in office.run(id_, "status").output
    admin = {"KIT_DATABASE_ADMIN_URL": database.admin_url}
    assert office.kit("migrate", **admin).exit_code == 0
    assert "came from a backup" not in office.run(id_, "status").output
    assert office.kit("migrate", "--restored", **admin).exit_code == 0
    assert "came from a backup" in office.run(id_, "status").output


def test_who_had_the_database_open_does_nothing_more_with_the_copy_in_its_place(
    office: Office, twilio: TwilioStandin, database: Database
) -> None:
    id_ = office.case(*people(1))
    store, said = office.store(id_), Said()
    with cases.open_clinic(load(), Nobody()) as clinic, closing(store):
        worker = Worker(clinic, said, threads=1, until_idle=False)
        with psycopg.connect(server_url(database), autocommit=True) as raw:
            raw.execute(END)
        with database.another(database.name) as copy:
            swap(database, copy)
            with pytest.raises(DatabaseGoneError):
                store.check_case()
            for _ in range(2):
                with pytest.raises(DatabaseReplacedError):
                    store.check_case()
            with pytest.raises(DatabaseReplacedError):
                worker.run()

    assert twilio.messages == []


class Said:
    """Nobody hears what the worker says."""

    def failed(self, error: KitError) -> None: ...

    def has_no_key(self, case_id: str) -> None: ...

    def took_back(self, count: int) -> None: ...

    def reached(self) -> None: ...

    def is_idle(self, later: int) -> None: ...

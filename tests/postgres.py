"""A real PostgreSQL for tests: one server for the whole run, and a database of its own per test.

The server is Debian's (or whatever `pg_ctl` is found); it runs as an ordinary user, on a free port
of 127.0.0.1, in a folder that is gone afterwards. Where it cannot be had, the tests are skipped.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kit.actions import cases
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.clinic.schema import tables
from kit.connector import Connection
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conftest import Clock

    from kit.actions.cases import Clinic
    from kit.actions.store import Store
    from kit.model import Case
    from kit.settings import Settings

ADMIN, APP = "admin", "kit_app"
#: The passwords of a database that holds nothing but invented people.
PASSWORDS = {ADMIN: "of the owner", APP: "of the workers"}
#: As root PostgreSQL does not start; Debian makes the first of these with it.
_ORDINARY = ("postgres", "nobody")
_WHERE = Path("/usr/lib/postgresql")
_HERE = (
    *("max_connections=120", "unix_socket_directories=", "listen_addresses=127.0.0.1"),
    "timezone=UTC",
)
#: A database that says it is written has not waited for the disk, and takes little memory.
_QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=256MB"),
    *("shared_buffers=32MB", "autovacuum=off"),
)
_TEMPLATE = "migrated"
_PATIENCE_S = 60
_TRIES = 3


@dataclass(frozen=True)
class Database:
    """One database of the server, with everything in it that `kit migrate` makes."""

    port: int
    name: str

    def url(self, role: str = APP, password: str | None = None) -> str:
        """As that role; with its own password unless another is said."""
        secret = PASSWORDS.get(role, "") if password is None else password
        at = f"{role}:{secret.replace(' ', '%20')}" if secret else role
        return f"postgresql://{at}@127.0.0.1:{self.port}/{self.name}"

    @property
    def admin_url(self) -> str:
        """As its owner."""
        return self.url(ADMIN)

    def run(self, *statements: str) -> None:
        """Run these as the owner, one after the other."""
        import psycopg

        with psycopg.connect(self.admin_url, autocommit=True) as raw:
            for one in statements:
                raw.execute(one.encode())

    @contextlib.contextmanager
    def another(self, template: str = _TEMPLATE) -> Iterator[Database]:
        """A database made like that one, until the block ends."""
        made = replace(self, name=f"of_{uuid4().hex[:12]}")
        self.run(f"CREATE DATABASE {made.name} TEMPLATE {template}")
        try:
            yield made
        finally:
            self.run(f"DROP DATABASE {made.name} WITH (FORCE)")


class Server:
    """A server of PostgreSQL that we have started."""

    def __init__(self, folder: Path, user: str | None, options: Sequence[str]) -> None:
        self._programs, self._folder, self._user, self._options = binaries(), folder, user, options
        _initialise(self._programs, folder, user)
        for _ in range(_TRIES):  # somebody may be quicker to take the port
            self.port = _free_port()
            if self._starts():
                return
            self.stop()
        pytest.skip("PostgreSQL does not start here: a clinic's database is not tested")

    @property
    def database(self) -> Database:
        """The administrator's own database, in which there is nothing."""
        return Database(self.port, "postgres")

    def restart(self) -> None:
        """As an administrator does it: whoever is connected is sent away."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(_PATIENCE_S)
        assert self._starts()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(_PATIENCE_S)

    def _starts(self) -> bool:
        every = (*_HERE, *self._options, f"port={self.port}")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._folder / "data"),
                    *(part for one in every for part in ("-c", one)),
                ],
                user=self._user,
                cwd=self._folder,
                env={"PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return _answers(self._process, self.port)


@contextlib.contextmanager
def running(*options: str) -> Iterator[Server]:
    """A server of our own, until the block ends."""
    user = _ordinary_user()
    with _folder(user) as folder:
        server = Server(folder, user, options)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """The server, by its administrator's own database, in which there is nothing."""
    pytest.importorskip(
        "psycopg", reason="psycopg is not installed: a clinic's database is not tested"
    )
    with running(*_QUICK) as server:
        server.database.run(f"CREATE DATABASE {_TEMPLATE}")
        cases.migrate(_settings(replace(server.database, name=_TEMPLATE)), tables())
        yield server.database


@pytest.fixture(scope="session")
def many_cases(postgres: Database) -> Iterator[Database]:
    """One database for every test that looks at no more than its own case: those are cheap."""
    with postgres.another() as made:
        made.run("ALTER TABLE kit.this_clinic DISABLE TRIGGER only_grows")
        yield made


@pytest.fixture
def a_case(many_cases: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A new case of a clinic, which the environment names: whatever opens a store, opens that."""
    monkeypatch.setenv("KIT_DATABASE_URL", many_cases.url())
    # Another clinic each time: what its cases have in common is of no other test.
    many_cases.run("UPDATE kit.this_clinic SET key_hash = NULL")
    with cases.open_clinic(load(), Nobody(), clock, clock.rest) as opened:
        made = opened.new("小明")
    monkeypatch.setenv("KIT_CASE", made.id)
    return made


@pytest.fixture(params=["in a file", "in a clinic"])
def both_stores(request: pytest.FixtureRequest) -> None:
    """The test runs twice: the store that it opens is the file of KIT_HOME, and then a case."""
    if request.param == "in a clinic":
        request.getfixturevalue("a_case")


#: Of a test in a module where all others run on both: it looks at the file, or damages it.
only_in_a_file = pytest.mark.parametrize("both_stores", ["in a file"], indirect=True)


def everything_in(store: Store) -> str:
    """All that is kept, as whoever has the key reads it, JSON as it reads."""
    connection = store._connection  # noqa: SLF001 (what lies there is what is looked at)
    in_a_file = isinstance(connection, Connection)
    tables = connection.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if in_a_file
        else "SELECT table_name AS name FROM information_schema.columns"
        " WHERE column_name = 'case_id'"
    )
    names = {one["name"] for one in tables}
    text = "".join(str(connection.rows(f'SELECT * FROM "{name}"')) for name in names)  # noqa: S608
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


@pytest.fixture
def database(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A clinic's database of this test alone, which the environment names; it has no case."""
    with postgres.another() as made:
        monkeypatch.setenv("KIT_DATABASE_URL", made.url())
        yield made


@pytest.fixture
def clinic(database: Database, clock: Clock) -> Iterator[Clinic]:
    """The clinic of that database, its keys in the KIT_HOME of this test."""
    with cases.open_clinic(load(), Nobody(), clock, clock.rest) as opened:
        assert load().database_url == database.url()
        yield opened


@pytest.fixture
def case_store(clinic: Clinic, clock: Clock) -> Iterator[Callable[..., Store]]:
    """Open the store of a case: of a new one, unless it is said which."""
    opened: list[Store] = []

    def open_(case: Case | str = "小明", **settings: str) -> Store:
        made = clinic.new(case) if isinstance(case, str) else case
        environment = {**os.environ, "KIT_CASE": made.id, **settings}
        opened.append(open_store(load(environment), Nobody(), clock, clock.rest))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


def dumped(database: Database) -> bytes:
    """All of the database, as somebody who stole it has it."""
    done = subprocess.run(
        [binaries() / "pg_dump", database.admin_url, "--no-sync"], capture_output=True, check=True
    )
    return done.stdout


def _settings(database: Database) -> Settings:
    return load({"KIT_DATABASE_URL": database.url(), "KIT_DATABASE_ADMIN_URL": database.admin_url})


def binaries() -> Path:
    """Where the newest PostgreSQL of this computer is."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    versions = sorted(_WHERE.glob("*/bin/pg_ctl"), key=lambda one: float(one.parts[-3]))
    if not versions:
        pytest.skip("PostgreSQL is not installed: a clinic's database is not tested")
    return versions[-1].parent


def _ordinary_user() -> str | None:
    """Who runs the server, where we are root; else we do."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    known = {one.pw_name for one in pwd.getpwall()}
    return next((name for name in _ORDINARY if name in known), None)


@contextlib.contextmanager
def _folder(user: str | None) -> Iterator[Path]:
    """A folder of whoever runs the server; pytest's own are closed to everybody else."""
    memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    folder = Path(tempfile.mkdtemp(prefix="kit-postgres-", dir=memory))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, folder: Path, user: str | None) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORDS[ADMIN], encoding="utf-8")
    if user is not None:
        shutil.chown(secret, user)
    done = subprocess.run(
        [
            *(programs / "initdb", "-D", folder / "data", "--no-sync", "--username", ADMIN),
            *("--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8"),
            *("--locale", "C"),
        ],
        user=user,
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("PostgreSQL cannot be set up here: a clinic's database is not tested")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether it lets us in, before it ends or our patience does."""
    import psycopg

    last = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < last:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(Database(port, "postgres").admin_url).close()
            return True
        time.sleep(0.02)
    return False

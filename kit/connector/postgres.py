"""PostgreSQL under `book` and `ledger`: the same SQL goes in, the same rows come out.

The only room that knows psycopg. One connection is one case: row-level security shows nothing of
any other, and what is personal is sealed before it leaves this process. In the queries a personal
value is written `@name`, any other `:name`; a column of bytes is a sealed one.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
import threading
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kit.connector import NO_TEXT, named_queries
from kit.errors import (
    AlreadyRunningError,
    BusyError,
    CaseMissingError,
    DatabaseFullError,
    DatabaseGoneError,
    DatabaseReadsOnlyError,
    DatabaseRefusedError,
    DatabaseReplacedError,
    LedgerError,
    SchemaOldError,
    StoreTooNewError,
    StoreUnusableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    import psycopg

    from kit.connector.common import Common
    from kit.connector.seal import Seal

#: In which schema all of ours lies.
SCHEMA = "kit"
_SECONDS_TO_WAIT = 10
#: As good as none; to PostgreSQL none at all is for ever.
_NO_WAIT_S = 0.001
#: What the database keeps to for us. Who stands still, or is gone with the network, holds others up
#: for a minute at most: by a sender's row all cases would wait.
_KEPT_TO = {
    "search_path": SCHEMA,
    "client_min_messages": "error",
    "lock_timeout": f"{_SECONDS_TO_WAIT}s",
    "statement_timeout": "300s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
#: How we connect, beside the URL: a database that is gone with the network is given up after half a
#: minute, and no transaction begins by itself.
CONNECTING: Mapping[str, Any] = {
    "autocommit": True,
    "connect_timeout": _SECONDS_TO_WAIT,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    "options": " ".join(f"-c {name}={value}" for name, value in _KEPT_TO.items()),
}
_ROWS_AT_ONCE = 500
#: What waits for somebody else's turn: what was read before does not count any more.
_LOCKING = " FOR UPDATE"
_VALUE = re.compile(r"(?<![:\w])([:@])([a-z_]\w*)")
_LIST = re.compile(r"json_each\(([:@])(\w+)\)")
#: Locks are numbers to PostgreSQL: the first says what for, the second whose.
_WRITING, _HOLDING = 0x6B6974, 0x6B6975


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as psycopg takes it, and which of its values are personal."""

    sql: str
    personal: frozenset[str]
    lists: frozenset[str]


@cache
def _translated(sql: str) -> _Query:
    """The query in PostgreSQL's words."""
    lists = frozenset(name for kind, name in _LIST.findall(sql) if kind == "@")
    sql = sql.replace("%", "%%").replace("ON CONFLICT (", "ON CONFLICT (case_id, ")
    personal = frozenset(name for kind, name in _VALUE.findall(sql) if kind == "@")
    return _Query(_VALUE.sub(r"%(\2)s", _LIST.sub(_unrolled, sql)), personal - lists, lists)


def _unrolled(found: re.Match[str]) -> str:
    kind, name = found.groups()
    if kind == "@":
        return f"unnest(%({name})s::bytea[]) AS value"
    return f"jsonb_array_elements_text(%({name})s::jsonb) AS value"


class _Line:
    """One connection to the database, and which case it shows now."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]], case_id: str, place: str) -> None:
        self.raw = raw
        self.case_id = case_id
        #: a block reads or writes: it ends with the connection that it began with
        self.in_block = False
        #: for good: whoever asks again has made a mistake
        self.is_closed = False
        #: where the database stands; what is made of a copy of it stands elsewhere
        self.place = place
        #: stores whose schema steps were looked at
        self.checked: set[str] = set()
        #: what was read in this transaction: nobody else writes this case until it ends
        self.read: dict[tuple[str, str], list[dict[str, Any]]] = {}


class PostgresConnection:
    """One case of the database, for several threads. Reads need no transaction; writes do."""

    common: Common | None

    def __init__(self, url: str, case_id: str, seal: Seal, common: Common | None) -> None:
        """Connect; nothing of any other case can be seen. Without a case, the list of them can.

        Raises:
            DatabaseGoneError: it cannot be reached.
            DatabaseRefusedError: the role may not, or may too much.
        """
        self._url, self._case_id, self._seal = url, case_id, seal
        self.common = common
        #: one thread at a time: a transaction is the connection's, not the thread's
        self._turn = threading.RLock()
        raw, place = self._connected()
        self._line = _Line(raw, case_id, place)

    @property
    def _raw(self) -> psycopg.Connection[tuple[Any, ...]]:
        return self._line.raw

    def beside(self, case_id: str, seal: Seal, common: Common | None = None) -> PostgresConnection:
        """Another case over the same connection, for a thread that serves one after the other."""
        other = copy.copy(self)
        other._case_id, other._seal = case_id, seal  # noqa: SLF001 (it is one of ours)
        other.common = common or self.common
        return other

    @property
    def _lock(self) -> int:
        """The number of the lock that whoever writes this case has."""
        return zlib.crc32(self._case_id.encode()) - 2**31

    def _connected(self, place: str = "") -> tuple[psycopg.Connection[tuple[Any, ...]], str]:
        """A connection, and where the database stands; it was in that place before.

        Raises:
            DatabaseReplacedError: a copy stands where it was.
        """
        raw = connected(self._url)
        try:
            with meaning():
                check_role(raw)
                found = next(raw.execute("SELECT mark_if_copied()"))[0]
                if place not in ("", found):
                    raise DatabaseReplacedError
                self._show_case(raw)
        except LedgerError:
            raw.close()
            raise
        return raw, found

    def _show_case(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        raw.execute(
            "SELECT set_config('kit.case', %s, false), set_config('kit.list', %s, false)",
            [self._case_id, "" if self._case_id else "on"],
        )

    def queries(self, folder: Path) -> Mapping[str, str]:
        """The named queries of that folder; those that PostgreSQL has to be asked otherwise."""
        return {**named_queries(folder / "queries.sql"), **_otherwise(folder)}

    def now(self) -> datetime:
        """What time it is where the database is."""
        with self._turn, self._ready():
            self._line.read.clear()
        at: datetime = self.rows("SELECT clock_timestamp() AS at")[0]["at"]
        return at

    def close(self) -> None:
        """Let go of the connection when nobody uses it any more."""
        with self._turn:
            self._line.is_closed = True
            self._raw.close()

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every row of a query, by column name."""
        with self._turn, self._ready():
            known, key = self._line.read, (sql, repr(values))
            if _LOCKING in sql:
                known.clear()
            if key not in known:
                cursor = self._run(sql, values)
                found = self._read(cursor, cursor.fetchall())
                if not self._line.in_block or _LOCKING in sql:
                    return found
                known[key] = found
            return [dict(row) for row in known[key]]

    def stream(
        self, sql: str, values: Mapping[str, Any] | None = None, at_once: int = _ROWS_AT_ONCE
    ) -> Iterator[dict[str, Any]]:
        """The rows of a query; those that are few at once come so from the database."""
        if at_once >= _ROWS_AT_ONCE:
            yield from self.rows(sql, values)
            return
        query = _translated(sql)
        with self._turn, self._ready():
            cursor = self._raw.cursor("few_at_once", withhold=True)
            cursor.execute(query.sql, self._sealed(query, values or {}))
        try:
            while True:
                with self._turn, meaning():
                    some = cursor.fetchmany(at_once)
                if not some:
                    return
                yield from self._read(cursor, some)
        finally:
            with self._turn, meaning():
                cursor.close()

    def write(self, sql: str, values: Mapping[str, Any]) -> None:
        """One change; it must stand inside `writing()`."""
        with self._turn, self._ready():
            self._line.read.clear()
            self._run(sql, values)

    def write_all(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same change for many rows; it must stand inside `writing()`."""
        query = _translated(sql)
        with self._turn, self._ready(), self._raw.cursor() as cursor:
            self._line.read.clear()
            cursor.executemany(query.sql, [self._sealed(query, row) for row in rows])

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is in the database when the block ends, or none of it.

        One at a time of this case, as in a file. A block inside another is part of it.

        Raises:
            StoreUnusableError: a query of the block failed, whoever may have caught that.
        """
        with self._turn:
            if self._line.in_block:
                yield
                return
            with self._block(f"BEGIN; SELECT pg_advisory_xact_lock({_WRITING}, {self._lock})"):
                yield
                self._commit()

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """What the block reads is as it stood when it began; others may write meanwhile."""
        with self._turn:
            if self._line.in_block:
                yield
                return
            with self._block(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                "SET LOCAL idle_in_transaction_session_timeout = 0"  # it holds nobody up
            ):
                yield

    @contextlib.contextmanager
    def _block(self, begin: str) -> Iterator[None]:
        """What is not committed when the block ends is taken back."""
        try:
            with self._ready():
                self._raw.execute(begin)
            self._line.in_block = True
            yield
        finally:
            self._line.in_block = False
            self._line.read.clear()
            self._roll_back()

    @contextlib.contextmanager
    def holding(self, lock: str, wait_s: float = 0) -> Iterator[None]:
        """Nobody else does with this case what that lock stands for while the block runs.

        It is held by a connection of its own, so that it ends with it, whatever becomes of either.

        Raises:
            AlreadyRunningError: somebody still does, after `wait_s` seconds.
        """
        with contextlib.closing(connected(self._url)) as raw, meaning():
            name = f"{lock} {self._case_id}"
            wait = f"{wait_s or _NO_WAIT_S}s"
            raw.execute("SELECT set_config('lock_timeout', %s, false)", [wait])
            try:
                with meaning():
                    raw.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_HOLDING, name])
            except BusyError:
                raise AlreadyRunningError from None
            try:
                yield
            finally:  # closed alone, it is let go only when the database has noticed
                with contextlib.suppress(LedgerError), meaning():
                    raw.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_HOLDING, name])

    def steps_done(self) -> dict[str, int]:
        """How many schema steps each store of this database has."""
        rows = self.rows("SELECT store, max(number) AS done FROM schema_step GROUP BY store")
        return {row["store"]: row["done"] for row in rows}

    def bring_up_to_date(self, store: str, folder: Path) -> None:
        """See that the database has all schema steps; only `kit migrate` makes them.

        Raises:
            SchemaOldError: it lacks some.
            StoreTooNewError: it has some that this program does not know.
        """
        if store in self._line.checked:
            return
        known = len(list((folder.parent / "postgres").glob("*.sql")))
        done = self.steps_done().get(store, 0)
        if done < known:
            raise SchemaOldError
        if done > known:
            raise StoreTooNewError
        self._line.checked.add(store)

    def _commit(self) -> None:
        from psycopg.pq import TransactionStatus

        # of a block in which a query has failed nothing is kept, and COMMIT would not say so
        if self._raw.info.transaction_status is TransactionStatus.INERROR:
            raise StoreUnusableError(reason="a change failed before")
        with meaning():
            self._raw.execute("COMMIT")

    def _roll_back(self) -> None:
        """Take back what was begun; a connection that was lost has done so itself."""
        from psycopg.pq import TransactionStatus

        begun = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
        with contextlib.suppress(LedgerError), meaning():
            if self._raw.info.transaction_status in begun:
                self._raw.execute("ROLLBACK")

    @contextlib.contextmanager
    def _ready(self) -> Iterator[None]:
        """Connect anew where the connection was lost; show this case where another was shown."""
        line = self._line
        if line.is_closed:
            raise StoreUnusableError(reason="it is closed")
        if (line.raw.closed or line.raw.broken) and not line.in_block:
            line.raw, _ = self._connected(line.place)
            line.case_id = self._case_id
            line.checked.clear()
        with meaning():
            if line.case_id != self._case_id:
                if line.in_block:
                    raise CaseMissingError
                self._show_case(line.raw)
                line.case_id = self._case_id
            yield

    def _run(self, sql: str, values: Mapping[str, Any] | None) -> psycopg.Cursor[tuple[Any, ...]]:
        query = _translated(sql)
        return self._raw.execute(query.sql, self._sealed(query, values or {}))

    def _sealed(self, query: _Query, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._as_sent(query, name, value) for name, value in values.items()}

    def _as_sent(self, query: _Query, name: str, value: Any) -> Any:  # noqa: ANN401 (any column)
        if name in query.personal and value is not None:
            return self._seal.close(value)
        if name in query.lists:
            return [self._seal.close(one) for one in json.loads(value)]
        return int(value) if isinstance(value, bool) else value

    def _read(
        self, cursor: psycopg.Cursor[Any], rows: Iterable[tuple[Any, ...]]
    ) -> list[dict[str, Any]]:
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, map(self._opened, row), strict=True)) for row in rows]

    def _opened(self, value: Any) -> Any:  # noqa: ANN401 (any column)
        if isinstance(value, bytes):
            return self._seal.open(value)
        if isinstance(value, list):  # as a file has it: JSON
            return json.dumps([self._seal.open(one) for one in value])
        return value


def connected(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that begins no transaction by itself.

    Raises:
        DatabaseGoneError: the database cannot be reached.
    """
    import psycopg

    with meaning():
        return psycopg.connect(url, **CONNECTING)


def check_role(raw: psycopg.Connection[tuple[Any, ...]]) -> None:
    """See that this role cannot see what row-level security hides, and may use our schema.

    Raises:
        DatabaseRefusedError: it can, or may not.
    """
    row = raw.execute(
        "SELECT bool_or(rolsuper OR rolbypassrls), EXISTS ("
        " SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(%s)"
        " AND pg_has_role(relowner, 'member')"
        "), NOT coalesce(has_schema_privilege(to_regnamespace(%s)::OID, 'USAGE'), true)"
        " FROM pg_roles WHERE pg_has_role(oid, 'member')",
        [SCHEMA, SCHEMA],
    ).fetchone()
    if row is None or any(row):
        raise DatabaseRefusedError


@contextlib.contextmanager
def meaning() -> Iterator[None]:
    """Our errors for PostgreSQL's, whose words may hold values."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _meant(error) from None
    except UnicodeError:
        raise StoreUnusableError(reason=NO_TEXT) from None


def _meant(error: psycopg.Error) -> LedgerError:
    import psycopg

    code = error.sqlstate or ""
    for beginning, ours in _MEANINGS.items():
        if code.startswith(beginning):
            return ours()
    if not code and isinstance(error, psycopg.DataError):  # it was not even asked
        return StoreUnusableError(reason="PostgreSQL")
    if not code:  # it was not the database that answered, or it answered whoever is at the door
        return DatabaseRefusedError() if _was_turned_away(error) else DatabaseGoneError()
    return StoreUnusableError(reason=f"PostgreSQL {code}")


def _was_turned_away(error: psycopg.Error) -> bool:
    """Whether it asked for a password, and had none or a wrong one; that comes without a code."""
    line = error.pgconn
    return line is not None and (
        line.needs_password or b"password authentication failed" in line.error_message
    )


#: By the beginning of the SQLSTATE (PostgreSQL's appendix A).
_MEANINGS: dict[str, type[LedgerError]] = {
    "08": DatabaseGoneError,  # the connection
    "28": DatabaseRefusedError,  # who we are
    "3D": DatabaseGoneError,  # no such database
    "42501": DatabaseRefusedError,  # what we may
    "42P01": SchemaOldError,  # no such table
    "42883": SchemaOldError,  # no such function
    "3F000": SchemaOldError,  # no such schema
    "53100": DatabaseFullError,
    "53": DatabaseGoneError,  # too many connections, no memory
    "55P03": BusyError,  # a lock
    "40": BusyError,  # two stood in each other's way, and we gave way
    "57014": BusyError,  # it took too long
    "57": DatabaseGoneError,  # it is shut down
    "25P03": DatabaseGoneError,  # we stood still for too long
    "25006": DatabaseReadsOnlyError,
}


@cache
def _otherwise(folder: Path) -> Mapping[str, str]:
    path = folder / "postgres.sql"
    return named_queries(path) if path.exists() else {}

"""The encrypted file under `book` and `ledger`: SQL goes in, rows come out.

The only room that knows sqlcipher3. Its exceptions are translated here and go no further, because
they may hold values. SQL stands in `.sql` files; every query has a name.
"""

from __future__ import annotations

import contextlib
import re
import threading
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from kit import private_file
from kit.errors import (
    BusyError,
    FullDiskError,
    LedgerError,
    StoreTooNewError,
    StoreUnusableError,
    WrongKeyError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kit.connector.common import Common

#: One change: a query and its values.
Change = tuple[str, "Mapping[str, Any]"]

_QUERY = re.compile(r"^-- (\w+) --$", re.MULTILINE)
_SECONDS_TO_WAIT = 10
#: The wait of those who come after one that has waited in vain.
_NOT_AGAIN_S = 0.5
_ROWS_AT_ONCE = 500

#: Why nobody can keep it: half a character, which no encoding has.
NO_TEXT = "a text has half a character"

#: What SQLite says, by the beginning of its words, and what that means to us.
_MEANINGS: dict[str, type[LedgerError]] = {
    "file is not a database": WrongKeyError,
    "file is encrypted": WrongKeyError,
    "database or disk is full": FullDiskError,
    "database is locked": BusyError,
    "disk I/O error": FullDiskError,
    "An error occurred with PRAGMA key or rekey": FullDiskError,
}


@cache
def named_queries(path: Path) -> Mapping[str, str]:
    """The queries of that file, by name."""
    parts = _QUERY.split(path.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


class Database(Protocol):
    """What `book` and `ledger` need of an open store, whether a file or PostgreSQL."""

    #: what it has in common with other cases; nothing where it is the only one
    common: Common | None

    def queries(self, folder: Path) -> Mapping[str, str]:
        """The named queries of that folder, as this store has to be asked."""
        ...

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every row of a query, by column name."""
        ...

    def stream(
        self, sql: str, values: Mapping[str, Any] | None = None, at_once: int = _ROWS_AT_ONCE
    ) -> Iterator[dict[str, Any]]:
        """The rows of a query, a few at a time."""
        ...

    def write(self, sql: str, values: Mapping[str, Any]) -> None:
        """One change; it must stand inside `writing()`."""
        ...

    def write_all(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same change for many rows; it must stand inside `writing()`."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One transaction: all of it is kept when the block ends, or none of it."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """What the block reads is as it stood when it began."""
        ...

    def holding(self, lock: str, wait_s: float = 0) -> AbstractContextManager[None]:
        """Nobody else does what that lock stands for while the block runs."""
        ...

    def steps_done(self) -> dict[str, int]:
        """How many schema steps each store has."""
        ...

    def bring_up_to_date(self, store: str, folder: Path) -> None:
        """See that it has the schema steps that belong to that folder."""
        ...

    def now(self) -> datetime:
        """What time it is where the store is."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Connection:
    """One open store, for several threads. Reads need no transaction; writes stand in one."""

    common: Common | None = None

    def __init__(self, path: Path, key: bytes, *, alone: bool = False) -> None:
        """Open the file with a raw key of 32 bytes, making it if it is not there.

        With `alone` nobody else has it open, and nobody can open it, until it is closed; that
        needs no room on the disk.

        Raises:
            WrongKeyError: the key does not open it.
            BusyError: it is to be alone, and somebody else has it open.
            LedgerError: it cannot be opened.
        """
        from sqlcipher3 import dbapi2

        self._errors: type[Exception] = dbapi2.Error
        #: one thread at a time: a transaction is the connection's, not the thread's
        self._turn = threading.RLock()
        self._seconds_to_wait: float = _SECONDS_TO_WAIT
        self._path, self._key = path, key
        make_private_file(path)
        self._open(alone=alone)

    def _open(self, *, alone: bool = False) -> None:
        from sqlcipher3 import dbapi2

        wait = _NOT_AGAIN_S if alone else _SECONDS_TO_WAIT
        with self._translated():
            self._raw = dbapi2.connect(
                str(self._path), isolation_level=None, timeout=wait, check_same_thread=False
            )
            try:
                for pragma in (
                    "cipher_log_level=NONE",
                    f"key=\"x'{self._key.hex()}'\"",
                    *(["locking_mode=exclusive"] if alone else []),
                    "journal_mode=wal",
                    "synchronous=FULL",
                    "foreign_keys=on",
                    "secure_delete=on",
                    "temp_store=memory",
                ):
                    self._raw.execute(f"PRAGMA {pragma}")
            except self._errors:
                self._raw.close()
                raise

    def queries(self, folder: Path) -> Mapping[str, str]:
        """The named queries of that folder."""
        return named_queries(folder / "queries.sql")

    def now(self) -> datetime:
        """What time it is on this computer."""
        return datetime.now(UTC)

    def be_alone(self) -> None:
        """From now on nobody else has the file open, and nobody can open it, until it is closed.

        Raises:
            BusyError: somebody else has it open.
        """
        with self._turn:
            self._raw.close()
            try:
                self._open(alone=True)
            except LedgerError:
                self._open()
                raise

    def close(self) -> None:
        """Close the file when nobody writes or reads any more; the write-ahead log goes with it."""
        with self._turn:  # closed under a thread that is in it, SQLite ends the whole process
            self._raw.close()

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every row of a query, by column name."""
        with self._turn:
            return list(self.stream(sql, values))

    def stream(
        self, sql: str, values: Mapping[str, Any] | None = None, at_once: int = _ROWS_AT_ONCE
    ) -> Iterator[dict[str, Any]]:
        """The rows of a query, a few at a time: a large table need not fit into memory."""
        with self._turn, self._translated():
            cursor = self._raw.execute(sql, values or {})
            names = [column[0] for column in cursor.description]
        while True:
            with self._turn, self._translated():
                some = cursor.fetchmany(at_once)
            if not some:
                return
            for row in some:
                yield dict(zip(names, row, strict=True))

    def write(self, sql: str, values: Mapping[str, Any]) -> None:
        """One change; it must stand inside `writing()`."""
        with self._turn, self._translated():
            self._raw.execute(sql, values)

    def write_all(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same change for many rows; it must stand inside `writing()`."""
        with self._turn, self._translated():
            self._raw.executemany(sql, rows)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is on the disk when the block ends, or none of it.

        A block inside another is part of it.
        """
        with self._turn:
            if self._in_transaction():
                yield
                return
            self._begin()
            try:
                yield
                with self._translated():
                    self._raw.execute("COMMIT")
            except BaseException:
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """What the block reads is as it stood when it began; other programs may write meanwhile."""
        with self._turn:
            if self._in_transaction():
                yield
                return
            with self._translated():
                self._raw.execute("BEGIN")
            try:
                yield
            finally:
                self._raw.execute("ROLLBACK")

    def _in_transaction(self) -> bool:
        with self._translated():
            return bool(self._raw.in_transaction)

    def _begin(self) -> None:
        """Begin a change; where one has waited in vain for another program, the next wait less.

        Raises:
            BusyError: another program still has the store.
        """
        try:
            with self._translated():
                self._raw.execute("BEGIN IMMEDIATE")
        except BusyError:
            self._wait_for(_NOT_AGAIN_S)
            raise
        if self._seconds_to_wait != _SECONDS_TO_WAIT:
            self._wait_for(_SECONDS_TO_WAIT)

    def _wait_for(self, seconds: float) -> None:
        self._seconds_to_wait = seconds
        self._raw.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    def holding(self, lock: str, wait_s: float = 0) -> AbstractContextManager[None]:
        """Nobody else does what that lock stands for while the block runs.

        Raises:
            AlreadyRunningError: somebody still does, after `wait_s` seconds.
        """
        from kit.connector.lock import held

        return held(self._path.parent / f"{lock}.lock", wait_s)

    def copy_to(self, path: Path, key: bytes, marks: Iterable[Change] = ()) -> None:
        """Write the store, as it stands now, into that empty file, locked with another key.

        Other programs may write meanwhile. The marks stand in the copy alone, which their SQL calls
        `copy`.

        Raises:
            LedgerError: it cannot be written; what is in the file is of no use.
        """
        take = [("SELECT sqlcipher_export('copy', 'main')", {}), *marks]
        self._copy(path, key, take)

    def copy_table_to(self, path: Path, key: bytes, name: str) -> None:
        """Write that table alone into that empty file, locked with another key.

        Raises:
            LedgerError: it cannot be written; what is in the file is of no use.
        """
        sql = f"CREATE TABLE copy.{name} AS SELECT * FROM main.{name}"  # noqa: S608 (of ours)
        self._copy(path, key, [(sql, {})])

    def _copy(self, path: Path, key: bytes, take: Iterable[Change]) -> None:
        with self._turn, self._translated():
            self._raw.execute("ATTACH DATABASE ? AS copy KEY ?", (str(path), _as_text(key)))
            try:
                _fill_copy(self._raw, take)
            finally:
                self._raw.execute("DETACH DATABASE copy")

    def change_key(self, key: bytes) -> None:
        """Lock the file with another key: all of it, or, when it is interrupted, none of it.

        It is closed then: what SQLCipher could not write, only another connection takes back.

        Raises:
            BusyError: another program has the store open.
            LedgerError: it cannot be written.
        """
        with self._turn, self._translated(), contextlib.closing(self._raw):
            self._wait_for(_NOT_AGAIN_S)
            # A rollback journal, and nobody else: whoever has it open would be left with the old.
            for pragma in ("locking_mode=exclusive", "journal_mode=delete"):
                self._raw.execute(f"PRAGMA {pragma}").fetchall()
            self._raw.execute("BEGIN EXCLUSIVE")
            self._raw.execute("COMMIT")
            self._raw.execute(f'PRAGMA rekey="{_as_text(key)}"').fetchall()

    def steps_done(self) -> dict[str, int]:
        """How many schema steps each store of this file has."""
        rows = self.rows("SELECT store, count(*) AS done FROM schema_step GROUP BY store")
        return {row["store"]: row["done"] for row in rows}

    def bring_up_to_date(self, store: str, folder: Path) -> None:
        """Run the numbered schema steps in `folder` that this file does not have yet.

        Raises:
            StoreTooNewError: the file has steps that this program does not know.
        """
        steps = sorted(folder.glob("*.sql"))
        if self._done(store) == len(steps):
            return
        with self.writing():
            done = self._done(store)
            if done > len(steps):
                raise StoreTooNewError
            for number, step in enumerate(steps[done:], done + 1):
                self._run(step.read_text(encoding="utf-8"))
                values = {"store": store, "number": number}
                self.write("INSERT INTO schema_step VALUES (:store, :number)", values)

    def _done(self, store: str) -> int:
        tables = self.rows("SELECT 1 AS one FROM sqlite_master WHERE name = 'schema_step'")
        if not tables:
            with self.writing():
                self._run("CREATE TABLE IF NOT EXISTS schema_step (store TEXT, number INTEGER)")
        sql = "SELECT count(*) AS done FROM schema_step WHERE store = :store"
        return int(self.rows(sql, {"store": store})[0]["done"])

    def _run(self, script: str) -> None:
        with self._translated():
            for statement in script.split(";\n\n"):
                self._raw.execute(statement)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise _meaning(str(error)) from None
        except UnicodeError:
            raise StoreUnusableError(reason=NO_TEXT) from None


def copy_back(path: Path, key: bytes, to: Path, to_key: bytes) -> None:
    """Write the copy in that file, which stays as it is, into an empty file with another key.

    Raises:
        WrongKeyError: the key does not open it.
        LedgerError: it is damaged, or cannot be written.
    """
    with _looking_into(path, key) as raw:
        raw.execute("ATTACH DATABASE ? AS copy KEY ?", (str(to), _as_text(to_key)))
        _fill_copy(raw, [("SELECT sqlcipher_export('copy', 'source')", {})])
        raw.execute("DETACH DATABASE copy")


def table_in(path: Path, key: bytes, name: str) -> list[tuple[Any, ...]]:
    """Every row of that table in the copy in that file, which stays as it is.

    Raises:
        WrongKeyError: the key does not open it.
        LedgerError: it is damaged, or has no such table.
    """
    with _looking_into(path, key) as raw:
        return list(raw.execute(f"SELECT * FROM source.{name}"))  # noqa: S608 (of ours)


def damaged_pages(path: Path, key: bytes) -> int:
    """How many pages of the copy in that file are not as they were written; it stays as it is.

    Raises:
        WrongKeyError: the key does not open it.
        LedgerError: it cannot be read.
    """
    with _looking_into(path, key) as raw:
        return len(raw.execute("PRAGMA source.cipher_integrity_check").fetchall())


@contextlib.contextmanager
def _looking_into(path: Path, key: bytes) -> Iterator[Any]:
    """A connection that only reads the file, as `source`, and makes nothing beside it."""
    from sqlcipher3 import dbapi2

    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    raw = dbapi2.connect(":memory:", isolation_level=None, uri=True)
    try:
        raw.execute("PRAGMA cipher_log_level=NONE")
        raw.execute("PRAGMA temp_store=memory")
        raw.execute("ATTACH DATABASE ? AS source KEY ?", (uri, _as_text(key)))
        raw.execute("SELECT count(*) FROM source.sqlite_master")
        yield raw
    except dbapi2.Error as error:
        raise _meaning(str(error)) from None
    finally:
        raw.close()


def _fill_copy(raw: Any, take: Iterable[Change]) -> None:  # noqa: ANN401 (no types)
    """Fill `copy` by these, each of which takes what it takes as it stands when this begins.

    Without a journal: a copy that is interrupted is no copy, and nothing is left beside it.
    """
    raw.execute("PRAGMA copy.journal_mode=off")
    raw.execute("PRAGMA copy.synchronous=off")
    raw.execute("BEGIN")
    try:
        for sql, values in take:
            raw.execute(sql, values)
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise


def _as_text(key: bytes) -> str:
    """A raw key as SQLCipher takes it."""
    return f"x'{key.hex()}'"


def _meaning(words: str) -> LedgerError:
    """Our error for SQLite's words; only words that hold no value are passed on."""
    for beginning, error in _MEANINGS.items():
        if words.startswith(beginning):
            return error()
    return StoreUnusableError(reason=words if words in _HARMLESS else "SQLite")


_HARMLESS = (
    "unable to open database file",
    "attempt to write a readonly database",
    "database disk image is malformed",
)


def make_private_file(path: Path) -> None:
    """Make the file before SQLite does, so that only its owner may read it (and its log).

    Raises:
        StoreUnusableError: it cannot be made.
    """
    try:
        private_file.make_folder(path.parent)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None

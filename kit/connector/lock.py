"""One at a time: a lock that the system lets go of when its holder dies, on every system.

An exclusive SQLite transaction on a file of its own is such a lock; `fcntl` is not on Windows.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from kit.connector import make_private_file
from kit.errors import AlreadyRunningError, BrokenLockError, FullDiskError, KitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(path: Path, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock while the block runs.

    Raises:
        AlreadyRunningError: somebody else still holds it after `wait_s` seconds.
        LedgerError: the lock file cannot be used.
    """
    make_private_file(path)
    with contextlib.ExitStack() as stack:
        try:
            connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None)
            stack.callback(connection.close)
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise _MEANINGS.get(error.sqlite_errorcode, BrokenLockError) from None
        yield


_MEANINGS: dict[int, type[KitError]] = {
    sqlite3.SQLITE_BUSY: AlreadyRunningError,
    sqlite3.SQLITE_FULL: FullDiskError,
    sqlite3.SQLITE_IOERR: FullDiskError,
    sqlite3.SQLITE_IOERR_WRITE: FullDiskError,
}

"""One at a time: a lock that the system lets go of when its holder dies, on every system.

An exclusive SQLite transaction on a file of its own is such a lock; `fcntl` is not on Windows.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from kit.connector import make_private_file
from kit.errors import AlreadyRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock while the block runs.

    Raises:
        AlreadyRunningError: somebody else holds it.
    """
    make_private_file(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise AlreadyRunningError from None
    try:
        yield
    finally:
        connection.close()

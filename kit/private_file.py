"""Files with something personal in them: only their owner may read them; whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


#: How the name of a file ends that a crash may leave behind.
UNFINISHED = ".new"


def make_folder(path: Path) -> None:
    """Make the folder, 0700, with what is missing above it; one with something in it stays so.

    Raises:
        OSError: it cannot be made.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(path.iterdir()):
        path.chmod(0o700)


def write(path: Path, content: str | bytes, *, keep: bool = False) -> None:
    """Write a file, 0600, a text in UTF-8; a crash leaves the old file or none.

    With `keep` a file that is there already stays as it is.

    Raises:
        OSError: it cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        # What lies there by that name, a link perhaps, is not to get what only the owner may read.
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if keep:
            _keep(unfinished, path)
        else:
            unfinished.replace(path)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _keep(unfinished: Path, path: Path) -> None:
    """Give the file its name, unless something has that name."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:  # a disk without links, such as a USB stick's
        if not os.path.lexists(path):
            unfinished.replace(path)

"""A picture of the code that is on the screen: one file, written anew for each, gone at the end."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from kit.channels.phone import content, write_picture
from kit.errors import FileTakenError, PictureError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.actions.store import Store
    from kit.model import E164, Form

#: How a picture begins that a run left there which was killed.
_PNG = b"\x89PNG\r\n\x1a\n"


class Picture:
    """The file while it is in use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def show(self, form: Form, recipient: E164, text: str) -> None:
        """Write the code of that form; what stood there before is gone.

        Raises:
            PictureError: it cannot be written.
        """
        write_picture(self.path, content(form, recipient, text))

    def clear(self) -> None:
        """Remove the file, so that nobody scans a code whose turn is over.

        Raises:
            PictureError: it cannot be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise PictureError(reason=reason_of(error)) from None


@contextlib.contextmanager
def picture(store: Store, path: Path) -> Iterator[Picture]:
    """The file for the codes of a run; it is remembered before a code is in it.

    Raises:
        FileTakenError: something is there that is no picture of ours.
        PictureError: it cannot be written.
    """
    if os.path.lexists(path) and not store.wrote(path, _PNG):
        raise FileTakenError
    write_picture(path, "")  # before anybody's turn has come, and with nothing personal in it
    ours = Picture(path)
    try:
        ours.clear()
        store.book.remember_written(path, store.clock(), people=True)
        yield ours
    finally:
        ours.clear()

"""A rehearsal: an attempt becomes a file in a folder the user names; it reaches nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit import phone, private_file
from kit.errors import OutboxError, reason_of
from kit.model import Problem, Receipt, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from kit.model import Attempt, Reply


#: What a crash leaves of a message: half of it, and nothing the user made.
_LEFT_BEHIND = re.compile(r"[0-9a-f-]{36}\.txt\.\d+" + re.escape(private_file.UNFINISHED))
_NO_FOLDER = "The folder cannot be made: {reason}."


class OutboxChannel:
    """A folder that takes messages, one file each, named by the attempt and by nobody's name."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def close(self) -> None:
        """Nothing is open."""

    def check(self) -> list[Problem]:
        """Make the folder; of what is in it only half-written messages are removed."""
        try:
            private_file.make_folder(self._folder)
            for path in self._folder.iterdir():
                if _LEFT_BEHIND.fullmatch(path.name):
                    path.unlink()
        except OSError as error:
            facts = {"reason": reason_of(error)}
            return [Problem(where=self._folder.name, what=_NO_FOLDER, facts=facts)]
        return []

    def send(self, attempt: Attempt) -> Receipt:
        """Write the file, whole or not at all.

        Raises:
            OutboxError: it could not be written.
        """
        path = self._path(attempt)
        try:
            private_file.write(path, f"{_recipient(attempt)}\n\n{attempt.text}\n")
        except OSError as error:
            raise OutboxError(reason=reason_of(error)) from None
        return self._receipt(path)

    def find(self, attempt: Attempt) -> Receipt | None:
        """The receipt of a file that is there."""
        path = self._path(attempt)
        return self._receipt(path) if path.exists() else None

    def fetch(
        self, since: datetime, attempts: Sequence[Attempt]
    ) -> Iterable[tuple[Attempt, Receipt] | Reply]:
        """Nothing: it reaches nobody."""
        del since, attempts
        return ()

    def _path(self, attempt: Attempt) -> Path:
        return self._folder / f"{attempt.id}.txt"

    def _receipt(self, path: Path) -> Receipt:
        return Receipt(status=Status.ACCEPTED, at=self._clock(), provider_id=path.name)


def _recipient(attempt: Attempt) -> str:
    """The number, marked when it is one of the invented ones."""
    note = "（示例号码）" if phone.is_invented(attempt.recipient) else ""
    return f"{attempt.recipient}{note}"

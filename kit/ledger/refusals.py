"""What a clinic's senders were refused, by whichever worker: tries go in, counts come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.times import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kit.connector import Database
    from kit.model import Attempt


class Refusals:
    """The tries that were refused since the sender was held last; a change is in `writing()`."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    def add(self, attempt: Attempt) -> None:
        """One more was refused."""
        common = self._connection.common
        if common is not None:
            values = {"attempt": common.attempt(attempt.id)}
            self._connection.write(self._sql["refuse_claim_of_sender"], values)

    def among(self, channel: str, since: datetime, most: int) -> tuple[int, int]:
        """Of the last tries of that time by the channel's sender: refused, and made."""
        values = {**self._of(channel), "since": written(since), "most": most}
        row = self._connection.rows(self._sql["refused_of_sender"], values)[0]
        return row["refused"], row["tried"]

    def forget(self, channel: str) -> None:
        """Count anew: the sender is held."""
        self._connection.write(self._sql["forget_refused_of_sender"], self._of(channel))

    def _of(self, channel: str) -> dict[str, Any]:
        common = self._connection.common
        return {"sender": common.sender(channel) if common else ""}

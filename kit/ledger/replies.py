"""Replies: what people wrote back goes in, each once, and comes out as it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.model import Heard, Meaning, Reply
from kit.times import read, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector import Database
    from kit.ledger.traces import Traces


class Replies:
    """What people wrote back."""

    def __init__(self, connection: Database, sql: Mapping[str, str], traces: Traces) -> None:
        self._connection = connection
        self._sql = sql
        self._traces = traces

    def add(self, heard: Heard) -> bool:
        """Keep a reply; false when it was heard before, be it that it was forgotten since."""
        row = _row(heard)
        with self._connection.writing():
            if self._connection.rows(self._sql["reply_count"], row)[0]["count"]:
                return False
            if self._traces.heard(row["channel"], row["provider_id"]):
                return False
            self._connection.write(self._sql["save_reply"], row)
        return True

    def all(self) -> list[Heard]:
        """Every reply, the oldest first."""
        return [_heard(row) for row in self._connection.rows(self._sql["replies"])]


def _row(heard: Heard) -> dict[str, Any]:
    reply = heard.reply
    return {
        "channel": reply.channel,
        "provider_id": reply.provider_id,
        "sender": reply.sender,
        "contact_id": heard.contact_id,
        "text": reply.text,
        "meaning": heard.meaning.value,
        "at": written(reply.at),
    }


def _heard(row: Mapping[str, Any]) -> Heard:
    reply = Reply(
        channel=row["channel"],
        sender=row["sender"],
        text=row["text"],
        at=read(row["at"]),
        provider_id=row["provider_id"],
    )
    return Heard(reply=reply, contact_id=row["contact_id"], meaning=Meaning(row["meaning"]))

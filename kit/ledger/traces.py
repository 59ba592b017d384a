"""What stays of people who were forgotten: addresses go in, keyed hashes stay, nobody's name.

By its traces the ledger knows that somebody who is brought in again was told before: each is of
one address of theirs, with the random id that they had in the book.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kit.errors import TracesLostError
from kit.ledger.keyed import KeyedHash
from kit.ledger.rows import is_stand_in, known, stand_in
from kit.model import OPEN_STATUSES
from kit.times import written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from kit.connector import Database
    from kit.model import Address

_KEPT_AS = "trace"
#: Channels whose ids of replies say nothing of anybody; those of mails may.
_RANDOM_IDS = ("twilio",)


class Traces:
    """Who was told before they were forgotten."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql
        self._keyed = KeyedHash(connection, sql, _KEPT_AS)

    def any(self) -> bool:
        """Whether anybody who was told was ever forgotten."""
        return bool(self._connection.rows(self._sql["has_traces"])[0]["count"])

    def forms(self, *addresses: Address) -> list[str]:
        """The addresses, and what stands for them where their people were forgotten."""
        if not self.any():
            return list(addresses)
        return [*addresses, *map(stand_in, self.hashes(addresses))]

    def hashes(self, addresses: Iterable[Address]) -> dict[str, Address]:
        """The addresses by their hashes.

        Raises:
            TracesLostError: nobody could tell any more.
        """
        if not self._keyed.read_key():
            raise TracesLostError
        return {self._keyed.of(address): address for address in addresses}

    def told_again(self, notice_id: str, addresses: Iterable[Address]) -> frozenset[Address]:
        """Those of the addresses whose people were told, or may have been, and were forgotten."""
        if not self.any():
            return frozenset()
        hashes = self.hashes(addresses)
        values = {
            "notice_id": notice_id,
            "hashes": json.dumps(list(hashes)),
            "statuses": json.dumps(OPEN_STATUSES),
        }
        rows = self._connection.rows(self._sql["told_again"], values)
        return frozenset(hashes[row["hash"]] for row in rows)

    def ids(self, addresses: Iterable[Address]) -> dict[str, Address]:
        """The ids that people with these addresses had before they were forgotten."""
        if not self.any():
            return {}
        hashes = self.hashes(addresses)
        values = {"hashes": json.dumps(list(hashes))}
        rows = self._connection.rows(self._sql["traces"], values)
        return {row["contact_id"]: hashes[row["hash"]] for row in rows}

    def heard(self, channel: str, provider_id: str) -> bool:
        """Whether it is a reply that was forgotten."""
        if not self._keyed.read_key():
            return False
        values = {"hash": self._of_reply(channel, provider_id)}
        return bool(self._connection.rows(self._sql["heard_before"], values)[0]["count"])

    def forget(
        self,
        notice_id: str,
        people: Iterable[tuple[str, Collection[Address]]],
        waiting: Collection[tuple[str, str]],
        at: datetime,
    ) -> int:
        """Take everybody out of the ledger, but for traces of who was told; of how many addresses.

        `people` are those of the book with the addresses that are theirs alone; `waiting` are the
        replies, by channel and the provider's id, whose words are still to be decided on.
        """
        with self._connection.writing():
            self._keyed.make_key()
            pairs = self._pairs(notice_id, people)
            rows = [{"hash": self._keyed.of(one), "contact_id": id_} for one, id_ in pairs]
            self._connection.write_all(self._sql["save_trace"], rows)
            self._connection.write(self._sql["begin_forgetting"], {"at": written(at)})
            self._forget_replies(waiting)
            self._forget_recipients()
            for query in ("forget_messages", "forget_skips"):
                self._connection.write(self._sql[query], {})
            self._connection.write(self._sql["end_forgetting"], {})
        return len({address for address, _ in pairs})

    def _pairs(
        self, notice_id: str, people: Iterable[tuple[str, Collection[Address]]]
    ) -> set[tuple[Address, str]]:
        """The addresses to be known again, each with an id under which its person was told."""
        values = {"notice_id": notice_id, "statuses": json.dumps(OPEN_STATUSES)}
        told = self._connection.rows(self._sql["told_recipients"], values)
        pairs = {
            (address, row["contact_id"]) for row in told if (address := known(row["recipient"]))
        }
        told_ids = {row["contact_id"] for row in told}
        ids_by_address: dict[Address, set[str]] = {}
        for address, id_ in pairs:
            ids_by_address.setdefault(address, set()).add(id_)
        for id_, own in people:
            ids = {id_} & told_ids
            ids |= {one for address in own for one in ids_by_address.get(address, ())}
            ids |= set(self.ids(own))
            pairs |= {(address, one) for address in own for one in ids}
        return pairs

    def _forget_recipients(self) -> None:
        rows = self._connection.rows(self._sql["recipients"])
        gone = [
            {**row, "hash": stand_in(self._keyed.of(row["recipient"]))}
            for row in rows
            if row["recipient"] and not is_stand_in(row["recipient"])
        ]
        self._connection.write_all(self._sql["forget_recipient"], gone)

    def _forget_replies(self, waiting: Collection[tuple[str, str]]) -> None:
        rows = self._connection.rows(self._sql["replies"])
        known = [(row["channel"], row["provider_id"]) for row in rows]
        gone = [one for one in known if one not in waiting]
        kept = [
            {
                "hash": self._of_reply(channel, id_),
                "channel": channel,
                "provider_id": id_ if channel in _RANDOM_IDS else "",
            }
            for channel, id_ in gone
        ]
        self._connection.write_all(self._sql["save_heard_before"], kept)
        values = ({"channel": channel, "provider_id": id_} for channel, id_ in gone)
        self._connection.write_all(self._sql["forget_reply"], values)
        self._connection.write(self._sql["forget_senders"], {"sender": ""})

    def _of_reply(self, channel: str, provider_id: str) -> str:
        return self._keyed.of(f"{channel} {provider_id}")

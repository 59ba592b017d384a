"""Opt-outs: addresses go in, and keyed hashes of them stay, when people are forgotten too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kit.errors import OptOutsLostError
from kit.ledger.keyed import KeyedHash
from kit.model import Meaning
from kit.times import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kit.connector import Database
    from kit.model import Address

_KEPT_AS = "opt_out"


class OptOuts:
    """Where nothing may go any more."""

    def __init__(self, connection: Database, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql
        self._keyed = KeyedHash(connection, sql, _KEPT_AS)

    def add(
        self, addresses: Iterable[Address], meaning: Meaning, heard_by: str, at: datetime
    ) -> None:
        """Keep, for ever, that nothing may go there."""
        with self._connection.writing():
            self._check_key()
            self._keyed.make_key()
            self._connection.write_all(
                self._sql["save_opt_out"],
                [
                    {
                        "hash": self._keyed.of(address),
                        "meaning": meaning.value,
                        "heard_by": heard_by,
                        "at": written(at),
                    }
                    for address in addresses
                ],
            )

    def add_of_sender(self, addresses: Iterable[Address], channel: str, at: datetime) -> None:
        """Keep for all cases, where they share the channel's sender, that these want no more.

        No case learns whose opt-out it was, nor of which other case.
        """
        common = self._connection.common
        if common is None or not common.sender(channel):
            return
        with self._connection.writing():
            self._connection.write_all(
                self._sql["save_clinic_opt_out"],
                [{"hash": common.address(one), "at": written(at)} for one in sorted(addresses)],
            )

    def among(self, addresses: Iterable[Address]) -> dict[Address, Meaning]:
        """Which of these nothing may go to, and why; an opt-out goes before all.

        Raises:
            OptOutsLostError: nobody could tell any more.
        """
        elsewhere = self._of_senders(addresses := list(addresses))
        if not self._are_any():
            return elsewhere
        self._check_key()
        by_hash = {self._keyed.of(address): address for address in addresses}
        values = {"hashes": json.dumps(list(by_hash))}
        rows = self._connection.rows(self._sql["opt_outs_among"], values)
        return {by_hash[row["hash"]]: Meaning(row["meaning"]) for row in rows} | elsewhere

    def _of_senders(self, addresses: Iterable[Address]) -> dict[Address, Meaning]:
        """Which of these want no more of the clinic's own senders."""
        common = self._connection.common
        if common is None:
            return {}
        by_hash = {common.address(one): one for one in addresses}
        values = {"hashes": json.dumps(list(by_hash))}
        rows = self._connection.rows(self._sql["clinic_opt_outs_among"], values)
        return {by_hash[row["hash"]]: Meaning.OPT_OUT for row in rows}

    def _are_any(self) -> bool:
        return bool(self._connection.rows(self._sql["has_opt_outs"])[0]["count"])

    def _check_key(self) -> None:
        """See that the key is there; it is never made anew, for what it made would be lost."""
        if not self._keyed.read_key() and self._are_any():
            raise OptOutsLostError

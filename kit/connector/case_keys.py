"""The keys of a clinic's cases: they lie in the encrypted file of KIT_HOME, one for each case."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from kit.connector import key
from kit.connector.seal import Seal
from kit.errors import CaseKeyMissingError

if TYPE_CHECKING:
    from kit.connector import Connection

_FOLDER = Path(__file__).parent / "keys_schema"
#: Under this the clinic's own key is kept.
CLINIC = ""


class CaseKeys:
    """The keys in one open file."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.bring_up_to_date("keys", _FOLDER)

    def seal(self, case_id: str) -> Seal:
        """What seals and opens the values of that case.

        Raises:
            CaseKeyMissingError: its key is not here.
        """
        sql = "SELECT key FROM case_key WHERE case_id = :case_id"
        rows = self._connection.rows(sql, {"case_id": case_id})
        if not rows:
            raise CaseKeyMissingError
        return Seal(bytes(rows[0]["key"]), case_id)

    def make(self, case_id: str) -> Seal:
        """The same, with a new key where there is none."""
        values = {"case_id": case_id, "key": secrets.token_bytes(key.BYTES)}
        with self._connection.writing():
            sql = "INSERT INTO case_key VALUES (:case_id, :key) ON CONFLICT DO NOTHING"
            self._connection.write(sql, values)
        return self.seal(case_id)

    def forget(self, case_id: str) -> None:
        """Forget the key: from now on nobody can read the case, wherever copies of it lie."""
        with self._connection.writing():
            sql = "DELETE FROM case_key WHERE case_id = :case_id"
            self._connection.write(sql, {"case_id": case_id})

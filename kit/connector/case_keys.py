"""The keys of a clinic's cases: they lie in the encrypted file of KIT_HOME, one for each case."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from kit.connector import key, table_in
from kit.connector.seal import Seal
from kit.errors import BackupDamagedError, CaseKeyMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector import Connection

_FOLDER = Path(__file__).parent / "keys_schema"
#: Under this the clinic's own key is kept.
CLINIC = ""
_TABLE = "case_key"
_EVERY = "SELECT case_id FROM case_key"


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

    def here(self) -> frozenset[str]:
        """The cases whose keys are here, and the clinic's own name where its key is."""
        return frozenset(row["case_id"] for row in self._connection.rows(_EVERY))

    def make(self, case_id: str) -> Seal:
        """The same, with a new key where there is none."""
        values = {"case_id": case_id, "key": secrets.token_bytes(key.BYTES)}
        with self._connection.writing():
            sql = "INSERT INTO case_key VALUES (:case_id, :key) ON CONFLICT DO NOTHING"
            self._connection.write(sql, values)
        return self.seal(case_id)

    def add(self, keys: Mapping[str, bytes]) -> int:
        """Keep these too; one that is here stays as it is. How many came to them."""
        with self._connection.writing():
            before = len(self.here())
            sql = "INSERT INTO case_key VALUES (:case_id, :key) ON CONFLICT DO NOTHING"
            rows = [{"case_id": case_id, "key": one} for case_id, one in keys.items()]
            self._connection.write_all(sql, rows)
            return len(self.here()) - before

    def copy_to(self, path: Path, by: bytes) -> None:
        """Write every key into that empty file, locked with another key.

        Raises:
            LedgerError: it cannot be written; what is in the file is of no use.
        """
        self._connection.copy_table_to(path, by, _TABLE)

    def steps_done(self) -> dict[str, int]:
        """How many schema steps there are of these."""
        return {"keys": self._connection.steps_done()["keys"]}

    def forget(self, case_id: str) -> None:
        """Forget the key: from now on nobody can read the case, wherever copies of it lie."""
        with self._connection.writing():
            sql = "DELETE FROM case_key WHERE case_id = :case_id"
            self._connection.write(sql, {"case_id": case_id})


def count(connection: Connection) -> int:
    """Of how many cases an open file has keys; a store of one's own has none."""
    if "keys" not in connection.steps_done():
        return 0
    return len(CaseKeys(connection).here() - {CLINIC})


def keys_in(path: Path, by: bytes) -> dict[str, bytes]:
    """The keys that `copy_to` wrote into that file, by their cases.

    Raises:
        BackupDamagedError: something else stands in it.
        LedgerError: it does not open, or is damaged.
    """
    found: dict[str, bytes] = {}
    for row in table_in(path, by, _TABLE):
        match row:
            case (str(case_id), bytes(one)) if len(one) == key.BYTES:
                found[case_id] = one
            case _:
                raise BackupDamagedError
    return found


def steps_known() -> dict[str, int]:
    """How many schema steps this program knows of keys."""
    return {"keys": len(list(_FOLDER.glob("*.sql")))}

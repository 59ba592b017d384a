"""Keyed hashes: texts go in, what says nothing of them and knows them again comes out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector import Database

_KEY_BYTES = 32


class KeyedHash:
    """Hashes by a key that is kept in the store; whoever has the open store could guess."""

    def __init__(self, connection: Database, sql: Mapping[str, str], name: str) -> None:
        self._connection = connection
        self._sql = sql
        self._name = name
        self._key = b""

    def read_key(self) -> bytes:
        """The key of the hashes, or nothing when none was made."""
        if not self._key:
            rows = self._connection.rows(self._sql["secret"], {"name": self._name})
            self._key = bytes(rows[0]["value"]) if rows else b""
        return self._key

    def make_key(self) -> None:
        """Make the key, unless there is one; it stands inside `writing()`."""
        if not self.read_key():
            values = {"name": self._name, "value": secrets.token_bytes(_KEY_BYTES)}
            self._connection.write(self._sql["save_secret"], values)

    def of(self, text: str) -> str:
        """The hash of the text."""
        return hmac.new(self.read_key(), text.encode(), hashlib.sha256).hexdigest()

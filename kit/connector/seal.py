"""What a database must not read: values go in, sealed bytes come out, and back.

AES-256-GCM under the key of one case. The nonce is a keyed hash of the value (as in RFC 5297's
synthetic IV), so that equal values of a case are sealed equally: they can be looked up and kept
unique without being read. A stolen database therefore shows which rows of a case have the same
value, and how long values are, and nothing else of them.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from kit.errors import WrongCaseKeyError

if TYPE_CHECKING:
    from collections.abc import Callable

_NONCE_BYTES = 12
#: The first byte of whatever is sealed, which the database asks for.
_VERSION = b"\x01"
_TEXT, _BYTES = b"t", b"b"


class Seal:
    """Seals and opens the values of one case."""

    def __init__(self, key: bytes, case_id: str) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(_derived(key, "values"))
        self._nonces = _derived(key, "nonces")
        self._hashes = _derived(key, "hashes")
        self._belongs_to = case_id.encode()
        self._broken: type[Exception] = InvalidTag

    def close(self, value: str | bytes) -> bytes:
        """The value, sealed."""
        plain = _TEXT + value.encode() if isinstance(value, str) else _BYTES + value
        nonce = hmac.digest(self._nonces, plain, hashlib.sha256)[:_NONCE_BYTES]
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, self._belongs_to)

    def hash(self, purpose: str, text: str) -> str:
        """What knows the text again for that purpose, and says nothing of it without the key."""
        return hmac.digest(self._hashes, f"{purpose} {text}".encode(), hashlib.sha256).hex()

    def open(self, sealed: bytes) -> str | bytes:
        """The value that was sealed.

        Raises:
            WrongCaseKeyError: it was sealed by another key, for another case, or was changed.
        """
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            plain = self._cipher.decrypt(nonce, rest, self._belongs_to)
        except (self._broken, ValueError):
            raise WrongCaseKeyError from None
        return _AS[plain[:1]](plain[1:])


_AS: dict[bytes, Callable[[bytes], str | bytes]] = {_TEXT: bytes.decode, _BYTES: bytes}


def _derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose (HKDF-Expand with one block, RFC 5869)."""
    return hmac.digest(key, purpose.encode() + b"\x01", hashlib.sha256)

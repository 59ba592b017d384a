"""The key of the store: a passphrase or a key file goes in, 32 bytes come out."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

from kit.errors import KeyBrokenError, KeyMissingError, StoreUnusableError, reason_of

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 32
#: About 0.6 s and 128 MB, once per start (RFC 7914).
_SCRYPT = {"n": 2**17, "r": 8, "p": 1}
_MOST_MEMORY = 2**28


def from_file(path: Path, *, make: bool) -> bytes:
    """The key in that file; with `make`, a new one if there is no file.

    Raises:
        KeyMissingError: there is no file, and none may be made.
        KeyBrokenError: the file does not hold a key.
    """
    if not path.exists():
        if not make:
            raise KeyMissingError
        write_private(path, secrets.token_bytes(_BYTES).hex() + "\n")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise KeyBrokenError from None
    if len(key) != _BYTES:
        raise KeyBrokenError
    return key


def from_passphrase(passphrase: str, salt_file: Path) -> bytes:
    """The key that scrypt makes of the passphrase; the salt is made on first use.

    Raises:
        KeyBrokenError: the file with the salt is damaged.
    """
    if not salt_file.exists():
        cost = {"kdf": "scrypt", **_SCRYPT, "salt": secrets.token_hex(16)}
        write_private(salt_file, json.dumps(cost) + "\n")
    try:
        kept = json.loads(salt_file.read_text(encoding="ascii"))
        return hashlib.scrypt(
            passphrase.encode(),
            salt=bytes.fromhex(kept["salt"]),
            n=kept["n"],
            r=kept["r"],
            p=kept["p"],
            dklen=_BYTES,
            maxmem=_MOST_MEMORY,
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyBrokenError from None


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, whole or not at all.

    Raises:
        StoreUnusableError: it cannot be written.
    """
    unfinished = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None

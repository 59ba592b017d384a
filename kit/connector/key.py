"""The key of the store: a passphrase or a key file goes in, 32 bytes come out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import unicodedata
from typing import TYPE_CHECKING

from kit import private_file
from kit.errors import KeyBrokenError, KeyMissingError, StoreUnusableError, reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

BYTES = 32
#: About 0.6 s and 128 MB, once per start (RFC 7914).
_SCRYPT = {"n": 2**17, "r": 8, "p": 1}
_MOST_MEMORY = 2**28
#: What no program of ours has asked for is somebody's who wants it to take long.
_MOST_TURNS = 1
#: More no file has that holds a key.
_LONGEST = 1_000


def from_file(path: Path, *, make: bool) -> bytes:
    """The key in that file; with `make`, a new one if there is no file.

    Raises:
        KeyMissingError: there is no file, and none may be made.
        KeyBrokenError: the file does not hold a key.
    """
    if not path.exists():
        if not make:
            raise KeyMissingError
        keep(path, secrets.token_bytes(BYTES).hex() + "\n")
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode("ascii")
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None
    except ValueError:
        raise KeyBrokenError from None
    key = from_hex(text)
    if path.is_file():  # not before it is known for a key: it may be anything, a device too
        with contextlib.suppress(OSError):
            path.chmod(0o600)
    return key


def from_hex(text: str) -> bytes:
    """The key that was written in hexadecimal digits.

    Raises:
        KeyBrokenError: they are not a key.
    """
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        raise KeyBrokenError from None
    if len(key) != BYTES:
        raise KeyBrokenError
    return key


def from_passphrase(passphrase: str, salt_file: Path) -> bytes:
    """The key that scrypt makes of the passphrase; the salt is made on first use.

    Raises:
        KeyBrokenError: the file with the salt is damaged.
    """
    if not salt_file.exists():
        keep(salt_file, json.dumps(new_cost()) + "\n")
    try:
        cost = json.loads(salt_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise KeyBrokenError from None
    return stretched(passphrase, cost)


def new_cost() -> dict[str, object]:
    """What it takes to make a key of a passphrase, with a salt of its own."""
    return {"kdf": "scrypt", **_SCRYPT, "salt": secrets.token_hex(16)}


def stretched(passphrase: str, cost: Mapping[str, Any]) -> bytes:
    """The key that scrypt makes of the passphrase, at that cost.

    Keyboards write the same letters otherwise (full-width, or with their accents apart), and what
    is typed is not shown: so they are one (NFKC, Unicode Standard Annex 15).

    Raises:
        KeyBrokenError: it names no cost, or one that no program of ours has asked.
    """
    try:
        if cost["p"] > _MOST_TURNS:
            raise KeyBrokenError
        return hashlib.scrypt(
            unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogateescape"),
            salt=bytes.fromhex(cost["salt"]),
            n=cost["n"],
            r=cost["r"],
            p=cost["p"],
            dklen=BYTES,
            maxmem=_MOST_MEMORY,
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        raise KeyBrokenError from None


def keep(path: Path, text: str) -> None:
    """Write the file, 0600, unless it is there already.

    Raises:
        StoreUnusableError: it cannot be written.
    """
    try:
        private_file.make_folder(path.parent)
        private_file.write(path, text, keep=True)
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None


def drop(*paths: Path) -> None:
    """Remove what a first start that was interrupted has left.

    Raises:
        StoreUnusableError: it cannot be removed.
    """
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnusableError(reason=reason_of(error)) from None

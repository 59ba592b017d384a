"""Sealing: bytes and a passphrase go in; what any age program opens with it comes out."""

from __future__ import annotations

from kit.errors import SealMissingError, SealTooLargeError

#: Bytes of the files that go in: age by a passphrase is made in memory, all at once.
LARGEST = 200_000_000


def check(size: int) -> None:
    """Whether that much can be sealed here.

    Raises:
        SealMissingError: the extra is not installed.
        SealTooLargeError: it is too much.
    """
    try:
        import pyrage  # noqa: F401 (used at the end; what is missing is said at once)
    except ImportError:
        raise SealMissingError from None
    if size > LARGEST:
        raise SealTooLargeError(most=LARGEST // 1_000_000)


def sealed(content: bytes, passphrase: str) -> bytes:
    """The content, locked with the passphrase (the age format, version 1)."""
    from pyrage import passphrase as by_passphrase

    made: bytes = by_passphrase.encrypt(content, passphrase)
    return made

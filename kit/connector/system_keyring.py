"""The key in the system's keyring: the name of an entry goes in, 32 bytes come out.

The only room that knows the library `keyring`. It never chooses a keyring by itself, for then it
obeys settings and plug-ins, and may write the key to a file in the clear.
"""

from __future__ import annotations

import importlib
import json
import secrets
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kit.connector import key
from kit.errors import (
    KeyBrokenError,
    KeyringAbsentError,
    KeyringForgotError,
    KeyringLockedError,
    KeyringSilentError,
    SystemKeyringError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyring.backend import KeyringBackend

_Answer = TypeVar("_Answer")

_SERVICE = "contact-notification-kit"
#: A keyring may ask a person for its password, or wait for one who is not there.
_LONGEST_S = 60.0
#: The keyrings that encrypt what they keep; the first that works here gets a new key.
_BACKENDS: tuple[str, ...] = (
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
)


def new_key(marker: Path) -> bytes:
    """A new key that the keyring holds; the marker then names its entry.

    Raises:
        SystemKeyringError: no keyring took it.
    """
    made, account = secrets.token_bytes(key.BYTES), secrets.token_hex(16)
    _in_time(lambda: _put(account, made.hex()))
    key.keep(marker, json.dumps({"account": account}) + "\n")
    return made


def kept_key(marker: Path) -> bytes:
    """The key in the entry that the marker names.

    Raises:
        KeyBrokenError: the marker is damaged.
        SystemKeyringError: the keyring does not give the key.
    """
    account = _account(marker)
    try:
        return key.from_hex(_in_time(lambda: _found(account)))
    except KeyBrokenError:
        raise KeyringForgotError from None


def forget(marker: Path) -> None:
    """Remove the entry that the marker names from every keyring; one that is gone is no fault.

    Raises:
        KeyBrokenError: the marker is damaged.
        SystemKeyringError: the keyring did not do it.
    """
    account = _account(marker)
    _in_time(lambda: _remove(account))


def _account(marker: Path) -> str:
    try:
        return str(json.loads(marker.read_text(encoding="ascii"))["account"])
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyBrokenError from None


def _put(account: str, secret: str) -> None:
    ring = _working()[0]
    ring.set_password(_SERVICE, account, secret)
    if ring.get_password(_SERVICE, account) != secret:
        raise KeyringAbsentError


def _found(account: str) -> str:
    for ring in _working():
        secret = ring.get_password(_SERVICE, account)
        if secret is not None:
            return secret
    raise KeyringForgotError


def _remove(account: str) -> None:
    for ring in _working():
        if ring.get_password(_SERVICE, account) is not None:
            ring.delete_password(_SERVICE, account)


def _working() -> list[KeyringBackend]:
    backends = []
    for name in _BACKENDS:
        module, _, attribute = name.rpartition(".")
        backends.append(getattr(importlib.import_module(module), attribute))
    working = [backend() for backend in backends if backend.viable]
    if not working:
        raise KeyringAbsentError
    return working


def _in_time(act: Callable[[], _Answer]) -> _Answer:
    """What the act gives; it runs aside, so that a keyring that hangs holds up nobody for ever."""
    answer: Future[_Answer] = Future()

    def ask() -> None:
        try:
            answer.set_result(act())
        except Exception as error:  # noqa: BLE001 (whatever it is, the one who waits is told)
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(_LONGEST_S)
    except SystemKeyringError:
        raise
    except TimeoutError:
        raise KeyringSilentError from None
    except Exception as error:  # noqa: BLE001 (each system has its own; none may pass the door)
        raise _meaning(error) from None


def _meaning(error: Exception) -> SystemKeyringError:
    from keyring import errors

    no_keyring = (errors.InitError, errors.NoKeyringError)
    if isinstance(error, errors.KeyringError) and not isinstance(error, no_keyring):
        return KeyringLockedError()
    return KeyringAbsentError()

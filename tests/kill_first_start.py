"""Make a store and die by SIGKILL at one boundary: kill_first_start.py BOUNDARY.

BOUNDARY is an act and a moment, such as `marker:before`. The acts: the key goes into the keyring,
the name of its entry or the salt is written, the store is made, and marked as made.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from standins import keyring

from kit.actions import store
from kit.actions.unlocking import Nobody
from kit.connector import Connection, key
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

ACTS: dict[str, tuple[object, str]] = {
    "keyring": (keyring.Ring, "set_password"),
    "marker": (key, "keep"),
    "store": (Connection, "__init__"),
    "made": (store, "make_private_file"),
}


class Alone(Nobody):
    """Somebody whom nobody shares the account with, and who types no passphrase."""

    def is_shared(self) -> bool:
        return False


def dying(real: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def act(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 (whatever it takes)
        if moment == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return act


if __name__ == "__main__":
    keyring.meet()
    act, _, moment = sys.argv[1].partition(":")
    owner, name = ACTS[act]
    setattr(owner, name, dying(getattr(owner, name), moment))
    store.open_store(load(), Alone())

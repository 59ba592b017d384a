"""A keyring of the system, in a file; it can be locked, hang, forget or be absent.

The file is named by STANDIN_KEYRING, so that a test and the programs it starts share it.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from kit.connector import system_keyring

if TYPE_CHECKING:
    import pytest

#: What a keyring may be like; `full` takes nothing in and gives nothing up, `broken` fails in its
#: own words.
MOODS = ("open", "locked", "silent", "forgetful", "absent", "full", "broken")
_BACKENDS = (f"{__name__}.Ring",)
#: How long a program waits for a silent one.
_IN_VAIN_S = 0.3


class Ring(KeyringBackend):
    """As `keyring` sees a system's keyring."""

    #: set at the end of a test, for whoever still waits in it
    over = threading.Event()

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 (a class's property)
        if _state()["mood"] == "absent":
            raise RuntimeError
        return 5

    def get_password(self, service: str, username: str) -> str | None:
        entries = self._entered()["entries"]
        entry: str | None = entries.get(f"{service} {username}")
        return entry

    def set_password(self, service: str, username: str, password: str) -> None:
        state = self._entered()
        if state["mood"] == "full":
            raise PasswordSetError(password)
        if state["mood"] != "forgetful":
            state["entries"][f"{service} {username}"] = password
        _write(state)

    def delete_password(self, service: str, username: str) -> None:
        state = self._entered()
        if state["mood"] == "full":
            raise PasswordDeleteError(username)
        state["entries"].pop(f"{service} {username}", None)
        _write(state)

    def _entered(self) -> dict[str, Any]:
        state = _state()
        if state["mood"] == "locked":
            raise KeyringLocked
        if state["mood"] == "broken":
            raise InitError
        if state["mood"] == "silent":
            self.over.wait()
            raise InitError  # whoever waited goes no further: the next test has a keyring by then
        return state


class SystemKeyring:
    """The stand-in as a test holds it."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STANDIN_KEYRING", str(path))
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        monkeypatch.setattr(system_keyring, "_BACKENDS", _BACKENDS)
        self._monkeypatch = monkeypatch
        Ring.over.clear()
        _write({"mood": "open", "entries": {}})

    def becomes(self, mood: str) -> None:
        assert mood in MOODS
        _write({**_state(), "mood": mood})
        if mood == "silent":
            self._monkeypatch.setattr(system_keyring, "_LONGEST_S", _IN_VAIN_S)

    @property
    def entries(self) -> dict[str, str]:
        kept: dict[str, str] = _state()["entries"]
        return kept

    @entries.setter
    def entries(self, entries: dict[str, str]) -> None:
        _write({**_state(), "entries": entries})

    def close(self) -> None:
        Ring.over.set()


def meet() -> None:
    """Let a program that a test starts meet the stand-in, and no other keyring."""
    system_keyring._BACKENDS = _BACKENDS  # noqa: SLF001 (who else knows)
    if _state()["mood"] == "silent":
        system_keyring._LONGEST_S = _IN_VAIN_S  # noqa: SLF001


def _state() -> dict[str, Any]:
    state: dict[str, Any] = json.loads(_path().read_text("utf-8"))
    return state


def _write(state: dict[str, Any]) -> None:
    new = _path().with_suffix(".new")
    new.write_text(json.dumps(state), "utf-8")
    new.replace(_path())


def _path() -> Path:
    return Path(os.environ["STANDIN_KEYRING"])

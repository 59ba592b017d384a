"""Back up, restore or change a key, and die by SIGKILL before every step that lasts, one by one.

kill_keys.py FOLDER: each act is done anew and killed before its first such step, before its second,
and so on, until it comes to its end; what is found afterwards is looked at each time, and told in
one line of JSON.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import no_passphrase
from kill_first_start import Alone
from standins import keyring

from kit import private_file
from kit.actions import backing_up, rekeying
from kit.actions.backing_up import Backup, back_up
from kit.actions.store import open_store
from kit.actions.unlocking import NEXT, KeyHome
from kit.connector import Connection, key, system_keyring
from kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

#: Whatever outlives the program: a file is made, gets a name or goes; a store is written.
STEPS: tuple[tuple[Any, str], ...] = (
    *((os, name) for name in ("open", "link", "replace", "unlink")),
    *((Connection, name) for name in ("__init__", "copy_to", "change_key")),
    (backing_up, "copy_back"),
    (keyring, "_write"),
)
#: From which home of the key to which.
CHANGES = (
    *((KeyHome.PASSPHRASE, to) for to in (KeyHome.PASSPHRASE, KeyHome.KEYRING, KeyHome.FILE)),
    *((KeyHome.KEYRING, to) for to in KeyHome),
    *((KeyHome.FILE, to) for to in KeyHome),
)
MANY = 10


class Person(Alone):
    """Somebody who knows both passphrases, and types the new one where a new one is asked for."""

    def __init__(self, kind: KeyHome = KeyHome.KEYRING) -> None:
        self.shared = kind is KeyHome.PASSPHRASE
        self.typed = itertools.cycle(["old", "new"])

    def is_shared(self) -> bool:
        return self.shared

    def new_passphrase(self) -> str:
        return "new"

    def passphrase(self) -> str:
        return next(self.typed)

    def too_soon(self, seconds: int) -> None:
        raise AssertionError(seconds)


def dies_before(step: int, act: Callable[[], object]) -> bool:
    """Do it in a process that is killed before that step; false when it came to its end."""
    child = os.fork()
    if child == 0:
        calls = itertools.count(1)

        def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (whatever it gives)
                if next(calls) == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return call

        for owner, name in STEPS:
            setattr(owner, name, deadly(getattr(owner, name)))
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(step)
    return os.WIFSIGNALED(status)


def made(home: Path, kind: KeyHome) -> Settings:
    """A store with somebody in it, whose key is there."""
    settings = Settings(
        home=home,
        language="en",
        passphrase="old" if kind is KeyHome.PASSPHRASE else "",
        key_file=home / "key" if kind is KeyHome.FILE else None,
    )
    with contextlib.closing(open_store(settings, Person(kind))) as store:
        store.book.set("sender", "小明")
        for number in range(MANY):
            store.book.set(f"{number}", "x" * 2000)
    return settings


def names(folder: Path) -> set[str]:
    """What is in the folder, but for the lock, and files that never got their name."""
    there = [path for path in folder.iterdir() if path.suffix != private_file.UNFINISHED]
    return {path.name for path in there if not path.name.startswith("at-work.lock")}


def reads(settings: Settings) -> int:
    """How much of it is there, opened as on any day."""
    plain = Settings(home=settings.home, language="en", key_file=settings.key_file)
    with contextlib.closing(open_store(plain, Person())) as store:
        assert store.book.setting("sender") == "小明"
        return sum(bool(store.book.setting(f"{number}")) for number in range(MANY))


def changed(folder: Path, old: KeyHome, new: KeyHome) -> int:
    """Change the key, killed before each step in turn; how many there are."""
    settings = made(folder / "home", old)
    before = shutil.copytree(folder, f"{folder}-before")
    ring = keyring._state()  # noqa: SLF001 (the stand-in's own)
    for step in itertools.count(1):
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        keyring._write(ring)  # noqa: SLF001
        following = folder / "next-key"

        def act(following: Path = following) -> None:
            store = open_store(settings, Person())
            rekeying.change(store, Person(), new, following if new is KeyHome.FILE else None)

        died = dies_before(step, act)
        opens = settings
        if new is KeyHome.FILE and following.exists():
            with contextlib.suppress(Exception):
                reads(settings)
            if following.exists():  # it was not taken back: the store has the new key
                opens = Settings(home=settings.home, language="en", key_file=following)
        assert reads(opens) == reads(opens) == MANY
        assert not {*NEXT.values(), "old-keyring.json"} & names(settings.home)
        if not died:
            assert rekeying.home(opens).kind is new
            shutil.rmtree(folder)
            shutil.rmtree(before)
            return step - 1
    raise AssertionError


def interrupted(folder: Path) -> int:
    """Killed while SQLCipher writes, as late as it goes; how often that was."""
    times = 0
    for wait in range(1, 9):
        shutil.rmtree(folder, ignore_errors=True)
        made(folder / "home", KeyHome.FILE)
        old, new = key.from_file(folder / "home/key", make=False), bytes(range(32))
        path, (out, into) = folder / "home/kit.db", os.pipe()
        child = os.fork()
        if child == 0:
            connection = Connection(path, old)
            os.write(into, b"!")
            connection.change_key(new)
            os._exit(0)
        os.read(out, 1)
        signal.sigtimedwait({signal.SIGCHLD}, wait / 200)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = [by for by in (new, old) if _opens(path, by)]
        assert len(found) == 1
        times += found == [old]
    return times


def _opens(path: Path, by: bytes) -> bool:
    with contextlib.suppress(Exception), contextlib.closing(Connection(path, by)) as connection:
        rows = connection.rows("SELECT count(*) AS n FROM setting")
        assert connection.rows("PRAGMA cipher_integrity_check") == []
        return bool(rows[0]["n"] > MANY)
    return False


def backed_up(folder: Path) -> int:
    """Back up, killed before each step in turn; how many there are."""
    for step in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)
        settings, path = made(folder / "home", KeyHome.FILE), folder / "all.kit"

        def act(settings: Settings = settings, path: Path = path) -> None:
            back_up(open_store(settings, no_passphrase), path, "old")

        died = dies_before(step, act)
        store = open_store(settings, no_passphrase)
        assert died or path.exists()
        back_up(store, folder / ("again.kit" if path.exists() else path.name), "old")
        store.close()
        assert {one.name for one in folder.iterdir()} <= {"home", "all.kit", "again.kit"}
        Backup(path, Settings(home=folder / "other", language="en")).unlock("old")
        if not died:
            return step - 1
    raise AssertionError


def restored(folder: Path, kind: KeyHome) -> int:
    """Restore, killed before each step in turn; how many there are."""
    shutil.rmtree(folder, ignore_errors=True)
    source, path = made(folder / "first", KeyHome.FILE), folder / "all.kit"
    with contextlib.closing(open_store(source, no_passphrase)) as store:
        back_up(store, path, "old")
    for step in itertools.count(1):
        home = folder / "second"
        shutil.rmtree(home, ignore_errors=True)
        into = Settings(home=home, language="en", passphrase="new" if kind != "keyring" else "")

        def act(into: Settings = into) -> None:
            found = Backup(path, into)
            found.unlock("old")
            found.restore(Person(kind))

        died = dies_before(step, act)
        if backing_up.is_free(into):
            assert died
            act()
        assert reads(into) == MANY
        assert names(home) == {
            "kit.db",
            "made",
            "salt.json" if kind != "keyring" else "keyring.json",
        }
        if not died:
            return step - 1
    raise AssertionError


def tell(what: str, steps: int) -> None:
    sys.stdout.write(f"{json.dumps([what, steps])}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    keyring.meet()
    key._SCRYPT["n"] = 2**4  # noqa: SLF001 (it is not what is tested)
    system_keyring._LONGEST_S = 5  # noqa: SLF001
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    place = Path(sys.argv[1])
    for old, new in CHANGES:
        tell(f"{old} to {new}", changed(place / "change", old, new))
    tell("interrupted", interrupted(place / "interrupted"))
    tell("backup", backed_up(place / "backup"))
    for kind in (KeyHome.PASSPHRASE, KeyHome.KEYRING):
        tell(f"restore to {kind}", restored(place / "restore", kind))

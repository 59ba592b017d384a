"""Where the key is, another one, and passphrases that were wrong."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from conftest import no_passphrase
from desks import sit_down
from kill_first_start import Alone

from kit.actions import rekeying
from kit.actions.patience import Patience
from kit.actions.store import open_store
from kit.actions.unlocking import KeyHome
from kit.connector import Connection, key
from kit.errors import (
    AlreadyRunningError,
    BusyError,
    FileTakenError,
    FullDiskError,
    KeyFileMissingError,
    KeyringLockedError,
    KitError,
    NewPassphraseMissingError,
    TooSoonError,
    WrongKeyError,
)
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from standins.keyring import SystemKeyring

    from kit.actions.store import Store


class Typing(Alone):
    """Somebody who types these passphrases, and remembers how long they had to wait."""

    def __init__(self, *passphrases: str) -> None:
        self.passphrases = list(passphrases)
        self.waited: list[int] = []

    def is_shared(self) -> bool:
        return bool(self.passphrases)

    def new_passphrase(self) -> str:
        return self.passphrases.pop(0)

    passphrase = new_passphrase

    def too_soon(self, seconds: int) -> None:
        self.waited.append(seconds)


def test_the_command_says_where_the_key_is_and_puts_it_elsewhere(
    kit: Callable[..., Result],
    ring: SystemKeyring,
    tmp_path: Path,
) -> None:
    old = {"KIT_PASSPHRASE": "旧"}
    assert "A passphrase opens this store" in kit("key", **old).stdout
    assert kit("key", "--passphrase", **old).exit_code == 1
    assert kit("key", "--passphrase", KIT_NEW_PASSPHRASE="新", **old).exit_code == 0
    assert kit("status", **old).exit_code == 1
    assert kit("status", KIT_PASSPHRASE="新").exit_code == 0

    assert kit("key", "--keyring", KIT_PASSPHRASE="新").exit_code == 0
    assert len(ring.entries) == 1
    assert "The system's keyring has the key" in kit("key").stdout

    path = tmp_path / "key-file"
    moved = kit("key", "--file", path)
    assert "Set KIT_KEY_FILE to that file now" in moved.stderr
    assert ring.entries == {}
    assert kit("status").exit_code == 1
    assert kit("key", KIT_KEY_FILE=str(path)).stdout.startswith("A key file opens this store")
    again = kit("key", "--file", tmp_path / "key2", KIT_KEY_FILE=str(path))
    assert "The old key file still lies there" in again.stderr
    left = kit("status", KIT_KEY_FILE=str(path))
    assert (left.exit_code, "That key file does not open this store" in left.stderr) == (1, True)
    assert kit("key", "--keyring", "--file", path, KIT_KEY_FILE=str(path)).exit_code == 2


def test_the_old_key_opens_nothing_any_more(store: Store, tmp_path: Path) -> None:
    old = bytes.fromhex((store.home / "key").read_text())
    rekeying.change(store, no_passphrase, KeyHome.FILE, tmp_path / "key2")

    with pytest.raises(WrongKeyError):
        Connection(store.home / "kit.db", old)
    open_store(load({"KIT_HOME": str(store.home), "KIT_KEY_FILE": f"{tmp_path}/key2"}), Alone())


def refused(store: Store, kind: KeyHome, error: type[KitError], file: Path | None = None) -> None:
    with pytest.raises(error):
        rekeying.change(store, no_passphrase, kind, file)
    with contextlib.closing(open_store(load(), no_passphrase)) as again:
        assert again.book.setting("sender") == "小明"
    assert not [path for path in store.home.iterdir() if path.name.startswith("next")]


def test_what_cannot_be_changed_leaves_the_old_key(
    store: Store, ring: SystemKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_KEY_FILE", str(store.home / "key"))
    store.book.set("sender", "小明")
    refused(store, KeyHome.PASSPHRASE, NewPassphraseMissingError)
    refused(store, KeyHome.FILE, KeyFileMissingError)
    refused(store, KeyHome.FILE, FileTakenError, store.home / "key")
    refused(store, KeyHome.FILE, FileTakenError, store.home / "salt.json")  # which it would drop
    ring.becomes("locked")
    refused(store, KeyHome.KEYRING, KeyringLockedError)
    with store.alone():
        refused(store, KeyHome.FILE, AlreadyRunningError, tmp_path / "key2")
    with contextlib.closing(open_store(load(), no_passphrase)):
        refused(store, KeyHome.FILE, BusyError, tmp_path / "key3")
    assert not (tmp_path / "key3").exists()


@pytest.mark.parametrize("room", [20_000, 150_000])
def test_a_full_disk_leaves_the_old_key(store: Store, tmp_path: Path, room: int) -> None:
    resource = pytest.importorskip("resource")
    store.book.set("sender", "小明")
    for number in range(100):
        store.book.set(f"{number}", "x" * 3000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(FullDiskError):
            rekeying.change(store, no_passphrase, KeyHome.FILE, tmp_path / "key2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    with contextlib.closing(open_store(load(), no_passphrase)) as again:
        assert again.book.setting("99")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("口令１２３ａ\u3000", "口令123a ", True),
        ("e\u0301te\u0301", "\u00e9t\u00e9", True),
        ("口令", "口令 ", False),
        ("口令", "囗令", False),
    ],
)
def test_what_looks_the_same_on_every_keyboard_is_one_passphrase(
    one: str, other: str, *, is_same: bool
) -> None:
    cost = key.new_cost() | {"n": 2}

    assert (key.stretched(one, cost) == key.stretched(other, cost)) is is_same


def test_after_several_wrong_passphrases_the_next_waits_longer_and_longer(
    ring: SystemKeyring, clock: Clock
) -> None:
    def opens(*typed: str) -> Typing:
        person = Typing(*typed)
        try:
            open_store(load(), person, clock, clock.rest).close()
        except WrongKeyError:
            person.passphrases.append("refused")
        return person

    opens("口令")
    assert opens("1", "2", "3").waited == []
    later = opens("4", "5", "6")
    assert (later.waited, later.passphrases) == ([5, 10, 20], ["refused"])
    for _ in range(3):
        later = opens("7", "8", "9")
    assert later.waited == [300, 300, 300]
    right = opens("口令")
    assert (right.waited, right.passphrases) == ([300], [])
    assert opens("1", "口令").waited == []
    assert ring.entries == {}


@pytest.mark.parametrize(
    "kept",
    ["", "{", "[]", "[" * 9999, '{"count": "x"}', '{"count": 9, "at": "x"}', '{"count": 1e999}'],
)
def test_a_damaged_count_locks_nobody_out(tmp_path: Path, clock: Clock, kept: str) -> None:
    (tmp_path / "wrong-tries.json").write_text(kept)

    assert Patience(tmp_path, clock, clock.rest).seconds == 0


def test_a_clock_that_is_changed_makes_nobody_wait_for_longer(tmp_path: Path, clock: Clock) -> None:
    patience = Patience(tmp_path, clock, clock.rest)
    for _ in range(4):
        patience.was_wrong()
    clock.go(days=-400)
    assert patience.seconds == 10
    clock.go(seconds=10)
    assert patience.seconds == 0
    clock.go(days=800)
    assert patience.seconds == 0


def test_nobody_who_cannot_wait_is_let_in_sooner(
    ring: SystemKeyring, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setenv("KIT_PASSPHRASE", "口令")
    open_store(load(), no_passphrase, clock).close()
    monkeypatch.setenv("KIT_PASSPHRASE", "错")
    for _ in range(3):
        with pytest.raises(WrongKeyError):
            open_store(load(), no_passphrase, clock)
    monkeypatch.setenv("KIT_PASSPHRASE", "口令")
    with pytest.raises(TooSoonError):
        open_store(load(), no_passphrase, clock)
    clock.go(seconds=5)

    open_store(load(), no_passphrase, clock).close()
    assert ring.entries == {}


def test_the_page_makes_whoever_guesses_wait_too(ring: SystemKeyring, clock: Clock) -> None:
    made = sit_down(clock)
    made.enter()
    made.post("/unlock", {"shared": "yes", "passphrase": "correct", "again": "correct"})
    made.post("/lock")
    for _ in range(3):
        assert made.post("/unlock", passphrase="wrong").status_code == 200
    soon = made.post("/unlock", passphrase="correct")
    assert "try again in 5 seconds" in soon.get_data(as_text=True)
    clock.go(seconds=5)

    assert made.post("/unlock", passphrase="correct").status_code == 303
    made.desk.close()
    assert ring.entries == {}

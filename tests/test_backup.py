"""A backup and a store made of it: whole or not at all, whatever becomes of file and disk."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import card, no_passphrase
from kill_first_start import Alone

from kit.actions import retention
from kit.actions.backing_up import Backup, back_up
from kit.actions.backing_up import restore as restore_bytes
from kit.actions.store import open_store
from kit.connector import Connection, key
from kit.errors import (
    BackupDamagedError,
    BackupTooNewError,
    BackupUnreadableError,
    BackupUnwrittenError,
    ErasedInPartError,
    FileTakenError,
    FullDiskError,
    KitError,
    NoBackupError,
    NotEmptyError,
    PassphraseEmptyError,
    StoreUnusableError,
    WrongKeyError,
    WrongPassphraseError,
)
from kit.model import E164, Meaning
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from conftest import Clock
    from standins.keyring import SystemKeyring

    from kit.actions.store import Store
    from kit.settings import Settings

PAGE = 4096
NUMBER = E164("+8613800000009")


@pytest.fixture
def full(store: Store, people: Callable[..., None], clock: Clock) -> Store:
    """A store with people, an opt-out and a large exhibit."""
    people(card("妈妈", "13800000001"), card("王小芳", "13800000002"))
    store.ledger.opt_out([NUMBER], Meaning.OPT_OUT, "borrower", clock())
    return store


@pytest.fixture
def sealed(full: Store, tmp_path: Path) -> Path:
    return back_up(full, tmp_path / "all.kit", "口令")


def elsewhere(tmp_path: Path, **environment: str) -> Settings:
    """The settings of another computer."""
    home = str(tmp_path / "second")
    key_file = {"KIT_KEY_FILE": f"{home}/key"} if not environment else {}
    return load({"KIT_HOME": home, "KIT_LANG": "en", **key_file, **environment})


def restore(path: Path, settings: Settings, typed: str = "口令") -> None:
    found = Backup(path, settings)
    found.unlock(typed)
    found.restore(Alone())


@contextlib.contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file may grow any longer than that."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_all_of_it_is_there_again_under_another_key(
    sealed: Path, full: Store, tmp_path: Path
) -> None:
    settings = elsewhere(tmp_path)
    restore(sealed, settings)

    with contextlib.closing(open_store(settings, no_passphrase)) as second:
        assert second.book.contacts() == full.book.contacts()
        assert second.ledger.opted_out([NUMBER]) == {NUMBER: Meaning.OPT_OUT}
        assert second.copies.made_at == full.clock()
    assert full.copies.made_at is None
    with pytest.raises(WrongKeyError):
        Connection(settings.home / "kit.db", key.from_file(full.home / "key", make=False))


def test_nothing_of_it_lies_in_the_clear_and_only_its_owner_may_read_it(
    sealed: Path, full: Store, tmp_path: Path
) -> None:
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600 or os.name == "nt"
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert "王小芳".encode() not in content
        assert b"13800000002" not in content
        assert b"CREATE TABLE" not in content
    assert {path.name for path in tmp_path.iterdir()} == {"home", "all.kit"}
    assert sealed in full.book.written()


def test_it_is_of_one_moment_while_others_write(
    full: Store, reopened: Store, tmp_path: Path
) -> None:
    with reopened.changing():
        reopened.book.set("sender", "half a change")
        # what a backup remembers of itself it writes before; that alone waits for the other
        copy = tmp_path / "copy.db"
        copy.touch()
        full.copy_to(copy, bytes(32))

    with contextlib.closing(Connection(copy, bytes(32))) as made:
        assert made.rows("SELECT value FROM setting WHERE name = 'sender'") == []


def test_it_takes_the_place_of_nothing(sealed: Path, full: Store) -> None:
    before = sealed.read_bytes()
    with pytest.raises(FileTakenError):
        back_up(full, sealed, "口令")

    assert sealed.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "passphrase", "error"),
    [
        ("no-folder/all.kit", "口令", BackupUnwrittenError),
        ("all.kit", "", PassphraseEmptyError),
        ("home", "口令", FileTakenError),
        ("home/salt.json", "口令", FileTakenError),
    ],
)
def test_what_cannot_be_written_is_said(
    full: Store, tmp_path: Path, name: str, passphrase: str, error: type[KitError]
) -> None:
    with pytest.raises(error):
        back_up(full, tmp_path / name, passphrase)

    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_a_full_disk_leaves_no_backup_and_no_store(
    full: Store, sealed: Path, tmp_path: Path
) -> None:
    with little_room(100_000):
        with pytest.raises(FullDiskError):
            back_up(full, tmp_path / "again.kit", "口令")
        with pytest.raises(FullDiskError):
            restore(sealed, elsewhere(tmp_path))
        with pytest.raises(StoreUnusableError):  # as a browser sends it
            restore_bytes(sealed.read_bytes(), elsewhere(tmp_path), "口令", Alone())

    assert {path.name for path in tmp_path.iterdir()} == {"home", "all.kit", "second"}
    left = {
        "at-work.lock",
        "key",
        "written.txt",
    }  # the key, and the list for `kit erase` to find it
    assert {path.name for path in (tmp_path / "second").iterdir()} == left
    restore(sealed, elsewhere(tmp_path))


def told(content: bytes, **changes: object) -> bytes:
    """The same backup, whose page behind the copy tells otherwise."""
    page = json.loads(content[-PAGE:])
    return content[:-PAGE] + json.dumps(page | changes).encode().ljust(PAGE)


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


#: What may have become of the file, and what is said of it.
FAILURES: dict[str, tuple[Callable[[bytes], bytes], type[KitError]]] = {
    "empty": (lambda _: b"", NoBackupError),
    "something else": (lambda _: b"BEGIN:VCARD\r\n" * 2000, NoBackupError),
    "JSON that is something else": (lambda _: b'{"what": 1}', NoBackupError),
    "a store itself": (lambda content: content[:-PAGE], NoBackupError),
    "cut short by a byte": (lambda content: content[:-1], NoBackupError),
    "cut short by half": (lambda content: content[: len(content) // 2], NoBackupError),
    "grown longer": (lambda content: content + b"\n", NoBackupError),
    "without its first page": (lambda content: content[PAGE:], NoBackupError),
    "a byte of the salt": (lambda content: flipped(content, 3), BackupDamagedError),
    "a byte of the first page": (lambda content: flipped(content, 900), BackupDamagedError),
    "a byte in the middle": (
        lambda content: flipped(content, len(content) // 2),
        BackupDamagedError,
    ),
    "a byte of its last page": (
        lambda content: flipped(content, len(content) - PAGE - 9),
        BackupDamagedError,
    ),
    "a later format": (lambda content: told(content, format=2), BackupTooNewError),
    "a later schema": (
        lambda content: told(content, steps={"book": 1, "ledger": 99}),
        BackupTooNewError,
    ),
    "another room": (lambda content: told(content, steps={"clinic": 1}), BackupTooNewError),
    "a schema that is none": (lambda content: told(content, steps=[1]), NoBackupError),
    "a cost that is none": (lambda content: told(content, cost={"n": 2}), BackupDamagedError),
    "a cost that never ends": (
        lambda content: told(content, cost={"n": 2**17, "r": 8, "p": 10**6, "salt": "00"}),
        BackupDamagedError,
    ),
    "a cost that takes twice as long as any of ours": (
        lambda content: told(content, cost={"n": 2**10, "r": 8, "p": 2, "salt": "00"}),
        BackupDamagedError,
    ),
    "a check of somebody else": (lambda content: told(content, check="00"), WrongPassphraseError),
    "a check that is a word": (lambda content: told(content, check="妈妈"), WrongPassphraseError),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_what_is_no_whole_backup_makes_nothing(sealed: Path, tmp_path: Path, failure: str) -> None:
    damage, error = FAILURES[failure]
    damaged = tmp_path / "damaged.kit"
    damaged.write_bytes(damage(sealed.read_bytes()))

    with pytest.raises(error):
        restore(damaged, elsewhere(tmp_path))
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("name", ["nowhere.kit", "home", "pipe"])
def test_a_file_that_cannot_be_read_is_said(sealed: Path, tmp_path: Path, name: str) -> None:
    if name == "pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(sealed.with_name(name))  # which nobody ever writes to
    with pytest.raises((BackupUnreadableError, NoBackupError)):
        Backup(sealed.with_name(name), elsewhere(tmp_path))


def test_another_passphrase_makes_nothing(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphraseError):
        restore(sealed, elsewhere(tmp_path), "別的")

    assert not (tmp_path / "second").exists()


def test_a_store_is_never_written_over(sealed: Path, full: Store) -> None:
    before = (full.home / "kit.db").read_bytes()
    with pytest.raises(NotEmptyError):
        Backup(sealed, load())

    assert (full.home / "kit.db").read_bytes() == before


def test_only_files_that_lie_here_too_are_remembered(full: Store, tmp_path: Path) -> None:
    here, nowhere = tmp_path / "page.html", tmp_path / "other-computer" / "page.html"
    here.touch()
    for path in (here, nowhere):
        full.book.remember_written(path, full.clock())
    settings = elsewhere(tmp_path)
    restore(back_up(full, tmp_path / "all.kit", "口令"), settings)

    with contextlib.closing(open_store(settings, no_passphrase)) as second:
        assert here in second.book.written()
        assert nowhere not in second.book.written()


def test_nobody_is_forgotten_here_who_was_only_warned_there(
    full: Store, tmp_path: Path, clock: Clock
) -> None:
    clock.go(days=100)
    assert retention.when_opened(full).on == clock.now + timedelta(days=7)
    settings = elsewhere(tmp_path)
    restore(back_up(full, tmp_path / "all.kit", "口令"), settings)
    clock.go(days=30)

    with contextlib.closing(open_store(settings, no_passphrase, clock)) as second:
        assert retention.when_opened(second).on == clock.now + timedelta(days=7)
        assert second.book.has_people()
        clock.go(days=7)
        assert retention.when_opened(second).forgotten


def test_who_was_forgotten_since_is_back_and_the_backup_is_named(
    kit: Callable[..., Result], sealed: Path, tmp_path: Path
) -> None:
    forgot = kit("erase", "--contacts", "--yes")
    assert f"whoever restores it has them back: {sealed}" in forgot.stderr
    assert "妈妈" not in kit("contacts").stdout

    home = tmp_path / "second"
    there = {"KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key")}
    restored = kit("restore", sealed, KIT_SEAL_PASSPHRASE="口令", **there)
    assert "Whoever was forgotten after that is in it again." in restored.stderr
    assert "妈妈" in kit("contacts", **there).stdout


def test_nothing_is_restored_where_a_store_is_being_erased(sealed: Path, tmp_path: Path) -> None:
    settings = elsewhere(tmp_path)
    settings.home.mkdir()
    (settings.home / "erasing.json").write_text("{}")
    with pytest.raises(ErasedInPartError):
        Backup(sealed, settings)


def test_two_at_once_make_one_store(sealed: Path, tmp_path: Path) -> None:
    first, second = (Backup(sealed, elsewhere(tmp_path)) for _ in range(2))
    first.unlock("口令")
    second.unlock("口令")
    first.restore(Alone())

    with pytest.raises(NotEmptyError):
        second.restore(Alone())


@pytest.mark.parametrize("kind", ["keyring", "passphrase"])
def test_the_new_key_is_where_a_first_start_would_put_it(
    sealed: Path, tmp_path: Path, ring: SystemKeyring, kind: str
) -> None:
    more = {"KIT_PASSPHRASE": "另一个"} if kind == "passphrase" else {"KIT_FROM": "x"}
    settings = elsewhere(tmp_path, **more)
    restore(sealed, settings)

    assert len(ring.entries) == (kind == "keyring")
    with contextlib.closing(open_store(settings, Alone())) as second:
        assert len(second.book.groups()) == 2


def test_whoever_gives_up_restoring_begins_anew_and_nothing_of_it_stays(
    tmp_path: Path,
) -> None:
    settings = elsewhere(tmp_path)
    settings.home.mkdir()
    (settings.home / "restoring.db").write_bytes(b"half a store")
    open_store(settings, no_passphrase).close()

    assert not (settings.home / "restoring.db").exists()


def test_a_backup_of_a_restored_store_is_held_anew(sealed: Path, tmp_path: Path) -> None:
    settings = elsewhere(tmp_path)
    restore(sealed, settings)
    with contextlib.closing(open_store(settings, no_passphrase)) as second:
        second.copies.keep_asked("phone", second.clock())
        again = back_up(second, tmp_path / "again.kit", "口令")
        assert second.copies.ever_asked() == {"phone"}
    third = load({"KIT_HOME": str(tmp_path / "third"), "KIT_KEY_FILE": str(tmp_path / "key3")})
    restore(again, third)

    with contextlib.closing(open_store(third, no_passphrase)) as store:
        assert store.copies.ever_asked() == set()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on Windows")
def test_killed_before_any_step_there_is_nothing_or_all_and_a_key_that_opens_it(
    ring: SystemKeyring, tmp_path: Path
) -> None:
    program = Path(__file__).parent / "kill_keys.py"
    done = subprocess.run(
        [sys.executable, program, tmp_path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    steps = dict(map(json.loads, done.stdout.splitlines()))
    assert steps.pop("interrupted") <= 8
    assert len(steps) == 12
    assert min(steps.values()) > 5
    assert ring.entries is not None


def test_the_commands_take_it_there_and_say_what_it_lacks(
    kit: Callable[..., Result], book: Callable[..., Path], tmp_path: Path
) -> None:
    kit("import", book(card("妈妈", "13800000001")))
    path, home = tmp_path / "all.kit", tmp_path / "second"
    there = {"KIT_HOME": str(home), "KIT_KEY_FILE": str(home / "key")}
    assert kit("backup", path).exit_code == 1
    made = kit("backup", path, KIT_SEAL_PASSPHRASE="口令")
    assert (made.exit_code, "It lacks the key of this store" in made.stderr) == (0, True)

    assert kit("restore", path, **there).exit_code == 1
    assert kit("restore", path, KIT_SEAL_PASSPHRASE="錯", **there).exit_code == 1
    assert not home.exists()
    restored = kit("restore", path, KIT_SEAL_PASSPHRASE="口令", **there)
    assert "1 contacts, 0 entries of the record." in restored.stdout
    assert "Stop sending there." in restored.stderr
    assert "妈妈" in kit("contacts", **there).stdout

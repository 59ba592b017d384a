"""The key in the system's keyring: from the first start to a keyring that is gone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment, card, no_passphrase
from kill_first_start import Alone

from kit.actions.store import open_store
from kit.connector.system_keyring import kept_key, new_key
from kit.errors import (
    KeyBrokenError,
    KeyringAbsentError,
    KeyringForgotError,
    KeyringLockedError,
    KeyringSilentError,
    KitError,
    PassphraseMissingError,
    SystemKeyringError,
    WrongKeyError,
)
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from standins.keyring import SystemKeyring

TESTS = Path(__file__).parent
REFUSALS: dict[str, type[SystemKeyringError]] = {
    "locked": KeyringLockedError,
    "silent": KeyringSilentError,
    "absent": KeyringAbsentError,
    "broken": KeyringAbsentError,
}
BOUNDARIES = [
    (passphrase, f"{act}:{moment}")
    for passphrase in ("", "口令")
    for act in ("keyring", "marker", "store", "made")[bool(passphrase) :]
    for moment in ("before", "after")
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class Typing(Alone):
    """Somebody who types passphrases, and remembers what was asked."""

    def __init__(self, *passphrases: str, shared: bool = True) -> None:
        self.passphrases = list(passphrases)
        self.shared = shared
        self.heard: list[object] = []

    def is_shared(self) -> bool:
        self.heard.append("shared?")
        return self.shared

    def no_keyring(self, error: SystemKeyringError) -> None:
        self.heard.append(type(error))

    def new_passphrase(self) -> str:
        return self.passphrase()

    def passphrase(self) -> str:
        return self.passphrases.pop(0)

    def wrong_passphrase(self, left: int) -> None:
        self.heard.append(left)


def remembered() -> str:
    """What the store holds, opened with nobody there."""
    store = open_store(load(), no_passphrase)
    kept = store.book.setting("sender")
    store.close()
    return kept


def remember(answers: Alone) -> None:
    store = open_store(load(), answers)
    with store.changing():
        store.book.set("sender", "小明")
    store.close()


def files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.name != "at-work.lock"}


def test_a_new_key_is_in_the_keyring_and_only_the_name_of_its_entry_in_a_file(
    ring: SystemKeyring, home: Path
) -> None:
    made = new_key(home / "keyring.json")

    ((entry, secret),) = ring.entries.items()
    assert secret == made.hex()
    assert entry.startswith("contact-notification-kit ")
    assert entry.split()[1] in (home / "keyring.json").read_text()
    assert secret not in (home / "keyring.json").read_text()
    assert stat.S_IMODE((home / "keyring.json").stat().st_mode) == 0o600 or os.name == "nt"
    assert kept_key(home / "keyring.json") == made


@pytest.mark.parametrize(
    ("mood", "error"),
    [*REFUSALS.items(), ("full", KeyringLockedError), ("forgetful", KeyringAbsentError)],
)
def test_a_keyring_that_takes_no_key_leaves_no_marker(
    ring: SystemKeyring, home: Path, mood: str, error: type[KitError]
) -> None:
    ring.becomes(mood)
    with pytest.raises(error) as raised:
        new_key(home / "keyring.json")

    assert not (home / "keyring.json").exists()
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(("mood", "error"), REFUSALS.items())
def test_a_keyring_that_gives_no_key_opens_and_changes_nothing(
    ring: SystemKeyring, home: Path, mood: str, error: type[KitError]
) -> None:
    remember(Alone())
    before = files(home)
    ring.becomes(mood)
    with pytest.raises(error):
        open_store(load(), Alone())
    assert files(home) == before

    ring.becomes("open")
    assert remembered() == "小明"


@pytest.mark.parametrize("secret", [None, "", "zz", "abcd"])
def test_a_keyring_that_has_lost_the_key_is_said(
    ring: SystemKeyring, home: Path, secret: str | None
) -> None:
    remember(Alone())
    before, entries = files(home), ring.entries
    ring.entries = {} if secret is None else dict.fromkeys(entries, secret)
    with pytest.raises(KeyringForgotError):
        open_store(load(), Alone())
    assert files(home) == before

    ring.entries = dict.fromkeys(entries, "00" * 32)
    with pytest.raises(WrongKeyError):
        open_store(load(), Alone())
    assert files(home) == before


@pytest.mark.parametrize("marker", ["", "[]", "{}", "\xff"])
def test_a_damaged_marker_is_said(ring: SystemKeyring, home: Path, marker: str) -> None:
    remember(Alone())
    (home / "keyring.json").write_bytes(marker.encode("latin-1"))

    with pytest.raises(KeyBrokenError):
        open_store(load(), Alone())
    assert len(ring.entries) == 1


def test_what_opened_the_store_first_opens_it_whatever_is_set_later(
    ring: SystemKeyring, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    remember(Alone())
    monkeypatch.setenv("KIT_PASSPHRASE", "口令")
    monkeypatch.setenv("KIT_KEY_FILE", str(home / "key"))

    assert remembered() == "小明"
    assert sorted(files(home)) == ["keyring.json", "kit.db", "made"]
    assert len(ring.entries) == 1


@pytest.mark.parametrize("mood", ["locked", "silent", "absent"])
def test_without_a_keyring_a_passphrase_is_asked_for(
    ring: SystemKeyring, home: Path, mood: str
) -> None:
    ring.becomes(mood)
    person = Typing("口令", shared=False)
    remember(person)

    assert person.heard == ["shared?", REFUSALS[mood]]
    assert sorted(files(home)) == ["kit.db", "made", "salt.json"]


def test_of_three_tries_the_last_may_be_right(ring: SystemKeyring, home: Path) -> None:
    remember(Typing("口令"))
    before = files(home)

    wrong = Typing("错", "", "又错", "口令")
    with pytest.raises(WrongKeyError):
        open_store(load(), wrong)
    assert wrong.heard == [2, 1]
    (home / "wrong-tries.json").unlink()  # the next one would have to wait
    assert files(home) == before
    open_store(load(), Typing("错", "又错", "口令")).close()
    with pytest.raises(PassphraseMissingError):
        open_store(load(), no_passphrase)
    assert ring.entries == {}


def test_a_passphrase_that_is_set_is_tried_once(
    ring: SystemKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_PASSPHRASE", "口令")
    remember(Alone())
    assert remembered() == "小明"
    monkeypatch.setenv("KIT_PASSPHRASE", "错")
    person = Typing("口令")

    with pytest.raises(WrongKeyError):
        open_store(load(), person)
    assert (person.heard, person.passphrases) == ([], ["口令"])
    assert ring.entries == {}


def test_a_first_start_that_was_broken_off_is_gone_on_with_unasked(
    ring: SystemKeyring, home: Path
) -> None:
    made = new_key(home / "keyring.json")
    remember(Typing())

    assert list(ring.entries.values()) == [made.hex()]


@pytest.mark.parametrize("loss", ["locked", "forgotten", "damaged"])
def test_a_first_start_that_was_broken_off_may_be_answered_otherwise(
    ring: SystemKeyring, home: Path, loss: str
) -> None:
    new_key(home / "keyring.json")
    if loss == "locked":
        ring.becomes("locked")
    elif loss == "forgotten":
        ring.entries = {}
    else:
        (home / "keyring.json").write_text("{")
    person = Typing("口令")
    remember(person)

    assert person.heard == ["shared?"]
    assert sorted(files(home)) == ["kit.db", "made", "salt.json"]
    open_store(load(), Typing("口令")).close()


@pytest.mark.parametrize("loss", ["forgotten", "damaged"])
def test_a_first_start_that_was_broken_off_may_be_answered_the_same_way(
    ring: SystemKeyring, home: Path, loss: str
) -> None:
    new_key(home / "keyring.json")
    if loss == "forgotten":
        ring.entries = {}
    else:
        (home / "keyring.json").write_text("{")
    remember(Alone())

    assert remembered() == "小明"


@pytest.mark.parametrize("setting", ["KIT_PASSPHRASE", "KIT_KEY_FILE"])
def test_what_a_broken_off_start_left_does_not_stand_in_the_way_of_a_setting(
    ring: SystemKeyring, home: Path, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_key(home / "keyring.json")
    (home / "salt.json").write_text("{")
    if setting == "KIT_PASSPHRASE":
        (home / "salt.json").unlink()
    monkeypatch.setenv(setting, str(home / "key"))
    ring.becomes("locked")
    remember(Alone())

    assert remembered() == "小明"
    assert not (home / "keyring.json").exists()


def test_a_passphrase_begun_and_then_a_keyring_is_the_keyring(
    ring: SystemKeyring, home: Path
) -> None:
    with pytest.raises(PassphraseMissingError):
        open_store(load(), no_passphrase)
    (home / "salt.json").write_text("{}")
    remember(Alone())

    assert remembered() == "小明"
    assert sorted(files(home)) == ["keyring.json", "kit.db", "made"]
    assert len(ring.entries) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows")
@pytest.mark.parametrize(("passphrase", "boundary"), BOUNDARIES)
def test_a_first_start_killed_at_any_boundary_is_simply_begun_again(
    ring: SystemKeyring, boundary: str, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if passphrase:
        monkeypatch.setenv("KIT_PASSPHRASE", passphrase)
    killed = subprocess.run([sys.executable, TESTS / "kill_first_start.py", boundary], check=False)
    assert killed.returncode == -signal.SIGKILL

    remember(Alone())
    assert remembered() == "小明"
    assert bool(ring.entries) is not bool(passphrase)


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="others always have a keyring")

#: `keyring` left to itself would write into a file in the clear; the kit writes nowhere.
PLAINTEXT = """
import sys, keyring
from pathlib import Path
from kit.connector.system_keyring import new_key
from kit.errors import KeyringAbsentError
print(type(keyring.get_keyring()).__name__)
keyring.set_password("here", "it", "would be")
try:
    new_key(Path(sys.argv[1]))
except KeyringAbsentError:
    print("none")
"""


@LINUX
@pytest.mark.parametrize("by", ["variable", "file"])
def test_a_keyring_in_the_clear_is_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    pytest.importorskip("keyrings.alt")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    if by == "variable":
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.file.PlaintextKeyring")
    else:
        (tmp_path / "python_keyring").mkdir()
        (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(
            "[backend]\ndefault-keyring=keyrings.alt.file.PlaintextKeyring\n"
        )
    done = subprocess.run(
        [sys.executable, "-c", PLAINTEXT, tmp_path / "keyring.json"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == ["PlaintextKeyring", "none"]
    (plaintext,) = tmp_path.rglob("keyring_pass.cfg")
    assert plaintext.read_text().count("[") == 1
    assert "[here]" in plaintext.read_text()
    assert not (tmp_path / "keyring.json").exists()


#: What a person's desktop does at login, then the kit, then the desktop locks the keyring.
DESKTOP = """
printf login | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$1" "$2"
"""
AT_THE_DESKTOP = """
import os, secretstorage
from pathlib import Path
from kit.connector import system_keyring as one
from kit.errors import KeyringForgotError, KeyringLockedError
one._BACKENDS = ("keyring.backends.SecretService.Keyring",)
marker = Path("keyring.json")
made = one.new_key(marker)
assert one.kept_key(marker) == made
kept = marker.read_text()
marker.write_text('{"account": "0000"}')
try:
    one.kept_key(marker)
except KeyringForgotError:
    print("forgot")
marker.write_text(kept)
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
try:
    one.kept_key(marker)
except KeyringLockedError:
    print("locked")
for path in Path("keyrings").iterdir():
    assert made.hex().encode() not in path.read_bytes()
    print("encrypted")
"""


@LINUX
@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="no gnome-keyring or no dbus here",
)
def test_a_real_secret_service_keeps_the_key_and_does_not_give_it_when_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "program.py").write_text(AT_THE_DESKTOP)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", DESKTOP, "sh", sys.executable, "program.py"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == ["forgot", "locked"]
    assert "encrypted" in done.stdout


def test_the_library_is_loaded_only_when_a_keyring_is_used(
    kit: Callable[..., Result], book: Callable[..., Path]
) -> None:
    assert kit("import", book(card("妈妈", "13800000001"))).exit_code == 0
    program = (
        "import sys; sys.argv = ['kit', 'contacts']\n"
        "from kit.cli import main\n"
        "try: main()\n"
        "finally: print('keyring' in sys.modules, 'sqlcipher3' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        text=True,
        env=bare_environment(),
    )

    assert done.stdout.splitlines()[-1] == "False True"

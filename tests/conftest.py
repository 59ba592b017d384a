from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from click.testing import CliRunner, Result

from kit import journal, jurisdiction
from kit.actions.store import Store, open_store
from kit.actions.unlocking import Nobody
from kit.cli import cli
from kit.journal import UNFIT
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from standins.android import AndroidPhone
    from standins.keyring import SystemKeyring
    from standins.twilio import TwilioStandin

    Kit = Callable[..., Result]

pytest_plugins = ["browsing", "desks", "office", "postgres"]

EXAMPLES = Path(__file__).parent.parent / "examples"

#: Every name, number and text here must never be seen in a log.
SEEDED = ("妈妈", "王小芳", "13800000001", "通讯录可能被滥用")


#: A store that says it is written has waited for the disk; where there is room, it is of memory.
IN_MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of its own there)
if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > 4_000_000_000:
    for folder in ("PYTEST_DEBUG_TEMPROOT", "TMPDIR"):
        os.environ.setdefault(folder, str(IN_MEMORY))
    tempfile.tempdir = None  # if somebody has asked already

# A deadline would hold the computer to a time, and there may be several tests at once.
hypothesis.settings.register_profile("suite", deadline=None)
# The same examples for every mutant: one found wanting is not made smaller, nor remembered.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=50,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("suite")

#: What says how somebody's own terminal is. Its size is written into the environment of every
#: child by readline, which pytest loads: in the processes of xdist it would overrule the windows.
_OF_A_TERMINAL = ("LANG", "LANGUAGE", "NO_COLOR", "COLUMNS", "LINES")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """What tries much, or looks at a page, runs the same lines as others: it is not measured.

    Measured, Python takes twice as long; `no_cover` says the same of one test.
    """
    for item in items:
        searches = getattr(item.obj, "is_hypothesis_test", False)
        if searches or "browser" in item.fixturenames:
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def _nothing_from_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No settings of whoever runs the tests, one time zone, no network but this computer."""
    unmeasured = ("COVERAGE",) if request.node.get_closest_marker("no_cover") else ()
    for name in list(os.environ):
        if name.startswith(("KIT_", "LC_", "TWILIO_", *unmeasured)) or name in _OF_A_TERMINAL:
            monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    if hasattr(time, "tzset"):
        time.tzset()  # or only children would be there, and this process where it is run
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("KIT_LANG", "en")
    monkeypatch.setenv("KIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KIT_KEY_FILE", str(tmp_path / "home" / "key"))

    real = socket.socket.connect

    def only_here(one: socket.socket, address: tuple[str, int]) -> None:
        if address[0] not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail("a test reached for the network")
        real(one, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(autouse=True)
def _a_passphrase_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs otherwise, `tests/test_connector.py` says; a store keeps what it began with."""
    monkeypatch.setattr("kit.connector.key._SCRYPT", {"n": 2**10, "r": 8, "p": 1})


@pytest.fixture(autouse=True)
def _nothing_personal_in_the_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level("DEBUG")
    yield
    journal.stop()
    assert not [seeded for seeded in SEEDED if seeded in caplog.text]
    noted = (json.loads(one.getMessage()) for one in caplog.records if one.name == "kit.journal")
    # A provider's code that is words is not kept; anything else says only what was declared.
    assert not [one for one in noted if UNFIT in ({**one, "code": 0}).values()]


@dataclass
class Clock:
    """A clock that goes when it is told."""

    now: datetime = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)

    def rest(self, stopped: Event, seconds: float) -> bool:
        """Waiting takes no time but its own."""
        self.go(seconds=seconds)
        return not stopped.is_set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


no_passphrase = Nobody()


@pytest.fixture
def store(clock: Clock, request: pytest.FixtureRequest) -> Iterator[Store]:
    if "both_stores" in request.fixturenames:  # it says which store, and what is `autouse` is first
        request.getfixturevalue("both_stores")
    opened = open_store(load(), no_passphrase, clock, clock.rest)
    yield opened
    opened.close()


@pytest.fixture
def reopened(store: Store, clock: Clock) -> Iterator[Store]:
    """The same store, opened by another process as it were."""
    opened = open_store(load(), no_passphrase, clock, clock.rest)
    yield opened
    opened.close()
    assert store.home == opened.home


@pytest.fixture
def kit() -> Callable[..., Result]:
    """The command line, run in this process with nobody at the keyboard."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        return CliRunner(env=environment).invoke(cli, [str(a) for a in arguments])

    return run


def bare_environment() -> dict[str, str]:
    """The environment without what measures coverage, for tests of files and of start-up."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


#: How long a program may take to answer at a terminal; only one that hangs takes so long.
PATIENCE_S = 90

#: A key is made of a passphrase as ever, only not for half a second each time.
CHEAP = """
import kit.connector.key
kit.connector.key._SCRYPT["n"] = 2**10
"""
#: The command line, but that no key is too soon for it: nobody has to look at the screen first.
AT_ONCE = f"""{CHEAP}
import kit.cli.handing
kit.cli.handing._TOO_SOON_S = 0
from kit.cli import main
main()
"""


def press(child: Any, key: str) -> None:  # noqa: ANN401 (pexpect has no types)
    """Press a key when the program waits for one, with the echo off: an earlier one is lost."""
    assert child.waitnoecho(PATIENCE_S), "no key is waited for"
    child.send(key)


def leave(child: Any, key: str) -> None:  # noqa: ANN401 (the same)
    """End the program by a key, pressed again if it came just before the reading and was lost."""
    import pexpect

    child.send(key)
    while child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=15):
        child.send(key)


def end(child: Any) -> None:  # noqa: ANN401 (pexpect has no types)
    """End a program at a terminal; asked first, so that it can say which of its lines have run."""
    if child.isalive():
        child.kill(signal.SIGTERM)
        with contextlib.suppress(Exception):
            child.read()
    child.close(force=True)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """The program at a terminal of its own; ended when the test ends."""
    pexpect = pytest.importorskip("pexpect")
    if os.name == "nt":
        pytest.skip("no pseudo-terminal on Windows")
    running = []

    def start(*arguments: object, columns: int = 100, **environment: str) -> Any:  # noqa: ANN401
        child = pexpect.spawn(
            sys.executable,
            ["-m", "kit", *map(str, arguments)],
            encoding="utf-8",
            dimensions=(60, columns),
            timeout=PATIENCE_S,
            cwd=str(tmp_path),
            env={**os.environ, **environment},
        )
        child.delaybeforesend = None
        running.append(child)
        return child

    yield start
    for child in running:
        end(child)


def card(name: str, *numbers: str, version: str = "3.0", **more: str) -> str:
    lines = [f"{key.upper()}:{value}" for key, value in more.items()]
    tel = [f"TEL;TYPE=CELL:{number}" for number in numbers]
    return "\r\n".join(
        ["BEGIN:VCARD", f"VERSION:{version}", f"FN:{name}", *tel, *lines, "END:VCARD", ""]
    )


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a .vcf file of these cards."""

    def write(*cards: str | bytes, name: str = "book.vcf") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(c if isinstance(c, bytes) else c.encode() for c in cards))
        return path

    return write


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare with `tests/golden/<name>`, or write it with --update-golden."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture
def kit_then(kit: Callable[..., Result], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Kit:
    """The command line, with the clock of the test; waiting takes no time."""
    at_that_time = functools.partial(open_store, clock=clock, rest=clock.rest)
    monkeypatch.setattr("kit.cli.talk.open_store", at_that_time)
    return kit


@pytest.fixture
def today(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the test for what needs no store: facts and guides."""
    monkeypatch.setattr("kit.actions.guiding.now", clock)
    return clock


@pytest.fixture
def country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Write the facts of a country, `xx` or another; no others are known then."""
    folder = tmp_path / "jurisdictions"
    folder.mkdir()

    def forget() -> None:
        jurisdiction.codes.cache_clear()
        jurisdiction.facts.cache_clear()

    def write(content: str | bytes, code: str = "xx") -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{code}.toml").write_bytes(raw)
        forget()

    monkeypatch.setattr("kit.jurisdiction.files.FOLDER", folder)
    forget()
    yield write
    forget()


@pytest.fixture
def server(clock: Clock) -> Iterator[TwilioStandin]:
    from standins.twilio import TwilioStandin

    with TwilioStandin(clock) as running:
        yield running


@pytest.fixture
def phone(clock: Clock) -> Iterator[AndroidPhone]:
    """A telephone that sends at once what it is given."""
    from standins.android import AndroidPhone

    with AndroidPhone(clock) as running:
        running.at_once = True
        yield running


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SystemKeyring]:
    """A keyring of the system, and no key file."""
    from standins.keyring import SystemKeyring

    monkeypatch.delenv("KIT_KEY_FILE")
    ring = SystemKeyring(tmp_path / "ring.json", monkeypatch)
    yield ring
    ring.close()

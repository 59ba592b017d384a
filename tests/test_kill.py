"""Promise 2: nothing lost, nothing doubled, whenever the program is killed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment
from providers import BY_ITSELF, Provider, Verdict, judge, of_twilio
from standins.twilio import TwilioStandin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on Windows"),
    pytest.mark.no_cover,  # the same lines run in tests that nobody kills
]

PEOPLE = 5
KILL_AT = Path(__file__).parent / "kill_at.py"
BOUNDARIES = (
    *("claim:before", "claim:unsaved", "claim:after"),
    *("bytes:before", "bytes:after"),
    *("record:before", "record:unsaved", "record:after"),
)
#: Every channel at every boundary, at the first, a middle and the last message in turn.
DEATHS = [
    pytest.param(channel, boundary, (1, 3, PEOPLE)[(row + column) % 3])
    for row, channel in enumerate(BY_ITSELF)
    for column, boundary in enumerate(BOUNDARIES)
]
#: Between these two nobody can be asked what became of a mail.
IN_DOUBT = BOUNDARIES[2:-1]

#: What the end of a run says was taken, surely or perhaps.
ACCOUNTED = re.compile(r"^(?:Perhaps taken, perhaps not: )?(\d+)(?= of|\.)", re.MULTILINE)

#: The command line, but that it hardly waits for another program and for the provider.
IMPATIENT = """
import kit.connector, kit.actions.sending
kit.connector._SECONDS_TO_WAIT = kit.connector._NOT_AGAIN_S = 0.05
kit.actions.sending._LONGEST_BREATH_S = 0.05
from kit.cli import main
main()
"""
HOLD_THE_STORE = """
import sys
from sqlcipher3 import dbapi2
store = dbapi2.connect(sys.argv[1], isolation_level=None, timeout=60)
store.execute(f"PRAGMA key=\\"x'{open(sys.argv[2]).read().strip()}'\\"")
print("there", flush=True)
sys.stdin.readline()
store.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def ends_within(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether it ends so soon; while it is waited for, the computer is its own."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


class Borrower:
    """Somebody with a plan for a provider, who does what a user does."""

    def __init__(self, kit: Callable[..., Result], provider: Provider, people: int) -> None:
        self.kit = kit
        self.provider = provider
        self.send = ("send", "--yes", str(people), *provider.arguments)

    def start(self, *program: str | Path, **how: object) -> subprocess.Popen[str]:
        """`kit send` as a process of its own."""
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [sys.executable, *(program or ("-m", "kit")), *self.send],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            **how,
        )

    def go_on(self) -> Verdict:
        """What anybody would do next; then the provider's state is the judge."""
        for command in (self.send, ("sync",), self.send):
            assert self.kit(*command).exit_code in (0, 3)
        return judge(self.provider, self.kit("status", "--json"))

    def await_messages(self, number: int, process: subprocess.Popen[str]) -> None:
        while self.provider.taken().total() < number and not ends_within(process, 0.01):
            pass


@pytest.fixture
def plan_for(
    kit: Callable[..., Result], book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Borrower]:
    """A frozen plan for some people by that provider, as fast as it goes, at any hour."""

    def plan(provider: Provider, people: int) -> Borrower:
        for name, value in {**provider.settings, "KIT_SETTLE_S": "0"}.items():
            monkeypatch.setenv(name, value)
        kit("import", book(*provider.cards(people)))
        kit("choose", "--everyone-else")
        fast = ("--max-per-second", "0", "--max-per-hour", "0", "--max-per-day", "0")
        frozen = kit(
            *("plan", "--via", provider.channel, "--from", "小明", "--hours", "00:00-24:00", *fast)
        )
        assert frozen.exit_code == 0
        return Borrower(kit, provider, people)

    return plan


@pytest.fixture
def twilio() -> Iterator[TwilioStandin]:
    with TwilioStandin() as running:
        yield running


@pytest.mark.parametrize(("channel", "boundary", "time"), DEATHS)
def test_a_run_killed_at_any_boundary_goes_on_and_tells_each_once(
    plan_for: Callable[..., Borrower], tmp_path: Path, channel: str, boundary: str, time: int
) -> None:
    with BY_ITSELF[channel](tmp_path) as provider:
        borrower = plan_for(provider, PEOPLE)

        killed = borrower.start(KILL_AT, boundary, str(time))
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL

        unknown = int(channel == "email" and boundary in IN_DOUBT)
        assert borrower.go_on() == Verdict(once=PEOPLE - unknown, unknown=unknown)


def test_of_two_senders_at_once_one_works_and_the_other_says_so(
    plan_for: Callable[..., Borrower], twilio: TwilioStandin
) -> None:
    people = 60
    twilio.conduct.latency_s = 0.4
    borrower = plan_for(of_twilio(twilio), people)

    senders = [borrower.start() for _ in range(2)]
    said = {sender.returncode: talk for sender in senders for talk, _ in [sender.communicate()]}

    assert sorted(said) == [0, 1]
    assert said[1].startswith("Another `kit` is at work with this store; nothing was done.")
    assert judge(borrower.provider, borrower.kit("status", "--json")) == Verdict(once=people)


@pytest.mark.parametrize("channel", ["outbox", "twilio"])
@pytest.mark.parametrize("room", [100_000, 200_000, 400_000])
def test_a_full_disk_ends_the_run_and_it_goes_on_when_there_is_room(
    plan_for: Callable[..., Borrower], tmp_path: Path, channel: str, room: int
) -> None:
    resource = pytest.importorskip("resource")
    people = 60

    def leave_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    with BY_ITSELF[channel](tmp_path) as provider:
        borrower = plan_for(provider, people)

        # Without what measures coverage, which writes a file of its own.
        sender = borrower.start(preexec_fn=leave_little_room, env=bare_environment())
        said, _ = sender.communicate()

        assert sender.returncode == 1
        assert said.splitlines()[-1].startswith("The disk is full or takes nothing more.")
        told_of = sum(int(number) for number in ACCOUNTED.findall(said))
        assert channel == "outbox" or told_of >= provider.taken().total()
        assert provider.taken().total() < people
        assert borrower.go_on() == Verdict(once=people)


@pytest.mark.parametrize("is_long", [False, True])
def test_a_store_held_by_another_program_doubles_nobody(
    plan_for: Callable[..., Borrower], twilio: TwilioStandin, tmp_path: Path, is_long: bool
) -> None:
    people = 40
    twilio.conduct.latency_s = 0.5  # the other program holds it before the run ends
    borrower = plan_for(of_twilio(twilio), people)
    files = [tmp_path / "home" / name for name in ("kit.db", "key")]

    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_STORE, *files],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=bare_environment(),
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == "there\n"
        sender = borrower.start("-c", IMPATIENT) if is_long else borrower.start()
        borrower.await_messages(5, sender)
        print("hold it", file=holder.stdin, flush=True)
        assert holder.stdout.readline() == "held\n"
        twilio.conduct.latency_s = 0
        assert ends_within(sender, 60 if is_long else 1.5) == is_long
        holder.communicate()
    said, _ = sender.communicate()

    sentence = "The store is in use by another program; try again in a moment."
    assert (sender.returncode, sentence in said) == ((1, True) if is_long else (0, False))
    assert borrower.go_on() == Verdict(once=people)


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_provider_that_dies_and_comes_back_is_gone_on_with(
    plan_for: Callable[..., Borrower], twilio: TwilioStandin, comes_back: bool
) -> None:
    people = 60
    twilio.conduct.latency_s = 0.5
    borrower = plan_for(of_twilio(twilio), people)

    sender = borrower.start() if comes_back else borrower.start("-c", IMPATIENT)
    borrower.await_messages(10, sender)
    twilio.stop()
    if comes_back:
        assert not ends_within(sender, 0.5)
    else:
        assert ends_within(sender, 60)
    twilio.conduct.latency_s = 0
    with twilio.again():
        said, _ = sender.communicate()
        sentence = "Twilio cannot be reached; what was not taken stays planned."
        assert (sender.returncode == 1, sentence in said) == (not comes_back, not comes_back)
        assert borrower.go_on() == Verdict(once=people)


def test_ctrl_c_ends_a_run_that_the_provider_makes_wait(
    plan_for: Callable[..., Borrower], twilio: TwilioStandin
) -> None:
    borrower = plan_for(of_twilio(twilio), 1)
    twilio.script("*", {"do": "busy", "retry_after": 50})

    sender = borrower.start()
    while not twilio.requests["create"]:
        assert not ends_within(sender, 0.01)
    sender.send_signal(signal.SIGINT)
    said, _ = sender.communicate(timeout=45)

    assert (sender.returncode, "Stopped; " in said) == (3, True)


def test_ctrl_c_ends_the_run_after_the_message_on_its_way(
    plan_for: Callable[..., Borrower], tmp_path: Path
) -> None:
    people = 400
    with BY_ITSELF["outbox"](tmp_path) as provider:
        borrower = plan_for(provider, people)

        sender = borrower.start()
        borrower.await_messages(1, sender)
        sender.send_signal(signal.SIGINT)
        said, _ = sender.communicate()

        assert sender.returncode == 3
        assert "Stopped; " in said
        assert 0 < provider.taken().total() < people
        assert borrower.kit("status", "--json").stdout.count('"sending"') == 0
        assert borrower.go_on() == Verdict(once=people)

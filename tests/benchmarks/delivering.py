"""How many messages a second go through ledger and stand-in on one core, and in what memory.

    python -m benchmarks.delivering COUNT          the table of this part
    python -m benchmarks.delivering plan|send|bare HOME URL COUNT

Planning, sending and the bare library run in processes of their own, so that the memory of the
sender is its own: Linux hands the peak of a parent on to its child in `ru_maxrss`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measures import Row, one_core, standin
from standins.twilio import ACCOUNT, NUMBER, TOKEN

if TYPE_CHECKING:
    from kit.settings import Settings

MESSAGES = 50_000
#: Time is taken every so many; of the first five of these, and of the last, the fastest counts.
_AT_ONCE = 1_000
_ENDS = 5
_BARE = 3_000
_ROUNDS = 2


def rows(count: int = MESSAGES) -> list[Row]:
    """The bare library goes first and last, so that a machine with other work slows both."""
    with tempfile.TemporaryDirectory() as folder, one_core():
        bare = [_bare(folder)]
        with standin() as server:
            _itself("plan", folder, server.url, count)
            ours = _itself("send", folder, server.url, count)
        bare.append(_bare(folder))
    times = ours["seconds"]
    rate, fastest = len(times) * _AT_ONCE / sum(times), _AT_ONCE / min(times)
    return [
        Row(f"messages a second on one core, of {count:,}", rate, at_least=300),
        Row("the same by the bare Twilio library, with no ledger", max(bare)),
        Row("a message by us against the bare library", max(bare) / fastest, at_most=3),
        Row(
            "rate of the last 5,000 against the first 5,000",
            min(times[:_ENDS]) / min(times[-_ENDS:]),
            at_least=0.85,
        ),
        Row("peak memory of the sender, MB", ours["peak_mb"], at_most=150),
    ]


def _bare(folder: str) -> float:
    with standin() as server:
        return _BARE / float(min(_itself("bare", folder, server.url, _BARE)["seconds"]))


def _itself(what: str, folder: str, url: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.delivering", what, folder, url, str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


# --- in a process of its own --------------------------------------------------------------


def plan(settings: Settings, count: int) -> dict[str, Any]:
    """Save so many people, and freeze the plan for them."""
    from kit.actions import planning
    from kit.actions.store import open_store
    from kit.actions.unlocking import Nobody
    from kit.model import E164, Contact, Group

    store = open_store(settings, Nobody())
    store.book.save(
        Contact(
            id=f"{n:012x}",
            names=(f"n{n}",),
            numbers=(E164(f"+86139{n:08}"),),
            group=Group.EVERYONE,
        )
        for n in range(count)
    )
    request = planning.Request(
        channel="twilio", sender="小明", hours="00:00-24:00", max_per_second=0
    )
    messages = len(planning.freeze_plan(store, request).messages)
    store.close()
    return {"messages": messages}


def send(settings: Settings, count: int) -> dict[str, Any]:
    """The whole run, as `kit send` makes it; the seconds of each thousand."""
    from kit.actions import running
    from kit.actions.delivery import Outcome
    from kit.actions.store import open_store
    from kit.actions.unlocking import Nobody
    from kit.model import Status

    store = open_store(settings, Nobody())
    seconds, taken = [], 0
    with running.run(store, store.current_plan(), count) as run:
        began = time.perf_counter()
        for outcome in run.sending():
            assert isinstance(outcome, Outcome)
            taken += outcome.receipt is not None and outcome.receipt.status is Status.ACCEPTED
            if taken % _AT_ONCE == 0:
                now = time.perf_counter()
                seconds.append(now - began)
                began = now
    store.close()
    assert taken == count
    return {"seconds": seconds, "peak_mb": peak_mb()}


def bare(url: str, count: int) -> dict[str, Any]:
    """The library's own client, one message after another; the seconds of each round."""
    from twilio.rest import Client

    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = url
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        for n in range(count):
            client.messages.create(to=f"+86139{n:08}", from_=NUMBER, body="短" * 70)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds}


def peak_mb() -> float:
    """The most memory that this process, and none before it, has had at one time."""
    status = Path("/proc/self/status")
    if status.exists():
        words = status.read_text(encoding="ascii").partition("VmHWM:")[2].split()
        return int(words[0]) / 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 1024)


def _settings(home: str, url: str) -> Settings:
    from kit.settings import load

    return load(
        {
            "KIT_HOME": home,
            "KIT_KEY_FILE": f"{home}/key",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "KIT_TWILIO_SENDER": NUMBER,
            "KIT_TWILIO_BASE_URL": url,
        }
    )


def main(arguments: list[str]) -> None:
    """One of the processes, or the table."""
    if len(arguments) == 1:
        print(*rows(int(arguments[0])), sep="\n")  # noqa: T201 (a table is its result)
        return
    what, home, url, count = arguments
    if what == "bare":
        said = bare(url, int(count))
    else:
        said = {"plan": plan, "send": send}[what](_settings(home, url), int(count))
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])

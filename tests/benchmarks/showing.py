"""Every page with 10,000 people chosen and half of them told, against reading the book once.

    python -m benchmarks.showing prepare|show CHANNEL      with the store that KIT_HOME names

Seconds are the processor's: what else the computer does counts little. Each channel has a process
of its own, so that the memory is the memory of its pages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import address_books
from benchmarks.delivering import peak_mb
from benchmarks.measures import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from kit.actions.store import Store

#: So many cards are about ten thousand people.
SEED, CARDS = 10_000, 11_200
PORT = 8000
ROUNDS = 2
#: Nobody should have to wait for longer, on a computer that does nothing else.
LONGEST_S = 1.5
PAGES = {
    "phone": ("/", "/import", "/choose", "/choose/people", "/read", "/tell", "/scan", "/went"),
    "twilio": ("/send", "/send/status", "/tell", "/went/taken", "/help", "/help/pictures"),
    "page": ("/", "/choose", "/tell", "/went"),
}


def rows() -> list[Row]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for channel, paths in PAGES.items():
            said = _itself(str(Path(folder) / channel), channel)
            once, seconds = said["once"], said["seconds"]
            slowest = max(seconds, key=lambda path: float(seconds[path]))
            found += [
                *(
                    Row(f"{channel}: {path} against reading the book once", seconds[path] / once)
                    for path in paths
                ),
                Row(
                    f"{channel}: seconds of {slowest}, the slowest",
                    seconds[slowest],
                    at_most=LONGEST_S,
                ),
                Row(f"{channel}: MB of memory after all of them", said["peak_mb"], at_most=250),
            ]
    return found


def _itself(home: str, channel: str) -> dict[str, Any]:
    environment = {**os.environ, "KIT_HOME": home, "KIT_KEY_FILE": f"{home}/key"}
    if channel == "twilio":  # nothing is asked of it: a stand-in that is not there will do
        environment |= {
            "TWILIO_ACCOUNT_SID": f"AC{0:032}",
            "TWILIO_AUTH_TOKEN": f"{0:032}",
            "KIT_TWILIO_SENDER": "+12025550100",
            "KIT_TWILIO_BASE_URL": "http://127.0.0.1:9",
        }
    before = [sys.executable, "-m", "benchmarks.showing"]
    subprocess.run([*before, "prepare", channel], env=environment, check=True)
    command = [*before, "show", channel]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


# --- in a process of its own --------------------------------------------------------------


def prepare(channel: str) -> None:
    """Bring the people in, choose all of them, freeze a plan, and tell every second."""
    from kit.actions.importing import import_files
    from kit.actions.planning import Request, freeze_plan
    from kit.actions.store import open_store
    from kit.actions.unlocking import Nobody
    from kit.model import Group
    from kit.settings import load

    store = open_store(load(), Nobody())
    import_files(store, [address_books.make(SEED, CARDS, photos=False, damage=0).stream()])
    ids = [contact.id for contact in store.book.listed()]
    store.book.choose(dict.fromkeys(ids, Group.EVERYONE) | dict.fromkeys(ids[:30], Group.EMERGENCY))
    freeze_plan(store, Request(channel=channel, sender="小明", hours="00:00-24:00"))
    _tell_half(store)
    store.close()


def _tell_half(store: Store) -> None:
    """Of a page, everybody's text is out, and half of them were spoken of."""
    from kit.actions.delivery import way
    from kit.model import BY_WORD, Receipt, Status, Way

    plan, now = store.current_plan(), store.clock()
    with store.changing():
        for position, message in enumerate(plan.messages):
            found = way(store, plan, message, now)
            is_told = position % 2 == 0
            if not isinstance(found, Way) or not (is_told or plan.channel == "page"):
                continue
            attempt = store.ledger.claim(plan, message, found, now)
            assert attempt is not None
            status = Status.DELIVERED if is_told else Status.HANDED_OVER
            receipt = Receipt(status=status, at=now, code=f"{BY_WORD}sent" if is_told else "")
            store.ledger.record(attempt.id, receipt)


def show(channel: str) -> dict[str, Any]:
    """Seconds of each page, and of reading the whole book once."""
    from kit.actions.unlocking import Nobody
    from kit.settings import load
    from kit.web import create_app
    from kit.web.desk import Desk

    desk = Desk(load())
    desk.open(Nobody())
    browser = create_app(desk).test_client()
    browser.environ_base["SERVER_PORT"] = str(PORT)
    _get(browser, f"/begin/{desk.session.link_key}")
    once = _seconds(lambda: sum(1 for _ in desk.store.book.each()))
    seconds = {path: _seconds(partial(_get, browser, path)) for path in PAGES[channel]}
    desk.close()
    return {"once": once, "seconds": seconds, "peak_mb": peak_mb()}


def _get(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, base_url=f"http://127.0.0.1:{PORT}", buffered=True)
    assert answer.status_code in (200, 303), (path, answer.status_code)


def _seconds(action: Callable[[], object]) -> float:
    """The processor's, of the fastest of several rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


if __name__ == "__main__":
    what, which = sys.argv[1:]
    if what == "prepare":
        prepare(which)
    else:
        print(json.dumps(show(which)))  # noqa: T201 (its result)

"""A clinic at work, before a stand-in for Twilio: cases with plans, `kit send`, `kit worker`."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from conftest import card
from providers import of_twilio
from standins.twilio import TwilioStandin

from kit.actions.delivery import way
from kit.actions.store import now, open_store
from kit.actions.unlocking import Nobody
from kit.clinic import Queue
from kit.model import Way
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from click.testing import Result
    from postgres import Database

    from kit.actions.store import Store
    from kit.model import Attempt

    Kit = Callable[..., Result]

#: A clinic that loses no time.
QUICK = {"KIT_HEARTBEAT_S": "0.2", "KIT_SETTLE_S": "0"}
AT_ANY_HOUR = ("--hours", "00:00-24:00")
FAST = ("--max-per-second", "0", "--max-per-hour", "0", "--max-per-day", "0")


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioStandin]:
    with TwilioStandin() as running:
        for name, value in {**of_twilio(running).settings, **QUICK}.items():
            monkeypatch.setenv(name, value)
        yield running


@dataclass
class Office:
    """A clinic, and whoever works in it."""

    kit: Kit
    book: Callable[..., Path]
    database: Database

    def case(self, *people: str, first: str = "", hours: tuple[str, ...] = AT_ANY_HOUR) -> str:
        """A case with a frozen plan for these people; who is told first is told first."""
        made: str = json.loads(self.kit("case", "new", "小明", "--json").stdout)["id"]
        self.run(made, "import", self.book(*people))
        if first:
            self.run(made, "choose", "--emergency", first)
        self.run(made, "choose", "--everyone-else")
        self.run(made, "plan", "--via", "twilio", "--from", "小明", *hours, *FAST)
        return made

    def run(self, case_id: str, *arguments: str | Path) -> Result:
        done = self.kit(*arguments, KIT_CASE=case_id)
        assert done.exit_code in (0, 3), done.output
        return done

    def send(self, case_id: str, count: int) -> Result:
        return self.run(case_id, "send", "--yes", str(count))

    def work(self, *options: str) -> str:
        """What a worker says who ends when nothing is left."""
        done = self.kit("worker", "--until-idle", *options)
        assert done.exit_code == 0, done.output
        return done.output

    def statuses(self, case_id: str) -> list[str]:
        rows = self.run(case_id, "status", "--json").stdout.splitlines()
        return [json.loads(row)["status"] for row in rows]

    def store(self, case_id: str, clock: Callable[[], datetime] = now) -> Store:
        settings = load({**os.environ, "KIT_CASE": case_id})
        return open_store(settings, Nobody(), clock, queue=Queue)

    def at_the_first(self, twilio: TwilioStandin, do: Callable[[], object]) -> threading.Thread:
        """Do that in a thread of its own as soon as the provider has a message."""

        def wait() -> None:
            while not twilio.messages:
                time.sleep(0.01)
            do()

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def jobs(self, what: str) -> list[object]:
        """What the queue has, in the order in which it is fetched."""
        import psycopg

        with psycopg.connect(self.database.admin_url) as raw:
            sql = "SELECT {} FROM kit.procrastinate_jobs ORDER BY priority DESC, id".format(what)  # noqa: S608, UP032 (our own words)
            return [row[0] for row in raw.execute(sql.encode())]


@pytest.fixture
def office(kit: Kit, book: Callable[..., Path], database: Database) -> Office:
    return Office(kit, book, database)


def claimed(store: Store) -> Attempt:
    """The one message of the plan, claimed by whoever is to die with it."""
    plan = store.current_plan()
    message = plan.messages[0]
    found = way(store, plan, message, store.clock())
    assert isinstance(found, Way)
    attempt = store.ledger.claim(plan, message, found, store.clock())
    assert attempt is not None
    return attempt


def people(count: int, begin: int = 0) -> list[str]:
    return [card(f"n{n}", f"138000{n:05}") for n in range(begin, begin + count)]

"""`kit worker`: sends what waits in a clinic's queue."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import click

from kit import journal
from kit.actions import cases
from kit.cli.talk import talking
from kit.errors import DatabaseGoneError, PausedError
from kit.journal import Event

if TYPE_CHECKING:
    from kit.cli.talk import Talk
    from kit.errors import KitError

#: What stands in the way for long is said again after so long.
_SAID_AGAIN_S = 600.0


class AtWork:
    """Says at the terminal what a worker has to say, and writes it down; nothing too often."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._turn = threading.Lock()
        #: when each thing that stands in the way was said last
        self._said: dict[str, float] = {}
        #: since when the database does not answer
        self._lost_at: float | None = None

    def failed(self, error: KitError) -> None:
        """Something stands in the way; the worker goes on."""
        what, now = f"{error.sentence}{error.facts}", time.monotonic()
        with self._turn:
            if isinstance(error, DatabaseGoneError) and self._lost_at is None:
                self._lost_at = now
            if now - self._said.get(what, -_SAID_AGAIN_S) < _SAID_AGAIN_S:
                return
            self._said[what] = now
            self._talk.error(error, with_hint=False)
        if isinstance(error, PausedError):
            journal.note(Event.HELD, **error.facts)
        else:
            journal.note(Event.IN_THE_WAY, error=type(error), channel=error.facts.get("channel"))

    def reached(self) -> None:
        """The database answers; worth a word where it did not."""
        with self._turn:
            if self._lost_at is None:
                return
            ms, self._lost_at = int((time.monotonic() - self._lost_at) * 1000), None
            self._said.clear()
            self._talk.err("The database answers again.")
        journal.note(Event.REACHED, ms=ms)

    def has_no_key(self, case_id: str) -> None:
        """A case is left to others."""
        with self._turn:
            self._talk.err(
                "Case {id} is left to other workers: its key is not in this KIT_HOME.", id=case_id
            )
        journal.note(Event.NO_KEY, case=case_id)

    def took_back(self, count: int) -> None:
        """Somebody died."""
        with self._turn:
            self._talk.err(
                "A worker fell silent; what it had in hand is seen to: {count}.", count=count
            )
        journal.note(Event.TOOK_BACK, count=count)

    def is_idle(self, later: int) -> None:
        """The end."""
        with self._turn:
            if later:
                self._talk.out("Nothing is left to do now; for later wait: {count}.", count=later)
            else:
                self._talk.out("Nothing is left to do.")
        journal.note(Event.IDLE, later=later)


@click.command(
    "worker",
    help="Send what waits in a clinic's queue, of every open case, until Ctrl-C. Any number of "
    "machines may run it at once.",
    epilog="\b\nExample:\n  kit worker --until-idle",
)
@click.option("--until-idle", is_flag=True, help="End when nothing is left to do.")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    metavar="N",
    help="How many messages it has in hand at once.",
)
@talking
def worker(talk: Talk, *, until_idle: bool, threads: int) -> None:
    """Work."""
    from kit.clinic.worker import Worker

    with cases.open_clinic(talk.settings, talk.answers) as clinic:
        talk.err("At work. Ctrl-C ends it; what waits stays for the next one.")
        Worker(clinic, AtWork(talk), threads=threads, until_idle=until_idle).run()

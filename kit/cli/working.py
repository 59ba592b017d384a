"""`kit worker`: sends what waits in a clinic's queue."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from kit.actions import cases
from kit.actions.unlocking import Nobody
from kit.cli.talk import talking
from kit.cli.unlocking import AtTerminal

if TYPE_CHECKING:
    from kit.cli.talk import Talk
    from kit.errors import KitError


class AtWork:
    """Says at the terminal what a worker has to say; each thing once in a row."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._turn = threading.Lock()
        self._last = ""

    def failed(self, error: KitError) -> None:
        """Something stands in the way; the worker goes on."""
        with self._turn:
            said = f"{error.sentence}{error.facts}"
            if said != self._last:
                self._talk.error(error, with_hint=False)
            self._last = said

    def has_no_key(self, case_id: str) -> None:
        """A case is left to others."""
        with self._turn:
            self._talk.err(
                "Case {id} is left to other workers: its key is not in this KIT_HOME.", id=case_id
            )

    def took_back(self, count: int) -> None:
        """Somebody died."""
        with self._turn:
            self._talk.err(
                "A worker fell silent; what it had in hand is seen to: {count}.", count=count
            )

    def is_idle(self, later: int) -> None:
        """The end."""
        with self._turn:
            if later:
                self._talk.out("Nothing is left to do now; for later wait: {count}.", count=later)
            else:
                self._talk.out("Nothing is left to do.")


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

    with cases.open_clinic(talk.settings, AtTerminal(talk) if talk.can_ask else Nobody()) as clinic:
        talk.err("At work. Ctrl-C ends it; what waits stays for the next one.")
        Worker(clinic, AtWork(talk), threads=threads, until_idle=until_idle).run()

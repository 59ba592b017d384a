"""How a clinic does: its settings and keys go in; what is found of database and workers comes out.

It needs no case, and reads nothing of any: ids of cases, counts and times.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kit.actions import cases
from kit.actions.queueing import MISSED
from kit.actions.senders import held
from kit.actions.store import now
from kit.clinic import schema
from kit.clinic.queue import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kit.actions.cases import Foundation
    from kit.actions.unlocking import Answers
    from kit.clinic.queue import Waiting, Workers
    from kit.settings import Settings

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The database, and whether this version can work with it."""

    #: of PostgreSQL
    version: str
    #: how long a question and its answer take
    ms: int
    megabytes: int
    #: how far this computer's clock is ahead of the database's
    ahead: timedelta
    #: steps that were done, and those that this version knows, by store
    steps: Mapping[str, tuple[int, int]]
    #: what is in it; nothing, where the steps are of another version
    inside: Inside | None

    @property
    def is_old(self) -> bool:
        """Whether `kit migrate` has something to do."""
        return any(done < known for done, known in self.steps.values())

    @property
    def is_new(self) -> bool:
        """Whether another machine has a newer version."""
        return any(done > known for done, known in self.steps.values())

    @property
    def is_well(self) -> bool:
        """Whether nothing stands in the way, and somebody is at work where something waits."""
        inside = self.inside
        return inside is not None and inside.is_served and not (inside.without_key or inside.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a clinic is doing."""

    #: how many cases are not closed; the ids of those whose key is here, and is not
    cases: int
    with_key: tuple[str, ...]
    without_key: tuple[str, ...]
    workers: Workers
    line: Waiting
    #: until when nothing goes by a channel, which was asked to wait or was refused too often
    held: Mapping[str, datetime]

    @property
    def is_served(self) -> bool:
        """Whether somebody sees to what waits."""
        return bool(self.workers.live) or not (self.line.waiting or self.line.in_hand)


def examine(settings: Settings, answers: Answers) -> Found:
    """Look at the database and at what the workers do; nothing is changed.

    Raises:
        LedgerError: the database cannot be reached, or refuses us.
        LedgerError, InputError, AlreadyRunningError: as `open_store` says.
    """
    with cases.open_foundation(settings, answers) as found:
        watch, began = Watch(found.connection), time.monotonic()
        there = found.connection.now()
        taken = timedelta(seconds=time.monotonic() - began)
        ahead = now() - taken / 2 - there
        version, size = watch.database()
        done, known = watch.steps_done(), schema.steps_known()
        steps = {name: (done.get(name, 0), number) for name, number in known.items()}
        fits = all(one == other for one, other in steps.values())
        return Found(
            version=version.split()[0],
            ms=taken // timedelta(milliseconds=1),
            megabytes=size // _MEGABYTE,
            ahead=ahead,
            steps=steps,
            inside=_inside(found, settings, watch) if fits else None,
        )


def _inside(found: Foundation, settings: Settings, watch: Watch) -> Inside:
    with_key, without_key = found.cases()
    return Inside(
        cases=len(with_key) + len(without_key),
        with_key=with_key,
        without_key=without_key,
        workers=watch.workers(MISSED * settings.heartbeat_s),
        line=watch.line(),
        held=held(found.connection, settings, found.connection.now()),
    )

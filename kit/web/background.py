"""A run in the background: a confirmed plan goes in; how far it is and why it ended come out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kit import journal
from kit.actions import progress, running
from kit.actions.sending import Waiting
from kit.errors import KitError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kit.actions.delivery import Outcome
    from kit.actions.running import Run
    from kit.actions.store import Store
    from kit.model import Plan, Problem


class Background:
    """The one run of a store, in a thread of its own: it goes on while nobody looks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._enough = threading.Event()
        #: what was confirmed last; nothing: nobody has confirmed anything here
        self.plan: Plan | None = None
        #: its channels are ready, and messages go out
        self.is_sending = False
        #: when it goes on, where it waits
        self.waits_until: datetime | None = None
        #: when the last can go
        self.finish_at: datetime | None = None
        #: what stands in the way of mail beside the plan's own channel
        self.problems: Sequence[Problem] = ()
        #: how many people had written back when it began
        self.heard = 0
        #: why it ended, where nobody asked it to
        self.error: Exception | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether a run is going on, or coming to its end."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        """Whether what is on its way is waited for, and nothing more goes."""
        return self.is_at_work and self._enough.is_set()

    def start(self, plan: Plan, count: int) -> None:
        """Begin or go on with the plan that was read, unless a run is at work already.

        Raises:
            WrongCountError: `count` is not the number of its messages.
        """
        running.check_count(plan, count)
        with self._turn:
            if self.is_at_work:
                return
            self._enough.clear()
            self.plan, self.error, self.is_sending = plan, None, False
            self.problems, self.heard, self.waits_until, self.finish_at = (), 0, None, None
            self._thread = threading.Thread(target=self._work, args=(plan,), name="sending")
            self._thread.start()

    def pause(self) -> None:
        """Let nothing more go; what is on its way is recorded."""
        self._enough.set()

    def stop(self) -> None:
        """Let nothing more go, and wait until what is on its way is recorded."""
        self._enough.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self, plan: Plan) -> None:
        try:
            with running.run(self._store, plan, len(plan.messages)) as run:
                self.problems, self.heard = run.problems, len(run.heard)
                self.finish_at = run.finish_at()
                if run.queue is not None:
                    run.enqueue(run.queue)
                elif progress.to_go(self._store, plan) and not self._enough.is_set():
                    self.is_sending = True
                    self._send(run)
        except Exception as error:  # noqa: BLE001 (whatever it is, the page says it)
            self.error = error
            if not isinstance(error, KitError):
                journal.fault(error)
            journal.note(journal.Event.STOPPED, plan=plan.id, error=type(error))
        finally:
            self.is_sending, self.waits_until = False, None

    def _send(self, run: Run) -> None:
        for step in run.sending(waits=True):
            self._look(run, step)
            if self._enough.is_set():
                return

    def _look(self, run: Run, step: Outcome | Waiting) -> None:
        """Remember whether it waits; the ledger knows the rest."""
        self.waits_until = step.until if isinstance(step, Waiting) else None
        if isinstance(step, Waiting) and step.is_first:
            self.finish_at = run.finish_at()

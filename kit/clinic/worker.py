"""A worker: messages that wait are taken one after another and delivered, until it is stopped.

procrastinate fetches the jobs and says that this worker lives; what becomes of a message is in
`kit.actions.working`. A job has ids only, and is gone when its message is done with.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import procrastinate
from procrastinate.exceptions import ProcrastinateException
from procrastinate.worker import Worker as ProcrastinateWorker
from psycopg_pool import AsyncConnectionPool

from kit import journal
from kit.actions.case_stores import CaseStores
from kit.actions.queueing import MISSED
from kit.actions.store import rest
from kit.actions.working import Ways, Work
from kit.clinic import schema
from kit.clinic.minding import Minding
from kit.clinic.queue import Queue, Watch
from kit.connector.postgres import CONNECTING, meaning
from kit.errors import (
    CaseClosedError,
    CasePausedError,
    DatabaseReplacedError,
    KitError,
    LedgerError,
    SchemaOldError,
    StoreTooNewError,
    WorkerFaultError,
)
from kit.errors.fault import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from types import FrameType

    from procrastinate.jobs import Job

    from kit.actions.cases import Clinic
    from kit.clinic.minding import Voice

#: How often one who has nothing to do looks whether something waits.
_LOOKS_EVERY_S = 0.5
_SOON = timedelta(seconds=2)
_TRIES = 3
_AFTER_A_FAULT = timedelta(hours=1)
_NEVER_S = 86_400.0
#: What they would write of every lost connection, the worker says in one sentence.
_TALKERS = ("procrastinate", "psycopg.pool", "asyncio")


class _LaterError(Exception):
    """The message is to be looked at again then."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


class _Later(procrastinate.BaseRetryStrategy):
    """Puts a job off to when it is to be looked at again, by the clock of all."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: Job,  # noqa: ARG002 (as procrastinate has it)
    ) -> procrastinate.RetryDecision | None:
        at = exception.at if isinstance(exception, _LaterError) else self._clock() + _SOON
        return procrastinate.RetryDecision(retry_at=at)


class _Pool(AsyncConnectionPool):
    """Connections that are not tried before each use: one that was lost is said by its first."""

    def __init__(self, *args: Any, **how: Any) -> None:  # noqa: ANN401 (as the pool has it)
        super().__init__(*args, **{**how, "check": None})


class _Fetching(ProcrastinateWorker):
    """Fetches jobs; leaves none in hand that is done with."""

    async def _persist_job_status(self, *args: Any, **how: Any) -> None:  # noqa: ANN401 (as it has it)
        """Write down that a job is done with, or put off.

        What cannot be written would stay in hand for as long as we live: so we begin anew, and it
        is taken back like that of the dead.
        """
        for _ in range(_TRIES):
            try:
                await super()._persist_job_status(*args, **how)
            except ProcrastinateException:
                await asyncio.sleep(_LOOKS_EVERY_S)
            else:
                return
        self.stop()  # type: ignore[no-untyped-call]


class Worker:
    """One process that delivers what waits in the clinic's queue."""

    def __init__(self, clinic: Clinic, voice: Voice, *, threads: int, until_idle: bool) -> None:
        settings = self._settings = clinic.settings
        self._voice, self._threads, self._until_idle = voice, threads, until_idle
        self._stopped = threading.Event()
        self._is_done = False
        self._stores = CaseStores(clinic, rest, Queue)
        self._ways = Ways(timedelta(seconds=MISSED * settings.heartbeat_s))
        self._work = Work(self._ways, self._stopped, voice.failed)
        #: why it ends, where nobody asked it to
        self._unfit: LedgerError | None = None
        watch = Watch(clinic.connection)
        schema.check(watch)
        self._minding = Minding(watch, self._stores, settings, voice)

    def run(self) -> None:
        """Deliver, until it is stopped by a signal, or with `until_idle` nothing is left.

        Raises:
            SchemaOldError, StoreTooNewError: the tables became those of another version.
            DatabaseReplacedError: a copy of the database stands where it was.
        """
        journal.hush(*_TALKERS)
        try:
            # its loop has a thread of its own: whoever calls may have a loop already
            with self._stopping(), ThreadPoolExecutor(1, "fetching") as one:
                one.submit(lambda: asyncio.run(self._run())).result()
        finally:
            self._ways.close()
            self._stores.close()
        if self._unfit is not None:
            raise self._unfit

    async def _run(self) -> None:
        """Fetch until the end; whenever the database was lost, begin anew."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._threads, "delivering"))
        while not (self._stopped.is_set() or self._is_done):
            try:
                with meaning():
                    await self._fetch()
            except (LedgerError, ProcrastinateException) as error:
                if isinstance(error, KitError):
                    self._voice.failed(error)
                await asyncio.sleep(min(1, self._settings.heartbeat_s))

    async def _fetch(self) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._settings.database_url,
            kwargs=dict(CONNECTING),
            min_size=1,
            max_size=4,
            timeout=10,
            pool_factory=_Pool,
        )
        app = procrastinate.App(connector=connector)
        app.task(name="deliver", retry=_Later(self._stores.clock))(self._deliver)
        async with app.open_async():
            heartbeat_s = self._settings.heartbeat_s
            fetching = _Fetching(
                app=app,
                queues=[],
                concurrency=self._threads,
                fetch_job_polling_interval=_LOOKS_EVERY_S,
                abort_job_polling_interval=_NEVER_S,
                listen_notify=False,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=heartbeat_s,
                stalled_worker_timeout=MISSED * heartbeat_s,
            )
            with ThreadPoolExecutor(1, "minding") as one:
                minding = asyncio.create_task(self._mind(fetching, one))
                try:
                    await fetching.run()  # type: ignore[no-untyped-call]
                finally:
                    minding.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await minding

    async def _mind(self, fetching: _Fetching, one: ThreadPoolExecutor) -> None:
        """See every second which cases are served, who died, and whether it is to end."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(one, self._minding.look)
                fetching.queues = self._minding.cases
                if self._until_idle:
                    self._is_done = await loop.run_in_executor(one, self._minding.is_idle)
            except (DatabaseReplacedError, SchemaOldError, StoreTooNewError) as error:
                self._unfit = error
                self._stopped.set()
            except KitError as error:
                self._voice.failed(error)
            except Exception as error:  # noqa: BLE001 (without it nobody would be minded)
                self._fault(error)
            if self._is_done or self._stopped.is_set():
                fetching.stop()  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(min(1, self._settings.heartbeat_s) / 2)

    def _deliver(self, case_id: str, plan_id: str, message_id: str) -> None:
        """One job; whatever happens, its message is delivered or looked at again.

        Raises:
            _LaterError: it is to be looked at again.
        """
        clock = self._stores.clock
        try:
            at: datetime | None = clock()
            if not self._stopped.is_set():
                at = self._work.on(self._stores.of(case_id), case_id, plan_id, message_id)
        except (CaseClosedError, CasePausedError):  # nobody fetches it until it goes on
            at = clock() + _SOON
        except KitError as error:
            self._voice.failed(error)
            at = clock() + _SOON
        except Exception as error:  # noqa: BLE001 (nothing else may show what it is about)
            self._fault(error)
            at = clock() + _AFTER_A_FAULT
        if at is not None:
            raise _LaterError(at) from None

    def _fault(self, error: Exception) -> None:
        """We were wrong: where in our code, and nothing of what it was about."""
        journal.fault(error)
        self._voice.failed(WorkerFaultError(report=report(error, self._stores.clock())))

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """A signal ends it gracefully; the same once more, as if nobody listened."""
        before: dict[int, Any] = {}

        def stop(number: int, _: FrameType | None) -> None:
            self._stopped.set()
            signal.signal(number, before[number])

        number: int
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, stop)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

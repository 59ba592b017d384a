"""Begin, or go on with, a frozen plan: its channels opened and settled, nobody else at work."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kit import journal
from kit.actions import asking_again, handing, paging, providers, queueing
from kit.actions.delivery import gone
from kit.actions.hearing import listen, settle
from kit.actions.opening import open_channel
from kit.actions.progress import waiting
from kit.actions.routes import channels_of
from kit.actions.sending import Sending
from kit.channels import CAPABILITIES
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    FileTakenError,
    FolderChangedError,
    FolderMissingError,
    NotARehearsalError,
    PageFileMissingError,
    PlanReplacedError,
    WrongCountError,
)
from kit.hours import parse_hours
from kit.plan import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kit.actions.delivery import Outcome
    from kit.actions.handing import Handover, Said
    from kit.actions.queueing import Queue
    from kit.actions.sending import Waiting
    from kit.actions.store import Store
    from kit.channels import Channel
    from kit.model import Answer, Heard, Plan, Problem

#: How a page begins; only a page may be written over.
_HTML = b"<!DOCTYPE html>"


@dataclass(frozen=True, slots=True)
class Run:
    """A frozen plan with its channels, and nobody else at work."""

    store: Store
    plan: Plan
    channels: Mapping[str, Channel]
    #: what people wrote back since it was last asked
    heard: Sequence[Heard] = ()
    #: what stands in the way of mail beside the plan's own channel
    problems: Sequence[Problem] = ()
    #: where a rehearsal or a page is written
    path: Path | None = None

    def sending(self, *, waits: bool = False) -> Iterator[Outcome | Waiting]:
        """Deliver all that is waiting; stop whenever you like and go on with another run.

        With `waits` it also waits for the morning and for the pace.

        Raises:
            PaceError: it goes on later, and was not asked to wait.
            ChannelError: the channel cannot go on; what was not taken is planned again.
        """
        return Sending(self.store, self.plan, self.channels, waits=waits).outcomes()

    @property
    def queue(self) -> Queue | None:
        """Where its messages wait for a worker, in a clinic; else it is sent from here."""
        return self.store.queue if queueing.takes(self.plan) else None

    def enqueue(self, queue: Queue) -> int:
        """All that is left waits for a worker; how many wait."""
        return queueing.enqueue(self.store, queue, self.plan)

    def finish_at(self) -> datetime:
        """When the last of what is waiting can go, by the pace and the hours, as things are now."""
        return finish_at(self.store, self.plan)

    def make_page(self, say: Callable[..., str], language: str) -> int:
        """Hand over all that is left, and write the page in that language; how many rows it has.

        Raises:
            OtherPageError: the page of an earlier plan is still out.
            PageUnwrittenError: the file cannot be written.
        """
        return paging.make_page(self.store, self.plan, cast("Path", self.path), say, language)

    def hand_over_page(self) -> None:
        """Hand over all that is left, for a page that a browser keeps.

        Raises:
            OtherPageError: the page of an earlier plan is still out.
        """
        paging.hand_over(self.store, self.plan)

    def handing_over(self) -> Iterator[Handover]:
        """One person at a time for scan and send; each is to be answered before the next.

        Raises:
            PaceError: enough for this hour or this day.
        """
        return handing.handing_over(self.store, self.plan)

    def answer(
        self, handover: Handover, said: Answer, instead_of: Said | None = None
    ) -> Said | None:
        """Record what the borrower says of a text they held; nothing: it is held no more."""
        return handing.answer(self.store, handover, said, instead_of)


@contextlib.contextmanager
def run(
    store: Store, plan: Plan, count: int, path: Path | None = None, *, in_browser: bool = False
) -> Iterator[Run]:
    """Begin or go on with the plan that was read, once its number of messages was given back.

    `in_browser`: a page is kept by whoever looks at it, and needs no place.

    Raises:
        WrongCountError: `count` is not the number of its messages.
        PlanReplacedError: another plan has taken its place.
        FolderMissingError, PageFileMissingError: it needs a place to write to.
        NotARehearsalError, FileTakenError: it needs none, or that one is not free.
        AlreadyRunningError: somebody else is at work with this store.
        CaseClosedError, CasePausedError: nothing goes from this case.
        ChannelError: the channel is not ready.
    """
    check_count(plan, count)
    if not in_browser:
        check_place(plan, path)
    with store.alone(), contextlib.ExitStack() as stack:
        store.check_case()
        current = store.ledger.current_plan()
        if current is None or current.id != plan.id:
            raise PlanReplacedError
        asking_again.catch_up(store, plan, channels_of(store.settings, plan))
        if path is not None:
            _check_free(store, plan, path)
        channels, problems = _ready(store, plan, path, stack)
        providers.note_account(store, channels)
        if path is not None:
            # The link that leads to a folder may be gone when the texts in it are to go.
            place = path.resolve() if plan.rehearsal else path
            store.book.remember_written(place, store.clock(), people=True)
            if plan.rehearsal:
                store.book.set(*_began_in(plan, path))
        heard: list[Heard] = []
        for name, channel in channels.items():
            settle(store, plan.notice_id, name, channel)
            if CAPABILITIES[name].can_be_asked:
                with contextlib.suppress(ChannelError):  # `kit sync` says what is wrong
                    heard += listen(store, plan.notice_id, name, channel)
        heard += _elsewhere(store, plan, channels)
        found = {"channel": plan.channel, "problems": len(problems)}
        journal.note(journal.Event.SENDING, plan=plan.id, **found)
        yield Run(store, plan, channels, heard, problems, path)


def _elsewhere(store: Store, plan: Plan, channels: Mapping[str, Channel]) -> list[Heard]:
    """What people wrote to channels of earlier plans: an opt-out there holds here too."""
    heard: list[Heard] = []
    for name in store.ledger.channels_in_use(plan.notice_id):
        can = CAPABILITIES.get(name)
        if can is not None and can.can_be_asked and name not in channels:
            with (
                contextlib.suppress(ChannelError),
                contextlib.closing(open_channel(store, name)) as channel,
            ):
                heard += listen(store, plan.notice_id, name, channel)
    return heard


def _ready(
    store: Store, plan: Plan, folder: Path | None, stack: contextlib.ExitStack
) -> tuple[dict[str, Channel], list[Problem]]:
    """The channels that are ready, to be closed with the stack, and what is wrong with others.

    Raises:
        ChannelNotReadyError: the plan's own is not.
    """
    ready: dict[str, Channel] = {}
    wrong: list[Problem] = []
    for name in channels_of(store.settings, plan):
        channel = open_channel(store, name, folder)
        stack.callback(channel.close)
        problems = channel.check()
        if problems and name == plan.channel:
            raise ChannelNotReadyError(problems=tuple(problems))
        wrong += problems
        if not problems:
            ready[name] = channel
    return ready, wrong


def finish_at(store: Store, plan: Plan) -> datetime:
    """When the last of what is waiting can go, by the pace and the hours, as things are now."""
    left, before = waiting(store, plan), gone(store, plan.channel)
    return schedule(left, before, store.clock(), parse_hours(plan.hours), plan.pace)[1]


def check_channels(store: Store, plan: Plan) -> list[Problem]:
    """What stands in the way of its channels now; nothing is sent."""
    found: list[Problem] = []
    for name in channels_of(store.settings, plan):
        with contextlib.closing(open_channel(store, name)) as channel:
            found += channel.check()
    return found


def check_count(plan: Plan, count: int) -> None:
    """Whoever sends has read how many the plan tells.

    Raises:
        WrongCountError: `count` is not the number of its messages.
    """
    if count != len(plan.messages):
        raise WrongCountError(count=len(plan.messages), given=count)


def check_place(plan: Plan, path: Path | None) -> None:
    """A rehearsal needs a folder and a page a file, and nothing else may have a place to write to.

    Raises:
        FolderMissingError, PageFileMissingError, NotARehearsalError: it is not so.
    """
    writes = CAPABILITIES[plan.channel].writes
    if writes and path is None:
        raise FolderMissingError if writes == "folder" else PageFileMissingError
    if path is not None and not writes:
        raise NotARehearsalError


def _check_free(store: Store, plan: Plan, path: Path) -> None:
    """In another folder it could not be asked what was written; a file may be somebody's work."""
    if CAPABILITIES[plan.channel].writes == "file":
        if os.path.lexists(path) and not store.wrote(path, _HTML):
            raise FileTakenError
        return
    setting, here = _began_in(plan, path)
    if store.book.setting(setting) not in ("", here):
        raise FolderChangedError


def _began_in(plan: Plan, folder: Path) -> tuple[str, str]:
    return f"folder of {plan.notice_id}", os.fsencode(folder.absolute()).hex()

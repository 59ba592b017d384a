"""`kit send`."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import handing, planning, progress, running
from kit.actions.delivery import Outcome
from kit.cli.handing import AS_USUAL, scan_and_send, send_to_me
from kit.cli.paging import make_page
from kit.cli.talk import talking
from kit.errors import (
    CountMissingError,
    NotConfirmedError,
    NotOneByOneError,
    TerminalNeededError,
)
from kit.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kit.actions.running import Run
    from kit.actions.sending import Waiting
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Plan

_PARTLY = 3
_BAD = (Status.UNDELIVERED, Status.REJECTED, Status.UNKNOWN)
#: A run that is done sooner need not be announced.
_WORTH_SAYING = timedelta(minutes=2)


@click.command(
    "send",
    help="Tell the people of the plan. It asks for the number of messages first, goes on where it "
    "stopped, and tells nobody twice.",
    epilog="\b\nExample:\n  kit send\n  kit send --to rehearsal --yes 30",
)
@click.option("--yes", "count", type=int, metavar="COUNT", help="The plan's number of messages.")
@click.option(
    "--to",
    "place",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The folder of a rehearsal, or the file of a page.",
)
@click.option("--to-me", metavar="NUMBER", help="Try the texts on your own number first.")
@click.option(
    "--app",
    type=click.Choice(tuple(handing.FORMS)),
    default="sms",
    help="What you send with: the phone's own texts, or WeChat.",
)
@click.option(
    "--picture",
    metavar="FILE",
    help="Each code also as a picture (PNG) in FILE, which is gone when the run ends.",
)
@click.option("--wait", "waits", is_flag=True, help="Wait for the morning and for the pace.")
@talking
def send(
    talk: Talk,
    *,
    count: int | None,
    place: Path | None,
    to_me: str | None,
    waits: bool,
    **shown: Any,  # noqa: ANN401 (the options of the screen)
) -> int:
    """Tell."""
    store = talk.open()
    if to_me is not None:
        return send_to_me(talk, store, to_me, **shown)
    plan = store.current_plan()
    left = progress.to_go(store, plan)
    if not left:
        return _nothing_left(talk, store, plan, count)
    running.check_place(plan, place)
    can = planning.capabilities(plan.channel)
    one_by_one = can.by_hand == "one_by_one"
    if not one_by_one and shown != AS_USUAL:
        raise NotOneByOneError
    if one_by_one and not talk.can_show:
        raise TerminalNeededError
    confirmed = _confirmed(talk, store, plan, left) if count is None else count
    if confirmed is None:
        talk.err("Whenever you want to go on: kit begin")
        return 0
    with running.run(store, plan, confirmed, place) as run:
        if can.by_hand == "all_at_once":
            code = make_page(talk, run)
        elif one_by_one:
            code = scan_and_send(talk, run, **shown)
        else:
            code = _send_all(talk, run, left, waits=waits)
    _say_left_out(talk, store, plan)
    return code


def _nothing_left(talk: Talk, store: Store, plan: Plan, count: int | None) -> int:
    if count is not None:
        running.check_count(plan, count)
    is_bad = _say_bad(talk, Counter(s.status for s in progress.standings_of(store, plan)))
    is_left_out = _say_left_out(talk, store, plan)
    if not plan.messages:
        talk.out("This plan has no message. Choose first: kit choose, then: kit plan")
    elif not (is_bad or is_left_out):
        talk.out("Nothing is left to send: everybody in this plan has been dealt with.")
    return _PARTLY if is_bad else 0


def _say_left_out(talk: Talk, store: Store, plan: Plan) -> bool:
    """People whom this plan can no longer tell must not be forgotten."""
    count = progress.left_out(store, plan)
    if count:
        talk.err("Left out, because something changed since the plan: {count}.", count=count)
        talk.err("Plan again for them: kit plan")
    return bool(count)


def _confirmed(talk: Talk, store: Store, plan: Plan, left: int) -> int | None:
    """The number that the user types back, having read what will happen; none: not now."""
    total = len(plan.messages)
    if not talk.can_ask:
        raise CountMissingError(count=total)
    open_count = planning.summary(plan).open
    if open_count:
        talk.err("Of them speak of a loan dispute: {count}.", count=open_count)
    if held := progress.held_outside(store, plan):
        talk.err(
            "Not confirmed yet: {held}. The next scan and send asks about them first.", held=held
        )
    facts = {"total": total, "done": total - (left - held), "left": left - held}
    if talk.leads:
        answer = talk.ask(
            "{total} in this plan: {done} done, {left} to go. To begin, type {total} "
            "(Enter: not now)",
            **facts,
        )
        if answer in ("", "0"):
            return None
    else:
        answer = talk.ask("{total} in this plan: {done} done, {left} to go. Type {total}", **facts)
    if not answer.isdecimal():
        raise NotConfirmedError(count=total)
    return int(answer)


def _send_all(talk: Talk, run: Run, left: int, *, waits: bool) -> int:
    """Channels that send by themselves; what was done is said however the run ends."""
    _say_heard(talk, run)
    if run.queue is not None:
        waiting = run.enqueue(run.queue)
        talk.out("For a worker wait: {count}. `kit worker` sends them.", count=waiting)
        return 0
    if run.problems:
        left_aside = sum(m.channel not in run.channels for m in run.plan.messages)
        talk.err(
            "Not sent now, because {channel} is not ready: {count}.",
            channel=talk.label("email"),
            count=left_aside,
        )
        talk.problems(run.problems)
    _say_when(talk, run)
    try:
        with _ctrl_c() as stopped, _progress(left) as bar:
            for step in run.sending(waits=waits):
                if isinstance(step, Outcome):
                    bar.update(1)
                else:
                    _say_waiting(talk, run, step)
                if stopped:
                    break
    finally:
        _say_done(talk, run)
    still = progress.to_go(run.store, run.plan)
    if still:
        talk.err("Stopped; {left} to go. `kit send` goes on.", left=still)
    bad = any(s.status in _BAD for s in progress.standings_of(run.store, run.plan))
    return _PARTLY if bad or still else 0


def _say_heard(talk: Talk, run: Run) -> None:
    """Who has written back meanwhile must not be overlooked."""
    if run.heard:
        talk.err("Wrote back since it was last asked: {count}. kit replies", count=len(run.heard))


def _say_when(talk: Talk, run: Run) -> None:
    """When the last can go, where that is not soon."""
    at = run.finish_at()
    if at > run.store.clock() + _WORTH_SAYING:
        talk.err("The last can go at {at}.", at=at)


def _say_waiting(talk: Talk, run: Run, step: Waiting) -> None:
    if step.until is not None and step.is_first:
        talk.err("Waiting; it goes on at {at}. Ctrl-C stops it.", at=step.until)
        _say_when(talk, run)


def _say_done(talk: Talk, run: Run) -> None:
    count = Counter(s.status for s in progress.standings_of(run.store, run.plan))
    taken, total = count[Status.ACCEPTED] + count[Status.DELIVERED], len(run.plan.messages)
    if run.plan.rehearsal:
        talk.out("{done} of {total} are in the folder.", done=taken, total=total)
        talk.out("This was a rehearsal: it reached nobody. For real: kit plan, then kit send")
        return
    talk.out("{done} of {total} handed in.", done=taken, total=total)
    _say_bad(talk, count)
    talk.err("What became of them, and who wrote back: kit sync")


def _say_bad(talk: Talk, count: Mapping[Status, int]) -> bool:
    """What was refused or is not known; whether anything was."""
    refused = count[Status.REJECTED] + count[Status.UNDELIVERED]
    unknown = count[Status.UNKNOWN] + count[Status.SENDING]
    if refused:
        talk.out("Refused or not delivered: {count}. Who and why: kit status", count=refused)
    if unknown:
        talk.out(
            "Perhaps taken, perhaps not: {count}. Nobody is told twice on a guess; kit sync asks.",
            count=unknown,
        )
    return bool(refused or unknown)


def _progress(length: int) -> Any:  # noqa: ANN401 (Click keeps the type to itself)
    # No time to go: it knows neither quiet hours nor pace, and says days in English.
    return click.progressbar(
        length=length,
        show_eta=False,
        show_pos=True,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    )


@contextlib.contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """Ctrl-C ends the run after the message that is on its way; the list says whether it came."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)

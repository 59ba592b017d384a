"""`kit send`, `kit status`."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.actions import delivery, people, planning
from kit.cli.talk import talking, width
from kit.errors import (
    CountMissingError,
    OwnNumberUnconfirmedError,
    PaceError,
    TerminalNeededError,
    TypedTwiceError,
)
from kit.model import Answer, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click._termui_impl import ProgressBar

    from kit.actions.delivery import Handover, Run
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Plan, Standing

_PARTLY = 3
_STOP = "0"
#: Digits work with every keyboard and every Chinese input method.
_ANSWERS = {"1": Answer.SENT, "2": Answer.NOT_NOW, "3": Answer.NEVER}
_BAD = (Status.UNDELIVERED, Status.REJECTED, Status.UNKNOWN)


@click.command(
    "send",
    help="Tell the people of the plan. It asks for the number of messages first, goes on where it "
    "stopped, and tells nobody twice.",
    epilog="\b\nExample:\n  kit send --to rehearsal --yes 30",
)
@click.option(
    "--yes", "count", type=int, metavar="COUNT", help="The number of messages in the plan."
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Of a rehearsal."
)
@click.option("--to-me", metavar="NUMBER", help="Try the texts on your own number first.")
@talking
def send(talk: Talk, count: int | None, folder: Path | None, to_me: str | None) -> int:
    """Tell."""
    store = talk.open()
    if to_me is not None:
        return _send_to_me(talk, store, to_me)
    plan = planning.current_plan(store)
    left = delivery.to_go(store, plan)
    if plan.channel == "phone" and left and not talk.can_ask:
        raise TerminalNeededError
    confirmed = _confirmed(talk, plan, left) if count is None else count
    if not left:
        delivery.check_count(plan, confirmed)
        talk.out("Nothing is left to send: everybody in this plan has been dealt with.")
        return 0
    with delivery.run(store, confirmed, folder) as run:
        return _scan_and_send(talk, run) if plan.channel == "phone" else _send_all(talk, run, left)


@click.command(
    "status",
    help="Where every message stands.",
    epilog="\b\nExample:\n  kit status",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def status(talk: Talk, as_json: bool) -> None:  # noqa: FBT001
    """Print where every message stands."""
    store = talk.open()
    standings = delivery.standings(store)
    if as_json:
        for standing in standings:
            talk.json(_standing(standing))
        return
    if not standings:
        talk.out("There is no plan yet. Nobody has been told anything.")
        return
    _print_standings(talk, store, standings)


def _confirmed(talk: Talk, plan: Plan, left: int) -> int:
    """The number that the user types back, having read what will happen."""
    total = len(plan.messages)
    if not left:
        return total
    if not talk.can_ask:
        raise CountMissingError(count=total)
    open_count = planning.summary(plan).open
    if open_count:
        talk.err("{count} of them speak of a loan dispute.", count=open_count)
    answer = talk.ask(
        "{total} in this plan: {done} done, {left} to go. Type {total}",
        total=total,
        done=total - left,
        left=left,
    )
    return int(answer) if answer.isdecimal() else -1


def _send_all(talk: Talk, run: Run, left: int) -> int:
    """Channels that send by themselves."""
    bad = 0
    total = len(run.plan.messages)
    with _ctrl_c() as stopped, _progress(left) as bar:
        for outcome in run.sending():
            bad += outcome.receipt is not None and outcome.receipt.status in _BAD
            bar.update(1)
            if stopped:
                break
    still = delivery.to_go(run.store, run.plan)
    talk.out("{done} of {total} are in the folder.", done=total - still, total=total)
    talk.out("This was a rehearsal: nobody has been told anything.")
    if still:
        talk.err("Stopped; {left} to go. `kit send` goes on.", left=still)
    return _PARTLY if bad or still else 0


def _progress(length: int) -> ProgressBar[int]:
    return click.progressbar(length=length, file=sys.stderr, hidden=not sys.stderr.isatty())


@contextlib.contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """Ctrl-C ends the run after the message that is on its way; the list says whether it came."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _scan_and_send(talk: Talk, run: Run) -> int:
    """One person at a time; the borrower presses send on the phone and says so here."""
    told = 0
    try:
        for handover in run.handing_over():
            _show(talk, handover)
            pressed = talk.key("".join(_ANSWERS) + _STOP)
            if pressed == _STOP:
                break
            run.answer(handover, _ANSWERS[pressed])
            told += _ANSWERS[pressed] is Answer.SENT
    except KeyboardInterrupt:
        talk.err("")
    except PaceError as enough:
        talk.error(enough)
    left = delivery.to_go(run.store, run.plan)
    talk.out("{told} told now, {left} to go.", told=told, left=left)
    if left:
        talk.err("`kit send` goes on where you stopped; nobody gets it twice.")
    return 0


def _show(talk: Talk, handover: Handover) -> None:
    """One person: who, the code, what to do, the keys."""
    contact = handover.contact
    facts = [
        contact.name if contact else "",
        talk.label(contact.group) if contact else "",
        _number(talk, handover.attempt.recipient, invented=handover.invented),
        talk.say("{left} after this one", left=handover.left),
    ]
    click.clear()
    talk.show(" · ".join(filter(None, facts)))
    if handover.held_before:
        talk.out("You had this one on your phone when you stopped. Did you send it?")
    _show_code(talk, handover.code, handover.attempt.text)
    talk.out("Scan with the phone's camera (not a messenger), press send there, then a key here:")
    talk.out("1 sent   2 not now   3 never tell   0 stop")


def _show_code(talk: Talk, code: list[str], text: str) -> None:
    """The code in white on black; the text where the window is too narrow for it."""
    if width(code[0]) > shutil.get_terminal_size().columns:
        talk.out(
            "The window is too narrow for the code ({need} columns). The text:", need=width(code[0])
        )
        talk.show(text)
        return
    for line in code:
        click.secho(line, fg="bright_white", bg="black")


def _send_to_me(talk: Talk, store: Store, number: str) -> int:
    """The real texts as codes to one's own number; tells nobody else."""
    if not delivery.is_invented(store, number):
        if not talk.can_ask:
            raise OwnNumberUnconfirmedError
        if talk.ask("Your own number once more") != number:
            raise TypedTwiceError
    codes = delivery.codes_to_oneself(store, number)
    for position, (message, code) in enumerate(codes, 1):
        talk.out(
            "Test {position} of {total}, to yourself: {group}, {tone}",
            position=position,
            total=len(codes),
            group=talk.label(message.group),
            tone=talk.label(message.tone),
        )
        _show_code(talk, code, message.text)
        if position < len(codes):
            if not talk.can_ask:
                talk.err("The others are shown one by one in a terminal.")
                break
            talk.ask("Enter: the next one")
    talk.err("This was for you alone; nobody has been told anything.")
    return 0


def _number(talk: Talk, number: str, *, invented: bool) -> str:
    return f"{number} {talk.say('(example number)')}" if invented else number


def _print_standings(talk: Talk, store: Store, standings: list[Standing]) -> None:
    names = {contact.id: contact.name for contact in people.contacts(store)}
    talk.table(
        (
            names.get(s.contact_id, "") or talk.say("(no name)"),
            s.recipient,
            talk.label(_shown_status(s)),
            talk.say("{at}", at=s.at) if s.status is not Status.PLANNED else "",
        )
        for s in standings
    )
    told = sum(
        s.channel != "outbox" and s.status in (Status.ACCEPTED, Status.DELIVERED) for s in standings
    )
    talk.show("")
    talk.out("{told} people have been told.", told=told)
    held = sum(s.status is Status.HANDED_OVER for s in standings)
    if held:
        talk.out("{held} is on your phone: did you send it? `kit send` asks again.", held=held)
    if any(s.channel == "outbox" for s in standings):
        talk.out("What is written to a folder is a rehearsal: it has reached nobody.")


def _shown_status(standing: Standing) -> str:
    rehearsed = standing.channel == "outbox" and standing.status is Status.ACCEPTED
    return "rehearsed" if rehearsed else standing.status.value


def _standing(standing: Standing) -> dict[str, object]:
    return {
        "message_id": standing.message_id,
        "contact_id": standing.contact_id,
        "recipient": standing.recipient,
        "channel": standing.channel,
        "status": standing.status.value,
        "provider_id": standing.provider_id,
        "at": standing.at.isoformat(),
    }

"""`kit send`, `kit status`."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.actions import delivery, people, planning
from kit.cli.talk import talking, width
from kit.errors import (
    CountMissingError,
    NotConfirmedError,
    OwnNumberUnconfirmedError,
    PaceError,
    TerminalNeededError,
    TypedTwiceError,
)
from kit.model import Answer, Group, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.actions.delivery import Handover, Run, Said
    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Contact, Plan, Standing

_PARTLY = 3
_BAD = (Status.UNDELIVERED, Status.REJECTED, Status.UNKNOWN)

#: Digits work with every keyboard and every Chinese input method.
_ANSWERS = {"1": Answer.SENT, "2": Answer.NOT_NOW, "3": Answer.NEVER}
_BACK, _STOP = "9", "0"
#: A key within this time after a code appeared was meant for the one before.
_TOO_SOON_S = 0.6
#: Lines that stand around a code.
_LINES_AROUND = 5
#: Columns that a name may take beside it.
_WIDEST_NAME = 24


@click.command(
    "send",
    help="Tell the people of the plan. It asks for the number of messages first, goes on where it "
    "stopped, and tells nobody twice.",
    epilog="\b\nExample:\n  kit send\n  kit send --to rehearsal --yes 30",
)
@click.option("--yes", "count", type=int, metavar="COUNT", help="The plan's number of messages.")
@click.option("--to", "folder", type=click.Path(), metavar="DIR", help="Of a rehearsal.")
@click.option("--to-me", metavar="NUMBER", help="Try the texts on your own number first.")
@talking
def send(talk: Talk, count: int | None, folder: str | None, to_me: str | None) -> int:
    """Tell."""
    store = talk.open()
    if to_me is not None:
        return _send_to_me(talk, store, to_me)
    plan = store.current_plan()
    left = delivery.to_go(store, plan)
    if not left:
        return _nothing_left(talk, store, plan, count)
    path = Path(folder) if folder else None
    delivery.check_folder(plan, path)
    by_hand = planning.capabilities(plan.channel).by_hand
    if by_hand and not talk.can_show:
        raise TerminalNeededError
    confirmed = _confirmed(talk, store, plan, left) if count is None else count
    with delivery.run(store, plan, confirmed, path) as run:
        code = _scan_and_send(talk, run) if by_hand else _send_all(talk, run, left)
    _say_left_out(talk, store, plan)
    return code


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


def _nothing_left(talk: Talk, store: Store, plan: Plan, count: int | None) -> int:
    if count is not None:
        delivery.check_count(plan, count)
    if plan.messages:
        talk.out("Nothing is left to send: everybody in this plan has been dealt with.")
    else:
        talk.out("This plan has no message. Choose first: kit choose, then: kit plan")
    _say_left_out(talk, store, plan)
    return 0


def _say_left_out(talk: Talk, store: Store, plan: Plan) -> None:
    """People whom this plan can no longer tell must not be forgotten."""
    if count := delivery.left_out(store, plan):
        talk.err("Left out, because something changed since the plan: {count}.", count=count)
        talk.err("Plan again for them: kit plan")


def _confirmed(talk: Talk, store: Store, plan: Plan, left: int) -> int:
    """The number that the user types back, having read what will happen."""
    total = len(plan.messages)
    if not talk.can_ask:
        raise CountMissingError(count=total)
    open_count = planning.summary(plan).open
    if open_count:
        talk.err("Of them speak of a loan dispute: {count}.", count=open_count)
    if held := delivery.held_outside(store, plan):
        talk.err(
            "Not confirmed yet: {held}. The next scan and send asks about them first.", held=held
        )
    answer = talk.ask(
        "{total} in this plan: {done} done, {left} to go. Type {total}",
        total=total,
        done=total - (left - held),
        left=left - held,
    )
    if not answer.isdecimal():
        raise NotConfirmedError(count=total)
    return int(answer)


def _send_all(talk: Talk, run: Run, left: int) -> int:
    """Channels that send by themselves."""
    bad = 0
    with _ctrl_c() as stopped, _progress(left) as bar:
        for outcome in run.sending():
            bad += outcome.receipt is not None and outcome.receipt.status in _BAD
            bar.update(1)
            if stopped:
                break
    standings = delivery.standings_of(run.store, run.plan)
    taken = sum(standing.status is Status.ACCEPTED for standing in standings)
    talk.out("{done} of {total} are in the folder.", done=taken, total=len(run.plan.messages))
    talk.out("This was a rehearsal: it reached nobody. For real: kit plan, then kit send")
    still = delivery.to_go(run.store, run.plan)
    if still:
        talk.err("Stopped; {left} to go. `kit send` goes on.", left=still)
    return _PARTLY if bad or still else 0


def _progress(length: int) -> Any:  # noqa: ANN401 (Click keeps the type to itself)
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
    said: list[Said] = []
    try:
        _ask_about_all(talk, run, said)
    except (KeyboardInterrupt, EOFError):
        talk.err("")
    told = sum(one.answer is Answer.SENT for one in said)
    left = delivery.to_go(run.store, run.plan)
    talk.out("{told} told now, {left} to go.", told=told, left=left)
    if left:
        talk.err(
            "`kit send` goes on where you stopped; whoever is marked as sent is not shown again."
        )
    elif not delivery.left_out(run.store, run.plan):
        talk.err("All done. To look: kit status")
    return 0


def _ask_about_all(talk: Talk, run: Run, said: list[Said]) -> None:
    """Everybody, until the borrower stops or the pace is used up."""
    try:
        for handover in run.handing_over():
            if not _ask_about(talk, run, handover, said):
                return
    except PaceError as enough:
        talk.error(enough)
    _last_look(talk, run, said)


def _ask_about(talk: Talk, run: Run, handover: Handover, said: list[Said]) -> bool:
    """Show one person until a key answers for them; false when the borrower stops."""
    while True:
        _show(talk, handover, can_go_back=bool(said))
        pressed = _pressed(talk)
        if pressed == _STOP:
            return False
        if pressed in _ANSWERS:
            said.append(run.answer(handover, _ANSWERS[pressed]))
            return True
        if pressed == _BACK and said:
            _answer_again(talk, run, said)


def _answer_again(talk: Talk, run: Run, said: list[Said]) -> None:
    """The last answer was a slip: ask once more; any other key leaves it as it was.

    No code is shown: what was scanned meanwhile would be known to nobody.
    """
    before = said[-1]
    click.clear()
    talk.show(_heading(talk, before.handover))
    talk.out("What became of this one?")
    talk.out("1 sent   2 not sent, later   3 not sent, never tell   0 stop")
    pressed = _pressed(talk)
    if pressed in _ANSWERS:
        said[-1] = run.answer(before.handover, _ANSWERS[pressed], instead_of=before)


def _last_look(talk: Talk, run: Run, said: list[Said]) -> None:
    """After the last person there is nobody on whose screen a slip could be taken back."""
    while said:
        talk.out("9 back to the one before, any other key: done")
        if _pressed(talk) != _BACK:
            return
        _answer_again(talk, run, said)


def _pressed(talk: Talk) -> str:
    shown = time.monotonic()
    while True:
        pressed = talk.key()
        if pressed and time.monotonic() - shown > _TOO_SOON_S:
            return pressed


def _show(talk: Talk, handover: Handover, *, can_go_back: bool) -> None:
    """One person: who, the code, what to do, the keys."""
    click.clear()
    talk.show(_heading(talk, handover))
    if handover.held_before:
        talk.out("This one was on the screen when you stopped. Did the text go out?")
    if handover.code and _show_code(talk, handover.code, handover.attempt.text):
        talk.out(
            "Scan with the phone's camera (not a messenger), press send there, then a key here:"
        )
    keys = talk.say("1 sent   2 not sent, later   3 not sent, never tell   0 stop")
    talk.show(f"{keys}   {talk.say('9 back to the one before')}" if can_go_back else keys)


def _heading(talk: Talk, handover: Handover) -> str:
    """Who it is, on one line of any window."""
    name = handover.name
    if width(name) > _WIDEST_NAME:
        name = f"{name[: _WIDEST_NAME // 2]}…"
    left = talk.say("{left} after this one", left=handover.left)
    facts = [
        name,
        talk.label(handover.group),
        _number(talk, handover.attempt.recipient, invented=handover.invented),
        left if handover.left else talk.say("the last"),
    ]
    return " · ".join(filter(None, facts))


def _show_code(talk: Talk, code: list[str], text: str, *, whole: bool = True) -> bool:
    """The code in white on black; the text where the window is too small to show all of it."""
    size = shutil.get_terminal_size()
    too_low = whole and len(code) + _LINES_AROUND > size.lines
    if width(code[0]) > size.columns or too_low:
        talk.out(
            "The window is too small for the code: it needs {columns} columns and {lines} lines. "
            "Make it larger or the letters smaller, and press Enter. Or write the text yourself:",
            columns=width(code[0]),
            lines=len(code) + _LINES_AROUND,
        )
        talk.show(text)
        return False
    for line in code:
        click.secho(line, fg="bright_white", bg="black")
    return True


def _send_to_me(talk: Talk, store: Store, number: str) -> int:
    """The real texts as codes to one's own number; tells nobody else."""
    own, invented = delivery.own_number(store, number)
    if not invented:
        if not talk.can_ask:
            raise OwnNumberUnconfirmedError
        if delivery.own_number(store, talk.ask("Your own number once more")) != (own, invented):
            raise TypedTwiceError
    codes = delivery.codes_to_oneself(store, own)
    for position, (message, code) in enumerate(codes, 1):
        talk.out(
            "Test {position} of {total}, to yourself: {group}, {tone}",
            position=position,
            total=len(codes),
            group=talk.label(message.group),
            tone=talk.label(message.tone),
        )
        _show_code(talk, code, message.text, whole=False)
        if position < len(codes):
            if not talk.can_ask:
                talk.err("The others are shown one by one in a terminal.")
                break
            talk.ask("Enter: the next one")
    talk.err("This was for you alone; it reached nobody else.")
    return 0


def _number(talk: Talk, number: str, *, invented: bool) -> str:
    return f"{number} {talk.say('(example number)')}" if invented else number


def _print_standings(talk: Talk, store: Store, standings: list[Standing]) -> None:
    everybody = people.contacts(store)
    by_number = {number: contact for contact in everybody for number in contact.numbers}
    contact_by_id = {contact.id: contact for contact in everybody}
    real = [s for s in standings if not planning.capabilities(s.channel).rehearsal]
    rehearsed = [s for s in standings if planning.capabilities(s.channel).rehearsal]
    talk.table(
        _row(talk, contact_by_id.get(s.contact_id) or by_number.get(s.recipient), s) for s in real
    )
    told = sum(s.status in (Status.ACCEPTED, Status.DELIVERED) for s in real)
    talk.out("Told, by your word: {told}", told=told)
    if held := sum(s.status is Status.HANDED_OVER for s in real):
        talk.out(
            "Not confirmed yet: {held}. The next scan and send asks about them first.", held=held
        )
    if rehearsed:
        talk.show("")
        talk.out("Rehearsal (it reached nobody):")
        talk.table(
            _row(talk, contact_by_id.get(s.contact_id) or by_number.get(s.recipient), s)
            for s in rehearsed
        )


def _row(talk: Talk, contact: Contact | None, standing: Standing) -> tuple[str, ...]:
    name = contact.name if contact and contact.name else talk.say("(no name)")
    waits = standing.status is Status.PLANNED
    status = standing.status.value
    if waits and contact is not None and contact.group is Group.NOBODY:
        status = Group.NOBODY.value
    elif planning.capabilities(standing.channel).rehearsal and standing.status is Status.ACCEPTED:
        status = "rehearsed"
    when = "" if waits else talk.say("{at}", at=standing.at)
    return name, standing.recipient, talk.label(status), when


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

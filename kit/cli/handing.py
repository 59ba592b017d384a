"""Scan and send: one person at a time on the screen, one key for each."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import click

from kit.actions import handing, progress
from kit.cli.talk import width
from kit.errors import OwnNumberUnconfirmedError, PaceError, TypedTwiceError
from kit.model import Answer

if TYPE_CHECKING:
    from kit.actions.handing import Handover, Said
    from kit.actions.running import Run
    from kit.actions.store import Store
    from kit.cli.talk import Talk

#: Digits work with every keyboard and every Chinese input method.
_ANSWERS = {"1": Answer.SENT, "2": Answer.NOT_NOW, "3": Answer.NEVER}
_BACK, _STOP = "9", "0"
#: A key within this time after a code appeared was meant for the one before.
_TOO_SOON_S = 0.6
#: Lines that stand around a code.
_LINES_AROUND = 5
#: Columns that a name may take beside it.
_WIDEST_NAME = 24


def scan_and_send(talk: Talk, run: Run) -> int:
    """One person at a time; the borrower presses send on the phone and says so here."""
    said: list[Said] = []
    try:
        _ask_about_all(talk, run, said)
    except (KeyboardInterrupt, EOFError):
        talk.err("")
    told = sum(one.answer is Answer.SENT for one in said)
    left = progress.to_go(run.store, run.plan)
    talk.out("{told} told now, {left} to go.", told=told, left=left)
    if left:
        talk.err(
            "`kit send` goes on where you stopped; whoever is marked as sent is not shown again."
        )
    elif not progress.left_out(run.store, run.plan):
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
    if handover.quiet:
        talk.out("It is quiet time where they are now; your thumb decides.")
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


def send_to_me(talk: Talk, store: Store, number: str) -> int:
    """The real texts as codes to one's own number; tells nobody else."""
    own, invented = handing.own_number(store, number)
    if not invented:
        if not talk.can_ask:
            raise OwnNumberUnconfirmedError
        if handing.own_number(store, talk.ask("Your own number once more")) != (own, invented):
            raise TypedTwiceError
    codes = handing.codes_to_oneself(store, own)
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

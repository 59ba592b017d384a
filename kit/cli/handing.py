"""Scan and send: one person at a time on the screen, one key for each."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from kit.actions import handing, progress
from kit.cli.showing import Shown, filled, screen
from kit.cli.talk import one_line, width
from kit.errors import (
    OwnNumberUnconfirmedError,
    PaceError,
    TerminalNeededError,
    TypedTwiceError,
)
from kit.model import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.actions.handing import Handover, Said
    from kit.actions.running import Run
    from kit.actions.store import Store
    from kit.cli.showing import Screen
    from kit.cli.talk import Talk
    from kit.model import E164

#: Digits work with every keyboard and every Chinese input method.
_ANSWERS = {"1": Answer.SENT, "2": Answer.NOT_NOW, "3": Answer.NEVER}
_AGAIN, _OTHER_WAY, _BACK, _STOP = "1", "4", "9", "0"
#: A key within this time after a code appeared was meant for the one before.
_TOO_SOON_S = 0.6
#: Columns that a name may take, and those that other facts leave to it.
_WIDEST_NAME, _NARROWEST_NAME = 24, 12
_BETWEEN = " · "
_TOO_LATE = "That one was recorded already, or is not waiting any more. Nothing was changed."
#: What is asked of the screen when nothing is.
AS_USUAL = {"app": "sms", "picture": None}


@dataclass(slots=True)
class _Sitting:
    """One run at the terminal."""

    talk: Talk
    run: Run
    screen: Screen
    #: of this round, so that the last of it can be taken back
    said: list[Said] = field(default_factory=list)
    #: of the round before
    said_before: list[Said] = field(default_factory=list)
    #: the pace is used up, and it was said when to go on
    waits: bool = False
    #: the last answer came too late: another window had spoken of that text
    is_late: bool = False

    def keep(self, said: Said | None) -> None:
        """An answer; one that came too late was not recorded."""
        self.is_late = said is None
        if said is not None:
            self.said.append(said)

    def begin_anew(self) -> None:
        """Another round: what was said stands."""
        self.said_before, self.said = self.said, []

    @property
    def told(self) -> int:
        """How many were marked as sent."""
        return sum(one.answer is Answer.SENT for one in (*self.said_before, *self.said))


def scan_and_send(talk: Talk, run: Run, app: str, picture: str | None) -> int:
    """One person at a time; the borrower presses send on the phone and says so here."""
    with screen(talk, run.store, app, picture) as shown_on:
        sitting = _Sitting(talk, run, shown_on)
        try:
            _ask_about_all(sitting)
        except (KeyboardInterrupt, EOFError):
            talk.err("")
    if sitting.is_late:
        talk.err(_TOO_LATE)
    left = progress.to_go(run.store, run.plan)
    talk.out("{told} told now, {left} to go.", told=sitting.told, left=left)
    if left and not sitting.waits:
        talk.err(
            "`kit send` goes on where you stopped; whoever is marked as sent is not shown again."
        )
    elif not (left or progress.left_out(run.store, run.plan)):
        talk.err("All done. To look: kit status")
    return 0


def _ask_about_all(sitting: _Sitting) -> None:
    """Everybody, until the borrower stops or the pace is used up; who was put off, once more."""
    run = sitting.run
    try:
        if not _ask_about_each(sitting, run.handing_over()):
            return
        if later := _last_look(sitting, offers=True):
            sitting.begin_anew()
            again = handing.handing_over(run.store, run.plan, later)
            if not _ask_about_each(sitting, again):
                return
            _last_look(sitting, offers=False)
    except PaceError as enough:
        sitting.waits = True
        sitting.talk.error(enough)
        _last_look(sitting, offers=False)


def _ask_about_each(sitting: _Sitting, handovers: Iterable[Handover]) -> bool:
    """One after another; false when the borrower stops."""
    return all(_ask_about(sitting, handover) for handover in handovers)


def _ask_about(sitting: _Sitting, handover: Handover) -> bool:
    """Show one person until a key answers for them; false when the borrower stops."""
    while True:
        _show(sitting, handover)
        pressed = _pressed(sitting.talk)
        if pressed == _STOP:
            return False
        if pressed in _ANSWERS:
            answered = sitting.run.answer(handover, _ANSWERS[pressed])
            sitting.screen.clear()
            sitting.keep(answered)
            return True
        if pressed == _OTHER_WAY:
            sitting.screen.turn()
        if pressed == _BACK and sitting.said:
            _answer_again(sitting)


def _answer_again(sitting: _Sitting) -> None:
    """The last answer was a slip: ask once more; any other key leaves it as it was.

    No code is shown: what was scanned meanwhile would be known to nobody.
    """
    before, talk = sitting.said[-1], sitting.talk
    above = [_heading(talk, before.handover), talk.say("What became of this one?")]
    sitting.screen.show(None, above, filled(_answers(talk)))
    pressed = _pressed(talk)
    if pressed in _ANSWERS:
        answered = sitting.run.answer(before.handover, _ANSWERS[pressed], instead_of=before)
        sitting.said.pop()
        sitting.keep(answered)


def _last_look(sitting: _Sitting, *, offers: bool) -> list[str]:
    """After the last person a slip can still be taken back; whom to show again, if anybody."""
    talk, run = sitting.talk, sitting.run
    while sitting.said:
        later = handing.put_off(run.store, run.plan, sitting.said) if offers else []
        keys = [talk.say("9 back to the one before, any other key: done")]
        if later:
            talk.out("Left for later just now: {count}.", count=len(later))
            keys.insert(0, talk.say("1 show them again"))
        for line in filled(keys):
            talk.show(line)
        pressed = _pressed(talk)
        if pressed == _AGAIN:
            return later
        if pressed != _BACK:
            break
        _answer_again(sitting)
    return []


def _pressed(talk: Talk) -> str:
    shown = time.monotonic()
    while True:
        pressed = talk.key()
        if pressed and time.monotonic() - shown > _TOO_SOON_S:
            return pressed


def _show(sitting: _Sitting, handover: Handover) -> None:
    """One person: who, the code, what to do, the keys, how many have gone."""
    talk = sitting.talk
    above = [talk.say(_TOO_LATE)] if sitting.is_late else []
    above.append(_heading(talk, handover))
    if handover.quiet:
        above.append(talk.say("It is quiet time where they are now; your thumb decides."))
    if handover.held_before:
        above.append(talk.say("This one was on the screen when you stopped. Did the text go out?"))
    keys = _answers(talk)
    shown = None
    if handover.may_go:
        recipient, text = cast("E164", handover.attempt.recipient), handover.attempt.text
        shown = Shown(name=handover.name, recipient=recipient, text=text)
        keys.append(talk.say("4 another way"))
    if sitting.said:
        keys.append(talk.say("9 back to the one before"))
    sitting.screen.show(shown, above, filled([*keys, _gone(talk, handover)]))


def _answers(talk: Talk) -> list[str]:
    return talk.say("1 sent   2 not sent, later   3 not sent, never tell   0 stop").split("   ")


def _gone(talk: Talk, handover: Handover) -> str:
    """How many have gone, of how many that may."""
    hour, day = (
        f"{count}/{most}" if most else str(count)
        for count, most in (
            (handover.last_hour, handover.per_hour),
            (handover.last_day, handover.per_day),
        )
    )
    return talk.say("this hour {hour} · today {day}", hour=hour, day=day)


def _heading(talk: Talk, handover: Handover) -> str:
    """Who it is, on one line of any window: what is needed least gives way to name and number."""
    number, group = str(handover.attempt.recipient), talk.label(handover.group)
    marked = f"{number} {talk.say('(example number)')}" if handover.invented else number
    left = talk.say("{left} after this one", left=handover.left)
    left = left if handover.left else talk.say("the last")
    segments = handover.too_many_segments
    longer = talk.say("{count} segments, longer than usual", count=segments) if segments else ""
    columns = shutil.get_terminal_size().columns
    for facts in (
        (group, marked, left, longer),
        (group, marked, longer),
        (marked, longer),
        (number, longer),
        (number,),
    ):
        rest = _BETWEEN.join(filter(None, facts))
        room = columns - width(_BETWEEN + rest)
        if room >= min(width(handover.name), _NARROWEST_NAME):
            break
    name = one_line(handover.name, min(room, _WIDEST_NAME)) if room > 0 else ""
    return _BETWEEN.join(filter(None, (name, rest)))


def send_to_me(talk: Talk, store: Store, number: str, app: str, picture: str | None) -> int:
    """The real texts to one's own number, each as others will get it; tells nobody else."""
    own, is_sure = handing.own_number(store, number)
    if not is_sure:
        if not talk.can_ask:
            raise OwnNumberUnconfirmedError
        if handing.own_number(store, talk.ask("Your own number once more")) != (own, is_sure):
            raise TypedTwiceError
    if picture and not talk.can_show:
        raise TerminalNeededError
    texts = handing.texts_to_oneself(store, own)
    with screen(talk, store, app, picture) as shown_on:
        for position, (message, text) in enumerate(texts, 1):
            title = talk.say(
                "Test {position} of {total}, to yourself: {group}, {tone}",
                position=position,
                total=len(texts),
                group=talk.label(message.group),
                tone=talk.label(message.tone),
            )
            shown = Shown(recipient=own, text=text)
            if not _look_at(talk, shown_on, shown, title, is_last=position == len(texts)):
                break
    talk.err("This was for you alone; it reached nobody else.")
    return 0


def _look_at(talk: Talk, screen: Screen, shown: Shown, title: str, *, is_last: bool) -> bool:
    """Show one test until a key is pressed; false when nobody is there to press one."""
    if not talk.can_show:
        screen.show(shown, [title], [])
        if not is_last:
            talk.err("The others are shown one by one in a terminal.")
        return False
    go_on = talk.say("Enter: done") if is_last else talk.say("Enter: the next one")
    while True:
        screen.show(shown, [title], filled([go_on, talk.say("4 another way")]))
        if _pressed(talk) != _OTHER_WAY:
            return True
        screen.turn()

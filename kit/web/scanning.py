"""Scan and send: one person at a time as a large code; sent, not now or never is said here.

Each answer is a form of its own, so that it works without script; the digits of the keyboard
press the same buttons. What is held, and who comes next, is the sitting's to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import handing
from kit.actions.turns import Sitting, Stage, Turn, Whom
from kit.errors import PlanReplacedError
from kit.model import Answer, Form
from kit.web import wishes
from kit.web.desk import desk

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from kit.model import E164

pages = Blueprint("scanning", __name__)


@pages.get("/scan")
def show() -> ResponseReturnValue:
    """Whose turn it is; nobody's turn begins by looking."""
    sitting = desk().of(Sitting)
    turn = sitting.look()
    if turn.stage is Stage.NOTHING:
        return redirect(url_for("telling.show"), 303)
    at = turn.goes_on_at
    clock = _clock(at, desk().store.clock()) if at is not None else ""
    return render_template("scan.html", turn=turn, clock=clock, **_shown(sitting, turn))


@pages.post("/scan/begin")
def begin() -> ResponseReturnValue:
    """Begin, or go on, with the plan that was looked at."""
    said = request.form.get("only", "")
    whom = Whom(said) if said in list(Whom) else None
    try:
        desk().of(Sitting).begin(whom, request.form.get("plan", ""))
    except PlanReplacedError as error:
        desk().session.notes.append(wishes.wrong(error).sentence)
        return redirect(url_for("reading.show"), 303)
    return _present()


@pages.post("/scan/answer")
def answer() -> ResponseReturnValue:
    """What became of the text that is held; the next one's turn begins."""
    said = _said()
    if said is None or not desk().of(Sitting).answer(request.form.get("attempt", ""), said):
        _too_late()
    return _present()


@pages.get("/scan/back")
def back() -> ResponseReturnValue:
    """The last answer was a slip: ask once more, with no code."""
    last = desk().of(Sitting).last
    if last is None:
        return _present()
    return render_template("scan_again.html", handover=last.handover)


@pages.post("/scan/back")
def correct() -> ResponseReturnValue:
    """The last word counts."""
    said = _said()
    if said is None or not desk().of(Sitting).correct(request.form.get("attempt", ""), said):
        _too_late()
    return _present()


@pages.post("/scan/way")
def way() -> ResponseReturnValue:
    """Show the same text in another form, or for another app."""
    sitting, app = desk().of(Sitting), request.form.get("app", "")
    if app in handing.FORMS:
        sitting.use(app)
    else:
        sitting.other_way()
    return _present()


@pages.post("/scan/stop")
def stop() -> ResponseReturnValue:
    """Begin nobody else."""
    desk().of(Sitting).stop()
    return _present()


def _present() -> ResponseReturnValue:
    return redirect(url_for("scanning.show"), 303)


def _said() -> Answer | None:
    said = request.form.get("answer", "")
    return Answer(said) if said in list(Answer) else None


def _too_late() -> None:
    desk().note("That one was recorded already, or is not waiting any more. Nothing was changed.")


def _shown(sitting: Sitting, turn: Turn) -> dict[str, str]:
    """The text that is held, in the form whose turn it is."""
    held = turn.handover
    if turn.stage is not Stage.SHOWN or held is None or not held.may_go or desk().read_only:
        return {}
    recipient, text = cast("E164", held.attempt.recipient), held.attempt.text
    form = sitting.form
    return {
        "text": text,
        "app": sitting.app,
        "form": form.value,
        "code": handing.svg(form, recipient, text) if form is not Form.COPY else "",
        "link": handing.link(recipient, text),
    }


def _clock(at: datetime, now: datetime) -> str:
    """The time of day by the clock on the wall; with the day, unless it is today."""
    there, here = at.astimezone(), now.astimezone()
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"

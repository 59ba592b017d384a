"""Sending by itself: the number of messages goes in; a run goes on in the background, and is shown.

While it goes on the page asks how far it is; a page without a script comes anew by itself.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from kit.actions import planning, progress, queueing, running
from kit.errors import KitError, NoPlanError, PlanReplacedError, WrongCountError
from kit.errors.fault import report
from kit.model import Status
from kit.web.background import Background
from kit.web.desk import desk
from kit.web.guard import asks_by_itself, wants_data
from kit.web.layout import said_of

if TYPE_CHECKING:
    from collections import Counter
    from typing import Any

    from flask.typing import ResponseReturnValue

    from kit.model import Plan

pages = Blueprint("sending", __name__)

#: More digits than any number of messages has.
_MOST_DIGITS = 9
_UNUSUAL = ("content_barred", "needs_registered_sender")


@pages.get("/send")
def show() -> ResponseReturnValue:
    """What will happen, how far it is, or how it ended."""
    return _page()


@pages.get("/send/watch")
@asks_by_itself
def watch() -> ResponseReturnValue:
    """The same, asked for by a page that has no script."""
    return _page()


@pages.get("/send/progress")
@asks_by_itself
def how_far() -> ResponseReturnValue:
    """How far the run is, for the script."""
    work = desk().of(Background)
    if not work.is_at_work or work.plan is None:
        return {"is_at_work": False}
    return {"is_at_work": True, **_far(work, work.plan)}


@pages.get("/send/status")
@asks_by_itself
def status() -> ResponseReturnValue:
    """The status line anew; it has figures only."""
    return render_template("status.html")


@pages.get("/send/check")
def check() -> ResponseReturnValue:
    """Ask the channels whether they are ready; nothing is sent."""
    here, plan = desk(), _plan()
    if plan is None:
        return redirect(url_for("telling.show"), 303)
    found = running.check_channels(here.store, plan)
    lines = [f"{one.where} {here.say(one.what, **one.facts)}" for one in found]
    lines = lines or [here.say("{channel}: ready.", channel=here.label(plan.channel))]
    looked = {"is_ready": not found, "lines": lines}
    return looked if wants_data() else _page(looked=looked)


@pages.post("/send/start")
def start() -> ResponseReturnValue:
    """Begin, once the number of messages was typed back."""
    plan = _plan()
    if plan is None:
        raise NoPlanError
    if request.form.get("plan") != plan.id:
        raise PlanReplacedError
    typed = unicodedata.normalize("NFKC", request.form.get("count", "")).strip()
    if not typed.isdecimal() or len(typed) > _MOST_DIGITS:
        wrong = "That is not a number: nothing was confirmed, and nothing was sent."
        return _page(wrong=desk().say(wrong))
    try:
        desk().of(Background).start(plan, int(typed))
    except WrongCountError as error:
        return _page(wrong=said_of(error)[0])
    return redirect(url_for("sending.show"), 303)


@pages.post("/send/pause")
def pause() -> ResponseReturnValue:
    """Let nothing more go."""
    desk().of(Background).pause()
    return redirect(url_for("sending.show"), 303)


@pages.post("/send/go-on")
def go_on() -> ResponseReturnValue:
    """Go on with the plan whose number was typed back before."""
    plan, work = _plan(), desk().of(Background)
    if plan is not None and _is_confirmed(work, plan):
        work.start(plan, len(plan.messages))
    return redirect(url_for("sending.show"), 303)


def _page(wrong: str = "", looked: dict[str, object] | None = None) -> ResponseReturnValue:
    """One page for all that a run can be."""
    work = desk().of(Background)
    if work.is_at_work and work.plan is not None:
        return render_template("sending.html", work=work, **_far(work, work.plan))
    plan = _plan()
    if plan is None:
        return redirect(url_for("telling.show"), 303)
    return render_template(
        "send.html",
        wrong=wrong,
        looked=looked,
        work=work if _is_confirmed(work, plan) else None,
        ended=_ended(work) if _is_confirmed(work, plan) else {},
        **_coming(plan),
    )


def _plan() -> Plan | None:
    """The frozen plan, where it has messages and its channel sends by itself."""
    try:
        plan = desk().store.current_plan()
    except NoPlanError:
        return None
    is_ours = plan.messages and planning.capabilities(plan.channel).by_itself
    return plan if is_ours else None


def _is_confirmed(work: Background, plan: Plan) -> bool:
    return work.plan is not None and work.plan.id == plan.id


def _coming(plan: Plan) -> dict[str, Any]:
    """What will happen."""
    store = desk().store
    left = progress.Left(store, plan)
    return {
        "plan": plan,
        "figures": planning.summary(plan),
        "left": left.to_go,
        "queued": len(queueing.in_hand(store)) if queueing.is_confirmed(store, plan) else 0,
        "done": len(plan.messages) - left.to_go,
        "left_out": left.left_out,
        "finish_at": running.finish_at(store, plan) if left.to_go else None,
        "advice": [one for one in planning.advice(store, plan) if one.route.answer in _UNUSUAL],
        "lines": _counted(plan, progress.counts(store, plan)),
    }


def _far(work: Background, plan: Plan) -> dict[str, Any]:
    """How far a run is, in figures and in words."""
    say = desk().say
    count = progress.counts(desk().store, plan)
    if work.is_stopping:
        state = say("It stops: what is on its way is still recorded.")
    elif work.waits_until is not None:
        state = say("It waits, and goes on by itself at {at}.", at=work.waits_until)
    elif not work.is_sending:
        state = say("It is getting ready: who wrote back meanwhile, and what is not known.")
    else:
        state = say("Messages are going out.")
    lines = _counted(plan, count)
    if work.finish_at is not None:
        lines.append(say("The last can go at {at}.", at=work.finish_at))
    tried = count.total() - count[Status.PLANNED]
    return {"state": state, "lines": lines, "tried": tried, "total": len(plan.messages)}


def _counted(plan: Plan, count: Counter[Status]) -> list[str]:
    """What has become of the messages of a plan."""
    say = desk().say
    taken = count[Status.ACCEPTED] + count[Status.DELIVERED]
    refused = count[Status.REJECTED] + count[Status.UNDELIVERED]
    lines = [say("{done} of {total} handed in.", done=taken, total=len(plan.messages))]
    if refused:
        lines.append(say("Did not arrive: {count}", count=refused))
    if count[Status.UNKNOWN]:
        lines.append(say("Perhaps taken, perhaps not: {count}", count=count[Status.UNKNOWN]))
    return lines


def _ended(work: Background) -> dict[str, Any]:
    """Why a run ended that nobody asked to end."""
    error = work.error
    if error is None:
        return {}
    if not isinstance(error, KitError):
        return {"fault": report(error, datetime.now(UTC))}
    sentence, hint = said_of(error)
    return {"sentence": sentence, "hint": hint, "problems": error.problems}

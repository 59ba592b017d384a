"""How it went: where everybody stands comes out, what needs the borrower first; their word goes in.

People are named by their id, in the body of a form, never in an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from kit.actions import hearing, paging, people, planning, progress, reporting, searching, tracking
from kit.actions.tracking import Kind
from kit.errors import (
    AmbiguousError,
    DamagedReportError,
    InputError,
    NobodyFoundError,
    NoPageError,
    RowsError,
    UnknownRowError,
    UnsureError,
)
from kit.model import Status
from kit.web import rows as page_rows
from kit.web.background import Background
from kit.web.desk import desk
from kit.web.layout import said_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from flask.typing import ResponseReturnValue

    from kit.actions.hearing import Retried, Synced
    from kit.model import Contact, Heard

pages = Blueprint("went", __name__)

#: So many of a list stand on the page; all of them, so many at a time, on one of their own.
_FIRST = 20
_AT_ONCE = 100
#: What is no kind of message has a list of its own too.
_LISTS = (*Kind, "replies", "calls")


@pages.get("/went")
def show() -> ResponseReturnValue:
    """Everything, the first of each list."""
    return _page()


@pages.get("/went/<name>")
def one_list(name: str) -> ResponseReturnValue:
    """All of one list."""
    if name not in _LISTS:
        abort(404)
    number = max(1, request.args.get("page", 1, type=int))
    begin = (number - 1) * _AT_ONCE
    found = _everything()
    whole = found[name] if name in ("replies", "calls") else found["rows"][Kind(name)]
    some = whole[begin : begin + _AT_ONCE]
    more = begin + _AT_ONCE < len(whole)
    return render_template(
        "went_list.html", **found, name=name, some=some, number=number, more=more, count=len(whole)
    )


@pages.post("/went/ask")
def ask() -> ResponseReturnValue:
    """Ask the providers now."""
    _say_synced(hearing.sync(desk().store))
    return _back()


@pages.post("/went/told")
def told() -> ResponseReturnValue:
    """Somebody was told by the borrower, or the text is known to have arrived."""
    hearing.told(desk().store, _who())
    desk().note("Kept as told. This sent nothing.")
    return _back()


@pages.post("/went/retry")
def retry() -> ResponseReturnValue:
    """Plan it again; where it may have arrived, only after a word on that."""
    store, who = desk().store, _who()
    if hearing.perhaps_arrived(store, who) and not _is_sure():
        return _ask_first("retry")
    _say_planned_again(hearing.retry(store, who))
    return _back()


@pages.post("/went/unsay")
def unsay() -> ResponseReturnValue:
    """The borrower said by mistake that somebody was told."""
    if not _is_sure():
        return _ask_first("unsay")
    _say_planned_again(hearing.unsay(desk().store, _who()))
    return _back()


@pages.post("/went/stop")
def stop() -> ResponseReturnValue:
    """Somebody wants no more, which holds for ever."""
    if not _is_sure():
        return _ask_first("stop")
    hearing.stop(desk().store, _who())
    desk().note("Kept. They get nothing more, by any channel, also after another import.")
    return _back()


@pages.post("/went/take-back")
def take_back() -> ResponseReturnValue:
    """What the borrower holds and has not sent is planned again."""
    if not _is_sure() and paging.held(desk().store):
        return _ask_first("take_back")
    try:
        page_rows.take_back()
    except UnsureError:  # somebody else's text is held by now
        return _ask_first("take_back")
    return _back()


@pages.post("/went/rows")
def rows() -> ResponseReturnValue:
    """Rows of the page that were sent."""
    typed = request.form.get("rows", "")
    try:
        page_rows.confirm(typed)
    except (RowsError, UnknownRowError, NoPageError) as error:
        return _page(wrong_rows=said_of(error)[0], typed_rows=typed)
    return _back()


@pages.post("/went/report")
def report() -> ResponseReturnValue:
    """Keep what a contact sent by another way."""
    here, text = desk(), request.form.get("text", "")
    typed = request.form.get("from", "")
    who = request.form.get("who") or typed
    try:
        done = reporting.add(here.store, text, who)
    except (NobodyFoundError, AmbiguousError) as error:
        some = _candidates(typed, error)
        nobody = here.say("Nobody in your contacts has that name or number.")
        wrong = {"why": here.say("Who of these?") if some else nobody, "candidates": some}
    except InputError as error:
        problems = error.problems if isinstance(error, DamagedReportError) else ()
        wrong = {"why": said_of(error)[0], "problems": problems}
    else:
        _say_kept(done)
        return _back()
    return _page(wrong_report={"text": text, "from": typed, **wrong})


def _page(**wrong: object) -> ResponseReturnValue:
    """The overview; what was typed wrongly is said beside its field."""
    return render_template("went.html", **_everything(), **{"first": _FIRST, **wrong})


def _everything() -> dict[str, Any]:
    here = desk()
    store, is_busy = here.store, here.of(Background).is_at_work
    found = tracking.overview(store)
    on_their_way = Status.SENDING if is_busy else None
    unsure = [one for one in found.rows[Kind.UNSURE] if one.standing.status is not on_their_way]
    lists = {**found.rows, Kind.UNSURE: unsure}
    replies = [_read(heard) for heard in reversed(hearing.replies(store))]
    tried = [one for kind in Kind if kind is not Kind.WAITING for one in lists[kind]]
    return {
        "rows": lists,
        "contact_by_id": found.contact_by_id,
        "opted_out": found.opted_out,
        "is_empty": not (tried or replies),
        "can_be_asked": any(progress.can_be_asked(one.standing) for one in tried),
        "is_busy": is_busy,
        "may_change": not (is_busy or here.read_only),
        "ring": tracking.to_ring(store),
        "words": planning.words_to_ring(store, here.session.language),
        "on_page": paging.on_page(store),
        "unwanted_rows": paging.unwanted_rows(store),
        "replies": replies,
        "calls": list(reversed(reporting.proposals(store))),
        "on_the_clock": lambda one: reporting.on_the_clock(store, one),
    }


def _read(heard: Heard) -> dict[str, Any]:
    """A reply; the reports in it are read where it is shown."""
    store = desk().store
    return {"heard": heard, "damage": lambda: reporting.of_reply(store, heard)[1]}


def _who() -> str:
    """The id of whom a form is about.

    Raises:
        NobodyFoundError: it names nobody.
    """
    who = request.form.get("who", "")
    if people.contact(desk().store, who) is None:
        raise NobodyFoundError(position=1)
    return who


def _is_sure() -> bool:
    return request.form.get("sure") == "yes"


def _ask_first(what: str) -> ResponseReturnValue:
    """What may come of it, before it is done."""
    here = desk()
    who = _who() if what != "take_back" else ""
    whom = people.contact(here.store, who)
    held = paging.held(here.store) if what == "take_back" else []
    mark = paging.mark(held)
    return render_template("sure.html", what=what, whom=whom, held=len(held), mark=mark)


def _back() -> ResponseReturnValue:
    return redirect(url_for("went.show"), 303)


def _candidates(typed: str, error: NobodyFoundError | AmbiguousError) -> Sequence[Contact]:
    """Who may be meant."""
    if isinstance(error, AmbiguousError):
        return error.candidates
    everybody = people.contacts(desk().store)
    return searching.found_in(everybody, typed)[:_FIRST] if typed.strip() else ()


def _say_synced(synced: Synced) -> None:
    here = desk()
    if synced.changed or synced.replies:
        here.note(
            "News of messages: {changed}; replies: {replies}.",
            changed=len(synced.changed),
            replies=len(synced.replies),
        )
    elif not synced.failed:
        here.note("Nothing new.")
    if synced.unknown:
        here.note("Not known yet: {count}. Ask again a little later.", count=synced.unknown)
    for name, error in synced.failed:
        here.note("{channel}: could not be asked.", channel=here.label(name))
        here.session.notes += [*filter(None, said_of(error))]
        here.session.notes += [f"{p.where} {here.say(p.what, **p.facts)}" for p in error.problems]


def _say_planned_again(done: Retried) -> None:
    if done.in_plan:
        desk().note("Planned again. This sent nothing; step 4 does, when you say so.")
    else:
        desk().note("They may be told again. This sent nothing; step 4 plans for them.")


def _say_kept(done: reporting.Reported) -> None:
    here = desk()
    if done.new:
        here.note(
            "Kept as a proposal: it is the account of whoever sent it, and proves nothing yet."
        )
    if done.known:
        here.note("This was there already; it is kept once.")
    for problem in done.problems:
        here.session.notes.append(f"{problem.where} {here.say(problem.what, **problem.facts)}")
    if done.problems:
        here.note("What is damaged was not kept. Ask them to send it again, whole.")

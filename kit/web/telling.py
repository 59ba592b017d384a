"""Tell: the ways side by side, the chosen one with its first button, and the page of links."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from kit.actions import comparing, doctor, paging, planning, running, steps
from kit.actions.steps import Step
from kit.errors import InputError, NotAllowedError, PaceLimitError, PlanReplacedError, UnsureError
from kit.model import Group
from kit.web import rows as page_rows
from kit.web import wishes
from kit.web.desk import desk
from kit.web.wishes import Wrong, id_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kit.actions.progress import Left
    from kit.actions.store import Store
    from kit.model import Plan

pages = Blueprint("telling", __name__)

#: What the browser calls the page of links: nothing of anybody.
_FILE = "page.html"


@pages.get("/tell")
def show() -> ResponseReturnValue:
    """The way that is chosen, and the others; looking at it tells nobody."""
    return _page()


@pages.post("/tell/channel")
def choose() -> ResponseReturnValue:
    """Plan by another way; where the texts change by it, they are read over again."""
    channel = request.form.get("channel", "")
    if channel not in {offer.channel for offer in comparing.offers(desk().store)}:
        return redirect(url_for("telling.show"), 303)
    wish = planning.as_before(desk().store, channel)
    return _frozen(replace(wish, registered_sender=request.form.get("registered") == "yes"))


@pages.post("/tell/plan")
def set_out() -> ResponseReturnValue:
    """Plan with other hours, another pace, language or price."""
    form = request.form
    try:
        wish = replace(
            planning.as_before(desk().store),
            hours=form.get("hours", ""),
            max_per_second=_number(form.get("per_second", "")),
            max_per_hour=_whole(form.get("per_hour", "")),
            max_per_day=_whole(form.get("per_day", "")),
            language=form.get("language", ""),
            price_per_segment=form.get("price", "").strip(),
            currency=form.get("currency", "").strip(),
        )
    except PaceLimitError as error:
        return _page(wishes.wrong(error))
    return _frozen(wish)


def _frozen(wish: planning.Request) -> ResponseReturnValue:
    before = desk().store.ledger.current_plan()
    done = wishes.freeze(wish)
    if isinstance(done, Wrong):
        return _page(done)
    if planning.reads_the_same(done, before):
        return redirect(url_for("telling.show"), 303)
    desk().note("By this way not everybody gets the same as before: read it over.")
    return redirect(url_for("reading.show"), 303)


@pages.post("/tell/check")
def check() -> ResponseReturnValue:
    """Ask a channel that is set up whether it is ready; nothing is sent."""
    channel = request.form.get("channel", "")
    if channel not in doctor.SETTINGS:
        return redirect(url_for("telling.show"), 303)
    return _page(examined=doctor.examine_one(desk().store, channel))


@pages.post("/tell/page")
def hand_over() -> ResponseReturnValue:
    """Everybody's texts go into the borrower's hands, for a page of links."""
    store = desk().store
    try:
        plan = store.current_plan()
        _as_seen(plan)
        with running.run(store, plan, len(plan.messages), in_browser=True) as run:
            run.hand_over_page()
    except NotAllowedError as error:
        return _page(wishes.wrong(error))
    return redirect(url_for("telling.show"), 303)


@pages.get("/tell/page.html")
def download() -> ResponseReturnValue:
    """The page of what is out, for the browser to keep where the borrower wants it."""
    here = desk()
    plan, language = here.store.current_plan(), here.session.language
    markup, count = paging.page(here.store, plan, here.say, language)
    if not count:  # an old window's link
        return redirect(url_for("telling.show"), 303)
    answer = make_response(markup)
    answer.headers["Content-Disposition"] = f"attachment; filename={_FILE}"
    return answer


@pages.post("/tell/rows")
def rows() -> ResponseReturnValue:
    """Which rows of the page went."""
    typed = request.form.get("rows", "")
    try:
        page_rows.confirm(typed)
    except (InputError, NotAllowedError) as error:
        return _page(replace(wishes.wrong(error), at="rows"), rows=typed)
    return redirect(url_for("telling.show"), 303)


@pages.post("/tell/take-back")
def take_back() -> ResponseReturnValue:
    """What was not sent is planned again, once it is said that none of it went."""
    try:
        if request.form.get("unsent") != "yes":
            raise UnsureError
        page_rows.take_back()
    except NotAllowedError as error:
        return _page(replace(wishes.wrong(error), at="unsent"))
    return redirect(url_for("telling.show"), 303)


def _page(wrong: Wrong | None = None, **more: object) -> str:
    store = desk().store
    here = steps.place(store)
    plan, left = here.plan, here.left
    is_ready = here.step not in (Step.IMPORT, Step.CHOOSE, Step.PLAN)
    return render_template(
        "tell.html",
        step=here.step,
        plan_id=id_of(plan),
        wrong=wrong or Wrong(),
        offers=comparing.offers(store),
        everywhere=planning.rule_everywhere(desk().session.language),
        on_page=paging.on_page(store),
        held_mark=paging.mark(paging.held(store)),
        **(_ready(store, plan, left) if plan and left and is_ready else {"plan": None}),
        **more,
    )


def _ready(store: Store, plan: Plan, left: Left) -> dict[str, Any]:
    """What the chosen way says of itself, and who is left to tell."""
    return {
        "plan": plan,
        "figures": planning.summary(plan),
        "can": planning.capabilities(plan.channel),
        "left": left.to_go,
        "emergency": sum(message.group is Group.EMERGENCY for message in left.waiting),
        "everyone": sum(message.group is Group.EVERYONE for message in left.waiting),
        "held": len(paging.held(store)),
        "unwanted": paging.unwanted_rows(store),
        "language_asked_for": planning.like(store, plan).language,
        "written_in": planning.languages(),
    }


def _as_seen(plan: Plan) -> None:
    """Whoever makes a page has looked at this plan, which is for one, and at no other.

    Raises:
        PlanReplacedError: another took its place.
    """
    is_for_a_page = planning.capabilities(plan.channel).by_hand == "all_at_once"
    if request.form.get("plan", "") != plan.id or not is_for_a_page:
        raise PlanReplacedError


def _number(typed: str) -> float | None:
    """A number as it was typed; nothing: the channel's own.

    Raises:
        PaceLimitError: it is none.
    """
    try:
        return float(typed) if typed.strip() else None
    except ValueError:
        raise PaceLimitError from None


def _whole(typed: str) -> int | None:
    """The same without a fraction.

    Raises:
        PaceLimitError: it is none.
    """
    try:
        return int(typed) if typed.strip() else None
    except ValueError:
        raise PaceLimitError from None
